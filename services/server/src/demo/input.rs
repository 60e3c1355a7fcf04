//! The example provinces, as they lie in `examples/`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// An example province.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Province {
    /// Phú Thọ in 2022.
    PhuTho,
    /// The same after 1 July 2025, with communes.
    TwoTier,
}

/// What a province's folder holds.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) manifest: Manifest,
    pub(crate) calendar: BTreeMap<String, WindowText>,
    pub(crate) policy: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

/// `dot-danh-gia.json`: which file is what.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) cycle: String,
    pub(crate) province: String,
    pub(crate) regulation: String,
    pub(crate) units: String,
    pub(crate) index_sets: BTreeMap<String, String>,
    pub(crate) council: Vec<String>,
    pub(crate) reassignments: Vec<Substitute>,
    pub(crate) questionnaires: BTreeMap<String, String>,
    pub(crate) targets: BTreeMap<String, i32>,
    pub(crate) external_indices: Vec<ExternalIndex>,
}

/// The questionnaire of a respondent group.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) group: String,
    pub(crate) file: String,
    pub(crate) target: i32,
}

/// An index that others publish.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ExternalIndex {
    pub(crate) criterion: String,
    pub(crate) file: String,
    pub(crate) document: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Substitute {
    pub(crate) agency: String,
    pub(crate) unit: Option<String>,
    pub(crate) substitute: String,
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WindowText {
    pub(crate) starts_at: String,
    pub(crate) ends_at: String,
}

macro_rules! province {
    ($folder:literal: $($file:literal),* $(,)?) => {
        &[$(($file, include_bytes!(concat!("../../../../examples/", $folder, "/", $file)))),*]
    };
}

const PHU_THO: &[(&str, &[u8])] = province!("phu-tho":
    "dot-danh-gia.json", "lich.json", "chinh-sach.json", "don-vi.xlsx", "chi-so-01.xlsx", "chi-so-02.xlsx",
    "chi-so-03.xlsx", "chi-so-04.xlsx", "phieu-hdnd.xlsx", "phieu-dn-cn.xlsx",
    "chi-so-chinh-quyen-dien-tu.xlsx", "don-vi-17.xlsx", "chi-so-chinh-quyen-dien-tu-17.xlsx");
const TWO_TIER: &[(&str, &[u8])] = province!("two-tier":
    "dot-danh-gia.json", "lich.json", "chinh-sach.json", "don-vi.xlsx", "chi-so-01.xlsx", "chi-so-02.xlsx",
    "chi-so-03.xlsx", "chi-so-04.xlsx", "phieu-hdnd.xlsx", "phieu-dn-cn.xlsx",
    "chi-so-chinh-quyen-dien-tu.xlsx");

impl Input {
    pub(crate) fn of(province: Province) -> Result<Self, String> {
        let files = match province {
            Province::PhuTho => PHU_THO,
            Province::TwoTier => TWO_TIER,
        };
        let manifest = json(files, "dot-danh-gia.json")?;
        let calendar = json(files, "lich.json")?;
        let policy = std::str::from_utf8(bytes(files, "chinh-sach.json")?).map_err(|e| e.to_string())?;
        Ok(Self {
            manifest,
            calendar,
            policy,
            files,
        })
    }

    /// Phú Thọ with 17 of its units and few respondents, enough to try each page.
    pub(crate) fn small() -> Result<Self, String> {
        let mut input = Self::of(Province::PhuTho)?;
        let manifest = &mut input.manifest;
        manifest.units = "don-vi-17.xlsx".to_owned();
        manifest.targets = [("HDND".to_owned(), 4), ("DN_CN".to_owned(), 6)].into();
        for index in &mut manifest.external_indices {
            index.file = index.file.replace(".xlsx", "-17.xlsx");
        }
        Ok(input)
    }

    /// Questionnaires with their targets, by group.
    pub(crate) fn forms(&self) -> Vec<Form> {
        let form = |(group, file): (&String, &String)| Form {
            group: group.clone(),
            file: file.clone(),
            target: self.manifest.targets.get(group).copied().unwrap_or(0),
        };
        self.manifest.questionnaires.iter().map(form).collect()
    }

    pub(crate) fn file(&self, name: &str) -> Result<Vec<u8>, String> {
        bytes(self.files, name).map(<[u8]>::to_vec)
    }
}

fn bytes<'a>(files: &'a [(&str, &[u8])], name: &str) -> Result<&'a [u8], String> {
    let file = files.iter().find(|(file, _)| *file == name);
    file.map(|(_, bytes)| *bytes)
        .ok_or_else(|| format!("the example has no file {name}"))
}

fn json<T: serde::de::DeserializeOwned>(files: &[(&str, &[u8])], name: &str) -> Result<T, String> {
    serde_json::from_slice(bytes(files, name)?).map_err(|e| format!("{name}: {e}"))
}
