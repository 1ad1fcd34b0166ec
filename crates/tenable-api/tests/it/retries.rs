//! Operation by operation: what is sent again after which failure.

use bytes::Bytes;
use serde_json::{Value, json};
use tenable_api::identity_exposure::OPERATIONS;
use tenable_api::{Location, Parameter, ParameterKind, UntypedOperation};
use tenable_transport::{Idempotency, TransportErrorKind};

use crate::script::{Answer, Script};

/// Kept by hand, from the reference of the product and not from its contract.
const TABLE: &[(&str, Idempotency)] = &[
    ("users.list", Idempotency::Read),
    ("users.create", Idempotency::Once),
    ("users.create_many", Idempotency::Once),
    ("users.info", Idempotency::Read),
    ("users.details", Idempotency::Read),
    ("users.update", Idempotency::Idempotent),
    ("users.delete", Idempotency::Removal),
    ("users.create_password", Idempotency::Once),
    ("users.retrieve_password", Idempotency::Once),
    ("users.change_password", Idempotency::Never),
    ("users.update_user_roles", Idempotency::Idempotent),
    ("roles.list", Idempotency::Read),
    ("roles.create", Idempotency::Once),
    ("roles.create_many", Idempotency::Once),
    ("roles.default_roles", Idempotency::Read),
    ("roles.details", Idempotency::Read),
    ("roles.update", Idempotency::Idempotent),
    ("roles.delete", Idempotency::Removal),
    ("roles.copy_role", Idempotency::Once),
    ("roles.replace_role_permissions", Idempotency::Idempotent),
    ("api_key.read", Idempotency::Read),
    ("api_key.renew", Idempotency::Once),
    ("lockout_policy.details", Idempotency::Read),
    ("lockout_policy.update", Idempotency::Idempotent),
    ("preferences.details", Idempotency::Read),
    ("preferences.update", Idempotency::Idempotent),
    ("profiles.list", Idempotency::Read),
    ("profiles.details", Idempotency::Read),
    ("ldap_configuration.details", Idempotency::Read),
    ("ldap_configuration.update", Idempotency::Idempotent),
    ("saml_configuration.details", Idempotency::Read),
    ("saml_configuration.update", Idempotency::Idempotent),
    ("application_settings.details", Idempotency::Read),
    ("application_settings.update", Idempotency::Idempotent),
    ("about.details", Idempotency::Read),
];

fn sample(parameter: &Parameter) -> Value {
    fn of(kind: &ParameterKind) -> Value {
        match kind {
            ParameterKind::Text => json!("text"),
            ParameterKind::Integer | ParameterKind::Id => json!(7),
            ParameterKind::Boolean => json!(false),
            ParameterKind::List(kind) => json!([of(kind)]),
            ParameterKind::Object(fields) => fields
                .iter()
                .filter(|field| field.required)
                .map(|field| (field.name.to_owned(), sample(field)))
                .collect(),
            other => panic!("no sample for {other:?}"),
        }
    }
    of(&parameter.kind)
}

/// Arguments with all that is required, and everything else when `full`.
pub(crate) fn arguments(operation: &UntypedOperation, full: bool) -> Value {
    let parameters = operation.meta().parameters.iter();
    let given = parameters.filter(|parameter| full || parameter.required || parameter.location == Location::Path);
    given.map(|parameter| (parameter.name.to_owned(), sample(parameter))).collect()
}

async fn attempts(operation: &UntypedOperation, answer: Answer) -> (usize, tenable_api::Error) {
    let script = Script::new([answer]);
    let client = script.client();
    let call = client.client().execute_untyped(operation, arguments(operation, false));
    let error = call.await.expect_err("the script never gives success");
    (script.requests().len(), error)
}

#[test]
fn the_table_covers_every_operation() {
    let operations: Vec<(&str, Idempotency)> =
        OPERATIONS.iter().map(|operation| (operation.meta().id, operation.meta().idempotency)).collect();
    assert_eq!(operations, TABLE);
}

#[tokio::test(start_paused = true)]
async fn every_operation_is_sent_again_only_where_that_is_safe() {
    for (operation, (id, idempotency)) in OPERATIONS.iter().zip(TABLE) {
        let repeats = matches!(idempotency, Idempotency::Read | Idempotency::Idempotent | Idempotency::Removal);
        let changes = *idempotency != Idempotency::Read;

        let (sent, error) = attempts(operation, Answer::Failure(TransportErrorKind::Connect)).await;
        assert_eq!((sent, error.outcome_unknown()), (3, false), "{id}: connection never made");

        for answer in [
            Answer::Failure(TransportErrorKind::Interrupted),
            Answer::Failure(TransportErrorKind::AttemptTimeout),
            Answer::Status(502, ""),
            Answer::Status(503, ""),
            Answer::Status(504, ""),
        ] {
            let (sent, error) = attempts(operation, answer.clone()).await;
            assert_eq!((sent, error.outcome_unknown()), (if repeats { 3 } else { 1 }, changes), "{id}: {answer:?}");
        }
        for answer in [Answer::Status(400, ""), Answer::Status(401, ""), Answer::Failure(TransportErrorKind::Tls)] {
            let (sent, error) = attempts(operation, answer.clone()).await;
            assert_eq!((sent, error.outcome_unknown()), (1, false), "{id}: {answer:?}");
        }
        let (sent, error) = attempts(operation, Answer::Status(500, "")).await;
        assert_eq!((sent, error.outcome_unknown()), (1, changes), "{id}: 500");

        // 429 is bounded by the deadline, not by the number of attempts.
        let (sent, error) = attempts(operation, Answer::Header(429, "retry-after", "7")).await;
        assert!(error.is_rate_limited(), "{id}: {error}");
        assert!(!error.outcome_unknown(), "{id}");
        if *idempotency == Idempotency::Never {
            assert_eq!(sent, 1, "{id}: 429");
        } else {
            assert!(sent > 3, "{id}: 429 is waited for, was sent {sent} times");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_after_a_lost_answer_counts_as_deleted() {
    let lost = Answer::Failure(TransportErrorKind::Interrupted);
    let gone = Answer::Status(404, "");

    let script = Script::new([lost.clone(), gone.clone()]);
    script.client().users().delete(7).send().await.unwrap();
    assert_eq!(script.lines(), ["DELETE /api/users/7", "DELETE /api/users/7"]);

    let error = Script::new([gone.clone()]).client().users().delete(7).send().await.unwrap_err();
    assert!(error.is_not_found());

    // A connection that was never made leaves no doubt: it was gone before.
    let unsent = Answer::Failure(TransportErrorKind::Connect);
    let error = Script::new([unsent, gone.clone()]).client().users().delete(7).send().await.unwrap_err();
    assert!(error.is_not_found());

    // What is not a removal stays an error, and says that the first attempt may have counted.
    let error = Script::new([lost, gone]).client().users().update(7).name("Ann").send().await.unwrap_err();
    assert!(error.is_not_found() && error.outcome_unknown());
}

#[test]
fn every_argument_is_taken_by_its_request() {
    for operation in OPERATIONS {
        let request = operation.request(arguments(operation, true)).unwrap_or_else(|error| panic!("{error}"));
        let body = request.into_body();
        if operation.meta().parameters.iter().any(|parameter| parameter.location == Location::Body) {
            assert_ne!(body, Bytes::new(), "{}", operation.meta().id);
        }
        let unknown = json!({"no_such_argument": 1});
        let error = operation.request(unknown).expect_err("an unknown argument is refused");
        assert!(error.is_invalid_input(), "{error}");
    }
}
