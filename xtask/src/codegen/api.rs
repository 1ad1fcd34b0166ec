//! Emits the request structs, the resource handles and the operation table of a product:
//! `crates/tenable-api/src/<product>/generated/`.

use anyhow::{Result, ensure};

use super::contract::{Body, Contract, Field, FieldKind, Object, Operation, Output, Resource};
use super::document::{Idempotency, Method};
use super::names;
use super::rust::{self, Scope};

/// Methods of a call; a field of the same name would hide its setter.
const RESERVED: &[&str] =
    &["new", "send", "send_with_response", "pages", "items", "into_operation", "request", "parse", "page"];

/// The file of one resource.
pub(crate) fn resource(contract: &Contract, resource: &Resource, spec: &str) -> Result<String> {
    let mut body = handle(contract, resource);
    for operation in &resource.operations {
        for field in fields(operation) {
            let reserved = RESERVED.contains(&field.name.as_str()) || field.name.starts_with("with_");
            ensure!(
                !reserved,
                "{spec}: {}: the field name `{}` is taken by a method of every call",
                operation.id,
                field.name
            );
        }
        body.push_str(&request_struct(contract, resource, operation));
        body.push_str(&setters(operation));
        body.push_str(&operation_impl(contract, resource, operation));
    }
    let model = format!("{} as model", contract.product);
    let candidates = [
        ("bytes", "Bytes"),
        ("http", "Method"),
        ("http", "Request"),
        ("http", "Response"),
        ("serde", "Deserialize"),
        ("serde", "Serialize"),
        ("tenable_model", "Patch"),
        ("tenable_model", "Product"),
        ("tenable_model::secret", "SecretString"),
        ("tenable_transport", "Idempotency"),
        ("crate", "Call"),
        ("crate", "Client"),
        ("crate", "Error"),
        ("crate", "ListOperation"),
        ("crate", "Operation"),
        ("crate", "OperationMeta"),
        ("crate", "Parameter"),
        ("crate", "ParameterKind"),
        ("crate::request", "RequestBuilder"),
    ];
    let modules = [
        ("model::", "tenable_model", model.as_str()),
        ("secret::expose", "tenable_model", "secret"),
        ("\"not_null\"", "tenable_model::wire", "not_null"),
        ("parse::", "crate", "parse"),
        ("at_least_one(", "crate::request", "at_least_one"),
        ("setters! {", "crate::setters", "setters"),
    ];
    let always = modules.iter().filter(|(found, ..)| body.contains(found)).map(|(_, path, name)| (*path, *name));
    let uses = rust::imports(&candidates, &always.collect::<Vec<_>>(), &body);
    let about = format!("//! {}\n\n", resource.description);
    Ok(rust::preamble(spec) + &about + &uses + "\n" + &body)
}

/// `generated/mod.rs`.
pub(crate) fn index(contract: &Contract, spec: &str) -> String {
    let resources: Vec<&str> = contract.resources.iter().map(|resource| resource.name.as_str()).collect();
    let client = names::pascal(&contract.product);
    let mut text = rust::preamble(spec);
    for name in &resources {
        text.push_str(&format!("pub(crate) mod {name};\n"));
    }
    text.push_str("mod table;\n\n");
    for name in &resources {
        text.push_str(&format!("pub use {name}::*;\n"));
    }
    text.push_str(&format!("pub use table::OPERATIONS;\n\nuse super::{client};\n\nimpl {client} {{\n"));
    for resource in &contract.resources {
        let handle = names::pascal(&resource.name);
        text.push_str(&rust::doc(4, &[&resource.description]));
        text.push_str(&format!(
            "    pub fn {}(&self) -> {handle} {{\n        {handle} {{ client: self.client().clone() }}\n    }}\n\n",
            resource.name
        ));
    }
    text + "}\n"
}

