//! No secret in any error or log, also when a server repeats what it was sent.

use std::error::Error;

use tenable_model::security_center::UserAddress;

use super::support::{Reply, Server, done, envelope, expired, none, ok, raw, refusal, with_header};
use crate::log;

const PASSWORD: &str = "Canary-Password-1";
const OTHER_PASSWORD: &str = "Canary-Password-2";
const TOKEN: &str = "4711471147";
const COOKIE: &str = "canarycookie4711";
const ACCESS: &str = "canary-access-4711";
const SECRET: &str = "canary-secret-4711";
/// Any of them holds one of these.
const PARTS: [&str; 3] = ["anary", "4711", "Password-"];

/// All secrets, in one text.
fn all() -> String {
    [PASSWORD, OTHER_PASSWORD, TOKEN, COOKIE, ACCESS, SECRET].join(" and ")
}

fn everything_of(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(|error| format!("{error} {error:?} {error:#?}")).collect::<Vec<_>>().join(" ")
}

fn assert_clean(what: &str, shown: &str) {
    for part in PARTS {
        assert!(!shown.contains(part), "{what} shows {part}: {shown}");
    }
}

fn assert_clean_error(what: &str, error: &tenable_api::Error) {
    assert_clean(what, &format!("{} {}", everything_of(error), error.report()));
}

