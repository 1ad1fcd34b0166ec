use serde_json::{Value, json};

use super::*;
use crate::{Product, Timestamp, identity_exposure, security_center};

#[test]
fn a_user_of_identity_exposure() {
    let user = exposure(json!({
        "id": 7, "name": "Ann", "surname": "Lee", "email": "ann@example.com", "lockedOut": true, "active": true,
        "roles": [2, 3], "identifier": "ann@example.com", "provider": "tenable", "eulaVersion": 0,
    }));
    assert_eq!((user.product, user.key.to_string().as_str()), (Product::IdentityExposure, "ie:7"));
    assert_eq!(user.user_name.value().unwrap(), "ann@example.com");
    assert_eq!(user.full_name.value().unwrap(), "Ann Lee");
    assert_eq!((&user.enabled, &user.locked_out), (&Known::Value(true), &Known::Value(true)));
    assert_eq!(user.can_sign_in(), Some(false));
    let roles: Vec<String> = user.roles.value().unwrap().iter().map(|role| role.key.to_string()).collect();
    assert_eq!(roles, ["ie:2", "ie:3"]);
    assert_eq!(user.unknown(), ["sign_in.api_keys"]);
    assert_eq!(
        user.not_kept(),
        ["groups", "last_sign_in", "last_api_use", "sign_in.client_certificate", "second_factor"]
    );
    assert_eq!(user.last_seen(), Known::NotKept);
}

#[test]
fn an_answer_that_says_little_is_not_read_as_no() {
    let user = exposure(json!({"id": 7, "email": null}));
    for fact in ["user_name", "full_name", "email", "enabled", "locked_out", "roles", "sign_in.password"] {
        assert!(user.unknown().contains(&fact), "{fact}");
    }
    assert_eq!(user.can_sign_in(), None);
    let user = center(json!({"id": "4"}));
    for fact in ["user_name", "full_name", "email", "enabled", "locked_out", "roles", "groups", "last_sign_in"] {
        assert!(user.unknown().contains(&fact), "{fact}");
    }
    assert!(!user.is_named(""));
}

#[test]
fn the_calling_user_of_identity_exposure_knows_the_names_of_roles() {
    let user: User = from::<identity_exposure::UserInfo, _>(json!({
        "id": 1, "name": "Hello", "email": "hello@example.com", "roles": [{"id": 1, "name": "Global Administrator"}],
    }));
    assert_eq!(user.roles.value().unwrap()[0].name, Known::Value("Global Administrator".to_owned()));
    assert!(matches!(user.original, OriginalUser::IdentityExposureInfo(_)));
}

#[test]
fn providers_of_identity_exposure_are_ways_to_sign_in() {
    for (provider, ways) in [
        ("tenable", [true, false, false, false]),
        ("alsid", [true, false, false, false]),
        ("saml", [false, true, false, false]),
        ("ldap", [false, false, true, false]),
        ("tone", [false, false, false, true]),
    ] {
        let sign_in = exposure(json!({"id": 7, "provider": provider})).sign_in;
        let told = [sign_in.password, sign_in.saml, sign_in.ldap, sign_in.other_account];
        assert_eq!(told, ways.map(Known::Value), "{provider}");
        assert_eq!(sign_in.other, None);
    }
    let sign_in = exposure(json!({"id": 7, "provider": "passkey"})).sign_in;
    assert_eq!((sign_in.password, sign_in.other.as_deref()), (Known::NotTold, Some("passkey")));
    assert_eq!(sign_in.client_certificate, Known::NotKept);
    assert_eq!(exposure(json!({"id": 7})).sign_in.other, None);
}

