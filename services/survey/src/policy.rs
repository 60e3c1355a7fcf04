//! Which permission each RPC needs. What a permission's holder may see of it (own slips, own unit) is
//! decided in the use case.

use chiso_platform::auth::{Permission, Role};
use chiso_platform::rpc::Policy;

/// Makes, fills and ends campaigns.
pub(crate) const MANAGE: Permission = Permission::roles("survey.campaign.manage", &[Role::Organiser]);
/// Enters respondents: interviewers those whom they ask themselves.
pub(crate) const REGISTER: Permission = Permission::roles(
    "survey.respondent.register",
    &[Role::Organiser, Role::SurveySupervisor, Role::Interviewer],
);
/// Imports the list of people to be asked, and says who asks whom.
pub(crate) const FRAME: Permission =
    Permission::roles("survey.frame.manage", &[Role::Organiser, Role::SurveySupervisor]);
/// Reads who is to ask whom: interviewers their own.
pub(crate) const READ_VISITS: Permission = Permission::roles(
    "survey.visit.read",
    &[
        Role::Interviewer,
        Role::SurveySupervisor,
        Role::Organiser,
        Role::Auditor,
    ],
);
/// Reads the register, phones masked.
pub(crate) const READ_REGISTER: Permission = Permission::roles(
    "survey.respondent.read",
    &[Role::Organiser, Role::SurveySupervisor, Role::Auditor],
);
/// Enters slips, and keeps drafts of them.
pub(crate) const SUBMIT_SLIP: Permission = Permission::roles("survey.slip.submit", &[Role::Interviewer]);
/// Reads slips: interviewers their own.
pub(crate) const READ_SLIPS: Permission = Permission::roles_and_services(
    "survey.slip.read",
    &[
        Role::Interviewer,
        Role::SurveySupervisor,
        Role::Organiser,
        Role::Auditor,
    ],
);
/// Reads numbers of slips: officers and heads of their own unit.
pub(crate) const READ_PROGRESS: Permission = Permission::roles(
    "survey.progress.read",
    &[
        Role::Organiser,
        Role::SurveySupervisor,
        Role::Interviewer,
        Role::Auditor,
        Role::UnitOfficer,
        Role::UnitHead,
    ],
);
/// Reads how the work of each interviewer looks.
pub(crate) const READ_INTERVIEWERS: Permission = Permission::roles(
    "survey.interviewer.read",
    &[Role::Organiser, Role::SurveySupervisor, Role::Auditor],
);
/// Reads numbers of answers: officers and heads of their own unit, and only above the least number.
pub(crate) const READ_COUNTS: Permission = Permission::roles(
    "survey.counts.read",
    &[
        Role::Organiser,
        Role::SurveySupervisor,
        Role::Auditor,
        Role::UnitOfficer,
        Role::UnitHead,
    ],
);
/// Reminds interviewers by letter.
pub(crate) const REMIND: Permission =
    Permission::roles("survey.reminder.send", &[Role::Organiser, Role::SurveySupervisor]);
/// Gives a slip back to its interviewer.
pub(crate) const RETURN_SLIP: Permission =
    Permission::roles("survey.slip.return", &[Role::SurveySupervisor, Role::Organiser]);
/// Reads returned slips: interviewers their own.
pub(crate) const READ_RETURNS: Permission = Permission::roles(
    "survey.return.read",
    &[
        Role::Interviewer,
        Role::SurveySupervisor,
        Role::Organiser,
        Role::Auditor,
    ],
);
/// Takes the valid slips for a recheck.
pub(crate) const TAKE_LOT: Permission = Permission::services("survey.lot.read");
/// Opens a respondent's contact.
pub(crate) const REVEAL: Permission = Permission::services("survey.contact.reveal");
/// Pulls points.
pub(crate) const PULL: Permission = Permission::services("survey.points.pull");
/// Reads the journal.
pub(crate) const READ_JOURNAL: Permission =
    Permission::roles("survey.journal.read", &[Role::Organiser, Role::Auditor]);

/// A permission for each RPC.
pub const POLICY: Policy = &[
    ("CreateCampaign", MANAGE),
    ("GetCampaign", READ_PROGRESS),
    ("ImportQuestionnaire", MANAGE),
    ("GetQuestionnaire", Permission::SIGNED_IN),
    ("SetTargets", MANAGE),
    ("RegisterRespondents", REGISTER),
    ("ImportRespondents", FRAME),
    ("AssignRespondents", FRAME),
    ("ListVisits", READ_VISITS),
    ("ListRespondents", READ_REGISTER),
    ("SubmitSlip", SUBMIT_SLIP),
    ("SubmitSlips", SUBMIT_SLIP),
    ("CheckSlip", SUBMIT_SLIP),
    ("SaveDraft", SUBMIT_SLIP),
    ("GetDraft", SUBMIT_SLIP),
    ("ListDrafts", SUBMIT_SLIP),
    ("DropDraft", SUBMIT_SLIP),
    ("GetSlip", READ_SLIPS),
    ("ListSlips", READ_SLIPS),
    ("ReturnSlip", RETURN_SLIP),
    ("ListReturns", READ_RETURNS),
    ("GetProgress", READ_PROGRESS),
    ("GetInterviewerProgress", READ_INTERVIEWERS),
    ("GetAnswerCounts", READ_COUNTS),
    ("DecideShortage", MANAGE),
    ("CloseCampaign", MANAGE),
    ("ListLotSlips", TAKE_LOT),
    ("RevealContact", REVEAL),
    ("SendReminders", REMIND),
    ("PullPoints", PULL),
    ("ListJournal", READ_JOURNAL),
];
