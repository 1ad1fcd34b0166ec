//! Types of values in Python, and values for examples.

use super::super::contract::{Contract, Field, FieldKind};
use super::super::rust;

/// `Any` of a module that is loaded when a program runs, which `typing` is only for those who read the annotations.
pub(super) const ANY: &str = "hints.Any";

/// The type of a value that is read.
pub(super) fn read(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text => "str".to_owned(),
        FieldKind::Secret | FieldKind::SecretNumber => "Secret".to_owned(),
        FieldKind::Signed | FieldKind::Unsigned | FieldKind::Id(_) => "int".to_owned(),
        FieldKind::Boolean | FieldKind::ZeroOrOne => "bool".to_owned(),
        FieldKind::OpenEnum(name) | FieldKind::Object(name) => name.clone(),
        FieldKind::List(item) => format!("tuple[{}, ...]", read(item)),
        FieldKind::InString(kind) | FieldKind::InObject(kind) => read(kind),
        FieldKind::UnixSeconds | FieldKind::UnixMilliseconds | FieldKind::DateTime => "datetime".to_owned(),
        FieldKind::Json => ANY.to_owned(),
        FieldKind::ByHand(name) => match name.as_str() {
            "ReferenceId" | "RoleNumber" => "int",
            "AddressList" => "tuple[str, ...]",
            _ => "str",
        }
        .to_owned(),
    }
}

/// The type of a field that is read.
pub(super) fn read_field(field: &Field) -> String {
    let kind = read(&field.kind);
    if field.required && !field.nullable || kind == ANY { kind } else { format!("{kind} | None") }
}

/// The type of an argument.
pub(super) fn argument(contract: &Contract, kind: &FieldKind) -> String {
    match kind {
        FieldKind::Secret => "str | Secret".to_owned(),
        FieldKind::SecretNumber => "str | int | Secret".to_owned(),
        FieldKind::OpenEnum(name) => format!("{name} | str"),
        FieldKind::Object(name) => format!("{name} | Mapping[str, {ANY}]"),
        FieldKind::List(item) => format!("Iterable[{}]", argument(contract, item)),
        FieldKind::InString(kind) | FieldKind::InObject(kind) => argument(contract, kind),
        FieldKind::ByHand(name) => match name.as_str() {
            "Extra" => return format!("Mapping[str, {ANY}]"),
            name if name.ends_with("Key") => "int | str",
            "ResponsibleAsset" | "ManagedGroup" | "RoleNumber" | "ReferenceId" => "int",
            "AddressList" => "str | Iterable[str]",
            name if !contract.values(name).is_empty() => return format!("{name} | str | int"),
            _ => "str",
        }
        .to_owned(),
        kind => read(kind),
    }
}

/// The type of an argument that may be left out.
pub(super) fn optional(contract: &Contract, field: &Field) -> String {
    let null = if field.nullable { " | None" } else { "" };
    format!("{}{null} | Unset", argument(contract, &field.kind))
}

/// Whether a value must be given: it is then an argument by position.
pub(super) fn is_needed(field: &Field) -> bool {
    field.required && !field.nullable && field.sent.is_none()
}

/// A value for examples of a resource.
pub(super) fn sample(contract: &Contract, resource: &str, name: &str, kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text => format!("{:?}", rust::sample_text(contract, resource, name)),
        FieldKind::Secret => match name {
            "token" => "\"b1f0c2d4\"",
            "new_password" => "\"Copper-Lantern-77\"",
            "current_password" => "\"Amber-Meadow-19\"",
            _ => "\"Violet-Harbor-42\"",
        }
        .to_owned(),
        FieldKind::SecretNumber => "\"314159\"".to_owned(),
        FieldKind::InString(kind) | FieldKind::InObject(kind) => sample(contract, resource, name, kind),
        FieldKind::UnixSeconds | FieldKind::UnixMilliseconds | FieldKind::DateTime => {
            "datetime(2026, 8, 1, 12, tzinfo=timezone.utc)".to_owned()
        }
        FieldKind::Json => "{}".to_owned(),
        FieldKind::Signed | FieldKind::Unsigned => "300".to_owned(),
        FieldKind::Boolean | FieldKind::ZeroOrOne => "True".to_owned(),
        FieldKind::Id(id) if id == "UserId" => "7".to_owned(),
        FieldKind::Id(_) => "2".to_owned(),
        FieldKind::OpenEnum(name) => format!("{:?}", contract.values(name).first().copied().unwrap_or("value")),
        FieldKind::List(item) => format!("[{}]", sample(contract, resource, name, item)),
        FieldKind::Object(object) => {
            let fields = contract.object(object).map_or(&[][..], |object| &object.fields);
            let arguments: Vec<String> = rust::constructor_fields(fields)
                .map(|field| sample(contract, resource, &field.name, &field.kind))
                .collect();
            format!("{object}({})", arguments.join(", "))
        }
        FieldKind::ByHand(kind) => match kind.as_str() {
            "UserKey" => "7".to_owned(),
            name if name.ends_with("Key") => "2".to_owned(),
            "Uuid" | "RoleAssignment" => format!("{:?}", rust::SAMPLE_UUID),
            "AddressList" => "\"192.0.2.0/24\"".to_owned(),
            kind if !contract.values(kind).is_empty() => format!("{kind}.STANDARD"),
            _ => "19".to_owned(),
        },
    }
}

