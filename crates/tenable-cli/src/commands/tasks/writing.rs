//! What every task that writes does around it: it asks, keeps a journal and the first passwords, and can be interrupted.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use tenable_api::model::Product;
use tenable_directory::plan::{Change, Plan};
use tenable_directory::{Apply, Clock, Earlier, Journal, Passwords, Problem, Problems, RandomPasswords};

use super::passwords::PasswordsFile;
use super::text::plan_text;
use super::{Desk, Task};
use crate::config::state_directory;
use crate::exit::{Exit, Failure, Result};
use crate::output::{Limits, message};
use crate::stdin;

/// Up to how many steps a plan is shown before it is asked whether to go on.
const SHOWN: usize = 100;

/// How a task writes, by the command line.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    asks: bool,
    journal: Keep,
    passwords: Option<PathBuf>,
    /// The command that goes on where this one is interrupted.
    again: String,
}

/// Where the journal is kept.
#[derive(Clone, Debug)]
enum Keep {
    /// In this file, whatever becomes of the task.
    In(PathBuf),
    /// In the state directory, until all went well.
    Aside,
    Nowhere,
}

/// A task that is about to write.
pub(super) struct Writing {
    journal: Option<Journal>,
    path: Option<PathBuf>,
    is_own: bool,
    passwords: Box<dyn Passwords>,
}

impl Manner {
    /// By the options of a task. `again` is the command that goes on with it.
    pub(super) fn of(task: &Task<'_>, again: impl Into<String>) -> Self {
        let journal = task.path("journal").map_or(Keep::Aside, Keep::In);
        let passwords = task.path("passwords-file");
        let other_file = if passwords.is_some() { ", and another --passwords-file" } else { "" };
        Self { asks: !task.flag("yes"), journal, passwords, again: again.into() + other_file }
    }

    /// Without a journal, for a task that is one step or two.
    pub(super) fn without_journal(mut self) -> Self {
        if matches!(self.journal, Keep::Aside) {
            self.journal = Keep::Nowhere;
        }
        self
    }

    /// Asks whoever sits at the terminal, unless that is not wanted. The plan is shown first.
    pub(super) async fn confirm(&self, desk: &Desk, plan: &Plan, question: &str) -> Result {
        desk.watch.rest();
        if !self.asks || !stdin::can_ask() {
            return Ok(());
        }
        if plan.steps.len() <= SHOWN {
            message(plan_text(plan, Limits::of_messages()).trim_end());
        } else {
            let text = plan.to_string();
            message(&format!("{} --dry-run shows it.", text.lines().last().unwrap_or_default()));
        }
        let question = format!("\n{question}");
        let asked = tokio::task::spawn_blocking(move || stdin::confirm(&question)).await;
        let asked = asked.map_err(|error| Failure::usage(format!("the question cannot be asked: {error}")))?;
        if asked? { Ok(()) } else { Err(Failure::new(Exit::Usage, "stopped; nothing was changed")) }
    }

    /// Opens what is written beside the products. From here on, the task is not ended in the middle.
    pub(super) fn begin(self, desk: &Desk, plan: &Plan) -> Result<Writing> {
        let hash = plan.hash();
        let hash = hash.strip_prefix("sha256:").unwrap_or(&hash);
        let journal = self.place(&hash[..hash.len().min(16)]);
        self.begin_in(desk, plan, journal, |passwords| Box::new(passwords))
    }

    /// Where a journal of this name is kept, and whether the place is the task's own choice.
    pub(super) fn place(&self, name: &str) -> Option<(PathBuf, bool)> {
        match &self.journal {
            Keep::In(path) => Some((path.clone(), false)),
            Keep::Aside => Some((state_directory()?.join("journals").join(format!("{name}.jsonl")), true)),
            Keep::Nowhere => None,
        }
    }

