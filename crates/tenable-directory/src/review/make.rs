//! Making a review of what was read.

use super::checks::{Notes, check_account, check_group, check_person, check_role, companions};
use super::people::{Place, everybody};
use super::{Finding, Review, ReviewOptions, ReviewedTenant, objects};
use crate::{Aliases, Present, Reading};

const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;

impl Review {
    /// The review of what was read, without I/O.
    ///
    /// Facts that only the details of an account tell, such as the ways to sign in to Vulnerability Management, are in it if they were
    /// read before: see [`Directory::review`](crate::Directory::review).
    ///
    /// ```
    /// use tenable_directory::{Aliases, Clock, Directory, Review, ReviewOptions, Stop};
    ///
    /// async fn print(directory: &Directory) {
    ///     let present = directory.read(&(), &Stop::default()).await;
    ///     let review = Review::of(&present, &Aliases::default(), &ReviewOptions::new(Clock::default().now()));
    ///     for finding in &review.findings {
    ///         println!("{} {}: {}", finding.severity, finding.subject(), finding.what);
    ///     }
    /// }
    /// ```
    pub fn of(present: &Present, aliases: &Aliases, options: &ReviewOptions) -> Self {
        let places: Vec<Place<'_>> = present.snapshots().map(Place::of).collect();
        let everybody = everybody(&places, aliases);
        let roles: Vec<_> = places.iter().map(objects::roles).collect();
        let groups: Vec<_> = places.iter().map(objects::groups).collect();
        let mut notes = Notes::default();
        for somebody in &everybody.people {
            let is_torn = everybody.torn.contains(&somebody.person);
            check_person(somebody, is_torn, present, aliases, options, &mut notes);
            for seen in &somebody.accounts {
                check_account(seen, &somebody.person, options, &mut notes);
            }
        }
        companions(&everybody.people, &mut notes);
        for (place, (roles, groups)) in places.iter().zip(roles.iter().zip(&groups)) {
            for role in roles {
                check_role(place, role, &mut notes);
            }
            for group in groups {
                check_group(place, group, &mut notes);
            }
        }
        let tenants: Vec<ReviewedTenant> = present.readings.iter().map(ReviewedTenant::of).collect();
        let names: Vec<String> = tenants.iter().map(|tenant| tenant.tenant.clone()).collect();
        let (mut findings, untold) = notes.into_parts(&names);
        sort(&mut findings, &names);
        let keep = |somebody: super::people::Somebody<'_>| somebody.keep(aliases, options.listed.as_ref());
        Self {
            version: Self::VERSION,
            made_at: options.now.to_string(),
            idle_days: options.idle.as_secs() / SECONDS_OF_A_DAY,
            unused_key_days: options.unused_key.as_secs() / SECONDS_OF_A_DAY,
            listed: options.listed.as_ref().map(std::collections::BTreeSet::len),
            tenants,
            people: everybody.people.into_iter().map(keep).collect(),
            roles: roles.into_iter().flatten().collect(),
            groups: groups.into_iter().flatten().collect(),
            findings,
            untold,
            changes: None,
        }
    }
}

/// The gravest first, then by kind, subject and tenant.
pub(super) fn sort(findings: &mut [Finding], tenants: &[String]) {
    let place = |tenant: &String| tenants.iter().position(|name| name == tenant);
    findings.sort_by_cached_key(|finding| {
        let places: Vec<_> = finding.tenants.iter().map(place).collect();
        (finding.severity, finding.kind, finding.subject().to_owned(), places, finding.identity())
    });
}

impl ReviewedTenant {
    fn of(reading: &Reading) -> Self {
        let snapshot = reading.result.as_ref().ok();
        let count = |count: fn(&crate::Snapshot) -> usize| snapshot.map_or(0, count);
        Self {
            tenant: reading.tenant.clone(),
            product: reading.product.map(|product| product.command().to_owned()),
            accounts: count(|snapshot| snapshot.users.len()),
            roles: count(|snapshot| snapshot.roles.len()),
            groups: count(|snapshot| snapshot.groups.len()),
            asked_by: snapshot.and_then(|snapshot| snapshot.me.clone()),
            unread: snapshot.map(|snapshot| snapshot.unread.clone()).unwrap_or_default(),
            failed: reading.result.as_ref().err().cloned(),
        }
    }
}