/// Rust setters of an example, `.active(true).fields(["locked"])`, as keyword arguments: `active=True`, `fields=["locked"]`.
pub(super) fn keywords(setters: &str) -> Vec<String> {
    let mut keywords = Vec::new();
    let mut rest = setters;
    while let Some((name, tail)) = rest.strip_prefix('.').and_then(|rest| rest.split_once('(')) {
        let mut depth = 1;
        let mut quoted = false;
        let end = tail.char_indices().find(|(_, character)| {
            quoted ^= *character == '"';
            match character {
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let end = end.map_or(tail.len(), |(at, _)| at);
        keywords.push(format!("{name}={}", value(&tail[..end])));
        rest = tail.get(end + 1..).unwrap_or_default();
    }
    keywords
}

/// A value in Rust as one in Python.
fn value(rust: &str) -> String {
    match rust {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        _ => match rust.strip_prefix("model::").and_then(|path| path.split_once("::")) {
            Some((kind, variant)) => format!("{kind}.{}", super::super::names::snake(variant).to_uppercase()),
            None => rust.to_owned(),
        },
    }
}

/// The imports of a module: those of the names that its code uses. Names in docstrings count as well where they stand alone.
pub(super) struct Imports<'a> {
    /// Module and name, in the order in which they are to stand.
    pub(super) candidates: Vec<(String, &'a str)>,
}

impl Imports<'_> {
    /// `from module import name, name` for what the code uses.
    pub(super) fn lines(&self, code: &str, module: impl Fn(&str) -> bool) -> Vec<String> {
        let mut modules: Vec<(&str, Vec<&str>)> = Vec::new();
        for (from, name) in self.candidates.iter().filter(|(from, name)| module(from) && uses(code, name)) {
            match modules.iter_mut().find(|(other, _)| other == from) {
                Some((_, names)) => names.push(name),
                None => modules.push((from, vec![name])),
            }
        }
        modules.into_iter().map(|(from, names)| import_line(from, names)).collect()
    }
}

/// One import, broken into lines where it is too long. Names are sorted as `ruff` and `isort` do: constants, classes, functions.
pub(super) fn import_line(from: &str, mut names: Vec<&str>) -> String {
    let rank = |name: &str| {
        let shouted = !name.chars().any(|c| c.is_ascii_lowercase());
        (
            if shouted { 0 } else { 1 + usize::from(!name.starts_with(|c: char| c.is_ascii_uppercase())) },
            name.to_lowercase(),
        )
    };
    names.sort_by_key(|name| rank(name));
    let line = format!("from {from} import {}", names.join(", "));
    if line.len() <= super::docs::WIDTH {
        return line;
    }
    format!("from {from} import (\n    {},\n)", names.join(",\n    "))
}

/// Whether the code, without its docstrings and comments, uses the name.
pub(super) fn uses(code: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut inside = false;
    code.lines().any(|line| {
        let quotes = line.matches("\"\"\"").count();
        let documentation = inside || quotes > 0 || line.trim_start().starts_with('#');
        inside ^= quotes % 2 == 1;
        !documentation
            && line.match_indices(name).any(|(at, _)| {
                let (before, after) = (&line[..at], &line[at + name.len()..]);
                // A method or an attribute may be called as a class is, and so may a text.
                !before.ends_with(|c: char| word(c) || c == '.' || c == '"') && !after.starts_with(word)
            })
    })
}
