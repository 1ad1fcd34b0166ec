//! What holds, what does not, and when a plan does not fit any more: made-up tenants, no server.

use serde_json::json;
use tenable_api::model::shared::{GroupKey, GroupReference, Role, RoleKey, User, UserKey};
use tenable_api::model::{Known, identity_exposure, vulnerability_management};

use super::holds::{self, Difference, Holds};
use super::stale;
use crate::plan::{Change, Edit, Named, Plan, Step, Subject};
use crate::whois::examples::{
    center, center_tenant, exposure, exposure_tenant, management, management_key, management_tenant, management_user,
    present,
};
use crate::{Directory, Snapshot};

const ANN: &str = "ann@example.com";
const BO: &str = "bo@example.com";

fn basic() -> Named<RoleKey> {
    Named::new("Basic", "vm:9a0c1e00-0000-4000-8000-000000000016".parse::<RoleKey>().unwrap())
}

fn standard() -> Named<RoleKey> {
    Named::new("Standard", "vm:9a0c1e00-0000-4000-8000-000000000032".parse::<RoleKey>().unwrap())
}

fn group() -> Named<GroupKey> {
    Named::new("Operations", "vm:7c1f0b52-0000-4000-8000-000000000001".parse::<GroupKey>().unwrap())
}

fn night_shift() -> Named<GroupKey> {
    Named::new("Night shift", "vm:7c1f0b52-0000-4000-8000-000000000002".parse::<GroupKey>().unwrap())
}

fn edit<T>(from: impl Into<Option<T>>, to: T) -> Edit<T> {
    Edit { from: from.into(), to }
}

#[expect(clippy::unnecessary_wraps, reason = "as the fields of a change hold it")]
fn text(from: &str, to: &str) -> Option<Edit<String>> {
    Some(edit(from.to_owned(), to.to_owned()))
}

fn full_name(from: &str, to: &str) -> Change {
    Change::ChangeUser { user_name: None, email: None, full_name: text(from, to) }
}

fn ann() -> User {
    management(4, ANN, "Ann Lee", 16)
}

fn tenant() -> Snapshot {
    management_tenant([ann(), management(5, BO, "Bo Berg", 32)])
}

fn user(id: u64, name: &str) -> Subject {
    Subject::User(Named::new(name, management_key(id)))
}

fn new(name: &str) -> Subject {
    Subject::User(Named::new(name, None))
}

fn plan(steps: impl IntoIterator<Item = (Subject, Change)>) -> Plan {
    let mut plan = Plan::default();
    plan.steps.extend(steps.into_iter().map(|(subject, change)| Step::new("vm", subject, change)));
    plan
}

/// Why a plan does not fit a tenant any more.
fn stale(tenant: Snapshot, steps: impl IntoIterator<Item = (Subject, Change)>) -> Vec<String> {
    let mut steps = plan(steps);
    for step in &mut steps.steps {
        step.tenant.clone_from(&tenant.tenant);
    }
    stale::problems(&steps, &present([tenant])).iter().map(ToString::to_string).collect()
}

fn created(full_name: Option<&str>, enabled: bool, roles: Vec<Named<RoleKey>>) -> Change {
    let full_name = full_name.map(str::to_owned);
    Change::CreateUser { email: None, full_name, enabled, roles, groups: Vec::new() }
}

