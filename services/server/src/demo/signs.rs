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
            "mọi đợt: tiến độ, lô phúc tra; …-xep-loai: bản dự thảo",
        ),
        sign(
            "Cán bộ phúc tra",
            cast.verifiers.last(),
            "…-phuc-tra: cuộc gọi tiếp theo",
        ),
        sign(
            "Cán bộ đơn vị",
            of_unit(&cast.officers),
            "…-tu-cham, …-giai-trinh: tiêu chí của đơn vị",
        ),
        sign(
            "Thủ trưởng đơn vị",
            of_unit(&cast.heads),
            "…-tu-cham: xem lại, Gửi đi",
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
            "…-phuc-tra: lô, mã băm, mẫu đã rút",
        ),
    ];
    signs.into_iter().flatten().collect()
}

fn of_unit(players: &BTreeMap<UnitCode, Player>) -> Option<&Player> {
    let mut players = players.iter();
    players
        .find(|(unit, _)| unit.as_str() == UNIT)
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
