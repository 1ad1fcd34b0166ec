//! Emits what is known of an operation without running it: the row of the operation table.

use super::super::contract::{Contract, Field, FieldKind, Operation, Output, Resource};
use super::super::names;
use super::super::rust;
use super::method;
use super::request::{is_open, query_only};

pub(super) fn meta(contract: &Contract, resource: &Resource, operation: &Operation) -> String {
    let statuses: Vec<String> = operation.success.iter().map(|(status, _)| status.to_string()).collect();
    let segments = operation.segments.iter().map(|field| parameter(contract, field, "path"));
    let query = query_only(operation).map(|field| parameter(contract, field, "query"));
    let body = operation.body.fields().iter().map(|field| parameter(contract, field, "body"));
    let options = operation.options.iter().map(|field| parameter(contract, field, "option"));
    let mut parameters: Vec<String> = segments.chain(query).chain(body).chain(options).collect();
    if is_open(operation) {
        parameters.push("Parameter::EXTRA".to_owned());
    }
    let secrets: Vec<String> =
        secret_fields(contract, &operation.output).iter().map(|name| format!("{name:?}")).collect();
    let description = match &operation.note {
        Some(note) => format!("{}\n\n{note}", operation.description),
        None => operation.description.clone(),
    };
    format!(
        "OperationMeta {{ product: Product::{product}, id: {id:?}, resource: {resource:?}, name: {name:?}, summary: {summary:?}, \
         description: {description}, method: Method::{method}, path: {path:?}, twin: {twin:?}, idempotency: Idempotency::{idempotency:?}, \
         anonymous: {anonymous}, success: &[{success}], reveals: {reveals}, conducted: {conducted}, parameters: &[{parameters}], \
         secret_fields: &[{secrets}], source: {source:?} }}",
        product = names::pascal(&contract.product),
        id = operation.id,
        resource = resource.name,
        name = operation.name,
        summary = operation.summary,
        description = rust::literal(&description),
        method = method(operation.method),
        path = operation.path,
        twin = operation.twin,
        idempotency = operation.idempotency,
        anonymous = operation.anonymous,
        success = statuses.join(", "),
        reveals = operation.reveals,
        conducted = operation.conduct,
        parameters = parameters.join(", "),
        secrets = secrets.join(", "),
        source = rust::sources(&operation.source).trim_start_matches("Source: ").trim_end_matches('.'),
    )
}

fn parameter(contract: &Contract, field: &Field, location: &str) -> String {
    let element = match &field.kind {
        FieldKind::List(item) => item,
        kind => kind,
    };
    let values: Vec<String> = match (&field.only, element) {
        (Some(only), _) => vec![only.value.to_string()],
        (None, FieldKind::OpenEnum(name) | FieldKind::ByHand(name)) => {
            contract.values(name).into_iter().map(str::to_owned).collect()
        }
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
        (field.required && !field.nullable && field.sent.is_none() && location != "path", ".required()".to_owned()),
        (field.nullable, ".nullable()".to_owned()),
        (matches!(field.kind, FieldKind::Secret | FieldKind::SecretNumber), ".secret()".to_owned()),
        (!values.is_empty(), format!(".values(&[{}])", values.join(", "))),
    ];
    traits.iter().filter(|(holds, _)| *holds).for_each(|(_, call)| text.push_str(call));
    text
}

fn parameter_kind(contract: &Contract, kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text | FieldKind::Secret | FieldKind::OpenEnum(_) | FieldKind::ByHand(_) | FieldKind::DateTime => {
            "ParameterKind::Text".to_owned()
        }
        FieldKind::Signed
        | FieldKind::Unsigned
        | FieldKind::UnixSeconds
        | FieldKind::UnixMilliseconds
        | FieldKind::SecretNumber => "ParameterKind::Integer".to_owned(),
        FieldKind::Json => "ParameterKind::Json".to_owned(),
        FieldKind::InString(kind) | FieldKind::InObject(kind) => parameter_kind(contract, kind),
        FieldKind::Boolean | FieldKind::ZeroOrOne => "ParameterKind::Boolean".to_owned(),
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
                    let secret = matches!(field.kind, FieldKind::Secret | FieldKind::SecretNumber);
                    if secret && !found.contains(&field.wire) {
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
        Output::Value(kind) | Output::One(kind) | Output::Optional(kind) | Output::Page(kind) => {
            collect(contract, kind, &mut found);
        }
    }
    found
}
