//! Emits the methods that make the calls.

use super::super::api;
use super::super::contract::{Contract, Field, FieldKind, Operation, Output, Resource};
use super::super::names;
use super::docs::{self, Content, Section, WIDTH};
use super::inputs::{bracketed, signature};
use super::{element, iterator_name, kinds};

/// The two faces of every call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Sync,
    Async,
}

/// The methods of an operation: the call itself and, for lists, the one that goes through them.
pub(super) fn methods(contract: &Contract, resource: &Resource, operation: &Operation, face: Face) -> Vec<String> {
    let mut methods = vec![call(contract, resource, operation, face)];
    if let (Some(name), Some(element)) = (iterator_name(operation), element(operation)) {
        methods.push(iteration(contract, resource, operation, &name, element, face));
    }
    methods
}

/// The arguments of an operation: what must be there, then the rest.
fn arguments(operation: &Operation) -> Vec<&Field> {
    let (needed, rest): (Vec<&Field>, Vec<&Field>) = api::fields(operation).partition(|field| kinds::is_needed(field));
    needed.into_iter().chain(rest).collect()
}

/// The argument for what the contract does not know.
fn is_open(operation: &Operation) -> bool {
    use super::super::contract::Body;
    matches!(&operation.body, Body::Object(object) | Body::Optional(object) if object.open)
}

/// Further fields, as an argument.
fn extra() -> Field {
    Field {
        wire: "extra".to_owned(),
        name: "extra".to_owned(),
        kind: FieldKind::ByHand("Extra".to_owned()),
        description: "Further fields of the request, in the product's own names; for what this release does not know."
            .to_owned(),
        ..Field::default()
    }
}

fn call(contract: &Contract, resource: &Resource, operation: &Operation, face: Face) -> String {
    let extra = extra();
    let mut arguments = arguments(operation);
    arguments.extend(is_open(operation).then_some(&extra));
    let gives = output(operation);
    let head = match face {
        Face::Sync => format!("def {}", operation.name),
        Face::Async => format!("async def {}", operation.name),
    };
    let mut text = signature(contract, &head, &arguments, &gives);
    let example = example(contract, resource, operation, face);
    text.push_str(&docs::docstring(8, &docs::operation(operation), &sections(operation, &arguments, &example)));
    text.push_str(&deprecation(resource, operation));
    let (wait, method) = match face {
        Face::Sync => ("", "call"),
        Face::Async => ("await ", "call_async"),
    };
    let returned = gives != "None";
    let answer = if returned { format!("answer: {gives} = ") } else { String::new() };
    text.push_str(&statement(&format!("{answer}{wait}self._client.{method}"), operation, &arguments));
    if returned {
        text.push_str("        return answer\n");
    }
    text
}

fn iteration(
    contract: &Contract,
    resource: &Resource,
    operation: &Operation,
    name: &str,
    element: &str,
    face: Face,
) -> String {
    let arguments = arguments(operation);
    let (method, gives, way) = match face {
        Face::Sync => ("iterate", format!("Iterator[{element}]"), "for"),
        Face::Async => ("iterate_async", format!("AsyncIterator[{element}]"), "async for"),
    };
    let mut text = signature(contract, &format!("def {name}"), &arguments, &gives);
    let paragraphs = [
        format!(
            "Gives what `{}` gives, one after the other. A page is fetched when its first element is asked for.",
            operation.name
        ),
        "An error ends it.".to_owned(),
    ];
    let variable = names::snake(element);
    let samples = samples(contract, &resource.name, operation, &arguments);
    let head = format!("{way} {variable} in {}.{}.{name}", client(contract), resource.name);
    let example = format!("{}:\n    print({variable})", with_samples(&head, &samples));
    text.push_str(&docs::docstring(8, &paragraphs, &sections_with(&arguments, None, &example)));
    text.push_str(&deprecation(resource, operation));
    text + &statement(&format!("return self._client.{method}"), operation, &arguments)
}

/// The warning of an operation that the product is about to remove.
fn deprecation(resource: &Resource, operation: &Operation) -> String {
    if !operation.deprecated {
        return String::new();
    }
    format!(
        "        warnings.warn(\"the product is about to remove {}.{}\", DeprecationWarning, stacklevel=2)\n",
        resource.name, operation.name
    )
}

