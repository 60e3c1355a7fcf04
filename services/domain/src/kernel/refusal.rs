//! What a rule answers when it says no.
//!
//! Each area has a closed enum of its own reasons that implements [`Refusal`]; how a refusal becomes a gRPC
//! status or an HTTP problem is decided once, in the platform.

/// The sort of a refusal; decides the status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The input is wrong in itself: correct it and send again.
    Invalid,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// It collides with what is already there: another version, another content under the same id.
    Conflict,
    /// The input is fine, but the state or the calendar does not allow it now.
    Refused,
    /// The caller may not do this.
    Forbidden,
    /// A limit is used up.
    Exhausted,
}

/// A reason why a rule says no. `Display` is the English sentence for logs.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// The sort of refusal.
    fn kind(&self) -> RefusalKind;
    /// Public, stable name: `DEADLINE_PASSED`.
    fn reason(&self) -> &'static str;
    /// Path of the field that is at fault (`answers[3].value`), empty if none is.
    fn field(&self) -> String {
        String::new()
    }
    /// Vietnamese sentence: what is wrong and what to do.
    fn vi(&self) -> String;
}

/// A text that is no id, code or number. `Display` is the English sentence for logs.
pub trait Unreadable: std::fmt::Display {
    /// Vietnamese sentence: how such a text is written.
    fn remedy(&self) -> String;
}

impl Unreadable for std::num::ParseIntError {
    fn remedy(&self) -> String {
        "Viết một số nguyên.".to_owned()
    }
}
