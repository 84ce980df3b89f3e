//! The code blocks of a Markdown text.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Parser, Tag, TagEnd};

/// A code block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The line of its fence, from 1.
    pub line: usize,
    /// The first word behind the fence.
    pub language: String,
    /// Whether `ignore` follows the language.
    pub is_ignored: bool,
    /// Where a comment before it says that it is to be written.
    pub file: Option<String>,
    /// What is in it.
    pub text: String,
}

/// The blocks in their order.
///
/// # Errors
/// The line and what is wrong there.
pub fn blocks(markdown: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut file = None;
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        let line = markdown[..range.start].matches('\n').count() + 1;
        match (event, &mut open) {
            (Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)), _) => {
                return Err(format!("{line}: an indented block has no language; put it between fences"));
            }
            (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), _) => {
                open = Some(Block { line, file: file.take(), ..opened(&info) });
            }
            (Event::Text(text), Some(block)) => block.text.push_str(&text),
            (Event::End(TagEnd::CodeBlock), _) => blocks.extend(open.take()),
            (Event::Html(html), _) => file = file_named(&html).or(file),
            (Event::End(TagEnd::Paragraph), _) if file.is_some() => {
                return Err(format!("{line}: a comment that names a file is followed by no block"));
            }
            _ => {}
        }
    }
    match file {
        Some(file) => Err(format!("0: nothing follows the comment that names {file}")),
        None => Ok(blocks),
    }
}

fn opened(info: &CowStr<'_>) -> Block {
    let mut words = info.split([',', ' ']);
    let language = words.next().unwrap_or_default().to_owned();
    Block { language, is_ignored: words.any(|word| word == "ignore"), ..Block::default() }
}

/// The path in `<!-- file: PATH -->`.
fn file_named(html: &str) -> Option<String> {
    let path = html.trim().strip_prefix("<!-- file: ")?.strip_suffix(" -->")?;
    Some(path.to_owned())
}

/// The targets of links and images that are files of this repository.
pub fn links(markdown: &str) -> Vec<String> {
    let targets = Parser::new(markdown).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url),
        _ => None,
    });
    let without_heading = targets.map(|target| target.split('#').next().unwrap_or_default().to_owned());
    without_heading.filter(|target| !target.is_empty() && !target.contains("://")).collect()
}
