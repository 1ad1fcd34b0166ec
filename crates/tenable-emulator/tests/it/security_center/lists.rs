//! Lists and single users: who sees whom, and which fields.

use serde_json::{Value, json};

use super::support::{
    ADMIN, AVERY, BLAKE, Center, FRANKIE, KIT, LEAD, LINKED, MANAGER, SOUTH_MANAGER, each, names, new_user, with,
};

/// What everyone sees of everyone.
const MARKED: [&str; 7] = ["email", "firstname", "id", "lastname", "status", "username", "uuid"];

#[test]
fn e9_ids_count_per_organization_and_uuids_are_worldwide() {
    let center = Center::new();
    for who in [ADMIN, MANAGER, SOUTH_MANAGER] {
        assert_eq!(center.get(who, "/currentUser")["id"], "1");
    }
    let uuids: Vec<_> = [ADMIN, MANAGER, SOUTH_MANAGER].map(|who| center.get(who, "/user/1")["uuid"].clone()).into();
    for uuid in &uuids {
        let uuid = uuid.as_str().unwrap();
        assert!(uuid.len() == 36 && uuid == uuid.to_uppercase(), "{uuid}");
        let parts: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
    }
    assert!(uuids[0] != uuids[1] && uuids[1] != uuids[2]);
    // By uuid in either case, and only in the own organization.
    let uuid = uuids[1].as_str().unwrap();
    assert_eq!(center.get(MANAGER, &format!("/user/{}", uuid.to_lowercase()))["username"], "north.manager");
    center.refused(147, SOUTH_MANAGER, "GET", &format!("/user/{uuid}"), None);
    // Ids are never used twice.
    let first = center.create("ann");
    center.ok(MANAGER, "DELETE", &format!("/user/{}", first.1), None);
    assert_eq!(center.create("ann").1, first.1 + 1);
}

#[test]
fn e10_roles_0_to_7_and_the_full_access_group_are_there() {
    let center = Center::new();
    let roles = center.get(ADMIN, "/role");
    assert_eq!(each(&roles, "id"), ["0", "1", "2", "3", "4", "5", "6", "7", "1000001"]);
    assert_eq!((&roles[1]["name"], &roles[2]["name"]), (&json!("Administrator"), &json!("Security Manager")));
    for manager in [MANAGER, SOUTH_MANAGER] {
        assert_eq!(center.get(manager, "/group")[0]["name"], "Full Access");
        assert_eq!(center.get(manager, "/user/1?fields=role")["role"]["id"], "2");
    }
}

#[test]
fn e11_rule_1_an_administrator_lists_administrators_or_an_organization() {
    let center = Center::new();
    assert_eq!(each(&center.get(ADMIN, "/user"), "username"), ["admin", "kit.admin"]);
    assert_eq!(each(&center.get(ADMIN, "/user?orgID=2"), "username"), ["south.manager", "gray.analyst"]);
    assert_eq!(center.get(ADMIN, "/user?orgID=1").as_array().unwrap().len(), 9);
    let message = center.refused(147, ADMIN, "GET", "/user?orgID=9", None);
    assert!(message.contains("Organization #9 does not exist."), "{message}");
    center.refused(142, ADMIN, "GET", "/user?orgID=north", None);
}

#[test]
fn e11_rule_2_in_2016_the_organization_meant_its_security_managers_and_all_fields() {
    let center = Center::with(&[("sc.generation", "5")]);
    let managers = center.get(ADMIN, "/user?orgID=1");
    assert_eq!(each(&managers, "username"), ["north.manager", "north.deputy", "kit.linked"]);
    let fields = center.get(ADMIN, "/user?orgID=1&fields=username,authType");
    assert_eq!(names(&fields[0]), ["authType", "id", "username"]);
    let common = [
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
        "id",
        "lastLogin",
        "lastLoginIP",
        "lastname",
        "locked",
        "modifiedTime",
        "mustChangePassword",
        "password",
        "phone",
        "role",
        "state",
        "status",
        "title",
        "username",
    ];
    // The two examples of that year.
    assert_eq!(names(&center.get(ADMIN, "/user")[0]), common);
    let mut of_organization = common.to_vec();
    of_organization.extend(["group", "managedObjectsGroups", "managedUsersGroups", "responsibleAsset"]);
    of_organization.sort_unstable();
    assert_eq!(names(&center.get(MANAGER, "/user")[0]), of_organization);
}