/// `generated/table.rs`.
pub(crate) fn table(contract: &Contract, spec: &str) -> String {
    let mut text = rust::preamble(spec);
    let requests: Vec<&str> = contract.operations().map(|(_, operation)| operation.request.as_str()).collect();
    text.push_str(&format!("use super::{{{}}};\nuse crate::UntypedOperation;\n\n", requests.join(", ")));
    text.push_str(&rust::doc(
        0,
        &[&format!("Every operation of {}, in the order of the documentation.", contract.title)],
    ));
    text.push_str("pub static OPERATIONS: &[UntypedOperation] = &[\n");
    for (_, operation) in contract.operations() {
        text.push_str(&format!("    UntypedOperation::of::<{}>(),\n", operation.request));
    }
    text + "];\n"
}

/// The type whose methods make the calls of a resource.
fn handle(contract: &Contract, resource: &Resource) -> String {
    let name = names::pascal(&resource.name);
    let client = names::pascal(&contract.product);
    let mut text = rust::doc(
        0,
        &[&resource.description, &format!("Made by [`{client}::{0}`](super::super::{client}::{0}).", resource.name)],
    );
    text.push_str(&format!(
        "#[derive(Clone, Debug)]\npub struct {name} {{\n    pub(crate) client: Client,\n}}\n\nimpl {name} {{\n"
    ));
    for operation in &resource.operations {
        text.push_str(&call_doc(contract, resource, operation));
        let arguments: Vec<String> = constructor_fields(operation)
            .map(|field| format!("{}: {}", field.name, Scope::Api.argument(&field.kind)))
            .collect();
        let passed: Vec<&str> = constructor_fields(operation).map(|field| field.name.as_str()).collect();
        let comma = if arguments.is_empty() { "" } else { ", " };
        if operation.deprecated {
            text.push_str("    #[deprecated = \"the product is about to remove it\"]\n");
        }
        text.push_str(&format!(
            "    pub fn {}(&self{comma}{}) -> Call<{request}> {{\n        self.client.call({request}::new({}))\n    }}\n\n",
            operation.name,
            arguments.join(", "),
            passed.join(", "),
            request = operation.request,
        ));
    }
    text + "}\n\n"
}

/// Documentation of the method that makes the call: what it does, what it gives, when it may be sent again, how it fails.
fn call_doc(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let endpoint =
        format!("`{} {}`. {}", method(operation.method), operation.path, idempotency_doc(operation.idempotency));
    let anonymous = if operation.anonymous { "Sent without credentials." } else { "" };
    let versions = rust::versions(operation.since.as_deref(), operation.until.as_deref());
    let mut text = rust::doc(
        4,
        &[
            &operation.summary,
            &operation.description,
            operation.note.as_deref().unwrap_or_default(),
            &endpoint,
            anonymous,
            &versions,
            &rust::sources(&operation.source),
        ],
    );
    text.push_str("    ///\n    /// # Errors\n    ///\n");
    for (status, description) in &operation.errors {
        text.push_str(&list_item(&format!("{status}: {description}")));
    }
    let product = &contract.product;
    let client = names::pascal(product);
    let arguments: Vec<String> =
        constructor_fields(operation).map(|field| Scope::Api.sample(contract, &field.name, &field.kind)).collect();
    let bind = match operation.output {
        Output::Nothing => String::new(),
        _ => format!("let {} = ", result_name(operation)),
    };
    let mut lines = vec![
        format!("# use tenable_api::{product}::{client};"),
        format!("# use tenable_model::{product} as model;"),
        format!("# async fn example(client: {client}) -> Result<(), tenable_api::Error> {{"),
        format!(
            "{bind}client.{}().{}({}){}.send().await?;",
            resource.name,
            operation.name,
            arguments.join(", "),
            operation.example
        ),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
    ];
    if !arguments.iter().any(|argument| argument.contains("model::")) {
        lines.remove(1);
    }
    text + &rust::example(4, "", &lines)
}

