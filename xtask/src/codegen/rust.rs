//! What the Rust emitters share: types, codecs, documentation comments, sample values.

use std::collections::BTreeMap;

use super::contract::{Contract, Field, FieldKind};
use super::document::{Legend, Source};

/// Where the names of the model's types are found.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    /// In the model itself, by their own names.
    Model,
    /// In another crate, behind `model::`.
    Api,
}

impl Scope {
    fn name(self, name: &str) -> String {
        // Types of all products stand at the root of the model.
        if name == "Uuid" {
            return name.to_owned();
        }
        match self {
            Self::Model => name.to_owned(),
            Self::Api => format!("model::{name}"),
        }
    }

    /// The type of a value of this kind.
    pub(crate) fn type_of(self, kind: &FieldKind) -> String {
        match kind {
            FieldKind::Text => "String".to_owned(),
            FieldKind::Secret | FieldKind::SecretNumber => "SecretString".to_owned(),
            FieldKind::Signed => "i64".to_owned(),
            FieldKind::Unsigned => "u64".to_owned(),
            FieldKind::Boolean | FieldKind::ZeroOrOne => "bool".to_owned(),
            FieldKind::Id(name) | FieldKind::OpenEnum(name) | FieldKind::Object(name) | FieldKind::ByHand(name) => {
                self.name(name)
            }
            FieldKind::List(item) => format!("Vec<{}>", self.type_of(item)),
            FieldKind::InString(kind) | FieldKind::InObject(kind) => self.type_of(kind),
            FieldKind::UnixSeconds | FieldKind::UnixMilliseconds | FieldKind::DateTime => "Timestamp".to_owned(),
            FieldKind::Json => "Value".to_owned(),
        }
    }

    /// The type of an argument that takes a value of this kind.
    pub(crate) fn argument(self, kind: &FieldKind) -> String {
        match kind {
            FieldKind::List(item) => format!("impl IntoIterator<Item = {}>", self.argument(item)),
            kind if taken_as_is(kind) => self.type_of(kind),
            _ => format!("impl Into<{}>", self.type_of(kind)),
        }
    }

    /// An expression that every argument of this kind accepts, for examples of a resource.
    pub(crate) fn sample(self, contract: &Contract, resource: &str, name: &str, kind: &FieldKind) -> String {
        match kind {
            FieldKind::Text => format!("{:?}", sample_text(contract, resource, name)),
            FieldKind::Secret => match name {
                "token" => "\"b1f0c2d4\"".to_owned(),
                "new_password" => "\"Copper-Lantern-77\"".to_owned(),
                "current_password" => "\"Amber-Meadow-19\"".to_owned(),
                _ => "\"Violet-Harbor-42\"".to_owned(),
            },
            FieldKind::SecretNumber => "\"314159\"".to_owned(),
            FieldKind::InString(kind) | FieldKind::InObject(kind) => self.sample(contract, resource, name, kind),
            FieldKind::UnixSeconds | FieldKind::UnixMilliseconds | FieldKind::DateTime => {
                "Timestamp::from_unix_seconds(1_785_585_600)?".to_owned()
            }
            FieldKind::Json => "serde_json::json!({})".to_owned(),
            FieldKind::ByHand(kind) => match kind.as_str() {
                "UserKey" => format!("{}(7)", self.name("UserId")),
                "OrganizationKey" => format!("{}(2)", self.name("OrganizationId")),
                "GroupKey" => format!("{}(2)", self.name("GroupId")),
                "PredefinedRole" => format!("{}::Standard", self.name(kind)),
                // Stands in a variable, which `hidden` declares.
                "Uuid" | "RoleAssignment" => name.to_owned(),
                "AddressList" => "\"192.0.2.0/24\"".to_owned(),
                _ => "19".to_owned(),
            },
            FieldKind::Signed | FieldKind::Unsigned => "300".to_owned(),
            FieldKind::Boolean | FieldKind::ZeroOrOne => "true".to_owned(),
            FieldKind::Id(id) if id == "UserId" => "7".to_owned(),
            FieldKind::Id(_) => "2".to_owned(),
            FieldKind::OpenEnum(name) => format!("{:?}", contract.values(name).first().copied().unwrap_or("value")),
            FieldKind::List(item) => format!("[{}]", self.sample(contract, resource, name, item)),
            FieldKind::Object(object) => {
                let fields = contract.object(object).map_or(&[][..], |object| &object.fields);
                let arguments: Vec<String> = constructor_fields(fields)
                    .map(|field| self.sample(contract, resource, &field.name, &field.kind))
                    .collect();
                format!("{}::new({})", self.name(object), arguments.join(", "))
            }
        }
    }
}

