//! The business rules of users, by their numbers in the product's reference.

use tenable_api::security_center::SecurityCenter;
use tenable_api::{Error, ErrorKind};
use tenable_model::security_center::{AuthType, GroupId, ManagedGroup, RoleId, User, UserAddress, UserId};
use tenable_tests::CoreTransport;

use super::{NORTH, PASSWORD, SOUTH, named, whole};

fn names(users: &[User]) -> Vec<&str> {
    users.iter().filter_map(|user| user.username.as_deref()).collect()
}

/// What the server refused, and that it did nothing.
fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorKind {
    let error = result.expect_err("the rule forbids it");
    assert!(!error.outcome_unknown(), "{}", error.report());
    assert_ne!(error.kind(), ErrorKind::InvalidInput, "it was asked of the server: {}", error.report());
    error.kind()
}

async fn new_user(sc: &SecurityCenter, name: &str) -> User {
    sc.users().create(name, 4).password(PASSWORD).group_id(2).send().await.unwrap()
}

#[tokio::test]
async fn rule_01_administrators_list_administrators_and_with_an_organization_all_its_users() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    assert_eq!(names(&admin.users().list().send().await.unwrap()), ["admin", "kit.admin"]);
    let north = admin.users().list_of_organization(NORTH).send().await.unwrap();
    assert_eq!(north.len(), 9);
    assert!(names(&north).contains(&"avery.analyst"));
    // The same number, another person.
    assert_eq!((north[0].id, north[0].username.as_deref()), (UserId(1), Some("north.manager")));
}

#[tokio::test]
async fn rule_02_in_2016_the_list_of_an_organization_was_its_security_managers() {
    let product = CoreTransport::security_center(&[("sc.generation", "5")]);
    let north = product.administrator().users().list_of_organization(NORTH).send().await.unwrap();
    assert!(north.iter().all(|user| user.role_id() == Some(RoleId(2))), "{:?}", names(&north));
    assert!(names(&north).contains(&"north.deputy"));
}

#[tokio::test]
async fn rule_03_a_member_lists_the_own_organization_only() {
    let product = CoreTransport::security_center(&[]);
    let south = product.client_of(2, 1).users().list().send().await.unwrap();
    assert_eq!(names(&south), ["south.manager", "gray.analyst"]);
}

#[tokio::test]
async fn rule_04_administrators_create_administrators_and_security_managers_only() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let second = admin.users().create("ida.admin", 1).password(PASSWORD).send().await.unwrap();
    assert_eq!(second.role_id(), Some(RoleId(1)));
    assert!(names(&admin.users().list().send().await.unwrap()).contains(&"ida.admin"));

    let head = admin.users().create("head", 2).password(PASSWORD).organization_id(SOUTH).group_id(0);
    let head = head.send().await.unwrap();
    assert_eq!(head.role_id(), Some(RoleId(2)));
    let south = product.client_of(2, 1).users().list().send().await.unwrap();
    assert!(names(&south).contains(&"head"));

    refused(admin.users().create("analyst", 3).password(PASSWORD).organization_id(SOUTH).group_id(0).send().await);
}

#[tokio::test]
async fn rule_05_members_create_in_groups_they_manage_at_their_level_or_lower() {
    let product = CoreTransport::security_center(&[]);
    let manager = product.manager();
    let ann = new_user(&manager, "ann").await;
    assert_eq!((ann.role_id(), ann.group_id()), (Some(RoleId(4)), Some(GroupId(2))));
    refused(manager.users().create("boss", 1).password(PASSWORD).group_id(0).send().await);

    // devon.lead manages the users of group 2 and holds few permissions.
    let lead = product.client_of(1, 6);
    refused(lead.users().create("bo", 4).password(PASSWORD).group_id(1).send().await);
    refused(lead.users().create("bo", 2).password(PASSWORD).group_id(2).send().await);
    assert_eq!(
        lead.users().create("bo", 5).password(PASSWORD).group_id(2).send().await.unwrap().group_id(),
        Some(GroupId(2))
    );
}

