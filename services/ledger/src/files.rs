//! The bytes of evidence: files under their own SHA-256, outside the database and any web root.
//!
//! A file is written to `incoming/`, flushed, renamed to `ab/cdef…`, and its folder flushed, all before the
//! row that names it commits: what the database knows is on disk. A file that no row names is harmless.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use chiso_domain::appraisal::evidence::{is_encrypted, last_xref};
use chiso_platform::{Error, rng};
use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use crate::error::FileRefusal;

/// How much is read or sent at once.
pub(crate) const CHUNK: usize = 256 * 1024;
/// First bytes that tell a file's kind.
const HEAD: usize = 16;
/// Last bytes of a PDF in which it says where its cross-references are.
const TAIL: u64 = 2_048;
/// Most of a cross-reference section that is read.
const SECTION: u64 = 4 * 1024 * 1024;

/// The folder of all evidence.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    root: PathBuf,
}

impl Files {
    /// Makes the folder, and clears what uploads that were cut off have left.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub(crate) async fn open(data_dir: &Path) -> Result<Self, Error> {
        let root = data_dir.join("evidence");
        let incoming = root.join("incoming");
        if fs::try_exists(&incoming).await.map_err(Error::internal)? {
            fs::remove_dir_all(&incoming).await.map_err(Error::internal)?;
        }
        fs::create_dir_all(&incoming).await.map_err(Error::internal)?;
        Ok(Self { root })
    }

    /// Begins to receive a file.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub(crate) async fn receive(&self) -> Result<Incoming, Error> {
        let name = hex::encode(rng::bytes::<16>());
        let path = Leftover(self.root.join("incoming").join(name));
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path.0)
            .await
            .map_err(Error::internal)?;
        Ok(Incoming {
            file,
            path,
            hash: Sha256::new(),
            size: 0,
            head: Vec::new(),
        })
    }

    /// Gives a received file its lasting place. An equal file is replaced by itself.
    ///
    /// # Errors
    /// Where something cannot be written; nothing may be acknowledged then.
    pub(crate) async fn keep(&self, incoming: Incoming, sha256: &[u8; 32]) -> Result<(), Error> {
        incoming.file.sync_all().await.map_err(Error::internal)?;
        let place = self.path_of(sha256);
        let folder = place.parent().unwrap_or(&self.root);
        if !fs::try_exists(folder).await.map_err(Error::internal)? {
            fs::create_dir_all(folder).await.map_err(Error::internal)?;
            flush_folder(&self.root).await?;
        }
        fs::rename(&incoming.path.0, &place)
            .await
            .map_err(Error::internal)?;
        flush_folder(folder).await
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

/// Someone must look at the disk: the only refusal that is also logged.
fn corrupt(path: &Path, cause: &str) -> Error {
    tracing::error!(path = %path.display(), cause, "evidence on disk is not what was stored");
    FileRefusal::Corrupt.into()
}

async fn flush_folder(folder: &Path) -> Result<(), Error> {
    let folder = File::open(folder).await.map_err(Error::internal)?;
    folder.sync_all().await.map_err(Error::internal)
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

/// A file on its way in.
#[derive(Debug)]
pub(crate) struct Incoming {
    file: File,
    path: Leftover,
    hash: Sha256,
    size: u64,
    head: Vec<u8>,
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
        self.file.write_all(chunk).await.map_err(Error::internal)
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
        self.file.flush().await.map_err(Error::internal)?;
        let tail = self.read_at(self.size.saturating_sub(TAIL), TAIL).await?;
        let section = match last_xref(&tail) {
            Some(at) if at < self.size => self.read_at(at, SECTION).await?,
            _ => tail,
        };
        Ok(is_encrypted(&section))
    }

    async fn read_at(&mut self, at: u64, most: u64) -> Result<Vec<u8>, Error> {
        self.file
            .seek(SeekFrom::Start(at))
            .await
            .map_err(Error::internal)?;
        let mut bytes = Vec::new();
        (&mut self.file)
            .take(most)
            .read_to_end(&mut bytes)
            .await
            .map_err(Error::internal)?;
        Ok(bytes)
    }
}
