//! The letters about results: published, or corrected.

use chiso_domain::kernel::CycleCode;
use chiso_platform::auth::Role;
use chiso_platform::mail::{Audience, Holder, Mail, Texts};
use serde_json::json;

use crate::store::VersionRow;

pub(crate) const TEXTS: Texts = Texts {
    lease: "ranking.mail",
    kinds: &["published", "corrected"],
    vi: include_str!("../locales/vi/mail.ftl"),
    en: include_str!("../locales/en/mail.ftl"),
};

/// Whom a result concerns.
const READERS: [Role; 5] = [
    Role::UnitHead,
    Role::UnitOfficer,
    Role::CouncilChair,
    Role::Leader,
    Role::Consumer,
];

/// A version was published.
pub(crate) fn published(cycle: &CycleCode, version: &VersionRow) -> Mail {
    let correction = !version.correction_reason.is_empty();
    Mail {
        name: format!("published/{cycle}/{}", version.version),
        kind: if correction { "corrected" } else { "published" },
        audience: Audience::Holders(READERS.map(|role| Holder::of(role, cycle)).to_vec()),
        about: json!({
            "cycle": cycle.to_string(),
            "at": version.published_at.to_local_text(),
            "document": version.document,
            "version": version.version,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_text_in_both_languages() {
        let about = json!({ "cycle": "2026", "at": "05/12/2026 14:32:00",
            "document": "Quyết định 12/QĐ-UBND", "version": 2 });
        let all = TEXTS.check(&[("published", about.clone()), ("corrected", about)]);
        assert!(all.contains("bản số 2 thay cho bản trước"), "{all}");
    }
}
