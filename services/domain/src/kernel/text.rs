//! Text as people type it: normalised on entry, folded for search.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Unicode NFC, without blanks at both ends. Every text that enters is kept in this form.
#[must_use]
pub fn nfc(text: &str) -> String {
    text.trim().nfc().collect()
}

/// For search: lower case, without tone marks, đ as d.
#[must_use]
pub fn folded(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// The letters in the order of the Vietnamese alphabet; f, j, w, z stand where they do in the Latin one.
const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
/// The tones in the order of dictionaries: none (not listed), huyền, hỏi, ngã, sắc, nặng.
const TONES: &str = "\u{300}\u{309}\u{303}\u{301}\u{323}";

/// What [`vi_key`] gives: per word its letters, then its tones.
pub type ViKey = Vec<(Vec<u32>, Vec<u8>)>;

/// For sorting as a Vietnamese dictionary does, word by word: by letters (a before ă before â, d before đ), then by
/// tones. Signs come before digits, digits before letters. Texts that differ only in case have one key.
#[must_use]
pub fn vi_key(text: &str) -> ViKey {
    text.split_whitespace().map(word_key).collect()
}

fn word_key(word: &str) -> (Vec<u32>, Vec<u8>) {
    let (mut letters, mut tones): (Vec<u32>, Vec<u8>) = (Vec::new(), Vec::new());
    for c in word.nfd().flat_map(char::to_lowercase) {
        let tone = (1_u8..).zip(TONES.chars()).find(|(_, tone)| *tone == c);
        if let (Some((tone, _)), Some(last)) = (tone, tones.last_mut()) {
            *last = tone;
        } else if is_combining_mark(c) {
            // Hat, breve and horn make another letter of the one before.
            if let Some(last) = letters.last_mut() {
                *last = marked(*last, c).unwrap_or(*last);
            }
        } else {
            letters.push(place(c).unwrap_or_else(|| u32::from(c)));
            tones.push(0);
        }
    }
    (letters, tones)
}

/// The place of the letter that a mark makes of another.
fn marked(plain: u32, mark: char) -> Option<u32> {
    let at = usize::try_from(plain.checked_sub(LETTERS)?).ok()?;
    let whole = [ALPHABET.chars().nth(at)?, mark].into_iter().nfc().next()?;
    place(whole)
}

/// Letters of the alphabet come after every other character of one byte.
const LETTERS: u32 = 0x80;

fn place(letter: char) -> Option<u32> {
    let at = ALPHABET.chars().position(|known| known == letter)?;
    Some(LETTERS + u32::try_from(at).ok()?)
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_text_becomes_composed() {
        let decomposed = "Sở Nội vụ".nfd().collect::<String>();
        assert_ne!(decomposed, "Sở Nội vụ");
        assert_eq!(nfc(&decomposed), "Sở Nội vụ");
    }

    #[test]
    fn names_sort_as_in_a_dictionary() {
        let sorted = [
            "",
            "1",
            "An",
            "an toàn",
            "ăn",
            "ân",
            "Bình",
            "Cẩm Khê",
            "Cường",
            "dung",
            "đa",
            "ma",
            "mà",
            "mả",
            "mã",
            "má",
            "mạ",
            "màn",
            "Sở Công Thương",
            "Sở Nội vụ",
            "Sở Tài chính",
            "Sở Y tế",
            "thanh",
            "thanh tra",
            "thánh",
            "ưu",
            "Văn phòng",
            "xã",
        ];
        for pair in sorted.windows(2) {
            assert!(vi_key(pair[0]) < vi_key(pair[1]), "{pair:?}");
        }
        let decomposed = "Sở Nội vụ".nfd().collect::<String>();
        assert_eq!(vi_key(&decomposed), vi_key("SỞ NỘI VỤ"));
    }

    #[test]
    fn folding_finds_without_marks() {
        assert_eq!(folded("Đoan Hùng"), "doan hung");
    }
}