#[tokio::test]
async fn rule_06_unmarked_fields_need_rights_and_ones_own_record_is_complete() {
    let product = CoreTransport::security_center(&[]);
    // blake.viewer manages nobody.
    let viewer = product.client_of(1, 4);
    let users = viewer.users().list().fields(["username", "locked", "role"]).send().await.unwrap();
    for user in &users {
        assert_eq!(user.locked.is_some(), user.id == UserId(4), "{:?}", user.username);
    }
    let own = whole(&viewer, 4).await;
    assert!(own.locked.is_some() && own.created_time.is_some() && own.role.is_some());
    // devon.lead sees them of the users of group 2.
    let users = product.client_of(1, 6).users().list().fields(["username", "locked"]).send().await.unwrap();
    let seen: Vec<u64> = users.iter().filter(|user| user.locked.is_some()).map(|user| user.id.get()).collect();
    assert!(seen.contains(&4) && seen.contains(&5) && seen.contains(&6) && !seen.contains(&3), "{seen:?}");
}

#[tokio::test]
async fn rule_07_the_parent_shows_only_to_an_administrator() {
    let product = CoreTransport::security_center(&[("sc.organization_user_by_id", "all")]);
    let linked = (NORTH, UserId(8));
    let seen = product.administrator().users().details(linked).fields(["parent", "username"]).send().await.unwrap();
    assert!(seen.parent.is_some(), "{seen:?}");
    let own = product.manager().users().details(UserAddress::own(8)).fields(["parent"]).send().await.unwrap();
    assert!(own.parent.is_none(), "{own:?}");
}

#[tokio::test]
async fn rule_08_nobody_is_edited_at_ones_own_number() {
    let product = CoreTransport::security_center(&[]);
    let manager = product.manager();
    refused(manager.users().update(UserAddress::own(1)).title("Head").send().await);
    let uuid = named(&manager, "north.manager").await.uuid.unwrap();
    refused(manager.users().update(uuid).title("Head").send().await);
    let changed = manager.current_user().update().title("Head").send().await.unwrap();
    assert_eq!(changed.title.as_deref(), Some("Head"));
}

#[tokio::test]
async fn rule_09_a_new_password_needs_the_callers_own() {
    let product = CoreTransport::security_center(&[]);
    let manager = product.manager();
    let seed = tenable_emulator::security_center::SEED_PASSWORD;
    refused(manager.users().update(UserAddress::own(3)).password("Copper-Lantern-77", "not-mine").send().await);
    manager.users().update(UserAddress::own(3)).password("Copper-Lantern-77", seed).send().await.unwrap();
    let avery = product.builder().login("avery.analyst", "Copper-Lantern-77").build().unwrap();
    assert_eq!(avery.current_user().details().send().await.unwrap().username.as_deref(), Some("avery.analyst"));
    assert!(
        product.session_of("avery.analyst").current_user().details().send().await.unwrap_err().is_unauthenticated()
    );
}

#[tokio::test]
async fn rule_10_locking_an_administrator_locks_the_linked_users_and_unlocking_does_not_unlock_them() {
    let product = CoreTransport::security_center(&[]);
    let (admin, manager) = (product.administrator(), product.manager());
    assert_eq!(whole(&manager, 8).await.locked, Some(false));
    admin.users().update(UserAddress::own(2)).locked(true).send().await.unwrap();
    assert_eq!(whole(&manager, 8).await.locked, Some(true));
    admin.users().update(UserAddress::own(2)).locked(false).send().await.unwrap();
    assert_eq!(whole(&manager, 8).await.locked, Some(true), "the other way is not documented, and off by default");
}

