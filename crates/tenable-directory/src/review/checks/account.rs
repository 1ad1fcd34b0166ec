//! What one account tells about itself.

use tenable_api::model::shared::{LastTime, OriginalUser};
use tenable_api::model::{Known, Product};

use super::{Notes, days_over, in_days};
use crate::review::people::Seen;
use crate::review::{Finding, FindingKind, ReviewOptions, Severity};

pub(in crate::review) fn check_account(seen: &Seen<'_>, person: &str, options: &ReviewOptions, notes: &mut Notes) {
    if seen.is_for_a_product() {
        return;
    }
    if seen.user.enabled == Known::Value(false) {
        disabled_with_access(seen, person, notes);
    } else {
        if !idle(seen, person, options, notes) {
            never_signed_in(seen, person, notes);
        }
        unused_key(seen, person, options, notes);
        no_second_factor(seen, person, notes);
    }
    locked_out(seen, person, notes);
}

/// Administrators weigh more.
fn by_weight(seen: &Seen<'_>, administrator: Severity, other: Severity) -> Severity {
    if seen.kept.administrator == Some(true) { administrator } else { other }
}

/// What limits a finding about an account that is not known to be disabled.
fn caveats(seen: &Seen<'_>) -> String {
    let user = seen.user;
    let mut caveats = String::new();
    let may_have_keys = user.sign_in.api_keys != Known::Value(false);
    match &user.last_api_use {
        Known::NotKept if may_have_keys => caveats.push_str("; the product does not tell when API keys were used"),
        Known::NotTold if may_have_keys => caveats.push_str("; when API keys were used is not told"),
        _ => {}
    }
    if user.enabled.value().is_none() {
        caveats.push_str("; whether the account is enabled is not told");
    }
    caveats
}

/// Whether it is the account of the connection, which is in use at this very time.
fn asks(seen: &Seen<'_>) -> bool {
    seen.snapshot.me.as_ref() == Some(&seen.user.key)
}

fn never_signed_in(seen: &Seen<'_>, person: &str, notes: &mut Notes) {
    const KIND: FindingKind = FindingKind::NeverSignedIn;
    let user = seen.user;
    if seen.is_linked() {
        // It is used by way of the other account, and whether that counts is not documented.
        notes.missing(seen.tenant(), &seen.kept.product, KIND, "last_sign_in", true);
        return;
    }
    notes.untold(seen, KIND, "last_sign_in", &user.last_sign_in);
    if user.last_sign_in != Known::Value(LastTime::Never) {
        return;
    }
    let in_use = match &user.last_api_use {
        Known::Value(LastTime::At(time)) => Some(format!("API keys were used last at {time}")),
        _ if asks(seen) => Some("this review was read with it".to_owned()),
        _ => None,
    };
    let finding = match in_use {
        Some(by_what) => Finding::new(
            KIND,
            Severity::Info,
            format!("never signed in; {by_what}"),
            "If it is a service account, close its other ways to sign in.",
        ),
        None => Finding::new(
            KIND,
            by_weight(seen, Severity::High, Severity::Medium),
            format!("never signed in{}", caveats(seen)),
            "Ask whether the account is needed; if it is not, disable or delete it.",
        ),
    };
    notes.found(finding.of(person, [seen.name()]));
}

fn idle(seen: &Seen<'_>, person: &str, options: &ReviewOptions, notes: &mut Notes) -> bool {
    const KIND: FindingKind = FindingKind::Idle;
    if seen.is_linked() {
        notes.missing(seen.tenant(), &seen.kept.product, KIND, "last_sign_in", true);
        return false;
    }
    if asks(seen) {
        return false;
    }
    let last_seen = seen.user.last_seen();
    notes.untold(seen, KIND, "last_sign_in", &last_seen);
    let Some(days) = days_over(&last_seen, options.now, options.idle) else { return false };
    let what = format!("not used for {}{}", in_days(days), caveats(seen));
    let advice = "Ask whether the account is still needed; if it is not, disable or delete it.";
    let finding = Finding::new(KIND, by_weight(seen, Severity::High, Severity::Medium), what, advice);
    notes.found(finding.of(person, [seen.name()]));
    true
}

