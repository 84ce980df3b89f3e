//! Python functions that answer what plugins ask, called from within a hook.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::{call::PyCallArgs, conversion::FromPyObjectOwned, exceptions::PyException, prelude::*};

/// What ended an answer and is none of a plugin's business, like Ctrl-C: raised when the hook is
/// over.
#[derive(Clone, Default)]
pub struct Interrupts(Arc<Mutex<Option<PyErr>>>);

impl Interrupts {
    /// Raises what came while plugins were at work.
    pub fn raise(&self) -> PyResult<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    fn keep(&self, error: PyErr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}

/// A Python function that knows an answer.
pub struct Asked {
    function: Py<PyAny>,
    interrupts: Interrupts,
}

impl Asked {
    /// Asks `function`; what interrupts it is kept in `interrupts`.
    pub fn new(function: Py<PyAny>, interrupts: &Interrupts) -> Self {
        Self { function, interrupts: interrupts.clone() }
    }

    /// The answer; `None` when there is none, or it is of another form, or the interpreter is on its
    /// way out.
    pub fn ask<T>(&self, args: impl for<'py> PyCallArgs<'py>) -> Option<T>
    where
        T: for<'py> FromPyObjectOwned<'py>,
    {
        Python::try_attach(|py| {
            let answer = self.function.bind(py).call1(args).inspect_err(|error| self.note(py, error)).ok()?;
            answer.extract::<Option<T>>().ok().flatten()
        })
        .flatten()
    }

    fn note(&self, py: Python<'_>, error: &PyErr) {
        if !error.is_instance_of::<PyException>(py) {
            self.interrupts.keep(error.clone_ref(py));
        }
    }
}
