//! The journal: searched, paged, downloaded, and closed to whoever has a role for one cycle only.

use axum::http::StatusCode;
use chiso_tests::{Shape, Year, hire_with};
use chiso_wire::identity as pb;

use crate::conduct::entered;
use crate::site::{Browser, Site, settings};

const JOURNAL: &str = "/nhat-ky";

/// A year up to the open cycle, with an auditor of every cycle.
async fn opened() -> Site {
    let year = Year::open(Shape::Embedded).await;
    let grant = pb::Grant {
        role: pb::Role::Auditor.into(),
        ..pb::Grant::default()
    };
    hire_with(&year.sandbox, &year.cast.organiser, "kiemtra", grant).await;
    Site::of(year.sandbox, settings())
}

async fn read(browser: &mut Browser, query: &str) -> String {
    let page = browser.get(&format!("{JOURNAL}{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.text);
    page.text
}

fn lines(page: &str) -> usize {
    page.matches("<details class=\"entry\"").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_act_is_found_by_who_what_and_when() {
    let site = opened().await;
    let mut auditor = entered(&site, "kiemtra").await;
    let all = read(&mut auditor, "").await;
    assert_eq!(lines(&all), 50, "{all}");
    assert!(
        all.contains("Đăng nhập") && all.contains("Người kiemtra"),
        "{all}"
    );
    let opened = read(&mut auditor, "?viec=cycle.open").await;
    assert_eq!(lines(&opened), 1, "{opened}");
    assert!(
        opened.contains("Mở đợt") && opened.contains("Nguyễn Thị Hà"),
        "{opened}"
    );
    assert!(
        opened.contains("href=\"/quan-tri/2022\""),
        "an auditor reads the set-up: {opened}"
    );
    let mut organiser = entered(&site, "quantri").await;
    let own = read(&mut organiser, "?viec=cycle.open").await;
    assert!(own.contains("href=\"/quan-tri/2022\""), "{own}");
    for person in ["quantri", "Nguy%E1%BB%85n+Th%E1%BB%8B+H%C3%A0"] {
        let found = read(
            &mut auditor,
            &format!("?dich-vu=registry&nguoi={person}&tim=2022"),
        )
        .await;
        assert!(
            lines(&found) > 3 && !found.contains("Đăng nhập</td>"),
            "{person}: {found}"
        );
    }
    // Whoever was chosen by a link stays so when another filter is typed.
    let (_, rest) = opened.split_once("nguoi=").unwrap();
    let id = rest.split(['"', '&']).next().unwrap();
    let chosen = read(&mut auditor, &format!("?nguoi={id}&viec=cycle.open")).await;
    assert!(
        chosen.contains(&format!("name=\"nguoi-ma\" value=\"{id}\"")),
        "{chosen}"
    );
    let filtered = format!("?nguoi=A&nguoi-ten=A&nguoi-ma={id}&viec=cycle.open");
    assert_eq!(lines(&read(&mut auditor, &filtered).await), 1);
    let day = "?viec=cycle.open&tu=01%2F10%2F2022&den=01%2F10%2F2022";
    assert_eq!(lines(&read(&mut auditor, day).await), 1);
    let before = "?viec=cycle.open&den=30%2F09%2F2022";
    assert!(
        read(&mut auditor, before)
            .await
            .contains("Không có việc nào khớp")
    );
    for (query, told) in [
        ("?tu=mai", "mai"),
        (
            "?tu=02%2F10%2F2022&den=01%2F10%2F2022",
            "Ngày cuối đứng trước ngày đầu",
        ),
        ("?nguoi=khong-co", "khong-co"),
    ] {
        let page = auditor.get(&format!("{JOURNAL}{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.text.contains(told), "{query}: {}", page.text);
    }
}

/// Seqs of identity's lines, as a page tells them.
fn places(page: &str) -> Vec<i64> {
    let found = page.split("Tài khoản, dòng ").skip(1);
    let number = |rest: &str| rest.split('<').next().unwrap().replace('.', "").parse().unwrap();
    found.map(number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_a_gap_and_the_file_has_all() {
    let site = opened().await;
    let mut auditor = entered(&site, "kiemtra").await;
    let file = auditor.get("/nhat-ky.csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let mut rows = file.text.lines();
    assert!(rows.next().unwrap().starts_with("at,service,seq,actor"));
    let rows: Vec<&str> = rows.collect();
    let of_identity = rows.iter().filter(|row| row.contains(",identity,")).count();
    let (mut query, mut pages, mut seen) = (String::new(), 0, Vec::new());
    loop {
        let page = read(&mut auditor, &query).await;
        seen.extend(places(&page));
        pages += 1;
        // Whoever acts meanwhile does not move the pages.
        entered(&site, "quantri").await;
        match page.split_once("rel=\"next\"") {
            None => break,
            Some((until, _)) => {
                let href = until.rsplit_once("href=\"/nhat-ky").unwrap().1;
                query = href.split('"').next().unwrap().replace("&amp;", "&");
            }
        }
    }
    assert!(pages >= 2, "{pages} pages");
    let expected: Vec<i64> = (1..=i64::try_from(of_identity).unwrap()).rev().collect();
    assert_eq!(seen, expected, "each line once, the newest first");
    for wrong in ["?sau=1", "?sau=x", "?sau=1-2-3-4-5-6-7-8-9"] {
        let page = auditor.get(&format!("{JOURNAL}{wrong}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_for_one_cycle_opens_no_journal() {
    let site = opened().await;
    for login in ["thanhtra", "cb-snv", "chutich-hd", "dieutra"] {
        let mut other = entered(&site, login).await;
        for path in [JOURNAL, "/nhat-ky.csv"] {
            assert_eq!(
                other.get(path).await.status,
                StatusCode::NOT_FOUND,
                "{login}: {path}"
            );
        }
        let home = other.get("/viec-cua-toi").await;
        assert!(!home.text.contains(JOURNAL), "{login}");
    }
}
