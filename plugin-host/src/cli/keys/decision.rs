//! Whether a package is installed, by whose signature it has.

use std::io::{self, BufRead, IsTerminal, Write};

use super::public::PublicKey;
use crate::message::say;

/// Who has signed a package.
#[derive(Debug, Clone)]
pub(crate) enum Signer {
    /// Nobody, and it was named as a file, by somebody who can look at it.
    NobodyOfFile,
    /// Nobody, and it came from elsewhere.
    Nobody,
    /// Whoever has the secret of this key.
    Key(PublicKey),
}

/// What the command line says of keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct Consent {
    /// The key to be trusted for this plugin.
    pub(crate) accept_key: Option<PublicKey>,
    /// Whether it may be without a signature.
    pub(crate) allow_unsigned: bool,
}

/// Why a package is not installed, for what its signature is.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// It has none.
    #[error("`{name}` is not installed: nobody has signed it; `--allow-unsigned` installs it all the same")]
    Unsigned {
        /// The plugin.
        name: String,
    },
    /// It has none any more.
    #[error(
        "`{name}` is not installed: the one that is there is signed by {key}, and this one by nobody; \
         `--allow-unsigned` installs it all the same"
    )]
    NoLongerSigned {
        /// The plugin.
        name: String,
        /// The key.
        key: String,
    },
    /// The key is not known.
    #[error(
        "`{name}` is not installed: it is signed by {key}, which you have not trusted yet; compare it with \
         what its author says, then use `--accept-key {key}` or add it to `trust.keys`"
    )]
    UnknownKey {
        /// The plugin.
        name: String,
        /// The key.
        key: String,
    },
    /// The key is another.
    #[error(
        "`{name}` is not installed: it is signed by {new}, and the one that is there by {old}; if its author \
         says so, `--accept-key {new}` installs it"
    )]
    KeyChanged {
        /// The plugin.
        name: String,
        /// The key that is trusted for it.
        old: String,
        /// The key of this package.
        new: String,
    },
}

/// Decides whether the plugin `name` may be installed. `before` is the key of the one that is
/// there, `known` are keys that are trusted for any plugin. A key that is not known is asked for
/// where somebody can answer.
pub(crate) fn decide(
    name: &str,
    signer: &Signer,
    before: Option<&PublicKey>,
    known: &[PublicKey],
    consent: &Consent,
) -> Result<(), TrustError> {
    let name = name.to_owned();
    let key = match (signer, before) {
        (Signer::Nobody | Signer::NobodyOfFile, _) if consent.allow_unsigned => return Ok(()),
        (Signer::Nobody | Signer::NobodyOfFile, Some(key)) => {
            return Err(TrustError::NoLongerSigned { name, key: key.to_string() });
        }
        (Signer::NobodyOfFile, None) => return Ok(()),
        (Signer::Nobody, None) => return Err(TrustError::Unsigned { name }),
        (Signer::Key(key), _) => key,
    };
    if consent.accept_key.as_ref() == Some(key) || before == Some(key) {
        return Ok(());
    }
    if let Some(before) = before {
        warn_of_change(&name, before, key);
        return Err(TrustError::KeyChanged { name, old: before.to_string(), new: key.to_string() });
    }
    if known.contains(key) || asked(&name, key) {
        return Ok(());
    }
    Err(TrustError::UnknownKey { name, key: key.to_string() })
}

fn warn_of_change(name: &str, old: &PublicKey, new: &PublicKey) {
    let line = "@".repeat(72);
    say(&line);
    say(&format!("WARNING: THE KEY THAT SIGNS THE PLUGIN `{name}` HAS CHANGED!"));
    say(&line);
    say("Somebody may be giving you another plugin under its name. It may also be that its");
    say("author has a new key, which the author will have said elsewhere.");
    say(&format!("  trusted until now: {old}"));
    say(&format!("  signed by:         {new}"));
}

/// Asks whether to trust a key; no where nobody can answer.
fn asked(name: &str, key: &PublicKey) -> bool {
    let (stdin, mut stderr) = (io::stdin(), io::stderr());
    if !stdin.is_terminal() || !stderr.is_terminal() {
        return false;
    }
    say(&format!("`{name}` is signed by a key that you have not trusted yet: {key}"));
    say("Compare it with what its author says.");
    let mut answer = String::new();
    let is_asked = write!(stderr, "Trust it for `{name}` from now on? [y/N] ").and_then(|()| stderr.flush());
    is_asked.is_ok()
        && stdin.lock().read_line(&mut answer).is_ok()
        && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}
