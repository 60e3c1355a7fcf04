//! The bytes of evidence: files under their own SHA-256, outside the database and any web root.
//!
//! A file is written to `incoming/`, flushed, renamed to `ab/cdef…`, and its folder flushed, all before the
//! row that names it commits: what the database knows is on disk. A file that no row names is harmless.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chiso_domain::appraisal::evidence::{is_encrypted, last_xref};
use chiso_platform::{Error, fault, rng};
use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::error::FileRefusal;

/// How much is read or sent at once.
pub(crate) const CHUNK: usize = 256 * 1024;
/// First bytes that tell a file's kind.
const HEAD: usize = 16;
/// Bytes that wait in memory before they are written.
const SPILL: usize = 1024 * 1024;
/// Last bytes of a PDF in which it says where its cross-references are.
const TAIL: u64 = 2_048;
/// No upload lasts longer.
const ABANDONED: Duration = Duration::from_secs(24 * 3_600);
/// Most of a cross-reference section that is read.
const SECTION: u64 = 4 * 1024 * 1024;

/// The folder of all evidence.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    root: PathBuf,
}

impl Files {
    /// Makes the folder, and clears what uploads that were cut off have left. Other instances share the folder,
    /// so what is younger than any upload can be is left to them.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub(crate) async fn open(root: &Path) -> Result<Self, Error> {
        let incoming = root.join("incoming");
        fs::create_dir_all(&incoming).await.map_err(Error::internal)?;
        blocking(move || clear(&incoming)).await?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Begins to receive a file.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub(crate) async fn receive(&self) -> Result<Incoming, Error> {
        let name = hex::encode(rng::bytes::<16>());
        let path = Leftover(self.root.join("incoming").join(name));
        let place = path.0.clone();
        let make = move || {
            std::fs::File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(place)
        };
        Ok(Incoming {
            file: Arc::new(blocking(make).await?),
            path,
            hash: Sha256::new(),
            size: 0,
            head: Vec::new(),
            waiting: Vec::new(),
        })
    }

    /// Gives a received file its lasting place. An equal file is replaced by itself.
    ///
    /// # Errors
    /// Where something cannot be written; nothing may be acknowledged then.
    pub(crate) async fn keep(&self, incoming: Incoming, sha256: &[u8; 32]) -> Result<(), Error> {
        let (root, place) = (self.root.clone(), self.path_of(sha256));
        let Incoming {
            file, path, waiting, ..
        } = incoming;
        let keep = move || {
            (&*file).write_all(&waiting)?;
            file.sync_all()?;
            let folder = place.parent().unwrap_or(&root);
            std::fs::create_dir_all(folder)?;
            // Also where the folder is there: another upload may have made it just now, and not flushed it yet.
            flush_folder(&root)?;
            std::fs::rename(&path.0, &place)?;
            fault::point("ledger.evidence.renamed");
            flush_folder(folder)?;
            fault::point("ledger.evidence.kept");
            Ok(())
        };
        blocking(keep).await
    }

    /// Opens a file, if its bytes still have their hash.
    ///
    /// # Errors
    /// `EVIDENCE_CORRUPT` where they are gone or differ.
    pub(crate) async fn open_checked(&self, sha256: &[u8; 32]) -> Result<File, Error> {
        let path = self.path_of(sha256);
        let mut file = File::open(&path)
            .await
            .map_err(|cause| corrupt(&path, &cause.to_string()))?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; CHUNK];
        loop {
            let n = file
                .read(&mut buffer)
                .await
                .map_err(|cause| corrupt(&path, &cause.to_string()))?;
            if n == 0 {
                break;
            }
            hash.update(buffer.get(..n).unwrap_or_default());
        }
        let found: [u8; 32] = hash.finalize().into();
        if found != *sha256 {
            return Err(corrupt(&path, "the bytes have another hash"));
        }
        file.seek(SeekFrom::Start(0)).await.map_err(Error::internal)?;
        Ok(file)
    }

    fn path_of(&self, sha256: &[u8; 32]) -> PathBuf {
        let name = hex::encode(sha256);
        let (folder, rest) = name.split_at(2);
        self.root.join(folder).join(rest)
    }
}

