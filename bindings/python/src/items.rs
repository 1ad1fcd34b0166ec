//! Lists of model objects: sequences whose elements become Python objects when they are read.

use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyNotImplemented, PySequence, PySlice, PyTuple, PyType};

use crate::objects::{Elements, Model, Object, not_pickled};

/// How many elements `repr` shows.
const SHOWN: usize = 3;

/// The list of objects that a product gave: an immutable sequence.
///
/// It is held as it was decoded. An element becomes a Python object each time it is read, so keep what you read often. Slices share what
/// they are slices of. Equal to any `list`, `tuple` or `Items` of equal elements.
#[pyclass(frozen, sequence, module = "tenable_api", name = "Items")]
pub(crate) struct Items {
    all: Arc<dyn Elements>,
    start: usize,
    step: isize,
    count: usize,
}

/// Tells `collections.abc` and `match` that `Items` is a sequence.
pub(crate) fn register(py: Python<'_>) -> PyResult<()> {
    PySequence::register::<Items>(py)
}

/// A count as a number that may be negative. No `Vec` has more elements than that.
fn signed(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}

impl Items {
    /// The list of these objects.
    pub(crate) fn of<M: Model>(models: Vec<M>) -> Self {
        let count = models.len();
        Self { all: Arc::new(models), start: 0, step: 1, count }
    }

    /// Where the element stands in what is shared.
    fn position(&self, index: usize) -> usize {
        self.start.wrapping_add_signed(self.step.wrapping_mul(signed(index)))
    }

