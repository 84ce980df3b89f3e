//! What a project's `.telemetry` file states, read as the original reads it: `yaml.safe_load` of
//! `PyYAML` 6.
//!
//! `PyYAML` speaks YAML 1.1, where the plain words `yes`, `no`, `on` and `off` are booleans while
//! `"no"` in quotes is a string, where a key given twice takes its last value, and where `<<`
//! merges mappings. A deserialiser for YAML 1.2 shows neither the quotes nor the merges, hence the
//! parser's events are read directly. Only what can hold the answer is interpreted: a value
//! elsewhere in the file that `PyYAML` could not construct does not matter here.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

/// Nesting beyond this is not a consent file; it bounds every recursion below.
const MAX_DEPTH: usize = 64;

/// Why a `.telemetry` file states nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoStatement {
    /// Not YAML.
    #[error("line {line}: {message}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// The parser's words.
        message: String,
    },
    /// More than one document.
    #[error("more than one YAML document")]
    Documents,
    /// Nested beyond any sense.
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// A list, a word, nothing at all.
    #[error("not a mapping with a `consent` key")]
    NoConsentKey,
    /// `consent: "no"` in quotes, a number, …
    #[error("`consent` is not true or false")]
    NotBoolean,
}

impl NoStatement {
    /// Whether the file was not understood at all, so that it may state what was not seen.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        matches!(self, Self::Syntax { .. } | Self::Documents | Self::TooDeep)
    }
}

/// Whether a text that is not understood may be a refusal: whether the word `consent` and a word
/// for no are in it, or an escape that could stand for either.
///
/// `PyYAML` is laxer than the parser here in corners of the grammar (a comment right behind `}`,
/// text in quotes that goes on at the margin), and a refusal that it understands must not be
/// missed.
#[must_use]
pub fn may_refuse(text: &str) -> bool {
    // UTF-16, in which some shells write, has a zero beside each letter.
    let text = text.replace('\0', "").to_ascii_lowercase();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    text.contains('\\') || text.contains("consent") && words.any(|word| boolean_word(word) == Some(false))
}

/// The value of `consent` in the text of a `.telemetry` file.
pub fn consent(yaml: &str) -> Result<bool, NoStatement> {
    let root = compose(yaml)?.filter(|root| root.is_plain_mapping()).ok_or(NoStatement::NoConsentKey)?;
    let value = root.look_up("consent", MAX_DEPTH, &mut HashSet::new());
    value.ok_or(NoStatement::NoConsentKey)?.boolean().ok_or(NoStatement::NotBoolean)
}

/// A composed YAML node; aliases share theirs.
#[derive(Debug)]
struct Node {
    tag: Option<String>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Scalar {
        text: String,
        plain: bool,
    },
    Sequence(Vec<Rc<Node>>),
    Mapping(Vec<(Rc<Node>, Rc<Node>)>),
    /// An alias to a node that contains it.
    Cycle,
}

impl Node {
    fn is_string(&self, wanted: &str) -> bool {
        matches!(&self.content, Content::Scalar { text, .. } if text == wanted)
            && self.tag.as_deref().is_none_or(|tag| tag == "str")
    }

    /// In braces `?` announces a key also when no space is behind it.
    fn is_key(&self, wanted: &str) -> bool {
        let announced = |text: &str, plain| plain && text.strip_prefix('?') == Some(wanted);
        let is_announced = matches!(&self.content, Content::Scalar { text, plain } if announced(text, *plain));
        self.is_string(wanted) || is_announced && self.tag.is_none()
    }

    fn is_merge_key(&self) -> bool {
        match &self.content {
            Content::Scalar { text, plain } => match self.tag.as_deref() {
                None => *plain && text == "<<",
                Some(tag) => tag == "merge",
            },
            _ => false,
        }
    }

    /// The boolean `PyYAML` would construct: of YAML 1.1's words those its resolver lists (not `y`
    /// and `n`), in any case when tagged.
    fn boolean(&self) -> Option<bool> {
        let Content::Scalar { text, plain } = &self.content else {
            return None;
        };
        match (self.tag.as_deref(), plain) {
            (Some("bool"), _) => boolean_word(&text.to_ascii_lowercase()),
            (None, true) => boolean_word(text),
            _ => None,
        }
    }

    fn is_plain_mapping(&self) -> bool {
        matches!(self.content, Content::Mapping(_)) && self.tag.as_deref().is_none_or(|tag| tag == "map")
    }

