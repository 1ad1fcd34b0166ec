use serde_json::{Value, json};

use super::*;
use crate::review::Severity;

/// The review of one account of Vulnerability Management.
fn one(fields: &Value) -> Review {
    review([management_tenant([vm(1, "ann@example.com", fields)])])
}

#[test]
fn an_account_in_use_has_no_finding() {
    assert_eq!(kinds(&one(&json!({}))), []);
}

#[test]
fn never_signed_in() {
    const KIND: FindingKind = FindingKind::NeverSignedIn;
    let finding = &one(&json!({"lastlogin": null, "api_permitted": false}));
    let finding = only(finding, KIND);
    assert_eq!((finding.severity, finding.what.as_str()), (Severity::Medium, "never signed in"));
    assert_eq!(finding.person.as_deref(), Some("ann@example.com"));
    assert_eq!(finding.tenants, ["vm"]);
    let administrator = one(&json!({"lastlogin": null, "permissions": ADMINISTRATOR}));
    assert_eq!(only(&administrator, KIND).severity, Severity::High);
    // Who is disabled need not sign in.
    assert_eq!(kinds(&one(&json!({"lastlogin": null, "enabled": false}))), []);
    // A program signs in with keys alone.
    let program = one(&json!({"lastlogin": null, "last_apikey_access": milliseconds(2)}));
    assert_eq!(only(&program, KIND).severity, Severity::Info);
    assert!(only(&program, KIND).what.contains("2026-10-30"), "{program:?}");
}

#[test]
fn that_sign_in_is_not_told_is_no_finding() {
    // An answer of an older server, where a missing time says nothing.
    let silent = json!({"lastlogin": null, "undeletable": null, "api_permitted": null, "group_uuids": null});
    let review = one(&silent);
    assert_eq!(found(&review, FindingKind::NeverSignedIn).len(), 0);
    assert_eq!(untold(&review, FindingKind::NeverSignedIn), [("vm", "last_sign_in", 1, false)]);
    assert_eq!(untold(&review, FindingKind::Idle), [("vm", "last_sign_in", 1, false)]);
    let review =
        super::review([exposure_tenant([ie(1, "ann@example.com", &json!({})), ie(2, "bo@example.com", &json!({}))])]);
    assert_eq!(kinds(&review), []);
    assert_eq!(untold(&review, FindingKind::NeverSignedIn), [("ie", "last_sign_in", 2, true)]);
    assert_eq!(untold(&review, FindingKind::UnusedKey), [("ie", "last_api_use", 2, true)]);
    // A user without administration needs no second factor, so that it is not told is nothing missing.
    assert_eq!(untold(&review, FindingKind::NoSecondFactor), []);
}

#[test]
fn idle() {
    const KIND: FindingKind = FindingKind::Idle;
    let idle = one(&json!({"lastlogin": milliseconds(90), "api_permitted": false}));
    assert_eq!(only(&idle, KIND).what, "not used for 90 days");
    assert_eq!(only(&idle, KIND).severity, Severity::Medium);
    assert_eq!(kinds(&one(&json!({"lastlogin": milliseconds(89)}))), []);
    // Keys count as use.
    let by_key = one(&json!({"lastlogin": milliseconds(200), "last_apikey_access": milliseconds(3)}));
    assert_eq!(kinds(&by_key), []);
    let sooner = review_of(
        &present([management_tenant([vm(1, "ann@example.com", &json!({"lastlogin": milliseconds(31)}))])]),
        &options().idle(std::time::Duration::from_secs(30 * 86400)),
    );
    assert_eq!(only(&sooner, KIND).what, "not used for 31 days");
    assert_eq!(sooner.idle_days, 30);
}

