//! Points as integers of 1/10,000, and exact ratios.
//!
//! A ratio is kept exact until a leaf is done; it is rounded once, half up, to the cycle's number of
//! decimals. Everything above a leaf is an exact sum. Invariants:
//! 1. [`Points`] of a leaf are multiples of the cycle's unit (`Decimals::unit`).
//! 2. `parse(format(p)) == p` for every `p`.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::refusal::Unreadable;

/// Parts of one point.
pub const SCALE: i64 = 10_000;

/// Why a text is not a number of points.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointsError {
    /// Not decimal text with a point.
    #[error("not a decimal number: {0:?}")]
    Malformed(String),
    /// More digits after the point than allowed.
    #[error("more than {1} decimals: {0:?}")]
    TooPrecise(String, u8),
    /// Beyond what any index can hold.
    #[error("out of range: {0:?}")]
    OutOfRange(String),
}

/// Decimals that a leaf is rounded to: 0 to 4, as the cycle says (default 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Decimals(u8);

impl Decimals {
    /// The default of Phú Thọ: two.
    pub const TWO: Self = Self(2);
    /// All that [`Points`] can hold.
    pub const FOUR: Self = Self(4);

    /// Smallest step in 1/10,000: 100 for two decimals.
    #[must_use]
    pub const fn unit(self) -> i64 {
        10_i64.pow(4 - self.0 as u32)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Decimals {
    type Error = PointsError;
    fn try_from(n: u8) -> Result<Self, PointsError> {
        if n <= 4 {
            Ok(Self(n))
        } else {
            Err(PointsError::OutOfRange(n.to_string()))
        }
    }
}

impl From<Decimals> for u8 {
    fn from(d: Decimals) -> u8 {
        d.0
    }
}

/// Points in 1/10,000; signed, since adjustments may lower.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);

    /// From parts of 1/10,000.
    #[must_use]
    pub const fn from_parts(parts: i64) -> Self {
        Self(parts)
    }

    /// Whole points.
    #[must_use]
    pub const fn whole(points: i64) -> Self {
        Self(points * SCALE)
    }

    /// Parts of 1/10,000.
    #[must_use]
    pub const fn parts(self) -> i64 {
        self.0
    }

    /// Times a count.
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// Whether it has no more decimals than `decimals`.
    #[must_use]
    pub const fn fits(self, decimals: Decimals) -> bool {
        self.0 % decimals.unit() == 0
    }

    /// Printed with exactly that many decimals (further ones are cut only where they are zero).
    #[must_use]
    pub fn to_text(self, decimals: Decimals) -> String {
        let places = usize::from(decimals.get());
        let sign = if self.0 < 0 { "-" } else { "" };
        let parts = self.0.unsigned_abs();
        let (whole, rest) = (parts / 10_000, parts % 10_000);
        let digits = format!("{rest:04}");
        let kept = digits.trim_end_matches('0').len().max(places);
        if kept == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{}", &digits[..kept])
        }
    }
}

impl fmt::Display for Points {
    /// Shortest decimal text with at least two decimals: `93.98`, `0.00`, `1.625`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(Decimals::TWO))
    }
}

impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}p")
    }
}

impl FromStr for Points {
    type Err = PointsError;
    fn from_str(text: &str) -> Result<Self, PointsError> {
        let parts = parse_decimal(text, 4)?;
        i64::try_from(parts)
            .ok()
            .filter(|p| p.unsigned_abs() <= 1_000_000 * SCALE.unsigned_abs())
            .map(Self)
            .ok_or_else(|| PointsError::OutOfRange(text.to_owned()))
    }
}

impl Unreadable for PointsError {
    fn remedy(&self) -> String {
        "Viết số có nhiều nhất bốn chữ số thập phân, như 12.5.".to_owned()
    }
}

impl Serialize for Points {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Points {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, |sum, p| sum + p)
    }
}

/// Reads decimal text ("-12.5") as an integer of `10^-decimals`. Comma, blanks, exponents and signs other
/// than one leading minus are refused.
///
/// # Errors
/// [`PointsError::Malformed`], or [`PointsError::TooPrecise`] beyond `decimals` digits after the point.
pub fn parse_decimal(text: &str, decimals: u8) -> Result<i128, PointsError> {
    let malformed = || PointsError::Malformed(text.chars().take(64).collect());
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(w, f)| (w, Some(f)));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || whole.len() > 18 || fraction.is_some_and(|f| !all_digits(f)) {
        return Err(malformed());
    }
    let fraction = fraction.unwrap_or("").trim_end_matches('0');
    if fraction.len() > usize::from(decimals) {
        return Err(PointsError::TooPrecise(text.chars().take(64).collect(), decimals));
    }
    let padded = format!("{whole}{fraction:0<width$}", width = usize::from(decimals));
    let value: i128 = padded.parse().map_err(|_| malformed())?;
    Ok(if negative { -value } else { value })
}

/// An exact number of points: `numerator / denominator` in 1/10,000 point, denominator above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// `numerator / denominator`, in parts of 1/10,000 point; none where the denominator is not positive.
    #[must_use]
    pub const fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator > 0 {
            Some(Self {
                numerator,
                denominator,
            })
        } else {
            None
        }
    }

    /// Rounded half up (towards plus infinity) to the cycle's decimals: 1.125 becomes 1.13.
    #[must_use]
    pub fn half_up(self, decimals: Decimals) -> Points {
        let unit = i128::from(decimals.unit());
        let step = self.denominator * unit;
        let steps = (2 * self.numerator + step).div_euclid(2 * step);
        Points(i64::try_from(steps * unit).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Points {
        text.parse().unwrap()
    }

    #[test]
    fn half_up_is_not_bankers_rounding() {
        assert_eq!(Ratio::new(11_250, 1).unwrap().half_up(Decimals::TWO), p("1.13"));
        assert_eq!(Ratio::new(26_250, 1).unwrap().half_up(Decimals::TWO), p("2.63"));
        assert_eq!(Ratio::new(-11_250, 1).unwrap().half_up(Decimals::TWO), p("-1.12"));
        assert_eq!(Ratio::new(1, 3).unwrap().half_up(Decimals::FOUR), Points::ZERO);
    }

    #[test]
    fn text_is_read_strictly() {
        assert_eq!(p("93.98").parts(), 939_800);
        assert_eq!(p("-0.5").to_string(), "-0.50");
        assert_eq!(p("1.625").to_string(), "1.625");
        for bad in [
            "", "1,5", "1.234,5", "+1", " 1", "1.", ".5", "1e3", "--1", "0x1", "NaN",
        ] {
            assert!(
                matches!(bad.parse::<Points>(), Err(PointsError::Malformed(_))),
                "{bad}"
            );
        }
        assert!(matches!(
            "0.00001".parse::<Points>(),
            Err(PointsError::TooPrecise(..))
        ));
        assert!(matches!(
            "1000001".parse::<Points>(),
            Err(PointsError::OutOfRange(_))
        ));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(1000))]
        #[test]
        fn parse_undoes_format(parts in -9_999_999_999_i64..9_999_999_999) {
            let points = Points::from_parts(parts);
            proptest::prop_assert_eq!(points.to_string().parse::<Points>(), Ok(points));
        }
    }
}
