//! The letters of identity: the invitation.

use chiso_domain::kernel::RequestId;
use chiso_platform::mail::{Audience, Mail, Texts};
use serde_json::json;

use crate::store::PersonRow;

pub(crate) const TEXTS: Texts = Texts {
    lease: "identity.mail",
    kinds: &["invited"],
    vi: include_str!("../locales/vi/mail.ftl"),
    en: include_str!("../locales/en/mail.ftl"),
};

/// Somebody was made, or got an address, who can be written to and can sign in: a program has no password.
pub(crate) fn invited(person: &PersonRow, by: RequestId) -> Option<Mail> {
    let invites = !person.email.is_empty() && !person.disabled && person.password_hash.is_some();
    invites.then(|| Mail {
        name: format!("invited/{}/{by}", person.id),
        kind: "invited",
        audience: Audience::People(vec![person.id]),
        about: json!({ "login": person.login }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_text_in_both_languages() {
        let all = TEXTS.check(&[("invited", json!({ "login": "nguyen.an" }))]);
        assert!(all.contains("Tên đăng nhập: nguyen.an"), "{all}");
    }
}
