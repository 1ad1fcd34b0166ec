//! Whose account it is, and by what it gets in.

use std::collections::BTreeSet;

use tenable_api::admin::{Ability, NewPassword, SignInChange, UserChange};
use tenable_model::Known;

use super::{PASSWORD, Stage, all_roles, all_users, everything, facts, refused, unsupported, writes_since};

pub(super) async fn who_am_i_is_in_the_list(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let powerless = stage.powerless().await;
    let then = stage.journal().len();
    let users = all_users(&*admin).await;
    let mut keys = Vec::new();
    for account in [&admin, &powerless, &stage.as_user(&ann.key).await] {
        let me = account.me().await.unwrap();
        let listed = users.iter().find(|user| user.key == me.key).expect("the key is one of the list");
        assert_eq!((&me.user_name, &me.email), (&listed.user_name, &listed.email));
        keys.push(me.key);
    }
    assert_eq!(keys[2], ann.key);
    assert!(keys[0] != keys[1] && keys[1] != keys[2], "each is another: {keys:?}");
    assert!(writes_since(stage, then).is_empty());

    let me = admin.me().await.unwrap();
    assert_eq!(facts(&me), facts(&admin.user(&me.key).await.unwrap()), "nothing is told otherwise");
}

pub(super) async fn every_user_has_one_key_and_roles_of_the_list(stage: &dyn Stage) {
    let admin = stage.admin();
    let [_, second] = stage.two_roles();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let roles: BTreeSet<String> = all_roles(&*admin).await.iter().map(|role| role.key.to_string()).collect();
    let mut users = all_users(&*admin).await;
    assert!(users.len() > 3);
    users.push(admin.me().await.unwrap());
    users.push(admin.set_enabled(&ann.key, false).await.unwrap());
    users.push(admin.assign_roles(&ann.key, &[second]).await.unwrap());
    let keys: BTreeSet<String> = users.iter().map(|user| user.key.to_string()).collect();
    assert_eq!(keys.len(), users.len() - 3, "a user has one key, however it was read");
    for user in users {
        assert_eq!(admin.user(&user.key).await.unwrap().key, user.key);
        let unknown: Vec<String> = facts(&user).roles.into_iter().filter(|role| !roles.contains(role)).collect();
        assert_eq!(unknown, [""; 0], "{}", user.key);
    }
}

/// Does to the own account what the capabilities say is refused for it.
pub(super) async fn what_is_refused_for_the_own_account_is(stage: &dyn Stage) {
    let admin = stage.admin();
    let me = admin.me().await.unwrap().key;
    let mut group = None;
    if admin.capabilities().can(Ability::CreateGroup) {
        group = Some(admin.create_group("Night shift").await.unwrap().key);
    }
    let before = everything(&*admin).await;
    for ability in admin.capabilities().refused_for_own_account {
        let password = NewPassword::new("Copper-Lantern-77").own_password(stage.own_password());
        let result = match ability {
            Ability::ChangeUserName => {
                admin.change_user(&me, &UserChange::new().user_name(stage.user_name("lee"))).await.map(drop)
            }
            Ability::ChangeEmail => admin.change_user(&me, &UserChange::new().email("lee@example.com")).await.map(drop),
            Ability::ChangeFullName => admin.change_user(&me, &UserChange::new().full_name("Lee")).await.map(drop),
            Ability::SetEnabled => admin.set_enabled(&me, false).await.map(drop),
            Ability::SetPassword => admin.set_password(&me, &password).await,
            Ability::TemporaryPassword => admin.set_password(&me, &password.temporary(true)).await,
            Ability::AssignRoles => admin.assign_roles(&me, &[stage.two_roles()[1].clone()]).await.map(drop),
            Ability::AddMember => admin.add_member(group.as_ref().expect("there are groups"), &me).await,
            Ability::SetSignInMethods => {
                admin.set_sign_in_methods(&me, &SignInChange::new().api_keys(false)).await.map(drop)
            }
            Ability::ReplaceKeys => admin.replace_keys(&me).await.map(drop),
            Ability::DeleteUser => admin.delete_user(&me, None).await,
            other => panic!("say here how {other} is done to the own account"),
        };
        let error = refused(result);
        assert!(!error.is_retryable(), "{ability}: {}", error.report());
    }
    assert_eq!(everything(&*admin).await, before, "nothing has changed, and the keys still work");
}

