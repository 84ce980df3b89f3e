//! What plugins may know of a value: never the value.

use hookspec::specs::{Data, DataSource};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyList, PyString, PyTuple},
};

use crate::lent::Lent;

/// Names and values of datasets, as plugins are shown them.
pub struct Values(Vec<(String, Data)>);

impl Values {
    /// Those of a dictionary.
    pub fn of(values: &Lent) -> Self {
        let data = |value: Bound<'_, PyAny>| Data::new(Value(Lent::new(value.unbind())));
        let all = values.look(|values| {
            let values = values.cast::<PyDict>()?;
            Ok(values.iter().map(|(name, value)| (name.to_string(), data(value))).collect())
        });
        Self(all.unwrap_or_default())
    }

    /// By name.
    pub fn by_name(&self) -> Vec<(&str, Data)> {
        self.0.iter().map(|(name, data)| (name.as_str(), data.clone())).collect()
    }
}

/// A value, which only the host looks at.
pub struct Value(pub Lent);

impl DataSource for Value {
    fn type_name(&self) -> String {
        let name = self.0.look(|value| {
            let class = value.get_type();
            let (module, name) = (class.module()?, class.qualname()?);
            Ok(if module == "builtins" { name.to_string() } else { format!("{module}.{name}") })
        });
        name.unwrap_or_default()
    }

    fn shape(&self) -> Option<Vec<u64>> {
        let length = || self.0.look(|value| is_sized(value).then(|| value.len()).transpose()).flatten();
        self.0.attribute("shape").or_else(|| Some(vec![length()? as u64]))
    }

    fn size_bytes(&self) -> Option<u64> {
        let text_or_bytes = |value: &Bound<'_, PyAny>| {
            let is_flat = value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyString>();
            Ok(is_flat.then(|| value.len()).transpose()?.map(|length| length as u64))
        };
        self.0.attribute("nbytes").or_else(|| self.0.look(text_or_bytes).flatten())
    }
}

/// Whether the length is known at once: of other objects it may be counted.
fn is_sized(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyDict>()
}
