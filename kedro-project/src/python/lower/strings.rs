//! Texts.

use std::rc::Rc;

use tree_sitter::Node;

use super::Lowering;
use crate::python::{
    ast::{ExprKind, FormatPart},
    tree::children,
};

const BYTES: &str = "bytes";

impl Lowering<'_> {
    /// A string, or several side by side.
    pub(super) fn string(&mut self, node: Node<'_>) -> ExprKind {
        let mut parts = Vec::new();
        let is_understood = if node.kind() == "concatenated_string" {
            children(node).all(|part| self.add_string(part, &mut parts))
        } else {
            self.add_string(node, &mut parts)
        };
        if !is_understood {
            return ExprKind::Other { what: BYTES, names: self.mentioned(node).0 };
        }
        let mut plain = String::new();
        for part in &parts {
            match part {
                FormatPart::Text(text) => plain.push_str(text),
                FormatPart::Value { .. } => return ExprKind::Format(parts),
            }
        }
        ExprKind::Text(plain.into())
    }

    /// Adds the parts of one string; false when it is not understood.
    fn add_string(&mut self, node: Node<'_>, parts: &mut Vec<FormatPart>) -> bool {
        let (mut is_raw, mut is_format) = (false, false);
        for part in children(node) {
            match part.kind() {
                "string_start" => {
                    let prefix = self.text(part).to_ascii_lowercase();
                    if prefix.contains(['b', 't']) {
                        return false;
                    }
                    is_raw = prefix.contains('r');
                    is_format = prefix.contains('f');
                }
                "string_content" => {
                    let text = self.text(part);
                    let text = if is_format { text.replace("{{", "{").replace("}}", "}") } else { text.to_owned() };
                    let Some(text) = unescape(text, is_raw) else { return false };
                    parts.push(FormatPart::Text(text.into()));
                }
                "interpolation" => {
                    let Some(part) = self.interpolation(part) else { return false };
                    parts.push(part);
                }
                "string_end" => {}
                _ => return false,
            }
        }
        true
    }

    /// `None` where it is not understood.
    fn interpolation(&mut self, node: Node<'_>) -> Option<FormatPart> {
        let value = node.child_by_field_name("expression")?;
        // `{name=}` gives the name as well.
        let mut cursor = node.walk();
        if node.children(&mut cursor).any(|child| child.kind() == "=") {
            return None;
        }
        let conversion = node.child_by_field_name("type_conversion");
        let conversion = conversion.and_then(|node| self.text(node).chars().nth(1));
        let specification = match node.child_by_field_name("format_specifier") {
            Some(node) if children(node).next().is_some() => return None,
            Some(node) => Some(Rc::from(self.text(node).trim_start_matches(':'))),
            None => None,
        };
        Some(FormatPart::Value { value: self.expression(value), conversion, specification })
    }
}

/// The escapes of one letter, and of line ends; `None` for the rarer ones.
fn unescape(text: String, is_raw: bool) -> Option<String> {
    if is_raw || !text.contains('\\') {
        return Some(text);
    }
    let mut result = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            result.push(character);
            continue;
        }
        match characters.next()? {
            'n' => result.push('\n'),
            't' => result.push('\t'),
            'r' => result.push('\r'),
            '\n' => {}
            escaped @ ('\\' | '\'' | '"') => result.push(escaped),
            'x' | 'u' | 'U' | 'N' | 'a' | 'b' | 'f' | 'v' | '0'..='7' => return None,
            // An escape that Python does not know stands for itself.
            other => result.extend(['\\', other]),
        }
    }
    Some(result)
}
