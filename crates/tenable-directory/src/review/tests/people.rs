use serde_json::json;

use super::*;
use crate::review::Severity;

#[test]
fn enabled_here_and_disabled_elsewhere() {
    const KIND: FindingKind = FindingKind::DisabledElsewhere;
    let inactive = json!({"active": false});
    let review = review([
        exposure_tenant([ie(1, "ann@example.com", &inactive), ie(2, "bo@example.com", &json!({}))]),
        management_tenant([vm(1, "Ann@Example.com", &json!({})), vm(2, "bo@example.com", &json!({}))]),
    ]);
    let finding = only(&review, KIND);
    assert_eq!((finding.person.as_deref(), finding.severity), (Some("ann@example.com"), Severity::High));
    assert_eq!(finding.what, "enabled in vm, disabled in ie");
    assert_eq!(finding.tenants, ["ie", "vm"]);
    assert_eq!(finding.accounts.len(), 2);
    // Disabled everywhere is as it should be.
    let review = super::review([
        exposure_tenant([ie(1, "ann@example.com", &inactive)]),
        management_tenant([vm(1, "ann@example.com", &json!({"enabled": false}))]),
    ]);
    assert_eq!(found(&review, KIND).len(), 0);
    // A second account in the same tenant is not elsewhere.
    let two = [
        vm(1, "ann@example.com", &json!({})),
        vm(2, "a@example.com", &json!({"email": "ann@example.com", "enabled": false})),
    ];
    let mut aliases = Aliases::default();
    aliases.add("ann@example.com", ["a@example.com"]).unwrap();
    let review = Review::of(&present([management_tenant(two)]), &aliases, &options());
    assert_eq!(found(&review, KIND).len(), 0);
}

#[test]
fn a_lock_may_be_of_failed_attempts() {
    let locked = json!({"locked": "true"});
    let review = review([
        exposure_tenant([ie(1, "ann@example.com", &json!({}))]),
        center_tenant([sc(1, "alee", "ann@example.com", &locked)]),
    ]);
    let finding = only(&review, FindingKind::DisabledElsewhere);
    assert_eq!(finding.severity, Severity::Medium);
    assert!(
        finding.what.starts_with("enabled in ie, disabled in sc; Security Center tells a lock"),
        "{}",
        finding.what
    );
    let silent = super::review([
        exposure_tenant([ie(1, "ann@example.com", &json!({}))]),
        center_tenant([sc(1, "alee", "ann@example.com", &json!({"locked": null}))]),
    ]);
    assert_eq!(found(&silent, FindingKind::DisabledElsewhere).len(), 0);
    assert_eq!(untold(&silent, FindingKind::DisabledElsewhere), [("sc", "enabled", 1, false)]);
}

#[test]
fn not_in_the_list_of_the_identity_provider() {
    const KIND: FindingKind = FindingKind::NotListed;
    let present = present([
        exposure_tenant([
            ie(1, "ann@example.com", &json!({})),
            ie(2, "gone@example.com", &json!({})),
            ie(3, "closed@example.com", &json!({"active": false})),
        ]),
        center_tenant([sc(1, "nobody", "", &json!({}))]),
        management_tenant([vm(1, "al@example.com", &json!({}))]),
    ]);
    let mut aliases = Aliases::default();
    aliases.add("al@example.com", ["albert@corp.example"]).unwrap();
    let listed = options().listed([" ANN@example.com ", "", "Albert@corp.example"]);
    let review = Review::of(&present, &aliases, &listed);
    let finding = only(&review, KIND);
    assert_eq!((finding.person.as_deref(), finding.severity), (Some("gone@example.com"), Severity::High));
    assert_eq!(review.listed, Some(2));
    let person = |name: &str| review.people.iter().find(|person| person.person == name).unwrap().listed;
    assert_eq!(person("ann@example.com"), Some(true));
    assert_eq!(person("al@example.com"), Some(true), "by the alias");
    assert_eq!(person("closed@example.com"), Some(false));
    assert_eq!(person("nobody (sc)"), None, "nobody knows who it is");
    let without = review_of(&present, &options());
    assert_eq!(found(&without, KIND).len(), 0);
    assert!(without.people.iter().all(|person| person.listed.is_none()));
}

