//! What the code of a crate names: a path, and where.

/// A path that a file names.
#[derive(Debug, Clone)]
pub struct Mention {
    /// The file, by its index in the crate.
    pub file: usize,
    /// The module it stands in, by its index in the crate.
    pub module: usize,
    /// The line, from 1 on.
    pub line: usize,
    /// The segments, as written, those of the groups around it included. The first is empty when
    /// the path starts with `::`.
    pub path: Vec<String>,
    /// Where in the code it stands.
    pub place: Place,
}

/// Where in the code a path stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a `use`.
    Import {
        /// Whether others see what is imported.
        is_reexport: bool,
        /// Whether it ends with `*`.
        is_glob: bool,
    },
    /// In a type, an expression or a pattern.
    Code,
    /// As the name of a macro that is called.
    MacroName,
    /// Among the arguments of a macro or an attribute, where it is not certain what it is.
    MacroArguments,
    /// In the body of `macro_rules!`, where nobody can tell what it will mean.
    MacroBody,
}

impl Mention {
    /// The path as text.
    pub fn text(&self) -> String {
        let path = self.path.join("::");
        match self.place {
            Place::Import { is_glob: true, .. } => format!("{path}::*"),
            Place::MacroName => format!("{path}!"),
            _ => path,
        }
    }
}
