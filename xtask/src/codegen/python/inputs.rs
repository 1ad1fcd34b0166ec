//! Emits open enums and the classes of objects that are only sent.

use super::super::contract::{Contract, Field, FieldKind, Object};
use super::docs::{self, Content, Section, WIDTH};
use super::{Words, kinds};

/// The class of an open enum.
pub(super) fn words(words: &Words<'_>) -> String {
    let mut paragraphs = docs::paragraphs(words.description);
    paragraphs.push("Other values are kept as they come.".to_owned());
    let mut text = format!("class {}(OpenEnum):\n", words.name);
    text.push_str(&docs::docstring(4, &paragraphs, &[]));
    text.push_str("\n    __slots__ = ()\n\n");
    for word in &words.values {
        text.push_str(&format!("    {}: ClassVar[{}] = known({:?})\n", word.name, words.name, word.text));
        text.push_str(&docs::docstring(4, std::slice::from_ref(&word.meaning), &[]));
    }
    text
}

/// The class of an object that is only sent.
pub(super) fn input(contract: &Contract, object: &Object) -> String {
    let name = &object.name;
    let mut text = format!("class {name}(Input):\n");
    text.push_str(&docs::docstring(4, &docs::object(contract, object), &[]));
    let slots: Vec<String> = object.fields.iter().map(|field| format!("{:?}", field.name)).collect();
    text.push('\n');
    text.push_str(&tuple("    __slots__ = ", &slots));
    let wire: Vec<String> = object.fields.iter().map(|field| format!("{:?}: {:?}", field.name, field.wire)).collect();
    text.push_str(&bracketed("    _wire = ", '{', &wire, '}'));
    let secrets: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.kind == FieldKind::Secret)
        .map(|field| format!("{:?}", field.name))
        .collect();
    if !secrets.is_empty() {
        text.push_str(&tuple("    _secrets = ", &secrets));
    }
    let arguments: Vec<&Field> =
        object.fields.iter().filter(|field| kinds::is_needed(field)).chain(optional(object)).collect();
    text.push('\n');
    text.push_str(&signature(contract, "def __init__", &arguments, "None"));
    let items = arguments.iter().map(|field| (field.name.clone(), docs::argument(field))).collect();
    let about = if object.fields.iter().all(kinds::is_needed) {
        "With all that it needs."
    } else {
        "With what must be there, and what is set besides."
    };
    let sections = [Section { title: "Args", content: Content::Items(items) }];
    text.push_str(&docs::docstring(8, &[about.to_owned()], &sections));
    for field in &object.fields {
        let kind = match &field.kind {
            FieldKind::Secret => "Secret".to_owned(),
            kind => kinds::argument(contract, kind),
        };
        let (kind, value) = match (&field.kind, kinds::is_needed(field)) {
            (FieldKind::Secret, true) => (kind, format!("Secret({})", field.name)),
            (FieldKind::Secret, false) => (format!("{kind} | Unset"), format!("secret_or_unset({})", field.name)),
            (_, true) => (kind, field.name.clone()),
            (_, false) => (kinds::optional(contract, field), field.name.clone()),
        };
        text.push_str(&format!("        self.{}: {kind} = {value}\n", field.name));
    }
    text
}

fn optional(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| !kinds::is_needed(field))
}

/// The head of a method, in one line or several.
pub(super) fn signature(contract: &Contract, head: &str, arguments: &[&Field], gives: &str) -> String {
    let needed = arguments.iter().filter(|field| kinds::is_needed(field)).copied();
    let mut list = vec!["self".to_owned()];
    list.extend(needed.map(|field| format!("{}: {}", field.name, kinds::argument(contract, &field.kind))));
    let rest: Vec<String> = arguments
        .iter()
        .filter(|field| !kinds::is_needed(field))
        .map(|field| match field.only {
            Some(_) => format!("{}: bool = False", field.name),
            None => format!("{}: {} = UNSET", field.name, kinds::optional(contract, field)),
        })
        .collect();
    if !rest.is_empty() {
        list.push("*".to_owned());
        list.extend(rest);
    }
    let line = format!("    {head}({}) -> {gives}:\n", list.join(", "));
    if line.len() <= WIDTH + 1 {
        return line;
    }
    let inner = list.join(", ");
    if inner.len() + 8 <= WIDTH {
        return format!("    {head}(\n        {inner}\n    ) -> {gives}:\n");
    }
    format!("    {head}(\n        {},\n    ) -> {gives}:\n", list.join(",\n        "))
}

/// A tuple of texts, which has a comma though it be alone.
pub(super) fn tuple(head: &str, elements: &[String]) -> String {
    match elements {
        [one] => format!("{head}({one},)\n"),
        _ => bracketed(head, '(', elements, ')'),
    }
}

/// What stands in brackets, in one line or in one for each element.
pub(super) fn bracketed(head: &str, open: char, elements: &[String], close: char) -> String {
    let line = format!("{head}{open}{}{close}", elements.join(", "));
    if line.len() <= WIDTH {
        return line + "\n";
    }
    let margin = " ".repeat(head.len() - head.trim_start().len());
    let inner = elements.join(&format!(",\n{margin}    "));
    format!("{head}{open}\n{margin}    {inner},\n{margin}{close}\n")
}
