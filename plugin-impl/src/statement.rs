//! What a project's `.telemetry` file states: a yes where the original reads one, a no wherever
//! there may be one.
//!
//! The original reads `yaml.safe_load` of `PyYAML` 6, which speaks YAML 1.1, where the plain words
//! `yes`, `no`, `on` and `off` are booleans while `"no"` in quotes is a string, where a key given
//! twice takes its last value, and where `<<` merges mappings. A deserialiser for YAML 1.2 shows
//! neither the quotes nor the merges, hence the parser's events are read directly.
//!
//! What is no boolean counts as no statement there. Here only a boolean that says yes is a yes, if
//! the file says nothing else of consent; [`words`] say what may be a no.

mod words;

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use usage_telemetry::ProjectStatement;

pub use self::words::may_refuse;
use self::words::{Hints, boolean_word};

/// Nesting beyond this is not a consent file; it bounds every recursion below.
const MAX_DEPTH: usize = 64;
/// The key.
const CONSENT: &str = "consent";

/// Why a `.telemetry` file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Unread {
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
}

/// What the text of a `.telemetry` file states.
pub fn read(text: &str) -> ProjectStatement {
    match compose(text) {
        Ok(root) => root.map_or_else(silence, |root| judge(&root)),
        Err(reason) if may_refuse(text) => ProjectStatement::MayRefuse(reason.to_string()),
        Err(reason) => ProjectStatement::Nothing(reason.to_string()),
    }
}

fn judge(root: &Rc<Node>) -> ProjectStatement {
    let mut said = Said::default();
    said.hear(root, &root.stating(), &mut HashSet::new());
    match said {
        Said { no: true, .. } => ProjectStatement::Consent(false),
        Said { unclear: true, .. } => {
            ProjectStatement::MayRefuse("it speaks of consent and is no plain `consent: true`".to_owned())
        }
        Said { yes: true, .. } => ProjectStatement::Consent(true),
        _ if root.may_refuse() => ProjectStatement::MayRefuse("it says no, but not by `consent: false`".to_owned()),
        _ => silence(),
    }
}

fn silence() -> ProjectStatement {
    ProjectStatement::Nothing(format!("no `{CONSENT}` in it"))
}

/// All that a file says of consent.
#[derive(Default)]
struct Said {
    yes: bool,
    no: bool,
    unclear: bool,
}

impl Said {
    /// Hears `node` and all below it, each once; `stating` are the mappings whose `consent` counts.
    fn hear(&mut self, node: &Rc<Node>, stating: &HashSet<*const Node>, heard: &mut HashSet<*const Node>) {
        if !node.hints.consent || !heard.insert(Rc::as_ptr(node)) {
            return;
        }
        match &node.content {
            Content::Scalar { .. } => self.unclear = true,
            Content::Cycle => {}
            Content::Sequence(items) => items.iter().for_each(|item| self.hear(item, stating, heard)),
            Content::Mapping(pairs) => {
                let states = stating.contains(&Rc::as_ptr(node));
                for (key, value) in pairs {
                    match value.boolean().filter(|_| states && key.is_string(CONSENT)) {
                        Some(true) => self.yes = true,
                        Some(false) => self.no = true,
                        None => [key, value].into_iter().for_each(|node| self.hear(node, stating, heard)),
                    }
                }
            }
        }
    }
}

