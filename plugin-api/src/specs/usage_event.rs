//! Usage events that plugins and hosts raise, for whoever records them.

use std::borrow::Cow;

use crate::{Error, Host, Wire, abi::Value, describe::Describe};

/// Lists within lists, at most so deep.
const MAX_DEPTH: usize = 16;

crate::views! {
    /// A usage event that a plugin or the host has raised, see [`UsageEvent::raise`].
    pub view Usage of UsageSource {
        /// What happened: `skill_installed`.
        fn name(&self) -> &str;
        /// Its properties, by name.
        fn properties(&self) -> Vec<(&str, PropertyValue<'_>)>;
        /// The folder of the project that it is about, if any.
        fn project_path(&self) -> Option<&str>;
        /// The plugin that raised it; empty for the host itself.
        fn raised_by(&self) -> &str;
    }
}

crate::hookspecs! {
    /// A usage event has been raised. A hookimpl answers whether it has recorded the event.
    pub hook UsageEvent = "usage_event" fn(Usage) -> bool, open;
}

impl UsageEvent {
    /// Raises a usage event, for a telemetry plugin to record with the consent that it asks for
    /// itself: ask for none of your own. Whether it was recorded; it is not when there is no such
    /// plugin, when the user has refused, when the host does not let usage events through, or when
    /// something went wrong. Never fails.
    ///
    /// The name, and the names and values of the properties, are recorded and sent as given.
    /// **Whoever raises an event answers for what is in it**: no name, path, argument or anything
    /// else of a person or a project.
    ///
    /// `project_path` is the folder of the project that the event is about, if any; what it says of
    /// telemetry counts.
    ///
    /// ```
    /// # fn installed(host: &hookspec::Host) {
    /// use hookspec::specs::UsageEvent;
    ///
    /// let properties = vec![("skill", "catalog".into()), ("retries", 2.into())];
    /// UsageEvent::raise(host, "skill_installed", properties, None);
    /// # }
    /// ```
    #[expect(clippy::must_use_candidate, reason = "most who raise an event do not care")]
    pub fn raise(
        host: &Host,
        name: &str,
        properties: Vec<(&str, PropertyValue<'_>)>,
        project_path: Option<&str>,
    ) -> bool {
        let usage = Usage::of(host.plugin(), name, properties, project_path);
        host.call(Self, usage).is_ok_and(|answers| answers.contains(&true))
    }
}

/// The value of an event's property.
///
/// ```
/// use hookspec::specs::PropertyValue;
///
/// assert_eq!(PropertyValue::from(3), PropertyValue::Int(3));
/// assert_eq!(PropertyValue::from("tea"), PropertyValue::Text("tea".into()));
/// let list = PropertyValue::List(vec!["tea".into(), 3.into(), true.into()]);
/// assert_eq!(PropertyValue::from(vec!["tea".into(), 3.into(), true.into()]), list);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum PropertyValue<'a> {
    /// No value.
    None,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Several values, at most 16 lists deep. Who records an event may make a text of them.
    List(Vec<PropertyValue<'a>>),
}

impl PropertyValue<'_> {
    /// The same with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> PropertyValue<'static> {
        match self {
            Self::None => PropertyValue::None,
            Self::Bool(value) => PropertyValue::Bool(value),
            Self::Int(value) => PropertyValue::Int(value),
            Self::Float(value) => PropertyValue::Float(value),
            Self::Text(text) => PropertyValue::Text(Cow::Owned(text.into_owned())),
            Self::List(items) => PropertyValue::List(items.into_iter().map(PropertyValue::into_owned).collect()),
        }
    }

    /// The same, borrowed.
    #[must_use]
    pub fn borrowed(&self) -> PropertyValue<'_> {
        match self {
            Self::Text(text) => PropertyValue::Text(Cow::Borrowed(text)),
            Self::List(items) => PropertyValue::List(items.iter().map(PropertyValue::borrowed).collect()),
            Self::None => PropertyValue::None,
            Self::Bool(value) => PropertyValue::Bool(*value),
            Self::Int(value) => PropertyValue::Int(*value),
            Self::Float(value) => PropertyValue::Float(*value),
        }
    }
}

fn read(value: Value<'_>, depth: usize) -> Result<PropertyValue<'_>, Error> {
    Ok(match value {
        Value::None => PropertyValue::None,
        Value::Bool(value) => PropertyValue::Bool(value),
        Value::Int(value) => PropertyValue::Int(value),
        Value::Float(value) => PropertyValue::Float(value),
        Value::Str(text) => PropertyValue::Text(Cow::Borrowed(text.as_str())),
        Value::String(text) => PropertyValue::Text(Cow::Owned(text.into_string())),
        Value::List(_) if depth == MAX_DEPTH => return Err(Error::new("a property's lists are too deep")),
        Value::List(items) => {
            PropertyValue::List(items.into_iter().map(|item| read(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        // Gives the failure that the other side reported, or says what came instead.
        other => return String::from_value(other).map(|text| PropertyValue::Text(Cow::Owned(text))),
    })
}

impl<'a> Wire<'a> for PropertyValue<'a> {
    const NULLABLE: bool = true;

    fn describe(_: &mut Describe) -> String {
        "property_value".to_owned()
    }

    fn into_value(self) -> Value<'a> {
        match self {
            Self::None => Value::None,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Float(value) => Value::Float(value),
            Self::Text(Cow::Borrowed(text)) => Value::Str(text.into()),
            Self::Text(Cow::Owned(text)) => Value::String(text.into()),
            Self::List(items) => Value::List(items.into_iter().map(Self::into_value).collect()),
        }
    }

    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        read(value, 0)
    }

    fn missing(_: Error) -> Self {
        Self::None
    }
}

impl From<bool> for PropertyValue<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for PropertyValue<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for PropertyValue<'_> {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for PropertyValue<'_> {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

/// A count; one beyond `i64` is the greatest that fits.
impl From<usize> for PropertyValue<'_> {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<f64> for PropertyValue<'_> {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl<'a> From<&'a str> for PropertyValue<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for PropertyValue<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Vec<PropertyValue<'a>>> for PropertyValue<'a> {
    fn from(items: Vec<PropertyValue<'a>>) -> Self {
        Self::List(items)
    }
}

/// A usage event as plain values.
struct Raised {
    plugin: String,
    name: String,
    properties: Vec<(String, PropertyValue<'static>)>,
    project_path: Option<String>,
}

impl UsageSource for Raised {
    fn name(&self) -> &str {
        &self.name
    }

    fn properties(&self) -> Vec<(&str, PropertyValue<'_>)> {
        self.properties.iter().map(|(name, value)| (name.as_str(), value.borrowed())).collect()
    }

    fn project_path(&self) -> Option<&str> {
        self.project_path.as_deref()
    }

    fn raised_by(&self) -> &str {
        &self.plugin
    }
}

impl Usage {
    /// An event of the plugin `raised_by`, or of the host itself where that is empty, from plain
    /// values.
    #[must_use]
    pub fn of(
        raised_by: &str,
        name: &str,
        properties: Vec<(&str, PropertyValue<'_>)>,
        project_path: Option<&str>,
    ) -> Self {
        let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
        Self::new(Raised {
            plugin: raised_by.to_owned(),
            name: name.to_owned(),
            properties,
            project_path: project_path.map(str::to_owned),
        })
    }
}
