//! Accounts, as an organiser keeps them on pages.

use axum::http::StatusCode;
use chiso_tests::PASSWORD;

use crate::organise::{organised, send};
use crate::site::{Answer, Browser};
use crate::unit::hidden;

const LIST: &str = "/quan-tri/tai-khoan";
const NEW: &str = "/quan-tri/tai-khoan/moi";

/// Makes somebody; the address of the account.
async fn made(organiser: &mut Browser, typed: &[(&str, &str)]) -> String {
    let made = send(organiser, (NEW, NEW), typed).await;
    let to = made.leads_to().to_owned();
    to.strip_suffix("?da-xong=moi").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_signs_in_and_has_the_role_that_was_given() {
    let (site, mut organiser) = organised().await;
    let short = [
        ("ho-ten", "Lê Thị Đào"),
        ("dang-nhap", "Đào"),
        ("password", "ngắn"),
        ("vai-tro", "can-bo"),
        ("dot", "2022"),
        ("don-vi", ""),
    ];
    let refused = send(&mut organiser, (NEW, NEW), &short).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("value=\"Lê Thị Đào\"") && refused.text.contains("href=\"#f-don-vi\""),
        "{}",
        refused.text
    );
    assert!(!refused.text.contains("ngắn\""), "a password is not shown again");
    let typed = [
        ("ho-ten", "Lê Thị Đào"),
        ("dang-nhap", "dao.vt"),
        ("password", PASSWORD),
        ("vai-tro", "can-bo"),
        ("dot", "2022"),
        ("don-vi", "VT"),
        ("thu", "dao@phutho.gov.vn"),
    ];
    let account = made(&mut organiser, &typed).await;
    let page = organiser.get(&account).await;
    assert!(
        page.text.contains("Cán bộ đơn vị · VT · đợt 2022"),
        "{}",
        page.text
    );
    let mut officer = site.browser();
    officer.enter("dao.vt").await;
    assert_eq!(officer.get("/tu-cham/2022/VT").await.status, StatusCode::OK);
    let taken = send(&mut organiser, (NEW, NEW), &typed).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    // Whoever goes back to the form and types somebody else is not held up by an id that nobody chose.
    let fields = hidden(&taken, NEW);
    let id = |page: &Answer| page.text.split_once("name=\"nguoi\" value=\"").unwrap().1[..36].to_owned();
    assert!(
        fields
            .iter()
            .any(|(name, value)| name == "nguoi" && *value == id(&taken))
    );
    assert_ne!(id(&taken), account.rsplit('/').next().unwrap());
    assert!(
        taken.text.contains("đã có người dùng") && taken.text.contains("value=\"dao.vt\""),
        "{}",
        taken.text
    );
    for (query, found) in [
        ("tim=dao", true),
        ("tim=LE+thi+dao+vt", true),
        ("tim=khong-co-ai", false),
        ("vai-tro=can-bo", true),
        ("vai-tro=lanh-dao", false),
    ] {
        let list = organiser.get(&format!("{LIST}?{query}")).await;
        assert_eq!(list.text.contains("dao.vt"), found, "{query}: {}", list.text);
    }
}

