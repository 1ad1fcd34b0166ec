//! What a connection shows depends on whose it is and on the server's age.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use tenable_api::admin::{Admin, GroupAdmin, NewRole, NewUser, RoleAdmin, UserAdmin, UserChange};
use tenable_api::{Effect, ErrorKind};
use tenable_model::security_center::{GroupId, RoleId};
use tenable_model::shared::{Group, RoleKey, User, UserKey};
use tenable_model::vulnerability_management::{
    NewPermissionObject, NewPermissionSubject, ObjectType, PermissionAction, SubjectType, UserKey as PathUser,
};
use tenable_model::{Known, Uuid};
use tenable_tests::CoreTransport;

use super::{PASSWORD, all_users, refused};

fn key(text: &str) -> UserKey {
    text.parse().unwrap()
}

#[tokio::test]
async fn an_administrator_sees_the_users_of_every_organization_under_keys_of_their_own() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let users = all_users(&admin).await;
    let keys: BTreeSet<String> = users.iter().map(|user| user.key.to_string()).collect();
    assert_eq!(keys.len(), users.len(), "no two have one key");
    for one in ["sc:1", "sc:2", "sc:1/1", "sc:1/3", "sc:2/1", "sc:2/2"] {
        assert!(keys.contains(one), "{one}: {keys:?}");
    }
    let avery = UserAdmin::find_users(&admin, "avery.analyst").await.unwrap();
    assert_eq!(avery.iter().map(|user| user.key.to_string()).collect::<Vec<_>>(), ["sc:1/3"]);
    assert_eq!(avery[0].enabled, Known::Value(true));
    assert!(avery[0].groups.is_not_told(), "groups repeat in each organization");

    let deputy = UserAdmin::user(&admin, &key("sc:1/2")).await.unwrap();
    assert_eq!((deputy.user_name.value().unwrap().as_str(), deputy.key), ("north.deputy", key("sc:1/2")));
    let other = UserAdmin::user(&admin, &key("sc:2")).await.unwrap();
    assert_eq!((other.user_name.value().unwrap().as_str(), other.key), ("kit.admin", key("sc:2")));
}

#[tokio::test]
async fn an_administrator_changes_a_security_manager_and_not_the_namesake() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let changed = admin.change_user(&key("sc:1/2"), &UserChange::new().full_name("Deputy Lee")).await.unwrap();
    assert_eq!((changed.key, changed.full_name), (key("sc:1/2"), Known::Value("Deputy Lee".to_owned())));
    assert_eq!(admin.set_enabled(&key("sc:1/2"), false).await.unwrap().key, key("sc:1/2"));
    let kit = UserAdmin::user(&admin, &key("sc:2")).await.unwrap();
    assert_eq!((kit.enabled, kit.full_name), (Known::Value(true), Known::Value("Kit Admin".to_owned())));
    let seen = UserAdmin::user(&product.manager(), &key("sc:2")).await.unwrap();
    assert_eq!((seen.enabled, seen.full_name), (Known::Value(false), Known::Value("Deputy Lee".to_owned())));
}

#[tokio::test]
async fn a_user_asked_for_by_uuid_keeps_that_key() {
    let product = CoreTransport::security_center(&[]);
    let sc = product.manager();
    let uuid =
        sc.users().details(tenable_model::security_center::UserAddress::own(3)).send().await.unwrap().uuid.unwrap();
    let by_uuid = key(&format!("sc:{uuid}"));
    let avery = UserAdmin::user(&sc, &by_uuid).await.unwrap();
    assert_eq!((avery.user_name.value().unwrap().as_str(), &avery.key), ("avery.analyst", &by_uuid));
    assert_eq!(sc.set_enabled(&by_uuid, false).await.unwrap().enabled, Known::Value(false));
    assert_eq!(UserAdmin::user(&sc, &key("sc:3")).await.unwrap().enabled, Known::Value(false));
    sc.delete_user(&by_uuid, Some(&key("sc:1"))).await.unwrap();
    assert!(refused(UserAdmin::user(&sc, &by_uuid).await).is_not_found());
}

