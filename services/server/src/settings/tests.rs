//! Settings in layers, and what is said of wrong ones.

use super::*;

fn variables(set: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    set.iter().map(own).collect()
}

fn file(text: &str) -> (tempfile::TempDir, Flags) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chiso.toml");
    std::fs::write(&path, text).unwrap();
    let flags = Flags {
        config: Some(path),
        set: Vec::new(),
    };
    (folder, flags)
}

fn loaded(text: &str) -> Loaded {
    let (_folder, flags) = file(text);
    load(&flags, Vec::new()).unwrap()
}

fn refused(text: &str, set: &[(&str, &str)]) -> String {
    let (_folder, flags) = file(text);
    load(&flags, variables(set)).unwrap_err().to_string()
}

#[test]
fn a_flag_is_over_the_environment_over_the_file_over_the_default() {
    let (_folder, mut flags) =
        file("[listen]\ngrpc = \"127.0.0.1:1\"\nhttp = \"127.0.0.1:1\"\n[data]\ndir = \"a\"\n");
    flags
        .set
        .push(("listen.grpc", "--grpc", "127.0.0.1:3".to_owned()));
    let set = [
        ("CHISO_LISTEN__GRPC", "127.0.0.1:2"),
        ("CHISO_LISTEN__HTTP", "127.0.0.1:2"),
    ];
    let loaded = load(&flags, variables(&set)).unwrap();
    let settings = &loaded.settings;
    assert_eq!((settings.listen.grpc.port(), settings.listen.http.port()), (3, 2));
    assert_eq!(settings.data.dir, Path::new("a"));
    assert_eq!(settings.limits, Limits::default());
    let shown = loaded.show();
    let origin = |setting: &str| {
        let line = shown
            .lines()
            .find(|line| line.starts_with(&format!("{setting} = ")))
            .unwrap();
        line.split_once("# ").unwrap().1.to_owned()
    };
    assert_eq!(origin("listen.grpc"), "--grpc");
    assert_eq!(origin("listen.http"), "CHISO_LISTEN__HTTP");
    assert!(origin("data.dir").ends_with("chiso.toml"), "{shown}");
    assert_eq!(origin("limits.streams"), "default");
}

#[test]
fn texts_of_the_environment_become_what_the_setting_is() {
    let set = [
        ("CHISO_RUN__ONLY", "survey, recheck"),
        ("CHISO_PEERS__IDENTITY", "http://a:1,http://b:2"),
        ("CHISO_LIMITS__STREAMS", "7"),
        ("CHISO_DATABASE__PASSWORDS__SURVEY", "0123"),
        ("CHISO_WEB__COMPONENTS", "true"),
        ("CHISO_LOG", "debug"),
        ("CHISO_TEST_CLOCK", "/a/clock"),
        ("HOME", "/root"),
    ];
    let settings = load(&Flags::default(), variables(&set)).unwrap().settings;
    assert_eq!(settings.run.only, ["survey", "recheck"]);
    assert_eq!(settings.peers.identity, ["http://a:1", "http://b:2"]);
    assert_eq!(settings.limits.streams.get(), 7);
    assert_eq!(settings.database.passwords["survey"], Secret("0123".to_owned()));
    assert!(settings.web.components);
    assert_eq!(settings.telemetry.level, "debug");
}

#[test]
fn a_value_that_is_no_good_is_named_with_origin_reason_and_remedy() {
    let said = refused("[listen]\ngrpc = \"somewhere\"\n", &[]);
    assert!(
        said.contains("listen.grpc (from ") && said.contains("chiso.toml"),
        "{said}"
    );
    assert!(said.contains("127.0.0.1:50051"), "{said}");
    let said = refused("", &[("CHISO_LIMITS__STREAMS", "many")]);
    assert!(
        said.starts_with("limits.streams (from CHISO_LIMITS__STREAMS): \"many\" is not "),
        "{said}"
    );
    assert!(said.contains("1024"), "{said}");
    let said = refused("[limits]\nstreams = 0\n", &[]);
    assert!(
        said.contains("limits.streams") && said.contains("nonzero"),
        "{said}"
    );
    let said = refused("", &[("CHISO_WEB__PUBLIC_URL", "http://xephang.example.vn")]);
    assert!(
        said.contains("web.public_url (from CHISO_WEB__PUBLIC_URL)") && said.contains("https://"),
        "{said}"
    );
    let said = refused("[database]\ntls = \"maybe\"\n", &[]);
    assert!(
        said.contains("database.tls") && said.contains("verify-full"),
        "{said}"
    );
}

