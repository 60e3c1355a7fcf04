//! What proves a claim, and which files are taken as proof (BR-14 to BR-16; 4.1, 4.33, 4.34).

use serde::{Deserialize, Serialize};

use crate::cycle::EvidenceRule;
use crate::kernel::Points;
use crate::scoring::Scored;

use super::AppraisalRefusal;

/// How a piece of evidence is held. Each of them proves a claim alike (4.33).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A stored file.
    File,
    /// An address on the web.
    Link,
    /// The record that secret evidence was shown in person; never its content.
    InPerson,
}

/// What the evidence rule misses on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// There is evidence, but no explanation.
    Explanation,
    /// There is an explanation, but no evidence.
    Evidence,
    /// There is neither.
    Both,
}

impl Lack {
    /// What is missing, in Vietnamese.
    #[must_use]
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Explanation => "giải trình",
            Self::Evidence => "tài liệu kiểm chứng",
            Self::Both => "giải trình và tài liệu kiểm chứng",
        }
    }
}

/// What the rule misses. A claim of zero points needs nothing (A8); a claim that nothing was planned does,
/// since it moves the unit's other points.
#[must_use]
pub fn lack(rule: EvidenceRule, own: Scored, explained: bool, evidenced: bool) -> Option<Lack> {
    if own == Scored::Points(Points::ZERO) {
        return None;
    }
    match (rule, explained, evidenced) {
        (_, true, true) | (EvidenceRule::Either, true, false) | (EvidenceRule::Either, false, true) => None,
        (EvidenceRule::Both, true, false) => Some(Lack::Evidence),
        (EvidenceRule::Both, false, true) => Some(Lack::Explanation),
        (_, false, false) => Some(Lack::Both),
    }
}

/// The kinds of files that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    /// A signed or scanned document.
    Pdf,
    /// A picture.
    Png,
    /// A photograph.
    Jpeg,
}

impl MediaType {
    /// Its MIME name.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// What the first bytes say. Readers accept a PDF whose mark comes within the first kilobyte; we do not:
    /// such a file may be something else as well.
    #[must_use]
    pub fn of_content(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if head.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else {
            None
        }
    }

    /// What the name claims.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            _ => None,
        }
    }
}

/// Checks that a file is what its name says.
///
/// # Errors
/// [`AppraisalRefusal::FileTypeNotTaken`] or [`AppraisalRefusal::FileMislabelled`].
pub fn check_type(name: &str, head: &[u8]) -> Result<MediaType, AppraisalRefusal> {
    let claimed =
        MediaType::of_name(name).ok_or_else(|| AppraisalRefusal::FileTypeNotTaken(name.to_owned()))?;
    let found = MediaType::of_content(head);
    if found == Some(claimed) {
        Ok(claimed)
    } else {
        Err(AppraisalRefusal::FileMislabelled { claimed, found })
    }
}

/// Where the last cross-reference section of a PDF begins, as its tail says after `startxref`.
#[must_use]
pub fn last_xref(tail: &[u8]) -> Option<u64> {
    let at = rfind(tail, b"startxref")? + b"startxref".len();
    let digits: Vec<u8> = tail
        .get(at..)?
        .iter()
        .copied()
        .skip_while(u8::is_ascii_whitespace)
        .take_while(u8::is_ascii_digit)
        .collect();
    String::from_utf8(digits).ok()?.parse().ok()
}

/// Whether a cross-reference section, read from its start, names an encryption dictionary: the file then
/// asks for a password, and nobody could check it. Looked for up to the section's end, so that the word in
/// a page's text does no harm.
#[must_use]
pub fn is_encrypted(section: &[u8]) -> bool {
    let end = [find(section, b"startxref"), find(section, b"stream")]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(section.len());
    names_encrypt(section.get(..end).unwrap_or(section))
}

/// `/Encrypt` as a whole name: `/EncryptMetadata` is another one.
fn names_encrypt(bytes: &[u8]) -> bool {
    let name = b"/Encrypt";
    let mut rest = bytes;
    while let Some(at) = find(rest, name) {
        rest = rest.get(at + name.len()..).unwrap_or_default();
        if rest.first().is_none_or(|next| !next.is_ascii_alphanumeric()) {
            return true;
        }
    }
    false
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}
