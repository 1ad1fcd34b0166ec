//! Emits the types of a product: `crates/tenable-model/src/<product>/generated/<resource>.rs`.

use std::collections::BTreeSet;

use super::contract::{Contract, Field, FieldKind, Object, Resource, SelectedField, Type};
use super::names::{self, Convention};
use super::rust::{self, Scope};

/// The file of one resource, or nothing if the resource has no types.
pub(crate) fn resource(contract: &Contract, resource: &Resource, spec: &str) -> Option<String> {
    if resource.types.iter().all(|kind| matches!(kind, Type::ByHand { .. })) {
        return None;
    }
    let mut body = String::new();
    let ids: Vec<String> = resource.types.iter().filter_map(id).collect();
    if !ids.is_empty() {
        body.push_str(&format!("id! {{\n{}}}\n\n", ids.join("\n")));
    }
    let enums: Vec<String> = resource.types.iter().filter_map(open_enum).collect();
    if !enums.is_empty() {
        body.push_str(&format!("open_enum! {{\n{}}}\n\n", enums.join("\n")));
    }
    for kind in &resource.types {
        if let Type::Fields { name, fields, .. } = kind {
            body.push_str(&legend(name, fields));
        }
        if let Type::Object(definition) = kind {
            body.push_str(&object(contract, definition));
        }
    }
    let here = resource.types.iter().filter(|kind| !matches!(kind, Type::ByHand { .. }));
    let local: BTreeSet<&str> = here.map(type_name).collect();
    let by_hand = contract.types().filter(|kind| matches!(kind, Type::ByHand { .. })).map(type_name);
    let by_hand: BTreeSet<&str> = by_hand.chain(["Legend"]).collect();
    let place = |name: &str| match name {
        "Uuid" => "crate",
        name if by_hand.contains(name) => "super::super",
        _ => "super",
    };
    let foreign: Vec<(&str, &str)> = contract
        .types()
        .map(type_name)
        .chain(["Legend"])
        .map(|name| (place(name), name))
        .filter(|(_, name)| !local.contains(name))
        .collect();
    let mut candidates = vec![
        ("crate", "Extra"),
        ("crate", "secret"),
        ("crate::secret", "SecretString"),
        ("crate::wire", "AsIs"),
        ("serde_json", "Value"),
        ("crate", "Timestamp"),
        ("crate::wire", "Boolean"),
        ("crate::wire", "BooleanNumber"),
        ("crate::wire", "BooleanText"),
        ("crate::wire", "Each"),
        ("crate::wire", "InObject"),
        ("crate::wire", "Number"),
        ("crate::wire", "NumberText"),
        ("crate::wire", "Rfc3339"),
        ("crate::wire", "Secret"),
        ("crate::wire", "SecretNumber"),
        ("crate::wire", "Text"),
        ("crate::wire", "UnixMilliseconds"),
        ("crate::wire", "UnixSecondsText"),
        ("crate::wire", "id"),
        ("crate::wire", "object"),
        ("crate::wire", "request"),
        ("crate::wire", "open_enum"),
    ];
    candidates.retain(|(_, name)| match *name {
        // These two are words of the language of the fields, too.
        "id" => !ids.is_empty(),
        "secret" => body.contains("secret::expose"),
        "object" => body.contains("object! {"),
        _ => true,
    });
    candidates.extend(foreign);
    let about = format!("//! {}\n\n", resource.description);
    Some(rust::preamble(spec) + &about + &rust::imports(&candidates, &[], &body) + "\n" + &body)
}

/// `generated/mod.rs`.
pub(crate) fn index(contract: &Contract, spec: &str) -> String {
    let names: Vec<&str> = contract
        .resources
        .iter()
        .filter(|resource| !resource.types.iter().all(|kind| matches!(kind, Type::ByHand { .. })))
        .map(|resource| resource.name.as_str())
        .collect();
    let lines = |before: &str, after: &str| -> String { names.iter().flat_map(|name| [before, name, after]).collect() };
    rust::preamble(spec) + &lines("mod ", ";\n") + "\n" + &lines("pub use ", "::*;\n")
}

fn type_name(kind: &Type) -> &str {
    match kind {
        Type::Id { name, .. } | Type::OpenEnum { name, .. } | Type::Fields { name, .. } | Type::ByHand { name, .. } => {
            name
        }
        Type::Object(object) => &object.name,
    }
}

fn id(kind: &Type) -> Option<String> {
    let Type::Id { name, description } = kind else { return None };
    let words = names::words(&names::snake(name));
    Some(format!("{}    pub struct {name} = {words:?};\n", rust::doc(4, &[description])))
}