/// A text for examples, by what it is and by the resource that it is of.
pub(crate) fn sample_text(contract: &Contract, resource: &str, name: &str) -> &'static str {
    match name {
        "username" if contract.product == "vulnerability_management" => "ann@example.com",
        "name" => match resource {
            "current_user" => "theme",
            "groups" => "Operations",
            "organizations" => "Antwerp",
            "permissions" => "Scan the network",
            "profiles" => "Europe",
            "roles" => "Auditor",
            _ => "Ann",
        },
        "value" => "dark",
        "privileges" => "TIO_BACKEND.ACCESS_CONTROL.READ",
        "sms_phone" => "+12025550143",
        "email" => "ann@example.com",
        "username" => "ann",
        "description" => "Reads everything",
        "entity_name" => "dashboard",
        "action" => "read",
        _ => "text",
    }
}

pub(crate) const SAMPLE_UUID: &str = "7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d";

/// The line of an example that declares the sample of a field, where that is a variable.
pub(crate) fn hidden(field: &Field) -> Option<String> {
    match &field.kind {
        FieldKind::ByHand(kind) if kind == "Uuid" || kind == "RoleAssignment" => {
            let name = &field.name;
            Some(format!("# let {name}: tenable_model::Uuid = \"{SAMPLE_UUID}\".parse().unwrap();"))
        }
        _ => None,
    }
}

/// The text that a sample gives in a path or a query.
pub(crate) fn address_sample(contract: &Contract, resource: &str, field: &Field) -> String {
    match &field.kind {
        _ if field.scope.is_some() => "7".to_owned(),
        FieldKind::ByHand(kind) if kind == "UserKey" => "7".to_owned(),
        FieldKind::ByHand(kind) if kind == "OrganizationKey" || kind == "GroupKey" => "2".to_owned(),
        FieldKind::ByHand(kind) if kind == "Uuid" => SAMPLE_UUID.to_owned(),
        kind => Scope::Api.sample(contract, resource, &field.name, kind).trim_matches('"').to_owned(),
    }
}

/// Whether an argument of this kind has the type of the field, instead of one that becomes it.
fn taken_as_is(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Signed
        | FieldKind::Unsigned
        | FieldKind::Boolean
        | FieldKind::ZeroOrOne
        | FieldKind::Object(_)
        | FieldKind::UnixSeconds
        | FieldKind::UnixMilliseconds
        | FieldKind::DateTime => true,
        FieldKind::InString(kind) | FieldKind::InObject(kind) => taken_as_is(kind),
        _ => false,
    }
}

/// `value.into()`, or what else turns an argument into a value of this kind.
pub(crate) fn converted(name: &str, kind: &FieldKind) -> String {
    match kind {
        FieldKind::List(item) if taken_as_is(item) => format!("{name}.into_iter().collect()"),
        FieldKind::List(_) => format!("{name}.into_iter().map(Into::into).collect()"),
        kind if taken_as_is(kind) => name.to_owned(),
        _ => format!("{name}.into()"),
    }
}

