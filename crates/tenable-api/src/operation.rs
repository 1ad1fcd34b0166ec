use std::pin::Pin;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenable_model::Product;
use tenable_transport::Idempotency;

use crate::error::invalid_arguments;
use crate::{CallOptions, Client, Error, arguments};

/// One operation of a product: a value that knows how it is asked and how its answer is read.
///
/// Building and reading are pure: no I/O, no runtime. [`Client::execute`](crate::Client::execute) does the rest. The implementations
/// come with the SDK; what it does not know is sent with [`Client::send_raw`](crate::Client::send_raw).
///
/// ```
/// use tenable_api::Operation;
/// use tenable_api::identity_exposure::UpdateUser;
/// use tenable_model::identity_exposure::UserId;
///
/// let request = UpdateUser::new(UserId(7)).department("Identity").request()?;
/// assert_eq!(request.method(), "PATCH");
/// assert_eq!(request.uri(), "/api/users/7");
/// assert_eq!(request.body(), r#"{"department":"Identity"}"#);
/// # Ok::<(), tenable_api::Error>(())
/// ```
pub trait Operation: Sync {
    /// What a successful answer is read as.
    type Output: Send;

    /// What is known of the operation without running it.
    const META: &'static OperationMeta;

    /// The request, with a URI of path and query only; the client puts the product's address before it.
    ///
    /// Fails with [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when the arguments cannot make a correct request.
    fn request(&self) -> Result<Request<Bytes>, Error>;

    /// Reads a successful answer.
    fn parse(response: &Response<Bytes>) -> Result<Self::Output, Error>;

    /// Runs the operation by a client: one request, or more where its documentation says so.
    ///
    /// What [`Client::execute`](crate::Client::execute) and [`Call::send`](crate::Call::send) do.
    fn run(
        &self,
        client: &Client,
        options: CallOptions,
    ) -> impl Future<Output = Result<crate::Response<Self::Output>, Error>> + Send {
        client.exchange(self, options)
    }
}

/// An operation that lists: what one answer holds, and how to ask for the next.
pub trait ListOperation: Operation + Sized {
    /// An element of the list.
    type Item;

    /// Splits an answer into its elements and the request for the following page, if there is one.
    ///
    /// Fails when the answer is not the page that was asked for: to go on would lose elements or give some twice.
    fn page(&self, output: Self::Output) -> Result<(Vec<Self::Item>, Option<Self>), Error>;

    /// What tells an element from all others, where a server could give the same page twice.
    fn key(_item: &Self::Item) -> Option<String> {
        None
    }
}

/// What is known of an operation without running it; the row of the operation table.
#[derive(Debug)]
#[non_exhaustive]
pub struct OperationMeta {
    /// The product it belongs to.
    pub product: Product,
    /// Unique within the product: `users.update_user_roles`.
    pub id: &'static str,
    /// The resource: `users`.
    pub resource: &'static str,
    /// The method on the resource: `update_user_roles`.
    pub name: &'static str,
    /// One line on what it does.
    pub summary: &'static str,
    /// The rest of its documentation, as Markdown paragraphs.
    pub description: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path with its parameters in braces: `/api/users/{id}`.
    pub path: &'static str,
    /// Its path in another edition of the product, which a client chooses once: `/rest/tes/user/{id}`.
    pub twin: Option<&'static str>,
    /// When it may be sent again.
    pub idempotency: Idempotency,
    /// Whether it is sent without credentials.
    pub anonymous: bool,
    /// Documented status codes of success. Any 2xx is accepted.
    pub success: &'static [u16],
    /// Whether the answer is a secret that was asked for.
    pub reveals: bool,
    /// Whether running it may send other requests before and after its own; its documentation says which.
    pub conducted: bool,
    /// Its arguments: path parameters first, then those of the query, then the fields of the body.
    pub parameters: &'static [Parameter],
    /// Names of answer fields, at any depth, that hold secrets.
    pub secret_fields: &'static [&'static str],
    /// Where its facts come from.
    pub source: &'static str,
}

