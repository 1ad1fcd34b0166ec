//! What became of each row.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::Prepared;
use super::targets::State;
use crate::plan::Change;
use crate::{Earlier, Ended, Outcome, Place, Report};

/// What became of one row in one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RowResult {
    /// Where the row stands.
    #[serde(flatten)]
    pub place: Place,
    /// The person: the e-mail address, or else the user name. Empty when the row does not say.
    pub person: String,
    /// The tenant; `None` when the row names one that is not there.
    pub tenant: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub result: RowOutcome,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RowOutcome {
    /// The account was made, with everything that the row says.
    Created,
    /// The account was there, and as the row says, or is left as it is.
    Unchanged,
    /// The account was there, and was changed to what the row says.
    Changed {
        /// What was changed: `user_name`, `email`, `name`, `roles`, `groups`, `enabled`.
        fields: Vec<&'static str>,
    },
    /// A part was done and a part was not.
    Partly {
        /// Whether the account was made.
        made: bool,
        /// What was changed, besides.
        fields: Vec<&'static str>,
        /// Why the rest was not done.
        why: String,
    },
    /// Nothing was done, since the row is a bad one or the server did not do it.
    Refused {
        /// Why.
        why: String,
    },
    /// Whether it was done is not known.
    Unknown {
        /// Why.
        why: String,
    },
    /// It was not tried.
    NotTried {
        /// Why.
        why: String,
    },
}

impl RowOutcome {
    /// Whether everything is as the row says.
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Created | Self::Unchanged | Self::Changed { .. })
    }
}

impl fmt::Display for RowOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |fields: &[&str]| fields.join(", ").replace('_', " ");
        match self {
            Self::Created => f.write_str("created"),
            Self::Unchanged => f.write_str("unchanged"),
            Self::Changed { fields } => write!(f, "changed: {}", list(fields)),
            Self::Partly { made: true, fields, why } if fields.is_empty() => write!(f, "created, but {why}"),
            Self::Partly { made, fields, why } => {
                write!(f, "{}changed: {}, but {why}", if *made { "created, " } else { "" }, list(fields))
            }
            Self::Refused { why } => write!(f, "refused: {why}"),
            Self::Unknown { why } => write!(f, "unknown: {why}"),
            Self::NotTried { why } => write!(f, "not tried: {why}"),
        }
    }
}

impl fmt::Display for RowResult {
    /// One line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        for part in [self.tenant.as_deref().unwrap_or_default(), &self.person] {
            if !part.is_empty() {
                write!(f, "{part}: ")?;
            }
        }
        write!(f, "{}", self.result)
    }
}

impl Prepared {
    /// What became of each row in each of its tenants, in the order of the file.
    ///
    /// What earlier runs of the same plan did, as the journal that goes on says, counts as done by this one: a row that an earlier run
    /// made is *created*. Without it, what is so already when its turn comes was done by somebody else.
    pub fn results(&self, report: &Report, earlier: Option<&Earlier>) -> Vec<RowResult> {
        let failed: HashMap<&str, String> =
            report.failed_tenants.iter().map(|(tenant, why)| (tenant.as_str(), why.to_string())).collect();
        let steps = report.steps.iter().enumerate().map(|(index, Ended { step, outcome })| {
            let ours = earlier.is_some_and(|earlier| earlier.begun.contains(&index) || earlier.done.contains(&index));
            let what = match outcome {
                Outcome::Done | Outcome::DoneUnseen { .. } => What::Done,
                Outcome::Already if ours => What::Done,
                Outcome::Already => What::WasSo,
                Outcome::Stopped => What::NotTried("stopped".to_owned()),
                // The step that failed before it says why.
                Outcome::Blocked { .. } => What::NotTried("a step before it failed".to_owned()),
                _ if failed.contains_key(step.tenant.as_str()) => {
                    What::NotTried(format!("the tenant could not be read: {}", failed[step.tenant.as_str()]))
                }
                Outcome::Unknown { why } => What::Unknown(why.to_string()),
                Outcome::Refused { why } => What::Failed(why.to_string()),
                Outcome::NotApplied { .. } => What::Failed(outcome.to_string()),
            };
            (step, what)
        });
        self.told(steps.map(|(step, what)| ((step.tenant.as_str(), step.person.as_deref()), &step.change, what)))
    }

