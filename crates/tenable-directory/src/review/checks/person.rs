//! What the accounts of one person tell together.

use std::collections::BTreeSet;

use tenable_api::model::{Known, Product};

use super::Notes;
use crate::review::people::{Seen, Somebody};
use crate::review::{Finding, FindingKind, ReviewOptions, Severity};
use crate::whois::conflicts;
use crate::{Aliases, Conflict, Present};

pub(in crate::review) fn check_person(
    somebody: &Somebody<'_>,
    is_torn: bool,
    present: &Present,
    aliases: &Aliases,
    options: &ReviewOptions,
    notes: &mut Notes,
) {
    if somebody.is_named {
        disabled_elsewhere(somebody, notes);
        not_listed(somebody, aliases, options, notes);
        // One account of one person fits; looking for others takes a while in many tenants.
        if is_torn || somebody.accounts.len() > 1 {
            do_not_fit(somebody, present, aliases, notes);
        }
    } else {
        no_address(somebody, notes);
    }
}

/// The accounts of people, without those that products made for themselves.
fn own<'s, 'a>(somebody: &'s Somebody<'a>) -> impl Iterator<Item = &'s Seen<'a>> {
    somebody.accounts.iter().filter(|seen| !seen.is_for_a_product())
}

fn disabled_elsewhere(somebody: &Somebody<'_>, notes: &mut Notes) {
    const KIND: FindingKind = FindingKind::DisabledElsewhere;
    let tenants: BTreeSet<&str> = own(somebody).map(Seen::tenant).collect();
    if tenants.len() < 2 {
        return;
    }
    for seen in own(somebody) {
        notes.untold(seen, KIND, "enabled", &seen.user.enabled);
    }
    let with = |enabled: bool| own(somebody).filter(move |seen| seen.user.enabled == Known::Value(enabled));
    let tenants = |enabled: bool| -> BTreeSet<&str> { with(enabled).map(Seen::tenant).collect() };
    let (enabled, disabled) = (tenants(true), tenants(false));
    // Of two accounts in one tenant one may well be closed.
    let elsewhere = enabled.iter().any(|tenant| disabled.iter().any(|other| other != tenant));
    if !elsewhere {
        return;
    }
    let in_order = |wanted: bool| {
        let mut names: Vec<&str> = with(wanted).map(Seen::tenant).collect();
        names.dedup();
        names.join(", ")
    };
    let locks_alone = with(false).all(|seen| seen.user.product == Product::SecurityCenter);
    let (severity, caveat) = if locks_alone {
        (Severity::Medium, "; Security Center tells a lock by an administrator from one after failed attempts nowhere")
    } else {
        (Severity::High, "")
    };
    let what = format!("enabled in {}, disabled in {}{caveat}", in_order(true), in_order(false));
    let advice = "If the person left, offboard the person everywhere; if not, say why the accounts differ.";
    let accounts = own(somebody).filter(|seen| seen.user.enabled.value().is_some()).map(Seen::name);
    notes.found(Finding::new(KIND, severity, what, advice).of(&somebody.person, accounts));
}

fn not_listed(somebody: &Somebody<'_>, aliases: &Aliases, options: &ReviewOptions, notes: &mut Notes) {
    const KIND: FindingKind = FindingKind::NotListed;
    let listed = somebody.is_listed(&somebody.names(aliases), options.listed.as_ref());
    if listed != Some(false) {
        return;
    }
    for seen in own(somebody) {
        notes.untold(seen, KIND, "enabled", &seen.user.enabled);
    }
    let enabled: Vec<_> =
        own(somebody).filter(|seen| seen.user.enabled == Known::Value(true)).map(Seen::name).collect();
    if enabled.is_empty() {
        return;
    }
    let what = "the account may sign in, and the list of the identity provider has none of the person's names";
    let advice = "If the person left, offboard the person; if it is the same person by another name, add an alias.";
    notes.found(Finding::new(KIND, Severity::High, what, advice).of(&somebody.person, enabled));
}

/// What `whois` of the person tells as conflicts.
fn do_not_fit(somebody: &Somebody<'_>, present: &Present, aliases: &Aliases, notes: &mut Notes) {
    for conflict in conflicts(present, &somebody.person, aliases) {
        match conflict {
            Conflict::SeveralAccounts { tenant, mut accounts } => {
                let linked: Vec<_> = own(somebody)
                    .filter(|seen| seen.tenant() == tenant && seen.is_linked())
                    .map(|seen| seen.user.key.clone())
                    .collect();
                accounts.retain(|account| !linked.contains(&account.key));
                if accounts.len() < 2 {
                    continue;
                }
                let what = format!("{} accounts in {tenant}", accounts.len());
                let advice = "Keep one; where an administrator has a second account on purpose, say so.";
                let finding = Finding::new(FindingKind::SeveralAccounts, Severity::Medium, what, advice);
                notes.found(finding.of(&somebody.person, accounts));
            }
            Conflict::DifferentNames { accounts } => {
                let mut names: Vec<&str> = accounts.iter().filter_map(|account| account.full_name.as_deref()).collect();
                names.sort_unstable();
                names.dedup();
                let names: Vec<String> = names.into_iter().map(|name| format!("{name:?}")).collect();
                let what = format!("full names differ: {}; two people may share the address", names.join(", "));
                let advice = "Find out whose account each is; correct the name, or give each person an address.";
                let finding = Finding::new(FindingKind::SharedAddress, Severity::Medium, what, advice);
                notes.found(finding.of(&somebody.person, accounts));
            }
            Conflict::TwoPeople { account, people } => {
                let own = somebody
                    .accounts
                    .iter()
                    .any(|seen| seen.tenant() == account.tenant && seen.user.key == account.key);
                if !own {
                    continue;
                }
                let what = format!("user name and e-mail address are of {}", people.join(" and "));
                let advice = "Correct the address; if both are one person, add an alias.";
                let finding = Finding::new(FindingKind::TwoPeople, Severity::Medium, what, advice);
                notes.found(finding.of(&somebody.person, [account]));
            }
        }
    }
}

fn no_address(somebody: &Somebody<'_>, notes: &mut Notes) {
    const KIND: FindingKind = FindingKind::NoAddress;
    for seen in own(somebody) {
        let user = seen.user;
        let missing = [("user_name", &user.user_name), ("email", &user.email)];
        let untold: Vec<_> = missing.into_iter().filter(|(_, fact)| fact.is_not_told()).collect();
        for (name, fact) in &untold {
            notes.untold(seen, KIND, name, fact);
        }
        if !untold.is_empty() {
            continue;
        }
        let severity = if user.enabled == Known::Value(false) { Severity::Low } else { Severity::Medium };
        let what = "neither the user name nor the e-mail address is an address, and no alias says whose account it is";
        let advice = "Give the account the address of who answers for it, or add an alias.";
        notes.found(Finding::new(KIND, severity, what, advice).of(&somebody.person, [seen.name()]));
    }
}
