//! Commands and flags, each with an example.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const MAIN_EXAMPLE: &str = "Examples:
  chiso demo                          a whole year of one province, in seconds
  chiso demo --serve                  the same, then its pages, with cycles to try them on
  chiso serve --data ./chiso-data     the services, on 127.0.0.1
  chiso doctor                        whether this machine is as chiso needs it
  chiso verify published.json         recompute a published ranking";
const DEMO_EXAMPLE: &str = "Examples:
  chiso demo --province two-tier --seed 7 --json > year.json
  chiso demo --serve --http 127.0.0.1:8081";
const SERVE_EXAMPLE: &str = "Examples:
  chiso serve --data ./chiso-data --grpc 127.0.0.1:50051 --http 127.0.0.1:8080
  chiso serve --config /etc/chiso/chiso.toml --only survey,recheck";
const VERIFY_EXAMPLE: &str = "Example:
  chiso verify chiso-demo/published-2022-1.json";
const PEOPLE_EXAMPLE: &str = "Example:
  chiso people add --data ./chiso-data --login quantri --name 'Nguyễn Thị Hà' < password.txt";
const CONFIG_EXAMPLE: &str = "Example:
  chiso config show --config /etc/chiso/chiso.toml";
const DOCTOR_EXAMPLE: &str = "Example:
  chiso doctor --config /etc/chiso/chiso.toml --deep";
const BACKUP_EXAMPLE: &str = "Example:
  chiso backup --data ./chiso-data backup-2022-12-31";
const RESTORE_EXAMPLE: &str = "Example:
  chiso restore --data ./new-data backup-2022-12-31 --verify";

/// Yearly rating and classing of a province's public bodies.
#[derive(Debug, Parser)]
#[command(name = "chiso", version, before_help = MAIN_EXAMPLE)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Where the settings come from. Each may stand in the environment as well: `CHISO_LISTEN__GRPC`.
#[derive(Clone, Debug, Args)]
pub(super) struct Origin {
    /// File of settings; by default the one that `CHISO_CONFIG` names, or none.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Folder of the database, keys and evidence (data.dir); by default ./chiso-data.
    #[arg(long, value_name = "FOLDER")]
    pub(super) data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Runs a full, made-up year of a province through every service and prints the ranking.
    #[command(before_help = DEMO_EXAMPLE)]
    Demo {
        /// Folder for the data; must be empty or not exist. By default a new ./chiso-demo.
        #[arg(long)]
        data: Option<PathBuf>,
        /// The same seed gives the same year.
        #[arg(long, default_value_t = 2022)]
        seed: u64,
        /// Whose year.
        #[arg(long, value_enum, default_value = "phu-tho")]
        province: Province,
        /// Prints one JSON object for programs instead of tables.
        #[arg(long)]
        json: bool,
        /// Plays cycles that stand open now as well, one in each phase, then opens the pages, on this machine only, and
        /// prints who can sign in.
        #[arg(long)]
        serve: bool,
        /// Address of gRPC with --serve. By default 127.0.0.1:50051.
        #[arg(long, requires = "serve")]
        grpc: Option<SocketAddr>,
        /// Address of the pages with --serve. By default 127.0.0.1:8080.
        #[arg(long, requires = "serve")]
        http: Option<SocketAddr>,
    },
    /// Runs all services, or some of them, until SIGTERM or Ctrl-C.
    #[command(before_help = SERVE_EXAMPLE)]
    Serve {
        #[command(flatten)]
        origin: Origin,
        /// Address of gRPC (listen.grpc); port 0 takes a free one. By default 127.0.0.1:50051.
        #[arg(long)]
        grpc: Option<SocketAddr>,
        /// Address of HTTP (listen.http); port 0 takes a free one. By default 127.0.0.1:8080.
        #[arg(long)]
        http: Option<SocketAddr>,
        /// Runs only these services (run.only): survey,recheck. The others are called at peers.<service>.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Recomputes a published ranking offline and says what it checked.
    #[command(before_help = VERIFY_EXAMPLE)]
    Verify {
        /// The published JSON file.
        file: PathBuf,
    },
    /// People, on the server's own machine.
    #[command(before_help = PEOPLE_EXAMPLE)]
    People {
        #[command(subcommand)]
        command: People,
    },
    /// The settings that a process here would have.
    #[command(before_help = CONFIG_EXAMPLE)]
    Config {
        #[command(subcommand)]
        command: Config,
    },
    /// Looks at disk, database, clock, peers and Redis, changes nothing, and says what to do.
    #[command(before_help = DOCTOR_EXAMPLE)]
    Doctor {
        #[command(flatten)]
        origin: Origin,
        /// Reads every row of every journal as well.
        #[arg(long)]
        deep: bool,
        /// Asks only whether the process that runs with these settings is ready.
        #[arg(long, conflicts_with = "deep")]
        running: bool,
        /// Prints one JSON object for programs.
        #[arg(long)]
        json: bool,
    },
    /// Copies database and evidence into a new folder, while the system runs or not.
    #[command(before_help = BACKUP_EXAMPLE)]
    Backup {
        #[command(flatten)]
        origin: Origin,
        /// The new folder.
        folder: PathBuf,
        /// Copies the keys as well: whoever has that backup can read personal data.
        #[arg(long)]
        with_keys: bool,
        /// Prints one JSON object for programs.
        #[arg(long)]
        json: bool,
    },
    /// Puts a backup back into an empty place.
    #[command(before_help = RESTORE_EXAMPLE)]
    Restore {
        #[command(flatten)]
        origin: Origin,
        /// The backup.
        folder: PathBuf,
        /// Reads everything back and compares it with what the backup says.
        #[arg(long)]
        verify: bool,
        /// Prints one JSON object for programs.
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    /// Where the command's settings come from; none for what needs no settings.
    pub(super) const fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Serve { origin, .. }
            | Self::Doctor { origin, .. }
            | Self::Backup { origin, .. }
            | Self::Restore { origin, .. }
            | Self::People {
                command: People::Add { origin, .. },
            }
            | Self::Config {
                command: Config::Show { origin },
            } => Some(origin),
            Self::Demo { .. } | Self::Verify { .. } => None,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum People {
    /// Makes an organiser; the password is read from standard input.
    #[command(before_help = PEOPLE_EXAMPLE)]
    Add {
        #[command(flatten)]
        origin: Origin,
        /// 3 to 64 of a-z, 0-9, dot, hyphen, underscore.
        #[arg(long)]
        login: String,
        /// Display name.
        #[arg(long)]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Prints every value and where it comes from; secrets stay hidden.
    #[command(before_help = CONFIG_EXAMPLE)]
    Show {
        #[command(flatten)]
        origin: Origin,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Province {
    /// Phú Thọ in 2022: 45 bodies, 13 of them districts.
    PhuTho,
    /// The same after 1 July 2025: communes instead of districts.
    TwoTier,
}
