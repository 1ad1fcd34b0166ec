use serde_json::json;

use super::*;
use crate::review::{AccountChange, ReadReviewError};

fn names(accounts: &[crate::review::ChangedAccount]) -> Vec<(&str, &str)> {
    accounts.iter().map(|account| (account.tenant.as_str(), account.name.as_str())).collect()
}

#[test]
fn nothing_changes_by_itself() {
    let make = || review([exposure_tenant([ie(1, "ann@example.com", &json!({"lockedOut": true}))])]);
    let changes = make().since(&make()).unwrap().changes.unwrap();
    let nothing = crate::review::Changes { since: "2026-11-01T00:00:00Z".to_owned(), ..Default::default() };
    assert_eq!(changes, nothing);
}

#[test]
fn who_joined_and_who_left() {
    let last = review([exposure_tenant([ie(1, "ann@example.com", &json!({})), ie(2, "bo@example.com", &json!({}))])]);
    let now = review([exposure_tenant([ie(2, "bo@example.com", &json!({})), ie(3, "cy@example.com", &json!({}))])]);
    let changes = now.compare(&last).unwrap();
    assert_eq!(names(&changes.joined), [("ie", "cy@example.com")]);
    assert_eq!(names(&changes.left), [("ie", "ann@example.com")]);
    assert!(changes.changed.is_empty());
}

#[test]
fn what_changed_about_an_account() {
    let before = json!({"permissions": BASIC, "two_factor": null});
    let after = json!({
        "permissions": ADMINISTRATOR, "enabled": false,
        "group_uuids": ["00000000-0000-0000-0000-000000000000", "7c1f0b52-0000-4000-8000-000000000001"],
    });
    let tenant = |user| {
        let mut tenant = management_tenant([user]);
        tenant.groups = vec![vm_group(0, "All Users", &json!({})), vm_group(1, "Operations", &json!({}))];
        tenant
    };
    let last = review([tenant(vm(1, "ann@example.com", &before))]);
    let now = review([tenant(vm(1, "ann.lee@example.com", &after))]);
    let changes = now.compare(&last).unwrap();
    assert_eq!(changes.changed.len(), 1);
    assert_eq!(
        changes.changed[0].what,
        [
            AccountChange::Disabled,
            AccountChange::BecameAdministrator,
            AccountChange::SecondFactorOn,
            AccountChange::Renamed { from: "ann@example.com".to_owned(), to: "ann.lee@example.com".to_owned() },
            AccountChange::RoleGained { role: "Administrator".to_owned() },
            AccountChange::RoleLost { role: "Basic".to_owned() },
            AccountChange::GroupJoined { group: "Operations".to_owned() },
        ]
    );
    let back = last.compare(&now).unwrap();
    assert_eq!(
        back.changed[0].what,
        [
            AccountChange::Enabled,
            AccountChange::NoLongerAdministrator,
            AccountChange::SecondFactorOff,
            AccountChange::Renamed { from: "ann.lee@example.com".to_owned(), to: "ann@example.com".to_owned() },
            AccountChange::RoleGained { role: "Basic".to_owned() },
            AccountChange::RoleLost { role: "Administrator".to_owned() },
            AccountChange::GroupLeft { group: "Operations".to_owned() },
        ]
    );
}

#[test]
fn what_is_not_told_has_not_changed() {
    let last = review([management_tenant([vm(1, "ann@example.com", &json!({"permissions": ADMINISTRATOR}))])]);
    let silent = json!({"permissions": null, "enabled": null, "group_uuids": null, "two_factor": null, "undeletable": null, "api_permitted": null});
    let now = review([management_tenant([vm(1, "ann@example.com", &silent)])]);
    assert!(now.compare(&last).unwrap().changed.is_empty());
}

#[test]
fn a_role_by_another_name_is_the_same() {
    let has_it = json!({"rbac_roles": [{"uuid": "9a0c1e00-0000-4000-8000-000000001001", "name": "Auditor"}]});
    let tenant = |name: &str| {
        let mut tenant = management_tenant([vm(1, "ann@example.com", &has_it)]);
        tenant.roles.push(vm_role(1001, name, &["VM.VM_SCAN.READ"], "CUSTOM"));
        tenant
    };
    let (last, now) = (review([tenant("Auditor")]), review([tenant("External auditor")]));
    assert!(now.compare(&last).unwrap().changed.is_empty());
    assert_eq!(now.people[0].accounts[0].account.roles, Some(vec!["External auditor".to_owned()]));
}

#[test]
fn tenants_of_one_review_alone_are_not_compared() {
    let exposure = || exposure_tenant([ie(1, "ann@example.com", &json!({"lockedOut": true}))]);
    let management = || management_tenant([vm(1, "bo@example.com", &json!({"lastlogin": null}))]);
    let last = review([exposure()]);
    let changes = review([exposure(), management()]).since(&last).unwrap().changes.unwrap();
    assert_eq!(changes.not_compared, ["vm"]);
    assert!(changes.joined.is_empty() && changes.new_findings.is_empty());
    // One that could not be read has lost nobody, and solved nothing.
    let mut failing = present([exposure()]);
    failing.readings[0].result = Err(crate::Failure::new("no answer"));
    let changes = review_of(&failing, &options()).since(&last).unwrap().changes.unwrap();
    assert_eq!(changes.not_compared, ["ie"]);
    assert!(changes.left.is_empty() && changes.solved_findings.is_empty());
    assert_eq!(changes.unsettled_findings.len(), 1);
}

