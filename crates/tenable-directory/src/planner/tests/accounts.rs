//! One account: every field, as far as it is told.

use super::*;

type Set = fn(&mut UserWish);

/// Each wish about Ann, and the steps that come of it.
fn steps(tenant: &Snapshot, cases: &[(Set, &[&str])]) {
    for (number, (set, expected)) in cases.iter().enumerate() {
        let lines = of_user(tenant, wish(ANN, set));
        assert_eq!(lines.only_steps(), *expected, "{} {number}", tenant.tenant);
    }
}

/// Each wish about Ann, and the one problem that comes of it.
fn problems(tenant: &Snapshot, cases: &[(Set, &str)]) {
    for (number, (set, expected)) in cases.iter().enumerate() {
        let lines = of_user(tenant, wish(ANN, set));
        let start = format!("{}: {ANN}: ", tenant.tenant);
        assert_eq!(lines.only_problem().strip_prefix(&start), Some(*expected), "{} {number}", tenant.tenant);
    }
}

#[test]
fn names_and_addresses() {
    steps(
        &exposure_example(),
        &[
            (|_| {}, &[]),
            (|ann| ann.full_name = Some("Ann Lee".to_owned()), &[]),
            (|ann| ann.full_name = Some(" Ann Lee ".to_owned()), &[]),
            (
                |ann| ann.full_name = Some("ann lee".to_owned()),
                &[r#"~ user ann@example.com: full name "Ann Lee" -> "ann lee""#],
            ),
            (|ann| ann.email = Some("ANN@example.com".to_owned()), &[]),
            // One text for both.
            (
                |ann| ann.email = Some("lee@example.com".to_owned()),
                &[r#"~ user ann@example.com: user name "ann@example.com" -> "lee@example.com""#],
            ),
            (
                |ann| ann.user_name = Some("lee@example.com".to_owned()),
                &[r#"~ user ann@example.com: user name "ann@example.com" -> "lee@example.com""#],
            ),
            // A key says which account is meant, and is no name for it.
            (
                |ann| {
                    ann.user_name = Some("ie:4".to_owned());
                    ann.email = Some("lee@example.com".to_owned());
                },
                &[r#"~ user ann@example.com: user name "ann@example.com" -> "lee@example.com""#],
            ),
        ],
    );
    steps(
        &center_example(),
        &[
            (|ann| ann.user_name = Some("Ann".to_owned()), &[]),
            (|ann| ann.user_name = Some("lee".to_owned()), &[r#"~ user ann: user name "ann" -> "lee""#]),
            (
                |ann| {
                    ann.user_name = Some("ann".to_owned());
                    ann.email = Some("lee@example.com".to_owned());
                    ann.full_name = Some("Ann van der Lee".to_owned());
                },
                &[
                    r#"~ user ann: e-mail address "ann@example.com" -> "lee@example.com", full name "Ann Lee" -> "Ann van der Lee""#,
                ],
            ),
        ],
    );
    steps(
        &management_example(),
        &[
            (|ann| ann.user_name = Some(ANN.to_owned()), &[]),
            (
                |ann| ann.email = Some("lee@example.com".to_owned()),
                &[r#"~ user ann@example.com: e-mail address "ann@example.com" -> "lee@example.com""#],
            ),
        ],
    );
    problems(
        &management_example(),
        &[(
            |ann| ann.user_name = Some("lee@example.com".to_owned()),
            "Tenable Vulnerability Management never changes the name that a user signs in with; create a user with the new name, and \
             delete the old one with the new one as successor",
        )],
    );
}

#[test]
fn state() {
    for tenant in [exposure_example(), center_example(), management_example()] {
        let name = if tenant.tenant == "sc" { "ann" } else { ANN };
        let disabled = format!("- user {name}: disabled");
        steps(&tenant, &[(|ann| ann.enabled = Some(true), &[]), (|ann| ann.enabled = Some(false), &[&disabled])]);
    }
    let mut ann = management(4, ANN, "Ann Lee", 16);
    ann.enabled = Known::Value(false);
    steps(
        &management_tenant([ann]),
        &[
            (|ann| ann.enabled = Some(true), &["~ user ann@example.com: enabled"]),
            (|ann| ann.enabled = Some(false), &[]),
        ],
    );
}

#[test]
fn roles() {
    steps(
        &exposure_example(),
        &[
            (|ann| ann.roles = texts(["User"]), &[]),
            (|ann| ann.roles = texts(["User", "user", "ie:2"]), &[]),
            (|ann| ann.roles = texts(["Auditor", "User"]), &["~ user ann@example.com: roles User -> Auditor, User"]),
            (|ann| ann.roles = texts([]), &["~ user ann@example.com: roles User -> none"]),
        ],
    );
    steps(
        &center_example(),
        &[
            (|ann| ann.roles = texts(["Vulnerability Analyst"]), &[]),
            (|ann| ann.roles = texts(["sc:0"]), &["~ user ann: roles Vulnerability Analyst -> No Role"]),
        ],
    );
    steps(
        &management_example(),
        &[
            // Told by number, and listed by UUID.
            (|ann| ann.roles = texts(["Basic"]), &[]),
            (|ann| ann.roles = texts(["Standard"]), &["~ user ann@example.com: roles Basic -> Standard"]),
        ],
    );
    let one = "gives each user exactly one role; assign one, or create a role that allows what several do";
    let least = "gives each user exactly one role; assign the role 0, No Role, which allows nothing";
    problems(
        &center_example(),
        &[
            (|ann| ann.roles = texts(["No Role", "Administrator"]), &format!("Tenable Security Center {one}")),
            (|ann| ann.roles = texts([]), &format!("Tenable Security Center {least}")),
        ],
    );
    let least = "gives each user exactly one role; assign Basic, which new users have, or disable the user";
    problems(
        &management_example(),
        &[
            (|ann| ann.roles = texts(["Basic", "Standard"]), &format!("Tenable Vulnerability Management {one}")),
            (|ann| ann.roles = texts([]), &format!("Tenable Vulnerability Management {least}")),
            (|ann| ann.roles = texts(["Standrd"]), r#"there is no role "Standrd"; do you mean "Standard"?"#),
        ],
    );
}

#[test]
fn groups() {
    steps(
        &management_example(),
        &[
            (|ann| ann.groups = texts(["Operations"]), &[]),
            (|ann| ann.groups = texts(["All Users", "operations"]), &[]),
            (|ann| ann.more_groups = vec!["Operations".to_owned()], &[]),
            (|ann| ann.more_groups = vec!["Analysts".to_owned()], &["~ user ann@example.com: joins group Analysts"]),
            (
                |ann| ann.groups = texts(["Analysts"]),
                &["~ user ann@example.com: joins group Analysts", "~ user ann@example.com: leaves group Operations"],
            ),
            // Nobody leaves the group that everybody is in.
            (|ann| ann.groups = texts([]), &["~ user ann@example.com: leaves group Operations"]),
            (
                |ann| {
                    ann.groups = texts([]);
                    ann.more_groups = vec!["Operations".to_owned(), "Analysts".to_owned()];
                },
                &["~ user ann@example.com: joins group Analysts"],
            ),
        ],
    );
    steps(
        &center_example(),
        &[
            (|ann| ann.groups = texts(["Analysts"]), &[]),
            (|ann| ann.more_groups = vec!["sc:2".to_owned()], &[]),
            // Who joins one leaves the other by it.
            (|ann| ann.groups = texts(["Operations"]), &["~ user ann: joins group Operations"]),
        ],
    );
    problems(
        &center_example(),
        &[
            (
                |ann| ann.groups = texts(["Operations", "Analysts"]),
                "Tenable Security Center puts each user into exactly one group",
            ),
            (
                |ann| ann.groups = texts([]),
                "Tenable Security Center keeps each user in exactly one group; add the user to another group",
            ),
            (|ann| ann.groups = texts(["sc:9"]), "there is no group sc:9"),
        ],
    );
    steps(&exposure_example(), &[(|ann| ann.groups = texts([]), &[])]);
    problems(
        &exposure_example(),
        &[(
            |ann| ann.more_groups = vec!["Operations".to_owned()],
            "Tenable Identity Exposure has no groups; give users roles instead",
        )],
    );
}

#[test]
fn who_saml_puts_into_groups_is_told() {
    let joins = of_user(&management_example(), wish(ANN, |ann| ann.more_groups = vec!["Directory".to_owned()]));
    let note = "vm: the identity provider decides who is in the group Directory, and may undo changes of it";
    assert_eq!(
        (&joins.steps[..], &joins.notes[..]),
        (&["~ user ann@example.com: joins group Directory".to_owned()][..], &[note.to_owned()][..])
    );
    let ann = in_groups(management(4, ANN, "Ann Lee", 16), &[3]);
    let mut tenant = management_example();
    tenant.users[0] = ann;
    let leaves = of_user(&tenant, wish(ANN, |ann| ann.groups = texts([])));
    assert_eq!(leaves.steps, ["~ user ann@example.com: leaves group Directory"]);
    assert_eq!(leaves.notes, [note]);
}

#[test]
fn ways_to_sign_in() {
    let only_saml: Set = |ann| {
        ann.sign_in.password = Some(false);
        ann.sign_in.saml = Some(true);
    };
    steps(
        &management_example(),
        &[
            (only_saml, &["~ user ann@example.com: sign-in by password closed, sign-in by SAML opened"]),
            (|ann| ann.sign_in.api_keys = Some(true), &[]),
            (
                |ann| ann.sign_in = SignInWish::CLOSED,
                &["~ user ann@example.com: sign-in by password closed, sign-in by API keys closed"],
            ),
            (
                |ann| {
                    ann.sign_in.api_keys = Some(false);
                    ann.replace_keys = true;
                },
                // While they are open: closed, they tell that they were replaced.
                &[
                    "~ user ann@example.com: API keys replaced by others that nobody gets",
                    "~ user ann@example.com: sign-in by API keys closed",
                ],
            ),
        ],
    );
    let mut closed = management_example();
    closed.users[0].sign_in.api_keys = Known::Value(false);
    steps(&closed, &[(|ann| ann.replace_keys = true, &[])]);
    problems(
        &exposure_example(),
        &[(
            only_saml,
            "Tenable Identity Exposure keeps with each account the one place where it signs in, and changes neither place nor ways; \
             disable the user",
        )],
    );
    let keys = of_user(&center_example(), wish(ANN, |ann| ann.replace_keys = true));
    assert!(keys.only_problem().contains("has no documented call that generates or deletes API keys"), "{keys:?}");
}

#[test]
fn what_is_not_told_is_read_and_else_set_whatever_it_is() {
    // What an account that is no administrator sees of others.
    let bare = json!({"id": 4, "uuid": "4bd789d4-0000-4000-8000-000000000004", "username": ANN, "email": ANN});
    let tenant = {
        let mut tenant = management_tenant([management_user(bare)]);
        tenant.groups = management_example().groups;
        tenant
    };
    let cases: [(Set, &[&str]); 5] = [
        (|ann| ann.full_name = Some("Ann Lee".to_owned()), &[r#"~ user ann@example.com: full name -> "Ann Lee""#]),
        (|ann| ann.enabled = Some(true), &["~ user ann@example.com: enabled"]),
        (|ann| ann.more_groups = vec!["Analysts".to_owned()], &["~ user ann@example.com: joins group Analysts"]),
        (|ann| ann.sign_in.saml = Some(false), &["~ user ann@example.com: sign-in by SAML closed"]),
        (|ann| ann.replace_keys = true, &["~ user ann@example.com: API keys replaced by others that nobody gets"]),
    ];
    for (set, expected) in cases {
        let wish = users([wish(ANN, set)]);
        assert_eq!(lines(&tenant, &wish).only_steps(), expected);
        assert_eq!(untold(&tenant, &wish), [management_key(4)], "{expected:?}");
    }
    let roles = users([wish(ANN, |ann| ann.roles = texts(["Basic"]))]);
    assert_eq!(lines(&tenant, &roles).only_steps(), ["~ user ann@example.com: roles ? -> Basic"]);
    assert_eq!(untold(&tenant, &roles), [management_key(4)]);
    let nothing = users([wish(ANN, |_| {})]);
    assert_eq!(untold(&tenant, &nothing), [], "nothing is read that nobody asks for");
    let told = users([wish(ANN, |ann| ann.email = Some(ANN.to_owned()))]);
    assert_eq!(untold(&tenant, &told), []);
    // Nobody can be taken out of groups that are not told.
    let lines = of_user(&tenant, wish(ANN, |ann| ann.groups = texts(["Analysts"])));
    assert_eq!(
        lines.problems,
        ["vm: ann@example.com: its groups are not told, so which to take it out of is not known"]
    );
}

#[test]
fn new_accounts() {
    let new = |set: Set| {
        move |tenant: &Snapshot| {
            let mut lines = of_user(tenant, wish("cy@example.com", set));
            lines.steps.retain(|step| !step.is_empty());
            lines
        }
    };
    let full: Set = |cy| {
        cy.full_name = Some("Cy Coe".to_owned());
        cy.enabled = Some(false);
    };
    let steps = |lines: Lines| lines.only_steps().to_vec();
    assert_eq!(
        steps(new(|cy| cy.roles = texts(["Auditor", "User"]))(&exposure_example())),
        ["+ user cy@example.com", "~ user cy@example.com: roles ? -> Auditor, User"]
    );
    assert_eq!(steps(new(full)(&exposure_example())), [r#"+ user cy@example.com: "Cy Coe", disabled"#]);
    // The server gives it some of its own.
    assert_eq!(
        steps(new(|cy| cy.roles = texts([]))(&exposure_example())),
        ["+ user cy@example.com", "~ user cy@example.com: roles ? -> none"]
    );
    assert_eq!(
        steps(new(|cy| {
            cy.user_name = Some("cy".to_owned());
            cy.roles = texts(["Security Analyst"]);
            cy.groups = texts(["Analysts"]);
            cy.enabled = Some(false);
        })(&center_example())),
        ["+ user cy: cy@example.com, roles Security Analyst, groups Analysts, disabled"]
    );
    let without = new(|cy| cy.groups = texts(["Analysts"]))(&center_example());
    assert!(without.only_problem().contains("makes no account without a role: name one"), "{without:?}");
    let without = new(|cy| cy.roles = texts(["Security Analyst"]))(&center_example());
    assert!(without.only_problem().contains("makes no account without a group: name one"), "{without:?}");
    assert_eq!(
        steps(new(|cy| {
            cy.roles = texts(["Standard"]);
            cy.groups = texts(["Operations"]);
            cy.more_groups = vec!["Analysts".to_owned(), "All Users".to_owned()];
            cy.sign_in.api_keys = Some(false);
            cy.enabled = Some(false);
            cy.email = Some("coe@example.org".to_owned());
            cy.user_name = Some("cy@example.com".to_owned());
        })(&management_example())),
        [
            "+ user cy@example.com: coe@example.org",
            "~ user cy@example.com: sign-in by API keys closed",
            "~ user cy@example.com: roles ? -> Standard",
            "~ user cy@example.com: joins group Operations",
            "~ user cy@example.com: joins group Analysts",
            "~ user cy@example.com: disabled",
        ]
    );
    assert_eq!(
        steps(new(|cy| cy.roles = texts(["Basic"]))(&management_example())),
        ["+ user cy@example.com"],
        "it has that"
    );
    let none = new(|cy| cy.roles = texts([]))(&management_example());
    assert!(none.only_problem().contains("gives each user exactly one role; assign Basic"), "{none:?}");
    for presence in [Presence::IfPresent, absent(None)] {
        let lines = of_user(&management_example(), wish("cy@example.com", |cy| cy.presence = presence));
        assert_eq!(lines, Lines::default());
    }
}

#[test]
fn a_name_that_the_product_does_not_take_is_told_before() {
    let client = tenable_api::vulnerability_management::VulnerabilityManagement::builder();
    let client = client.api_key("access", "secret").build().unwrap();
    let directory = Directory::new([crate::Tenant::new("vm", client)]).unwrap();
    let wish = users([wish("cy@example.com", |cy| cy.user_name = Some("cy".to_owned()))]);
    let planned = directory.plan_from(present([management_example()]), |_| wish.clone());
    let [problem] = &planned.problems[..] else { panic!("{:?}", planned.problems) };
    assert!(problem.to_string().starts_with("vm: cy: user name: "), "{problem}");
}

#[test]
fn deletions() {
    let delete =
        |tenant: &Snapshot, successor: Option<&str>| of_user(tenant, wish(ANN, |ann| ann.presence = absent(successor)));
    for tenant in [exposure_example(), center_example(), management_example()] {
        let name = if tenant.tenant == "sc" { "ann" } else { ANN };
        assert_eq!(delete(&tenant, None).only_steps(), [format!("- user {name}: deleted")]);
        let itself = delete(&tenant, Some(name));
        let nobody = delete(&tenant, Some("cy@example.com"));
        if tenant.tenant == "ie" {
            assert!(itself.only_problem().contains("hands nothing over when a user is deleted"), "{itself:?}");
            continue;
        }
        assert_eq!(itself.only_problem(), format!("{}: {ANN}: nobody is their own successor", tenant.tenant));
        assert!(nobody.only_problem().ends_with(r#"the successor: there is no user "cy@example.com""#), "{nobody:?}");
    }
    for heir in ["bo", BO, "sc:5"] {
        let lines = delete(&center_example(), Some(heir));
        assert_eq!(lines.only_steps(), ["- user ann: deleted, what it owns goes to bo"]);
    }
    // What it loses before comes before.
    let lines = of_user(
        &exposure_example(),
        wish(ANN, |ann| {
            ann.roles = texts([]);
            ann.enabled = Some(false);
            ann.presence = absent(None);
        }),
    );
    assert_eq!(
        lines.only_steps(),
        [
            "~ user ann@example.com: roles User -> none",
            "- user ann@example.com: disabled",
            "- user ann@example.com: deleted"
        ]
    );
    // Whether SAML brings it back is read.
    let bare = json!({"id": 4, "uuid": "4bd789d4-0000-4000-8000-000000000004", "username": ANN, "email": ANN});
    let wish = users([wish(ANN, |ann| ann.presence = absent(None))]);
    assert_eq!(untold(&management_tenant([management_user(bare)]), &wish), [management_key(4)]);
}