#[tokio::test]
async fn rule_11_linked_users_are_for_administrators_and_six_fields_never_change() {
    let product = CoreTransport::security_center(&[("sc.organization_user_by_id", "all")]);
    let (admin, manager) = (product.administrator(), product.manager());
    refused(manager.users().update(UserAddress::own(8)).title("Twin").send().await);
    refused(manager.users().delete(UserAddress::own(8)).send().await);

    let linked = (NORTH, UserId(8));
    let changed = admin.users().update(linked).title("Twin").send().await.unwrap();
    assert_eq!((changed.title.as_deref(), changed.auth_type), (Some("Twin"), Some(AuthType::Linked)));
    let edit = || admin.users().update(linked);
    refused(edit().role_id(3).send().await);
    refused(edit().group_id(1).send().await);
    refused(edit().auth_type("tns").send().await);
    refused(edit().parent(serde_json::json!({"id": 1})).send().await);
    refused(edit().password(PASSWORD, tenable_emulator::security_center::SEED_PASSWORD).send().await);
    refused(edit().must_change_password(true).send().await);
    admin.users().delete(linked).send().await.unwrap();
    assert!(manager.users().details(UserAddress::own(8)).send().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn rule_12_administrators_have_no_override_of_password_expiry() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let edit = admin.users().update(UserAddress::own(2)).password_expiration_override(true);
    edit.send().await.unwrap();
    assert_ne!(whole(&admin, 2).await.password_expiration_override, Some(true));
    let manager = product.manager();
    manager.users().update(UserAddress::own(3)).password_expiration_override(true).send().await.unwrap();
    assert_eq!(whole(&manager, 3).await.password_expiration_override, Some(true));
}

#[tokio::test]
async fn rule_13_objects_migrate_to_whom_the_caller_may_give_them() {
    let product = CoreTransport::security_center(&[]);
    let (admin, manager) = (product.administrator(), product.manager());
    // By an administrator: only to a Security Manager in Full Access of the same organization.
    refused(admin.users().delete((NORTH, UserId(2))).migrate_user_id(3).send().await);
    admin.users().delete((NORTH, UserId(2))).migrate_user_id(1).send().await.unwrap();
    // By a member: to a user whose group's objects the caller manages. devon.lead manages those of group 2.
    let lead = product.client_of(1, 6);
    let bo = lead.users().create("bo", 5).password(PASSWORD).group_id(2).send().await.unwrap().id;
    refused(lead.users().delete(UserAddress::own(bo)).migrate_user_id(3).send().await);
    lead.users().delete(UserAddress::own(bo)).migrate_user_id(4).send().await.unwrap();
    // A Security Manager whose groups are all of them.
    manager.users().delete(UserAddress::own(4)).migrate_user_id(1).send().await.unwrap();
    let left = manager.users().list().send().await.unwrap();
    assert!(!left.iter().any(|user| [UserId(2), UserId(4), bo].contains(&user.id)), "{:?}", names(&left));
}

#[tokio::test]
async fn rule_14_an_administrator_with_linked_users_stays() {
    let product = CoreTransport::security_center(&[("sc.organization_user_by_id", "all")]);
    let admin = product.administrator();
    refused(admin.users().delete(UserAddress::own(2)).send().await);
    admin.users().delete((NORTH, UserId(8))).send().await.unwrap();
    admin.users().delete(UserAddress::own(2)).send().await.unwrap();
    assert_eq!(names(&admin.users().list().send().await.unwrap()), ["admin"]);
}

#[tokio::test]
async fn rule_15_one_linked_manager_an_organization_who_never_signs_in_and_never_changes_kind() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let linked = |name: &str, organization| {
        let parent = serde_json::json!({"id": 1});
        admin.users().create(name, 2).auth_type("linked").parent(parent).organization_id(organization).group_id(0)
    };
    let twin = linked("admin.twin", SOUTH).send().await.unwrap();
    assert_eq!(twin.auth_type, Some(AuthType::Linked));
    refused(linked("admin.triplet", SOUTH).send().await);
    linked("admin.twin", NORTH).send().await.unwrap();
    let signing_in = product.builder().login("admin.twin", PASSWORD).build().unwrap();
    assert!(signing_in.current_user().details().send().await.unwrap_err().is_unauthenticated());
    refused(product.client_of(2, 1).users().update(UserAddress::own(2)).auth_type("linked").send().await);
}

