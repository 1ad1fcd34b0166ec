//! `/role`.

use serde_json::{Value, json};

use super::support::{ADMIN, BLAKE, Center, DEPUTY, LEAD, MANAGER, each, id, names};

#[test]
fn e27_changes_answer_with_the_creators_id_and_reads_with_the_creator() {
    let center = Center::new();
    let body =
        json!({ "name": "Night shift", "permCreateTickets": "true", "permManageGroups": true, "permScan": "policy" });
    let created = center.ok(MANAGER, "POST", "/role", body);
    assert_eq!((&created["id"], &created["creatorID"]), (&json!("1000002"), &json!("1")));
    assert_eq!((&created["permCreateTickets"], &created["permManageGroups"]), (&json!("true"), &json!("true")));
    assert_eq!((&created["permManageRoles"], &created["permScan"]), (&json!("false"), &json!("policy")));
    assert_eq!((created.get("creator"), created.get("organizationCounts")), (None, None));
    let read = center.get(MANAGER, "/role/1000002");
    assert_eq!(read.get("creatorID"), None);
    assert_eq!(read["creator"]["username"], "north.manager");
    assert_eq!(read["organizationCounts"], json!([]));
    center.pass(60);
    let edited = center.ok(MANAGER, "PATCH", "/role/1000002", json!({ "name": "Day shift" }));
    assert_eq!((&edited["name"], &edited["permScan"]), (&json!("Day shift"), &json!("policy")));
    assert_eq!((&edited["createdTime"], &edited["modifiedTime"]), (&json!("1767225600"), &json!("1767225660")));
    assert_eq!((edited.get("creator"), &edited["creatorID"]), (None, &json!("1")));
    assert_eq!(center.ok(MANAGER, "DELETE", "/role/1000002", None), "");
    center.refused(147, MANAGER, "GET", "/role/1000002", None);
    assert_eq!(id(&center.ok(ADMIN, "POST", "/role", json!({ "name": "A" }))), 1_000_003);
}

#[test]
fn e27_counts_are_texts_by_organization() {
    let center = Center::new();
    let role = center.get(ADMIN, "/role/3");
    let both = json!([{ "id": "1", "userCount": "2" }, { "id": "2", "userCount": "1" }]);
    assert_eq!(role["organizationCounts"], both);
    assert_eq!((&role["createdTime"], &role["modifiedTime"]), (&json!("0"), &json!("0")));
    assert_eq!(center.get(MANAGER, "/role/3")["organizationCounts"], json!([{ "id": "1", "userCount": "2" }]));
}

#[test]
fn e28_three_system_roles_are_fixed_and_the_others_are_not() {
    let center = Center::new();
    for role in [0, 1, 2] {
        center.refused(146, ADMIN, "PATCH", &format!("/role/{role}"), json!({ "name": "x" }));
        center.refused(146, ADMIN, "DELETE", &format!("/role/{role}"), None);
    }
    assert_eq!(center.ok(ADMIN, "PATCH", "/role/5", json!({ "description": "Looks on" }))["description"], "Looks on");
}

#[test]
fn e28_users_of_a_deleted_role_fall_to_role_0() {
    let center = Center::new();
    center.ok(ADMIN, "DELETE", "/role/3", None);
    for user in [3, 9] {
        assert_eq!(center.get(MANAGER, &format!("/user/{user}"))["role"]["name"], "No Role");
    }
    assert_eq!(center.get(MANAGER, "/user/4")["role"]["id"], "4");
}

#[test]
fn e29_organization_users_never_see_the_administrator_role() {
    let center = Center::new();
    assert!(each(&center.get(ADMIN, "/role"), "id").contains(&"1".to_owned()));
    for who in [MANAGER, BLAKE] {
        let ids = each(&center.get(who, "/role"), "id");
        assert!(!ids.contains(&"1".to_owned()) && ids.contains(&"1000001".to_owned()), "{ids:?}");
        center.refused(147, who, "GET", "/role/1", None);
    }
    let made = id(&center.ok(ADMIN, "POST", "/role", json!({ "name": "By an administrator" })));
    center.get(BLAKE, &format!("/role/{made}"));
}

