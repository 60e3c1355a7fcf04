//! The pages that everyone may read, by HTTP: addresses, files, what is kept, and what is not there.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod common;

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use common::World;

const TABLE: &str = "/xep-hang/2022/department";

fn text(body: &[u8]) -> String {
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn the_front_page_leads_to_the_newest_ranking() {
    let world = World::new();
    let front = world.get("/").await;
    assert_eq!(
        (front.status.as_u16(), front.header("location")),
        (303, "/xep-hang/2022")
    );
    let cycle = world.get("/xep-hang/2022?ban=1").await;
    assert_eq!(
        (cycle.status.as_u16(), cycle.header("location")),
        (303, "/xep-hang/2022/department?ban=1")
    );
    let table = world.get(TABLE).await;
    assert_eq!(table.status, 200);
    let page = text(&table.body);
    assert!(
        page.contains("Sở Nội vụ") && page.contains("93,98") && page.contains("Hoàn thành xuất sắc nhiệm vụ")
    );
    let asked = world.asked();
    assert!(
        asked.iter().all(|asked| asked.token.is_empty()),
        "nobody in particular asks"
    );
}

#[tokio::test]
async fn a_page_is_kept_by_its_tag_and_sent_small() {
    let world = World::new();
    let plain = world.get(TABLE).await;
    assert_eq!(plain.header("cache-control"), "public, no-cache");
    assert_eq!(plain.header("vary"), "cookie, accept-encoding");
    assert_eq!(plain.header("content-encoding"), "");
    let known = world
        .get_with(TABLE, &[("if-none-match", plain.header("etag"))])
        .await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let small = world.get_with(TABLE, &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(small.header("content-encoding"), "gzip");
    assert_ne!(
        small.header("etag"),
        plain.header("etag"),
        "other bytes, another tag"
    );
    let mut read = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&small.body[..]), &mut read).unwrap();
    assert_eq!(read, text(&plain.body));
    let refused = world.get_with(TABLE, &[("accept-encoding", "gzip;q=0")]).await;
    assert_eq!(refused.header("content-encoding"), "");
    let old = world.get("/xep-hang/2022/department?ban=1").await;
    assert_eq!(old.header("cache-control"), "public, max-age=300");
    assert!(text(&old.body).contains("Bản này đã được đính chính."));
}

/// What a browser loads the first time: the page, compressed, and all that it names.
#[tokio::test]
async fn the_ranking_of_148_communes_is_loaded_in_100_kb() {
    let world = World::of_communes(148);
    let page = world.get_with(TABLE, &[("accept-encoding", "gzip")]).await;
    let mut read = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&page.body[..]), &mut read).unwrap();
    assert_eq!(read.matches("Hùng Xuyên Thượng").count(), 148, "{read}");
    let named = read.split("\"/_/").skip(1);
    let named: Vec<&str> = named.map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(named.len(), 1, "its styles, and nothing else: {named:?}");
    let mut weight = page.body.len();
    for name in named {
        let part = world.get(&format!("/_/{name}")).await;
        assert_eq!(part.status, 200, "{name}");
        weight += part.body.len();
    }
    assert!(weight <= 100_000, "{weight} bytes");
}

#[tokio::test]
async fn the_language_is_the_one_chosen() {
    let world = World::new();
    let english = world.get_with(TABLE, &[("cookie", "chiso-lang=en")]).await;
    assert_eq!(english.header("content-language"), "en");
    let page = text(&english.body);
    assert!(page.contains("Tasks completed excellently") && page.contains("93.98"));
}

#[tokio::test]
async fn a_table_is_a_file_too() {
    let world = World::new();
    let csv = world.get(&format!("{TABLE}.csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let file = "attachment; filename=\"chiso-2022-v2-department.csv\"";
    assert_eq!(csv.header("content-disposition"), file);
    let rows = "cycle,version,unit_type,rank,tied,unit,name,content_i,penalty,total,class,reasons\r\n\
                2022,2,department,1,false,SNV,Sở Nội vụ,37.20,0.00,93.98,EXCELLENT,Trong tỷ lệ xuất sắc\r\n\
                2022,2,department,,false,SNV,Sở Nội vụ,37.20,0.00,93.98,,Trong tỷ lệ xuất sắc\r\n";
    assert_eq!(text(&csv.body), rows);

    let json = world.get(&format!("{TABLE}.json")).await;
    let api = world.get("/v1/cycles/2022/ranking?unit_type=department").await;
    assert_eq!(json.json(), api.json(), "the same as programs are given");

    let xlsx = world.get(&format!("{TABLE}.xlsx")).await;
    assert_eq!(xlsx.status, 200);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx.body)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0][3], Data::String("Tổng điểm".to_owned()));
    assert_eq!(
        (&rows[1][3], &rows[1][4]),
        (&Data::Float(93.98), &Data::Float(37.2))
    );
    assert_eq!(rows[2][0], Data::Empty, "a unit that is not ranked");
}

#[tokio::test]
async fn a_unit_and_a_criterion_are_read_down_to_their_sources() {
    let world = World::new();
    let unit = world.get(&format!("{TABLE}/SNV")).await;
    assert_eq!(unit.status, 200);
    let page = text(&unit.body);
    assert!(page.contains("Trong tỷ lệ xuất sắc") && page.contains(&format!("{TABLE}/SNV/V.1")));
    let leaf = world.get(&format!("{TABLE}/SNV/V.1")).await;
    assert_eq!(leaf.status, 200);
    let page = text(&leaf.body);
    for said in [
        "V.1. Chất lượng tham mưu",
        "40 câu trả lời được tính, tổng giá trị 180,00: 5,00 × 180,00 / 40.",
        "Không tính được: Chưa đủ phiếu",
        "Không áp dụng: Không có bộ phận một cửa",
        "30/12/2022 08:00",
    ] {
        assert!(page.contains(said), "{said} is not on the page");
    }
}

#[tokio::test]
async fn what_is_not_published_is_not_there() {
    let world = World::new();
    for path in [
        "/xep-hang/2023",
        "/xep-hang/2023/department",
        "/xep-hang/2023/department/SNV",
        "/xep-hang/2022/commune",
        "/xep-hang/2022/commune/SNV",
        "/xep-hang/2022/department.pdf",
        "/xep-hang/2022/department?sap-xep=IX",
        "/xep-hang/2022/department?ban=0",
        "/xep-hang/2022/department?ban=x",
        "/xep-hang/2022/department/STC",
        "/xep-hang/2022/department/SNV/I.9",
        "/xep-hang/2022/department/snv",
        "/xep-hang/X/department",
    ] {
        let answer = world.get_with(path, &[("accept", "text/html")]).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            text(&answer.body).contains("<html"),
            "{path} is answered by a page"
        );
    }
}
