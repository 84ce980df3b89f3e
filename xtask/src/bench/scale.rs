//! What everything costs by how much of it there is: a plot each, and the exponent, which is 1 where
//! twice as much costs twice as much.

mod datasets;
mod events;
mod hookimpls;
mod plugins;
mod processes;

use tests::Artifacts;

use super::{curve::Curve, picture::Picture, plot::plot, table::Section};

/// Beyond this it is said: n log n is below from a thousand on.
const MOST: f64 = 1.15;

/// What is measured: title and size of the plot, its file, and how.
type Kind = (&'static str, &'static str, &'static str, fn(&Artifacts) -> Result<Vec<Curve>, String>);

const KINDS: [Kind; 5] = [
    ("Hook calls by hookimpls", "hookimpls", "scale-hookimpls.svg", hookimpls::measure),
    ("Loading by plugins", "plugins", "scale-plugins.svg", plugins::measure),
    ("Telemetry by events", "events", "scale-events.svg", events::measure),
    ("A catalog by datasets", "datasets", "scale-datasets.svg", datasets::measure),
    ("Commands at once", "processes", "scale-processes.svg", processes::measure),
];

const TEXT: &str = "Cost by size, and the exponent: 1 where twice as much costs twice as much. What is the same for all sizes counts least between the last two, \
    whose exponent is behind the other. Milliseconds are CPU time of all processes (user and system), of the fastest of three runs; instructions are by callgrind. \
    Everything is optimised crate by crate. The queue is bounded to 10,000 events; what is beyond that is dropped by whoever looks first, before anything else is done with it. \
    The files of a configuration may have 600,000 values together: a catalog of 300,000 datasets with two values each is refused with a line. \
    What finding and loading takes beyond a plugin's share is the system's loader, which compares each library with all before it (`perf`: 9 % of the time with 100, 27 % with 1,000). \
    Registering is without calls in between: a call after each registration would have the order of all hookimpls of that hook made anew each time, which is of the square.";

/// Measures all, and draws a plot of each kind.
pub fn measure() -> Result<(Section, Vec<Picture>), String> {
    let artifacts = Artifacts::counted_host();
    let columns = ["", "sizes", "costs", "unit", "exponent", "between the last two"];
    let mut section = Section::new("Scale", TEXT, &columns);
    let mut pictures = Vec::new();
    for (title, size, file, measure) in KINDS {
        let curves = measure(&artifacts)?;
        for curve in &curves {
            let (sizes, costs): (Vec<_>, Vec<_>) =
                curve.points().map(|(size, cost)| (size.to_string(), shown(cost))).unzip();
            let last = curve.last_exponent();
            let mark = if last > MOST { " (above n log n)" } else { "" };
            section.row(&[
                format!("{}, by {size}", curve.name),
                sizes.join(", "),
                costs.join(", "),
                curve.unit.to_owned(),
                format!("{:.2}", curve.exponent()),
                format!("{last:.2}{mark}"),
            ]);
        }
        pictures.push(Picture { title: title.to_owned(), file, svg: plot(title, size, &curves) });
    }
    Ok((section, pictures))
}

fn shown(cost: f64) -> String {
    if cost < 100.0 { format!("{cost:.2}") } else { format!("{cost:.0}") }
}
