use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

use futures_util::{StreamExt as _, stream};
use tenable_api::admin::{Ability, Admin};
use tenable_api::model::Product;
use tenable_api::model::shared::{RoleKey, UserKey};

use crate::aliases::normalized;
use crate::{Aliases, Event, Failure, Observer, Present, Problem, Reading, Snapshot, Stop, Tenant, Unread};

/// Tenants whose people are looked after together.
///
/// ```
/// use tenable_api::identity_exposure::IdentityExposure;
/// use tenable_api::vulnerability_management::VulnerabilityManagement;
/// use tenable_directory::{Directory, Tenant};
///
/// let ie = IdentityExposure::builder().url("https://acme.tenable.ad").api_key("key").build()?;
/// let vm = VulnerabilityManagement::builder().api_key("access", "secret").build()?;
/// let directory = Directory::new([Tenant::new("ie", ie), Tenant::new("vm", vm)])?;
/// assert_eq!(directory.tenants().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Directory {
    tenants: Vec<Tenant>,
    aliases: Aliases,
    limits: Limits,
    protected: BTreeSet<String>,
}

/// How much runs at once. Each client has its own limits below these: calls in flight, and what the server allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many tenants are worked on at once.
    pub tenants: usize,
    /// How many people are changed at once in one tenant.
    pub people: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { tenants: 16, people: 8 }
    }
}

impl Directory {
    /// These tenants.
    ///
    /// # Errors
    ///
    /// When two have one name, or one has none, or the word of a product that it is not of.
    pub fn new(tenants: impl IntoIterator<Item = Tenant>) -> Result<Self, Problem> {
        let tenants: Vec<Tenant> = tenants.into_iter().collect();
        let mut names = HashSet::new();
        let words = [Product::IdentityExposure, Product::SecurityCenter, Product::VulnerabilityManagement]
            .map(Product::command);
        for tenant in &tenants {
            let name = tenant.name();
            if name.trim().is_empty() {
                return Err(Problem::new("a tenant has no name"));
            }
            if !names.insert(name) {
                return Err(Problem::new("two tenants have this name").in_tenant(name));
            }
            let other = tenant.product().is_some_and(|product| words.contains(&name) && name != product.command());
            if other {
                return Err(Problem::new("the name is the word of another product: give it another").in_tenant(name));
            }
        }
        Ok(Self { tenants, aliases: Aliases::default(), limits: Limits::default(), protected: BTreeSet::new() })
    }

    /// With names that are one person.
    #[must_use]
    pub fn aliases(mut self, aliases: Aliases) -> Self {
        self.aliases = aliases;
        self
    }

    /// With these limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// With accounts that no plan takes anything from: those for emergencies, by user name, e-mail address or key.
    #[must_use]
    pub fn protected(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.protected.extend(names.into_iter().map(|name| normalized(name.as_ref())));
        self
    }

    /// The tenants, in the order that they were given in.
    pub fn tenants(&self) -> &[Tenant] {
        &self.tenants
    }

    /// The tenant of this name.
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.name() == name)
    }

    /// The names that are one person.
    pub fn known_aliases(&self) -> &Aliases {
        &self.aliases
    }

    pub(crate) fn protected_names(&self) -> &BTreeSet<String> {
        &self.protected
    }

    pub(crate) fn limits_now(&self) -> Limits {
        self.limits
    }

    /// Reads everybody and everything in all tenants, side by side. A tenant that cannot be read is one that failed.
    pub async fn read(&self, observer: &dyn Observer, stop: &Stop) -> Present {
        self.read_some(|_| true, observer, stop).await
    }

    /// [`read`](Self::read), of the tenants with these names.
    pub(crate) async fn read_some(
        &self,
        wanted: impl Fn(&str) -> bool,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Present {
        let wanted = self.tenants.iter().filter(|tenant| wanted(tenant.name()));
        let readings =
            wanted.enumerate().map(|(place, tenant)| async move { (place, read(tenant, observer, stop).await) });
        // Not in order, for then one that is slow would keep others from beginning.
        let readings = stream::iter(readings.collect::<Vec<_>>()).buffer_unordered(self.limits.tenants.max(1));
        let mut readings: Vec<(usize, Reading)> = readings.collect().await;
        readings.sort_by_key(|(place, _)| *place);
        Present { readings: readings.into_iter().map(|(_, reading)| reading).collect() }
    }
}

/// Waits for all of them, so many at once.
pub(crate) async fn side_by_side(work: impl IntoIterator<Item = impl Future<Output = ()>>, at_once: usize) {
    let work: Vec<_> = work.into_iter().collect();
    stream::iter(work).buffer_unordered(at_once.max(1)).collect::<()>().await;
}

