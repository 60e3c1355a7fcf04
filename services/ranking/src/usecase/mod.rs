//! One file per subject: the live view, the council's records, publishing, reading what was published, comparisons.

mod compare;
mod council;
mod export;
mod leaves;
mod live;
mod publish;
mod published;
mod stock;

use chiso_platform::auth::Caller;
use chiso_platform::journal::Act;

pub(crate) use export::Chunks;

/// Longest name of a document or reason.
const TEXT_MAX: usize = 500;

fn act(caller: &Caller, act: &'static str, object: String, reason: &str) -> Act {
    Act {
        actor: caller.actor(),
        act,
        object,
        before: None,
        after: None,
        reason: reason.to_owned(),
    }
}
