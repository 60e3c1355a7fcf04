//! Reading what was published: versions, results, the leaves of one unit. Open to everyone.

use chiso_domain::kernel::{CycleCode, UnitCode, UnitTypeCode};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::page::Page;
use chiso_wire::convert::{BadField, parse, parse_optional};
use chiso_wire::ranking as pb;

use super::compare::compare;
use crate::store::VersionRow;
use crate::{Service, store, wire};

impl Service {
    /// Every version of a cycle, or of all.
    pub(crate) async fn list_versions(
        &self,
        _caller: &Caller,
        request: pb::ListVersionsRequest,
    ) -> Result<pb::ListVersionsResponse, Error> {
        let only: Option<CycleCode> = parse_optional("cycle", &request.cycle)?;
        let only = only.as_ref().map_or("", CycleCode::as_str);
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = page.after.as_deref().and_then(|key| key.split_once('/'));
        let after = after.map_or(("", 0), |(cycle, number)| (cycle, number.parse().unwrap_or(0)));
        let rows = store::versions_page(&mut &self.ctx.db, only, after, page.limit_and_one()).await?;
        let (rows, next_page_token) = page.cut(rows, |row| format!("{}/{}", row.cycle, row.version));
        Ok(pb::ListVersionsResponse {
            versions: rows.iter().map(VersionRow::to_wire).collect(),
            next_page_token,
        })
    }

    /// The results of a version, of one type or all; with comparisons where they are asked for.
    pub(crate) async fn get_published(
        &self,
        _caller: &Caller,
        request: pb::GetPublishedRequest,
    ) -> Result<pb::GetPublishedResponse, Error> {
        let only: Option<UnitTypeCode> = parse_optional("unit_type", &request.unit_type)?;
        let row = self.published(&request.cycle, request.version).await?;
        let only = only.as_ref().map_or("", UnitTypeCode::as_str);
        let mut units = store::results(&mut &self.ctx.db, &row, only).await?;
        let types = store::types(&mut &self.ctx.db, &row).await?.into_iter();
        let types = types.filter(|summary| only.is_empty() || summary.unit_type == only);
        let mut types: Vec<pb::TypeSummary> = types.map(wire::with_share).collect();
        let earlier_cycle = if request.compare {
            compare(&mut &self.ctx.db, &row.cycle, &mut units, &mut types).await?
        } else {
            String::new()
        };
        Ok(pb::GetPublishedResponse {
            version: Some(row.to_wire()),
            province: row.province,
            units,
            types,
            earlier_cycle,
        })
    }

    /// Every leaf of one unit in a version, with its sources.
    pub(crate) async fn get_breakdown(
        &self,
        _caller: &Caller,
        request: pb::GetBreakdownRequest,
    ) -> Result<pb::GetBreakdownResponse, Error> {
        let unit: UnitCode = parse("unit", &request.unit)?;
        let row = self.published(&request.cycle, request.version).await?;
        let result = store::leaves(&mut &self.ctx.db, &row, &unit)
            .await?
            .ok_or_else(|| {
                Error::not_found(
                    "unit",
                    format!("Kết quả đã công bố không có đơn vị “{unit}”. Kiểm tra lại mã đơn vị."),
                )
            })?;
        Ok(pb::GetBreakdownResponse {
            version: Some(row.to_wire()),
            result: Some(result.result),
            leaves: result.leaves,
        })
    }

    /// A published version; 0 is the newest.
    pub(super) async fn published(&self, cycle: &str, version: i32) -> Result<VersionRow, Error> {
        let cycle: CycleCode = parse("cycle", cycle)?;
        let number = u32::try_from(version).map_err(|e| {
            BadField::new(
                "version",
                e,
                "Số phiên bản không được âm; 0 là phiên bản mới nhất.",
            )
        })?;
        let row = store::version(&mut &self.ctx.db, &cycle, number).await?;
        row.ok_or_else(|| match number {
            0 => Error::not_found("cycle", format!("Đợt {cycle} chưa công bố kết quả. Xem lại sau.")),
            _ => Error::not_found(
                "version",
                format!("Đợt {cycle} không có phiên bản {number}. Xem danh sách các phiên bản."),
            ),
        })
    }
}
