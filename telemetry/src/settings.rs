//! Where events go: what the program is configured with, and what the environment overrides.
//!
//! There is no endpoint unless the profile has one: without one, events stay on this machine.

use std::{collections::BTreeMap, fmt, time::Duration};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::{destination::Destination, endpoint::Endpoint, env::Env, profile::Profile, request_format::RequestFormat};

/// How long a command waits for delivery at most, unless the setting `timeout` says.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(2);
/// Nobody waits longer for telemetry, whatever is configured.
pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Who delivers, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// A process of its own; the command does not wait.
    Background,
    /// The command itself before it ends, for containers that are gone with it. What is not sent in
    /// time stays queued.
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

/// A setting that cannot be used, and where it came from. The value is not shown: it may hold a
/// password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the telemetry {what} in {origin} is not usable ({reason}); until it is corrected, what is recorded stays on this machine"
)]
pub struct SettingsError {
    /// The setting.
    pub what: &'static str,
    /// Where the value was written.
    pub origin: SettingOrigin,
    /// What is wrong with it.
    pub reason: String,
}

/// Where a setting was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingOrigin {
    /// This environment variable.
    Variable(String),
    /// The configuration of the program, or of whatever owns its settings.
    Setting {
        /// Whose it is.
        owner: String,
        /// Its key.
        key: &'static str,
    },
    /// Nowhere.
    Default,
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::Setting { owner, key } => write!(f, "the {owner}'s setting `{key}`"),
            Self::Default => write!(f, "the default"),
        }
    }
}

/// Where events go and in whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where events go; `None`: they stay on this machine.
    pub destination: Option<Destination>,
    /// Where the endpoint, or its absence, was written.
    pub endpoint_origin: SettingOrigin,
    /// The application id, also where events go nowhere.
    pub app_id: String,
    /// Where it was written.
    pub app_id_origin: SettingOrigin,
    /// What else is said with each request, such as a key; never shown.
    pub headers: HeaderMap,
    /// Who delivers.
    pub delivery: Delivery,
    /// Where that was written.
    pub delivery_origin: SettingOrigin,
}

impl Settings {
    /// From the settings `endpoint`, `app_id`, `delivery` (`background` or `blocking`), `timeout`
    /// (seconds, or with a unit: `500ms`), `format` ([`RequestFormat::word`]) and `headers` (a table), the
    /// first three overridden by the environment; an empty string is as good as none.
    pub fn resolve(
        profile: &Profile,
        env: &Env,
        setting: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        let pick = |variable: &str, key| pick(profile, env, variable, setting(key), key);
        let unusable = |what, origin: &SettingOrigin, reason| SettingsError { what, origin: origin.clone(), reason };

        let (mut endpoint, endpoint_origin) = pick(&profile.endpoint_variable, "endpoint");
        if endpoint_origin == SettingOrigin::Default {
            endpoint = profile.endpoint.as_deref().map(str::to_owned);
        }
        let parsed = endpoint.map(|endpoint| Endpoint::parse(&endpoint)).transpose();
        let endpoint = parsed.map_err(|reason| unusable("endpoint", &endpoint_origin, reason.to_string()))?;

        let (app_id, app_id_origin) = pick(&profile.app_id_variable, "app_id");

        let (delivery, delivery_origin) = pick(&profile.delivery_variable, "delivery");
        let delivery = match delivery.as_deref() {
            None | Some("background") => Delivery::Background,
            Some("blocking") => {
                let timeout = timeout(setting("timeout").as_deref());
                let origin = from_program(profile, "timeout");
                let not_a_duration = "not a duration, such as `2` or `500ms`";
                Delivery::Blocking {
                    timeout: timeout.ok_or_else(|| unusable("timeout", &origin, not_a_duration.into()))?,
                }
            }
            Some(_) => {
                return Err(unusable("delivery", &delivery_origin, "there are background and blocking".into()));
            }
        };
        let app_id_origin = if app_id.is_some() { app_id_origin } else { SettingOrigin::Default };
        let app_id = app_id.unwrap_or_else(|| profile.app_id.clone().into_owned());
        let format = format(setting("format").as_deref());
        let format = format.map_err(|reason| unusable("format", &from_program(profile, "format"), reason))?;
        if let Some(endpoint) = &endpoint {
            check(format, endpoint, app_id_origin != SettingOrigin::Default)
                .map_err(|reason| unusable("format", &from_program(profile, "format"), reason))?;
        }
        let headers = setting("headers").filter(|headers| !headers.is_empty());
        let headers = headers.map_or_else(|| Ok(HeaderMap::new()), |headers| parse_headers(&headers));
        let headers = headers.map_err(|reason| unusable("headers", &from_program(profile, "headers"), reason))?;
        Ok(Self {
            destination: endpoint.map(|endpoint| Destination { endpoint, app_id: app_id.clone(), format }),
            endpoint_origin,
            app_id_origin,
            app_id,
            headers,
            delivery,
            delivery_origin,
        })
    }
}

