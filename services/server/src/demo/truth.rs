//! What really happened behind a slip: what the respondent would say when asked again.

use rand::rngs::StdRng;
use rand::{Rng, RngExt};

/// Behind one slip.
#[derive(Clone, Debug)]
pub(crate) enum Truth {
    /// Says the same again.
    Honest(Vec<(String, String)>),
    /// Remembers most answers otherwise.
    Differs(Vec<(String, String)>),
    /// Never picks up.
    Silent,
    /// Nobody ever asked.
    Invented,
    /// Somebody else has the number.
    WrongPerson,
}

/// A number below a bound.
pub(crate) fn below(dice: &mut impl Rng, bound: u32) -> u32 {
    dice.random_range(0..bound.max(1))
}

/// Whether something of so many percent happens.
pub(crate) fn percent(dice: &mut impl Rng, chance: u32) -> bool {
    below(dice, 100) < chance
}

/// A rating "1" to "5", better for better units; seldom no opinion.
pub(crate) fn rating(dice: &mut StdRng, quality: u32) -> &'static str {
    if percent(dice, 4) {
        return "khong_y_kien";
    }
    let roll = below(dice, 100) + quality;
    match roll {
        0..=79 => "2",
        80..=104 => "3",
        105..=149 => "4",
        _ => "5",
    }
}

const FAMILY: [&str; 12] = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hà", "Đinh",
];
const MIDDLE: [&str; 10] = [
    "Văn", "Thị", "Đức", "Minh", "Thu", "Quang", "Ngọc", "Hữu", "Thanh", "Xuân",
];
const GIVEN: [&str; 16] = [
    "An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hải", "Hạnh", "Khánh", "Lan", "Long", "Mai", "Nam",
    "Phương", "Sơn", "Tuấn",
];

/// A made-up name.
pub(crate) fn name(dice: &mut impl Rng) -> String {
    let mut pick = |names: &[&'static str]| {
        let at = below(dice, u32::try_from(names.len()).unwrap_or(1));
        names[usize::try_from(at).unwrap_or(0)]
    };
    format!("{} {} {}", pick(&FAMILY), pick(&MIDDLE), pick(&GIVEN))
}

/// A phone number of its own for each number below a hundred million.
pub(crate) fn phone(n: u64) -> String {
    format!("09{:08}", (n.wrapping_mul(61_803_399) + 12_345_678) % 100_000_000)
}
