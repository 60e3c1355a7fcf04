//! People and their grants.

use std::collections::BTreeMap;

use chiso_domain::kernel::PersonId;
use chiso_platform::auth::Role;
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};
use chiso_wire::identity as pb;

use super::addressee::hexadecimal;

/// A person as stored.
#[derive(Clone, Debug)]
pub(crate) struct PersonRow {
    pub(crate) id: PersonId,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) disabled: bool,
    pub(crate) email: String,
    /// Whether one is confirmed.
    pub(crate) second_factor: bool,
    pub(crate) grants: Vec<pb::Grant>,
}

impl PersonRow {
    pub(crate) fn into_wire(self) -> pb::Person {
        pb::Person {
            person_id: self.id.to_string(),
            login: self.login,
            name: self.name,
            disabled: self.disabled,
            grants: self.grants,
            email: self.email,
            second_factor: self.second_factor,
        }
    }
}

/// All of a person but the grants, read as one statement.
macro_rules! person {
    ($rest:literal) => {
        concat!(
            "SELECT p.*, EXISTS (SELECT 1 FROM identity_factor f WHERE f.person_id = p.person_id \
             AND f.secret IS NOT NULL) AS second_factor FROM identity_person p ",
            $rest
        )
    };
}

async fn with_grants(reads: &mut impl Reads, row: &Row) -> DbResult<PersonRow> {
    let id: PersonId = row.get("person_id")?;
    let mut grants = grants_of(reads, &[id]).await?;
    read(row, id, grants.remove(&id).unwrap_or_default())
}

/// Of all these people at once, each in order.
async fn grants_of(
    reads: &mut impl Reads,
    people: &[PersonId],
) -> DbResult<BTreeMap<PersonId, Vec<pb::Grant>>> {
    let text = "SELECT person_id, role, cycle, unit FROM identity_grant WHERE person_id IN \
                (SELECT unhex(atom) FROM json_each($1)) ORDER BY person_id, role, cycle, unit";
    let mut grants: BTreeMap<PersonId, Vec<pb::Grant>> = BTreeMap::new();
    for row in reads.all(sql(text).bind_json(&hexadecimal(people))).await? {
        let grant = pb::Grant {
            role: row.get("role")?,
            cycle: row.get("cycle")?,
            unit: row.get("unit")?,
        };
        grants.entry(row.get("person_id")?).or_default().push(grant);
    }
    Ok(grants)
}

fn read(row: &Row, id: PersonId, grants: Vec<pb::Grant>) -> DbResult<PersonRow> {
    Ok(PersonRow {
        id,
        login: row.get("login")?,
        name: row.get("name")?,
        password_hash: row.get("password_hash")?,
        disabled: row.get("disabled")?,
        email: row.get("email")?,
        second_factor: row.get("second_factor")?,
        grants,
    })
}

pub(crate) async fn person_by_id(reads: &mut impl Reads, id: PersonId) -> DbResult<Option<PersonRow>> {
    let row = reads.opt(sql(person!("WHERE p.person_id = $1")).bind(id)).await?;
    match row {
        Some(row) => with_grants(reads, &row).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) async fn person_by_login(reads: &mut impl Reads, login: &str) -> DbResult<Option<PersonRow>> {
    let row = reads.opt(sql(person!("WHERE p.login = $1")).bind(login)).await?;
    match row {
        Some(row) => with_grants(reads, &row).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) async fn login_taken(reads: &mut impl Reads, login: &str) -> DbResult<bool> {
    let row = reads
        .opt(sql("SELECT login FROM identity_person WHERE login = $1").bind(login))
        .await?;
    Ok(row.is_some())
}

/// People after a login, in order of login; only those with a role where one is named.
pub(crate) async fn people_page(
    reads: &mut impl Reads,
    role: Role,
    after: Option<&str>,
    limit: i64,
) -> DbResult<Vec<PersonRow>> {
    let text = person!(
        "WHERE p.login > $1 AND ($2 = 0 OR EXISTS (SELECT 1 FROM identity_grant g \
         WHERE g.person_id = p.person_id AND g.role = $2)) ORDER BY p.login LIMIT $3"
    );
    let statement = sql(text)
        .bind(after.unwrap_or(""))
        .bind(i32::from(role))
        .bind(limit);
    let rows = reads.all(statement).await?;
    let ids: Vec<PersonId> = rows
        .iter()
        .map(|row| row.get("person_id"))
        .collect::<DbResult<_>>()?;
    let mut grants = grants_of(reads, &ids).await?;
    let own = |(row, id): (&Row, PersonId)| read(row, id, grants.remove(&id).unwrap_or_default());
    rows.iter().zip(ids).map(own).collect()
}

pub(crate) async fn person_insert(tx: &mut Tx, person: &PersonRow) -> DbResult<()> {
    let text = "INSERT INTO identity_person (person_id, login, name, password_hash, email) \
                VALUES ($1, $2, $3, $4, $5)";
    let hash = person.password_hash.clone();
    tx.run_one(
        sql(text)
            .bind(person.id)
            .bind(&person.login)
            .bind(&person.name)
            .bind(hash)
            .bind(&person.email),
    )
    .await?;
    for grant in &person.grants {
        grant_insert(tx, person.id, grant).await?;
    }
    Ok(())
}

pub(crate) async fn person_set_password(tx: &mut Tx, id: PersonId, hash: String) -> DbResult<()> {
    let text = "UPDATE identity_person SET password_hash = $2 WHERE person_id = $1";
    tx.run_one(sql(text).bind(id).bind(hash)).await
}

pub(crate) async fn person_set_email(tx: &mut Tx, id: PersonId, email: &str) -> DbResult<()> {
    let text = "UPDATE identity_person SET email = $2 WHERE person_id = $1";
    tx.run_one(sql(text).bind(id).bind(email)).await
}

pub(crate) async fn person_disable(tx: &mut Tx, id: PersonId) -> DbResult<()> {
    tx.run_one(sql("UPDATE identity_person SET disabled = 1 WHERE person_id = $1").bind(id))
        .await
}

/// Granting what is granted already changes nothing; says how many it granted.
pub(crate) async fn grant_insert(tx: &mut Tx, id: PersonId, grant: &pb::Grant) -> DbResult<u64> {
    let text = "INSERT INTO identity_grant (person_id, role, cycle, unit) VALUES ($1, $2, $3, $4) \
                ON CONFLICT DO NOTHING";
    tx.run(
        sql(text)
            .bind(id)
            .bind(grant.role)
            .bind(&grant.cycle)
            .bind(&grant.unit),
    )
    .await
}

pub(crate) async fn grant_delete(tx: &mut Tx, id: PersonId, grant: &pb::Grant) -> DbResult<u64> {
    let text = "DELETE FROM identity_grant WHERE person_id = $1 AND role = $2 AND cycle = $3 AND unit = $4";
    tx.run(
        sql(text)
            .bind(id)
            .bind(grant.role)
            .bind(&grant.cycle)
            .bind(&grant.unit),
    )
    .await
}
