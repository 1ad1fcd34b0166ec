//! What comes in apart from arguments: secrets and documents, from standard input, variables, files and a terminal.

use std::fs;
use std::io::{self, IsTerminal as _, Read};

use secrecy::SecretString;

use crate::exit::{Failure, Result};

/// Standard input, which can be read once.
#[derive(Debug, Default)]
pub(crate) struct Input {
    taken_for: Option<String>,
}

impl Input {
    /// One secret for each name, a line each; a single one is the whole input but for its last line break.
    pub(crate) fn secrets(&mut self, names: &[&str]) -> Result<Vec<SecretString>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        if io::stdin().is_terminal() {
            return names.iter().map(|name| prompt(name)).collect();
        }
        let text = self.text(&names.join(", "))?;
        split_secrets(&text, names)
    }

    /// The whole input.
    pub(crate) fn text(&mut self, wanted_for: &str) -> Result<String> {
        self.read(wanted_for, io::read_to_string)
    }

    /// The whole input, which need not be text.
    pub(crate) fn bytes(&mut self, wanted_for: &str) -> Result<Vec<u8>> {
        self.read(wanted_for, |mut stdin| {
            let mut bytes = Vec::new();
            stdin.read_to_end(&mut bytes).map(|_| bytes)
        })
    }

    fn read<T>(&mut self, wanted_for: &str, read: impl FnOnce(io::Stdin) -> io::Result<T>) -> Result<T> {
        if let Some(taken_for) = &self.taken_for {
            return Err(Failure::usage(format!(
                "standard input is needed for {taken_for} and for {wanted_for}, and can be read only once"
            )));
        }
        self.taken_for = Some(wanted_for.to_owned());
        read(io::stdin())
            .map_err(|error| Failure::io(format!("standard input cannot be read for {wanted_for}"), &error))
    }

    /// A document: `-` is standard input, `@file` a file, anything else the text itself.
    pub(crate) fn document(&mut self, given: &str, wanted_for: &str) -> Result<String> {
        match given.strip_prefix('@') {
            _ if given == "-" || given == "@-" => self.text(wanted_for),
            Some(path) => file(path, wanted_for),
            None => Ok(given.to_owned()),
        }
    }
}

/// The text of a file.
pub(crate) fn file(path: &str, wanted_for: &str) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Failure::io(format!("{path} cannot be read for {wanted_for}"), &error))
}

/// An environment variable that holds a secret.
pub(crate) fn variable(name: &str) -> Result<String> {
    match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(value),
        Ok(_) => Err(Failure::usage(format!("the environment variable {name} is empty"))),
        Err(std::env::VarError::NotPresent) => {
            Err(Failure::usage(format!("the environment variable {name} is not set")))
        }
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::usage(format!("the environment variable {name} is not text")))
        }
    }
}

/// Asks at the terminal, without showing what is typed.
pub(crate) fn prompt(name: &str) -> Result<SecretString> {
    let typed = rpassword::prompt_password(format!("{name}: "))
        .map_err(|error| Failure::io(format!("{name} cannot be asked for at a terminal"), &error))?;
    if typed.is_empty() {
        return Err(Failure::usage(format!("the {name} is empty")));
    }
    Ok(typed.into())
}

/// Asks twice, for a secret that is to be set.
pub(crate) fn prompt_twice(name: &str) -> Result<SecretString> {
    use secrecy::ExposeSecret as _;
    let (first, second) = (prompt(name)?, prompt(&format!("{name} again"))?);
    if first.expose_secret() != second.expose_secret() {
        return Err(Failure::usage(format!("the {name} was not the same both times")));
    }
    Ok(first)
}

/// Whether someone is there to be asked.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks yes or no at the terminal; no unless it is yes.
pub(crate) fn confirm(question: &str) -> Result<bool> {
    use std::io::Write as _;
    // Not locked beyond the question: while it waits for an answer, somebody else may have something to say.
    let asked = write!(io::stderr(), "{question} [y/N] ").and_then(|()| io::stderr().flush());
    asked.map_err(|error| Failure::io("the question cannot be asked", &error))?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| Failure::io("the answer cannot be read", &error))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

fn split_secrets(text: &str, names: &[&str]) -> Result<Vec<SecretString>> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    if lines.len() != names.len() {
        return Err(Failure::usage(format!(
            "standard input has {} where one each is needed for: {}",
            if lines.len() == 1 { "1 line".to_owned() } else { format!("{} lines", lines.len()) },
            names.join(", ")
        )));
    }
    let secret = |(line, name): (&&str, &&str)| {
        if line.is_empty() {
            return Err(Failure::usage(format!("the {name} on standard input is empty")));
        }
        Ok(SecretString::from(*line))
    };
    lines.iter().zip(names).map(secret).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    fn split(text: &str, names: &[&str]) -> std::result::Result<Vec<String>, String> {
        match split_secrets(text, names) {
            Ok(secrets) => Ok(secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect()),
            Err(failure) => Err(failure.line().to_owned()),
        }
    }

    #[test]
    fn a_line_each() {
        assert_eq!(split("one\r\ntwo\n", &["old", "new"]).unwrap(), ["one", "two"]);
        assert_eq!(split(" spaces count ", &["password"]).unwrap(), [" spaces count "]);
        assert!(split("sentinel\nsecond", &["password"]).unwrap_err().starts_with("standard input has 2 lines"));
        assert!(split("sentinel", &["old", "new"]).unwrap_err().ends_with("old, new"));
        assert_eq!(split("", &["password"]).unwrap_err(), "the password on standard input is empty");
    }

    #[test]
    fn standard_input_is_read_once() {
        let mut input = Input { taken_for: Some("password".to_owned()) };
        let failure = input.document("-", "users").unwrap_err();
        assert_eq!(failure.line(), "standard input is needed for password and for users, and can be read only once");
        assert_eq!(input.document("[1]", "users").unwrap(), "[1]");
    }
}
