//! Types of serde's, as JSON.

use serde::{Serialize, de::DeserializeOwned};

use super::crossing::Wire;
use crate::{abi::Value, describe::Describe, error::Error};

/// A type of serde's, which crosses as JSON text. Its fields are not compared when a plugin is
/// loaded, but read when they arrive: what fits is serde's to say, and an error names the field.
///
/// What a reader gets where there is no value is the type's default.
///
/// ```
/// use hookspec::Json;
///
/// #[derive(Default, serde::Serialize, serde::Deserialize)]
/// pub struct Settings {
///     pub folder: String,
/// }
///
/// hookspec::views! {
///     /// A project.
///     pub view Project of ProjectSource {
///         /// What its file says.
///         fn settings(&self) -> Json<Settings>;
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Json<T>(pub T);

impl<'a, T: Serialize + DeserializeOwned + Default> Wire<'a> for Json<T> {
    fn describe(_: &mut Describe) -> String {
        "json".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        match serde_json::to_string(&self.0) {
            Ok(text) => text.into_value(),
            Err(error) => Error::new(format_args!("cannot be written as JSON: {error}")).into_failure().into(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        let text = String::from_value(value)?;
        let mut json = serde_json::Deserializer::from_str(&text);
        let read = serde_path_to_error::deserialize(&mut json);
        let value = read.map_err(|error| match error.path().to_string().as_str() {
            "." => Error::new(format_args!("not the JSON that was expected: {}", error.inner())),
            path => Error::new(format_args!("not the JSON that was expected, at `{path}`: {}", error.inner())),
        })?;
        json.end().map_err(|error| Error::new(format_args!("not the JSON that was expected: {error}")))?;
        Ok(Self(value))
    }
    fn missing(_: Error) -> Self {
        Self::default()
    }
}
