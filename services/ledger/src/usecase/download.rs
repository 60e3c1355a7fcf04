//! Giving out a piece of evidence, after its bytes were checked against their address.

use chiso_domain::kernel::EvidenceId;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_wire::convert::parse;
use chiso_wire::ledger as pb;
use futures_util::stream::{self, BoxStream, StreamExt};
use pb::download_evidence_response::Part;
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tonic::Status;

use super::evidence::unknown;
use crate::Service;
use crate::files::CHUNK;
use crate::policy::{self, Viewer};
use crate::store;
use crate::store::evidence::Body;
use crate::view::evidence_message;

/// A header, then chunks.
pub(crate) type Download = BoxStream<'static, Result<pb::DownloadEvidenceResponse, Status>>;

impl Service {
    /// Gives out one piece of evidence: to its unit, the leaf's appraiser, the chair, organiser and auditor.
    /// For all others it does not exist. A link or a record is its header only.
    ///
    /// # Errors
    /// `NOT_FOUND`, `EVIDENCE_CORRUPT`, and the common ones.
    pub(crate) async fn download_evidence(
        &self,
        caller: &Caller,
        request: &pb::DownloadEvidenceRequest,
    ) -> Result<Download, Error> {
        let id: EvidenceId = parse("evidence_id", &request.evidence_id)?;
        caller.require(policy::READ, None)?;
        let evidence = store::evidence::find(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(unknown)?;
        let place = &evidence.place;
        let actor = caller
            .require(policy::READ, Some(&place.cycle))
            .map_err(|_| unknown())?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        if !Viewer::of(&actor).sees_leaf(&cycle, &place.unit, &place.criterion) {
            return Err(unknown());
        }
        let header = stream::once(std::future::ready(Ok(message(Part::Header(evidence_message(
            &evidence,
        ))))));
        Ok(match &evidence.body {
            Body::File { sha256, .. } => header
                .chain(chunks(self.files.open_checked(sha256).await?))
                .boxed(),
            Body::Link(_) | Body::InPerson { .. } => header.boxed(),
        })
    }
}

fn message(part: Part) -> pb::DownloadEvidenceResponse {
    pb::DownloadEvidenceResponse { part: Some(part) }
}

fn chunks(file: File) -> Download {
    stream::try_unfold(file, |mut file| async move {
        let mut bytes = vec![0; CHUNK];
        let n = file
            .read(&mut bytes)
            .await
            .map_err(|e| Status::from(Error::internal(e)))?;
        bytes.truncate(n);
        Ok((n > 0).then(|| (message(Part::Chunk(bytes.into())), file)))
    })
    .boxed()
}