#[test]
fn several_accounts_in_one_tenant() {
    const KIND: FindingKind = FindingKind::SeveralAccounts;
    let two = [sc(1, "ann", "ann@example.com", &json!({})), sc(2, "ann-admin", "Ann@example.com", &json!({}))];
    let review = review([center_tenant(two)]);
    let finding = only(&review, KIND);
    assert_eq!(finding.what, "2 accounts in sc");
    assert_eq!(finding.accounts.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(), ["ann", "ann-admin"]);
    // Linked accounts are there to be several.
    let linked = json!({"authType": "linked"});
    let two = [sc(1, "ann", "ann@example.com", &json!({})), sc(2, "ann1", "ann@example.com", &linked)];
    assert_eq!(found(&super::review([center_tenant(two)]), KIND).len(), 0);
    // One in each tenant is no reason.
    let review = super::review([
        center_tenant([sc(1, "ann", "ann@example.com", &json!({}))]),
        management_tenant([vm(1, "ann@example.com", &json!({}))]),
    ]);
    assert_eq!(kinds(&review), []);
}

#[test]
fn two_people_with_one_address() {
    const KIND: FindingKind = FindingKind::SharedAddress;
    let names = |first: &str, last: &str| json!({"firstname": first, "lastname": last});
    let review = review([
        center_tenant([sc(1, "team", "team@example.com", &names("Ann", "Lee"))]),
        management_tenant([vm(1, "team@example.com", &json!({"name": "Bo Berg"}))]),
    ]);
    let finding = only(&review, KIND);
    assert_eq!(finding.what, "full names differ: \"Ann Lee\", \"Bo Berg\"; two people may share the address");
    let same = super::review([
        center_tenant([sc(1, "ann", "ann@example.com", &names("Lee", "Ann"))]),
        management_tenant([vm(1, "ann@example.com", &json!({"name": "Ann B. Lee"}))]),
    ]);
    assert_eq!(kinds(&same), []);
}

#[test]
fn one_account_of_two_people() {
    const KIND: FindingKind = FindingKind::TwoPeople;
    let torn = vm(1, "ann@example.com", &json!({"email": "bo@example.com", "name": ""}));
    let present = present([management_tenant([torn, vm(2, "bo@example.com", &json!({"name": ""}))])]);
    let review = review_of(&present, &options());
    let finding = only(&review, KIND);
    assert_eq!(finding.person.as_deref(), Some("ann@example.com"), "the one who signs in");
    assert_eq!(finding.what, "user name and e-mail address are of ann@example.com and bo@example.com");
    // Bo has two accounts by that.
    assert_eq!(only(&review, FindingKind::SeveralAccounts).person.as_deref(), Some("bo@example.com"));
    let mut aliases = Aliases::default();
    aliases.add("ann@example.com", ["bo@example.com"]).unwrap();
    let review = Review::of(&present, &aliases, &options());
    assert_eq!(found(&review, KIND).len(), 0);
    assert_eq!(review.people.len(), 1);
}

#[test]
fn accounts_without_any_address() {
    const KIND: FindingKind = FindingKind::NoAddress;
    let present = present([center_tenant([
        sc(1, "scanner", "", &json!({})),
        sc(2, "old", "", &json!({"locked": "true"})),
        sc(3, "silent", "", &json!({"email": null})),
        sc(4, "alee", "", &json!({})),
        sc(5, "bo", "bo@example.com", &json!({})),
        of_another(sc(1, "scanner", "", &json!({}))),
    ])]);
    let mut aliases = Aliases::default();
    aliases.add("ann@example.com", ["alee"]).unwrap();
    let review = Review::of(&present, &aliases, &options());
    let found: Vec<_> = found(&review, KIND).iter().map(|finding| (finding.subject(), finding.severity)).collect();
    assert_eq!(
        found,
        [("scanner (sc)", Severity::Medium), ("scanner (sc, sc:2/1)", Severity::Medium), ("old (sc)", Severity::Low)]
    );
    assert_eq!(untold(&review, KIND), [("sc", "email", 1, false)]);
    let people: Vec<&str> = review.people.iter().map(|person| person.person.as_str()).collect();
    assert_eq!(
        people,
        ["ann@example.com", "bo@example.com", "old (sc)", "scanner (sc)", "scanner (sc, sc:2/1)", "silent (sc)"]
    );
}