/// The codec by which a value of this kind stands in JSON.
pub(crate) fn codec(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text => "Text".to_owned(),
        FieldKind::Secret => "Secret".to_owned(),
        FieldKind::Signed | FieldKind::Unsigned => "Number".to_owned(),
        FieldKind::Boolean => "Boolean".to_owned(),
        FieldKind::Id(_) | FieldKind::OpenEnum(_) | FieldKind::Object(_) | FieldKind::ByHand(_) | FieldKind::Json => {
            "AsIs".to_owned()
        }
        FieldKind::List(item) => format!("Each<{}>", codec(item)),
        FieldKind::InString(kind) if **kind == FieldKind::Boolean => "BooleanText".to_owned(),
        FieldKind::InString(_) => "NumberText".to_owned(),
        FieldKind::ZeroOrOne => "BooleanNumber".to_owned(),
        FieldKind::UnixSeconds => "UnixSecondsText".to_owned(),
        FieldKind::UnixMilliseconds => "UnixMilliseconds".to_owned(),
        FieldKind::DateTime => "Rfc3339".to_owned(),
        FieldKind::SecretNumber => "SecretNumber".to_owned(),
        FieldKind::InObject(kind) => format!("InObject<{}>", codec(kind)),
    }
}

/// The codec of a kind that does not stand in JSON as serde would write it.
pub(crate) fn special_codec(kind: &FieldKind) -> Option<String> {
    fn is_special(kind: &FieldKind) -> bool {
        match kind {
            FieldKind::InString(_)
            | FieldKind::InObject(_)
            | FieldKind::ZeroOrOne
            | FieldKind::UnixSeconds
            | FieldKind::UnixMilliseconds
            | FieldKind::DateTime
            | FieldKind::SecretNumber => true,
            FieldKind::List(item) => is_special(item),
            _ => false,
        }
    }
    is_special(kind).then(|| codec(kind))
}

/// The fields that a constructor takes.
pub(crate) fn constructor_fields(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| field.required && !field.nullable)
}

/// Whether a value of this kind holds a secret.
pub(crate) fn holds_secret(contract: &Contract, kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Secret | FieldKind::SecretNumber => true,
        FieldKind::List(item) => holds_secret(contract, item),
        FieldKind::Object(name) => contract
            .object(name)
            .is_some_and(|object| object.fields.iter().any(|field| holds_secret(contract, &field.kind))),
        _ => false,
    }
}

