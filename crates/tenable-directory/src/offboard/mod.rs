//! Somebody leaves: every account of theirs is closed, everywhere, and a record says whether all of it holds.

mod accounts;
mod limits;
mod record;
mod successor;
mod verdict;
mod wishes;

use serde::{Deserialize, Serialize};

pub use accounts::Accounts;
pub use limits::NotDone;
pub use record::{AccountRecord, After, Asker, OffboardingRecord, StepRecord, TenantRecord};
pub use verdict::Verdict;

use crate::plan::Planned;
use crate::{Apply, Clock, Directory, Observer, Problem, Problems, Stop, Whois};
use record::Recorder;
use wishes::Draft;

/// What becomes of the accounts of somebody who leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "departure", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Departure {
    /// They are closed and stay.
    #[default]
    Disable,
    /// They are closed, then deleted.
    Delete {
        /// Who gets what they own, by user name, e-mail address or key; the product decides where there is none.
        successor: Option<String>,
    },
}

impl Departure {
    /// From the words of a command: whether to delete, and to whom what the accounts own goes.
    ///
    /// # Errors
    ///
    /// When a successor is named and nothing is deleted: no product hands over what the account of somebody owns who stays.
    ///
    /// ```
    /// use tenable_directory::Departure;
    ///
    /// assert_eq!(Departure::asked(false, None)?, Departure::Disable);
    /// assert!(Departure::asked(false, Some("bo@example.com".to_owned())).is_err());
    /// # Ok::<(), tenable_directory::Problem>(())
    /// ```
    pub fn asked(delete: bool, successor: Option<String>) -> Result<Self, Problem> {
        match (delete, successor) {
            (true, successor) => Ok(Self::Delete { successor }),
            (false, None) => Ok(Self::Disable),
            (false, Some(successor)) => {
                let what = "what an account owns is handed over only when the account is deleted: delete it, or name no successor";
                Err(Problem::new(what).about(successor))
            }
        }
    }
}

/// Who leaves, and how.
///
/// ```
/// use tenable_directory::{Apply, Departure, Directory, Offboarding, Problems, Stop};
///
/// async fn close_out(directory: &Directory) -> Result<bool, Problems> {
///     let offboarding = Offboarding::new("ann@example.com")
///         .departure(Departure::Delete { successor: Some("bo@example.com".to_owned()) });
///     let planned = directory.plan_offboarding(&offboarding, &(), &Stop::default()).await;
///     print!("{}", planned.planned.plan);
///     let record = directory.offboard(&planned, &Apply::new()).await?;
///     print!("{}", record.to_json());
///     Ok(record.holds)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Offboarding {
    person: String,
    departure: Departure,
    exceptions: Vec<(String, Departure)>,
    accounts: Accounts,
    clock: Clock,
}

impl Offboarding {
    /// This person leaves, by e-mail address, user name or alias. The accounts are disabled unless something else is set.
    pub fn new(person: impl Into<String>) -> Self {
        Self {
            person: person.into(),
            departure: Departure::Disable,
            exceptions: Vec::new(),
            accounts: Accounts::default(),
            clock: Clock::default(),
        }
    }

    /// What becomes of the accounts.
    #[must_use]
    pub fn departure(mut self, departure: Departure) -> Self {
        self.departure = departure;
        self
    }

    /// What becomes of the accounts in one tenant, where that is something else than elsewhere.
    #[must_use]
    pub fn departure_in(mut self, tenant: impl Into<String>, departure: Departure) -> Self {
        let tenant = tenant.into();
        self.exceptions.retain(|(other, _)| *other != tenant);
        self.exceptions.push((tenant, departure));
        self
    }

    /// Which of the accounts that bear the person's names are meant.
    #[must_use]
    pub fn accounts(mut self, accounts: Accounts) -> Self {
        self.accounts = accounts;
        self
    }