fn list_item(text: &str) -> String {
    let folded = rust::doc(4, &[text]);
    let mut lines = folded.lines();
    let mut item = format!("    /// * {}\n", lines.next().unwrap_or_default().trim_start_matches([' ', '/']));
    for line in lines {
        item.push_str(&format!("    ///   {}\n", line.trim_start_matches([' ', '/'])));
    }
    item
}

fn result_name(operation: &Operation) -> String {
    match &operation.output {
        Output::Value(FieldKind::List(item)) => match &**item {
            FieldKind::Object(name) => format!("{}s", names::snake(name)),
            _ => "values".to_owned(),
        },
        Output::Value(FieldKind::Object(name))
        | Output::One(FieldKind::Object(name))
        | Output::Optional(FieldKind::Object(name)) => names::snake(name),
        _ => "value".to_owned(),
    }
}

fn request_struct(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let handle = names::pascal(&resource.name);
    let about = format!("The request of [`{handle}::{}`]: {}", operation.name, lower_first(&operation.summary));
    let mut text = rust::doc(0, &[&about]);
    let arguments: Vec<String> =
        constructor_fields(operation).map(|field| Scope::Api.sample(contract, &field.name, &field.kind)).collect();
    let address = operation.segments.iter().fold(operation.path.clone(), |path, field| {
        let sample = Scope::Api.sample(contract, &field.name, &field.kind);
        path.replace(&format!("{{{}}}", field.wire), sample.trim_matches('"'))
    });
    let product = &contract.product;
    let mut lines = vec![
        "use tenable_api::Operation;".to_owned(),
        format!("use tenable_api::{product}::{};", operation.request),
        format!("# use tenable_model::{product} as model;"),
        String::new(),
        format!("let request = {}::new({}).request()?;", operation.request, arguments.join(", ")),
        format!("assert_eq!(request.method(), {:?});", method(operation.method)),
        format!("assert_eq!(request.uri(), {address:?});"),
        "# Ok::<(), tenable_api::Error>(())".to_owned(),
    ];
    if !arguments.iter().any(|argument| argument.contains("model::")) {
        lines.remove(2);
    }
    text.push_str(&rust::example(0, "", &lines));
    let all: Vec<&Field> = fields(operation).collect();
    let default = if constructor_fields(operation).next().is_none() { ", Default" } else { "" };
    // The body is the array itself; its name is only that of the argument.
    let (serialize, attributes) = match operation.body {
        Body::Array { .. } | Body::None => ("", "deny_unknown_fields"),
        Body::Object(_) | Body::One(_) => (", Serialize", "deny_unknown_fields, rename_all = \"camelCase\""),
    };
    let attributes = if all.iter().any(|field| names::camel(&field.name) == field.wire && field.name != field.wire)
        && !attributes.contains("rename_all")
    {
        format!("{attributes}, rename_all = \"camelCase\"")
    } else {
        attributes.to_owned()
    };
    text.push_str(&format!("#[derive(Clone, Debug{default}{serialize}, Deserialize)]\n#[serde({attributes})]\n"));
    text.push_str(&format!("#[non_exhaustive]\npub struct {} {{\n", operation.request));
    for field in &operation.segments {
        text.push_str(&rust::doc(4, &[&rust::field_doc(field)]));
        if !serialize.is_empty() {
            text.push_str("    #[serde(skip_serializing)]\n");
        }
        text.push_str(&format!("    pub {}: {},\n", field.name, Scope::Api.type_of(&field.kind)));
    }
    for field in body_fields(operation) {
        text.push_str(&rust::doc(4, &[&rust::field_doc(field)]));
        text.push_str(&body_attribute(field));
        text.push_str(&format!("    pub {}: {},\n", field.name, body_type(field)));
    }
    text.push_str("}\n\n");
    text.push_str(&constructor(operation));
    text
}

