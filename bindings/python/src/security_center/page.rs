use pyo3::prelude::*;
use pyo3::types::{IntoPyDict as _, PyDict, PyType};
use tenable_api::model::security_center as model;

use crate::items::Items;
use crate::objects::Model;

/// One answer to a list call: the elements, and where they stand in the whole list if the server says so.
///
/// A server that does not page sends everything at once: then only `items` is filled.
#[pyclass(frozen, module = "tenable_api.security_center")]
pub(crate) struct Page {
    items: Py<Items>,
    total_records: Option<u64>,
    returned_records: Option<u64>,
    start_offset: Option<u64>,
    end_offset: Option<u64>,
}

impl Page {
    pub(crate) fn new<M: Model>(py: Python<'_>, page: model::Page<M>) -> PyResult<Self> {
        Ok(Self {
            total_records: page.total_records,
            returned_records: page.returned_records,
            start_offset: page.start_offset,
            end_offset: page.end_offset,
            items: Py::new(py, Items::of(page.items))?,
        })
    }

    fn counters(&self) -> [(&'static str, Option<u64>); 4] {
        [
            ("total_records", self.total_records),
            ("returned_records", self.returned_records),
            ("start_offset", self.start_offset),
            ("end_offset", self.end_offset),
        ]
    }
}

#[pymethods]
impl Page {
    /// A page of these elements; for tests of your own.
    #[new]
    #[pyo3(signature = (items, *, total_records=None, returned_records=None, start_offset=None, end_offset=None))]
    fn make(
        items: Py<Items>,
        total_records: Option<u64>,
        returned_records: Option<u64>,
        start_offset: Option<u64>,
        end_offset: Option<u64>,
    ) -> Self {
        Self { items, total_records, returned_records, start_offset, end_offset }
    }

    /// The elements.
    #[getter]
    fn items(&self, py: Python<'_>) -> Py<Items> {
        self.items.clone_ref(py)
    }

    /// How many elements the whole list has.
    #[getter]
    fn total_records(&self) -> Option<u64> {
        self.total_records
    }

    /// How many elements this page has, in the server's own words.
    #[getter]
    fn returned_records(&self) -> Option<u64> {
        self.returned_records
    }

    /// Where this page begins in the whole list, from 0.
    #[getter]
    fn start_offset(&self) -> Option<u64> {
        self.start_offset
    }

    /// Where this page ends in the whole list, exclusive.
    #[getter]
    fn end_offset(&self) -> Option<u64> {
        self.end_offset
    }

    fn __eq__<'py>(&self, py: Python<'py>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Ok(other) = other.cast::<Self>() else { return Ok(py.NotImplemented().into_bound(py)) };
        let other = other.get();
        let equal = self.counters() == other.counters() && self.items.bind(py).eq(&other.items)?;
        Ok(equal.into_pyobject(py)?.to_owned().into_any())
    }

    #[classattr]
    const __hash__: Option<Py<PyAny>> = None;

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut fields = vec![format!("items={}", self.items.get().__repr__(py)?)];
        fields.extend(self.counters().iter().filter_map(|(name, count)| count.map(|count| format!("{name}={count}"))));
        Ok(format!("Page({})", fields.join(", ")))
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<((Py<Items>,), Bound<'py, PyDict>)> {
        Ok(((self.items.clone_ref(py),), self.counters().into_py_dict(py)?))
    }

    fn __copy__(this: Bound<'_, Self>) -> Bound<'_, Self> {
        this
    }

    #[pyo3(signature = (memo, /))]
    fn __deepcopy__<'py>(this: Bound<'py, Self>, memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        // Nothing in it can be changed, so nobody can tell a copy from it.
        let _ = memo;
        this
    }

    /// `Page[User]` in annotations.
    #[classmethod]
    #[pyo3(signature = (item, /))]
    fn __class_getitem__<'py>(class: &Bound<'py, PyType>, item: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        class.py().import("types")?.getattr("GenericAlias")?.call1((class, item))
    }
}
