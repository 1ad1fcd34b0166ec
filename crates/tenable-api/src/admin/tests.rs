//! That what cannot be done is said before anything is sent: the transport of these clients never answers.

use futures_util::FutureExt as _;
use tenable_model::shared::{GroupKey, RoleKey, UserKey};
use tenable_model::{Product, identity_exposure, security_center, vulnerability_management};
use tenable_transport::{NeverTransport, SharedTransport};

use super::{
    Ability, Admin, Capabilities, Count, NewPassword, NewRole, NewUser, ReplacedKeys, RoleChange, SignInChange,
    UserChange,
};
use crate::identity_exposure::IdentityExposure;
use crate::security_center::SecurityCenter;
use crate::vulnerability_management::VulnerabilityManagement;
use crate::{Effect, Error, ErrorKind};

/// The result of a call that needs no answer. One that waits for an answer has sent something.
macro_rules! at_once {
    ($call:expr) => {
        $call.now_or_never().expect("nothing is sent").expect_err("it is refused")
    };
}

fn exposure() -> Box<dyn Admin> {
    let transport = SharedTransport::new(NeverTransport);
    Box::new(
        IdentityExposure::builder().url("https://tie.example.com").api_key("k").transport(transport).build().unwrap(),
    )
}

fn center() -> Box<dyn Admin> {
    let transport = SharedTransport::new(NeverTransport);
    let builder = SecurityCenter::builder().url("https://sc.example.com").api_key("a", "s");
    Box::new(builder.transport(transport).build().unwrap())
}

fn platform() -> Box<dyn Admin> {
    let builder = VulnerabilityManagement::builder().api_key("a", "s");
    Box::new(builder.transport(SharedTransport::new(NeverTransport)).build().unwrap())
}

/// A user, a role and a group of each product.
fn keys(product: Product) -> (UserKey, RoleKey, GroupKey) {
    match product {
        Product::IdentityExposure => (
            identity_exposure::UserId(7).into(),
            identity_exposure::RoleId(2).into(),
            security_center::GroupId(1).into(),
        ),
        Product::VulnerabilityManagement => (
            vulnerability_management::UserKey::from(7).into(),
            "vm:7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d".parse().unwrap(),
            vulnerability_management::GroupKey::from(1).into(),
        ),
        _ => (
            security_center::UserAddress::own(7).into(),
            security_center::RoleId(2).into(),
            security_center::GroupId(1).into(),
        ),
    }
}

fn ann() -> NewUser {
    NewUser::new("ann@example.com", "Violet-Harbor-42")
}

/// Asks for what a product may not be able to do.
fn ask(admin: &dyn Admin, ability: Ability) -> Error {
    let (user, role, group) = keys(admin.capabilities().product);
    match ability {
        Ability::ChangeUserName => at_once!(admin.change_user(&user, &UserChange::new().user_name("bo@example.com"))),
        Ability::ChangeEmail => at_once!(admin.change_user(&user, &UserChange::new().email("bo@example.com"))),
        Ability::TemporaryPassword => {
            let password = NewPassword::new("Copper-Lantern-77").temporary(true).own_password("own");
            at_once!(admin.set_password(&user, &password))
        }
        Ability::SetSignInMethods => {
            at_once!(admin.set_sign_in_methods(&user, &SignInChange::new().password(false)))
        }
        Ability::ReplaceKeys => at_once!(admin.replace_keys(&user)),
        Ability::SeveralRoles => at_once!(admin.assign_roles(&user, &[role.clone(), role])),
        Ability::NoRole => at_once!(admin.assign_roles(&user, &[])),
        Ability::HandOver => at_once!(admin.delete_user(&user, Some(&user))),
        Ability::ListGroups => at_once!(admin.groups().try_collect::<Vec<_>>()),
        Ability::ReadGroup => at_once!(admin.group(&group)),
        Ability::CreateGroup => at_once!(admin.create_group("Analysts")),
        Ability::RenameGroup => at_once!(admin.rename_group(&group, "Readers")),
        Ability::DeleteGroup => at_once!(admin.delete_group(&group, false)),
        Ability::EmptyGroup => at_once!(admin.delete_group(&group, true)),
        Ability::ListMembers => at_once!(admin.members(&group)),
        Ability::AddMember => at_once!(admin.add_member(&group, &user)),
        Ability::RemoveMember => at_once!(admin.remove_member(&group, &user)),
        other => panic!("no product lacks {other}; say here how it is asked for"),
    }
}

#[test]
fn what_a_product_cannot_do_is_said_before_anything_is_sent() {
    for admin in [exposure(), center(), platform()] {
        let capabilities = admin.capabilities();
        assert!(!capabilities.limitations.is_empty());
        for limitation in capabilities.limitations {
            let error = ask(&*admin, limitation.ability);
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Unsupported, Effect::NotSent), "{error}");
            assert!(error.is_unsupported() && !error.is_retryable());
            assert_eq!(error.operation(), limitation.ability.name());
            let text = error.to_string();
            assert!(text.contains(capabilities.product.name()), "{text}");
            assert!(text.contains(limitation.why) && text.contains(limitation.instead), "{text}");
        }
    }
}

