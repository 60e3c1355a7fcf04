//! What acts are called, and where their objects are shown.

use chiso_platform::words::Words;

/// Names of acts, in the order of the year. Who writes a new act names it here; one without a name is shown by its own.
pub(super) const ACTS: [(&str, &str); 73] = [
    ("session.open", "journal-session-open"),
    ("session.end", "journal-session-end"),
    ("person.create", "journal-person-create"),
    ("person.set_contact", "journal-person-contact"),
    ("person.set_password", "journal-person-password"),
    ("person.disable", "journal-person-disable"),
    ("role.grant", "journal-role-grant"),
    ("role.revoke", "journal-role-revoke"),
    ("factor.start", "journal-factor-start"),
    ("factor.confirm", "journal-factor-confirm"),
    ("factor.reset", "journal-factor-reset"),
    ("token.create", "journal-token-create"),
    ("token.revoke", "journal-token-revoke"),
    ("cycle.create", "journal-cycle-create"),
    ("cycle.copy", "journal-cycle-copy"),
    ("calendar.set", "journal-calendar-set"),
    ("policy.set", "journal-policy-set"),
    ("units.import", "journal-units-import"),
    ("index_set.import", "journal-index-set-import"),
    ("council.set", "journal-council-set"),
    ("cycle.open", "journal-cycle-open"),
    ("window.extend", "journal-window-extend"),
    ("appraiser.reassign", "journal-appraiser-reassign"),
    ("campaign.create", "journal-campaign-create"),
    ("questionnaire.import", "journal-questionnaire-import"),
    ("targets.set", "journal-targets-set"),
    ("respondent.register", "journal-respondent-register"),
    ("respondent.assign", "journal-respondent-assign"),
    ("contact.reveal", "journal-contact-reveal"),
    ("slip.submit", "journal-slip-submit"),
    ("slip.return", "journal-slip-return"),
    ("slip.replace", "journal-slip-replace"),
    ("shortage.decide", "journal-shortage-decide"),
    ("campaign.close", "journal-campaign-close"),
    ("lot.take", "journal-lot-take"),
    ("lot.close", "journal-lot-close"),
    ("lot.seed", "journal-lot-seed"),
    ("lot.conclude", "journal-lot-conclude"),
    ("case.assign", "journal-case-assign"),
    ("case.take", "journal-case-take"),
    ("case.release", "journal-case-release"),
    ("case.attempt", "journal-case-attempt"),
    ("case.finding", "journal-case-finding"),
    ("case.add", "journal-case-add"),
    ("entry.save", "journal-entry-save"),
    ("entry.explain", "journal-entry-explain"),
    ("entry.appraise_1", "journal-entry-appraise-1"),
    ("entry.appraise_2", "journal-entry-appraise-2"),
    ("entry.not_applicable", "journal-entry-not-applicable"),
    ("entry.applicable", "journal-entry-applicable"),
    ("evidence.add", "journal-evidence-add"),
    ("evidence.remove", "journal-evidence-remove"),
    ("sheet.assign", "journal-sheet-assign"),
    ("sheet.submit", "journal-sheet-submit"),
    ("sheet.withdraw", "journal-sheet-withdraw"),
    ("sheet.auto_lock", "journal-sheet-auto-lock"),
    ("reopening.ask", "journal-reopening-ask"),
    ("reopening.answer", "journal-reopening-answer"),
    ("round.close", "journal-round-close"),
    ("penalty.propose", "journal-penalty-propose"),
    ("penalty.explain", "journal-penalty-explain"),
    ("penalty.decide", "journal-penalty-decide"),
    ("external.import", "journal-external-import"),
    ("reminders.send", "journal-reminders-send"),
    ("panel.set", "journal-panel-set"),
    ("slip.save", "journal-slip-save"),
    ("slip.save_rest", "journal-slip-save-rest"),
    ("slip.send", "journal-slip-send"),
    ("quorum.decide", "journal-quorum-decide"),
    ("scoring.close", "journal-scoring-close"),
    ("bar.record", "journal-bar-record"),
    ("tie.decide", "journal-tie-decide"),
    ("version.publish", "journal-version-publish"),
];

