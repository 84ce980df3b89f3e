//! Parameters of functions.

use std::collections::HashSet;

use tree_sitter::Node;

use crate::python::tree::{children, text};

/// How far a list of parameters has come.
#[derive(Default)]
struct Seen<'s> {
    names: HashSet<&'s str>,
    has_default: bool,
    has_slash: bool,
    stars: Stars,
}

/// Behind which stars it is.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Stars {
    #[default]
    None,
    /// `*` alone, which wants a name behind it.
    Alone,
    /// `*`, and a name.
    One,
    /// `**`
    Two,
}

pub(super) fn are_wrong(source: &str, list: Node<'_>) -> bool {
    let mut seen = Seen::default();
    let is_lambda = list.kind() == "lambda_parameters";
    children(list).enumerate().any(|(at, parameter)| {
        let is_typed = parameter.kind().starts_with("typed_");
        seen.stars == Stars::Two || is_lambda && is_typed || seen.refuses(source, parameter, at == 0)
    }) || seen.stars == Stars::Alone
}

impl<'s> Seen<'s> {
    fn refuses(&mut self, source: &'s str, parameter: Node<'_>, is_first: bool) -> bool {
        let typed = if parameter.kind() == "typed_parameter" { parameter.named_child(0) } else { None };
        let what = typed.unwrap_or(parameter);
        let name = match what.kind() {
            "identifier" => Some(what),
            "list_splat_pattern" | "dictionary_splat_pattern" => what.named_child(0),
            _ => what.child_by_field_name("name"),
        };
        if let Some(name) = name {
            let written = text(source, name);
            let is_reserved = matches!(written, "__debug__" | "True" | "False" | "None");
            if name.kind() != "identifier" || is_reserved || !self.names.insert(written) {
                return true;
            }
        }
        match what.kind() {
            "identifier" => {
                let wants_default = self.has_default && self.stars == Stars::None;
                self.pass_name();
                wants_default
            }
            "default_parameter" | "typed_default_parameter" => {
                self.has_default |= self.stars == Stars::None;
                self.pass_name();
                false
            }
            "keyword_separator" | "list_splat_pattern" if self.stars != Stars::None => true,
            "keyword_separator" => {
                self.stars = Stars::Alone;
                false
            }
            "list_splat_pattern" => {
                self.stars = Stars::One;
                false
            }
            "positional_separator" => {
                let is_wrong = is_first || self.has_slash || self.stars != Stars::None;
                self.has_slash = true;
                is_wrong
            }
            "dictionary_splat_pattern" => {
                let wants_name = self.stars == Stars::Alone;
                self.stars = Stars::Two;
                wants_name
            }
            _ => true,
        }
    }

    fn pass_name(&mut self) {
        if self.stars == Stars::Alone {
            self.stars = Stars::One;
        }
    }
}
