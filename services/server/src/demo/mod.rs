//! A whole made-up year of a province, acted through the calls as each kind of user would.
//!
//! The clock is simulated: December passes in seconds. All that is made up comes from one seed, so the same
//! seed gives the same published bytes. Nothing here touches the database; the one act outside the calls is
//! making the first organiser, as on a new server.

mod cast;
mod input;
mod leaders;
mod ledger;
mod open;
mod print;
mod progress;
mod publish;
mod recheck;
mod setup;
mod signs;
mod survey;
mod truth;
mod world;

use std::path::{Path, PathBuf};

use chiso_platform::clock::Clock;
use chiso_platform::process::Places;
use chiso_platform::rng;

pub use input::Province;

use signs::Sign;
use world::{Part, World};

/// What a demo is to do.
#[derive(Debug)]
pub struct Options {
    /// Folder for the data; none: a new one in the current folder.
    pub data: Option<PathBuf>,
    /// The same seed gives the same year.
    pub seed: u64,
    /// Whose year.
    pub province: Province,
    /// One JSON object instead of tables.
    pub json: bool,
}

/// What happened, in numbers.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Counts {
    pub(crate) units: usize,
    pub(crate) people: usize,
    pub(crate) respondents: usize,
    pub(crate) slips: usize,
    pub(crate) valid_slips: usize,
    pub(crate) invalid_slips: usize,
    pub(crate) refused_slips: usize,
    pub(crate) recheck_cases: usize,
    pub(crate) void_slips: usize,
    pub(crate) entries: usize,
    pub(crate) evidence: usize,
    pub(crate) appraisals: usize,
    pub(crate) penalties: usize,
    pub(crate) leaders_slips: usize,
    /// Posts that the result is computed from: the newest of each unit, leaf and source.
    pub(crate) posts: usize,
}

/// Runs the year and prints its result.
///
/// # Errors
/// A sentence that names the step and what it answered.
pub async fn run(options: Options) -> Result<(), String> {
    let folder = fresh_folder(options.data.as_deref())?;
    let year = play(&folder, options.seed, options.province).await?;
    if options.json {
        print::json(&year)
    } else {
        print::tables(&year)
    }
}

/// A year to look at in the browser: finished, with cycles beside it that stand open now.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Where the data are.
    pub(crate) folder: PathBuf,
    /// Who can sign in, with the password; to be printed once the pages are open.
    pub(crate) signs: String,
}

/// Plays a year and open cycles, to be served.
///
/// # Errors
/// A sentence that names the step and what it answered.
pub(crate) async fn prepare(options: &Options, url: &str) -> Result<Shown, String> {
    if options.province != Province::PhuTho || options.json {
        return Err(
            "--serve plays the year of Phú Thọ for people: leave --province and --json out".to_owned(),
        );
    }
    let folder = fresh_folder(options.data.as_deref())?;
    let password = format!("chiso-{}", hex::encode(rng::bytes::<5>()));
    let (year, signs) = play_with_open_cycles(&folder, options.seed, &password).await?;
    print::tables(&year)?;
    let signs = signs::table(&signs, url, &password);
    Ok(Shown { folder, signs })
}

/// A finished year.
#[derive(Debug)]
pub struct Year {
    pub(crate) province: String,
    pub(crate) cycle: String,
    pub(crate) folder: PathBuf,
    pub(crate) counts: Counts,
    pub(crate) published: publish::Published,
}

impl Year {
    /// The published file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.published.file
    }

    /// SHA-256 of the published file, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.published.version.sha256
    }
}

/// Plays the year on a fresh folder, without printing its result.
///
/// # Errors
/// A sentence that names the step and what it answered.
pub async fn play(folder: &Path, seed: u64, province: Province) -> Result<Year, String> {
    play_on(Places::embedded(folder), seed, province).await
}

/// Plays the year on a fresh folder and the database that the places name.
///
/// # Errors
/// A sentence that names the step and what it answered.
pub async fn play_on(places: Places, seed: u64, province: Province) -> Result<Year, String> {
    let mut world = World::begin(places, seed, province).await?;
    let year = whole(&mut world).await?;
    world.end().await;
    Ok(year)
}

/// Plays the year, then cycles that stand open now, with the password that is given. Stops the system.
///
/// # Errors
/// A sentence that names the step and what it answered.
async fn play_with_open_cycles(
    folder: &Path,
    seed: u64,
    password: &str,
) -> Result<(Year, Vec<Sign>), String> {
    let mut world = World::begin(Places::embedded(folder), seed, Province::PhuTho).await?;
    world.password = Some(password.to_owned());
    let year = whole(&mut world).await?;
    open::play(&mut world, Clock::system().now()).await?;
    let signs = signs::of(&world.cast);
    world.end().await;
    Ok((year, signs))
}

async fn whole(world: &mut World) -> Result<Year, String> {
    cast::first_organiser(world).await?;
    setup::frame(world).await?;
    cast::engage(world).await?;
    survey::prepare(world).await?;
    ledger::mark_not_applicable(world).await?;
    survey::fieldwork(world, Part::Whole).await?;
    recheck::recheck(world, Part::Whole).await?;
    ledger::self_scoring(world, Part::Whole).await?;
    ledger::appraisal_1(world, Part::Whole).await?;
    ledger::explanation(world, Part::Whole).await?;
    ledger::appraisal_2(world, Part::Whole).await?;
    leaders::mark(world, Part::Whole).await?;
    let published = publish::publish(world).await?;
    Ok(world.year(published))
}

fn fresh_folder(asked: Option<&Path>) -> Result<PathBuf, String> {
    let taken = |path: &Path| std::fs::read_dir(path).is_ok_and(|mut files| files.next().is_some());
    match asked {
        Some(path) if taken(path) => Err(format!(
            "--data {}: the folder is not empty; a demo needs a fresh one. Name another folder, or remove this one",
            path.display()
        )),
        Some(path) => Ok(path.to_owned()),
        None => {
            let numbered = |n: u32| {
                PathBuf::from(if n == 1 {
                    "chiso-demo".to_owned()
                } else {
                    format!("chiso-demo-{n}")
                })
            };
            let free = (1..1_000).map(numbered).find(|path| !taken(path));
            free.ok_or_else(|| "a thousand demos lie here; remove some chiso-demo-… folders".to_owned())
        }
    }
}