/// The type of a field of a body: what may be left out and what may be null are two things.
fn body_type(field: &Field) -> String {
    let kind = Scope::Api.type_of(&field.kind);
    match (&field.only, field.required, field.nullable) {
        (Some(_), ..) => "bool".to_owned(),
        (None, true, false) => kind,
        (None, false, true) => format!("Patch<{kind}>"),
        (None, true, true) | (None, false, false) => format!("Option<{kind}>"),
    }
}

fn body_attribute(field: &Field) -> String {
    if let Some(only) = &field.only {
        debug_assert!(!only.value, "checked by the contract");
        return format!(
            "    #[serde(rename = {:?}, default, skip_serializing_if = \"std::ops::Not::not\", with = \"crate::only_false\")]\n",
            field.wire
        );
    }
    if !field.required && field.nullable {
        let rename = if names::camel(&field.name) == field.wire {
            String::new()
        } else {
            format!("rename = {:?}, ", field.wire)
        };
        let secret = if field.kind == FieldKind::Secret { ", serialize_with = \"secret::expose_patch\"" } else { "" };
        return format!("    #[serde({rename}default, skip_serializing_if = \"Patch::is_keep\"{secret})]\n");
    }
    super::model::serde_attribute(field)
}

fn constructor(operation: &Operation) -> String {
    let arguments: Vec<String> = constructor_fields(operation)
        .map(|field| format!("{}: {}", field.name, Scope::Api.argument(&field.kind)))
        .collect();
    let mut text = format!("impl {} {{\n", operation.request);
    text.push_str(match (arguments.len(), fields(operation).count()) {
        (0, 0) => "    /// The request; it takes no arguments.\n",
        (0, _) => "    /// A request that sets nothing yet.\n",
        (given, all) if given < all => "    /// With what must be there; the rest is set by the methods below.\n",
        _ => "    /// With all that it needs.\n",
    });
    text.push_str(&format!("    pub fn new({}) -> Self {{\n        Self {{\n", arguments.join(", ")));
    for field in fields(operation) {
        let value = match body_type(field).as_str() {
            "bool" if field.only.is_some() => "false".to_owned(),
            kind if kind.starts_with("Patch<") => "Patch::Keep".to_owned(),
            _ if field.required && !field.nullable => rust::converted(&field.name, &field.kind),
            _ => "None".to_owned(),
        };
        text.push_str(&format!("            {}: {value},\n", field.name));
    }
    text + "        }\n    }\n}\n\n"
}

fn setters(operation: &Operation) -> String {
    let mut text = String::new();
    for field in body_fields(operation).filter(|field| !field.required || field.nullable) {
        text.push_str(&rust::doc(8, &[&rust::field_doc(field)]));
        if field.legacy {
            text.push_str("        #[deprecated = \"current servers refuse a request that has it\"]\n");
        }
        let name = &field.name;
        let argument = format!("{name}: {}", Scope::Api.argument(&field.kind));
        let value = rust::converted(name, &field.kind);
        if field.only.is_some() {
            text.push_str(&setter(name, "", name, "true"));
        } else if !field.required && field.nullable {
            text.push_str(&setter(name, &argument, name, &format!("Patch::Set({value})")));
            text.push_str(&rust::doc(8, &[&format!("Clears [`{name}`](Self::{name}): sends null.")]));
            text.push_str(&setter(&format!("clear_{name}"), "", name, "Patch::Clear"));
        } else {
            text.push_str(&setter(name, &argument, name, &format!("Some({value})")));
        }
    }
    if text.is_empty() { text } else { format!("setters! {{\n    {} {{\n{text}    }}\n}}\n\n", operation.request) }
}

/// One line of `setters!`; the formatter does not reach into it.
fn setter(name: &str, argument: &str, field: &str, value: &str) -> String {
    let line = format!("        {name}({argument}) => {field} = {value};\n");
    if line.len() <= 120 { line } else { format!("        {name}({argument})\n            => {field} = {value};\n") }
}

