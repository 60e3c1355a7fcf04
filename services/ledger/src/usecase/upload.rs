//! Uploading a file: decided by the time the request head came (D6), stored before it is acknowledged.

use chiso_domain::appraisal::MediaType;
use chiso_domain::appraisal::evidence::check_type;
use chiso_domain::kernel::{EvidenceId, Instant};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::metrics::metrics;
use chiso_platform::once::Once;
use chiso_wire::convert::{BadField, optional_text, parse, text};
use chiso_wire::ledger as pb;
use pb::upload_evidence_request::Part;
use tokio_stream::{Stream, StreamExt};
use tonic::Status;

use super::evidence::attach;
use super::{SHORT_TEXT, place, scored_leaf};
use crate::error::FileRefusal;
use crate::files::Incoming;
use crate::policy;
use crate::store::Place;
use crate::store::evidence::{Body, Evidence};
use crate::{SERVICE, Service};

/// Most bytes of one message.
const CHUNK_LIMIT: usize = 1024 * 1024;

/// What the header announces, checked.
struct Announced {
    id: EvidenceId,
    place: Place,
    document: String,
    locator: String,
    name: String,
    /// None: told at the end.
    whole: Option<Whole>,
    /// The policy's most bytes.
    limit: u64,
}

/// The file as a whole.
#[derive(Clone, Copy)]
struct Whole {
    size: u64,
    sha256: [u8; 32],
}

