//! Enclave Security: users, roles and groups have another path.

use std::sync::Arc;

use serde_json::json;
use tenable_api::security_center::{OPERATIONS, SecurityCenter, operation};
use tenable_api::{Client, Location};
use tenable_model::Uuid;
use tenable_model::security_center::{OrganizationId, UserAddress, UserId};

use super::support::{PASSWORD, Server, done, none, ok, refusal, session};
use crate::retries::arguments;

fn enclave(server: &Arc<Server>) -> SecurityCenter {
    server.builder().api_key("access-aaaa", "secret-bbbb").enclave_security(true).build().unwrap()
}

#[tokio::test]
async fn users_roles_and_groups_are_called_there() {
    let server =
        Server::new([], [none(), none(), ok(r#"{"id":"4"}"#), done(), ok(r#"{"id":"7"}"#), none(), none(), done()]);
    let sc = enclave(&server);
    sc.users().list().fields(["id", "username"]).send().await.unwrap();
    sc.users().list_of_organization(2).send().await.unwrap();
    sc.users().update(UserAddress::from((OrganizationId(2), UserId(4)))).title("Head").send().await.unwrap();
    sc.users().delete(UserAddress::own(4)).migrate_user_id(5).send().await.unwrap();
    sc.users().create("bo", 2).password("pw").send().await.unwrap();
    sc.roles().list().send().await.unwrap();
    sc.groups().list().fields(["userCount"]).send().await.unwrap();
    sc.groups().delete(3).send().await.unwrap();
    assert_eq!(
        server.lines(),
        [
            "GET /rest/tes/user?fields=id,username",
            "GET /rest/tes/user?orgID=2",
            "PATCH /rest/tes/user/4?orgID=2",
            "DELETE /rest/tes/user/4",
            "POST /rest/tes/user",
            "GET /rest/tes/role",
            "GET /rest/tes/group?fields=userCount",
            "DELETE /rest/tes/group/3",
        ]
    );
    assert_eq!(server.requests()[2].body(), r#"{"orgID":2,"title":"Head"}"#);
    assert_eq!(server.requests()[3].body(), r#"{"migrateUserID":5}"#);
}

#[tokio::test]
async fn ids_stay_in_their_segment() {
    let uuid = "29155AAE-2F48-4FBE-BF3C-8FB07C121CDF";
    let server = Server::new([], [ok(r#"{"id":"4"}"#), ok(r#"{"id":"4"}"#)]);
    let sc = enclave(&server);
    sc.users().details(uuid.parse::<Uuid>().unwrap()).send().await.unwrap();
    let details = operation("users.details").unwrap();
    let arguments = json!({"id": uuid, "fields": ["a/b?c"]});
    sc.client().execute_untyped(details, arguments).await.unwrap();
    let lines = server.lines();
    assert!(lines[0].eq_ignore_ascii_case(&format!("GET /rest/tes/user/{uuid}")), "{lines:?}");
    assert!(lines[1].ends_with("?fields=a%2Fb%3Fc"), "{lines:?}");
}

#[tokio::test]
async fn whatever_has_no_path_there_is_called_as_ever() {
    let server = Server::new([session(123_456_789)], [none(), ok(r#"{"id":"4"}"#), ok("{}"), none(), done()]);
    let sc = server.builder().login("ann", PASSWORD).enclave_security(true).build().unwrap();
    sc.organizations().list().send().await.unwrap();
    sc.current_user().details().send().await.unwrap();
    sc.system().details().send().await.unwrap();
    sc.security_managers().list(OrganizationId(2)).send().await.unwrap();
    sc.close().await.unwrap();
    assert_eq!(
        server.lines(),
        [
            "POST /rest/token",
            "GET /rest/organization",
            "GET /rest/currentUser",
            "GET /rest/system",
            "GET /rest/organization/2/securityManager",
            "DELETE /rest/token",
        ]
    );
}

/// Path of each operation as it is called, and as its error tells it.
async fn paths(client: impl Fn(&Arc<Server>) -> Client) -> Vec<(&'static str, String, String)> {
    let mut paths = Vec::new();
    for operation in OPERATIONS {
        let refused = || refusal(403, 146, "No.").into();
        let server = Server::new([refused()], [refused()]);
        let error = client(&server).execute_untyped(operation, arguments(operation, false)).await.unwrap_err();
        let called = server.requests()[0].uri().path().to_owned();
        paths.push((operation.meta().id, called, error.path_template().unwrap().to_owned()));
    }
    paths
}

#[tokio::test]
async fn an_error_tells_the_path_that_was_called() {
    let here = paths(|server| server.client(None).client().clone()).await;
    let there = paths(|server| enclave(server).client().clone()).await;
    for ((operation, (id, path, template)), (_, twin, twin_template)) in OPERATIONS.iter().zip(here).zip(there) {
        let meta = operation.meta();
        assert_eq!(template, meta.path, "{id}");
        let moved = matches!(meta.resource, "users" | "roles" | "groups");
        assert_eq!(moved, meta.twin.is_some(), "{id}");
        let expected = |text: &str| if moved { text.replacen("/rest/", "/rest/tes/", 1) } else { text.to_owned() };
        assert_eq!((twin, twin_template), (expected(&path), expected(&template)), "{id}");
        let parameters = meta.parameters.iter().filter(|parameter| parameter.location == Location::Path);
        assert_eq!(path.contains("/7"), parameters.count() > 0, "{id}: {path}");
    }
}

#[tokio::test]
async fn arguments_that_are_refused_before_sending_name_the_same_path() {
    let server = Server::new([], []);
    let error = enclave(&server).users().create(" ", 2).send().await.unwrap_err();
    assert!(error.is_invalid_input(), "{error}");
    assert!(error.path_template().is_some_and(|path| path.ends_with("/user")), "{error:?}");
    assert!(server.requests().is_empty());
}
