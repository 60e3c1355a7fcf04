//! The register: sealed, masked, opened one at a time and never in clear in the database.

use chiso_platform::auth::Role;
use chiso_platform::journal::{self, Chain};
use chiso_platform::testkit::As;
use chiso_wire::kernel::ListJournalRequest;
use chiso_wire::survey as pb;
use unicode_normalization::UnicodeNormalization;

use crate::support::{CYCLE, World, because, organiser, supervisor, why};

async fn register(world: &World) -> Vec<pb::Respondent> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListRespondentsRequest {
            cycle: CYCLE.to_owned(),
            group: String::new(),
            page_size: 2,
            page_token,
            unassigned: false,
        };
        let reply = world
            .client()
            .list_respondents(world.kit.request(request, &supervisor()))
            .await;
        let reply = reply.unwrap().into_inner();
        all.extend(reply.respondents);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

async fn reveal(world: &World, respondent: &str) -> Result<pb::RevealContactResponse, tonic::Status> {
    let request = pb::RevealContactRequest {
        request_id: world.kit.id(),
        respondent_id: respondent.to_owned(),
        officer: As::role(Role::Verifier).id().to_string(),
        purpose: "phúc tra phiếu 12".to_owned(),
    };
    let reply = world
        .client()
        .reveal_contact(world.kit.request_of_service("recheck", request))
        .await?;
    Ok(reply.into_inner())
}

#[tokio::test]
async fn lists_show_the_last_three_digits_only() {
    let world = World::new().await;
    for n in 0..5 {
        world
            .person("DN_CN", &format!("091234567{n}"), &["SNV", "STC"])
            .await;
    }
    world.person("HDND", "0987654321", &[]).await;
    let all = register(&world).await;
    assert_eq!(all.len(), 6);
    let mut masked: Vec<_> = all.iter().map(|r| r.phone_masked.as_str()).collect();
    masked.sort_unstable();
    let expected = ["321", "670", "671", "672", "673", "674"].map(|tail| format!("•••• ••• {tail}"));
    assert_eq!(masked, expected);
    assert_eq!(all[0].units, ["SNV", "STC"]);
    assert_eq!(all[5].group, "HDND");
    assert!(all[5].units.is_empty());
}

#[tokio::test]
async fn decomposed_names_are_composed() {
    let world = World::new().await;
    let new = pb::NewRespondent {
        respondent_id: world.kit.id(),
        group: "HDND".to_owned(),
        name: "Trần Thị Hường".nfd().collect(),
        phone: "0912345678".to_owned(),
        consent: "v1".to_owned(),
        units: Vec::new(),
    };
    world.register(vec![new]).await.unwrap();
    assert_eq!(register(&world).await[0].name, "Trần Thị Hường");
}

#[tokio::test]
async fn entry_is_all_or_nothing() {
    let world = World::new().await;
    let new = |phone: &str| pb::NewRespondent {
        respondent_id: world.kit.id(),
        group: "DN_CN".to_owned(),
        name: "An".to_owned(),
        phone: phone.to_owned(),
        consent: "v1".to_owned(),
        units: vec!["SNV".to_owned()],
    };
    let good = || new("0912345678");
    let with = |change: &dyn Fn(&mut pb::NewRespondent)| {
        let mut second = good();
        change(&mut second);
        vec![good(), second]
    };
    let bad_phone = world.register(with(&|r| r.phone = "12345".into())).await;
    assert_eq!(why(bad_phone), because("FIELD_INVALID", "respondents[1].phone"));
    let bad_unit = world.register(with(&|r| r.units.push("XYZ".into()))).await;
    assert_eq!(why(bad_unit), because("UNIT_UNKNOWN", "respondents[1].units[1]"));
    let bad_group = world.register(with(&|r| r.group = "KHAC".into())).await;
    assert_eq!(why(bad_group), because("GROUP_UNKNOWN", "respondents[1].group"));
    let nameless = world.register(with(&|r| r.name = "  ".into())).await;
    assert_eq!(why(nameless), because("FIELD_INVALID", "respondents[1].name"));
    let person = good();
    let twice = world.register(vec![person.clone(), person.clone()]).await;
    assert_eq!(
        why(twice),
        because("RESPONDENT_EXISTS", "respondents[1].respondent_id")
    );
    assert_eq!(
        why(world.register(Vec::new()).await),
        because("ITEM_COUNT", "respondents")
    );
    assert!(register(&world).await.is_empty());

    world.register(vec![person.clone()]).await.unwrap();
    assert_eq!(
        why(world.register(vec![good(), person]).await).0,
        "RESPONDENT_EXISTS"
    );
    assert_eq!(register(&world).await.len(), 1);
}

