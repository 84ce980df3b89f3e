//! What the user has asked for. Without `file` and `endpoint` nothing is recorded.

use std::{collections::BTreeMap, path::PathBuf};

use hookspec::Host;
use reqwest::{
    Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use crate::{folders, output_file::OutputFile};

/// Where a run goes in the folder of state when `file = true`.
const RUNS: &str = "runs";

/// Where the protocol has traces, below an endpoint.
const TRACES: &str = "v1/traces";

/// Why a setting cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum SettingsError {
    #[error("`file` is not an absolute path; write one, or `true` for the usual folder")]
    RelativeFile,
    #[error("`file = true` needs a home directory; write an absolute path")]
    NoHome,
    #[error("`endpoint` is not an address that begins with http: or https:")]
    NotHttp,
    #[error("`endpoint` has a name or password in it; put it into `headers`")]
    Password,
    #[error("`headers` is not a table of names and texts")]
    NotHeaders,
    /// Its value may be a secret.
    #[error("`headers` has `{0}`, of which HTTP can send no such name or value")]
    Header(String),
}

/// What the user has asked for.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) file: Option<OutputFile>,
    pub(crate) endpoint: Option<Endpoint>,
}

/// An endpoint of the protocol over HTTP, and what is said to it.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
}

impl Settings {
    /// Reads the settings of this plugin.
    pub(crate) fn read(host: &Host) -> Result<Self, SettingsError> {
        let setting = |key| host.setting(key).map(str::trim).filter(|value| !matches!(*value, "" | "false"));
        let file = setting("file").map(|value| output_file(value, host.name())).transpose()?;
        let endpoint = setting("endpoint").map(|value| endpoint(value, setting("headers"))).transpose()?;
        Ok(Self { file, endpoint })
    }

    /// Whether anything is written or sent.
    pub(crate) fn is_on(&self) -> bool {
        self.file.is_some() || self.endpoint.is_some()
    }
}

impl Endpoint {
    /// Scheme, host and port: a path may have a key in it.
    pub(crate) fn shown(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

fn output_file(value: &str, program: &str) -> Result<OutputFile, SettingsError> {
    if value == "true" {
        let state = folders::of_program(program).ok_or(SettingsError::NoHome)?;
        return Ok(OutputFile::Usual(state.join(RUNS)));
    }
    let path = PathBuf::from(value);
    if path.is_absolute() { Ok(OutputFile::at(path)) } else { Err(SettingsError::RelativeFile) }
}

/// The address of a collector, or of the traces there.
fn endpoint(value: &str, headers: Option<&str>) -> Result<Endpoint, SettingsError> {
    let mut url = Url::parse(value).map_err(|_| SettingsError::NotHttp)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(SettingsError::NotHttp);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SettingsError::Password);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if !path.ends_with(TRACES) {
        url.set_path(&format!("{path}/{TRACES}"));
    }
    Ok(Endpoint { url, headers: headers.map(parse_headers).transpose()?.unwrap_or_default() })
}

fn parse_headers(value: &str) -> Result<HeaderMap, SettingsError> {
    let pairs: BTreeMap<String, String> = serde_json::from_str(value).map_err(|_| SettingsError::NotHeaders)?;
    pairs.into_iter().map(|(name, value)| header(&name, &value).ok_or(SettingsError::Header(name))).collect()
}

fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_have_their_path_below_the_endpoint() {
        let url = |value| endpoint(value, None).unwrap().url.to_string();
        for value in ["http://h:4318", "http://h:4318/", "http://h:4318/v1/traces"] {
            assert_eq!(url(value), "http://h:4318/v1/traces");
        }
        assert_eq!(url("https://h/otlp/"), "https://h/otlp/v1/traces");
    }

    #[test]
    fn what_cannot_be_used_is_told_without_what_may_be_secret() {
        assert_eq!(endpoint("s3cret", None).unwrap_err(), SettingsError::NotHttp);
        assert_eq!(endpoint("ftp://h/", None).unwrap_err(), SettingsError::NotHttp);
        assert_eq!(endpoint("http://a:s3cret@h/", None).unwrap_err(), SettingsError::Password);
        assert_eq!(endpoint("http://h/", Some("a=b")).unwrap_err(), SettingsError::NotHeaders);
        let error = endpoint("http://h/", Some(r#"{"x-key": "s3cret\n"}"#)).unwrap_err();
        assert_eq!(error, SettingsError::Header("x-key".to_owned()));
        assert_eq!(output_file("runs", "kedro").unwrap_err(), SettingsError::RelativeFile);
    }
}
