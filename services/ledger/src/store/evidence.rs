//! Pieces of evidence. Bytes of files are elsewhere, under their SHA-256.

use std::collections::BTreeMap;

use chiso_domain::appraisal::{EvidenceKind, MediaType};
use chiso_domain::kernel::{CriterionCode, CycleCode, EvidenceId, Instant, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

use super::{Place, malformed};

/// One piece of evidence on one leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Made by the client.
    pub id: EvidenceId,
    /// Where it counts.
    pub place: Place,
    /// From 1 per leaf, in the order of adding.
    pub ordinal: i64,
    /// What it is.
    pub body: Body,
    /// Number and symbol of the document.
    pub document: String,
    /// Section and page.
    pub locator: String,
    /// Added between the rounds.
    pub supplement: bool,
    /// Who.
    pub added_by: String,
    /// When its request arrived.
    pub added_at: Instant,
    /// When it was taken off the leaf again.
    pub removed_at: Option<Instant>,
}

/// What a piece of evidence is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// A stored file.
    File {
        /// As the unit named it.
        name: String,
        /// By content.
        media_type: MediaType,
        /// Its size.
        size: i64,
        /// Its address.
        sha256: [u8; 32],
    },
    /// An address on the web.
    Link(String),
    /// Shown in person.
    InPerson {
        /// Calendar date.
        on: String,
        /// Place.
        at: String,
        /// Who was present.
        members: Vec<String>,
    },
}

impl Body {
    /// Its kind.
    #[must_use]
    pub(crate) const fn kind(&self) -> EvidenceKind {
        match self {
            Self::File { .. } => EvidenceKind::File,
            Self::Link(_) => EvidenceKind::Link,
            Self::InPerson { .. } => EvidenceKind::InPerson,
        }
    }
}

impl Evidence {
    /// For the journal.
    #[must_use]
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let what = match &self.body {
            Body::File {
                name, size, sha256, ..
            } => {
                serde_json::json!({ "file": name, "size": size, "sha256": hex::encode(sha256) })
            }
            Body::Link(url) => serde_json::json!({ "link": url }),
            Body::InPerson { on, at, members } => {
                serde_json::json!({ "in_person": { "on": on, "at": at, "members": members } })
            }
        };
        serde_json::json!({
            "evidence_id": self.id,
            "what": what,
            "document": self.document,
            "supplement": self.supplement,
        })
    }

    fn read(row: &Row) -> DbResult<Self> {
        Ok(Self {
            id: row.get("evidence_id")?,
            place: Place {
                cycle: row.get("cycle")?,
                unit: row.get("unit")?,
                criterion: row.get("criterion")?,
            },
            ordinal: row.get("ordinal")?,
            body: read_body(row)?,
            document: row.get("document")?,
            locator: row.get("locator")?,
            supplement: row.get("supplement")?,
            added_by: row.get("added_by")?,
            added_at: row.get("added_at")?,
            removed_at: row.get("removed_at")?,
        })
    }
}

fn read_body(row: &Row) -> DbResult<Body> {
    let kind: String = row.get("kind")?;
    match kind.as_str() {
        "file" => {
            let media: String = row.get("media_type")?;
            let sha: Vec<u8> = row.get("sha256")?;
            let all = [MediaType::Pdf, MediaType::Png, MediaType::Jpeg];
            let media_type = all.into_iter().find(|m| m.mime() == media);
            Ok(Body::File {
                name: row.get("file_name")?,
                media_type: media_type.ok_or_else(|| malformed("media_type", "media type"))?,
                size: row.get("size_bytes")?,
                sha256: sha.try_into().map_err(|_| malformed("sha256", "SHA-256"))?,
            })
        }
        "link" => Ok(Body::Link(row.get("url")?)),
        "in_person" => {
            let members: String = row.get("members")?;
            Ok(Body::InPerson {
                on: row.get("presented_on")?,
                at: row.get("presented_at")?,
                members: serde_json::from_str(&members).map_err(|_| malformed("members", "list of names"))?,
            })
        }
        _ => Err(malformed("kind", "kind of evidence")),
    }
}

