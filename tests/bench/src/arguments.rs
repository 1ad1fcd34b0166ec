//! Arguments of the form `--name value`.

use std::collections::BTreeMap;
use std::env;
use std::str::FromStr;

use anyhow::{Context as _, Result, anyhow, bail};

/// The arguments of a program of the benchmarks.
#[derive(Debug, Default)]
pub struct Arguments(BTreeMap<String, String>);

impl Arguments {
    /// Those of this process, which may be these only.
    pub fn of_the_process(known: &[&str]) -> Result<Self> {
        Self::read(env::args().skip(1), known)
    }

    fn read(words: impl Iterator<Item = String>, known: &[&str]) -> Result<Self> {
        let mut words = words;
        let mut arguments = BTreeMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").filter(|name| known.contains(name));
            let name = name.ok_or_else(|| anyhow!("{word:?} is none of --{}", known.join(", --")))?;
            let value = words.next().with_context(|| format!("--{name} has no value"))?;
            if arguments.insert(name.to_owned(), value).is_some() {
                bail!("--{name} stands twice");
            }
        }
        Ok(Self(arguments))
    }

    /// The text of an argument that must be there.
    pub fn text(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).with_context(|| format!("--{name} is missing"))
    }

    /// The value of an argument, or what it is without it.
    pub fn value_or<T: FromStr>(&self, name: &str, default: T) -> Result<T> {
        match self.0.get(name) {
            Some(text) => text.parse().map_err(|_| anyhow!("--{name} {text:?} cannot be read")),
            None => Ok(default),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Arguments> {
        Arguments::read(line.split_whitespace().map(str::to_owned), &["contender", "users"])
    }

    #[test]
    fn names_and_values() {
        let arguments = read("--contender ours --users 7").unwrap();
        assert_eq!(arguments.text("contender").unwrap(), "ours");
        assert_eq!(arguments.value_or("users", 1).unwrap(), 7);
        assert_eq!(read("").unwrap().value_or("users", 1).unwrap(), 1);
        assert!(read("--users x").unwrap().value_or("users", 1).is_err());
        for line in ["--server x", "ours", "--users", "--users 1 --users 2"] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
