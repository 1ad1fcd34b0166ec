//! What an import keeps, so that a later run goes on with the very plan of the first one.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::prepare::Rows;
use super::targets::{State, Target};
use super::{Import, Prepared};
use crate::plan::Plan;
use crate::{Directory, Problem, Problems};

/// Number of the format.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    format: u32,
    /// SHA-256 of the rows and options, without passwords.
    rows: String,
    /// Rows that the plan is not about.
    left_out: Vec<LeftOut>,
    #[serde(borrow)]
    plan: &'a RawValue,
}

/// A row that the plan is not about, by its place among the targets, and why.
#[derive(Serialize, Deserialize)]
struct LeftOut {
    target: usize,
    why: Why,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Kept,
    Refused(String),
    NotTried(String),
}

impl Prepared {
    /// What [`Import::go_on`] needs, as JSON. It holds no password.
    ///
    /// # Errors
    ///
    /// What stands in the way of the plan: there is nothing to go on with.
    pub fn to_json(&self) -> Result<String, Problems> {
        let plan = self.plan()?.to_json();
        let why = |state: &State| match state {
            State::Planned => None,
            State::Kept => Some(Why::Kept),
            State::Refused(why) => Some(Why::Refused(why.clone())),
            State::NotTried(why) => Some(Why::NotTried(why.clone())),
        };
        let targets = self.targets.iter().enumerate();
        let left_out = targets.filter_map(|(target, Target { state, .. })| Some(LeftOut { target, why: why(state)? }));
        let whole = |error: serde_json::Error| Problem::new(format!("the record cannot be written: {error}"));
        let document = Document {
            format: FORMAT,
            rows: self.fingerprint.clone(),
            left_out: left_out.collect(),
            plan: serde_json::from_str(&plan).map_err(whole)?,
        };
        Ok(serde_json::to_string(&document).map_err(whole)? + "\n")
    }
}

impl Import {
    /// Goes on with the plan of an earlier run, of which this is the [record](Prepared::to_json). Nothing is read or written.
    ///
    /// Steps that are done are skipped when the plan is applied. Tenants that the first run could not read stay out: import again for them.
    ///
    /// # Errors
    ///
    /// When it is no record, or of other rows, options or tenants.
    pub fn go_on(&self, directory: &Directory, record: &str) -> Result<Prepared, Problem> {
        let document: Document<'_> = serde_json::from_str(record)
            .map_err(|error| Problem::new(format!("this is no record of an import: {error}")))?;
        let mut rows = Rows::new(self, directory);
        let fingerprint = fingerprint(self, &rows.targets);
        if document.format != FORMAT || document.rows != fingerprint {
            return Err(Problem::new(
                "the record is of other rows, options or tenants, or of another release: import anew, without it",
            ));
        }
        let plan = Plan::from_json(document.plan.get())?;
        for LeftOut { target, why } in document.left_out {
            let target =
                rows.targets.get_mut(target).ok_or_else(|| Problem::new("the record was changed: import anew"))?;
            target.state = match why {
                Why::Kept => State::Kept,
                Why::Refused(why) => State::Refused(why),
                Why::NotTried(why) => State::NotTried(why),
            };
        }
        let passwords = rows.given(&plan, &rows.by_tenant());
        Ok(Prepared {
            rows: self.rows(),
            plan,
            problems: Vec::new(),
            passwords,
            failed_tenants: Vec::new(),
            fingerprint,
            targets: rows.targets,
        })
    }
}

/// SHA-256 of what decides about a plan besides what is there. Not of passwords: a hash would help to guess them.
pub(super) fn fingerprint(import: &Import, targets: &[Target]) -> String {
    let mut hash = Sha256::new();
    let mut feed = |text: &str| {
        // With its length, so that no two lists of texts are one.
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    };
    feed(&format!("{:?}", import.options));
    for target in targets {
        let person = &import.people[target.row];
        let facts =
            (&person.email, &person.user_name, &person.full_name, &person.roles, &person.groups, person.enabled);
        feed(&format!("{} {:?} {facts:?} {:?}", person.line, target.tenant, person.problems));
    }
    let digest = hash.finalize();
    let hex = digest.iter().map(|byte| format!("{byte:02x}"));
    format!("sha256:{}", hex.collect::<String>())
}