#[test]
fn e11_in_2016_an_administrator_looks_like_the_example() {
    let center = Center::with(&[("sc.generation", "5")]);
    let answer = center.ask(ADMIN, "GET", "/user", None);
    let first = r#"{"type":"regular","response":[{"id":"1","status":"0","username":"admin","firstname":"Admin","lastname":"User","title":"Application Administrator","email":"admin@example.com","address":"","city":"","state":"","country":"","phone":"","fax":"","createdTime":"1767225600","modifiedTime":"1767225600","lastLogin":"0","lastLoginIP":"","mustChangePassword":"false","locked":"false","failedLogins":"0","authType":"tns","fingerprint":null,"password":"SET","canUse":true,"canManage":true,"role":{"id":"1","name":"Administrator","description":"Administers the application"}},"#;
    assert!(answer.text.starts_with(first), "{}", answer.text);
}

#[test]
fn e11_rule_3_organization_users_list_their_own_organization() {
    let center = Center::new();
    assert_eq!(each(&center.get(SOUTH_MANAGER, "/user"), "username"), ["south.manager", "gray.analyst"]);
    assert_eq!(center.get(BLAKE, "/user").as_array().unwrap().len(), 9);
    // An orgID is for administrators, and does not lead elsewhere.
    assert_eq!(center.get(BLAKE, "/user?orgID=2").as_array().unwrap().len(), 9);
}

#[test]
fn e11_the_list_has_the_marked_fields_unless_others_are_named() {
    let center = Center::new();
    for who in [ADMIN, MANAGER, LEAD, BLAKE] {
        for user in center.get(who, "/user").as_array().unwrap() {
            assert_eq!(names(user), MARKED);
        }
    }
}

#[test]
fn e12_with_an_organization_the_fields_are_fixed() {
    let center = Center::new();
    let users = center.get(ADMIN, "/user?orgID=1&fields=phone");
    let mut fixed = MARKED.to_vec();
    fixed.extend(["authType", "group", "lastLogin", "locked", "role"]);
    fixed.sort_unstable();
    assert_eq!(names(&users[3]), fixed);
    assert_eq!(users[3]["group"], json!({ "id": "2", "name": "Analysts", "description": "Read the results" }));
}

#[test]
fn e13_named_fields_come_with_the_ids_and_unknown_ones_are_passed_over() {
    let center = Center::new();
    for path in [
        "/user?fields=username,locked,groupID,name",
        "/user?fields=username%2Clocked",
        "/user?fields=locked,%20username",
    ] {
        assert_eq!(names(&center.get(MANAGER, path)[0]), ["id", "locked", "username", "uuid"], "{path}");
    }
    assert_eq!(names(&center.get(MANAGER, "/user/3?fields=role")), ["id", "role", "uuid"]);
}

