//! The record of a departure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenable_api::model::Timestamp;
use tenable_api::model::shared::UserKey;

use super::limits::NotDone;
use super::verdict::{Verdict, by_hand};
use super::wishes::Draft;
use super::{Departure, PlannedOffboarding};
use crate::plan::{Step, Subject};
use crate::present::shown;
use crate::whois::{Account, conflicts};
use crate::{Aliases, Conflict, Failure, Outcome, Present, Report, Snapshot};

/// What became of the accounts of somebody who left, for the file: who asked, what was there, what was done, what is there now, and whether
/// all of it holds. It has no secret in it.
///
/// As JSON it has a published shape: a field is added without a new [`VERSION`](Self::VERSION), and nothing is taken away or changes its
/// meaning within one.
///
/// ```
/// use tenable_directory::OffboardingRecord;
///
/// fn print(json: &str) -> Result<(), serde_json::Error> {
///     let record: OffboardingRecord = serde_json::from_str(json)?;
///     println!("{}: {}", record.person, if record.holds { "closed everywhere" } else { "still open" });
///     for failure in record.failures() {
///         println!("  {failure}");
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OffboardingRecord {
    /// The version of the shape.
    pub version: u32,
    /// The person, normalised: an alias stands for whose it is.
    pub person: String,
    /// All names that accounts were looked for by, normalised.
    pub names: Vec<String>,
    /// When it was begun: RFC 3339.
    pub begun: String,
    /// When it was ended and read back: RFC 3339.
    pub ended: String,
    /// The [hash](crate::plan::Plan::hash) of the plan.
    pub plan: String,
    /// One for each tenant, in the order of the directory.
    pub tenants: Vec<TenantRecord>,
    /// What does not fit together about the accounts, as it was before.
    pub conflicts: Vec<Conflict>,
    /// Whether every tenant could be read, every account that is meant is as was asked for, and every credential of it is refused.
    pub holds: bool,
}

/// What became of the accounts in one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TenantRecord {
    /// The tenant.
    pub tenant: String,
    /// The word of its product: `ie`, `sc`, `vm`; `None` when it cannot be reached.
    pub product: Option<String>,
    /// The account of the connection; `None` when that could not be told.
    pub asked_by: Option<Asker>,
    /// What was asked for.
    #[serde(flatten)]
    pub departure: Departure,
    /// Why the tenant could not be read, before or afterwards; `None` when it could.
    pub unread: Option<Failure>,
    /// The accounts that are meant, before or now. Empty when the person has none.
    pub accounts: Vec<AccountRecord>,
    /// Accounts that bear a name of the person and were not named: they stay.
    pub staying: Vec<UserKey>,
    /// Whether the tenant could be read and all of its accounts hold.
    pub holds: bool,
}

/// The account that the connection uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Asker {
    /// Which account.
    pub key: UserKey,
    /// The name that people see.
    pub name: String,
}

/// What became of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountRecord {
    /// Which account.
    pub key: UserKey,
    /// The name that people see.
    pub name: String,
    /// As it was; `None` for one that was not there, and came while others were closed.
    pub before: Option<Account>,
    /// What was done, in order, and how each step ended.
    pub steps: Vec<StepRecord>,
    /// As it was read back.
    pub after: After,
    /// Whether every credential is refused.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// What was not done since the product has no way to do it.
    pub not_done: Vec<NotDone>,
    /// What is left to do by hand, or to know.
    pub by_hand: Vec<String>,
    /// Whether the account is as was asked for, so is every step of one that stays, and every credential is refused.
    pub holds: bool,
}

/// One step and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepRecord {
    /// The step.
    #[serde(flatten)]
    pub step: Step,
    /// The step as people read it.
    pub text: String,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// An account afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum After {
    /// It is not there any more.
    Gone,
    /// It is there.
    There {
        /// As it is.
        account: Box<Account>,
    },
    /// It could not be read back.
    Unread {
        /// Why.
        why: Failure,
    },
}

impl OffboardingRecord {
    /// The version of the shape that this release writes.
    pub const VERSION: u32 = 1;