#[test]
fn what_an_account_holds() {
    let mut in_group = ann();
    in_group.groups = Known::Value(vec![GroupReference::new(group().key.unwrap(), None)]);
    let snapshot = tenant();
    let difference = |field, wanted: &str, got: &str, as_planned| {
        Holds::No(Difference { field, wanted: wanted.to_owned(), got: got.to_owned(), as_planned })
    };
    let roles = |from: Option<Vec<Named<RoleKey>>>, to: Vec<Named<RoleKey>>| Change::SetRoles { from, to };
    let ways =
        |password: Option<Edit<bool>>, saml: Option<Edit<bool>>| Change::SetSignIn { password, api_keys: None, saml };
    let cases = [
        (full_name("Ann", " Ann Lee "), Holds::Yes),
        (full_name("Ann Lee", "Ann"), difference("full_name", "\"Ann\"", "\"Ann Lee\"", true)),
        (full_name("Ann Other", "Ann"), difference("full_name", "\"Ann\"", "\"Ann Lee\"", false)),
        (Change::ChangeUser { user_name: None, email: text("x", "ANN@example.com"), full_name: None }, Holds::Yes),
        (Change::SetEnabled(edit(false, true)), Holds::Yes),
        (Change::SetEnabled(edit(None, false)), difference("enabled", "false", "true", true)),
        (Change::SetEnabled(edit(true, false)), difference("enabled", "false", "true", true)),
        // Told by number, and planned by UUID.
        (roles(None, vec![basic()]), Holds::Yes),
        (roles(Some(vec![basic()]), vec![standard()]), difference("roles", r#"["Standard"]"#, r#"["Basic"]"#, true)),
        (roles(Some(vec![standard()]), Vec::new()), difference("roles", "[]", r#"["Basic"]"#, false)),
        (roles(None, vec![standard()]), difference("roles", r#"["Standard"]"#, r#"["Basic"]"#, true)),
        (Change::JoinGroup { group: group() }, Holds::Yes),
        (
            Change::LeaveGroup { group: group() },
            difference("groups", r#"not in "Operations""#, r#"in "Operations""#, true),
        ),
        (
            Change::JoinGroup { group: Named::new("Night shift", None) },
            difference("groups", r#"in "Night shift""#, r#"not in "Night shift""#, true),
        ),
        (ways(Some(edit(false, true)), None), Holds::Yes),
        (ways(Some(edit(true, false)), None), difference("sign_in.password", "false", "true", true)),
        // One that is as planned and one that is not: the first is told, and the whole is not as planned.
        (ways(Some(edit(true, false)), Some(edit(true, true))), difference("sign_in.password", "false", "true", false)),
        (Change::ReplaceKeys, Holds::Untold("API keys")),
        (created(Some("Ann Lee"), true, vec![basic()]), Holds::Yes),
        (created(Some("Ann"), true, Vec::new()), difference("full_name", "\"Ann\"", "\"Ann Lee\"", true)),
        (created(None, false, Vec::new()), difference("enabled", "false", "true", true)),
    ];
    for (change, expected) in cases {
        assert_eq!(holds::user(&change, &in_group, &snapshot, false), expected, "{change:?}");
    }
    assert_eq!(
        holds::user(&created(None, false, Vec::new()), &in_group, &snapshot, true),
        Holds::Yes,
        "a later step decides"
    );
}

#[test]
fn what_is_not_told_is_neither() {
    let bare = management_user(json!({
        "id": 4, "uuid": "4bd789d4-0000-4000-8000-000000000004", "username": ANN, "email": ANN
    }));
    let cases = [
        (full_name("a", "b"), "full_name"),
        (Change::SetEnabled(edit(None, true)), "enabled"),
        (Change::SetRoles { from: None, to: vec![basic()] }, "roles"),
        (Change::JoinGroup { group: group() }, "groups"),
        (Change::LeaveGroup { group: group() }, "groups"),
        (Change::SetSignIn { password: None, api_keys: None, saml: Some(edit(None, false)) }, "sign_in.saml"),
        (created(None, true, Vec::new()), "enabled"),
    ];
    for (change, field) in cases {
        assert_eq!(holds::user(&change, &bare, &tenant(), false), Holds::Untold(field), "{change:?}");
    }
    let email = Change::ChangeUser { user_name: None, email: text("", BO), full_name: text("a", "b") };
    let Holds::No(difference) = holds::user(&email, &bare, &tenant(), false) else { panic!("{email:?}") };
    assert_eq!(difference.field, "email", "what differs is told before what is not told");
}

fn role(permissions: &serde_json::Value) -> Role {
    let role = json!({"id": 7, "name": "Reader", "description": "Reads", "permissions": permissions});
    serde_json::from_value::<identity_exposure::Role>(role).unwrap().into()
}

fn dashboards() -> serde_json::Value {
    json!([{"entityName": "dashboard", "action": "read", "entityIds": null, "dynamicId": null}])
}

fn new_role(description: &str, permissions: &[&str]) -> Change {
    let permissions = permissions.iter().map(|&word| word.to_owned()).collect();
    Change::CreateRole { description: description.to_owned(), permissions }
}

#[test]
fn a_role_that_is_only_begun_is_known_from_one_that_differs() {
    let (empty, full) = (role(&json!([])), role(&dashboards()));
    let wanted = new_role("Reads", &["dashboard:read"]);
    assert_eq!(holds::role(&wanted, &full), Holds::Yes);
    assert!(holds::is_begun(&wanted, &empty));
    assert!(!holds::is_begun(&wanted, &full));
    assert!(!holds::is_begun(&new_role("Looks", &["dashboard:read"]), &empty), "somebody else's");
    let change = Change::ChangeRole { description: text("Reads", "Reads"), permissions: None };
    assert!(!holds::is_begun(&change, &empty));

    let with = |role: Role| {
        let mut tenant = exposure_tenant([]);
        tenant.roles.push(role);
        tenant
    };
    let named = || Subject::Role(Named::new("Reader", None));
    assert_eq!(stale(exposure_tenant([]), [(named(), wanted.clone())]), [""; 0]);
    assert_eq!(stale(with(empty), [(named(), wanted.clone())]), [""; 0]);
    assert_eq!(stale(with(full.clone()), [(named(), wanted)]), [""; 0]);
    let other = stale(with(full), [(named(), new_role("Reads", &["widget:read"]))]);
    assert_eq!(
        other,
        [
            r#"ie: Reader: permissions is ["dashboard:read"] now, which is neither what it was when it was planned nor ["widget:read"]: plan again"#
        ]
    );
}

#[test]
fn a_step_fits_when_it_can_be_made_or_is_made() {
    let heir = || Some(Named::new(BO, management_key(5)));
    let fits = [
        (user(4, ANN), full_name("Ann Lee", "Ann")),
        (user(4, ANN), full_name("Ann", "Ann Lee")),
        (user(4, ANN), Change::SetEnabled(edit(None, false))),
        (user(4, ANN), Change::ReplaceKeys),
        (user(4, ANN), Change::DeleteUser { successor: heir() }),
        (user(9, "gone@example.com"), Change::DeleteUser { successor: None }),
        (new("cy@example.com"), created(None, true, Vec::new())),
        // An earlier run made her so.
        (new(ANN), created(Some("Ann Lee"), true, Vec::new())),
        (new(ANN), Change::SetRoles { from: None, to: vec![standard()] }),
        (new("cy@example.com"), Change::SetEnabled(edit(None, false))),
        (Subject::Group(Named::new("Night shift", None)), Change::CreateGroup),
        (Subject::Group(group()), Change::DeleteGroup { empty_first: true }),
        (
            Subject::Role(Named::new("Old", "vm:9a0c1e00-0000-4000-8000-000000001001".parse::<RoleKey>().unwrap())),
            Change::DeleteRole,
        ),
    ];
    for step in fits {
        assert_eq!(stale(tenant(), [step.clone()]), [""; 0], "{step:?}");
    }
}

#[test]
fn a_step_does_not_fit_another_ground() {
    let heir = |name: &str, id| Some(Named::new(name, management_key(id)));
    let cases = [
        (
            (user(4, ANN), full_name("Ann", "Ann Other")),
            r#"full name is "Ann Lee" now, which is neither what it was when it was planned nor "Ann Other""#,
        ),
        ((user(9, "gone@example.com"), Change::ReplaceKeys), "the user is not there any more"),
        ((user(4, "other@example.com"), Change::ReplaceKeys), "it is called ann@example.com now"),
        (
            (user(4, ANN), Change::DeleteUser { successor: heir("gone@example.com", 9) }),
            "the successor gone@example.com is not there any more",
        ),
        (
            (user(4, ANN), Change::DeleteUser { successor: heir("other@example.com", 5) }),
            "the successor is not other@example.com any more",
        ),
        (
            (new(ANN), created(Some("Ann Other"), true, Vec::new())),
            r#"full name is "Ann Lee" now, which is neither what it was when it was planned nor "Ann Other""#,
        ),
        ((Subject::Group(night_shift()), Change::CreateGroup), "the group is not there any more"),
        (
            (
                Subject::Role(Named::new("Old", "vm:9a0c1e00-0000-4000-8000-000000001001".parse::<RoleKey>().unwrap())),
                Change::ChangeRole { description: text("a", "b"), permissions: None },
            ),
            "the role is not there any more",
        ),
        (
            (
                Subject::Role(Named::new("Old", standard().key)),
                Change::ChangeRole { description: text("a", "b"), permissions: None },
            ),
            "it is called Standard now",
        ),
        ((Subject::Role(Named::new("Old", standard().key)), Change::DeleteRole), "it is called Standard now"),
        (
            (Subject::Group(Named::new("Old", group().key)), Change::DeleteGroup { empty_first: true }),
            "it is called Operations now",
        ),
    ];
    let mut tenant = tenant();
    let operations = json!({"id": 1, "uuid": "7c1f0b52-0000-4000-8000-000000000001", "name": "Operations"});
    tenant.groups.push(serde_json::from_value::<vulnerability_management::Group>(operations).unwrap().into());
    for (step, expected) in cases {
        let problems = stale(tenant.clone(), [step.clone()]);
        let [problem] = &problems[..] else { panic!("{step:?}: {problems:?}") };
        let name = step.0.name();
        assert_eq!(*problem, format!("vm: {name}: {expected}: plan again"));
    }
}

#[test]
fn what_the_plan_itself_has_done_is_another_ground_for_no_step() {
    // Deleted, after other steps.
    let leaving = [
        (user(9, "gone@example.com"), Change::SetEnabled(edit(true, false))),
        (user(9, "gone@example.com"), Change::ReplaceKeys),
        (user(9, "gone@example.com"), Change::DeleteUser { successor: None }),
    ];
    assert_eq!(stale(tenant(), leaving.clone()), [""; 0]);
    assert_eq!(stale(tenant(), leaving[..2].iter().cloned()).len(), 2, "nobody but the plan may have deleted it");
    // Renamed, and also the successor of somebody.
    let renamed = center_tenant([center(4, "ann", ANN, "Ann Lee", 4), center(5, "lee", BO, "Bo Berg", 3)]);
    let key = |text: &str| text.parse::<UserKey>().unwrap();
    let bo = || Named::new("bo", key("sc:5"));
    let rename = Change::ChangeUser { user_name: text("bo", "lee"), email: None, full_name: None };
    let steps = [
        (Subject::User(bo()), rename.clone()),
        (Subject::User(bo()), Change::SetEnabled(edit(false, true))),
        (Subject::User(Named::new("ann", key("sc:4"))), Change::DeleteUser { successor: Some(bo()) }),
    ];
    assert_eq!(stale(renamed.clone(), steps.clone()), [""; 0]);
    assert_eq!(stale(renamed, steps[1..].iter().cloned()).len(), 2, "nobody but the plan may have renamed it");
}

#[test]
fn a_plan_for_a_tenant_that_is_not_there_is_refused() {
    let directory = Directory::new([]).unwrap();
    let steps = plan([(user(4, ANN), Change::ReplaceKeys), (user(5, BO), Change::ReplaceKeys)]);
    let problems = stale::known_tenants(&directory, &steps).unwrap_err();
    assert_eq!(problems.to_string(), "vm: the plan is about this tenant, and there is no connection to it");
    assert!(stale::known_tenants(&directory, &Plan::default()).is_ok());
}

#[test]
fn an_account_of_the_same_name_in_exact_case_is_the_one_that_was_made() {
    let tenant = center_tenant([center(4, "Cy", "", "Cy Other", 4), center(5, "cy", "", "Cy Coe", 4)]);
    assert_eq!(stale(tenant, [(new("cy"), created(Some("Cy Coe"), true, Vec::new()))]), [""; 0]);
    let there = exposure_tenant([exposure(4, ANN, "Ann", "Lee")]);
    assert_eq!(stale(there, [(new("ANN@example.com"), created(Some("Ann Lee"), true, Vec::new()))]), [""; 0]);
}