#[test]
fn e14_rule_6_unmarked_fields_need_rights() {
    let center = Center::new();
    let roles = |who| {
        let users = center.get(who, "/user?fields=username,role");
        let seen = users.as_array().unwrap().iter().filter(|user| user.get("role").is_some());
        seen.map(|user| user["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(roles(ADMIN).len(), 2);
    assert_eq!(roles(MANAGER).len(), 9);
    // Whoever manages the users of group 2 sees theirs, and the own ones.
    assert_eq!(roles(LEAD), ["4", "5", "6", "9"]);
    assert_eq!(roles(BLAKE), ["4"]);
    // The same on single users.
    assert_eq!(names(&center.get(BLAKE, "/user/5")), MARKED);
    assert_eq!(names(&center.get(LEAD, "/user/3")), MARKED);
    assert!(names(&center.get(LEAD, "/user/5")).len() > 30);
    let own = center.get(BLAKE, "/user/4");
    assert_eq!(names(&own), names(&center.get(MANAGER, "/user/4")), "the own record is complete");
    // Versions before 6 do not restrict them.
    let old = Center::with(&[("sc.generation", "5")]);
    assert_eq!(old.get(BLAKE, "/user/5")["role"]["id"], "7");
}

#[test]
fn e15_rule_7_the_parent_is_for_administrators_who_view_organization_users() {
    let center = Center::new();
    let linked = center.get(ADMIN, "/user/8?orgID=1");
    assert_eq!((&linked["parent"]["id"], &linked["parent"]["username"]), (&json!("2"), &json!("kit.admin")));
    assert_eq!(center.get(ADMIN, "/user/1?orgID=1")["parent"]["id"], -1);
    assert_eq!(center.get(ADMIN, "/user/2").get("parent"), None);
    assert_eq!(center.get(MANAGER, "/user/8").get("parent"), None);
    assert_eq!(center.get(MANAGER, "/user/8?fields=parent").get("parent"), None);
    let references = center.get(ADMIN, "/user/2?fields=linkedUsers")["linkedUsers"].clone();
    assert_eq!((&references[0]["username"], &references[0]["organization"]["id"]), (&json!("kit.linked"), &json!("1")));
}

#[test]
fn e16_pages_have_counters_and_results() {
    let center = Center::new();
    let page = center.get(MANAGER, "/user?paginated=true&startOffset=2&endOffset=5&fields=username");
    assert_eq!(names(&page), ["endOffset", "results", "returnedRecords", "startOffset", "totalRecords"]);
    let counters =
        ["totalRecords", "returnedRecords", "startOffset", "endOffset"].map(|name| page[name].as_u64().unwrap());
    assert_eq!(counters, [9, 3, 2, 5]);
    assert_eq!(each(&page["results"], "id"), ["3", "4", "5"]);
    let last = center.get(MANAGER, "/user?paginated=true&startOffset=8&endOffset=12");
    assert_eq!((&last["returnedRecords"], &last["endOffset"]), (&json!(1), &json!(9)));
    let beyond = center.get(MANAGER, "/user?paginated=true&startOffset=20&endOffset=30");
    assert_eq!((&beyond["returnedRecords"], &beyond["results"]), (&json!(0), &json!([])));
    let limited = center.get(MANAGER, "/user?paginated=true&startOffset=1&limit=2");
    assert_eq!(each(&limited["results"], "id"), ["2", "3"]);
    assert_eq!(center.get(MANAGER, "/user?paginated=true")["returnedRecords"], 9);
    assert!(center.get(MANAGER, "/user?paginated=false&startOffset=2&endOffset=5").is_array());
    center.refused(142, MANAGER, "GET", "/user?paginated=true&startOffset=5&endOffset=2", None);
}

#[test]
fn e16_lists_are_sorted_by_a_field_in_either_direction() {
    let center = Center::new();
    let ids = |query: &str| each(&center.get(MANAGER, &format!("/user?{query}")), "id");
    assert_eq!(ids("sortField=username")[..3], ["3", "4", "5"]);
    assert_eq!(ids("sortField=username&sortDirection=ASC")[..2], ["3", "4"]);
    assert_eq!(ids("sortField=id&sortDirection=desc")[..3], ["9", "8", "7"]);
    assert_eq!(ids("fields=role&sortField=role")[0], "5", "an object goes by its name");
    let page = center.get(MANAGER, "/user?paginated=true&startOffset=0&endOffset=1&sortField=id&sortDirection=DESC");
    assert_eq!(page["results"][0]["id"], "9");
}

#[test]
fn e20_types_are_those_of_the_recordings() {
    let center = Center::new();
    let user = center.ok(MANAGER, "POST", "/user", with(new_user("ann"), &json!({ "roleID": 2, "groupID": 0 })));
    for (field, value) in [
        ("id", json!("10")),
        ("status", json!("0")),
        ("createdTime", json!("1767225600")),
        ("lastLogin", json!("0")),
        ("lastLoginIP", json!("")),
        ("mustChangePassword", json!("false")),
        ("locked", json!("false")),
        ("failedLogins", json!("0")),
        ("fingerprint", Value::Null),
        ("password", json!("SET")),
        ("ldapUsername", json!("")),
        ("managedUsersGroups", json!([])),
        ("canUse", json!(true)),
        ("canManage", json!(true)),
        ("passwordExpires", json!("false")),
        ("passwordExpiration", Value::Null),
        ("passwordSetDate", json!("1767225600")),
        ("responsibleAsset", json!({ "id": -1, "uuid": null, "name": "", "description": "" })),
        ("group", json!({ "id": "0", "name": "Full Access", "description": "Full Access group" })),
        ("ldap", json!({ "id": -1, "name": "", "description": "" })),
    ] {
        assert_eq!(user[field], value, "{field}");
    }
    let all = json!([{ "id": "-1", "name": "All Groups", "description": "All Groups" }]);
    assert_eq!(center.get(MANAGER, "/user/2")["managedUsersGroups"], all);
    assert_eq!(center.get(MANAGER, "/user/3")["responsibleAsset"]["id"], "1");
    assert_eq!(center.get(MANAGER, "/user/9")["ldap"]["id"], 1);
}

#[test]
fn e20_on_5_a_single_user_has_the_recorded_keys_in_their_order() {
    let center = Center::with(&[("sc.generation", "5")]);
    let answer = center.ask(MANAGER, "POST", "/user", new_user("ana"));
    let text = r#""response":{"id":"10","status":"0","username":"ana","firstname":"","lastname":"","title":"","email":"","address":"","city":"","state":"","country":"","phone":"","fax":"","createdTime":"1767225600","modifiedTime":"1767225600","lastLogin":"0","lastLoginIP":"","mustChangePassword":"false","locked":"false","failedLogins":"0","authType":"tns","fingerprint":null,"password":"SET","ldapUsername":"","managedUsersGroups":[],"managedObjectsGroups":[],"preferences":[{"name":"timezone","value":"UTC","tag":"system"}],"canUse":true,"canManage":true,"role":{"id":"4","name":"Vulnerability Analyst","description":"Evaluates"},"responsibleAsset":{"id":-1,"name":"","description":""},"group":{"id":"1","name":"Operations","description":"Run the scans"},"ldap":{"id":-1,"name":"","description":""}},"#;
    assert!(answer.text.contains(text), "{}", answer.text);
}

#[test]
fn an_administrator_reaches_administrators_and_with_an_organization_its_security_managers() {
    let center = Center::new();
    assert_eq!(center.get(ADMIN, "/user/2")["username"], "kit.admin");
    assert_eq!(center.get(ADMIN, "/user/2?orgID=1")["username"], "north.deputy");
    center.refused(147, ADMIN, "GET", "/user/3?orgID=1", None);
    center.refused(147, ADMIN, "GET", "/user/3", None);
}

#[test]
fn e32_an_administrator_who_leaves_the_organization_out_is_told_so() {
    let center = Center::new();
    let uuid = center.get(MANAGER, "/user/1")["uuid"].as_str().unwrap().to_owned();
    let message = center.refused(15, ADMIN, "GET", &format!("/user/{uuid}"), None);
    assert!(message.contains("orgID"), "{message}");
    assert_eq!(center.get(ADMIN, &format!("/user/{uuid}?orgID=1"))["id"], "1");
    center.refused(15, ADMIN, "GET", "/group/1", None);
}

#[test]
fn e26_an_unknown_user_is_403_with_147_and_a_text() {
    let center = Center::new();
    for (method, body) in [("GET", None), ("PATCH", Some(json!({})))] {
        for segment in ["99", "FFFFFFFF-0000-4000-8000-000000000000", "ann"] {
            let message = center.refused(147, MANAGER, method, &format!("/user/{segment}"), body.clone());
            assert!(message.contains(&format!("User #{segment} does not exist.")), "{message}");
        }
    }
    // Versions without uuids have no such paths.
    let uuid = center.get(MANAGER, "/user/1")["uuid"].as_str().unwrap().to_owned();
    center.set("sc.generation", "5");
    center.refused(147, MANAGER, "GET", &format!("/user/{uuid}"), None);
}

#[test]
fn rights_show_in_can_use_and_can_manage() {
    let center = Center::new();
    let rights = |who, path: &str| {
        let user = center.get(who, path);
        (user["canUse"].as_bool().unwrap(), user["canManage"].as_bool().unwrap())
    };
    assert_eq!(rights(MANAGER, "/user/3"), (true, true));
    assert_eq!(
        rights(LEAD, "/user/5?fields=canUse,canManage"),
        (true, false),
        "the role has a right that the lead lacks"
    );
    assert_eq!(rights(BLAKE, "/user/4"), (true, true), "oneself");
    assert_eq!(rights(MANAGER, "/user/8"), (true, false), "a linked user");
    for who in [AVERY, FRANKIE, LINKED, KIT] {
        assert_eq!(center.get(who, "/currentUser").get("canUse"), None);
    }
}

#[test]
fn ten_thousand_users_are_created_listed_and_counted() {
    let center = Center::new();
    for number in 0..10_000 {
        let answer = center.ask(MANAGER, "POST", "/user", new_user(&format!("user{number}")));
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(center.get(MANAGER, "/user").as_array().unwrap().len(), 10_009);
    assert_eq!(center.get(MANAGER, "/group/1")["userCount"], 10_003);
    let page = center.get(MANAGER, "/user?paginated=true&startOffset=10000&endOffset=10500&fields=linkedUsers,group");
    assert_eq!(page["returnedRecords"], 9);
}
