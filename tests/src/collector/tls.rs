//! TLS on loopback under a certificate that nobody has vouched for.

use std::sync::Arc;

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A certificate that signs itself, and its key.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The certificate, for those who want to trust it.
    pub pem: String,
    pub(super) config: Arc<ServerConfig>,
}

impl Authority {
    /// Makes one for a host of this name.
    #[must_use]
    pub fn of(host: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([host.to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("the key is the certificate's");
        Self { pem: made.cert.pem(), config: Arc::new(config) }
    }
}
