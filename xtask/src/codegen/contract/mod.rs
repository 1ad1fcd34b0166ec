//! The contract as the emitters want it: references resolved, rules of `spec/README.md` checked, names chosen.

mod operations;
mod schemas;

use anyhow::{Context as _, Result, bail, ensure};
use indexmap::IndexMap;

use super::document::{Document, Idempotency, Legend, Method, Only, Source};

/// One product.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) product: String,
    pub(crate) command: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Whether every answer stands in an envelope.
    pub(crate) enveloped: bool,
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
    Id {
        name: String,
        description: String,
    },
    OpenEnum {
        name: String,
        description: String,
        source: Vec<Source>,
        values: IndexMap<String, String>,
    },
    /// The fields of an object, for field selection.
    Fields {
        name: String,
        description: String,
        source: Vec<Source>,
        fields: Vec<SelectedField>,
    },
    /// Stands in the model already.
    ByHand {
        name: String,
        description: String,
        /// Values that are known to be used, with their meaning.
        values: IndexMap<String, String>,
    },
    Object(Object),
}

/// A field that an answer can be asked for.
#[derive(Debug)]
pub(crate) struct SelectedField {
    pub(crate) wire: String,
    /// Name of the variant.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) legend: Legend,
}

#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) source: Vec<Source>,
    pub(crate) read: bool,
    pub(crate) written: bool,
    /// A request that may have fields beyond these.
    pub(crate) open: bool,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, Default)]
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
    /// A list in the query whose elements each repeat the name.
    pub(crate) repeated: bool,
    pub(crate) description: String,
    pub(crate) source: Vec<Source>,
    pub(crate) only: Option<Only>,
    /// The field that must be set together with this one, by its name in Rust.
    pub(crate) with: Option<String>,
    /// What is sent when it is not set, as it stands on the wire.
    pub(crate) sent: Option<serde_json::Value>,
    /// Of a path parameter: the wire name of the other half of the address.
    pub(crate) scope: Option<String>,
    pub(crate) legacy: bool,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum FieldKind {
    #[default]
    Text,
    Secret,
    Signed,
    Unsigned,
    Boolean,
    Id(String),
    OpenEnum(String),
    Object(String),
    List(Box<Self>),
    /// A number, an id or a boolean that stands in a string.
    InString(Box<Self>),
    /// A boolean that is 0 or 1.
    ZeroOrOne,
    /// Seconds since 1970 in a string.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMilliseconds,
    /// A date with its time, as text.
    DateTime,
    /// A secret that is a number.
    SecretNumber,
    /// An id that stands in an object of its own.
    InObject(Box<Self>),
    /// Any JSON.
    Json,
    /// A type of the model that is written by hand.
    ByHand(String),
}

#[derive(Clone, Debug)]
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
    /// Its path in another edition of the product.
    pub(crate) twin: Option<String>,
    pub(crate) idempotency: Idempotency,
    pub(crate) anonymous: bool,
    pub(crate) deprecated: bool,
    pub(crate) reveals: bool,
    pub(crate) source: Vec<Source>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
    pub(crate) segments: Vec<Field>,
    pub(crate) query: Vec<Field>,
    /// The path parameter and the other field that are one address.
    pub(crate) address: Option<Address>,
    /// Whether hand-written code looks at the request first.
    pub(crate) check: bool,
    /// Whether hand-written code runs it.
    pub(crate) conduct: bool,
    /// Arguments for that code, which are not sent.
    pub(crate) options: Vec<Field>,
    /// The only property of the answer, which stands for it.
    pub(crate) member: Option<String>,
    pub(crate) body: Body,
    pub(crate) output: Output,
    pub(crate) success: Statuses,
    pub(crate) errors: Statuses,
}

/// Status and description, in the order of the document.
pub(crate) type Statuses = Vec<(u16, String)>;

/// A path parameter that names something only together with another field.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// The hand-written type of the two: `UserAddress`.
    pub(crate) kind: String,
    /// Name of the path parameter in Rust.
    pub(crate) key: String,
    /// Name of the other field in Rust.
    pub(crate) scope: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    None,
    /// The fields become fields of the request struct.
    Object(Object),
    /// As `Object`, not sent when no field is set.
    Optional(Object),
    /// As `Object`, sent as an array of that one object.
    One(Object),
    /// One field holds the array.
    Array {
        argument: Field,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Nothing,
    Value(FieldKind),
    /// The single element of an array.
    One(FieldKind),
    Optional(FieldKind),
    /// One page of a list, by its element.
    Page(FieldKind),
}

impl Contract {
    /// Reads and checks a document. `file` names it in errors.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self> {
        let document: Document =
            serde_saphyr::from_str(text).map_err(|error| anyhow::anyhow!("{file}: {}", error.to_string().trim()))?;
        Reader { document: &document }.contract().with_context(|| file.to_owned())
    }

    /// All types, in order.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        self.resources.iter().flat_map(|resource| &resource.types)
    }

    /// All operations, in order.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&Resource, &Operation)> {
        self.resources
            .iter()
            .flat_map(|resource| resource.operations.iter().map(move |operation| (resource, operation)))
    }

    /// The object type of this name.
    pub(crate) fn object(&self, name: &str) -> Option<&Object> {
        self.types().find_map(|kind| match kind {
            Type::Object(object) if object.name == name => Some(object),
            _ => None,
        })
    }

    /// The known values of the open enum of this name.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let found = self.types().find_map(|kind| match kind {
            Type::OpenEnum { name: other, values, .. } if other == name => {
                Some(values.keys().map(String::as_str).collect())
            }
            Type::ByHand { name: other, values, .. } if other == name => {
                Some(values.keys().map(String::as_str).collect())
            }
            Type::Fields { name: other, fields, .. } if other == name => {
                Some(fields.iter().map(|field| field.wire.as_str()).collect())
            }
            _ => None,
        });
        found.unwrap_or_default()
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
            enveloped: document.envelope.is_some(),
            resources,
        })
    }
}

/// Takes out what belongs to a resource.
fn take<T>(list: &mut Vec<(String, T)>, resource: &str) -> Vec<T> {
    list.extract_if(.., |(name, _)| name == resource).map(|(_, value)| value).collect()
}
