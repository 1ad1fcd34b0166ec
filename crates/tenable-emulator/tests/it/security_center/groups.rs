//! `/group`.

use serde_json::{Value, json};

use super::support::{ADMIN, AVERY, Center, LEAD, MANAGER, SOUTH_MANAGER, each, id, names, new_user, with};

const MINIMAL: [&str; 3] = ["description", "id", "name"];
const SHAREABLE: [&str; 7] = ["arcs", "assets", "auditFiles", "credentials", "dashboardTabs", "policies", "queries"];
/// Reads results and logs, in group 2.
const CASEY: (u64, u64) = (1, 5);

/// Which of the three kinds of fields a caller sees of a group.
fn kinds(center: &Center, who: (u64, u64), group: u64) -> (bool, bool) {
    let seen = center.get(who, &format!("/group/{group}"));
    let has = |name: &str| seen.get(name).is_some();
    let (additional, shareable) = (has("userCount"), has("assets"));
    for name in ["createdTime", "lces", "repositories", "definingAssets", "users", "createDefaultObjects"] {
        assert_eq!(has(name), additional, "{name}");
    }
    for name in SHAREABLE {
        assert_eq!(has(name), shareable, "{name}");
    }
    (additional, shareable)
}

#[test]
fn e30_fields_depend_on_two_permissions_the_own_group_and_managed_groups() {
    let center = Center::new();
    assert_eq!(kinds(&center, MANAGER, 1), (true, true), "Manage Groups and Share Objects");
    let manage = json!({ "name": "Manages", "permManageGroups": "true" });
    let manage = id(&center.ok(MANAGER, "POST", "/role", manage));
    center.ok(MANAGER, "PATCH", "/user/5", json!({ "roleID": manage }));
    assert_eq!(kinds(&center, CASEY, 1), (true, false), "Manage Groups");
    assert_eq!(kinds(&center, AVERY, 2), (true, true), "Share Objects");
    center.ok(MANAGER, "PATCH", "/user/5", json!({ "roleID": 5 }));
    assert_eq!(kinds(&center, CASEY, 1), (false, false), "neither");
    assert_eq!(names(&center.get(CASEY, "/group/1")), MINIMAL);
    assert_eq!(kinds(&center, CASEY, 2), (true, false), "the own group");
    center.ok(MANAGER, "PATCH", "/user/5", json!({ "managedObjectsGroups": [{ "id": 1 }] }));
    assert_eq!(kinds(&center, CASEY, 1), (true, false), "a group whose objects the caller manages");
    assert_eq!(kinds(&center, CASEY, 0), (false, false));
    let old = Center::with(&[("sc.generation", "5")]).get(CASEY, "/group/1");
    assert_eq!(
        (&old["userCount"], &old["assets"][0]["name"]),
        (&json!(3), &json!("Web servers")),
        "older versions show all"
    );
    assert_eq!(old.get("createDefaultObjects"), None);
}

#[test]
fn e30_shared_objects_show_where_the_caller_manages_objects() {
    let center = Center::new();
    let tabs = |who| each(&center.get(who, "/group/2")["dashboardTabs"], "name");
    assert_eq!(tabs(MANAGER), ["Overview"]);
    assert_eq!(tabs(LEAD), ["Overview"]);
    assert!(tabs(AVERY).is_empty());
    center.ok(MANAGER, "PATCH", "/user/3", json!({ "managedObjectsGroups": [{ "id": 1 }] }));
    assert!(tabs(AVERY).is_empty(), "shared with another group only");
    center.ok(MANAGER, "PATCH", "/group/1", json!({ "dashboardTabs": [{ "id": 1 }] }));
    assert_eq!(tabs(AVERY), ["Overview"]);
}

#[test]
fn e30_the_list_has_the_minimal_fields_unless_others_are_named() {
    let center = Center::new();
    let groups = center.get(MANAGER, "/group");
    assert_eq!(each(&groups, "name"), ["Full Access", "Operations", "Analysts"]);
    assert_eq!(names(&groups[0]), MINIMAL);
    let named = center.get(MANAGER, "/group?fields=name,userCount");
    assert_eq!(named[0], json!({ "id": "0", "name": "Full Access", "userCount": 3 }));
    let by_blake = center.get(CASEY, "/group?fields=userCount");
    assert_eq!(by_blake[2], json!({ "id": "2", "userCount": 3 }));
    assert_eq!(by_blake[1], json!({ "id": "1" }));
    assert_eq!(center.get(SOUTH_MANAGER, "/group").as_array().unwrap().len(), 1);
    center.refused(147, SOUTH_MANAGER, "GET", "/group/1", None);
}

#[test]
fn e30_membership_is_written_at_the_user() {
    let center = Center::new();
    let members = |group: u64| {
        let group = center.get(MANAGER, &format!("/group/{group}"));
        assert_eq!(group["userCount"], group["users"].as_array().unwrap().len());
        each(&group["users"], "username")
    };
    assert_eq!(members(2), ["blake.viewer", "casey.auditor", "frankie.directory"]);
    center.ok(MANAGER, "PATCH", "/group/2", json!({ "users": [] }));
    assert_eq!(members(2).len(), 3);
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "groupID": 1 }));
    assert_eq!((members(2).len(), members(1).contains(&"blake.viewer".to_owned())), (2, true));
    assert_eq!(
        names(&center.get(MANAGER, "/group/1")["users"][0]),
        ["firstname", "id", "lastname", "username", "uuid"]
    );
}