    /// The last value given to `key`, else the one merged in.
    ///
    /// `depth` bounds merges of merges, and `seen` (mappings without the key) their number: a short
    /// file can merge the same mappings in very many ways.
    fn look_up<'n>(&'n self, key: &str, depth: usize, seen: &mut HashSet<*const Self>) -> Option<&'n Self> {
        let Content::Mapping(pairs) = &self.content else {
            return None;
        };
        if depth == 0 || !seen.insert(std::ptr::from_ref(self)) {
            return None;
        }
        let own = pairs.iter().rev().find(|(k, _)| k.is_key(key));
        if let Some((_, value)) = own {
            return Some(value.as_ref());
        }
        let merges = pairs.iter().rev().filter(|(k, _)| k.is_merge_key());
        merges
            .flat_map(|(_, merged)| match &merged.content {
                Content::Sequence(items) => items.as_slice(),
                _ => std::slice::from_ref(merged),
            })
            .find_map(|mapping| mapping.look_up(key, depth - 1, seen))
    }
}

fn boolean_word(word: &str) -> Option<bool> {
    match word {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// The file's one document as a tree.
fn compose(yaml: &str) -> Result<Option<Rc<Node>>, NoStatement> {
    let mut composer = Composer::default();
    // PyYAML breaks lines where YAML 1.1 does, skips a byte order mark at the start, and takes
    // others for letters.
    let yaml = yaml.strip_prefix('\u{feff}').unwrap_or(yaml);
    if yaml.contains('\0') {
        return Err(NoStatement::Syntax { line: 1, message: "a zero byte is not text".to_owned() });
    }
    let yaml = yaml.replace(['\u{85}', '\u{2028}', '\u{2029}'], "\n").replace('\u{feff}', "\u{fffd}");
    for event in Parser::new_from_str(&yaml) {
        let (event, _) = event
            .map_err(|error| NoStatement::Syntax { line: error.marker().line(), message: error.info().to_owned() })?;
        composer.take(event)?;
    }
    Ok(composer.root)
}

#[derive(Default)]
struct Composer {
    /// Collections being read, outermost first: anchor, tag, children so far.
    open: Vec<(usize, Option<String>, Vec<Rc<Node>>)>,
    anchors: HashMap<usize, Rc<Node>>,
    documents: usize,
    root: Option<Rc<Node>>,
}

impl Composer {
    fn take(&mut self, event: Event<'_>) -> Result<(), NoStatement> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(NoStatement::Documents);
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                // With the tag `!` PyYAML resolves a scalar in quotes as one without.
                let plain = style == ScalarStyle::Plain || tag.as_deref().is_some_and(is_non_specific);
                let content = Content::Scalar { text: text.into_owned(), plain };
                self.close(anchor, known_tag(tag.as_deref()), content);
            }
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                if self.open.len() == MAX_DEPTH {
                    return Err(NoStatement::TooDeep);
                }
                self.open.push((anchor, known_tag(tag.as_deref()), Vec::new()));
            }
            Event::SequenceEnd => {
                if let Some((anchor, tag, items)) = self.open.pop() {
                    self.close(anchor, tag, Content::Sequence(items));
                }
            }
            Event::MappingEnd => {
                if let Some((anchor, tag, items)) = self.open.pop() {
                    let pairs = items.chunks_exact(2);
                    let pairs = pairs.map(|pair| (Rc::clone(&pair[0]), Rc::clone(&pair[1])));
                    self.close(anchor, tag, Content::Mapping(pairs.collect()));
                }
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                self.place(node.unwrap_or_else(|| Rc::new(Node { tag: None, content: Content::Cycle })));
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn close(&mut self, anchor: usize, tag: Option<String>, content: Content) {
        let node = Rc::new(Node { tag, content });
        // Anchor 0 means none.
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.place(node);
    }

    fn place(&mut self, node: Rc<Node>) {
        match self.open.last_mut() {
            Some((_, _, children)) => children.push(node),
            None => self.root = Some(node),
        }
    }
}

/// A tag as its name in YAML's own namespace, `None` for none (the non-specific `!` counts as none
/// in `PyYAML`), and something unknown for every other.
fn known_tag(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| !is_non_specific(tag))?;
    if tag.is_yaml_core_schema() {
        return Some(tag.suffix.clone());
    }
    Some(format!("{}{}", tag.handle, tag.suffix))
}

fn is_non_specific(tag: &Tag) -> bool {
    matches!((tag.handle.as_str(), tag.suffix.as_str()), ("!", "") | ("", "!"))
}

#[cfg(test)]
mod tests;
