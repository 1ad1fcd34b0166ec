//! Emits the request structs, the resource handles and the operation table of a product:
//! `crates/tenable-api/src/<product>/generated/`.

mod meta;
mod request;

use anyhow::{Result, ensure};

use super::contract::{Contract, Field, FieldKind, Operation, Output, Resource};
use super::document::{Idempotency, Method};
use super::names;
use super::rust::{self, Scope};

/// Methods of a call; a field of the same name would hide its setter.
const RESERVED: &[&str] =
    &["new", "run", "send", "send_with_response", "pages", "items", "into_operation", "request", "parse", "page"];

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
        body.push_str(&request::request_struct(contract, resource, operation));
        body.push_str(&request::setters(operation));
        body.push_str(&request::operation_impl(contract, resource, operation));
    }
    let model = format!("{} as model", contract.product);
    let candidates = [
        ("bytes", "Bytes"),
        ("http", "Method"),
        ("http", "Request"),
        ("http", "Response"),
        ("serde", "Deserialize"),
        ("serde", "Serialize"),
        ("serde_json", "Value"),
        ("tenable_model", "Extra"),
        ("tenable_model", "Patch"),
        ("tenable_model", "Product"),
        ("tenable_model", "Timestamp"),
        ("tenable_model", "Uuid"),
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
        ("\"encode::<", "tenable_model::wire", "encode"),
        ("\"encode_option::<", "tenable_model::wire", "encode_option"),
        ("\"decode::<", "tenable_model::wire", "decode"),
        ("\"decode_option::<", "tenable_model::wire", "decode_option"),
        (", BooleanText", "tenable_model::wire", "BooleanText"),
        (", BooleanNumber", "tenable_model::wire", "BooleanNumber"),
        (", Rfc3339", "tenable_model::wire", "Rfc3339"),
        (", UnixMilliseconds", "tenable_model::wire", "UnixMilliseconds"),
        ("options: CallOptions", "crate", "CallOptions"),
        (", NumberText", "tenable_model::wire", "NumberText"),
        (", Each<", "tenable_model::wire", "Each"),
        ("InObject<", "tenable_model::wire", "InObject"),
        ("AsIs>", "tenable_model::wire", "AsIs"),
        ("        parse::", "crate", "parse"),
        ("        envelope::", "super::super", "envelope"),
        ("at_least_one(", "crate::request", "at_least_one"),
        ("together(", "crate::request", "together"),
        ("setters! {", "crate::setters", "setters"),
        ("open_request!(", "crate::setters", "open_request"),
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
        let list = arguments(contract, resource, operation);
        let arguments: Vec<String> = list.iter().map(Argument::declaration).collect();
        let passed: Vec<&str> = list.iter().map(|argument| argument.name.as_str()).collect();
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
    let twin = operation.twin.as_ref().map_or_else(String::new, |twin| format!("In Enclave Security: `{twin}`."));
    let anonymous = if operation.anonymous { "Sent without credentials." } else { "" };
    let versions = rust::versions(operation.since.as_deref(), operation.until.as_deref());
    let mut text = rust::doc(
        4,
        &[
            &operation.summary,
            &operation.description,
            operation.note.as_deref().unwrap_or_default(),
            &endpoint,
            &twin,
            anonymous,
            &versions,
            &rust::sources(&operation.source),
        ],
    );
    if !operation.errors.is_empty() {
        text.push_str("    ///\n    /// # Errors\n    ///\n");
    }
    for (status, description) in &operation.errors {
        text.push_str(&list_item(&format!("{status}: {description}")));
    }
    let product = &contract.product;
    let client = names::pascal(product);
    let samples: Vec<String> =
        arguments(contract, resource, operation).into_iter().map(|argument| argument.sample).collect();
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
            samples.join(", "),
            operation.example
        ),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
    ];
    lines.splice(3..3, request::all_hidden(operation));
    if !samples.iter().any(|sample| sample.contains("model::")) && !operation.example.contains("model::") {
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
        Output::Page(_) => "page".to_owned(),
        Output::Value(FieldKind::Object(name))
        | Output::One(FieldKind::Object(name))
        | Output::Optional(FieldKind::Object(name)) => names::snake(name),
        _ => "value".to_owned(),
    }
}

/// All fields of a request struct: path parameters, the query, the body, then what is for the client.
pub(crate) fn fields(operation: &Operation) -> impl Iterator<Item = &Field> {
    let sent = operation.segments.iter().chain(request::query_only(operation)).chain(operation.body.fields());
    sent.chain(&operation.options)
}

/// An argument of a constructor.
struct Argument {
    name: String,
    /// Its type: `impl Into<UserId>`.
    kind: String,
    /// An expression that it accepts.
    sample: String,
    /// Whether it becomes two fields.
    is_address: bool,
}

impl Argument {
    fn declaration(&self) -> String {
        format!("{}: {}", self.name, self.kind)
    }
}

/// What a request cannot be made without.
fn arguments(contract: &Contract, resource: &Resource, operation: &Operation) -> Vec<Argument> {
    let needed = fields(operation).filter(|field| field.required && !field.nullable && field.sent.is_none());
    needed
        .map(|field| match &operation.address {
            Some(address) if address.key == field.name => Argument {
                name: names::snake(address.kind.trim_end_matches("Address")),
                kind: format!("impl Into<model::{}>", address.kind),
                sample: format!("model::{}::own(7)", address.kind),
                is_address: true,
            },
            _ => Argument {
                name: field.name.clone(),
                kind: Scope::Api.argument(&field.kind),
                sample: Scope::Api.sample(contract, &resource.name, &field.name, &field.kind),
                is_address: false,
            },
        })
        .collect()
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