impl OperationMeta {
    /// Whether any argument is a secret.
    pub fn takes_secrets(&self) -> bool {
        fn any(parameters: &[Parameter]) -> bool {
            parameters.iter().any(|parameter| parameter.secret || any(parameter.kind.fields()))
        }
        any(self.parameters)
    }
}

/// One argument of an operation.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name on the wire: `lockedOut`.
    pub name: &'static str,
    /// Its name in Rust and Python: `locked_out`. Where only one value may be written, the method that writes it: `unlock`.
    pub field: &'static str,
    /// What it holds.
    pub kind: ParameterKind,
    /// Where it goes.
    pub location: Location,
    /// Whether the operation cannot be made without it.
    pub required: bool,
    /// Whether it may be null, which clears the field.
    pub nullable: bool,
    /// Whether it is a secret: never an argument of a command line, never shown.
    pub secret: bool,
    /// What it means.
    pub help: &'static str,
    /// The values it is known to take; others may be accepted.
    pub values: &'static [&'static str],
}

/// Making rows of the table, for generated code.
impl Parameter {
    pub(crate) const fn path(name: &'static str, kind: ParameterKind, help: &'static str) -> Self {
        Self { location: Location::Path, required: true, ..Self::body(name, kind, help) }
    }

    pub(crate) const fn query(name: &'static str, kind: ParameterKind, help: &'static str) -> Self {
        Self { location: Location::Query, ..Self::body(name, kind, help) }
    }

    /// The fields of a body that the contract does not know, where the product takes such.
    pub(crate) const EXTRA: Self = Self::body(
        "extra",
        ParameterKind::Json,
        "Further fields of the request, as one object; for what this release does not know.",
    );

    pub(crate) const fn option(name: &'static str, kind: ParameterKind, help: &'static str) -> Self {
        Self { location: Location::Client, ..Self::body(name, kind, help) }
    }

    pub(crate) const fn body(name: &'static str, kind: ParameterKind, help: &'static str) -> Self {
        Self {
            name,
            field: name,
            kind,
            location: Location::Body,
            required: false,
            nullable: false,
            secret: false,
            help,
            values: &[],
        }
    }

    /// Its name in Rust, where it is not the one on the wire.
    pub(crate) const fn field(self, field: &'static str) -> Self {
        Self { field, ..self }
    }

    pub(crate) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    pub(crate) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    pub(crate) const fn values(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }
}

/// Where an argument goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A field of the JSON body, or, for a body that is one array, the body itself.
    Body,
    /// Nowhere: it tells the client how to run the operation.
    Client,
}

/// What an argument holds.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ParameterKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// An id: a whole number that names something.
    Id,
    /// True or false.
    Boolean,
    /// A list of the kind.
    List(&'static Self),
    /// An object with these fields.
    Object(&'static [Parameter]),
    /// Any JSON.
    Json,
}

impl ParameterKind {
    /// The fields of an object, or of the objects of a list.
    pub const fn fields(&self) -> &'static [Parameter] {
        match self {
            Self::Object(fields) => fields,
            Self::List(kind) => kind.fields(),
            Self::Text | Self::Integer | Self::Id | Self::Boolean | Self::Json => &[],
        }
    }
}

/// An operation whose arguments and result are JSON, for callers that know its name only when they run: a terminal, a script.
///
/// Arguments are one object in wire names, path parameters included. They go through the same request struct as a typed call.
///
/// ```
/// use serde_json::json;
/// use tenable_api::identity_exposure;
///
/// let operation = identity_exposure::operation("users.details").expect("the operation exists");
/// let request = operation.request(json!({"id": 7}))?;
/// assert_eq!(request.uri(), "/api/users/7");
///
/// let error = operation.request(json!({"id": "whoami"})).unwrap_err();
/// assert!(error.to_string().contains("id"));
/// # Ok::<(), tenable_api::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct UntypedOperation {
    meta: &'static OperationMeta,
    check: fn(Value) -> Result<(), Error>,
    request: fn(Value) -> Result<Request<Bytes>, Error>,
    parse: fn(&Response<Bytes>) -> Result<Value, Error>,
    run: fn(Value, &Client, CallOptions) -> Run<'_>,
}

