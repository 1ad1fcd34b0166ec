//! Several people in one request, from files and standard input.

use serde_json::json;

use crate::support::{Instance, PASSWORD, file};

fn ann_and_bo(instance: &Instance) {
    let users = instance.json("ie users list");
    let last: Vec<&str> =
        users.as_array().unwrap().iter().skip(6).map(|user| user["email"].as_str().unwrap()).collect();
    assert_eq!(last, ["ann@example.com", "bo@example.com"]);
    assert!(instance.signs_in("ann@example.com", PASSWORD));
    assert_eq!(instance.bodies("POST", "/api/users").len(), 1);
}

#[test]
fn from_a_json_file() {
    let people = json!([
        {"name": "Ann", "email": "ann@example.com", "password": PASSWORD, "active": true},
        {"name": "Bo", "email": "bo@example.com", "password": PASSWORD}
    ]);
    for option in ["--from ", "--users @"] {
        let instance = Instance::start();
        let (_directory, path) = file("people.json", &people.to_string());
        let created = instance.json(&format!("ie users create-many {option}{path}"));
        assert_eq!(created.as_array().unwrap().len(), 2);
        ann_and_bo(&instance);
    }
}

#[test]
fn from_lines_on_standard_input() {
    let instance = Instance::start();
    let people = format!(
        "{}\n{}\n",
        json!({"name": "Ann", "email": "ann@example.com", "password": PASSWORD, "active": true}),
        json!({"name": "Bo", "email": "bo@example.com", "password": PASSWORD})
    );
    instance.tenable("ie users create-many --users -").stdin(&people).run().succeeded();
    ann_and_bo(&instance);
}

#[test]
fn from_a_spreadsheet() {
    let instance = Instance::start();
    let people =
        format!("name,email,password,active\nAnn,ann@example.com,{PASSWORD},true\nBo,bo@example.com,{PASSWORD},\n");
    let (_directory, path) = file("people.CSV", &people);
    instance.tenable(&format!("ie users create-many --from {path}")).run().succeeded();
    ann_and_bo(&instance);
}

#[test]
fn a_wrong_field_is_named_before_anything_is_sent() {
    let instance = Instance::start();
    let person = json!({"name": "Ann", "email": "ann@example.com", "mail": "x", "password": "sentinel"});
    let people = json!([person]).to_string();
    let run = instance.tenable("ie users create-many --from -").stdin(&people).run();
    let line = run.error(2);
    assert!(line.contains("users[0]") && line.contains("mail`"), "{line}");
    assert!(!line.contains("sentinel"), "{line}");
    assert_eq!(instance.control().journal(), []);
}

#[test]
fn an_empty_list_is_refused_before_anything_is_sent() {
    let instance = Instance::start();
    let run = instance.tenable("ie users create-many --no-users").run();
    assert!(run.error(2).contains("needs at least one element"), "{run:?}");
    assert_eq!(instance.control().journal(), []);
}
