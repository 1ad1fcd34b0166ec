//! Users: created, changed, let in and kept out, deleted.

use tenable_api::admin::{Ability, Count, NewPassword, UserChange};
use tenable_model::Known;
use tenable_model::shared::RoleKey;

use super::{Facts, PASSWORD, Stage, all_users, facts, refused, unsupported, writes_since};

const NEW_PASSWORD: &str = "Copper-Lantern-77";

pub(super) async fn a_user_is_created_and_read_back(stage: &dyn Stage) {
    let admin = stage.admin();
    let capabilities = admin.capabilities();
    let mut new = stage.new_user("ann").full_name("Ann van der Lee");
    if capabilities.separate_email {
        new = new.email("ann.lee@example.org");
    }
    let before = all_users(&*admin).await.len();
    let ann = admin.create_user(&new).await.unwrap();
    assert_eq!(ann.product, capabilities.product);
    assert_eq!(ann.user_name, Known::Value(stage.user_name("ann")));
    assert_eq!(ann.full_name, Known::Value("Ann van der Lee".to_owned()));
    let email = new.email.clone().unwrap_or_else(|| stage.user_name("ann"));
    assert_eq!(ann.email, Known::Value(email.clone()));
    assert_eq!((ann.enabled, ann.can_sign_in()), (Known::Value(true), Some(true)));
    let roles: Vec<RoleKey> = ann.roles.value().unwrap().iter().map(|role| role.key.clone()).collect();
    assert_eq!(roles, [stage.two_roles()[0].clone()]);
    assert_eq!(ann.groups.is_not_kept(), capabilities.groups_per_user == Count::None);

    let read = admin.user(&ann.key).await.unwrap();
    assert_eq!(facts(&read), facts(&ann));
    let listed = all_users(&*admin).await;
    assert_eq!(listed.len(), before + 1);
    let listed: Vec<Facts> = listed.iter().filter(|user| user.key == ann.key).map(facts).collect();
    assert_eq!(listed, [facts(&ann)]);
    for name in [stage.user_name("ann"), format!(" {} ", stage.user_name("ANN")), email] {
        let found = admin.find_users(&name).await.unwrap();
        assert_eq!(found.iter().map(facts).collect::<Vec<_>>(), [facts(&ann)], "{name}");
    }
    assert!(admin.find_users("an").await.unwrap().is_empty());
    assert!(stage.lets_in(&stage.user_name("ann"), PASSWORD).await);
}

pub(super) async fn a_user_may_be_created_without_being_let_in(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann").enabled(false)).await.unwrap();
    assert_eq!((ann.enabled, ann.can_sign_in()), (Known::Value(false), Some(false)));
    assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann));
    assert!(!stage.lets_in(&stage.user_name("ann"), PASSWORD).await);
}

pub(super) async fn a_change_of_one_field_leaves_the_others(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann").full_name("Ann Lee")).await.unwrap();
    let bo = admin.create_user(&stage.new_user("bo").full_name("Bo Nye")).await.unwrap();
    let then = stage.journal().len();
    for name in ["Ann van der Lee", "Ann", "Ann Lee"] {
        let changed = admin.change_user(&ann.key, &UserChange::new().full_name(name)).await.unwrap();
        let expected = Facts { full_name: Known::Value(name.to_owned()), ..facts(&ann) };
        assert_eq!(facts(&changed), expected);
        assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), expected);
    }
    for write in writes_since(stage, then) {
        let body = write.body.expect("a change has a body");
        let mut sent: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        sent.sort_unstable();
        assert_eq!(sent, stage.full_name_fields(), "only what was set is sent");
    }
    assert_eq!(writes_since(stage, then).len(), 3);
    assert_eq!(facts(&admin.user(&bo.key).await.unwrap()), facts(&bo), "nobody else has changed");
}

pub(super) async fn a_change_of_nothing_sends_nothing(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let then = stage.journal().len();
    let same = admin.change_user(&ann.key, &UserChange::new()).await.unwrap();
    assert_eq!(facts(&same), facts(&ann));
    assert!(writes_since(stage, then).is_empty());
}

pub(super) async fn a_user_name_is_changed_or_stays(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann").full_name("Ann Lee")).await.unwrap();
    let then = stage.journal().len();
    let change = UserChange::new().user_name(stage.user_name("ann.lee"));
    let changed = admin.change_user(&ann.key, &change).await;
    if !admin.capabilities().can(Ability::ChangeUserName) {
        unsupported(stage, then, changed);
        assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann));
        return;
    }
    assert_eq!(changed.unwrap().user_name, Known::Value(stage.user_name("ann.lee")));
    let read = admin.user(&ann.key).await.unwrap();
    assert_eq!((read.user_name, read.full_name), (Known::Value(stage.user_name("ann.lee")), ann.full_name));
    assert!(stage.lets_in(&stage.user_name("ann.lee"), PASSWORD).await);
    assert!(admin.find_users(&stage.user_name("ann")).await.unwrap().is_empty());
}

pub(super) async fn an_email_address_is_changed_or_stays(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann").full_name("Ann Lee")).await.unwrap();
    let then = stage.journal().len();
    let changed = admin.change_user(&ann.key, &UserChange::new().email("lee@example.org")).await;
    let expected = if admin.capabilities().can(Ability::ChangeEmail) {
        let expected = Facts { email: Known::Value("lee@example.org".to_owned()), ..facts(&ann) };
        assert_eq!(facts(&changed.unwrap()), expected);
        expected
    } else {
        unsupported(stage, then, changed);
        facts(&ann)
    };
    assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), expected);
}

