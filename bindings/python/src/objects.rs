//! What all classes of model objects share.
//!
//! An [`Object`] is one element of a list that is held in Rust as it was decoded: making one copies nothing, and a field becomes a Python
//! value when it is read. All behaviour is here, once, behind [`Elements`]; a class of its own is no more than its getters, which
//! [`model_class!`] makes from the lines of a generated file.

use std::any::Any;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMappingProxy, PyTuple, PyType};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenable_api::model::secret::{self, masked_field};
use tenable_api::model::{Extra, cause_of, place_of};

use crate::arguments;
use crate::items::Items;
use crate::values::AnyAttribute;

/// An object that a product gave: immutable, comparable, hashable by its id.
///
/// The classes of the products, such as `tenable_api.identity_exposure.User`, are its subclasses.
#[pyclass(frozen, subclass, module = "tenable_api", name = "Object")]
pub(crate) struct Object {
    all: Arc<dyn Elements>,
    index: usize,
}

/// A type of the model with a class in Python.
pub(crate) trait Model: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What its class is called, and what it has.
    const CLASS: Class;
    /// The fields in order, as `CLASS` names them.
    const FIELDS: &'static [fn(&Self) -> &dyn AnyAttribute];

    /// What the answer held beyond the fields.
    fn extra(&self) -> &Extra;

    /// Whether the answer did not have the field of this wire name, or had null.
    fn lacks(&self, wire: &str) -> bool;

    /// The Python object.
    fn object(py: Python<'_>, object: Object) -> PyResult<Bound<'_, PyAny>>;

    /// Its class.
    fn class(py: Python<'_>) -> Bound<'_, PyType>;
}

/// What is known of a class without an object of it.
#[derive(Clone, Copy)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

/// A field of a class.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// Name of the attribute.
    pub(crate) name: &'static str,
    /// Name in the product.
    pub(crate) wire: &'static str,
    pub(crate) kind: FieldKind,
}

/// What a field is besides a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Plain,
    /// One that tells the object from others of its class.
    Key,
    /// One that is a secret.
    Secret,
}

/// A list of model objects, whatever their type.
pub(crate) trait Elements: Any + Send + Sync {
    fn class(&self) -> Class;
    fn attribute(&self, index: usize, field: usize) -> &dyn AnyAttribute;
    fn extra(&self, index: usize) -> &Extra;
    fn lacks(&self, index: usize, wire: &str) -> bool;
    /// Whether an element says the same as one of another list, whatever the order and the form in which it came.
    fn same(&self, index: usize, others: &dyn Elements, other: usize) -> bool;
    /// Whether a secret is in it: such an element is not pickled.
    fn holds_secret(&self, index: usize) -> bool;
    fn json(&self, index: usize) -> serde_json::Result<String>;
    fn object(self: Arc<Self>, py: Python<'_>, index: usize) -> PyResult<Bound<'_, PyAny>>;
    fn python_class<'py>(&self, py: Python<'py>) -> Bound<'py, PyType>;
}

impl<M: Model> Elements for Vec<M> {
    fn class(&self) -> Class {
        M::CLASS
    }

    fn attribute(&self, index: usize, field: usize) -> &dyn AnyAttribute {
        M::FIELDS[field](&self[index])
    }

    fn extra(&self, index: usize) -> &Extra {
        self[index].extra()
    }

    fn lacks(&self, index: usize, wire: &str) -> bool {
        self[index].lacks(wire)
    }

    fn same(&self, index: usize, others: &dyn Elements, other: usize) -> bool {
        let others: &dyn Any = others;
        others.downcast_ref::<Self>().is_some_and(|others| same(&self[index], &others[other]))
    }

    fn holds_secret(&self, index: usize) -> bool {
        holds_secret(&self[index])
    }

    fn json(&self, index: usize) -> serde_json::Result<String> {
        serde_json::to_string(&self[index])
    }

    fn object(self: Arc<Self>, py: Python<'_>, index: usize) -> PyResult<Bound<'_, PyAny>> {
        M::object(py, Object { all: self, index })
    }

    fn python_class<'py>(&self, py: Python<'py>) -> Bound<'py, PyType> {
        M::class(py)
    }
}

impl Object {
    /// One object by itself.
    pub(crate) fn single<M: Model>(model: M) -> Self {
        Self { all: Arc::new(vec![model]), index: 0 }
    }

