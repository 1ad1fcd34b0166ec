//! What is looked for. Each check rests on facts that were told; where one is missing, it counts that instead of guessing.

mod account;
mod object;
mod person;

use std::collections::BTreeMap;

use tenable_api::model::shared::LastTime;
use tenable_api::model::{Known, Timestamp};

pub(super) use account::check_account;
pub(super) use object::{check_group, check_role, companions};
pub(super) use person::check_person;

use super::people::Seen;
use super::{Finding, FindingKind, Untold};

/// What was found, and what could not be looked for.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) findings: Vec<Finding>,
    /// How many of a tenant do not tell a fact that a kind of finding needs, and whether the product keeps it at all.
    untold: BTreeMap<(String, FindingKind, &'static str, bool), (String, usize)>,
}

impl Notes {
    pub(super) fn found(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Counts a fact that an account does not tell. One that it tells is none.
    pub(super) fn untold<T>(&mut self, seen: &Seen<'_>, kind: FindingKind, fact: &'static str, value: &Known<T>) {
        if value.value().is_none() {
            self.missing(seen.tenant(), &seen.kept.product, kind, fact, value.is_not_kept());
        }
    }

    pub(super) fn missing(
        &mut self,
        tenant: &str,
        product: &str,
        kind: FindingKind,
        fact: &'static str,
        never_kept: bool,
    ) {
        let key = (tenant.to_owned(), kind, fact, never_kept);
        self.untold.entry(key).or_insert_with(|| (product.to_owned(), 0)).1 += 1;
    }

    /// What could not be looked for: tenants in this order, then by kind and fact.
    pub(super) fn into_parts(self, tenants: &[String]) -> (Vec<Finding>, Vec<Untold>) {
        let untold = self.untold.into_iter().map(|((tenant, kind, fact, never_kept), (product, count))| Untold {
            tenant,
            product,
            kind,
            fact: fact.to_owned(),
            count,
            never_kept,
        });
        let mut untold: Vec<Untold> = untold.collect();
        untold.sort_by_key(|one| tenants.iter().position(|tenant| *tenant == one.tenant));
        (self.findings, untold)
    }
}

/// How many days ago something was last done, if that is longer ago than allowed.
fn days_over(time: &Known<LastTime>, now: Timestamp, allowed: std::time::Duration) -> Option<u64> {
    let ago = time.value()?.at()?.until(now);
    (ago >= allowed).then(|| days(ago))
}

const fn days(duration: std::time::Duration) -> u64 {
    duration.as_secs() / (24 * 60 * 60)
}

/// `12 days`, `1 day`.
fn in_days(days: u64) -> String {
    format!("{days} day{}", if days == 1 { "" } else { "s" })
}
