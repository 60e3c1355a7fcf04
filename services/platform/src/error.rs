//! One error type for every service, mapped once to a gRPC status with rich details.
//!
//! A rule's refusal keeps its kind, reason, field and Vietnamese sentence. What is internal keeps its cause
//! for the log and shows the caller only a reason. A peer's answer is passed on as it came.

use std::fmt;

use chiso_domain::kernel::{Refusal, RefusalKind};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::db::DbError;

/// Domain of the stable reasons in error details.
pub const DOMAIN: &str = "chiso";

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a call fails.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
enum Inner {
    Refused {
        code: Code,
        reason: &'static str,
        english: String,
        vi: String,
        violations: Vec<(String, String)>,
    },
    Broken {
        code: Code,
        reason: &'static str,
        cause: Cause,
    },
    Peer(Status),
}

impl Error {
    fn refused(code: Code, reason: &'static str, english: String, vi: String) -> Self {
        Self(Box::new(Inner::Refused {
            code,
            reason,
            english,
            vi,
            violations: Vec::new(),
        }))
    }

    /// Something of ours is broken; the caller sees only that.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self(Box::new(Inner::Broken {
            code: Code::Internal,
            reason: "INTERNAL",
            cause: cause.into(),
        }))
    }

    /// Something we lean on is not there now; the same request may be sent again.
    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self(Box::new(Inner::Broken {
            code: Code::Unavailable,
            reason: "UNAVAILABLE",
            cause: cause.into(),
        }))
    }

    /// Another service's answer, passed on.
    #[must_use]
    pub fn peer(status: Status) -> Self {
        Self(Box::new(Inner::Peer(status)))
    }

    /// There is no such thing, or the caller may not know of it.
    pub fn not_found(field: &str, vi: impl Into<String>) -> Self {
        let vi = vi.into();
        Self::refused(
            Code::NotFound,
            "NOT_FOUND",
            format!("{field} not found"),
            vi.clone(),
        )
        .violation(field, vi)
    }

    /// Nobody is signed in, or the token no longer counts.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::refused(
            Code::Unauthenticated,
            "UNAUTHENTICATED",
            "sign in first".to_owned(),
            "Phiên làm việc không còn hiệu lực. Đăng nhập rồi thử lại.".to_owned(),
        )
    }

    /// The caller may not do this.
    #[must_use]
    pub fn forbidden(permission: &str) -> Self {
        Self::refused(
            Code::PermissionDenied,
            "PERMISSION_DENIED",
            format!("permission {permission} is needed"),
            "Bạn không có quyền làm việc này. Nếu cần, đề nghị Sở Nội vụ cấp quyền.".to_owned(),
        )
    }

    /// Whoever decides has to set up a second factor before anything else.
    #[must_use]
    pub fn second_factor_due() -> Self {
        Self::refused(
            Code::PermissionDenied,
            "SECOND_FACTOR_DUE",
            "set up a second factor first".to_owned(),
            "Vai trò của bạn cần mã xác thực. Cài mã xác thực ở mục Tài khoản của trang web rồi đăng nhập lại.".to_owned(),
        )
    }

    /// Several faults of one input, each with its field.
    #[must_use]
    pub fn faults(reason: &'static str, vi: impl Into<String>, faults: Vec<(String, String)>) -> Self {
        let english = format!("{} faults", faults.len());
        Self(Box::new(Inner::Refused {
            code: Code::InvalidArgument,
            reason,
            english,
            vi: vi.into(),
            violations: faults,
        }))
    }

    /// The state does not allow it; each obstacle with its field.
    #[must_use]
    pub fn obstacles(reason: &'static str, vi: impl Into<String>, obstacles: Vec<(String, String)>) -> Self {
        let english = format!("{} obstacles", obstacles.len());
        let code = Code::FailedPrecondition;
        Self(Box::new(Inner::Refused {
            code,
            reason,
            english,
            vi: vi.into(),
            violations: obstacles,
        }))
    }

    /// The same refusal with one more field at fault.
    #[must_use]
    pub fn violation(mut self, field: &str, vi: impl Into<String>) -> Self {
        if let Inner::Refused { violations, .. } = &mut *self.0
            && !field.is_empty()
        {
            violations.push((field.to_owned(), vi.into()));
        }
        self
    }

    /// The stable reason: `DEADLINE_PASSED`.
    #[must_use]
    pub fn reason(&self) -> String {
        match &*self.0 {
            Inner::Refused { reason, .. } | Inner::Broken { reason, .. } => (*reason).to_owned(),
            Inner::Peer(status) => reason_of(status),
        }
    }

    /// The Vietnamese sentence.
    #[must_use]
    pub fn vi(&self) -> String {
        match &*self.0 {
            Inner::Refused { vi, .. } => vi.clone(),
            Inner::Broken { .. } => BROKEN_VI.to_owned(),
            Inner::Peer(status) => vi_of(status),
        }
    }

    /// First field at fault, empty if none.
    #[must_use]
    pub fn field(&self) -> String {
        match &*self.0 {
            Inner::Refused { violations, .. } => violations.first().map(|v| v.0.clone()).unwrap_or_default(),
            Inner::Broken { .. } => String::new(),
            Inner::Peer(status) => violations_of(status)
                .into_iter()
                .next()
                .map(|v| v.0)
                .unwrap_or_default(),
        }
    }

    /// The gRPC code.
    #[must_use]
    pub fn code(&self) -> Code {
        match &*self.0 {
            Inner::Refused { code, .. } | Inner::Broken { code, .. } => *code,
            Inner::Peer(status) => status.code(),
        }
    }
}

