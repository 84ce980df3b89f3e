//! A plot of curves over size, both scales logarithmic, as SVG that reads well on light and on dark
//! pages.

use std::fmt::Write as _;

use super::curve::Curve;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 250.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 40.0;
const COLOURS: [&str; 4] = ["#2a9d8f", "#1d6fa5", "#e07a3f", "#8d99ae"];

/// Draws curves of one kind of size.
pub fn plot(title: &str, size: &str, curves: &[Curve]) -> String {
    let points = || curves.iter().flat_map(Curve::points);
    let across = Scale::over(points().map(|(size, _)| size), LEFT, WIDTH - RIGHT);
    let up = Scale::over(points().map(|(_, cost)| cost), HEIGHT - BOTTOM, TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\" fill=\"#fff\"/>\n\
         <text x=\"12\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{title} (both logarithmic)</text>\n"
    );
    // Writing to a string cannot fail.
    for power in across.powers() {
        let (x, end) = (across.place(power), HEIGHT - BOTTOM);
        let _ = writeln!(svg, "<path d=\"M{x:.1} {TOP}V{end}\" stroke=\"#ddd\"/>");
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{power}</text>", end + 15.0);
    }
    for power in up.powers() {
        let (y, end) = (up.place(power), WIDTH - RIGHT);
        let _ = writeln!(svg, "<path d=\"M{LEFT} {y:.1}H{end}\" stroke=\"#ddd\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{power}</text>", LEFT - 6.0, y + 4.0);
    }
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    let _ = writeln!(svg, "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{size}</text>", HEIGHT - 8.0);
    for ((curve, colour), y) in curves.iter().zip(COLOURS).zip([60.0, 84.0, 108.0, 132.0]) {
        let places: Vec<_> = curve.points().map(|(size, cost)| (across.place(size), up.place(cost))).collect();
        let line: Vec<_> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let line = line.join(" ");
        let _ = writeln!(svg, "<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
        for (x, y) in places {
            let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
        }
        let x = WIDTH - RIGHT + 16.0;
        let _ = writeln!(svg, "<rect x=\"{x}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{colour}\"/>", y - 9.0);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y}\">{} ({})</text>", x + 15.0, curve.name, curve.unit);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Where figures are placed.
struct Scale {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale for all of these, from one place to another.
    fn over(figures: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (least, most) =
            figures.fold((f64::MAX, f64::MIN_POSITIVE), |(least, most), figure| (least.min(figure), most.max(figure)));
        Self { least: least.log10().floor(), most: most.log10().ceil(), from, to }
    }

    fn place(&self, figure: f64) -> f64 {
        let part = (figure.log10() - self.least) / (self.most - self.least).max(1.0);
        self.from + part * (self.to - self.from)
    }

    /// The powers of ten within it.
    fn powers(&self) -> impl Iterator<Item = f64> {
        let (least, most) = (self.least, self.most);
        (-9..=12).map(f64::from).filter(move |power| (least..=most).contains(power)).map(|power| 10_f64.powf(power))
    }
}
