use tenable_api::identity_exposure::CreateUser;
use tenable_model::identity_exposure::{NewUser, Provider, RoleId, UserId};
use tenable_tests::CoreTransport;

const PASSWORD: &str = "Violet-Harbor-42";

#[tokio::test]
async fn a_user_from_creation_to_deletion() {
    let tie = CoreTransport::with_rules(&[]).client();
    let before = tie.users().list().send().await.unwrap().len();

    let ann = tie
        .users()
        .create("Ann", "ann@example.com", PASSWORD)
        .surname("Lee")
        .department("Identity")
        .biography("Joined in autumn.")
        .active(true)
        .send()
        .await
        .unwrap();
    assert_eq!((ann.full_name().as_str(), ann.email.as_str()), ("Ann Lee", "ann@example.com"));
    assert_eq!(ann.department.as_deref(), Some("Identity"));
    assert_eq!(ann.biography.as_deref(), Some("Joined in autumn."));
    assert_eq!((ann.active, ann.locked_out, &ann.provider), (Some(true), false, &Provider::Tenable));
    assert!(ann.extra.is_empty());
    assert_eq!(tie.users().details(ann.id).send().await.unwrap(), ann);
    assert_eq!(tie.users().list().send().await.unwrap().len(), before + 1);

    let changed = tie.users().update(ann.id).department("Red team").active(false).send().await.unwrap();
    assert_eq!(changed.department.as_deref(), Some("Red team"));
    assert_eq!(changed.active, Some(false));
    assert_eq!((&changed.name, &changed.surname, &changed.roles), (&ann.name, &ann.surname, &ann.roles));
    assert_eq!(tie.users().details(ann.id).send().await.unwrap(), changed);

    tie.users().delete(ann.id).send().await.unwrap();
    assert!(tie.users().details(ann.id).send().await.unwrap_err().is_not_found());
    assert!(tie.users().delete(ann.id).send().await.unwrap_err().is_not_found());
    assert_eq!(tie.users().list().send().await.unwrap().len(), before);
}

#[tokio::test]
async fn several_users_in_one_request() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let people = [
        NewUser::new("Bo", "bo@example.com", PASSWORD).active(true),
        NewUser::new("Cy", "cy@example.com", PASSWORD),
        NewUser::new("Dörte", "dörte@example.com", PASSWORD).department("\u{202e}'; DROP TABLE users; --"),
    ];
    let users = tie.users().create_many(people).send().await.unwrap();
    assert_eq!(users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Bo", "Cy", "Dörte"]);
    assert_eq!(users[1].active, Some(false), "an account is inactive unless it is set");
    assert_eq!(users[2].department.as_deref(), Some("\u{202e}'; DROP TABLE users; --"));
    assert_eq!(product.lines(), ["POST /api/users 201"]);
}

#[tokio::test]
async fn one_bad_user_among_several_creates_none() {
    let tie = CoreTransport::with_rules(&[]).client();
    let before = tie.users().list().send().await.unwrap();
    let people = [NewUser::new("Bo", "bo@example.com", PASSWORD), NewUser::new("Cy", "cy@example.com", "weak")];
    let error = tie.users().create_many(people).send().await.unwrap_err();
    assert!(error.is_invalid_input() && !error.outcome_unknown(), "{error}");
    assert_eq!(error.code(), Some("INVALID_PAYLOAD_FORMAT"));
    assert_eq!(tie.users().list().send().await.unwrap(), before);
}

#[tokio::test]
async fn an_address_in_use_is_a_conflict() {
    for (outcome, conflict) in [("409", true), ("400", false)] {
        let tie = CoreTransport::with_rules(&[("ie.duplicate_email", outcome)]).client();
        tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap();
        let error = tie.users().create("Ann", "ANN@example.com", PASSWORD).send().await.unwrap_err();
        assert_eq!(error.is_conflict(), conflict, "{error}");
        assert!(!error.outcome_unknown());
    }
}

#[tokio::test]
async fn who_am_i() {
    for cloud_name in ["null", "name", "absent"] {
        let tie = CoreTransport::with_rules(&[("ie.tenable_cloud_user_name", cloud_name)]).client();
        let me = tie.users().info().send().await.unwrap();
        assert_eq!(me.id, UserId(1));
        assert_eq!(me.roles[0].name, "Global Administrator");
        assert_eq!(me.tenable_cloud_user_name.is_some(), cloud_name == "name");
    }
}

#[tokio::test]
async fn roles_are_replaced_added_and_removed() {
    let tie = CoreTransport::with_rules(&[]).client();
    let user = CreateUser::new("Ann", "ann@example.com", PASSWORD).active(true);
    let created = tie.users().create_with_roles(user, [2]).send().await.unwrap();
    let id = created.user.id;
    assert_eq!(created.roles.unwrap(), [RoleId(2)]);

    let auditor = tie.roles().create("Night shift", "Reads").send().await.unwrap().id;
    assert_eq!(tie.users().add_roles(id, [auditor]).await.unwrap(), [RoleId(2), auditor]);
    assert_eq!(tie.users().remove_roles(id, [2]).await.unwrap(), [auditor]);
    let replaced = tie.users().update_user_roles(id, [RoleId(1), RoleId(2)]).send().await.unwrap();
    assert_eq!(replaced.roles, [RoleId(1), RoleId(2)]);
    assert_eq!(tie.users().details(id).send().await.unwrap().roles, replaced.roles);

    let error = tie.users().update_user_roles(id, [999]).send().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(tie.users().details(id).send().await.unwrap().roles, replaced.roles, "nothing has changed");
}

