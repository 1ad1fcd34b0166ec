//! When a deletion counts as done.

use tenable_api::security_center::{DeleteToken, SecurityCenter};
use tenable_api::{Effect, ErrorKind};
use tenable_model::security_center::{OrganizationId, UserAddress, UserId};
use tenable_transport::TransportErrorKind;

use super::support::{PASSWORD, Reply, Server, expired, ok, raw, refusal, session};

fn missing() -> Reply {
    refusal(403, 147, "Unable to find existing User #9 to delete.\nUser #9 does not exist.\n").into()
}

fn lost() -> Reply {
    Reply::Failure(TransportErrorKind::Interrupted)
}

fn nine() -> UserAddress {
    UserAddress::own(9)
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_counts_as_deleted_for_those_who_ask() {
    let server = Server::new([], vec![missing(); 4]);
    let sc = server.client(None);
    let error = sc.users().delete(nine()).send().await.unwrap_err();
    assert!(error.is_not_found() && error.effect() == Effect::NotApplied, "{error}");
    let gone = sc.users().delete(nine()).with_missing_as_deleted().send_with_response().await.unwrap();
    assert_eq!(gone.status.as_u16(), 403);
    sc.groups().delete(9).with_missing_as_deleted().send().await.unwrap();
    sc.roles().delete(9).with_missing_as_deleted().send().await.unwrap();

    let server = Server::new([], [refusal(200, 147, "").into()]);
    server.client(None).users().delete(nine()).with_missing_as_deleted().send().await.unwrap();

    let long = format!(r#"{{"error_code":147,"error_msg":"User #9 does not exist.{}"}}"#, " ".repeat(10_000));
    let server = Server::new([], [raw(200, long).into()]);
    server.client(None).users().delete(nine()).with_missing_as_deleted().send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_organization_of_a_user_is_no_second_object() {
    let server = Server::new([], [missing()]);
    let address = UserAddress::from((OrganizationId(2), UserId(9)));
    server.client(None).users().delete(address).with_missing_as_deleted().send().await.unwrap();
    assert_eq!(server.lines(), ["DELETE /rest/user/9?orgID=2"]);
}

#[tokio::test(start_paused = true)]
async fn who_takes_over_may_be_what_is_missing() {
    let server = Server::new([], vec![missing(); 2]);
    let sc = server.client(None);
    let call = sc.users().delete(nine()).migrate_user_id(4).with_missing_as_deleted();
    assert!(call.send().await.unwrap_err().is_not_found());
    let address = UserAddress::from((OrganizationId(2), UserId(9)));
    let call = sc.users().delete(address).migrate_user_id(4).with_missing_as_deleted();
    assert!(call.send().await.unwrap_err().is_not_found());
    assert_eq!(server.requests()[1].body(), r#"{"migrateUserID":4,"orgID":2}"#);
}

#[tokio::test(start_paused = true)]
async fn it_is_of_no_effect_on_other_calls_and_refusals() {
    let not_found = || Reply::from(refusal(403, 147, "User #9 does not exist.\n"));
    let server = Server::new(
        [],
        [not_found(), not_found(), refusal(403, 146, "No.").into(), raw(404, "").into(), raw(400, "").into()],
    );
    let sc = server.client(None);
    assert!(sc.users().details(nine()).with_missing_as_deleted().send().await.unwrap_err().is_not_found());
    assert!(sc.users().update(nine()).title("Head").with_missing_as_deleted().send().await.unwrap_err().is_not_found());
    for kind in [ErrorKind::PermissionDenied, ErrorKind::Other, ErrorKind::Unauthenticated] {
        let error = sc.users().delete(nine()).with_missing_as_deleted().send().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_after_a_lost_answer_counts_as_deleted() {
    for first in [lost(), raw(502, "").into(), Reply::Failure(TransportErrorKind::AttemptTimeout)] {
        let server = Server::new([], [first, missing()]);
        let gone = server.client(None).users().delete(nine()).send_with_response().await.unwrap();
        assert_eq!((gone.attempts, server.count("DELETE /rest/user/9")), (2, 2));
    }

    // A connection that was never made leaves no doubt: it was gone before.
    let server = Server::new([], [Reply::Failure(TransportErrorKind::Connect), missing()]);
    assert!(server.client(None).users().delete(nine()).send().await.unwrap_err().is_not_found());

    // Nor does a database that was locked.
    let server = Server::new([], [refusal(403, 1, "database is locked").into(), missing()]);
    assert!(server.client(None).users().delete(nine()).send().await.unwrap_err().is_not_found());

    let server = Server::new([], [lost(), missing()]);
    let error = server.client(None).users().delete(nine()).migrate_user_id(4).send().await.unwrap_err();
    assert!(error.is_not_found() && error.outcome_unknown(), "{error}");

    let server = Server::new([], [lost(), missing()]);
    let error = server.client(None).users().update(nine()).title("Head").send().await.unwrap_err();
    assert!(error.is_not_found() && error.outcome_unknown(), "{error}");
}

/// Where the path has no number, what is removed stands in the body, or is the session itself.
#[tokio::test(start_paused = true)]
async fn what_the_path_does_not_name_is_gone_as_well() {
    let no_preference = || Reply::from(refusal(403, 147, "Preference #darkMode does not exist.\n"));
    let delete = |sc: &SecurityCenter| sc.current_user().delete_preference("darkMode").tag("console").send();
    let server = Server::new([], [lost(), no_preference(), no_preference()]);
    let sc = server.client(None);
    delete(&sc).await.unwrap();
    assert!(delete(&sc).await.unwrap_err().is_not_found());

    for (answers, over) in [(vec![lost()], false), (vec![], true)] {
        let answers = answers.into_iter().chain([expired()]);
        let server = Server::new([session(7)], answers);
        let ended = server.client(Some(PASSWORD)).client().execute(&DeleteToken::new()).await;
        assert_eq!(ended.map_err(|error| error.kind()).err(), over.then_some(ErrorKind::SessionExpired));
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_was_done_is_done() {
    let server = Server::new([], [raw(200, "").into(), ok("{}"), ok(r#""""#), lost(), ok(r#""""#)]);
    let sc = server.client(None);
    for _ in 0..4 {
        sc.users().delete(nine()).send().await.unwrap();
    }
}
