//! TLS on loopback under a certificate that nobody has vouched for.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::Arc,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A certificate that signs itself, and its key.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The certificate, for those who want to trust it.
    pub pem: String,
    config: Arc<ServerConfig>,
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

/// A connection, with TLS or without.
pub(super) enum Conversation {
    Plain(TcpStream),
    Secure(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Conversation {
    pub(super) fn begin(stream: TcpStream, authority: Option<&Authority>) -> io::Result<Self> {
        let Some(authority) = authority else { return Ok(Self::Plain(stream)) };
        let connection = ServerConnection::new(Arc::clone(&authority.config)).map_err(io::Error::other)?;
        Ok(Self::Secure(Box::new(StreamOwned::new(connection, stream))))
    }
}

impl Read for Conversation {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Secure(stream) => stream.read(buffer),
        }
    }
}

impl Write for Conversation {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Secure(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Secure(stream) => stream.flush(),
        }
    }
}
