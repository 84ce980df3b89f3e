//! The commands of a `console` block, and what is shown of their output.

use crate::blocks::Block;

/// One command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Its line in the document, from 1.
    pub line: usize,
    /// What to type.
    pub command: String,
    /// What the document shows below it; empty when it shows nothing.
    pub shown: String,
}

impl Step {
    /// The command without the remark behind it.
    pub fn without_remark(&self) -> &str {
        self.command.split(" # ").next().unwrap_or_default().trim()
    }

    /// Whether the document shows that the command fails.
    pub fn fails(&self) -> bool {
        self.shown.lines().any(|line| line.starts_with("error: "))
    }
}

/// The commands in their order. One that ends in a backslash goes on in the next line.
///
/// # Errors
/// The line that is neither a command nor below one.
pub fn steps(block: &Block) -> Result<Vec<Step>, (usize, String)> {
    let mut steps: Vec<Step> = Vec::new();
    let mut goes_on = false;
    for (line, text) in (block.line + 1..).zip(block.text.lines()) {
        match (text.strip_prefix("$ "), steps.last_mut()) {
            (_, Some(step)) if goes_on => {
                step.command.push('\n');
                step.command.push_str(text);
            }
            (Some(command), _) => steps.push(Step { line, command: command.to_owned(), shown: String::new() }),
            (None, Some(step)) => {
                step.shown.push_str(text);
                step.shown.push('\n');
                continue;
            }
            (None, None) => return Err((line, "a `console` block starts with a command: `$ …`".to_owned())),
        }
        goes_on = text.ends_with('\\');
    }
    // An empty line before the next command is there for the eye.
    for step in &mut steps {
        step.shown.truncate(step.shown.trim_end().len());
    }
    Ok(steps)
}
