//! Ends and removes what this process leaves behind, however it ends: also by SIGKILL, when no destructor runs.
//!
//! A shell reads what there is, line by line, until its input ends, and that is with this process. Whoever starts a
//! server in a test says so here, and says when it is gone.

use std::io::Write;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// Servers first, with what they traced, then disks, then folders.
const SHELL: &str = r#"
trap '' INT TERM HUP
all=
while read -r what which; do
  case $what in
    gone) all=$(printf '%s\n' "$all" | grep -v "^process $which ") ;;
    *) all="$all
$what $which" ;;
  esac
done
of() { printf '%s\n' "$all" | sed -n "s/^$1 //p"; }
of process | while read -r pid signal; do
  [ "$signal" != KILL ] || kill -KILL $(cat "/proc/$pid/task/$pid/children")
  kill "-$signal" "$pid" && kill -CONT "$pid"
done
of process | while read -r pid signal; do
  tries=0
  while kill -0 "$pid" && [ "$tries" -lt 200 ]; do tries=$((tries + 1)); sleep 0.05; done
  kill -KILL "$pid"
done
of disk | while read -r place; do umount -l "$place"; done
of folder | while read -r place; do rm -rf "$place"; done
"#;

/// How a process is ended.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// At once, with its children.
    Kill,
    /// As PostgreSQL is told to end its own children at once.
    Quit,
}

/// A process was started.
///
/// # Panics
/// Where no shell can be started.
pub fn born(pid: u32, end: End) {
    let signal = match end {
        End::Kill => "KILL",
        End::Quit => "QUIT",
    };
    note(&format!("process {pid} {signal}"));
}

/// A process has ended and was waited for.
///
/// # Panics
/// Where no shell can be started.
pub fn gone(pid: u32) {
    note(&format!("gone {pid}"));
}

/// A folder was made that nobody needs afterwards.
///
/// # Panics
/// Where no shell can be started.
pub fn folder(place: &Path) {
    note(&format!("folder {}", place.display()));
}

/// A disk was mounted that nobody needs afterwards.
///
/// # Panics
/// Where no shell can be started.
pub fn disk(place: &Path) {
    note(&format!("disk {}", place.display()));
}

fn note(line: &str) {
    static INPUT: OnceLock<Mutex<ChildStdin>> = OnceLock::new();
    let start = || {
        let shell = Command::new("sh")
            .args(["-c", SHELL])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        // It ends with its input and is nobody's to wait for.
        let input = shell.expect("a shell starts").stdin;
        Mutex::new(input.expect("its input is a pipe"))
    };
    let mut input = INPUT.get_or_init(start).lock().expect("no test panicked here");
    writeln!(input, "{line}").expect("the shell reads");
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn lives(pid: u32) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    }

    /// The process that is killed here is this test, started again.
    #[test]
    fn what_a_killed_process_leaves_is_ended_and_removed() {
        let name = "CHISO_TEST_KEPT";
        if let Ok(place) = std::env::var(name) {
            let place = Path::new(&place);
            let sleeper = || Command::new("sleep").arg("600").spawn().unwrap().id();
            let (left, other) = (sleeper(), sleeper());
            born(other, End::Kill);
            born(left, End::Kill);
            gone(other);
            folder(&place.join("left"));
            std::fs::create_dir(place.join("left")).unwrap();
            std::fs::write(place.join("pids.new"), format!("{left} {other}")).unwrap();
            std::fs::rename(place.join("pids.new"), place.join("pids")).unwrap();
            loop {
                std::thread::park();
            }
        }
        let place = tempfile::tempdir().unwrap();
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["what_a_killed_process_leaves", "--nocapture"])
            .env(name, place.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        let wait = |holds: &dyn Fn() -> bool| {
            while !holds() {
                assert!(Instant::now() < until, "too late");
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        wait(&|| place.path().join("pids").exists());
        let pids = std::fs::read_to_string(place.path().join("pids")).unwrap();
        let pids: Vec<u32> = pids.split(' ').map(|pid| pid.parse().unwrap()).collect();
        process.kill().unwrap();
        process.wait().unwrap();
        wait(&|| !lives(pids[0]) && !place.path().join("left").exists());
        assert!(lives(pids[1]), "what was said to be gone is nobody's any more");
        Command::new("kill").arg(pids[1].to_string()).status().unwrap();
    }
}
