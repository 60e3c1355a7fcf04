//! `deploy/postgres/roles.sql`, run by those who may run it.

use std::process::Command;

use chiso_platform::db::Db;
use chiso_platform::testkit::postgres;
use chiso_server::plan::SERVICES;

use crate::deploy;
use crate::process::text;

/// An owner of the database who is no superuser, as a hosted server gives one; twice, as after an upgrade.
#[tokio::test]
async fn an_owner_who_is_no_superuser_may_run_it_and_run_it_again() {
    // A server of its own: logins are the server's, and here nobody else has made them.
    let server = postgres::Server::start();
    let owner = "CREATE ROLE owner LOGIN CREATEROLE PASSWORD 'of-the-owner'";
    server.execute("postgres", owner).await;
    let database = "CREATE DATABASE rating OWNER owner TEMPLATE template0 ENCODING 'UTF8'";
    server.execute("postgres", database).await;
    let host = server.url().rsplit_once('@').unwrap().1;
    let host = host.rsplit_once('/').unwrap().0;
    let url = format!("postgres://owner:of-the-owner@{host}/rating");
    for time in ["first", "second"] {
        let mut psql = Command::new("psql");
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file"]);
        let output = psql.arg(deploy("postgres/roles.sql")).arg(&url).output().unwrap();
        assert!(output.status.success(), "{time}: {}", text(&output.stderr));
    }
    let mut settings = server.fresh_database().await.settings.clone();
    settings.url = format!("postgres://{host}/rating");
    for service in SERVICES {
        // It is let in only with a schema in which it may make tables.
        Db::postgres(&settings, service).await.unwrap().close().await;
    }
}