    /// The element of this number, which there is.
    fn element<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        Arc::clone(&self.all).object(py, self.position(index))
    }

    fn elements<'a, 'py: 'a>(
        &'a self,
        py: Python<'py>,
    ) -> impl DoubleEndedIterator<Item = PyResult<Bound<'py, PyAny>>> + 'a {
        (0..self.count).map(move |index| self.element(py, index))
    }

    /// Where the first element from `from` before `to` stands that equals the object.
    fn find(&self, py: Python<'_>, wanted: &Bound<'_, PyAny>, from: usize, to: usize) -> PyResult<Option<usize>> {
        if let Ok(object) = wanted.cast::<Object>() {
            let wanted = object.get();
            return Ok((from..to).find(|index| wanted.equals(&*self.all, self.position(*index))));
        }
        // Whatever it is, it may call itself equal.
        for index in from..to {
            if self.element(py, index)?.eq(wanted)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn equals<'py>(
        &self,
        py: Python<'py>,
        others: impl ExactSizeIterator<Item = PyResult<Bound<'py, PyAny>>>,
    ) -> PyResult<bool> {
        if others.len() != self.count {
            return Ok(false);
        }
        for (element, other) in self.elements(py).zip(others) {
            if !element?.eq(other?)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[pymethods]
impl Items {
    fn __len__(&self) -> usize {
        self.count
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(slice) = index.cast::<PySlice>() {
            let slice = slice.indices(signed(self.count))?;
            let part = Self {
                all: Arc::clone(&self.all),
                start: self.position(usize::try_from(slice.start).unwrap_or_default()),
                step: self.step.wrapping_mul(slice.step),
                count: slice.slicelength,
            };
            return Ok(Bound::new(py, part)?.into_any());
        }
        let number: isize = index.extract().map_err(|error: PyErr| {
            if error.is_instance_of::<PyTypeError>(py) {
                PyTypeError::new_err("the index of a list is a whole number or a slice")
            } else {
                PyIndexError::new_err("there are not that many elements")
            }
        })?;
        let from_end = if number < 0 { signed(self.count) } else { 0 };
        match usize::try_from(number.saturating_add(from_end)) {
            Ok(index) if index < self.count => self.element(py, index),
            _ => Err(PyIndexError::new_err(format!("there is no element {number}: the list has {}", self.count))),
        }
    }

    fn __iter__(this: Bound<'_, Self>) -> ItemsIterator {
        let count = this.get().count;
        ItemsIterator { items: this.unbind(), next: std::sync::atomic::AtomicUsize::new(0), count, backwards: false }
    }

    fn __reversed__(this: Bound<'_, Self>) -> ItemsIterator {
        let count = this.get().count;
        ItemsIterator { items: this.unbind(), next: std::sync::atomic::AtomicUsize::new(0), count, backwards: true }
    }

    fn __contains__(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.find(py, value, 0, self.count)?.is_some())
    }

    /// Where the value stands first, from `start` and before `stop`. `ValueError` when it does not.
    #[pyo3(signature = (value, start = 0, stop = isize::MAX))]
    fn index(&self, py: Python<'_>, value: &Bound<'_, PyAny>, start: isize, stop: isize) -> PyResult<usize> {
        let bound = |place: isize| {
            let from_end = if place < 0 { signed(self.count) } else { 0 };
            usize::try_from(place.saturating_add(from_end)).unwrap_or(0).min(self.count)
        };
        let found = self.find(py, value, bound(start), bound(stop))?;
        found.ok_or_else(|| PyValueError::new_err("it is not in the list"))
    }

    /// How often the value is there.
    fn count(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let (mut count, mut from) = (0, 0);
        while let Some(found) = self.find(py, value, from, self.count)? {
            (count, from) = (count + 1, found + 1);
        }
        Ok(count)
    }

    fn __eq__<'py>(&self, py: Python<'py>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let equal = if let Ok(other) = other.cast::<Self>() {
            let other = other.get();
            let same = |index| self.all.same(self.position(index), &*other.all, other.position(index));
            other.count == self.count && (0..self.count).all(same)
        } else if let Ok(other) = other.cast::<PyList>() {
            self.equals(py, other.iter().map(Ok))?
        } else if let Ok(other) = other.cast::<PyTuple>() {
            self.equals(py, other.iter().map(Ok))?
        } else {
            return Ok(PyNotImplemented::get(py).to_owned().into_any());
        };
        Ok(equal.into_pyobject(py)?.to_owned().into_any())
    }

    #[classattr]
    const __hash__: Option<Py<PyAny>> = None;

    pub(crate) fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut shown = Vec::new();
        for element in self.elements(py).take(SHOWN) {
            shown.push(element?.repr()?.to_str()?.to_owned());
        }
        if self.count > SHOWN {
            shown.push(format!("... {} more", self.count - SHOWN));
        }
        Ok(format!("Items([{}])", shown.join(", ")))
    }

    /// The elements as `to_dict` of each gives them.
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for element in self.elements(py) {
            list.append(element?.cast::<Object>()?.get().to_dict(py)?)?;
        }
        Ok(list)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>,))> {
        if (0..self.count).any(|index| self.all.holds_secret(self.position(index))) {
            return Err(not_pickled(self.all.class()));
        }
        Ok((self.all.python_class(py).getattr("_items")?, (self.to_dicts(py)?.into_any(),)))
    }

    fn __copy__(this: Bound<'_, Self>) -> Bound<'_, Self> {
        this
    }

    #[pyo3(signature = (memo, /))]
    fn __deepcopy__<'py>(this: Bound<'py, Self>, memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        let _ = memo;
        this
    }

    /// `Items[User]` in annotations.
    #[classmethod]
    #[pyo3(signature = (item, /))]
    fn __class_getitem__<'py>(class: &Bound<'py, PyType>, item: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        class.py().import("types")?.getattr("GenericAlias")?.call1((class, item))
    }
}

/// Goes through a list.
#[pyclass(frozen, module = "tenable_api", name = "ItemsIterator")]
pub(crate) struct ItemsIterator {
    items: Py<Items>,
    next: std::sync::atomic::AtomicUsize,
    count: usize,
    backwards: bool,
}

#[pymethods]
impl ItemsIterator {
    fn __iter__(this: Bound<'_, Self>) -> Bound<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        use std::sync::atomic::Ordering::Relaxed;

        let index = self.next.load(Relaxed);
        if index >= self.count {
            return Ok(None);
        }
        self.next.store(index + 1, Relaxed);
        let index = if self.backwards { self.count - 1 - index } else { index };
        self.items.get().element(py, index).map(Some)
    }

    fn __length_hint__(&self) -> usize {
        self.count - self.next.load(std::sync::atomic::Ordering::Relaxed).min(self.count)
    }
}
