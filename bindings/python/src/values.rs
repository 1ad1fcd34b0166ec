//! Values of the model as Python objects.

use std::any::Any;
use std::hash::{Hash, Hasher};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDateTime, PyDelta, PyDict, PyString, PyTuple, PyType, PyTzInfo};
use serde_json::Value;
use tenable_api::model::secret::{self, ExposeSecret as _, SecretString};
use tenable_api::model::security_center::ReferenceId;
use tenable_api::model::vulnerability_management::{AddressList, PredefinedRole, RoleNumber};
use tenable_api::model::{Timestamp, Uuid};

use crate::arguments;

/// A value that becomes a Python object.
pub(crate) trait ToPython {
    /// The value as Python has it.
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;

    /// The same with secrets masked, for the field of this name in the product.
    fn shown<'py>(&self, py: Python<'py>, wire: &str) -> PyResult<Bound<'py, PyAny>> {
        let _ = wire;
        self.to_python(py)
    }

    /// Whether it holds a secret as the field of this name.
    fn holds_secret(&self, wire: &str) -> bool {
        let _ = wire;
        false
    }
}

/// A value of a field of a model object: shown, compared, and hashed with its object.
pub(crate) trait Attribute: ToPython + Any + Send + Sync {
    /// Whether it equals the value of the same field of another object.
    fn same(&self, other: &Self) -> bool
    where
        Self: Sized;

    /// Adds it to the hash of its object. Equal values add the same; a value that has no hash adds nothing.
    fn add_to_hash(&self, state: &mut dyn Hasher);
}

/// [`Attribute`] whatever its type, so that the code for all fields of all objects is one.
pub(crate) trait AnyAttribute: Send + Sync {
    fn python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
    fn shown<'py>(&self, py: Python<'py>, wire: &str) -> PyResult<Bound<'py, PyAny>>;
    fn holds_secret(&self, wire: &str) -> bool;
    fn equals(&self, other: &dyn AnyAttribute) -> bool;
    fn hash(&self, state: &mut dyn Hasher);
    fn any(&self) -> &dyn Any;
}

impl<T: Attribute> AnyAttribute for T {
    fn python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_python(py)
    }

    fn shown<'py>(&self, py: Python<'py>, wire: &str) -> PyResult<Bound<'py, PyAny>> {
        ToPython::shown(self, py, wire)
    }

    fn holds_secret(&self, wire: &str) -> bool {
        ToPython::holds_secret(self, wire)
    }

    fn equals(&self, other: &dyn AnyAttribute) -> bool {
        other.any().downcast_ref::<T>().is_some_and(|other| self.same(other))
    }

    fn hash(&self, state: &mut dyn Hasher) {
        self.add_to_hash(state);
    }

    fn any(&self) -> &dyn Any {
        self
    }
}

/// Values that are compared and hashed as Rust does it.
macro_rules! attribute {
    ($($kind:ty),* $(,)?) => {$(
        impl $crate::values::Attribute for $kind {
            fn same(&self, other: &Self) -> bool {
                self == other
            }

            fn add_to_hash(&self, mut state: &mut dyn std::hash::Hasher) {
                std::hash::Hash::hash(self, &mut state);
            }
        }
    )*};
}

/// Ids: numbers in Python.
macro_rules! ids {
    ($($id:ty),* $(,)?) => {
        $(
            impl $crate::values::ToPython for $id {
                fn to_python<'py>(
                    &self,
                    py: pyo3::Python<'py>,
                ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                    $crate::values::ToPython::to_python(&self.get(), py)
                }
            }
        )*
        $crate::values::attribute!($($id),*);
    };
}

/// Open enums: the words of a class that is written in Python, `module.name`.
macro_rules! open_enums {
    ($module:literal: $($word:ty = $name:literal),* $(,)?) => {
        $(
            impl $crate::values::ToPython for $word {
                fn to_python<'py>(
                    &self,
                    py: pyo3::Python<'py>,
                ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                    static CLASS: $crate::values::WordClass = $crate::values::WordClass::new($module, $name);
                    CLASS.word(py, self.as_str())
                }
            }
        )*
        $crate::values::attribute!($($word),*);
    };
}

pub(crate) use {attribute, ids, open_enums};

/// An open enum in Python: the class and its known words, which are made once.
pub(crate) struct WordClass {
    module: &'static str,
    name: &'static str,
    class: PyOnceLock<(Py<PyType>, Py<PyDict>)>,
}

impl WordClass {
    pub(crate) const fn new(module: &'static str, name: &'static str) -> Self {
        Self { module, name, class: PyOnceLock::new() }
    }

    /// The word of this text.
    pub(crate) fn word<'py>(&self, py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
        let (class, known) = self.class.get_or_try_init(py, || {
            let class = py.import(self.module)?.getattr(self.name)?.cast_into::<PyType>()?;
            let known = class.getattr("_known")?.cast_into::<PyDict>()?;
            PyResult::Ok((class.unbind(), known.unbind()))
        })?;
        match known.bind(py).get_item(text)? {
            Some(word) => Ok(word),
            None => class.bind(py).call1((text,)),
        }
    }
}

/// Scalars that pyo3 knows.
macro_rules! scalars {
    ($($kind:ty),* $(,)?) => {
        $(
            impl ToPython for $kind {
                fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    Ok((*self).into_pyobject(py)?.into_any())
                }
            }
        )*
        attribute!($($kind),*);
    };
}

scalars!(i64, u64, u32);
attribute!(AddressList, bool, String, Timestamp, Uuid, ReferenceId, RoleNumber, PredefinedRole);

impl ToPython for bool {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyBool::new(py, *self).to_owned().into_any())
    }
}

