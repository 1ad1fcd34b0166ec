//! What roles and groups tell, and which accounts other products keep.

use std::collections::BTreeMap;

use super::Notes;
use crate::companion::is_companion_group;
use crate::review::people::{Place, Somebody};
use crate::review::{Finding, FindingKind, ReviewedGroup, ReviewedRole, Severity};
use crate::strength::Judgement;
use crate::whois::AccountName;

pub(in crate::review) fn check_role(place: &Place<'_>, role: &ReviewedRole, notes: &mut Notes) {
    let tenant = place.tenant();
    let unused = role.members.is_empty() && role.members_complete;
    let judgement = place.strengths.judgement(&role.key);
    match &judgement {
        Judgement::Alike(why) => {
            let severity = if unused { Severity::Medium } else { Severity::High };
            let members = role.members.len();
            let who = match (members, role.members_complete) {
                (0, true) => "nobody has it".to_owned(),
                (1, true) => "1 account has it".to_owned(),
                (_, true) => format!("{members} accounts have it"),
                (_, false) => format!("at least {members} have it: not all accounts tell their roles"),
            };
            let advice = "Look at who has the role as at administrators; take away what its holders do not need.";
            notes.found(
                Finding::new(FindingKind::StrongRole, severity, format!("{why}; {who}"), advice).role(tenant, role),
            );
        }
        Judgement::Untold => {
            notes.missing(tenant, &role.product, FindingKind::StrongRole, "permissions", false);
        }
        Judgement::Administrator(_) | Judgement::Less => {}
    }
    let is_own = role.predefined == Some(true) || matches!(judgement, Judgement::Administrator(_));
    if is_own {
        return;
    }
    if unused {
        let what = "no account that could be read has the role";
        let advice = "Delete it, unless it is kept for somebody to come.";
        notes.found(Finding::new(FindingKind::UnusedRole, Severity::Low, what, advice).role(tenant, role));
    } else if role.members.is_empty() {
        notes.missing(tenant, &role.product, FindingKind::UnusedRole, "roles", false);
    }
}

pub(in crate::review) fn check_group(place: &Place<'_>, group: &ReviewedGroup, notes: &mut Notes) {
    if group.fixed == Some(true) || is_companion_group(&group.name) || !group.members.is_empty() {
        return;
    }
    let empty = match group.member_count {
        Some(count) => count == 0,
        None if group.members_complete => true,
        None => return notes.missing(place.tenant(), &group.product, FindingKind::EmptyGroup, "member_count", false),
    };
    if !empty {
        return;
    }
    let advice = match group.managed_by_saml {
        Some(true) => "The identity provider brings its members: take the group away there, or leave it.",
        _ => "Delete it, unless it is kept for somebody to come.",
    };
    let finding = Finding::new(FindingKind::EmptyGroup, Severity::Low, "nobody is in the group", advice);
    notes.found(finding.group(place.tenant(), group));
}

/// One finding for each tenant: where another product keeps accounts, it keeps most of them.
pub(in crate::review) fn companions(people: &[Somebody<'_>], notes: &mut Notes) {
    let mut by_tenant: BTreeMap<&str, Vec<AccountName>> = BTreeMap::new();
    let all = people.iter().flat_map(|somebody| &somebody.accounts);
    for seen in all.filter(|seen| seen.kept.companion) {
        by_tenant.entry(seen.tenant()).or_default().push(seen.name());
    }
    for mut accounts in by_tenant.into_values() {
        accounts.sort_by_cached_key(|account| account.key.to_string());
        let (count, are) = match accounts.len() {
            1 => (1, "account is"),
            count => (count, "accounts are"),
        };
        let what = format!("{count} {are} kept by another Tenable product, which would make them again");
        let advice = "Change and delete them there.";
        notes.found(Finding::new(FindingKind::Companion, Severity::Info, what, advice).with(accounts));
    }
}
