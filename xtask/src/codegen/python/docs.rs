//! The words of the documentation as Python people read them.

use super::super::api;
use super::super::contract::{Body, Contract, Field, FieldKind, Object, Operation, Output};
use super::super::rust;

/// What `help()` says of an object: what it is, which calls give and take it, where that comes from.
pub(super) fn object(contract: &Contract, object: &Object) -> Vec<String> {
    let mut paragraphs = paragraphs(&object.description);
    let calls = calls(contract, &object.name);
    if !calls.is_empty() {
        paragraphs.push(calls);
    }
    paragraphs.push(rust::sources(&object.source));
    paragraphs
}

/// Which calls give an object, and which take a list of it.
fn calls(contract: &Contract, name: &str) -> String {
    let names_it = |kind: &FieldKind| match kind {
        FieldKind::Object(other) => other == name,
        FieldKind::List(item) => matches!(&**item, FieldKind::Object(other) if other == name),
        _ => false,
    };
    let gives = |operation: &Operation| match &operation.output {
        Output::Nothing => false,
        Output::Value(kind) | Output::One(kind) | Output::Optional(kind) | Output::Page(kind) => names_it(kind),
    };
    let takes = |operation: &Operation| match &operation.body {
        Body::Array { argument } => names_it(&argument.kind),
        body => body.fields().iter().any(|field| names_it(&field.kind)),
    };
    let list = |about: &str, found: &dyn Fn(&Operation) -> bool| {
        let calls: Vec<String> = contract
            .operations()
            .filter(|(_, operation)| found(operation))
            .map(|(resource, operation)| format!("`{}.{}()`", resource.name, operation.name))
            .collect();
        if calls.is_empty() { String::new() } else { format!("{about} {}. ", calls.join(", ")) }
    };
    (list("Given by", &gives) + &list("Taken by", &takes)).trim_end().to_owned()
}

/// What is said of a field that is read.
pub(super) fn read_field(field: &Field) -> String {
    let mut text = field.description.clone();
    text.push_str(&rust::versions(field.since.as_deref(), field.until.as_deref()));
    if !field.source.is_empty() {
        text.push(' ');
        text.push_str(&rust::sources(&field.source));
    }
    text
}

/// What is said of an argument.
pub(super) fn argument(field: &Field) -> String {
    let with = field.with.as_ref().map_or_else(String::new, |other| format!(" Only together with `{other}`."));
    rust::field_doc(field) + &with
}

/// Paragraphs of the contract, without the sentences that are about Rust alone.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let plain = |paragraph: &str| {
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        let paragraph = words.join(" ");
        let sentences: Vec<&str> = paragraph.split_inclusive(". ").collect();
        sentences.into_iter().filter(|sentence| !is_about_rust(sentence)).collect::<String>().trim().to_owned()
    };
    text.split("\n\n").map(plain).filter(|paragraph| !paragraph.is_empty()).collect()
}

fn is_about_rust(sentence: &str) -> bool {
    sentence.starts_with("In Rust,") || sentence.contains("` in Rust ")
}

/// The paragraphs on an operation, the first of which is one line on what it does.
pub(super) fn operation(operation: &Operation) -> Vec<String> {
    let mut all = vec![operation.summary.clone()];
    all.extend(paragraphs(&operation.description));
    all.extend(operation.note.iter().flat_map(|note| paragraphs(note)));
    let twin = operation.twin.as_ref().map_or_else(String::new, |twin| format!(" In Enclave Security: `{twin}`."));
    let anonymous = if operation.anonymous { " Sent without credentials." } else { "" };
    all.push(format!(
        "`{} {}`. {}{twin}{anonymous}{} {}",
        api::method(operation.method),
        operation.path,
        api::idempotency_doc(operation.idempotency),
        rust::versions(operation.since.as_deref(), operation.until.as_deref()),
        rust::sources(&operation.source),
    ));
    all
}

/// A docstring: its paragraphs wrapped, indented by so many blanks. Text in front of which stands a blank line keeps its own lines.
pub(super) fn docstring(indent: usize, paragraphs: &[String], sections: &[Section]) -> String {
    let margin = " ".repeat(indent);
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(rust::wrapped(paragraph, WIDTH - indent));
    }
    for section in sections {
        lines.push(String::new());
        lines.push(format!("{}:", section.title));
        lines.extend(section.lines(indent));
    }
    // Quotes take three columns of the first line, and three more where it is the only one.
    let quotes = if lines.len() > 1 { 3 } else { 6 };
    if lines[0].chars().count() + indent + quotes > WIDTH {
        let again = rust::wrapped(&paragraphs[0], WIDTH - indent - quotes);
        let before = rust::wrapped(&paragraphs[0], WIDTH - indent).len();
        lines.splice(0..before, again);
    }
    let prefix = if lines.iter().any(|line| line.contains('\\')) { "r" } else { "" };
    if let [line] = lines.as_slice() {
        let ends_with_quote = if line.ends_with('"') { " " } else { "" };
        return format!("{margin}{prefix}\"\"\"{line}{ends_with_quote}\"\"\"\n");
    }
    let mut text = format!("{margin}{prefix}\"\"\"{}\n", lines[0]);
    for line in &lines[1..] {
        text.push_str(format!("{margin}{line}").trim_end());
        text.push('\n');
    }
    text + &format!("{margin}\"\"\"\n")
}

/// How long a line may be.
pub(super) const WIDTH: usize = 130;

/// A part of a docstring with a title, in the manner of Google's guide.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) content: Content,
}

pub(super) enum Content {
    /// Names with what they mean.
    Items(Vec<(String, String)>),
    Text(String),
    /// Code, as it is.
    Code(String),
}

impl Section {
    fn lines(&self, indent: usize) -> Vec<String> {
        let width = WIDTH - indent - 4;
        match &self.content {
            Content::Items(items) => items.iter().flat_map(|(name, text)| item(name, text, width)).collect(),
            Content::Text(text) => rust::wrapped(text, width).iter().map(|line| format!("    {line}")).collect(),
            Content::Code(code) => {
                let fence = ["```python"].into_iter().chain(code.lines()).chain(["```"]);
                fence.map(|line| format!("    {line}").trim_end().to_owned()).collect()
            }
        }
    }
}

fn item(name: &str, text: &str, width: usize) -> Vec<String> {
    let wrapped = rust::wrapped(&format!("{name}: {text}"), width - 4);
    let indented =
        |(number, line): (usize, &String)| if number == 0 { format!("    {line}") } else { format!("        {line}") };
    wrapped.iter().enumerate().map(indented).collect()
}
