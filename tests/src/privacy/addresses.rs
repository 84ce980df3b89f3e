//! Where a case sends to and through what, as people write it: with secrets wherever an address may
//! have one, and where it cannot be used.

use fastrand::Rng;

use super::secret::{Kind, Secret};

/// Stands for the folder that a case is played in.
const STAGE: &str = "{stage}";

/// What a case is configured with.
#[derive(Clone, Debug)]
pub struct Addresses {
    endpoint: Option<String>,
    delivery: Option<String>,
    timeout: Option<String>,
    proxy: (&'static str, String),
    /// User and password of a proxy.
    sign_in: String,
}

impl Addresses {
    /// Draws them, and adds what was planted to `secrets`.
    pub fn generate(rng: &mut Rng, secrets: &mut Vec<Secret>) -> Self {
        let mut plant = |kind, rng: &mut Rng| {
            let secret = Secret::token(kind, rng);
            let text = secret.text.clone();
            secrets.push(secret);
            text
        };
        let endpoint = match rng.u8(..10) {
            0 => None,
            1 => Some(format!("file://{STAGE}/{}.ndjson", plant(Kind::EndpointFile, rng))),
            2 => Some(format!("file://{STAGE}/{}/usage.ndjson", plant(Kind::EndpointFile, rng))),
            3 => Some(unusable(&plant(Kind::EndpointUnusable, rng), rng)),
            _ => {
                let mut part = |kind| plant(kind, rng);
                Some(format!(
                    "http://{}:{}@127.0.0.1:1/api/{}/track?key={}#{}",
                    part(Kind::EndpointUser),
                    part(Kind::EndpointPassword),
                    part(Kind::EndpointPath),
                    part(Kind::EndpointQuery),
                    part(Kind::EndpointFragment)
                ))
            }
        };
        let (mut delivery, mut timeout) = (None, None);
        match rng.u8(..12) {
            0 => delivery = Some(plant(Kind::Setting, rng)),
            1 => (delivery, timeout) = (Some("blocking".to_owned()), Some(plant(Kind::Setting, rng))),
            _ => {}
        }
        let variable = ["HTTP_PROXY", "https_proxy", "ALL_PROXY"][rng.usize(..3)];
        let sign_in = format!("ada:{}", plant(Kind::Proxy, rng));
        let proxy = match rng.u8(..3) {
            0 => format!("ftp://{sign_in}@proxy.example:3128"),
            1 => format!("http://{sign_in}@[::1"),
            _ => format!("{sign_in}@proxy.example:port"),
        };
        Self { endpoint, delivery, timeout, proxy: (variable, proxy), sign_in }
    }

    /// A setting, for a case that is played in this folder.
    pub fn setting(&self, key: &str, stage: &str) -> Option<String> {
        let value = match key {
            "endpoint" => &self.endpoint,
            "delivery" => &self.delivery,
            "timeout" => &self.timeout,
            _ => &None,
        };
        value.as_ref().map(|value| value.replace(STAGE, stage))
    }

    /// The environment of a sender that is not to get anywhere: of what it is to go through nothing
    /// can be made, or that refuses to be connected to.
    pub fn proxies(&self, is_usable: bool) -> [(&'static str, String); 1] {
        let (variable, unusable) = &self.proxy;
        [(variable, if is_usable { format!("http://{}@127.0.0.1:1", self.sign_in) } else { unusable.clone() })]
    }

    /// What has one of these secrets in it, if it is of this kind, as it was written.
    pub fn values(&self, secrets: &[Secret], kind: Kind) -> Vec<&str> {
        let values = [self.endpoint.as_deref(), self.delivery.as_deref(), self.timeout.as_deref(), Some(&self.sign_in)];
        let of_kind = || secrets.iter().filter(|secret| secret.kind == kind);
        values.into_iter().flatten().filter(|value| of_kind().any(|secret| value.contains(&secret.text))).collect()
    }
}

/// What is no address, or none that events can be sent to.
fn unusable(secret: &str, rng: &mut Rng) -> String {
    match rng.u8(..7) {
        0 => format!("{secret}:x@c.example/track"),
        1 => format!("ftp://ada:{secret}@c.example/track"),
        2 => format!("http://[{secret}]/track"),
        3 => format!("file:{secret}/usage.ndjson"),
        4 => format!("file:///{secret}/"),
        5 => format!("http://c.example:{secret}/track"),
        _ => secret.to_owned(),
    }
}