#[test]
fn what_is_not_told_is_said_with_a_finding() {
    let keys = json!({"lastLogin": (NOW - 100 * DAY).to_string(), "apiKeys": [{"accessKey": "a"}]});
    let review = review([center_tenant([sc(1, "ann", "ann@example.com", &keys)])]);
    let what = &only(&review, FindingKind::Idle).what;
    assert_eq!(what, "not used for 100 days; the product does not tell when API keys were used");
    assert_eq!(untold(&review, FindingKind::UnusedKey), [("sc", "last_api_use", 1, true)]);
    let no_keys = json!({"lastLogin": (NOW - 100 * DAY).to_string(), "apiKeys": []});
    let review = super::review([center_tenant([sc(1, "ann", "ann@example.com", &no_keys)])]);
    assert_eq!(only(&review, FindingKind::Idle).what, "not used for 100 days");
    assert_eq!(untold(&review, FindingKind::UnusedKey), [], "there is no key whose use could be told");
    let untold_state = json!({"locked": null, "lastLogin": "0"});
    let review = super::review([center_tenant([sc(1, "ann", "ann@example.com", &untold_state)])]);
    let what = &only(&review, FindingKind::NeverSignedIn).what;
    assert_eq!(what, "never signed in; whether the account is enabled is not told");
}

#[test]
fn linked_accounts_are_used_by_another() {
    let linked = json!({"authType": "linked", "lastLogin": "0"});
    let review = review([center_tenant([sc(1, "ann", "ann@example.com", &linked)])]);
    assert_eq!(kinds(&review), []);
    assert_eq!(untold(&review, FindingKind::NeverSignedIn), [("sc", "last_sign_in", 1, true)]);
}

#[test]
fn the_account_of_the_connection_is_in_use() {
    let keys = json!({"lastLogin": "0", "apiKeys": [{"accessKey": "a"}]});
    let long_ago = json!({"lastLogin": (NOW - 100 * DAY).to_string()});
    let mut tenant = center_tenant([sc(1, "ann", "ann@example.com", &keys), sc(2, "bo", "bo@example.com", &long_ago)]);
    tenant.me = Some(tenant.users[0].key.clone());
    let never = review([tenant.clone()]);
    let finding = only(&never, FindingKind::NeverSignedIn);
    assert_eq!(
        (finding.severity, finding.what.as_str()),
        (Severity::Info, "never signed in; this review was read with it")
    );
    assert_eq!(found(&never, FindingKind::Idle).len(), 1);
    tenant.me = Some(tenant.users[1].key.clone());
    assert_eq!(found(&review([tenant]), FindingKind::Idle).len(), 0);
}

#[test]
fn unused_key() {
    const KIND: FindingKind = FindingKind::UnusedKey;
    let unused = one(&json!({"last_apikey_access": milliseconds(120)}));
    assert_eq!(only(&unused, KIND).what, "API keys were not used for 120 days");
    assert_eq!(kinds(&unused), [KIND]);
    assert_eq!(kinds(&one(&json!({"last_apikey_access": milliseconds(12)}))), []);
    // Keys that nothing lets in.
    assert_eq!(kinds(&one(&json!({"last_apikey_access": milliseconds(120), "api_permitted": false}))), []);
    assert_eq!(kinds(&one(&json!({"last_apikey_access": milliseconds(120), "enabled": false}))), []);
    // Whether there is a key at all is not told by its never having been used.
    assert_eq!(found(&one(&json!({"last_apikey_access": null})), KIND).len(), 0);
}

#[test]
fn administrator_without_second_factor() {
    const KIND: FindingKind = FindingKind::NoSecondFactor;
    let without = json!({"permissions": ADMINISTRATOR, "two_factor": null});
    let review = one(&without);
    let finding = only(&review, KIND);
    assert_eq!(finding.severity, Severity::High);
    assert_eq!(
        finding.what,
        "administrator (Administrator) without a second factor; whether a password alone lets the account in is not told"
    );
    assert_eq!(kinds(&one(&json!({"permissions": ADMINISTRATOR}))), [], "with one");
    assert_eq!(kinds(&one(&json!({"two_factor": null}))), [], "no administrator");
    let disabled = json!({"permissions": ADMINISTRATOR, "two_factor": null, "enabled": false});
    assert_eq!(found(&one(&disabled), KIND).len(), 0);

    let ways = |password| json!({"api_permitted": true, "password_permitted": password, "saml_permitted": true});
    let read = |password: bool| {
        let user = vm(1, "ann@example.com", &without);
        let user = user.with_authorizations(&serde_json::from_value(ways(password)).unwrap());
        super::review([management_tenant([user])])
    };
    assert_eq!(only(&read(true), KIND).what, "administrator (Administrator) without a second factor");
    assert_eq!(found(&read(false), KIND).len(), 0, "nobody signs in with a password");

    // The list has a flag that says so and is not documented enough to rest on.
    let review = one(&json!({"permissions": ADMINISTRATOR, "two_factor": null, "ui_saml_only": true}));
    assert_eq!(found(&review, KIND).len(), 0);
    assert_eq!(untold(&review, KIND), [("vm", "sign_in.password", 1, false)]);
}

