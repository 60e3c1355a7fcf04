//! Pages and files from what was loaded.

use chiso_domain::cycle::Criterion;
use chiso_domain::index_points::IndexPoints;
use chiso_wire::convert::BadField;
use chiso_wire::ranking as pb;

use super::super::words::named;
use super::asked::Asked;
use super::load::Loaded;
use super::open::Form;
use super::ranking::{Place, Sort};
use super::records::Records;
use super::{files, view_leaf, view_ranking, view_unit};
use crate::web::page::Page;
use crate::web::trouble::Trouble;

/// The ranking of a type, as a page or a file.
pub(super) fn table(asked: &Asked, loaded: &Loaded, code: &str, form: Form) -> Result<Vec<u8>, Trouble> {
    let (w, ranking) = (asked.w(), &loaded.ranking);
    let of_type = ranking.of_type(code).ok_or_else(Trouble::missing)?;
    let columns = ranking.columns(w, code);
    let sort = Sort::read(asked.at.query("sap-xep"), &columns).ok_or_else(Trouble::missing)?;
    let units = ranking.sorted(code, &sort);
    if form == Form::Page {
        let shown = view_ranking::Shown {
            w,
            ranking,
            of_type,
            sort: &sort,
            open_ties: &loaded.open_ties,
        };
        let page = Page::open(&asked.reader, view_ranking::title(w, &ranking.cycle)).wide();
        return Ok(page.write(&view_ranking::page(shown)).into_bytes());
    }
    // A draft is read, not passed on.
    let version = ranking.version.as_ref().ok_or_else(Trouble::missing)?;
    Ok(match form {
        Form::Csv => files::csv(version, &units, &columns).into_bytes(),
        Form::Xlsx => files::xlsx(w, of_type, &units, &columns)?,
        Form::Json | Form::Page => files::json(ranking, code)?,
    })
}

/// "chiso-2022-v1-department.csv".
pub(super) fn file_name(loaded: &Loaded, name: &str) -> String {
    let version = loaded.version().map_or(0, |version| version.version);
    format!("chiso-{}-v{version}-{name}", loaded.ranking.cycle)
}

/// A unit's page.
pub(super) fn unit(asked: &Asked, loaded: &Loaded, leaves: &[pb::LeafResult]) -> Result<Vec<u8>, Trouble> {
    let (w, ranking) = (asked.w(), &loaded.ranking);
    let (code, unit) = (asked.at.part("type"), asked.at.part("unit"));
    let shown = view_unit::Shown {
        w,
        ranking,
        unit: loaded.unit(code, unit)?,
        leaves,
    };
    let of_type = ranking.of_type(code).ok_or_else(Trouble::missing)?;
    let back = named(w, &of_type.name, &of_type.name_en);
    let page = Page::open(&asked.reader, &shown.unit.name)
        .wide()
        .back(shown.place().href("", None), back);
    Ok(page.write(&view_unit::page(shown)).into_bytes())
}

/// A criterion's page.
pub(super) fn leaf(
    asked: &Asked,
    loaded: &Loaded,
    (leaf, row, appraiser): (&pb::LeafResult, Option<&Criterion>, Option<&str>),
    records: Option<&Records>,
) -> Result<Vec<u8>, Trouble> {
    let (w, ranking, code) = (asked.w(), &loaded.ranking, asked.at.part("type"));
    let unit = loaded.unit(code, asked.at.part("unit"))?;
    let sources = leaf.sources.iter().map(IndexPoints::try_from);
    let sources = sources.collect::<Result<Vec<_>, BadField>>()?;
    let place = Place {
        cycle: &ranking.cycle,
        unit_type: code,
        version: ranking.asked,
    };
    let shown = view_leaf::Shown {
        w,
        place,
        version: loaded.version(),
        leaf,
        sources: &sources,
        row,
        appraiser,
        records,
    };
    let back = place.href(&format!("/{}", unit.unit), None);
    let page = Page::open(&asked.reader, view_leaf::title(w, leaf))
        .wide()
        .back(back, &unit.name);
    Ok(page.write(&view_leaf::page(shown)).into_bytes())
}
