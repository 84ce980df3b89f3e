//! The proxies that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`,
//! also in lower case.

use reqwest::{NoProxy, Proxy, Url, blocking::ClientBuilder};

use super::error::HttpError;
use crate::env::Env;

type MakeProxy = fn(Url) -> reqwest::Result<Proxy>;

/// The more special first: the first that fits is taken.
const PROXIES: [(&str, MakeProxy); 3] = [
    ("HTTPS_PROXY", |address| Proxy::https(address)),
    ("HTTP_PROXY", |address| Proxy::http(address)),
    ("ALL_PROXY", |address| Proxy::all(address)),
];

/// What a proxy may be asked by.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Has a client use the proxies of `env`, not whatever the process has, and says whether there are
/// any.
///
/// # Errors
/// When one is named that is none: whoever names a proxy wants nothing to go past it.
pub fn set(builder: ClientBuilder, env: &Env) -> Result<(ClientBuilder, bool), HttpError> {
    let mut builder = builder.no_proxy();
    let mut has_proxy = false;
    for (variable, make) in PROXIES {
        if let Some(address) = either_case(env, variable) {
            has_proxy = true;
            let address = parse(&address).ok_or(HttpError::Proxy(variable))?;
            let proxy = make(address).map_err(|_| HttpError::Proxy(variable))?;
            let exceptions = either_case(env, "NO_PROXY");
            let exceptions = NoProxy::from_string(&exceptions.unwrap_or_default());
            builder = builder.proxy(proxy.no_proxy(exceptions));
        }
    }
    Ok((builder, has_proxy))
}

fn either_case(env: &Env, variable: &str) -> Option<String> {
    let lower = env.text(&variable.to_ascii_lowercase());
    lower.or_else(|| env.text(variable)).filter(|value| !value.is_empty())
}

/// `proxy.example:3128`, as many write it, names an HTTP proxy.
fn parse(address: &str) -> Option<Url> {
    let address = address.trim();
    let url = if address.contains("://") { Url::parse(address) } else { Url::parse(&format!("http://{address}")) };
    let url = url.ok().filter(|url| SCHEMES.contains(&url.scheme()))?;
    url.host_str().is_some_and(|host| !host.is_empty()).then_some(url)
}