    /// The clock of the record; the computer's unless it is set.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    fn departure_of(&self, tenant: &str) -> &Departure {
        let exception = self.exceptions.iter().find(|(other, _)| other == tenant);
        exception.map_or(&self.departure, |(_, departure)| departure)
    }
}

/// How somebody would leave: what is there, what would be done, and what stands in the way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlannedOffboarding {
    /// The accounts of the person, what does not fit together about them, and the tenants that could not be read.
    pub whois: Whois,
    /// The steps, and what stands in the way. While there is anything, the plan is to be read and not applied.
    pub planned: Planned,
    offboarding: Offboarding,
    drafts: Vec<Draft>,
}

impl PlannedOffboarding {
    /// Whether no tenant that was read has an account of the person: there is nothing to do, unless the name is wrong
    /// ([`Whois::did_you_mean`]) or a tenant could not be read ([`Whois::failed`]).
    pub fn is_nobody(&self) -> bool {
        self.whois.is_nobody()
    }
}

impl Directory {
    /// Finds the accounts of somebody who leaves, and plans how they are closed. Nothing is changed.
    ///
    /// Each account loses its ways to sign in, its keys, roles and groups as far as the product can take them, is disabled, and is deleted
    /// if that is asked for. A tenant that cannot be read is listed, and the others are planned.
    ///
    /// What stands in the way, beside what stands in the way of every plan: several accounts in one tenant that were not confirmed
    /// ([`Accounts`]), an account that is two people's by its names, one that its product does not delete, and a successor who is not
    /// there, leaves too, or cannot own anything.
    pub async fn plan_offboarding(
        &self,
        offboarding: &Offboarding,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> PlannedOffboarding {
        let aliases = self.known_aliases();
        let present = self.read_person(&offboarding.person, observer, stop).await;
        let whois = Whois::of(&present, &offboarding.person, aliases);
        let mut problems: Vec<Problem> = Vec::new();
        for (tenant, _) in &offboarding.exceptions {
            if self.tenant(tenant).is_none() {
                problems.push(Problem::new("there is no connection to it").in_tenant(tenant));
            }
        }
        problems.extend(accounts::unknown_names(offboarding, &present, aliases));
        let drafts: Vec<Draft> =
            present.snapshots().map(|snapshot| Draft::new(offboarding, snapshot, aliases)).collect();
        let wish_of = |tenant: &str| drafts.iter().find(|draft| draft.tenant == tenant).map(|draft| draft.wish.clone());
        let mut planned = self.plan_from(present, |snapshot| wish_of(&snapshot.tenant).unwrap_or_default());
        for draft in &drafts {
            problems.extend(draft.problems.iter().cloned());
            planned.plan.notes.extend(draft.notes.iter().map(|note| format!("{}: {note}", draft.tenant)));
        }
        problems.append(&mut planned.problems);
        planned.problems = problems;
        PlannedOffboarding { whois, planned, offboarding: offboarding.clone(), drafts }
    }

    /// Carries out a planned departure, reads everything back, and gives the record of it.
    ///
    /// Running it again, planned anew, goes on where a run was ended and, when all is done, changes nothing.
    ///
    /// # Errors
    ///
    /// Before anything is written: what stands in the way of the plan, and what changed since it was made. What goes wrong later is in the
    /// record, which then does not hold.
    pub async fn offboard(
        &self,
        planned: &PlannedOffboarding,
        options: &Apply<'_>,
    ) -> Result<OffboardingRecord, Problems> {
        Problems::check(planned.planned.problems.clone())?;
        let offboarding = &planned.offboarding;
        let begun = offboarding.clock.now();
        let report = self.apply(&planned.planned.plan, options).await?;
        let after = self.read_person(&offboarding.person, options.observer, &options.stop).await;
        let recorder = Recorder { planned, report: &report, after: &after, aliases: self.known_aliases() };
        Ok(recorder.record(begun, offboarding.clock.now()))
    }
}

#[cfg(test)]
mod tests;
