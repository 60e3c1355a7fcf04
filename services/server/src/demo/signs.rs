//! Who can sign in, one of each kind of person that has pages, and what waits for them.

use std::collections::BTreeMap;

use chiso_domain::kernel::UnitCode;

use super::cast::{Cast, Player};

/// A kind of person.
#[derive(Debug)]
pub(super) struct Sign {
    kind: &'static str,
    login: String,
    waits: &'static str,
}

/// A unit that has not been scored, where half of them have.
const UNIT: &str = "SYT";
/// An agency of the council that appraises criteria of every unit.
const AGENCY: &str = "SNV";

/// One of each kind.
pub(super) fn of(cast: &Cast) -> Vec<Sign> {
    let sign = |kind, player: Option<&Player>, waits| {
        let login = player.map(|player| player.login.clone())?;
        Some(Sign { kind, login, waits })
    };
    let signs = [
        sign(
            "Sở Nội vụ, thường trực",
            Some(&cast.organiser),
            "mọi đợt: tiến độ, chốt thẩm định, lô phúc tra; …-xep-loai: xếp loại, công bố; nhật ký",
        ),
        sign(
            "Điều tra viên",
            cast.interviewers.get(cast.interviewers.len() / 2),
            "…-khao-sat: phỏng vấn, phiếu bị trả lại",
        ),
        sign(
            "Giám sát khảo sát",
            Some(&cast.supervisor),
            "…-khao-sat: tiến độ, bảng kê, trả lại phiếu",
        ),
        sign(
            "Cán bộ phúc tra",
            cast.verifiers.last(),
            "…-phuc-tra: cuộc gọi tiếp theo",
        ),
        sign(
            "Cán bộ đơn vị",
            at(&cast.officers, UNIT),
            "…-tu-cham, …-giai-trinh: tiêu chí của đơn vị",
        ),
        sign(
            "Thủ trưởng đơn vị",
            at(&cast.heads, UNIT),
            "…-tu-cham: xem lại, Gửi đi",
        ),
        sign(
            "Người thẩm định",
            at(&cast.appraisers, AGENCY),
            "…-tham-dinh-1, …-tham-dinh-2: thẩm định, đề xuất điểm trừ",
        ),
        sign(
            "Chủ tịch Hội đồng thẩm định",
            Some(&cast.chair),
            "…-tham-dinh-2: điểm trừ; …-xep-loai: đồng điểm",
        ),
        sign(
            "Lãnh đạo tỉnh",
            cast.leaders.last(),
            "…-lanh-dao: phiếu chấm điểm",
        ),
        sign(
            "Thư ký của Chủ tịch tỉnh",
            Some(&cast.secretary),
            "…-lanh-dao: phiếu của Chủ tịch",
        ),
        sign(
            "Giám sát viên",
            Some(&cast.auditor),
            "mọi đợt: tiến độ, lô phúc tra; nhật ký",
        ),
        sign(
            "Cổng thông tin",
            Some(&cast.consumer),
            "kết quả đã công bố, tệp dữ liệu",
        ),
    ];
    signs.into_iter().flatten().collect()
}

fn at<'c>(players: &'c BTreeMap<UnitCode, Player>, unit: &str) -> Option<&'c Player> {
    let mut players = players.iter();
    players
        .find(|(of, _)| of.as_str() == unit)
        .map(|(_, player)| player)
}

/// As it is printed.
pub(super) fn table(signs: &[Sign], url: &str, password: &str) -> String {
    let width = |text: &str| text.chars().count();
    let padded = |text: &str, to: usize| format!("{text}{}", " ".repeat(to.saturating_sub(width(text))));
    let widest = |text: fn(&Sign) -> &str| signs.iter().map(|sign| width(text(sign))).max().unwrap_or(0);
    let (kinds, logins) = (widest(|sign| sign.kind), widest(|sign| sign.login.as_str()));
    let mut out = format!("\nMở {url} · mật khẩu của mọi tài khoản: {password}\n");
    for sign in signs {
        let (kind, login) = (padded(sign.kind, kinds), padded(&sign.login, logins));
        out.push_str(&format!("  {kind}  {login}  {}\n", sign.waits));
    }
    out.push_str("Dừng bằng Ctrl-C.\n");
    out
}