#[test]
fn a_group_is_created_edited_and_deleted() {
    let center = Center::new();
    let created = center.ok(MANAGER, "POST", "/group", json!({ "name": "Night shift" }));
    assert_eq!(id(&created), 3);
    assert_eq!((&created["description"], &created["userCount"]), (&json!(""), &json!(0)));
    assert_eq!(created["createDefaultObjects"], "false");
    for list in SHAREABLE.iter().chain(&["lces", "repositories", "definingAssets", "users"]) {
        assert_eq!(created[*list], json!([]), "{list}");
    }
    center.pass(60);
    let lists = json!({
        "description": "By night", "repositories": [{ "id": 1 }], "lces": [{ "id": "1" }],
        "definingAssets": [{ "id": "0" }, { "id": 2 }], "policies": [{ "id": 1 }], "auditFiles": [{ "id": 1 }]
    });
    let edited = center.ok(MANAGER, "PATCH", "/group/3", lists);
    assert_eq!((&edited["name"], &edited["modifiedTime"]), (&json!("Night shift"), &json!("1767225660")));
    assert_eq!(each(&edited["definingAssets"], "id"), ["0", "2"]);
    assert_eq!(edited["repositories"][0]["name"], "Local repository");
    let replaced = center.ok(MANAGER, "PATCH", "/group/3", json!({ "definingAssets": [] }));
    assert_eq!((&replaced["definingAssets"], each(&replaced["lces"], "id").len()), (&json!([]), 1));
    assert_eq!(replaced, center.get(MANAGER, "/group/3"));
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "managedUsersGroups": [{ "id": 3 }, { "id": 1 }] }));
    assert_eq!(center.ok(MANAGER, "DELETE", "/group/3", None), "");
    center.refused(147, MANAGER, "GET", "/group/3", None);
    assert_eq!(each(&center.get(MANAGER, "/user/4")["managedUsersGroups"], "id"), ["1"], "gone from there too");
    assert_eq!(id(&center.ok(MANAGER, "POST", "/group", json!({ "name": "A" }))), 4, "ids are not used twice");
}

#[test]
fn e30_watch_lists_and_combinations_define_no_group() {
    let center = Center::new();
    for (asset, code) in [(3, 142), (4, 142), (99, 147)] {
        center.refused(code, MANAGER, "PATCH", "/group/1", json!({ "definingAssets": [{ "id": asset }] }));
    }
    // They may be shared.
    center.ok(MANAGER, "PATCH", "/group/1", json!({ "assets": [{ "id": 3 }, { "id": 4 }] }));
    // A repository of the instance must be one of the organization.
    center.refused(147, MANAGER, "PATCH", "/group/1", json!({ "repositories": [{ "id": 2 }] }));
    center.ok(SOUTH_MANAGER, "PATCH", "/group/0", json!({ "repositories": [{ "id": 2 }] }));
}

#[test]
fn e30_full_access_and_groups_with_users_stay() {
    let center = Center::new();
    center.refused(146, MANAGER, "DELETE", "/group/0", None);
    center.refused(146, MANAGER, "DELETE", "/group/1", None);
    center.refused(147, MANAGER, "DELETE", "/group/9", None);
}

#[test]
fn changes_need_the_permission_to_manage_groups() {
    let center = Center::new();
    for (method, path, body) in [
        ("POST", "/group", json!({ "name": "A" })),
        ("PATCH", "/group/1", json!({ "name": "A" })),
        ("DELETE", "/group/1", Value::Null),
    ] {
        center.refused(146, AVERY, method, path, Some(body).filter(|body| !body.is_null()));
    }
    center.ok(LEAD, "PATCH", "/group/1", json!({ "name": "A", "policies": [{ "id": 1 }] }));
}

#[test]
fn bodies_of_groups_are_checked() {
    let center = Center::new();
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "Operations" }),
        json!({ "name": "A", "assets": [1] }),
        json!({ "name": "A", "assets": { "id": 1 } }),
        json!({ "name": "A", "createDefaultObjects": "maybe" }),
    ] {
        center.refused(142, MANAGER, "POST", "/group", body);
    }
    center.ok(MANAGER, "PATCH", "/group/1", json!({ "name": "Operations" }));
}

#[test]
fn an_administrator_has_no_groups() {
    let center = Center::new();
    for (method, path, body) in [
        ("GET", "/group", Value::Null),
        ("GET", "/group/0", Value::Null),
        ("POST", "/group", json!({ "name": "A" })),
        ("PATCH", "/group/1", json!({})),
        ("DELETE", "/group/1", Value::Null),
    ] {
        center.refused(15, ADMIN, method, path, Some(body).filter(|body| !body.is_null()));
    }
}

#[test]
fn users_of_a_new_group_can_be_managed_by_it() {
    let center = Center::new();
    let group = id(&center.ok(LEAD, "POST", "/group", json!({ "name": "Night shift" })));
    center.refused(146, LEAD, "POST", "/user", with(new_user("ann"), &json!({ "groupID": group, "roleID": 5 })));
    center.ok(MANAGER, "PATCH", "/user/6", json!({ "managedUsersGroups": [{ "id": group }] }));
    center.ok(LEAD, "POST", "/user", with(new_user("ann"), &json!({ "groupID": group, "roleID": 5 })));
}