/// An untyped operation on its way.
type Run<'a> = Pin<Box<dyn Future<Output = Result<crate::Response<Value>, Error>> + Send + 'a>>;

impl UntypedOperation {
    /// The untyped face of the operation `O`.
    pub const fn of<O: Operation + DeserializeOwned + Send>() -> Self
    where
        O::Output: Serialize,
    {
        Self { meta: O::META, check: check::<O>, request: request::<O>, parse: parse::<O>, run: run::<O> }
    }

    /// What is known of the operation.
    pub const fn meta(&self) -> &'static OperationMeta {
        self.meta
    }

    /// Whether the arguments are of the right names and types. More than that is known when the request is made.
    pub fn check(&self, arguments: Value) -> Result<(), Error> {
        (self.check)(arguments)
    }

    /// The request for these arguments.
    pub fn request(&self, arguments: Value) -> Result<Request<Bytes>, Error> {
        (self.request)(arguments)
    }

    pub(crate) fn run<'a>(&self, arguments: Value, client: &'a Client, options: CallOptions) -> Run<'a> {
        (self.run)(arguments, client, options)
    }

    /// Reads a successful answer: leniently, and written again in the documented shape. Secrets are in it in plain text.
    pub fn parse(&self, response: &Response<Bytes>) -> Result<Value, Error> {
        (self.parse)(response)
    }
}

/// The operation that JSON arguments make: one object in wire names, path parameters included.
///
/// What [`UntypedOperation`] does with its arguments, for callers that want the typed answer all the same. Unknown names, what is missing,
/// and null where it means nothing are refused with [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput), and so are values of
/// another type; the error names the place.
///
/// ```
/// use serde_json::json;
/// use tenable_api::{Operation, from_arguments};
/// use tenable_api::identity_exposure::UpdateUser;
///
/// let update: UpdateUser = from_arguments(json!({"id": 7, "department": "Identity"}))?;
/// assert_eq!(update.request()?.uri(), "/api/users/7");
///
/// let error = from_arguments::<UpdateUser>(json!({"id": 7, "departement": "Identity"})).unwrap_err();
/// assert!(error.to_string().contains("`departement` is not an argument"), "{error}");
/// # Ok::<(), tenable_api::Error>(())
/// ```
#[expect(clippy::needless_pass_by_value, reason = "arguments are made for one call")]
pub fn from_arguments<O: Operation + DeserializeOwned>(arguments: Value) -> Result<O, Error> {
    arguments::check(O::META, &arguments)?;
    // By way of a text, from which answers are read as well: one way to read each type.
    let document = arguments.to_string();
    serde_json::from_str(&document).map_err(|error| invalid_arguments(O::META, &document, &error))
}

fn check<O: Operation + DeserializeOwned>(arguments: Value) -> Result<(), Error> {
    from_arguments::<O>(arguments).map(drop)
}

fn request<O: Operation + DeserializeOwned>(arguments: Value) -> Result<Request<Bytes>, Error> {
    from_arguments::<O>(arguments)?.request()
}

fn run<O: Operation + DeserializeOwned + Send>(arguments: Value, client: &Client, options: CallOptions) -> Run<'_>
where
    O::Output: Serialize,
{
    Box::pin(async move {
        let operation: O = from_arguments(arguments)?;
        let response = operation.run(client, options).await?;
        let value = serde_json::to_value(&response.value)
            .map_err(|error| Error::incomplete(O::META, response.status, &format!("the answer is no JSON: {error}")))?;
        Ok(response.map(|_| value))
    })
}

fn parse<O: Operation>(response: &Response<Bytes>) -> Result<Value, Error>
where
    O::Output: Serialize,
{
    let output = O::parse(response)?;
    serde_json::to_value(output).map_err(|error| Error::unreadable(O::META, response, None, error))
}
