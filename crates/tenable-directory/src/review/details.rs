//! Reading for a review: everybody, and the details of some.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, stream};
use tenable_api::model::shared::{User, UserKey};

use super::{Review, ReviewOptions};
use crate::strength::Strengths;
use crate::{Directory, Failure, Observer, Present, Snapshot, Stop, Unread};

/// How many accounts are read before it is looked whether to stop.
const AT_ONCE: usize = 1000;

/// Of whom the details are read, which takes one to three calls for each account and tells what lists do not, such as the ways to sign
/// in to Vulnerability Management.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Details {
    /// Of nobody.
    Nobody,
    /// Of administrators, and of those whose roles allow as much.
    #[default]
    Administrators,
    /// Of everybody.
    Everybody,
}

impl Directory {
    /// Reads all tenants, and reviews what is there. A tenant that cannot be read is in the review as one that failed.
    ///
    /// ```
    /// use tenable_directory::{Clock, Directory, ReviewOptions, Stop};
    ///
    /// async fn write(directory: &Directory) -> std::io::Result<()> {
    ///     let options = ReviewOptions::new(Clock::default().now());
    ///     let review = directory.review(&options, &(), &Stop::default()).await;
    ///     review.write_json(std::fs::File::create("review.json")?)
    /// }
    /// ```
    pub async fn review(&self, options: &ReviewOptions, observer: &dyn Observer, stop: &Stop) -> Review {
        let present = self.read(observer, stop).await;
        let present = match options.details {
            Details::Nobody => present,
            Details::Administrators => {
                let administrators: HashMap<String, HashSet<UserKey>> =
                    present.snapshots().map(|snapshot| (snapshot.tenant.clone(), administrators(snapshot))).collect();
                let who = |user: &User, snapshot: &Snapshot| administrators[&snapshot.tenant].contains(&user.key);
                self.with_details(present, who, stop).await
            }
            Details::Everybody => self.with_details(present, |_, _| true, stop).await,
        };
        Review::of(&present, self.known_aliases(), options)
    }

    /// Reads the details of these accounts, where a call for one account may tell more than the list. What cannot be read stays as the
    /// list has it, and is in [`unread`](Snapshot::unread).
    pub async fn with_details(
        &self,
        mut present: Present,
        who: impl Fn(&User, &Snapshot) -> bool,
        stop: &Stop,
    ) -> Present {
        let limits = self.limits_now();
        let reads = present.readings.iter_mut().filter_map(|reading| {
            let admin = self.tenant(&reading.tenant)?.admin().ok()?;
            let snapshot = reading.result.as_mut().ok()?;
            let wanted = snapshot.users.iter().filter(|user| lists_less(user) && who(user, snapshot));
            let keys: Vec<UserKey> = wanted.map(|user| user.key.clone()).collect();
            Some(async move {
                for keys in keys.chunks(AT_ONCE) {
                    if stop.is_stopped() {
                        let unread =
                            Unread { what: "details".to_owned(), why: Failure::new("stopped before they were read") };
                        snapshot.unread.push(unread);
                        break;
                    }
                    snapshot.complete(admin.as_ref(), keys, &[], limits.people).await;
                }
            })
        });
        stream::iter(reads.collect::<Vec<_>>()).buffer_unordered(limits.tenants.max(1)).collect::<Vec<()>>().await;
        present
    }
}

/// Who is an administrator by what the lists tell.
fn administrators(snapshot: &Snapshot) -> HashSet<UserKey> {
    let strengths = Strengths::of(snapshot);
    let is_one = |user: &&User| {
        let by = user.roles.value().and_then(|roles| strengths.administrator_by(roles));
        by.is_some_and(|by| !by.is_empty())
    };
    snapshot.users.iter().filter(is_one).map(|user| user.key.clone()).collect()
}

/// Whether a call for the account may tell what the list did not. The lists of Identity Exposure, and those of the own organization of
/// Security Center, tell everything that there is.
fn lists_less(user: &User) -> bool {
    match &user.key {
        UserKey::VulnerabilityManagement(_) => true,
        UserKey::SecurityCenter(address) => address.organization().is_some() && !user.unknown().is_empty(),
        _ => false,
    }
}