fn session() -> Reply {
    let answer = envelope(200, 0, "", &format!(r#"{{"token":{TOKEN}}}"#));
    with_header(answer, "set-cookie", &format!("TNS_SESSIONID={COOKIE}; path=/")).into()
}

/// What a server may say.
fn answers(said: &str) -> Vec<Reply> {
    let quoted = serde_json::Value::from(said);
    vec![
        refusal(403, 146, &format!("{said} is no good.\n")).into(),
        refusal(403, 147, &format!("{said} does not exist.\n")).into(),
        refusal(200, 99, said).into(),
        refusal(500, 3, said).into(),
        raw(400, format!("<p>{said}</p>")).into(),
        raw(502, said.to_owned()).into(),
        raw(404, said.to_owned()).into(),
        raw(200, format!("<p>{said}</p>")).into(),
        envelope(200, 0, "", &format!("[{quoted}]")).into(),
        envelope(200, 0, "", &format!(r#"{{"id":{quoted}}}"#)).into(),
    ]
}

#[tokio::test(start_paused = true)]
async fn errors_in_a_session_do_not_show_what_the_server_repeats() {
    let said = [PASSWORD, OTHER_PASSWORD, TOKEN, COOKIE].join(" and ");
    for answer in answers(&said) {
        // A lost gateway is asked again where that is safe.
        let server = Server::new([session()], vec![answer.clone(); 9]);
        let sc = server.builder().login("ann", PASSWORD).build().unwrap();
        for error in [
            sc.current_user().change_password(OTHER_PASSWORD, PASSWORD).send().await.unwrap_err(),
            sc.users().create("bo", 2).password(OTHER_PASSWORD).send().await.unwrap_err(),
            sc.users().update(UserAddress::own(4)).password(OTHER_PASSWORD, PASSWORD).send().await.unwrap_err(),
        ] {
            assert_clean_error(&format!("{answer:?}"), &error);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn errors_with_a_key_do_not_show_it() {
    for answer in answers(&format!("{ACCESS} and accesskey={ACCESS}; secretkey={SECRET};")) {
        let server = Server::new([], vec![answer.clone(); 6]);
        let sc = server.builder().api_key(ACCESS, SECRET).build().unwrap();
        for error in [
            sc.users().details(UserAddress::own(4)).send().await.unwrap_err(),
            sc.users().create("bo", 2).password("a pass word").send().await.unwrap_err(),
        ] {
            assert_clean_error(&format!("{answer:?}"), &error);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn errors_of_a_sign_in_do_not_show_what_the_server_repeats() {
    for answer in answers(PASSWORD) {
        let server = Server::new([answer.clone()], [answer.clone()]);
        let sc = server.builder().login("ann", PASSWORD).build().unwrap();
        assert_clean_error(&format!("{answer:?}"), &sc.users().list().send().await.unwrap_err());
    }
    for answer in answers(PASSWORD) {
        let server = Server::new([answer.clone()], []);
        let sc = server.builder().api_key(ACCESS, SECRET).build().unwrap();
        // A token that holds nothing but other fields is read as such.
        if let Err(error) = sc.token().create("ann", PASSWORD).send().await {
            assert_clean_error(&format!("{answer:?}"), &error);
        }
    }
    // Half a session is not shown either.
    let server = Server::new([envelope(200, 0, "", &format!(r#"{{"token":{TOKEN}}}"#)).into()], []);
    let error = server.builder().login("ann", PASSWORD).build().unwrap().users().list().send().await.unwrap_err();
    assert_clean_error("half a session", &error);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_end_of_a_session_does_not_show_it() {
    let server = Server::new([session()], [none(), refusal(403, 99, &format!("{TOKEN} {COOKIE}")).into()]);
    let sc = server.builder().login("ann", PASSWORD).build().unwrap();
    sc.users().list().send().await.unwrap();
    assert_clean_error("close", &sc.close().await.unwrap_err());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_could_not_be_renewed_does_not_show() {
    let refused = refusal(403, 71, &format!("{PASSWORD} for {TOKEN} {COOKIE}"));
    let server = Server::new([session(), refused.into()], [none(), expired()]);
    let sc = server.builder().login("ann", PASSWORD).build().unwrap();
    sc.users().list().send().await.unwrap();
    assert_clean_error("renewal", &sc.users().list().send().await.unwrap_err());
}

#[tokio::test(start_paused = true)]
async fn warnings_do_not_show_what_the_server_repeats() {
    let said = [PASSWORD, OTHER_PASSWORD, TOKEN, COOKIE].join(" and ");
    // A long answer is examined at another time than a short one.
    for blanks in [String::new(), " ".repeat(10_000)] {
        let body = format!(
            r#"{{"type":"regular","response":{{"id":"7"}}{blanks},"error_code":0,"error_msg":"","warnings":[{{"warning":"{said} is weak"}}],"timestamp":1612341234}}"#
        );
        let server = Server::new([session()], [raw(200, body).into()]);
        let sc = server.builder().login("ann", PASSWORD).build().unwrap();
        let response = sc.users().create("bo", 2).password(OTHER_PASSWORD).send_with_response().await.unwrap();
        assert_clean("warnings", &format!("{response:?} {:?}", response.warnings));
        assert_eq!(response.warnings.len(), 1);
        assert!(response.warnings[0]["warning"].as_str().unwrap().ends_with("is weak"));
        assert!(response.timestamp.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_tells_of_every_step_and_shows_no_secret() {
    log::listen();
    let full = ok(r#"{"releaseSession":true}"#);
    let server = Server::new(
        [full, session(), session(), refusal(403, 71, &all()).into()],
        [
            ok(r#"{"id":"4"}"#),
            refusal(403, 1, &format!("database is locked by {TOKEN}")).into(),
            refusal(403, 12, &all()).into(),
            ok(r#"{"id":"7"}"#),
            refusal(403, 146, &all()).into(),
            done(),
        ],
    );
    let sc = server.builder().login("ann", PASSWORD).release_session(true).build().unwrap();
    sc.current_user().change_password(OTHER_PASSWORD, PASSWORD).send().await.unwrap();
    sc.users().create("bo", 2).password(OTHER_PASSWORD).send().await.unwrap();
    sc.users().details(UserAddress::own(4)).send().await.unwrap_err();
    sc.close().await.unwrap();
    sc.users().list().send().await.unwrap_err();

    let server = Server::new([], [refusal(403, 0, &all()).into()]);
    let sc = server.builder().api_key(ACCESS, SECRET).build().unwrap();
    sc.users().delete(UserAddress::own(4)).send().await.unwrap_err();

    let text = log::written();
    assert_clean("the log", &text);
    for step in ["token.create", "current_user.change_password", "users.create", "sending again", "token.delete"] {
        assert!(text.contains(step), "{step}: {text}");
    }
}
