//! Emits the Python side of a product: the native classes with their stubs, the operation table, and the modules that people import.

mod calls;
mod docs;
mod inputs;
mod kinds;
mod members;
mod native;
mod resources;
mod stubs;

use std::path::PathBuf;

use anyhow::Result;

use super::contract::{Contract, FieldKind, Object, Operation, Output, Type};
use super::document::Method;

/// All files of a product, by their paths in the workspace.
pub(crate) fn files(contract: &Contract, spec: &str) -> Result<Vec<(PathBuf, String)>> {
    let product = &contract.product;
    let rust = PathBuf::from(format!("bindings/python/src/{product}/generated"));
    let package = PathBuf::from("bindings/python/python/tenable_api");
    let python = package.join(product).join("_generated");
    let mut files = Vec::new();
    for resource in &contract.resources {
        if let Some(text) = native::resource(contract, resource, spec) {
            files.push((rust.join(format!("{}.rs", resource.name)), text));
        }
        let text = resources::resource(contract, resource, spec)?;
        files.push((python.join(format!("{}.py", resource.name)), text));
    }
    files.push((rust.join("mod.rs"), native::index(contract, spec)));
    files.push((rust.join("operations.rs"), native::operations(contract, spec)));
    files.push((python.join("__init__.py"), resources::index(contract, spec)));
    files.push((package.join("_native").join(format!("{product}.pyi")), stubs::stub(contract, spec)));
    Ok(files)
}

/// The objects that have a native class: those that are read.
fn classes(types: &[Type]) -> impl Iterator<Item = &Object> {
    types.iter().filter_map(|kind| match kind {
        Type::Object(object) if object.read => Some(object),
        _ => None,
    })
}

/// The objects that are only sent, which are classes of Python.
fn inputs(types: &[Type]) -> impl Iterator<Item = &Object> {
    types.iter().filter_map(|kind| match kind {
        Type::Object(object) if !object.read => Some(object),
        _ => None,
    })
}

/// The open enums: name, description, source, and the words with their meaning.
fn words(types: &[Type]) -> Vec<Words<'_>> {
    let words = types.iter().filter_map(|kind| match kind {
        Type::OpenEnum { name, description, values, .. } => {
            let values = values.iter().map(|(word, meaning)| Word::new(word, word, meaning.clone()));
            Some(Words { name, description, values: values.collect() })
        }
        Type::Fields { name, description, fields, .. } => {
            let values = fields.iter().map(|field| {
                let meaning = format!("{} Comes {}.", field.description, super::rust::legend(field.legend));
                Word::new(&super::names::snake(&field.name), &field.wire, meaning)
            });
            Some(Words { name, description, values: values.collect() })
        }
        // Numbers on the wire, for which the product's words are taken too.
        Type::ByHand { name, description, values } if !values.is_empty() => {
            let values = values.iter().map(|(word, meaning)| Word::new(word, word, meaning.clone()));
            Some(Words { name, description, values: values.collect() })
        }
        _ => None,
    });
    words.collect()
}

/// An open enum.
struct Words<'a> {
    name: &'a str,
    description: &'a str,
    values: Vec<Word>,
}

/// A known value.
struct Word {
    /// The attribute: `SELF_USER_ID`.
    name: String,
    text: String,
    meaning: String,
}

impl Word {
    fn new(name: &str, text: &str, meaning: String) -> Self {
        let name: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        Self { name, text: text.to_owned(), meaning }
    }
}

/// Lists that come as an object around them, in pages that hand-written code of the client turns: operation and element.
const LISTS_IN_OBJECTS: &[(&str, &str)] = &[("audit_log.events", "AuditEvent")];

/// The element of an operation that lists.
fn element(operation: &Operation) -> Option<&str> {
    if let Some((_, element)) = LISTS_IN_OBJECTS.iter().find(|(id, _)| *id == operation.id) {
        return Some(element);
    }
    let list = match &operation.output {
        Output::Page(item) => Some(item),
        Output::Value(FieldKind::List(item)) if operation.method == Method::Get => Some(&**item),
        _ => None,
    };
    match list {
        Some(FieldKind::Object(name)) => Some(name),
        _ => None,
    }
}

/// The name of the method that goes through a list, beside the one that gives it: for `list` and its kin, and for what comes in pages.
fn iterator_name(operation: &Operation) -> Option<String> {
    element(operation)?;
    let paged =
        matches!(operation.output, Output::Page(_)) || LISTS_IN_OBJECTS.iter().any(|(id, _)| *id == operation.id);
    match operation.name.strip_prefix("list") {
        Some(rest) => Some(format!("iterate{rest}")),
        None => paged.then(|| format!("iterate_{}", operation.name)),
    }
}
