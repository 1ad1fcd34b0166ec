//! Emits the native classes and the operation table: `bindings/python/src/<product>/generated/`.

use std::collections::BTreeSet;

use super::super::contract::{Contract, FieldKind, Object, Resource, Type};
use super::super::rust;
use super::docs;
use super::members::members;
use super::{classes, element};

/// The classes of one resource; nothing if it has none and no types that they need.
pub(super) fn resource(contract: &Contract, resource: &Resource, spec: &str) -> Option<String> {
    let mut body = String::new();
    let ids: Vec<String> = resource
        .types
        .iter()
        .filter_map(|kind| match kind {
            Type::Id { name, .. } => Some(format!("model::{name}")),
            _ => None,
        })
        .collect();
    if !ids.is_empty() {
        body.push_str(&format!("ids!({});\n\n", ids.join(", ")));
    }
    let read = read_words(contract);
    let enums: Vec<String> = super::words(&resource.types)
        .iter()
        .filter(|words| read.contains(words.name))
        .map(|words| format!("model::{0} = {0:?}", words.name))
        .collect();
    if !enums.is_empty() {
        let module = format!("tenable_api.{}._generated.{}", contract.product, resource.name);
        body.push_str(&format!("open_enums!({module:?}: {});\n\n", enums.join(", ")));
    }
    for object in classes(&resource.types) {
        body.push_str(&class(contract, object));
    }
    if body.is_empty() {
        return None;
    }
    let model = format!("{} as model", contract.product);
    let always: Vec<(&str, &str)> = [
        ("model::", "tenable_api::model", model.as_str()),
        ("model_class! {", "crate::objects", "model_class"),
        ("ids!(", "crate::values", "ids"),
        ("open_enums!(", "crate::values", "open_enums"),
    ]
    .into_iter()
    .filter(|(found, ..)| body.contains(found))
    .map(|(_, path, name)| (path, name))
    .collect();
    let about = format!("//! {}\n\n", resource.description);
    Some(rust::preamble(spec) + &about + &rust::imports(&[], &always, &body) + "\n" + &body)
}

/// The open enums that answers hold.
fn read_words(contract: &Contract) -> BTreeSet<&str> {
    fn word(kind: &FieldKind) -> Option<&str> {
        match kind {
            FieldKind::OpenEnum(name) => Some(name),
            FieldKind::List(item) => word(item),
            _ => None,
        }
    }
    let objects = contract.resources.iter().flat_map(|resource| classes(&resource.types));
    objects.flat_map(|object| &object.fields).filter_map(|field| word(&field.kind)).collect()
}

/// One class.
fn class(contract: &Contract, object: &Object) -> String {
    let mut text = "model_class! {\n".to_owned();
    text.push_str(&rust::doc(4, &docs::object(contract, object).iter().map(String::as_str).collect::<Vec<_>>()));
    let name = &object.name;
    text.push_str(&format!("    \"tenable_api.{}\" {name} = model::{name} {{\n", contract.product));
    let key = key(object);
    for field in &object.fields {
        let kind = match field.kind {
            FieldKind::Secret | FieldKind::SecretNumber => "Secret",
            _ if key == Some(&field.name) => "Key",
            _ => "Plain",
        };
        text.push_str(&rust::doc(8, &[&docs::read_field(field)]));
        text.push_str(&format!("        {}: {:?} {kind},\n", field.name, field.wire));
    }
    text.push_str("    }\n");
    let computed: Vec<_> = members(&contract.product, name).collect();
    if !computed.is_empty() {
        text.push_str("    also {\n");
        for member in computed {
            text.push_str(&rust::doc(8, &[member.about]));
            text.push_str(&format!("        {}: |it| {},\n", member.name, member.computed));
        }
        text.push_str("    }\n");
    }
    if object.written {
        let list = |required: bool| -> String {
            let fields = object.fields.iter().filter(|field| (field.required && !field.nullable) == required);
            fields.map(|field| format!("{}: {:?}", field.name, field.wire)).collect::<Vec<_>>().join(", ")
        };
        text.push_str(&format!("    new({}; {})\n", list(true), list(false)));
    }
    text + "}\n\n"
}

/// The field by which an object is told from others of its class.
fn key(object: &Object) -> Option<&String> {
    let named = |name: &str| object.fields.iter().find(|field| field.name == name).map(|field| &field.name);
    named("id").or_else(|| named("uuid"))
}

/// `generated/mod.rs`.
pub(super) fn index(contract: &Contract, spec: &str) -> String {
    let mut text = rust::preamble(spec);
    let resources: Vec<&Resource> =
        contract.resources.iter().filter(|&own| resource(contract, own, spec).is_some()).collect();
    for resource in &resources {
        text.push_str(&format!("mod {};\n", resource.name));
    }
    text.push_str("mod operations;\n\npub(crate) use operations::OPERATIONS;\n\nuse pyo3::prelude::*;\n\n");
    text.push_str("/// Puts the classes into the native module of the product.\n");
    text.push_str("pub(crate) fn add_classes(module: &Bound<'_, PyModule>) -> PyResult<()> {\n");
    for resource in &resources {
        for object in classes(&resource.types) {
            text.push_str(&format!("    module.add_class::<{}::{}>()?;\n", resource.name, object.name));
        }
    }
    text + "    Ok(())\n}\n"
}

/// `generated/operations.rs`.
pub(super) fn operations(contract: &Contract, spec: &str) -> String {
    let requests: Vec<&str> = contract.operations().map(|(_, operation)| operation.request.as_str()).collect();
    let mut text = rust::preamble(spec);
    text.push_str(&format!("use tenable_api::{}::{{{}}};\n\n", contract.product, requests.join(", ")));
    text.push_str("use crate::operations::Operation;\n\n");
    text.push_str(&rust::doc(0, &[&format!("Every operation of {}.", contract.title)]));
    text.push_str("pub(crate) static OPERATIONS: &[Operation] = &[\n");
    for (_, operation) in contract.operations() {
        let kind = if element(operation).is_some() { "list" } else { "of" };
        text.push_str(&format!("    Operation::{kind}::<{}>(),\n", operation.request));
    }
    text + "];\n"
}
