//! What must not be done of a plan, on accounts that are made up for it.

use tenable_api::model::shared::{RoleKey, RoleReference};

use super::*;
use crate::plan::Plan;

type Set = fn(&mut UserWish);

/// What stands in the way of a wish where nothing may be taken from this account.
fn guarded(protected: &str, tenant: &Snapshot, wish: &Wish) -> Vec<String> {
    let planned = directory().protected([protected]).plan_from(present([tenant.clone()]), |_| wish.clone());
    assert!(planned.problems.iter().all(|problem| problem.is_guard), "{:?}", planned.problems);
    Lines::from(planned).problems
}

fn of_ann(set: Set) -> Wish {
    users([wish(ANN, set)])
}

#[test]
fn a_protected_account_keeps_its_names_and_its_place() {
    let renamed: Set = |ann| ann.user_name = Some("lee".to_owned());
    let readdressed: Set = |ann| ann.email = Some("lee@example.com".to_owned());
    let moved: Set = |ann| ann.groups = texts(["Operations"]);
    let added: Set = |ann| ann.more_groups = vec!["Analysts".to_owned()];
    let named: Set = |ann| ann.full_name = Some("Ann van der Lee".to_owned());
    let kept = [
        (center_example(), "sc:4", renamed, r#"sc: ann: this account is protected: user name "ann" -> "lee""#),
        (
            center_example(),
            "sc:4",
            readdressed,
            r#"sc: ann: this account is protected: e-mail address "ann@example.com" -> "lee@example.com""#,
        ),
        // Where users are in one group, who joins one leaves another.
        (center_example(), "sc:4", moved, "sc: ann: this account is protected: joins group Operations"),
        (
            exposure_example(),
            ANN,
            readdressed,
            r#"ie: ann@example.com: this account is protected: user name "ann@example.com" -> "lee@example.com""#,
        ),
    ];
    for (tenant, protected, set, expected) in kept {
        assert_eq!(guarded(protected, &tenant, &of_ann(set)), [expected]);
        assert_eq!(guarded("somebody.else", &tenant, &of_ann(set)), [""; 0], "{expected}");
    }
    for (tenant, protected, set) in
        [(center_example(), "sc:4", named), (management_example(), ANN, added), (management_example(), ANN, named)]
    {
        assert_eq!(guarded(protected, &tenant, &of_ann(set)), [""; 0], "this takes nothing");
    }
}

/// Ann has the role Night watch and is in Operations, and Bo is not.
fn holders() -> [Snapshot; 2] {
    let mut ie = exposure_example();
    ie.users[0].roles = Known::Value(vec![RoleReference::new("ie:6".parse::<RoleKey>().unwrap(), None)]);
    [ie, management_example()]
}

fn gone(tenant: &Snapshot) -> Wish {
    let mut wish = Wish::default();
    if tenant.tenant == "ie" {
        let mut role = RoleWish::new("Night watch");
        role.presence = absent(None);
        wish.roles.push(role);
    } else {
        let mut group = GroupWish::new("Operations");
        group.presence = absent(None);
        wish.groups.push(group);
    }
    wish
}

#[test]
fn roles_and_groups_stay_that_the_own_account_or_a_protected_one_has() {
    for (mut tenant, what) in holders().into_iter().zip(["ie: Night watch: ", "vm: Operations: "]) {
        let kind = if tenant.tenant == "ie" { "role" } else { "group" };
        let expected = format!("{what}ann@example.com has this {kind}, and nothing may be taken from that account");
        let wish = gone(&tenant);
        assert_eq!(guarded(BO, &tenant, &wish), [""; 0], "it is not Bo's");
        assert_eq!(guarded(ANN, &tenant, &wish), [expected.as_str()]);
        tenant.me = Some(tenant.users[0].key.clone());
        assert_eq!(guarded(BO, &tenant, &wish), [expected]);
        tenant.me = Some(tenant.users[1].key.clone());
        assert_eq!(guarded(BO, &tenant, &wish), [""; 0]);
    }
}

#[test]
fn who_would_only_come_to_administer_is_not_counted() {
    let tenant = management_tenant([management(4, ANN, "Ann Lee", 64), management(5, BO, "Bo Berg", 32)]);
    let bo = || wish(BO, |bo| bo.roles = texts(["Administrator"]));
    let leaves = users([wish(ANN, |ann| ann.enabled = Some(false)), bo()]);
    let problems = guarded("nobody", &tenant, &leaves);
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert!(problem.starts_with("vm: ann@example.com: nobody would be left who administers the tenant"), "{problem}");
    assert_eq!(guarded("nobody", &tenant, &users([bo()])), [""; 0]);
}

#[test]
fn where_it_is_not_told_who_administers_nobody_is_shut_out() {
    let mut tenant = management_tenant([management(4, ANN, "Ann Lee", 64), management(5, BO, "Bo Berg", 32)]);
    for user in &mut tenant.users {
        user.roles = Known::NotTold;
    }
    let disabled = of_ann(|ann| ann.enabled = Some(false));
    let problems = guarded("nobody", &tenant, &disabled);
    let why = "who administers the tenant is not told, so whether anybody would be left is not known";
    assert_eq!(problems, [format!("vm: ann@example.com: {why}")]);
    tenant.users[1] = management(5, BO, "Bo Berg", 64);
    assert_eq!(guarded("nobody", &tenant, &disabled), [""; 0], "Bo does");
}

#[test]
fn a_plan_is_guarded_by_what_is_there_when_it_is_carried_out() {
    let mut tenant = management_example();
    let plan: Plan = planned(&tenant, &of_ann(|ann| ann.enabled = Some(false))).plan;
    let problems = |tenant: &Snapshot, directory: Directory| {
        let problems = directory.guard_against(&plan, tenant);
        assert!(problems.iter().all(|problem| problem.is_guard));
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(problems(&tenant, directory()), [""; 0]);
    assert_eq!(
        problems(&tenant, directory().protected([ANN])),
        ["vm: ann@example.com: this account is protected: disabled"]
    );
    tenant.me = Some(management_key(4));
    assert_eq!(
        problems(&tenant, directory()),
        ["vm: ann@example.com: this is the account of the connection: disabled"]
    );
}

#[test]
fn accounts_that_identity_exposure_keeps_elsewhere_are_not_taken_away() {
    let tenant = |name: &str, group: &str| {
        let user = in_groups(management(4, name, "", 16), &[1]);
        let mut tenant = management_tenant([user, management(5, BO, "Bo Berg", 64)]);
        tenant.groups = vec![management_group(1, group, &[])];
        tenant
    };
    let (name, group) = ("tie-4f1c@example.com", "TIE - Autogenerated Users - 7");
    let gone = |name: &str| users([wish(name, |user| user.presence = absent(None))]);
    let found = guarded("nobody", &tenant(name, group), &gone(name));
    let [problem] = &found[..] else { panic!("{found:?}") };
    assert!(
        problem.starts_with("vm: tie-4f1c@example.com: this account is kept by another Tenable product"),
        "{problem}"
    );
    for (name, group) in [(ANN, group), (name, "Operations")] {
        assert_eq!(guarded("nobody", &tenant(name, group), &gone(name)), [""; 0], "{name} {group}");
    }
}
