//! Whose account a wish means, and who is looked after beyond the wishes.

use super::*;

fn renamed(person: &str) -> UserWish {
    wish(person, |user| user.full_name = Some("Other".to_owned()))
}

fn with_user_name(person: &str, user_name: &str) -> UserWish {
    wish(person, |user| {
        user.user_name = Some(user_name.to_owned());
        user.full_name = Some("Other".to_owned());
    })
}

/// Two accounts of Ann, and one whose user name is another one's in other case.
fn twins() -> Snapshot {
    let mut tenant = center_tenant([
        center(4, "ann", ANN, "Ann Lee", 4),
        center(5, "ann-admin", ANN, "Ann Lee", 3),
        center(6, "bo", "", "Bo Berg", 4),
        center(7, "Bo", "", "Bo Bok", 4),
    ]);
    tenant.groups = center_example().groups;
    tenant
}

#[test]
fn by_user_name_else_by_any_name_of_the_person() {
    let step = |name: &str| vec![format!(r#"~ user {name}: full name "Ann Lee" -> "Other""#)];
    let of = |user: UserWish| of_user(&twins(), user);
    assert_eq!(of(with_user_name(ANN, "ann-admin")).only_steps(), step("ann-admin"));
    assert_eq!(
        of(with_user_name(BO, "ANN")).only_problem(),
        "sc: bo@example.com: ann is the account of ann@example.com: give its key, or name that address as an alias"
    );
    assert_eq!(of(with_user_name("Ann Lee", "ANN")).only_steps(), step("ann"), "a name is no address of another");
    assert_eq!(of(with_user_name(ANN, "sc:5")).only_steps(), step("ann-admin"));
    assert_eq!(
        of_user(&exposure_example(), renamed(" Ann@Example.com ")).only_steps(),
        [r#"~ user ann@example.com: full name "Ann Lee" -> "Other""#]
    );
}

#[test]
fn a_user_name_is_no_ones_who_has_another_address() {
    // Bo leaves, and the file has a user name that is Ann's by now: neither is touched.
    let mut gone = with_user_name(BO, "ann");
    gone.presence = absent(None);
    for user in [
        gone,
        with_user_name(BO, "ann"),
        wish(BO, |bo| {
            bo.user_name = Some("ann".to_owned());
            bo.email = Some(BO.to_owned());
            bo.enabled = Some(false);
        }),
    ] {
        assert_eq!(
            of_user(&twins(), user).only_problem(),
            "sc: bo@example.com: ann is the account of ann@example.com: give its key, or name that address as an alias"
        );
    }
    // Said to be the address of the account, or an alias: one person.
    let said = wish(BO, |bo| {
        bo.user_name = Some("ann".to_owned());
        bo.email = Some("Ann@example.com".to_owned());
    });
    assert_eq!(of_user(&twins(), said), Lines::default());
    let mut aliases = Aliases::default();
    aliases.add(BO, [ANN]).unwrap();
    let planned = directory().aliases(aliases).plan_from(present([twins()]), |_| users([with_user_name(BO, "ann")]));
    assert_eq!(Lines::from(planned).only_steps().len(), 1);
}

#[test]
fn the_exact_name_is_meant_before_one_in_other_case() {
    for (name, full_name) in [("bo", "Bo Berg"), ("Bo", "Bo Bok")] {
        let lines = of_user(&twins(), with_user_name("x@example.com", name));
        assert_eq!(lines.only_steps(), [format!(r#"~ user {name}: full name "{full_name}" -> "Other""#)]);
    }
    let neither = of_user(&twins(), with_user_name("x@example.com", "BO"));
    assert_eq!(
        neither.only_problem(),
        r#"sc: x@example.com: "x@example.com" could be any of bo (sc:6), Bo (sc:7): give the user name"#
    );
}

#[test]
fn two_candidates_are_named_and_nothing_is_guessed() {
    let mut wish = users([renamed(ANN)]);
    // Nor are they taken for people whom nobody wished for.
    wish.scope.people = vec!["ann*".to_owned()];
    assert_eq!(
        lines(&twins(), &wish).only_problem(),
        r#"sc: ann@example.com: "ann@example.com" could be any of ann (sc:4), ann-admin (sc:5): give the user name"#
    );
}

#[test]
fn an_account_that_another_wish_names_is_that_wishes() {
    for name in ["ann-admin", "sc:5"] {
        let lines = lines(&twins(), &users([renamed(ANN), with_user_name(ANN, name)]));
        assert_eq!(
            lines.only_steps(),
            [r#"~ user ann: full name "Ann Lee" -> "Other""#, r#"~ user ann-admin: full name "Ann Lee" -> "Other""#]
        );
    }
}

#[test]
fn two_wishes_about_one_account_are_a_problem() {
    let twice = lines(&exposure_example(), &users([renamed(ANN), renamed("ANN@example.com")]));
    assert_eq!(twice.problems, ["ie: ANN@example.com: ann@example.com is asked for twice"]);
    let new = lines(&exposure_example(), &users([renamed("cy@example.com"), renamed("Cy@example.com ")]));
    assert_eq!(new.problems, ["ie: Cy@example.com : an account Cy@example.com is asked for twice"]);
    let leaves = wish(ANN, |ann| ann.presence = absent(None));
    assert_eq!(lines(&exposure_example(), &users([renamed(ANN), leaves])).problems.len(), 1);
}

#[test]
fn a_key_that_is_not_there_makes_nobody() {
    let cases = [Presence::Present, Presence::IfPresent];
    for presence in cases {
        let mut user = with_user_name("cy@example.com", "sc:99");
        user.presence = presence;
        assert_eq!(of_user(&twins(), user).only_problem(), "sc: cy@example.com: there is no user sc:99");
    }
    let mut gone = with_user_name("cy@example.com", "sc:99");
    gone.presence = absent(None);
    assert_eq!(of_user(&twins(), gone), Lines::default());
}

#[test]
fn aliases_are_the_same_person() {
    let mut aliases = Aliases::default();
    aliases.add("ann@corp.example", ["ann", ANN]).unwrap();
    let directory = directory().aliases(aliases);
    for tenant in [exposure_example(), center_example(), management_example()] {
        let planned = directory.plan_from(present([tenant.clone()]), |_| users([renamed("Ann@Corp.example")]));
        let steps = Lines::from(planned).only_steps().to_vec();
        assert_eq!(steps.len(), 1, "{}: {steps:?}", tenant.tenant);
        assert!(steps[0].contains(r#""Ann Lee" -> "Other""#), "{steps:?}");
    }
    // In Security Center the alias finds both accounts.
    let planned = directory.plan_from(present([twins()]), |_| users([renamed("ann@corp.example")]));
    assert_eq!(planned.problems.len(), 1, "{planned:?}");
}

/// Who is in scope: Ann is listed, and Bo is not.
fn looked_after(unlisted: Unlisted) -> Wish {
    let mut wish = users([wish(ANN, |_| {})]);
    wish.scope.people = vec!["*@EXAMPLE.com".to_owned()];
    wish.scope.unlisted = unlisted;
    wish
}

#[test]
fn who_is_looked_after_and_not_listed() {
    for tenant in [exposure_example(), center_example(), management_example()] {
        let bo = if tenant.tenant == "sc" { "bo" } else { BO };
        let report = lines(&tenant, &looked_after(Unlisted::Report));
        assert_eq!(report.notes, [format!("{}: {bo} is in scope and not listed", tenant.tenant)]);
        assert_eq!(report.steps, [""; 0]);
        let disable = lines(&tenant, &looked_after(Unlisted::Disable));
        assert_eq!(disable.only_steps(), [format!("- user {bo}: disabled")]);
        let delete = lines(&tenant, &looked_after(Unlisted::Delete { successor: None }));
        assert_eq!(delete.only_steps(), [format!("- user {bo}: deleted")]);
        if tenant.tenant != "ie" {
            let heir = Unlisted::Delete { successor: Some(ANN.to_owned()) };
            let heir = lines(&tenant, &looked_after(heir));
            assert!(heir.only_steps()[0].contains("deleted, what it owns goes to ann"), "{heir:?}");
        }
        let mut nobody = looked_after(Unlisted::Disable);
        nobody.scope.people = vec!["*@example.org".to_owned()];
        assert_eq!(lines(&tenant, &nobody), Lines::default());
    }
    let mut disabled = management_example();
    disabled.users[1].enabled = Known::Value(false);
    assert_eq!(lines(&disabled, &looked_after(Unlisted::Disable)), Lines::default(), "Bo is disabled already");
}

#[test]
fn a_successor_stays() {
    let wish = users([wish(ANN, |ann| ann.presence = absent(Some(BO))), wish(BO, |bo| bo.presence = absent(None))]);
    for tenant in [center_example(), management_example()] {
        let problems = lines(&tenant, &wish).problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].ends_with(" is to be deleted too"), "{problems:?}");
    }
}

#[test]
fn more_than_may_go_at_once_is_a_problem_of_the_tenant() {
    let mut wish = looked_after(Unlisted::Disable);
    wish.scope.most_removals = Removals::Count(0);
    let lines = lines(&exposure_example(), &wish);
    assert_eq!(
        lines.problems,
        ["ie: the plan deletes or disables 1, and at most 0 may be at once: raise the limit if that is meant"]
    );
}
