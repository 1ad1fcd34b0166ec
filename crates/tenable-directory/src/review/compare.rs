//! What is not as it was in the last review.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    AccountChange, ChangedAccount, Changes, Finding, FindingKind, ReadReviewError, Review, ReviewedAccount,
    ReviewedPerson, Severity, make,
};
use crate::whois::AccountName;

/// An account in all reviews: the tenant and the text of the key.
type Place<'a> = (&'a str, String);

impl Review {
    /// The same review, compared with the last one: with [`changes`](Self::changes), and with what only the two together tell, which is
    /// who is enabled here and [gone elsewhere](FindingKind::GoneElsewhere).
    ///
    /// # Errors
    ///
    /// When the last review is of another [`VERSION`](Self::VERSION).
    ///
    /// ```
    /// # use tenable_directory::Review;
    /// fn compared(review: Review) -> Result<Review, Box<dyn std::error::Error>> {
    ///     let last = Review::read_json(&std::fs::read_to_string("review-2026-08.json")?)?;
    ///     Ok(review.since(&last)?)
    /// }
    /// ```
    pub fn since(mut self, last: &Self) -> Result<Self, ReadReviewError> {
        let gone = gone_elsewhere(&self, last);
        self.findings.extend(gone);
        let tenants: Vec<String> = self.tenants.iter().map(|tenant| tenant.tenant.clone()).collect();
        make::sort(&mut self.findings, &tenants);
        self.changes = Some(self.compare(last)?);
        Ok(self)
    }

    /// What is not as it was in the last review.
    ///
    /// # Errors
    ///
    /// When one of the two is of another [`VERSION`](Self::VERSION).
    pub fn compare(&self, last: &Self) -> Result<Changes, ReadReviewError> {
        for version in [self.version, last.version] {
            if version != Self::VERSION {
                return Err(ReadReviewError::Version { found: version.into(), expected: Self::VERSION });
            }
        }
        let in_both = in_both(self, last);
        let (now, before) = (accounts(self, &in_both), accounts(last, &in_both));
        let mut changes =
            Changes { since: last.made_at.clone(), not_compared: not_compared(self, last), ..Changes::default() };
        let renamed = renamed(self, last);
        for (person, account) in each(self, &in_both) {
            match before.get(&place(account)) {
                None => changes.joined.push(changed(person, account, Vec::new())),
                Some((_, was)) => {
                    let what = differences(was, account, &renamed);
                    if !what.is_empty() {
                        changes.changed.push(changed(person, account, what));
                    }
                }
            }
        }
        let left = each(last, &in_both).filter(|(_, account)| !now.contains_key(&place(account)));
        changes.left = left.map(|(person, account)| changed(person, account, Vec::new())).collect();
        self.compare_findings(last, &in_both, &now, &mut changes);
        Ok(changes)
    }

    fn compare_findings(
        &self,
        last: &Self,
        in_both: &BTreeSet<&str>,
        now: &HashMap<Place<'_>, (&ReviewedPerson, &ReviewedAccount)>,
        changes: &mut Changes,
    ) {
        let identities =
            |review: &Self| -> HashSet<Vec<String>> { review.findings.iter().map(Finding::identity).collect() };
        let (present, former) = (identities(self), identities(last));
        let compared = |finding: &&Finding| finding.tenants.iter().any(|tenant| in_both.contains(tenant.as_str()));
        let new = self.findings.iter().filter(|finding| !former.contains(&finding.identity())).filter(compared);
        changes.new_findings = new.cloned().collect();
        for finding in last.findings.iter().filter(|finding| !present.contains(&finding.identity())) {
            let all_read = finding.tenants.iter().all(|tenant| in_both.contains(tenant.as_str()));
            let settled = all_read && self.could_tell(finding, now);
            let kept = if settled { &mut changes.solved_findings } else { &mut changes.unsettled_findings };
            kept.push(finding.clone());
        }
    }

    /// Whether this review would have the finding if it still held.
    fn could_tell(&self, finding: &Finding, now: &HashMap<Place<'_>, (&ReviewedPerson, &ReviewedAccount)>) -> bool {
        let tenant = finding.tenants.first().map_or("", String::as_str);
        let is_read = |what: &str| {
            let tenant = self.tenants.iter().find(|one| one.tenant == tenant);
            tenant.is_some_and(|tenant| !tenant.unread.iter().any(|unread| unread.what == what))
        };
        if let Some(object) = &finding.role {
            let role = self.roles.iter().find(|role| role.tenant == tenant && role.key.to_string() == object.key);
            return match (role, finding.kind) {
                (None, _) => is_read("roles"),
                (Some(role), FindingKind::UnusedRole) => role.members_complete || !role.members.is_empty(),
                (Some(role), _) => role.administrator.is_some(),
            };
        }
        if let Some(object) = &finding.group {
            let group = self.groups.iter().find(|group| group.tenant == tenant && group.key.to_string() == object.key);
            return group.map_or_else(
                || is_read("groups"),
                |group| group.member_count.is_some() || group.members_complete || !group.members.is_empty(),
            );
        }
        if finding.kind == FindingKind::NotListed && self.listed.is_none() {
            return false;
        }
        let facts = finding.kind.facts();
        finding.accounts.iter().all(|account| match now.get(&(account.tenant.as_str(), account.key.to_string())) {
            None => true,
            Some((_, now)) => !now.account.not_told.iter().any(|fact| facts.contains(&fact.as_str())),
        })
    }
}

