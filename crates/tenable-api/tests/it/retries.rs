//! Operation by operation: what is sent again after which failure.

use bytes::Bytes;
use serde_json::{Value, json};
use tenable_api::{
    Client, Location, Parameter, ParameterKind, UntypedOperation, identity_exposure, security_center,
    vulnerability_management,
};
use tenable_transport::{Idempotency, TransportErrorKind};

use crate::script::{Answer, Script};

/// A product, and its table.
struct Product {
    operations: &'static [UntypedOperation],
    table: &'static [(&'static str, Idempotency)],
    client: fn(&Script) -> Client,
}

const PRODUCTS: &[Product] = &[
    Product {
        operations: identity_exposure::OPERATIONS,
        table: IDENTITY_EXPOSURE,
        client: |script| script.client().client().clone(),
    },
    Product {
        operations: security_center::OPERATIONS,
        table: SECURITY_CENTER,
        client: |script| script.security_center().client().clone(),
    },
    Product {
        operations: vulnerability_management::OPERATIONS,
        table: VULNERABILITY_MANAGEMENT,
        client: |script| script.vulnerability_management().client().clone(),
    },
];

/// Kept by hand, from the reference of the product and not from its contract.
const IDENTITY_EXPOSURE: &[(&str, Idempotency)] = &[
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

/// Kept by hand as well.
const SECURITY_CENTER: &[(&str, Idempotency)] = &[
    ("users.list", Idempotency::Read),
    ("users.list_of_organization", Idempotency::Read),
    ("users.list_paged", Idempotency::Read),
    ("users.create", Idempotency::Once),
    ("users.details", Idempotency::Read),
    ("users.update", Idempotency::Idempotent),
    ("users.delete", Idempotency::Removal),
    ("security_managers.list", Idempotency::Read),
    ("security_managers.create", Idempotency::Once),
    ("security_managers.details", Idempotency::Read),
    ("security_managers.update", Idempotency::Idempotent),
    ("security_managers.delete", Idempotency::Removal),
    ("organization_users.list", Idempotency::Read),
    ("organization_users.details", Idempotency::Read),
    ("roles.list", Idempotency::Read),
    ("roles.create", Idempotency::Once),
    ("roles.details", Idempotency::Read),
    ("roles.update", Idempotency::Idempotent),
    ("roles.delete", Idempotency::Removal),
    ("groups.list", Idempotency::Read),
    ("groups.create", Idempotency::Once),
    ("groups.details", Idempotency::Read),
    ("groups.update", Idempotency::Idempotent),
    ("groups.delete", Idempotency::Removal),
    ("current_user.details", Idempotency::Read),
    ("current_user.update", Idempotency::Idempotent),
    ("current_user.change_password", Idempotency::Never),
    ("current_user.associate_certificate", Idempotency::Once),
    ("current_user.preferences", Idempotency::Read),
    ("current_user.set_preference", Idempotency::Idempotent),
    ("current_user.delete_preference", Idempotency::Removal),
    ("current_user.switch", Idempotency::Once),
    ("current_organization.details", Idempotency::Read),
    ("user_permissions.details", Idempotency::Read),
    ("organizations.list", Idempotency::Read),
    ("organizations.create", Idempotency::Once),
    ("organizations.details", Idempotency::Read),
    ("organizations.update", Idempotency::Idempotent),
    ("organizations.delete", Idempotency::Removal),
    ("system.details", Idempotency::Read),
    ("token.create", Idempotency::Once),
    ("token.delete", Idempotency::Removal),
];

/// Kept by hand as well. A password is set once: a second time it would be a former one, and refused.
const VULNERABILITY_MANAGEMENT: &[(&str, Idempotency)] = &[
    ("users.list", Idempotency::Read),
    ("users.create", Idempotency::Once),
    ("users.details", Idempotency::Read),
    ("users.update", Idempotency::Idempotent),
    ("users.delete", Idempotency::Removal),
    ("users.set_enabled", Idempotency::Idempotent),
    ("users.change_password", Idempotency::Once),
    ("users.generate_keys", Idempotency::Once),
    ("users.authorizations", Idempotency::Read),
    ("users.replace_authorizations", Idempotency::Idempotent),
    ("users.update_authorizations", Idempotency::Idempotent),
    ("users.configure_two_factor", Idempotency::Idempotent),
    ("users.send_two_factor_code", Idempotency::Once),
    ("users.verify_two_factor_code", Idempotency::Once),
    ("users.roles", Idempotency::Read),
    ("users.update_role", Idempotency::Idempotent),
    ("groups.list", Idempotency::Read),
    ("groups.create", Idempotency::Once),
    ("groups.update", Idempotency::Idempotent),
    ("groups.delete", Idempotency::Removal),
    ("groups.members", Idempotency::Read),
    ("groups.add_user", Idempotency::Idempotent),
    ("groups.remove_user", Idempotency::Removal),
    ("roles.list", Idempotency::Read),
    ("roles.create", Idempotency::Once),
    ("roles.details", Idempotency::Read),
    ("roles.update", Idempotency::Idempotent),
    ("roles.delete", Idempotency::Removal),
    ("roles.permissions", Idempotency::Read),
    ("permissions.list", Idempotency::Read),
    ("permissions.create", Idempotency::Once),
    ("permissions.details", Idempotency::Read),
    ("permissions.update", Idempotency::Idempotent),
    ("permissions.delete", Idempotency::Removal),
    ("permissions.of_user", Idempotency::Read),
    ("permissions.of_group", Idempotency::Read),
    ("permissions.own", Idempotency::Read),
    ("access_control_lists.details", Idempotency::Read),
    ("access_control_lists.update", Idempotency::Idempotent),
    ("api_security_settings.details", Idempotency::Read),
    ("api_security_settings.update", Idempotency::Idempotent),
    ("audit_log.events", Idempotency::Read),
    ("session.details", Idempotency::Read),
    ("mssp.child_containers", Idempotency::Read),
];

/// What an operation asks before its own request, answered so that the request follows.
pub(crate) fn lead(operation: &UntypedOperation) -> Vec<Answer> {
    let (meta, ok) = (operation.meta(), |body| Answer::Status(200, body));
    match (meta.product, meta.id) {
        (tenable_model::Product::VulnerabilityManagement, "users.generate_keys") => {
            vec![ok(r#"{"id":9,"uuid":"1b9a4c30-6a55-4d0e-9b62-0c7f4e8d2a11","username":"root@example.com"}"#)]
        }
        (tenable_model::Product::VulnerabilityManagement, "users.update_authorizations") => {
            vec![ok(r#"{"api_permitted":true,"password_permitted":true,"saml_permitted":true}"#)]
        }
        _ => Vec::new(),
    }
}

fn sample(parameter: &Parameter) -> Value {
    fn of(parameter: &Parameter, kind: &ParameterKind) -> Value {
        // Numbers that may also be something else: a UUID, all groups, no asset.
        let number = parameter.location == Location::Path
            || parameter.name.starts_with("managed")
            || parameter.name == "responsibleAssetID";
        match kind {
            ParameterKind::Text if !parameter.values.is_empty() => json!(parameter.values[0]),
            ParameterKind::Text if parameter.name.contains("uuid") => json!("7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d"),
            ParameterKind::Text if number => json!("7"),
            ParameterKind::Text => json!("text"),
            ParameterKind::Json => json!({}),
            ParameterKind::Integer | ParameterKind::Id => json!(7),
            ParameterKind::Boolean => json!(false),
            ParameterKind::List(kind) => json!([of(parameter, kind)]),
            ParameterKind::Object(fields) => fields
                .iter()
                .filter(|field| field.required)
                .map(|field| (field.name.to_owned(), sample(field)))
                .collect(),
            other => panic!("no sample for {other:?}"),
        }
    }
    of(parameter, &parameter.kind)
}

/// Arguments with all that is required, and everything else when `full`.
pub(crate) fn arguments(operation: &UntypedOperation, full: bool) -> Value {
    let parameters = operation.meta().parameters.iter();
    // An account with a password of its own, which is what a new one has unless it is said otherwise.
    let password = operation.meta().name == "create";
    // One that changes something, without which nothing is written.
    let changes = operation.meta().name == "update_authorizations";
    let given = parameters.filter(|parameter| {
        full || parameter.required
            || parameter.location == Location::Path
            || (password && parameter.name == "password")
            || (changes && parameter.name == "api_permitted")
    });
    given.map(|parameter| (parameter.name.to_owned(), sample(parameter))).collect()
}

async fn attempts(product: &Product, operation: &UntypedOperation, answer: Answer) -> (usize, tenable_api::Error) {
    let lead = lead(operation);
    let before = lead.len();
    let script = Script::new(lead.into_iter().chain([answer]));
    let client = (product.client)(&script);
    let call = client.execute_untyped(operation, arguments(operation, false));
    let error = call.await.expect_err("the script never gives success");
    (script.requests().len() - before, error)
}

#[test]
fn the_table_covers_every_operation() {
    for product in PRODUCTS {
        let operations: Vec<(&str, Idempotency)> =
            product.operations.iter().map(|operation| (operation.meta().id, operation.meta().idempotency)).collect();
        let other = operations.iter().zip(product.table).find(|(one, other)| one != other);
        assert_eq!(other, None, "the contract and this table differ first here; both have one order");
        assert_eq!(operations.len(), product.table.len());
    }
}

#[tokio::test(start_paused = true)]
async fn every_operation_is_sent_again_only_where_that_is_safe() {
    for product in PRODUCTS {
        for (operation, (_, idempotency)) in product.operations.iter().zip(product.table) {
            is_sent_again_only_where_that_is_safe(product, operation, *idempotency).await;
        }
    }
}

async fn is_sent_again_only_where_that_is_safe(
    product: &Product,
    operation: &UntypedOperation,
    idempotency: Idempotency,
) {
    let (id, attempts) = (operation.meta().id, async |answer: Answer| attempts(product, operation, answer).await);
    let repeats = matches!(idempotency, Idempotency::Read | Idempotency::Idempotent | Idempotency::Removal);
    let changes = idempotency != Idempotency::Read;

    let (sent, error) = attempts(Answer::Failure(TransportErrorKind::Connect)).await;
    assert_eq!((sent, error.outcome_unknown()), (3, false), "{id}: connection never made");

    for answer in [
        Answer::Failure(TransportErrorKind::Interrupted),
        Answer::Failure(TransportErrorKind::AttemptTimeout),
        Answer::Status(502, ""),
        Answer::Status(503, ""),
        Answer::Status(504, ""),
    ] {
        let (sent, error) = attempts(answer.clone()).await;
        assert_eq!((sent, error.outcome_unknown()), (if repeats { 3 } else { 1 }, changes), "{id}: {answer:?}");
    }
    for answer in [Answer::Status(400, ""), Answer::Status(401, ""), Answer::Failure(TransportErrorKind::Tls)] {
        let (sent, error) = attempts(answer.clone()).await;
        assert_eq!((sent, error.outcome_unknown()), (1, false), "{id}: {answer:?}");
    }
    let (sent, error) = attempts(Answer::Status(500, "")).await;
    assert_eq!((sent, error.outcome_unknown()), (1, changes), "{id}: 500");

    // 429 is bounded by the deadline, not by the number of attempts.
    let (sent, error) = attempts(Answer::Header(429, "retry-after", "7")).await;
    assert!(error.is_rate_limited(), "{id}: {error}");
    assert!(!error.outcome_unknown(), "{id}");
    if idempotency == Idempotency::Never {
        assert_eq!(sent, 1, "{id}: 429");
    } else {
        assert!(sent > 3, "{id}: 429 is waited for, was sent {sent} times");
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
    for operation in PRODUCTS.iter().flat_map(|product| product.operations) {
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