    /// [`begin`](Self::begin), with a journal in a place that is known already, and passwords from elsewhere before those of the task.
    pub(super) fn begin_in(
        self,
        desk: &Desk,
        plan: &Plan,
        journal: Option<(PathBuf, bool)>,
        passwords: impl FnOnce(FirstPasswords) -> Box<dyn Passwords>,
    ) -> Result<Writing> {
        // Of nothing that is done, nothing is written down.
        let journal = journal.filter(|_| !plan.is_empty());
        let (path, is_own) = journal.map_or((None, false), |(path, is_own)| (Some(path), is_own));
        if let (None, Keep::Aside, false) = (&path, &self.journal, plan.is_empty()) {
            desk.output.note("no journal is kept: there is no home directory; --journal FILE names a place");
        }
        if let Some(folder) = path.as_deref().filter(|_| is_own).and_then(Path::parent) {
            fs::create_dir_all(folder).map_err(|error| {
                Failure::io(
                    format!("{} cannot be made for the journal; --journal FILE names another place", folder.display()),
                    &error,
                )
            })?;
        }
        let makes_accounts = plan.steps.iter().any(|step| matches!(step.change, Change::CreateUser { .. }));
        let own = match &self.passwords {
            Some(path) if makes_accounts => FirstPasswords(Box::new(PasswordsFile::create(path)?)),
            None if makes_accounts => {
                desk.output.note(
                    "first passwords that are not given are random, and nobody gets them; --passwords-file FILE keeps them",
                );
                FirstPasswords(Box::new(RandomPasswords))
            }
            _ => FirstPasswords(Box::new(RandomPasswords)),
        };
        let passwords = passwords(own);
        let open = |path: &PathBuf| Journal::open(path, plan, Clock::default());
        let journal = path.as_ref().map(open).transpose().map_err(|problem| {
            // There is nothing in it yet, and it would be in the way of the next run.
            if let Some(path) = self.passwords.as_ref().filter(|_| makes_accounts) {
                let _removed = fs::remove_file(path);
            }
            Failure::problems(Exit::Usage, &[problem])
        })?;
        let tenants: BTreeSet<&str> = plan.steps.iter().map(|step| step.tenant.as_str()).collect();
        desk.watch.expect(plan.steps.len(), tenants.len());
        let (watch, again) = (Arc::clone(&desk.watch), self.again);
        desk.interrupt.writing(move || {
            watch.tell(&format!(
                "stopping: what has begun is finished and read back, nothing else begins; Ctrl-C again ends it at once. To go on: {again}"
            ));
        });
        Ok(Writing { journal, path, is_own, passwords })
    }
}

/// How writing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// All is as it should be.
    Well,
    /// Before anything was written.
    Refused,
    Otherwise,
}

impl Ended {
    /// With this result, which is good if it is so.
    pub(super) fn with<T>(result: &std::result::Result<T, Problems>, is_good: impl FnOnce(&T) -> bool) -> Self {
        match result {
            Err(_) => Self::Refused,
            Ok(result) if is_good(result) => Self::Well,
            Ok(_) => Self::Otherwise,
        }
    }
}

/// First passwords, from wherever they are.
pub(super) struct FirstPasswords(Box<dyn Passwords>);

impl Passwords for FirstPasswords {
    fn first_password(
        &self,
        tenant: &str,
        product: Product,
        user_name: &str,
    ) -> std::result::Result<SecretString, Problem> {
        self.0.first_password(tenant, product, user_name)
    }
}

impl Writing {
    /// What earlier runs with the same journal came to.
    pub(super) fn earlier(&self) -> Option<Earlier> {
        self.journal.as_ref().map(|journal| journal.earlier().clone())
    }

    pub(super) fn options<'a>(&'a self, desk: &'a Desk) -> Apply<'a> {
        let options =
            Apply::new().passwords(&*self.passwords).observer(&*desk.watch).stop(desk.interrupt.stop().clone());
        match &self.journal {
            Some(journal) => options.journal(journal),
            None => options,
        }
    }

    /// Ends it: a journal of the task's own is kept while there is something to go on with.
    pub(super) fn end(self, desk: &Desk, ended: Ended) {
        desk.interrupt.reading();
        desk.watch.rest();
        let is_begun = self.earlier().is_some_and(|earlier| earlier != Earlier::default());
        drop(self.journal);
        let Some(path) = self.path else { return };
        let is_needed = match ended {
            Ended::Well => false,
            Ended::Refused => is_begun,
            Ended::Otherwise => true,
        };
        if is_needed {
            desk.output.note(&format!("the journal is {}", path.display()));
        } else if self.is_own {
            // One that stays is no harm.
            let _removed = fs::remove_file(&path);
        }
    }
}
