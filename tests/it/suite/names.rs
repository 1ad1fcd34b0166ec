//! Names that people do not have, and that paths, queries, pages and databases stumble over.

use tenable_api::admin::{Ability, NewRole, RoleChange, UserChange};
use tenable_api::{Effect, Error, ErrorKind};
use tenable_model::Known;

use super::{Facts, Stage, all_groups, all_roles, all_users, everything, facts};

fn hostile() -> Vec<String> {
    let mut names: Vec<String> = [
        "../roles/1",
        "..",
        "a/b\\c",
        "%2e%2e%2f1",
        "?orgID=2&fields=id",
        "#1",
        "; DROP TABLE users; --",
        "O'Brien \"Bo\" `Nye`",
        "<script>alert(1)</script>",
        "{{7*7}} ${HOME} $(id)",
        "line\nbreak\r\nX-Header: 1",
        "tab\tand bell\u{7}",
        "null",
        "true",
        "0",
        "-1",
        " before and after ",
        "two  spaces",
        "Dörte Åßmann",
        "علي حسن",
        "\u{202e}desrever",
        "zero\u{200b}width",
        "e\u{301} and é",
        "\u{1f469}\u{1f3fd}\u{200d}\u{1f680} emoji",
        "李小龍",
        "\u{fffd}\u{ffff}",
    ]
    .map(str::to_owned)
    .into();
    names.push("x".repeat(256));
    names.push("ü".repeat(1000));
    names
}

/// Whether a name was taken. One that is not is refused as invalid, by the server, which did nothing.
fn taken<T>(name: &str, result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            let refused = matches!(error.kind(), ErrorKind::Refused | ErrorKind::InvalidInput | ErrorKind::Conflict);
            assert!(refused, "{name:?}: {}", error.report());
            assert!(matches!(error.effect(), Effect::NotApplied | Effect::NotSent), "{name:?}: {}", error.report());
            None
        }
    }
}

/// How many of these names a product takes at least, so that no test passes by being refused all the time.
const ENOUGH: usize = 20;

pub(super) async fn full_names_come_back_as_they_were_given(stage: &dyn Stage) {
    let admin = stage.admin();
    let bystander = admin.create_user(&stage.new_user("bystander").full_name("By Stander")).await.unwrap();
    let mut count = 0;
    for (number, name) in hostile().iter().enumerate() {
        let word = format!("ann{number}");
        let Some(ann) = taken(name, admin.create_user(&stage.new_user(&word).full_name(name)).await) else {
            assert!(admin.find_users(&stage.user_name(&word)).await.unwrap().is_empty(), "{name:?}");
            continue;
        };
        assert_eq!(ann.full_name, Known::Value(name.clone()), "as created");
        assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann), "as read");
        let plain = admin.change_user(&ann.key, &UserChange::new().full_name("Ann Lee")).await.unwrap();
        let changed = admin.change_user(&ann.key, &UserChange::new().full_name(name)).await.unwrap();
        assert_eq!(facts(&changed), facts(&ann), "as changed from {:?}", plain.full_name);
        count += 1;
    }
    assert!(count >= ENOUGH, "{count}");
    assert_eq!(facts(&admin.user(&bystander.key).await.unwrap()), facts(&bystander), "nobody else has changed");
}

pub(super) async fn names_of_roles_come_back_as_they_were_given(stage: &dyn Stage) {
    let admin = stage.admin();
    let before = all_roles(&*admin).await.len();
    let mut count = 0;
    for name in hostile() {
        let new = NewRole::new(&name).description(&name).permissions(stage.two_permissions());
        let Some(role) = taken(&name, admin.create_role(&new).await) else { continue };
        let told = |text: &str| Known::Value(text.to_owned());
        let read = admin.role(&role.key).await.unwrap();
        assert_eq!((&read.name, &read.description), (&told(&name), &told(&name)));
        let plain = admin.change_role(&role.key, &RoleChange::new().name(format!("Plain {count}"))).await.unwrap();
        assert_eq!((plain.name, plain.description), (told(&format!("Plain {count}")), told(&name)));
        let again = admin.change_role(&role.key, &RoleChange::new().name(&name)).await.unwrap();
        assert_eq!((again.name, again.permissions), (told(&name), read.permissions));
        count += 1;
    }
    assert!(count >= ENOUGH, "{count}");
    assert_eq!(all_roles(&*admin).await.len(), before + count);
}

pub(super) async fn names_of_groups_come_back_as_they_were_given(stage: &dyn Stage) {
    let admin = stage.admin();
    let then = stage.journal().len();
    if !admin.capabilities().can(Ability::CreateGroup) {
        super::unsupported(stage, then, admin.create_group(&hostile()[0]).await);
        return;
    }
    let before = all_groups(&*admin).await.len();
    let mut count = 0;
    for name in hostile() {
        let Some(group) = taken(&name, admin.create_group(&name).await) else { continue };
        assert_eq!(admin.group(&group.key).await.unwrap().name, Known::Value(name.clone()));
        admin.rename_group(&group.key, &format!("Plain {count}")).await.unwrap();
        let again = admin.rename_group(&group.key, &name).await.unwrap();
        assert_eq!((again.key, again.name), (group.key, Known::Value(name)));
        count += 1;
    }
    assert!(count >= ENOUGH, "{count}");
    assert_eq!(all_groups(&*admin).await.len(), before + count);
}

pub(super) async fn hostile_user_names_are_taken_or_refused_and_never_somebody_elses(stage: &dyn Stage) {
    let admin = stage.admin();
    let bystander = admin.create_user(&stage.new_user("bystander")).await.unwrap();
    let mut expected = all_users(&*admin).await.len();
    let mild = ["o-brien.ann+test_1", "ann2"].map(|word| stage.user_name(word));
    let names = hostile().into_iter().map(|word| stage.user_name(&word)).chain(mild.clone());
    for name in names {
        let mut new = stage.new_user("ann");
        new.user_name.clone_from(&name);
        let Some(ann) = taken(&name, admin.create_user(&new).await) else {
            assert!(!mild.contains(&name), "{name} is no odd name");
            continue;
        };
        expected += 1;
        assert_eq!(ann.user_name, Known::Value(name.clone()));
        assert_ne!(ann.key, bystander.key);
        assert_eq!(facts(&admin.user(&ann.key).await.unwrap()), facts(&ann));
        let found = admin.find_users(&name).await.unwrap();
        assert!(found.iter().any(|user| user.key == ann.key), "{name:?}");
        assert!(found.iter().all(|user| user.is_named(&name)), "{name:?}");
        let disabled = admin.set_enabled(&ann.key, false).await.unwrap();
        assert_eq!(facts(&disabled), Facts { enabled: Known::Value(false), ..facts(&ann) });
    }
    let there = everything(&*admin).await.users;
    assert_eq!(there.len(), expected);
    assert_eq!(facts(&admin.user(&bystander.key).await.unwrap()), facts(&bystander), "nobody else has changed");
}
