//! The contract against the routes and their answers: whatever is sent is described, nothing else is.

mod common;

use std::collections::BTreeSet;

use common::World;
use serde_json::{Value, json};

fn contract() -> Value {
    serde_json::from_str(chiso_gateway::OPENAPI).expect("the contract is JSON")
}

#[test]
fn the_contract_names_exactly_the_routes() {
    let contract = contract();
    let described: BTreeSet<&str> = contract["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let served: BTreeSet<&str> = chiso_gateway::paths().into_iter().collect();
    assert_eq!(described, served);
    assert_eq!(contract["openapi"], "3.1.0");
}

#[test]
fn every_operation_has_an_id_of_its_own_and_its_path_parameters() {
    let contract = contract();
    let mut ids = BTreeSet::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        let operation = &item["get"];
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{path}");
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters: Vec<&Value> = parameters.map(|p| resolve(&contract, p)).collect();
        for name in path
            .split('/')
            .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
        {
            assert!(
                parameters.iter().any(|p| p["name"] == name && p["in"] == "path"),
                "{path} {name}"
            );
        }
    }
}

#[tokio::test]
async fn every_answer_is_as_the_contract_describes_it() {
    let (world, contract) = (World::new(), contract());
    for path in chiso_gateway::paths() {
        let real = path.replace("{cycle}", "2022").replace("{unit}", "SNV");
        let answer = world.get(&real).await;
        let kind = answer
            .header("content-type")
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let described = &contract["paths"][path]["get"]["responses"][answer.status.as_str()]["content"];
        let schema = described
            .get(&kind)
            .unwrap_or_else(|| panic!("{path} {} {kind}", answer.status))["schema"]
            .clone();
        if kind == "application/json" {
            assert_eq!(fault(&contract, &schema, &answer.json()), None, "{path}");
        }
    }
}

#[tokio::test]
async fn every_problem_is_as_the_contract_describes_it() {
    let (world, contract) = (World::new(), contract());
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    for path in ["/nothing", "/v1/cycles?page_size=x", "/v1/cycles/2099/ranking"] {
        assert_eq!(
            fault(&contract, &schema, &world.get(path).await.json()),
            None,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_contract_is_served() {
    assert_eq!(World::new().get("/v1/openapi.json").await.json(), contract());
}

#[test]
fn the_comparison_finds_what_differs() {
    let contract = contract();
    let live = json!({ "$ref": "#/components/schemas/Live" });
    assert_eq!(fault(&contract, &live, &json!({ "status": "live" })), None);
    for wrong in [
        json!({}),
        json!({ "status": "dead" }),
        json!({ "status": "live", "x": 1 }),
        json!([]),
    ] {
        assert!(fault(&contract, &live, &wrong).is_some(), "{wrong}");
    }
    let basis = json!({ "$ref": "#/components/schemas/Basis" });
    assert_eq!(
        fault(
            &contract,
            &basis,
            &json!({ "kind": "survey", "rated": 1, "sum": 2 })
        ),
        None
    );
    assert!(
        fault(
            &contract,
            &basis,
            &json!({ "kind": "survey", "rated": "1", "sum": 2 })
        )
        .is_some()
    );
}

fn resolve<'a>(contract: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(path) => contract
            .pointer(path.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{path}")),
        None => schema,
    }
}

/// Where a value departs from a schema; the part of JSON Schema that the contract uses.
fn fault(contract: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = resolve(contract, schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices
            .iter()
            .filter(|choice| fault(contract, choice, value).is_none())
            .count();
        return (fits != 1).then(|| format!("{fits} choices fit {value}"));
    }
    if let Some(allowed) = schema.get("const") {
        return (value != allowed).then(|| format!("{value} is not {allowed}"));
    }
    if let Some(allowed) = schema["enum"].as_array() {
        return (!allowed.contains(value)).then(|| format!("{value} is none of {allowed:?}"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = &schema["type"];
    if kinds != kind && !kinds.as_array().is_some_and(|kinds| kinds.contains(&json!(kind))) {
        return Some(format!("{value} is no {kinds}"));
    }
    let items = value
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| (item, &schema["items"]));
    let mut parts: Vec<(&Value, &Value)> = items.collect();
    if let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        let required = schema["required"].as_array().into_iter().flatten();
        if let Some(missing) = required
            .filter_map(Value::as_str)
            .find(|name| !fields.contains_key(*name))
        {
            return Some(format!("{missing} is missing"));
        }
        for (name, field) in fields {
            let Some(schema) = known.get(name) else {
                return Some(format!("{name} is not described"));
            };
            parts.push((field, schema));
        }
    }
    parts
        .into_iter()
        .find_map(|(value, schema)| fault(contract, schema, value))
}
