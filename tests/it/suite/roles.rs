//! Roles: made, changed, given and removed.

use tenable_api::admin::{NewRole, RoleChange};
use tenable_model::Known;
use tenable_model::shared::Role;

use super::{Stage, all_roles, facts, refused, writes_since};

/// What is told of a role.
fn words(role: &Role) -> (&str, &str, Vec<&str>) {
    let mut permissions: Vec<&str> = role.permissions.value().unwrap().iter().map(String::as_str).collect();
    permissions.sort_unstable();
    (role.name.value().unwrap(), role.description.value().unwrap(), permissions)
}

fn sorted(mut words: Vec<&str>) -> Vec<&str> {
    words.sort_unstable();
    words
}

fn night_shift(stage: &dyn Stage) -> NewRole {
    NewRole::new("Night shift").description("Reads at night").permissions(stage.two_permissions())
}

pub(super) async fn a_custom_role_from_creation_to_deletion(stage: &dyn Stage) {
    let admin = stage.admin();
    let before = all_roles(&*admin).await;
    let role = admin.create_role(&night_shift(stage)).await.unwrap();
    assert_eq!(role.product, admin.capabilities().product);
    assert_eq!(words(&role), ("Night shift", "Reads at night", sorted(stage.two_permissions().into())));
    assert_ne!(role.predefined, Known::Value(true));
    assert_eq!(words(&admin.role(&role.key).await.unwrap()), words(&role));
    let listed = all_roles(&*admin).await;
    assert_eq!(listed.len(), before.len() + 1);
    assert_eq!(words(listed.iter().find(|listed| listed.key == role.key).unwrap()), words(&role));

    admin.delete_role(&role.key).await.unwrap();
    assert!(refused(admin.role(&role.key).await).is_not_found());
    assert!(refused(admin.delete_role(&role.key).await).is_not_found());
    let left = all_roles(&*admin).await;
    assert_eq!(left.iter().map(words).collect::<Vec<_>>(), before.iter().map(words).collect::<Vec<_>>());
}

pub(super) async fn a_change_of_a_role_leaves_the_rest(stage: &dyn Stage) {
    let admin = stage.admin();
    let role = admin.create_role(&night_shift(stage)).await.unwrap();
    let (_, description, permissions) = words(&role);
    let renamed = admin.change_role(&role.key, &RoleChange::new().name("Late shift")).await.unwrap();
    assert_eq!(words(&renamed), ("Late shift", description, permissions.clone()));
    let described = admin.change_role(&role.key, &RoleChange::new().description("Reads late")).await.unwrap();
    assert_eq!(words(&described), ("Late shift", "Reads late", permissions));
    assert_eq!(words(&admin.role(&role.key).await.unwrap()), words(&described));
    let then = stage.journal().len();
    let same = admin.change_role(&role.key, &RoleChange::new()).await.unwrap();
    assert_eq!(words(&same), words(&described));
    assert!(writes_since(stage, then).is_empty());
}

pub(super) async fn permissions_are_replaced(stage: &dyn Stage) {
    let admin = stage.admin();
    let [one, other] = stage.two_permissions();
    let role = admin.create_role(&night_shift(stage).permissions([one])).await.unwrap();
    assert_eq!(words(&role).2, [one]);
    for wanted in [vec![other], vec![one, other], vec![one], vec![]] {
        let changed = admin.change_role(&role.key, &RoleChange::new().permissions(wanted.clone())).await.unwrap();
        assert_eq!(words(&changed), ("Night shift", "Reads at night", sorted(wanted)));
        assert_eq!(words(&admin.role(&role.key).await.unwrap()), words(&changed));
    }
    let both = RoleChange::new().name("Late shift").permissions([other]);
    let changed = admin.change_role(&role.key, &both).await.unwrap();
    assert_eq!(words(&changed), ("Late shift", "Reads at night", vec![other]));
}

pub(super) async fn a_custom_role_is_given_to_a_user(stage: &dyn Stage) {
    let admin = stage.admin();
    let role = admin.create_role(&night_shift(stage)).await.unwrap();
    let ann = admin.create_user(&stage.new_user("ann").roles([role.key.clone()])).await.unwrap();
    assert_eq!(facts(&ann).roles, [role.key.to_string()]);
    assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann));
    let bo = admin.create_user(&stage.new_user("bo")).await.unwrap();
    let given = admin.assign_roles(&bo.key, std::slice::from_ref(&role.key)).await.unwrap();
    assert_eq!(facts(&given).roles, [role.key.to_string()]);
    let taken = admin.assign_roles(&bo.key, &stage.two_roles()[..1]).await.unwrap();
    assert_eq!(facts(&taken), facts(&bo));
    assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann), "nobody else has changed");
}
