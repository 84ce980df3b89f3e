//! Where events go: what the host is configured with, and what the environment overrides.
//!
//! There is no default endpoint: without one, events stay on this machine.

use std::fmt;

use reqwest::Url;

use crate::env::Env;

/// Overrides the endpoint; set to nothing, events stay local.
pub const ENDPOINT_VARIABLE: &str = "KEDRO_TELEMETRY_ENDPOINT";
/// Overrides the application id (the original's variable).
pub const APP_ID_VARIABLE: &str = "HEAP_APPID_DEV";
/// The application id of kedro-telemetry 0.9.0.
pub const DEFAULT_APP_ID: &str = "2388822444";

/// An address that events can be sent to.
///
/// Displayed without the password it may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Checks an address; only `http` and `https` are known.
    pub fn parse(address: &str) -> Result<Self, InvalidAddress> {
        let url = Url::parse(address).map_err(|error| InvalidAddress(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            let message = format!("the scheme {}: is not http: or https:", url.scheme());
            return Err(InvalidAddress(message));
        }
        Ok(Self(url))
    }

    /// The address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut url = self.0.clone();
        if url.password().is_some() {
            // Fails only for addresses that cannot have a password.
            let _ = url.set_password(Some("***"));
        }
        f.write_str(url.as_str())
    }
}

/// Why an address is none that events can be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidAddress(String);

/// A setting that cannot be used, and where it came from. The value is not shown: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the telemetry endpoint in {origin} is not usable ({reason}); events stay on this machine until it is corrected"
)]
pub struct SettingsError {
    /// Where the value was written.
    pub origin: Origin,
    /// What is wrong with it.
    pub reason: InvalidAddress,
}

/// Where a setting was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This environment variable.
    Variable(&'static str),
    /// This key of the host's configuration for the plugin.
    Host(&'static str),
    /// Nowhere.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::Host(key) => write!(f, "the host's setting `{key}`"),
            Self::Default => write!(f, "the default"),
        }
    }
}

/// Where events go and in whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `None`: events stay on this machine.
    pub endpoint: Option<Endpoint>,
    /// Where the endpoint, or its absence, was written.
    pub endpoint_origin: Origin,
    /// Heap's application id.
    pub app_id: String,
    /// Where it was written.
    pub app_id_origin: Origin,
}

impl Settings {
    /// From the host's settings `endpoint` and `app_id`, overridden by the environment; an empty string is as good as none.
    pub fn resolve(env: &Env, endpoint: Option<&str>, app_id: Option<&str>) -> Result<Self, SettingsError> {
        let (endpoint, endpoint_origin) = pick(env, ENDPOINT_VARIABLE, endpoint, "endpoint");
        let parsed = endpoint
            .filter(|endpoint| !endpoint.is_empty())
            .map(|endpoint| Endpoint::parse(&endpoint))
            .transpose()
            .map_err(|reason| SettingsError { origin: endpoint_origin, reason })?;
        let (app_id, app_id_origin) = pick(env, APP_ID_VARIABLE, app_id, "app_id");
        let given = app_id.filter(|app_id| !app_id.is_empty());
        Ok(Self {
            endpoint: parsed,
            endpoint_origin,
            app_id_origin: given.as_ref().map_or(Origin::Default, |_| app_id_origin),
            app_id: given.unwrap_or_else(|| DEFAULT_APP_ID.into()),
        })
    }
}

fn pick(env: &Env, variable: &'static str, from_host: Option<&str>, key: &'static str) -> (Option<String>, Origin) {
    if let Some(value) = env.text(variable) {
        return (Some(value), Origin::Variable(variable));
    }
    match from_host {
        Some(value) => (Some(value.to_owned()), Origin::Host(key)),
        None => (None, Origin::Default),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        pairs.iter().copied().collect()
    }

    #[test]
    fn nothing_is_sent_anywhere_unless_told() {
        let settings = Settings::resolve(&env(&[]), None, None).unwrap();
        assert_eq!(settings.endpoint, None);
        assert_eq!(settings.app_id, "2388822444");
    }

    #[test]
    fn the_environment_overrides_the_host() {
        let host = Some("https://heap.example/api/track");
        let settings = Settings::resolve(&env(&[]), host, Some("7")).unwrap();
        assert_eq!(settings.endpoint.unwrap().to_string(), "https://heap.example/api/track");
        assert_eq!(settings.app_id, "7");
        assert_eq!(settings.app_id_origin, Origin::Host("app_id"));

        let overridden = env(&[(ENDPOINT_VARIABLE, "http://u:secret@127.0.0.1:9/track"), (APP_ID_VARIABLE, "8")]);
        let settings = Settings::resolve(&overridden, host, Some("7")).unwrap();
        assert_eq!(settings.endpoint.unwrap().to_string(), "http://u:***@127.0.0.1:9/track");
        assert_eq!(settings.app_id, "8");

        let local = env(&[(ENDPOINT_VARIABLE, "")]);
        let settings = Settings::resolve(&local, host, None).unwrap();
        assert_eq!(settings.endpoint, None);
        assert_eq!(settings.endpoint_origin, Origin::Variable(ENDPOINT_VARIABLE));
    }

    #[test]
    fn an_unusable_endpoint_says_where_it_is_written_but_not_its_value() {
        let error = |endpoint| {
            let env = env(&[(ENDPOINT_VARIABLE, endpoint)]);
            Settings::resolve(&env, None, None).unwrap_err().to_string()
        };
        assert_eq!(
            error("ftp://user:secret@host/"),
            "the telemetry endpoint in the environment variable KEDRO_TELEMETRY_ENDPOINT is not usable (the scheme ftp: \
             is not http: or https:); events stay on this machine until it is corrected"
        );
        for endpoint in ["heap", "https://", "http:///", "//host", "http://[::1"] {
            assert!(error(endpoint).contains("KEDRO_TELEMETRY_ENDPOINT"), "{endpoint}");
        }
        let error = Settings::resolve(&env(&[]), Some("x"), None).unwrap_err();
        assert!(error.to_string().contains("the host's setting `endpoint`"));
    }
}
