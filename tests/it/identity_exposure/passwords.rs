use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::json;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_model::identity_exposure::{User, UserId};
use tenable_tests::CoreTransport;
use tenable_transport::Idempotency;

const PASSWORD: &str = "Violet-Harbor-42";
const OTHER: &str = "Copper-Lantern-77";

async fn ann(tie: &IdentityExposure) -> User {
    tie.users().create("Ann", "ann@example.com", PASSWORD).active(true).send().await.unwrap()
}

/// Signs in at the console; the SDK has no call for it.
async fn signs_in(tie: &IdentityExposure, password: &str) -> bool {
    let body = json!({"email": "ann@example.com", "password": password}).to_string();
    let request =
        Request::post("/api/login").header("content-type", "application/json").body(Bytes::from(body)).unwrap();
    tie.client().send_raw(request, Idempotency::Never).await.unwrap().status().is_success()
}

#[tokio::test]
async fn a_user_changes_its_own_password() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let ann = ann(&tie).await;
    let as_ann = product.client_with_key(product.core.api_key_of(ann.id.get()).unwrap());
    as_ann.users().change_password(PASSWORD, OTHER).send().await.unwrap();
    assert!(signs_in(&tie, OTHER).await && !signs_in(&tie, PASSWORD).await);
}

#[tokio::test]
async fn a_wrong_old_password_reads_as_such() {
    for (outcome, unauthenticated) in [("401", true), ("400", false)] {
        let product = CoreTransport::with_rules(&[("ie.wrong_old_password", outcome)]);
        let error = product.client().users().change_password("Wrong-Harbor-42", OTHER).send().await.unwrap_err();
        assert_eq!(error.is_unauthenticated(), unauthenticated, "{error}");
        if unauthenticated {
            assert!(error.to_string().contains("and the password that was given"), "{error}");
        }
        assert_eq!(product.lines(), [format!("PATCH /api/users/password {outcome}")], "one try only");
    }
}

#[tokio::test]
async fn an_administrator_sets_a_password() {
    let tie = CoreTransport::with_rules(&[]).client();
    let ann = ann(&tie).await;
    tie.users().update(ann.id).password(OTHER).send().await.unwrap();
    assert!(signs_in(&tie, OTHER).await);
}

#[tokio::test]
async fn a_forgotten_password_is_reset_with_the_mailed_token() {
    for success in ["200", "202", "204"] {
        let product = CoreTransport::with_rules(&[("ie.legacy_password_success", success)]);
        let tie = product.client();
        ann(&tie).await;
        tie.users().create_password("ann@example.com").send().await.unwrap();
        let mail = product.core.mail();
        assert_eq!(mail[0].to, "ann@example.com");
        let token = mail[0].token.clone().expect("the mail holds a token");
        tie.users().retrieve_password(token.clone(), OTHER).send().await.unwrap();
        assert!(signs_in(&tie, OTHER).await);

        let error = tie.users().reset_password_with_token(token, PASSWORD).send().await.unwrap_err();
        assert!(error.is_invalid_input(), "a token works once: {error}");
    }
}

#[tokio::test]
async fn the_reset_calls_carry_no_key_and_may_be_gone() {
    let product = CoreTransport::with_rules(&[("ie.legacy_password_endpoints", "404")]);
    let tie = product.client();
    assert!(tie.users().request_password_reset("ann@example.com").send().await.unwrap_err().is_not_found());
    assert!(tie.users().retrieve_password("token", OTHER).send().await.unwrap_err().is_not_found());
    for entry in product.core.journal() {
        assert!(!entry.headers.iter().any(|name| name == "x-api-key"), "{entry:?}");
    }
}

#[tokio::test]
async fn failed_sign_ins_lock_an_account_and_unlock_ends_it() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let ann = ann(&tie).await;
    let policy = tie.lockout_policy().details().send().await.unwrap();
    assert!(policy.enabled);
    for _ in 0..policy.failed_attempt_threshold {
        assert!(!signs_in(&tie, "Wrong-Harbor-42").await);
    }
    assert!(tie.users().details(ann.id).send().await.unwrap().locked_out);
    assert!(!signs_in(&tie, PASSWORD).await);

    let unlocked = tie.users().update(ann.id).unlock().send().await.unwrap();
    assert!(!unlocked.locked_out);
    assert!(signs_in(&tie, PASSWORD).await);
    let body =
        product.core.journal().iter().rev().find(|entry| entry.method == "PATCH").and_then(|entry| entry.body.clone());
    assert_eq!(body, Some(json!({"lockedOut": false})));
}

#[tokio::test]
async fn a_lockout_ends_by_itself() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let ann = ann(&tie).await;
    tie.lockout_policy().update().failed_attempt_threshold(1).lockout_duration(60).send().await.unwrap();
    assert_eq!(tie.lockout_policy().details().send().await.unwrap().lockout_duration, 60);
    assert!(!signs_in(&tie, "Wrong-Harbor-42").await);
    assert!(tie.users().details(ann.id).send().await.unwrap().locked_out);
    product.core.advance(Duration::from_secs(61));
    assert!(!tie.users().details(ann.id).send().await.unwrap().locked_out);
}

#[tokio::test]
async fn a_locked_account_has_no_api_access() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let ann = ann(&tie).await;
    let as_ann = product.client_with_key(product.core.api_key_of(ann.id.get()).unwrap());
    tie.lockout_policy().update().failed_attempt_threshold(1).send().await.unwrap();
    assert!(!signs_in(&tie, "Wrong-Harbor-42").await);
    assert!(as_ann.users().info().send().await.unwrap_err().is_unauthenticated());
    tie.users().update(UserId(ann.id.get())).unlock().send().await.unwrap();
    as_ann.users().info().send().await.unwrap();
}
