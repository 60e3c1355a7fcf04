//! The formulas A to D as tables of option values: an answer scale 1..L becomes a value 0..1 per option.
//!
//! A table holds four decimals, so a formula is refused where its values are not exact in them (B on four
//! levels: thirds). Then the decision has to print a table of its own, which is formula D.

use std::collections::BTreeMap;

use crate::kernel::{OptionName, Points, Refusal, RefusalKind, points::SCALE};

/// Value per option; an option that is not listed is not rated.
pub type OptionValues = BTreeMap<OptionName, Points>;

/// Why a formula gives no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// Fewer levels than the formula can tell apart, or more than 100.
    #[error("formula {formula} needs {least} to 100 levels, not {levels}")]
    Levels {
        /// "A".
        formula: &'static str,
        /// Fewest levels.
        least: u32,
        /// What was asked for.
        levels: u32,
    },
    /// A value with more than four decimals.
    #[error("formula {formula}: the value {numerator}/{denominator} is not exact in four decimals")]
    NotExact {
        /// "B".
        formula: &'static str,
        /// Of the first such value.
        numerator: u32,
        /// Of the first such value.
        denominator: u32,
    },
    /// A value outside 0 to 1.
    #[error("the value {value} of option {option} is outside 0 to 1")]
    OutOfRange {
        /// Which option.
        option: OptionName,
        /// Its value.
        value: Points,
    },
    /// Nothing is rated.
    #[error("the table of option values is empty")]
    Empty,
}

impl Refusal for FormulaError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Levels { .. } => "FORMULA_LEVELS",
            Self::NotExact { .. } => "FORMULA_NOT_EXACT",
            Self::OutOfRange { .. } => "OPTION_VALUE_OUT_OF_RANGE",
            Self::Empty => "OPTION_VALUES_EMPTY",
        }
    }

    fn field(&self) -> String {
        "policy.survey.option_values".to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::Levels {
                formula,
                least,
                levels,
            } => format!("Công thức {formula} cần từ {least} đến 100 mức trả lời, không phải {levels}."),
            Self::NotExact {
                formula,
                numerator,
                denominator,
            } => format!(
                "Công thức {formula}: giá trị {numerator}/{denominator} không viết đúng được bằng 4 chữ số thập \
                 phân. Hãy nhập bảng giá trị của từng phương án (công thức D)."
            ),
            Self::OutOfRange { option, value } => {
                format!(
                    "Giá trị {value} của phương án “{option}” nằm ngoài khoảng từ 0 đến 1. Sửa lại bảng giá trị."
                )
            }
            Self::Empty => {
                "Bảng giá trị của các phương án trả lời đang trống. Nhập ít nhất một phương án.".to_owned()
            }
        }
    }
}

/// A, mean ratio: option x is worth `x / L`.
///
/// # Errors
/// [`FormulaError::Levels`], [`FormulaError::NotExact`].
pub fn mean_ratio(levels: u32) -> Result<OptionValues, FormulaError> {
    table("A", 1, levels, |x| (x, levels))
}

/// B, min–max: option x is worth `(x − 1) / (L − 1)`.
///
/// # Errors
/// [`FormulaError::Levels`], [`FormulaError::NotExact`].
pub fn min_max(levels: u32) -> Result<OptionValues, FormulaError> {
    table("B", 2, levels, |x| (x - 1, levels - 1))
}

/// C, top-two share: the two highest options are worth 1, the others 0.
///
/// # Errors
/// [`FormulaError::Levels`].
pub fn top_two(levels: u32) -> Result<OptionValues, FormulaError> {
    table("C", 3, levels, |x| (u32::from(x + 2 > levels), 1))
}

/// D, option values as the decision prints them.
///
/// # Errors
/// [`FormulaError::OutOfRange`], [`FormulaError::Empty`].
pub fn option_values(values: OptionValues) -> Result<OptionValues, FormulaError> {
    if values.is_empty() {
        return Err(FormulaError::Empty);
    }
    match values
        .iter()
        .find(|(_, value)| !(0..=SCALE).contains(&value.parts()))
    {
        Some((option, value)) => Err(FormulaError::OutOfRange {
            option: option.clone(),
            value: *value,
        }),
        None => Ok(values),
    }
}

fn table(
    formula: &'static str,
    least: u32,
    levels: u32,
    value: impl Fn(u32) -> (u32, u32),
) -> Result<OptionValues, FormulaError> {
    if !(least..=100).contains(&levels) {
        return Err(FormulaError::Levels {
            formula,
            least,
            levels,
        });
    }
    let entry = |x: u32| {
        let (numerator, denominator) = value(x);
        let parts = i64::from(numerator) * SCALE;
        let exact = parts % i64::from(denominator) == 0;
        let name = x.to_string().parse::<OptionName>().ok().filter(|_| exact);
        name.map(|name| (name, Points::from_parts(parts / i64::from(denominator))))
            .ok_or(FormulaError::NotExact {
                formula,
                numerator,
                denominator,
            })
    };
    (1..=levels).map(entry).collect()
}
