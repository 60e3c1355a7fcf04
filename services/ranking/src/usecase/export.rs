//! The file of a published version, in pieces.

use chiso_platform::Error;
use chiso_wire::convert::BadField;
use chiso_wire::ranking as pb;
use tonic::Status;

use crate::{Service, csv, store};

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;

/// The pieces of a file.
pub(crate) type Chunks = tokio_stream::Iter<std::vec::IntoIter<Result<pb::ExportResponse, Status>>>;

impl Service {
    /// The stored bytes as they were published (JSON), or a table of the results (CSV).
    pub(crate) async fn export(&self, request: &pb::ExportRequest) -> Result<Chunks, Error> {
        let format = match request.format() {
            pb::Format::Unspecified => return Err(BadField::missing("format").into()),
            format => format,
        };
        let row = self.published(&request.cycle, request.version).await?;
        let bytes = if format == pb::Format::Json {
            store::file(&mut &self.ctx.db, &row).await?
        } else {
            let units = store::results(&mut &self.ctx.db, &row, "").await?;
            csv::table(&row.to_wire(), &units).into_bytes()
        };
        let pieces: Vec<_> = bytes
            .chunks(PIECE)
            .map(|piece| {
                Ok(pb::ExportResponse {
                    chunk: piece.to_vec().into(),
                })
            })
            .collect();
        Ok(tokio_stream::iter(pieces))
    }
}