fn open_enum(kind: &Type) -> Option<String> {
    let (name, description, source, variants) = match kind {
        Type::OpenEnum { name, description, source, values } => {
            let variants = values.iter().map(|(word, meaning)| (names::pascal(word), word, meaning.clone()));
            (name, description, source, variants.collect::<Vec<_>>())
        }
        Type::Fields { name, description, source, fields } => {
            let variants = fields.iter().map(|field| {
                let comes = rust::legend(field.legend);
                (field.name.clone(), &field.wire, format!("{} Comes {comes}.", field.description))
            });
            (name, description, source, variants.collect())
        }
        _ => return None,
    };
    let source = rust::sources(source);
    let mut text = rust::doc(4, &[description, &format!("New kinds are kept as [`Other`](Self::Other). {source}")]);
    text.push_str(&format!("    pub enum {name} {{\n"));
    for (variant, word, meaning) in variants {
        text.push_str(&rust::doc(8, &[&meaning]));
        text.push_str(&format!("        {variant} = {word:?},\n"));
    }
    Some(text + "    }\n")
}

/// When each of the fields comes.
fn legend(name: &str, fields: &[SelectedField]) -> String {
    use super::document::Legend;

    let mut text = format!(
        "impl {name} {{\n    /// When the field comes with an answer; `None` for one that this release does not know.\n    \
         pub const fn legend(&self) -> Option<Legend> {{\n        match self {{\n"
    );
    for (mark, variant) in [
        (Legend::Always, "Always"),
        (Legend::Default, "Default"),
        (Legend::Request, "OnRequest"),
        (Legend::RequestNotAdministrator, "OnRequestNotForAdministrators"),
    ] {
        let marked: Vec<String> =
            fields.iter().filter(|field| field.legend == mark).map(|field| format!("Self::{}", field.name)).collect();
        if !marked.is_empty() {
            text.push_str(&format!("            {} => Some(Legend::{variant}),\n", marked.join(" | ")));
        }
    }
    text + "            Self::Other(_) => None,\n        }\n    }\n}\n\n"
}

fn object(contract: &Contract, object: &Object) -> String {
    let secret = object.fields.iter().any(|field| rust::holds_secret(contract, &field.kind));
    let equality = if secret { "" } else { ", PartialEq" };
    let returned = returned_by(contract, object);
    let source = rust::sources(&object.source);
    let mut text = rust::doc(0, &[&object.description, &returned, &source]);
    let input_only = !object.read;
    text.push_str(&format!("#[derive(Clone, Debug{equality})]\n"));
    text.push_str(&format!("#[non_exhaustive]\npub struct {} {{\n", object.name));
    for field in &object.fields {
        text.push_str(&rust::doc(4, &[&rust::field_doc(field)]));
        text.push_str(&format!("    pub {}: {},\n", field.name, field_type(Scope::Model, field)));
    }
    if !input_only {
        text.push_str(
            "    /// Fields this release does not know, kept as they came and written back.\n    pub extra: Extra,\n",
        );
    }
    text.push_str("}\n\n");
    text.push_str(&format!("{}! {{\n    {} {{\n", if input_only { "request" } else { "object" }, object.name));
    for field in &object.fields {
        let (presence, codec) = if input_only {
            (if field.required && !field.nullable { "required" } else { "optional" }, strict_codec(&field.kind))
        } else {
            (presence(field, object.written), rust::codec(&field.kind))
        };
        text.push_str(&format!("        {presence} {}: {:?} as {codec},\n", field.name, field.wire));
    }
    text.push_str("    }\n}\n\n");
    if object.written {
        text.push_str(&constructor(object, input_only));
    }
    text
}

/// The codec of a value that a caller gives: strict, but where the wire has another form than serde.
fn strict_codec(kind: &FieldKind) -> String {
    if *kind == FieldKind::Secret {
        return "Secret".to_owned();
    }
    rust::special_codec(kind).unwrap_or_else(|| "AsIs".to_owned())
}

/// How the `object!` macro treats a field that is missing or null.
fn presence(field: &Field, written: bool) -> &'static str {
    match (&field.kind, field.required) {
        (_, true) if field.nullable && written => "nullable",
        (_, true) if field.nullable => "optional",
        (FieldKind::Secret | FieldKind::Object(_), true) => "required",
        (_, true) if field.wire == "id" => "required",
        (_, true) => "default",
        (_, false) => "optional",
    }
}

/// The type of a field of a struct.
pub(crate) fn field_type(scope: Scope, field: &Field) -> String {
    let kind = scope.type_of(&field.kind);
    if field.required && !field.nullable { kind } else { format!("Option<{kind}>") }
}