/// Reads one tenant.
async fn read(tenant: &Tenant, observer: &dyn Observer, stop: &Stop) -> Reading {
    let name = tenant.name();
    let result = match tenant.admin() {
        Err(why) => Err(Failure::new(why)),
        Ok(_) if stop.is_stopped() => Err(Failure::new("stopped before it was read")),
        Ok(admin) => {
            observer.notice(&Event::Reading { tenant: name });
            snapshot(name, admin.as_ref()).await
        }
    };
    observer.notice(&match &result {
        Ok(snapshot) => Event::Read { tenant: name, users: snapshot.users.len() },
        Err(why) => Event::NotRead { tenant: name, why },
    });
    Reading { tenant: name.to_owned(), product: tenant.product(), result }
}

/// Everybody and everything. Without the users there is nothing to go by; what else cannot be read is told.
async fn snapshot(tenant: &str, admin: &dyn Admin) -> Result<Snapshot, Failure> {
    let capabilities = admin.capabilities();
    let users = admin.users().try_collect().await?;
    let mut unread = Vec::new();
    let mut or_unread = |what: &str, error: tenable_api::Error| {
        unread.push(Unread { what: what.to_owned(), why: error.into() });
    };
    let roles = admin.roles().try_collect().await.unwrap_or_else(|error| {
        or_unread("roles", error);
        Vec::new()
    });
    let groups = if capabilities.can(Ability::ListGroups) {
        admin.groups().try_collect().await.unwrap_or_else(|error| {
            or_unread("groups", error);
            Vec::new()
        })
    } else {
        Vec::new()
    };
    let me = match admin.me().await {
        Ok(me) => Some(me.key),
        Err(error) => {
            or_unread("own account", error);
            None
        }
    };
    Ok(Snapshot { tenant: tenant.to_owned(), capabilities, me, users, roles, groups, unread, index: OnceLock::new() })
}

impl Snapshot {
    /// Reads these users and roles one by one, for what the lists do not tell. One that cannot be read stays as the list has it.
    pub(crate) async fn complete(&mut self, admin: &dyn Admin, users: &[UserKey], roles: &[RoleKey], at_once: usize) {
        let users: BTreeSet<String> = users.iter().map(ToString::to_string).collect();
        let wanted = self.users.iter().enumerate().filter(|(_, user)| users.contains(&user.key.to_string()));
        let reads = wanted.map(|(index, user)| {
            let key = user.key.clone();
            async move { (index, admin.user(&key).await) }
        });
        let read: Vec<_> = stream::iter(reads.collect::<Vec<_>>()).buffer_unordered(at_once.max(1)).collect().await;
        for (index, result) in read {
            match result {
                Ok(user) => {
                    self.users[index] = user;
                    self.index = OnceLock::new();
                }
                Err(error) => {
                    let what = self.users[index].key.to_string();
                    self.unread.push(Unread { what, why: error.into() });
                }
            }
        }
        for key in roles {
            let read = admin.role(key).await;
            let place = self.roles.iter_mut().find(|role| role.key == *key);
            match (place, read) {
                (Some(place), Ok(role)) => *place = role,
                (_, Err(error)) => self.unread.push(Unread { what: key.to_string(), why: error.into() }),
                (None, Ok(_)) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::import::{ColumnMap, Import, Options, Table};
    use crate::plan::Plan;
    use crate::{Apply, Ensure, Offboarding, PeopleFile, ReviewOptions};

    /// A runtime with several threads takes only futures that can go from one to another. Without tenants, nothing is waited for.
    fn spawned<T: 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        future.now_or_never().unwrap()
    }

    #[test]
    fn tasks_can_be_spawned() {
        let directory = Directory::new([]).unwrap();
        let options = ReviewOptions::new(crate::Clock::fixed(1_800_000_000).now());
        let file = PeopleFile::parse("version: 1\n", None).unwrap();
        let table = Table::csv(b"email\n", None).unwrap();
        let import = Import::new(table, &ColumnMap::default(), Options::default()).unwrap();
        let (ensure, offboarding) = (Ensure::group("Night shift"), Offboarding::new("ann@example.com"));
        let tasks = async move {
            let (observer, stop) = (&(), &Stop::default());
            let whois = directory.whois("ann@example.com", observer, stop).await;
            let review = directory.review(&options, observer, stop).await;
            let planned = directory.plan(|snapshot| file.wish(snapshot), observer, stop).await;
            let ensured = directory.ensure(&ensure, &Apply::new()).await.unwrap();
            let leaving = directory.plan_offboarding(&offboarding, observer, stop).await;
            let record = directory.offboard(&leaving, &Apply::new()).await.unwrap();
            let prepared = import.plan(&directory, observer, stop).await;
            let report = directory.apply(prepared.draft(), &Apply::new()).await.unwrap();
            assert!(whois.is_nobody() && review.people.is_empty() && ensured.is_empty() && record.holds);
            (planned.plan, report.is_complete())
        };
        assert_eq!(spawned(tasks), (Plan::default(), true));
    }
}
