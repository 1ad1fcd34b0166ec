//! Signing in, the session, and its end.

use std::time::Duration;

use tenable_api::ErrorKind;
use tenable_emulator::faults::Fault;
use tenable_model::security_center::{Preference, UserAddress, UserId};
use tenable_tests::CoreTransport;

use super::PASSWORD;

#[tokio::test]
async fn a_session_opens_at_the_first_call_and_ends_at_close() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.session_of("north.manager");
    assert!(product.lines().is_empty(), "nothing is sent before it is needed");
    let me = sc.current_user().details().send().await.unwrap();
    assert_eq!((me.id, me.is_administrator()), (UserId(1), Some(false)));
    sc.clone().roles().list().send().await.unwrap();
    sc.close().await.unwrap();
    sc.close().await.unwrap();
    assert_eq!(
        product.lines(),
        ["POST /rest/token 200", "GET /rest/currentUser 200", "GET /rest/role 200", "DELETE /rest/token 200"]
    );
    sc.current_user().details().send().await.unwrap();
    assert_eq!(product.lines()[4..], ["POST /rest/token 200", "GET /rest/currentUser 200"]);
}

#[tokio::test]
async fn an_expired_session_is_renewed_unnoticed_once() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.session_of("north.manager");
    sc.current_user().details().send().await.unwrap();
    product.core.advance(Duration::from_secs(3601));
    let ann = sc.users().create("ann", 4).password(PASSWORD).group_id(2).send().await.unwrap();
    assert_eq!(ann.username.as_deref(), Some("ann"));
    assert_eq!(
        product.lines()[2..],
        ["POST /rest/user 403", "POST /rest/token 200", "POST /rest/user 200"],
        "a creation that a dead session kept from happening is sent again"
    );
}

#[tokio::test]
async fn the_session_limit_is_an_error_unless_a_session_may_be_released() {
    let product = CoreTransport::security_center(&[("sc.session_limit", "1")]);
    let first = product.session_of("north.manager");
    first.current_user().details().send().await.unwrap();

    let second = product.session_of("north.manager");
    let error = second.current_user().details().send().await.unwrap_err();
    assert!(error.is_session_limit() && error.kind() == ErrorKind::SessionLimit, "{error}");
    assert!(error.to_string().contains("release_session"), "{error}");

    let seed = tenable_emulator::security_center::SEED_PASSWORD;
    let third = product.builder().login("north.manager", seed).release_session(true).build().unwrap();
    third.current_user().details().send().await.unwrap();
    // The one that was ended signs in anew, if it can: the limit is reached again.
    assert!(first.current_user().details().send().await.unwrap_err().is_session_limit());
    third.close().await.unwrap();
    first.current_user().details().send().await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_sent_once() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.builder().login("avery.analyst", "wrong").build().unwrap();
    let (one, other) = tokio::join!(sc.roles().list().send(), sc.groups().list().send());
    for error in [one.unwrap_err(), other.unwrap_err()] {
        assert!(error.is_unauthenticated() && error.kind() == ErrorKind::Unauthenticated, "{}", error.report());
    }
    assert_eq!(product.lines(), ["POST /rest/token 403"]);
}

#[tokio::test]
async fn keys_need_no_session_and_depend_on_the_switch() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    assert_eq!(sc.current_user().details().send().await.unwrap().username.as_deref(), Some("north.manager"));
    sc.close().await.unwrap();
    assert_eq!(product.lines(), ["GET /rest/currentUser 200"]);
    product.core.allow_api_keys(false);
    let error = sc.current_user().details().send().await.unwrap_err();
    assert!(error.is_unauthenticated(), "{error}");
    product.core.allow_api_keys(true);
    sc.current_user().details().send().await.unwrap();
    for rules in [&[][..], &[("sc.bad_key_on_system", "403")]] {
        let product = CoreTransport::security_center(rules);
        let wrong = product.builder().api_key("0".repeat(32), "1".repeat(32)).build().unwrap();
        let error = wrong.system().details().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{}", error.report());
    }
}

#[tokio::test]
async fn ones_own_password_is_changed_and_used_from_then_on() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.session_of("avery.analyst");
    let seed = tenable_emulator::security_center::SEED_PASSWORD;
    let error = sc.current_user().change_password("Copper-Lantern-77", "not-mine").send().await.unwrap_err();
    assert!(!error.outcome_unknown(), "{error}");
    sc.current_user().change_password("Copper-Lantern-77", seed).send().await.unwrap();
    product.core.advance(Duration::from_secs(3601));
    sc.current_user().details().send().await.unwrap();
    assert!(product.session_of("avery.analyst").current_user().details().send().await.is_err());
}

#[tokio::test]
async fn a_switched_session_is_never_renewed_as_somebody_else() {
    let product = CoreTransport::security_center(&[]);
    let kit = product.session_of("kit.admin");
    let me = kit.current_user().details().fields(["username", "switchableUsers"]).send().await.unwrap();
    assert_eq!(me.switchable_users.unwrap().len(), 1);
    kit.current_user().switch("kit.linked").send().await.unwrap();
    let linked = kit.current_user().details().send().await.unwrap();
    assert_eq!(linked.username.as_deref(), Some("kit.linked"));
    product.core.advance(Duration::from_secs(3601));
    let error = kit.users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{}", error.report());
    kit.close().await.unwrap();
    let me = kit.current_user().details().send().await.unwrap();
    assert_eq!(me.username.as_deref(), Some("kit.admin"));
}

#[tokio::test]
async fn an_account_without_links_cannot_switch() {
    let product = CoreTransport::security_center(&[]);
    let error = product.session_of("north.manager").current_user().switch("avery.analyst").send().await.unwrap_err();
    assert!(error.is_permission_denied() || error.is_not_found() || error.is_invalid_input(), "{}", error.report());
}

#[tokio::test]
async fn ones_own_profile_and_preferences() {
    let sc = CoreTransport::security_center(&[]).session_of("avery.analyst");
    let changed = sc.current_user().update().firstname("Ave").phone("+32 2 555 01 34").send().await.unwrap();
    assert_eq!((changed.full_name().as_str(), changed.phone.as_deref()), ("Ave Analyst", Some("+32 2 555 01 34")));

    sc.current_user().set_preference("darkMode", "true").send().await.unwrap();
    let preferences = sc.current_user().preferences().send().await.unwrap();
    let dark = |list: &[Preference]| list.iter().any(|preference| preference.name == "darkMode");
    assert!(dark(&preferences));
    let whole = sc.current_user().details().fields(["preferences", "userPrefs"]).send().await.unwrap();
    assert_eq!(whole.preferences, whole.user_prefs);
    sc.current_user().delete_preference("darkMode").send().await.unwrap();
    assert!(!dark(&sc.current_user().preferences().send().await.unwrap()));
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_of_a_run() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.session_of("north.manager");
    sc.users().list().send().await.unwrap();
    product.core.add_fault(Fault::revoke_credential().times(1));
    assert_eq!(sc.users().details(UserAddress::own(3)).send().await.unwrap().id, UserId(3));
}

#[tokio::test(start_paused = true)]
async fn a_locked_database_is_waited_for() {
    let product = CoreTransport::security_center(&[]);
    product.core.add_fault(Fault::database_locked().times(2));
    let sc = product.manager();
    sc.users().create("ann", 4).password(PASSWORD).group_id(2).send().await.unwrap();
    assert_eq!(product.lines(), ["POST /rest/user 403", "POST /rest/user 403", "POST /rest/user 200"]);
    product.core.add_fault(Fault::database_locked().always());
    let error = sc.users().list().send().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Unavailable && error.is_retryable(), "{}", error.report());
}