#[tokio::test]
async fn rule_17_the_first_user_of_an_organization_stays() {
    let product = CoreTransport::security_center(&[]);
    // north.deputy is a Security Manager as well.
    refused(product.client_of(1, 2).users().delete(UserAddress::own(1)).send().await);
    let admin = product.administrator();
    refused(admin.security_managers().delete(NORTH, UserId(1)).send().await);
    assert_eq!(whole(&product.manager(), 1).await.username.as_deref(), Some("north.manager"));
}

#[tokio::test]
async fn rule_18_a_locked_user_does_not_sign_in_and_failed_attempts_lock() {
    let product = CoreTransport::security_center(&[("sc.login_limit", "3")]);
    let manager = product.manager();
    assert!(product.session_of("emery.locked").current_user().details().send().await.unwrap_err().is_unauthenticated());
    manager.users().update(UserAddress::own(7)).locked(false).send().await.unwrap();
    assert_eq!(product.session_of("emery.locked").current_user().details().send().await.unwrap().id, UserId(7));

    for _ in 0..3 {
        let wrong = product.builder().login("avery.analyst", "wrong").build().unwrap();
        assert!(wrong.current_user().details().send().await.unwrap_err().is_unauthenticated());
    }
    let avery = whole(&manager, 3).await;
    assert_eq!((avery.locked, avery.failed_logins), (Some(true), Some(3)));
    assert!(
        product.session_of("avery.analyst").current_user().details().send().await.unwrap_err().is_unauthenticated()
    );
}

#[tokio::test]
async fn rule_20_sample_content_of_a_group_is_an_argument_that_is_sent_only_when_named() {
    let product = CoreTransport::security_center(&[]);
    let manager = product.manager();
    let group = manager.groups().create("Auditors").create_default_objects(true).send().await.unwrap();
    let shown = manager.groups().details(group.id).fields(["createDefaultObjects"]).send().await.unwrap();
    assert_eq!(shown.create_default_objects, Some(true));
    manager.groups().update(group.id).name("Readers").send().await.unwrap();
    let shown = manager.groups().details(group.id).fields(["createDefaultObjects", "name"]).send().await.unwrap();
    assert_eq!((shown.create_default_objects, shown.name.as_deref()), (Some(true), Some("Readers")));
}

#[tokio::test]
async fn rule_21_a_users_password_expiry_overrides_the_organizations() {
    let product = CoreTransport::security_center(&[("sc.expired_password", "refused")]);
    let manager = product.manager();
    let edit = manager.users().update(UserAddress::own(3));
    edit.password_expires(true).password_expiration(2).password_expiration_override(true).send().await.unwrap();
    let avery = whole(&manager, 3).await;
    assert_eq!((avery.password_expires, avery.password_expiration), (Some(true), Some(2)));
    for days in [0, 366] {
        let error = manager.users().update(UserAddress::own(3)).password_expiration(days).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "1 to 365 days, said before anything is sent");
    }
    assert!(
        product.session_of("avery.analyst").current_user().details().send().await.unwrap_err().is_unauthenticated()
    );
}

#[tokio::test]
async fn the_groups_a_user_manages_are_written_as_ids_and_read_as_references() {
    let product = CoreTransport::security_center(&[]);
    let manager = product.manager();
    let edit = manager.users().update(UserAddress::own(3)).managed_users_groups([GroupId(1), GroupId(2)]);
    let avery = edit.managed_objects_groups([ManagedGroup::All]).send().await.unwrap();
    let ids = |groups: Option<Vec<tenable_model::security_center::Reference>>| {
        groups.unwrap().iter().map(|group| group.id.raw()).collect::<Vec<_>>()
    };
    assert_eq!(ids(avery.managed_users_groups), [1, 2]);
    assert_eq!(ids(avery.managed_objects_groups), [-1]);
}
