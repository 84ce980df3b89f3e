//! `cargo xtask picture`: a terminal with what the host prints today, for the README.

use std::{fmt::Write, fs, process::ExitCode, time::Duration};

use anstyle::{AnsiColor, Style};
use anstyle_svg::Term;
use tests::{Session, workspace};

const FILE: &str = "docs/demo.svg";
const DEADLINE: Duration = Duration::from_secs(60);
/// As wide as a terminal that is beside an editor.
const COLUMNS: usize = 100;

/// What comes before, unseen: the program is on the `PATH`, and this is a project.
const BEFORE: &str = "export PATH=\"$PWD/target/release:$PATH\" && cd tests/projects/bakery";

/// What is typed, in this order. What it prints is the same each time.
const COMMANDS: [&str; 6] = [
    "host-demo plugin install ~/hooks/target/release/libkedro_telemetry.so",
    "host-demo registry list",
    "host-demo telemetry preview -- catalog list --format json | grep -E 'command|number'",
    "host-demo telemetry off",
    "host-demo telemetry status | head -n 1",
    "host-demo plugin remove kedro-telemetry",
];

/// Draws the picture, or says whether it is the one there is.
pub fn run(options: &[&str]) -> ExitCode {
    let check = match options {
        [] => false,
        ["--check"] => true,
        _ => {
            eprintln!("error: the only option of picture is --check");
            return ExitCode::from(2);
        }
    };
    match picture().and_then(|picture| if check { compare(&picture) } else { write(&picture) }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn picture() -> Result<String, String> {
    let root = tempfile::tempdir().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    let session = Session::start(&root.path().join("session"), DEADLINE);
    session.output(BEFORE)?;
    let prompt = Style::new().bold().fg_color(Some(AnsiColor::Green.into()));
    let typed = Style::new().bold();
    let mut screen = String::new();
    for command in COMMANDS {
        let (succeeded, printed) = session.output(command)?;
        if !succeeded {
            return Err(format!("`{command}` fails:\n{printed}"));
        }
        // Writing to a string does not fail.
        let _ = writeln!(screen, "{prompt}${prompt:#} {typed}{command}{typed:#}");
        printed.lines().flat_map(folded).for_each(|line| screen.extend([line.as_str(), "\n"]));
    }
    Ok(Term::new().min_width_px(840).render_svg(screen.trim_end()))
}

/// A line as a terminal shows it.
fn folded(line: &str) -> Vec<String> {
    if line.is_empty() {
        return vec![String::new()];
    }
    let letters: Vec<char> = line.chars().collect();
    letters.chunks(COLUMNS).map(|piece| piece.iter().collect()).collect()
}

fn write(picture: &str) -> Result<(), String> {
    fs::write(workspace().join(FILE), picture).map_err(|error| format!("cannot write {FILE}: {error}"))?;
    println!("{FILE} is drawn");
    Ok(())
}

fn compare(picture: &str) -> Result<(), String> {
    match fs::read_to_string(workspace().join(FILE)) {
        Ok(there) if there == picture => {
            println!("{FILE} shows what the host prints");
            Ok(())
        }
        Ok(_) => Err(format!("{FILE} shows something else than the host prints; draw it by `cargo xtask picture`")),
        Err(error) => Err(format!("cannot read {FILE}: {error}; draw it by `cargo xtask picture`")),
    }
}
