//! Schemas: which types there are, who uses them, and what their fields are.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail, ensure};

use super::super::document::{Codec, Kind, Kinds, Schema};
use super::super::names;
use super::{Body, Field, FieldKind, Object, Operation, Output, Reader, SelectedField, Type};

impl Reader<'_> {
    /// Which object schemas are read, and which are written as values (the object of a body itself becomes a request struct).
    pub(super) fn usage(&self, operations: &[(String, Operation)]) -> Usage {
        let mut usage = Usage::default();
        for (_, operation) in operations {
            match &operation.output {
                Output::Nothing => {}
                Output::Value(kind) | Output::One(kind) | Output::Optional(kind) | Output::Page(kind) => {
                    self.reach(kind, &mut usage.read);
                }
            }
            match &operation.body {
                Body::None | Body::One(_) => {}
                Body::Object(object) | Body::Optional(object) => {
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
            FieldKind::List(item) | FieldKind::InObject(item) => self.reach(item, reached),
            FieldKind::Object(name) if reached.insert(name.clone()) => {
                if let Ok(object) = self.object(name) {
                    object.fields.iter().for_each(|field| self.reach(&field.kind, reached));
                }
            }
            _ => {}
        }
    }

    pub(super) fn types(&self, usage: &Usage) -> Result<Vec<(String, Type)>> {
        let mut types = Vec::new();
        for (name, schema) in &self.document.components.schemas {
            let envelope = self.document.envelope.as_ref().is_some_and(|envelope| envelope.schema == *name);
            // These are no types of their own: what is in them stands for them.
            if envelope || schema.kind.as_ref().is_some_and(is_object) && schema.stands_for.is_some() {
                continue;
            }
            let resource = schema.resource.clone().with_context(|| format!("{name}: x-tenable-resource is missing"))?;
            let description = schema.description.clone().with_context(|| format!("{name}: description is missing"))?;
            let kind = if schema.id {
                ensure!(kinds(schema).0 == Some(Kind::Integer), "{name}: x-tenable-id stands on an integer");
                Type::Id { name: name.clone(), description }
            } else if schema.by_hand {
                let values = schema.known_values.clone().unwrap_or_default();
                Type::ByHand { name: name.clone(), description, values }
            } else if let Some(object) = &schema.fields_of {
                ensure!(!schema.source.is_empty(), "{name}: x-tenable-source is missing");
                let fields = self.selected_fields(object, schema).with_context(|| name.clone())?;
                Type::Fields { name: name.clone(), description, source: schema.source.clone(), fields }
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

    /// The fields of an object that the legend names.
    fn selected_fields(&self, object: &str, schema: &Schema) -> Result<Vec<SelectedField>> {
        let object = self.object(object)?;
        ensure!(!schema.legend.is_empty(), "x-tenable-legend: missing");
        let mut fields = Vec::new();
        for (wire, legend) in &schema.legend {
            let field = object.fields.iter().find(|field| field.wire == *wire);
            let field = field.with_context(|| format!("x-tenable-legend: `{}` has no `{wire}`", object.name))?;
            fields.push(SelectedField {
                wire: wire.clone(),
                name: names::pascal(&field.name),
                description: field.description.clone(),
                legend: *legend,
            });
        }
        Ok(fields)
    }

    pub(super) fn object(&self, name: &str) -> Result<Object> {
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
        for at in 0..fields.len() {
            if let Some(with) = fields[at].with.clone() {
                let other = fields.iter().find(|field| field.wire == with);
                let other = other.with_context(|| format!("{name}: x-tenable-with: there is no `{with}`"))?;
                fields[at].with = Some(other.name.clone());
            }
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
            open: schema.additional_properties == Some(true),
            fields,
        })
    }

    pub(super) fn field(&self, wire: &str, schema: &Schema, required: bool) -> Result<Field> {
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
            repeated: false,
            description: schema.description.clone().unwrap_or_default(),
            source: schema.source.clone(),
            only: schema.only.clone(),
            with: schema.with.clone(),
            sent: schema.default.clone().filter(|_| schema.sent),
            scope: None,
            legacy: schema.legacy,
            since: schema.since.clone(),
            until: schema.until.clone(),
        })
    }

    pub(super) fn kind(&self, schema: &Schema) -> Result<FieldKind> {
        let referenced = schema.any_of.iter().flatten().chain([schema]).find_map(|schema| schema.reference.as_deref());
        if let Some(reference) = referenced {
            let name = component(reference)?;
            let target = self.schema(name)?;
            if let (Some(id), true) = (&target.stands_for, target.kind.as_ref().is_some_and(is_object)) {
                let only_id = target.properties.keys().eq(["id"]);
                ensure!(only_id, "{name}: x-tenable-as: its only property is `id`");
                ensure!(self.schema(id)?.id, "{name}: x-tenable-as: `{id}` is no id");
                return Ok(FieldKind::InObject(Box::new(FieldKind::Id(id.clone()))));
            }
            return Ok(match target {
                _ if target.by_hand => FieldKind::ByHand(name.to_owned()),
                _ if target.fields_of.is_some() => FieldKind::OpenEnum(name.to_owned()),
                _ if target.id => FieldKind::Id(name.to_owned()),
                _ if target.known_values.is_some() => FieldKind::OpenEnum(name.to_owned()),
                _ => FieldKind::Object(name.to_owned()),
            });
        }
        if schema.codec == Some(Codec::Json) {
            ensure!(schema.kind.is_none(), "x-tenable-codec: json stands on a schema without a type");
            return Ok(FieldKind::Json);
        }
        if let Some(meaning) = &schema.stands_for {
            return match kinds(schema).0 {
                Some(Kind::String) => self.in_string(meaning, schema),
                Some(Kind::Integer) => in_integer(meaning),
                _ => bail!("x-tenable-as: stands on a string, an integer or an object"),
            };
        }
        Ok(match kinds(schema).0 {
            Some(Kind::String) if schema.secret => FieldKind::Secret,
            Some(Kind::String) if schema.format.as_deref() == Some("date-time") => FieldKind::DateTime,
            Some(Kind::String) => FieldKind::Text,
            Some(Kind::Integer) if schema.secret => FieldKind::SecretNumber,
            _ if schema.secret => bail!("x-tenable-secret: stands on a string or an integer"),
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

    /// What a string stands for.
    fn in_string(&self, meaning: &str, schema: &Schema) -> Result<FieldKind> {
        // An optional minus in the pattern says that it may be negative.
        let negative = schema.pattern.as_ref().is_some_and(|pattern| pattern.contains("-?"));
        Ok(match meaning {
            "boolean" => FieldKind::InString(Box::new(FieldKind::Boolean)),
            "integer" if negative => FieldKind::InString(Box::new(FieldKind::Signed)),
            "integer" => FieldKind::InString(Box::new(FieldKind::Unsigned)),
            "unix_seconds" => FieldKind::UnixSeconds,
            id if self.schema(id).context("x-tenable-as")?.id => {
                FieldKind::InString(Box::new(FieldKind::Id(id.to_owned())))
            }
            other => bail!("x-tenable-as: `{other}` is none of boolean, integer, unix_seconds and the ids"),
        })
    }

    fn schema(&self, name: &str) -> Result<&Schema> {
        self.document.components.schemas.get(name).with_context(|| format!("no schema `{name}`"))
    }
}

/// What an integer stands for.
fn in_integer(meaning: &str) -> Result<FieldKind> {
    Ok(match meaning {
        "boolean" => FieldKind::ZeroOrOne,
        "unix_milliseconds" => FieldKind::UnixMilliseconds,
        other => bail!("x-tenable-as: `{other}` is none of boolean and unix_milliseconds"),
    })
}

/// Who uses which object schemas.
#[derive(Default)]
pub(super) struct Usage {
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

pub(super) fn component(reference: &str) -> Result<&str> {
    reference
        .strip_prefix("#/components/schemas/")
        .with_context(|| format!("$ref {reference}: only #/components/schemas/"))
}

pub(super) fn at_least_one(schema: &Schema) -> bool {
    schema.min_items.is_some_and(|least| least > 0)
}

fn is_object(kinds: &Kinds) -> bool {
    matches!(kinds, Kinds::One(Kind::Object))
}