    /// The value behind it, for what is computed from several fields.
    pub(crate) fn model<M: Model>(&self) -> PyResult<&M> {
        let all: &dyn Any = &*self.all;
        let list = all.downcast_ref::<Vec<M>>();
        list.and_then(|list| list.get(self.index))
            .ok_or_else(|| PyTypeError::new_err("it is an object of another class"))
    }

    /// The field of this number.
    pub(crate) fn attribute<'py>(&self, py: Python<'py>, field: usize) -> PyResult<Bound<'py, PyAny>> {
        self.all.attribute(self.index, field).python(py)
    }

    fn fields(&self) -> impl Iterator<Item = (Field, &dyn AnyAttribute)> {
        let fields = self.all.class().fields.iter().enumerate();
        fields.map(|(number, field)| (*field, self.all.attribute(self.index, number)))
    }

    /// Whether it says the same as an element of a list.
    pub(crate) fn equals(&self, others: &dyn Elements, index: usize) -> bool {
        self.all.same(self.index, others, index)
    }
}

/// `json.loads`: a text keeps the order of the fields, which a JSON value of Rust does not.
fn loads(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    LOADS.import(py, "json", "loads")
}

#[pymethods]
impl Object {
    /// Fields of the answer that this release does not know, by their names in the product. Read-only.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyMappingProxy>> {
        let fields = PyDict::new(py);
        for (name, value) in self.all.extra(self.index).iter() {
            fields.set_item(name, arguments::from_json(py, value)?)?;
        }
        Ok(PyMappingProxy::new(py, fields.as_mapping()))
    }

    /// Whether the answer did not have the attribute of this name, or had null for it.
    ///
    /// Tells a value that was left out from one that is empty, zero or false. `AttributeError` when there is no such attribute.
    fn lacks(&self, name: &str) -> PyResult<bool> {
        let class = self.all.class();
        match class.fields.iter().find(|field| field.name == name) {
            Some(field) => Ok(self.all.lacks(self.index, field.wire)),
            None => {
                Err(pyo3::exceptions::PyAttributeError::new_err(format!("{} has no attribute `{name}`", class.name)))
            }
        }
    }

    /// The object as the product writes it, with the product's own names and, last, the fields that this release does not know.
    ///
    /// A new dictionary at each call. Secrets are `Secret` objects.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let json = self.all.json(self.index).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let fields = loads(py)?.call1((json,))?;
        for (field, value) in self.fields().filter(|(field, _)| field.kind == FieldKind::Secret) {
            let value = value.python(py)?;
            if !value.is_none() {
                fields.set_item(field.wire, value)?;
            }
        }
        Ok(fields)
    }

    fn __eq__<'py>(&self, py: Python<'py>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match other.cast::<Self>() {
            Ok(other) => Ok(self.equals(&*other.get().all, other.get().index).into_pyobject(py)?.to_owned().into_any()),
            Err(_) => Ok(py.NotImplemented().into_bound(py)),
        }
    }

    /// By the id, where the class has one, and by all fields otherwise: permissions without an id are collected in sets, too.
    fn __hash__(&self) -> u64 {
        let mut state = DefaultHasher::new();
        let class = self.all.class();
        class.name.hash(&mut state);
        let keyed = class.fields.iter().any(|field| field.kind == FieldKind::Key);
        for (_, value) in self.fields().filter(|(field, _)| !keyed || field.kind == FieldKind::Key) {
            value.hash(&mut state);
        }
        state.finish()
    }

    /// The fields that the answer had.
    pub(crate) fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut fields = Vec::new();
        for (field, value) in self.fields().filter(|(field, _)| !self.all.lacks(self.index, field.wire)) {
            let value = value.shown(py, field.wire)?;
            if !value.is_none() {
                fields.push(format!("{}={}", field.name, value.repr()?.to_str()?));
            }
        }
        let extra = self.all.extra(self.index);
        if !extra.is_empty() {
            let shown = PyDict::new(py);
            for (name, value) in extra.iter() {
                shown.set_item(name, arguments::from_json(py, &masked_field(name, value))?)?;
            }
            fields.push(format!("extra={}", shown.repr()?.to_str()?));
        }
        Ok(format!("{}({})", self.all.class().name, fields.join(", ")))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>,))> {
        if self.all.holds_secret(self.index) {
            return Err(not_pickled(self.all.class()));
        }
        Ok((self.all.python_class(py).getattr("from_dict")?, (self.to_dict(py)?,)))
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
}

