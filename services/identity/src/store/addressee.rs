//! Names, roles and addresses of people, for pages and letters.

use chiso_domain::kernel::{CycleCode, PersonId};
use chiso_platform::auth::Role;
use chiso_platform::db::{DbResult, Reads, Row, sql};
use chiso_wire::identity as pb;

/// Names of those of these people that there are, in order of their ids.
pub(crate) async fn names_of(reads: &mut impl Reads, ids: &[PersonId]) -> DbResult<Vec<pb::Name>> {
    let text = "SELECT person_id, name FROM identity_person WHERE person_id IN \
                (SELECT unhex(atom) FROM json_each($1)) ORDER BY person_id";
    let read = |row: &Row| {
        Ok(pb::Name {
            person_id: row.get::<PersonId>("person_id")?.to_string(),
            name: row.get("name")?,
        })
    };
    let rows = reads.all(sql(text).bind_json(&hexadecimal(ids))).await?;
    rows.iter().map(read).collect()
}

/// People for a letter: by id where ids are named, else by a role in a cycle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Audience<'a> {
    pub(crate) ids: &'a [PersonId],
    pub(crate) role: Role,
    pub(crate) cycle: &'a str,
    /// Empty: whichever.
    pub(crate) unit: &'a str,
}

/// Those of an audience that are not disabled, after one, in order of their ids.
pub(crate) async fn addressees_page(
    reads: &mut impl Reads,
    audience: Audience<'_>,
    after: Option<PersonId>,
    limit: i64,
) -> DbResult<Vec<pb::Addressee>> {
    let text = "SELECT p.person_id, p.name, p.email FROM identity_person p WHERE p.disabled = 0 \
                AND (p.person_id IN (SELECT unhex(atom) FROM json_each($1)) OR EXISTS \
                (SELECT 1 FROM identity_grant g WHERE g.person_id = p.person_id AND g.role = $2 \
                AND (g.cycle = '' OR g.cycle = $3) AND ($4 = '' OR g.unit = $4))) \
                AND (p.person_id > $5 OR $5 IS NULL) ORDER BY p.person_id LIMIT $6";
    let statement = sql(text)
        .bind_json(&hexadecimal(audience.ids))
        .bind(i32::from(audience.role))
        .bind(audience.cycle)
        .bind(audience.unit)
        .bind(after)
        .bind(limit);
    let read = |row: &Row| {
        Ok(pb::Addressee {
            person_id: row.get::<PersonId>("person_id")?.to_string(),
            name: row.get("name")?,
            email: row.get("email")?,
        })
    };
    reads.all(statement).await?.iter().map(read).collect()
}

/// Those who hold a role in a cycle and are not disabled, after a login, in order of login.
pub(crate) async fn holders_page(
    reads: &mut impl Reads,
    (role, cycle): (Role, &CycleCode),
    after: Option<&str>,
    limit: i64,
) -> DbResult<Vec<pb::Holder>> {
    let text = "SELECT p.person_id, p.login, p.name FROM identity_person p WHERE p.disabled = 0 AND EXISTS \
                (SELECT 1 FROM identity_grant g WHERE g.person_id = p.person_id AND g.role = $1 \
                AND (g.cycle = '' OR g.cycle = $2)) AND (p.login > $3 OR $3 IS NULL) ORDER BY p.login LIMIT $4";
    let statement = sql(text)
        .bind(i32::from(role))
        .bind(cycle)
        .bind(after)
        .bind(limit);
    let read = |row: &Row| {
        Ok(pb::Holder {
            person_id: row.get::<PersonId>("person_id")?.to_string(),
            login: row.get("login")?,
            name: row.get("name")?,
        })
    };
    reads.all(statement).await?.iter().map(read).collect()
}

/// Ids as a list of a statement has them.
pub(super) fn hexadecimal(ids: &[PersonId]) -> Vec<String> {
    ids.iter().map(|id| id.to_string().replace('-', "")).collect()
}