    /// What becomes of each row if everything goes well.
    pub fn expected(&self) -> Vec<RowResult> {
        let steps = self.plan.steps.iter();
        self.told(steps.map(|step| ((step.tenant.as_str(), step.person.as_deref()), &step.change, What::Done)))
    }

    fn told<'a>(&self, steps: impl Iterator<Item = ((&'a str, Option<&'a str>), &'a Change, What)>) -> Vec<RowResult> {
        let mut sums: HashMap<(&str, &str), Sum> = HashMap::new();
        for ((tenant, person), change, what) in steps {
            if let Some(person) = person {
                sums.entry((tenant, person)).or_default().add(change, what);
            }
        }
        let results = self.targets.iter().map(|target| {
            let (place, person) = &self.rows[target.row];
            let result = match &target.state {
                State::Kept => RowOutcome::Unchanged,
                State::Refused(why) => RowOutcome::Refused { why: why.clone() },
                State::NotTried(why) => RowOutcome::NotTried { why: why.clone() },
                State::Planned => {
                    let key = (target.tenant.as_deref().unwrap_or_default(), person.as_str());
                    sums.remove(&key).map_or(RowOutcome::Unchanged, Sum::outcome)
                }
            };
            RowResult { place: place.clone(), person: person.clone(), tenant: target.tenant.clone(), result }
        });
        results.collect()
    }
}

/// What a step came to, as far as its row is concerned.
enum What {
    Done,
    WasSo,
    Failed(String),
    Unknown(String),
    NotTried(String),
}

/// What the steps of a row came to.
#[derive(Default)]
struct Sum {
    made: bool,
    fields: Vec<&'static str>,
    failed: Option<String>,
    unknown: Option<String>,
    not_tried: Option<String>,
}

impl Sum {
    fn add(&mut self, change: &Change, what: What) {
        match what {
            What::WasSo => {}
            What::Done if matches!(change, Change::CreateUser { .. }) => self.made = true,
            What::Done => {
                for field in fields(change) {
                    if !self.fields.contains(&field) {
                        self.fields.push(field);
                    }
                }
            }
            What::Failed(why) => _ = self.failed.get_or_insert(why),
            What::Unknown(why) => _ = self.unknown.get_or_insert(why),
            What::NotTried(why) => _ = self.not_tried.get_or_insert(why),
        }
    }

    fn outcome(self) -> RowOutcome {
        let Self { made, fields, failed, unknown, not_tried } = self;
        let nothing = !made && fields.is_empty();
        match (failed, unknown, not_tried) {
            (None, None, None) if made => RowOutcome::Created,
            (None, None, None) if nothing => RowOutcome::Unchanged,
            (None, None, None) => RowOutcome::Changed { fields },
            (_, Some(why), _) if nothing => RowOutcome::Unknown { why },
            (Some(why), ..) if nothing => RowOutcome::Refused { why },
            (None, None, Some(why)) if nothing => RowOutcome::NotTried { why },
            (_, Some(why), _) => RowOutcome::Partly { made, fields, why: format!("unknown: {why}") },
            (Some(why), ..) => RowOutcome::Partly { made, fields, why: format!("refused: {why}") },
            (None, None, why) => {
                RowOutcome::Partly { made, fields, why: format!("not tried: {}", why.unwrap_or_default()) }
            }
        }
    }
}

/// What a change of a user changes, in the words of the columns.
fn fields(change: &Change) -> Vec<&'static str> {
    match change {
        Change::ChangeUser { user_name, email, full_name } => {
            let named = [("user_name", user_name), ("email", email), ("name", full_name)];
            named.into_iter().filter(|(_, edit)| edit.is_some()).map(|(field, _)| field).collect()
        }
        Change::SetRoles { .. } => vec!["roles"],
        Change::JoinGroup { .. } | Change::LeaveGroup { .. } => vec!["groups"],
        Change::SetEnabled(_) => vec!["enabled"],
        // Rows ask for nothing else.
        _ => Vec::new(),
    }
}
