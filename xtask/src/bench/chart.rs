//! A chart of bars on a logarithmic scale, as SVG that reads well on light and on dark pages.

use std::fmt::Write as _;

const WIDTH: f64 = 760.0;
const LABELS: f64 = 170.0;
const BAR: f64 = 14.0;
const GAP: f64 = 12.0;
const HEAD: f64 = 64.0;
const COLOURS: [&str; 6] = ["#2a9d8f", "#1d6fa5", "#8d99ae", "#e07a3f", "#6d597a", "#b56576"];

/// Groups of bars, one bar for each series.
pub struct Chart {
    title: String,
    series: Vec<String>,
    groups: Vec<(String, Vec<f64>)>,
}

impl Chart {
    /// A chart without bars.
    pub fn new<T: Into<String>>(title: &str, series: impl IntoIterator<Item = T>) -> Self {
        Self { title: title.to_owned(), series: series.into_iter().map(Into::into).collect(), groups: Vec::new() }
    }

    /// What the chart shows.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Adds a group, with a figure greater than zero for each series.
    pub fn group(&mut self, name: &str, figures: impl Into<Vec<f64>>) {
        self.groups.push((name.to_owned(), figures.into()));
    }

    /// The chart as SVG.
    pub fn svg(&self) -> String {
        let height = HEAD + self.groups.iter().map(|(_, bars)| BAR * count(bars.len()) + GAP).sum::<f64>();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" rx=\"6\" fill=\"#fff\"/>\n\
             <text x=\"12\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{} (logarithmic)</text>\n",
            self.title
        );
        self.legend(&mut svg);
        let mut y = HEAD;
        for (name, bars) in &self.groups {
            let middle = y + BAR * count(bars.len()) / 2.0 + 4.0;
            // Writing to a string cannot fail.
            let _ = writeln!(svg, "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{name}</text>", LABELS - 8.0);
            for (figure, colour) in bars.iter().zip(COLOURS) {
                let width = self.length(*figure);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{LABELS}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\" fill=\"{colour}\"/>\
                     <text x=\"{:.1}\" y=\"{}\" font-size=\"10\">{}</text>",
                    BAR - 2.0,
                    LABELS + width + 4.0,
                    y + 10.0,
                    short(*figure)
                );
                y += BAR;
            }
            y += GAP;
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn legend(&self, svg: &mut String) {
        let mut x = LABELS;
        for (name, colour) in self.series.iter().zip(COLOURS) {
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"38\" width=\"10\" height=\"10\" fill=\"{colour}\"/><text x=\"{}\" y=\"47\">{name}</text>",
                x + 14.0
            );
            x += 30.0 + 6.5 * count(name.chars().count());
        }
    }

    /// How long a bar is: nothing for what is below the smallest figure's power of ten.
    fn length(&self, figure: f64) -> f64 {
        let all = || self.groups.iter().flat_map(|(_, bars)| bars);
        let least = all().copied().fold(f64::INFINITY, f64::min).log10().floor();
        let most = all().copied().fold(0.0, f64::max).log10();
        (WIDTH - LABELS - 60.0) * (figure.log10() - least) / (most - least)
    }
}

#[allow(clippy::cast_precision_loss, reason = "there are few bars and letters")]
fn count(number: usize) -> f64 {
    number as f64
}

fn short(figure: f64) -> String {
    if figure >= 100.0 { format!("{figure:.0}") } else { format!("{figure:.1}") }
}