/// The statement that begins with `head` and calls the native client with the arguments in wire names, which are put together before
/// it where they are many.
fn statement(head: &str, operation: &Operation, arguments: &[&Field]) -> String {
    let pairs: Vec<String> = arguments
        .iter()
        .map(|field| match field.only {
            Some(_) => format!("{:?}: False if {} else UNSET", field.wire, field.name),
            None if field.kind == FieldKind::ByHand("AddressList".to_owned()) => {
                format!("{:?}: comma_separated({})", field.wire, field.name)
            }
            None => format!("{:?}: {}", field.wire, field.name),
        })
        .collect();
    let inside = format!("{:?}, {{{}}}", operation.id, pairs.join(", "));
    let line = format!("        {head}({inside})\n");
    if line.len() <= WIDTH + 1 {
        return line;
    }
    if pairs.len() <= 3 && inside.len() + 12 <= WIDTH {
        return format!("        {head}(\n            {inside}\n        )\n");
    }
    let together = bracketed(&format!("        arguments: dict[str, {}] = ", kinds::ANY), '{', &pairs, '}');
    format!("{together}        {head}({:?}, arguments)\n", operation.id)
}

/// What a call gives.
pub(super) fn output(operation: &Operation) -> String {
    match &operation.output {
        Output::Nothing => "None".to_owned(),
        Output::Value(FieldKind::List(item)) => format!("Items[{}]", kinds::read(item)),
        Output::Value(kind) | Output::One(kind) => kinds::read(kind),
        Output::Optional(kind) => format!("{} | None", kinds::read(kind)),
        Output::Page(kind) => format!("Page[{}]", kinds::read(kind)),
    }
}

fn sections(operation: &Operation, arguments: &[&Field], example: &str) -> Vec<Section> {
    let returns = match &operation.output {
        Output::Nothing => None,
        Output::Optional(_) => Some(format!("{} `None` when the answer has no body.", success(operation))),
        _ => Some(success(operation)),
    };
    let mut sections = sections_with(arguments, returns, example);
    if !operation.errors.is_empty() {
        let items = operation.errors.iter().map(|(status, text)| (status.to_string(), text.clone())).collect();
        sections.insert(sections.len() - 1, Section { title: "Errors", content: Content::Items(items) });
    }
    sections
}

fn success(operation: &Operation) -> String {
    operation.success.first().map(|(_, text)| text.clone()).unwrap_or_default()
}

fn sections_with(arguments: &[&Field], returns: Option<String>, example: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    if !arguments.is_empty() {
        let items = arguments.iter().map(|field| (field.name.clone(), docs::argument(field))).collect();
        sections.push(Section { title: "Args", content: Content::Items(items) });
    }
    if let Some(text) = returns {
        sections.push(Section { title: "Returns", content: Content::Text(text) });
    }
    sections.push(Section { title: "Example", content: Content::Code(example.to_owned()) });
    sections
}

fn example(contract: &Contract, resource: &Resource, operation: &Operation, face: Face) -> String {
    let list: Vec<&Field> = arguments(operation);
    let samples = samples(contract, &resource.name, operation, &list);
    let wait = if face == Face::Async { "await " } else { "" };
    let call = format!("{wait}{}.{}.{}", client(contract), resource.name, operation.name);
    let call = match &operation.output {
        Output::Nothing => call,
        output => format!("{} = {call}", result_name(output)),
    };
    with_samples(&call, &samples)
}

/// A call in an example, in several lines where it is long.
fn with_samples(call: &str, samples: &[String]) -> String {
    let line = format!("{call}({})", samples.join(", "));
    // Twelve blanks stand before it.
    if line.len() + 12 <= WIDTH {
        return line;
    }
    format!("{call}(\n    {},\n)", samples.join(",\n    "))
}

fn samples(contract: &Contract, resource: &str, operation: &Operation, arguments: &[&Field]) -> Vec<String> {
    let needed = arguments.iter().filter(|field| kinds::is_needed(field));
    let mut samples: Vec<String> =
        needed.map(|field| kinds::sample(contract, resource, &field.name, &field.kind)).collect();
    samples.extend(kinds::keywords(&operation.example));
    samples
}

fn result_name(output: &Output) -> String {
    match output {
        Output::Value(FieldKind::List(item)) => match &**item {
            FieldKind::Object(name) => plural(&names::snake(name)),
            _ => "values".to_owned(),
        },
        Output::Page(_) => "page".to_owned(),
        Output::Value(FieldKind::Object(name))
        | Output::One(FieldKind::Object(name))
        | Output::Optional(FieldKind::Object(name)) => names::snake(name),
        _ => "value".to_owned(),
    }
}

fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{name}s"),
    }
}

/// The variable that holds a client in examples.
fn client(contract: &Contract) -> &str {
    if contract.command == "ie" { "tie" } else { &contract.command }
}
