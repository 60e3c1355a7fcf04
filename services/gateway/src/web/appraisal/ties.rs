//! Ties at the edge of the quota, which the council decides and nobody computes.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::kernel::Instant;
use chiso_platform::words::Words;
use chiso_wire::convert::timestamp;
use chiso_wire::ranking as pb;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::load::Bench;
use super::view_ties::{Shown, page};

/// The field of the type whose tie is decided.
pub(super) const TYPE: &str = "loai";
/// The fields of a decision: the units chosen, that none is, the document.
pub(super) const CHOSEN: &str = "chosen";
pub(super) const NONE: &str = "none";
pub(super) const DOCUMENT: &str = "document";
/// The fields of what was looked at: the tied units, the places, the time of the decision in microseconds.
pub(super) const UNITS: &str = "_units";
pub(super) const PLACES: &str = "_places";
pub(super) const DECIDED_AT: &str = "_decided-at";

/// Which field shows what is refused of a decision, before it is made one of that type's.
const NAMES: &Names = &[("chosen", CHOSEN), ("document", DOCUMENT), ("unit_type", CHOSEN)];

/// A field of the tie of a type; a page may have several ties.
pub(super) fn of_type(field: &str, of_type: &str) -> String {
    format!("{field}-{of_type}")
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    shown(&web, &me, &bench, (&Typed::default(), &Errors::new(me.w))).await
}

pub(super) async fn decide(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let cycle = bench.cycle.code.as_str();
    match decided(&web, &me, cycle, &posted).await? {
        Ok(()) => Ok(see(&format!("{}#da-quyet-dinh", super::ties_href(cycle)))),
        Err(why) => {
            let page = shown(&web, &me, &bench, (&posted.typed(), why.errors())).await?;
            Ok(refused(&posted, &why, |_, _| page))
        }
    }
}

/// Sends the decision. What is refused of it is shown at the fields of that type.
async fn decided(web: &Web, me: &Me, cycle: &str, posted: &Posted) -> Result<Result<(), Refused>, Trouble> {
    let asked = match decision(me.w, cycle, posted) {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(Refused::Again(errors))),
    };
    let sent = send(me.w, NAMES, web.ranking().decide_tie(web.ask(me, asked))).await?;
    let own = |why: Refused| why.renamed(|field| of_type(field, posted.text(TYPE)));
    Ok(sent.map(|_| ()).map_err(own))
}

/// To choose nobody is said, not left out.
fn decision(w: Words, cycle: &str, posted: &Posted) -> Result<pb::DecideTieRequest, Errors> {
    let mut form = Form::new(posted, w);
    let unit_type = posted.text(TYPE).to_owned();
    let (chosen, none) = (of_type(CHOSEN, &unit_type), of_type(NONE, &unit_type));
    let units: Vec<String> = posted.all(&chosen).map(str::to_owned).collect();
    let nobody = posted.text(&none) == "1";
    if units.is_empty() && !nobody {
        form.errors.add(&chosen, w.say("appraisal-tie-missing"));
    }
    if !units.is_empty() && nobody {
        form.errors.add(&chosen, w.say("appraisal-tie-both"));
    }
    let document = form.needed(&of_type(DOCUMENT, &unit_type)).to_owned();
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::DecideTieRequest {
        request_id: posted.request_id().to_owned(),
        cycle: cycle.to_owned(),
        unit_type,
        chosen: units,
        document,
        seen: seen(posted),
    })
}

/// What the form was made from.
fn seen(posted: &Posted) -> Option<pb::SeenTie> {
    let places = posted.all(PLACES).next()?;
    let at = posted.text(DECIDED_AT).parse().ok().map(Instant::from_micros);
    Some(pb::SeenTie {
        units: posted.all(UNITS).map(str::to_owned).collect(),
        places: places.parse().unwrap_or(0),
        decided_at: at.map(timestamp),
    })
}

async fn shown(
    web: &Web,
    me: &Me,
    bench: &Bench,
    (typed, errors): (&Typed, &Errors),
) -> Result<Response, Trouble> {
    if !bench.is_inner() {
        return Err(Trouble::missing());
    }
    let cycle = bench.cycle.code.to_string();
    let readiness = pb::GetReadinessRequest { cycle: cycle.clone() };
    let readiness = web.ranking().get_readiness(web.ask(me, readiness)).await?;
    let provisional = pb::GetProvisionalRequest {
        cycle: cycle.clone(),
        unit_type: String::new(),
    };
    let provisional = web.ranking().get_provisional(web.ask(me, provisional)).await?;
    let decisions = web.ask(me, pb::GetDecisionsRequest { cycle });
    let decisions = web.ranking().get_decisions(decisions).await?;
    Ok(page(&Shown {
        w: me.w,
        web,
        me,
        bench,
        readiness: &readiness.into_inner(),
        provisional: &provisional.into_inner(),
        decisions: &decisions.into_inner(),
        typed,
        errors,
    }))
}

#[cfg(test)]
mod tests {
    use chiso_platform::words::Lang;

    use super::super::super::words::words;
    use super::*;

    fn read(fields: &[(&str, &str)]) -> Result<pb::DecideTieRequest, Errors> {
        let own = [("loai", "department"), ("document-department", "05/BB-HĐTĐ")];
        let fields = own.iter().chain(fields);
        let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        decision(words(Lang::Vi), "2022", &Posted::of(fields.collect(), false))
    }

    #[test]
    fn to_choose_nobody_is_said_and_not_left_out() {
        let field = "chosen-department";
        let none = ("none-department", "1");
        assert!(read(&[]).unwrap_err().of(field).is_some());
        assert!(read(&[(field, "SNV"), none]).unwrap_err().of(field).is_some());
        assert_eq!(read(&[none]).unwrap().chosen, [""; 0]);
        let two = read(&[(field, "SNV"), (field, "STC")]).unwrap();
        assert_eq!(two.chosen, ["SNV", "STC"]);
        assert_eq!(
            (two.unit_type.as_str(), two.document.as_str()),
            ("department", "05/BB-HĐTĐ")
        );
        // What is ticked at the tie of another type is not chosen here.
        assert!(
            read(&[("chosen-district", "VT")])
                .unwrap_err()
                .of(field)
                .is_some()
        );
    }

    #[test]
    fn the_minutes_are_needed() {
        let fields = [
            ("loai", "department"),
            ("chosen-department", "SNV"),
            ("document-department", " "),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let refused = decision(words(Lang::Vi), "2022", &Posted::of(fields.into(), false));
        assert!(refused.unwrap_err().of("document-department").is_some());
    }
}