#[test]
fn a_user_of_security_center() {
    let user = center(json!({
        "id": "4", "username": "ann", "firstname": "Ann", "lastname": "", "email": "", "locked": "false", "lastLogin": "1700000000",
        "authType": "tns", "fingerprint": "AB:CD", "apiKeys": [], "role": {"id": "2", "name": "Security Manager"},
        "group": {"id": "0", "name": "Full Access"},
    }));
    assert_eq!(user.key.to_string(), "sc:4");
    assert_eq!((user.full_name.value().unwrap().as_str(), user.email.value().unwrap().as_str()), ("Ann", ""));
    assert_eq!(
        (&user.enabled, &user.locked_out, user.can_sign_in()),
        (&Known::Value(true), &Known::Value(false), Some(true))
    );
    assert_eq!(
        user.roles.value().unwrap()[0],
        RoleReference::new(security_center::RoleId(2), Some("Security Manager".to_owned()))
    );
    assert_eq!(user.groups.value().unwrap()[0].key.to_string(), "sc:0");
    assert_eq!(user.last_seen(), Known::Value(LastTime::At(Timestamp::from_unix_seconds(1_700_000_000).unwrap())));
    assert_eq!((user.sign_in.client_certificate, user.sign_in.api_keys), (Known::Value(true), Known::Value(false)));
    assert_eq!(user.sign_in.password, Known::Value(true));
}

#[test]
fn a_lock_of_security_center_may_be_either() {
    let user = center(json!({"id": "4", "locked": "true"}));
    assert_eq!((&user.enabled, &user.locked_out), (&Known::Value(false), &Known::NotTold));
    assert_eq!(user.can_sign_in(), Some(false));
}

#[test]
fn never_signed_in_is_told_and_missing_is_not() {
    for (document, last) in [
        (json!({"id": "4", "lastLogin": "0"}), Known::Value(LastTime::Never)),
        (json!({"id": "4", "lastLogin": "-1"}), Known::Value(LastTime::Never)),
        (json!({"id": "4", "lastLogin": null}), Known::NotTold),
        (json!({"id": "4"}), Known::NotTold),
    ] {
        assert_eq!(center(document.clone()).last_sign_in, last, "{document}");
        assert_eq!(center(document.clone()).last_seen(), last, "{document}");
    }
    assert_eq!(serde_json::to_value(LastTime::Never).unwrap(), "never");
}

#[test]
fn an_administrator_of_security_center_has_no_group() {
    let user = center(json!({"id": "1", "username": "admin", "role": {"id": "1", "name": "Administrator"}}));
    assert_eq!(user.groups, Known::Value(Vec::new()));
    let current: User = from::<security_center::CurrentUser, _>(json!({
        "id": "1", "role": {"id": "1"}, "group": {"id": -1, "name": "", "description": ""}, "organization": {"id": 0},
    }));
    assert_eq!(current.groups, Known::Value(Vec::new()));
    assert_eq!(current.roles.value().unwrap()[0].name, Known::NotTold);
    assert!(matches!(current.original, OriginalUser::SecurityCenterCurrent(_)));
    let unset = center(json!({"id": "4", "role": {"id": -1, "name": ""}, "group": {"id": -1}}));
    assert_eq!((unset.roles, unset.groups), (Known::Value(Vec::new()), Known::Value(Vec::new())));
}

#[test]
fn names_are_compared_without_case_and_white_space() {
    let user = center(json!({"id": "4", "username": "ann.lee", "email": "Ann@Example.com"}));
    for name in ["ann.lee", " ANN.LEE\n", "ann@example.com"] {
        assert!(user.is_named(name), "{name}");
    }
    for name in ["", " ", "ann", "ann.lee@example.com"] {
        assert!(!user.is_named(name), "{name}");
    }
    let nameless = center(json!({"id": "4", "username": "", "email": ""}));
    assert!(!nameless.is_named(""));
}

