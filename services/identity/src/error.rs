//! Why identity says no.

use chiso_domain::kernel::{Instant, Refusal, RefusalKind};

/// The role that works for a leader and not for a unit.
pub(crate) const SECRETARY: &str = "thư ký lãnh đạo";

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
    /// Longer than signing in looks at.
    #[error("password is too long")]
    LongPassword,
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
    #[error("the code is wrong, or was used before")]
    WrongCode,
    #[error("the first code does not fit the new secret")]
    FirstCodeWrong,
    #[error("a code of the second factor that stands is needed")]
    CodeMissing,
    #[error("this sign-in is over, begin anew")]
    SignInExpired,
    #[error("no second factor awaits a confirmation")]
    FactorNotStarted,
    #[error("nobody resets their own second factor")]
    OwnFactor,
    #[error("there is no second factor")]
    NoFactor,
    #[error("e-mail address {0:?} is malformed")]
    BadEmail(String),
    /// A token for somebody else who is more than a consumer.
    #[error("only a consumer's token is made by others")]
    TokenOfAnother,
}

impl Refusal for Refused {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::WrongPassword
            | Self::WrongOldPassword
            | Self::WrongCode
            | Self::FirstCodeWrong
            | Self::SignInExpired
            | Self::SelfGrant
            | Self::OwnFactor
            | Self::TokenOfAnother => RefusalKind::Forbidden,
            Self::TooManyFailures(_) => RefusalKind::Exhausted,
            Self::LoginTaken(_) | Self::PersonExists(_) | Self::TokenExists(_) => RefusalKind::Conflict,
            Self::RoleConflict(_) | Self::FactorNotStarted | Self::NoFactor => RefusalKind::Refused,
            Self::BadLogin(_)
            | Self::ShortPassword
            | Self::LongPassword
            | Self::RoleNeedsUnit(_)
            | Self::BadTokenLife
            | Self::BadEmail(_)
            | Self::CodeMissing => RefusalKind::Invalid,
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
            Self::LongPassword => "PASSWORD_TOO_LONG",
            Self::WrongOldPassword => "WRONG_OLD_PASSWORD",
            Self::RoleConflict(_) => "ROLE_CONFLICT",
            Self::SelfGrant => "SELF_GRANT",
            Self::RoleNeedsUnit(_) => "ROLE_NEEDS_UNIT",
            Self::BadTokenLife => "TOKEN_LIFE_OUT_OF_RANGE",
            Self::TokenExists(_) => "TOKEN_EXISTS",
            Self::TokenOfAnother => "TOKEN_OF_ANOTHER",
            Self::WrongCode => "WRONG_CODE",
            Self::FirstCodeWrong => "FIRST_CODE_WRONG",
            Self::CodeMissing => "CODE_MISSING",
            Self::SignInExpired => "SIGN_IN_EXPIRED",
            Self::FactorNotStarted => "SECOND_FACTOR_NOT_STARTED",
            Self::OwnFactor => "OWN_SECOND_FACTOR",
            Self::NoFactor => "SECOND_FACTOR_ABSENT",
            Self::BadEmail(_) => "EMAIL_MALFORMED",
        }
    }

    fn field(&self) -> String {
        let field = match self {
            Self::WrongPassword | Self::TooManyFailures(_) => "",
            Self::BadLogin(_) | Self::LoginTaken(_) => "login",
            Self::PersonExists(_) | Self::TokenOfAnother | Self::OwnFactor | Self::NoFactor => "person_id",
            Self::WrongCode | Self::FirstCodeWrong | Self::CodeMissing | Self::FactorNotStarted => "code",
            Self::SignInExpired => "pending",
            Self::BadEmail(_) => "email",
            Self::ShortPassword | Self::LongPassword => "password",
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
            Self::LongPassword => "Mật khẩu quá dài. Nhập mật khẩu không quá 300 ký tự.".to_owned(),
            Self::WrongOldPassword => "Mật khẩu cũ không đúng. Nhập lại.".to_owned(),
            Self::RoleConflict(roles) => {
                format!(
                    "Một người không được giữ cùng lúc các vai trò {roles}. Giao cho hai người khác nhau."
                )
            }
            Self::SelfGrant => "Không ai tự cấp quyền cho mình. Đề nghị người quản trị khác cấp.".to_owned(),
            Self::RoleNeedsUnit(SECRETARY) => {
                format!("Vai trò {SECRETARY} cần có lãnh đạo mà người này giúp việc. Chọn lãnh đạo rồi gửi lại.")
            }
            Self::RoleNeedsUnit(role) => {
                format!("Vai trò {role} cần có đơn vị, cơ quan. Chọn đơn vị rồi gửi lại.")
            }
            Self::BadTokenLife => "Thời hạn của mã truy cập từ 1 đến 400 ngày.".to_owned(),
            Self::TokenOfAnother => {
                "Chỉ tạo được mã truy cập cho hệ thống khai thác kết quả; người khác tự đăng nhập và tạo mã của mình."
                    .to_owned()
            }
            Self::WrongCode => "Mã xác thực không đúng hoặc đã dùng. Nhập mã đang hiện trong ứng dụng xác thực, hoặc một mã dự phòng chưa dùng."
                .to_owned(),
            Self::FirstCodeWrong => "Mã chưa khớp. Xem giờ trên điện thoại có đúng không, chờ mã mới rồi nhập lại; nếu vẫn sai, xóa tài khoản vừa thêm trong ứng dụng rồi quét lại."
                .to_owned(),
            Self::CodeMissing => "Tài khoản đã cài mã xác thực. Nhập mã đang hiện trên thiết bị cũ, hoặc một mã dự phòng, để đổi."
                .to_owned(),
            Self::SignInExpired => "Bước đăng nhập này đã quá 5 phút hoặc không còn hiệu lực. Đăng nhập lại từ đầu.".to_owned(),
            Self::FactorNotStarted => "Chưa có mã QR nào đang chờ xác nhận. Mở lại trang cài mã xác thực và quét mã mới."
                .to_owned(),
            Self::OwnFactor => "Không ai tự đặt lại mã xác thực của mình. Đề nghị người quản trị khác đặt lại.".to_owned(),
            Self::NoFactor => "Người này chưa cài mã xác thực, không có gì để đặt lại.".to_owned(),
            Self::BadEmail(email) => format!(
                "Địa chỉ thư “{email}” không hợp lệ. Nhập một địa chỉ dạng ten@coquan.gov.vn, hoặc để trống."
            ),
            Self::TokenExists(id) => format!("Mã truy cập {id} đã tồn tại. Tạo mã mới."),
        }
    }
}