#[test]
fn e29_unmarked_fields_need_the_permission_or_the_own_role() {
    let center = Center::new();
    let minimal = ["description", "id", "name"];
    assert_eq!(names(&center.get(BLAKE, "/role/3")), minimal);
    assert_eq!(center.get(BLAKE, "/role/4")["permCreateTickets"], "true", "the own role");
    for who in [ADMIN, MANAGER, LEAD] {
        assert_eq!(center.get(who, "/role/3")["permScan"], "full");
    }
    assert_eq!(names(&center.get(MANAGER, "/role")[0]), minimal);
    assert_eq!(names(&center.get(MANAGER, "/role?fields=permScan")[0]), ["id", "permScan"]);
    let seen = center.get(BLAKE, "/role?fields=name,permScan");
    let with_scan = seen.as_array().unwrap().iter().filter(|role| role.get("permScan").is_some());
    assert_eq!(with_scan.map(id).collect::<Vec<_>>(), [4]);
    let old = Center::with(&[("sc.generation", "5")]);
    assert_eq!(old.get(BLAKE, "/role")[2]["permScan"], "full", "older versions show all");
}

#[test]
fn a_role_grants_no_more_than_its_author_holds() {
    let center = Center::new();
    for body in [json!({ "name": "A", "permPurgeTickets": "true" }), json!({ "name": "A", "permScan": "full" })] {
        center.refused(146, LEAD, "POST", "/role", body);
    }
    let body = json!({ "name": "A", "permCreateTickets": "true", "permScan": "policy" });
    let role = id(&center.ok(LEAD, "POST", "/role", body));
    center.refused(146, LEAD, "PATCH", &format!("/role/{role}"), json!({ "permScan": "full" }));
    center.refused(146, LEAD, "PATCH", "/role/3", json!({ "name": "x" }));
    center.refused(146, LEAD, "DELETE", "/role/3", None);
    center.refused(142, MANAGER, "POST", "/role", json!({ "name": "A2", "permManageApp": "true" }));
    center.ok(ADMIN, "POST", "/role", json!({ "name": "A2", "permPurgeTickets": "true", "permManageApp": "false" }));
    center.refused(146, BLAKE, "POST", "/role", json!({ "name": "A3" }));
    center.refused(146, BLAKE, "PATCH", "/role/5", json!({ "name": "A3" }));
    center.refused(146, BLAKE, "DELETE", "/role/5", None);
}

#[test]
fn the_scan_permission_has_three_values() {
    let center = Center::new();
    for value in ["none", "policy", "full"] {
        assert_eq!(center.ok(DEPUTY, "PATCH", "/role/4", json!({ "permScan": value }))["permScan"], value);
    }
    for value in [json!(true), json!("true"), json!("some"), json!([])] {
        center.refused(142, DEPUTY, "PATCH", "/role/4", json!({ "permScan": value }));
    }
}

#[test]
fn bodies_of_roles_are_checked() {
    let center = Center::new();
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "Auditor" }),
        json!({ "name": "A", "permManageGroups": "yes" }),
        json!({ "name": ["A"] }),
    ] {
        center.refused(142, ADMIN, "POST", "/role", body);
    }
    center.refused(147, ADMIN, "PATCH", "/role/77", json!({}));
    center.refused(147, ADMIN, "GET", "/role/seven", None);
    center.refused(142, ADMIN, "PATCH", "/role/7", json!({ "name": "Executive" }));
    center.ok(ADMIN, "PATCH", "/role/7", json!({ "name": "Auditor" }));
}

#[test]
fn later_permissions_exist_in_later_versions_only() {
    let has = |generation: &str| {
        let role = Center::with(&[("sc.generation", generation)]).get(MANAGER, "/role/2");
        ["permAgentsSync", "permManageACR"].map(|flag| role.get(flag).is_some())
    };
    assert_eq!(has("5"), [false, false]);
    assert_eq!(has("5.20"), [true, false]);
    assert_eq!(has("6"), [true, true]);
    let old = Center::with(&[("sc.generation", "5")]);
    old.ok(MANAGER, "POST", "/role", json!({ "name": "A", "permManageACR": "whatever" }));
    assert_eq!(old.get(MANAGER, "/role/2")["permManageApp"], Value::from("false"));
}