#[test]
fn a_refusal_in_full() {
    let error = ask(&*exposure(), Ability::CreateGroup);
    assert_eq!(
        error.to_string(),
        "groups.create: the product cannot do that: Tenable Identity Exposure has no groups; give users roles instead; nothing was sent"
    );
}

#[test]
fn capabilities_do_not_contradict_each_other() {
    for admin in [exposure(), center(), platform()] {
        let capabilities = admin.capabilities();
        let Capabilities { product, roles_per_user, groups_per_user, separate_email, limitations, .. } = capabilities;
        let can = |ability| admin.capabilities().can(ability);
        assert_eq!(can(Ability::SeveralRoles), *roles_per_user == Count::Any, "{product}");
        assert_eq!(can(Ability::ListGroups), *groups_per_user != Count::None, "{product}");
        assert_eq!(can(Ability::ChangeEmail), *separate_email, "{product}");
        assert_eq!(can(Ability::NoRole), capabilities.least_role.is_none(), "{product}");
        assert!(capabilities.creations_per_call > 0, "{product}");
        assert!(*groups_per_user != Count::None || !capabilities.groups_at_creation, "{product}");
        for ability in capabilities.refused_for_own_account {
            assert!(can(*ability) && !capabilities.can_for_own_account(*ability), "{product} {ability}");
        }
        for limitation in *limitations {
            let same = limitations.iter().filter(|other| other.ability == limitation.ability).count();
            assert_eq!(same, 1, "{product} {}", limitation.ability);
        }
    }
    let names: std::collections::BTreeSet<&str> = Ability::ALL.iter().map(|ability| ability.name()).collect();
    assert_eq!(names.len(), Ability::ALL.len());
}

#[test]
fn a_key_of_another_product_is_refused_before_anything_is_sent() {
    for (admin, other) in [
        (exposure(), Product::SecurityCenter),
        (center(), Product::VulnerabilityManagement),
        (platform(), Product::IdentityExposure),
    ] {
        let (user, role, _) = keys(other);
        let (own_user, ..) = keys(admin.capabilities().product);
        let own_password = || NewPassword::new("Copper-Lantern-77").own_password("own");
        let name = UserChange::new().full_name("Ann");
        for error in [
            at_once!(admin.user(&user)),
            at_once!(admin.change_user(&user, &name)),
            at_once!(admin.change_user(&user, &UserChange::new())),
            at_once!(admin.set_enabled(&user, true)),
            at_once!(admin.set_password(&user, &own_password())),
            at_once!(admin.assign_roles(&own_user, std::slice::from_ref(&role))),
            at_once!(admin.delete_user(&user, None)),
            at_once!(admin.set_sign_in_methods(&user, &SignInChange::new())),
            at_once!(admin.create_user(&ann().roles([role.clone()]))),
            at_once!(admin.role(&role)),
            at_once!(admin.change_role(&role, &RoleChange::new().name("A"))),
            at_once!(admin.change_role(&role, &RoleChange::new())),
            at_once!(admin.delete_role(&role)),
        ] {
            assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidInput, Effect::NotSent), "{error}");
            assert!(error.to_string().contains(admin.capabilities().product.name()), "{error}");
        }
    }
}

#[test]
fn permissions_are_looked_at_before_anything_is_sent() {
    for (admin, bad) in [
        (exposure(), &["dashboard", "{\"action\":1}", "{}", ""][..]),
        (
            center(),
            &["name", "permScan", "permScan:", "perm", "perm-x", "PermManageGroups", "permManageGroups:true", ""],
        ),
    ] {
        let (_, role, _) = keys(admin.capabilities().product);
        for word in bad {
            let error = at_once!(admin.create_role(&NewRole::new("Auditor").permissions([*word])));
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{word}: {error}");
            let error = at_once!(admin.change_role(&role, &RoleChange::new().permissions([*word])));
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{word}: {error}");
        }
    }
}

