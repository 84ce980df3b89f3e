//! Plots as SVG. What is drawn stretches; words stand beside it, so that they can be read at every
//! width. Each comes with a table of the same numbers, which is what a screen reader reads.

use maud::{Markup, html};

use super::number;

const HEIGHT: f64 = 160.0;
/// The width of one column with the space behind it.
const STEP: f64 = 10.0;

/// Numbers in the order of a plot's labels; `None` where there is none to show.
pub struct Series {
    pub name: String,
    /// The style sheet's name of its colour.
    pub class: &'static str,
    pub values: Vec<Option<u64>>,
}

/// How far along or up something is, which is drawn, not counted.
#[allow(clippy::cast_precision_loss, reason = "a plot has no more than some hundred pixels")]
fn drawn(value: u64) -> f64 {
    value as f64
}

fn place(index: usize) -> f64 {
    drawn(index as u64) * STEP
}

/// One column for each label, with the series on top of one another.
pub fn columns(caption: &str, labels: &[String], series: &[Series]) -> Markup {
    let sum = |index: usize| series.iter().filter_map(|one| one.values.get(index).copied().flatten()).sum::<u64>();
    let top = (0..labels.len()).map(sum).max().unwrap_or_default().max(1);
    let width = place(labels.len().max(1));
    let content = html! {
        @for index in 0..labels.len() {
            @for (class, below, value) in stacked(series, index) {
                @let height = HEIGHT * drawn(value) / drawn(top);
                @let y = HEIGHT - HEIGHT * drawn(below) / drawn(top) - height;
                rect class=(class) x=(place(index) + 1.0) y=(format!("{y:.2}")) width="8" height=(format!("{height:.2}")) {}
            }
        }
    };
    figure(caption, labels, series, top, width, &content)
}

/// What stands in one column: the colour of each piece, what is below it, and its own value.
fn stacked(series: &[Series], index: usize) -> Vec<(&'static str, u64, u64)> {
    let mut below = 0;
    let mut pieces = Vec::new();
    for one in series {
        let Some(value) = one.values.get(index).copied().flatten().filter(|value| *value > 0) else { continue };
        pieces.push((one.class, below, value));
        below += value;
    }
    pieces
}

/// A line for each of the series.
pub fn lines(caption: &str, labels: &[String], series: &[Series]) -> Markup {
    let top = series.iter().flat_map(|one| one.values.iter().flatten()).copied().max().unwrap_or_default().max(1);
    let width = place(labels.len().saturating_sub(1).max(1));
    let content = html! {
        @for one in series {
            @for run in runs(&one.values) {
                @let points: Vec<_> = run.iter().map(|(index, value)| {
                    format!("{:.1},{:.2}", place(*index), HEIGHT - HEIGHT * drawn(*value) / drawn(top))
                }).collect();
                polyline class=(one.class) points=(points.join(" ")) {}
            }
        }
    };
    figure(caption, labels, series, top, width, &content)
}

/// The values without gaps between them, each with its place.
fn runs(values: &[Option<u64>]) -> Vec<Vec<(usize, u64)>> {
    let placed: Vec<_> = values.iter().enumerate().map(|(index, value)| value.map(|value| (index, value))).collect();
    let runs = placed.split(Option::is_none).filter(|run| !run.is_empty());
    runs.map(|run| run.iter().copied().flatten().collect()).collect()
}

fn figure(caption: &str, labels: &[String], series: &[Series], top: u64, width: f64, content: &Markup) -> Markup {
    html! {
        figure {
            figcaption { (caption) }
            @if series.len() > 1 {
                ul.key aria-hidden="true" {
                    @for one in series { li { svg viewBox="0 0 8 8" { rect class=(one.class) width="8" height="8" {} } (one.name) } }
                }
            }
            div.plot aria-hidden="true" {
                span.top { (number(top)) }
                svg viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none" { (content) }
                div.labels {
                    @for label in ends(labels) { span { (label) } }
                }
            }
            details {
                summary { "The same as a table" }
                div.wide tabindex="0" role="region" aria-label=(caption) { (table(caption, labels, series)) }
            }
        }
    }
}

/// The first label, the one in the middle, and the last.
fn ends(labels: &[String]) -> Vec<&String> {
    match labels {
        [] => Vec::new(),
        [only] => vec![only],
        [first, last] => vec![first, last],
        [first, .., last] => vec![first, &labels[labels.len() / 2], last],
    }
}

fn table(caption: &str, labels: &[String], series: &[Series]) -> Markup {
    html! {
        table {
            caption.hidden { (caption) }
            thead { tr { td {} @for one in series { th scope="col" { (one.name) } } } }
            tbody {
                @for (index, label) in labels.iter().enumerate() {
                    tr {
                        th scope="row" { (label) }
                        @for one in series {
                            td.number { @if let Some(value) = one.values.get(index).copied().flatten() { (number(value)) } @else { "–" } }
                        }
                    }
                }
            }
        }
    }
}

/// How much one number is of the largest, behind the number in a table.
pub fn bar(value: u64, of: u64) -> Markup {
    let width = 100.0 * drawn(value) / drawn(of.max(1));
    html! {
        svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect class="c1" width={ (format!("{width:.2}")) } height="8" {}
        }
    }
}
