//! Operations: what stands at a path and a method, with one-element forms and variants told apart.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail, ensure};
use indexmap::IndexMap;

use super::super::document::{self, Idempotency, Location, Method, Reply, Schema};
use super::super::names;
use super::schemas::{at_least_one, component};
use super::{Address, Body, Field, FieldKind, Object, Operation, Output, Reader, Statuses};

impl Reader<'_> {
    pub(super) fn operations(&self) -> Result<Vec<(String, Operation)>> {
        let (mut operations, mut ids, mut requests) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for (path, item) in &self.document.paths {
            for (method, operation) in item {
                let place = || format!("{path}.{}", format!("{method:?}").to_lowercase());
                for operation in self.operation(path, *method, operation).with_context(place)? {
                    ensure!(ids.insert(operation.id.clone()), "{}: operationId `{}` is taken", place(), operation.id);
                    ensure!(
                        requests.insert(operation.request.clone()),
                        "{}: x-tenable-request `{}` is taken",
                        place(),
                        operation.request
                    );
                    let (resource, _) = operation.id.split_once('.').unwrap_or_default();
                    operations.push((resource.to_owned(), operation));
                }
            }
        }
        Ok(operations)
    }

    /// One operation, its one-element form if it has one, and its variants.
    fn operation(&self, path: &str, method: Method, operation: &document::Operation) -> Result<Vec<Operation>> {
        let [tag] = operation.tags.as_slice() else { bail!("tags: exactly one is wanted") };
        let name = method_name(&operation.id, tag)?;
        ensure!(!operation.source.is_empty(), "x-tenable-source: at least one is wanted");
        ensure!(operation.security.as_ref().is_none_or(Vec::is_empty), "security: only [] is allowed here");
        if let Some(twin) = &operation.twin {
            ensure!(holes(twin) == holes(path), "x-tenable-twin: its parameters are not those of the path");
        }
        let segments = self.segments(path, operation)?;
        let query = self.query(operation)?;
        let (success, errors) = self.responses(operation).context("responses")?;
        let body = self.body(operation).context("requestBody")?;
        let (output, member) = self.output(operation).context("responses")?;
        let options = self.options(operation.conduct, &operation.options)?;
        if method == Method::Get {
            ensure!(matches!(body, Body::None), "requestBody: a GET has none");
            ensure!(operation.idempotency == Idempotency::Read, "x-tenable-idempotency: a GET is `read`");
        }
        if method == Method::Delete {
            ensure!(operation.idempotency == Idempotency::Removal, "x-tenable-idempotency: a DELETE is `removal`");
        }
        let first = Operation {
            id: operation.id.clone(),
            name,
            request: operation.request.clone(),
            summary: operation.summary.clone(),
            description: operation.description.clone(),
            note: operation.note.clone(),
            example: operation.example.clone().unwrap_or_default(),
            method,
            path: path.to_owned(),
            twin: operation.twin.clone(),
            idempotency: operation.idempotency,
            anonymous: operation.security.is_some(),
            deprecated: operation.deprecated,
            reveals: operation.reveals,
            source: operation.source.clone(),
            since: operation.since.clone(),
            until: operation.until.clone(),
            segments,
            query,
            address: None,
            check: operation.check,
            conduct: operation.conduct,
            options,
            member,
            body,
            output,
            success,
            errors,
        };
        let mut all = self.variants(operation, &first).context("x-tenable-variants")?;
        if let Some(one) = &operation.one {
            all.insert(0, self.one(one, tag, &first).context("x-tenable-one")?);
        }
        all.insert(usize::from(operation.one.is_some()), first.restricted(|name| !operation.without.contains(name))?);
        for operation in &mut all {
            operation.address = address(operation)?;
        }
        Ok(all)
    }

    /// The form of an operation on arrays that sends one element and gives one back.
    fn one(&self, one: &document::One, tag: &str, first: &Operation) -> Result<Operation> {
        let (Body::Array { argument }, Output::Value(FieldKind::List(element))) = (&first.body, &first.output) else {
            bail!("body and reply must be arrays");
        };
        let FieldKind::List(item) = &argument.kind else { bail!("the body must be an array") };
        let FieldKind::Object(item) = &**item else { bail!("the body must be an array of objects") };
        Ok(Operation {
            id: one.id.clone(),
            name: method_name(&one.id, tag)?,
            request: one.request.clone(),
            summary: one.summary.clone(),
            description: one.description.clone(),
            example: one.example.clone().unwrap_or_default(),
            body: Body::One(self.object(item)?),
            output: Output::One((**element).clone()),
            ..first.clone()
        })
    }

    fn segments(&self, path: &str, operation: &document::Operation) -> Result<Vec<Field>> {
        let mut segments = Vec::new();
        for parameter in operation.parameters.iter().filter(|parameter| parameter.location == Location::Path) {
            let place = || format!("parameters.{}", parameter.name);
            ensure!(parameter.required, "{}.required: a path parameter is required", place());
            ensure!(path.contains(&format!("{{{}}}", parameter.name)), "{}: it is not in the path", place());
            segments.push(self.parameter(parameter).with_context(place)?);
        }
        let holes = holes(path).len();
        ensure!(holes == segments.len(), "parameters: the path has {holes}, {} are described", segments.len());
        // In the order of the path, so that arguments read as the address does.
        segments.sort_by_key(|field| path.find(&format!("{{{}}}", field.wire)));
        Ok(segments)
    }

    fn query(&self, operation: &document::Operation) -> Result<Vec<Field>> {
        let mut query = Vec::new();
        for parameter in operation.parameters.iter().filter(|parameter| parameter.location == Location::Query) {
            let place = || format!("parameters.{}", parameter.name);
            ensure!(parameter.scope.is_none(), "{}: x-tenable-scope stands on a path parameter", place());
            let mut field = self.parameter(parameter).with_context(place)?;
            if let FieldKind::List(_) = field.kind {
                let (Some(_), Some(explode)) = (parameter.style, parameter.explode) else {
                    bail!("{}: a list in the query has `style: form` and `explode`", place());
                };
                field.repeated = explode;
            }
            query.push(field);
        }
        Ok(query)
    }

    fn parameter(&self, parameter: &document::Parameter) -> Result<Field> {
        let mut field = self.field(&parameter.name, &parameter.schema, parameter.required)?;
        field.description.clone_from(&parameter.description);
        if let Some(name) = &parameter.name_in_rust {
            field.name.clone_from(name);
        }
        field.scope.clone_from(&parameter.scope);
        Ok(field)
    }

    fn body(&self, operation: &document::Operation) -> Result<Body> {
        let Some(body) = &operation.request_body else {
            ensure!(operation.argument.is_none(), "x-tenable-argument: there is no body");
            return Ok(Body::None);
        };
        let schema = &body.content.json.schema;
        if let Some(reference) = &schema.reference {
            ensure!(operation.argument.is_none(), "x-tenable-argument: the body is not an array");
            let object = self.object(component(reference)?)?;
            if body.required {
                return Ok(Body::Object(object));
            }
            ensure!(
                object.fields.iter().all(|field| !field.required),
                "required: the body has fields that must be there"
            );
            return Ok(Body::Optional(object));
        }
        ensure!(body.required, "required: an array cannot be left out");
        let Some(argument) = &operation.argument else { bail!("an array body needs x-tenable-argument beside it") };
        let kind = self.kind(schema)?;
        ensure!(matches!(kind, FieldKind::List(_)), "schema: a $ref or an array is wanted");
        let argument = Field {
            wire: argument.clone(),
            name: names::snake(argument),
            kind,
            required: true,
            nullable: false,
            at_least_one: at_least_one(schema),
            description: schema.description.clone().unwrap_or_else(|| {
                let least = if at_least_one(schema) { ", at least one" } else { "" };
                format!("The {}{least}.", names::words(argument))
            }),
            ..Field::default()
        };
        Ok(Body::Array { argument })
    }

    fn responses(&self, operation: &document::Operation) -> Result<(Statuses, Statuses)> {
        let (mut success, mut errors) = (Vec::new(), Vec::new());
        for (status, response) in &operation.responses {
            let code: u16 = status.parse().with_context(|| format!("{status}: a status is a number"))?;
            let target = match &response.reference {
                Some(reference) => {
                    let name = reference.strip_prefix("#/components/responses/").unwrap_or(reference);
                    self.document
                        .components
                        .responses
                        .get(name)
                        .with_context(|| format!("{status}: no response `{name}`"))?
                }
                None => response,
            };
            let description =
                target.description.clone().with_context(|| format!("{status}: description is missing"))?;
            let list = if (200..300).contains(&code) { &mut success } else { &mut errors };
            list.push((code, description));
        }
        ensure!(!success.is_empty(), "no status of success");
        Ok((success, errors))
    }

    /// The arguments of hand-written code that runs an operation.
    fn options(&self, conduct: bool, options: &IndexMap<String, Schema>) -> Result<Vec<Field>> {
        ensure!(conduct || options.is_empty(), "x-tenable-options: nobody would read them without x-tenable-conduct");
        let field = |(name, schema): (&String, &Schema)| {
            let field = self.field(name, schema, false).with_context(|| format!("x-tenable-options.{name}"))?;
            ensure!(!field.description.is_empty(), "x-tenable-options.{name}: description is missing");
            Ok(field)
        };
        options.iter().map(field).collect()
    }

    /// What an answer is read as, and the name of its only property if that stands for it.
    fn output(&self, operation: &document::Operation) -> Result<(Output, Option<String>)> {
        let mut output: Option<(FieldKind, Option<String>)> = None;
        for (status, response) in operation.responses.iter().filter(|(status, _)| status.starts_with('2')) {
            if let Some(content) = &response.content {
                let Some(schema) = self.payload(&content.json.schema).with_context(|| status.clone())? else {
                    continue;
                };
                let (schema, member) = match only_property(schema) {
                    Some((name, property)) => (property, Some(name.clone())),
                    None => (schema, None),
                };
                let found = (self.kind(schema).with_context(|| status.clone())?, member);
                ensure!(output.as_ref().is_none_or(|other| *other == found), "{status}: another body than before");
                output = Some(found);
            }
        }
        Ok(match (output, operation.reply) {
            (_, Some(Reply::Ignored)) | (None, None) => (Output::Nothing, None),
            (Some((kind, member)), None) => (Output::Value(kind), member),
            (Some((kind, None)), Some(Reply::Optional)) => (Output::Optional(kind), None),
            (Some((_, Some(member))), Some(Reply::Optional)) => {
                bail!("x-tenable-reply: `{member}` would have to be there")
            }
            (None, Some(Reply::Optional)) => bail!("x-tenable-reply: no status has a body"),
        })
    }

    /// The operations that share the endpoint and take other arguments.
    fn variants(&self, operation: &document::Operation, first: &Operation) -> Result<Vec<Operation>> {
        let names: BTreeSet<&String> = first.query.iter().chain(first.body.fields()).map(|field| &field.wire).collect();
        let known = |name: &String| names.contains(name);
        if let Some(unknown) = operation.without.iter().find(|name| !known(name)) {
            bail!("x-tenable-without: there is no `{unknown}`");
        }
        let mut variants = Vec::new();
        for variant in &operation.variants {
            if let Some(unknown) = variant.takes.iter().chain(&variant.requires).find(|name| !known(name)) {
                bail!("{}: there is no `{unknown}`", variant.id);
            }
            let mut own = first
                .restricted(|name| variant.takes.contains(name) || variant.requires.contains(name))
                .with_context(|| variant.id.clone())?;
            own.id.clone_from(&variant.id);
            own.name = method_name(&variant.id, &operation.tags[0])?;
            own.request.clone_from(&variant.request);
            own.summary.clone_from(&variant.summary);
            own.description.clone_from(&variant.description);
            own.idempotency = variant.idempotency.unwrap_or(first.idempotency);
            own.example = variant.example.clone().unwrap_or_default();
            own.note = variant.note.clone().or(own.note);
            own.check |= variant.check;
            own.conduct = variant.conduct;
            own.options = self.options(variant.conduct, &variant.options).with_context(|| variant.id.clone())?;
            for field in own.query.iter_mut().chain(own.body.fields_mut()) {
                // What the caller leaves out, the code that conducts it fills in.
                field.required &= !(variant.conduct && variant.takes.contains(&field.wire));
                field.required |= variant.requires.contains(&field.wire);
            }
            if variant.paging {
                let Output::Value(FieldKind::List(item)) = own.output else {
                    bail!("{}: paging: the reply is no list", variant.id);
                };
                own.output = Output::Page(*item);
            }
            variants.push(own);
        }
        Ok(variants)
    }

    /// What an answer holds: the schema itself, or the payload of the envelope; nothing for an envelope without one.
    fn payload<'s>(&self, schema: &'s Schema) -> Result<Option<&'s Schema>> {
        let Some(envelope) = &self.document.envelope else {
            ensure!(schema.all_of.is_none(), "allOf: the document has no x-tenable-envelope");
            return Ok(Some(schema));
        };
        let is_envelope =
            |schema: &Schema| schema.reference.as_deref() == Some(&format!("#/components/schemas/{}", envelope.schema));
        if is_envelope(schema) {
            return Ok(None);
        }
        let wanted =
            || format!("allOf: [{{$ref: {}}}, {{properties: {{{}}}}}] is wanted", envelope.schema, envelope.payload);
        match schema.all_of.as_deref() {
            Some([first, second]) if is_envelope(first) && second.properties.len() == 1 => {
                second.properties.get(&envelope.payload).map(Some).with_context(wanted)
            }
            _ => bail!("{}", wanted()),
        }
    }
}

