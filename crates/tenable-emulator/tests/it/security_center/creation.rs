//! `POST /user`.

use serde_json::{Value, json};

use super::support::{
    ADMIN, BLAKE, Center, LEAD, MANAGER, PASSWORD, SOUTH_MANAGER, each, id, new_user, session, with, without,
};

#[test]
fn e17_what_is_required_is_named_when_it_is_missing() {
    let center = Center::new();
    for field in ["username", "password", "roleID", "groupID"] {
        for body in [without(new_user("ann"), field), with(new_user("ann"), &json!({ field: null }))] {
            let message = center.refused(142, MANAGER, "POST", "/user", body);
            assert!(message.lines().nth(1).unwrap().contains(field), "{message}");
        }
    }
    for (field, value) in [
        ("username", json!("")),
        ("password", json!("ab")),
        ("roleID", json!("four")),
        ("groupID", json!(-1)),
        ("locked", json!("yes")),
        ("authType", json!("magic")),
        ("preferences", json!({})),
        ("preferences", json!([{ "value": "x" }])),
        ("managedUsersGroups", json!([1])),
        ("emailNotice", json!("both")),
        ("emailNotice", json!("always")),
        ("passwordExpiration", json!(366)),
    ] {
        let body = with(new_user("ann"), &json!({ field: value }));
        center.refused(142, MANAGER, "POST", "/user", body);
    }
    assert_eq!(center.create("ann").1, 10, "a refusal uses up no id");
}

#[test]
fn e17_the_least_that_was_recorded_is_enough() {
    let center = Center::new();
    let body = json!({
        "username": "ann", "authType": "tns", "roleID": 2, "groupID": 0, "password": PASSWORD,
        "responsibleAssetID": -1
    });
    let user = center.ok(MANAGER, "POST", "/user", body);
    assert_eq!((&user["role"]["id"], &user["group"]["id"]), (&json!("2"), &json!("0")));
    assert_eq!(user, center.get(MANAGER, &format!("/user/{}", id(&user))));
    session(&center.try_login("ann", PASSWORD, &Value::Null));
}

#[test]
fn e17_an_ldap_user_needs_a_server_of_the_organization() {
    let center = Center::new();
    let ldap = |more: Value| with(with(without(new_user("ann"), "password"), &json!({ "authType": "ldap" })), &more);
    for (more, number) in [
        (json!({}), -1),
        (json!({ "ldap": { "id": 2 } }), 2),
        (json!({ "ldap": { "id": "77" } }), 77),
        (json!({ "ldapID": 1 }), -1),
    ] {
        let message = center.refused(147, MANAGER, "POST", "/user", ldap(more));
        let lines = format!(
            "Error retrieving LDAP #{number} in Organization #1.\nLDAP #{number} does not exist or is not accessible.\n"
        );
        assert_eq!(message, lines);
    }
    let good = json!({ "ldap": { "id": "1" }, "ldapUsername": "ann@example.com", "mustChangePassword": "false" });
    let user = center.ok(MANAGER, "POST", "/user", ldap(good));
    assert_eq!((&user["ldap"]["id"], &user["ldapUsername"]), (&json!(1), &json!("ann@example.com")));
    // There is no directory here that knows a password.
    assert_eq!(center.try_login("ann", PASSWORD, &Value::Null).code(), 20);
    let saml = json!({ "authType": "saml", "username": "bo" });
    center.ok(MANAGER, "POST", "/user", with(without(new_user("bo"), "password"), &saml));
}

#[test]
fn references_must_exist() {
    let center = Center::new();
    for fields in [
        json!({ "roleID": 99 }),
        json!({ "groupID": 99 }),
        json!({ "responsibleAssetID": 99 }),
        json!({ "managedUsersGroups": [{ "id": 99 }] }),
        json!({ "managedObjectsGroups": [{ "id": -2 }] }),
    ] {
        let message = center.refused(147, MANAGER, "POST", "/user", with(new_user("ann"), &fields));
        assert!(message.contains("does not exist"), "{message}");
    }
}

