//! Where in its file a key stands.

use std::path::Path;

use saphyr_parser::{Event, Parser};

use crate::config::yaml;

/// What is open around a place in a file.
struct Open {
    /// The key that was last met; none in a list.
    key: Option<String>,
    is_mapping: bool,
    /// Whether a key comes next.
    wants_key: bool,
}

/// The line, from 1, of `key` in a file, or of what it lies in where it has no line of its own;
/// `None` when not even that is known. Levels are joined by dots.
pub(super) fn line_of(path: &Path, key: &str) -> Option<usize> {
    let text = small_files::read_text(path, yaml::MAX_FILE).ok().flatten()?;
    if yaml::too_deep_at(&text).is_some() {
        return None;
    }
    let mut open: Vec<Open> = Vec::new();
    let mut found: Option<(usize, usize)> = None;
    for event in Parser::new_from_str(&text) {
        let Ok((event, span)) = event else { break };
        let is_key = open.last().is_some_and(|open| open.is_mapping && open.wants_key);
        match event {
            Event::Scalar(name, ..) if is_key => {
                if let Some(last) = open.last_mut() {
                    last.key = Some(name.into_owned());
                }
                let keys: Option<Vec<&str>> = open.iter().map(|open| open.key.as_deref()).collect();
                let here = keys.unwrap_or_default().join(".");
                let is_on_the_way = key == here || key.strip_prefix(&here).is_some_and(|rest| rest.starts_with('.'));
                if is_on_the_way && found.is_none_or(|(length, _)| length < here.len()) {
                    found = Some((here.len(), span.start.line()));
                }
                turn(&mut open);
            }
            Event::MappingStart(..) => open.push(Open { key: None, is_mapping: true, wants_key: true }),
            Event::SequenceStart(..) => open.push(Open { key: None, is_mapping: false, wants_key: false }),
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                turn(&mut open);
            }
            Event::Scalar(..) | Event::Alias(_) => turn(&mut open),
            _ => {}
        }
    }
    found.map(|(_, line)| line)
}

/// After a key comes a value, and after a value a key.
fn turn(open: &mut [Open]) {
    if let Some(last) = open.last_mut() {
        last.wants_key = last.is_mapping && !last.wants_key;
    }
}

/// A file and a line in it, for people.
pub(crate) fn place(path: &Path, line: Option<usize>) -> String {
    match line {
        Some(line) => format!("{}:{line}", path.display()),
        None => path.display().to_string(),
    }
}
