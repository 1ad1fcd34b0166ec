//! What goes wrong, told apart; nothing lost, nothing doubled.

use tenable_api::{Error, ErrorKind};
use tenable_emulator::faults::{Fault, FaultKind};
use tenable_model::security_center::{UserAddress, UserId};
use tenable_tests::CoreTransport;

use super::{NORTH, PASSWORD, named};

#[tokio::test]
async fn every_kind_of_refusal_is_told_apart() {
    let product = CoreTransport::security_center(&[]);
    let (admin, sc) = (product.administrator(), product.manager());
    let kind = |error: Error| {
        assert!(!error.outcome_unknown() && error.to_string().lines().count() == 1, "{}", error.report());
        (error.kind(), error.status().map(|status| status.as_u16()))
    };
    let missing = sc.users().details(UserAddress::own(99)).send().await.unwrap_err();
    assert!(missing.is_not_found() && missing.code() == Some("147"), "{}", missing.report());
    assert_eq!(kind(missing), (ErrorKind::NotFound, Some(403)));
    let taken = sc.users().create("avery.analyst", 4).password(PASSWORD).group_id(2).send().await.unwrap_err();
    assert_eq!(kind(taken), (ErrorKind::Refused, Some(403)));
    let forbidden = sc.organizations().list().send().await.unwrap_err();
    assert_eq!(kind(forbidden), (ErrorKind::PermissionDenied, Some(403)));
    let scoring =
        admin.organizations().create("Example West").extra_field("vulnScoringSystem", serde_json::Value::Null);
    assert_eq!(scoring.send().await.unwrap_err().kind(), ErrorKind::InvalidInput, "it is a field of its own");
    let unknown_role = sc.users().create("ann", 77).password(PASSWORD).group_id(2).send().await.unwrap_err();
    assert_eq!(kind(unknown_role), (ErrorKind::Refused, Some(403)), "what is missing is referred to");
    let nowhere =
        admin.users().create("ann", 2).password(PASSWORD).organization_id(99).group_id(0).send().await.unwrap_err();
    assert_ne!(kind(nowhere).0, ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn an_administrator_is_told_to_name_the_organization() {
    let product = CoreTransport::security_center(&[]);
    let error = product.administrator().groups().create("Lost").send().await.unwrap_err();
    assert!(
        error.is_organization_required() || error.is_permission_denied(),
        "an administrator has no groups: {}",
        error.report()
    );
}

#[tokio::test]
async fn labels_and_codes_do_not_matter_where_the_text_is_clear() {
    for rules in [
        &[("sc.failure_label", "html")][..],
        &[("sc.not_found_code", "code_143")],
        &[("sc.not_found_code", "code_146"), ("sc.failure_label", "html")],
    ] {
        let product = CoreTransport::security_center(rules);
        let error = product.manager().users().details(UserAddress::own(99)).send().await.unwrap_err();
        assert!(error.is_not_found(), "{rules:?}: {}", error.report());
        assert!(error.message().unwrap().contains("does not exist"), "{}", error.report());
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_of_unknown_outcome_is_not_sent_again() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    for fault in [
        Fault::reset_after_commit(),
        Fault::bad_gateway().after_commit(),
        Fault::new(FaultKind::HtmlPage).after_commit(),
    ] {
        let name = format!("ann-{}", fault.kind.name());
        let before = product.lines().len();
        product.core.add_fault(fault.method("POST").times(1));
        let error = sc.users().create(&name, 4).password(PASSWORD).group_id(2).send().await.unwrap_err();
        assert!(error.outcome_unknown(), "{name}: {}", error.report());
        assert_eq!(product.lines().len(), before + 1, "{name}");
        named(&sc, &name).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_unknown_outcome_is_sent_again() {
    let product = CoreTransport::security_center(&[]);
    product.core.add_fault(Fault::reset_after_commit().method("PATCH").times(1));
    let changed = product.manager().users().update(UserAddress::own(3)).title("Analyst").send().await.unwrap();
    assert_eq!(changed.title.as_deref(), Some("Analyst"));
    assert_eq!(product.lines(), ["PATCH /rest/user/3 cut", "PATCH /rest/user/3 200"]);
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_was_cut_counts_as_done_when_nothing_is_there_any_more() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    product.core.add_fault(Fault::reset_after_commit().method("DELETE").times(1));
    sc.users().delete(UserAddress::own(3)).send().await.unwrap();
    assert_eq!(product.lines(), ["DELETE /rest/user/3 cut", "DELETE /rest/user/3 403"]);

    // With a receiver of the objects it may be that one who is missing, so nobody can say.
    product.core.add_fault(Fault::reset_after_commit().method("DELETE").times(1));
    let error = sc.users().delete(UserAddress::own(4)).migrate_user_id(1).send().await.unwrap_err();
    assert!(error.is_not_found() && error.outcome_unknown(), "{}", error.report());
    let error =
        sc.users().delete(UserAddress::own(5)).migrate_user_id(99).with_missing_as_deleted().send().await.unwrap_err();
    assert!(!error.outcome_unknown(), "{}", error.report());
    assert_eq!(sc.users().details(UserAddress::own(5)).send().await.unwrap().id, UserId(5));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_in_an_organization_that_was_cut_counts_as_done_as_well() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    product.core.add_fault(Fault::reset_after_commit().method("DELETE").times(1));
    admin.users().delete((NORTH, UserId(2))).send().await.unwrap();
    admin.users().delete((NORTH, UserId(2))).with_missing_as_deleted().send().await.unwrap();
    let error = admin.users().delete((NORTH, UserId(2))).send().await.unwrap_err();
    assert!(error.is_not_found(), "{}", error.report());
}

#[tokio::test]
async fn another_server_at_the_address_is_not_a_missing_user() {
    let product = CoreTransport::security_center(&[("sc.unknown_resource", "html")]);
    let key = product.core.api_key(1, 1).unwrap();
    let sc =
        product.builder().url("https://sc.example.com/other").api_key(key.access_key, key.secret_key).build().unwrap();
    let error = sc.users().delete(UserAddress::own(3)).with_missing_as_deleted().send().await.unwrap_err();
    assert!(!error.is_not_found() && error.to_string().contains("check the URL"), "{}", error.report());
}

#[tokio::test]
async fn bad_input_is_refused_before_any_request() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    let users = sc.users();
    for error in [
        users.create("ann", 4).group_id(2).send().await.map(drop),
        users.create(" ", 4).password(PASSWORD).send().await.map(drop),
        users.create("ann", 4).auth_type("ldap").send().await.map(drop),
        users.create("ann", 4).auth_type("saml").must_change_password(true).send().await.map(drop),
        users.create("ann", 4).password(PASSWORD).email_notice("both").send().await.map(drop),
        users.update(UserAddress::own(3)).password_expiration(400).send().await.map(drop),
        sc.security_managers().create(NORTH, "head", 2).send().await.map(drop),
    ] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert!(product.lines().is_empty());
}

#[tokio::test]
async fn warnings_and_the_servers_time_are_within_reach() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    let answer = sc.users().list().send_with_response().await.unwrap();
    assert!(answer.warnings.is_empty());
    assert!(answer.timestamp.unwrap().unix_seconds() > 1_800_000_000);
    product.core.add_fault(Fault::new(FaultKind::Warnings).times(1));
    let answer = sc.users().list().send_with_response().await.unwrap();
    assert!(!answer.warnings.is_empty());
    assert_eq!(answer.value.len(), 9);
}

#[tokio::test]
async fn fields_of_later_releases_are_kept() {
    let product = CoreTransport::security_center(&[]);
    product.core.add_fault(Fault::new(FaultKind::ExtraFields).always());
    let sc = product.manager();
    let avery = sc.users().details(UserAddress::own(3)).send().await.unwrap();
    assert!(avery.extra.get("addedInALaterRelease").is_some());
    assert!(avery.role.unwrap().extra.get("addedInALaterRelease").is_some());
    product.core.add_fault(Fault::new(FaultKind::MissingOptionalFields).always());
    assert_eq!(sc.users().list().send().await.unwrap().len(), 9);
}
