//! `/api/users`, without passwords.

use serde_json::{Value, json};

use crate::support::{Instance, PASSWORD};

fn ids(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|user| user["id"].as_u64().unwrap()).collect()
}

#[test]
fn list_is_an_array_sorted_by_id() {
    assert_eq!(ids(&Instance::new().expect(200, "GET", "/api/users", None)), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn create_answers_201_with_an_array_in_request_order() {
    let instance = Instance::new();
    let names = ["c@example.com", "a@example.com", "b@example.com"];
    let body: Vec<_> = names.iter().map(|email| json!({ "name": "N", "email": email, "password": PASSWORD })).collect();
    let created = instance.expect(201, "POST", "/api/users", Value::from(body));
    let emails: Vec<_> = created.as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect();
    assert_eq!(emails, names);
    assert_eq!(ids(&created), [7, 8, 9]);
    assert_eq!(instance.expect(200, "GET", "/api/users", None).as_array().unwrap().len(), 9);
}

#[test]
fn create_fills_in_the_defaults() {
    let body = json!([{ "name": "Idris", "email": "Idris@example.com", "password": PASSWORD }]);
    let created = Instance::new().expect(201, "POST", "/api/users", body);
    assert_eq!(
        created,
        json!([{
            "id": 7, "name": "Idris", "surname": null, "email": "Idris@example.com", "provider": "tenable",
            "lockedOut": false, "department": null, "biography": null, "active": false, "roles": [2],
            "identifier": "Idris@example.com", "eulaVersion": 0
        }])
    );
}

#[test]
fn create_keeps_what_was_given_and_no_password() {
    let body = json!([{
        "name": "Idris", "surname": "Okafor", "email": "i@example.com", "password": PASSWORD, "department": "Identity",
        "biography": "", "active": true
    }]);
    let created = Instance::new().expect(201, "POST", "/api/users", body);
    let user = &created[0];
    assert_eq!(user["surname"], "Okafor");
    assert_eq!(user["department"], "Identity");
    assert_eq!(user["biography"], "");
    assert_eq!(user["active"], true);
    assert_eq!(user.get("password"), None);
}

#[test]
fn create_refuses_what_the_description_does_not_allow() {
    let good = json!({ "name": "N", "email": "n@example.com", "password": PASSWORD });
    let without = |name: &str| {
        let mut user = good.clone();
        user.as_object_mut().unwrap().remove(name);
        json!([user])
    };
    let with = |name: &str, value: Value| {
        let mut user = good.clone();
        user[name] = value;
        json!([user])
    };
    let instance = Instance::new();
    for (body, message) in [
        (good.clone(), "data should be array"),
        (json!([]), "data should NOT have fewer than 1 items"),
        (json!("text"), "data should be array"),
        (json!([1]), "data[0] should be object"),
        (without("name"), "data[0] should have required property 'name'"),
        (without("email"), "data[0] should have required property 'email'"),
        (without("password"), "data[0] should have required property 'password'"),
        (with("picture", json!([1, 2])), "data[0] should NOT have additional properties: picture"),
        (with("roles", json!([1])), "data[0] should NOT have additional properties: roles"),
        (with("surname", Value::Null), "data[0].surname should be string"),
        (with("active", json!("true")), "data[0].active should be boolean"),
        (with("password", json!("Short-1")), "data[0].password should NOT be shorter than 12 characters"),
        (
            with("password", json!("Abcdefgh123_")),
            "data[0].password should match pattern \"^(?=.*\\d)(?=.*[a-z])(?=.*[A-Z])(?=.*\\W).{12,}$\"",
        ),
    ] {
        let answer = instance.expect(400, "POST", "/api/users", body);
        assert_eq!(answer, json!({ "code": "INVALID_PAYLOAD_FORMAT", "message": message }));
    }
    assert_eq!(instance.expect(200, "GET", "/api/users", None).as_array().unwrap().len(), 6, "nothing was created");
}

#[test]
fn an_email_in_use_creates_nothing() {
    let instance = Instance::new();
    let user = |email: &str| json!({ "name": "N", "email": email, "password": PASSWORD });
    for body in [
        json!([user("ADMIN@example.com")]),
        json!([user("new@example.com"), user("admin@example.com")]),
        json!([user("new@example.com"), user("New@Example.com")]),
    ] {
        instance.expect(409, "POST", "/api/users", body);
    }
    assert_eq!(instance.expect(200, "GET", "/api/users", None).as_array().unwrap().len(), 6);
    // A refused creation uses up no id.
    assert_eq!(instance.create_user("new@example.com"), 7);
}

#[test]
fn emails_that_differ_in_case_are_different_under_the_exact_rule() {
    let instance = Instance::with(&[("ie.email_comparison", "exact")]);
    let upper = instance.create_user("ADMIN@example.com");
    instance.expect(204, "DELETE", &format!("/api/users/{upper}"), None);
    assert_eq!(
        instance.ask_with(None, "POST", "/api/users/forgotten-password", json!({ "email": "admin@example.com" })).0,
        200
    );
    assert_eq!(instance.core.mail()[0].to, "admin@example.com");
}

#[test]
fn the_licensed_count_is_information() {
    let instance = Instance::new();
    let limit = instance.expect(200, "GET", "/api/license", None)["maxActiveUserCount"].as_u64().unwrap();
    let users: Vec<_> = (0..limit)
        .map(|n| json!({ "name": "N", "email": format!("u{n}@example.com"), "password": PASSWORD, "active": true }))
        .collect();
    instance.expect(201, "POST", "/api/users", Value::from(users));
    let license = instance.expect(200, "GET", "/api/license", None);
    assert!(license["currentActiveUserCount"].as_u64().unwrap() > limit);
    instance.set("ie.license_user_limit", "403");
    instance.expect(403, "PATCH", "/api/users/3", json!({ "active": true }));
}

#[test]
fn details_show_one_user() {
    let instance = Instance::new();
    let list = instance.expect(200, "GET", "/api/users", None);
    assert_eq!(instance.expect(200, "GET", "/api/users/5", None), list[4]);
    assert_eq!(list[4]["provider"], "ldap");
    assert_eq!(list[5]["provider"], "tone");
}

#[test]
fn an_unknown_id_is_404() {
    let instance = Instance::new();
    instance.expect(404, "GET", "/api/users/99", None);
    instance.expect(404, "PATCH", "/api/users/99", json!({}));
    instance.expect(404, "DELETE", "/api/users/99", None);
    instance.expect(404, "PUT", "/api/users/99/roles", json!({ "roles": [2] }));
}

#[test]
fn an_empty_update_changes_nothing() {
    let instance = Instance::new();
    let before = instance.expect(200, "GET", "/api/users/2", None);
    assert_eq!(instance.expect(200, "PATCH", "/api/users/2", json!({})), before);
}

#[test]
fn an_update_changes_what_it_names() {
    let instance = Instance::new();
    let mut expected = instance.expect(200, "GET", "/api/users/2", None);
    expected["department"] = "Purple team".into();
    expected["surname"] = "".into();
    expected["email"] = "robin@example.com".into();
    let update = json!({ "department": "Purple team", "surname": "", "email": "robin@example.com" });
    assert_eq!(instance.expect(200, "PATCH", "/api/users/2", update), expected);
    assert_eq!(instance.expect(200, "GET", "/api/users/2", None), expected);
    // The old address is free again.
    instance.create_user("robin.active@example.com");
}

#[test]
fn an_update_refuses_what_the_description_does_not_allow() {
    let instance = Instance::new();
    for (body, message) in [
        (json!({ "lockedOut": true }), "data.lockedOut should be equal to one of the allowed values: false (enum)"),
        (json!({ "department": null }), "data.department should be string"),
        (json!({ "roles": [1] }), "data should NOT have additional properties: roles"),
        (json!({ "identifier": "x" }), "data should NOT have additional properties: identifier"),
        (json!({ "password": "weak" }), "data.password should NOT be shorter than 12 characters"),
        (json!([]), "data should be object"),
    ] {
        assert_eq!(instance.expect(400, "PATCH", "/api/users/2", body)["message"], message);
    }
}

#[test]
fn an_update_to_an_email_in_use_is_refused() {
    let instance = Instance::new();
    instance.expect(409, "PATCH", "/api/users/2", json!({ "email": "Admin@example.com", "name": "Changed" }));
    assert_eq!(instance.expect(200, "GET", "/api/users/2", None)["name"], "Robin");
    // One's own, in another case, is not in use by another.
    instance.expect(200, "PATCH", "/api/users/2", json!({ "email": "ROBIN.active@example.com" }));
}

#[test]
fn a_disabled_user_loses_the_key() {
    let instance = Instance::new();
    assert_eq!(instance.ask_as(2, "GET", "/api/users/whoami", None).0, 200);
    instance.expect(200, "PATCH", "/api/users/2", json!({ "active": false }));
    assert_eq!(instance.ask_as(2, "GET", "/api/users/whoami", None).0, 401);
}

#[test]
fn a_deleted_user_is_gone_with_its_key_and_its_id() {
    let instance = Instance::new();
    let key = instance.core.api_key_of(6).unwrap();
    instance.expect(204, "DELETE", "/api/users/6", None);
    instance.expect(404, "DELETE", "/api/users/6", None);
    assert_eq!(instance.ask_with(Some(&key), "GET", "/api/users/whoami", None).0, 401);
    assert_eq!(instance.create_user("new@example.com"), 7);
}

#[test]
fn nobody_deletes_oneself() {
    let instance = Instance::new();
    let other = instance.create_user("second@example.com");
    instance.expect(200, "PUT", &format!("/api/users/{other}/roles"), json!({ "roles": [1] }));
    instance.expect(403, "DELETE", "/api/users/1", None);
    instance.set("ie.delete_self", "allowed");
    instance.expect(204, "DELETE", "/api/users/1", None);
}

#[test]
fn the_last_global_administrator_stays() {
    let instance = Instance::with(&[("ie.delete_self", "allowed")]);
    instance.expect(403, "DELETE", "/api/users/1", None);
    instance.expect(403, "PATCH", "/api/users/1", json!({ "active": false }));
    instance.expect(403, "PUT", "/api/users/1/roles", json!({ "roles": [2] }));
    // An inactive one does not count.
    instance.expect(200, "PUT", "/api/users/3/roles", json!({ "roles": [1] }));
    instance.expect(403, "PUT", "/api/users/1/roles", json!({ "roles": [2] }));
    instance.expect(200, "PATCH", "/api/users/3", json!({ "active": true }));
    instance.expect(200, "PUT", "/api/users/1/roles", json!({ "roles": [2] }));
}

#[test]
fn roles_are_replaced_and_duplicates_collapse() {
    let instance = Instance::new();
    let answer = instance.expect(200, "PUT", "/api/users/2/roles", json!({ "roles": [3, 1, 3] }));
    assert_eq!(answer, json!({ "roles": [3, 1] }));
    assert_eq!(instance.expect(200, "GET", "/api/users/2", None)["roles"], json!([3, 1]));
    assert_eq!(instance.expect(200, "PUT", "/api/users/2/roles", json!({ "roles": [] })), json!({ "roles": [] }));
    instance.set("ie.duplicate_roles", "kept");
    assert_eq!(
        instance.expect(200, "PUT", "/api/users/2/roles", json!({ "roles": [3, 3] })),
        json!({ "roles": [3, 3] })
    );
}

#[test]
fn an_unknown_role_changes_nothing() {
    let instance = Instance::new();
    instance.expect(404, "PUT", "/api/users/2/roles", json!({ "roles": [1, 99] }));
    let refusal = instance.expect(404, "PUT", "/api/users/2/roles", json!({ "roles": [-1] }));
    assert!(refusal.to_string().contains("no role has a negative id"), "{refusal}");
    assert_eq!(instance.expect(200, "GET", "/api/users/2", None)["roles"], json!([2, 3]));
}

#[test]
fn roles_are_integers() {
    let instance = Instance::new();
    for roles in [json!(["2"]), json!([2.5]), json!(2), Value::Null] {
        instance.expect(400, "PUT", "/api/users/2/roles", json!({ "roles": roles }));
    }
    instance.expect(400, "PUT", "/api/users/2/roles", json!({}));
}

#[test]
fn who_am_i_has_role_objects_and_two_fields_more() {
    let instance = Instance::new();
    let (status, body) = instance.ask_as(2, "GET", "/api/users/whoami", None);
    assert_eq!(status, 200);
    assert_eq!(body["roles"][0], instance.expect(200, "GET", "/api/roles/2", None));
    assert_eq!(body["roles"][1]["name"], "Auditor");
    assert_eq!(body["internal"], false);
    assert_eq!(body.get("tenableCloudUserName"), Some(&Value::Null));
    assert_eq!(body["email"], "robin.active@example.com");
}

#[test]
fn ten_thousand_users_are_created_and_listed() {
    let instance = Instance::new();
    for chunk in 0..10 {
        let users: Vec<_> = (0..1_000)
            .map(|n| json!({ "name": "N", "email": format!("u{chunk}-{n}@example.com"), "password": PASSWORD }))
            .collect();
        instance.expect(201, "POST", "/api/users", Value::from(users));
    }
    let list = instance.expect(200, "GET", "/api/users", None);
    assert_eq!(list.as_array().unwrap().len(), 10_006);
    // One by one as well: an administrator check or an index that looked at every user would show here.
    for id in 7..10_007 {
        instance.expect(200, "PATCH", &format!("/api/users/{id}"), json!({ "email": format!("v{id}@example.com") }));
        instance.expect(204, "DELETE", &format!("/api/users/{id}"), None);
    }
    assert_eq!(instance.expect(200, "GET", "/api/users", None).as_array().unwrap().len(), 6);
}
