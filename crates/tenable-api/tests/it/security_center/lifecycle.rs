//! What calls do to the session: its switch, its end, and a new password.

use std::sync::Arc;

use tenable_api::security_center::SecurityCenter;
use tenable_api::{Effect, ErrorKind};
use tenable_transport::TransportErrorKind;

use super::support::{PASSWORD, Reply, Server, done, expired, header, none, ok, raw, refusal, session};

const NEW_PASSWORD: &str = "Copper-Lantern-77";

fn two_sessions(replies: impl IntoIterator<Item = Reply>) -> (Arc<Server>, SecurityCenter) {
    let server = Server::new([session(123_456_789), session(987_654_321)], replies);
    let sc = server.client(Some(PASSWORD));
    (server, sc)
}

#[tokio::test(start_paused = true)]
async fn a_switched_session_is_not_renewed_as_somebody_else() {
    let (server, sc) = two_sessions([done(), none(), expired(), expired(), expired(), none()]);
    sc.current_user().switch("bo").send().await.unwrap();
    sc.users().list().send().await.unwrap();
    for _ in 0..2 {
        let error = sc.users().list().send().await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::SessionExpired, Effect::NotApplied), "{error}");
        assert!(error.to_string().contains("close()") && error.is_unauthenticated(), "{error}");
    }
    assert_eq!(server.count("POST /rest/token"), 1, "nobody signs in");
    sc.close().await.unwrap();
    sc.users().list().send().await.unwrap();
    assert_eq!(server.lines()[5..], ["DELETE /rest/token", "POST /rest/token", "GET /rest/user"]);
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_was_refused_changes_nothing() {
    let refused = || Reply::from(refusal(403, 146, "User 'bo' is not linked.\n"));
    let (server, sc) = two_sessions([refused(), expired(), none()]);
    assert!(sc.current_user().switch("bo").send().await.unwrap_err().is_permission_denied());
    sc.users().list().send().await.unwrap();
    assert_eq!(server.count("POST /rest/token"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_switch_in_a_session_that_is_over_switches_the_new_one() {
    let (server, sc) = two_sessions([none(), expired(), done(), expired()]);
    sc.users().list().send().await.unwrap();
    sc.current_user().switch("bo").send().await.unwrap();
    let error = sc.users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
    assert_eq!(server.count("POST /rest/token"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_switch_of_unknown_outcome_counts_as_one() {
    // It may have been carried out, and to go on as the first account would be a surprise.
    for lost in
        [Reply::Failure(TransportErrorKind::Interrupted), raw(502, "").into(), raw(200, "<h1>Hello</h1>").into()]
    {
        let (server, sc) = two_sessions([lost, none(), expired()]);
        assert!(sc.current_user().switch("bo").send().await.unwrap_err().outcome_unknown());
        sc.users().list().send().await.unwrap();
        let error = sc.users().list().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
        assert_eq!(server.count("POST /rest/token"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_is_given_up_counts_as_one() {
    let (server, sc) = two_sessions([none(), done().after(5_000), expired(), expired(), none()]);
    sc.users().list().send().await.unwrap();
    let switch = sc.current_user().switch("bo").send();
    tokio::time::timeout(std::time::Duration::from_millis(20), switch).await.unwrap_err();
    let error = sc.users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
    assert_eq!(server.count("POST /rest/token"), 1);
    sc.close().await.unwrap();
    sc.users().list().send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_is_given_up_while_its_session_is_renewed_changes_nothing() {
    let sign_ins = [session(123_456_789), session(987_654_321).after(5_000), session(555_555_555)];
    let server = Server::new(sign_ins, [expired(), expired(), none()]);
    let sc = server.client(Some(PASSWORD));
    let switch = sc.current_user().switch("bo").send();
    tokio::time::timeout(std::time::Duration::from_millis(20), switch).await.unwrap_err();
    sc.users().list().send().await.unwrap();
    assert_eq!(server.count("POST /rest/token"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_never_left_changes_nothing() {
    let unsent = Reply::Failure(TransportErrorKind::Connect);
    let (server, sc) = two_sessions([unsent.clone(), unsent.clone(), unsent, expired(), none()]);
    assert!(sc.current_user().switch("bo").send().await.unwrap_err().is_connect());
    sc.users().list().send().await.unwrap();
    assert_eq!(server.count("POST /rest/token"), 2);
}

#[tokio::test(start_paused = true)]
async fn the_next_sign_in_uses_the_new_password() {
    // The product is not known to answer with the user, and has changed the password all the same.
    for (answer, readable) in [(ok(r#"{"id":"4"}"#), true), (done(), false)] {
        let (server, sc) = two_sessions([answer, expired(), none()]);
        let changed = sc.current_user().change_password(NEW_PASSWORD, PASSWORD).send().await;
        match changed {
            Ok(_) => assert!(readable),
            Err(error) => assert!(!readable && error.effect() == Effect::Applied, "{error}"),
        }
        sc.users().list().send().await.unwrap();
        assert_eq!(
            server.sign_in_bodies(),
            [
                r#"{"username":"ann","password":"Violet-Harbor-42"}"#,
                r#"{"username":"ann","password":"Copper-Lantern-77"}"#
            ]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_untyped_change_of_password_counts_too() {
    let (server, sc) = two_sessions([ok(r#"{"id":"4"}"#), expired(), none()]);
    let change = tenable_api::security_center::operation("current_user.change_password").unwrap();
    let arguments = serde_json::json!({"password": NEW_PASSWORD, "currentPassword": PASSWORD});
    sc.client().execute_untyped(change, arguments).await.unwrap();
    sc.users().list().send().await.unwrap();
    assert!(server.sign_in_bodies()[1].contains(NEW_PASSWORD));
}

#[tokio::test(start_paused = true)]
async fn a_password_that_was_not_changed_is_used_on() {
    for refused in
        [refusal(403, 146, "The current password is wrong.\n"), refusal(200, 142, "no"), raw(200, "<h1>Sign in</h1>")]
    {
        let (server, sc) = two_sessions([refused.into(), expired(), none()]);
        sc.current_user().change_password(NEW_PASSWORD, PASSWORD).send().await.unwrap_err();
        sc.users().list().send().await.unwrap();
        assert!(server.sign_in_bodies()[1].contains(PASSWORD), "{:?}", server.sign_in_bodies());
    }
}

#[tokio::test(start_paused = true)]
async fn the_password_of_another_account_is_not_used() {
    let (server, sc) = two_sessions([done(), ok(r#"{"id":"9"}"#), done(), none()]);
    sc.current_user().switch("bo").send().await.unwrap();
    sc.current_user().change_password(NEW_PASSWORD, "Amber-Meadow-19").send().await.unwrap();
    sc.close().await.unwrap();
    sc.users().list().send().await.unwrap();
    assert!(server.sign_in_bodies()[1].contains(PASSWORD), "{:?}", server.sign_in_bodies());
}

#[tokio::test(start_paused = true)]
async fn closing_ends_the_session_for_all_clones_once() {
    let (server, sc) = two_sessions([none(), done(), none()]);
    let clone = sc.clone();
    sc.users().list().send().await.unwrap();
    clone.close().await.unwrap();
    sc.close().await.unwrap();
    assert_eq!(server.lines(), ["POST /rest/token", "GET /rest/user", "DELETE /rest/token"]);
    let end = &server.requests()[2];
    assert_eq!(header(end, "x-securitycenter"), Some("123456789"));
    assert_eq!(header(end, "cookie"), Some("TNS_SESSIONID=5f2b123456789"));
    assert!(end.body().is_empty());

    sc.users().list().send().await.unwrap();
    assert_eq!(server.lines()[3..], ["POST /rest/token", "GET /rest/user"]);
    assert_eq!(header(&server.requests()[4], "x-securitycenter"), Some("987654321"));
}

#[tokio::test(start_paused = true)]
async fn there_is_nothing_to_close_without_a_session() {
    let server = Server::new([], [none()]);
    server.client(Some(PASSWORD)).close().await.unwrap();
    let by_key = server.client(None);
    by_key.users().list().send().await.unwrap();
    by_key.close().await.unwrap();
    assert_eq!(server.lines(), ["GET /rest/user"]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_over_already_is_closed() {
    for over in [expired(), refusal(200, 12, "no").into()] {
        let (server, sc) = two_sessions([none(), over, none()]);
        sc.users().list().send().await.unwrap();
        sc.close().await.unwrap();
        assert_eq!(server.lines()[2..], ["DELETE /rest/token"], "nobody signs in to sign out");
        sc.users().list().send().await.unwrap();
        assert_eq!(server.count("POST /rest/token"), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_could_not_be_ended_is_not_used_on() {
    let (server, sc) = two_sessions([none(), refusal(403, 99, "Not now.\n").into(), none()]);
    sc.users().list().send().await.unwrap();
    assert!(sc.close().await.unwrap_err().is_permission_denied());
    sc.close().await.unwrap();
    sc.users().list().send().await.unwrap();
    assert_eq!(header(&server.requests()[4], "x-securitycenter"), Some("987654321"));
}

#[tokio::test(start_paused = true)]
async fn an_end_that_was_lost_is_sent_again_and_found_done() {
    let (server, sc) = two_sessions([none(), Reply::Failure(TransportErrorKind::Interrupted), expired()]);
    sc.users().list().send().await.unwrap();
    sc.close().await.unwrap();
    assert_eq!(server.lines()[2..], ["DELETE /rest/token", "DELETE /rest/token"]);
}

#[tokio::test(start_paused = true)]
async fn closing_twice_at_once_opens_no_session() {
    let server = Server::new([session(123_456_789)], [none(), done().after(50)]);
    let sc = server.builder().login("ann", PASSWORD).calls_in_flight(1).build().unwrap();
    sc.users().list().send().await.unwrap();
    let (first, second) = tokio::join!(sc.close(), sc.close());
    first.unwrap();
    second.unwrap();
    assert_eq!(server.lines(), ["POST /rest/token", "GET /rest/user", "DELETE /rest/token"]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_ended_by_hand_is_not_used_on() {
    let (server, sc) = two_sessions([none(), done(), none()]);
    sc.users().list().send().await.unwrap();
    sc.token().delete().send().await.unwrap();
    sc.close().await.unwrap();
    sc.users().list().send().await.unwrap();
    assert_eq!(server.lines()[2..], ["DELETE /rest/token", "POST /rest/token", "GET /rest/user"]);
}
