//! Public keys.

use std::fmt;

/// Why a key cannot be used, or does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It is not a public key.
    #[error("this is not a public key of minisign (a line that begins with `RW`)")]
    NotPublic,
    /// It is not a secret key.
    #[error("this is not a secret key of minisign")]
    NotSecret,
    /// The password is not that of the secret key.
    #[error("it has a password, and the one in `…_PLUGIN_KEY_PASSWORD` is missing or another")]
    Password,
    /// The signature cannot be read.
    #[error("the signature is not one of minisign's")]
    NotASignature,
    /// The signature is by another key, or of something else.
    #[error("the signature is not by the key that it names, or what was signed has been changed")]
    Mismatch,
    /// The system gives no randomness, or the library refuses.
    #[error("the signature cannot be made")]
    Unsigned,
}

/// Whose signatures are believed. Shown, it is the line that minisign writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey(String);

impl PublicKey {
    /// Reads a key, alone or behind minisign's comment.
    pub(crate) fn parse(text: &str) -> Result<Self, KeyError> {
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).ok_or(KeyError::NotPublic)?;
        minisign_verify::PublicKey::from_base64(line).map_err(|_| KeyError::NotPublic)?;
        Ok(Self(line.to_owned()))
    }

    /// Whether `signature`, as minisign writes it, is of `bytes` and by this key. Those of the form
    /// of old, which do not cover their comment's place, are refused.
    pub(crate) fn verify(&self, bytes: &[u8], signature: &str) -> Result<(), KeyError> {
        let key = minisign_verify::PublicKey::from_base64(&self.0).map_err(|_| KeyError::NotPublic)?;
        let signature = minisign_verify::Signature::decode(signature).map_err(|_| KeyError::NotASignature)?;
        key.verify(bytes, &signature, false).map_err(|_| KeyError::Mismatch)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