#[test]
fn what_security_center_needs_is_said_before_anything_is_sent() {
    let admin = center();
    let (user, role, group) = keys(Product::SecurityCenter);
    let nobody = ann().groups([group.clone()]);
    let nowhere = ann().roles([role.clone()]);
    let everywhere = ann().roles([role.clone()]).groups([group.clone(), group.clone()]);
    for (error, kind, part) in [
        (at_once!(admin.create_user(&nobody)), ErrorKind::Unsupported, "exactly one role"),
        (at_once!(admin.create_user(&nobody.roles([role.clone(), role]))), ErrorKind::Unsupported, "exactly one role"),
        (at_once!(admin.create_user(&nowhere)), ErrorKind::InvalidInput, "exactly one group"),
        (at_once!(admin.create_user(&everywhere)), ErrorKind::InvalidInput, "exactly one group"),
        (at_once!(admin.set_password(&user, &NewPassword::new("x"))), ErrorKind::InvalidInput, "own_password"),
    ] {
        assert_eq!((error.kind(), error.effect()), (kind, Effect::NotSent), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn the_objects_of_a_user_of_security_center_never_go_to_a_namesake_of_another_organization() {
    let admin = center();
    for (user, successor) in [("sc:2/4", "sc:5"), ("sc:4", "sc:2/5"), ("sc:2/4", "sc:3/5")] {
        let (user, successor): (UserKey, UserKey) = (user.parse().unwrap(), successor.parse().unwrap());
        let error = at_once!(admin.delete_user(&user, Some(&successor)));
        assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidInput, Effect::NotSent), "{error}");
    }
}

#[tokio::test]
async fn an_email_address_that_is_the_user_name_is_no_other() {
    let admin = exposure();
    let same = ann().email("ann@example.com");
    assert!(admin.create_user(&same).now_or_never().is_none(), "it is sent");
    let error = at_once!(admin.create_user(&ann().email("lee@example.com")));
    assert_eq!(error.operation(), Ability::ChangeEmail.name());
}

/// Which fields of a user are said to be wrong.
fn wrong(admin: &dyn Admin, user: &NewUser) -> Vec<&'static str> {
    let mut fields: Vec<&str> = admin.defects(user).iter().map(|defect| defect.field).collect();
    fields.dedup();
    fields
}

#[test]
fn what_is_wrong_with_a_user_by_the_documented_rules() {
    let (_, exposure_role, group) = keys(Product::IdentityExposure);
    let (_, center_role, _) = keys(Product::SecurityCenter);
    let (_, platform_role, platform_group) = keys(Product::VulnerabilityManagement);
    let weak = || NewUser::new("ann@example.com", "violet-harbor");
    let named = |name: &str| NewUser::new(name, "Violet-Harbor-42");

    let admin = exposure();
    for (user, fields) in [
        (ann(), &[][..]),
        (named("ann"), &[]),
        (ann().roles([exposure_role.clone(), exposure_role]), &[]),
        (named(""), &["user_name"]),
        (weak(), &["password"]),
        (NewUser::new("ann@example.com", "Violet_Harbor_42"), &["password"]),
        (ann().email("lee@example.com"), &["email"]),
        (ann().groups([group.clone()]), &["groups"]),
        (ann().roles([center_role.clone()]), &["roles"]),
    ] {
        assert_eq!(wrong(&*admin, &user), fields, "{user:?}");
    }

    let admin = center();
    let complete = || named("ann").roles([center_role.clone()]).groups([group.clone()]);
    let administrator = named("kit").roles([security_center::RoleId(1)]);
    for (user, fields) in [
        (complete(), &[][..]),
        (administrator.clone(), &[]),
        (administrator.groups([group.clone(), group.clone()]), &["groups"]),
        (NewUser { password: "x".into(), ..complete() }, &[]),
        (NewUser { user_name: " ".to_owned(), ..complete() }, &["user_name"]),
        (complete().roles(Vec::<RoleKey>::new()), &["roles"]),
        (complete().roles([center_role.clone(), center_role.clone()]), &["roles"]),
        (complete().groups(Vec::<GroupKey>::new()), &["groups"]),
        (complete().groups([group.clone(), group.clone()]), &["groups"]),
    ] {
        assert_eq!(wrong(&*admin, &user), fields, "{user:?}");
    }

    let admin = platform();
    for (user, fields) in [
        (ann(), &[][..]),
        (ann().email("").groups([platform_group.clone(), platform_group]), &[]),
        (ann().email("o'neill@example.com"), &[]),
        (ann().email("ann"), &["email"]),
        (named("ann"), &["user_name"]),
        (named("o'neill@example.com"), &["user_name"]),
        (weak(), &["password"]),
        (ann().roles([platform_role.clone(), platform_role]), &["roles"]),
        (NewUser::new("", "").email("x").groups([group]), &["groups", "user_name", "password", "email"]),
    ] {
        assert_eq!(wrong(&*admin, &user), fields, "{user:?}");
    }
}

#[test]
fn new_keys_are_not_shown() {
    let keys = ReplacedKeys::pair("aaaa-access", "bbbb-secret");
    let shown = format!("{keys:?} {keys:#?}");
    assert!(!shown.contains("aaaa") && !shown.contains("bbbb"), "{shown}");
}

#[test]
fn a_change_of_nothing_is_seen_as_one() {
    assert!(SignInChange::new().is_empty());
    for change in
        [SignInChange::new().password(true), SignInChange::new().api_keys(false), SignInChange::new().saml(true)]
    {
        assert!(!change.is_empty());
    }
}
