//! The leaders who mark: the panel, who has sent, the decision below the quorum, and the end of the scoring. No marks.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use chiso_domain::cycle::policy::LeadersScope;
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::Instant;
use chiso_platform::error::reason_of;
use chiso_platform::words::Words;
use chiso_wire::identity::Role;
use chiso_wire::leaders as pb;
use maud::Markup;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::me::Me;
use super::super::people;
use super::super::posted::{Posted, Typed};
use super::super::remind;
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::{ORGANISER, WATCHERS, load, view, view_panel};

/// The offices, as the form sends them.
pub(super) const CHAIR: &str = "chu-tich";
pub(super) const VICE_CHAIR: &str = "pho-chu-tich";

/// Somebody who is in the panel or could be.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) id: String,
    pub(super) name: String,
    /// Empty where nobody knows the account any more.
    pub(super) login: String,
    /// Place from 1 and entry in the panel as it stands.
    pub(super) now: Option<(usize, pb::Leader)>,
}

impl Candidate {
    /// The office in the panel, as the form sends it.
    pub(super) fn office(&self) -> &'static str {
        match self.now.as_ref().map(|(_, leader)| leader.role()) {
            Some(pb::LeaderRole::Chair) => CHAIR,
            Some(_) => VICE_CHAIR,
            None => "",
        }
    }

    /// The name of one of its fields.
    pub(super) fn field(&self, name: &str) -> String {
        format!("{name}-{}", self.id)
    }
}

/// The leaders' scoring of a cycle.
#[derive(Clone, Debug)]
pub(super) struct Scoring {
    pub(super) cycle: Arc<Cycle>,
    /// Empty where no panel is named.
    pub(super) told: pb::GetProgressResponse,
    /// Those in the panel first, in its order; only where the caller names it.
    pub(super) candidates: Vec<Candidate>,
    /// The last end of the window.
    pub(super) ends: Option<Instant>,
    pub(super) over: bool,
    pub(super) organiser: bool,
    /// What came of a reminder that was just sent.
    pub(super) reminded: Option<Markup>,
    /// The panel that whoever names it has looked at.
    pub(super) seen: String,
}

/// The field with the panel that was looked at: another one is not replaced.
pub(super) const SEEN: &str = "da-xem";

impl Scoring {
    pub(super) fn has_shortlist(&self) -> bool {
        self.cycle.rules.policy.leaders.scope == LeadersScope::Shortlist
    }

    pub(super) fn sent(&self) -> usize {
        self.told
            .leaders
            .iter()
            .filter(|leader| leader.sent_at.is_some())
            .count()
    }

    /// Whether a leader has not sent who still may.
    pub(super) fn can_remind(&self, now: Instant) -> bool {
        let open = self.cycle.calendar.check_some(Window::Leaders, now).is_ok();
        self.organiser && open && self.sent() < self.told.leaders.len()
    }

    /// Whether the points can be made final: enough have sent, or it was decided that these are enough.
    pub(super) fn can_close(&self) -> bool {
        self.told.quorum_reached || !self.told.quorum_document.is_empty()
    }
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let Some(cycle) = load::cycle(&web, &me, &at, WATCHERS).await? else {
        return Ok(view::unopened(&me, at.part("cycle")));
    };
    let scoring = Scoring {
        reminded: remind::told(&me, &at),
        ..scoring(&web, &me, cycle).await?
    };
    let (saved, none) = (at.query("da-ghi").is_some(), Errors::new(me.w));
    let typed = Typed::default();
    Ok(view_panel::show(&web, &me, &scoring, saved, &typed, &none))
}

async fn scoring(web: &Web, me: &Me, cycle: Arc<Cycle>) -> Result<Scoring, Trouble> {
    let asked = pb::GetProgressRequest {
        cycle: cycle.code.to_string(),
    };
    let told = match web.leaders().get_progress(web.ask(me, asked)).await {
        Ok(reply) => reply.into_inner(),
        Err(status) if reason_of(&status) == "PANEL_NOT_SET" => pb::GetProgressResponse::default(),
        Err(status) => return Err(status.into()),
    };
    let organiser = me.has(ORGANISER, Some(cycle.code.as_str()));
    let candidates = if organiser && !told.panel_fixed {
        candidates(web, me, &cycle, &told).await?
    } else {
        Vec::new()
    };
    let ends = cycle.calendar.last_end(Window::Leaders);
    Ok(Scoring {
        candidates,
        ends,
        over: ends.is_some_and(|ends| ends <= me.now),
        organiser,
        reminded: None,
        seen: told.panel_sha256.clone(),
        told,
        cycle,
    })
}

async fn candidates(
    web: &Web,
    me: &Me,
    cycle: &Cycle,
    told: &pb::GetProgressResponse,
) -> Result<Vec<Candidate>, Trouble> {
    let holders = people::holders(web, me, Role::Leader, cycle.code.as_str()).await?;
    let mut holders: BTreeMap<String, _> = holders
        .into_iter()
        .map(|holder| (holder.person_id.clone(), holder))
        .collect();
    let mut found = Vec::new();
    for (at, row) in told.leaders.iter().enumerate() {
        let Some(leader) = row.leader.clone() else {
            continue;
        };
        let holder = holders.remove(&leader.leader).unwrap_or_default();
        let name = if holder.name.is_empty() {
            leader.name.clone()
        } else {
            holder.name
        };
        found.push(Candidate {
            id: leader.leader.clone(),
            name,
            login: holder.login,
            now: Some((at + 1, leader)),
        });
    }
    let others = holders.into_values().map(|holder| Candidate {
        id: holder.person_id,
        name: holder.name,
        login: holder.login,
        now: None,
    });
    found.extend(others);
    Ok(found)
}

