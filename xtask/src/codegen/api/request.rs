//! Emits a request struct: its fields, constructor, setters, and how it becomes a request.

use serde_json::Value;

use super::super::contract::{Body, Contract, Field, FieldKind, Operation, Output, Resource};
use super::super::document::Method;
use super::super::model::{convention, serde_attribute};
use super::super::names::{self, Convention};
use super::super::rust::{self, Scope};
use super::meta::meta;
use super::{Argument, arguments, fields, lower_first, method};

pub(super) fn request_struct(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let handle = names::pascal(&resource.name);
    let about = format!("The request of [`{handle}::{}`]: {}", operation.name, lower_first(&operation.summary));
    let mut text = rust::doc(0, &[&about]);
    let samples: Vec<String> =
        arguments(contract, resource, operation).into_iter().map(|argument| argument.sample).collect();
    let address = address(contract, resource, operation);
    // Setters of the query would change the address that the example shows.
    let example = if operation.query.is_empty() { operation.example.as_str() } else { "" };
    let product = &contract.product;
    let mut lines = vec![
        "use tenable_api::Operation;".to_owned(),
        format!("use tenable_api::{product}::{};", operation.request),
        format!("# use tenable_model::{product} as model;"),
        String::new(),
        format!("let request = {}::new({}){example}.request()?;", operation.request, samples.join(", ")),
        format!("assert_eq!(request.method(), {:?});", method(operation.method)),
        format!("assert_eq!(request.uri(), {address:?});"),
        "# Ok::<(), tenable_api::Error>(())".to_owned(),
    ];
    lines.splice(4..4, all_hidden(operation));
    if !samples.iter().any(|sample| sample.contains("model::")) && !example.contains("model::") {
        lines.remove(2);
    }
    text.push_str(&rust::example(0, "", &lines));
    let all: Vec<&Field> = fields(operation).collect();
    // What is sent unless it is set is no default of its type.
    let plain = all.iter().all(|field| field.sent.is_none()) && samples.is_empty();
    let default = if plain { ", Default" } else { "" };
    // The body is the array itself; its name is only that of the argument.
    let serialize = match operation.body {
        Body::Array { .. } | Body::None => "",
        Body::Object(_) | Body::Optional(_) | Body::One(_) => ", Serialize",
    };
    let convention = convention(all.iter().copied());
    text.push_str(&format!(
        "#[derive(Clone, Debug{default}{serialize}, Deserialize)]\n#[serde(deny_unknown_fields{})]\n",
        convention.attribute()
    ));
    text.push_str(&format!("#[non_exhaustive]\npub struct {} {{\n", operation.request));
    for field in &operation.segments {
        text.push_str(&rust::doc(4, &[&rust::field_doc(field)]));
        if !serialize.is_empty() {
            text.push_str("    #[serde(skip_serializing)]\n");
        }
        if convention.wire(&field.name) != field.wire {
            text.push_str(&format!("    #[serde(rename = {:?})]\n", field.wire));
        }
        text.push_str(&format!("    pub {}: {},\n", field.name, Scope::Api.type_of(&field.kind)));
    }
    // These are read from arguments and never written as JSON.
    let unwritten = |field: &Field| {
        let skip = if serialize.is_empty() { "" } else { "    #[serde(skip_serializing)]\n" };
        let attribute = body_attribute(operation, convention, field);
        let attribute = without(&without(&attribute, "skip_serializing_if"), "serialize_with");
        let doc = rust::doc(4, &[&rust::field_doc(field)]);
        format!("{doc}{skip}{attribute}    pub {}: {},\n", field.name, body_type(field))
    };
    query_only(operation).for_each(|field| text.push_str(&unwritten(field)));
    for field in operation.body.fields() {
        text.push_str(&rust::doc(4, &[&rust::field_doc(field)]));
        text.push_str(&body_attribute(operation, convention, field));
        text.push_str(&format!("    pub {}: {},\n", field.name, body_type(field)));
    }
    operation.options.iter().for_each(|field| text.push_str(&unwritten(field)));
    if is_open(operation) {
        text.push_str("    /// Further fields, which this release does not know. Sent as they are.\n");
        text.push_str("    #[serde(default, skip_serializing)]\n    pub extra: Extra,\n");
    }
    text.push_str("}\n\n");
    text.push_str(&constructor(contract, resource, operation));
    text
}

/// The lines of an example that declare its samples.
pub(super) fn all_hidden(operation: &Operation) -> impl Iterator<Item = String> {
    fields(operation).filter(|field| field.required).filter_map(rust::hidden)
}

