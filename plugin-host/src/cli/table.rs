//! Lists for a terminal: aligned columns, in which no text can control it.

use std::{
    io::{self, IsTerminal, Write},
    sync::LazyLock,
};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use terminal_size::terminal_size_of;
use terminal_text::one_line;

/// A cell that is longer may be broken; one that is narrower than this would be a stack of letters.
const LEAST_WIDTH: u16 = 16;
/// Between two columns.
const GAP: u16 = 2;

/// How many columns the terminal has that standard output goes to; `None` for files and pipes,
/// whose lines may be of any length.
static TERMINAL_WIDTH: LazyLock<Option<u16>> = LazyLock::new(|| {
    let stdout = io::stdout();
    let size = if stdout.is_terminal() { terminal_size_of(stdout) } else { None };
    // Some terminals say 0 for what they do not know.
    size.map(|(width, _)| width.0).filter(|width| *width > 0)
});

/// Writes `rows` under `header` in columns as wide as their widest cell, two spaces apart, without
/// trailing blanks.
///
/// On a terminal that is too narrow for that, long cells go on in the next line, and where even
/// that is not to be read, each row is a list.
pub fn write<const COLUMNS: usize>(
    out: &mut impl Write,
    header: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> io::Result<()> {
    let rows: Vec<[String; COLUMNS]> =
        rows.iter().map(|row| row.each_ref().map(|cell| one_line(cell).into_owned())).collect();
    match side_by_side(header, &rows, *TERMINAL_WIDTH) {
        Some(table) => writeln!(out, "{}", table.trim_fmt()),
        None => write_lists(out, header, &rows),
    }
}

/// The rows as a table; `None` when it cannot be made that narrow.
fn side_by_side<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
    width: Option<u16>,
) -> Option<Table> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header).add_rows(rows);
    table.set_content_arrangement(ContentArrangement::Disabled);
    let widths = table.column_max_content_widths();
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index + 1 == COLUMNS { 0 } else { GAP }));
    }
    let gaps = GAP.saturating_mul(u16::try_from(COLUMNS.saturating_sub(1)).unwrap_or(u16::MAX));
    let total = |widths: &[u16]| widths.iter().fold(gaps, |total, width| total.saturating_add(*width));
    let Some(width) = width.filter(|width| total(&widths) > *width) else {
        return Some(table);
    };
    let least: Vec<u16> = widths.iter().map(|width| LEAST_WIDTH.min(*width)).collect();
    if total(&least) > width {
        return None;
    }
    for (index, (column, least)) in table.column_iter_mut().zip(least).enumerate() {
        // What the library counts as a column's width has its padding in it.
        let least = least + if index + 1 == COLUMNS { 0 } else { GAP };
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
    }
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    Some(table)
}

/// Each row as a list of what is in it, an empty line between two.
fn write_lists<const COLUMNS: usize>(
    out: &mut impl Write,
    header: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> io::Result<()> {
    let widest = header.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        for (name, cell) in header.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
            writeln!(out, "{name:<widest$}  {cell}")?;
        }
    }
    Ok(())
}
