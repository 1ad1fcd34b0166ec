//! Paths, envelopes and bodies.

use serde_json::{Value, json};

use super::support::{ADMIN, Center, MANAGER, PASSWORD, id, key_header, names, new_user, session, to, with};

#[test]
fn e1_paths_of_enclave_security_do_the_same_where_it_is_on() {
    let center = Center::with(&[("sc.enclave_security", "on")]);
    let created = center.ok(MANAGER, "POST", "/tes/user", new_user("ann"));
    assert_eq!(center.get(MANAGER, &format!("/user/{}", id(&created))), created);
    let uuid = created["uuid"].as_str().unwrap();
    assert_eq!(center.get(MANAGER, &format!("/tes/user/{uuid}")), created);
    for path in ["user", "role", "role/3", "group", "group/1", "user/3"] {
        let (plain, twin) = (center.get(MANAGER, &format!("/{path}")), center.get(MANAGER, &format!("/tes/{path}")));
        assert_eq!(plain, twin, "{path}");
    }
    center.ok(MANAGER, "DELETE", &format!("/tes/user/{uuid}"), None);
    let entry = center.core.journal().pop().unwrap();
    assert_eq!(entry.route.as_deref(), Some("/rest/tes/user/{id}"));
    // What has no twin is not there.
    for path in ["/tes/organization", "/tes/currentUser", "/tes/token", "/userPermissions"] {
        assert_eq!(center.ask(ADMIN, "GET", path, None).status, 404, "{path}");
    }
}

#[test]
fn e1_without_enclave_security_its_paths_do_not_exist() {
    let center = Center::new();
    for path in ["/tes/user", "/tes/role/1", "/tes/userPermissions"] {
        assert_eq!(center.ask(MANAGER, "GET", path, None).status, 404, "{path}");
    }
    // Nor in versions that are too old.
    let old = Center::with(&[("sc.enclave_security", "on"), ("sc.generation", "5")]);
    assert_eq!(old.ask(MANAGER, "GET", "/tes/user", None).status, 404);
}

#[test]
fn user_permissions_are_the_caller_with_role_group_and_organization() {
    let center = Center::with(&[("sc.enclave_security", "on")]);
    let permissions = center.get(MANAGER, "/tes/userPermissions");
    assert_eq!(names(&permissions), ["group", "organization", "role", "user"]);
    assert_eq!(permissions["user"], center.get(MANAGER, "/currentUser"));
    assert_eq!(permissions["user"]["passwordExpiration"], Value::Null);
    assert_eq!(permissions["role"]["permManageGroups"], "true");
    assert_eq!(permissions["group"]["name"], "Full Access");
    assert_eq!(permissions["organization"]["name"], "Example North");
    assert_eq!(center.get(ADMIN, "/tes/userPermissions")["group"]["id"], -1);
}

#[test]
fn e2_a_success_is_an_envelope_with_its_keys_in_order_and_a_newline() {
    let center = Center::new();
    let answer = center.ask(MANAGER, "GET", "/role/7?fields=name", None);
    assert_eq!(
        answer.text,
        "{\"type\":\"regular\",\"response\":{\"id\":\"7\",\"name\":\"Auditor\"},\"error_code\":0,\"error_msg\":\"\",\
         \"warnings\":[],\"timestamp\":1767225600}\n"
    );
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/json".parse().unwrap()));
}

#[test]
fn e2_slashes_are_escaped() {
    let center = Center::new();
    let answer = center.ask(MANAGER, "GET", "/user/1?fields=preferences", None);
    let preferences = r#""preferences":[{"name":"timezone","value":"Europe\/Paris","tag":"system"}]"#;
    assert!(answer.text.contains(preferences), "{}", answer.text);
}

#[test]
fn e2_every_success_has_status_200() {
    let center = Center::new();
    let created = center.ask(MANAGER, "POST", "/group", json!({ "name": "Night shift" }));
    let deleted = center.ask(MANAGER, "DELETE", &format!("/group/{}", id(created.response())), None);
    assert_eq!((created.status, deleted.status), (200, 200));
    assert_eq!(deleted.response(), "");
}

#[test]
fn e3_a_failure_is_an_envelope_with_status_403_and_lines_that_end() {
    let center = Center::new();
    let answer = center.ask(MANAGER, "DELETE", "/user/99", None);
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.text,
        "{\"type\":\"regular\",\"response\":\"\",\"error_code\":147,\"error_msg\":\"Unable to find existing User #99 to \
         delete.\\nUser #99 does not exist.\\n\",\"warnings\":[],\"timestamp\":1767225600}\n"
    );
}

#[test]
fn e3_the_authentication_layer_ends_nothing_with_a_newline() {
    let center = Center::new();
    let no_session = center.send(to("GET", "/user"), None, None);
    assert_eq!((no_session.status, no_session.code()), (403, 12));
    let bad_key = center.send(to("GET", "/user").header("x-apikey", "accesskey=a; secretkey=b"), None, None);
    assert_eq!(bad_key.status, 400);
    for answer in [no_session, bad_key] {
        assert!(answer.text.ends_with('}') && !answer.message().ends_with('\n'), "{:?}", answer.text);
        assert_eq!(answer.response(), "");
    }
}