impl Service {
    /// Takes a file onto a leaf.
    ///
    /// # Errors
    /// `FILE_TOO_LARGE`, `FILE_MISLABELLED`, `FILE_PASSWORD_PROTECTED`, `FILE_HASH_DIFFERS` and the other
    /// faults of a file, `SECRET_EVIDENCE_REFUSED`, the calendar's, and the common ones.
    pub async fn upload_evidence(
        &self,
        caller: &Caller,
        mut parts: impl Stream<Item = Result<pb::UploadEvidenceRequest, Status>> + Send + Unpin,
    ) -> Result<pb::UploadEvidenceResponse, Error> {
        let received_at = self.ctx.clock.now();
        caller.require(policy::SCORE, None)?;
        let header = header(&mut parts).await?;
        let once = Once::new(SERVICE, "UploadEvidence", caller, &header.request_id, &header)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let announced = self.announced(caller, &header).await?;
        let window = self.evidence_window(&announced.place, received_at).await?;
        let mut incoming = self.files.receive().await?;
        let whole = receive(&mut parts, &announced, &mut incoming).await?;
        let media_type = check(&announced, whole, &mut incoming).await?;
        self.files.keep(incoming, &whole.sha256).await?;
        metrics().evidence_stored(whole.size);

        let now = self.ctx.clock.now();
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let evidence = announced.into_evidence(media_type, whole, (caller.actor(), received_at))?;
        let entry = attach(&mut tx, caller, window, evidence, now).await?;
        let reply = pb::UploadEvidenceResponse { entry: Some(entry) };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Everything that can be refused before a byte of the file is taken.
    async fn announced(&self, caller: &Caller, header: &pb::UploadHeader) -> Result<Announced, Error> {
        let place = place(&header.cycle, &header.unit, &header.criterion).map_err(|e| e.within("header"))?;
        caller.require(policy::SCORE, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        scored_leaf(&cycle, &place)?;
        policy::own_unit(caller, policy::SCORE, &place.cycle, &place.unit)?;
        if header.secret {
            return Err(FileRefusal::Secret.into());
        }
        let limit = cycle.rules.policy.evidence_max_bytes;
        let announces = header.size_bytes != 0 || !header.sha256.is_empty();
        let whole = announces
            .then(|| Whole::told("header", (header.size_bytes, &header.sha256), limit))
            .transpose()?;
        let name = text("header.file_name", &header.file_name, 255)?;
        if name.contains(['/', '\\']) || name.chars().any(char::is_control) {
            let vi = "Tên tệp không được có dấu gạch chéo hay ký tự điều khiển.";
            return Err(BadField::new("header.file_name", "not a plain name", vi).into());
        }
        Ok(Announced {
            id: parse("header.evidence_id", &header.evidence_id)?,
            place,
            document: optional_text("header.document", &header.document, SHORT_TEXT)?,
            locator: optional_text("header.locator", &header.locator, SHORT_TEXT)?,
            name,
            whole,
            limit,
        })
    }
}

impl Announced {
    fn into_evidence(
        self,
        media_type: MediaType,
        whole: Whole,
        (added_by, added_at): (String, Instant),
    ) -> Result<Evidence, Error> {
        Ok(Evidence {
            id: self.id,
            place: self.place,
            ordinal: 0,
            body: Body::File {
                name: self.name,
                media_type,
                size: i64::try_from(whole.size).map_err(Error::internal)?,
                sha256: whole.sha256,
            },
            document: self.document,
            locator: self.locator,
            supplement: false,
            added_by,
            added_at,
            removed_at: None,
        })
    }
}

impl Whole {
    /// As the header or the end tells it.
    fn told(part: &str, (size, sha256): (i64, &str), limit: u64) -> Result<Self, Error> {
        let size = u64::try_from(size).unwrap_or(0);
        if size > limit {
            return Err(FileRefusal::TooLarge { size, limit }.into());
        }
        if size == 0 {
            return Err(FileRefusal::Empty.into());
        }
        let bytes = hex::decode(sha256).ok().and_then(|bytes| bytes.try_into().ok());
        let sha256 = bytes.ok_or_else(|| {
            let vi = "Mã SHA-256 của tệp phải gồm 64 chữ số thập lục phân.";
            BadField::new(format!("{part}.sha256"), "not 64 hexadecimal digits", vi)
        })?;
        Ok(Self { size, sha256 })
    }
}

async fn header(
    parts: &mut (impl Stream<Item = Result<pb::UploadEvidenceRequest, Status>> + Unpin),
) -> Result<pb::UploadHeader, Error> {
    match parts.next().await.transpose().map_err(Error::peer)? {
        Some(pb::UploadEvidenceRequest {
            part: Some(Part::Header(header)),
        }) => Ok(header),
        _ => Err(FileRefusal::StreamMalformed("the first part is no header").into()),
    }
}

/// Takes all bytes, and what the file is as a whole where the end tells it. A stream that was cut has no end.
async fn receive(
    parts: &mut (impl Stream<Item = Result<pb::UploadEvidenceRequest, Status>> + Unpin),
    announced: &Announced,
    incoming: &mut Incoming,
) -> Result<Whole, Error> {
    let mut end = None;
    while let Some(part) = parts.next().await {
        match part.map_err(Error::peer)?.part {
            Some(Part::Chunk(chunk)) if end.is_none() => take(announced, incoming, &chunk).await?,
            Some(Part::End(told)) if end.is_none() && announced.whole.is_none() => end = Some(told),
            _ => {
                let why = "a part after the first is neither a chunk nor the one end that is wanted";
                return Err(FileRefusal::StreamMalformed(why).into());
            }
        }
    }
    match (announced.whole, end) {
        (Some(whole), _) => Ok(whole),
        (None, Some(end)) => Whole::told("end", (end.size_bytes, &end.sha256), announced.limit),
        (None, None) => Err(FileRefusal::SizeDiffers {
            announced: 0,
            received: incoming.size(),
        }
        .into()),
    }
}

async fn take(announced: &Announced, incoming: &mut Incoming, chunk: &[u8]) -> Result<(), Error> {
    if chunk.len() > CHUNK_LIMIT {
        return Err(FileRefusal::ChunkTooLarge(chunk.len()).into());
    }
    let received = incoming.size() + chunk.len() as u64;
    match announced.whole {
        Some(Whole { size, .. }) if received > size => Err(FileRefusal::SizeDiffers {
            announced: size,
            received,
        }
        .into()),
        None if received > announced.limit => Err(FileRefusal::TooLarge {
            size: received,
            limit: announced.limit,
        }
        .into()),
        _ => incoming.write(chunk).await,
    }
}

async fn check(announced: &Announced, whole: Whole, incoming: &mut Incoming) -> Result<MediaType, Error> {
    let received = incoming.size();
    if received == 0 {
        return Err(FileRefusal::Empty.into());
    }
    if received != whole.size {
        return Err(FileRefusal::SizeDiffers {
            announced: whole.size,
            received,
        }
        .into());
    }
    if incoming.sha256() != whole.sha256 {
        return Err(FileRefusal::HashDiffers.into());
    }
    let media_type = check_type(&announced.name, incoming.head())?;
    if media_type == MediaType::Pdf && incoming.is_encrypted_pdf().await? {
        return Err(FileRefusal::PasswordProtected.into());
    }
    Ok(media_type)
}
