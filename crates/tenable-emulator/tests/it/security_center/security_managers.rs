//! `/organization/{orgID}/user` and `/organization/{orgID}/securityManager`.

use serde_json::{Value, json};

use super::support::{ADMIN, Center, MANAGER, PASSWORD, each, id, names, new_user, session, with};

/// The users and Security Managers of the first organization.
const PLACES: [&str; 2] = ["/organization/1/user", "/organization/1/securityManager"];

#[test]
fn e31_only_administrators_use_them() {
    let center = Center::new();
    for place in PLACES {
        for path in [place.to_owned(), format!("{place}/1")] {
            center.refused(146, MANAGER, "GET", &path, None);
        }
    }
    center.refused(146, MANAGER, "POST", PLACES[1], new_user("ann"));
    center.refused(146, MANAGER, "PATCH", "/organization/1/securityManager/2", json!({}));
    center.refused(146, MANAGER, "DELETE", "/organization/1/securityManager/2", None);
}

#[test]
fn e31_they_list_security_managers_and_the_latter_only_those_with_full_access() {
    let center = Center::new();
    let elsewhere = with(new_user("ann"), &json!({ "roleID": 2, "groupID": 1 }));
    let ann = id(&center.ok(MANAGER, "POST", "/user", elsewhere));
    let [users, managers] =
        PLACES.map(|place| each(&center.get(ADMIN, &format!("{place}?fields=username")), "username"));
    assert_eq!(users, ["north.manager", "north.deputy", "kit.linked", "ann"]);
    assert_eq!(managers, ["north.manager", "north.deputy", "kit.linked"]);
    center.get(ADMIN, &format!("/organization/1/user/{ann}"));
    center.refused(147, ADMIN, "GET", &format!("/organization/1/securityManager/{ann}"), None);
    for place in PLACES {
        center.refused(147, ADMIN, "GET", &format!("{place}/3"), None);
        center.refused(147, ADMIN, "GET", &format!("{place}/99"), None);
        center.refused(147, ADMIN, "GET", &place.replace('1', "9"), None);
    }
}

#[test]
fn the_list_of_users_looks_like_the_example() {
    let center = Center::with(&[("sc.generation", "5")]);
    let answer = center.ask(ADMIN, "GET", "/organization/1/user", None);
    let first = r#""response":[{"id":"1","username":"north.manager","firstname":"North","lastname":"Manager","canUse":true,"canManage":true},"#;
    assert!(answer.text.contains(first), "{}", answer.text);
    let names_6 = names(&Center::new().get(ADMIN, "/organization/1/user")[0]).join(" ");
    assert_eq!(names_6, "canManage canUse firstname id lastname username uuid");
}

#[test]
fn a_single_user_has_all_but_the_name_of_the_organization() {
    let center = Center::with(&[("sc.generation", "5")]);
    let user = center.get(ADMIN, "/organization/1/user/1");
    assert_eq!(
        names(&user),
        [
            "address",
            "authType",
            "canManage",
            "canUse",
            "city",
            "country",
            "createdTime",
            "email",
            "failedLogins",
            "fax",
            "fingerprint",
            "firstname",
            "group",
            "id",
            "lastLogin",
            "lastLoginIP",
            "lastname",
            "ldap",
            "ldapUsername",
            "locked",
            "managedObjectsGroups",
            "managedUsersGroups",
            "modifiedTime",
            "mustChangePassword",
            "password",
            "phone",
            "preferences",
            "responsibleAsset",
            "role",
            "state",
            "status",
            "title",
            "username",
        ]
    );
    let named = center.get(ADMIN, "/organization/1/user/1?fields=orgName,locked");
    assert_eq!(named, json!({ "id": "1", "locked": "false", "orgName": "Example North" }));
}

#[test]
fn uuids_address_organization_and_user() {
    let center = Center::new();
    let organization = center.get(ADMIN, "/organization/1")["uuid"].as_str().unwrap().to_owned();
    let user = center.get(MANAGER, "/user/2")["uuid"].as_str().unwrap().to_owned();
    for resource in ["user", "securityManager"] {
        let found = center.get(ADMIN, &format!("/organization/{organization}/{resource}/{user}"));
        assert_eq!((&found["id"], &found["username"]), (&json!("2"), &json!("north.deputy")));
        let lower = format!("/organization/{}/{resource}", organization.to_lowercase());
        assert_eq!(center.get(ADMIN, &lower).as_array().unwrap().len(), 3);
    }
    let old = Center::with(&[("sc.generation", "5")]);
    old.refused(147, ADMIN, "GET", &format!("/organization/{organization}/user"), None);
}

#[test]
fn a_security_manager_is_created_edited_and_deleted() {
    let center = Center::new();
    let place = "/organization/2/securityManager";
    let body = json!({
        "username": "ann", "password": PASSWORD, "roleID": 2, "authType": "tns", "responsibleAssetID": -1,
        "managedUsersGroups": [{ "id": -1 }]
    });
    let created = center.ok(ADMIN, "POST", place, body);
    assert_eq!((&created["id"], &created["group"]["id"]), (&json!("3"), &json!("0")));
    assert_eq!(each(&created["managedUsersGroups"], "id"), ["-1"]);
    let one = format!("{place}/3");
    assert_eq!(center.get(ADMIN, &one), created);
    session(&center.try_login("ann", PASSWORD, &Value::Null));
    assert_eq!(center.ok(ADMIN, "PATCH", &one, json!({ "title": "Head" }))["title"], "Head");
    assert_eq!(center.ok(ADMIN, "DELETE", &one, json!({ "migrateUserID": 1 })), "");
    center.refused(147, ADMIN, "GET", &one, None);
    center.refused(146, ADMIN, "DELETE", &format!("{place}/1"), None);
    center.refused(146, ADMIN, "POST", place, with(new_user("bo"), &json!({ "roleID": 3 })));
}

#[test]
fn the_list_of_security_managers_has_the_marked_fields() {
    let list = Center::new().get(ADMIN, PLACES[1]);
    assert_eq!(names(&list[0]), ["firstname", "id", "lastname", "status", "uuid"]);
}
