//! Field selection: what comes, to whom.

use tenable_model::security_center::{GroupField, Legend, Role, RoleField, User, UserAddress, UserField};
use tenable_tests::CoreTransport;

use super::whole;

/// The fields of an answer, in order of name.
fn present<T: serde::Serialize>(value: &T) -> Vec<String> {
    let value = serde_json::to_value(value).unwrap();
    let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
    names.sort();
    names
}

/// The fields that a legend lets come without being named.
fn unnamed(known: &[&str], legend: impl Fn(&str) -> Option<Legend>) -> Vec<String> {
    let mut names: Vec<String> = known
        .iter()
        .filter(|name| matches!(legend(name), Some(Legend::Always | Legend::Default)))
        .map(|name| (*name).to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_list_without_fields_gives_what_the_legend_says() {
    let sc = CoreTransport::security_center(&[]).manager();
    let user: &User = &sc.users().list().send().await.unwrap()[0];
    assert_eq!(present(user), unnamed(UserField::KNOWN, |name| UserField::from(name).legend()));
    let role: &Role = &sc.roles().list().send().await.unwrap()[0];
    assert_eq!(present(role), unnamed(RoleField::KNOWN, |name| RoleField::from(name).legend()));
    let group = &sc.groups().list().send().await.unwrap()[0];
    assert_eq!(present(group), unnamed(GroupField::KNOWN, |name| GroupField::from(name).legend()));
}

#[tokio::test]
async fn named_fields_come_and_nothing_else_does() {
    let sc = CoreTransport::security_center(&[]).manager();
    let users = sc.users().list().fields([UserField::Username, UserField::Locked]).send().await.unwrap();
    assert_eq!(present(&users[0]), ["id", "locked", "username", "uuid"]);
    let all = sc.users().list().fields(UserField::KNOWN.iter().copied()).send().await.unwrap();
    for field in UserField::KNOWN {
        // The parent is for administrators.
        let comes = *field != "parent";
        assert_eq!(present(&all[0]).iter().any(|name| name == field), comes, "{field}");
    }
    assert!(all[0].extra.is_empty(), "every field is known: {:?}", all[0].extra);
}

#[tokio::test]
async fn some_fields_never_come_to_an_administrator() {
    let product = CoreTransport::security_center(&[]);
    let fields = || {
        UserField::KNOWN
            .iter()
            .filter(|name| UserField::from(**name).legend() == Some(Legend::OnRequestNotForAdministrators))
    };
    assert!(fields().count() > 0);
    let list = |sc: tenable_api::security_center::SecurityCenter| async move {
        sc.users().list().fields(fields().copied()).send().await.unwrap()
    };
    let (admins, members) = (list(product.administrator()).await, list(product.manager()).await);
    for field in fields() {
        assert!(!present(&admins[0]).iter().any(|name| name == field), "{field} for an administrator");
        assert!(present(&members[0]).iter().any(|name| name == field), "{field} for a Security Manager");
    }
}

#[tokio::test]
async fn what_the_server_does_not_know_or_give_is_left_out() {
    let product = CoreTransport::security_center(&[]);
    let users = product.manager().users().list().fields(["username", "shoeSize"]).send().await.unwrap();
    assert_eq!(present(&users[0]), ["id", "username", "uuid"]);
    let strict = CoreTransport::security_center(&[("sc.unknown_fields", "refused")]);
    let error = strict.manager().users().list().fields(["shoeSize"]).send().await.unwrap_err();
    assert!(!error.is_not_found(), "{}", error.report());
}

#[tokio::test]
async fn permissions_of_roles_are_for_those_who_manage_roles_and_for_ones_own() {
    let product = CoreTransport::security_center(&[]);
    // casey.auditor has role 7 and manages no roles.
    let auditor = product.client_of(1, 5);
    let own = auditor.roles().details(7).send().await.unwrap();
    assert!(own.perm_scan.is_some(), "{own:?}");
    let other = auditor.roles().details(3).send().await.unwrap();
    assert!(other.perm_scan.is_none() && other.name.is_some(), "{other:?}");
    assert!(product.manager().roles().details(3).send().await.unwrap().perm_scan.is_some());
}

#[tokio::test]
async fn groups_show_as_much_as_the_caller_manages() {
    let product = CoreTransport::security_center(&[]);
    let fields = ["repositories", "userCount", "assets"];
    let seen = |organization, user, group: u64| {
        let sc = product.client_of(organization, user);
        async move {
            let group = sc.groups().details(group).fields(fields).send().await.unwrap();
            (group.user_count.is_some(), group.assets.is_some())
        }
    };
    assert_eq!(seen(1, 1, 1).await, (true, true), "a Security Manager");
    // casey.auditor can neither manage groups nor share objects, and is in group 2.
    assert!(!seen(1, 5, 1).await.0, "another group");
    assert!(seen(1, 5, 2).await.0, "the own group");
}

#[tokio::test]
async fn a_single_object_without_fields_is_complete_where_the_server_is_generous() {
    let generous = whole(&CoreTransport::security_center(&[]).manager(), 3).await;
    assert!(generous.locked.is_some() && generous.role.is_some());
    let product = CoreTransport::security_center(&[("sc.single_get", "marked")]);
    let marked = whole(&product.manager(), 3).await;
    assert!(marked.locked.is_none() && marked.username.is_some());
    let asked = product.manager().users().details(UserAddress::own(3)).fields(["locked"]).send().await.unwrap();
    assert!(asked.locked.is_some());
}