#[tokio::test]
async fn objects_never_go_to_somebody_of_another_organization_with_the_same_number() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let uuid_of = |text: &str| {
        let (admin, text) = (admin.clone(), text.to_owned());
        async move {
            let address = tenable_model::security_center::UserAddress::try_from(key(&text)).unwrap();
            key(&format!("sc:{}", admin.users().details(address).send().await.unwrap().uuid.unwrap()))
        }
    };
    let (deputy, southern) = (uuid_of("sc:1/2").await, uuid_of("sc:2/1").await);
    for (user, successor) in [(&deputy, &southern), (&deputy, &key("sc:1")), (&key("sc:1/2"), &southern)] {
        let error = admin.delete_user(user, Some(successor)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{user} {successor}: {}", error.report());
    }
    assert!(product.core.journal().iter().all(|entry| entry.method == "GET"), "nothing was written");
    admin.delete_user(&key("sc:1/2"), Some(&key("sc:1/1"))).await.unwrap();
}

#[tokio::test]
async fn an_administrator_is_created_without_a_group() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let ida = admin.create_user(&NewUser::new("ida.admin", PASSWORD).roles([RoleId(1)])).await.unwrap();
    assert_eq!((ida.groups, ida.enabled), (Known::Value(Vec::new()), Known::Value(true)));
    let nobody = NewUser::new("nobody", PASSWORD).roles([RoleId(4)]);
    let error = admin.create_user(&nobody).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{}", error.report());
    refused(admin.create_user(&nobody.groups([GroupId(0)])).await);
}

#[tokio::test]
async fn fields_that_spoil_a_request_are_done_without() {
    for rules in
        [&[("sc.forbidden_fields", "refused")][..], &[("sc.forbidden_fields", "refused"), ("sc.role_list", "marked")]]
    {
        let product = CoreTransport::security_center(rules);
        let viewer = product.client_of(1, 4);
        let users = all_users(&viewer).await;
        assert_eq!(users.len(), 9);
        for user in &users {
            assert!(user.user_name.value().is_some() && user.unknown().contains(&"roles"), "{user:?}");
        }
        let avery = UserAdmin::user(&viewer, &key("sc:3")).await.unwrap();
        assert_eq!(avery.user_name, Known::Value("avery.analyst".to_owned()));
        let roles: Vec<_> = RoleAdmin::roles(&viewer).try_collect().await.unwrap();
        assert!(roles.iter().any(|role| role.unknown() == ["permissions"]), "{roles:?}");
    }
}

#[tokio::test]
async fn who_does_not_see_groups_gets_no_list_of_members_instead_of_half_a_one() {
    let product = CoreTransport::security_center(&[]);
    let viewer = product.client_of(1, 4);
    let listed: Vec<User> = all_users(&viewer).await;
    assert!(
        listed.iter().any(|user| user.groups.is_not_told()) && listed.iter().any(|user| !user.groups.is_not_told())
    );
    let error = viewer.members(&GroupId(2).into()).await.unwrap_err();
    assert!(error.is_unreadable() && error.to_string().contains("does not tell the group"), "{}", error.report());
    let all = product.manager().members(&GroupId(2).into()).await.unwrap();
    assert_eq!(all.len(), 3);
}

/// The keys of a user's roles.
fn roles(user: &User) -> Vec<String> {
    user.roles.value().unwrap().iter().map(|role| role.key.to_string()).collect()
}

#[tokio::test]
async fn a_custom_role_is_never_taken_for_the_one_of_its_number() {
    for number in ["0", "16"] {
        let vm = CoreTransport::vulnerability_management(&[("vm.custom_role_number", number)]).administrator();
        let auditor = vm.roles().find_by_name("Auditor").await.unwrap().unwrap();
        let listed = vm.find_users("auditor@example.com").await.unwrap();
        assert_eq!(roles(&listed[0]), [format!("vm:{}", auditor.uuid)], "{number}");
        assert_eq!(listed[0].roles.value().unwrap()[0].name, Known::Value("Auditor".to_owned()));
        let read = UserAdmin::user(&vm, &listed[0].key).await.unwrap();
        assert_eq!(roles(&read), roles(&listed[0]), "{number}");
    }
}