/// Tenants that both reviews could read.
fn in_both<'a>(one: &'a Review, other: &Review) -> BTreeSet<&'a str> {
    let other = read(other);
    read(one).into_iter().filter(|tenant| other.contains(tenant)).collect()
}

fn read(review: &Review) -> BTreeSet<&str> {
    let read = review.tenants.iter().filter(|tenant| tenant.failed.is_none());
    read.map(|tenant| tenant.tenant.as_str()).collect()
}

/// Tenants that one review has and not both could read.
fn not_compared(now: &Review, last: &Review) -> Vec<String> {
    let in_both = in_both(now, last);
    let all: BTreeSet<&str> = now.tenants.iter().chain(&last.tenants).map(|tenant| tenant.tenant.as_str()).collect();
    all.into_iter().filter(|tenant| !in_both.contains(tenant)).map(str::to_owned).collect()
}

fn place(account: &ReviewedAccount) -> Place<'_> {
    (&account.tenant, account.account.key.to_string())
}

/// Each account of these tenants, in order.
fn each<'a>(
    review: &'a Review,
    tenants: &BTreeSet<&str>,
) -> impl Iterator<Item = (&'a ReviewedPerson, &'a ReviewedAccount)> {
    let all = review.people.iter().flat_map(|person| person.accounts.iter().map(move |account| (person, account)));
    all.filter(|(_, account)| tenants.contains(account.tenant.as_str()))
}

fn accounts<'a>(
    review: &'a Review,
    tenants: &BTreeSet<&str>,
) -> HashMap<Place<'a>, (&'a ReviewedPerson, &'a ReviewedAccount)> {
    each(review, tenants).map(|(person, account)| (place(account), (person, account))).collect()
}

fn changed(person: &ReviewedPerson, account: &ReviewedAccount, what: Vec<AccountChange>) -> ChangedAccount {
    ChangedAccount {
        tenant: account.tenant.clone(),
        key: account.account.key.clone(),
        name: account.account.name(),
        person: person.person.clone(),
        what,
    }
}

/// New names of roles and groups that have other names now, by tenant and former name.
#[derive(Debug, Default)]
struct Renamed<'a> {
    roles: HashMap<(&'a str, &'a str), &'a str>,
    groups: HashMap<(&'a str, &'a str), &'a str>,
}

fn renamed<'a>(now: &'a Review, last: &'a Review) -> Renamed<'a> {
    type Object<'a> = (&'a str, String, &'a str);
    fn changed<'a>(
        now: impl Iterator<Item = Object<'a>>,
        last: impl Iterator<Item = Object<'a>>,
    ) -> HashMap<(&'a str, &'a str), &'a str> {
        let now: HashMap<(&str, String), &str> = now.map(|(tenant, key, name)| ((tenant, key), name)).collect();
        let renamed = last.filter_map(|(tenant, key, former)| {
            let name = now.get(&(tenant, key)).copied().filter(|name| *name != former)?;
            Some(((tenant, former), name))
        });
        renamed.collect()
    }
    let roles = |review: &'a Review| {
        review.roles.iter().map(|role| (role.tenant.as_str(), role.key.to_string(), role.name.as_str()))
    };
    let groups = |review: &'a Review| {
        review.groups.iter().map(|group| (group.tenant.as_str(), group.key.to_string(), group.name.as_str()))
    };
    Renamed { roles: changed(roles(now), roles(last)), groups: changed(groups(now), groups(last)) }
}

