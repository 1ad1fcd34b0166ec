//! The plan itself: its text, its order, its hash, and what is refused when it is read.

use tenable_api::model::shared::{GroupKey, RoleKey};

use super::*;
use crate::plan::{Change, Edit, Named, Phase, Plan, Step, Subject};

fn user() -> Subject {
    Subject::User(Named::new(ANN, management_key(4)))
}

fn role_named(name: &str) -> Named<RoleKey> {
    Named::new(name, None)
}

fn group_named(name: &str) -> Named<GroupKey> {
    Named::new(name, None)
}

fn role() -> Subject {
    Subject::Role(role_named("Reader"))
}

fn group() -> Subject {
    Subject::Group(group_named("Night shift"))
}

fn edit<T>(from: impl Into<Option<T>>, to: T) -> Edit<T> {
    Edit { from: from.into(), to }
}

fn created(full: bool) -> Change {
    Change::CreateUser {
        email: full.then(|| BO.to_owned()),
        full_name: full.then(|| "Ann \u{1b}[31m\"Lee\"".to_owned()),
        enabled: !full,
        roles: if full { vec![role_named("Reader"), role_named("User")] } else { Vec::new() },
        groups: if full { vec![group_named("Night shift")] } else { Vec::new() },
    }
}

/// Every change, and the line that people read.
fn all() -> Vec<(Subject, Change, &'static str)> {
    let text = |from: Option<&str>, to: &str| Some(edit(from.map(str::to_owned), to.to_owned()));
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let new = || Subject::User(Named::new("cy\n@example.com", None));
    vec![
        (
            role(),
            Change::CreateRole { description: "Reads".to_owned(), permissions: words(&["A", "B"]) },
            r#"+ role Reader: "Reads", allows A B"#,
        ),
        (
            role(),
            Change::CreateRole { description: String::new(), permissions: Vec::new() },
            "+ role Reader: allows nothing",
        ),
        (
            role(),
            Change::ChangeRole { description: text(Some("Reads"), ""), permissions: None },
            r#"~ role Reader: description "Reads" -> """#,
        ),
        (
            role(),
            Change::ChangeRole {
                description: text(None, "Looks"),
                permissions: Some(edit(words(&["A", "B"]), words(&["B", "C"]))),
            },
            r#"~ role Reader: description -> "Looks", permissions +C -A"#,
        ),
        (
            role(),
            Change::ChangeRole { description: None, permissions: Some(edit(None, words(&["B"]))) },
            "~ role Reader: permissions +B",
        ),
        (role(), Change::DeleteRole, "- role Reader"),
        (group(), Change::CreateGroup, "+ group Night shift"),
        (group(), Change::DeleteGroup { empty_first: false }, "- group Night shift"),
        (group(), Change::DeleteGroup { empty_first: true }, "- group Night shift: everybody leaves it first"),
        (new(), created(false), "+ user cy\u{fffd}@example.com"),
        (
            new(),
            created(true),
            "+ user cy\u{fffd}@example.com: \"Ann \\u{1b}[31m\\\"Lee\\\"\", bo@example.com, roles Reader, User, groups Night shift, \
             disabled",
        ),
        (
            user(),
            Change::ChangeUser {
                user_name: text(Some("ann"), "lee"),
                email: text(None, BO),
                full_name: text(Some(""), "Ann"),
            },
            r#"~ user ann@example.com: user name "ann" -> "lee", e-mail address -> "bo@example.com", full name "" -> "Ann""#,
        ),
        (
            user(),
            Change::SetSignIn {
                password: Some(edit(true, false)),
                api_keys: Some(edit(None, false)),
                saml: Some(edit(false, true)),
            },
            "~ user ann@example.com: sign-in by password closed, sign-in by API keys closed, sign-in by SAML opened",
        ),
        (user(), Change::ReplaceKeys, "~ user ann@example.com: API keys replaced by others that nobody gets"),
        (
            user(),
            Change::SetRoles {
                from: Some(vec![role_named("User")]),
                to: vec![role_named("Reader"), role_named("User")],
            },
            "~ user ann@example.com: roles User -> Reader, User",
        ),
        (user(), Change::SetRoles { from: None, to: Vec::new() }, "~ user ann@example.com: roles ? -> none"),
        (
            user(),
            Change::JoinGroup { group: group_named("Night shift") },
            "~ user ann@example.com: joins group Night shift",
        ),
        (
            user(),
            Change::LeaveGroup { group: group_named("Night shift") },
            "~ user ann@example.com: leaves group Night shift",
        ),
        (user(), Change::SetEnabled(edit(false, true)), "~ user ann@example.com: enabled"),
        (user(), Change::SetEnabled(edit(None, false)), "- user ann@example.com: disabled"),
        (new(), Change::SetEnabled(edit(None, false)), "~ user cy\u{fffd}@example.com: disabled"),
        (user(), Change::DeleteUser { successor: None }, "- user ann@example.com: deleted"),
        (
            user(),
            Change::DeleteUser { successor: Some(Named::new(BO, management_key(5))) },
            "- user ann@example.com: deleted, what it owns goes to bo@example.com",
        ),
    ]
}

fn plan(steps: impl IntoIterator<Item = Step>) -> Plan {
    let mut plan = Plan::default();
    plan.steps.extend(steps);
    plan
}

fn every_step() -> Vec<Step> {
    all().into_iter().map(|(subject, change, _)| Step::new("vm", subject, change)).collect()
}

#[test]
fn every_change_is_one_line() {
    for (subject, change, line) in all() {
        assert!(change.is_of(&subject), "{change:?}");
        assert_eq!(Step::new("vm", subject, change).to_string(), line);
    }
}