fn operation_impl(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let output = |kind: &FieldKind| Scope::Api.type_of(kind);
    let (output, parse) = match &operation.output {
        Output::Nothing => ("()".to_owned(), "parse::ignored(Self::META, response)"),
        Output::Value(kind) => (output(kind), "parse::json(Self::META, response)"),
        Output::One(kind) => (output(kind), "parse::one(Self::META, response)"),
        Output::Optional(kind) => (format!("Option<{}>", output(kind)), "parse::optional(Self::META, response)"),
    };
    let mut build = "RequestBuilder::new(Self::META)".to_owned();
    for field in &operation.segments {
        build.push_str(&format!(".segment({:?}, {}self.{})", field.wire, reference(&field.kind), field.name));
    }
    let mut check = String::new();
    for field in body_fields(operation).filter(|field| field.at_least_one) {
        let list = match (field.required && !field.nullable, !field.required && field.nullable) {
            (true, _) => format!("Some(&self.{})", field.name),
            (_, true) => format!("self.{}.as_set()", field.name),
            _ => format!("self.{}.as_ref()", field.name),
        };
        check.push_str(&format!("        at_least_one(Self::META, {:?}, {list})?;\n", field.wire));
    }
    match &operation.body {
        Body::None => build.push_str(".finish()"),
        Body::Object(_) => build.push_str(".json(self)"),
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
        "    fn parse(response: &Response<Bytes>) -> Result<Self::Output, Error> {{\n        {parse}\n    }}\n}}\n\n"
    ));
    if let (Method::Get, Output::Value(FieldKind::List(item))) = (operation.method, &operation.output) {
        let item = Scope::Api.type_of(item);
        text.push_str(&format!(
            "impl ListOperation for {} {{\n    type Item = {item};\n\n    fn page(&self, output: Vec<{item}>) -> (Vec<{item}>, Option<Self>) {{\n        (output, None)\n    }}\n}}\n\n",
            operation.request
        ));
    }
    text
}

fn reference(kind: &FieldKind) -> &'static str {
    if matches!(kind, FieldKind::Id(_)) { "" } else { "&" }
}

fn meta(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let statuses: Vec<String> = operation.success.iter().map(|(status, _)| status.to_string()).collect();
    let segments = operation.segments.iter().map(|field| parameter(contract, field, "path"));
    let body = body_fields(operation).map(|field| parameter(contract, field, "body"));
    let parameters: Vec<String> = segments.chain(body).collect();
    let secrets: Vec<String> =
        secret_fields(contract, &operation.output).iter().map(|name| format!("{name:?}")).collect();
    let description = match &operation.note {
        Some(note) => format!("{}\n\n{note}", operation.description),
        None => operation.description.clone(),
    };
    format!(
        "OperationMeta {{ product: Product::{product}, id: {id:?}, resource: {resource:?}, name: {name:?}, summary: {summary:?}, \
         description: {description}, method: Method::{method}, path: {path:?}, idempotency: Idempotency::{idempotency:?}, \
         anonymous: {anonymous}, success: &[{success}], reveals: {reveals}, parameters: &[{parameters}], \
         secret_fields: &[{secrets}], source: {source:?} }}",
        product = names::pascal(&contract.product),
        id = operation.id,
        resource = resource.name,
        name = operation.name,
        summary = operation.summary,
        description = rust::literal(&description),
        method = method(operation.method),
        path = operation.path,
        idempotency = operation.idempotency,
        anonymous = operation.anonymous,
        success = statuses.join(", "),
        reveals = operation.reveals,
        parameters = parameters.join(", "),
        secrets = secrets.join(", "),
        source = rust::sources(&operation.source).trim_start_matches("Source: ").trim_end_matches('.'),
    )
}

