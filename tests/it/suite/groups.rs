//! Groups: made, filled, emptied and removed, where the product has them.

use tenable_api::admin::{Ability, Admin, Count};
use tenable_model::Known;
use tenable_model::shared::{GroupKey, User, UserKey};

use super::{Facts, Stage, all_groups, facts, refused, unsupported};

/// Asserts that a product without groups says so, or goes on.
macro_rules! with_groups {
    ($stage:expr, $admin:expr) => {
        if $admin.capabilities().groups_per_user == Count::None {
            let then = $stage.journal().len();
            unsupported($stage, then, $admin.create_group("Night shift").await);
            return;
        }
    };
}

async fn members(admin: &dyn Admin, group: &GroupKey) -> Vec<String> {
    let mut keys: Vec<String> = admin.members(group).await.unwrap().iter().map(|user| user.key.to_string()).collect();
    keys.sort();
    keys
}

fn is_in(user: &User, group: &GroupKey) -> bool {
    user.groups.value().unwrap().iter().any(|reference| reference.key == *group)
}

fn sorted(keys: &[&UserKey]) -> Vec<String> {
    let mut keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    keys.sort();
    keys
}

pub(super) async fn a_group_from_creation_to_deletion(stage: &dyn Stage) {
    let admin = stage.admin();
    with_groups!(stage, admin);
    let before = all_groups(&*admin).await;
    let group = admin.create_group("Night shift").await.unwrap();
    assert_eq!(group.product, admin.capabilities().product);
    assert_eq!(group.name, Known::Value("Night shift".to_owned()));
    let read = admin.group(&group.key).await.unwrap();
    assert_eq!((read.key, read.name, read.member_count), (group.key.clone(), group.name, Known::Value(0)));
    assert!(members(&*admin, &group.key).await.is_empty());
    assert_eq!(all_groups(&*admin).await.len(), before.len() + 1);

    let renamed = admin.rename_group(&group.key, "Late shift").await.unwrap();
    assert_eq!((&renamed.key, renamed.name), (&group.key, Known::Value("Late shift".to_owned())));
    assert_eq!(admin.group(&group.key).await.unwrap().name, Known::Value("Late shift".to_owned()));

    admin.delete_group(&group.key, false).await.unwrap();
    assert!(refused(admin.group(&group.key).await).is_not_found());
    assert!(refused(admin.delete_group(&group.key, false).await).is_not_found());
    let names = |groups: Vec<tenable_model::shared::Group>| {
        groups.into_iter().map(|group| (group.key, group.name)).collect::<Vec<_>>()
    };
    assert_eq!(names(all_groups(&*admin).await), names(before));
}

pub(super) async fn members_come_and_go(stage: &dyn Stage) {
    let admin = stage.admin();
    with_groups!(stage, admin);
    let group = admin.create_group("Night shift").await.unwrap().key;
    let other = admin.create_group("Late shift").await.unwrap().key;
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let bo = admin.create_user(&stage.new_user("bo").groups([group.clone()])).await.unwrap();
    assert!(is_in(&bo, &group) && !is_in(&ann, &group));

    admin.add_member(&group, &ann.key).await.unwrap();
    assert_eq!(members(&*admin, &group).await, sorted(&[&ann.key, &bo.key]));
    let joined = admin.user(&ann.key).await.unwrap();
    assert!(is_in(&joined, &group));
    let without_groups = |user: &User| Facts { groups: Known::NotTold, ..facts(user) };
    assert_eq!(without_groups(&joined), without_groups(&ann), "nothing else has changed");
    assert_eq!(admin.group(&group).await.unwrap().member_count, Known::Value(2));

    admin.add_member(&other, &ann.key).await.unwrap();
    let moved = admin.capabilities().groups_per_user == Count::One;
    assert_eq!(is_in(&admin.user(&ann.key).await.unwrap(), &group), !moved);
    assert_eq!(members(&*admin, &other).await, sorted(&[&ann.key]));

    let then = stage.journal().len();
    let removed = admin.remove_member(&other, &ann.key).await;
    if admin.capabilities().can(Ability::RemoveMember) {
        removed.unwrap();
        assert!(members(&*admin, &other).await.is_empty());
        assert!(is_in(&admin.user(&ann.key).await.unwrap(), &group));
    } else {
        unsupported(stage, then, removed);
        assert_eq!(members(&*admin, &other).await, sorted(&[&ann.key]));
    }
    assert!(is_in(&admin.user(&bo.key).await.unwrap(), &group), "nobody else has changed");
}

pub(super) async fn a_group_is_deleted_with_its_members_or_not_at_all(stage: &dyn Stage) {
    let admin = stage.admin();
    with_groups!(stage, admin);
    let group = admin.create_group("Night shift").await.unwrap().key;
    let bo = admin.create_user(&stage.new_user("bo").groups([group.clone()])).await.unwrap();
    refused(admin.delete_group(&group, false).await);
    assert_eq!(members(&*admin, &group).await, sorted(&[&bo.key]));
    let then = stage.journal().len();
    let deleted = admin.delete_group(&group, true).await;
    if admin.capabilities().can(Ability::EmptyGroup) {
        deleted.unwrap();
        assert!(refused(admin.group(&group).await).is_not_found());
        assert!(!is_in(&admin.user(&bo.key).await.unwrap(), &group));
    } else {
        unsupported(stage, then, deleted);
        assert_eq!(facts(&admin.user(&bo.key).await.unwrap()), facts(&bo));
    }
}
