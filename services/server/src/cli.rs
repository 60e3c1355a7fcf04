//! The command line. Data goes to standard output, words and progress to standard error.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by a rule or a check.

mod args;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use chiso_gateway::SecondFactor;
use chiso_platform::error::chain;
use chiso_platform::telemetry::{self, Format, Telemetry};
use clap::Parser;

use crate::doctor::{Findings, Subject};
use crate::settings::{Flags, Loaded, Settings, load};
use crate::{backup, demo, doctor, people, runtime, serve, verify};
use args::{Cli, Command, Config, Origin, People, Province};

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let loaded = match read(&cli.command) {
        Ok(loaded) => loaded,
        Err(message) => {
            return match cli.command {
                Command::Doctor { json, .. } => found(&doctor::unreadable(&message), json),
                _ => failed(&message, 1),
            };
        }
    };
    let runtime = match runtime::start() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start: {error}"), 1),
    };
    runtime.block_on(async {
        let serving = matches!(cli.command, Command::Serve { .. });
        match start_log(&loaded.settings, serving) {
            Ok(running) => {
                let code = Box::pin(run(cli.command, &loaded)).await;
                running.stop();
                code
            }
            Err(message) => failed(&message, 1),
        }
    })
}

/// The settings, as the command's flags have them.
fn read(command: &Command) -> Result<Loaded, String> {
    let mut flags = Flags::default();
    if let Some(Origin { config, data }) = command.origin() {
        flags.config.clone_from(config);
        if let Some(data) = data {
            flags.set.push(("data.dir", "--data", data.display().to_string()));
        }
    }
    let (grpc, http) = match command {
        Command::Serve { grpc, http, .. } | Command::Demo { grpc, http, .. } => (*grpc, *http),
        _ => (None, None),
    };
    let only = match command {
        Command::Serve { only, .. } if !only.is_empty() => Some(only.join(",")),
        _ => None,
    };
    let set = [
        ("listen.grpc", "--grpc", grpc.map(|address| address.to_string())),
        ("listen.http", "--http", http.map(|address| address.to_string())),
        ("run.only", "--only", only),
    ];
    let given = set
        .into_iter()
        .filter_map(|(key, flag, text)| Some((key, flag, text?)));
    flags.set.extend(given);
    // Names and values that are no Unicode are none of ours.
    let environment =
        std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    load(&flags, environment).map_err(|error| chain(&error))
}

async fn run(command: Command, loaded: &Loaded) -> ExitCode {
    let settings = &loaded.settings;
    match command {
        Command::Serve { .. } => match Box::pin(serve::serve(settings)).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&chain(&error), 1),
        },
        Command::Demo {
            data,
            seed,
            province,
            json,
            serve,
            ..
        } => {
            let options = demo::Options {
                data,
                seed,
                province: province.into(),
                json,
            };
            done(if serve {
                Box::pin(show(&options, settings)).await
            } else {
                demo::run(options).await
            })
        }
        Command::Verify { file } => verify_file(&file),
        Command::People {
            command: People::Add { login, name, .. },
        } => match people::add(settings.places(), &login, &name).await {
            Ok(id) => said(&format!("{id}\n")),
            Err(error) => failed(&error, 3),
        },
        Command::Config {
            command: Config::Show { .. },
        } => said(&loaded.show()),
        Command::Doctor {
            deep, running, json, ..
        } => {
            let findings = if running {
                doctor::running(settings.listen.http).await
            } else {
                looked(settings, deep).await
            };
            found(&findings, json)
        }
        Command::Backup {
            folder,
            with_keys,
            json,
            ..
        } => told(backup::run(&settings.places(), &folder, with_keys).await, json),
        Command::Restore {
            folder, verify, json, ..
        } => told(backup::restore(&folder, &settings.places(), verify).await, json),
    }
}

/// Plays a year and open cycles, then serves them to this machine.
async fn show(options: &demo::Options, settings: &Settings) -> Result<(), String> {
    let mut settings = settings.clone();
    for (address, flag) in [(settings.listen.http, "--http"), (settings.listen.grpc, "--grpc")] {
        if !address.ip().is_loopback() {
            return Err(format!(
                "{flag} {address}: a demo has one password for all and is for this machine only; name an address of it"
            ));
        }
        // Said before the year is played, not after.
        std::net::TcpListener::bind(address).map_err(|error| {
            format!("cannot listen on {address}: {error}; choose another address with {flag}")
        })?;
    }
    let url = format!("http://{}", settings.listen.http);
    settings.web.public_url = url.clone().try_into().map_err(|error| chain(&error))?;
    settings.web.components = true;
    settings.web.second_factor = SecondFactor::Offered;
    let shown = demo::prepare(options, &url).await?;
    settings.data.dir = shown.folder;
    let _nobody_reads = said(&shown.signs);
    let served = Box::pin(serve::serve(&settings)).await;
    served.map_err(|error| chain(&error))
}

/// Looks at what the services of `run.only` use.
async fn looked(settings: &Settings, deep: bool) -> Findings {
    match settings.plan() {
        Err(fault) => doctor::unreadable(&fault.to_string()),
        Ok(plan) => {
            let subject = Subject {
                mail: settings.mail.server(&plan.here),
                places: settings.places(),
                services: plan.here,
                peers: plan.peers,
                redis_url: settings.redis.url.0.clone(),
            };
            doctor::run(&subject, deep).await
        }
    }
}

fn told(result: Result<Findings, backup::BackupError>, json: bool) -> ExitCode {
    match result {
        Ok(findings) => found(&findings, json),
        Err(error) => failed(&chain(&error), if error.is_refusal() { 3 } else { 1 }),
    }
}

fn found(findings: &Findings, json: bool) -> ExitCode {
    let code = if json {
        said(&format!("{}\n", findings.to_json()))
    } else {
        said(&findings.to_string())
    };
    if findings.is_fine() {
        code
    } else {
        ExitCode::from(3)
    }
}

fn verify_file(file: &Path) -> ExitCode {
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

fn done(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error, 1),
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

/// Logs go to standard error. What only runs for a moment says what went wrong itself, so that its log is quiet
/// unless `telemetry.level` was set.
fn start_log(settings: &Settings, serving: bool) -> Result<telemetry::Running, String> {
    let asked = &settings.telemetry;
    let quiet = !serving && *asked == crate::settings::Telemetry::default();
    let format: Format = asked.log.parse().map_err(|error| format!("{error}"))?;
    let telemetry = Telemetry {
        format,
        level: if quiet {
            "error".to_owned()
        } else {
            asked.level.clone()
        },
        otlp: if serving {
            asked.otlp.clone()
        } else {
            String::new()
        },
    };
    telemetry::start(&telemetry).map_err(|error| error.to_string())
}

impl From<Province> for demo::Province {
    fn from(province: Province) -> Self {
        match province {
            Province::PhuTho => Self::PhuTho,
            Province::TwoTier => Self::TwoTier,
        }
    }
}
