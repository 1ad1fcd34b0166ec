use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::plan::Step;

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It was made, and what was read back is as it was asked for.
    Done,
    /// It was made, and whether it holds is told nowhere.
    DoneUnseen {
        /// What could not be read back, and why.
        why: String,
    },
    /// It was so already when its turn came.
    Already,
    /// The server said that it did it, and what was read back is something else.
    NotApplied {
        /// The field.
        field: String,
        /// What was asked for.
        wanted: String,
        /// What is there.
        got: String,
    },
    /// It failed, and nothing was changed.
    Refused {
        /// Why.
        why: Failure,
    },
    /// It failed, and the server may have acted.
    Unknown {
        /// Why.
        why: Failure,
    },
    /// It was not tried, since a step that it needs failed.
    Blocked {
        /// The place of that step in the plan, from 0.
        by: usize,
    },
    /// It was not tried, since the task was ended from outside.
    Stopped,
}

impl Outcome {
    /// Whether what was asked for is so now, as far as can be told.
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Done | Self::DoneUnseen { .. } | Self::Already)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::DoneUnseen { why } => write!(f, "done, not seen: {why}"),
            Self::Already => f.write_str("already so"),
            Self::NotApplied { field, wanted, got } => {
                write!(f, "not applied: {field} should be {wanted} and is {got}")
            }
            Self::Refused { why } => write!(f, "refused: {why}"),
            Self::Unknown { why } => write!(f, "unknown: {why}"),
            Self::Blocked { by } => write!(f, "not tried: step {} failed", by + 1),
            Self::Stopped => f.write_str("not tried: stopped"),
        }
    }
}

/// A step and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ended {
    /// The step.
    #[serde(flatten)]
    pub step: Step,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The [hash](crate::plan::Plan::hash) of the plan.
    pub plan: String,
    /// Every step of the plan, in its order.
    pub steps: Vec<Ended>,
    /// The tenants of the plan that could not be read, and why. Their steps were not tried.
    pub failed_tenants: Vec<(String, Failure)>,
}

impl Report {
    /// Whether everything is as the plan has it.
    pub fn is_complete(&self) -> bool {
        self.failed_tenants.is_empty() && self.steps.iter().all(|ended| ended.outcome.is_success())
    }

    /// The steps that did not succeed.
    pub fn failures(&self) -> impl Iterator<Item = &Ended> {
        self.steps.iter().filter(|ended| !ended.outcome.is_success())
    }

    /// How many steps ended so.
    pub fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.steps.iter().filter(|ended| is(&ended.outcome)).count()
    }
}
