//! Python values as JSON, and JSON as Python values.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyType};
use serde_json::{Map, Number, Value};

use crate::errors::invalid_input;

/// How deep arguments may be nested; more is a loop.
const DEEPEST: usize = 64;

/// A value that the SDK's JSON arguments can hold: `None`, booleans, numbers, texts, [secrets](secret), times, mappings, iterables, and whatever has
/// `to_dict()`. What is `UNSET` in a mapping is left out.
///
/// `TypeError` or `ValueError`, with the place, for anything else.
pub(crate) fn to_json(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    convert(value, &Place::Start, 0)
}

/// The arguments of a call. Answers are read leniently, and what is asked for is not: a whole number that came to be a float is refused.
pub(crate) fn arguments(arguments: &Bound<'_, PyDict>) -> PyResult<Value> {
    let given = object(arguments.as_any(), &Place::Start, 0)?;
    refuse_floats(arguments.py(), &given, &Place::Start)?;
    Ok(given)
}

fn refuse_floats(py: Python<'_>, value: &Value, place: &Place<'_>) -> PyResult<()> {
    match value {
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, field)| refuse_floats(py, field, &Place::Field(place, name)))
        }
        Value::Array(elements) => {
            let mut elements = elements.iter().enumerate();
            elements.try_for_each(|(number, element)| refuse_floats(py, element, &Place::Element(place, number)))
        }
        Value::Number(number) if number.as_f64().is_some_and(|value| number.is_f64() && value.fract() == 0.0) => {
            Err(invalid_input(
                py,
                &format!("`{place}` is the float {number}: give a whole number as int; nothing was sent"),
            ))
        }
        _ => Ok(()),
    }
}

/// Where a value stands, for messages.
enum Place<'a> {
    Start,
    Field(&'a Self, &'a str),
    Element(&'a Self, usize),
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Start => Ok(()),
            Self::Field(Self::Start, name) => f.write_str(name),
            Self::Field(place, name) => write!(f, "{place}.{name}"),
            Self::Element(place, number) => write!(f, "{place}[{number}]"),
        }
    }
}

fn convert(value: &Bound<'_, PyAny>, place: &Place<'_>, depth: usize) -> PyResult<Value> {
    if depth > DEEPEST {
        return Err(PyValueError::new_err(format!("`{place}` is nested too deeply")));
    }
    let py = value.py();
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(flag.is_true().into());
    }
    if let Ok(string) = value.cast::<PyString>() {
        return sendable(string, place).map(Value::from);
    }
    if let Ok(number) = value.cast::<PyInt>() {
        return whole_number(number.as_any(), place);
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return Number::from_f64(number.value())
            .map(Value::Number)
            .ok_or_else(|| PyValueError::new_err(format!("`{place}` is {}, which cannot be sent", number.value())));
    }
    if value.is_instance(secret_class(py)?)? {
        let revealed = value.call_method0("reveal")?.cast_into::<PyString>()?;
        return sendable(&revealed, place).map(Value::from);
    }
    if let Ok(class) = value.cast::<PyType>() {
        let name = class.fully_qualified_name()?;
        return Err(PyTypeError::new_err(format!("`{place}` is the class {name} itself, not a value")));
    }
    if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
        return Err(PyTypeError::new_err(format!("`{place}` is bytes: decode it to text first")));
    }
    if value.is_instance(datetime_class(py)?)? {
        return time(value, place);
    }
    if value.is_instance(uuid_class(py)?)? {
        return Ok(value.str()?.to_str()?.into());
    }
    if value.is(unset(py)?) {
        return Err(PyTypeError::new_err(format!("`{place}` is UNSET, which can only stand for a whole argument")));
    }
    if let Some(converted) = of_numpy_or_pandas(value, place)? {
        return Ok(converted);
    }
    if value.cast::<PyMapping>().is_ok() {
        return object(value, place, depth);
    }
    if let Ok(to_dict) = value.getattr("to_dict") {
        return object(&to_dict.call0()?, place, depth);
    }
    if value.hasattr("__index__")? {
        return whole_number(value, place);
    }
    if let Ok(elements) = value.try_iter() {
        let list: PyResult<Vec<Value>> = elements
            .enumerate()
            .map(|(number, element)| convert(&element?, &Place::Element(place, number), depth + 1))
            .collect();
        return list.map(Value::Array);
    }
    Err(PyTypeError::new_err(format!("`{place}` is of the type {}, which cannot be sent", value.get_type().name()?)))
}

/// What is wrong with a text that has one.
pub(crate) const HALF_OF_A_PAIR: &str = "holds half of a surrogate pair, which is no character and cannot be sent";

