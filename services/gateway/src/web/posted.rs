//! What a form sent: whole, from a page of ours, in NFC.

use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use chiso_domain::kernel::text::nfc;

use super::state::Web;
use super::trouble::Trouble;
use super::{csrf, guard};

/// The field that names the request, made by the server with the form: whoever sends the same form twice, by a double
/// click or after a cut, gets the first answer again.
pub(super) const REQUEST: &str = "_request";
/// The field with the version that the form shows.
pub(super) const VERSION: &str = "_version";
/// What the name of a field with a password contains, and what one with a code is called.
const SECRET: [&str; 2] = ["password", "mat-khau"];
const CODE: &str = "code";
/// More fields than any form of ours has.
const MOST_FIELDS: usize = 4_000;

/// What a form sent.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    fields: Vec<(String, String)>,
    wants_json: bool,
}

/// What was typed, or nothing: a form shows it again, where there is something to correct.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed(Vec<(String, String)>);

impl Posted {
    /// What a form with a file sent before the file.
    pub(super) const fn of(fields: Vec<(String, String)>, wants_json: bool) -> Self {
        Self { fields, wants_json }
    }

    /// The value of a field, empty where it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a field: of boxes that are checked.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let own = self.fields.iter().filter(move |(found, _)| found == name);
        own.map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// All fields whose name begins so, with what follows in the name.
    pub(super) fn named<'a>(&'a self, begin: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let fields = self.fields.iter();
        fields.filter_map(move |(name, value)| Some((name.strip_prefix(begin)?, value.as_str())))
    }

    /// The id under which services remember what they answered.
    pub(super) fn request_id(&self) -> &str {
        self.text(REQUEST)
    }

    /// The version that the form showed; 0 where it showed none.
    pub(super) fn version(&self) -> i64 {
        self.text(VERSION).parse().unwrap_or(0)
    }

    /// Whether a script sent it and waits for JSON.
    pub(super) const fn wants_json(&self) -> bool {
        self.wants_json
    }

    /// To show it again.
    pub(super) fn typed(&self) -> Typed {
        Typed(self.fields.clone())
    }
}

impl Typed {
    /// What was typed into a field, else what is stored.
    pub(super) fn or<'a>(&'a self, name: &str, stored: &'a str) -> &'a str {
        if self.0.is_empty() {
            return stored;
        }
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Whether nothing was sent.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the form that was sent has a field of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// What a person wrote in words. Codes, numbers and what the page itself sent along are none.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let open = self
            .0
            .iter()
            .filter(|(name, _)| !name.starts_with('_') && !is_secret(name));
        let texts = open.map(|(_, value)| value.trim());
        texts.filter(|text| text.contains(char::is_whitespace) || !text.is_ascii())
    }

    /// Which boxes were checked, else which are stored.
    pub(super) fn all_or<'a>(&'a self, name: &str, stored: Vec<&'a str>) -> Vec<&'a str> {
        if self.0.is_empty() {
            return stored;
        }
        let own = self.0.iter().filter(|(found, _)| found == name);
        own.map(|(_, value)| value.as_str()).collect()
    }
}

/// Whether what is typed into a field is never written into a page again.
pub(super) fn is_secret(name: &str) -> bool {
    name == CODE || SECRET.iter().any(|secret| name.contains(secret))
}

/// The fields of an encoded form, in NFC, with lines that end as ours do.
pub(super) fn fields_of(form: &[u8]) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(form);
    pairs
        .map(|(name, value)| (name.into_owned(), nfc(&value.replace("\r\n", "\n"))))
        .collect()
}

impl<S: Send + Sync> FromRequest<S> for Posted
where
    Web: FromRef<S>,
{
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        let headers = request.headers().clone();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if !text(CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with(guard::FORM)) {
            return Err(Trouble::unreadable());
        }
        let form = Bytes::from_request(request, state).await;
        let fields = fields_of(&form.map_err(|_| Trouble::unreadable())?);
        let nul = fields.iter().any(|(_, value)| value.contains('\0'));
        if nul || fields.len() > MOST_FIELDS {
            return Err(Trouble::unreadable());
        }
        let posted = Self {
            wants_json: text(ACCEPT.as_str()).is_some_and(|list| list.starts_with("application/json")),
            fields,
        };
        let token = text(csrf::HEADER).unwrap_or_else(|| posted.text(csrf::FIELD));
        if csrf::fits(&headers, Web::from_ref(state).cookies(), token) {
            Ok(posted)
        } else {
            Err(Trouble::Stale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(form: &str) -> Posted {
        Posted {
            fields: fields_of(form.as_bytes()),
            wants_json: false,
        }
    }

    #[test]
    fn what_macos_types_is_what_unikey_types() {
        let macos = posted("ten=So%CC%9B%CC%89%20No%CC%A3%CC%82i%20vu%CC%A3%0D%0Aa");
        let unikey = posted("ten=S%E1%BB%9F%20N%E1%BB%99i%20v%E1%BB%A5%0Aa");
        assert_eq!(macos.text("ten"), unikey.text("ten"));
        assert_eq!(unikey.text("ten"), "Sở Nội vụ\na");
    }

    #[test]
    fn passwords_and_codes_are_secret_by_their_names() {
        for secret in ["password", "old_password", "new_password", "mat-khau", "code"] {
            assert!(is_secret(secret), "{secret}");
        }
        for open in ["ma", "login", "ghi-chu", "unit_code", "_request"] {
            assert!(!is_secret(open), "{open}");
        }
    }

    #[test]
    fn what_was_typed_stands_over_what_is_stored() {
        let posted = posted("a=1&a=2&_version=7&_request=r");
        assert_eq!(posted.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((posted.version(), posted.request_id()), (7, "r"));
        let typed = posted.typed();
        assert_eq!((typed.or("a", "9"), typed.or("b", "9")), ("1", ""));
        assert_eq!(Typed::default().or("a", "9"), "9");
    }
}