fn parameter(contract: &Contract, field: &Field, location: &str) -> String {
    let values: Vec<String> = match (&field.only, &field.kind) {
        (Some(only), _) => vec![only.value.to_string()],
        (None, FieldKind::OpenEnum(name)) => contract.values(name).into_iter().map(str::to_owned).collect(),
        (None, _) => Vec::new(),
    };
    let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    let mut text = format!(
        "Parameter::{location}({:?}, {}, {})",
        field.wire,
        parameter_kind(contract, &field.kind),
        rust::literal(&field.description)
    );
    let traits = [
        (field.name != field.wire, format!(".field({:?})", field.name)),
        (field.required && !field.nullable && location == "body", ".required()".to_owned()),
        (field.nullable, ".nullable()".to_owned()),
        (field.kind == FieldKind::Secret, ".secret()".to_owned()),
        (!values.is_empty(), format!(".values(&[{}])", values.join(", "))),
    ];
    traits.iter().filter(|(holds, _)| *holds).for_each(|(_, call)| text.push_str(call));
    text
}

fn parameter_kind(contract: &Contract, kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text | FieldKind::Secret | FieldKind::OpenEnum(_) => "ParameterKind::Text".to_owned(),
        FieldKind::Signed | FieldKind::Unsigned => "ParameterKind::Integer".to_owned(),
        FieldKind::Boolean => "ParameterKind::Boolean".to_owned(),
        FieldKind::Id(_) => "ParameterKind::Id".to_owned(),
        FieldKind::List(item) => format!("ParameterKind::List(&{})", parameter_kind(contract, item)),
        FieldKind::Object(name) => {
            let fields = contract.object(name).map_or(&[][..], |object| &object.fields);
            let fields: Vec<String> = fields.iter().map(|field| parameter(contract, field, "body")).collect();
            format!("ParameterKind::Object(&[{}])", fields.join(", "))
        }
    }
}

/// Wire names of the secrets in an answer.
fn secret_fields(contract: &Contract, output: &Output) -> Vec<String> {
    fn collect(contract: &Contract, kind: &FieldKind, found: &mut Vec<String>) {
        match kind {
            FieldKind::List(item) => collect(contract, item, found),
            FieldKind::Object(name) => {
                for field in contract.object(name).map_or(&[][..], |object| &object.fields) {
                    if field.kind == FieldKind::Secret && !found.contains(&field.wire) {
                        found.push(field.wire.clone());
                    }
                    collect(contract, &field.kind, found);
                }
            }
            _ => {}
        }
    }

    let mut found = Vec::new();
    match output {
        Output::Nothing => {}
        Output::Value(kind) | Output::One(kind) | Output::Optional(kind) => collect(contract, kind, &mut found),
    }
    found
}

/// All fields of a request struct: path parameters, then the body.
pub(crate) fn fields(operation: &Operation) -> impl Iterator<Item = &Field> {
    operation.segments.iter().chain(body_fields(operation))
}

/// The fields of a request struct that make the body.
pub(crate) fn body_fields(operation: &Operation) -> impl Iterator<Item = &Field> {
    let fields = match &operation.body {
        Body::None => &[][..],
        Body::Object(Object { fields, .. }) | Body::One(Object { fields, .. }) => fields,
        Body::Array { argument } => std::slice::from_ref(argument),
    };
    fields.iter()
}

fn constructor_fields(operation: &Operation) -> impl Iterator<Item = &Field> {
    fields(operation).filter(|field| field.required && !field.nullable)
}

/// The method as HTTP writes it.
pub(crate) fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

/// What an idempotency means for whoever calls.
pub(crate) fn idempotency_doc(idempotency: Idempotency) -> &'static str {
    match idempotency {
        Idempotency::Read => "Changes nothing; sent again after a passing failure.",
        Idempotency::Idempotent => "Sent again after a passing failure: twice is the same as once.",
        Idempotency::Removal => "Sent again after a passing failure; what is gone by then counts as deleted.",
        Idempotency::Once => {
            "Never sent again once it may have been carried out: the error then says that the outcome is unknown."
        }
        Idempotency::Never => "Sent again only if it provably was not sent.",
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().to_string() + characters.as_str())
}