/// Stores a piece of evidence.
///
/// # Errors
/// The database's.
pub(crate) async fn insert(tx: &mut Tx, evidence: &Evidence) -> DbResult<()> {
    let text = "INSERT INTO ledger_evidence (evidence_id, cycle, unit, criterion, ordinal, kind, document, locator, file_name, \
                media_type, size_bytes, sha256, url, presented_on, presented_at, members, supplement, added_by, \
                added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    let place = &evidence.place;
    let head = sql(text)
        .bind(evidence.id)
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion)
        .bind(evidence.ordinal)
        .bind(match evidence.body.kind() {
            EvidenceKind::File => "file",
            EvidenceKind::Link => "link",
            EvidenceKind::InPerson => "in_person",
        })
        .bind(&evidence.document)
        .bind(&evidence.locator);
    let body = match &evidence.body {
        Body::File {
            name,
            media_type,
            size,
            sha256,
        } => head
            .bind(name)
            .bind(media_type.mime())
            .bind(*size)
            .bind(&sha256[..])
            .bind("")
            .bind("")
            .bind("")
            .bind("[]"),
        Body::Link(url) => head
            .bind("")
            .bind("")
            .bind(0_i64)
            .bind(None::<i64>)
            .bind(url)
            .bind("")
            .bind("")
            .bind("[]"),
        Body::InPerson { on, at, members } => head
            .bind("")
            .bind("")
            .bind(0_i64)
            .bind(None::<i64>)
            .bind("")
            .bind(on)
            .bind(at)
            .bind_json(members),
    };
    tx.run_one(
        body.bind(evidence.supplement)
            .bind(&evidence.added_by)
            .bind(evidence.added_at),
    )
    .await
}

/// Takes a piece of evidence off its leaf; the row stays.
///
/// # Errors
/// The database's.
pub(crate) async fn remove(tx: &mut Tx, id: EvidenceId, now: Instant) -> DbResult<()> {
    let text = "UPDATE ledger_evidence SET removed_at = $2 WHERE evidence_id = $1 AND removed_at IS NULL";
    tx.run_one(sql(text).bind(id).bind(now)).await
}

/// One piece of evidence.
///
/// # Errors
/// The database's.
pub(crate) async fn find(reads: &mut impl Reads, id: EvidenceId) -> DbResult<Option<Evidence>> {
    let row = reads
        .opt(sql("SELECT * FROM ledger_evidence WHERE evidence_id = $1").bind(id))
        .await?;
    row.as_ref().map(Evidence::read).transpose()
}

/// All evidence of a leaf, removed pieces too, in the order it came.
///
/// # Errors
/// The database's.
pub(crate) async fn of_leaf(reads: &mut impl Reads, place: &Place) -> DbResult<Vec<Evidence>> {
    let text = "SELECT * FROM ledger_evidence WHERE cycle = $1 AND unit = $2 AND criterion = $3 \
                ORDER BY ordinal";
    let found = sql(text)
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion);
    reads.all(found).await?.iter().map(Evidence::read).collect()
}

/// All evidence of a sheet by leaf.
///
/// # Errors
/// The database's.
pub(crate) async fn of_sheet(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    unit: &UnitCode,
) -> DbResult<BTreeMap<CriterionCode, Vec<Evidence>>> {
    let text = "SELECT * FROM ledger_evidence WHERE cycle = $1 AND unit = $2 ORDER BY criterion, ordinal";
    let rows = reads.all(sql(text).bind(cycle).bind(unit)).await?;
    let mut by_leaf: BTreeMap<CriterionCode, Vec<Evidence>> = BTreeMap::new();
    for row in &rows {
        let evidence = Evidence::read(row)?;
        by_leaf
            .entry(evidence.place.criterion.clone())
            .or_default()
            .push(evidence);
    }
    Ok(by_leaf)
}

/// All evidence of one criterion by unit.
///
/// # Errors
/// The database's.
pub(crate) async fn of_criterion(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    criterion: &CriterionCode,
) -> DbResult<BTreeMap<UnitCode, Vec<Evidence>>> {
    let text = "SELECT * FROM ledger_evidence WHERE cycle = $1 AND criterion = $2 ORDER BY unit, ordinal";
    let rows = reads.all(sql(text).bind(cycle).bind(criterion)).await?;
    let mut by_unit: BTreeMap<UnitCode, Vec<Evidence>> = BTreeMap::new();
    for row in &rows {
        let evidence = Evidence::read(row)?;
        by_unit
            .entry(evidence.place.unit.clone())
            .or_default()
            .push(evidence);
    }
    Ok(by_unit)
}
