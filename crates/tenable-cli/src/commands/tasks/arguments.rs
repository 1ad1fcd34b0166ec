//! Options that several tasks have.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Command, value_parser};
use tenable_directory::{Aliases, Problem, Removals};

use super::{Known, Task};
use crate::exit::{Exit, Failure, Result};

/// Options of tasks that look for people.
pub(super) fn about_people(command: Command) -> Command {
    command.arg(
        path("aliases", "FILE")
            .help("People and their other names, one person a line: ann@example.com: alee, ann.lee@corp.example"),
    )
}

/// Options of tasks that plan changes.
pub(super) fn planning(command: Command) -> Command {
    about_people(command).arg(
        repeated("protect", "NAME")
            .help("An account that nothing is taken from, by user name, e-mail address or key; may be repeated"),
    )
}

/// Options of tasks that change something.
pub(super) fn writing(command: Command) -> Command {
    planning(command)
        .arg(flag("dry-run", "Show what would be done, and change nothing; the exit code is 6 if there is something to do"))
        .arg(flag("yes", "Do not ask at a terminal before something is changed").short('y'))
        .arg(path("journal", "FILE").help(
            "Where each step is written down before and after it is made; a file in the state directory unless given, which is removed \
             when all went well",
        ))
}

/// Options of tasks that make accounts.
pub(super) fn creating(command: Command) -> Command {
    writing(command).arg(path("passwords-file", "FILE").help(
        "A new file that gets the first password of each account that is made, as CSV, readable by you alone; without it nobody gets \
         the passwords, and people sign in by SAML or have one set",
    ))
}

/// How much a plan may remove.
pub(super) fn max_removals() -> Arg {
    Arg::new("max-removals").long("max-removals").value_name("N|N%").value_parser(removals).help(
        "How many people, roles and groups may be deleted or disabled in a tenant at once, as a number or a percentage of those that are \
         there",
    )
}

pub(super) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

pub(super) fn path(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf))
}

pub(super) fn text(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

pub(super) fn repeated(name: &'static str, value: &'static str) -> Arg {
    text(name, value).action(ArgAction::Append)
}

fn removals(text: &str) -> std::result::Result<Removals, String> {
    text.parse().map_err(|problem: Problem| problem.what)
}

impl Task<'_> {
    /// What the command line says of people.
    pub(super) fn known(&self) -> Result<Known> {
        let aliases = match self.path("aliases") {
            Some(path) => aliases(&path)?,
            None => Aliases::default(),
        };
        Ok(Known { aliases, protected: self.texts("protect") })
    }

    pub(super) fn path(&self, id: &str) -> Option<PathBuf> {
        self.matches.try_get_one::<PathBuf>(id).ok().flatten().cloned()
    }

    pub(super) fn removals(&self) -> Option<Removals> {
        self.matches.try_get_one::<Removals>("max-removals").ok().flatten().copied()
    }

    pub(super) fn is_rehearsal(&self) -> bool {
        self.flag("dry-run")
    }
}

/// The people of a file, and their other names.
fn aliases(path: &Path) -> Result<Aliases> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::io(format!("{} cannot be read for aliases", path.display()), &error))?;
    let (aliases, problems) = parse_aliases(path, &text);
    if problems.is_empty() { Ok(aliases) } else { Err(Failure::problems(Exit::Usage, &problems)) }
}

fn parse_aliases(path: &Path, text: &str) -> (Aliases, Vec<Problem>) {
    let (mut aliases, mut problems) = (Aliases::default(), Vec::new());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = tenable_directory::Place::new(Some(path.to_owned()), index + 1);
        let Some((person, names)) = line.split_once(':') else {
            let what = "expected a person and other names, such as ann@example.com: alee, ann.lee@corp.example";
            problems.push(Problem::new(what).at(place));
            continue;
        };
        if let Some(first) = seen.insert(person.trim().to_lowercase(), index + 1) {
            problems.push(Problem::new(format!("{} is on line {first} already", person.trim())).at(place));
            continue;
        }
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        if let Err(problem) = aliases.add(person, names) {
            problems.push(problem.at(place));
        }
    }
    (aliases, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_by_line() {
        let text = "# people\n\nann@example.com: alee, Ann.Lee@corp.example\nbo@example.com:\n";
        let (aliases, problems) = parse_aliases(Path::new("aliases"), text);
        assert_eq!(problems, []);
        assert_eq!(aliases.person("ann.lee@CORP.example"), "ann@example.com");
        let (_, problems) =
            parse_aliases(Path::new("aliases"), "a@x.example: b\nno colon\nA@x.example: d\nc@x.example: b\n");
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(lines[0].starts_with("aliases:2: expected a person"), "{lines:?}");
        assert_eq!(lines[1], "aliases:3: A@x.example is on line 1 already");
        assert!(lines[2].starts_with("aliases:4: c@x.example: b is already a@x.example"), "{lines:?}");
    }
}