#[test]
fn a_plan_is_read_tenant_by_tenant() {
    let step = |tenant: &str, change| Step::new(tenant, user(), change);
    let mut plan = plan([
        step("vm", Change::ReplaceKeys),
        Step::new("sc", role(), Change::DeleteRole),
        step("vm", Change::SetEnabled(edit(true, false))),
        step("vm", Change::DeleteUser { successor: None }),
        Step::new("a\u{7}b", Subject::User(Named::new(ANN, None)), created(false)),
    ]);
    plan.notes.push("sc: what\never".to_owned());
    assert_eq!(
        plan.to_string(),
        "vm\n  ~ user ann@example.com: API keys replaced by others that nobody gets\n  - user ann@example.com: disabled\n  \
         - user ann@example.com: deleted\n\nsc\n  - role Reader\n\na\u{fffd}b\n  + user ann@example.com\n\n\
         Note: sc: what\u{fffd}ever\nPlan: 1 to make, 1 to change, 2 to remove.\n",
        "who is disabled and deleted goes once"
    );
    assert_eq!(Plan::default().to_string(), "Nothing to do: everything is as it should be.\n");
}

#[test]
fn the_hash_is_of_every_part_of_every_step_and_of_nothing_else() {
    let steps = every_step();
    let whole = plan(steps.clone());
    assert_eq!(
        whole.hash(),
        "sha256:3328813512bd8a4c099194d4bece6628657deb62bf3fb279f6de9d2a7ea9db27",
        "plans that people keep have this hash"
    );
    let mut hashes = std::collections::HashSet::from([whole.hash(), Plan::default().hash()]);
    for left_out in 0..steps.len() {
        let mut steps = steps.clone();
        let step = steps.remove(left_out);
        assert!(hashes.insert(plan(steps.clone()).hash()), "without {step}");
        steps.insert(left_out, Step { tenant: "sc".to_owned(), ..step.clone() });
        assert!(hashes.insert(plan(steps.clone()).hash()), "{step} in another tenant");
        steps[left_out] = step.of_person("somebody");
        assert!(hashes.insert(plan(steps).hash()), "of another person");
    }
    let mut noted = whole.clone();
    noted.notes.push("a note".to_owned());
    assert_eq!(noted.hash(), whole.hash());
    let mut turned = whole.clone();
    turned.steps.swap(0, 5);
    assert_ne!(turned.hash(), whole.hash(), "the order counts");
}

#[test]
fn a_plan_is_written_and_read() {
    let mut whole = plan(every_step());
    whole.notes.push("a note".to_owned());
    let json = whole.to_json();
    assert_eq!(Plan::from_json(&json).unwrap(), whole);
    let refused = |json: &str| Plan::from_json(json).unwrap_err().to_string();
    assert!(refused("").starts_with("this is not a plan: "));
    assert!(refused(&json.replace("\"format\": 1", "\"format\": 2")).contains("format 2, and this release knows 1"));
    for (from, to) in [("bo@example.com", "cy@example.com"), ("\"delete_role\"", "\"create_group\""), ("true", "false")]
    {
        let changed = json.replace(from, to);
        assert_ne!(changed, json);
        assert!(refused(&changed).contains("it was changed; plan again"), "{from}");
    }
    assert!(refused(&json.replace("\"notes\"", "\"more\": 1, \"notes\"")).contains("unknown field"));
    // Whoever makes up a hash does not make a group into a role that is deleted.
    for (subject, change) in [
        (group(), Change::DeleteRole),
        (role(), Change::CreateGroup),
        (user(), Change::DeleteGroup { empty_first: false }),
        (role(), Change::SetEnabled(edit(None, false))),
        (group(), Change::DeleteUser { successor: None }),
    ] {
        assert!(refused(&plan([Step::new("vm", subject, change)]).to_json()).contains("is no change of a "));
    }
}

#[test]
fn roles_and_groups_come_first_and_go_last() {
    let mut wish = users([
        wish(BO, |bo| bo.presence = absent(None)),
        wish("cy@example.com", |cy| cy.roles = texts(["Reader"])),
        wish(ANN, |ann| {
            ann.enabled = Some(false);
            ann.roles = texts(["Reader"]);
        }),
    ]);
    let mut old = RoleWish::new("Old");
    old.presence = absent(None);
    wish.roles = vec![old, RoleWish::new("Reader")];
    wish.groups.push(GroupWish::new("Night shift"));
    let mut tenant = management_example();
    tenant.roles.push(management_role(1001, "Old", "CUSTOM"));
    let other = {
        let mut other = tenant.clone();
        other.tenant = "other".to_owned();
        other
    };
    let planned = directory().plan_from(present([tenant, other]), |_| wish.clone());
    let steps: Vec<(Phase, String)> =
        planned.plan.steps.iter().map(|step| (step.change.phase(), format!("{} {step}", step.tenant))).collect();
    let of_tenant = |tenant: &str| {
        let steps = steps.iter().filter_map(|(_, step)| step.strip_prefix(tenant));
        steps.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        of_tenant("vm "),
        [
            "+ role Reader: allows nothing",
            "+ group Night shift",
            "+ user cy@example.com",
            "~ user cy@example.com: roles ? -> Reader",
            "~ user ann@example.com: roles Basic -> Reader",
            "- user ann@example.com: disabled",
            "- user bo@example.com: deleted",
            "- role Old",
        ]
    );
    assert_eq!(of_tenant("vm "), of_tenant("other "));
    assert!(steps.is_sorted_by_key(|(phase, _)| *phase), "{steps:?}");
}
