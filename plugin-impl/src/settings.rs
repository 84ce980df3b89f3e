//! Where events go: what the host is configured with, and what the environment overrides.
//!
//! There is no default endpoint: without one, events stay on this machine.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Url;

use crate::env::Env;

/// Overrides the endpoint; set to nothing, events stay local.
pub const ENDPOINT_VARIABLE: &str = "KEDRO_TELEMETRY_ENDPOINT";
/// Overrides the application id (the original's variable).
pub const APP_ID_VARIABLE: &str = "HEAP_APPID_DEV";
/// The application id of kedro-telemetry 0.9.0.
pub const DEFAULT_APP_ID: &str = "2388822444";

/// How events are delivered; overrides the host's setting `delivery`.
pub const DELIVERY_VARIABLE: &str = "KEDRO_TELEMETRY_DELIVERY";
/// How long a command waits for delivery at most, unless the host's setting `timeout` says.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(2);
/// Nobody waits longer for telemetry, whatever is configured.
pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(10);

/// An address that events can be sent to: of Heap's track API (`https://heapanalytics.com/api/track`, for data in the EU
/// `https://c.eu.heap-api.com/api/track`), of whatever understands the same requests, or of a file
/// (`file:///var/lib/usage.ndjson`) to which each event is appended as a line of JSON, once.
///
/// Displayed without the password it may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    file: Option<PathBuf>,
}

impl Endpoint {
    /// Checks an address; only `http`, `https` and `file` are known.
    pub fn parse(address: &str) -> Result<Self, InvalidAddress> {
        let url = Url::parse(address).map_err(|error| InvalidAddress(error.to_string()))?;
        match url.scheme() {
            "http" | "https" => Ok(Self { url, file: None }),
            "file" => {
                let file = url.to_file_path().ok().filter(|_| !url.path().ends_with('/'));
                let file = file.ok_or_else(|| InvalidAddress("file: needs the absolute path of a file".into()))?;
                Ok(Self { url, file: Some(file) })
            }
            scheme => Err(InvalidAddress(format!("the scheme {scheme}: is not http:, https: or file:"))),
        }
    }

    /// The address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The file that events are appended to, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

/// Who delivers, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// A process of its own; the command does not wait.
    Background,
    /// The command itself before it ends, for containers that are gone with it. What is not sent in time stays queued.
    Blocking {
        /// How long the command waits at most.
        timeout: Duration,
    },
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Background => f.write_str("background"),
            Self::Blocking { timeout } => {
                write!(f, "blocking, for {} at most", humantime::format_duration(*timeout))
            }
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut url = self.url.clone();
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
#[error("the telemetry {what} in {origin} is not usable ({reason}); events stay on this machine until it is corrected")]
pub struct SettingsError {
    /// The setting.
    pub what: &'static str,
    /// Where the value was written.
    pub origin: Origin,
    /// What is wrong with it.
    pub reason: String,
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
    /// Who delivers.
    pub delivery: Delivery,
    /// Where that was written.
    pub delivery_origin: Origin,
}

impl Settings {
    /// From the host's settings `endpoint`, `app_id`, `delivery` (`background` or `blocking`) and `timeout` (seconds, or with a unit:
    /// `500ms`), the first three overridden by the environment; an empty string is as good as none.
    pub fn resolve<'h>(env: &Env, host: impl Fn(&str) -> Option<&'h str>) -> Result<Self, SettingsError> {
        let (endpoint, endpoint_origin) = pick(env, ENDPOINT_VARIABLE, host("endpoint"), "endpoint");
        let parsed = endpoint.map(|endpoint| Endpoint::parse(&endpoint)).transpose();
        let unusable = |what, origin, reason| SettingsError { what, origin, reason };
        let endpoint = parsed.map_err(|reason| unusable("endpoint", endpoint_origin, reason.to_string()))?;
        let (app_id, app_id_origin) = pick(env, APP_ID_VARIABLE, host("app_id"), "app_id");
        let (delivery, delivery_origin) = pick(env, DELIVERY_VARIABLE, host("delivery"), "delivery");
        let delivery = match delivery.as_deref() {
            None | Some("background") => Delivery::Background,
            Some("blocking") => Delivery::Blocking {
                timeout: timeout(host("timeout"))
                    .ok_or_else(|| unusable("timeout", Origin::Host("timeout"), "it is no time".into()))?,
            },
            Some(_) => {
                return Err(unusable("delivery", delivery_origin, "there are background and blocking".into()));
            }
        };
        Ok(Self {
            endpoint,
            endpoint_origin,
            app_id_origin: app_id.as_ref().map_or(Origin::Default, |_| app_id_origin),
            app_id: app_id.unwrap_or_else(|| DEFAULT_APP_ID.into()),
            delivery,
            delivery_origin,
        })
    }
}

fn timeout(setting: Option<&str>) -> Option<Duration> {
    let Some(text) = setting.filter(|text| !text.is_empty()) else { return Some(DEFAULT_TIMEOUT) };
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.or_else(|| humantime::parse_duration(text).ok()).map(|timeout| timeout.min(LONGEST_TIMEOUT))
}

