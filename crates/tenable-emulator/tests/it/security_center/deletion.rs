//! `DELETE /user/{id}`, and what becomes of the objects.

use serde_json::{Value, json};

use super::support::{ADMIN, BLAKE, Center, KIT, LEAD, MANAGER, PASSWORD, each, id, new_user, with};

/// Names of the assets, policies and queries shared with group 1, which belong to user 3.
fn of_avery(center: &Center) -> [Vec<String>; 3] {
    let group = center.get(MANAGER, "/group/1");
    ["assets", "policies", "queries"].map(|list| each(&group[list], "name"))
}

const WEB_SERVERS: &str = "Web servers";

#[test]
fn a_deleted_user_is_gone_with_key_and_objects() {
    let center = Center::new();
    assert_eq!(of_avery(&center)[0], [WEB_SERVERS]);
    let answer = center.ask(MANAGER, "DELETE", "/user/3", None);
    assert_eq!((answer.status, answer.response()), (200, &json!("")));
    center.refused(147, MANAGER, "GET", "/user/3", None);
    assert_eq!(of_avery(&center), [const { Vec::<String>::new() }; 3]);
    assert_eq!(center.core.api_key(1, 3), None);
}

#[test]
fn e24_rule_13_objects_migrate_by_body_and_by_query() {
    for (query, body) in
        [("", json!({ "migrateUserID": 4 })), ("", json!({ "migrateUserID": "4" })), ("?migrateUserID=4", Value::Null)]
    {
        let center = Center::new();
        let body = Some(body).filter(|body| !body.is_null());
        center.ok(MANAGER, "DELETE", &format!("/user/3{query}"), body);
        assert_eq!(of_avery(&center)[0], [WEB_SERVERS], "{query}");
        // Deleted along with their new owner.
        center.ok(MANAGER, "DELETE", "/user/4", None);
        assert!(of_avery(&center)[0].is_empty());
    }
}

#[test]
fn e24_rule_13_an_administrator_migrates_to_a_security_manager_with_full_access_in_the_organization() {
    let center = Center::new();
    let path = "/user/2?orgID=1";
    center.refused(146, ADMIN, "DELETE", path, json!({ "migrateUserID": 3 }));
    center.refused(147, ADMIN, "DELETE", path, json!({ "migrateUserID": 99 }));
    let text = center.refused(147, ADMIN, "DELETE", path, json!({ "migrateUserID": -1 }));
    assert!(text.contains("User #-1 "), "{text}");
    center.refused(147, ADMIN, "DELETE", path, json!({ "migrateUserID": 2 }));
    let elsewhere = with(new_user("ann"), &json!({ "roleID": 2, "groupID": 1 }));
    let ann = id(&center.ok(MANAGER, "POST", "/user", elsewhere));
    center.refused(146, ADMIN, "DELETE", path, json!({ "migrateUserID": ann }));
    center.ok(ADMIN, "DELETE", path, json!({ "migrateUserID": 1 }));
}

#[test]
fn e24_rule_13_others_must_manage_the_objects_of_the_receivers_group() {
    let center = Center::new();
    center.ok(MANAGER, "PATCH", "/user/5", json!({ "roleID": 5 }));
    center.refused(146, LEAD, "DELETE", "/user/5", json!({ "migrateUserID": 3 }));
    center.ok(LEAD, "DELETE", "/user/5", json!({ "migrateUserID": 4 }));
}

#[test]
fn e24_on_5_only_a_security_manager_migrates() {
    let center = Center::with(&[("sc.generation", "5")]);
    center.ok(MANAGER, "PATCH", "/user/5", json!({ "roleID": 5 }));
    center.refused(146, LEAD, "DELETE", "/user/5", json!({ "migrateUserID": 4 }));
    center.ok(MANAGER, "DELETE", "/user/5", json!({ "migrateUserID": 4 }));
}

#[test]
fn e24_an_unknown_user_cannot_be_deleted() {
    let center = Center::new();
    for path in ["/user/99", "/user/nobody"] {
        let message = center.refused(147, MANAGER, "DELETE", path, None);
        assert!(message.starts_with("Unable to find existing User #") && message.contains("to delete."), "{message}");
    }
}

#[test]
fn deleting_needs_the_right_to_manage_the_user() {
    let center = Center::new();
    center.refused(146, BLAKE, "DELETE", "/user/5", None);
    center.refused(146, LEAD, "DELETE", "/user/3", None);
    center.refused(147, ADMIN, "DELETE", "/user/3?orgID=1", None);
    center.refused(146, MANAGER, "DELETE", "/user/1", None);
    let uuid = center.get(MANAGER, "/user/4")["uuid"].as_str().unwrap().to_owned();
    center.ok(MANAGER, "DELETE", &format!("/user/{uuid}"), None);
}

#[test]
fn e25_rule_14_an_administrator_with_linked_users_is_not_deleted() {
    let center = Center::new();
    center.refused(146, ADMIN, "DELETE", "/user/2", None);
    center.refused(146, MANAGER, "DELETE", "/user/8", None);
    center.ok(ADMIN, "DELETE", "/user/8?orgID=1", None);
    center.ok(ADMIN, "DELETE", "/user/2", json!({ "migrateUserID": 1 }));
    assert_eq!(each(&center.get(ADMIN, "/user"), "username"), ["admin"]);
}

#[test]
fn e25_rule_17_the_first_user_of_an_organization_is_not_deleted() {
    let center = Center::new();
    center.refused(146, ADMIN, "DELETE", "/user/1?orgID=1", None);
    center.refused(146, (1, 2), "DELETE", "/user/1", None);
}

#[test]
fn the_last_administrator_is_spared() {
    let center = Center::new();
    center.ok(ADMIN, "DELETE", "/user/8?orgID=1", None);
    center.ok(KIT, "DELETE", "/user/1", None);
    let administrator = json!({ "username": "ann", "password": PASSWORD, "roleID": 1, "locked": "true" });
    center.ok(KIT, "POST", "/user", administrator);
    center.set("sc.delete_self", "allowed");
    center.refused(146, KIT, "DELETE", "/user/2", None);
    center.ok(KIT, "PATCH", "/user/3", json!({ "locked": "false" }));
    center.ok(KIT, "DELETE", "/user/2", None);
}
