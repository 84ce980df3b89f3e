//! Objects of Python that plugins may ask about while Kedro calls a hook.

use pyo3::{conversion::FromPyObjectOwned, prelude::*};

/// An object, of which nothing is looked at before it is asked for.
pub struct Lent(Py<PyAny>);

impl Lent {
    /// Lends an object.
    pub fn new(object: Py<PyAny>) -> Self {
        Self(object)
    }

    /// What `look` finds; `None` when that fails, or the interpreter is on its way out.
    pub fn look<T>(&self, look: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> Option<T> {
        Python::try_attach(|py| look(self.0.bind(py)).ok()).flatten()
    }

    /// One of its attributes.
    pub fn attribute<T>(&self, name: &str) -> Option<T>
    where
        T: for<'py> FromPyObjectOwned<'py>,
    {
        self.look(|object| Ok(object.getattr(name)?.extract().ok())).flatten()
    }
}