pub(super) async fn a_user_is_disabled_and_enabled(stage: &dyn Stage) {
    let admin = stage.admin();
    let name = stage.user_name("ann");
    let ann = admin.create_user(&stage.new_user("ann").full_name("Ann Lee")).await.unwrap();
    for enabled in [false, false, true, true] {
        let changed = admin.set_enabled(&ann.key, enabled).await.unwrap();
        assert_eq!(facts(&changed), Facts { enabled: Known::Value(enabled), ..facts(&ann) });
        assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&changed));
        assert_eq!(changed.can_sign_in(), Some(enabled));
        assert_eq!(stage.lets_in(&name, PASSWORD).await, enabled);
    }
}

pub(super) async fn a_password_is_set(stage: &dyn Stage) {
    let admin = stage.admin();
    let name = stage.user_name("ann");
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    assert!(!stage.lets_in(&name, NEW_PASSWORD).await);
    let password = NewPassword::new(NEW_PASSWORD);
    let asked_for = admin.capabilities().own_password_needed;
    if asked_for {
        let then = stage.journal().len();
        let error = admin.set_password(&ann.key, &password).await.unwrap_err();
        assert!(error.is_invalid_input() && stage.journal().len() == then, "{}", error.report());
        let wrong = password.clone().own_password("Not-mine-at-all-1");
        refused(admin.set_password(&ann.key, &wrong).await);
        assert!(stage.lets_in(&name, PASSWORD).await);
    }
    let password = if asked_for { password.own_password(stage.own_password()) } else { password };
    admin.set_password(&ann.key, &password).await.unwrap();
    assert!(stage.lets_in(&name, NEW_PASSWORD).await);
    assert!(!stage.lets_in(&name, PASSWORD).await);
    assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann));
}

pub(super) async fn a_temporary_password_is_set_or_refused(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let then = stage.journal().len();
    let password = NewPassword::new(NEW_PASSWORD).temporary(true).own_password(stage.own_password());
    let set = admin.set_password(&ann.key, &password).await;
    if !admin.capabilities().can(Ability::TemporaryPassword) {
        unsupported(stage, then, set);
        assert!(stage.lets_in(&stage.user_name("ann"), PASSWORD).await);
        return;
    }
    set.unwrap();
    let body = writes_since(stage, then)[0].body.clone().unwrap();
    let told = body.as_object().unwrap().values().any(|value| *value == true || *value == "true");
    assert!(told, "the server is told that it is temporary: {body}");
    assert!(stage.lets_in(&stage.user_name("ann"), NEW_PASSWORD).await);
}

pub(super) async fn roles_are_given_and_taken(stage: &dyn Stage) {
    let admin = stage.admin();
    let [first, second] = stage.two_roles();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    for role in [&second, &first] {
        let changed = admin.assign_roles(&ann.key, std::slice::from_ref(role)).await.unwrap();
        assert_eq!(facts(&changed), Facts { roles: vec![role.to_string()], ..facts(&ann) });
        assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&changed));
    }
    let then = stage.journal().len();
    let both = admin.assign_roles(&ann.key, &[first.clone(), second.clone()]).await;
    let mut roles = vec![first.to_string()];
    if admin.capabilities().can(Ability::SeveralRoles) {
        roles.push(second.to_string());
        roles.sort();
        assert_eq!(facts(&both.unwrap()).roles, roles);
    } else {
        unsupported(stage, then, both);
    }
    assert_eq!(facts(&admin.user(&ann.key).await.unwrap()).roles, roles);
    let then = stage.journal().len();
    let none = admin.assign_roles(&ann.key, &[]).await;
    if admin.capabilities().can(Ability::NoRole) {
        assert_eq!(facts(&none.unwrap()).roles, [""; 0]);
    } else {
        unsupported(stage, then, none);
    }
}

pub(super) async fn a_deleted_user_is_gone(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let bo = admin.create_user(&stage.new_user("bo")).await.unwrap();
    admin.delete_user(&ann.key, None).await.unwrap();
    assert!(refused(admin.user(&ann.key).await).is_not_found());
    assert!(refused(admin.delete_user(&ann.key, None).await).is_not_found());
    assert!(admin.find_users(&stage.user_name("ann")).await.unwrap().is_empty());
    assert!(!all_users(&*admin).await.iter().any(|user| user.key == ann.key));
    assert!(!stage.lets_in(&stage.user_name("ann"), PASSWORD).await);
    assert_eq!(facts(&admin.user(&bo.key).await.unwrap()), facts(&bo));
    let again = admin.create_user(&stage.new_user("ann")).await.unwrap();
    assert_ne!(again.key, ann.key, "a key is not used again");
}

pub(super) async fn objects_are_handed_over_or_that_is_refused(stage: &dyn Stage) {
    let admin = stage.admin();
    let ann = admin.create_user(&stage.new_user("ann")).await.unwrap();
    let bo = admin.create_user(&stage.new_user("bo")).await.unwrap();
    let then = stage.journal().len();
    let deleted = admin.delete_user(&ann.key, Some(&bo.key)).await;
    if !admin.capabilities().can(Ability::HandOver) {
        unsupported(stage, then, deleted);
        assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann));
        return;
    }
    deleted.unwrap();
    assert!(refused(admin.user(&ann.key).await).is_not_found());
    let cy = admin.create_user(&stage.new_user("cy")).await.unwrap();
    refused(admin.delete_user(&cy.key, Some(&ann.key)).await);
    assert_eq!(facts(&admin.user(&cy.key).await.unwrap()), facts(&cy), "without a successor nothing is deleted");
    assert_eq!(facts(&admin.user(&bo.key).await.unwrap()), facts(&bo));
}
