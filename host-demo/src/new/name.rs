//! The names of a new project, by Kedro's rules (`kedro/framework/cli/starters.py`, Kedro 1.7).

/// Python's keywords and the modules of its standard library, Python 3.11 to 3.14: a package of
/// such a name could not be imported. From `keyword.kwlist` and `sys.stdlib_module_names`.
const RESERVED: &str = include_str!("../../data/python_reserved_names.txt");

/// The names of a new project.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// As people know it.
    pub project: String,
    /// Of its directory.
    pub directory: String,
    /// Of its Python package.
    pub package: String,
}

impl Names {
    /// Derives all names from the project's. The error says why it cannot be one, and what to do.
    pub fn derive(name: &str) -> Result<Self, String> {
        let is_allowed = |character: char| character.is_alphanumeric() || matches!(character, '_' | ' ' | '-');
        if !name.chars().all(is_allowed) || name.chars().count() < 2 || !name.contains(char::is_alphanumeric) {
            return Err("use at least two letters, digits, spaces, hyphens and underscores".to_owned());
        }
        let project = name.trim().to_owned();
        let package = project.replace([' ', '-'], "_").to_lowercase();
        if RESERVED.lines().any(|reserved| reserved == package) {
            return Err(format!("Python keeps the name `{package}` for itself; choose another"));
        }
        Ok(Self { directory: project.replace([' ', '_'], "-").to_lowercase(), package, project })
    }
}
