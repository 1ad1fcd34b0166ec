//! The operations of all products with answers that are ready to become Python objects.

use std::pin::Pin;

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenable_api::model::Product;
use tenable_api::model::security_center::Page;
use tenable_api::{Call, CallOptions, Client, Error, ListOperation, OperationMeta, Response, from_arguments};

use crate::items::Items;
use crate::objects::Model;

/// An answer that becomes a Python object once the interpreter is attached.
pub(crate) type Answer = Box<dyn for<'py> FnOnce(Python<'py>) -> PyResult<Bound<'py, PyAny>> + Send>;

/// An operation on its way.
pub(crate) type Run<'a> = Pin<Box<dyn Future<Output = Result<Response<Answer>, Error>> + Send + 'a>>;

/// A list on its way, page by page; each answer is an [`Items`].
pub(crate) type Pages = Pin<Box<dyn Stream<Item = Result<Response<Answer>, Error>> + Send>>;

/// One operation of a product. Arguments are JSON in wire names and pass the checks of `tenable_api::from_arguments`.
pub(crate) struct Operation {
    /// What is known of it without running it.
    pub(crate) meta: &'static OperationMeta,
    /// Runs it.
    pub(crate) run: for<'a> fn(Value, &'a Client) -> Run<'a>,
    /// Lists page by page, where the operation lists.
    pub(crate) pages: Option<fn(Value, Client) -> Pages>,
}

impl Operation {
    /// One that gives all that it gives at once.
    pub(crate) const fn of<O>() -> Self
    where
        O: tenable_api::Operation + DeserializeOwned + Send,
        O::Output: Output,
    {
        Self { meta: O::META, run: run::<O>, pages: None }
    }

    /// One that lists.
    pub(crate) const fn list<O>() -> Self
    where
        O: ListOperation + DeserializeOwned + Send + Sync + 'static,
        O::Output: Output,
        O::Item: Model,
    {
        Self { pages: Some(pages::<O>), ..Self::of::<O>() }
    }
}

/// The operation of this id, such as `users.update_user_roles`.
pub(crate) fn operation(product: Product, id: &str) -> Option<&'static Operation> {
    let operations = match product {
        Product::IdentityExposure => crate::identity_exposure::OPERATIONS,
        Product::SecurityCenter => crate::security_center::OPERATIONS,
        Product::VulnerabilityManagement => crate::vulnerability_management::OPERATIONS,
        _ => &[],
    };
    operations.iter().find(|operation| operation.meta.id == id)
}

fn run<O>(arguments: Value, client: &Client) -> Run<'_>
where
    O: tenable_api::Operation + DeserializeOwned + Send,
    O::Output: Output,
{
    Box::pin(async move {
        let operation: O = from_arguments(arguments)?;
        Ok(operation.run(client, CallOptions::default()).await?.map(answer))
    })
}

fn pages<O>(arguments: Value, client: Client) -> Pages
where
    O: ListOperation + DeserializeOwned + Send + Sync + 'static,
    O::Output: Output,
    O::Item: Model,
{
    match from_arguments::<O>(arguments) {
        Ok(operation) => Call::new(client, operation).pages_with_response().map_ok(|page| page.map(answer)).boxed(),
        Err(error) => stream::once(std::future::ready(Err(error))).boxed(),
    }
}

fn answer<T: Output>(value: T) -> Answer {
    Box::new(|py| value.into_python(py))
}

/// What an operation gives, on its way to Python.
pub(crate) trait Output: Send + 'static {
    /// The value as Python has it, without a copy of what it holds.
    fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>>;
}

impl Output for () {
    fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        Ok(py.None().into_bound(py))
    }
}

impl<T: Output> Output for Option<T> {
    fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Some(value) => value.into_python(py),
            None => Ok(py.None().into_bound(py)),
        }
    }
}

impl<M: Model> Output for Vec<M> {
    fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        Ok(Bound::new(py, Items::of(self))?.into_any())
    }
}

impl<M: Model> Output for Page<M> {
    fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let page = crate::security_center::Page::new(py, self)?;
        Ok(Bound::new(py, page)?.into_any())
    }
}
