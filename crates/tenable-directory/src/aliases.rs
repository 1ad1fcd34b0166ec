use std::collections::{BTreeMap, BTreeSet};

use tenable_api::model::shared::User;

use crate::Problem;

/// The text by which names and addresses are compared: without surrounding white space, in lower case.
pub(crate) fn normalized(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Which names are one person: other e-mail addresses, and user names that are no address.
///
/// ```
/// use tenable_directory::Aliases;
///
/// let mut aliases = Aliases::default();
/// aliases.add("ann@example.com", ["alee", "ann.lee@corp.example"])?;
/// assert_eq!(aliases.person("ALee"), "ann@example.com");
/// assert_eq!(aliases.person("Bo@Example.com"), "bo@example.com", "who has no alias stands for itself");
/// assert!(aliases.add("bo@example.com", ["alee"]).is_err(), "nobody is two people");
/// # Ok::<(), tenable_directory::Problem>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aliases {
    /// Each name and whose it is, both normalised; persons are their own.
    persons: BTreeMap<String, String>,
    /// The names of each person, normalised.
    names: BTreeMap<String, BTreeSet<String>>,
}

impl Aliases {
    /// Says that these names are this person.
    pub fn add(
        &mut self,
        person: impl AsRef<str>,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<(), Problem> {
        let person = normalized(person.as_ref());
        let mut names: BTreeSet<String> = names.into_iter().map(|name| normalized(name.as_ref())).collect();
        names.insert(person.clone());
        for name in &names {
            if name.is_empty() {
                return Err(Problem::new("a name is empty").about(person));
            }
            if let Some(other) = self.persons.get(name).filter(|other| **other != person) {
                return Err(Problem::new(format!("{name} is already {other}: nobody is two people")).about(person));
            }
        }
        for name in &names {
            self.persons.insert(name.clone(), person.clone());
        }
        self.names.entry(person).or_default().extend(names);
        Ok(())
    }

    /// The person with this name, normalised. A name without a person stands for itself.
    pub fn person(&self, name: &str) -> String {
        let name = normalized(name);
        self.persons.get(&name).cloned().unwrap_or(name)
    }

    /// All names of the person with this name, normalised.
    pub fn names(&self, name: &str) -> BTreeSet<String> {
        let person = self.person(name);
        self.names.get(&person).cloned().unwrap_or_else(|| [person].into())
    }

    /// The persons whose account this is, by user name and by e-mail address: one, none when nothing is told, or two who conflict.
    pub fn persons(&self, user: &User) -> BTreeSet<String> {
        let names = [user.user_name.value(), user.email.value()].into_iter().flatten();
        let names = names.filter(|name| !name.trim().is_empty());
        let persons: BTreeSet<String> = names.map(|name| self.person(name)).collect();
        // A user name that is no address and nobody's alias says nothing about who it is; the e-mail address does.
        let addresses: BTreeSet<String> = persons.iter().filter(|person| person.contains('@')).cloned().collect();
        if addresses.is_empty() { persons } else { addresses }
    }
}
