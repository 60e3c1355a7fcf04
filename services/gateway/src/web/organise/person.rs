//! One account: roles, password, second factor, address for letters, tokens of a program.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::kernel::PersonId;
use chiso_wire::identity::{
    CreateTokenRequest, DisablePersonRequest, Grant, GrantRoleRequest, ListPeopleRequest, ListTokensRequest,
    Person, ResetSecondFactorRequest, RevokeRoleRequest, RevokeTokenRequest, Role, SetContactRequest,
    SetPasswordRequest, Token,
};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{DONE, Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::organiser::keeps_accounts;
use super::people::{PASSWORD, Places, at_place, grant, misplaced, places, role_of};
use super::{PEOPLE, load, view_person as view};

/// An account with what its page offers.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) person: Person,
    pub(super) places: Places,
    /// Of a program only.
    pub(super) tokens: Vec<Token>,
}

impl Account {
    /// A program reads published rankings and has no other role.
    pub(super) fn is_program(&self) -> bool {
        let grants = &self.person.grants;
        !grants.is_empty() && grants.iter().all(|grant| grant.role() == Role::Consumer)
    }
}

async fn account(web: &Web, me: &Me, at: &At) -> Result<Account, Trouble> {
    let asked = ListPeopleRequest {
        person_id: at.code::<PersonId>("id")?.to_string(),
        ..ListPeopleRequest::default()
    };
    let found = web.identity().list_people(web.ask(me, asked)).await?.into_inner();
    let person = found.people.into_iter().next().ok_or_else(Trouble::missing)?;
    let mut account = Account {
        person,
        places: places(web, me).await?,
        tokens: Vec::new(),
    };
    // Tokens are shown to those who make them.
    if account.is_program() && keeps_accounts(me) {
        account.tokens = tokens(web, me, &account.person.person_id).await?;
    }
    Ok(account)
}

async fn tokens(web: &Web, me: &Me, person_id: &str) -> Result<Vec<Token>, Trouble> {
    let asked = ListTokensRequest {
        person_id: person_id.to_owned(),
        page_size: load::MANY,
        page_token: String::new(),
    };
    let reply = web.identity().list_tokens(web.ask(me, asked)).await?;
    Ok(reply.into_inner().tokens)
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let account = account(&web, &me, &at).await?;
    let nothing = (&Typed::default(), &Errors::new(me.w));
    Ok(view::page((&web, &me), &account, nothing, at.query(DONE)))
}

/// Back to the account with what was done, or with what was typed and why it was not taken.
async fn after<R>(
    (web, me, at): (&Web, &Me, &At),
    posted: &Posted,
    sent: Result<R, Refused>,
    done: &str,
) -> Answer {
    let why = match sent {
        Ok(_) => return Ok(see(&format!("{PEOPLE}/{}?{DONE}={done}", at.part("id")))),
        Err(why) => why,
    };
    let account = account(web, me, at).await?;
    let again = |typed: &Typed, errors: &Errors| view::page((web, me), &account, (typed, errors), None);
    Ok(refused(posted, &why, again))
}

const GRANTED: &Names = &[
    ("grant.role", "vai-tro"),
    ("grant.unit", "don-vi"),
    ("grant.cycle", "dot"),
    ("grant", "vai-tro"),
];

pub(super) async fn grant_role(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = GrantRoleRequest {
        request_id: posted.request_id().to_owned(),
        person_id: at.part("id").to_owned(),
        grant: Some(grant(&posted)),
    };
    let sent = match misplaced(&web, &me, asked.grant.as_slice()).await? {
        Some(errors) => Err(Refused::Again(errors)),
        None => send(me.w, GRANTED, web.identity().grant_role(web.ask(&me, asked))).await?,
    };
    let sent = sent.map_err(|why| at_place(&posted, &why));
    after((&web, &me, &at), &posted, sent, "quyen").await
}

/// The field of the reason, behind it the number of the grant on the page.
pub(super) const REVOKE_REASON: &str = "thu-ly-do";

pub(super) async fn revoke_role(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let sent = match revocation(&me, &at, &posted) {
        Ok(asked) => {
            let names: &Names = &[("reason", REVOKE_REASON)];
            send(me.w, names, web.identity().revoke_role(web.ask(&me, asked))).await?
        }
        Err(errors) => Err(Refused::Again(errors)),
    };
    let own = |field: &str| match field {
        REVOKE_REASON => reason_field(&posted),
        field => field.to_owned(),
    };
    let sent = sent.map_err(|why| why.renamed(own));
    after((&web, &me, &at), &posted, sent, "thu-hoi").await
}

