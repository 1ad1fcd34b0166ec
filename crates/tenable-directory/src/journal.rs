use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::plan::{Plan, Step};
use crate::{Clock, Outcome, Problem};

/// A file that says what was begun and how it ended, so that a task that was killed can go on and be accounted for.
///
/// JSON Lines: the first says which plan it is of, each other one that a step has begun or ended. Each line is on the disk before the
/// next request is sent. Opening a file that is there goes on with it, if it is of the same plan.
#[derive(Debug)]
pub struct Journal {
    file: Mutex<File>,
    clock: Clock,
    earlier: Earlier,
}

/// What earlier runs with the same journal came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Earlier {
    /// Steps that begun and of which no end is told: the run was killed.
    pub begun: BTreeSet<usize>,
    /// Steps that were done.
    pub done: BTreeSet<usize>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Plan { hash: String, at: String },
    Begun { index: usize, at: String, step: Step },
    Ended { index: usize, at: String, outcome: Outcome },
}

impl Journal {
    /// Opens the journal of this plan, or begins one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written, or is of another plan, or is no journal.
    pub fn open(path: impl AsRef<Path>, plan: &Plan, clock: Clock) -> Result<Self, Problem> {
        let path = path.as_ref();
        let failed = |error: io::Error| Problem::new(format!("the journal {}: {error}", path.display()));
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        let earlier =
            read(&mut file, plan).map_err(|why| Problem::new(format!("the journal {}: {why}", path.display())))?;
        let is_new = earlier.is_none();
        let journal = Self { file: Mutex::new(file), clock, earlier: earlier.unwrap_or_default() };
        if is_new {
            let at = journal.clock.now().to_string();
            journal.write(&Line::Plan { hash: plan.hash(), at }).map_err(failed)?;
        }
        Ok(journal)
    }

    /// What earlier runs came to.
    pub fn earlier(&self) -> &Earlier {
        &self.earlier
    }

    /// Says that a step is about to be made.
    pub(crate) fn begun(&self, index: usize, step: &Step) -> io::Result<()> {
        self.write(&Line::Begun { index, at: self.clock.now().to_string(), step: step.clone() })
    }

    /// Says how a step ended.
    pub(crate) fn ended(&self, index: usize, outcome: &Outcome) -> io::Result<()> {
        self.write(&Line::Ended { index, at: self.clock.now().to_string(), outcome: outcome.clone() })
    }

    fn write(&self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&text)?;
        file.sync_data()
    }
}

/// How every journal begins.
const BEGINNING: &[u8] = br#"{"plan":{"hash":""#;

/// What is in the file already; `None` when it is empty. A last line that was cut short is dropped.
fn read(file: &mut File, plan: &Plan) -> Result<Option<Earlier>, String> {
    let mut earlier = Earlier::default();
    let mut is_empty = true;
    let mut whole = 0_u64;
    for (number, line) in BufReader::new(&*file).split(b'\n').enumerate() {
        let line = line.map_err(|error| error.to_string())?;
        let parsed: Result<Line, _> = serde_json::from_slice(&line);
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let ends_at = whole + line.len() as u64 + 1;
        if ends_at > length {
            let begins_alike = line.starts_with(BEGINNING) || BEGINNING.starts_with(&line);
            if is_empty && !begins_alike {
                return Err("it is no journal, and is left as it is".to_owned());
            }
            // The run was killed while it wrote the line; the step that it is about will be looked at again.
            file.set_len(whole).map_err(|error| error.to_string())?;
            break;
        }
        whole = ends_at;
        match parsed.map_err(|error| format!("line {}: {error}; it is no journal", number + 1))? {
            Line::Plan { hash, .. } if hash != plan.hash() => {
                return Err("it is of another plan: give another file, or the plan that it is of".to_owned());
            }
            Line::Plan { .. } => {}
            _ if is_empty => return Err("it does not begin with the plan that it is of".to_owned()),
            Line::Begun { index, .. } => {
                earlier.begun.insert(index);
            }
            Line::Ended { index, outcome, .. } => {
                earlier.begun.remove(&index);
                if outcome.is_success() {
                    earlier.done.insert(index);
                } else {
                    // What seemed done was read back as something else.
                    earlier.done.remove(&index);
                }
            }
        }
        is_empty = false;
    }
    Ok((!is_empty).then_some(earlier))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Change, Named, Subject};

    fn plan(names: &[&str]) -> Plan {
        let step = |name: &&str| Step::new("vm", Subject::Group(Named::new(*name, None)), Change::CreateGroup);
        Plan { steps: names.iter().map(step).collect(), notes: Vec::new() }
    }

    #[test]
    fn a_journal_goes_on_where_it_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let plan = plan(&["a", "b", "c"]);
        let clock = Clock::fixed(1_800_000_000);
        let journal = Journal::open(&path, &plan, clock.clone()).unwrap();
        assert_eq!(*journal.earlier(), Earlier::default());
        journal.begun(0, &plan.steps[0]).unwrap();
        journal.ended(0, &Outcome::Done).unwrap();
        journal.begun(1, &plan.steps[1]).unwrap();
        drop(journal);
        let written = std::fs::read_to_string(&path).unwrap();
        // Cut in the middle of a line, as a kill may.
        std::fs::write(&path, format!("{written}{{\"ended\":{{\"ind")).unwrap();
        let journal = Journal::open(&path, &plan, clock).unwrap();
        assert_eq!(*journal.earlier(), Earlier { begun: [1].into(), done: [0].into() });
        assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
        journal.ended(1, &Outcome::Already).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 5);
    }

    #[test]
    fn a_journal_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        drop(Journal::open(&path, &plan(&["a"]), Clock::default()).unwrap());
        let error = Journal::open(&path, &plan(&["b"]), Clock::default()).unwrap_err();
        assert!(error.what.contains("another plan"), "{error}");
        std::fs::write(&path, "hello\n").unwrap();
        let error = Journal::open(&path, &plan(&["a"]), Clock::default()).unwrap_err();
        assert!(error.what.contains("no journal"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "hello\n", "it is left as it is");
        // A line of a journal, and no beginning of one.
        let step = serde_json::to_string(&Line::Ended { index: 0, at: String::new(), outcome: Outcome::Done }).unwrap();
        for text in [format!("{step}\n"), format!("{step}\n{step}\n"), format!("\n{step}\n")] {
            std::fs::write(&path, &text).unwrap();
            assert!(Journal::open(&path, &plan(&["a"]), Clock::default()).is_err(), "{text}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "it is left as it is");
        }
        for (text, is_begun) in [("a secret", false), (r#"{"plan":{"ha"#, true), (r#"{"plan":{"hash":"sha"#, true)] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(Journal::open(&path, &plan(&["a"]), Clock::default()).is_ok(), is_begun, "{text}");
            assert_eq!(std::fs::read_to_string(&path).unwrap() == text, !is_begun, "{text}");
        }
    }
}