#[test]
fn findings_new_solved_and_unsettled() {
    let last = review([management_tenant([
        vm(1, "ann@example.com", &json!({"lockout": 1})),
        vm(2, "bo@example.com", &json!({"lockout": 1})),
        vm(3, "cy@example.com", &json!({"lockout": 1})),
        vm(4, "di@example.com", &json!({"lastlogin": milliseconds(100)})),
    ])]);
    let now = review([management_tenant([
        vm(1, "ann@example.com", &json!({})),
        vm(2, "bo@example.com", &json!({"lockout": null})),
        vm(4, "di@example.com", &json!({"lastlogin": milliseconds(101), "lockout": 1})),
    ])]);
    let changes = now.since(&last).unwrap().changes.unwrap();
    let of = |findings: &[Finding]| -> Vec<(String, FindingKind)> {
        findings.iter().map(|finding| (finding.subject().to_owned(), finding.kind)).collect()
    };
    assert_eq!(of(&changes.new_findings), [("di@example.com".to_owned(), FindingKind::LockedOut)]);
    assert_eq!(
        of(&changes.solved_findings),
        [("ann@example.com".to_owned(), FindingKind::LockedOut), ("cy@example.com".to_owned(), FindingKind::LockedOut)],
        "unlocked, and gone; that somebody is idle for another day is neither new nor solved"
    );
    assert_eq!(of(&changes.unsettled_findings), [("bo@example.com".to_owned(), FindingKind::LockedOut)], "not told");
}

#[test]
fn objects_that_are_gone_are_solved_unless_they_could_not_be_read() {
    let with_role = || {
        let mut tenant = management_tenant([vm(1, "ann@example.com", &json!({}))]);
        tenant.roles.push(vm_role(1001, "Auditor", &["VM.VM_SCAN.READ"], "CUSTOM"));
        tenant
    };
    let last = review([with_role()]);
    assert_eq!(kinds(&last), [FindingKind::UnusedRole]);
    let gone = review([management_tenant([vm(1, "ann@example.com", &json!({}))])]).since(&last).unwrap();
    assert_eq!(gone.changes.unwrap().solved_findings.len(), 1);
    let mut unread = management_tenant([vm(1, "ann@example.com", &json!({}))]);
    unread.roles.clear();
    unread.unread.push(crate::Unread { what: "roles".to_owned(), why: crate::Failure::new("refused") });
    let unread = review([unread]).since(&last).unwrap().changes.unwrap();
    assert_eq!((unread.solved_findings.len(), unread.unsettled_findings.len()), (0, 1));
}

#[test]
fn enabled_here_and_gone_elsewhere() {
    const KIND: FindingKind = FindingKind::GoneElsewhere;
    let management =
        |names: &[&str]| management_tenant(names.iter().zip(1..).map(|(name, id)| vm(id, name, &json!({}))));
    let both = ["ann@example.com", "bo@example.com"];
    let first = review([
        exposure_tenant([ie(1, "ann@example.com", &json!({})), ie(2, "bo@example.com", &json!({}))]),
        management(&both),
    ]);
    let without_ann = || review([exposure_tenant([ie(2, "bo@example.com", &json!({}))]), management(&both)]);
    let second = without_ann().since(&first).unwrap();
    let finding = only(&second, KIND);
    assert_eq!(finding.person.as_deref(), Some("ann@example.com"));
    assert_eq!(finding.what, "enabled in vm, gone from ie since a former review");
    assert_eq!(finding.accounts.len(), 1);
    assert_eq!(second.changes.as_ref().unwrap().new_findings, std::slice::from_ref(finding));
    // It holds until somebody acts, though the next review has no trace of the account any more.
    let third = without_ann().since(&second).unwrap();
    assert_eq!(found(&third, KIND).len(), 1);
    assert_eq!(third.changes.as_ref().unwrap().new_findings, []);
    assert_eq!(third.changes.as_ref().unwrap().solved_findings, []);
    // Disabled here as well: solved.
    let disabled = [vm(1, "ann@example.com", &json!({"enabled": false})), vm(2, "bo@example.com", &json!({}))];
    let fourth = review([exposure_tenant([ie(2, "bo@example.com", &json!({}))]), management_tenant(disabled)]);
    let fourth = fourth.since(&third).unwrap();
    assert_eq!(found(&fourth, KIND).len(), 0);
    assert_eq!(fourth.changes.unwrap().solved_findings[0].kind, KIND);
    // Gone everywhere, or made again: nothing to find.
    let again = review([
        exposure_tenant([ie(2, "bo@example.com", &json!({})), ie(9, "ann@example.com", &json!({}))]),
        management(&both),
    ]);
    assert_eq!(found(&again.since(&first).unwrap(), KIND).len(), 0);
    let nowhere = review([
        exposure_tenant([ie(2, "bo@example.com", &json!({}))]),
        management_tenant([vm(2, "bo@example.com", &json!({}))]),
    ]);
    assert_eq!(found(&nowhere.since(&first).unwrap(), KIND).len(), 0);
}

#[test]
fn another_version_is_refused() {
    let mut other = review([]);
    other.version = 2;
    assert!(matches!(review([]).compare(&other), Err(ReadReviewError::Version { found: 2, expected: 1 })));
    assert!(review([]).since(&other).is_err());
    let error = Review::read_json(r#"{"version": 2, "something": "else"}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a review of version 2, and this release reads version 1: make a new one to compare with next time"
    );
    for text in ["", "{}", "[]", r#"{"version": "x"}"#, r#"{"version": 1}"#] {
        assert!(matches!(Review::read_json(text), Err(ReadReviewError::Document(_))), "{text}");
    }
}
