//! What telemetry knows before anything is recorded, for hosts that have to say or send it
//! themselves: no second copy of consent, of identity and of what every event says.

use super::PropertyValue;
use crate::Result;

crate::views! {
    /// What the answer is to be about.
    pub view UsageScope of UsageScopeSource {
        /// The folder of the project, if it is about one.
        fn project_path(&self) -> Option<&str>;
        /// The name of the project's package; empty where it is not known.
        fn package_name(&self) -> &str;
    }

    /// What telemetry knows. Each method finds out what it gives, and no more.
    pub view UsageFacts of UsageFactsSource {
        /// `false` when anything refuses; `true` when the project itself says yes; `None` when
        /// nobody has said anything, and usage is recorded. Whatever could not be found out is an
        /// error, to be taken for a refusal. Changes nothing.
        fn consent(&self) -> Result<Option<bool>>;
        /// The user's id, made and kept if there is none yet; under a refusal, and where no person
        /// is, none is made. Empty where there is none.
        fn user(&self) -> &str;
        /// The id of the application that events are sent for.
        fn app_id(&self) -> &str;
        /// What every event says, in the order it is sent. [`PropertyValue::None`] is what is sent
        /// as null. The ids of user and project are made and kept as by [`UsageFacts::user`].
        fn properties(&self) -> Vec<(&str, PropertyValue<'_>)>;
    }
}

crate::hookspecs! {
    /// What would telemetry say of this project, or outside of any? The telemetry plugin answers;
    /// without one there is no answer, and nothing to be recorded.
    pub hook AskUsageFacts = "ask_usage_facts" fn(UsageScope) -> UsageFacts, first_result, open;
}

/// A scope as plain values.
struct Scope {
    project_path: Option<String>,
    package_name: String,
}

impl UsageScopeSource for Scope {
    fn project_path(&self) -> Option<&str> {
        self.project_path.as_deref()
    }

    fn package_name(&self) -> &str {
        &self.package_name
    }
}

impl UsageScope {
    /// The project in this folder, whose package has this name, if that is known.
    pub fn of_project(path: impl Into<String>, package_name: impl Into<String>) -> Self {
        Self::new(Scope { project_path: Some(path.into()), package_name: package_name.into() })
    }

    /// No project.
    #[must_use]
    pub fn outside() -> Self {
        Self::new(Scope { project_path: None, package_name: String::new() })
    }
}