#[tokio::test]
async fn a_predefined_role_is_assigned_by_its_number_as_well() {
    let product = CoreTransport::vulnerability_management(&[]);
    let vm = product.administrator();
    let bo = vm.create_user(&NewUser::new("bo@example.com", PASSWORD).roles([role("vm:32")])).await.unwrap();
    let standard = vm.roles().find_by_name("Standard").await.unwrap().unwrap();
    assert_eq!(roles(&bo), [format!("vm:{}", standard.uuid)]);
    let operator = vm.assign_roles(&bo.key, &[role("vm:24")]).await.unwrap();
    assert_eq!(roles(&operator), ["vm:9a0c1e00-0000-4000-8000-000000000024"]);
    assert!(vm.assign_roles(&bo.key, &[role("vm:77")]).await.is_err(), "there is no such number");
    assert_eq!(RoleAdmin::role(&vm, &role("vm:24")).await.unwrap().name, Known::Value("Scan Operator".to_owned()));
    // A custom role that is called as a number is not the role of the number.
    let named = vm.create_role(&NewRole::new("77").permissions(["VM.VM_SCAN.READ"])).await.unwrap();
    assert!(refused(vm.delete_role(&role("vm:77")).await).is_not_found());
    assert_eq!(RoleAdmin::role(&vm, &named.key).await.unwrap().name, Known::Value("77".to_owned()));
}

fn role(text: &str) -> RoleKey {
    text.parse().unwrap()
}

#[tokio::test]
async fn members_are_told_as_the_list_of_users_tells_them() {
    for members_enabled in ["true", "false"] {
        let vm = CoreTransport::vulnerability_management(&[("vm.members_enabled", members_enabled)]).administrator();
        let groups: Vec<Group> = GroupAdmin::groups(&vm).try_collect().await.unwrap();
        let operations = groups.iter().find(|group| group.name == Known::Value("Operations".to_owned())).unwrap();
        let members = vm.members(&operations.key).await.unwrap();
        assert_eq!(members.len(), 2);
        for member in members {
            assert_eq!((member.enabled, member.roles.is_not_told()), (Known::Value(true), false), "{members_enabled}");
        }
        let by_number = vm.members(&"vm:1".parse().unwrap()).await.unwrap();
        assert_eq!(by_number.len(), 2);
    }
}

#[tokio::test]
async fn who_is_no_administrator_is_told_names_only() {
    let users = all_users(&CoreTransport::vulnerability_management(&[]).client_of(2_223_304)).await;
    assert_eq!(users.len(), 13);
    for user in users {
        assert!(user.user_name.value().is_some() && user.email.value().is_some());
        for fact in ["full_name", "enabled", "locked_out", "roles", "groups", "last_sign_in", "second_factor"] {
            assert!(user.unknown().contains(&fact), "{fact}: {user:?}");
        }
    }
}

#[tokio::test]
async fn the_ways_to_sign_in_are_told_of_one_user() {
    let product = CoreTransport::vulnerability_management(&[]);
    let vm = product.administrator();
    let barred = &vm.find_users("barred@example.com").await.unwrap()[0];
    assert_eq!(barred.sign_in.api_keys, Known::Value(false));
    let read = UserAdmin::user(&vm, &barred.key).await.unwrap();
    let sign_in = &read.sign_in;
    assert_eq!([sign_in.api_keys, sign_in.password, sign_in.saml], [false, true, true].map(Known::Value));
    assert_eq!(read.unknown(), [""; 0]);
    let careful = &vm.find_users("two.factor@example.com").await.unwrap()[0];
    assert_eq!((careful.second_factor, barred.second_factor), (Known::Value(true), Known::Value(false)));
}

