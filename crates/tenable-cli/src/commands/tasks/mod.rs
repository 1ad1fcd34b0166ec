//! Tasks over people, products and tenants: one file a task, and here what they share.

mod arguments;
mod ending;
mod ensure;
mod export;
mod import;
mod offboard;
mod passwords;
mod plan;
mod review;
mod text;
mod whois;
mod writing;

use std::sync::Arc;

use clap::{ArgMatches, Command};
use tenable_directory::{Aliases, Directory};

use super::emulator::runtime;
use crate::connection::Tenants;
use crate::exit::{Exit, Failure, Result};
use crate::options::Scopes;
use crate::output::Output;
use crate::progress::Watch;
use crate::signals::Interrupt;
use crate::stdin::Input;

pub(crate) fn commands() -> Vec<Command> {
    vec![
        whois::command(),
        ensure::command(),
        plan::command(),
        plan::apply_command(),
        export::command(),
        import::command(),
        offboard::command(),
        review::command(),
        export::schema_command(),
    ]
}

/// Carries one of them out; `None` for a command that is no task.
pub(crate) fn run(path: &[&str], scopes: &Scopes<'_>) -> Option<Result<Exit>> {
    let matches = scopes.leaf()?;
    let mut task = Task { scopes, matches, output: Output::from(scopes), input: Input::default() };
    Some(match path {
        ["whois"] => whois::run(&mut task),
        ["ensure", what] => ensure::run(&mut task, what),
        ["plan"] => plan::plan(&mut task),
        ["apply"] => plan::apply(&mut task),
        ["export"] => export::run(&mut task),
        ["schema"] => export::schema(),
        ["import"] => import::run(&mut task),
        ["offboard"] => offboard::run(&mut task),
        ["review"] => review::run(&mut task),
        _ => return None,
    })
}

/// One task: what was given.
pub(super) struct Task<'a> {
    scopes: &'a Scopes<'a>,
    matches: &'a ArgMatches,
    output: Output,
    input: Input,
}

/// What a task works with once it is connected.
pub(super) struct Desk {
    directory: Directory,
    watch: Arc<Watch>,
    interrupt: Interrupt,
    output: Output,
}

/// What a directory knows beside its tenants.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    aliases: Aliases,
    protected: Vec<String>,
}

impl Task<'_> {
    /// Connects to all tenants, does the work, and ends what was opened for it.
    fn during<T>(&mut self, known: Known, work: impl AsyncFnOnce(&Desk) -> Result<T>) -> Result<T> {
        let tenants = Tenants::resolve(self.scopes, &mut self.input, self.output.quiet)?;
        let (output, verbose) = (self.output.clone(), self.scopes.count("verbose") > 0);
        // Errors as JSON are for a program, which has all of them in the one at the end.
        let quiet = output.quiet || self.scopes.text("error-format").as_deref() == Some("json");
        let runtime = runtime()?;
        let result = runtime.block_on(tenants.during(async |tenants| {
            let watch = Arc::new(Watch::new(tenants.len(), quiet, verbose));
            let directory = Directory::new(tenants).map_err(|problem| Failure::problems(Exit::Usage, &[problem]))?;
            let directory = directory.aliases(known.aliases).protected(known.protected);
            let desk = Desk { directory, watch, interrupt: Interrupt::default(), output };
            let result = desk.interrupt.during(work(&desk)).await;
            desk.watch.rest();
            result
        }));
        // Somebody may still be asked something at the terminal, and it does not matter any more.
        runtime.shutdown_background();
        result
    }

    fn flag(&self, id: &str) -> bool {
        matches!(self.matches.try_get_one::<bool>(id), Ok(Some(true)))
    }

    fn text(&self, id: &str) -> Option<String> {
        self.matches.try_get_one::<String>(id).ok().flatten().cloned()
    }

    /// All values of an option that may be repeated.
    fn texts(&self, id: &str) -> Vec<String> {
        self.matches.try_get_many::<String>(id).ok().flatten().into_iter().flatten().cloned().collect()
    }
}
