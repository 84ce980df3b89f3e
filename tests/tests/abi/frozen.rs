//! A description that is kept, and what a newer one may differ in.

use std::fmt::Write;

const HEAD: &str = "\
# What plugins already built rely on, written by `ABI_UPDATE=1 cargo test -p tests --test abi` on a 64-bit system and kept since.
# [boundary] may not change at all while ABI_VERSION is this file's number. [words] may get new lines; none may be changed or
# removed. The interfaces are in interfaces.txt.
";

/// A headline and what belongs to it, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    head: String,
    lines: Vec<String>,
}

impl Block {
    pub fn new(mut lines: Vec<String>) -> Self {
        let head = lines.remove(0);
        Self { head, lines }
    }

    /// By what the block is found again: the headline up to what may change, which is a type's size
    /// or a number.
    fn key(&self) -> &str {
        let end = self.head.find(": ").or_else(|| self.head.find(" = "));
        &self.head[..end.unwrap_or(self.head.len())]
    }
}

/// A whole description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub boundary: Vec<Block>,
    pub words: Vec<Block>,
}

impl Description {
    pub fn parse(text: &str) -> Self {
        let (boundary, words) = text.split_once("[words]\n").expect("the description has a part [words]");
        let (_, boundary) = boundary.split_once("[boundary]\n").expect("the description has a part [boundary]");
        Self { boundary: blocks(boundary), words: blocks(words) }
    }

    pub fn write(&self) -> String {
        let mut text = format!("{HEAD}\n[boundary]\n");
        write_blocks(&mut text, &self.boundary);
        text.push_str("\n[words]\n");
        write_blocks(&mut text, &self.words);
        text
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match (line.strip_prefix("    "), blocks.last_mut()) {
            (Some(line), Some(block)) => block.lines.push(line.to_owned()),
            _ => blocks.push(Block::new(vec![line.to_owned()])),
        }
    }
    blocks
}

fn write_blocks(text: &mut String, blocks: &[Block]) {
    for block in blocks {
        let _ = writeln!(text, "{}", block.head);
        for line in &block.lines {
            let _ = writeln!(text, "    {line}");
        }
    }
}

/// What is new, and what is broken; each a line that says what to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub growth: Vec<String>,
    pub breaks: Vec<String>,
}

/// What `now` changes of what was `kept`.
pub fn compare(kept: &Description, now: &Description) -> Difference {
    let mut difference = Difference::default();
    for (old, new) in pairs(&kept.boundary, &now.boundary) {
        let what = match (old, new) {
            (Some(old), Some(new)) => changed(old, new),
            (Some(old), None) => Some(format!("`{}` is gone", old.head)),
            (None, Some(new)) => Some(format!("`{}` is new", new.head)),
            (None, None) => None,
        };
        if let Some(what) = what {
            difference.breaks.push(format!("the boundary: {what}; undo it, or bump ABI_VERSION"));
        }
    }
    for (old, new) in pairs(&kept.words, &now.words) {
        let what = match (old, new) {
            (Some(old), Some(new)) => changed(old, new),
            (Some(old), None) => Some(format!("`{}` is gone", old.head)),
            (None, Some(new)) => {
                difference.growth.push(format!("`{}`", new.head));
                None
            }
            (None, None) => None,
        };
        if let Some(what) = what {
            difference.breaks.push(format!("a word: {what}; leave what there is, or bump ABI_VERSION"));
        }
    }
    difference
}

/// The first line in which the blocks differ.
fn changed(old: &Block, new: &Block) -> Option<String> {
    if old.head != new.head {
        return Some(format!("`{}` has become `{}`", old.head, new.head));
    }
    for index in 0..old.lines.len().max(new.lines.len()) {
        match (old.lines.get(index), new.lines.get(index)) {
            (Some(old_line), Some(new_line)) if old_line != new_line => {
                return Some(format!("`{old_line}` has become `{new_line}` in `{}`", old.head));
            }
            (Some(line), None) => return Some(format!("`{line}` is gone from `{}`", old.head)),
            (None, Some(line)) => return Some(format!("`{line}` is new in `{}`", old.head)),
            _ => {}
        }
    }
    None
}

/// Blocks of the same key, in the order of `old`, then those that are new.
fn pairs<'a>(old: &'a [Block], new: &'a [Block]) -> Vec<(Option<&'a Block>, Option<&'a Block>)> {
    let find = |blocks: &'a [Block], key: &str| blocks.iter().find(|block| block.key() == key);
    let kept = old.iter().map(|block| (Some(block), find(new, block.key())));
    let added = new.iter().filter(|block| find(old, block.key()).is_none()).map(|block| (None, Some(block)));
    kept.chain(added).collect()
}
