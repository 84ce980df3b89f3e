//! A section of the report: a heading, what was done, and a table.

use std::fmt;

/// A section, displayed as Markdown that is also legible as it is.
pub struct Section {
    title: String,
    text: String,
    rows: Vec<Vec<String>>,
}

impl Section {
    /// A section whose table has these columns; the first is of names, the others are of figures.
    pub fn new(title: &str, text: &str, columns: &[&str]) -> Self {
        Self { title: title.to_owned(), text: text.to_owned(), rows: vec![owned(columns)] }
    }

    /// Adds a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        self.rows.push(owned(cells));
    }
}

fn owned<T: AsRef<str>>(cells: &[T]) -> Vec<String> {
    cells.iter().map(|cell| cell.as_ref().to_owned()).collect()
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\n{}\n", self.title, self.text)?;
        let columns = self.rows.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max().unwrap_or(0))
            .collect();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            writeln!(f, "| {} |", cells.collect::<Vec<_>>().join(" | "))?;
            if number == 0 {
                let rules = widths.iter().enumerate().map(|(column, width)| match column {
                    0 => "-".repeat(*width),
                    _ => format!("{}:", "-".repeat(width - 1)),
                });
                writeln!(f, "| {} |", rules.collect::<Vec<_>>().join(" | "))?;
            }
        }
        Ok(())
    }
}
