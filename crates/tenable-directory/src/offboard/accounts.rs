//! Which accounts are meant.

use tenable_api::model::shared::{User, UserKey};

use super::Offboarding;
use crate::aliases::normalized;
use crate::present::{names_of, shown};
use crate::whois::{AccountName, Conflict};
use crate::{Aliases, Present, Problem, Snapshot};

/// Which of the accounts that bear a person's names are meant.
///
/// An address may be on several accounts of one person, such as `alice` and `alice-admin`, and by mistake on somebody else's. Nothing is
/// guessed: the plan has them all, and stays one that cannot be applied until somebody says which.
///
/// ```
/// use tenable_directory::{Accounts, Offboarding};
///
/// let both = Offboarding::new("alice@example.com").accounts(Accounts::All);
/// let one = Offboarding::new("alice@example.com").accounts(Accounts::Only(vec!["alice-admin".to_owned()]));
/// # drop((both, one));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accounts {
    /// The one account in each tenant. Where there are several, or one is two people's by its names, nothing is done.
    #[default]
    OneInEachTenant,
    /// All of them, however many there are in a tenant.
    All,
    /// Those with these user names or keys; the others stay.
    Only(Vec<String>),
}

impl Accounts {
    /// Whether somebody said that this account is meant.
    fn names(&self, user: &User) -> bool {
        match self {
            Self::Only(names) => names.iter().any(|name| is_called(user, name)),
            Self::All | Self::OneInEachTenant => false,
        }
    }
}

/// Whether this is the key or the user name of an account.
fn is_called(user: &User, name: &str) -> bool {
    match name.parse::<UserKey>() {
        Ok(key) => user.key == key,
        Err(_) => user.user_name.value().is_some_and(|own| normalized(own) == normalized(name)),
    }
}

/// The accounts of a person in one tenant.
pub(super) struct Chosen<'a> {
    /// Those that are closed.
    pub(super) leaving: Vec<&'a User>,
    /// Those that bear a name of the person and are not meant.
    pub(super) staying: Vec<&'a User>,
    /// Why nobody should act on it before somebody confirmed it.
    pub(super) doubts: Vec<Problem>,
}

pub(super) fn choose<'a>(offboarding: &Offboarding, snapshot: &'a Snapshot, aliases: &Aliases) -> Chosen<'a> {
    let mut users = snapshot.accounts(&offboarding.person, aliases);
    users.sort_by_key(|user| user.key.to_string());
    let person = aliases.person(&offboarding.person);
    let doubt = |what: String| Problem::new(what).in_tenant(&snapshot.tenant).about(&person);
    let mut doubts = Vec::new();
    let chosen = &offboarding.accounts;
    let (leaving, staying) = match chosen {
        Accounts::Only(_) => users.into_iter().partition(|user| chosen.names(user)),
        Accounts::All | Accounts::OneInEachTenant => (users, Vec::new()),
    };
    if *chosen == Accounts::OneInEachTenant && leaving.len() > 1 {
        let names = leaving.iter().map(|user| AccountName::new(&snapshot.tenant, user).to_string());
        let names: Vec<String> = names.collect();
        doubts.push(doubt(format!(
            "{} accounts bear this name: {}; confirm all of them, or name those that are meant",
            names.len(),
            names.join(", ")
        )));
    }
    for user in leaving.iter().filter(|user| !chosen.names(user)) {
        let people = aliases.persons(user);
        if people.len() > 1 {
            let account = AccountName::new(&snapshot.tenant, user);
            let conflict = Conflict::TwoPeople { account, people: people.into_iter().collect() };
            doubts.push(
                Problem::new(format!(
                    "{conflict}: name the account if it is meant, or say in the aliases that both are one person"
                ))
                .about(&person),
            );
        }
    }
    Chosen { leaving, staying, doubts }
}

/// Names that were given and are no account of the person.
pub(super) fn unknown_names(offboarding: &Offboarding, present: &Present, aliases: &Aliases) -> Vec<Problem> {
    let Accounts::Only(names) = &offboarding.accounts else { return Vec::new() };
    let accounts: Vec<&User> =
        present.snapshots().flat_map(|snapshot| snapshot.accounts(&offboarding.person, aliases)).collect();
    let person = aliases.person(&offboarding.person);
    let unknown = names.iter().filter(|name| !accounts.iter().any(|user| is_called(user, name)));
    unknown
        .map(|name| {
            let known: Vec<String> = accounts.iter().map(|user| format!("{} ({})", shown(user), user.key)).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Problem::new(format!("{name:?} is no account of this person; there are: {known}")).about(&person)
        })
        .collect()
}

/// Whether an account bears this name: user name, e-mail address or key.
pub(super) fn bears(user: &User, name: &str) -> bool {
    let wanted = normalized(name);
    user.key.to_string() == wanted || names_of(user).any(|own| normalized(own) == wanted)
}