#[test]
fn products_that_do_not_tell_a_second_factor() {
    let role = json!({"role": {"id": "1", "name": "Administrator", "description": ""}, "group": null});
    let review = review([center_tenant([sc(1, "ann", "ann@example.com", &role)])]);
    assert_eq!(found(&review, FindingKind::NoSecondFactor).len(), 0);
    assert_eq!(untold(&review, FindingKind::NoSecondFactor), [("sc", "second_factor", 1, true)]);
    // Whether it is an administrator is not told by the number 0.
    let review = one(&json!({"permissions": 0, "two_factor": null}));
    assert_eq!(found(&review, FindingKind::NoSecondFactor).len(), 0);
    assert_eq!(untold(&review, FindingKind::NoSecondFactor), [("vm", "roles", 1, false)]);
}

#[test]
fn locked_out() {
    const KIND: FindingKind = FindingKind::LockedOut;
    let locked = one(&json!({"lockout": 1}));
    assert_eq!(only(&locked, KIND).what, "locked out after failed attempts to sign in; API keys keep working");
    assert_eq!(kinds(&locked), [KIND]);
    let review = review([
        exposure_tenant([ie(1, "ann@example.com", &json!({"lockedOut": true}))]),
        // By hand or by failed attempts: that is not told.
        center_tenant([sc(1, "bo", "bo@example.com", &json!({"locked": "true"}))]),
    ]);
    assert_eq!(only(&review, KIND).tenants, ["ie"]);
    assert_eq!(untold(&review, KIND), [("sc", "locked_out", 1, false)]);
}

#[test]
fn disabled_and_still_has_access() {
    const KIND: FindingKind = FindingKind::DisabledWithAccess;
    let disabled = |fields: &Value| {
        let mut fields = fields.clone();
        fields["enabled"] = false.into();
        let user = vm(1, "ann@example.com", &fields);
        let mut tenant = management_tenant([user]);
        tenant.groups = vec![vm_group(0, "All Users", &json!({})), vm_group(1, "Operations", &json!({}))];
        review([tenant])
    };
    assert_eq!(kinds(&disabled(&json!({}))), [], "everybody is in the group of all users");
    let administrator = disabled(&json!({"permissions": ADMINISTRATOR}));
    assert_eq!(only(&administrator, KIND).severity, Severity::Medium);
    assert_eq!(only(&administrator, KIND).what, "disabled, and has the role of an administrator (Administrator)");
    let groups = json!(["00000000-0000-0000-0000-000000000000", "7c1f0b52-0000-4000-8000-000000000001"]);
    let member = disabled(&json!({"group_uuids": groups}));
    assert_eq!(only(&member, KIND).severity, Severity::Low);
    assert_eq!(only(&member, KIND).what, "disabled, and is in Operations");
    let neither = disabled(&json!({"group_uuids": null}));
    assert_eq!(untold(&neither, KIND), [("vm", "groups", 1, false)]);
    // A group that is not in the list may be that of all users.
    let unlisted = one(&json!({"enabled": false}));
    assert_eq!(kinds(&unlisted), []);
    assert_eq!(untold(&unlisted, KIND), [("vm", "groups", 1, false)]);
    // In Security Center everybody is in a group.
    let review = review([center_tenant([sc(1, "ann", "ann@example.com", &json!({"locked": "true"}))])]);
    assert_eq!(found(&review, KIND).len(), 0);
}
