//! Files as evidence: sent as browsers send them, given out as what they are, and taken from no form but ours.

use axum::http::StatusCode;

use crate::site::{Answer, Browser};
use crate::unit::{LIST, entered, hidden, scoring};

/// Sends a form with a file, as browsers do.
async fn send_file(
    browser: &mut Browser,
    page: &Answer,
    typed: &[(&str, &str)],
    (name, bytes): (&str, &str),
) -> Answer {
    let action = format!("{LIST}/I.1/tep");
    let fields = hidden(page, &action);
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut body = String::new();
    for (field, value) in fields.chain(typed.iter().copied()) {
        body += &format!("--RANH\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
    }
    body += "--RANH\r\ncontent-disposition: form-data; name=\"file\"; filename=\"";
    body += &format!("{name}\"\r\ncontent-type: text/html\r\n\r\n{bytes}\r\n--RANH--\r\n");
    let headers = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=RANH"),
    ];
    browser.send("POST", &action, &headers, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_passed_on_and_given_out_as_what_it_is() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let address = format!("{LIST}/I.1");
    let page = officer.get(&address).await;
    let pdf = "%PDF-1.7\nnội dung\n%%EOF\n";
    let typed = [("file_document", "215/BC-SNV"), ("file_locator", "Mục II")];
    for (name, bytes, why) in [
        (
            "a.pdf",
            "<html>không phải PDF</html>",
            "nhưng nội dung là loại khác",
        ),
        ("a.pdf", "", "Tệp rỗng"),
        ("", "", "Chưa chọn tệp"),
    ] {
        let refused = send_file(&mut officer, &page, &typed, (name, bytes)).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{why}: {}",
            refused.text
        );
        assert!(
            refused.text.contains(why) && refused.text.contains("value=\"215/BC-SNV\""),
            "{}",
            refused.text
        );
    }
    let secret = send_file(&mut officer, &page, &[("secret", "1")], ("a.pdf", pdf)).await;
    assert_eq!(secret.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        secret.text.contains("Tài liệu mật không được tải lên"),
        "{}",
        secret.text
    );
    for _sent_again_after_a_cut in 0..2 {
        let added = send_file(&mut officer, &page, &typed, ("Báo cáo.pdf", pdf)).await;
        assert_eq!(added.leads_to(), format!("{address}#tai-lieu"));
    }
    let page = officer.get(&address).await;
    let files = page.text.split("href=\"/tai-lieu/").skip(1);
    let files: Vec<&str> = files.map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(files.len(), 1, "{}", page.text);
    let file = format!("/tai-lieu/{}", files[0]);
    let given = officer.get(&file).await;
    assert_eq!((given.status, given.text.as_str()), (StatusCode::OK, pdf));
    assert_eq!(given.header("content-type"), "application/pdf");
    assert_eq!(
        given.header("content-disposition"),
        "attachment; filename*=UTF-8''B%C3%A1o%20c%C3%A1o.pdf"
    );
    assert_eq!(given.header("cache-control"), "no-store");
    assert_eq!(given.header("x-content-type-options"), "nosniff");
    assert!(given.header("content-security-policy").contains("sandbox"));
    let mut other = entered(&site, "cb-stc").await;
    assert_eq!(other.get(&file).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_from_no_form_of_ours_is_not_taken() {
    let site = scoring().await;
    let mut officer = entered(&site, "cb-snv").await;
    let address = format!("{LIST}/I.1");
    let mut page = officer.get(&address).await;
    let token = page.field("_csrf");
    page.text = page.text.replace(&token, &"0".repeat(token.len()));
    let typed = [("file_document", "215/BC-SNV")];
    let refused = send_file(&mut officer, &page, &typed, ("a.pdf", "%PDF-1.7\n")).await;
    // Who is signed in goes back to where the form came from; here it came from nowhere.
    assert_eq!(refused.leads_to(), "/viec-cua-toi");
    assert!(!officer.get(&address).await.text.contains("/tai-lieu/"));
}
