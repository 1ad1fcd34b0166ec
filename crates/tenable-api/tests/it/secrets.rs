//! No secret in any Debug or Display of requests, clients and errors, also when a server repeats what it was sent.

use std::error::Error;

use tenable_api::identity_exposure::{
    ChangePassword, CreateUser, IdentityExposure, ResetPassword, UpdateUser, operation,
};

use crate::script::{Answer, Script};

const CANARY: &str = "Canary-Secret-4711";

fn assert_clean(what: &str, shown: &str) {
    assert!(!shown.contains(CANARY), "{what} shows the secret: {shown}");
}

fn everything_of(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(|error| format!("{error} {error:?} {error:#?}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn requests_and_clients_do_not_show_secrets() {
    assert_clean("CreateUser", &format!("{:?}", CreateUser::new("Ann", "ann@example.com", CANARY)));
    assert_clean("UpdateUser", &format!("{:#?}", UpdateUser::new(7).password(CANARY)));
    assert_clean("ChangePassword", &format!("{:?}", ChangePassword::new(CANARY, CANARY)));
    assert_clean("ResetPassword", &format!("{:?}", ResetPassword::new(CANARY, CANARY)));
    let builder = IdentityExposure::builder().url("https://tie.example.com").api_key(CANARY);
    assert_clean("Builder", &format!("{builder:?} {builder:#?}"));
    let client = builder.transport(tenable_transport::SharedTransport::new(Script::new([]))).build().unwrap();
    assert_clean("client", &format!("{client:?} {client:#?}"));
    assert_clean("call", &format!("{:?}", client.users().create("Ann", "ann@example.com", CANARY)));
}

#[tokio::test(start_paused = true)]
async fn errors_do_not_show_what_the_server_repeats() {
    const REPEATED: &str = r#"{"code":"Canary-Secret-4711","message":"the password Canary-Secret-4711 is too weak"}"#;
    for answer in [
        Answer::Status(400, REPEATED),
        Answer::Status(500, "<p>POST failed: Canary-Secret-4711</p>"),
        Answer::Status(200, "<p>Canary-Secret-4711</p>"),
        Answer::Status(200, r#"[{"id":"Canary-Secret-4711"}]"#),
    ] {
        let client = Script::new([answer.clone()]).client();
        let error = client.users().create("Ann", "ann@example.com", CANARY).send().await.unwrap_err();
        assert_clean(&format!("{answer:?}"), &everything_of(&error));
        let error = client.users().update(7).password(CANARY).send().await.unwrap_err();
        assert_clean(&format!("{answer:?}"), &everything_of(&error));
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_read_is_not_quoted() {
    for body in [r#"{"key":["Canary-Secret-4711"]}"#, r#"{"key":{"a":"Canary-Secret-4711"}}"#, "\"Canary-Secret-4711\""]
    {
        let error = Script::new([Answer::Status(200, body)]).client().api_key().read().send().await.unwrap_err();
        assert_clean(body, &everything_of(&error));
    }
}

#[test]
fn refused_arguments_are_not_quoted() {
    let change = operation("users.change_password").unwrap();
    for arguments in [
        serde_json::json!({"oldPassword": [CANARY], "newPassword": "x"}),
        serde_json::json!({"oldPassword": "x", "newPassword": {"a": CANARY}}),
        serde_json::json!(CANARY),
    ] {
        assert_clean("arguments", &everything_of(&change.request(arguments).unwrap_err()));
    }
}

#[tokio::test]
async fn a_repeated_secret_is_masked_in_every_form() {
    let long = format!("{} {CANARY}", "x".repeat(190));
    let straddling: &'static str = Box::leak(long.into_boxed_str());
    for (password, body, part) in [
        (CANARY, straddling, "Canary"),
        ("two  blanks in it", "refused: two  blanks in it", "blanks"),
        ("with \"quotes\" in", r#"{"detail":{"password":"with \"quotes\" in"}}"#, "quotes"),
        ("<angle>&amp", "<p>refused: &lt;angle&gt;&amp;amp</p>", "angle"),
        ("c", r#"{"message":"c is a weak password"}"#, "weak"),
    ] {
        let client = Script::new([Answer::Status(400, body)]).client();
        let error = client.users().create("Ann", "ann@example.com", password).send().await.unwrap_err();
        let shown = everything_of(&error);
        assert!(!shown.contains(part), "{password:?}: {shown}");
        assert!(error.to_string().starts_with("users.create: the server refused the request as invalid"), "{error}");
    }
}

#[tokio::test]
async fn a_repeated_key_is_masked() {
    let client = Script::new([Answer::Status(401, r#"{"message":"unknown key first-key"}"#)]).client();
    let error = client.users().list().send().await.unwrap_err();
    assert!(!everything_of(&error).contains("first-key"), "{error}");
    assert_eq!(error.message(), Some("unknown key [REDACTED]"));
}

#[tokio::test]
async fn a_secret_in_an_error_of_a_revealing_call_is_masked() {
    let client = Script::new([Answer::Status(502, r#"{"key":"Canary-Secret-4711"}"#)]).client();
    let error = client.api_key().renew().send().await.unwrap_err();
    assert_clean("renewal", &everything_of(&error));
}