/// Paragraphs as documentation comment lines, wrapped.
pub(crate) fn doc(indent: usize, paragraphs: &[&str]) -> String {
    let margin = format!("{}///", " ".repeat(indent));
    let width = 130 - margin.len() - 1;
    let mut lines = Vec::new();
    for paragraph in
        paragraphs.iter().flat_map(|text| text.split("\n\n")).map(str::trim).filter(|text| !text.is_empty())
    {
        if !lines.is_empty() {
            lines.push(margin.clone());
        }
        for line in wrapped(paragraph, width) {
            lines.push(format!("{margin} {line}"));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().map(|line| line.chars().count()).unwrap_or_default();
        if line > 0 && line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Lines of an example, as documentation comment.
pub(crate) fn example(indent: usize, attribute: &str, lines: &[String]) -> String {
    let margin = format!("{}///", " ".repeat(indent));
    let mut text = format!("{margin}\n{margin} ```{attribute}\n");
    for line in lines {
        text.push_str(format!("{margin} {line}").trim_end());
        text.push('\n');
    }
    text + &margin + " ```\n"
}

/// `Source: seed, vendor.`
pub(crate) fn sources(sources: &[Source]) -> String {
    let names: Vec<&str> = sources
        .iter()
        .map(|source| match source {
            Source::Seed => "published documentation",
            Source::Vendor => "vendor's API documentation",
            Source::Vendor2021 => "vendor's API description of 2021",
            Source::Documentation => "product documentation",
            Source::Client => "source of an existing client",
            Source::Recorded => "recorded traffic",
            Source::Community => "community reports",
            Source::Inferred => "inferred",
        })
        .collect();
    format!("Source: {}.", names.join(", "))
}

/// What a field's documentation says besides its description.
pub(crate) fn field_doc(field: &Field) -> String {
    let mut text = field.description.clone();
    if field.legacy {
        text.push_str(" Not sent unless it is set.");
    }
    text.push_str(&versions(field.since.as_deref(), field.until.as_deref()));
    if !field.source.is_empty() {
        text.push(' ');
        text.push_str(&sources(&field.source));
    }
    text
}

/// When a field comes with an answer.
pub(crate) fn legend(legend: Legend) -> &'static str {
    match legend {
        Legend::Always => "always",
        Legend::Default => "when no fields are named",
        Legend::Request => "on request",
        Legend::RequestNotAdministrator => "on request, not for administrators",
    }
}

/// ` Documented since 3.1, until 2021.`, or nothing.
pub(crate) fn versions(since: Option<&str>, until: Option<&str>) -> String {
    match (since, until) {
        (Some(since), Some(until)) => format!(" Documented from {since} to {until}."),
        (Some(since), None) => format!(" Documented since {since}."),
        (None, Some(until)) => format!(" Documented until {until}."),
        (None, None) => String::new(),
    }
}

/// A text as a literal of Rust, broken into lines that a person can read.
pub(crate) fn literal(text: &str) -> String {
    const WIDTH: usize = 90;
    if text.len() <= WIDTH {
        return format!("{text:?}");
    }
    let mut lines = Vec::new();
    for (number, paragraph) in text.split("\n\n").enumerate() {
        let mut wrapped: Vec<String> = wrapped(paragraph, WIDTH).iter().map(|line| escaped(line)).collect();
        if number > 0 {
            wrapped[0].insert_str(0, "\\n\\n");
        }
        // The blank between two words stands at the end of the first line: what follows a `\\` is skipped.
        let last = wrapped.len() - 1;
        wrapped[..last].iter_mut().for_each(|line| line.push(' '));
        lines.append(&mut wrapped);
    }
    format!("\"{}\"", lines.join("\\\n             "))
}

fn escaped(line: &str) -> String {
    let quoted = format!("{line:?}");
    quoted[1..quoted.len() - 1].to_owned()
}

/// A comment on where a generated file comes from.
pub(crate) fn preamble(spec: &str) -> String {
    format!("// Generated by `cargo xtask codegen` from {spec}; do not edit by hand.\n\n")
}

/// Code whose string literals are empty: words in them name nothing, but for the paths in the attributes of serde.
fn without_literals(code: &str) -> String {
    let (mut text, mut inside, mut path, mut escaped) = (String::new(), false, false, false);
    for character in code.chars() {
        let quote = character == '"' && !escaped;
        escaped = inside && character == '\\' && !escaped;
        if quote {
            path = !inside && text.ends_with("with = ");
            inside = !inside;
        }
        if quote || path || !inside {
            text.push(character);
        }
    }
    text
}

/// `use` lines: `always`, and those of the candidates that the text uses. Other crates first, then this one.
pub(crate) fn imports(candidates: &[(&str, &str)], always: &[(&str, &str)], text: &str) -> String {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let text = without_literals(&code.join("\n"));
    let used = |name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let end = at + name.len();
            // A variant of an enum may have the name of a type.
            let declared = text[end..].starts_with(" = \"");
            !text[..at].ends_with(|c| word(c) || c == ':') && !text[end..].starts_with(word) && !declared
        })
    };
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, name) in always.iter().chain(candidates.iter().filter(|(_, name)| used(name))) {
        groups.entry(path).or_default().push(name);
    }
    let ours = |path: &str| path.starts_with("crate") || path.starts_with("super");
    let line = |(path, names): (&&str, &Vec<&str>)| match names.as_slice() {
        [name] => format!("use {path}::{name};\n"),
        names => format!("use {path}::{{{}}};\n", names.join(", ")),
    };
    let foreign: String = groups.iter().filter(|(path, _)| !ours(path)).map(line).collect();
    let own: String = groups.iter().filter(|(path, _)| ours(path)).map(line).collect();
    if foreign.is_empty() || own.is_empty() { foreign + &own } else { foreign + "\n" + &own }
}