/// A pickle is a file that somebody reads: a secret leaves by `reveal` only.
pub(crate) fn not_pickled(class: Class) -> PyErr {
    PyTypeError::new_err(format!("{} holds a secret and cannot be pickled", class.name))
}

/// The object that a mapping in the product's names makes, for `from_dict`.
pub(crate) fn from_dict<'py, M: Model>(fields: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    M::object(fields.py(), Object::single(read::<M>(fields)?))
}

/// The list that mappings in the product's names make, for lists that were pickled.
pub(crate) fn items_from_dicts<M: Model>(elements: &Bound<'_, PyAny>) -> PyResult<Items> {
    let models = elements.try_iter()?.map(|fields| read::<M>(&fields?));
    Ok(Items::of(models.collect::<PyResult<Vec<M>>>()?))
}

/// The object of a constructor: the fields that are given, by their names in the product.
pub(crate) fn build<M: Model>(given: &[(&str, Option<&Bound<'_, PyAny>>)]) -> PyResult<Object> {
    let mut fields = serde_json::Map::new();
    for (wire, value) in given {
        if let Some(value) = value {
            fields.insert((*wire).to_owned(), arguments::to_json(value)?);
        }
    }
    decoded(&Value::Object(fields)).map(Object::single::<M>)
}

fn read<M: Model>(fields: &Bound<'_, PyAny>) -> PyResult<M> {
    let json = arguments::to_json(fields)?;
    if !json.is_object() {
        return Err(PyTypeError::new_err(format!("{} is made from a mapping", M::CLASS.name)));
    }
    decoded(&json)
}

fn decoded<M: Model>(json: &Value) -> PyResult<M> {
    let document = json.to_string();
    serde_json::from_str(&document).map_err(|error| {
        let place = place_of(&document, &error).map_or_else(String::new, |place| format!("`{place}`: "));
        PyValueError::new_err(format!("not a {}: {place}{}", M::CLASS.name, cause_of(&error)))
    })
}

/// The names for `match` by position.
pub(crate) fn match_args<M: Model>(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, M::CLASS.fields.iter().map(|field| field.name))
}

/// Declares the Python class of a model type: its fields with their names in the product, and what is computed from them.
///
/// ```ignore
/// model_class! {
///     /// What `help()` says of the class.
///     "tenable_api.identity_exposure" User = model::User {
///         /// What it says of the attribute.
///         id: "id" Key,
///         locked_out: "lockedOut" Plain,
///     }
///     also {
///         /// First and last name as one text.
///         full_name: |user| user.full_name(),
///     }
///     new(name: "name", *, tag: "tag")
/// }
/// ```
///
/// `also` and `new` may be left out; the latter makes a constructor, with what is required before the star.
macro_rules! model_class {
    (
        $(#[$about:meta])*
        $module:literal $class:ident = $model:ty {
            $($(#[$field_about:meta])* $field:ident: $wire:literal $kind:ident,)*
        }
        $(also {
            $($(#[$also_about:meta])* $also:ident: |$value:ident| $computed:expr,)*
        })?
        $(new($($required:ident: $required_wire:literal),* ; $($optional:ident: $optional_wire:literal),*))?
    ) => {
        $(#[$about])*
        #[pyo3::pyclass(frozen, extends = $crate::objects::Object, module = $module)]
        pub(crate) struct $class;

        const _: () = {
            /// Numbers of the fields.
            #[expect(non_camel_case_types, reason = "variants are named as the fields are")]
            enum Number { $($field,)* }

            impl $crate::objects::Model for $model {
                const CLASS: $crate::objects::Class = $crate::objects::Class {
                    name: stringify!($class),
                    fields: &[$($crate::objects::Field {
                        name: stringify!($field),
                        wire: $wire,
                        kind: $crate::objects::FieldKind::$kind,
                    },)*],
                };
                const FIELDS: &'static [fn(&Self) -> &dyn $crate::values::AnyAttribute] =
                    &[$(|model| &model.$field,)*];

                fn extra(&self) -> &tenable_api::model::Extra {
                    &self.extra
                }

                fn lacks(&self, wire: &str) -> bool {
                    self.lacks(wire)
                }

                fn object(
                    py: pyo3::Python<'_>,
                    object: $crate::objects::Object,
                ) -> pyo3::PyResult<pyo3::Bound<'_, pyo3::PyAny>> {
                    let object = pyo3::PyClassInitializer::from(object).add_subclass($class);
                    Ok(pyo3::Bound::new(py, object)?.into_any())
                }

                fn class(py: pyo3::Python<'_>) -> pyo3::Bound<'_, pyo3::types::PyType> {
                    py.get_type::<$class>()
                }
            }

            impl $crate::values::ToPython for $model {
                fn to_python<'py>(
                    &self,
                    py: pyo3::Python<'py>,
                ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                    <$model as $crate::objects::Model>::object(py, $crate::objects::Object::single(self.clone()))
                }

                fn holds_secret(&self, _: &str) -> bool {
                    $crate::objects::holds_secret(self)
                }
            }

            impl $crate::values::Attribute for $model {
                fn same(&self, other: &Self) -> bool {
                    $crate::objects::same(self, other)
                }

                fn add_to_hash(&self, state: &mut dyn std::hash::Hasher) {
                    $crate::objects::add_to_hash(self, state);
                }
            }

            impl $crate::operations::Output for $model {
                fn into_python(self, py: pyo3::Python<'_>) -> pyo3::PyResult<pyo3::Bound<'_, pyo3::PyAny>> {
                    <$model as $crate::objects::Model>::object(py, $crate::objects::Object::single(self))
                }
            }

            #[pyo3::pymethods]
            impl $class {
                $(
                    #[new]
                    #[pyo3(signature = ($($required,)* *, $($optional = None),*))]
                    fn new(
                        $($required: &pyo3::Bound<'_, pyo3::PyAny>,)*
                        $($optional: Option<&pyo3::Bound<'_, pyo3::PyAny>>,)*
                    ) -> pyo3::PyResult<pyo3::PyClassInitializer<Self>> {
                        let object = $crate::objects::build::<$model>(&[
                            $(($required_wire, Some($required)),)*
                            $(($optional_wire, $optional),)*
                        ])?;
                        Ok(pyo3::PyClassInitializer::from(object).add_subclass(Self))
                    }
                )?

                /// The object that a mapping in the product's own names makes, read as leniently as an answer; for tests of your own.
                ///
                /// `ValueError`, with the place, when it cannot be read.
                #[staticmethod]
                #[pyo3(signature = (fields, /))]
                fn from_dict<'py>(
                    fields: &pyo3::Bound<'py, pyo3::PyAny>,
                ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                    $crate::objects::from_dict::<$model>(fields)
                }

                #[staticmethod]
                fn _items(elements: &pyo3::Bound<'_, pyo3::PyAny>) -> pyo3::PyResult<$crate::items::Items> {
                    $crate::objects::items_from_dicts::<$model>(elements)
                }

                #[classattr]
                fn __match_args__(
                    py: pyo3::Python<'_>,
                ) -> pyo3::PyResult<pyo3::Bound<'_, pyo3::types::PyTuple>> {
                    $crate::objects::match_args::<$model>(py)
                }

                $(
                    $(#[$field_about])*
                    #[getter]
                    fn $field<'py>(
                        this: &pyo3::Bound<'py, Self>,
                    ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                        this.as_super().get().attribute(this.py(), Number::$field as usize)
                    }
                )*

                $($(
                    $(#[$also_about])*
                    #[getter]
                    fn $also<'py>(
                        this: &pyo3::Bound<'py, Self>,
                    ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                        let $value = this.as_super().get().model::<$model>()?;
                        $crate::values::ToPython::to_python(&$computed, this.py())
                    }
                )*)?
            }
        };
    };
}

pub(crate) use model_class;

/// Whether two values of the model say the same. Not by `==`, which types with secrets do not have.
pub(crate) fn same<M: Model>(one: &M, other: &M) -> bool {
    M::FIELDS.iter().all(|field| field(one).equals(field(other))) && one.extra() == other.extra()
}

/// Whether a secret is in it: in a field that is one, or at any depth under a name that looks like it.
pub(crate) fn holds_secret<M: Model>(model: &M) -> bool {
    let fields = M::CLASS.fields.iter().zip(M::FIELDS);
    fields.into_iter().any(|(field, read)| read(model).holds_secret(field.wire))
        || model.extra().iter().any(|(name, value)| secret::holds_secret(name, value))
}

/// Adds all fields to a hash: an object within another has no part in telling it from others.
pub(crate) fn add_to_hash<M: Model>(model: &M, state: &mut dyn Hasher) {
    for field in M::FIELDS {
        field(model).hash(state);
    }
}
