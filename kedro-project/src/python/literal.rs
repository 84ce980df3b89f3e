//! Values that are written out in a source.

use tree_sitter::Node;

use crate::python::{syntax::Syntax, tree::children};

/// A Python value that is written out in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Literal {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// A string; adjacent strings are joined.
    Text(String),
    /// A list, tuple or set; an entry is `None` where it is not a literal.
    List(Vec<Option<Literal>>),
    /// A dict with literal text keys; a value is `None` where it is not a literal.
    Dict(Vec<(String, Option<Literal>)>),
}

impl Syntax {
    /// The value of a literal, `None` for anything else.
    pub(crate) fn literal(&self, node: Node<'_>) -> Option<Literal> {
        self.literal_within(node, 0)
    }

    fn literal_within(&self, node: Node<'_>, depth: usize) -> Option<Literal> {
        const DEEPEST: usize = 32;
        if depth > DEEPEST {
            return None;
        }
        let inner = |child: &Node<'_>| self.literal_within(*child, depth + 1);
        match node.kind() {
            "none" => Some(Literal::None),
            "true" => Some(Literal::Bool(true)),
            "false" => Some(Literal::Bool(false)),
            "string" => self.string(node).map(Literal::Text),
            "concatenated_string" => {
                let parts: Option<Vec<String>> = children(node).map(|part| self.string(part)).collect();
                Some(Literal::Text(parts?.concat()))
            }
            "parenthesized_expression" => inner(&children(node).next()?),
            "list" | "tuple" | "set" => Some(Literal::List(children(node).map(|child| inner(&child)).collect())),
            "dictionary" => children(node)
                .map(|pair| match inner(&pair.child_by_field_name("key")?)? {
                    Literal::Text(key) => Some((key, inner(&pair.child_by_field_name("value")?))),
                    _ => None,
                })
                .collect::<Option<_>>()
                .map(Literal::Dict),
            _ => None,
        }
    }

    fn string(&self, node: Node<'_>) -> Option<String> {
        let mut text = String::new();
        let mut raw = false;
        for part in children(node) {
            match part.kind() {
                "string_start" => {
                    let prefix = self.text(part).to_ascii_lowercase();
                    if prefix.contains('b') {
                        return None;
                    }
                    raw = prefix.contains('r');
                }
                "string_content" => text.push_str(&self.unescape(part, raw)?),
                "string_end" => {}
                _ => return None,
            }
        }
        Some(text)
    }

    /// The usual one-letter escapes; `None` for the rarer ones.
    fn unescape(&self, content: Node<'_>, raw: bool) -> Option<String> {
        let text = self.text(content);
        if raw || !text.contains('\\') {
            return Some(text.to_owned());
        }
        let mut result = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            result.push(match character {
                '\\' => match characters.next()? {
                    'n' => '\n',
                    't' => '\t',
                    escaped @ ('\\' | '\'' | '"') => escaped,
                    _ => return None,
                },
                plain => plain,
            });
        }
        Some(result)
    }
}
