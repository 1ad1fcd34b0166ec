//! What stands around every value.

use serde_json::json;
use tenable_api::security_center::operation;
use tenable_api::{Effect, ErrorKind};
use tenable_model::security_center::UserAddress;

use super::support::{PASSWORD, Reply, Server, none, raw, refusal, session, with_header};

const WARNED: &str = r#"{"type":"regular","response":[{"id":"4","username":"ann"}],"error_code":0,"error_msg":"",
    "warnings":[{"code":7,"warning":"The licence ends soon."},"be quick"],"timestamp":1612341234}"#;

#[tokio::test]
async fn warnings_and_the_servers_time_come_with_the_value() {
    let server = Server::new([], [raw(200, WARNED).into(), raw(200, WARNED).into(), none()]);
    let sc = server.client(None);
    let warnings = [json!({"code": 7, "warning": "The licence ends soon."}), json!("be quick")];

    let typed = sc.users().list().send_with_response().await.unwrap();
    assert_eq!((typed.value.len(), typed.status.as_u16(), typed.attempts), (1, 200, 1));
    assert_eq!(typed.warnings, warnings);
    assert_eq!(typed.timestamp.unwrap().unix_seconds(), 1_612_341_234);
    let mapped = typed.map(|users| users.len());
    assert_eq!((mapped.value, mapped.warnings.len(), mapped.timestamp.is_some()), (1, 2, true));

    let untyped = sc.client().execute_untyped(operation("users.list").unwrap(), json!({})).await.unwrap();
    assert_eq!(untyped.value[0]["username"], "ann");
    assert_eq!(untyped.warnings, warnings);
    assert_eq!(untyped.timestamp.unwrap().unix_seconds(), 1_612_341_234);

    assert!(sc.users().list().send_with_response().await.unwrap().warnings.is_empty());
}

#[tokio::test]
async fn a_success_without_a_value_has_them_too() {
    let answer =
        r#"{"type":"regular","response":"","error_code":"0","error_msg":null,"warnings":["w"],"timestamp":"7"}"#;
    let server = Server::new([], [raw(200, answer).into()]);
    let response = server.client(None).users().delete(UserAddress::own(4)).send_with_response().await.unwrap();
    assert_eq!((response.warnings, response.timestamp.unwrap().unix_seconds()), (vec![json!("w")], 7));
}

#[tokio::test]
async fn an_error_in_a_status_of_success_is_an_error() {
    let denied = || refusal(200, 99, "Not for you.\n");
    let server = Server::new([], [denied().into(), denied().into(), refusal(200, 99, "").into()]);
    let sc = server.client(None);
    let error = sc.users().create("bo", 2).password("pw").send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::PermissionDenied, Effect::NotApplied), "{error}");
    assert_eq!((error.code(), error.message()), (Some("99"), Some("Not for you.")));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert!(sc.users().delete(UserAddress::own(4)).send().await.unwrap_err().is_permission_denied());
    let error = sc.users().list().send().await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("99"), None));
}

#[tokio::test]
async fn the_label_of_a_body_is_not_asked_for() {
    let labelled = |response| Reply::from(with_header(response, "content-type", "text/html; charset=UTF-8"));
    let server =
        Server::new([], [labelled(raw(200, WARNED)), labelled(refusal(403, 147, "User #4 does not exist.\n"))]);
    let sc = server.client(None);
    assert_eq!(sc.users().list().send().await.unwrap().len(), 1);
    let error = sc.users().details(UserAddress::own(4)).send().await.unwrap_err();
    assert!(error.is_not_found() && error.message() == Some("User #4 does not exist."), "{error}");
}

