//! The ten operations on users, from the terminal, each read back.

use serde_json::json;
use tenable_emulator::identity_exposure::SEED_PASSWORD;

use crate::support::{Instance, PASSWORD};

#[test]
fn list() {
    let instance = Instance::start();
    let users = instance.json("ie users list");
    let emails: Vec<&str> = users.as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect();
    assert_eq!(emails.len(), 6);
    assert_eq!(emails[..2], ["admin@example.com", "robin.active@example.com"]);
}

#[test]
fn create() {
    let instance = Instance::start();
    let line = "ie users create --name Ann --email ann@example.com --surname Lee --active --password-stdin";
    let created = instance.tenable(line).stdin(&format!("{PASSWORD}\n")).run().json();
    assert_eq!(created["name"], "Ann");
    assert_eq!(instance.json(&format!("ie users details {}", created["id"])), created);
    // The line break is not part of the password.
    assert!(instance.signs_in("ann@example.com", PASSWORD));
    assert_eq!(
        instance.bodies("POST", "/api/users"),
        [json!([{"name": "Ann", "email": "ann@example.com", "password": "***", "surname": "Lee", "active": true}])]
    );
}

#[test]
fn create_with_the_password_in_a_variable() {
    let instance = Instance::start();
    let line = "ie users create --name Ann --email ann@example.com --active --password-env SECRET";
    instance.tenable(line).env("SECRET", PASSWORD).run().succeeded();
    assert!(instance.signs_in("ann@example.com", PASSWORD));
}

#[test]
fn info() {
    let instance = Instance::start();
    let me = instance.json("ie users info");
    assert_eq!(me["email"], "admin@example.com");
    assert_eq!(me["roles"][0]["name"], "Global Administrator");
}

#[test]
fn details() {
    let instance = Instance::start();
    let bare = instance.json("ie users details 2");
    assert_eq!(bare["email"], "robin.active@example.com");
    assert_eq!(instance.json("ie users details --id 2"), bare);
    assert_eq!(instance.json("identity-exposure users details 2"), bare);
}

#[test]
fn update() {
    let instance = Instance::start();
    assert_eq!(instance.json("ie users details 4")["lockedOut"], true);
    instance.tenable("ie users update 4 --department Identity --unlock").run().succeeded();
    let user = instance.json("ie users details 4");
    assert_eq!((&user["department"], &user["lockedOut"]), (&json!("Identity"), &json!(false)));
    assert_eq!(instance.bodies("PATCH", "/api/users/4"), [json!({"department": "Identity", "lockedOut": false})]);

    instance.tenable("ie users update 4 --active=false --password-stdin").stdin("Amber-Meadow-57").run().succeeded();
    assert_eq!(instance.json("ie users details 4")["active"], false);
    instance.tenable("ie users update 4 --active").run().succeeded();
    assert!(instance.signs_in("kim.locked@example.com", "Amber-Meadow-57"));
}

#[test]
fn delete() {
    let instance = Instance::start();
    let run = instance.tenable("ie users delete 3").run().succeeded();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "users.delete: done\n"));
    instance.tenable("ie users details 3").run().error(1);
    assert_eq!(instance.tenable("ie users delete 5 --quiet").run().succeeded().stderr, "");
    assert_eq!(instance.json("ie users list").as_array().unwrap().len(), 4);
}

#[test]
fn create_password_and_retrieve_password() {
    let instance = Instance::start();
    instance.tenable("ie users create-password --email robin.active@example.com").run().succeeded();
    let token = instance.control().mail()[0].token.clone().unwrap();
    let run = instance
        .tenable("ie users retrieve-password --token-stdin --new-password-env NEW")
        .env("NEW", PASSWORD)
        .stdin(&token)
        .run()
        .succeeded();
    assert_eq!(run.stdout, "");
    assert!(instance.signs_in("robin.active@example.com", PASSWORD));
    assert!(!instance.signs_in("robin.active@example.com", SEED_PASSWORD));
}

#[test]
fn change_password() {
    let instance = Instance::start();
    let line = "ie users change-password --old-password-stdin --new-password-stdin";
    instance.tenable(line).stdin(&format!("{SEED_PASSWORD}\n{PASSWORD}\n")).run().succeeded();
    assert!(instance.signs_in("admin@example.com", PASSWORD));
    let refused = instance.tenable(line).stdin(&format!("{SEED_PASSWORD}\n{PASSWORD}\n")).run();
    assert!(refused.error(1).contains("401"), "{refused:?}");
}

#[test]
fn update_user_roles() {
    let instance = Instance::start();
    assert_eq!(instance.json("ie users update-user-roles 5 --roles 3,2"), json!({"roles": [3, 2]}));
    assert_eq!(instance.json("ie users details 5")["roles"], json!([3, 2]));
    instance.tenable("ie users update-user-roles 5 --no-roles").run().succeeded();
    assert_eq!(instance.json("ie users details 5")["roles"], json!([]));
    instance.tenable("ie users update-user-roles 5 --roles 2 --roles 3").run().succeeded();
    instance.with_arguments(["ie", "users", "update-user-roles", "5", "--roles", ""]).run().succeeded();
    assert_eq!(instance.json("ie users details 5")["roles"], json!([]));
}

#[test]
fn add_roles_and_remove_roles() {
    let instance = Instance::start();
    assert_eq!(instance.json("ie users add-roles 5 --roles 3"), json!({"roles": [2, 3]}));
    assert_eq!(instance.json("ie users remove-roles 5 --roles 2"), json!({"roles": [3]}));
    let shown = instance.json("ie users add-roles 5 --roles 2 --dry-run");
    assert_eq!(shown, json!({"method": "PUT", "path": "/api/users/5/roles", "body": {"roles": [2, 3]}}));
    assert_eq!(instance.json("ie users details 5")["roles"], json!([3]));
}

#[test]
fn find() {
    let instance = Instance::start();
    assert_eq!(instance.json("ie users find ROBIN.active@example.com")["id"], 2);
    let run = instance.tenable("ie users find nobody@example.com").run();
    assert_eq!(run.error(1), "error: no user has the e-mail address nobody@example.com");
}

#[test]
fn copies_of_roles_are_given_whatever_the_server_answers() {
    for status in ["200", "204"] {
        let instance = Instance::with(|builder| builder.set("ie.copy_status", status).unwrap());
        let copy = instance.json("ie roles copy-role 3 --name Reviewer");
        assert_eq!((&copy["id"], &copy["name"]), (&json!(4), &json!("Reviewer")), "{status}");
    }
}

#[test]
fn an_option_of_an_operation_wins_over_one_of_the_connection() {
    let instance = Instance::start();
    let line = format!("--url {} ie ldap-configuration update --url ldaps://dc.example.com", instance.url());
    let run = instance.tenable(&line).env("TIE_URL", "http://127.0.0.1:1").run();
    assert_eq!(run.json()["url"], "ldaps://dc.example.com");
    assert_eq!(instance.bodies("PATCH", "/api/ldap-configuration"), [json!({"url": "ldaps://dc.example.com"})]);
    instance.tenable("ie ldap-configuration update --clear-url").run().succeeded();
    assert_eq!(instance.json("ie ldap-configuration details")["url"], json!(null));
}
