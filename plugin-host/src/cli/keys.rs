//! Keys by which packages are signed: bare ones, in minisign's form, without anything around them.

mod decision;
mod known;
mod public;
mod secret;

pub use self::{decision::TrustError, public::KeyError};
pub(crate) use self::{
    decision::{Consent, Signer, decide},
    known::known_keys,
    public::PublicKey,
    secret::{NewKey, SecretKey},
};
