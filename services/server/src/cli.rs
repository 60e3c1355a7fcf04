//! The command line. Data goes to standard output, words and progress to standard error.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by a rule or a check.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use chiso_platform::error::chain;
use clap::{Parser, Subcommand, ValueEnum};

use crate::{demo, people, serve, verify};

const MAIN_EXAMPLE: &str = "Examples:
  chiso demo                          a whole year of one province, in seconds
  chiso serve --data ./chiso-data     the services, on 127.0.0.1
  chiso verify published.json         recompute a published ranking";
const DEMO_EXAMPLE: &str = "Example:
  chiso demo --province two-tier --seed 7 --json > year.json";
const SERVE_EXAMPLE: &str = "Example:
  chiso serve --data ./chiso-data --grpc 127.0.0.1:50051 --http 127.0.0.1:8080";
const VERIFY_EXAMPLE: &str = "Example:
  chiso verify chiso-demo/published-2022-1.json";
const PEOPLE_EXAMPLE: &str = "Example:
  chiso people add --data ./chiso-data --login quantri --name 'Nguyễn Thị Hà' < password.txt";

/// Yearly rating and classing of a province's public bodies.
#[derive(Debug, Parser)]
#[command(name = "chiso", version, before_help = MAIN_EXAMPLE)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
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
    },
    /// Runs all services until SIGTERM or Ctrl-C.
    #[command(before_help = SERVE_EXAMPLE)]
    Serve {
        /// Folder of the database, keys and evidence; made where it does not exist.
        #[arg(long, env = "CHISO_DATA", default_value = "chiso-data")]
        data: PathBuf,
        /// Address of gRPC; port 0 takes a free one.
        #[arg(long, env = "CHISO_GRPC", default_value = "127.0.0.1:50051")]
        grpc: SocketAddr,
        /// Address of HTTP; port 0 takes a free one.
        #[arg(long, env = "CHISO_HTTP", default_value = "127.0.0.1:8080")]
        http: SocketAddr,
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
}

#[derive(Debug, Subcommand)]
enum People {
    /// Makes an organiser; the password is read from standard input.
    #[command(before_help = PEOPLE_EXAMPLE)]
    Add {
        /// Folder of the database.
        #[arg(long, env = "CHISO_DATA", default_value = "chiso-data")]
        data: PathBuf,
        /// 3 to 64 of a-z, 0-9, dot, hyphen, underscore.
        #[arg(long)]
        login: String,
        /// Display name.
        #[arg(long)]
        name: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Province {
    /// Phú Thọ in 2022: 45 bodies, 13 of them districts.
    PhuTho,
    /// The same after 1 July 2025: communes instead of districts.
    TwoTier,
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log(matches!(cli.command, Command::Serve { .. }));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start: {error}"), 1),
    };
    runtime.block_on(run(cli.command))
}

async fn run(command: Command) -> ExitCode {
    match command {
        Command::Serve { data, grpc, http } => match serve::serve(&data, grpc, http).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&chain(&error), 1),
        },
        Command::Demo {
            data,
            seed,
            province,
            json,
        } => {
            let province = match province {
                Province::PhuTho => demo::Province::PhuTho,
                Province::TwoTier => demo::Province::TwoTier,
            };
            match demo::run(demo::Options {
                data,
                seed,
                province,
                json,
            })
            .await
            {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&error, 1),
            }
        }
        Command::Verify { file } => verify_file(&file),
        Command::People {
            command: People::Add { data, login, name },
        } => match people::add(&data, &login, &name).await {
            Ok(id) => said(&format!("{id}\n")),
            Err(error) => failed(&error, 3),
        },
    }
}

fn verify_file(file: &std::path::Path) -> ExitCode {
    match std::fs::read(file) {
        Err(error) => failed(&format!("{}: {error}", file.display()), 1),
        Ok(bytes) => {
            let report = verify::verify(&bytes);
            let code = said(&report.to_string());
            if report.is_clean() {
                code
            } else {
                ExitCode::from(3)
            }
        }
    }
}

fn said(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn failed(message: &str, code: u8) -> ExitCode {
    let _nobody_listens = writeln!(std::io::stderr(), "chiso: {message}");
    ExitCode::from(code)
}

/// Logs go to standard error; `CHISO_LOG` sets how much ("debug", "chiso_platform=debug").
fn start_log(serving: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("CHISO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(if serving { "info" } else { "error" }));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
