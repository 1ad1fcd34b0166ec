//! A document as a tree in which everything knows its line.
//!
//! YAML 1.2 with its core schema: `no` is a text, `true` is not. Anchors, aliases and tags are refused, so that a small file is a small tree.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::problems::Found;

/// Longest file that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// Deepest nesting.
const DEEPEST: usize = 16;

/// Something in the document.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// From 1.
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    /// In the order of the document; no key twice.
    Map(Vec<(Key, Node)>),
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) line: usize,
    pub(super) text: String,
}

impl Node {
    /// What it is, in a word.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// The tree of one document. `None` when it is empty.
pub(super) fn parse(text: &str, found: &mut Found) -> Option<Node> {
    if text.len() > LONGEST {
        found.at(1, format!("the file is longer than {} MiB", LONGEST / 1024 / 1024));
        return None;
    }
    let mut builder = Builder { found, open: Vec::new(), root: None };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                if !builder.event(event, span) {
                    return None;
                }
            }
            Err(error) => {
                builder.found.at(error.marker().line(), format!("this is not YAML: {}", error.info()));
                return None;
            }
        }
    }
    builder.root
}

struct Builder<'f> {
    found: &'f mut Found,
    open: Vec<Open>,
    root: Option<Node>,
}

enum Open {
    List(usize, Vec<Node>),
    Map(usize, Mapping),
}

/// A mapping that is not closed yet.
#[derive(Default)]
struct Mapping {
    entries: Vec<(Key, Node)>,
    /// The keys so far, each with its line.
    lines: HashMap<String, usize>,
    next: Next,
}

/// What the next node of a mapping is.
#[derive(Default)]
enum Next {
    #[default]
    Key,
    Value(Key),
    /// The value of a key that there is something wrong with: it is dropped.
    Dropped,
}

impl Builder<'_> {
    /// Takes one event; `false` when there is no going on.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        let line = span.start.line();
        match event {
            Event::Alias(_) => return self.refuse(line, "aliases are not read: use templates"),
            Event::Scalar(_, _, anchor, _) | Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _)
                if anchor != 0 =>
            {
                return self.refuse(line, "anchors are not read: use templates");
            }
            Event::Scalar(_, _, _, Some(_)) | Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => {
                return self.refuse(line, "tags are not read");
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                return self.refuse(line, "a second document begins here; there is one to a file");
            }
            Event::Scalar(text, style, ..) => self.put(Node { line, value: scalar(&text, style) }),
            Event::SequenceStart(..) => self.open.push(Open::List(line, Vec::new())),
            Event::MappingStart(..) => self.open.push(Open::Map(line, Mapping::default())),
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.open.pop() {
                    Some(Open::List(line, nodes)) => Node { line, value: Value::List(nodes) },
                    Some(Open::Map(line, mapping)) => Node { line, value: Value::Map(mapping.entries) },
                    None => return true,
                };
                self.put(node);
            }
            _ => {}
        }
        if self.open.len() > DEEPEST {
            return self.refuse(line, "this is nested too deeply");
        }
        true
    }

    fn refuse(&mut self, line: usize, what: &str) -> bool {
        self.found.at(line, what);
        false
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, nodes)) => nodes.push(node),
            Some(Open::Map(_, mapping)) => match std::mem::take(&mut mapping.next) {
                Next::Key => {
                    mapping.next = mapping.key(node, self.found).map_or(Next::Dropped, Next::Value);
                }
                Next::Value(key) => mapping.entries.push((key, node)),
                Next::Dropped => {}
            },
        }
    }
}

impl Mapping {
    fn key(&mut self, node: Node, found: &mut Found) -> Option<Key> {
        let line = node.line;
        let kind = node.kind();
        let (Value::Text(text) | Value::Number(text)) = node.value else {
            found.at(line, format!("a key is {kind}: write it as a text"));
            return None;
        };
        if let Some(first) = self.lines.insert(text.clone(), line) {
            found.at(line, format!("{text:?} stands here twice, first on line {first}"));
            return None;
        }
        Some(Key { line, text })
    }
}

/// A scalar by the core schema of YAML 1.2.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        text if is_number(text) => Value::Number(text.to_owned()),
        text => Value::Text(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let hexadecimal =
        text.strip_prefix("0x").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit()));
    let octal =
        text.strip_prefix("0o").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    let decimal = digits.bytes().next().is_some_and(|first| first.is_ascii_digit() || first == b'.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.parse::<f64>().is_ok();
    hexadecimal || octal || decimal || matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN")
}