#[tokio::test]
async fn the_same_request_again_registers_nobody_twice() {
    let world = World::new().await;
    let request = pb::RegisterRespondentsRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        respondents: vec![pb::NewRespondent {
            respondent_id: world.kit.id(),
            group: "HDND".to_owned(),
            name: "An".to_owned(),
            phone: "0912345678".to_owned(),
            consent: "v1".to_owned(),
            units: Vec::new(),
        }],
    };
    for _ in 0..2 {
        let call = world.kit.request(request.clone(), &supervisor());
        assert_eq!(
            world
                .client()
                .register_respondents(call)
                .await
                .unwrap()
                .into_inner()
                .registered,
            1
        );
    }
    let mut other = request;
    other.respondents[0].name = "Bình".to_owned();
    let reply = world
        .client()
        .register_respondents(world.kit.request(other, &supervisor()))
        .await;
    assert_eq!(why(reply), because("REQUEST_ID_REUSED", "request_id"));
    assert_eq!(register(&world).await.len(), 1);
}

#[tokio::test]
async fn each_opened_contact_is_in_the_journal() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912 345 678", &["SNV"]).await;
    let contact = reveal(&world, &person).await.unwrap();
    assert_eq!(
        (contact.name.as_str(), contact.phone.as_str()),
        ("Nguyễn Văn Ánh", "0912345678")
    );
    reveal(&world, &person).await.unwrap();
    assert_eq!(why(reveal(&world, &world.kit.id()).await).0, "RESPONDENT_UNKNOWN");

    let request = ListJournalRequest {
        object_prefix: format!("respondent/{person}"),
        ..ListJournalRequest::default()
    };
    let reply = world
        .client()
        .list_journal(world.kit.request(request, &organiser()))
        .await
        .unwrap();
    let rows = reply.into_inner().entries;
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0].act.as_str(), rows[0].actor.as_str()),
        ("contact.reveal", "service:recheck")
    );
    assert!(rows[0].after.contains(&As::role(Role::Verifier).id().to_string()));
    assert_eq!(rows[0].reason, "phúc tra phiếu 12");

    let request = pb::RevealContactRequest::default();
    let by_person = world
        .client()
        .reveal_contact(world.kit.request(request, &organiser()))
        .await;
    assert_eq!(why(by_person).0, "PERMISSION_DENIED");
}

/// Whether some file of the data folder, or the server's database, holds the bytes.
fn in_files(world: &World, needle: &str) -> bool {
    let files = std::fs::read_dir(world.kit.folder()).unwrap();
    let found = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let stored = world
        .kit
        .database()
        .map(chiso_platform::testkit::postgres::Database::dump);
    found.chain(stored).any(|bytes| {
        bytes
            .windows(needle.len())
            .any(|window| window == needle.as_bytes())
    })
}

#[tokio::test]
async fn no_phone_and_no_name_is_in_clear_in_the_files() {
    let world = World::new().await;
    let phones = ["0912345678", "0987 654 321", "+84 903.111.222"];
    for (n, phone) in phones.iter().enumerate() {
        let person = world.person("DN_CN", phone, &["SNV"]).await;
        let slip = world.slip("SNV", "DN_CN", &person, "5", "4");
        world.submit(&slip).await.unwrap();
        reveal(&world, &person).await.unwrap();
        assert_eq!(world.totals().await.0, i32::try_from(n + 1).unwrap());
    }
    // What is stored in clear is found this way, so the search would find a phone.
    assert!(in_files(&world, "contact.reveal") && in_files(&world, "phúc tra phiếu 12"));
    for clear in [
        "0912345678",
        "912345678",
        "0987654321",
        "987 654 321",
        "903111222",
        "903.111.222",
    ] {
        assert!(!in_files(&world, clear), "{clear}");
        assert!(!in_files(&world, &hex::encode(clear)), "{clear} in hexadecimal");
    }
    assert!(!in_files(&world, "Nguyễn Văn Ánh"));
    assert_eq!(
        journal::verify(&world.kit.ctx.db, "survey").await.unwrap(),
        Chain::Whole(12)
    );
}

#[tokio::test]
async fn a_text_that_no_database_takes_is_refused_by_its_field() {
    let world = World::new().await;
    let new = pb::NewRespondent {
        respondent_id: world.kit.id(),
        group: "HDND".to_owned(),
        name: "Nguyễn\0Văn Ánh".to_owned(),
        phone: "0912345678".to_owned(),
        consent: "v1".to_owned(),
        units: Vec::new(),
    };
    assert_eq!(
        why(world.register(vec![new]).await),
        because("FIELD_INVALID", "respondents[0].name")
    );
}