impl Operation {
    /// The same operation with only those optional arguments.
    fn restricted(&self, keep: impl Fn(&String) -> bool) -> Result<Self> {
        let mut own = self.clone();
        // An address is never halved.
        let keep = |name: &String| keep(name) || self.segments.iter().any(|field| field.scope.as_ref() == Some(name));
        own.query.retain(|field| keep(&field.wire));
        match &mut own.body {
            Body::Object(object) | Body::Optional(object) => object.fields.retain(|field| keep(&field.wire)),
            Body::None | Body::One(_) | Body::Array { .. } => {}
        }
        // What must be set together must be there together.
        for field in own.body.fields() {
            if let Some(with) = &field.with {
                let there = own.body.fields().iter().any(|other| other.name == *with);
                ensure!(there, "{}: `{}` cannot do without `{with}`", self.id, field.wire);
            }
        }
        Ok(own)
    }
}

impl Body {
    /// The fields of an object.
    pub(crate) fn fields(&self) -> &[Field] {
        match self {
            Self::Object(Object { fields, .. })
            | Self::Optional(Object { fields, .. })
            | Self::One(Object { fields, .. }) => fields,
            Self::None => &[],
            Self::Array { argument } => std::slice::from_ref(argument),
        }
    }

    fn fields_mut(&mut self) -> &mut [Field] {
        match self {
            Self::Object(Object { fields, .. })
            | Self::Optional(Object { fields, .. })
            | Self::One(Object { fields, .. }) => fields,
            Self::None => &mut [],
            Self::Array { argument } => std::slice::from_mut(argument),
        }
    }
}