pub(super) async fn name(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let cycle = load::open_cycle(&web, &me, &at, ORGANISER).await?;
    let scoring = scoring(&web, &me, cycle).await?;
    let asked = match panel(me.w, &scoring, &posted) {
        Ok(asked) => asked,
        Err(errors) => return refuse(&web, &me, scoring.cycle, &posted, &Refused::Again(errors)).await,
    };
    let names: &Names = &[("leaders", PANEL_FIELD), ("shortlist", "don-vi")];
    match send(me.w, names, web.leaders().set_panel(web.ask(&me, asked))).await? {
        Ok(_named) => Ok(see(&done(&at))),
        Err(why) => refuse(&web, &me, scoring.cycle, &posted, &why).await,
    }
}

/// The name under which the summary of errors finds the list of leaders.
pub(super) const PANEL_FIELD: &str = "lanh-dao";

fn panel(w: Words, scoring: &Scoring, posted: &Posted) -> Result<pb::SetPanelRequest, Errors> {
    let mut form = Form::new(posted, w);
    let mut leaders = Vec::new();
    for candidate in &scoring.candidates {
        let Some(office) = form.choice(&candidate.field("chuc-vu"), &[CHAIR, VICE_CHAIR]) else {
            continue;
        };
        let name = form.needed(&candidate.field("ten")).to_owned();
        let place = place(w, &mut form, posted, &candidate.field("thu-tu"));
        let role = if office == CHAIR {
            pb::LeaderRole::Chair
        } else {
            pb::LeaderRole::ViceChair
        };
        let leader = pb::Leader {
            leader: candidate.id.clone(),
            name,
            role: role.into(),
        };
        leaders.push((place, leader));
    }
    if leaders.is_empty() {
        form.errors.add(PANEL_FIELD, w.say("conduct-panel-needed"));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    // Equal places stay in the order of the page.
    leaders.sort_by_key(|(place, _)| *place);
    Ok(pb::SetPanelRequest {
        request_id: posted.request_id().to_owned(),
        cycle: scoring.cycle.code.to_string(),
        leaders: leaders.into_iter().map(|(_, leader)| leader).collect(),
        shortlist: posted.all("don-vi").map(str::to_owned).collect(),
        seen_panel: posted.all(SEEN).next().map(str::to_owned),
    })
}

/// The place on the form; who has none stands last.
fn place(w: Words, form: &mut Form<'_>, posted: &Posted, field: &str) -> u16 {
    match posted.text(field).trim() {
        "" => u16::MAX,
        typed => typed.parse().unwrap_or_else(|_| {
            form.errors.add(field, w.say("conduct-place-unread"));
            u16::MAX
        }),
    }
}

pub(super) async fn decide(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let cycle = load::open_cycle(&web, &me, &at, ORGANISER).await?;
    let mut form = Form::new(&posted, me.w);
    let asked = pb::DecideQuorumRequest {
        request_id: posted.request_id().to_owned(),
        cycle: cycle.code.to_string(),
        document: form.needed("van-ban").to_owned(),
    };
    if !form.errors.is_empty() {
        return refuse(&web, &me, cycle, &posted, &Refused::Again(form.errors)).await;
    }
    let names: &Names = &[("document", "van-ban")];
    match send(me.w, names, web.leaders().decide_quorum(web.ask(&me, asked))).await? {
        Ok(_decided) => Ok(see(&done(&at))),
        Err(why) => refuse(&web, &me, cycle, &posted, &why).await,
    }
}

pub(super) async fn close(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let cycle = load::open_cycle(&web, &me, &at, ORGANISER).await?;
    let asked = pb::CloseScoringRequest {
        request_id: posted.request_id().to_owned(),
        cycle: cycle.code.to_string(),
    };
    match send(me.w, &[], web.leaders().close_scoring(web.ask(&me, asked))).await? {
        Ok(_closed) => Ok(see(&done(&at))),
        Err(why) => refuse(&web, &me, cycle, &posted, &why).await,
    }
}

fn done(at: &At) -> String {
    format!("{}?da-ghi=1", super::href(at.part("cycle"), super::PANEL))
}

/// The page with what was typed and why it was not taken.
pub(super) async fn refuse(web: &Web, me: &Me, cycle: Arc<Cycle>, posted: &Posted, why: &Refused) -> Answer {
    let mut scoring = scoring(web, me, cycle).await?;
    // After a clash the page shows the panel as it stands now, and whoever sends again means it.
    if let (Some(seen), Refused::Again(_) | Refused::Locked(_)) = (posted.all(SEEN).next(), why) {
        seen.clone_into(&mut scoring.seen);
    }
    let shown = |typed: &Typed, errors: &Errors| view_panel::show(web, me, &scoring, false, typed, errors);
    Ok(refused(posted, why, shown))
}