#[tokio::test]
async fn a_user_with_unknown_roles_is_created_all_the_same() {
    let tie = CoreTransport::with_rules(&[]).client();
    let user = CreateUser::new("Ann", "ann@example.com", PASSWORD);
    let created = tie.users().create_with_roles(user, [999]).send().await.unwrap();
    assert!(created.roles.is_err());
    assert_eq!(tie.users().details(created.user.id).send().await.unwrap(), created.user);
}

#[tokio::test]
async fn an_empty_set_of_roles_is_up_to_the_server() {
    for (outcome, accepted) in [("200", true), ("400", false)] {
        let tie = CoreTransport::with_rules(&[("ie.empty_roles", outcome)]).client();
        let ann = tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap();
        let result = tie.users().update_user_roles(ann.id, [] as [RoleId; 0]).send().await;
        assert_eq!(result.is_ok(), accepted, "{result:?}");
    }
}

#[tokio::test]
#[expect(deprecated, reason = "old servers take it")]
async fn the_legacy_picture_is_sent_only_when_it_is_set() {
    let product = CoreTransport::with_rules(&[("ie.picture", "refused")]);
    let tie = product.client();
    let ann = tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap();
    let error = tie.users().update(ann.id).picture([1, 2]).send().await.unwrap_err();
    assert!(error.to_string().contains("picture"), "{error}");

    let tie = CoreTransport::with_rules(&[("ie.picture", "accepted")]).client();
    let bo = tie.users().create("Bo", "bo@example.com", PASSWORD).picture([1, 2]).send().await.unwrap();
    assert_eq!(bo.extra.get("picture"), Some(&serde_json::json!([1, 2])));
}

#[tokio::test]
async fn an_update_that_sets_nothing_changes_nothing() {
    let tie = CoreTransport::with_rules(&[]).client();
    let ann = tie.users().create("Ann", "ann@example.com", PASSWORD).surname("Lee").send().await.unwrap();
    assert_eq!(tie.users().update(ann.id).send().await.unwrap(), ann);
}

#[tokio::test]
async fn an_old_server_is_read_as_well() {
    let tie = CoreTransport::with_rules(&[("ie.version_shape", "2021")]).client();
    let ann = tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap();
    assert_eq!(ann.provider, Provider::Alsid);
    let details = tie.users().details(ann.id).send().await.unwrap();
    assert_eq!(details.provider, Provider::default(), "the details of 2021 do not tell");
    let permissions = tie.roles().list().send().await.unwrap().into_iter().flat_map(|role| role.permissions);
    let ids: Vec<String> = permissions.flat_map(|permission| permission.entity_ids.unwrap_or_default()).collect();
    assert!(!ids.is_empty() && ids.iter().all(|id| id.parse::<u64>().is_ok()), "{ids:?}");
}

#[tokio::test]
async fn fields_that_nobody_knows_are_kept() {
    let tie = CoreTransport::with_rules(&[("ie.extra_fields", "on")]).client();
    let users = tie.users().list().send().await.unwrap();
    assert!(users.iter().all(|user| !user.extra.is_empty()));
    let me = tie.users().info().send().await.unwrap();
    assert!(!me.extra.is_empty() && !me.roles[0].extra.is_empty());
}

#[tokio::test]
async fn who_lacks_the_right_is_refused() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let user = CreateUser::new("Ann", "ann@example.com", PASSWORD).active(true);
    let ann = tie.users().create_with_roles(user, [2]).send().await.unwrap().user;
    let key = product.core.api_key_of(ann.id.get()).expect("every user has a key");
    let as_ann = product.client_with_key(key);
    assert_eq!(as_ann.users().info().send().await.unwrap().email, "ann@example.com");
    let error = as_ann.users().create("Eve", "eve@example.com", PASSWORD).send().await.unwrap_err();
    assert!(error.is_permission_denied(), "{error}");
    let error = product.client_with_key("no-such-key").users().list().send().await.unwrap_err();
    assert!(error.is_unauthenticated(), "{error}");
}

#[tokio::test]
async fn ten_thousand_users() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let people = (0..10_000).map(|n| NewUser::new(format!("User {n}"), format!("user{n}@example.com"), PASSWORD));
    let created = tie.users().create_many(people).send().await.unwrap();
    assert_eq!(created.len(), 10_000);
    let users = tie.users().list().send().await.unwrap();
    assert!(users.len() >= 10_000);
    assert_eq!(tie.users().find_by_email("user9999@example.com").await.unwrap().unwrap().name, "User 9999");
}
