//! Other programs that a task needs.

use std::process::Command;

/// What a command printed; an error in one line when it failed.
pub fn succeeds(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{program}: {}", telling_line(&output.stderr)))
}

/// The line that says what went wrong: of a Python traceback the last, else the first that is not a
/// warning of apt's.
fn telling_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines().filter(|line| !line.starts_with("W:") && !line.trim().is_empty());
    let line = if text.starts_with("Traceback") { lines.next_back() } else { lines.next() };
    line.unwrap_or_default().to_owned()
}
