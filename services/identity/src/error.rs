//! Why identity says no.

use chiso_domain::kernel::{Instant, Refusal, RefusalKind};

/// A refusal of this service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("wrong login or password")]
    WrongPassword,
    #[error("too many failed sign-ins, wait until {0}")]
    TooManyFailures(Instant),
    #[error("login {0:?} is malformed")]
    BadLogin(String),
    #[error("login {0} is taken")]
    LoginTaken(String),
    #[error("person {0} exists")]
    PersonExists(String),
    #[error("password is too short")]
    ShortPassword,
    #[error("the old password is wrong")]
    WrongOldPassword,
    #[error("the roles exclude each other: {0}")]
    RoleConflict(&'static str),
    #[error("nobody grants a role to themselves")]
    SelfGrant,
    #[error("role {0} needs a unit")]
    RoleNeedsUnit(&'static str),
    #[error("a token lives 1 to 400 days")]
    BadTokenLife,
    #[error("token {0} exists")]
    TokenExists(String),
    /// A token for somebody else who is more than a consumer.
    #[error("only a consumer's token is made by others")]
    TokenOfAnother,
}

impl Refusal for Refused {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::WrongPassword | Self::WrongOldPassword | Self::SelfGrant | Self::TokenOfAnother => {
                RefusalKind::Forbidden
            }
            Self::TooManyFailures(_) => RefusalKind::Exhausted,
            Self::LoginTaken(_) | Self::PersonExists(_) | Self::TokenExists(_) => RefusalKind::Conflict,
            Self::RoleConflict(_) => RefusalKind::Refused,
            Self::BadLogin(_) | Self::ShortPassword | Self::RoleNeedsUnit(_) | Self::BadTokenLife => {
                RefusalKind::Invalid
            }
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::WrongPassword => "WRONG_PASSWORD",
            Self::TooManyFailures(_) => "TOO_MANY_FAILURES",
            Self::BadLogin(_) => "LOGIN_MALFORMED",
            Self::LoginTaken(_) => "LOGIN_TAKEN",
            Self::PersonExists(_) => "PERSON_EXISTS",
            Self::ShortPassword => "PASSWORD_TOO_SHORT",
            Self::WrongOldPassword => "WRONG_OLD_PASSWORD",
            Self::RoleConflict(_) => "ROLE_CONFLICT",
            Self::SelfGrant => "SELF_GRANT",
            Self::RoleNeedsUnit(_) => "ROLE_NEEDS_UNIT",
            Self::BadTokenLife => "TOKEN_LIFE_OUT_OF_RANGE",
            Self::TokenExists(_) => "TOKEN_EXISTS",
            Self::TokenOfAnother => "TOKEN_OF_ANOTHER",
        }
    }

    fn field(&self) -> String {
        let field = match self {
            Self::WrongPassword | Self::TooManyFailures(_) => "",
            Self::BadLogin(_) | Self::LoginTaken(_) => "login",
            Self::PersonExists(_) | Self::TokenOfAnother => "person_id",
            Self::ShortPassword => "password",
            Self::WrongOldPassword => "old_password",
            Self::RoleConflict(_) | Self::SelfGrant => "grant.role",
            Self::RoleNeedsUnit(_) => "grant.unit",
            Self::BadTokenLife => "days",
            Self::TokenExists(_) => "token_id",
        };
        field.to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::WrongPassword => "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra rồi thử lại.".to_owned(),
            Self::TooManyFailures(until) => {
                format!(
                    "Sai quá nhiều lần. Chờ đến {} rồi thử lại.",
                    until.to_local_text()
                )
            }
            Self::BadLogin(login) => format!(
                "Tên đăng nhập “{login}” không hợp lệ: dùng 3 đến 64 ký tự a-z, 0-9, dấu chấm, gạch ngang, gạch dưới."
            ),
            Self::LoginTaken(login) => format!("Tên đăng nhập “{login}” đã có người dùng. Chọn tên khác."),
            Self::PersonExists(id) => format!("Người có mã {id} đã tồn tại. Tạo mã mới."),
            Self::ShortPassword => "Mật khẩu cần ít nhất 10 ký tự. Nhập mật khẩu dài hơn.".to_owned(),
            Self::WrongOldPassword => "Mật khẩu cũ không đúng. Nhập lại.".to_owned(),
            Self::RoleConflict(roles) => {
                format!(
                    "Một người không được giữ cùng lúc các vai trò {roles}. Giao cho hai người khác nhau."
                )
            }
            Self::SelfGrant => "Không ai tự cấp quyền cho mình. Đề nghị người quản trị khác cấp.".to_owned(),
            Self::RoleNeedsUnit(role) => format!("Vai trò {role} cần có mã đơn vị. Điền “unit”."),
            Self::BadTokenLife => "Thời hạn của mã truy cập từ 1 đến 400 ngày.".to_owned(),
            Self::TokenOfAnother => {
                "Chỉ tạo được mã truy cập cho hệ thống khai thác kết quả; người khác tự đăng nhập và tạo mã của mình."
                    .to_owned()
            }
            Self::TokenExists(id) => format!("Mã truy cập {id} đã tồn tại. Tạo mã mới."),
        }
    }
}
