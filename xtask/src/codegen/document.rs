//! The contract as it stands in the file: strict structs for the subset of OpenAPI that `spec/README.md` describes.

use indexmap::IndexMap;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) openapi: String,
    #[serde(rename = "x-tenable-product")]
    pub(crate) product: String,
    #[serde(rename = "x-tenable-command")]
    pub(crate) command: String,
    #[serde(rename = "x-tenable-envelope")]
    pub(crate) envelope: Option<Envelope>,
    pub(crate) info: Info,
    #[serde(rename = "servers")]
    pub(crate) _servers: Vec<serde_json::Value>,
    #[serde(rename = "security")]
    pub(crate) _security: Vec<serde_json::Value>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) paths: IndexMap<String, IndexMap<Method, Operation>>,
    pub(crate) components: Components,
}

/// What is around every answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Envelope {
    pub(crate) schema: String,
    pub(crate) payload: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Info {
    pub(crate) title: String,
    #[serde(rename = "version")]
    pub(crate) _version: String,
    #[serde(rename = "summary")]
    pub(crate) _summary: Option<String>,
    pub(crate) description: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) description: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operation {
    #[serde(rename = "operationId")]
    pub(crate) id: String,
    pub(crate) tags: Vec<String>,
    pub(crate) summary: String,
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) deprecated: bool,
    pub(crate) security: Option<Vec<serde_json::Value>>,
    #[serde(default)]
    pub(crate) parameters: Vec<Parameter>,
    #[serde(rename = "requestBody")]
    pub(crate) request_body: Option<RequestBody>,
    pub(crate) responses: IndexMap<String, Response>,
    #[serde(rename = "x-tenable-request")]
    pub(crate) request: String,
    #[serde(rename = "x-tenable-idempotency")]
    pub(crate) idempotency: Idempotency,
    #[serde(rename = "x-tenable-source")]
    pub(crate) source: Vec<Source>,
    #[serde(rename = "x-tenable-note")]
    pub(crate) note: Option<String>,
    #[serde(rename = "x-tenable-example")]
    pub(crate) example: Option<String>,
    #[serde(rename = "x-tenable-argument")]
    pub(crate) argument: Option<String>,
    #[serde(rename = "x-tenable-one")]
    pub(crate) one: Option<One>,
    #[serde(rename = "x-tenable-variants", default)]
    pub(crate) variants: Vec<Variant>,
    #[serde(rename = "x-tenable-without", default)]
    pub(crate) without: Vec<String>,
    #[serde(rename = "x-tenable-twin")]
    pub(crate) twin: Option<String>,
    #[serde(rename = "x-tenable-check", default)]
    pub(crate) check: bool,
    #[serde(rename = "x-tenable-conduct", default)]
    pub(crate) conduct: bool,
    #[serde(rename = "x-tenable-options", default)]
    pub(crate) options: IndexMap<String, Schema>,
    #[serde(rename = "x-tenable-reply")]
    pub(crate) reply: Option<Reply>,
    #[serde(rename = "x-tenable-reveals", default)]
    pub(crate) reveals: bool,
    #[serde(rename = "x-tenable-since")]
    pub(crate) since: Option<String>,
    #[serde(rename = "x-tenable-until")]
    pub(crate) until: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct One {
    #[serde(rename = "operationId")]
    pub(crate) id: String,
    pub(crate) request: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) example: Option<String>,
}

/// Another operation on the same endpoint, which takes other arguments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variant {
    #[serde(rename = "operationId")]
    pub(crate) id: String,
    pub(crate) request: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) takes: Vec<String>,
    #[serde(default)]
    pub(crate) requires: Vec<String>,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) example: Option<String>,
    pub(crate) note: Option<String>,
    #[serde(default)]
    pub(crate) paging: bool,
    #[serde(default)]
    pub(crate) check: bool,
    #[serde(default)]
    pub(crate) conduct: bool,
    #[serde(default)]
    pub(crate) options: IndexMap<String, Schema>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    Optional,
    Ignored,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Idempotency {
    Read,
    Idempotent,
    Removal,
    Once,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    Seed,
    Vendor,
    #[serde(rename = "vendor_2021")]
    Vendor2021,
    Documentation,
    Client,
    Recorded,
    Community,
    Inferred,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) location: Location,
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) description: String,
    pub(crate) schema: Schema,
    pub(crate) style: Option<Style>,
    pub(crate) explode: Option<bool>,
    #[serde(rename = "x-tenable-name")]
    pub(crate) name_in_rust: Option<String>,
    #[serde(rename = "x-tenable-scope")]
    pub(crate) scope: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Location {
    Path,
    Query,
}