/// The text, as far as it can be sent: why not otherwise, without the text itself, as the end of a sentence.
///
/// The error that Python has for it holds the text, which may be a password.
pub(crate) fn text<'a>(string: &'a Bound<'_, PyString>) -> Result<&'a str, &'static str> {
    string.to_str().map_err(|_| HALF_OF_A_PAIR)
}

fn sendable<'a>(string: &'a Bound<'_, PyString>, place: &Place<'_>) -> PyResult<&'a str> {
    text(string).map_err(|what| {
        let place = if matches!(place, Place::Start) { "a text".to_owned() } else { format!("`{place}`") };
        invalid_input(string.py(), &format!("{place} {what}; nothing was sent"))
    })
}

/// A single number or switch of numpy's; its arrays, and those of pandas, are refused: one passed for a list by mistake says nothing.
///
/// Told by the names of types: neither library is loaded for it.
fn of_numpy_or_pandas(value: &Bound<'_, PyAny>, place: &Place<'_>) -> PyResult<Option<Value>> {
    let class = value.get_type();
    let name = class.fully_qualified_name()?.to_string();
    let library = name.split('.').next().unwrap_or_default();
    if library == "numpy" {
        if matches!(name.as_str(), "numpy.bool" | "numpy.bool_") {
            return Ok(Some(value.is_truthy()?.into()));
        }
        if !value.hasattr("__setitem__")? && value.hasattr("__index__")? {
            if let Ok(index) = value.call_method0("__index__") {
                return whole_number(&index, place).map(Some);
            }
        }
    }
    if !matches!(library, "numpy" | "pandas") {
        return Ok(None);
    }
    let instead =
        if value.hasattr("tolist")? || value.hasattr("to_list")? { "; give a list or a plain value" } else { "" };
    Err(PyTypeError::new_err(format!("`{place}` is of the type {name}, which cannot be sent{instead}")))
}

fn whole_number(value: &Bound<'_, PyAny>, place: &Place<'_>) -> PyResult<Value> {
    if let Ok(number) = value.extract::<i64>() {
        return Ok(number.into());
    }
    value
        .extract::<u64>()
        .map(Value::from)
        .map_err(|_| PyValueError::new_err(format!("`{place}` is a number of more than 64 bits")))
}

/// A time as RFC 3339. One that is no time, as pandas has it, and one without a time zone is refused: it says different things on different machines.
fn time(value: &Bound<'_, PyAny>, place: &Place<'_>) -> PyResult<Value> {
    if value.ne(value)? {
        return Err(PyValueError::new_err(format!("`{place}` is {}, which is no time", value.str()?)));
    }
    if value.call_method0("utcoffset")?.is_none() {
        return Err(PyValueError::new_err(format!(
            "`{place}` is a time without a time zone; give it one, such as tzinfo=datetime.timezone.utc"
        )));
    }
    let text: String = value.call_method0("isoformat")?.extract()?;
    Ok(text.into())
}

fn object(value: &Bound<'_, PyAny>, place: &Place<'_>, depth: usize) -> PyResult<Value> {
    let unset = unset(value.py())?;
    let mapping = value
        .cast::<PyMapping>()
        .map_err(|_| PyTypeError::new_err(format!("`{place}`: to_dict() did not give a mapping")))?;
    let mut fields = Map::new();
    for pair in mapping.items()? {
        let (name, field): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let name = name
            .cast::<PyString>()
            .map_err(|_| PyTypeError::new_err(format!("`{place}` has a key that is no text")))?;
        let name = sendable(name, place)?;
        if !field.is(unset) {
            fields.insert(name.to_owned(), convert(&field, &Place::Field(place, name), depth + 1)?);
        }
    }
    Ok(Value::Object(fields))
}

/// JSON as Python has it: `dict`, `list`, `str`, `int`, `float`, `bool`, `None`.
pub(crate) fn from_json<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), ..) => number.into_pyobject(py)?.into_any(),
            (None, Some(number), _) => number.into_pyobject(py)?.into_any(),
            (None, None, number) => number.into_pyobject(py)?.into_any(),
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(elements) => {
            let list = PyList::empty(py);
            for element in elements {
                list.append(from_json(py, element)?)?;
            }
            list.into_any()
        }
        Value::Object(fields) => {
            let dict = PyDict::new(py);
            for (name, field) in fields {
                dict.set_item(name, from_json(py, field)?)?;
            }
            dict.into_any()
        }
    })
}

/// The argument that stands for "not given".
pub(crate) fn unset(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static UNSET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    UNSET.import(py, "tenable_api._values", "UNSET")
}

/// `tenable_api.Secret`.
pub(crate) fn secret_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "tenable_api._values", "Secret")
}

fn datetime_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "datetime", "datetime")
}

fn uuid_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "uuid", "UUID")
}
