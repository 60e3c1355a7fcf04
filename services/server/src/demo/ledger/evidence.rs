//! Evidence: small real PDF files, links, and a record of a presentation in person.

use chiso_domain::kernel::UnitCode;
use chiso_wire::ledger as pb;
use sha2::{Digest, Sha256};

use super::client;
use crate::demo::world::{World, ask, told};

/// What is attached to a leaf.
pub(super) struct Place<'a> {
    pub(super) token: &'a str,
    pub(super) unit: &'a UnitCode,
    pub(super) criterion: &'a str,
}

/// Every seventh leaf gets a link, one leaf a record in person, all others a file.
pub(super) async fn attach(world: &mut World, place: &Place<'_>, n: usize) -> Result<(), String> {
    world.counts.evidence += 1;
    match n % 7 {
        6 if place.criterion == "III.2" => in_person(world, place).await,
        6 => link(world, place).await,
        _ => file(world, place).await,
    }
}

/// One document of a unit proves all criteria of a content, so it is uploaded often and stored once.
pub(super) async fn file(world: &mut World, place: &Place<'_>) -> Result<(), String> {
    let content = place.criterion.split('.').next().unwrap_or_default();
    let bytes = pdf(&format!("{} {} {}", world.code(), place.unit, content));
    let header = pb::UploadHeader {
        request_id: world.id(),
        evidence_id: world.id(),
        cycle: world.code(),
        unit: place.unit.to_string(),
        criterion: place.criterion.to_owned(),
        document: format!("Báo cáo số 12/BC-{}", place.unit),
        locator: "Mục II, trang 3".to_owned(),
        file_name: format!("bao-cao-{}.pdf", content.to_lowercase()),
        size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(&bytes)),
        secret: false,
    };
    let part = |part| pb::UploadEvidenceRequest { part: Some(part) };
    let parts = vec![
        part(pb::upload_evidence_request::Part::Header(header)),
        part(pb::upload_evidence_request::Part::Chunk(bytes.into())),
    ];
    let request = ask(place.token, tokio_stream::iter(parts));
    told("upload evidence", client(world).upload_evidence(request).await)?;
    Ok(())
}

async fn link(world: &mut World, place: &Place<'_>) -> Result<(), String> {
    let evidence = pb::Evidence {
        evidence_id: world.id(),
        kind: pb::EvidenceKind::Link.into(),
        document: "Tin đăng trên cổng thông tin điện tử".to_owned(),
        url: format!(
            "https://example.vn/{}/{}",
            place.unit.as_str().to_lowercase(),
            place.criterion
        ),
        ..pb::Evidence::default()
    };
    add(world, place, evidence).await
}

async fn in_person(world: &mut World, place: &Place<'_>) -> Result<(), String> {
    let evidence = pb::Evidence {
        evidence_id: world.id(),
        kind: pb::EvidenceKind::InPerson.into(),
        presented_on: day(world),
        presented_at: "Trụ sở Sở Nội vụ".to_owned(),
        members: vec![
            "Thành viên Hội đồng thẩm định".to_owned(),
            "Tổ công tác giúp việc".to_owned(),
        ],
        ..pb::Evidence::default()
    };
    add(world, place, evidence).await
}

fn day(world: &World) -> String {
    world.now().to_string().chars().take(10).collect()
}

async fn add(world: &mut World, place: &Place<'_>, evidence: pb::Evidence) -> Result<(), String> {
    let message = pb::AddEvidenceRequest {
        request_id: world.id(),
        cycle: world.code(),
        unit: place.unit.to_string(),
        criterion: place.criterion.to_owned(),
        evidence: Some(evidence),
    };
    told(
        "add evidence",
        client(world).add_evidence(ask(place.token, message)).await,
    )?;
    Ok(())
}

/// A whole, valid PDF of one empty page that carries a title.
fn pdf(title: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_owned(),
        format!("<< /Title ({title}) >>"),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (n, object) in (1..).zip(&objects) {
        places.push(text.len());
        text.push_str(&format!("{n} 0 obj\n{object}\nendobj\n"));
    }
    let table = text.len();
    text.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        text.push_str(&format!("{place:010} 00000 n \n"));
    }
    let size = objects.len() + 1;
    text.push_str(&format!(
        "trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{table}\n%%EOF\n"
    ));
    text.into_bytes()
}
