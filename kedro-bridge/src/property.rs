//! Properties of events, from Python and for Python.

use hookspec::specs::PropertyValue;
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyBool, PyFloat, PyInt, PyString},
};

/// A value as events can have it: whatever is not a single value becomes its text, as in
/// kedro-telemetry.
pub fn from_python(value: &Bound<'_, PyAny>) -> PyResult<PropertyValue<'static>> {
    if value.is_instance_of::<PyBool>() {
        return Ok(value.extract::<bool>()?.into());
    }
    if value.is_instance_of::<PyInt>() {
        // A number that does not fit is sent as a text with every digit.
        return value.extract::<i64>().map_or_else(|_| text(value), |value| Ok(value.into()));
    }
    if value.is_instance_of::<PyFloat>() {
        return Ok(value.extract::<f64>()?.into());
    }
    text(value)
}

fn text(value: &Bound<'_, PyAny>) -> PyResult<PropertyValue<'static>> {
    let text = match value.cast::<PyString>() {
        Ok(text) => text.clone(),
        Err(_) => value.str()?,
    };
    Ok(PropertyValue::Text(text.to_string_lossy().into_owned().into()))
}

/// The value as Python has it.
pub fn to_python<'py>(py: Python<'py>, value: &PropertyValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    match value {
        PropertyValue::None => Ok(py.None().into_bound(py)),
        PropertyValue::Bool(value) => value.into_bound_py_any(py),
        PropertyValue::Int(value) => value.into_bound_py_any(py),
        PropertyValue::Float(value) => value.into_bound_py_any(py),
        PropertyValue::Text(text) => text.into_bound_py_any(py),
        PropertyValue::List(items) => {
            let items = items.iter().map(|item| to_python(py, item)).collect::<PyResult<Vec<_>>>()?;
            items.into_bound_py_any(py)
        }
    }
}