impl ToPython for str {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyString::new(py, self).into_any())
    }
}

impl ToPython for &str {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        str::to_python(self, py)
    }
}

impl ToPython for String {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        str::to_python(self, py)
    }
}

impl ToPython for Uuid {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        str::to_python(self.as_str(), py)
    }
}

impl ToPython for AddressList {
    /// A tuple of the addresses, ranges and subnets.
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyTuple::new(py, self.iter().collect::<Vec<_>>())?.into_any())
    }
}

impl ToPython for ReferenceId {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.raw().to_python(py)
    }
}

impl ToPython for RoleNumber {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.to_python(py)
    }
}

impl ToPython for PredefinedRole {
    /// Its word; a number that nobody knows is the word of its digits.
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: WordClass =
            WordClass::new("tenable_api.vulnerability_management._generated.users", "PredefinedRole");
        match Self::KNOWN.iter().find(|word| Self::named(word) == Some(*self)) {
            Some(word) => CLASS.word(py, word),
            None => CLASS.word(py, &self.number().to_string()),
        }
    }
}

impl ToPython for Timestamp {
    /// An aware `datetime` in UTC, to the microsecond. `OverflowError` for years that Python does not have.
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static EPOCH: PyOnceLock<Py<PyDateTime>> = PyOnceLock::new();
        let epoch = EPOCH.get_or_try_init(py, || {
            let utc = PyTzInfo::utc(py)?.to_owned();
            PyResult::Ok(PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))?.unbind())
        })?;
        // By way of the standard library, which has the nanoseconds.
        let time = std::time::SystemTime::from(*self);
        let (sign, distance) = match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => (1, after),
            Err(before) => (-1, before.duration()),
        };
        let days = i32::try_from(distance.as_secs() / 86_400)?;
        let seconds = i32::try_from(distance.as_secs() % 86_400)?;
        let microseconds = i32::try_from(distance.subsec_micros())?;
        let delta = PyDelta::new(py, sign * days, sign * seconds, sign * microseconds, true)?;
        epoch.bind(py).add(delta)
    }
}

impl ToPython for SecretString {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        arguments::secret_class(py)?.call1((self.expose_secret(),))
    }

    fn holds_secret(&self, _: &str) -> bool {
        true
    }
}

impl Attribute for SecretString {
    fn same(&self, other: &Self) -> bool {
        self.expose_secret() == other.expose_secret()
    }

    /// Nothing: a hash would tell of the secret.
    fn add_to_hash(&self, _: &mut dyn Hasher) {}
}

impl ToPython for Value {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        arguments::from_json(py, self)
    }

    fn shown<'py>(&self, py: Python<'py>, wire: &str) -> PyResult<Bound<'py, PyAny>> {
        arguments::from_json(py, &secret::masked_field(wire, self))
    }

    fn holds_secret(&self, wire: &str) -> bool {
        secret::holds_secret(wire, self)
    }
}

impl Attribute for Value {
    fn same(&self, other: &Self) -> bool {
        self == other
    }

    /// Nothing: 1 and 1.0 are equal in Python and not in JSON, and nobody looks up objects by such a field.
    fn add_to_hash(&self, _: &mut dyn Hasher) {}
}

impl<T: ToPython> ToPython for Option<T> {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Some(value) => value.to_python(py),
            None => Ok(py.None().into_bound(py)),
        }
    }

    fn shown<'py>(&self, py: Python<'py>, wire: &str) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Some(value) => value.shown(py, wire),
            None => Ok(py.None().into_bound(py)),
        }
    }

    fn holds_secret(&self, wire: &str) -> bool {
        self.as_ref().is_some_and(|value| value.holds_secret(wire))
    }
}

impl<T: Attribute> Attribute for Option<T> {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(value), Some(other)) => value.same(other),
            (None, None) => true,
            _ => false,
        }
    }

    fn add_to_hash(&self, state: &mut dyn Hasher) {
        state.write_u8(self.is_some().into());
        if let Some(value) = self {
            value.add_to_hash(state);
        }
    }
}

impl<T: ToPython> ToPython for Vec<T> {
    /// A tuple: what belongs to an object cannot be changed.
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let elements: Vec<_> = self.iter().map(|element| element.to_python(py)).collect::<PyResult<_>>()?;
        Ok(PyTuple::new(py, elements)?.into_any())
    }

    fn shown<'py>(&self, py: Python<'py>, wire: &str) -> PyResult<Bound<'py, PyAny>> {
        let elements: Vec<_> = self.iter().map(|element| element.shown(py, wire)).collect::<PyResult<_>>()?;
        Ok(PyTuple::new(py, elements)?.into_any())
    }

    fn holds_secret(&self, wire: &str) -> bool {
        self.iter().any(|element| element.holds_secret(wire))
    }
}

impl<T: Attribute> Attribute for Vec<T> {
    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(element, other)| element.same(other))
    }

    fn add_to_hash(&self, mut state: &mut dyn Hasher) {
        self.len().hash(&mut state);
        for element in self {
            element.add_to_hash(state);
        }
    }
}

/// What a check finds wrong with a text, or with that of a `Secret`, as a tuple of words.
pub(crate) fn words<'py, T: ToString>(
    text: &Bound<'py, PyAny>,
    name: &str,
    check: impl FnOnce(&str) -> Vec<T>,
) -> PyResult<Bound<'py, PyAny>> {
    let Value::String(text_itself) = arguments::to_json(text)? else {
        return Err(PyTypeError::new_err(format!("`{name}` is no text")));
    };
    let found: Vec<String> = check(&text_itself).iter().map(T::to_string).collect();
    found.to_python(text.py())
}