/// A composed YAML node; aliases share theirs.
#[derive(Debug)]
struct Node {
    tag: Option<String>,
    content: Content,
    /// Levels from here down, those that aliases bring in included.
    depth: usize,
    hints: Hints,
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
    fn new(tag: Option<String>, content: Content) -> Self {
        let depth = 1 + content.children().map(|child| child.depth).max().unwrap_or_default();
        let hints = match &content {
            Content::Scalar { text, .. } => Hints::of(text),
            Content::Mapping(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| Hints::of_pair(key.hints, value.hints));
                pairs.fold(Hints::default(), Hints::and)
            }
            content => content.children().map(|child| child.hints).fold(Hints::default(), Hints::and),
        };
        Self { tag, content, depth, hints }
    }

    /// Whether it refuses without speaking of consent: `telemetry: off`, or no more than `no`.
    fn may_refuse(&self) -> bool {
        let is_bare = |node: &Self| matches!(&node.content, Content::Scalar { text, .. } if words::is_no(text));
        self.hints.refusal
            || is_bare(self)
            || match &self.content {
                Content::Sequence(items) => items.iter().any(|item| is_bare(item)),
                Content::Mapping(pairs) => pairs.iter().any(|(key, _)| is_bare(key)),
                Content::Scalar { .. } | Content::Cycle => false,
            }
    }

    fn is_string(&self, wanted: &str) -> bool {
        matches!(&self.content, Content::Scalar { text, .. } if text == wanted)
            && self.tag.as_deref().is_none_or(|tag| tag == "str")
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

    /// The mappings whose keys are the file's own: its root, and what is merged into that.
    fn stating(self: &Rc<Self>) -> HashSet<*const Self> {
        let mut stating = HashSet::new();
        if self.is_plain_mapping() {
            self.add_stating(&mut stating);
        }
        stating
    }

    fn add_stating(self: &Rc<Self>, stating: &mut HashSet<*const Self>) {
        let Content::Mapping(pairs) = &self.content else { return };
        if !stating.insert(Rc::as_ptr(self)) {
            return;
        }
        for (_, merged) in pairs.iter().filter(|(key, _)| key.is_merge_key()) {
            match &merged.content {
                Content::Sequence(items) => items.iter().for_each(|item| item.add_stating(stating)),
                _ => merged.add_stating(stating),
            }
        }
    }
}

impl Content {
    fn children(&self) -> impl Iterator<Item = &Rc<Node>> {
        let (items, pairs): (&[_], &[_]) = match self {
            Self::Sequence(items) => (items, &[]),
            Self::Mapping(pairs) => (&[], pairs),
            Self::Scalar { .. } | Self::Cycle => (&[], &[]),
        };
        items.iter().chain(pairs.iter().flat_map(|(key, value)| [key, value]))
    }
}

/// The file's one document as a tree.
fn compose(yaml: &str) -> Result<Option<Rc<Node>>, Unread> {
    let mut composer = Composer::default();
    // PyYAML breaks lines where YAML 1.1 does, skips a byte order mark at the start, and takes
    // others for letters.
    let yaml = yaml.strip_prefix('\u{feff}').unwrap_or(yaml);
    if yaml.contains('\0') {
        return Err(Unread::Syntax { line: 1, message: "a zero byte is not text".to_owned() });
    }
    let yaml = yaml.replace(['\u{85}', '\u{2028}', '\u{2029}'], "\n").replace('\u{feff}', "\u{fffd}");
    for event in Parser::new_from_str(&yaml) {
        let (event, _) =
            event.map_err(|error| Unread::Syntax { line: error.marker().line(), message: error.info().to_owned() })?;
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
    fn take(&mut self, event: Event<'_>) -> Result<(), Unread> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Unread::Documents);
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                // With the tag `!` PyYAML resolves a scalar in quotes as one without.
                let plain = style == ScalarStyle::Plain || tag.as_deref().is_some_and(is_non_specific);
                let content = Content::Scalar { text: text.into_owned(), plain };
                self.close(anchor, known_tag(tag.as_deref()), content)?;
            }
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                if self.open.len() == MAX_DEPTH {
                    return Err(Unread::TooDeep);
                }
                self.open.push((anchor, known_tag(tag.as_deref()), Vec::new()));
            }
            Event::SequenceEnd => {
                if let Some((anchor, tag, items)) = self.open.pop() {
                    self.close(anchor, tag, Content::Sequence(items))?;
                }
            }
            Event::MappingEnd => {
                if let Some((anchor, tag, items)) = self.open.pop() {
                    let pairs = items.chunks_exact(2);
                    let pairs = pairs.map(|pair| (Rc::clone(&pair[0]), Rc::clone(&pair[1])));
                    self.close(anchor, tag, Content::Mapping(pairs.collect()))?;
                }
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                self.place(node.unwrap_or_else(|| Rc::new(Node::new(None, Content::Cycle))));
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn close(&mut self, anchor: usize, tag: Option<String>, content: Content) -> Result<(), Unread> {
        let node = Rc::new(Node::new(tag, content));
        if node.depth > MAX_DEPTH {
            return Err(Unread::TooDeep);
        }
        // Anchor 0 means none.
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.place(node);
        Ok(())
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
