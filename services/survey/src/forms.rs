//! Questionnaires that were read once. A version never changes, so a copy never has to be forgotten.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chiso_domain::kernel::{CycleCode, GroupCode};
use chiso_domain::survey::Questionnaire;
use chiso_platform::Error;
use chiso_platform::db::Db;

use crate::error::SurveyRefusal;
use crate::store::questionnaire;

/// A version of a group's questionnaire.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) questionnaire: Questionnaire,
    pub(crate) sha256: String,
}

type Known = BTreeMap<(CycleCode, String), Arc<Form>>;

/// Versions by cycle and hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forms(Arc<Mutex<Known>>);

impl Forms {
    /// The version with that hash, if it is one of the group's.
    pub(crate) async fn get(
        &self,
        db: &Db,
        cycle: &CycleCode,
        group: &GroupCode,
        sha256: &str,
    ) -> Result<Arc<Form>, Error> {
        let key = (cycle.clone(), sha256.to_owned());
        let kept = self.0.lock().ok().and_then(|known| known.get(&key).cloned());
        let form = match kept {
            Some(form) => form,
            None => {
                let found = questionnaire::version(&mut &*db, cycle, sha256).await?;
                let Some(questionnaire) = found else {
                    return Err(self.unknown(db, cycle, group).await?);
                };
                let form = Arc::new(Form {
                    questionnaire,
                    sha256: sha256.to_owned(),
                });
                if let Ok(mut known) = self.0.lock() {
                    known.insert(key, Arc::clone(&form));
                }
                form
            }
        };
        if form.questionnaire.group == *group {
            Ok(form)
        } else {
            Err(self.unknown(db, cycle, group).await?)
        }
    }

    /// Whether it is the group or the version that nobody knows.
    async fn unknown(&self, db: &Db, cycle: &CycleCode, group: &GroupCode) -> Result<Error, Error> {
        let refusal = match questionnaire::current(&mut &*db, cycle, group).await? {
            Some(_) => SurveyRefusal::QuestionnaireUnknown(group.to_string()),
            None => SurveyRefusal::GroupUnknown {
                field: "group".to_owned(),
                group: group.to_string(),
            },
        };
        Ok(refusal.into())
    }
}