fn format(setting: Option<&str>) -> Result<RequestFormat, String> {
    let Some(word) = setting.filter(|word| !word.is_empty()) else { return Ok(RequestFormat::default()) };
    let known = || RequestFormat::ALL.map(RequestFormat::word).join(", ");
    RequestFormat::of_word(word).ok_or_else(|| format!("there are {}", known()))
}

/// Why events in this form cannot go to this endpoint, in nobody's name if there is no key.
fn check(format: RequestFormat, endpoint: &Endpoint, has_key: bool) -> Result<(), String> {
    let word = format.word();
    if !format.fits(endpoint) {
        return Err(match endpoint.file() {
            Some(_) => format!("`{word}` is for http: and https: endpoints"),
            None if format == RequestFormat::Mixpanel => {
                format!("`{word}` goes to an endpoint that ends in /import?strict=1")
            }
            None => format!("`{word}` goes to an endpoint whose path ends in {}", format.path()),
        });
    }
    if format.needs_key() && !has_key {
        return Err(format!("`{word}` needs the key of your project in `app_id`"));
    }
    Ok(())
}

/// Names and values of headers; neither is told, for one may be a secret that was put in the wrong
/// place.
fn parse_headers(value: &str) -> Result<HeaderMap, String> {
    let not_headers = || "it is no table of names and texts that HTTP can send".to_owned();
    let pairs: BTreeMap<String, String> = serde_json::from_str(value).map_err(|_| not_headers())?;
    let pair = |(name, value): (String, String)| {
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(true);
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
    };
    pairs.into_iter().map(pair).collect::<Option<_>>().ok_or_else(not_headers)
}

fn timeout(setting: Option<&str>) -> Option<Duration> {
    let Some(text) = setting.filter(|text| !text.is_empty()) else { return Some(DEFAULT_TIMEOUT) };
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.or_else(|| humantime::parse_duration(text).ok()).map(|timeout| timeout.min(LONGEST_TIMEOUT))
}

fn from_program(profile: &Profile, key: &'static str) -> SettingOrigin {
    SettingOrigin::Setting { owner: profile.settings_owner.clone().into_owned(), key }
}

