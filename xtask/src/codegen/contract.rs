//! The contract as the emitters want it: references resolved, rules of `spec/README.md` checked, names chosen.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail, ensure};
use indexmap::IndexMap;

use super::document::{self, Codec, Document, Idempotency, Kind, Kinds, Method, Only, Reply, Schema, Source};
use super::names;

/// One product.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) product: String,
    pub(crate) command: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) resources: Vec<Resource>,
}

/// One resource: its types and operations, each in the order of the document.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) types: Vec<Type>,
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(crate) enum Type {
    Id { name: String, description: String },
    OpenEnum { name: String, description: String, source: Vec<Source>, values: IndexMap<String, String> },
    Object(Object),
}

#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) source: Vec<Source>,
    pub(crate) read: bool,
    pub(crate) written: bool,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Name on the wire.
    pub(crate) wire: String,
    /// Name in Rust.
    pub(crate) name: String,
    pub(crate) kind: FieldKind,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    /// A list that may not be empty.
    pub(crate) at_least_one: bool,
    pub(crate) description: String,
    pub(crate) source: Vec<Source>,
    pub(crate) only: Option<Only>,
    pub(crate) legacy: bool,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text,
    Secret,
    Signed,
    Unsigned,
    Boolean,
    Id(String),
    OpenEnum(String),
    Object(String),
    List(Box<Self>),
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) request: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) note: Option<String>,
    /// Setters that the example of the call shows, as Rust: `.active(true)`.
    pub(crate) example: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) idempotency: Idempotency,
    pub(crate) anonymous: bool,
    pub(crate) deprecated: bool,
    pub(crate) reveals: bool,
    pub(crate) source: Vec<Source>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
    pub(crate) segments: Vec<Field>,
    pub(crate) body: Body,
    pub(crate) output: Output,
    pub(crate) success: Statuses,
    pub(crate) errors: Statuses,
}

/// Status and description, in the order of the document.
pub(crate) type Statuses = Vec<(u16, String)>;

#[derive(Debug)]
pub(crate) enum Body {
    None,
    /// The fields become fields of the request struct.
    Object(Object),
    /// As `Object`, sent as an array of that one object.
    One(Object),
    /// One field holds the array.
    Array {
        argument: Field,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Nothing,
    Value(FieldKind),
    /// The single element of an array.
    One(FieldKind),
    Optional(FieldKind),
}

impl Contract {
    /// Reads and checks a document. `file` names it in errors.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self> {
        let document: Document =
            serde_saphyr::from_str(text).map_err(|error| anyhow::anyhow!("{file}: {}", error.to_string().trim()))?;
        Reader { document: &document }.contract().with_context(|| file.to_owned())
    }

    /// All operations, in order.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&Resource, &Operation)> {
        self.resources
            .iter()
            .flat_map(|resource| resource.operations.iter().map(move |operation| (resource, operation)))
    }

    /// The object type of this name.
    pub(crate) fn object(&self, name: &str) -> Option<&Object> {
        self.resources.iter().flat_map(|resource| &resource.types).find_map(|kind| match kind {
            Type::Object(object) if object.name == name => Some(object),
            _ => None,
        })
    }

    /// The known values of the open enum of this name.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let found = self.resources.iter().flat_map(|resource| &resource.types).find_map(|kind| match kind {
            Type::OpenEnum { name: other, values, .. } if other == name => Some(values),
            _ => None,
        });
        found.map_or_else(Vec::new, |values| values.keys().map(String::as_str).collect())
    }
}

/// Walks the document; each error carries the keys that lead to it.
struct Reader<'a> {
    document: &'a Document,
}

