//! What a server refuses, and how it is told apart.

use tenable_api::admin::{Ability, Admin, NewPassword, NewRole, RoleChange, UserChange};
use tenable_api::{Effect, Error, ErrorKind};
use tenable_model::shared::{GroupKey, RoleKey, UserKey};

use super::{Stage, everything, facts, refused};

fn password(stage: &dyn Stage) -> NewPassword {
    NewPassword::new("Copper-Lantern-77").own_password(stage.own_password())
}

/// Every call that concerns this user, with what it gave.
async fn calls_on_user(stage: &dyn Stage, admin: &dyn Admin, user: &UserKey, role: RoleKey) -> Vec<Result<(), Error>> {
    vec![
        admin.user(user).await.map(drop),
        admin.change_user(user, &UserChange::new().full_name("Ann")).await.map(drop),
        admin.set_enabled(user, false).await.map(drop),
        admin.set_password(user, &password(stage)).await,
        admin.assign_roles(user, &[role]).await.map(drop),
        admin.delete_user(user, None).await,
    ]
}

/// Every call that concerns this group and that the product has.
async fn calls_on_group(admin: &dyn Admin, group: &GroupKey) -> Vec<Result<(), Error>> {
    let can = |ability| admin.capabilities().can(ability);
    let mut results = Vec::new();
    if can(Ability::ReadGroup) {
        results.push(admin.group(group).await.map(drop));
    }
    if can(Ability::RenameGroup) {
        results.push(admin.rename_group(group, "Nobody's").await.map(drop));
    }
    if can(Ability::ListMembers) {
        results.push(admin.members(group).await.map(drop));
    }
    if can(Ability::DeleteGroup) {
        results.push(admin.delete_group(group, false).await);
    }
    if can(Ability::EmptyGroup) {
        results.push(admin.delete_group(group, true).await);
    }
    results
}

pub(super) async fn what_does_not_exist_is_not_found(stage: &dyn Stage) {
    let admin = stage.admin();
    let (user, role, group) = stage.missing();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let before = everything(&*admin).await;
    let mut results = calls_on_user(stage, &*admin, &user, stage.two_roles()[0].clone()).await;
    results.push(admin.role(&role).await.map(drop));
    for change in [RoleChange::new().name("A"), RoleChange::new().permissions(stage.two_permissions())] {
        results.push(admin.change_role(&role, &change).await.map(drop));
    }
    results.push(admin.delete_role(&role).await);
    results.extend(calls_on_group(&*admin, &group).await);
    for result in results {
        assert!(refused(result).is_not_found());
    }
    if admin.capabilities().can(Ability::AddMember) {
        let existing = admin.create_group("Night shift").await.unwrap().key;
        // What the call is about, or what it refers to, is missing.
        for (group, user) in [(&group, &ann.key), (&existing, &user)] {
            let error = refused(admin.add_member(group, user).await);
            assert!(matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Refused), "{}", error.report());
        }
        admin.delete_group(&existing, false).await.unwrap();
    }
    assert_eq!(everything(&*admin).await, before, "nothing has changed");
}

pub(super) async fn a_name_that_is_taken_is_refused(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann").full_name("Ann Lee")).await.unwrap();
    let role = admin.create_role(&NewRole::new("Night shift").permissions(stage.two_permissions())).await.unwrap();
    let groups = admin.capabilities().can(Ability::CreateGroup);
    if groups {
        admin.create_group("Night shift").await.unwrap();
    }
    let before = everything(&*admin).await;
    let taken = |error: Error| {
        assert!(matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Refused), "{}", error.report());
        assert!(!error.is_retryable(), "{error}");
    };
    taken(refused(admin.create_user(&stage.new_user("ann").full_name("Another Ann")).await));
    if groups {
        taken(refused(admin.create_group("Night shift").await));
    }
    assert_eq!(everything(&*admin).await, before, "nothing has changed");
    let found = admin.find_users(&stage.user_name("ann")).await.unwrap();
    assert_eq!(found.iter().map(facts).collect::<Vec<_>>(), [facts(&ann)]);
    admin.delete_role(&role.key).await.unwrap();
}

pub(super) async fn who_lacks_the_right_is_refused(stage: &dyn Stage) {
    let admin = stage.admin();
    let powerless = stage.powerless().await;
    let ann = admin.create_user(&stage.new_user("ann").full_name("Ann Lee")).await.unwrap();
    let role = admin.create_role(&NewRole::new("Night shift").permissions(stage.two_permissions())).await.unwrap().key;
    let mut group = None;
    if admin.capabilities().can(Ability::CreateGroup) {
        group = Some(admin.create_group("Night shift").await.unwrap().key);
    }
    let before = everything(&*admin).await;

    // Some may look, none may change.
    let mut results = calls_on_user(stage, &*powerless, &ann.key, stage.two_roles()[1].clone()).await.split_off(1);
    results.push(powerless.create_user(&stage.new_user("eve")).await.map(drop));
    results.push(powerless.create_role(&NewRole::new("Eve's").permissions(stage.two_permissions())).await.map(drop));
    results.push(powerless.change_role(&role, &RoleChange::new().name("Eve's")).await.map(drop));
    results.push(powerless.delete_role(&role).await);
    if let Some(group) = &group {
        results.push(powerless.create_group("Eve's").await.map(drop));
        results.push(powerless.rename_group(group, "Eve's").await.map(drop));
        results.push(powerless.add_member(group, &ann.key).await);
        results.push(powerless.delete_group(group, false).await);
    }
    for (number, result) in results.into_iter().enumerate() {
        let error = refused(result);
        assert!(error.is_permission_denied(), "{number}: {}", error.report());
    }
    assert_eq!(everything(&*admin).await, before, "nothing has changed");
}

pub(super) async fn a_missing_role_is_refused_and_nothing_is_half_done_in_silence(stage: &dyn Stage) {
    let admin = stage.admin();
    let (_, missing, _) = stage.missing();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    refused(admin.assign_roles(&ann.key, std::slice::from_ref(&missing)).await);
    assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann));

    let error = admin.create_user(&stage.new_user("bo").roles([missing])).await.unwrap_err();
    let there = admin.find_users(&stage.user_name("bo")).await.unwrap();
    match error.effect() {
        Effect::NotApplied => assert!(there.is_empty(), "{}", error.report()),
        Effect::Applied => {
            assert_eq!(there.len(), 1, "{}", error.report());
            assert!(error.to_string().contains(&there[0].key.to_string()), "it says who was created: {error}");
        }
        other => panic!("{other:?}: {}", error.report()),
    }
}

pub(super) async fn keys_of_other_products_are_refused(stage: &dyn Stage) {
    let admin = stage.admin();
    let product = admin.capabilities().product;
    let mut refusals = 0;
    for text in ["ie:1", "sc:1", "sc:1/1", "vm:1"] {
        let key: UserKey = text.parse().unwrap();
        if key.product() == product {
            continue;
        }
        let then = stage.journal().len();
        let error = admin.user(&key).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidInput, Effect::NotSent), "{error}");
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(stage.journal().len(), then, "nothing was sent");
        refusals += 1;
    }
    assert!(refusals > 0);
}