    /// The record as JSON, over several lines.
    pub fn to_json(&self) -> String {
        // Every key is a string and nothing in it can fail to be written.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Whether no tenant had an account of the person.
    pub fn is_nobody(&self) -> bool {
        self.tenants.iter().all(|tenant| tenant.accounts.is_empty())
    }

    /// Each account with its tenant.
    pub fn accounts(&self) -> impl Iterator<Item = (&TenantRecord, &AccountRecord)> {
        self.tenants.iter().flat_map(|tenant| tenant.accounts.iter().map(move |account| (tenant, account)))
    }

    /// What does not hold, one sentence each: tenants that could not be read, and accounts with what is still open.
    pub fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        for tenant in &self.tenants {
            if let Some(why) = &tenant.unread {
                failures.push(format!("{}: not read: {why}", tenant.tenant));
            }
            for account in tenant.accounts.iter().filter(|account| !account.holds) {
                failures.extend(
                    account
                        .failures(&tenant.departure)
                        .map(|what| format!("{}: {}: {what}", tenant.tenant, account.name)),
                );
            }
        }
        failures
    }
}

impl AccountRecord {
    fn failures(&self, departure: &Departure) -> impl Iterator<Item = String> {
        let steps = self.steps.iter().filter(|step| !step.outcome.is_success());
        let steps = steps.map(|step| format!("{}: {}", step.step.change, step.outcome));
        let open = match &self.verdict {
            Verdict::RefusedEverywhere { .. } => Vec::new(),
            Verdict::StillOpen { what } => what.iter().map(|what| format!("still open: {what}")).collect(),
        };
        let asked = (!self.after.is_as_asked(departure)).then(|| match departure {
            Departure::Disable => "it should be disabled".to_owned(),
            Departure::Delete { .. } => "it should be deleted".to_owned(),
        });
        steps.chain(asked).chain(open).collect::<Vec<_>>().into_iter()
    }
}

impl After {
    fn is_as_asked(&self, departure: &Departure) -> bool {
        match (self, departure) {
            (Self::Gone, _) => true,
            (Self::There { account }, Departure::Disable) => account.enabled == Some(false),
            (Self::There { .. } | Self::Unread { .. }, _) => false,
        }
    }
}

/// What a record is made from.
pub(super) struct Recorder<'a> {
    pub(super) planned: &'a PlannedOffboarding,
    pub(super) report: &'a Report,
    pub(super) after: &'a Present,
    pub(super) aliases: &'a Aliases,
}

