//! The council decides the tie at the quota's edge, the organiser publishes, everyone may read.

use std::path::PathBuf;

use chiso_domain::kernel::time::DAY;
use chiso_domain::ranking::document::Document;
use chiso_wire::kernel::ListJournalRequest;
use chiso_wire::ranking as pb;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;

use super::world::{World, ask, told};
use crate::verify;

/// A published version, read back as anyone would.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) version: pb::Version,
    pub(crate) units: Vec<pb::UnitResult>,
    pub(crate) types: Vec<pb::TypeSummary>,
    pub(crate) file: PathBuf,
    /// What an independent recomputation of the file said.
    pub(crate) verified: String,
}

/// Readiness, ties, publication, export, verification.
pub(super) async fn publish(world: &mut World) -> Result<Published, String> {
    world
        .progress
        .step("Xếp hạng, xếp loại; Hội đồng quyết định trường hợp bằng điểm; công bố");
    world.advance(world.now().plus(2 * DAY));
    let token = world.cast.organiser.token.clone();
    let mut ranking = RankingServiceClient::new(world.channels().ranking).max_decoding_message_size(64 << 20);
    let message = pb::GetReadinessRequest { cycle: world.code() };
    let readiness = told("readiness", ranking.get_readiness(ask(&token, message)).await)?;
    if let Some(leaf) = readiness.missing.first() {
        let count = readiness.missing.len();
        return Err(format!(
            "{count} leaves are missing, first {} {}: {}",
            leaf.unit, leaf.criterion, leaf.reason
        ));
    }
    for tie in readiness.open_ties {
        decide(world, tie).await?;
    }
    let message = pb::PublishRequest {
        request_id: world.id(),
        cycle: world.code(),
        document: "Quyết định số 3500/QĐ-UBND công bố kết quả xếp loại".to_owned(),
        correction_reason: String::new(),
        results_sha256: String::new(),
        seen_version: None,
    };
    let version = told("publish", ranking.publish(ask(&token, message)).await)?
        .version
        .ok_or("no version")?;
    look_over(world).await?;
    read_back(world, version).await
}

/// The auditor reads what was decided when, and finds the publication.
async fn look_over(world: &World) -> Result<(), String> {
    let mut ranking = RankingServiceClient::new(world.channels().ranking);
    let message = ListJournalRequest {
        page_size: 500,
        ..Default::default()
    };
    let journal = told(
        "read the journal",
        ranking
            .list_journal(ask(&world.cast.auditor.token, message))
            .await,
    )?;
    let found = journal.entries.iter().any(|entry| entry.act.contains("publish"));
    if found {
        Ok(())
    } else {
        Err("the journal does not hold the publication".to_owned())
    }
}

async fn decide(world: &mut World, tie: pb::OpenTie) -> Result<(), String> {
    let places = usize::try_from(tie.places).unwrap_or(0);
    let message = pb::DecideTieRequest {
        request_id: world.id(),
        cycle: world.code(),
        unit_type: tie.unit_type,
        chosen: tie.units.into_iter().take(places).collect(),
        document: "Biên bản số 04/BB-HĐTĐ họp Hội đồng thẩm định".to_owned(),
        seen: None,
    };
    let mut ranking = RankingServiceClient::new(world.channels().ranking);
    told(
        "decide tie",
        ranking.decide_tie(ask(&world.cast.chair.token, message)).await,
    )?;
    Ok(())
}

/// As a consumer's system, by its token; it would be answered without one too.
async fn read_back(world: &mut World, version: pb::Version) -> Result<Published, String> {
    let mut ranking = RankingServiceClient::new(world.channels().ranking).max_decoding_message_size(64 << 20);
    let message = pb::GetPublishedRequest {
        cycle: world.code(),
        version: version.version,
        unit_type: String::new(),
        compare: false,
    };
    let published = told(
        "read",
        ranking
            .get_published(ask(&world.cast.consumer.token, message))
            .await,
    )?;
    let message = pb::ExportRequest {
        cycle: world.code(),
        version: version.version,
        format: pb::Format::Json.into(),
    };
    let mut chunks = told(
        "export",
        ranking.export(ask(&world.cast.consumer.token, message)).await,
    )?;
    let mut bytes = Vec::new();
    while let Some(part) = chunks.message().await.map_err(|e| format!("export: {e}"))? {
        bytes.extend_from_slice(&part.chunk);
    }
    let file = world
        .folder()
        .join(format!("published-{}-{}.json", world.code(), version.version));
    std::fs::write(&file, &bytes).map_err(|e| format!("{}: {e}", file.display()))?;
    let report = verify::verify(&bytes);
    if !report.is_clean() {
        return Err(format!("the published file does not verify:\n{report}"));
    }
    let document =
        Document::decode(&bytes).map_err(|e| format!("the published file does not read: {e:?}"))?;
    world.counts.posts = document.inputs.points.iter().map(|unit| unit.leaves.len()).sum();
    let verified = report.to_string();
    Ok(Published {
        version,
        units: published.units,
        types: published.types,
        file,
        verified,
    })
}
