//! Folders: writable, on a disk that keeps what it is told to, with room left; and the file of keys.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use chiso_platform::process::Places;

use super::{Finding, Findings};
use crate::backup::sqlite_file;

const MIB: u64 = 1024 * 1024;
/// Less is too little to finish a backup or a migration.
const TOO_LITTLE: u64 = 200 * MIB;
const LITTLE: u64 = 2_048 * MIB;
/// A disk that takes longer makes every acknowledgement wait.
const SLOW: Duration = Duration::from_millis(50);
/// Kinds of file system on which SQLite's locks or its shared memory do not hold.
const NETWORK: [&str; 12] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "ceph",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.s3fs",
    "lustre",
    "afs",
];

pub(super) fn look(places: &Places, findings: &mut Findings) {
    let embedded = places.postgres.is_none();
    findings.push(folder("data folder", &places.data_dir, embedded));
    if places.data_dir.exists() {
        findings.push(room("disk space", &places.data_dir));
    }
    if !places.evidence.starts_with(&places.data_dir) || places.evidence.exists() {
        findings.push(folder("evidence folder", &places.evidence, false));
    }
    findings.push(keys(places));
}

fn folder(check: &str, path: &Path, local: bool) -> Finding {
    let shown = path.display();
    if !path.exists() {
        return Finding::warn(
            check,
            format!("{shown} does not exist yet"),
            "chiso makes it at its first start; look again then",
        );
    }
    let kind = kind_of(path).unwrap_or_default();
    if local && NETWORK.contains(&kind.as_str()) {
        return Finding::fail(
            check,
            format!("{shown} lies on a network disk ({kind}), on which SQLite cannot keep its promises"),
            "set data.dir to a folder on a local disk, or use PostgreSQL (database.url)",
        );
    }
    match flushed(path) {
        Err(error) => Finding::fail(
            check,
            format!("{shown} cannot be written: {error}"),
            "let the user that runs chiso write there; under systemd, name the folder in ReadWritePaths=",
        ),
        Ok(took) if took > SLOW => Finding::warn(
            check,
            format!(
                "{shown} is writable ({kind}); to flush 4 KiB took {} ms",
                took.as_millis()
            ),
            "every acknowledgement waits for that: use a faster disk",
        ),
        Ok(took) => Finding::ok(
            check,
            format!(
                "{shown} is writable ({kind}); to flush 4 KiB took {} µs",
                took.as_micros()
            ),
        ),
    }
}

/// Writes a file, brings it to the disk and removes it; answers how long the disk took.
fn flushed(folder: &Path) -> std::io::Result<Duration> {
    let path = folder.join(format!(".chiso-doctor-{}", std::process::id()));
    let mut file = File::options().write(true).create_new(true).open(&path)?;
    let written = file.write_all(&[0; 4_096]).and_then(|()| {
        let begun = Instant::now();
        file.sync_all()?;
        Ok(begun.elapsed())
    });
    fs::remove_file(&path)?;
    written
}

/// Kind of the file system that holds a path: "ext4".
fn kind_of(path: &Path) -> Option<String> {
    let path = fs::canonicalize(path).ok()?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    // "36 35 98:0 /root /mount/point options … - kind source options"; the last one that fits lies on top.
    let mount = |line: &str| {
        let (left, right) = line.split_once(" - ")?;
        let point = left.split(' ').nth(4)?.replace("\\040", " ");
        let kind = right.split(' ').next()?.to_owned();
        path.starts_with(&point).then_some((point.len(), kind))
    };
    let fitting = mounts.lines().filter_map(mount);
    fitting.max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

fn room(check: &str, path: &Path) -> Finding {
    let disk = match rustix::fs::statvfs(path) {
        Ok(disk) => disk,
        Err(error) => {
            let found = format!("{}: {error}", path.display());
            return Finding::warn(check, found, "look with df how much room is left");
        }
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let found = format!("{} MiB free", free / MIB);
    let remedy = "make room: when the disk is full, every write is refused";
    if free < TOO_LITTLE || disk.f_files > 0 && disk.f_favail == 0 {
        Finding::fail(check, found, remedy)
    } else if free < LITTLE {
        Finding::warn(check, found, remedy)
    } else {
        Finding::ok(check, found)
    }
}

fn keys(places: &Places) -> Finding {
    let path = &places.keys;
    let shown = path.display();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return no_keys(places),
        Err(error) => {
            return Finding::fail(
                "keys",
                format!("{shown} cannot be read: {error}"),
                "let the user that runs chiso read it, and nobody else",
            );
        }
    };
    let key = |line: &str| line.len() == 64 && line.bytes().all(|b| b.is_ascii_hexdigit());
    if text.lines().count() != 3 || !text.lines().all(key) {
        return Finding::fail(
            "keys",
            format!("{shown} does not hold three keys"),
            "put back the file that was made with this database",
        );
    }
    match fs::metadata(path).map(|data| data.permissions().mode() & 0o777) {
        Ok(mode) if mode & 0o027 != 0 => Finding::fail(
            "keys",
            format!("{shown} may be read or changed by others (mode {mode:o})"),
            format!("chmod 600 {shown}"),
        ),
        // As a cluster hands secrets to a process that is not root.
        Ok(mode) if mode & 0o040 != 0 => {
            Finding::ok("keys", format!("{shown}, for its owner and group only"))
        }
        _ => Finding::ok("keys", format!("{shown}, for its owner only")),
    }
}

fn no_keys(places: &Places) -> Finding {
    let missing = format!("{} is not there", places.keys.display());
    if places.postgres.is_none() && !sqlite_file(places).exists() {
        return Finding::ok(
            "keys",
            format!("{missing}; made with the database at the first start"),
        );
    }
    Finding::fail(
        "keys",
        missing,
        "put back the file that was made with this database; without it sealed names and phone numbers stay sealed",
    )
}
