//! Files of a backup: copied, hashed, and on the disk before the folder gets its name.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::BackupError;
use super::manifest::MANIFEST;

const CHUNK: usize = 256 * 1024;

/// Size and hash of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileEntry {
    /// From the folder of the backup, with '/'.
    pub(super) path: String,
    /// Bytes.
    pub(super) size: u64,
    /// Lower-case hexadecimal.
    pub(super) sha256: String,
}

/// Where the file of this hash lies in the folder of evidence.
pub(crate) fn evidence_path(sha256: &str) -> PathBuf {
    let (folder, rest) = sha256.split_at_checked(2).unwrap_or((sha256, ""));
    Path::new(folder).join(rest)
}

/// Reads a whole file.
pub(crate) fn digest(path: &Path) -> Result<FileEntry, BackupError> {
    let mut file = File::open(path).map_err(BackupError::at(path))?;
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0_u64, vec![0; CHUNK]);
    loop {
        let n = file.read(&mut buffer).map_err(BackupError::at(path))?;
        if n == 0 {
            break;
        }
        hash.update(buffer.get(..n).unwrap_or_default());
        size += n as u64;
    }
    Ok(FileEntry {
        path: String::new(),
        size,
        sha256: hex::encode(hash.finalize()),
    })
}

/// A link to the same bytes where both lie on one file system, a copy on the disk where they do not.
///
/// Only for what is never changed in place.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    if let Some(folder) = to.parent() {
        private_folder(folder)?;
    }
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    copy_apart(from, to)
}

/// A copy of its own under a new name, on the disk, for its owner only.
pub(super) fn copy_apart(from: &Path, to: &Path) -> Result<(), BackupError> {
    if let Some(folder) = to.parent() {
        private_folder(folder)?;
    }
    let mut source = File::open(from).map_err(BackupError::at(from))?;
    let mut target = private_file(to).map_err(BackupError::at(to))?;
    let copied = io::copy(&mut source, &mut target).and_then(|_| target.sync_all());
    copied.map_err(BackupError::at(to))
}

/// A new file that only its owner may read.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

/// Makes a folder for its owner only, where there is none.
pub(super) fn private_folder(path: &Path) -> Result<(), BackupError> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .recursive(true)
        .create(path)
        .map_err(BackupError::at(path))
}

/// Brings a file or folder to the disk.
pub(super) fn flush(path: &Path) -> Result<(), BackupError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(BackupError::at(path))
}

/// All files below a folder, and the folders themselves, sorted.
pub(super) fn walk(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), BackupError> {
    let (mut found, mut folders, mut open) = (Vec::new(), Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).map_err(BackupError::at(&next))? {
            let entry = entry.map_err(BackupError::at(&next))?;
            let kind = entry.file_type().map_err(BackupError::at(&next))?;
            if kind.is_dir() {
                open.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
        folders.push(next);
    }
    found.sort();
    folders.sort();
    Ok((found, folders))
}

/// A backup that is being written: a folder under another name, removed where it is not finished.
pub(super) struct Partial {
    folder: PathBuf,
    target: PathBuf,
    finished: bool,
}

impl Partial {
    /// Beside the folder that it will become, so that it can be renamed.
    pub(super) fn beside(target: &Path) -> Result<Self, BackupError> {
        let target = std::path::absolute(target).map_err(BackupError::at(target))?;
        if target.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(target));
        }
        let parent = target.parent().unwrap_or(&target).to_owned();
        fs::create_dir_all(&parent).map_err(BackupError::at(&parent))?;
        let name = target
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let folder = parent.join(format!(".{name}.unfinished-{}", std::process::id()));
        let mut builder = fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(BackupError::at(&folder))?;
        Ok(Self {
            folder,
            target,
            finished: false,
        })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Every file so far but the manifest, with size and hash; all of them on the disk.
    pub(super) fn inventory(&self) -> Result<Vec<FileEntry>, BackupError> {
        let mut entries = Vec::new();
        for file in walk(&self.folder)?.0 {
            let path = file.strip_prefix(&self.folder).unwrap_or(&file);
            let path = path.to_string_lossy().into_owned();
            if path == MANIFEST {
                continue;
            }
            flush(&file)?;
            entries.push(FileEntry {
                path,
                ..digest(&file)?
            });
        }
        Ok(entries)
    }

    /// Brings the folders to the disk and gives the backup its name.
    pub(super) fn finish(mut self) -> Result<PathBuf, BackupError> {
        for folder in walk(&self.folder)?.1 {
            flush(&folder)?;
        }
        // A folder is renamed onto an empty one without a word.
        if self.target.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(self.target.clone()));
        }
        fs::rename(&self.folder, &self.target).map_err(BackupError::at(&self.target))?;
        self.finished = true;
        if let Some(parent) = self.target.parent() {
            flush(parent)?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.finished {
            // Its name says what it is; whoever finds it may remove it.
            let _left_behind = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Runs file work where it holds up no call.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(BackupError::Task(error.to_string())),
    }
}

/// Writes a new file that only its owner may read, and brings it to the disk.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let write = || -> io::Result<()> {
        let mut file = private_file(path)?;
        io::Write::write_all(&mut file, bytes)?;
        file.sync_all()
    };
    write().map_err(BackupError::at(path))
}
