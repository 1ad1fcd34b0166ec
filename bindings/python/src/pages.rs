//! Lists that are fetched page by page, while Python asks for their elements.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use pyo3::exceptions::{PyRuntimeError, PyStopAsyncIteration, PyStopIteration};
use pyo3::prelude::*;
use pyo3::types::PyIterator;
use tenable_api::model::Product;
use tenable_api::{Error, Response};

use crate::errors::exception;
use crate::operations::Answer;
use crate::response::{OnResponse, ResponseInfo};
use crate::runtime::{awaitable, wait_for_more};

type Page = Result<Response<Answer>, Error>;
type Stream = BoxStream<'static, Page>;

/// The pages still to come.
pub(crate) struct Pages {
    product: Product,
    operation: &'static str,
    on_response: OnResponse,
    /// Taken while a page is fetched, so that two threads cannot fetch at once.
    stream: Arc<Mutex<Option<Stream>>>,
    /// What is left of the page at hand.
    page: Mutex<Option<Py<PyIterator>>>,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("product", &self.product).finish_non_exhaustive()
    }
}

impl Pages {
    pub(crate) fn new(product: Product, operation: &'static str, on_response: OnResponse, stream: Stream) -> Self {
        Self { product, operation, on_response, stream: Arc::new(Mutex::new(Some(stream))), page: Mutex::default() }
    }

    /// The next element of the page at hand.
    fn at_hand<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let page = lock(&self.page).as_ref().map(|page| page.clone_ref(py));
        page.and_then(|page| page.into_bound(py).next()).transpose()
    }

    fn take(&self) -> PyResult<Stream> {
        lock(&self.stream)
            .take()
            .ok_or_else(|| PyRuntimeError::new_err("another thread or task is at this iterator: give each its own"))
    }

    fn turn(&self, py: Python<'_>, page: Page) -> PyResult<()> {
        let page = page.map_err(|error| exception(py, self.product, &error))?;
        let (elements, info) = ResponseInfo::split(self.operation, page);
        let elements = elements(py)?.try_iter()?.unbind();
        *lock(&self.page) = Some(elements);
        // Whoever catches what this raises may go on with the page.
        self.on_response.tell(py, info)
    }
}

/// Puts the stream back when the fetch is over, also when it is cancelled.
struct Loan {
    stream: Option<Stream>,
    owner: Arc<Mutex<Option<Stream>>>,
}

impl Drop for Loan {
    fn drop(&mut self) {
        *lock(&self.owner) = self.stream.take();
    }
}

impl Loan {
    async fn next(&mut self) -> Option<Page> {
        match &mut self.stream {
            Some(stream) => stream.next().await,
            None => None,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An iterator over the elements of a list.
#[pyclass(frozen, module = "tenable_api._native")]
#[derive(Debug)]
pub(crate) struct Elements(Pages);

impl Elements {
    pub(crate) fn new(pages: Pages) -> Self {
        Self(pages)
    }
}

#[pymethods]
impl Elements {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let pages = &self.0;
        loop {
            if let Some(element) = pages.at_hand(py)? {
                return Ok(Some(element));
            }
            let mut loan = Loan { stream: Some(pages.take()?), owner: pages.stream.clone() };
            match wait_for_more(py, loan.next())? {
                None => return Ok(None),
                Some(page) => pages.turn(py, page)?,
            }
        }
    }
}

/// An asynchronous iterator over the elements of a list.
#[pyclass(frozen, module = "tenable_api._native")]
#[derive(Debug)]
pub(crate) struct AsyncElements(Arc<Pages>);

impl AsyncElements {
    pub(crate) fn new(pages: Pages) -> Self {
        Self(Arc::new(pages))
    }
}

#[pymethods]
impl AsyncElements {
    fn __aiter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __anext__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(element) = self.0.at_hand(py)? {
            return Ok(Bound::new(py, Ready(Mutex::new(Some(element.unbind()))))?.into_any());
        }
        let pages = self.0.clone();
        let mut loan = Loan { stream: Some(pages.take()?), owner: pages.stream.clone() };
        let fetch = async move {
            while let Some(page) = loan.next().await {
                let first = Python::attach(|py| {
                    pages.turn(py, page)?;
                    Ok::<_, PyErr>(pages.at_hand(py)?.map(Bound::unbind))
                });
                // An empty page does not end a list.
                if let Some(element) = first.transpose() {
                    return element;
                }
            }
            Err(PyStopAsyncIteration::new_err(()))
        };
        awaitable(py, fetch, |_, element| element)
    }
}

/// An awaitable that has its value already: no turn of the loop for each element of a page.
#[pyclass(frozen, module = "tenable_api._native")]
#[derive(Debug)]
struct Ready(Mutex<Option<Py<PyAny>>>);

#[pymethods]
impl Ready {
    fn __await__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self) -> PyResult<()> {
        match lock(&self.0).take() {
            Some(value) => Err(PyStopIteration::new_err((value,))),
            None => Err(PyRuntimeError::new_err("it was awaited already")),
        }
    }
}