/// Removes files that nobody writes any more. What time it is says the disk that wrote them, not this machine.
fn clear(incoming: &Path) -> io::Result<()> {
    let probe = Leftover(incoming.join(hex::encode(rng::bytes::<16>())));
    let now = std::fs::File::create_new(&probe.0)?.metadata()?.modified()?;
    for file in std::fs::read_dir(incoming)? {
        let file = file?;
        // Another instance may have been faster.
        let Ok(written) = file.metadata().and_then(|found| found.modified()) else {
            continue;
        };
        if now.duration_since(written).is_ok_and(|age| age > ABANDONED) {
            drop(Leftover(file.path()));
        }
    }
    Ok(())
}

/// Someone must look at the disk: the only refusal that is also logged.
fn corrupt(path: &Path, cause: &str) -> Error {
    tracing::error!(path = %path.display(), cause, "evidence on disk is not what was stored");
    FileRefusal::Corrupt.into()
}

fn flush_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Runs work on the disk beside the calls.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    done.map_err(Error::internal)
}

/// A path that is removed when it is dropped, unless it has been renamed away.
#[derive(Debug)]
struct Leftover(PathBuf);

impl Drop for Leftover {
    fn drop(&mut self) {
        // Gone already after a rename; what cannot be removed is cleared at the next start.
        let _gone = std::fs::remove_file(&self.0);
    }
}

/// A file on its way in. A small one stays in memory until it is kept, so that it costs one turn on the disk.
#[derive(Debug)]
pub(crate) struct Incoming {
    file: Arc<std::fs::File>,
    path: Leftover,
    hash: Sha256,
    size: u64,
    head: Vec<u8>,
    waiting: Vec<u8>,
}

impl Incoming {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub(crate) async fn write(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let wanted = HEAD.saturating_sub(self.head.len());
        self.head.extend(chunk.iter().take(wanted));
        self.hash.update(chunk);
        self.size += chunk.len() as u64;
        self.waiting.extend_from_slice(chunk);
        if self.waiting.len() < SPILL {
            return Ok(());
        }
        let (file, waiting) = (Arc::clone(&self.file), std::mem::take(&mut self.waiting));
        blocking(move || (&*file).write_all(&waiting)).await
    }

    /// Bytes so far.
    #[must_use]
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// The first bytes.
    #[must_use]
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// SHA-256 of all bytes so far.
    #[must_use]
    pub(crate) fn sha256(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// Whether a PDF asks for a password: its last cross-reference section says so.
    ///
    /// # Errors
    /// Where the file cannot be read back.
    pub(crate) async fn is_encrypted_pdf(&mut self) -> Result<bool, Error> {
        if self.size == self.waiting.len() as u64 {
            return asks_for_password(&mut io::Cursor::new(&self.waiting), self.size)
                .map_err(Error::internal);
        }
        let (file, size) = (Arc::clone(&self.file), self.size);
        let waiting = std::mem::take(&mut self.waiting);
        let check = move || {
            (&*file).write_all(&waiting)?;
            let asks = asks_for_password(&mut &*file, size)?;
            (&*file).seek(SeekFrom::End(0))?;
            Ok(asks)
        };
        blocking(check).await
    }
}

fn asks_for_password(file: &mut (impl Read + Seek), size: u64) -> io::Result<bool> {
    let tail = read_at(file, size.saturating_sub(TAIL), TAIL)?;
    let section = match last_xref(&tail) {
        Some(at) if at < size => read_at(file, at, SECTION)?,
        _ => tail,
    };
    Ok(is_encrypted(&section))
}

fn read_at(file: &mut (impl Read + Seek), at: u64, most: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_instance_leaves_the_uploads_of_the_first_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Files::open(folder.path()).await.unwrap();
        let mut upload = first.receive().await.unwrap();
        upload.write(b"%PDF-1.4").await.unwrap();
        let abandoned = folder.path().join("incoming").join("old");
        let file = std::fs::File::create(&abandoned).unwrap();
        let then = file.metadata().unwrap().modified().unwrap() - (ABANDONED + Duration::from_secs(60));
        file.set_modified(then).unwrap();
        let second = Files::open(folder.path()).await.unwrap();
        assert!(!abandoned.exists(), "cut off more than a day ago");
        let sha256 = upload.sha256();
        first.keep(upload, &sha256).await.unwrap();
        assert!(second.open_checked(&sha256).await.is_ok());
    }
}
