//! Whether what is linked in may be given on.

use std::collections::BTreeSet;

use spdx::Expression;

use super::crates::{Crate, Linked};

/// Licences under which code may be in a program under Apache-2.0: those that ask for no more than
/// to be named, and MPL-2.0, which holds for files that are not changed here.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Fails where a crate has no licence that is allowed. Gives what was found, in a line.
pub fn check(linked: &[Linked]) -> Result<String, String> {
    let crates: BTreeSet<&Crate> = linked.iter().flat_map(|part| &part.crates).collect();
    let refused: Vec<String> = crates.iter().filter(|one| !is_allowed(&one.licence)).map(|one| told(one)).collect();
    if refused.is_empty() {
        return Ok(format!("all {} crates that are linked in have one that is allowed", crates.len()));
    }
    Err(format!("licences that are not allowed: {}", refused.join(", ")))
}

fn is_allowed(licence: &str) -> bool {
    let Ok(expression) = Expression::parse(licence) else { return false };
    expression.evaluate(|asked| asked.license.id().is_some_and(|id| ALLOWED.contains(&id.name)))
}

fn told(one: &Crate) -> String {
    let licence = if one.licence.is_empty() { "none" } else { &one.licence };
    format!("{} {} ({licence})", one.name, one.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_choice_is_enough_and_all_of_a_list_are_needed() {
        for licence in ["MIT", "MIT OR GPL-3.0-only", "Apache-2.0 AND ISC", "(MIT OR GPL-2.0-only) AND Zlib"] {
            assert!(is_allowed(licence), "{licence}");
        }
        for licence in ["", "GPL-3.0-only", "MIT AND GPL-3.0-only", "not a licence", "LicenseRef-mine"] {
            assert!(!is_allowed(licence), "{licence}");
        }
    }
}