/// That keys were never used is not told from there being none.
fn unused_key(seen: &Seen<'_>, person: &str, options: &ReviewOptions, notes: &mut Notes) {
    const KIND: FindingKind = FindingKind::UnusedKey;
    let user = seen.user;
    if user.sign_in.api_keys == Known::Value(false) {
        return;
    }
    notes.untold(seen, KIND, "last_api_use", &user.last_api_use);
    let Some(days) = days_over(&user.last_api_use, options.now, options.unused_key) else { return };
    let what = format!("API keys were not used for {}", in_days(days));
    let advice = "Forbid the account the use of the API, or replace the keys.";
    let finding = Finding::new(KIND, by_weight(seen, Severity::High, Severity::Medium), what, advice);
    notes.found(finding.of(person, [seen.name()]));
}

fn no_second_factor(seen: &Seen<'_>, person: &str, notes: &mut Notes) {
    const KIND: FindingKind = FindingKind::NoSecondFactor;
    let user = seen.user;
    let password = user.sign_in.password;
    if password == Known::Value(false) || user.second_factor == Known::Value(true) {
        return;
    }
    match seen.kept.administrator {
        Some(false) => return,
        None if user.second_factor == Known::Value(false) => {
            return notes.missing(seen.tenant(), &seen.kept.product, KIND, "roles", user.roles.is_not_kept());
        }
        _ => {}
    }
    notes.untold(seen, KIND, "second_factor", &user.second_factor);
    if user.second_factor != Known::Value(false) {
        return;
    }
    let caveat = match password {
        Known::Value(_) => "",
        _ if ui_is_closed(&user.original) => return notes.untold(seen, KIND, "sign_in.password", &password),
        _ => "; whether a password alone lets the account in is not told",
    };
    let what = format!("administrator ({}) without a second factor{caveat}", seen.kept.administrator_by.join("; "));
    let advice = "Have a second factor set up, or allow the account to sign in by SAML alone.";
    notes.found(Finding::new(KIND, Severity::High, what, advice).of(person, [seen.name()]));
}

/// The list has flags about the user interface that say so, and are not documented enough to rest on.
fn ui_is_closed(original: &OriginalUser) -> bool {
    let OriginalUser::VulnerabilityManagement(user) = original else { return false };
    user.ui_permitted == Some(false) || user.ui_saml_only == Some(true)
}

fn locked_out(seen: &Seen<'_>, person: &str, notes: &mut Notes) {
    const KIND: FindingKind = FindingKind::LockedOut;
    let user = seen.user;
    notes.untold(seen, KIND, "locked_out", &user.locked_out);
    if user.locked_out != Known::Value(true) {
        return;
    }
    let what = match user.product {
        Product::VulnerabilityManagement if user.sign_in.api_keys != Known::Value(false) => {
            "locked out after failed attempts to sign in; API keys keep working"
        }
        _ => "locked out after failed attempts to sign in",
    };
    let advice = "Ask the person whether the attempts were theirs, then unlock the account.";
    notes.found(Finding::new(KIND, Severity::Low, what, advice).of(person, [seen.name()]));
}

fn disabled_with_access(seen: &Seen<'_>, person: &str, notes: &mut Notes) {
    const KIND: FindingKind = FindingKind::DisabledWithAccess;
    let user = seen.user;
    let mut still = Vec::new();
    let by = seen.kept.administrator_by.join("; ");
    match seen.kept.administrator {
        Some(true) => still.push(format!("has the role of an administrator ({by})")),
        Some(false) => {}
        None => notes.missing(seen.tenant(), &seen.kept.product, KIND, "roles", user.roles.is_not_kept()),
    }
    // In Security Center nobody can be without a group.
    if user.product != Product::SecurityCenter && !user.groups.is_not_kept() {
        let groups: Vec<_> = user.groups.value().into_iter().flatten().map(|group| &group.key).collect();
        let listed: Vec<_> = groups.iter().filter_map(|key| seen.snapshot.group(key)).collect();
        // A group that is not listed may be that of everybody.
        if user.groups.is_not_told() || listed.len() < groups.len() {
            notes.missing(seen.tenant(), &seen.kept.product, KIND, "groups", false);
        }
        let own = listed.into_iter().filter(|group| group.fixed != Known::Value(true));
        let mut names: Vec<String> = own.map(|group| seen.snapshot.group_name(&group.key)).collect();
        names.sort();
        if !names.is_empty() {
            still.push(format!("is in {}", names.join(", ")));
        }
    }
    if still.is_empty() {
        return;
    }
    let what = format!("disabled, and {}", still.join(" and "));
    let advice = "Take roles and groups away, so that nothing comes back when somebody enables the account.";
    let severity = by_weight(seen, Severity::Medium, Severity::Low);
    notes.found(Finding::new(KIND, severity, what, advice).of(person, [seen.name()]));
}