/// A value that is not empty, and where it was written; also where its absence was.
fn pick(env: &Env, variable: &'static str, from_host: Option<&str>, key: &'static str) -> (Option<String>, Origin) {
    if let Some(value) = env.text(variable) {
        return (Some(value).filter(|value| !value.is_empty()), Origin::Variable(variable));
    }
    match from_host {
        Some(value) => (Some(value.to_owned()).filter(|value| !value.is_empty()), Origin::Host(key)),
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
        let settings = Settings::resolve(&env(&[]), |_| None).unwrap();
        assert_eq!(settings.endpoint, None);
        assert_eq!(settings.app_id, "2388822444");
    }

    #[test]
    fn the_environment_overrides_the_host() {
        let host = |key: &str| match key {
            "endpoint" => Some("https://heap.example/api/track"),
            "app_id" => Some("7"),
            _ => None,
        };
        let settings = Settings::resolve(&env(&[]), host).unwrap();
        assert_eq!(settings.endpoint.unwrap().to_string(), "https://heap.example/api/track");
        assert_eq!(settings.app_id, "7");
        assert_eq!(settings.app_id_origin, Origin::Host("app_id"));

        let overridden = env(&[(ENDPOINT_VARIABLE, "http://u:secret@127.0.0.1:9/track"), (APP_ID_VARIABLE, "8")]);
        let settings = Settings::resolve(&overridden, host).unwrap();
        assert_eq!(settings.endpoint.unwrap().to_string(), "http://u:***@127.0.0.1:9/track");
        assert_eq!(settings.app_id, "8");

        let local = env(&[(ENDPOINT_VARIABLE, "")]);
        let settings = Settings::resolve(&local, host).unwrap();
        assert_eq!(settings.endpoint, None);
        assert_eq!(settings.endpoint_origin, Origin::Variable(ENDPOINT_VARIABLE));
    }

    #[test]
    fn an_unusable_endpoint_says_where_it_is_written_but_not_its_value() {
        let error = |endpoint| {
            let env = env(&[(ENDPOINT_VARIABLE, endpoint)]);
            Settings::resolve(&env, |_| None).unwrap_err().to_string()
        };
        assert_eq!(
            error("ftp://user:secret@host/"),
            "the telemetry endpoint in the environment variable KEDRO_TELEMETRY_ENDPOINT is not usable (the scheme ftp: \
             is not http:, https: or file:); events stay on this machine until it is corrected"
        );
        for endpoint in
            ["heap", "https://", "http:///", "//host", "http://[::1", "file://host/usage", "file:///", "file:///usage/"]
        {
            assert!(error(endpoint).contains("KEDRO_TELEMETRY_ENDPOINT"), "{endpoint}");
        }
        let error = Settings::resolve(&env(&[]), |key| (key == "endpoint").then_some("x")).unwrap_err();
        assert!(error.to_string().contains("the host's setting `endpoint`"));
    }

    #[test]
    fn a_command_waits_for_delivery_only_if_told_and_never_for_long() {
        let delivery = |variable: &[(&str, &str)], delivery: &'static str, timeout: &'static str| {
            let host = |key: &str| match key {
                "delivery" => Some(delivery),
                "timeout" => Some(timeout),
                _ => None,
            };
            Settings::resolve(&env(variable), host).map(|settings| settings.delivery)
        };
        let blocking = |millis| Ok(Delivery::Blocking { timeout: Duration::from_millis(millis) });
        assert_eq!(delivery(&[], "", ""), Ok(Delivery::Background));
        assert_eq!(delivery(&[], "background", "7"), Ok(Delivery::Background));
        assert_eq!(delivery(&[], "blocking", ""), blocking(2_000));
        assert_eq!(delivery(&[], "blocking", "0.5"), blocking(500));
        assert_eq!(delivery(&[], "blocking", "1500ms"), blocking(1_500));
        assert_eq!(delivery(&[], "blocking", "3600"), blocking(10_000));
        assert_eq!(delivery(&[(DELIVERY_VARIABLE, "background")], "blocking", ""), Ok(Delivery::Background));
        assert_eq!(delivery(&[(DELIVERY_VARIABLE, "blocking")], "", "1"), blocking(1_000));
        assert_eq!(
            delivery(&[(DELIVERY_VARIABLE, "now")], "", "").unwrap_err().to_string(),
            "the telemetry delivery in the environment variable KEDRO_TELEMETRY_DELIVERY is not usable (there are background \
             and blocking); events stay on this machine until it is corrected"
        );
        for timeout in ["soon", "-1", "NaN"] {
            assert!(delivery(&[], "blocking", timeout).is_err(), "{timeout}");
        }
    }

    #[test]
    fn a_file_may_be_the_endpoint() {
        let endpoint = Endpoint::parse("file:///var/lib/my%20usage.ndjson").unwrap();
        assert_eq!(endpoint.file(), Some(Path::new("/var/lib/my usage.ndjson")));
        assert_eq!(Endpoint::parse("http://localhost/").unwrap().file(), None);
    }
}