fn reason_field(posted: &Posted) -> String {
    format!("{REVOKE_REASON}-{}", posted.text("thu-so"))
}

fn revocation(me: &Me, at: &At, posted: &Posted) -> Result<RevokeRoleRequest, Errors> {
    let mut form = Form::new(posted, me.w);
    let reason = form.needed(&reason_field(posted));
    let grant = Grant {
        role: role_of(posted.text("thu-vai-tro")).into(),
        cycle: posted.text("thu-dot").to_owned(),
        unit: posted.text("thu-don-vi").to_owned(),
    };
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(RevokeRoleRequest {
        request_id: posted.request_id().to_owned(),
        person_id: at.part("id").to_owned(),
        grant: Some(grant),
        reason: reason.to_owned(),
    })
}

pub(super) async fn set_password(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = SetPasswordRequest {
        request_id: posted.request_id().to_owned(),
        person_id: at.part("id").to_owned(),
        old_password: String::new(),
        new_password: posted.text(PASSWORD).to_owned(),
    };
    let names: &Names = &[("new_password", PASSWORD), ("password", PASSWORD)];
    let sent = send(me.w, names, web.identity().set_password(web.ask(&me, asked))).await?;
    after((&web, &me, &at), &posted, sent, "mat-khau").await
}

pub(super) async fn set_email(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = SetContactRequest {
        request_id: posted.request_id().to_owned(),
        person_id: at.part("id").to_owned(),
        email: posted.text("thu").trim().to_owned(),
    };
    let names: &Names = &[("email", "thu")];
    let sent = send(me.w, names, web.identity().set_contact(web.ask(&me, asked))).await?;
    after((&web, &me, &at), &posted, sent, "thu").await
}

pub(super) async fn disable(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = DisablePersonRequest {
        request_id: posted.request_id().to_owned(),
        person_id: at.part("id").to_owned(),
        reason: posted.text("khoa-ly-do").trim().to_owned(),
    };
    let names: &Names = &[("reason", "khoa-ly-do")];
    let sent = send(me.w, names, web.identity().disable_person(web.ask(&me, asked))).await?;
    after((&web, &me, &at), &posted, sent, "khoa").await
}

pub(super) async fn reset_factor(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = ResetSecondFactorRequest {
        request_id: posted.request_id().to_owned(),
        person_id: at.part("id").to_owned(),
        reason: posted.text("ma-ly-do").trim().to_owned(),
    };
    let names: &Names = &[("reason", "ma-ly-do")];
    let sent = send(
        me.w,
        names,
        web.identity().reset_second_factor(web.ask(&me, asked)),
    )
    .await?;
    after((&web, &me, &at), &posted, sent, "xac-thuc").await
}

/// The secret stands in this answer and nowhere else.
pub(super) async fn create_token(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let sent = match token(&me, &at, &posted) {
        Ok(asked) => send(me.w, TOKEN, web.identity().create_token(web.ask(&me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    match sent {
        Ok(made) if made.secret.is_empty() => Ok(see(&format!("{PEOPLE}/{}", at.part("id")))),
        Ok(made) => Ok(secret(&web, &me, &at, &made.secret).await?),
        Err(why) => after::<()>((&web, &me, &at), &posted, Err(why), "").await,
    }
}

const TOKEN: &Names = &[("label", "nhan"), ("days", "so-ngay")];

async fn secret(web: &Web, me: &Me, at: &At, secret: &str) -> Result<Response, Trouble> {
    let account = account(web, me, at).await?;
    Ok(view::secret(me, &account, secret))
}

fn token(me: &Me, at: &At, posted: &Posted) -> Result<CreateTokenRequest, Errors> {
    let mut form = Form::new(posted, me.w);
    let label = form.needed("nhan");
    let typed = form.needed("so-ngay");
    let days: Option<i32> = typed.parse().ok();
    if days.is_none() && !typed.is_empty() {
        form.errors.add("so-ngay", me.w.say("people-days-unread"));
    }
    match days {
        Some(days) if form.errors.is_empty() => Ok(CreateTokenRequest {
            request_id: posted.request_id().to_owned(),
            token_id: posted.text("ma-so").to_owned(),
            person_id: at.part("id").to_owned(),
            label: label.to_owned(),
            days,
        }),
        _ => Err(form.errors),
    }
}

pub(super) async fn revoke_token(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = RevokeTokenRequest {
        request_id: posted.request_id().to_owned(),
        token_id: posted.text("ma-so").to_owned(),
    };
    let sent = send(me.w, &[], web.identity().revoke_token(web.ask(&me, asked))).await?;
    after((&web, &me, &at), &posted, sent, "bo-ma").await
}