/// How a list stands in the query; `form` without `explode` is comma separated, with it the parameter is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Style {
    Form,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestBody {
    pub(crate) required: bool,
    pub(crate) content: Content,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    #[serde(rename = "application/json")]
    pub(crate) json: MediaType,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MediaType {
    pub(crate) schema: Schema,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Response {
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) content: Option<Content>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Components {
    #[serde(rename = "securitySchemes")]
    pub(crate) _security_schemes: IndexMap<String, serde_json::Value>,
    #[serde(default)]
    pub(crate) responses: IndexMap<String, Response>,
    pub(crate) schemas: IndexMap<String, Schema>,
}

/// A schema: of a component, a property, an array's items or a parameter. Which keys may stand where is checked by the contract.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Schema {
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    #[serde(rename = "anyOf")]
    pub(crate) any_of: Option<Vec<Self>>,
    #[serde(rename = "allOf")]
    pub(crate) all_of: Option<Vec<Self>>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Kinds>,
    pub(crate) description: Option<String>,
    pub(crate) items: Option<Box<Self>>,
    pub(crate) required: Vec<String>,
    pub(crate) properties: IndexMap<String, Self>,
    #[serde(rename = "additionalProperties")]
    pub(crate) additional_properties: Option<bool>,
    #[serde(rename = "enum")]
    pub(crate) values: Option<Vec<serde_json::Value>>,
    pub(crate) format: Option<String>,
    pub(crate) default: Option<serde_json::Value>,
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
    #[serde(rename = "minLength")]
    pub(crate) min_length: Option<u64>,
    #[serde(rename = "minItems")]
    pub(crate) min_items: Option<u64>,
    pub(crate) pattern: Option<String>,
    pub(crate) deprecated: bool,
    #[serde(rename = "writeOnly")]
    pub(crate) write_only: bool,
    #[serde(rename = "x-tenable-resource")]
    pub(crate) resource: Option<String>,
    #[serde(rename = "x-tenable-source")]
    pub(crate) source: Vec<Source>,
    #[serde(rename = "x-tenable-id")]
    pub(crate) id: bool,
    #[serde(rename = "x-tenable-values")]
    pub(crate) known_values: Option<IndexMap<String, String>>,
    #[serde(rename = "x-tenable-name")]
    pub(crate) name: Option<String>,
    #[serde(rename = "x-tenable-codec")]
    pub(crate) codec: Option<Codec>,
    #[serde(rename = "x-tenable-as")]
    pub(crate) stands_for: Option<String>,
    #[serde(rename = "x-tenable-type")]
    pub(crate) by_hand: bool,
    #[serde(rename = "x-tenable-fields-of")]
    pub(crate) fields_of: Option<String>,
    #[serde(rename = "x-tenable-legend")]
    pub(crate) legend: IndexMap<String, Legend>,
    #[serde(rename = "x-tenable-with")]
    pub(crate) with: Option<String>,
    #[serde(rename = "x-tenable-sent")]
    pub(crate) sent: bool,
    #[serde(rename = "x-tenable-secret")]
    pub(crate) secret: bool,
    #[serde(rename = "x-tenable-only")]
    pub(crate) only: Option<Only>,
    #[serde(rename = "x-tenable-legacy")]
    pub(crate) legacy: bool,
    #[serde(rename = "x-tenable-since")]
    pub(crate) since: Option<String>,
    #[serde(rename = "x-tenable-until")]
    pub(crate) until: Option<String>,
}

/// One type, or several of which one is null.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Kinds {
    One(Kind),
    Several(Vec<Kind>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Integer,
    Boolean,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Codec {
    Text,
    Json,
}

/// When a field comes with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Legend {
    Always,
    Default,
    Request,
    RequestNotAdministrator,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Only {
    pub(crate) value: bool,
    pub(crate) method: String,
}