fn of_another(user: User) -> User {
    crate::whois::examples::of_organization(2, user)
}

#[test]
fn accounts_of_one_user_name_in_two_tenants_are_nobody_s_guess() {
    let mut other = center_tenant([sc(1, "admin", "", &json!({"locked": "true"}))]);
    other.tenant = "branch".to_owned();
    let review = review([center_tenant([sc(1, "admin", "", &json!({}))]), other]);
    assert_eq!(review.people.len(), 2);
    assert_eq!(found(&review, FindingKind::DisabledElsewhere).len(), 0);
}

#[test]
fn companions_are_kept_elsewhere() {
    let all = "00000000-0000-0000-0000-000000000000";
    let made = json!({
        "group_uuids": [all, "7c1f0b52-0000-4000-8000-000000000009"], "lastlogin": null, "two_factor": null,
        "permissions": ADMINISTRATOR
    });
    let mut tenant = management_tenant([
        vm(1, "tie-ann-1f2e@example.com", &made),
        // The name alone says nothing.
        vm(2, "tie-break@example.com", &json!({"lastlogin": null})),
    ]);
    tenant.groups = vec![vm_group(9, "TIE - Autogenerated users - 1f2e", &json!({"user_count": 0}))];
    let exposure = exposure_tenant([ie(1, "ann@example.com", &json!({"provider": "tone"}))]);
    let review = review([exposure, tenant]);
    let found = found(&review, FindingKind::Companion);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|finding| finding.severity == Severity::Info && finding.person.is_none()));
    let accounts: Vec<&str> =
        found.iter().flat_map(|finding| &finding.accounts).map(|account| account.name.as_str()).collect();
    assert_eq!(accounts, ["ann@example.com", "tie-ann-1f2e@example.com"]);
    assert_eq!(only(&review, FindingKind::NeverSignedIn).person.as_deref(), Some("tie-break@example.com"));
    assert_eq!(
        kinds(&review),
        [FindingKind::NeverSignedIn, FindingKind::Companion, FindingKind::Companion],
        "nothing else is said of them"
    );
}

#[test]
fn everything_is_in_a_stable_order() {
    let people = || ["cy@example.com", "ann@example.com", "bo@example.com"].into_iter().enumerate();
    let forward = || exposure_tenant(people().map(|(id, name)| ie(id as u64 + 1, name, &json!({"lockedOut": true}))));
    let mut backward = forward();
    backward.users.reverse();
    backward.roles.reverse();
    assert_eq!(review([forward()]), review([backward]));
    let names: Vec<String> = review([forward()]).people.into_iter().map(|person| person.person).collect();
    assert_eq!(names, ["ann@example.com", "bo@example.com", "cy@example.com"]);
}

#[test]
fn ten_thousand_people_in_three_tenants() {
    let people = || (0..10_000_u64).map(|id| (id + 1, format!("person.{id}@example.com")));
    let present = present([
        exposure_tenant(people().map(|(id, name)| ie(id, &name, &json!({})))),
        center_tenant(people().map(|(id, name)| sc(id, &name, &name, &json!({"locked": "true"})))),
        management_tenant(people().map(|(id, name)| vm(id, &name, &json!({"lastlogin": null})))),
    ]);
    let first = review_of(&present, &options());
    assert_eq!(first.people.len(), 10_000);
    assert_eq!(found(&first, FindingKind::DisabledElsewhere).len(), 10_000);
    let again = review_of(&present, &options()).since(&first).unwrap();
    let changes = again.changes.unwrap();
    assert!(changes.joined.is_empty() && changes.left.is_empty() && changes.changed.is_empty());
}
