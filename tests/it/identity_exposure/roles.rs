use tenable_model::identity_exposure::{DynamicId, NewRole, Permission, RoleId};
use tenable_tests::CoreTransport;

#[tokio::test]
async fn a_role_from_creation_to_deletion() {
    let tie = CoreTransport::with_rules(&[]).client();
    let role = tie.roles().create("Night shift", "Reads").send().await.unwrap();
    assert_eq!((role.name.as_str(), role.description.as_str(), role.permissions.len()), ("Night shift", "Reads", 0));

    let renamed = tie.roles().update(role.id).name("Reviewer").send().await.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.description.as_str()), ("Reviewer", "Reads"));

    let permissions = [
        Permission::new("dashboard", "read").entity_ids(["1", "5"]),
        Permission::new("user", "edit").dynamic_id(DynamicId::SelfUserId),
    ];
    let granted = tie.roles().replace_role_permissions(role.id, permissions.clone()).send().await.unwrap();
    assert_eq!(granted.permissions, permissions);
    assert_eq!(tie.roles().details(role.id).send().await.unwrap(), granted);

    tie.roles().delete(role.id).send().await.unwrap();
    assert!(tie.roles().details(role.id).send().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn permissions_that_were_read_can_be_written_back() {
    let tie = CoreTransport::with_rules(&[]).client();
    for role in tie.roles().list().send().await.unwrap().into_iter().filter(|role| role.id != RoleId(1)) {
        let written = tie.roles().replace_role_permissions(role.id, role.permissions.clone()).send().await.unwrap();
        assert_eq!(written, role);
    }
}

#[tokio::test]
async fn several_roles_in_one_request() {
    let tie = CoreTransport::with_rules(&[]).client();
    let roles = [NewRole::new("Night shift", "Reads"), NewRole::new("Operator", "Runs")];
    let roles = tie.roles().create_many(roles).send().await.unwrap();
    assert_eq!(roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>(), ["Night shift", "Operator"]);
}

#[tokio::test]
async fn a_copy_comes_from_every_kind_of_answer() {
    for status in ["200", "201", "204"] {
        let tie = CoreTransport::with_rules(&[("ie.copy_status", status)]).client();
        let copy = tie.roles().copy_role(2, "Second").send().await.unwrap();
        assert_eq!(copy.is_some(), status != "204");
        let source = tie.roles().details(2).send().await.unwrap();
        let copy = tie.roles().copy_and_read(2, "Third").await.unwrap().unwrap();
        assert_eq!((copy.name.as_str(), &copy.permissions), ("Third", &source.permissions));
        assert_eq!(tie.roles().details(copy.id).send().await.unwrap(), copy);
    }
}

#[tokio::test]
async fn the_global_administrator_cannot_be_changed() {
    let tie = CoreTransport::with_rules(&[]).client();
    assert!(tie.roles().update(1).name("Root").send().await.unwrap_err().is_permission_denied());
    assert!(tie.roles().delete(1).send().await.unwrap_err().is_permission_denied());
    assert!(tie.roles().replace_role_permissions(1, []).send().await.unwrap_err().is_permission_denied());
}

#[tokio::test]
async fn default_roles_follow_the_settings() {
    let tie = CoreTransport::with_rules(&[]).client();
    let role = tie.roles().create("Night shift", "Reads").send().await.unwrap();
    tie.application_settings().update().default_role_ids([role.id]).send().await.unwrap();
    let defaults = tie.roles().default_roles().send().await.unwrap();
    assert_eq!(defaults.iter().map(|role| role.id).collect::<Vec<_>>(), [role.id]);
    let ann = tie.users().create("Ann", "ann@example.com", "Violet-Harbor-42").send().await.unwrap();
    assert_eq!(ann.roles, [role.id]);
}

#[tokio::test]
async fn a_missing_licence_is_a_matter_of_permission() {
    let tie = CoreTransport::with_rules(&[("ie.license_features", "none")]).client();
    assert!(tie.roles().list().send().await.unwrap_err().is_permission_denied());
    tie.users().list().send().await.unwrap();
}
