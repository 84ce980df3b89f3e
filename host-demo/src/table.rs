//! Text for a terminal: aligned columns, and names that cannot control it.

use std::io::{self, Write};

/// Replaces what a terminal would act upon (line ends, escape sequences) by its Rust escape, so that a name taken
/// from a project prints as one harmless line.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_debug());
        } else {
            line.push(character);
        }
    }
    line
}

/// Writes `rows` under `header` in columns as wide as their widest cell, two spaces apart, without trailing blanks.
pub fn write<const COLUMNS: usize>(
    out: &mut impl Write,
    header: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> io::Result<()> {
    let rows: Vec<[String; COLUMNS]> = std::iter::once(header.map(str::to_owned))
        .chain(rows.iter().map(|row| row.each_ref().map(|cell| one_line(cell))))
        .collect();
    let widths: [usize; COLUMNS] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}
