//! Roles and groups, and their names in wishes about people.

use super::*;

fn role(name: &str, set: impl FnOnce(&mut RoleWish)) -> Wish {
    let mut wish = Wish::default();
    let mut role = RoleWish::new(name);
    set(&mut role);
    wish.roles.push(role);
    wish
}

fn group(name: &str, presence: Presence) -> Wish {
    let mut wish = Wish::default();
    let mut group = GroupWish::new(name);
    group.presence = presence;
    wish.groups.push(group);
    wish
}

/// With the custom roles Reader, and Reader again by another key.
fn readers() -> Snapshot {
    let mut tenant = management_example();
    tenant.roles.push(management_role(1001, "Reader", "CUSTOM"));
    tenant.roles.push(management_role(1002, "Watcher", "CUSTOM"));
    tenant.roles.push(management_role(1003, "Watcher", "CUSTOM"));
    tenant
}

#[test]
fn roles_are_made_changed_and_left() {
    let tenant = readers();
    let permissions = |words: &'static [&'static str]| {
        move |role: &mut RoleWish| role.permissions = Some(words.iter().map(|&word| word.to_owned()).collect())
    };
    let steps = |wish: &Wish| lines(&tenant, wish).only_steps().to_vec();
    assert_eq!(steps(&role("Reader", |_| {})), [""; 0]);
    assert_eq!(steps(&role("Reader", permissions(&["A", "B", "A"]))), [""; 0], "in any order, once each");
    assert_eq!(steps(&role("Reader", |role| role.description = Some("Reads".to_owned()))), [""; 0]);
    assert_eq!(steps(&role("Reader", permissions(&["C", "A"]))), ["~ role Reader: permissions +C -B"]);
    assert_eq!(
        steps(&role("vm:9a0c1e00-0000-4000-8000-000000001001", |role| role.description = Some("Looks".to_owned()))),
        [r#"~ role Reader: description "Reads" -> "Looks""#]
    );
    assert_eq!(steps(&role("reader", |_| {})), [""; 0], "in any case");
    let new = role("New", |role| {
        role.description = Some("Looks".to_owned());
        role.permissions = texts(["B", "A", "B"]);
    });
    assert_eq!(steps(&new), [r#"+ role New: "Looks", allows A B"#]);
    assert_eq!(steps(&role("Reader", |role| role.presence = absent(None))), ["- role Reader"]);
    for presence in [absent(None), Presence::IfPresent] {
        assert_eq!(steps(&role("New", |role| role.presence = presence)), [""; 0]);
    }
}

#[test]
fn roles_that_cannot_be_meant_or_changed() {
    let tenant = readers();
    let problem = |wish: &Wish| lines(&tenant, wish).only_problem().to_owned();
    assert_eq!(problem(&role("Watcher", |_| {})), "vm: Watcher: 2 roles have this name: give the key of one");
    assert_eq!(
        problem(&role("Basic", |role| role.presence = absent(None))),
        "vm: Basic: the product brought this role; it cannot be deleted"
    );
    assert_eq!(
        problem(&role("Basic", |role| role.description = Some("Less".to_owned()))),
        "vm: Basic: the product brought this role; it cannot be changed"
    );
    assert_eq!(lines(&tenant, &role("Basic", |_| {})), Lines::default(), "it may be named");
    let mut unreadable = management_example();
    unreadable.roles = Vec::new();
    unreadable.unread = vec![unread("roles")];
    assert_eq!(
        lines(&unreadable, &role("Reader", |_| {})).only_problem(),
        "vm: Reader: the roles could not be read, so whether it is there is not known: refused"
    );
    let of_ann = of_user(&unreadable, wish(ANN, |ann| ann.roles = texts(["Basic"])));
    assert_eq!(
        of_ann.only_problem(),
        r#"vm: ann@example.com: there is no role "Basic"; the roles could not be read: refused"#
    );
}

#[test]
fn what_a_role_allows_is_read_where_it_is_not_told() {
    let mut tenant = readers();
    tenant.roles.retain(|role| role.name.value().is_some_and(|name| name == "Reader"));
    tenant.roles[0].permissions = Known::NotTold;
    let wish = role("Reader", |role| role.permissions = texts(["A"]));
    assert_eq!(lines(&tenant, &wish).only_steps(), ["~ role Reader: permissions +A"]);
    let (aliases, protected) = (Aliases::default(), std::collections::BTreeSet::new());
    let mut planner = Planner::new(&tenant, &wish, &aliases, &protected);
    planner.compute();
    assert_eq!(planner.untold.roles, [tenant.roles[0].key.clone()]);
}

#[test]
fn groups_are_made_and_deleted() {
    let tenant = management_example();
    assert_eq!(lines(&tenant, &group("Operations", Presence::Present)), Lines::default());
    assert_eq!(lines(&tenant, &group("Night shift", Presence::Present)).only_steps(), ["+ group Night shift"]);
    for presence in [absent(None), Presence::IfPresent] {
        assert_eq!(lines(&tenant, &group("Night shift", presence)), Lines::default());
    }
    let gone = lines(&tenant, &group("Operations", absent(None)));
    assert_eq!(gone.only_steps(), ["- group Operations: everybody leaves it first"]);
    assert_eq!(lines(&center_example(), &group("Operations", absent(None))).only_steps(), ["- group Operations"]);
    let fixed = lines(&tenant, &group("All Users", absent(None)));
    assert_eq!(fixed.only_problem(), "vm: All Users: everybody is in this group; it cannot be deleted");
    let none = lines(&exposure_example(), &group("Operations", Presence::Present));
    assert_eq!(
        none.only_problem(),
        "ie: Operations: Tenable Identity Exposure has no groups; give users roles instead"
    );
    let mut twice = management_example();
    twice.groups.push(management_group(9, "Operations", &[]));
    let problem = lines(&twice, &group("Operations", absent(None)));
    assert_eq!(problem.only_problem(), "vm: Operations: 2 groups have this name: give the key of one");
    let key = "vm:7c1f0b52-0000-4000-8000-000000000009";
    assert_eq!(lines(&twice, &group(key, absent(None))).steps.len(), 1);
    let mut unreadable = management_example();
    (unreadable.groups, unreadable.unread) = (Vec::new(), vec![unread("groups")]);
    let problem = lines(&unreadable, &group("Operations", Presence::Present));
    assert!(problem.only_problem().contains("the groups could not be read"), "{problem:?}");
}

#[test]
fn what_is_looked_after_and_not_listed_goes_but_what_the_product_brought() {
    let mut wish = role("Reader", |_| {});
    wish.groups.push(GroupWish::new("Operations"));
    wish.scope.roles = vec!["*".to_owned()];
    wish.scope.groups = vec!["*".to_owned()];
    let mut tenant = readers();
    tenant.roles.retain(|role| role.key.to_string() != "vm:9a0c1e00-0000-4000-8000-000000001003");
    assert_eq!(
        lines(&tenant, &wish).only_steps(),
        [
            "- role Watcher",
            "- group Analysts: everybody leaves it first",
            "- group Directory: everybody leaves it first"
        ]
    );
    wish.scope.groups = vec!["ana*".to_owned()];
    wish.scope.roles = vec![];
    assert_eq!(lines(&tenant, &wish).only_steps(), ["- group Analysts: everybody leaves it first"]);

    // Identity Exposure does not tell which roles it brought: only one that is meant by its name goes.
    let mut wish = Wish::default();
    wish.scope.roles = vec!["*".to_owned()];
    let all = lines(&exposure_example(), &wish);
    assert_eq!((all.steps.len(), all.notes.len()), (0, 3), "{all:?}");
    assert!(all.notes[2].starts_with("ie: the role Night watch is in scope and not listed, and stays"), "{all:?}");
    wish.scope.roles = vec!["night *".to_owned()];
    assert_eq!(lines(&exposure_example(), &wish).only_steps(), ["- role Night watch"]);
}

#[test]
fn a_name_means_the_exact_one_first() {
    let mut tenant = exposure_example();
    tenant.roles.push(exposure_role(7, "auditor", &json!([])));
    let roles = |names| of_user(&tenant, wish(ANN, |ann| ann.roles = names));
    assert_eq!(roles(texts(["auditor"])).only_steps(), ["~ user ann@example.com: roles User -> auditor"]);
    assert_eq!(roles(texts(["Auditor"])).only_steps(), ["~ user ann@example.com: roles User -> Auditor"]);
    assert_eq!(
        roles(texts(["AUDITOR"])).only_problem(),
        r#"ie: ann@example.com: 2 roles have the name "AUDITOR": give the key of one"#
    );
    assert_eq!(roles(texts(["ie:7"])).only_steps(), ["~ user ann@example.com: roles User -> auditor"]);
    assert_eq!(roles(texts(["ie:99"])).only_problem(), "ie: ann@example.com: there is no role ie:99");
    assert_eq!(
        roles(texts(["Audit"])).only_problem(),
        r#"ie: ann@example.com: there is no role "Audit"; do you mean "auditor"?"#
    );
    assert_eq!(roles(texts(["Xyz"])).only_problem(), r#"ie: ann@example.com: there is no role "Xyz""#);
}

#[test]
fn what_the_plan_makes_can_be_given() {
    let mut wish = role("Reader", |_| {});
    wish.groups.push(GroupWish::new("Night shift"));
    wish.users.push(super::wish(ANN, |ann| {
        ann.roles = texts(["reader"]);
        ann.more_groups = vec!["night SHIFT".to_owned()];
    }));
    let plan = planned(&management_example(), &wish).into_plan().unwrap();
    let lines: Vec<String> = plan.steps.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "+ role Reader: allows nothing",
            "+ group Night shift",
            "~ user ann@example.com: roles Basic -> Reader",
            "~ user ann@example.com: joins group Night shift",
        ]
    );
    // One that is in the list already has its key.
    let mut there = management_example();
    there.roles.push(management_role(1001, "Reader", "CUSTOM"));
    let plan = planned(&there, &wish).into_plan().unwrap();
    assert!(plan.to_json().contains("9a0c1e00-0000-4000-8000-000000001001"), "{plan}");
}

#[test]
fn what_goes_is_not_given() {
    let mut wish = role("Reader", |role| role.presence = absent(None));
    wish.groups = group("Analysts", absent(None)).groups;
    wish.users.push(super::wish(ANN, |ann| {
        ann.roles = texts(["Reader"]);
        ann.more_groups = vec!["Analysts".to_owned()];
    }));
    let lines = lines(&readers(), &wish);
    assert_eq!(
        lines.problems,
        [
            "vm: ann@example.com: the role Reader is to be deleted, and to be given to it",
            "vm: ann@example.com: the group Analysts is to be deleted, and to be given to it",
        ]
    );
}

#[test]
fn roles_of_security_center() {
    let mut tenant = center_example();
    tenant.roles.push(center_role(1_000_001, "Team Lead"));
    let lead = role("Team Lead", |role| role.permissions = texts(["permManageGroups"]));
    assert_eq!(
        lines(&tenant, &lead).only_steps(),
        ["~ role Team Lead: permissions +permManageGroups -permCreateTickets"]
    );
    let mut wish = Wish::default();
    wish.scope.roles = vec!["*".to_owned()];
    assert_eq!(lines(&tenant, &wish).only_steps(), ["- role Team Lead"], "the product's own stay");
}

#[test]
fn what_is_asked_for_twice_is_a_problem() {
    let tenant = management_example();
    let mut wish = role("Night watch", |_| {});
    wish.roles.push(RoleWish::new("NIGHT WATCH "));
    let found = lines(&tenant, &wish);
    assert_eq!(found.problems, ["vm: NIGHT WATCH : this role is asked for twice"]);
    assert_eq!(found.steps, ["+ role Night watch: allows nothing"]);
    let mut wish = group("Night shift", Presence::Present);
    let mut gone = GroupWish::new("night shift");
    gone.presence = absent(None);
    wish.groups.push(gone);
    let found = lines(&tenant, &wish);
    assert_eq!(found.problems, ["vm: night shift: this group is asked for twice"]);
    assert_eq!(found.steps, ["+ group Night shift"]);
}
