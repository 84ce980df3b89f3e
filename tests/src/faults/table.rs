//! The table of the campaign.

use std::fmt;

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// So many, in each run.
    Always(usize),
    /// So many in this run: it depends on chance. The table says so in place of the number.
    Now(usize),
}

impl Cell {
    /// The number.
    #[must_use]
    pub fn count(self) -> usize {
        let (Self::Always(count) | Self::Now(count)) = self;
        count
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always(count) => write!(f, "{count}"),
            Self::Now(_) => f.write_str("varies"),
        }
    }
}

/// What became of the events under one fault. Whatever breaks the law has no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Commands, of the host or senders, that were run under it.
    pub commands: Cell,
    /// Events recorded.
    pub recorded: Cell,
    /// Events that the collector acknowledged under the fault.
    pub delivered: Cell,
    /// Events that waited when it was over.
    pub queued: Cell,
    /// Events of those that were delivered then.
    pub later: Cell,
    /// Why events were dropped, and how many by each reason.
    pub dropped: Vec<(String, Cell)>,
    /// How many times the collector was sent an event again that it had acknowledged, under the same key.
    pub again: Cell,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { commands, recorded, delivered, queued, later, again, .. } = self;
        let reasons: Vec<_> = self.dropped.iter().map(|(reason, count)| format!("{count} ({reason})")).collect();
        let dropped = if reasons.is_empty() { "0".to_owned() } else { reasons.join(", ") };
        write!(f, "| {commands} | {recorded} | {delivered} | {queued} | {later} | {dropped} | {again} | 0 | yes | 0 |")
    }
}

const HEAD: &str = "\
| fault | commands | recorded | delivered | still queued | delivered later | dropped (why) | sent again, same key | doubled | output and exit code unchanged | processes left after 30 s |
|---|--:|--:|--:|--:|--:|---|--:|--:|---|--:|
";

/// The whole table, as Markdown: each fault and its row.
#[must_use]
pub fn table(rows: &[(&str, Row)]) -> String {
    let rows: Vec<_> = rows.iter().map(|(fault, row)| format!("| {fault} {row}\n")).collect();
    format!("{HEAD}{}", rows.concat())
}
