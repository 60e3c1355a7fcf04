//! The Helm chart: rendered by Helm, checked against the schemas of Kubernetes, and against what chiso needs.

use std::path::Path;

use chiso_server::plan::{GATEWAY, SERVICES};
use chiso_server::settings::Secret;
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::nightly::IN_THE_IMAGE;
use crate::process::text;
use crate::tools::{ask, helm, tools, yaml};
use crate::{deploy, load};

const DATABASE: &str = "database.url=postgres://db.example:5432/chiso";

/// What the chart makes of some values.
fn rendered(tools: &Path, values: &[&str]) -> Vec<Value> {
    yaml(tools, rendered_file(tools, values).path())
}

fn rendered_file(tools: &Path, values: &[&str]) -> NamedTempFile {
    let chart = deploy("helm/chiso");
    let mut arguments = vec![
        "template",
        "year",
        chart.to_str().unwrap(),
        "--namespace",
        "rating",
    ];
    for value in [&[DATABASE], values].concat() {
        arguments.extend(["--set", value]);
    }
    let output = helm(tools, &arguments);
    assert!(output.status.success(), "{values:?}: {}", text(&output.stderr));
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &output.stdout).unwrap();
    file
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|object| object["kind"] == kind).collect()
}

fn component(object: &Value) -> &str {
    object["metadata"]["labels"]["app.kubernetes.io/component"]
        .as_str()
        .unwrap_or_default()
}

#[test]
fn the_chart_is_in_order_for_several_versions_of_kubernetes() {
    let Some(tools) = tools() else { return };
    let chart = deploy("helm/chiso");
    let linted = helm(
        tools,
        &["lint", "--strict", chart.to_str().unwrap(), "--set", DATABASE],
    );
    assert!(linted.status.success(), "{}", text(&linted.stdout));
    for values in [
        &[][..],
        &["redis.urlSecret=chiso-redis", "database.caConfigMap=db-ca"],
        &["database.tls=require", "preStopSeconds=19"],
        &[
            "mail.urlSecret=chiso-mail",
            "mail.from=a@example.vn",
            "networkPolicy.mailPort=587",
        ],
        &[
            "networkPolicy.enabled=false",
            "serviceAccount.create=false",
            "serviceAccount.name=ours",
        ],
        &[
            "backup.enabled=true",
            "backup.claim=backups",
            "evidence.existingClaim=evidence",
            "image.pullSecrets[0].name=registry",
            "priorityClassName=high",
        ],
        &[
            "networkPolicy.databaseTo[0].ipBlock.cidr=10.0.0.0/24",
            "networkPolicy.gatewayFrom[0].namespaceSelector.matchLabels.name=edge",
            "networkPolicy.metricsFrom[0].podSelector.matchLabels.app=prometheus",
            "podAnnotations.a=b",
            "networkPolicy.extraEgress[0].ports[0].port=4317",
            "nodeSelector.disk=ssd",
            "tolerations[0].operator=Exists",
        ],
    ] {
        let file = rendered_file(tools, values);
        let checked = ask(tools, "kubernetes", file.path());
        assert!(checked.status.success(), "{values:?}: {}", text(&checked.stderr));
    }
    let broken = NamedTempFile::new().unwrap();
    std::fs::write(
        broken.path(),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {}\nspecial: 1\n",
    )
    .unwrap();
    assert!(
        !ask(tools, "kubernetes", broken.path()).status.success(),
        "a fault would be seen"
    );
}

#[test]
fn values_that_cannot_be_are_refused_by_name() {
    let Some(tools) = tools() else { return };
    let chart = deploy("helm/chiso");
    for (value, named) in [
        ("database.url=", "url"),
        ("database.url=postgres://chiso:secret@db:5432/chiso", "url"),
        ("database.tls=prefer", "tls"),
        ("services.survey.replicas=0", "replicas"),
        ("services.printer.replicas=1", "printer"),
        ("evidence.size=lots", "size"),
        ("networkPolicy.databasePort=0", "databasePort"),
        ("database.maxConnections=1", "maxConnections"),
        ("database.lockTimeoutMs=0", "lockTimeoutMs"),
        ("backup.enabled=true", "backup.claim names"),
        (
            "terminationGracePeriodSeconds=29",
            "terminationGracePeriodSeconds",
        ),
        ("preStopSeconds=20", "must be more than 40"),
        ("settings.limits.drain_seconds=25", "must be more than 40"),
        (
            "database.tls=require,database.caConfigMap=db-ca",
            "no certificate is checked",
        ),
        ("backup.keep=1", "keep"),
        ("mail.urlSecret=chiso-mail", "mail.from names the sender"),
        ("mail.language=fr", "language"),
        (
            "settings.database.url=x",
            "settings.database is made by the chart",
        ),
    ] {
        let arguments = [
            "template",
            "year",
            chart.to_str().unwrap(),
            "--set",
            DATABASE,
            "--set",
            value,
        ];
        let output = helm(tools, &arguments);
        let said = text(&output.stderr);
        assert!(
            !output.status.success() && said.contains(named),
            "{value}: {said}"
        );
    }
}

