//! Reading what is published: JSON, files, caching, and the token that is passed on.

mod common;

use chiso_domain::kernel::text::sha256_hex;
use common::{Asked, DOCUMENT, Mood, TABLE, World};
use serde_json::{Value, json};

#[tokio::test]
async fn the_ranking_is_plain_json_with_decimal_text() {
    let world = World::new();
    let answer = world
        .get("/v1/cycles/2022/ranking?unit_type=department&version=1")
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, "application/json")
    );
    let body = answer.json();
    assert_eq!(body["province"], "Phú Thọ");
    assert_eq!(body["version"]["published_at"], "2022-12-31T08:00:00+07:00");
    let unit = &body["units"][0];
    assert_eq!(
        json!([
            unit["unit"],
            unit["total"],
            unit["rank"],
            unit["class"],
            unit["contents"][0]["points"]
        ]),
        json!(["SNV", "93.98", 1, "EXCELLENT", "37.20"])
    );
    assert_eq!(
        json!([body["units"][1]["rank"], body["units"][1]["class"]]),
        json!([null, null]),
        "not ranked"
    );
    let asked = world.asked().remove(0);
    assert_eq!(
        (asked.cycle.as_str(), asked.version, asked.unit.as_str()),
        ("2022", 1, "department")
    );
}

#[tokio::test]
async fn cycles_are_those_with_something_published() {
    let world = World::new();
    let body = world.get("/v1/cycles?page_size=7&page_token=x").await.json();
    assert_eq!(
        body["cycles"].as_array().unwrap().len(),
        1,
        "a replaced version is not the newest"
    );
    assert_eq!(
        json!([body["cycles"][0]["cycle"], body["cycles"][0]["newest"]["version"]]),
        json!(["2022", 2])
    );
    assert_eq!(body["next_page_token"], "after-7-x");
    assert_eq!(world.asked()[0].cycle, "");
}

#[tokio::test]
async fn versions_show_corrections() {
    let body = World::new().get("/v1/cycles/2022/versions").await.json();
    let rows: Vec<Value> = body["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| json!([v["version"], v["replaced"]]))
        .collect();
    assert_eq!(rows, [json!([2, false]), json!([1, true])]);
    assert_eq!(body["versions"][0]["correction_reason"], "Sửa điểm khảo sát");
}

#[tokio::test]
async fn a_unit_is_traced_to_its_source_records() {
    let world = World::new();
    let body = world.get("/v1/cycles/2022/units/SNV?version=2").await.json();
    let sources = &body["leaves"][0]["sources"];
    assert_eq!(
        sources[0],
        json!({
            "source": "SURVEY", "points": "4.50", "final": true,
            "basis": { "kind": "survey", "rated": 40, "sum": 1_800_000 },
            "revision": 2, "seq": 1, "at": "2022-12-30T08:00:00.000001+07:00"
        })
    );
    assert_eq!(sources[1]["points"], "-0.02");
    assert_eq!(
        json!([sources[2]["not_computable"], sources[2]["points"]]),
        json!(["Chưa đủ phiếu", null])
    );
    assert_eq!(
        sources[2]["basis"],
        json!({ "kind": "leaders", "counted": 4, "sum": "14.50" })
    );
    assert_eq!(sources[3]["not_applicable"], "Không có bộ phận một cửa");
    assert_eq!(
        sources[5]["basis"]["input"],
        json!({ "ratio": { "planned": "12", "achieved": "11.5" } })
    );
    let asked = world.asked().remove(0);
    assert_eq!(
        (asked.rpc, asked.version, asked.unit.as_str()),
        ("GetBreakdown", 2, "SNV")
    );
}

#[tokio::test]
async fn the_document_comes_byte_for_byte_under_its_hash() {
    let world = World::new();
    let answer = world.get("/v1/cycles/2022/ranking.json").await;
    assert_eq!(answer.body, DOCUMENT.as_bytes());
    assert_eq!(
        answer.header("etag"),
        format!("\"{}\"", sha256_hex(DOCUMENT.as_bytes()))
    );
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"chiso-2022-v2.json\""
    );
    let asked = world.asked();
    assert_eq!(
        (asked[1].rpc, asked[1].version),
        ("Export", 2),
        "the newest is resolved once, then pinned"
    );
}

#[tokio::test]
async fn the_table_comes_as_csv() {
    let answer = World::new().get("/v1/cycles/2022/ranking.csv?version=1").await;
    assert_eq!(answer.body, TABLE.as_bytes());
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"chiso-2022-v1.csv\""
    );
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
}

#[tokio::test]
async fn a_file_that_is_cut_in_the_middle_is_not_taken_for_whole() {
    use tower::ServiceExt;
    let world = World::with(Mood::Cuts, chiso_gateway::Limits::default(), Vec::new());
    let request = axum::http::Request::get("/v1/cycles/2022/ranking.json")
        .body(axum::body::Body::empty())
        .unwrap();
    let response = world.router.oneshot(request).await.unwrap();
    assert!(
        http_body_util::BodyExt::collect(response.into_body())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let world = World::new();
    for path in [
        "/v1/cycles",
        "/v1/cycles/2022/versions",
        "/v1/cycles/2022/ranking",
        "/v1/cycles/2022/ranking.json",
        "/v1/cycles/2022/ranking.csv",
        "/v1/cycles/2022/units/SNV",
        "/v1/openapi.json",
    ] {
        let tag = world.get(path).await.header("etag").to_owned();
        assert!(tag.len() >= 66, "{path} {tag}");
        world.asked();
        let again = world
            .get_with(path, &[("if-none-match", &format!("\"other\", W/{tag}"))])
            .await;
        assert_eq!(
            (again.status.as_u16(), again.body.len(), again.header("etag")),
            (304, 0, &*tag),
            "{path}"
        );
        assert!(
            world.asked().iter().all(|asked| asked.rpc != "Export"),
            "no file is made for nothing"
        );
        let other = world.get_with(path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status.as_u16(), 200, "{path}");
    }
}

#[tokio::test]
async fn the_newest_is_asked_for_again_and_a_named_version_kept() {
    let world = World::new();
    assert_eq!(
        world.get("/v1/cycles/2022/ranking").await.header("cache-control"),
        "public, no-cache"
    );
    assert_eq!(
        world
            .get("/v1/cycles/2022/ranking?version=2")
            .await
            .header("cache-control"),
        "public, max-age=300"
    );
}

#[tokio::test]
async fn the_token_and_the_id_are_passed_on() {
    let world = World::new();
    let headers = [("authorization", "Bearer chs_abc"), ("x-request-id", "web-7.a_b")];
    let answer = world.get_with("/v1/cycles", &headers).await;
    assert_eq!(answer.header("x-request-id"), "web-7.a_b");
    let expected = Asked {
        rpc: "ListVersions",
        token: "Bearer chs_abc".to_owned(),
        id: "web-7.a_b".to_owned(),
        ..Asked::default()
    };
    assert_eq!(world.asked(), [expected]);
    for (other, id) in [
        ("Basic dXNlcjpw", "a b"),
        ("bearer x", ""),
        ("", &*"x".repeat(65)),
    ] {
        let answer = world
            .get_with("/v1/cycles", &[("authorization", other), ("x-request-id", id)])
            .await;
        let asked = world.asked().remove(0);
        assert_eq!(asked.token, "", "{other}");
        assert_eq!(asked.id, answer.header("x-request-id"));
        assert!(
            asked.id.len() == 16 && asked.id != id,
            "a new one in place of {id:?}"
        );
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let answer = World::new().ask("HEAD", "/v1/cycles/2022/ranking", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    assert!(!answer.header("etag").is_empty());
}
