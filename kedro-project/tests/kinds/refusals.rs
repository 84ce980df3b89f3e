//! What Python refuses, and nothing else: forms that the parser here takes with ease are among
//! them.
//!
//! Each file has forms of one kind. The Python that is installed says the same of them.

use std::process::{Command, Stdio};

use crate::tea::{BLACK, Tea};

/// No Python from 3.9 on takes these.
const REFUSED: &str = include_str!("refusals/refused.txt");
/// Each takes these.
const TAKEN: &str = include_str!("refusals/taken.txt");
/// Pythons differ in these, or what they take is not known here.
const DIFFERING: &str = include_str!("refusals/differing.txt");

const CREATE: &str = "from kedro.pipeline import Pipeline\nfrom . import nodes\n\n\
                      def create_pipeline():\n    return Pipeline([])\n";

fn forms(text: &str) -> impl Iterator<Item = &str> {
    text.trim_end().split("\n---\n")
}

/// A project with a form in a function of a module that the black pipeline imports.
fn with(form: &str) -> Tea {
    let tea = Tea::new();
    let create =
        "from kedro.pipeline import Pipeline\nfrom . import nodes\n\ndef create_pipeline():\n    return Pipeline([])\n";
    tea.file(BLACK, create).file("src/tea/pipelines/black/nodes.py", form);
    tea
}

#[test]
fn pipelines_whose_modules_no_python_takes_are_left_out() {
    let forms: Vec<&str> = forms(REFUSED).collect();
    for some in forms.chunks(40) {
        let tea = Tea::new();
        for (number, form) in some.iter().enumerate() {
            let folder = format!("src/tea/pipelines/form_{number}");
            tea.file(&format!("{folder}/__init__.py"), CREATE).file(&format!("{folder}/nodes.py"), form);
        }
        let pipelines = tea.pipelines().expect("the names are known");
        let taken: Vec<&str> = pipelines
            .keys()
            .filter_map(|name| some.get(name.strip_prefix("form_")?.parse::<usize>().ok()?).copied())
            .collect();
        assert!(taken.is_empty(), "{taken:#?}");
    }
}

#[test]
fn what_each_python_takes_is_not_refused() {
    for form in forms(TAKEN) {
        // It is there, even if it is not followed what it does.
        let body: String = form.lines().map(|line| ["    ", line, "\n"].concat()).collect();
        let is_own = form.contains("global") || form.contains("nonlocal");
        let form = if is_own { form.to_owned() } else { format!("async def unused():\n{body}") };
        let is_generator = form.contains("yield") || form.contains("print (");
        let found = with(&form).pipelines().unwrap_or_default();
        assert!(is_generator || found.is_empty() || found.contains_key("black"), "{form}");
    }
}

#[test]
fn what_pythons_differ_in_is_unknown() {
    let known: Vec<&str> = forms(DIFFERING).filter(|form| with(form).pipelines().is_ok()).collect();
    assert!(known.is_empty(), "{known:#?}");
}

#[test]
fn the_installed_python_says_the_same() {
    let script = "import sys, warnings\nwarnings.simplefilter('ignore')\n\
                  text = sys.stdin.buffer.read().decode()\n\
                  for form in text.rstrip().split('\\n---\\n'):\n    try:\n        compile(form, 'form', 'exec')\n        \
                  print('taken')\n    except (SyntaxError, ValueError):\n        print('refused')\n    \
                  except (RecursionError, MemoryError):\n        print('deep')\n";
    for (text, expected) in [(REFUSED, "refused"), (TAKEN, "taken")] {
        let child =
            Command::new("python3").args(["-I", "-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut child) = child else {
            println!("python3 cannot be started, so that it says nothing of these forms");
            return;
        };
        let mut input = child.stdin.take().expect("an input");
        std::io::Write::write_all(&mut input, text.as_bytes()).expect("it listens");
        drop(input);
        let output = child.wait_with_output().expect("it answers");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let others: Vec<&str> =
            forms(text).zip(said.lines()).filter(|(_, said)| *said != expected).map(|(form, _)| form).collect();
        assert!(others.is_empty() && said.lines().count() == forms(text).count(), "{others:#?}");
    }
}