#[test]
fn e4_failures_can_be_labelled_html() {
    let center = Center::with(&[("sc.failure_label", "html")]);
    let failure = center.ask(MANAGER, "GET", "/user/99", None);
    assert_eq!(failure.headers["content-type"], "text/html; charset=UTF-8");
    assert_eq!(failure.code(), 147);
    let success = center.ask(MANAGER, "GET", "/user/1", None);
    assert_eq!(success.headers["content-type"], "application/json");
}

#[test]
fn numbers_numeric_strings_and_both_kinds_of_booleans_are_taken() {
    let center = Center::new();
    let strings = json!({ "roleID": "4", "groupID": "1", "responsibleAssetID": "-1", "locked": "true" });
    let numbers = json!({ "roleID": 4, "groupID": 1, "responsibleAssetID": -1, "locked": true });
    let users = [strings, numbers].map(|fields| {
        let username = format!("u{}", fields["roleID"]);
        center.ok(MANAGER, "POST", "/user", with(new_user(&username), &fields))
    });
    for field in ["role", "group", "responsibleAsset", "locked"] {
        assert_eq!(users[0][field], users[1][field], "{field}");
    }
    assert_eq!(users[0]["locked"], "true");
}

#[test]
fn unknown_keys_are_tolerated_as_the_web_form_sends_them() {
    let center = Center::new();
    let form = json!({
        "name": "", "description": "", "context": "", "createdTime": 0, "failedLogins": 0, "searchString": "",
        "responsibleAsset": { "id": -1 }, "emailInfo": "", "linkedOrgIds": [], "linkedUserRole": {}, "status": -1,
        "currentPassword": "", "passwordHasExpired": "false"
    });
    let user = center.ok(MANAGER, "POST", "/user", with(new_user("ann"), &form));
    assert_eq!((&user["status"], &user["failedLogins"]), (&json!("0"), &json!("0")));
}

#[test]
fn a_body_must_be_a_json_object_with_its_label() {
    let center = Center::new();
    let header = key_header(&center.core.api_key(1, 1).unwrap());
    let ask = |content_type: &str, body: &str| {
        let request = to("POST", "/group").header("x-apikey", &header).header("content-type", content_type);
        center.core.handle(request.body(body.to_owned().into()).unwrap()).response.status().as_u16()
    };
    for body in ["", "[]", "{", "name=x", "null"] {
        assert_eq!(ask("application/json", body), 403, "{body}");
    }
    assert_eq!(ask("text/plain", r#"{"name":"A"}"#), 403);
    assert_eq!(ask("application/json; charset=utf-8", r#"{"name":"A"}"#), 200);
}

#[test]
fn a_body_where_none_is_taken_is_refused_but_an_empty_object_passes() {
    let center = Center::new();
    center.refused(142, MANAGER, "DELETE", "/role/3", json!({ "force": true }));
    center.ok(MANAGER, "DELETE", "/role/3", json!({}));
    center.ok(MANAGER, "DELETE", &format!("/user/{}", center.create("ann").1), json!({}));
}

#[test]
fn an_unknown_request_is_refused_loudly_and_stands_in_the_journal() {
    let center = Center::new();
    let path = center.ask(MANAGER, "GET", "/users", None);
    assert_eq!(path.status, 404);
    assert!(path.message().contains("GET /rest/users"), "{}", path.text);
    let method = center.ask(MANAGER, "PUT", "/user/3", None);
    assert_eq!(method.status, 403);
    assert!(method.message().contains("GET, PATCH, DELETE"), "{}", method.text);
    for path in ["/user/", "/user//3", "//user", "/mgmt/user"] {
        assert_eq!(center.ask(MANAGER, "GET", path, None).status, 404, "{path}");
    }
    assert!(center.core.journal().iter().all(|entry| entry.route.is_none()));
}

#[test]
fn the_journal_knows_the_names_of_secrets_and_not_their_values() {
    let center = Center::new();
    let login = center.try_login("north.manager", "sentinel-password", &json!({ "releaseSession": false }));
    assert_eq!(login.status, 403);
    let session =
        session(&center.try_login("north.manager", tenable_emulator::security_center::SEED_PASSWORD, &Value::Null));
    let change = json!({ "password": "sentinel-new", "currentPassword": "sentinel-old", "title": "Lead" });
    center.ask_in(&session, "PATCH", "/user/3", change);
    center.ask_in(&session, "DELETE", "/user/3?migrateUserID=1", json!({ "migrateUserID": 4 }));
    let key = center.core.api_key(1, 1).unwrap();
    center.get(MANAGER, "/user?fields=username");
    let text = serde_json::to_string(&center.core.journal()).unwrap();
    let token = session.token.to_string();
    for secret in ["sentinel", &token, &session.cookie, &key.access_key, &key.secret_key, PASSWORD] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    for open in ["\"title\":\"Lead\"", "\"currentPassword\":\"***\"", "x-securitycenter", "\"migrateUserID\":4"] {
        assert!(text.contains(open), "{open}: {text}");
    }
}

#[test]
fn versions_before_6_have_their_header_and_later_ones_vary_by_key() {
    let header = |generation: &str, name: &str| {
        let answer = Center::with(&[("sc.generation", generation)]).ask(MANAGER, "GET", "/user", None);
        answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(header("5", "SecurityCenter").as_deref(), Some("5.8.0"));
    for generation in ["5.20", "6"] {
        assert_eq!(header(generation, "SecurityCenter"), None);
        assert_eq!(header(generation, "Vary").as_deref(), Some("x-apikey"));
    }
}