#[tokio::test]
async fn a_page_of_something_in_front_is_no_answer() {
    let page = || {
        let page = raw(200, "<html><head><title>Sign in</title></head></html>");
        Reply::from(with_header(page, "content-type", "text/html"))
    };
    let server = Server::new([session(123_456_789)], [page(), page(), page()]);
    let sc = server.client(Some(PASSWORD));
    let error = sc.users().list().send().await.unwrap_err();
    assert!(error.is_unreadable() && error.to_string().contains("text/html, not JSON: Sign in"), "{error}");
    assert_eq!(error.effect(), Effect::NotApplied);
    for error in [
        sc.users().create("bo", 2).password("pw").send().await.unwrap_err(),
        sc.users().delete(UserAddress::own(4)).send().await.unwrap_err(),
    ] {
        assert!(error.is_unreadable() && error.outcome_unknown(), "{error}");
        assert!(error.to_string().ends_with("it may or may not have been carried out; look before trying again"));
    }
    assert_eq!(server.count("POST /rest/token"), 1);
}

#[tokio::test]
async fn a_creation_whose_answer_cannot_be_read_was_carried_out() {
    let server = Server::new([], [super::support::ok(r#"{"id":[]}"#)]);
    let error = server.client(None).users().create("bo", 2).password("pw").send().await.unwrap_err();
    assert!(error.is_unreadable() && error.effect() == Effect::Applied, "{error}");
    assert!(error.to_string().contains("response.id"), "{error}");
}

#[tokio::test]
async fn another_product_at_the_address_knows_nothing_of_users() {
    for body in ["<html><h1>404 Not Found</h1></html>", r#"{"error":"not found"}"#, ""] {
        let other = || Reply::from(raw(404, body));
        let server = Server::new([], [other(), other(), other()]);
        let sc = server.client(None);
        let error = sc.users().details(UserAddress::own(4)).send().await.unwrap_err();
        assert!(!error.is_not_found() && error.kind() == ErrorKind::Other, "{body}: {error}");
        assert!(error.to_string().contains("this is no answer of Security Center, check the URL"), "{error}");
        sc.users().delete(UserAddress::own(4)).send().await.unwrap_err();
        sc.users().delete(UserAddress::own(4)).with_missing_as_deleted().send().await.unwrap_err();
        assert_eq!(server.requests().len(), 3);
    }
}

/// What stands behind a payload is seen however long that is; `said` is put behind it.
fn long(payload: &str, said: &str) -> Reply {
    let blanks = " ".repeat(10_000);
    raw(200, format!(r#"{{"type":"regular","response":{payload}{blanks},{said}}}"#)).into()
}

#[tokio::test]
async fn of_a_long_answer_all_is_told_that_is_told_of_a_short_one() {
    let users = r#"[{"id":"4","username":"ann"}]"#;
    let head = |code, message, warnings| {
        format!(r#""error_code":{code},"error_msg":{message},"warnings":{warnings},"timestamp":7"#)
    };
    let server = Server::new(
        [],
        [
            long(users, &head(0, r#""""#, r#"["w"]"#)),
            long(users, &head(99, r#""Not for you.""#, "[]")),
            long(r#"[{"id":[]}]"#, &head(99, r#""Not for you.""#, "[]")),
            long(r#"[{"id":[]}]"#, &head(0, r#""""#, "[]")),
            long(users, r#""error_msg":"\ud800","error_code":0"#),
            long(users, r#""type":"regular""#),
        ],
    );
    let sc = server.client(None);
    let told = sc.users().list().send_with_response().await.unwrap();
    assert_eq!((told.warnings, told.timestamp.unwrap().unix_seconds()), (vec![json!("w")], 7));
    for _ in 0..2 {
        let refused = sc.users().list().send().await.unwrap_err();
        assert_eq!(
            (refused.kind(), refused.message()),
            (ErrorKind::PermissionDenied, Some("Not for you.")),
            "{refused}"
        );
    }
    let unreadable = sc.users().list().send().await.unwrap_err();
    assert!(unreadable.is_unreadable() && unreadable.to_string().contains("response[0].id"), "{unreadable}");
    for _ in 0..2 {
        // What is wrong with the head, or that there is none, is nothing to the value.
        let told = sc.users().list().send_with_response().await.unwrap();
        assert_eq!((told.value.len(), told.warnings.len(), told.timestamp), (1, 0, None));
    }
}
