//! The keys of a mapping, taken one by one; what is left over is a mistake.

use std::collections::{HashMap, HashSet};

use super::node::{Key, Node, Value};
use super::problems::Found;
use crate::suggest::do_you_mean;

/// What an entry says: nothing, that it is to be left as it is (`null`), or a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Said<T> {
    #[default]
    Nothing,
    Leave,
    Is(T),
}

impl<T> Said<T> {
    pub(super) fn value(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Nothing | Self::Leave => None,
        }
    }

    pub(super) fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Nothing | Self::Leave => None,
        }
    }

    /// This, unless it says nothing.
    pub(super) fn or(self, other: Self) -> Self {
        match self {
            Self::Nothing => other,
            said => said,
        }
    }

    pub(super) fn is_said(&self) -> bool {
        !matches!(self, Self::Nothing)
    }
}

pub(super) struct Fields<'a> {
    what: &'a str,
    line: usize,
    entries: Vec<(&'a Key, &'a Node)>,
    asked: Vec<&'static str>,
    lines: HashMap<&'static str, usize>,
}

impl<'a> Fields<'a> {
    /// The keys of a mapping; `None`, and a problem, when it is something else.
    pub(super) fn of(node: &'a Node, what: &'a str, found: &mut Found) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            found.at(node.line, format!("{what} is {}: a mapping such as {{name: Ann}} is expected", node.kind()));
            return None;
        };
        let entries = entries.iter().map(|(key, node)| (key, node)).collect();
        Some(Self { what, line: node.line, entries, asked: Vec::new(), lines: HashMap::new() })
    }

    /// The line of a key that was there; of the mapping, if it was not.
    pub(super) fn line_of(&self, name: &str) -> usize {
        self.lines.get(name).copied().unwrap_or(self.line)
    }

    /// Whether a key was there, once it was asked for.
    pub(super) fn has(&self, name: &str) -> bool {
        self.lines.contains_key(name)
    }

    /// The value of a key.
    pub(super) fn take(&mut self, name: &'static str) -> Option<&'a Node> {
        self.asked.push(name);
        let at = self.entries.iter().position(|(key, _)| key.text == name)?;
        let (key, node) = self.entries.remove(at);
        self.lines.insert(name, key.line);
        Some(node)
    }

    /// The first of these keys, of which at most one may be there.
    fn take_one(&mut self, names: [&'static str; 2], found: &mut Found) -> Option<&'a Node> {
        let [one, other] = names.map(|name| self.take(name));
        if one.is_some() && other.is_some() {
            let line = self.line_of(names[0]).max(self.line_of(names[1]));
            found.at(line, format!("{} has both {} and {}: give one of them", self.what, names[0], names[1]));
        }
        one.or(other)
    }

    pub(super) fn text(&mut self, name: &'static str, found: &mut Found) -> Said<String> {
        self.take(name).map_or(Said::Nothing, |node| said(node, found, |node, found| text(node, name, found)))
    }

    /// A text that may be empty.
    pub(super) fn free_text(&mut self, name: &'static str, found: &mut Found) -> Said<String> {
        self.take(name).map_or(Said::Nothing, |node| said(node, found, |node, found| free_text(node, name, found)))
    }

    pub(super) fn flag(&mut self, name: &'static str, found: &mut Found) -> Said<bool> {
        self.take(name).map_or(Said::Nothing, |node| {
            said(node, found, |node, found| {
                if let Value::Bool(value) = node.value {
                    return Some(value);
                }
                found.at(node.line, format!("{name} is {}: true or false is expected", node.kind()));
                None
            })
        })
    }

    pub(super) fn texts(&mut self, name: &'static str, found: &mut Found) -> Said<Vec<String>> {
        self.take(name).map_or(Said::Nothing, |node| said(node, found, |node, found| texts(node, name, found)))
    }

    /// `roles: [Auditor]`, or `role: Auditor` for one.
    pub(super) fn several(&mut self, many: &'static str, one: &'static str, found: &mut Found) -> Said<Vec<String>> {
        let Some(node) = self.take_one([many, one], found) else { return Said::Nothing };
        said(node, found, |node, found| match node.value {
            Value::List(_) => texts(node, many, found),
            _ => text(node, one, found).map(|text| vec![text]),
        })
    }

    /// The line of `roles` or `role`.
    pub(super) fn line_of_several(&self, many: &str, one: &str) -> usize {
        if self.has(many) { self.line_of(many) } else { self.line_of(one) }
    }

    /// What is left, whose keys are names.
    pub(super) fn rest(&mut self) -> Vec<(&'a Key, &'a Node)> {
        std::mem::take(&mut self.entries)
    }

    /// What is left is unknown.
    pub(super) fn finish(self, found: &mut Found) {
        for (key, _) in self.entries {
            let advice = if key.text.contains("password") {
                "; passwords do not belong in a file of people: new accounts get random ones".to_owned()
            } else {
                match do_you_mean(&key.text, self.asked.iter().copied()) {
                    none if none.is_empty() => format!("; it may have {}", self.asked.join(", ")),
                    advice => advice,
                }
            };
            found.at(key.line, format!("{} has no {:?}{advice}", self.what, key.text));
        }
    }
}

fn said<T>(node: &Node, found: &mut Found, read: impl FnOnce(&Node, &mut Found) -> Option<T>) -> Said<T> {
    match node.value {
        Value::Null => Said::Leave,
        // What cannot be read is a problem, and says nothing.
        _ => read(node, found).map_or(Said::Nothing, Said::Is),
    }
}

/// A text that says something. What looks like a number is one as it is written.
pub(super) fn text(node: &Node, what: &str, found: &mut Found) -> Option<String> {
    let text = free_text(node, what, found)?;
    if text.trim().is_empty() {
        found.at(node.line, format!("{what} is empty: leave it out"));
        return None;
    }
    Some(text)
}

fn free_text(node: &Node, what: &str, found: &mut Found) -> Option<String> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        Value::Bool(value) => {
            found.at(node.line, format!("{what} is {value}: if that is a name, put it in quotes"));
            None
        }
        _ => {
            found.at(node.line, format!("{what} is {}: a text is expected", node.kind()));
            None
        }
    }
}

/// A list of texts.
pub(super) fn texts(node: &Node, what: &str, found: &mut Found) -> Option<Vec<String>> {
    let Value::List(nodes) = &node.value else {
        found.at(node.line, format!("{what} is {}: a list such as [A, B] is expected", node.kind()));
        return None;
    };
    let entry = format!("an entry of {what}");
    let read: Vec<(usize, Option<String>)> = nodes.iter().map(|node| (node.line, text(node, &entry, found))).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    for (line, text) in &read {
        if let Some(text) = text.as_ref().filter(|text| !seen.insert(text)) {
            found.at(*line, format!("{text:?} stands twice in {what}"));
        }
    }
    read.into_iter().map(|(_, text)| text).collect()
}
