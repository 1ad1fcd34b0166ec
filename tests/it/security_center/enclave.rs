//! Tenable Enclave Security: the same calls at its own paths.

use tenable_model::security_center::UserAddress;
use tenable_tests::CoreTransport;

use super::PASSWORD;

#[tokio::test]
async fn users_roles_and_groups_have_a_second_path_and_nothing_else_has() {
    let product = CoreTransport::security_center(&[("sc.enclave_security", "on")]);
    let key = product.core.api_key(1, 1).unwrap();
    let tes = product.builder().api_key(key.access_key, key.secret_key).enclave_security(true).build().unwrap();
    let role = tes.roles().create("Auditors").send().await.unwrap();
    let group = tes.groups().create("Auditors").send().await.unwrap();
    let ann = tes.users().create("ann", role.id).password(PASSWORD).group_id(group.id).send().await.unwrap();
    tes.users().list().fields(["username"]).send().await.unwrap();
    tes.users().update(ann.uuid.clone().unwrap()).title("Auditor").send().await.unwrap();
    tes.users().details(UserAddress::own(ann.id)).send().await.unwrap();
    tes.users().delete(UserAddress::own(ann.id)).send().await.unwrap();
    tes.groups().delete(group.id).send().await.unwrap();
    tes.roles().delete(role.id).send().await.unwrap();
    tes.current_user().details().send().await.unwrap();
    let permissions = tes.user_permissions().details().send().await.unwrap();
    assert_eq!(permissions.user.unwrap().username.as_deref(), Some("north.manager"));
    assert_eq!(permissions.role.unwrap().name.as_deref(), Some("Security Manager"));
    let missing = tes.roles().details(99).send().await.unwrap_err();
    assert_eq!(missing.path_template(), Some("/rest/tes/role/{id}"));
    let paths: Vec<String> = product.lines();
    let (own, shared): (Vec<_>, Vec<_>) = paths.iter().partition(|line| line.contains("/rest/tes/"));
    assert_eq!(own.len(), 11, "{paths:?}");
    assert_eq!(shared, ["GET /rest/currentUser 200"]);
}

#[tokio::test]
async fn elsewhere_those_paths_do_not_exist() {
    for refusal in ["404", "403"] {
        let product = CoreTransport::security_center(&[("sc.enclave_security_refusal", refusal)]);
        let error = product.manager().user_permissions().details().send().await.unwrap_err();
        assert!(!error.outcome_unknown(), "{}", error.report());
        assert_eq!(error.status().unwrap().as_str(), refusal);
    }
}
