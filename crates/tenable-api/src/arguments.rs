//! Untyped arguments against the table of an operation, before they become a request struct.
//!
//! A type that is read as well as written keeps what it does not know; an argument that nobody knows is a slip of the pen.

use serde_json::{Map, Value};

use crate::{Error, OperationMeta, Parameter, ParameterKind};

/// Refuses unknown names, what is missing, and null where it means nothing. Types are left to the request struct.
pub(crate) fn check(meta: &'static OperationMeta, arguments: &Value) -> Result<(), Error> {
    let Value::Object(arguments) = arguments else {
        return Err(Error::invalid_input(meta, "the arguments are not an object"));
    };
    fields(meta.parameters, arguments, "").map_err(|text| Error::invalid_input(meta, text))
}

fn fields(parameters: &[Parameter], arguments: &Map<String, Value>, place: &str) -> Result<(), String> {
    for parameter in parameters {
        let name = parameter.name;
        match arguments.get(name) {
            None if parameter.required => return Err(format!("`{place}{name}` is missing")),
            Some(Value::Null) if !parameter.nullable => return Err(format!("`{place}{name}` may not be null")),
            Some(argument) => value(&parameter.kind, argument, &format!("{place}{name}"))?,
            None => {}
        }
    }
    match arguments.keys().find(|name| !parameters.iter().any(|parameter| parameter.name == *name)) {
        None => Ok(()),
        Some(unknown) => {
            let known: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
            let known =
                if known.is_empty() { "there is none".to_owned() } else { format!("there are {}", known.join(", ")) };
            Err(format!("`{place}{unknown}` is not an argument; {known}"))
        }
    }
}

fn value(kind: &ParameterKind, argument: &Value, place: &str) -> Result<(), String> {
    match (kind, argument) {
        (ParameterKind::List(kind), Value::Array(elements)) => elements
            .iter()
            .enumerate()
            .try_for_each(|(number, element)| value(kind, element, &format!("{place}[{number}]"))),
        (ParameterKind::Object(parameters), Value::Object(arguments)) => {
            fields(parameters, arguments, &format!("{place}."))
        }
        _ => Ok(()),
    }
}