/// An attribute without one of its parts.
fn without(attribute: &str, part: &str) -> String {
    let Some((before, rest)) = attribute.split_once(&format!(", {part} = \"")) else { return attribute.to_owned() };
    let after = rest.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

/// Whether the product takes fields that the contract does not know.
pub(super) fn is_open(operation: &Operation) -> bool {
    matches!(&operation.body, Body::Object(object) | Body::Optional(object) if object.open)
}

/// Path and query that the samples of the arguments give.
fn address(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let sample = |field: &Field| rust::address_sample(contract, &resource.name, field);
    let path = operation
        .segments
        .iter()
        .fold(operation.path.clone(), |path, field| path.replace(&format!("{{{}}}", field.wire), &sample(field)));
    let query: Vec<String> = operation
        .query
        .iter()
        .filter_map(|field| match &field.sent {
            Some(Value::String(text)) => Some(format!("{}={text}", field.wire)),
            Some(value) => Some(format!("{}={value}", field.wire)),
            None => field.required.then(|| format!("{}={}", field.wire, sample(field))),
        })
        .collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// The parameters of the query that do not stand in the body as well.
pub(super) fn query_only(operation: &Operation) -> impl Iterator<Item = &Field> {
    operation.query.iter().filter(|field| !operation.body.fields().iter().any(|other| other.wire == field.wire))
}

/// The type of a field of a body: what may be left out and what may be null are two things.
fn body_type(field: &Field) -> String {
    let kind = Scope::Api.type_of(&field.kind);
    match (&field.only, field.required, field.nullable) {
        (Some(_), ..) => "bool".to_owned(),
        _ if field.sent.is_some() => kind,
        (None, true, false) => kind,
        (None, false, true) => format!("Patch<{kind}>"),
        (None, true, true) | (None, false, false) => format!("Option<{kind}>"),
    }
}

fn body_attribute(operation: &Operation, convention: Convention, field: &Field) -> String {
    if field.sent.is_some() {
        return sent_attribute(operation, convention, field);
    }
    if let Some(only) = &field.only {
        debug_assert!(!only.value, "checked by the contract");
        return format!(
            "    #[serde(rename = {:?}, default, skip_serializing_if = \"std::ops::Not::not\", with = \"crate::only_false\")]\n",
            field.wire
        );
    }
    if !field.required && field.nullable {
        let rename = if convention.wire(&field.name) == field.wire {
            String::new()
        } else {
            format!("rename = {:?}, ", field.wire)
        };
        let secret = if field.kind == FieldKind::Secret { ", serialize_with = \"secret::expose_patch\"" } else { "" };
        return format!("    #[serde({rename}default, skip_serializing_if = \"Patch::is_keep\"{secret})]\n");
    }
    serde_attribute(convention, field)
}

/// What serde needs to know of a field that is sent with a default.
fn sent_attribute(operation: &Operation, convention: Convention, field: &Field) -> String {
    let mut parts = vec![format!("default = \"{}::default_{}\"", operation.request, field.name)];
    if convention.wire(&field.name) != field.wire {
        parts.insert(0, format!("rename = {:?}", field.wire));
    }
    if let Some(codec) = rust::special_codec(&field.kind) {
        parts.push(format!("serialize_with = \"encode::<_, {codec}, _>\""));
        parts.push(format!("deserialize_with = \"decode::<_, {codec}, _>\""));
    }
    format!("    #[serde({})]\n", parts.join(", "))
}

/// The default of a field that is always sent, as Rust.
fn sent_value(field: &Field) -> String {
    match (&field.kind, &field.sent) {
        (kind @ FieldKind::ByHand(_), _) => format!("{}::default()", Scope::Api.type_of(kind)),
        (FieldKind::Text | FieldKind::OpenEnum(_) | FieldKind::Secret, Some(Value::String(text))) => {
            format!("{text:?}.into()")
        }
        (_, Some(Value::String(text))) => text.clone(),
        (FieldKind::Id(_), Some(value)) => format!("{value}.into()"),
        (_, Some(value)) => value.to_string(),
        (_, None) => String::new(),
    }
}

fn constructor(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let arguments = arguments(contract, resource, operation);
    let list: Vec<String> = arguments.iter().map(Argument::declaration).collect();
    let all = fields(operation).count();
    let mut text = format!("impl {} {{\n", operation.request);
    text.push_str(match (arguments.len(), all) {
        (0, 0) => "    /// The request; it takes no arguments.\n",
        (0, _) => "    /// A request that sets nothing yet.\n",
        (given, all) if given < all => "    /// With what must be there; the rest is set by the methods below.\n",
        _ => "    /// With all that it needs.\n",
    });
    text.push_str(&format!("    pub fn new({}) -> Self {{\n", list.join(", ")));
    if let Some(argument) = arguments.iter().find(|argument| argument.is_address) {
        text.push_str(&format!("        let {0} = {0}.into();\n", argument.name));
    }
    text.push_str("        Self {\n");
    for field in fields(operation) {
        let half = |method: &str| {
            let address = arguments.iter().find(|argument| argument.is_address);
            address.map_or_else(String::new, |address| format!("{}.{method}()", address.name))
        };
        let value = match (&operation.address, body_type(field).as_str()) {
            (Some(address), _) if address.key == field.name => half("key"),
            (Some(address), _) if address.scope == field.name => half("organization"),
            (_, "bool") if field.only.is_some() => "false".to_owned(),
            (_, kind) if kind.starts_with("Patch<") => "Patch::Keep".to_owned(),
            _ if field.sent.is_some() => format!("Self::default_{}()", field.name),
            _ if field.required && !field.nullable => rust::converted(&field.name, &field.kind),
            _ => "None".to_owned(),
        };
        let name = &field.name;
        let init = if value == *name { value } else { format!("{name}: {value}") };
        text.push_str(&format!("            {init},\n"));
    }
    if is_open(operation) {
        text.push_str("            extra: Extra::default(),\n");
    }
    text.push_str("        }\n    }\n");
    for field in fields(operation).filter(|field| field.sent.is_some()) {
        text.push_str(&format!(
            "\n    fn default_{}() -> {} {{\n        {}\n    }}\n",
            field.name,
            Scope::Api.type_of(&field.kind),
            sent_value(field)
        ));
    }
    text + "}\n\n"
}

pub(super) fn setters(operation: &Operation) -> String {
    let mut text = String::new();
    let all = query_only(operation).chain(operation.body.fields()).chain(&operation.options);
    let optional = all.filter(|field| {
        let in_address = operation.address.as_ref().is_some_and(|address| address.scope == field.name);
        let with_another = operation.body.fields().iter().any(|other| other.with.as_ref() == Some(&field.name));
        (!field.required || field.nullable || field.sent.is_some()) && !in_address && !with_another
    });
    for field in optional {
        text.push_str(&rust::doc(8, &[&rust::field_doc(field)]));
        if field.legacy {
            text.push_str("        #[deprecated = \"for old servers only\"]\n");
        }
        let name = &field.name;
        let argument = format!("{name}: {}", Scope::Api.argument(&field.kind));
        let value = rust::converted(name, &field.kind);
        let other =
            field.with.as_ref().and_then(|with| operation.body.fields().iter().find(|field| field.name == *with));
        if field.only.is_some() {
            text.push_str(&setter(name, "", &[(name, "true")]));
        } else if let Some(other) = other {
            let arguments = format!("{argument}, {}: {}", other.name, Scope::Api.argument(&other.kind));
            let second = format!("Some({})", rust::converted(&other.name, &other.kind));
            text.push_str(&setter(name, &arguments, &[(name, &format!("Some({value})")), (&other.name, &second)]));
        } else if field.sent.is_some() {
            text.push_str(&setter(name, &argument, &[(name, &value)]));
        } else if !field.required && field.nullable {
            text.push_str(&setter(name, &argument, &[(name, &format!("Patch::Set({value})"))]));
            text.push_str(&rust::doc(8, &[&format!("Clears [`{name}`](Self::{name}): sends null.")]));
            text.push_str(&setter(&format!("clear_{name}"), "", &[(name, "Patch::Clear")]));
        } else {
            text.push_str(&setter(name, &argument, &[(name, &format!("Some({value})"))]));
        }
    }
    let mut all =
        if text.is_empty() { text } else { format!("setters! {{\n    {} {{\n{text}    }}\n}}\n\n", operation.request) };
    if is_open(operation) {
        all.push_str(&format!("open_request!({});\n\n", operation.request));
    }
    all
}

/// One line of `setters!`; the formatter does not reach into it.
fn setter(name: &str, arguments: &str, fields: &[(&str, &str)]) -> String {
    let values: Vec<String> = fields.iter().map(|(field, value)| format!("{field} = {value}")).collect();
    let values = values.join(", ");
    let line = format!("        {name}({arguments}) => {values};\n");
    if line.len() <= 120 { line } else { format!("        {name}({arguments})\n            => {values};\n") }
}

pub(super) fn operation_impl(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let (output, parse) = reading(contract, operation);
    let mut build = "RequestBuilder::new(Self::META)".to_owned();
    for field in &operation.segments {
        build.push_str(&format!(".segment({:?}, {}self.{})", field.wire, reference(&field.kind), field.name));
    }
    for field in &operation.query {
        let name = &field.name;
        let always = field.required || field.sent.is_some();
        let value = if always { format!("Some(&self.{name})") } else { format!("self.{name}.as_ref()") };
        let method = match field.kind {
            FieldKind::List(_) if field.repeated => "query_each",
            FieldKind::List(_) => "query_list",
            _ => "query",
        };
        build.push_str(&format!(".{method}({:?}, {value})", field.wire));
    }
    let mut check = if operation.check { "        self.check()?;\n".to_owned() } else { String::new() };
    for field in operation.body.fields() {
        let is_set = |field: &Field| format!("(\"{}\", self.{}.is_some())", field.wire, field.name);
        let other = operation.body.fields().iter().find(|other| field.with.as_ref() == Some(&other.name));
        if let Some(other) = other.filter(|other| !other.required && !field.required) {
            check.push_str(&format!("        together(Self::META, {}, {})?;\n", is_set(field), is_set(other)));
        }
    }
    for field in operation.body.fields().iter().filter(|field| field.at_least_one) {
        let list = match (field.required && !field.nullable, !field.required && field.nullable) {
            (true, _) => format!("Some(&self.{})", field.name),
            (_, true) => format!("self.{}.as_set()", field.name),
            _ => format!("self.{}.as_ref()", field.name),
        };
        check.push_str(&format!("        at_least_one(Self::META, {:?}, {list})?;\n", field.wire));
    }
    match &operation.body {
        Body::None => build.push_str(".finish()"),
        Body::Object(_) if is_open(operation) => build.push_str(".json_with(self, &self.extra)"),
        Body::Object(_) => build.push_str(".json(self)"),
        Body::Optional(_) => build.push_str(".json_unless_empty(self)"),
        Body::One(_) => build.push_str(".json(&[self])"),
        Body::Array { argument } => build.push_str(&format!(".json(&self.{})", argument.name)),
    }
    let mut text = format!(
        "impl Operation for {} {{\n    type Output = {output};\n\n    const META: &'static OperationMeta = &{};\n\n",
        operation.request,
        meta(contract, resource, operation)
    );
    text.push_str(&format!(
        "    fn request(&self) -> Result<Request<Bytes>, Error> {{\n{check}        {build}\n    }}\n\n"
    ));

    text.push_str(&format!(
        "    fn parse(response: &Response<Bytes>) -> Result<Self::Output, Error> {{\n        {parse}\n    }}\n"
    ));
    if operation.conduct {
        text.push_str(
            "\n    async fn run(&self, client: &Client, options: CallOptions) -> Result<crate::Response<Self::Output>, Error> {\n        \
             self.conduct(client, options).await\n    }\n",
        );
    }
    text.push_str("}\n\n");
    if let (Method::Get, Output::Value(FieldKind::List(item))) = (operation.method, &operation.output) {
        let item = Scope::Api.type_of(item);
        text.push_str(&format!(
            "impl ListOperation for {} {{\n    type Item = {item};\n\n    fn page(&self, output: Vec<{item}>) -> Result<(Vec<{item}>, Option<Self>), Error> {{\n        Ok((output, None))\n    }}\n}}\n\n",
            operation.request
        ));
    }
    text
}

fn reference(kind: &FieldKind) -> &'static str {
    if matches!(kind, FieldKind::Id(_) | FieldKind::Signed | FieldKind::Unsigned) { "" } else { "&" }
}

/// The type of what a call gives, and the expression that reads it.
fn reading(contract: &Contract, operation: &Operation) -> (String, String) {
    let module = if contract.enveloped { "envelope" } else { "parse" };
    let list = if contract.enveloped { "list" } else { "json" };
    let name = |kind: &FieldKind| Scope::Api.type_of(kind);
    let (output, function) = match &operation.output {
        Output::Nothing => ("()".to_owned(), "ignored"),
        Output::Value(kind @ FieldKind::List(_)) => (name(kind), list),
        Output::Value(kind) => (name(kind), "json"),
        Output::One(kind) => (name(kind), "one"),
        Output::Optional(kind) => (format!("Option<{}>", name(kind)), "optional"),
        Output::Page(kind) => (format!("model::Page<{}>", name(kind)), "page"),
    };
    match &operation.member {
        Some(member) => (output, format!("{module}::member(Self::META, {member:?}, response)")),
        None => (output, format!("{module}::{function}(Self::META, response)")),
    }
}