pub(super) async fn sign_in_methods_are_set_or_refused(stage: &dyn Stage) {
    let admin = stage.admin();
    let name = stage.user_name("ann");
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let bo = admin.create_user(&stage.new_user("bo")).await.unwrap();
    let then = stage.journal().len();
    let same = admin.set_sign_in_methods(&ann.key, &SignInChange::new()).await.unwrap();
    assert_eq!((facts(&same), &same.sign_in), (facts(&ann), &ann.sign_in));
    assert!(writes_since(stage, then).is_empty(), "a change of nothing only reads");

    let then = stage.journal().len();
    let changed = admin.set_sign_in_methods(&ann.key, &SignInChange::new().password(false)).await;
    if !admin.capabilities().can(Ability::SetSignInMethods) {
        unsupported(stage, then, changed);
        assert!(stage.lets_in(&name, PASSWORD).await);
        return;
    }
    let changed = changed.unwrap();
    let mut expected = ann.sign_in.clone();
    expected.password = Known::Value(false);
    assert_eq!((facts(&changed), &changed.sign_in), (facts(&ann), &expected), "the other ways stay");
    assert_eq!(admin.user(&ann.key).await.unwrap().sign_in, expected);
    assert!(!stage.lets_in(&name, PASSWORD).await);
    let then = stage.journal().len();
    admin.set_sign_in_methods(&ann.key, &SignInChange::new().password(false)).await.unwrap();
    assert!(writes_since(stage, then).is_empty(), "what is so already is not written");

    let by_key = stage.as_user(&ann.key).await;
    by_key.me().await.unwrap();
    let change = SignInChange::new().password(true).api_keys(false).saml(false);
    expected = admin.set_sign_in_methods(&ann.key, &change).await.unwrap().sign_in;
    assert_eq!(
        (expected.password, expected.api_keys, expected.saml),
        (Known::Value(true), Known::Value(false), Known::Value(false))
    );
    assert!(stage.lets_in(&name, PASSWORD).await);
    assert!(refused(by_key.me().await).is_unauthenticated());
    assert_eq!(admin.user(&bo.key).await.unwrap().sign_in, bo.sign_in, "nobody else has changed");

    let (missing, ..) = stage.missing();
    assert!(refused(admin.set_sign_in_methods(&missing, &change).await).is_not_found());
    let powerless = stage.powerless().await;
    assert!(refused(powerless.set_sign_in_methods(&bo.key, &change).await).is_permission_denied());
}

pub(super) async fn replaced_keys_open_nothing(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let bo = admin.create_user(&stage.new_user("bo")).await.unwrap();
    let by_old_keys = stage.as_user(&ann.key).await;
    let by_keys_of_bo = stage.as_user(&bo.key).await;
    assert_eq!(by_old_keys.me().await.unwrap().key, ann.key);

    let then = stage.journal().len();
    let replaced = admin.replace_keys(&ann.key).await;
    if !admin.capabilities().can(Ability::ReplaceKeys) {
        unsupported(stage, then, replaced);
        assert_eq!(by_old_keys.me().await.unwrap().key, ann.key, "the keys still work");
        return;
    }
    let keys = replaced.unwrap();
    assert!(refused(by_old_keys.me().await).is_unauthenticated());
    assert_eq!(stage.with_keys(&keys).me().await.unwrap().key, ann.key, "the new ones are those of the user");
    assert_eq!(by_keys_of_bo.me().await.unwrap().key, bo.key, "nobody else's have changed");

    let (missing, ..) = stage.missing();
    assert!(refused(admin.replace_keys(&missing).await).is_not_found());
    let powerless = stage.powerless().await;
    assert!(refused(powerless.replace_keys(&bo.key).await).is_permission_denied());
    assert_eq!(by_keys_of_bo.me().await.unwrap().key, bo.key);
}
