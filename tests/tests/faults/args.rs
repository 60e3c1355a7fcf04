//! The command line of the harness.

use std::path::PathBuf;
use std::time::Duration;

use crate::ground::Shape;
use crate::inject::Kind;

const USAGE: &str =
    "usage: tests/run faults [--injections N] [--seed S] [--pause-ms MS] [--only KIND,KIND]
              [--shapes SHAPE,SHAPE] [--round N]
              [--without KIND,KIND] [--binary PATH] [--plant BUG | --planted]

  --injections N   faults to inject (300)
  --seed S         plays the same faults again (drawn from the machine's clock otherwise)
  --pause-ms MS    how long a frozen process stands (1500)
  --only KINDS     kill, point, freeze, restart, cut, slow, silence, double, deadline, clock, call, full, database,
                   redis, notice, answer, line, holder, thaw, haste
  --without KINDS  what this machine does not allow: call (needs ptrace), full (needs to mount)
  --shapes SHAPES  embedded, smalldisk, postgres, split: round by round (all)
  --round N        faults of one round; a round begins with an empty system and ends with the check (75)
  --binary PATH    the chiso to test (the one that Cargo built beside this harness)
  --plant BUG      switches a planted bug on (a build with the feature planted-bugs)
  --planted        plants each bug in turn and says which were caught";

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Args {
    pub(crate) injections: u64,
    pub(crate) seed: u64,
    pub(crate) pause: Duration,
    pub(crate) only: Vec<Kind>,
    /// Not played, and not missed.
    pub(crate) without: Vec<Kind>,
    pub(crate) round: u64,
    /// One after another, round by round.
    pub(crate) shapes: Vec<Shape>,
    pub(crate) binary: PathBuf,
    /// The binary was named.
    pub(crate) named: bool,
    pub(crate) plant: Option<String>,
    pub(crate) planted: bool,
}

impl Args {
    /// Reads the command line; the error is what to say.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self {
            injections: 300,
            seed: u64::from_be_bytes(chiso_platform::rng::bytes::<8>()) >> 16,
            pause: Duration::from_millis(1_500),
            only: Vec::new(),
            without: Vec::new(),
            round: 75,
            shapes: Shape::ALL.to_vec(),
            binary: env!("CARGO_BIN_EXE_chiso-under-test").into(),
            named: false,
            plant: None,
            planted: false,
        };
        while let Some(flag) = given.next() {
            if flag == "--planted" {
                args.planted = true;
                continue;
            }
            let value = given.next().ok_or_else(|| USAGE.to_owned())?;
            let number = || {
                value
                    .parse::<u64>()
                    .map_err(|_| format!("{flag} takes a number, not {value}"))
            };
            match flag.as_str() {
                "--injections" => args.injections = number()?,
                "--seed" => args.seed = number()?,
                "--pause-ms" => args.pause = Duration::from_millis(number()?),
                "--round" => args.round = number()?.max(1),
                "--binary" => (args.binary, args.named) = (value.into(), true),
                "--plant" => args.plant = Some(value),
                "--shapes" => {
                    let shape =
                        |name| Shape::named(name).ok_or_else(|| format!("there is no shape {name}\n{USAGE}"));
                    args.shapes = value.split(',').map(shape).collect::<Result<_, _>>()?;
                }
                "--only" => args.only = kinds(&value)?,
                "--without" => args.without = kinds(&value)?,
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(args)
    }

    /// Whether a kind is left out on purpose.
    pub(crate) fn skipped(&self, kind: Kind) -> bool {
        self.without.contains(&kind)
    }
}

fn kinds(names: &str) -> Result<Vec<Kind>, String> {
    let kind = |name| Kind::named(name).ok_or_else(|| format!("there is no fault {name}\n{USAGE}"));
    names.split(',').map(kind).collect()
}

/// Builds the binary with the features that the tests have, so that nothing is compiled twice, and says where
/// it is. `apart` is a folder of its own for a build with other features.
pub(crate) fn built(arguments: &[&str], apart: &str) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    // This harness lies in the folder "deps" beside the binary.
    let target = own
        .ancestors()
        .nth(3)
        .ok_or("the target folder is not above this file")?
        .join(apart);
    let built = std::process::Command::new(env!("CARGO"))
        .args(arguments)
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .status()
        .map_err(|e| e.to_string())?;
    let binary = target.join("debug/chiso");
    if built.success() && binary.is_file() {
        Ok(binary)
    } else {
        Err(format!("{} was not built", binary.display()))
    }
}