/// The account of somebody who has no role yet.
async fn without_role(organiser: &mut Browser) -> String {
    let typed = [
        ("ho-ten", "Trần Văn Bình"),
        ("dang-nhap", "binh"),
        ("password", PASSWORD),
    ];
    made(organiser, &typed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_refused_at_the_place_it_is_given_for() {
    let (_site, mut organiser) = organised().await;
    let account = without_role(&mut organiser).await;
    let to = format!("{account}/quyen");
    for (role, unit, field, told) in [
        ("thu-ky", "SNV", "lanh-dao", "Chọn lãnh đạo rồi gửi lại"),
        ("can-bo", "", "don-vi", "cần có đơn vị"),
        ("can-bo", "CUU", "don-vi", "Đợt 2022 không có đơn vị này"),
    ] {
        let typed = [("vai-tro", role), ("dot", "2022"), ("don-vi", unit)];
        let refused = send(&mut organiser, (&account, &to), &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{role}");
        assert!(
            refused.text.contains(&format!("href=\"#f-{field}\"")) && refused.text.contains(told),
            "{role} {unit}: {}",
            refused.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_given_and_taken_with_a_reason() {
    let (_site, mut organiser) = organised().await;
    let account = without_role(&mut organiser).await;
    let to = format!("{account}/quyen");
    let given = send(
        &mut organiser,
        (&account, &to),
        &[("vai-tro", "kiem-tra"), ("dot", "")],
    )
    .await;
    assert_eq!(given.leads_to(), format!("{account}?da-xong=quyen"));
    let clash = send(
        &mut organiser,
        (&account, &to),
        &[("vai-tro", "lanh-dao"), ("dot", "2022")],
    )
    .await;
    assert_eq!(clash.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(clash.text.contains("không được giữ cùng lúc"), "{}", clash.text);
    let take = format!("{account}/thu-hoi");
    let no_reason = send(&mut organiser, (&account, &take), &[("thu-ly-do-0", " ")]).await;
    assert_eq!(no_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        no_reason.text.contains("href=\"#f-thu-ly-do-0\""),
        "{}",
        no_reason.text
    );
    let long = "x".repeat(501);
    let too_long = send(&mut organiser, (&account, &take), &[("thu-ly-do-0", &long)]).await;
    assert!(
        too_long.text.contains("href=\"#f-thu-ly-do-0\""),
        "{}",
        too_long.text
    );
    let taken = send(
        &mut organiser,
        (&account, &take),
        &[("thu-ly-do-0", "Chuyển công tác")],
    )
    .await;
    assert_eq!(taken.leads_to(), format!("{account}?da-xong=thu-hoi"));
    assert!(organiser.get(&account).await.text.contains("Chưa có vai trò nào"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_set_and_an_account_disabled() {
    let (site, mut organiser) = organised().await;
    let account = without_role(&mut organiser).await;
    let password = "mật khẩu thứ hai";
    let set = send(
        &mut organiser,
        (&account, &format!("{account}/mat-khau")),
        &[("password", password)],
    )
    .await;
    assert_eq!(set.leads_to(), format!("{account}?da-xong=mat-khau"));
    let mut person = site.browser();
    assert_eq!(person.sign_in("binh", password).await.leads_to(), "/viec-cua-toi");
    let wrong = send(
        &mut organiser,
        (&account, &format!("{account}/thu")),
        &[("thu", "khong phai")],
    )
    .await;
    assert!(
        wrong.text.contains("value=\"khong phai\"") && wrong.text.contains("href=\"#f-thu\""),
        "{}",
        wrong.text
    );
    let gone = send(
        &mut organiser,
        (&account, &format!("{account}/khoa")),
        &[("khoa-ly-do", "Nghỉ hưu")],
    )
    .await;
    assert_eq!(gone.leads_to(), format!("{account}?da-xong=khoa"));
    assert!(
        organiser
            .get(&account)
            .await
            .text
            .contains("Tài khoản đã vô hiệu")
    );
    let mut person = site.browser();
    assert_ne!(
        person.sign_in("binh", password).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_program_is_shown_once() {
    let (_site, mut organiser) = organised().await;
    let typed = [
        ("ho-ten", "Cổng thông tin tỉnh"),
        ("dang-nhap", "cong-tttt"),
        ("password", ""),
        ("vai-tro", "khai-thac"),
        ("dot", ""),
    ];
    let account = made(&mut organiser, &typed).await;
    let to = format!("{account}/ma");
    let odd = send(
        &mut organiser,
        (&account, &to),
        &[("nhan", "Trang chủ"), ("so-ngay", "500")],
    )
    .await;
    assert!(
        odd.text.contains("href=\"#f-so-ngay\"") && odd.text.contains("value=\"Trang chủ\""),
        "{}",
        odd.text
    );
    let made = send(
        &mut organiser,
        (&account, &to),
        &[("nhan", "Trang chủ"), ("so-ngay", "365")],
    )
    .await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let secret = made.text.split_once("<code class=\"secret\">").unwrap().1;
    assert!(secret.starts_with("chiso_") && made.header("cache-control").contains("no-store"));
    let secret = secret.split('<').next().unwrap();
    let page = organiser.get(&account).await;
    assert!(page.text.contains("Trang chủ") && !page.text.contains(secret));
    let off = send(&mut organiser, (&account, &format!("{account}/ma/thu-hoi")), &[]).await;
    assert_eq!(off.leads_to(), format!("{account}?da-xong=bo-ma"));
    assert!(organiser.get(&account).await.text.contains("Đã hủy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_their_own_rights_on_a_page() {
    let (_site, mut organiser) = organised().await;
    let list = organiser.get(&format!("{LIST}?tim=quantri")).await;
    let own = list
        .text
        .split("href=\"/quan-tri/tai-khoan/")
        .map(|rest| rest.split('"').next().unwrap());
    let own = own.last().unwrap().to_owned();
    let page = organiser.get(&format!("{LIST}/{own}")).await;
    assert!(page.text.contains("Đây là tài khoản của bạn"), "{}", page.text);
    assert!(
        !page.text.contains(&format!("action=\"{LIST}/{own}")),
        "{}",
        page.text
    );
    let nobody = organiser
        .get(&format!("{LIST}/00000000-0000-7000-8000-000000000000"))
        .await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_for_others_is_in_no_page_that_carries_what_was_typed() {
    let (_site, mut organiser) = organised().await;
    let page = organiser.get(NEW).await;
    let fields = hidden(&page, NEW);
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let typed = [
        ("ho-ten", "Lê Thị Đào"),
        ("dang-nhap", "dao.vt"),
        ("password", "bí mật của Đào"),
    ];
    let fields: Vec<_> = fields.chain(typed).collect();
    organiser.forget_session();
    let door = organiser.post(NEW, &fields).await;
    let carried = door.field("_again");
    assert!(carried.contains("dao.vt"), "{}", door.text);
    assert!(
        !door.text.contains("bí mật") && !carried.contains("password"),
        "{carried}"
    );
    // Each field of that page whose text is not shown is one that never comes along.
    let inputs = page
        .text
        .split("<input")
        .map(|rest| rest.split('>').next().unwrap());
    let secret: Vec<&str> = inputs
        .filter(|input| input.contains("type=\"password\""))
        .collect();
    assert!(!secret.is_empty() && secret.iter().all(|input| input.contains("name=\"password\"")));
}