/// How serde comes from the names of these fields to those on the wire.
pub(crate) fn convention<'a>(fields: impl Iterator<Item = &'a Field>) -> Convention {
    // A field that may only have one value is named after its method.
    let named = fields.filter(|field| field.only.is_none());
    Convention::of(named.map(|field| (field.name.as_str(), field.wire.as_str())))
}

/// What serde needs to know of a field of a struct that is sent.
///
/// `null` is not the same as absent: a field that may not be null refuses it instead of dropping it.
pub(crate) fn serde_attribute(convention: Convention, field: &Field) -> String {
    let mut parts = Vec::new();
    if field.only.is_some() || convention.wire(&field.name) != field.wire {
        parts.push(format!("rename = {:?}", field.wire));
    }
    let secret = field.kind == FieldKind::Secret;
    let codec = rust::special_codec(&field.kind);
    if field.required && !field.nullable {
        if secret {
            parts.push("serialize_with = \"secret::expose\"".to_owned());
        }
        if let Some(codec) = codec {
            parts.push(format!("serialize_with = \"encode::<_, {codec}, _>\""));
            parts.push(format!("deserialize_with = \"decode::<_, {codec}, _>\""));
        }
    } else if field.required {
        parts.push("default".to_owned());
    } else {
        parts.push("default".to_owned());
        let decode = codec.as_ref().map_or("not_null".to_owned(), |codec| format!("decode_option::<_, {codec}, _>"));
        parts.push(format!("deserialize_with = \"{decode}\""));
        parts.push("skip_serializing_if = \"Option::is_none\"".to_owned());
        if secret {
            parts.push("serialize_with = \"secret::expose_option\"".to_owned());
        }
        if let Some(codec) = codec {
            parts.push(format!("serialize_with = \"encode_option::<_, {codec}, _>\""));
        }
    }
    if parts.is_empty() { String::new() } else { format!("    #[serde({})]\n", parts.join(", ")) }
}

fn constructor(object: &Object, input_only: bool) -> String {
    let arguments: Vec<String> = rust::constructor_fields(&object.fields)
        .map(|field| format!("{}: {}", field.name, Scope::Model.argument(&field.kind)))
        .collect();
    let rest = object.fields.len() > arguments.len();
    let about =
        if rest { "With what must be there; the rest is set by the methods below." } else { "With all that it needs." };
    let mut text = format!("impl {} {{\n    /// {about}\n", object.name);
    text.push_str(&format!("    pub fn new({}) -> Self {{\n        Self {{\n", arguments.join(", ")));
    for field in &object.fields {
        let value = if field.required && !field.nullable {
            rust::converted(&field.name, &field.kind)
        } else {
            "None".to_owned()
        };
        let name = &field.name;
        let init = if value == *name { value } else { format!("{name}: {value}") };
        text.push_str(&format!("            {init},\n"));
    }
    if !input_only {
        text.push_str("            extra: Extra::default(),\n");
    }
    text.push_str("        }\n    }\n");
    for field in object.fields.iter().filter(|field| !field.required || field.nullable) {
        text.push('\n');
        text.push_str(&rust::doc(4, &[&rust::field_doc(field)]));
        text.push_str(&format!(
            "    #[must_use]\n    pub fn {0}(mut self, {0}: {1}) -> Self {{\n        self.{0} = Some({2});\n        self\n    }}\n",
            field.name,
            Scope::Model.argument(&field.kind),
            rust::converted(&field.name, &field.kind)
        ));
    }
    text + "}\n\n"
}

/// Which calls return the object, and which send it.
fn returned_by(contract: &Contract, object: &Object) -> String {
    use super::contract::{Body, Output};

    let mut calls = (Vec::new(), Vec::new());
    for (resource, operation) in contract.operations() {
        let call = format!("`{}().{}(..)`", resource.name, operation.name);
        let (Output::Value(kind) | Output::One(kind) | Output::Optional(kind) | Output::Page(kind)) = &operation.output
        else {
            continue;
        };
        if names_object(kind, &object.name) {
            calls.0.push(call);
        }
    }
    for (resource, operation) in contract.operations() {
        if matches!(&operation.body, Body::Array { argument, .. } if names_object(&argument.kind, &object.name)) {
            calls.1.push(format!("`{}().{}(..)`", resource.name, operation.name));
        }
    }
    let mut text = String::new();
    if !calls.0.is_empty() {
        text.push_str(&format!("Returned by {}. ", calls.0.join(", ")));
    }
    if !calls.1.is_empty() {
        text.push_str(&format!("Sent by {}.", calls.1.join(", ")));
    }
    text
}

fn names_object(kind: &FieldKind, name: &str) -> bool {
    match kind {
        FieldKind::Object(other) => other == name,
        FieldKind::List(item) => names_object(item, name),
        _ => false,
    }
}