#[test]
fn every_service_has_a_deployment_a_service_and_a_budget_that_fit_together() {
    let Some(tools) = tools() else { return };
    let objects = rendered(tools, &["services.survey.replicas=3"]);
    for kind in ["Deployment", "Service", "PodDisruptionBudget"] {
        let mut components: Vec<&str> = of_kind(&objects, kind).into_iter().map(component).collect();
        let mut wanted: Vec<&str> = SERVICES.into_iter().chain([GATEWAY]).collect();
        components.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(components, wanted, "{kind}");
    }
    for deployment in of_kind(&objects, "Deployment") {
        let service = component(deployment);
        let labels = &deployment["spec"]["template"]["metadata"]["labels"];
        let selects = |selector: &Value| {
            let wanted = selector.as_object().unwrap();
            wanted.len() == 3 && wanted.iter().all(|(key, value)| labels[key] == *value)
        };
        assert!(
            selects(&deployment["spec"]["selector"]["matchLabels"]),
            "{service}"
        );
        let other = |kind| {
            of_kind(&objects, kind)
                .into_iter()
                .find(|object| component(object) == service)
                .unwrap()
        };
        assert!(selects(&other("Service")["spec"]["selector"]), "{service}");
        assert!(
            selects(&other("PodDisruptionBudget")["spec"]["selector"]["matchLabels"]),
            "{service}"
        );
        let replicas = if service == "survey" { 3 } else { 2 };
        assert_eq!(deployment["spec"]["replicas"], replicas);
        pod(service, &deployment["spec"]["template"]["spec"]);
    }
}

/// What a pod is allowed, asked and given.
fn pod(service: &str, pod: &Value) {
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    let container = &pod["containers"][0];
    assert_eq!(
        container["env"][0],
        serde_json::json!({ "name": "CHISO_RUN__ONLY", "value": service })
    );
    let security = &container["securityContext"];
    assert_eq!(security["readOnlyRootFilesystem"], true);
    assert_eq!(security["allowPrivilegeEscalation"], false);
    assert_eq!(security["capabilities"]["drop"][0], "ALL");
    let alive = serde_json::json!({ "port": 50051 });
    assert_eq!(container["livenessProbe"]["grpc"], alive);
    // Neither asks for the peers: one service that is down must not take the others along.
    for probe in ["startupProbe", "readinessProbe"] {
        let probe = &container[probe];
        if service == GATEWAY {
            assert_eq!(probe["grpc"], alive);
            continue;
        }
        let name = probe["grpc"]["service"].as_str().unwrap();
        assert!(
            String::from_utf8_lossy(chiso_wire::DESCRIPTORS).contains(name.rsplit_once('.').unwrap().1),
            "there is no {name}"
        );
    }
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
    let before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        .as_u64()
        .unwrap();
    assert!(grace > before + 20, "there is time to drain");
    let volumes = pod["volumes"].as_array().unwrap();
    let volume = |name: &str| volumes.iter().find(|volume| volume["name"] == name);
    let passwords = volume("database").map(|volume| &volume["secret"]["items"]);
    match passwords {
        Some(items) => assert_eq!(
            items.as_array().unwrap()[..],
            [serde_json::json!({
                "key": format!("chiso_{service}"), "path": format!("chiso_{service}")
            })],
            "its own password and no other"
        ),
        None => assert_eq!(service, GATEWAY),
    }
    assert_eq!(volume("evidence").is_some(), service == "ledger");
}