#[test]
fn every_field_of_a_new_user_is_kept() {
    let center = Center::new();
    let fields = json!({
        "firstname": "Ann", "lastname": "Lee", "title": "Lead", "email": "ann@example.com", "address": "1 Main Street",
        "city": "Paris", "state": "IDF", "country": "FR", "phone": "1", "fax": "2", "fingerprint": "AB:CD",
        "mustChangePassword": "true", "locked": "true", "passwordExpires": "true", "passwordExpirationOverride": "true"
    });
    let more = json!({
        "responsibleAssetID": "0", "passwordExpiration": "30",
        "managedUsersGroups": [{ "id": -1 }], "managedObjectsGroups": [{ "id": "2" }, { "id": 0 }],
        "preferences": [{ "name": "timezone", "value": "Asia/Tokyo", "tag": "system" }, { "name": "darkMode", "value": "true" }]
    });
    let user = center.ok(MANAGER, "POST", "/user", with(with(new_user("ann"), &fields), &more));
    for (field, value) in fields.as_object().unwrap() {
        assert_eq!(&user[field], value, "{field}");
    }
    assert_eq!((&user["responsibleAsset"]["id"], &user["passwordExpiration"]), (&json!("0"), &json!("30")));
    assert_eq!(each(&user["managedUsersGroups"], "id"), ["-1"]);
    assert_eq!(each(&user["managedObjectsGroups"], "name"), ["Analysts", "Full Access"]);
    assert_eq!(user["preferences"][1], json!({ "name": "darkMode", "value": "true", "tag": "" }));
}

#[test]
fn e18_a_user_name_is_taken_once_in_an_organization() {
    let center = Center::new();
    let message = center.refused(142, MANAGER, "POST", "/user", new_user("blake.viewer"));
    assert!(message.contains("blake.viewer"), "{message}");
    center.ok(MANAGER, "POST", "/user", new_user("Blake.Viewer"));
    let south = with(new_user("blake.viewer"), &json!({ "groupID": 0 }));
    center.ok(SOUTH_MANAGER, "POST", "/user", south);
}

#[test]
fn e19_rule_4_an_administrator_creates_administrators_and_security_managers() {
    let center = Center::new();
    let administrator = json!({ "username": "ann", "password": PASSWORD, "roleID": 1 });
    let user = center.ok(ADMIN, "POST", "/user", administrator);
    assert_eq!((&user["role"]["id"], user.get("group")), (&json!("1"), None));
    assert_eq!(each(&center.get(ADMIN, "/user"), "username"), ["admin", "kit.admin", "ann"]);
    let manager = json!({ "username": "bo", "password": PASSWORD, "roleID": "2", "groupID": "0", "orgID": "2" });
    let user = center.ok(ADMIN, "POST", "/user", manager.clone());
    assert_eq!((&user["id"], &user["role"]["id"]), (&json!("3"), &json!("2")));
    assert_eq!(center.get(SOUTH_MANAGER, "/user/3")["username"], "bo");
    for role in [0, 1, 3, 1_000_001] {
        center.refused(
            146,
            ADMIN,
            "POST",
            "/user",
            with(manager.clone(), &json!({ "roleID": role, "username": "cy" })),
        );
    }
    for role in [2, 3] {
        center.refused(146, ADMIN, "POST", "/user", json!({ "username": "cy", "password": PASSWORD, "roleID": role }));
    }
}

#[test]
fn e19_rule_5_others_create_in_groups_they_manage_and_at_their_own_level() {
    let center = Center::new();
    let fields = |role: u64, group: u64| with(new_user("ann"), &json!({ "roleID": role, "groupID": group }));
    center.refused(146, BLAKE, "POST", "/user", fields(5, 2));
    center.refused(146, MANAGER, "POST", "/user", fields(1, 0));
    // The lead manages group 2 and has neither an auditor's nor an analyst's rights.
    center.refused(146, LEAD, "POST", "/user", fields(5, 1));
    for role in [2, 3, 7] {
        center.refused(146, LEAD, "POST", "/user", fields(role, 2));
    }
    let user = center.ok(LEAD, "POST", "/user", fields(5, 2));
    assert_eq!(user["group"]["name"], "Analysts");
}

