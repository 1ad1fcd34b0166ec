//! API keys.

use serde_json::json;

use super::support::{BLAKE, Center, LOCKED, MANAGER, key_header, to};

fn status(center: &Center, header: &str) -> u16 {
    center.send(to("GET", "/currentUser").header("x-apikey", header), None, None).status
}

#[test]
fn e7_a_bad_key_is_refused_with_status_400() {
    let center = Center::new();
    let (mine, other) = (center.core.api_key(1, 1).unwrap(), center.core.api_key(1, 2).unwrap());
    assert_eq!(status(&center, &key_header(&mine)), 200);
    for header in [
        format!("accesskey={}; secretkey={};", mine.access_key, other.secret_key),
        format!("accesskey={};", mine.access_key),
        format!("secretkey={};", mine.secret_key),
        mine.access_key.clone(),
        String::new(),
    ] {
        assert_eq!(status(&center, &header), 400, "{header}");
    }
}

#[test]
fn e7_a_key_and_a_token_together_are_refused() {
    let center = Center::new();
    let session = center.login("north.manager");
    let key = key_header(&center.core.api_key(1, 1).unwrap());
    let both = session.authorize(to("GET", "/currentUser")).header("x-apikey", &key);
    assert_eq!(center.send(both, None, None).status, 400);
    // A cookie alone, as a cookie jar may add it, is no token.
    let cookie = to("GET", "/currentUser").header("x-apikey", &key).header("Cookie", "TNS_SESSIONID=0");
    assert_eq!(center.send(cookie, None, None).status, 200);
}

#[test]
fn e7_the_switch_blocks_keys_and_revives_them() {
    let center = Center::new();
    let header = key_header(&center.core.api_key(1, 1).unwrap());
    center.core.allow_api_keys(false);
    assert_eq!(status(&center, &header), 400);
    center.core.allow_api_keys(true);
    assert_eq!(status(&center, &header), 200);
}

#[test]
fn e7_a_bad_key_on_the_system_can_be_refused_as_recorded() {
    let center = Center::with(&[("sc.bad_key_on_system", "403")]);
    let answer = center.send(to("GET", "/system").header("x-apikey", "accesskey=a; secretkey=b;"), None, None);
    assert_eq!((answer.status, answer.code(), answer.message()), (403, 0, ""));
    assert_eq!(answer.headers["content-type"], "text/html; charset=UTF-8");
    assert!(!answer.text.ends_with('\n'));
    // Elsewhere nothing changes.
    assert_eq!(status(&center, "accesskey=a; secretkey=b;"), 400);
}

#[test]
fn e8_the_case_of_names_and_the_last_semicolon_do_not_matter() {
    let center = Center::new();
    let key = center.core.api_key(1, 1).unwrap();
    let (access, secret) = (&key.access_key, &key.secret_key);
    for header in [
        format!("accesskey={access}; secretkey={secret};"),
        format!("accessKey={access}; secretKey={secret}"),
        format!("ACCESSKEY={access};SECRETKEY={secret}"),
        format!("secretkey={secret}; accesskey={access};"),
    ] {
        assert_eq!(status(&center, &header), 200, "{header}");
    }
}

#[test]
fn keys_are_32_lower_case_hexadecimal_characters_and_fresh() {
    let keys = [Center::new(), Center::new()].map(|center| center.core.api_key(1, 1).unwrap());
    assert_ne!(keys[0], keys[1]);
    for part in keys.iter().flat_map(|key| [&key.access_key, &key.secret_key]) {
        assert!(part.len() == 32 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{part}");
    }
}

#[test]
fn a_new_key_replaces_the_old_one_at_once() {
    let center = Center::new();
    let old = center.core.api_key(1, 4).unwrap();
    let new = center.core.generate_api_key(1, 4).unwrap().unwrap();
    assert_eq!((status(&center, &key_header(&old)), status(&center, &key_header(&new))), (400, 200));
    assert_eq!(center.core.api_key(1, 4), Some(new));
    assert_eq!(center.core.generate_api_key(1, 99).unwrap(), None);
    // A created user has none until one is made.
    let who = center.create("ann");
    assert_eq!(center.core.api_key(who.0, who.1), None);
    assert_eq!(center.get(MANAGER, &format!("/user/{}", who.1))["apiKeys"], json!([]));
    let made = center.core.generate_api_key(who.0, who.1).unwrap().unwrap();
    assert_eq!(status(&center, &key_header(&made)), 200);
}

#[test]
fn a_key_has_the_rights_of_its_owner() {
    let center = Center::new();
    assert_eq!(center.get(BLAKE, "/currentUser")["username"], "blake.viewer");
    center.refused(146, BLAKE, "POST", "/group", json!({ "name": "A" }));
    assert_eq!(center.ask(LOCKED, "GET", "/currentUser", None).status, 400);
}

#[test]
fn e7_versions_before_keys_do_not_know_the_header() {
    let center = Center::with(&[("sc.api_keys", "absent")]);
    let answer = center.ask(MANAGER, "GET", "/currentUser", None);
    assert_eq!((answer.status, answer.code()), (403, 12));
}
