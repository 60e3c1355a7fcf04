//! More time for a window, where it would help.

use axum::http::StatusCode;

use crate::appraisal::{second_round, site};
use crate::organise::send;

#[tokio::test(flavor = "multi_thread")]
async fn more_time_that_would_help_nobody_is_not_given() {
    let site = site(second_round().await);
    let mut organiser = site.browser();
    organiser.enter("quantri").await;
    let (page, to) = ("/quan-tri/2022", "/quan-tri/2022/gia-han");
    for (window, unit, told) in [
        ("SELF_SCORING", "VT", "Lần thẩm định của bước này đã chốt"),
        ("EXTERNAL_INDEX", "VT", "không tính theo từng đơn vị"),
    ] {
        let typed = [
            ("cua-so", window),
            ("don-vi", unit),
            ("han", "30/12/2022"),
            ("ly-do", "Mất điện"),
            ("van-ban", "125/UBND-NC"),
        ];
        let refused = send(&mut organiser, (page, to), &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{window}");
        assert!(refused.text.contains(told), "{window}: {}", refused.text);
    }
    let typed = [
        ("cua-so", "EXPLANATION"),
        ("don-vi", "VT"),
        ("han", "30/12/2022"),
        ("ly-do", "Mất điện"),
        ("van-ban", "125/UBND-NC"),
    ];
    let given = send(&mut organiser, (page, to), &typed).await;
    assert_eq!(
        given.leads_to(),
        "/quan-tri/2022?da-xong=gia-han#cua-so",
        "{}",
        given.text
    );
}
