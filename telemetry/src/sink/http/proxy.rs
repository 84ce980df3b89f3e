//! The proxies that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`,
//! also in lower case.

use reqwest::{NoProxy, Proxy, blocking::ClientBuilder};

use crate::env::Env;

type MakeProxy = fn(&str) -> reqwest::Result<Proxy>;

/// The more special first: the first that fits is taken.
const PROXIES: [(&str, MakeProxy); 3] = [
    ("HTTPS_PROXY", |address| Proxy::https(address)),
    ("HTTP_PROXY", |address| Proxy::http(address)),
    ("ALL_PROXY", |address| Proxy::all(address)),
];

/// Has a client use the proxies of `env`, not whatever the process has, and says whether there are
/// any.
pub fn set(builder: ClientBuilder, env: &Env) -> reqwest::Result<(ClientBuilder, bool)> {
    let mut builder = builder.no_proxy();
    let mut has_proxy = false;
    for (variable, make) in PROXIES {
        if let Some(address) = either_case(env, variable) {
            has_proxy = true;
            let exceptions = either_case(env, "NO_PROXY");
            let proxy = make(&with_scheme(address))?;
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
fn with_scheme(address: String) -> String {
    if address.contains("://") { address } else { format!("http://{address}") }
}
