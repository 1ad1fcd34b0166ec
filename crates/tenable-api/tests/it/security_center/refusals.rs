//! What a refusal means, as a caller sees it.

use std::error::Error as _;

use tenable_api::{Effect, Error, ErrorKind};
use tenable_model::security_center::UserAddress;

use super::support::{PASSWORD, Server, refusal, session};

/// The error of a call that is answered so.
async fn error(method: &str, by_key: bool, status: u16, code: i64, message: &str) -> Error {
    let server = Server::new([session(123_456_789)], [refusal(status, code, message).into()]);
    let sc = server.client((!by_key).then_some(PASSWORD));
    let users = sc.users();
    match method {
        "GET" => users.details(UserAddress::own(9)).send().await.map(drop),
        "POST" => users.create("bo", 2).password("pw").send().await.map(drop),
        "PATCH" => users.update(UserAddress::own(9)).title("Head").send().await.map(drop),
        "DELETE" => users.delete(UserAddress::own(9)).send().await,
        other => panic!("no call for {other}"),
    }
    .unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn every_known_refusal_has_its_kind() {
    const MISSING: &str = "Unable to find existing User #9 to delete.\nUser #9 does not exist.\n";
    for (method, by_key, status, code, message, kind) in [
        ("GET", true, 400, 0, "", ErrorKind::Unauthenticated),
        ("GET", false, 400, 0, "both a key and a token", ErrorKind::Refused),
        ("GET", true, 403, 0, "", ErrorKind::Unauthenticated),
        ("GET", false, 403, 0, "", ErrorKind::PermissionDenied),
        ("GET", true, 403, 12, "The request contains an invalid token.", ErrorKind::Unauthenticated),
        ("GET", true, 403, 15, "A valid orgID is required.\n", ErrorKind::OrganizationRequired),
        ("GET", true, 403, 146, "A valid orgID is required.\n", ErrorKind::OrganizationRequired),
        ("POST", true, 403, 142, "Specify the attribute.\nvulnScoringSystem\n", ErrorKind::Refused),
        ("GET", true, 403, 142, "The field 'shoeSize' does not exist.\n", ErrorKind::Refused),
        ("POST", true, 403, 143, "Unable to process the query.\n", ErrorKind::PermissionDenied),
        ("GET", true, 403, 104, "Unable to retrieve a list.\n", ErrorKind::PermissionDenied),
        ("POST", true, 403, 146, "The group has no access to repository 3.\n", ErrorKind::PermissionDenied),
        ("PATCH", true, 403, 146, "groupAssign must be empty, 'all' or 'fullAccess'.\n", ErrorKind::Refused),
        ("POST", true, 403, 147, "Error retrieving LDAP #-1.\nIt does not exist.\n", ErrorKind::Refused),
        ("DELETE", true, 403, 147, MISSING, ErrorKind::NotFound),
        ("PATCH", true, 403, 147, "", ErrorKind::NotFound),
        ("GET", true, 403, 99, "User #9 does not exist.\n", ErrorKind::NotFound),
        ("PATCH", true, 403, 99, "A name is required.\n", ErrorKind::Refused),
        ("GET", true, 403, 99, "Not for you.\n", ErrorKind::PermissionDenied),
        ("GET", true, 200, 147, "User #9 does not exist.\n", ErrorKind::NotFound),
        ("GET", true, 500, 3, "Boom.\n", ErrorKind::Server),
    ] {
        let error = error(method, by_key, status, code, message).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.effect(), Effect::NotApplied, "{error}");
        assert_eq!(error.code(), (code != 0).then(|| code.to_string()).as_deref());
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));

        assert_eq!(error.is_not_found(), kind == ErrorKind::NotFound);
        assert_eq!(error.is_permission_denied(), kind == ErrorKind::PermissionDenied);
        assert_eq!(error.is_organization_required(), kind == ErrorKind::OrganizationRequired);
        assert_eq!(error.is_unauthenticated(), kind == ErrorKind::Unauthenticated);
        assert_eq!(error.is_invalid_input(), kind == ErrorKind::Refused);
        assert_eq!(error.is_retryable(), kind == ErrorKind::Server, "{error}");
        assert!(!error.is_session_limit() && !error.is_conflict(), "{error}");

        let line = error.to_string();
        assert!(!line.contains('\n') && line.starts_with("users."), "{line}");
        assert_eq!(error.report(), line, "nothing stands below");
        assert!(error.source().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn one_line_says_what_failed_and_what_to_do() {
    for (by_key, method, code, message, line) in [
        (
            true,
            "DELETE",
            147,
            "Unable to find existing User #9 to delete.\nUser #9 does not exist.\n",
            "users.delete: not found (403 Forbidden): Unable to find existing User #9 to delete. User #9 does not exist. \
             [147]; check the id, and that this version of the product has the operation",
        ),
        (
            true,
            "GET",
            15,
            "A valid orgID is required.\n",
            "users.details: the call does not say which organization it concerns (403 Forbidden): A valid orgID is \
             required. [15]; an administrator names the organization",
        ),
        (
            false,
            "GET",
            146,
            "No.\n",
            "users.details: the server denied permission (403 Forbidden): No. [146]; the account needs a role with this \
             permission, the licence the feature",
        ),
        (
            true,
            "GET",
            0,
            "",
            "users.details: the server refused the credentials (403 Forbidden); check the API key: it may be wrong or \
             replaced, or the server may not allow API keys at all",
        ),
        (
            false,
            "POST",
            142,
            "Specify the attribute.\nroleID\n",
            "users.create: the server refused the request as invalid (403 Forbidden): Specify the attribute. roleID [142]",
        ),
    ] {
        assert_eq!(error(method, by_key, 403, code, message).await.to_string(), line);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_says_so_in_one_line() {
    let server = Server::new([refusal(403, 71, "Invalid login credentials.\n").into()], []);
    let error = server.client(Some(PASSWORD)).users().list().send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "users.list: the server refused the credentials (403 Forbidden): signing in failed: Invalid login credentials. \
         [71]; the call itself was not sent; check the name and the password, or the client certificate; too many failures lock the \
         account"
    );
    assert_eq!(error.report(), error.to_string());
    assert_eq!(error.path_template(), Some("/rest/user"));
}