#[test]
fn the_settings_that_the_chart_makes_are_good_for_each_service() {
    let Some(tools) = tools() else { return };
    let values = [
        "settings.limits.calls=300",
        "database.caConfigMap=db-ca",
        "database.tls=verify-full",
        "database.lockTimeoutMs=1234567",
        "mail.urlSecret=chiso-mail",
        "mail.from=danhgia@example.vn",
    ];
    let objects = rendered(tools, &values);
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let settings = of_kind(&objects, "ConfigMap")[0]["data"]["chiso.toml"]
        .as_str()
        .unwrap();
    std::fs::write(file.path(), settings).unwrap();
    for service in SERVICES.into_iter().chain([GATEWAY]) {
        let mut settings = load(file.path(), &[service]);
        assert_eq!(settings.limits.calls.get(), 300);
        assert_eq!(settings.database.lock_timeout_ms.get(), 1_234_567);
        let plan = settings.plan().unwrap();
        // The server's address is in the environment of those that send.
        let deployments = of_kind(&objects, "Deployment");
        let own = deployments.iter().find(|object| component(object) == service);
        let env = own.unwrap()["spec"]["template"]["spec"]["containers"][0]["env"]
            .as_array()
            .unwrap();
        let given = env.iter().any(|one| one["name"] == "CHISO_MAIL__SMTP_URL");
        settings.mail.smtp_url = Secret("smtps://a:b@mail.example".to_owned());
        assert_eq!(settings.mailer(&plan.here).unwrap().is_on(), given, "{service}");
        for (peer, addresses) in &plan.peers {
            let host = addresses[0].host().unwrap();
            let named = |object: &Value| object["metadata"]["name"] == host && component(object) == *peer;
            assert!(of_kind(&objects, "Service").into_iter().any(named), "{host}");
            assert_eq!(addresses[0].port_u16(), Some(50051));
        }
    }
}

/// A server of PostgreSQL as it comes must do, also while an upgrade has one pod more of each service.
#[test]
fn the_connections_of_all_pods_fit_into_postgresql() {
    const SERVERS_OWN: u64 = 100;
    const LEFT_FREE: u64 = 10;
    let Some(tools) = tools() else { return };
    let objects = rendered(tools, &[]);
    let settings = of_kind(&objects, "ConfigMap")[0]["data"]["chiso.toml"].as_str();
    let each = settings.unwrap().split_once("max_connections = ").unwrap().1;
    let each: u64 = each.lines().next().unwrap().parse().unwrap();
    let deployments = of_kind(&objects, "Deployment");
    let of_database = deployments.iter().filter(|object| component(object) != GATEWAY);
    let surge = |object: &&&Value| object["spec"]["strategy"]["rollingUpdate"]["maxSurge"].as_u64();
    let pods: u64 = of_database
        .map(|object| object["spec"]["replicas"].as_u64().unwrap() + surge(&object).unwrap())
        .sum();
    assert!(each * pods + LEFT_FREE <= SERVERS_OWN, "{each} × {pods}");
}

/// A backup that fails is not made again and again, and one that hangs ends.
#[test]
fn the_nightly_backup_is_tried_once_and_bounded() {
    let Some(tools) = tools() else { return };
    let values = ["backup.enabled=true", "backup.claim=backups", "backup.keep=30"];
    let objects = rendered(tools, &values);
    let job = &of_kind(&objects, "CronJob")[0]["spec"];
    assert_eq!(job["concurrencyPolicy"], "Forbid");
    let job = &job["jobTemplate"]["spec"];
    assert_eq!(job["backoffLimit"], 0);
    assert!(job["activeDeadlineSeconds"].as_u64().unwrap() < 24 * 3_600);
    let container = &job["template"]["spec"]["containers"][0];
    assert_eq!(container["command"][0], IN_THE_IMAGE);
    assert_eq!(container["args"], serde_json::json!(["/backup", "30"]));
    let volumes = job["template"]["spec"]["volumes"].as_array().unwrap();
    assert!(volumes.iter().all(|volume| volume["name"] != "keys"));
}

/// Other settings must make other pods, or a change would wait for the next crash.
#[test]
fn a_change_of_settings_rolls_the_pods() {
    let Some(tools) = tools() else { return };
    let mark = |values: &[&str]| {
        let objects = rendered(tools, values);
        let deployment = of_kind(&objects, "Deployment")[0];
        deployment["spec"]["template"]["metadata"]["annotations"]["checksum/settings"].clone()
    };
    assert!(mark(&[]).is_string());
    assert_eq!(mark(&[]), mark(&["image.tag=v1"]));
    assert_ne!(mark(&[]), mark(&["settings.limits.calls=300"]));
}
