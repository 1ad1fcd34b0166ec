//! What would be done: typed steps that a person can read, a program can check, and an application can demand unchanged.

mod change;
mod text;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use change::{Change, Edit, Named, Phase, Subject};

use crate::{Present, Problem, Problems};

/// Steps that turn what is there into what should be there, in the order in which they are made.
///
/// As JSON it carries its [`hash`](Self::hash), and what was changed by hand is refused when it is read back. It holds no secret.
///
/// ```
/// use tenable_directory::plan::{Change, Plan, Step, Subject, Named};
///
/// let mut plan = Plan::default();
/// plan.steps.push(Step::new("vm", Subject::Group(Named::new("Night shift", None)), Change::CreateGroup));
/// assert_eq!(plan.to_string(), "vm\n  + group Night shift\n\nPlan: 1 to make, 0 to change, 0 to remove.\n");
/// let json = plan.to_json();
/// assert_eq!(Plan::from_json(&json)?, plan);
/// assert!(Plan::from_json(&json.replace("Night", "Day")).is_err());
/// # Ok::<(), tenable_directory::Problem>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// What whoever reads the plan should know: what is left as it is although it differs, and why.
    pub notes: Vec<String>,
}

/// One change in one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// The tenant.
    pub tenant: String,
    /// Whom or what it changes.
    pub subject: Subject,
    /// The person whose account it changes, if it is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}

impl Step {
    /// One change in one tenant.
    pub fn new(tenant: impl Into<String>, subject: Subject, change: Change) -> Self {
        Self { tenant: tenant.into(), subject, person: None, change }
    }

    /// Whether it takes something away that is there: a deletion, or an account that may not sign in any more. Not one that the plan makes.
    pub const fn is_removal(&self) -> bool {
        self.change.is_removal() && !matches!(self.subject, Subject::User(Named { key: None, .. }))
    }

    /// Of the account of this person.
    #[must_use]
    pub fn of_person(mut self, person: impl Into<String>) -> Self {
        self.person = Some(person.into());
        self
    }
}

/// Number of the format of a plan in JSON.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: u32,
    hash: String,
    steps: Vec<Step>,
    notes: Vec<String>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// SHA-256 of the steps, such as `sha256:9f86d0…`. Two plans with the same steps have the same.
    pub fn hash(&self) -> String {
        // Writing to memory cannot fail, and every key is a string.
        let steps = serde_json::to_vec(&(FORMAT, &self.steps)).unwrap_or_default();
        let digest = Sha256::digest(&steps);
        let hex = digest.iter().map(|byte| format!("{byte:02x}"));
        format!("sha256:{}", hex.collect::<String>())
    }

    /// The plan as JSON, which [`from_json`](Self::from_json) reads.
    pub fn to_json(&self) -> String {
        let document =
            Document { format: FORMAT, hash: self.hash(), steps: self.steps.clone(), notes: self.notes.clone() };
        let mut json = serde_json::to_string_pretty(&document).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Reads a plan.
    ///
    /// # Errors
    ///
    /// When it is none, of another format, or its steps are not those that its hash is of, or no changes of what they are about.
    pub fn from_json(json: &str) -> Result<Self, Problem> {
        let document: Document =
            serde_json::from_str(json).map_err(|error| Problem::new(format!("this is not a plan: {error}")))?;
        if document.format != FORMAT {
            let found = document.format;
            return Err(Problem::new(format!(
                "the plan has format {found}, and this release knows {FORMAT}: plan again"
            )));
        }
        let plan = Self { steps: document.steps, notes: document.notes };
        if plan.hash() != document.hash {
            return Err(Problem::new(
                "the steps of the plan are not those that its hash is of: it was changed; plan again",
            ));
        }
        if let Some(step) = plan.steps.iter().find(|step| !step.change.is_of(&step.subject)) {
            let kind = step.subject.kind();
            return Err(Problem::new(format!("this is not a plan: one of its steps is no change of a {kind}")));
        }
        Ok(plan)
    }
}

/// A plan, what it was made from, and what stands in its way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Planned {
    /// The steps for everything that can be planned.
    pub plan: Plan,
    /// What stands in the way. While there are any, the plan is to be read and not applied.
    pub problems: Vec<Problem>,
    /// What is there.
    pub present: Present,
}

impl Planned {
    /// The plan, unless something stands in its way.
    pub fn into_plan(self) -> Result<Plan, Problems> {
        Problems::check(self.problems).map(|()| self.plan)
    }
}