/// A value that is not empty, and where it was written; also where its absence was.
fn pick(
    profile: &Profile,
    env: &Env,
    variable: &str,
    setting: Option<String>,
    key: &'static str,
) -> (Option<String>, SettingOrigin) {
    if let Some(value) = env.text(variable) {
        return (Some(value).filter(|value| !value.is_empty()), SettingOrigin::Variable(variable.to_owned()));
    }
    match setting {
        Some(value) => (Some(value).filter(|value| !value.is_empty()), from_program(profile, key)),
        None => (None, SettingOrigin::Default),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: &str = "NOTES_TELEMETRY_ENDPOINT";
    const APP_ID: &str = "NOTES_TELEMETRY_APP_ID";
    const DELIVERY: &str = "NOTES_TELEMETRY_DELIVERY";

    fn resolve(env: &Env, host: impl Fn(&str) -> Option<&'static str>) -> Result<Settings, SettingsError> {
        let profile = Profile::new("notes", "1").with_app_id("12").with_settings_of("host");
        Settings::resolve(&profile, env, |key| host(key).map(str::to_owned))
    }

    fn env(pairs: &[(&str, &str)]) -> Env {
        pairs.iter().copied().collect()
    }

    #[test]
    fn nothing_is_sent_anywhere_unless_told() {
        let settings = resolve(&env(&[]), |_| None).unwrap();
        assert_eq!(settings.destination, None);
        assert_eq!(settings.app_id, "12");
    }

    #[test]
    fn the_environment_overrides_the_host() {
        let host = |key: &str| match key {
            "endpoint" => Some("https://heap.example/api/track"),
            "app_id" => Some("7"),
            _ => None,
        };
        let settings = resolve(&env(&[]), host).unwrap();
        assert_eq!(settings.destination.unwrap().endpoint.to_string(), "https://heap.example/api/track");
        assert_eq!(settings.app_id, "7");
        assert_eq!(settings.app_id_origin, SettingOrigin::Setting { owner: "host".into(), key: "app_id" });

        let overridden = env(&[(ENDPOINT, "http://u:secret@127.0.0.1:9/track"), (APP_ID, "8")]);
        let settings = resolve(&overridden, host).unwrap();
        assert_eq!(settings.destination.unwrap().endpoint.to_string(), "http://***@127.0.0.1:9/track");
        assert_eq!(settings.app_id, "8");

        let local = env(&[(ENDPOINT, "")]);
        let settings = resolve(&local, host).unwrap();
        assert_eq!(settings.destination, None);
        assert_eq!(settings.endpoint_origin, SettingOrigin::Variable(ENDPOINT.into()));
    }

    #[test]
    fn an_endpoint_of_the_profile_counts_where_nothing_else_is_said() {
        let profile = Profile::new("notes", "1").with_endpoint("https://built-in.example/");
        let endpoint = |env, setting: Option<&str>| {
            let setting = |key: &str| setting.filter(|_| key == "endpoint").map(str::to_owned);
            let settings = Settings::resolve(&profile, &env, setting).unwrap();
            settings.destination.map(|destination| destination.endpoint.to_string())
        };
        assert_eq!(endpoint(env(&[]), None).unwrap(), "https://built-in.example/");
        assert_eq!(endpoint(env(&[]), Some("https://set.example/")).unwrap(), "https://set.example/");
        assert_eq!(endpoint(env(&[(ENDPOINT, "https://said.example/")]), None).unwrap(), "https://said.example/");
        assert_eq!(endpoint(env(&[]), Some("")), None);
        assert_eq!(endpoint(env(&[(ENDPOINT, "")]), None), None);
    }

    #[test]
    fn an_unusable_endpoint_says_where_it_is_written_but_not_its_value() {
        let error = |endpoint| {
            let env = env(&[(ENDPOINT, endpoint)]);
            resolve(&env, |_| None).unwrap_err().to_string()
        };
        assert_eq!(
            error("ftp://user:secret@host/"),
            "the telemetry endpoint in the environment variable NOTES_TELEMETRY_ENDPOINT is not usable (it begins \
             with neither http:, https: nor file:); until it is corrected, what is recorded stays on this machine"
        );
        // On Windows, that is a file of another machine.
        let elsewhere = cfg!(unix).then_some("file://host/usage");
        let unusable = ["heap", "https://", "http:///", "//host", "http://[::1", "file:///", "file:///usage/"];
        for endpoint in unusable.into_iter().chain(elsewhere) {
            assert!(error(endpoint).contains("NOTES_TELEMETRY_ENDPOINT"), "{endpoint}");
        }
        let error = resolve(&env(&[]), |key| (key == "endpoint").then_some("x")).unwrap_err();
        assert!(error.to_string().contains("the host's setting `endpoint`"));
    }

    /// Settings of these values, as a host has them.
    fn of(pairs: &[(&str, &'static str)]) -> Result<Settings, SettingsError> {
        resolve(&env(&[]), |key| pairs.iter().find(|(known, _)| *known == key).map(|(_, value)| *value))
    }

    #[test]
    fn a_format_has_to_fit_the_path_and_to_have_its_key() {
        for (format, fitting) in [
            ("heap", "https://h.example/api/track"),
            ("ndjson", "https://h.example/anything"),
            ("posthog", "https://eu.i.posthog.com/batch/"),
            ("segment", "https://api.segment.io/v1/batch"),
            ("otlp", "http://127.0.0.1:4318/v1/logs"),
            ("otlp-protobuf", "http://127.0.0.1:4318/v1/logs"),
            ("amplitude", "https://api2.amplitude.com/2/httpapi"),
            ("mixpanel", "https://api.mixpanel.com/import?strict=1"),
        ] {
            let settings = of(&[("format", format), ("endpoint", fitting), ("app_id", "k3y")]).unwrap();
            assert_eq!(settings.destination.unwrap().format.word(), format);
            let elsewhere = of(&[("format", format), ("endpoint", "https://h.example/other"), ("app_id", "k3y")]);
            let is_choosy = !matches!(format, "heap" | "ndjson");
            assert_eq!(elsewhere.is_err(), is_choosy, "{format}");
            let file = if cfg!(windows) { "file:///C:/usage.ndjson" } else { "file:///var/usage.ndjson" };
            let in_file = of(&[("format", format), ("endpoint", file), ("app_id", "k3y")]);
            assert_eq!(in_file.is_err(), is_choosy, "{format}");
            let keyless = of(&[("format", format), ("endpoint", fitting)]);
            let needs_key = matches!(format, "posthog" | "segment" | "amplitude" | "mixpanel");
            assert_eq!(keyless.is_err(), needs_key, "{format}");
        }
        let error = of(&[("format", "s3cret")]).unwrap_err().to_string();
        assert!(error.contains("there are heap, posthog, ") && !error.contains("s3cret"), "{error}");
    }

    #[test]
    fn headers_are_a_table_and_never_shown() {
        let settings = of(&[("headers", r#"{"x-key": "s3cret"}"#)]).unwrap();
        assert_eq!(settings.headers["x-key"], "s3cret");
        assert!(!format!("{settings:?}").contains("s3cret"));
        for wrong in ["s3cret", "[1]", r#"{"s3cret\n": "a"}"#, r#"{"a": "s3cret\n"}"#, r#"{"a": {"b": "s3cret"}}"#] {
            let error = of(&[("headers", wrong)]).unwrap_err().to_string();
            assert!(error.contains("the host's setting `headers`") && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_command_waits_for_delivery_only_if_told_and_never_for_long() {
        let delivery = |variable: &[(&str, &str)], delivery: &'static str, timeout: &'static str| {
            let host = |key: &str| match key {
                "delivery" => Some(delivery),
                "timeout" => Some(timeout),
                _ => None,
            };
            resolve(&env(variable), host).map(|settings| settings.delivery)
        };
        let blocking = |millis| Ok(Delivery::Blocking { timeout: Duration::from_millis(millis) });
        assert_eq!(delivery(&[], "", ""), Ok(Delivery::Background));
        assert_eq!(delivery(&[], "background", "7"), Ok(Delivery::Background));
        assert_eq!(delivery(&[], "blocking", ""), blocking(2_000));
        assert_eq!(delivery(&[], "blocking", "0.5"), blocking(500));
        assert_eq!(delivery(&[], "blocking", "1500ms"), blocking(1_500));
        assert_eq!(delivery(&[], "blocking", "3600"), blocking(10_000));
        assert_eq!(delivery(&[(DELIVERY, "background")], "blocking", ""), Ok(Delivery::Background));
        assert_eq!(delivery(&[(DELIVERY, "blocking")], "", "1"), blocking(1_000));
        assert_eq!(
            delivery(&[(DELIVERY, "now")], "", "").unwrap_err().to_string(),
            "the telemetry delivery in the environment variable NOTES_TELEMETRY_DELIVERY is not usable (there are background \
             and blocking); until it is corrected, what is recorded stays on this machine"
        );
        for timeout in ["soon", "-1", "NaN"] {
            let error = delivery(&[], "blocking", timeout).unwrap_err().to_string();
            assert!(error.contains("(not a duration, such as `2` or `500ms`)"), "{error}");
        }
    }
}
