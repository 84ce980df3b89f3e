//! Lines that say nothing.

/// Bytes that the parser passes over in the time of one of its steps.
const BYTES_A_STEP: usize = 64;

/// What lines without code cost to parse, in the parser's steps.
///
/// At each comment the parser's scanner looks for the indentation of the next line of code, past
/// all comments in between: that grows with the square of their number.
pub(super) fn cost_of_blank_lines(source: &str) -> usize {
    let mut cost: usize = 0;
    let mut bytes: usize = 0;
    for line in source.lines() {
        if is_blank(line) {
            bytes += line.len() + 1;
            cost = cost.saturating_add(bytes / BYTES_A_STEP);
        } else {
            bytes = 0;
        }
    }
    cost
}

fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line == "\\" || line.starts_with('#')
}
