//! Where this plugin keeps things: in the user's folder of state, apart for each program, since each
//! has settings of its own.

use std::path::PathBuf;

use directories::BaseDirs;

/// The folder for a program; `None` without a home. Nothing is made by asking.
pub(crate) fn of_program(program: &str) -> Option<PathBuf> {
    let base = BaseDirs::new()?;
    let state = base.state_dir().unwrap_or(base.data_local_dir());
    Some(state.join(env!("CARGO_PKG_NAME")).join(as_file_name(program)))
}

/// A text as the name of a file, which it cannot leave the folder by.
pub(crate) fn as_file_name(text: &str) -> String {
    const LONGEST: usize = 64;
    let is_kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = text.chars().take(LONGEST).map(|c| if is_kept(c) { c } else { '_' }).collect();
    // No hidden file, and neither the folder itself nor the one above it.
    if name.starts_with('.') || name.is_empty() { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        assert_eq!(as_file_name("2026-01-02T03.04.05.678Z"), "2026-01-02T03.04.05.678Z");
        assert_eq!(as_file_name("../a b\n"), "_.._a_b_");
        assert_eq!(as_file_name(""), "_");
    }
}