#[test]
fn the_time_last_seen_is_the_later_of_two() {
    let at = |seconds| Known::Value(LastTime::At(Timestamp::from_unix_seconds(seconds).unwrap()));
    let never = || Known::Value(LastTime::Never);
    for (sign_in, api, seen) in [
        (at(10), at(20), at(20)),
        (at(20), at(10), at(20)),
        (at(10), never(), at(10)),
        (never(), never(), never()),
        (at(10), Known::NotTold, at(10)),
        (Known::NotTold, at(10), at(10)),
        (never(), Known::NotTold, Known::NotTold),
        (Known::NotTold, never(), Known::NotTold),
        (never(), Known::NotKept, never()),
        (Known::NotTold, Known::NotKept, Known::NotTold),
        (Known::NotKept, Known::NotKept, Known::NotKept),
    ] {
        let user = User { last_sign_in: sign_in, last_api_use: api, ..center(json!({"id": "4"})) };
        assert_eq!(user.last_seen(), seen, "{user:?}");
    }
}

#[test]
fn json_says_which_nulls_are_which_and_holds_the_original() {
    let document = json!({"id": 7, "name": "Ann", "email": "ann@example.com", "roles": [2], "badge": "blue"});
    let written = serde_json::to_value(exposure(document.clone())).unwrap();
    assert_eq!(written["key"], "ie:7");
    assert_eq!(written["product"], "ie");
    assert_eq!(written["roles"], json!([{"key": "ie:2", "name": null}]));
    assert_eq!((&written["enabled"], &written["groups"]), (&Value::Null, &Value::Null));
    assert!(written["not_told"].as_array().unwrap().contains(&json!("enabled")));
    assert!(written["not_kept"].as_array().unwrap().contains(&json!("groups")));
    assert_eq!(written["original"], document);
}

#[test]
fn roles_in_the_words_of_their_product() {
    let role: Role = from::<identity_exposure::Role, _>(json!({
        "id": 9, "name": "Auditor", "description": "Reads", "permissions": [
            {"entityName": "dashboard", "action": "read", "entityIds": null, "dynamicId": null},
            {"entityName": "user", "action": "edit", "entityIds": null, "dynamicId": "self-user-id"},
        ],
    }));
    let own = r#"{"entityName":"user","action":"edit","entityIds":null,"dynamicId":"self-user-id"}"#;
    assert_eq!(role.permissions.value().unwrap(), &["dashboard:read", own]);
    assert_eq!(role.unknown(), ["predefined"]);
    let details: Role = from::<identity_exposure::Role, _>(json!({"id": 9, "name": "Auditor"}));
    assert_eq!(details.unknown(), ["description", "permissions", "predefined"]);

    let role: Role = from::<security_center::Role, _>(json!({
        "id": "1000002", "name": "Lead", "permScan": "full", "permManageGroups": "true", "permShareObjects": "false",
    }));
    assert_eq!(role.permissions.value().unwrap(), &["permManageGroups", "permScan:full"]);
    assert_eq!(role.predefined, Known::Value(false));
    let listed: Role = from::<security_center::Role, _>(json!({"id": "3", "name": "Security Analyst"}));
    assert_eq!((listed.permissions, listed.predefined), (Known::NotTold, Known::Value(true)));
    let nothing: Role = from::<security_center::Role, _>(json!({"id": "8", "permScan": "none"}));
    assert_eq!((nothing.permissions, nothing.predefined), (Known::Value(Vec::new()), Known::NotTold));
    assert_eq!(serde_json::to_value(&nothing.original).unwrap(), json!({"id": "8", "permScan": "none"}));
}

#[test]
fn groups_and_how_many_are_in_them() {
    for (document, count) in [
        (json!({"id": "1", "userCount": 3}), Known::Value(3)),
        (json!({"id": "1", "users": [{"id": "4"}]}), Known::Value(1)),
        (json!({"id": "1", "name": "Analysts"}), Known::NotTold),
    ] {
        let group: Group = from::<security_center::Group, _>(document.clone());
        assert_eq!(group.member_count, count, "{document}");
        assert_eq!(serde_json::to_value(group).unwrap()["original"], document);
    }
}
