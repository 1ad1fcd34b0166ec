//! What a client is built from.

use std::process::Command;

use tenable_api::Builder;
use tenable_api::security_center::{SecurityCenter, Settings};

use super::support::{PASSWORD, Server, none, session};

const URL: &str = "https://sc.example.com";
const CANARY: &str = "Canary-Secret-4711";

fn builder() -> Builder<Settings> {
    Server::new([], []).builder()
}

fn refused(builder: Builder<Settings>) -> String {
    builder.build().unwrap_err().to_string()
}

#[test]
fn what_is_missing_is_said_with_the_way_to_give_it() {
    let error = refused(SecurityCenter::builder().api_key("a", "b"));
    assert!(error.contains("the URL is missing") && error.contains("TSC_URL"), "{error}");
    let error = refused(builder());
    for part in
        ["no way to sign in", "API key", "password", "client_certificate_login", "TSC_ACCESS_KEY", "TSC_USERNAME"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn one_way_to_sign_in_is_enough() {
    let key = |builder: Builder<Settings>| builder.api_key("a", "b");
    let login = |builder: Builder<Settings>| builder.login("ann", PASSWORD);
    for twofold in [
        login(key(builder())),
        key(builder()).client_certificate_login(),
        login(builder()).client_certificate_login(),
        login(key(builder())).client_certificate_login(),
    ] {
        assert!(refused(twofold).contains("more than one way to sign in"));
    }
}

#[test]
fn what_is_no_key_is_refused_before_any_request() {
    for (access, secret, text) in [
        ("", CANARY, "the access key is empty"),
        (CANARY, " \n", "the secret key is empty"),
        (CANARY, "Canary-Secret-4711;", "the secret key is no key alone"),
        ("accesskey=Canary-Secret-4711", CANARY, "the access key is no key alone"),
        ("Canary-Secret-4711; secretkey=Canary-Secret-4711;", CANARY, "the access key is no key alone"),
        ("Canary-Secret-4711,", CANARY, "the access key is no key alone"),
        ("Canary Secret-4711", CANARY, "the access key is no key alone"),
        ("Canary-Secret-4711\u{0}", CANARY, "characters that a header cannot hold"),
        ("Canary-Secret-4711\r\nx-evil: 1", CANARY, "the access key is no key alone"),
    ] {
        let error = refused(builder().api_key(access, secret));
        assert!(error.contains(text), "{error}");
        assert!(!error.contains("4711"), "{error}");
    }
}

#[test]
fn a_name_and_a_password_are_both_needed() {
    assert!(refused(builder().login(" ", PASSWORD)).contains("the user name is empty"));
    assert!(refused(builder().login("ann", "")).contains("the password is empty"));
}

#[test]
fn an_address_is_checked_before_any_request() {
    for (url, part) in [
        ("sc.example.com", "https://"),
        ("http://sc.example.com", "plain http"),
        ("https://sc.example.com/rest/user", "what follows /rest is added by the client"),
    ] {
        let error = refused(builder().url(url).login("ann", PASSWORD));
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let token = 1_234_567_890;
    let server = Server::new([session(token)], [none()]);
    let by_key = server.builder().api_key(CANARY, CANARY).build().unwrap();
    let sc = server.builder().login("ann", CANARY).build().unwrap();
    let before = format!("{sc:?}");
    let response = sc.users().list().send_with_response().await.unwrap();
    let shown = [
        before,
        format!("{:?} {:#?}", builder().api_key(CANARY, CANARY), builder().login("ann", CANARY)),
        format!("{by_key:?} {by_key:#?} {:?}", by_key.users()),
        format!("{sc:?} {sc:#?} {:?} {:?} {response:?}", sc.client(), sc.users().list()),
        format!("{:?}", sc.current_user().change_password(CANARY, CANARY)),
        format!("{:?}", sc.token().create("ann", CANARY)),
        format!("{:?}", sc.users().create("bo", 2).password(CANARY)),
    ]
    .join("\n");
    for secret in [CANARY, &token.to_string(), "5f2b"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    for way in ["\"API key\"", "\"password\"", "open: true", "open: false"] {
        assert!(shown.contains(way), "{way}: {shown}");
    }
}

/// Set where this test program is run once more for its environment.
const INNER: &str = "TENABLE_API_TEST_ENVIRONMENT";

/// What `from_env` makes of these variables, in a process of its own: those of this one belong to all its tests.
fn from_env(variables: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "security_center::settings::the_environment_names_address_and_credentials"])
        .env_clear()
        .env(INNER, "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = output.lines().find_map(|line| line.split_once("outcome: "));
    line.unwrap_or_else(|| panic!("no outcome in {output}")).1.to_owned()
}

#[test]
fn the_environment_names_address_and_credentials() {
    if std::env::var_os(INNER).is_some() {
        let chosen = std::env::var_os("CHOSEN").is_some();
        let builder = if chosen { builder().client_certificate_login() } else { builder() };
        let outcome = builder.from_env().and_then(Builder::<Settings>::build);
        println!("\noutcome: {}", outcome.map_or_else(|error| error.to_string(), |sc| format!("{sc:?}")));
        return;
    }
    let (url, access, secret) = (("TSC_URL", URL), ("TSC_ACCESS_KEY", CANARY), ("TSC_SECRET_KEY", CANARY));
    let (username, password) = (("TSC_USERNAME", "ann"), ("TSC_PASSWORD", CANARY));
    for (variables, part) in [
        (&[url, access, secret][..], "\"API key\""),
        (&[url, username, password], "\"password\""),
        (&[url, access, secret, username, password], "\"API key\""),
        (&[url, access, secret, ("CHOSEN", "1")], "\"client certificate\""),
        (&[url, access, ("CHOSEN", "1")], "\"client certificate\""),
        (&[url, ("TSC_ACCESS_KEY", " "), username, password], "\"password\""),
        (&[url, access], "TSC_ACCESS_KEY is set, and TSC_SECRET_KEY is missing"),
        (&[url, secret], "TSC_SECRET_KEY is set, and TSC_ACCESS_KEY is missing"),
        (&[url, access, username, password], "TSC_ACCESS_KEY is set, and TSC_SECRET_KEY is missing"),
        (&[url, username], "TSC_USERNAME is set, and TSC_PASSWORD is missing"),
        (&[url, password], "TSC_PASSWORD is set, and TSC_USERNAME is missing"),
        (&[url], "no way to sign in"),
        (&[("TSC_URL", "https://other.example.com"), access, secret], "other.example.com"),
    ] {
        let outcome = from_env(variables);
        assert!(outcome.contains(part), "{variables:?}: {outcome}");
        assert!(!outcome.contains(CANARY), "{outcome}");
    }
}