#[test]
fn a_notice_by_mail_says_what_was_asked_for() {
    let center = Center::new();
    for (notice, id, password) in [("both", true, true), ("id", true, false), ("password", false, true)] {
        let fields = json!({ "email": "ann@example.com", "emailNotice": notice });
        center.ok(MANAGER, "POST", "/user", with(new_user(notice), &fields));
        let mail = center.core.mail().pop().unwrap();
        assert_eq!(mail.to, "ann@example.com");
        let says = (mail.text.contains(&format!("User name: {notice}")), mail.text.contains(PASSWORD));
        assert_eq!(says, (id, password), "{notice}");
    }
    center.ok(MANAGER, "POST", "/user", with(new_user("none"), &json!({ "emailNotice": "none" })));
    assert_eq!(center.core.mail().len(), 3);
}

/// Names of the group's shared dashboards.
fn dashboards(center: &Center, group: u64) -> Vec<String> {
    each(&center.get(MANAGER, &format!("/group/{group}"))["dashboardTabs"], "name")
}

#[test]
fn rule_20_a_groups_sample_content_appears_with_its_first_new_user() {
    let center = Center::new();
    let group = json!({ "name": "Night shift", "createDefaultObjects": "true" });
    let group = id(&center.ok(MANAGER, "POST", "/group", group));
    let fields = json!({ "groupID": group });
    center.ok(MANAGER, "PATCH", "/user/4", fields.clone());
    assert!(dashboards(&center, group).is_empty(), "an old user does not count");
    for username in ["ann", "bo"] {
        center.ok(MANAGER, "POST", "/user", with(new_user(username), &fields));
        assert_eq!(dashboards(&center, group), ["Sample dashboard"], "once");
    }
}

#[test]
fn rule_15_an_administrator_has_one_linked_user_in_an_organization_at_most() {
    let center = Center::new();
    let linked = |organization: u64, parent: Value| {
        json!({
            "username": "second.self", "authType": "linked", "roleID": 2, "groupID": 0, "orgID": organization,
            "parent": parent
        })
    };
    center.refused(142, ADMIN, "POST", "/user", linked(1, json!({ "id": "2" })));
    center.refused(142, ADMIN, "POST", "/user", linked(2, json!({ "id": 9 })));
    let user = center.ok(ADMIN, "POST", "/user", linked(2, json!({ "id": "2" })));
    assert_eq!((&user["authType"], &user["parent"]["username"]), (&json!("linked"), &json!("kit.admin")));
    assert_eq!(each(&center.get(ADMIN, "/user/2")["linkedUsers"], "username"), ["kit.linked", "second.self"]);
    center.refused(142, ADMIN, "POST", "/user", linked(2, json!(2)));
    // Without a parent, it is the caller's own.
    let own = without(linked(1, Value::Null), "parent");
    assert_eq!(center.ok(ADMIN, "POST", "/user", own)["parent"]["username"], "admin");
    // Only administrators create them, and not among themselves.
    let fields = json!({ "authType": "linked", "roleID": 2, "groupID": 0 });
    center.refused(146, MANAGER, "POST", "/user", with(new_user("ann"), &fields));
    center.refused(146, ADMIN, "POST", "/user", json!({ "username": "ann", "authType": "linked", "roleID": 1 }));
}

/// Whether dashboard 2, the first that is not in the seed data, is there to be shared.
fn has_sample_dashboard(center: &Center) -> bool {
    center.ask(MANAGER, "PATCH", "/group/1", json!({ "dashboardTabs": [{ "id": 2 }] })).status == 200
}

#[test]
fn sample_content_for_a_user_is_asked_for_and_before_6_declined() {
    for (generation, fields, made) in [
        ("6", json!({}), false),
        ("6", json!({ "createDefaultObjects": "true" }), true),
        ("6", json!({ "importDashboards": "true" }), false),
        ("5", json!({}), true),
        ("5", json!({ "importDashboards": "false" }), false),
        ("5", json!({ "createDefaultObjects": "false" }), true),
    ] {
        let center = Center::with(&[("sc.generation", generation)]);
        center.ok(MANAGER, "POST", "/user", with(new_user("ann"), &fields));
        assert_eq!(has_sample_dashboard(&center), made, "{generation} {fields}");
    }
}

#[test]
fn versions_before_6_know_no_expiry() {
    let center = Center::with(&[("sc.generation", "5")]);
    let user = center.ok(MANAGER, "POST", "/user", with(new_user("ann"), &json!({ "passwordExpiration": 999 })));
    assert_eq!(user.get("passwordExpiration"), None);
    center.refused(142, MANAGER, "POST", "/user", with(new_user("bo"), &json!({ "importReports": "maybe" })));
}