#[test]
fn a_setting_that_does_not_exist_is_refused() {
    let said = refused("[listen]\ngprc = \"127.0.0.1:1\"\n", &[]);
    assert!(
        said.contains("listen.gprc") && said.contains("grpc, http"),
        "{said}"
    );
    let said = refused("", &[("CHISO_REDIS__ULR", "redis://a:1")]);
    assert!(said.contains("redis.ulr (from CHISO_REDIS__ULR)"), "{said}");
    let said = refused("listen = [\n", &[]);
    assert!(said.contains("chiso.toml") && said.contains("line"), "{said}");
    let absent = Flags {
        config: Some("/nowhere/chiso.toml".into()),
        set: Vec::new(),
    };
    let said = load(&absent, Vec::new()).unwrap_err().to_string();
    assert!(
        said.contains("--config") && said.contains("/nowhere/chiso.toml"),
        "{said}"
    );
}

#[test]
fn secrets_are_never_shown() {
    let text = "[redis]\nurl = \"redis://u:geheim@host:6379\"\n[database.passwords]\nsurvey = \"geheim\"\n";
    let (_folder, flags) = file(text);
    let loaded = load(&flags, Vec::new()).unwrap();
    let shown = loaded.show();
    assert!(
        shown.contains("redis://…@host:6379") && shown.contains("database.passwords.survey = "),
        "{shown}"
    );
    assert!(!shown.contains("geheim") && !format!("{:?}", loaded.settings).contains("geheim"));
    for (url, wanted) in [
        ("postgres://db:5432/chiso", "postgres://db:5432/chiso"),
        ("postgres://u:geheim@db/chiso", "postgres://…@db/chiso"),
        ("postgres://db/chiso?password=geheim", "postgres://db/chiso?…"),
        ("postgres://db/chiso?password=a@geheim", "…"),
        ("postgres://db/chiso#geheim", "postgres://db/chiso#…"),
        ("postgres://u:ge?heim@db/chiso", "…"),
        ("geheim", "…"),
    ] {
        let loaded = load(&Flags::default(), variables(&[("CHISO_DATABASE__URL", url)])).unwrap();
        let shown = loaded.show();
        assert!(shown.contains(&format!("database.url = \"{wanted}\"")), "{shown}");
        assert!(!shown.contains("heim") && !format!("{:?}", loaded.settings).contains("heim"));
    }
    let said = refused("[database]\npasswords = \"geheim\"\n[database2]\n", &[]);
    assert!(!said.contains("geheim"), "{said}");
    let said = refused("[database.passwords]\nsurvey = geheim\n", &[]);
    assert!(said.contains("line 2") && !said.contains("geheim"), "{said}");
}

#[test]
fn without_settings_everything_runs_here_on_one_folder() {
    let settings = load(&Flags::default(), Vec::new()).unwrap().settings;
    assert_eq!(settings, Settings::default());
    assert_eq!(settings.plan(), Ok(Plan::whole()));
    let places = settings.places();
    assert!(places.postgres.is_none());
    assert_eq!(places.keys, Path::new("chiso-data/keys"));
    assert_eq!(places.evidence, Path::new("chiso-data/evidence"));
}

#[test]
fn letters_need_a_sender_and_a_server_only_where_they_are_sent() {
    let mailer = |file: &str, here: &[&str]| {
        let settings = loaded(file).settings;
        let opened = settings.mailer(here).map(|mailer| mailer.is_on());
        opened.map_err(|fault| fault.to_string())
    };
    let on = Ok(true);
    assert_eq!(mailer("", &["ledger"]), on, "into a folder");
    assert_eq!(mailer("[mail]\ntransport = \"off\"\n", &["ledger"]), Ok(false));
    let smtp = "[mail]\ntransport = \"smtp\"\n";
    assert_eq!(mailer(smtp, &["registry", "gateway"]), Ok(false));
    let fault = mailer(smtp, &["survey", "ledger"]).unwrap_err();
    assert!(fault.starts_with("mail.from"), "{fault}");
    let from = format!("{smtp}from = \"Sở Nội vụ <danhgia@example.vn>\"\n");
    let fault = mailer(&from, &["ranking"]).unwrap_err();
    assert!(fault.starts_with("mail.smtp_url"), "{fault}");
    let whole = format!("{from}smtp_url = \"smtps://a:geheim@mail.example.vn\"\n");
    assert_eq!(mailer(&whole, &["identity"]), on);
    let shown = loaded(&whole).show();
    assert!(
        shown.contains("smtps://…@mail.example.vn") && !shown.contains("geheim"),
        "{shown}"
    );
}
