//! From the layers to the settings: default, file, environment, flag; and what is said of a value that is no
//! good.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::error::{Actual, Kind};
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider, Source};

use super::Settings;

const ENVIRONMENT: &str = "environment";
const FLAGS: &str = "flag";
const PREFIX: &str = "CHISO_";
/// Between section and name in a variable, since names have a single one.
const BETWEEN: &str = "__";

/// What the command line sets.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// File of settings; `CHISO_CONFIG` stands in for it.
    pub config: Option<PathBuf>,
    /// Setting, flag and text, such as `("listen.grpc", "--grpc", "127.0.0.1:0")`.
    pub set: Vec<(&'static str, &'static str, String)>,
}

/// Settings, and where each came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Their values.
    pub settings: Settings,
    pub(super) figment: Figment,
    pub(super) flags: BTreeMap<&'static str, &'static str>,
}

/// Settings that cannot be used. Names every one, where it came from, why, and what to write instead.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file of settings cannot be read.
    #[error("--config (or CHISO_CONFIG): {path}: {source}; name a file that can be read", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Values that are no good.
    #[error("{}", .0.join("\n"))]
    Values(Vec<String>),
}

/// Reads the layers: `environment` is that of the process.
///
/// # Errors
/// [`SettingsError`].
pub fn load(
    flags: &Flags,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Loaded, SettingsError> {
    let environment: BTreeMap<String, String> = environment.into_iter().collect();
    let named = environment.get("CHISO_CONFIG").filter(|path| !path.is_empty());
    let file = flags.config.clone().or_else(|| named.map(PathBuf::from));
    let mut figment = Figment::from(Serialized::defaults(Settings::default()));
    if let Some(path) = &file {
        let text = read(path)?;
        figment = figment.merge(File {
            text,
            path: path.clone(),
        });
    }
    let variables = environment
        .iter()
        .filter_map(|(name, text)| Some((setting_of(name)?, text.clone())));
    figment = figment.merge(Texts::new(ENVIRONMENT, variables));
    let set = flags
        .set
        .iter()
        .map(|(key, _, text)| ((*key).to_owned(), text.clone()));
    figment = figment.merge(Texts::new(FLAGS, set));
    let by_flag: BTreeMap<_, _> = flags.set.iter().map(|(key, flag, _)| (*key, *flag)).collect();
    match figment.extract::<Settings>() {
        Ok(settings) => Ok(Loaded {
            settings,
            figment,
            flags: by_flag,
        }),
        Err(errors) => Err(SettingsError::Values(
            errors
                .into_iter()
                .map(|error| said(&figment, &by_flag, &error))
                .collect(),
        )),
    }
}

fn read(path: &Path) -> Result<String, SettingsError> {
    std::fs::read_to_string(path).map_err(|source| SettingsError::File {
        path: path.to_owned(),
        source,
    })
}

/// `CHISO_LISTEN__GRPC` is `listen.grpc`. Variables without a section are no settings, but `CHISO_LOG`.
fn setting_of(variable: &str) -> Option<String> {
    let name = variable.strip_prefix(PREFIX)?;
    match name {
        "LOG" => Some("telemetry.level".to_owned()),
        _ if name.contains(BETWEEN) => Some(name.to_lowercase().replace(BETWEEN, ".")),
        _ => None,
    }
}

/// `listen.grpc` is `CHISO_LISTEN__GRPC`.
fn variable_of(setting: &str) -> String {
    format!("{PREFIX}{}", setting.to_uppercase().replace('.', BETWEEN))
}

/// The file, with its name on each value.
struct File {
    text: String,
    path: PathBuf,
}

impl Provider for File {
    fn metadata(&self) -> Metadata {
        Metadata::from("file", Source::File(self.path.clone()))
    }

    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        Toml::string(&self.text).data()
    }
}

/// Values that come as texts. What the text is follows from the default: a list is parted by commas, a number
/// is read, a text stays as it is, so that a password of digits is no number.
struct Texts {
    name: &'static str,
    values: Dict,
}