#[tokio::test]
async fn an_old_server_is_administered_as_well() {
    let exposure: Box<dyn Admin> = Box::new(CoreTransport::with_rules(&[("ie.version_shape", "2021")]).client());
    let center: Box<dyn Admin> = Box::new(CoreTransport::security_center(&[("sc.generation", "5")]).manager());
    let platform = |shape| -> Box<dyn Admin> {
        Box::new(CoreTransport::vulnerability_management(&[("vm.shape", shape)]).administrator())
    };
    for admin in [exposure, center, platform("2021"), platform("2018")] {
        let users = all_users(&*admin).await;
        assert!(!users.is_empty());
        for user in users {
            let read = admin.user(&user.key).await.unwrap();
            assert_eq!((read.key, read.user_name), (user.key, user.user_name));
            let told = read.roles.value().expect("one user is told whole").len();
            assert_eq!(user.roles.value().map_or(told, Vec::len), told, "the list may not tell which role a 0 is");
        }
    }
}

#[tokio::test]
async fn an_administrator_of_security_center_is_in_the_list_of_all() {
    let product = CoreTransport::security_center(&[]);
    let admin = product.administrator();
    let me = admin.me().await.unwrap();
    assert_eq!(me.key, key("sc:1"));
    let users = all_users(&admin).await;
    let same: Vec<&User> = users.iter().filter(|user| user.key == me.key).collect();
    assert_eq!(same.len(), 1, "and not the first user of an organization");
    assert_eq!((&same[0].user_name, &same[0].roles, &same[0].groups), (&me.user_name, &me.roles, &me.groups));
    let roles: Vec<RoleKey> = RoleAdmin::roles(&admin).map_ok(|role| role.key).try_collect().await.unwrap();
    for user in &users {
        for role in user.roles.value().into_iter().flatten() {
            assert!(roles.contains(&role.key), "{}: {}", user.key, role.key);
        }
    }
    let changed = admin.set_enabled(&key("sc:1/2"), false).await.unwrap();
    let listed = users.iter().find(|user| user.key == changed.key).unwrap();
    assert_eq!(listed.roles, changed.roles);
}

/// Where the call that tells whose keys they are is gone, permissions that name the account tell it.
#[tokio::test]
async fn whose_keys_these_are_is_told_without_the_deprecated_call_if_a_permission_names_the_account() {
    let product = CoreTransport::vulnerability_management(&[]);
    let vm = product.administrator();
    let me = vm.me().await.unwrap();
    product.core.set_rule("vm.session", "gone").unwrap();
    let error = vm.me().await.unwrap_err();
    assert!(error.is_not_found() && error.effect() == Effect::NotApplied, "{}", error.report());
    assert!(error.to_string().contains("give it one"), "{error}");

    let UserKey::VulnerabilityManagement(PathUser::Uuid(uuid)) = &me.key else { panic!("{}", me.key) };
    let other = vm.create_user(&NewUser::new("ann@example.com", PASSWORD)).await.unwrap();
    let UserKey::VulnerabilityManagement(PathUser::Uuid(other)) = &other.key else { panic!("{}", other.key) };
    let subject = |uuid: &Uuid| NewPermissionSubject::new(SubjectType::User).uuid(uuid.clone());
    let objects = [NewPermissionObject::new(ObjectType::AllAssets)];
    let call = vm.permissions().create("Both", [PermissionAction::CanView], objects, [subject(other), subject(uuid)]);
    call.send().await.unwrap();
    assert_eq!(vm.me().await.unwrap().key, me.key);
}

#[tokio::test]
async fn who_acts_for_another_is_that_other() {
    let product = CoreTransport::vulnerability_management(&[]);
    let vm = product.administrator();
    let ann = vm.create_user(&NewUser::new("ann@example.com", PASSWORD)).await.unwrap();
    let as_ann = vm.as_user("ann@example.com").unwrap();
    assert_eq!(as_ann.me().await.unwrap().key, ann.key);
    assert_ne!(vm.me().await.unwrap().key, ann.key);
}
