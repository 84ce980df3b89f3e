//! Secret keys, by which authors sign.

use std::io::Cursor;

use minisign::{ErrorKind, KeyPair, SecretKeyBox};

use super::public::{KeyError, PublicKey};

/// A key to sign with.
pub(crate) struct SecretKey {
    secret: minisign::SecretKey,
    public: PublicKey,
}

/// A pair of keys, as minisign writes them into files.
pub(crate) struct NewKey {
    pub(crate) secret: String,
    pub(crate) public_file: String,
    pub(crate) public: PublicKey,
}

impl SecretKey {
    /// Reads what is in minisign's file. `password` is asked for one that has a password.
    pub(crate) fn parse(text: &str, password: impl FnOnce() -> Option<String>) -> Result<Self, KeyError> {
        let boxed = || SecretKeyBox::from_string(text).map_err(|_| KeyError::NotSecret);
        let secret = match boxed()?.into_unencrypted_secret_key() {
            Ok(secret) => secret,
            // What the library says of a key that can be read and has a password.
            Err(error) if matches!(error.kind(), ErrorKind::Io) && text.lines().count() > 1 => {
                let password = password().ok_or(KeyError::Password)?;
                boxed()?.into_secret_key(Some(password)).map_err(|_| KeyError::Password)?
            }
            Err(_) => return Err(KeyError::NotSecret),
        };
        let public = minisign::PublicKey::from_secret_key(&secret).map_err(|_| KeyError::NotSecret)?;
        let public = PublicKey::parse(&public.to_base64())?;
        Ok(Self { secret, public })
    }

    /// The key that believes its signatures.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// A signature of `bytes`, as minisign writes it.
    pub(crate) fn sign(&self, bytes: &[u8], what: &str) -> Result<String, KeyError> {
        let signed = minisign::sign(None, &self.secret, Cursor::new(bytes), Some(what), Some("a plugin's package"));
        signed.map(minisign::SignatureBox::into_string).map_err(|_| KeyError::Unsigned)
    }
}

impl NewKey {
    /// Makes a pair, whose secret has a password if one is given.
    pub(crate) fn generate(password: Option<String>) -> Result<Self, KeyError> {
        let unsigned = |_| KeyError::Unsigned;
        let pair = match password {
            None => KeyPair::generate_unencrypted_keypair().map_err(unsigned)?,
            Some(password) => KeyPair::generate_encrypted_keypair(Some(password)).map_err(unsigned)?,
        };
        let public = PublicKey::parse(&pair.pk.to_base64())?;
        let secret = pair.sk.to_box(Some("a secret key that signs plugins")).map_err(unsigned)?.into_string();
        let public_file = pair.pk.to_box().map_err(unsigned)?.into_string();
        Ok(Self { secret, public_file, public })
    }
}