const BROKEN_VI: &str =
    "Hệ thống gặp sự cố. Dữ liệu đã nhận không mất; hãy gửi lại đúng yêu cầu này sau ít phút.";

/// The stable reason in a status, empty if it has none.
#[must_use]
pub fn reason_of(status: &Status) -> String {
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

/// The Vietnamese sentence in a status, or its plain message.
#[must_use]
pub fn vi_of(status: &Status) -> String {
    status
        .get_details_localized_message()
        .map_or_else(|| status.message().to_owned(), |m| m.message)
}

/// Fields at fault in a status, each with its description.
#[must_use]
pub fn violations_of(status: &Status) -> Vec<(String, String)> {
    let violations = status
        .get_details_bad_request()
        .map(|b| b.field_violations)
        .unwrap_or_default();
    violations.into_iter().map(|v| (v.field, v.description)).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::Refused {
                reason,
                english,
                violations,
                ..
            } => {
                write!(f, "{reason}: {english}")?;
                violations
                    .iter()
                    .take(3)
                    .try_for_each(|(field, _)| write!(f, " [{field}]"))
            }
            Inner::Broken { reason, .. } => f.write_str(reason),
            Inner::Peer(status) => write!(f, "peer answered {:?}: {}", status.code(), status.message()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Inner::Broken { cause, .. } => Some(&**cause),
            Inner::Refused { .. } | Inner::Peer(_) => None,
        }
    }
}

impl<R: Refusal> From<R> for Error {
    fn from(refusal: R) -> Self {
        let code = match refusal.kind() {
            RefusalKind::Invalid => Code::InvalidArgument,
            RefusalKind::NotFound => Code::NotFound,
            RefusalKind::Conflict => Code::Aborted,
            RefusalKind::Refused => Code::FailedPrecondition,
            RefusalKind::Forbidden => Code::PermissionDenied,
            RefusalKind::Exhausted => Code::ResourceExhausted,
        };
        let vi = refusal.vi();
        Self::refused(code, refusal.reason(), refusal.to_string(), vi.clone()).violation(&refusal.field(), vi)
    }
}

/// A text holds the character U+0000, which no database takes.
#[derive(Debug, thiserror::Error)]
#[error("a text holds U+0000")]
struct NulInText;

impl Refusal for NulInText {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }
    fn reason(&self) -> &'static str {
        "TEXT_HAS_NUL"
    }
    fn field(&self) -> String {
        String::new()
    }
    fn vi(&self) -> String {
        "Nội dung có ký tự rỗng (U+0000). Bỏ ký tự đó rồi gửi lại.".to_owned()
    }
}

impl From<DbError> for Error {
    fn from(cause: DbError) -> Self {
        match cause {
            DbError::Nul => NulInText.into(),
            cause if cause.is_passing() => Self::unavailable(cause),
            cause => Self::internal(cause),
        }
    }
}

impl From<Error> for Status {
    /// Logs what is broken, here and nowhere else; a refusal is the caller's and is only counted.
    fn from(error: Error) -> Self {
        match *error.0 {
            Inner::Refused {
                code,
                reason,
                english,
                vi,
                violations,
            } => {
                let mut details = ErrorDetails::with_error_info(reason, DOMAIN, []);
                details.set_localized_message("vi", vi);
                if !violations.is_empty() {
                    let violation = |(field, vi)| FieldViolation::new(field, vi);
                    details.set_bad_request(violations.into_iter().map(violation).collect::<Vec<_>>());
                }
                Self::with_error_details(code, english, details)
            }
            Inner::Broken { code, reason, cause } => {
                tracing::error!(reason, cause = %chain(&*cause), "a call failed inside");
                let mut details = ErrorDetails::with_error_info(reason, DOMAIN, []);
                details.set_localized_message("vi", BROKEN_VI);
                Self::with_error_details(code, "the request may be sent again as it is", details)
            }
            Inner::Peer(status) => status,
        }
    }
}

/// An error with all its causes, for one log line.
#[must_use]
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