/// The property of an object that stands inline and has but one.
fn only_property(schema: &Schema) -> Option<(&String, &Schema)> {
    let inline = schema.reference.is_none() && schema.properties.len() == 1;
    schema.properties.first().filter(|_| inline)
}

/// The path parameter that is half an address, and its other half.
fn address(operation: &Operation) -> Result<Option<Address>> {
    let Some(segment) = operation.segments.iter().find(|field| field.scope.is_some()) else { return Ok(None) };
    let scope = segment.scope.as_deref().unwrap_or_default();
    let place = || format!("parameters.{}.x-tenable-scope", segment.wire);
    let other = operation.query.iter().chain(operation.body.fields()).find(|field| field.wire == scope);
    let other = other.with_context(|| format!("{}: there is no `{scope}`", place()))?;
    ensure!(!other.required, "{}: `{scope}` must be optional", place());
    let FieldKind::ByHand(kind) = &segment.kind else { bail!("{}: the parameter is no hand-written type", place()) };
    let kind = kind.strip_suffix("Key").with_context(|| format!("{}: `{kind}` does not end in Key", place()))?;
    Ok(Some(Address { kind: format!("{kind}Address"), key: segment.name.clone(), scope: other.name.clone() }))
}

/// The names of the parameters of a path.
fn holes(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

fn method_name(id: &str, tag: &str) -> Result<String> {
    let (resource, name) =
        id.split_once('.').with_context(|| format!("operationId `{id}`: resource.method is wanted"))?;
    ensure!(resource == tag, "operationId `{id}`: the resource is not the tag `{tag}`");
    let snake =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    ensure!(snake(name) && snake(resource), "operationId `{id}`: snake_case is wanted");
    Ok(name.to_owned())
}