impl Recorder<'_> {
    pub(super) fn record(&self, begun: Timestamp, ended: Timestamp) -> OffboardingRecord {
        let PlannedOffboarding { whois, planned, offboarding, .. } = self.planned;
        let tenants: Vec<TenantRecord> =
            planned.present.readings.iter().map(|reading| self.tenant(&reading.tenant)).collect();
        OffboardingRecord {
            version: OffboardingRecord::VERSION,
            person: whois.person.clone(),
            names: whois.names.clone(),
            begun: begun.to_string(),
            ended: ended.to_string(),
            plan: self.report.plan.clone(),
            holds: tenants.iter().all(|tenant| tenant.holds),
            tenants,
            conflicts: conflicts(&planned.present, &offboarding.person, self.aliases),
        }
    }

    fn tenant(&self, tenant: &str) -> TenantRecord {
        let offboarding = &self.planned.offboarding;
        let before = self.planned.planned.present.readings.iter().find(|reading| reading.tenant == tenant);
        let after = self.after.readings.iter().find(|reading| reading.tenant == tenant);
        let product = before.and_then(|reading| reading.product).map(|product| product.command().to_owned());
        let snapshot = before.and_then(|reading| reading.result.as_ref().ok());
        let now = after.and_then(|reading| reading.result.as_ref().ok());
        let failure =
            |reading: Option<&crate::Reading>| reading.and_then(|reading| reading.result.as_ref().err().cloned());
        let unread = failure(before).or_else(|| failure(after));
        let draft = self.planned.drafts.iter().find(|draft| draft.tenant == tenant);
        let accounts = match (snapshot, draft) {
            (Some(snapshot), Some(draft)) => self.accounts(draft, snapshot, now, unread.as_ref()),
            _ => Vec::new(),
        };
        let asked_by = snapshot.and_then(|snapshot| {
            let me = snapshot.me.as_ref()?;
            let name = snapshot.user(me).map_or_else(|| me.to_string(), shown);
            Some(Asker { key: me.clone(), name })
        });
        TenantRecord {
            tenant: tenant.to_owned(),
            product,
            asked_by,
            departure: offboarding.departure_of(tenant).clone(),
            holds: unread.is_none() && accounts.iter().all(|account| account.holds),
            unread,
            accounts,
            staying: draft.map(|draft| draft.staying.clone()).unwrap_or_default(),
        }
    }

    fn accounts(
        &self,
        draft: &Draft,
        before: &Snapshot,
        now: Option<&Snapshot>,
        unread: Option<&Failure>,
    ) -> Vec<AccountRecord> {
        let mut not_done: BTreeMap<String, Vec<NotDone>> = BTreeMap::new();
        for leaving in &draft.leaving {
            not_done.insert(leaving.key.to_string(), leaving.not_done.clone());
        }
        // One that came while others were closed is one of the person's too.
        let came = now.map(|now| now.accounts(&self.planned.offboarding.person, self.aliases)).unwrap_or_default();
        let came = came.iter().map(|user| &user.key);
        let came = came.filter(|key| before.user(key).is_none() && !draft.staying.contains(key)).cloned();
        let keys: Vec<UserKey> = draft.leaving.iter().map(|leaving| leaving.key.clone()).chain(came).collect();
        keys.into_iter()
            .map(|key| {
                let limits = not_done.remove(&key.to_string()).unwrap_or_default();
                self.account(&key, draft, before, now, unread, limits)
            })
            .collect()
    }

    fn account(
        &self,
        key: &UserKey,
        draft: &Draft,
        before: &Snapshot,
        now: Option<&Snapshot>,
        unread: Option<&Failure>,
        not_done: Vec<NotDone>,
    ) -> AccountRecord {
        let was = before.user(key);
        let is = now.and_then(|now| now.user(key));
        let steps: Vec<StepRecord> = self
            .report
            .steps
            .iter()
            .filter(|ended| is_of(&ended.step, &draft.tenant, key))
            .map(|ended| StepRecord {
                text: ended.step.to_string(),
                step: ended.step.clone(),
                outcome: ended.outcome.clone(),
            })
            .collect();
        let (after, verdict) = match (now, is) {
            (Some(now), Some(user)) => match now.why_unread(&key.to_string()) {
                Some(why) => {
                    (After::Unread { why: why.clone() }, Verdict::open(format!("it could not be read back: {why}")))
                }
                None => (After::There { account: Box::new(Account::of(user, now)) }, Verdict::of(user)),
            },
            (Some(_), None) => (After::Gone, Verdict::gone()),
            (None, _) => {
                let why = unread.cloned().unwrap_or_else(|| Failure::new("it was not read"));
                let open = Verdict::open(format!("it could not be read back: {why}"));
                (After::Unread { why }, open)
            }
        };
        // What failed before an account was deleted went with it.
        let done = after == After::Gone || steps.iter().all(|step| step.outcome.is_success());
        let holds = done && verdict.is_refused() && after.is_as_asked(&draft.departure);
        AccountRecord {
            key: key.clone(),
            name: is.or(was).map_or_else(|| key.to_string(), shown),
            before: was.map(|user| Account::of(user, before)),
            steps,
            after,
            by_hand: by_hand(was, is),
            verdict,
            not_done,
            holds,
        }
    }
}

fn is_of(step: &Step, tenant: &str, key: &UserKey) -> bool {
    step.tenant == tenant && matches!(&step.subject, Subject::User(named) if named.key.as_ref() == Some(key))
}
