//! What holds of every message: ids that make calls repeatable, pages, no floats, zero values.

use prost_types::field_descriptor_proto::Type;

use crate::descriptors::contract;

/// Mutations that carry their id deeper: what is submitted has an id of its own.
const IDS_WITHIN: [(&str, &str, &str); 3] = [
    ("survey", "SubmitSlip", "slip_id"),
    ("survey", "SubmitSlips", "slip_id"),
    ("ledger", "UploadEvidence", "request_id"),
];
/// What changes nothing that could be doubled: a session more, all sessions ended.
const WITHOUT_ID: [(&str, &str); 3] = [
    ("identity", "SignIn"),
    ("identity", "FinishSignIn"),
    ("identity", "SignOut"),
];
/// Lists that are bounded by what they list.
const WHOLE: [(&str, &str); 0] = [];

#[test]
fn every_mutation_carries_an_id() {
    let contract = contract();
    let mut faults = Vec::new();
    for rpc in contract.rpcs.iter().filter(|rpc| !rpc.reads()) {
        let key = (rpc.area.as_str(), rpc.name.as_str());
        let within = IDS_WITHIN.iter().find(|(area, name, _)| (*area, *name) == key);
        let has = match within {
            Some((_, _, id)) => contract.messages[&rpc.request].field.iter().any(|field| {
                contract.messages.contains_key(field.type_name())
                    && contract.fields(field.type_name()).iter().any(|name| name == id)
            }),
            None => contract
                .fields(&rpc.request)
                .iter()
                .any(|name| name == "request_id"),
        };
        if !has && !WITHOUT_ID.contains(&key) {
            faults.push(format!(
                "{}.{} cannot be repeated: no request_id in {}",
                rpc.area, rpc.name, rpc.request
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_list_has_pages() {
    let contract = contract();
    let mut faults = Vec::new();
    let lists = contract.rpcs.iter().filter(|rpc| rpc.name.starts_with("List"));
    for rpc in lists.filter(|rpc| !WHOLE.contains(&(rpc.area.as_str(), rpc.name.as_str()))) {
        let (request, response) = (contract.fields(&rpc.request), contract.fields(&rpc.response));
        for name in ["page_size", "page_token"] {
            if !request.iter().any(|field| field == name) {
                faults.push(format!("{}.{} lacks {name}", rpc.area, rpc.name));
            }
        }
        if !response.iter().any(|field| field == "next_page_token") {
            faults.push(format!("{}.{} lacks next_page_token", rpc.area, rpc.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_quantity_is_a_float() {
    let contract = contract();
    let mut faults = Vec::new();
    for (name, message) in &contract.messages {
        let floats = message
            .field
            .iter()
            .filter(|f| matches!(f.r#type(), Type::Float | Type::Double));
        faults.extend(floats.map(|f| format!("{name}.{} is a float; use decimal text", f.name())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_zero_of_every_enum_means_nothing() {
    let contract = contract();
    assert!(
        contract.enums.len() > 15,
        "only {} enums were found",
        contract.enums.len()
    );
    for (name, enumeration) in &contract.enums {
        let zero = enumeration
            .value
            .iter()
            .find(|v| v.number() == 0)
            .expect("proto3 has a zero");
        assert!(
            zero.name().ends_with("_UNSPECIFIED"),
            "{name}: {} is zero",
            zero.name()
        );
        let prefix = zero.name().trim_end_matches("UNSPECIFIED");
        for value in &enumeration.value {
            assert!(
                value.name().starts_with(prefix),
                "{name}: {} lacks {prefix}",
                value.name()
            );
        }
    }
}

#[test]
fn every_rpc_has_messages_of_its_own() {
    let contract = contract();
    for rpc in &contract.rpcs {
        if ["ListJournal", "PullPoints"].contains(&rpc.name.as_str()) {
            assert!(rpc.request.starts_with(".chiso.kernel.v1."), "{rpc:?}");
            continue;
        }
        // The platform answers for all services alike; the ledger's request says of which window.
        if rpc.name == "SendReminders" {
            assert_eq!(rpc.response, ".chiso.kernel.v1.SendRemindersResponse", "{rpc:?}");
            continue;
        }
        let own = |suffix: &str| format!(".chiso.{}.v1.{}{suffix}", rpc.area, rpc.name);
        assert_eq!(
            (rpc.request.clone(), rpc.response.clone()),
            (own("Request"), own("Response"))
        );
    }
}