/// What both reviews tell, and tell differently.
fn differences(was: &ReviewedAccount, is: &ReviewedAccount, renamed: &Renamed<'_>) -> Vec<AccountChange> {
    let mut what = Vec::new();
    let mut flag = |was: Option<bool>, is: Option<bool>, on: AccountChange, off: AccountChange| match (was, is) {
        (Some(false), Some(true)) => what.push(on),
        (Some(true), Some(false)) => what.push(off),
        _ => {}
    };
    flag(was.account.enabled, is.account.enabled, AccountChange::Enabled, AccountChange::Disabled);
    let (became, no_longer) = (AccountChange::BecameAdministrator, AccountChange::NoLongerAdministrator);
    flag(was.administrator, is.administrator, became, no_longer);
    let (on, off) = (AccountChange::SecondFactorOn, AccountChange::SecondFactorOff);
    flag(was.account.second_factor, is.account.second_factor, on, off);
    if let (Some(from), Some(to)) = (&was.account.user_name, &is.account.user_name) {
        if from != to {
            what.push(AccountChange::Renamed { from: from.clone(), to: to.clone() });
        }
    }
    let tenant = is.tenant.as_str();
    let (gained, lost) = moved(tenant, was.account.roles.as_ref(), is.account.roles.as_ref(), &renamed.roles);
    what.extend(gained.into_iter().map(|role| AccountChange::RoleGained { role }));
    what.extend(lost.into_iter().map(|role| AccountChange::RoleLost { role }));
    let (joined, left) = moved(tenant, was.account.groups.as_ref(), is.account.groups.as_ref(), &renamed.groups);
    what.extend(joined.into_iter().map(|group| AccountChange::GroupJoined { group }));
    what.extend(left.into_iter().map(|group| AccountChange::GroupLeft { group }));
    what
}

/// What is there now and was not, and what was there and is not now.
fn moved(
    tenant: &str,
    was: Option<&Vec<String>>,
    is: Option<&Vec<String>>,
    renamed: &HashMap<(&str, &str), &str>,
) -> (Vec<String>, Vec<String>) {
    let (Some(was), Some(is)) = (was, is) else { return (Vec::new(), Vec::new()) };
    let is: BTreeSet<&str> = is.iter().map(String::as_str).collect();
    let now_called =
        |name: &'_ String| renamed.get(&(tenant, name.as_str())).map_or_else(|| name.clone(), |new| (*new).to_owned());
    let was: BTreeSet<String> = was.iter().map(now_called).collect();
    let gained = is.iter().filter(|name| !was.contains(**name)).map(|name| (*name).to_owned()).collect();
    let lost = was.iter().filter(|name| !is.contains(name.as_str())).cloned().collect();
    (gained, lost)
}

/// People who are enabled in one tenant, and had an account in another at the last review or before, and have none there now.
fn gone_elsewhere(now: &Review, last: &Review) -> Vec<Finding> {
    let in_both = in_both(now, last);
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    for (index, person) in now.people.iter().enumerate() {
        by_name.insert(&person.person, index);
        for name in person.names.iter().filter(|name| name.contains('@')) {
            by_name.entry(name).or_insert(index);
        }
    }
    let find = |person: &ReviewedPerson| {
        let names = std::iter::once(&person.person).chain(person.names.iter().filter(|name| name.contains('@')));
        names.into_iter().find_map(|name| by_name.get(name.as_str()).copied())
    };
    let mut gone: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for person in &last.people {
        let Some(index) = find(person) else { continue };
        let tenants = person.accounts.iter().map(|account| account.tenant.as_str());
        gone.entry(index).or_default().extend(tenants.filter(|tenant| in_both.contains(tenant)));
    }
    // What the last review found so, it found by the one before.
    for finding in last.findings.iter().filter(|finding| finding.kind == FindingKind::GoneElsewhere) {
        let index = finding.person.as_deref().and_then(|person| by_name.get(person));
        let Some(index) = index else { continue };
        let tenants = finding.tenants.iter().map(String::as_str);
        gone.entry(*index).or_default().extend(tenants.filter(|tenant| in_both.contains(tenant)));
    }
    gone.into_iter().filter_map(|(index, before)| found_gone(&now.people[index], &before)).collect()
}

fn found_gone(person: &ReviewedPerson, before: &BTreeSet<&str>) -> Option<Finding> {
    let own = |account: &&ReviewedAccount| !(account.companion && account.product == "vm");
    let has: BTreeSet<&str> = person.accounts.iter().map(|account| account.tenant.as_str()).collect();
    let gone: Vec<&str> = before.iter().filter(|tenant| !has.contains(**tenant)).copied().collect();
    let enabled: Vec<&ReviewedAccount> =
        person.accounts.iter().filter(own).filter(|account| account.account.enabled == Some(true)).collect();
    if gone.is_empty() || enabled.is_empty() {
        return None;
    }
    let mut tenants: Vec<&str> = enabled.iter().map(|account| account.tenant.as_str()).collect();
    tenants.dedup();
    let what = format!("enabled in {}, gone from {} since a former review", tenants.join(", "), gone.join(", "));
    let advice = "If the person left, offboard the person everywhere; if not, leave it.";
    let names = enabled.into_iter().map(|account| AccountName {
        tenant: account.tenant.clone(),
        key: account.account.key.clone(),
        name: account.account.name(),
        full_name: account.account.full_name.clone().filter(|name| !name.trim().is_empty()),
    });
    let mut finding = Finding::new(FindingKind::GoneElsewhere, Severity::High, what, advice).of(&person.person, names);
    // By these the next review knows where to look.
    finding.tenants.extend(gone.into_iter().map(str::to_owned));
    Some(finding)
}
