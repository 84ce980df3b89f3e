//! The environment as a value: what a decision depends on is passed in, never looked up behind its
//! back.

use std::{collections::BTreeMap, ffi::OsString};

/// The variables a decision may depend on.
///
/// [`Env::process`] reads the process's own environment at each lookup; collected from pairs, it is
/// a fixed set that has nothing to do with the process.
#[derive(Debug, Clone)]
pub struct Env(Variables);

#[derive(Debug, Clone)]
enum Variables {
    Process,
    Fixed(BTreeMap<OsString, OsString>),
}

impl Env {
    /// The environment of this process.
    #[must_use]
    pub fn process() -> Self {
        Self(Variables::Process)
    }

    /// The value of `name`, empty when it is set to nothing, `None` when it is not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<OsString> {
        match &self.0 {
            Variables::Process => std::env::var_os(name),
            Variables::Fixed(variables) => variables.get(std::ffi::OsStr::new(name)).cloned(),
        }
    }

    /// The value of `name` as text; what is not Unicode is replaced by U+FFFD.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| value.to_string_lossy().into_owned())
    }

    /// Whether `name` is set, be it to the empty string.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether `name` is set to something.
    #[must_use]
    pub fn is_non_empty(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }

    /// Whether one of `names` is set to something.
    #[must_use]
    pub fn is_any_non_empty<'a>(&self, names: impl Iterator<Item = &'a str> + Clone) -> bool {
        let Variables::Process = self.0 else {
            return names.clone().any(|name| self.is_non_empty(name));
        };
        // Each lookup goes through the whole environment, which is done once for all here. What a
        // name is spelt like is for the lookup to say: Windows ignores case.
        std::env::vars_os().any(|(set, _)| {
            let is_meant = |name: &&str| set.as_encoded_bytes().eq_ignore_ascii_case(name.as_bytes());
            names.clone().filter(is_meant).any(|name| self.is_non_empty(name))
        })
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self(Variables::Fixed(variables))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_variables_of_the_process_one_is_found() {
        let env = Env::process();
        let name = std::env::vars_os()
            .find_map(|(name, value)| name.into_string().ok().filter(|_| !value.is_empty()))
            .unwrap_or_default();
        assert!(env.is_any_non_empty(["THERE_IS_NO_SUCH_VARIABLE", &*name].into_iter()), "{name}");
        assert!(!env.is_any_non_empty(["THERE_IS_NO_SUCH_VARIABLE"].into_iter()));
    }

    #[test]
    fn a_variable_may_be_set_to_nothing() {
        let env: Env = [("HOME", "/home/ada"), ("DO_NOT_TRACK", "")].into_iter().collect();
        assert_eq!(env.text("HOME").as_deref(), Some("/home/ada"));
        assert!(env.is_set("DO_NOT_TRACK"));
        assert!(!env.is_non_empty("DO_NOT_TRACK"));
    }
}
