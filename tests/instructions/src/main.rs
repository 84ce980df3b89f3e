//! One operation over and over, for callgrind to count: `instructions OPERATION TIMES [PATH…]`.
//!
//! Only what runs within [`counted::part`] is counted. It ends with an error where an operation has
//! not done what it is for.

mod counted;
mod done;
mod floors;
mod hooks;
mod loading;
mod recording;
mod services;

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

use done::Done;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Done {
    let [operation, times, paths @ ..] = words else {
        return Err("Usage: instructions OPERATION TIMES [PATH…]".into());
    };
    let times = times.parse()?;
    let paths: Vec<&Path> = paths.iter().map(Path::new).collect();
    if let Some((hook, plugins)) = operation.rsplit_once('-') {
        return hook_calls(hook, plugins.parse()?, times);
    }
    match (operation.as_str(), &paths[..]) {
        ("discover", [folder]) => loading::discover_and_load(folder, times),
        ("load", [folder]) => loading::load(&libraries(folder, times)?),
        ("record", [library, project, state]) => recording::recorded(library, project, state, times),
        ("refuse", [library, project, state]) => recording::refused(library, project, state, times),
        ("pointer", []) => floors::pointer(times),
        ("dlopen", [folder]) => floors::dlopen(&libraries(folder, times)?),
        ("file", [folder]) => floors::file(folder, times),
        ("append", [folder]) => floors::append(folder, times),
        _ => Err(format!("`{operation}` is no operation, or takes other paths").into()),
    }
}

/// Calls of a hook that so many plugins have a hookimpl of.
fn hook_calls(hook: &str, plugins: usize, times: usize) -> Done {
    match hook {
        "no-answer" => hooks::without_answer(plugins, times),
        "answer" => hooks::with_answer(plugins, times),
        "fold" => hooks::fold(plugins, times),
        "register" => hooks::register(plugins, times),
        _ => Err(format!("there is no hook `{hook}`").into()),
    }
}

/// The first so many files in a folder, by name.
fn libraries(folder: &Path, times: usize) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries = folder.read_dir()?.collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    if paths.len() < times {
        return Err(format!("{times} libraries are wanted, and there are {}", paths.len()).into());
    }
    paths.truncate(times);
    Ok(paths)
}
