use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::Request;
use tenable_api::identity_exposure::CreateUser;
use tenable_model::identity_exposure::RoleId;
use tenable_transport::Idempotency;

use crate::script::{Answer, Script};

const ANN: &str = r#"[{"id":7,"name":"Ann","email":"Ann@Example.com","roles":[1]}]"#;

fn ann() -> CreateUser {
    CreateUser::new("Ann", "ann@example.com", "pw").active(true)
}

#[tokio::test]
async fn create_with_roles_takes_two_calls() {
    let script = Script::new([Answer::Status(201, ANN), Answer::Status(200, r#"{"roles":[2,3]}"#)]);
    let created = script.client().users().create_with_roles(ann(), [2, 3]).send().await.unwrap();
    assert_eq!(created.roles.unwrap(), [RoleId(2), RoleId(3)]);
    assert_eq!(created.user.roles, [RoleId(2), RoleId(3)]);
    assert_eq!(
        script.lines(),
        [
            r#"POST /api/users [{"name":"Ann","email":"ann@example.com","password":"pw","active":true}]"#,
            r#"PUT /api/users/7/roles {"roles":[2,3]}"#,
        ]
    );
}

#[tokio::test]
async fn create_with_roles_says_when_it_is_half_done() {
    let script = Script::new([Answer::Status(201, ANN), Answer::Status(404, r#"{"message":"no role 99"}"#)]);
    let created = script.client().users().create_with_roles(ann(), [99]).send().await.unwrap();
    assert_eq!(created.user.id.get(), 7);
    assert_eq!(created.user.roles, [RoleId(1)]);
    assert!(created.roles.unwrap_err().to_string().contains("no role 99"));

    let script = Script::new([Answer::Status(409, "")]);
    let error = script.client().users().create_with_roles(ann(), [2]).send().await.unwrap_err();
    assert!(error.is_conflict());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn roles_are_added_and_removed_by_reading_first() {
    let user = Answer::Status(200, r#"{"id":7,"roles":[1,2]}"#);
    let script = Script::new([user.clone(), Answer::Status(200, r#"{"roles":[1,2,3]}"#)]);
    let roles = script.client().users().add_roles(7, [3, 1]).await.unwrap();
    assert_eq!(roles, [RoleId(1), RoleId(2), RoleId(3)]);
    assert_eq!(script.lines(), ["GET /api/users/7", r#"PUT /api/users/7/roles {"roles":[1,2,3]}"#]);

    let script = Script::new([user.clone(), Answer::Status(200, r#"{"roles":[1]}"#)]);
    assert_eq!(script.client().users().remove_roles(7, [2, 9]).await.unwrap(), [RoleId(1)]);
    assert_eq!(script.lines()[1], r#"PUT /api/users/7/roles {"roles":[1]}"#);

    let script = Script::new([user]);
    assert_eq!(script.client().users().add_roles(7, [2]).await.unwrap(), [RoleId(1), RoleId(2)]);
    assert_eq!(script.lines(), ["GET /api/users/7"], "nothing is written when nothing changes");
}

#[tokio::test]
async fn a_copy_is_found_when_the_answer_does_not_hold_it() {
    let roles = r#"[{"id":2,"name":"Auditor"},{"id":9,"name":"Auditor"},{"id":11,"name":"Other"}]"#;
    let script = Script::new([Answer::Status(204, ""), Answer::Status(200, roles)]);
    let copy = script.client().roles().copy_and_read(2, "Auditor").await.unwrap().unwrap();
    assert_eq!(copy.id, RoleId(9));

    for status in [200, 201] {
        let script = Script::new([Answer::Status(status, r#"{"id":12,"name":"Auditor"}"#)]);
        assert_eq!(script.client().roles().copy_and_read(2, "Auditor").await.unwrap().unwrap().id, RoleId(12));
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_user_is_found_by_address_in_any_letter_case() {
    let script = Script::new([Answer::Status(200, ANN)]);
    let users = script.client().users();
    assert_eq!(users.find_by_email(" ann@example.COM").await.unwrap().unwrap().id.get(), 7);
    assert!(users.find_by_email("bo@example.com").await.unwrap().is_none());
}

#[tokio::test]
async fn a_list_streams_its_elements_and_fetches_when_asked() {
    let script = Script::new([Answer::Status(200, r#"[{"id":1},{"id":2},{"id":3}]"#)]);
    let items = script.client().users().list().items();
    assert!(script.requests().is_empty());
    let ids: Vec<u64> = items.map_ok(|user| user.id.get()).try_collect().await.unwrap();
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn an_empty_list_is_refused_where_one_element_is_wanted() {
    let script = Script::new([Answer::Status(201, "[]")]);
    let error = script.client().users().create_many([]).send().await.unwrap_err();
    assert!(error.is_invalid_input() && error.to_string().contains("`users` is empty"), "{error}");
    assert!(script.requests().is_empty());
    let script = Script::new([Answer::Status(200, r#"{"id":2,"name":"r"}"#)]);
    script.client().roles().replace_role_permissions(2, []).send().await.unwrap();
    assert_eq!(script.lines(), ["PUT /api/roles/2/permissions []"]);
}

#[tokio::test]
async fn what_the_sdk_does_not_know_goes_through_the_same_stack() {
    let script = Script::new([Answer::Status(418, "short and stout")]);
    let client = script.client();
    let request = Request::get("/api/alerts?page=2").body(Bytes::new()).unwrap();
    let response = client.client().send_raw(request, Idempotency::Read).await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_ref()), (418, &b"short and stout"[..]));
    assert_eq!(script.requests()[0].uri(), "https://tie.example.com/api/alerts?page=2");
    assert!(script.requests()[0].headers().contains_key("x-api-key"));

    let elsewhere = Request::get("https://evil.example.com/api").body(Bytes::new()).unwrap();
    assert!(client.client().send_raw(elsewhere, Idempotency::Read).await.unwrap_err().is_invalid_input());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_response_comes_with_what_is_around_it() {
    let script = Script::new([Answer::Header(200, "x-request-id", "abc-1")]);
    let client = script.client();
    let error = client.users().list().send_with_response().await.unwrap_err();
    assert_eq!(error.request_id(), Some("abc-1"));
    let script = Script::new([Answer::Status(200, "[]")]);
    let response = script.client().users().list().send_with_response().await.unwrap();
    assert_eq!((response.status.as_u16(), response.attempts, response.value.len()), (200, 1, 0));
}

#[tokio::test]
async fn roles_are_not_changed_on_an_answer_that_does_not_hold_them() {
    for body in [r#"{"id":7,"name":"Ann"}"#, r#"{"id":7,"name":"Ann","roles":null}"#] {
        let script = Script::new([Answer::Status(200, body)]);
        let error = script.client().users().add_roles(7, [9]).await.unwrap_err();
        assert!(error.is_unreadable() && error.to_string().contains("does not hold the user's roles"), "{error}");
        assert_eq!(script.requests().len(), 1);
    }
}

#[test]
fn untyped_arguments_are_checked_to_the_bottom() {
    use serde_json::json;
    let operation = |id: &str| tenable_api::identity_exposure::operation(id).unwrap();
    let replace = operation("roles.replace_role_permissions");
    for (permissions, text) in [
        (json!([{}]), "`permissions[0].entityName` is missing"),
        (
            json!([{"entityname": "a", "entityName": "a", "action": "b"}]),
            "`permissions[0].entityname` is not an argument",
        ),
        (json!([{"entityName": null, "action": "b"}]), "`permissions[0].entityName` may not be null"),
    ] {
        let error = replace.request(json!({"id": 7, "permissions": permissions})).unwrap_err();
        assert!(error.is_invalid_input() && error.to_string().contains(text), "{error}");
    }
    let request = replace.request(json!({"id": 7, "permissions": [{"entityName": "a", "action": "b"}]})).unwrap();
    assert_eq!(request.body(), r#"[{"entityName":"a","action":"b","entityIds":null}]"#);

    for id in ["ldap_configuration.update", "saml_configuration.update"] {
        let error = operation(id).request(json!({"allowedGroups": []})).unwrap_err();
        assert!(error.to_string().contains("`allowedGroups` is empty"), "{error}");
        operation(id).request(json!({"allowedGroups": null})).unwrap();
    }
    let error = operation("users.update").request(json!({"id": 7, "surname": null})).unwrap_err();
    assert!(error.to_string().contains("`surname` may not be null"), "{error}");
}

#[tokio::test]
async fn untyped_arguments_become_typed_calls() {
    use serde_json::json;
    use tenable_api::identity_exposure::{DeleteUser, ListUsers};
    use tenable_api::{Call, CallOptions, Operation, from_arguments};

    let script = Script::new([Answer::Status(200, ANN), Answer::Status(404, "")]);
    let client = script.client().client().clone();
    let list: ListUsers = from_arguments(json!({})).unwrap();
    let pages: Vec<_> = Call::new(client.clone(), list).pages().try_collect().await.unwrap();
    assert_eq!((pages.len(), pages[0][0].id.get()), (1, 7));

    let options = CallOptions::default().with_missing_as_deleted();
    let delete: DeleteUser = from_arguments(json!({"id": "7"})).unwrap();
    assert_eq!(delete.request().unwrap().uri(), "/api/users/7");
    Call::new(client, delete).with_options(options).send().await.unwrap();

    for (arguments, text) in [(json!({}), "`id` is missing"), (json!([7]), "not an object"), (json!({"id": "x"}), "id")]
    {
        let error = from_arguments::<DeleteUser>(arguments).unwrap_err();
        assert!(error.is_invalid_input() && error.to_string().contains(text), "{error}");
    }
}