impl Texts {
    fn new(name: &'static str, texts: impl Iterator<Item = (String, String)>) -> Self {
        let defaults = Value::serialize(Settings::default()).ok();
        let mut values = Dict::new();
        for (setting, text) in texts {
            let default = defaults.as_ref().and_then(|all| all.find_ref(&setting));
            let path: Vec<&str> = setting.split('.').collect();
            put(&mut values, &path, typed(default, text));
        }
        Self { name, values }
    }
}

fn typed(default: Option<&Value>, text: String) -> Value {
    match default {
        Some(Value::Num(..)) => text
            .parse::<i64>()
            .map_or_else(|_| Value::from(text), Value::from),
        Some(Value::Bool(..)) => text
            .parse::<bool>()
            .map_or_else(|_| Value::from(text), Value::from),
        Some(Value::Array(..)) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::from(
                parts
                    .map(|part| Value::from(part.to_owned()))
                    .collect::<Vec<Value>>(),
            )
        }
        _ => Value::from(text),
    }
}

fn put(into: &mut Dict, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => {
            into.insert((*name).to_owned(), value);
        }
        [section, rest @ ..] => {
            let inner = into
                .entry((*section).to_owned())
                .or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

impl Provider for Texts {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// Where the value of a setting came from, in words.
pub(super) fn origin(
    metadata: Option<&Metadata>,
    setting: &str,
    flags: &BTreeMap<&'static str, &'static str>,
) -> String {
    match metadata {
        Some(found) if found.name == ENVIRONMENT && setting == "telemetry.level" => {
            format!("{} or CHISO_LOG", variable_of(setting))
        }
        Some(found) if found.name == ENVIRONMENT => variable_of(setting),
        Some(found) if found.name == FLAGS => flags.get(setting).copied().unwrap_or(FLAGS).to_owned(),
        Some(Metadata {
            source: Some(Source::File(path)),
            ..
        }) => path.display().to_string(),
        _ => "default".to_owned(),
    }
}

/// Setting, origin, reason, remedy.
fn said(figment: &Figment, flags: &BTreeMap<&'static str, &'static str>, error: &figment::Error) -> String {
    let mut setting = error.path.join(".");
    if let Kind::UnknownField(field, _) = &error.kind {
        let parent = setting
            .strip_suffix(field.as_str())
            .unwrap_or(&setting)
            .trim_end_matches('.');
        setting = [parent, field]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join(".");
    }
    let found = error
        .metadata
        .as_ref()
        .or_else(|| figment.find_metadata(&setting));
    let origin = origin(found, &setting, flags);
    let (reason, remedy) = reason_of(&error.kind, &setting);
    if setting.is_empty() {
        // The file itself is no TOML: the reason has line and column.
        return format!("{origin}: {reason}; {remedy}");
    }
    format!("{setting} (from {origin}): {reason}; {remedy}")
}

fn reason_of(kind: &Kind, setting: &str) -> (String, String) {
    let secret = super::show::is_secret(setting);
    let default = Value::serialize(Settings::default())
        .ok()
        .and_then(|all| all.find_ref(setting).map(super::show::text));
    let remedy = match default {
        Some(default) => format!("correct it, or leave it out for the default {default}"),
        None => "docs/reference/settings.md has every setting".to_owned(),
    };
    match kind {
        Kind::UnknownField(_, known) => {
            let known = known.join(", ");
            (
                "there is no such setting".to_owned(),
                format!("those here are {known}"),
            )
        }
        Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) if secret => {
            (format!("must be {wanted}"), remedy)
        }
        Kind::InvalidType(found, wanted) | Kind::InvalidValue(found, wanted) => {
            (format!("{} is not {wanted}", shown(found)), remedy)
        }
        Kind::UnknownVariant(found, known) => (format!("{found:?} is none of {}", known.join(", ")), remedy),
        other => (without_excerpt(&other.to_string()), remedy),
    }
}

/// A fault of TOML without the line it quotes, which may hold a secret.
fn without_excerpt(text: &str) -> String {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.contains('|'));
    lines.collect::<Vec<_>>().join(": ")
}

fn shown(found: &Actual) -> String {
    match found {
        Actual::Str(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}