/// What an act is called.
pub(super) fn name(w: Words, act: &str) -> &str {
    let own = ACTS.iter().find(|(known, _)| *known == act);
    own.map_or(act, |(_, key)| w.say(key))
}

/// What a service is called.
pub(super) fn service(w: Words, service: &str) -> &'static str {
    match service {
        "identity" => w.say("journal-identity"),
        "registry" => w.say("journal-registry"),
        "survey" => w.say("journal-survey"),
        "recheck" => w.say("journal-recheck"),
        "ledger" => w.say("journal-ledger"),
        "leaders" => w.say("journal-leaders"),
        _ => w.say("journal-ranking"),
    }
}

/// Where an object is shown, if a page shows it. Whoever reads the journal may open all of these.
pub(super) fn href(service: &str, act: &str, object: &str) -> Option<String> {
    let parts: Vec<&str> = object.split('/').collect();
    match (service, parts.as_slice()) {
        (_, [cycle, ..]) if act == "reminders.send" => Some(super::super::conduct::progress_href(cycle)),
        ("registry", [cycle, ..]) => Some(super::super::organise::href(cycle)),
        ("survey", [cycle, _, _, slip]) => Some(format!("/khao-sat/{cycle}/phieu-da-nhan/{slip}")),
        ("survey", [cycle]) => Some(format!("/khao-sat/{cycle}/tien-do")),
        ("recheck", [cycle, "lot", lot]) => Some(format!("/phuc-tra/{cycle}/lo/{lot}")),
        ("recheck", [cycle, _, "case", case]) => Some(format!("/phuc-tra/{cycle}/phieu/{case}")),
        ("ledger", [cycle, _]) if act == "round.close" => Some(format!("/quan-tri/{cycle}/vong")),
        ("ledger", [cycle, ..]) if act == "external.import" => {
            Some(super::super::organise::external_href(cycle))
        }
        ("ledger", [cycle, unit]) => Some(format!("/tu-cham/{cycle}/{unit}")),
        // What is not scored by the unit itself has no page of its own.
        ("ledger", [cycle, unit, _]) if act.starts_with("penalty.") || act.ends_with("applicable") => {
            Some(format!("/tu-cham/{cycle}/{unit}"))
        }
        ("ledger", [cycle, unit, criterion]) => Some(format!("/tu-cham/{cycle}/{unit}/{criterion}")),
        ("leaders", [cycle, ..]) => Some(super::super::conduct::panel_href(cycle)),
        ("ranking", [cycle, version]) if act == "version.publish" => {
            Some(format!("/xep-hang/{cycle}?ban={version}"))
        }
        ("ranking", [cycle, ..]) => Some(super::super::conduct::ranking_href(cycle)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_lead_to_their_pages() {
        for (service, act, object, to) in [
            (
                "ledger",
                "entry.save",
                "2022/SNV/I.1",
                Some("/tu-cham/2022/SNV/I.1"),
            ),
            (
                "ledger",
                "round.close",
                "2022/round-1",
                Some("/quan-tri/2022/vong"),
            ),
            (
                "ledger",
                "entry.not_applicable",
                "2022/SNV/II.3",
                Some("/tu-cham/2022/SNV"),
            ),
            (
                "ledger",
                "reminders.send",
                "2022/self-scoring",
                Some("/quan-tri/2022/tien-do"),
            ),
            ("recheck", "lot.close", "2022/lot/7", Some("/phuc-tra/2022/lo/7")),
            (
                "ranking",
                "version.publish",
                "2022/3",
                Some("/xep-hang/2022?ban=3"),
            ),
            (
                "ranking",
                "bar.record",
                "2022/SNV",
                Some("/quan-tri/2022/xep-loai"),
            ),
            (
                "leaders",
                "slip.send",
                "2022/0197",
                Some("/quan-tri/2022/lanh-dao"),
            ),
            ("registry", "cycle.open", "2022", Some("/quan-tri/2022")),
            ("identity", "person.create", "0197", None),
        ] {
            assert_eq!(href(service, act, object).as_deref(), to, "{act}");
        }
    }
}