impl Reader<'_> {
    fn contract(&self) -> Result<Contract> {
        let document = self.document;
        ensure!(document.openapi.starts_with("3.1."), "openapi: {} is not 3.1", document.openapi);
        let mut operations = self.operations().context("paths")?;
        let usage = self.usage(&operations);
        let mut types = self.types(&usage).context("components.schemas")?;
        let mut resources = Vec::new();
        for tag in &document.tags {
            resources.push(Resource {
                name: tag.name.clone(),
                description: tag.description.clone(),
                types: take(&mut types, &tag.name),
                operations: take(&mut operations, &tag.name),
            });
        }
        if let Some((resource, operation)) = operations.first() {
            bail!("paths.{}: the tag `{resource}` of `{}` is not in tags", operation.path, operation.id);
        }
        if let Some((resource, _)) = types.first() {
            bail!("components.schemas: x-tenable-resource `{resource}` is not in tags");
        }
        Ok(Contract {
            product: document.product.clone(),
            command: document.command.clone(),
            title: document.info.title.clone(),
            description: document.info.description.clone(),
            resources,
        })
    }

    fn operations(&self) -> Result<Vec<(String, Operation)>> {
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

    /// One operation, and the one-element form of it if it has one.
    fn operation(&self, path: &str, method: Method, operation: &document::Operation) -> Result<Vec<Operation>> {
        let [tag] = operation.tags.as_slice() else { bail!("tags: exactly one is wanted") };
        let name = method_name(&operation.id, tag)?;
        ensure!(!operation.source.is_empty(), "x-tenable-source: at least one is wanted");
        ensure!(operation.security.as_ref().is_none_or(Vec::is_empty), "security: only [] is allowed here");
        let segments = self.segments(path, operation)?;
        let (success, errors) = self.responses(operation).context("responses")?;
        let body = self.body(operation).context("requestBody")?;
        let output = self.output(operation).context("responses")?;
        if method == Method::Get {
            ensure!(matches!(body, Body::None), "requestBody: a GET has none");
            ensure!(operation.idempotency == Idempotency::Read, "x-tenable-idempotency: a GET is `read`");
        }
        if method == Method::Delete {
            ensure!(operation.idempotency == Idempotency::Removal, "x-tenable-idempotency: a DELETE is `removal`");
        }
        let mut all = vec![Operation {
            id: operation.id.clone(),
            name,
            request: operation.request.clone(),
            summary: operation.summary.clone(),
            description: operation.description.clone(),
            note: operation.note.clone(),
            example: operation.example.clone().unwrap_or_default(),
            method,
            path: path.to_owned(),
            idempotency: operation.idempotency,
            anonymous: operation.security.is_some(),
            deprecated: operation.deprecated,
            reveals: operation.reveals,
            source: operation.source.clone(),
            since: operation.since.clone(),
            until: operation.until.clone(),
            segments: segments.clone(),
            body,
            output,
            success: success.clone(),
            errors: errors.clone(),
        }];
        if let Some(one) = &operation.one {
            let first = &all[0];
            let (Body::Array { argument }, Output::Value(FieldKind::List(element))) = (&first.body, &first.output)
            else {
                bail!("x-tenable-one: body and reply must be arrays");
            };
            let FieldKind::List(item) = &argument.kind else { bail!("x-tenable-one: the body must be an array") };
            let FieldKind::Object(item) = &**item else { bail!("x-tenable-one: the body must be an array of objects") };
            let single = Operation {
                id: one.id.clone(),
                name: method_name(&one.id, tag).context("x-tenable-one")?,
                request: one.request.clone(),
                summary: one.summary.clone(),
                description: one.description.clone(),
                note: first.note.clone(),
                example: one.example.clone().unwrap_or_default(),
                body: Body::One(self.object(item)?),
                output: Output::One((**element).clone()),
                segments,
                path: first.path.clone(),
                source: first.source.clone(),
                since: first.since.clone(),
                until: first.until.clone(),
                success,
                errors,
                ..*first
            };
            all.insert(0, single);
        }
        Ok(all)
    }

    fn segments(&self, path: &str, operation: &document::Operation) -> Result<Vec<Field>> {
        let mut segments = Vec::new();
        for parameter in &operation.parameters {
            let document::Location::Path = parameter.location;
            let place = || format!("parameters.{}", parameter.name);
            ensure!(parameter.required, "{}.required: a path parameter is required", place());
            ensure!(path.contains(&format!("{{{}}}", parameter.name)), "{}: it is not in the path", place());
            let mut field = self.field(&parameter.name, &parameter.schema, true).with_context(place)?;
            field.description.clone_from(&parameter.description);
            segments.push(field);
        }
        let holes = path.matches('{').count();
        ensure!(holes == segments.len(), "parameters: the path has {holes}, {} are described", segments.len());
        // In the order of the path, so that arguments read as the address does.
        segments.sort_by_key(|field| path.find(&format!("{{{}}}", field.wire)));
        Ok(segments)
    }

    fn body(&self, operation: &document::Operation) -> Result<Body> {
        let Some(body) = &operation.request_body else {
            ensure!(operation.argument.is_none(), "x-tenable-argument: there is no body");
            return Ok(Body::None);
        };
        ensure!(body.required, "required: a body that may be absent is not supported");
        let schema = &body.content.json.schema;
        if let Some(reference) = &schema.reference {
            ensure!(operation.argument.is_none(), "x-tenable-argument: the body is not an array");
            return Ok(Body::Object(self.object(component(reference)?)?));
        }
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
            source: Vec::new(),
            only: None,
            legacy: false,
            since: None,
            until: None,
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

    fn output(&self, operation: &document::Operation) -> Result<Output> {
        let mut output = None;
        for (status, response) in operation.responses.iter().filter(|(status, _)| status.starts_with('2')) {
            if let Some(content) = &response.content {
                let kind = self.kind(&content.json.schema).with_context(|| status.clone())?;
                ensure!(output.as_ref().is_none_or(|other| *other == kind), "{status}: another body than before");
                output = Some(kind);
            }
        }
        Ok(match (output, operation.reply) {
            (_, Some(Reply::Ignored)) | (None, None) => Output::Nothing,
            (Some(kind), None) => Output::Value(kind),
            (Some(kind), Some(Reply::Optional)) => Output::Optional(kind),
            (None, Some(Reply::Optional)) => bail!("x-tenable-reply: no status has a body"),
        })
    }

    /// Which object schemas are read, and which are written as values (the object of a body itself becomes a request struct).
    fn usage(&self, operations: &[(String, Operation)]) -> Usage {
        let mut usage = Usage::default();
        for (_, operation) in operations {
            match &operation.output {
                Output::Nothing => {}
                Output::Value(kind) | Output::One(kind) | Output::Optional(kind) => {
                    self.reach(kind, &mut usage.read);
                }
            }
            match &operation.body {
                Body::None | Body::One(_) => {}
                Body::Object(object) => {
                    usage.bodies.insert(object.name.clone());
                    object.fields.iter().for_each(|field| self.reach(&field.kind, &mut usage.written));
                }
                Body::Array { argument } => self.reach(&argument.kind, &mut usage.written),
            }
        }
        usage
    }

    fn reach(&self, kind: &FieldKind, reached: &mut BTreeSet<String>) {
        match kind {
            FieldKind::List(item) => self.reach(item, reached),
            FieldKind::Object(name) if reached.insert(name.clone()) => {
                if let Ok(object) = self.object(name) {
                    object.fields.iter().for_each(|field| self.reach(&field.kind, reached));
                }
            }
            _ => {}
        }
    }

    fn types(&self, usage: &Usage) -> Result<Vec<(String, Type)>> {
        let mut types = Vec::new();
        for (name, schema) in &self.document.components.schemas {
            let resource = schema.resource.clone().with_context(|| format!("{name}: x-tenable-resource is missing"))?;
            let description = schema.description.clone().with_context(|| format!("{name}: description is missing"))?;
            let kind = if schema.id {
                ensure!(kinds(schema).0 == Some(Kind::Integer), "{name}: x-tenable-id stands on an integer");
                Type::Id { name: name.clone(), description }
            } else if let Some(values) = &schema.known_values {
                ensure!(!schema.source.is_empty(), "{name}: x-tenable-source is missing");
                let source = schema.source.clone();
                Type::OpenEnum { name: name.clone(), description, source, values: values.clone() }
            } else {
                let mut object = self.object(name)?;
                object.read = usage.read.contains(name);
                object.written = usage.written.contains(name);
                if !object.read && !object.written {
                    ensure!(usage.bodies.contains(name), "{name}: no operation uses it");
                    continue;
                }
                Type::Object(object)
            };
            types.push((resource, kind));
        }
        Ok(types)
    }

    fn object(&self, name: &str) -> Result<Object> {
        let schema = self.schema(name)?;
        ensure!(kinds(schema).0 == Some(Kind::Object), "{name}: an object is wanted");
        ensure!(!schema.source.is_empty(), "{name}: x-tenable-source is missing");
        let mut fields = Vec::new();
        for (wire, property) in &schema.properties {
            let required = schema.required.contains(wire);
            let place = || format!("{name}.properties.{wire}");
            let field = self.field(wire, property, required).with_context(place)?;
            ensure!(!field.description.is_empty(), "{}: description is missing", place());
            fields.push(field);
        }
        for required in &schema.required {
            ensure!(schema.properties.contains_key(required), "{name}.required: `{required}` is not a property");
        }
        Ok(Object {
            name: name.to_owned(),
            description: schema.description.clone().unwrap_or_default(),
            source: schema.source.clone(),
            read: false,
            written: false,
            fields,
        })
    }

    fn field(&self, wire: &str, schema: &Schema, required: bool) -> Result<Field> {
        let name = schema.name.clone().unwrap_or_else(|| names::snake(wire));
        if let Some(only) = &schema.only {
            ensure!(kinds(schema).0 == Some(Kind::Boolean), "x-tenable-only: stands on a boolean");
            ensure!(!only.value, "x-tenable-only: only `false` is supported");
            ensure!(schema.values == Some(vec![only.value.into()]), "enum: must hold the only value");
        }
        Ok(Field {
            wire: wire.to_owned(),
            name: schema.only.as_ref().map_or(name, |only| only.method.clone()),
            kind: self.kind(schema)?,
            required,
            nullable: kinds(schema).1,
            at_least_one: at_least_one(schema),
            description: schema.description.clone().unwrap_or_default(),
            source: schema.source.clone(),
            only: schema.only.clone(),
            legacy: schema.legacy,
            since: schema.since.clone(),
            until: schema.until.clone(),
        })
    }

    fn kind(&self, schema: &Schema) -> Result<FieldKind> {
        let referenced = schema.any_of.iter().flatten().chain([schema]).find_map(|schema| schema.reference.as_deref());
        if let Some(reference) = referenced {
            let name = component(reference)?;
            let target = self.schema(name)?;
            return Ok(match target {
                _ if target.id => FieldKind::Id(name.to_owned()),
                _ if target.known_values.is_some() => FieldKind::OpenEnum(name.to_owned()),
                _ => FieldKind::Object(name.to_owned()),
            });
        }
        ensure!(schema.codec.is_none_or(|codec| codec == Codec::Text), "x-tenable-codec: unknown");
        Ok(match kinds(schema).0 {
            Some(Kind::String) if schema.secret => FieldKind::Secret,
            Some(Kind::String) => FieldKind::Text,
            _ if schema.secret => bail!("x-tenable-secret: stands on a string"),
            Some(Kind::Integer) if schema.minimum.is_some_and(|least| least >= 0) => FieldKind::Unsigned,
            Some(Kind::Integer) => FieldKind::Signed,
            Some(Kind::Boolean) => FieldKind::Boolean,
            Some(Kind::Array) => {
                let items = schema.items.as_deref().context("items: missing")?;
                FieldKind::List(Box::new(self.kind(items).context("items")?))
            }
            Some(Kind::Object) => bail!("an object stands among the components and is referred to"),
            Some(Kind::Null) | None => bail!("type: missing, or null alone"),
        })
    }

    fn schema(&self, name: &str) -> Result<&Schema> {
        self.document.components.schemas.get(name).with_context(|| format!("no schema `{name}`"))
    }
}

#[derive(Default)]
struct Usage {
    read: BTreeSet<String>,
    written: BTreeSet<String>,
    /// Objects that are the body of a request, and so no type of their own.
    bodies: BTreeSet<String>,
}

/// The type besides null, and whether null is allowed.
fn kinds(schema: &Schema) -> (Option<Kind>, bool) {
    let of = |kinds: &Option<Kinds>| match kinds {
        None => Vec::new(),
        Some(Kinds::One(kind)) => vec![*kind],
        Some(Kinds::Several(kinds)) => kinds.clone(),
    };
    let mut all = of(&schema.kind);
    for part in schema.any_of.iter().flatten() {
        all.extend(of(&part.kind));
    }
    (all.iter().copied().find(|kind| *kind != Kind::Null), all.contains(&Kind::Null))
}

fn component(reference: &str) -> Result<&str> {
    reference
        .strip_prefix("#/components/schemas/")
        .with_context(|| format!("$ref {reference}: only #/components/schemas/"))
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

fn at_least_one(schema: &Schema) -> bool {
    schema.min_items.is_some_and(|least| least > 0)
}

/// Takes out what belongs to a resource.
fn take<T>(list: &mut Vec<(String, T)>, resource: &str) -> Vec<T> {
    list.extract_if(.., |(name, _)| name == resource).map(|(_, value)| value).collect()
}
