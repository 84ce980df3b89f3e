//! Names and words that do not belong in a file.

use crate::{
    modules::{Crate, SourceFile},
    table::{Forbidden, Name},
};

/// Every place where a file of the crate has what is forbidden there, a line each.
pub fn problems(krate: &Crate, forbidden: &[Forbidden]) -> Vec<String> {
    forbidden.iter().flat_map(|forbidden| found(krate, forbidden)).collect()
}

fn found(krate: &Crate, forbidden: &Forbidden) -> Vec<String> {
    let spelt = |place: &Place| {
        let (package, file, line) = (&krate.package, &krate.files[place.file].path, place.line);
        let (text, because) = (&place.text, forbidden.because);
        format!("{package}: {file}:{line} names `{text}`, but {because}: take it out there")
    };
    let places = match forbidden.name {
        Name::Path(path) => paths(krate, path),
        Name::Word(word) => words(krate, word),
    };
    places.iter().filter(|place| !is_excepted(&krate.files[place.file], forbidden)).map(spelt).collect()
}

struct Place {
    file: usize,
    line: usize,
    text: String,
}

fn is_excepted(file: &SourceFile, forbidden: &Forbidden) -> bool {
    let is_at = |except: &str| file.path == except || except.ends_with('/') && file.path.starts_with(except);
    forbidden.except.iter().any(|except| is_at(except))
}

/// The bodies of macros count here: what they name is named wherever they are used.
fn paths(krate: &Crate, path: &[&str]) -> Vec<Place> {
    let named = krate.mentions.iter().filter(|mention| mention.path.windows(path.len()).any(|part| part == path));
    named.map(|mention| Place { file: mention.file, line: mention.line, text: mention.text() }).collect()
}

fn words(krate: &Crate, word: &str) -> Vec<Place> {
    let place = |file: usize, line: usize| Place { file, line, text: word.to_owned() };
    let files = krate.files.iter().enumerate();
    files.flat_map(|(index, file)| lines_with(file, word).into_iter().map(move |line| place(index, line))).collect()
}

fn lines_with(file: &SourceFile, word: &str) -> Vec<usize> {
    let lines = file.text.lines().zip(1..).filter(|(text, _)| text.to_lowercase().contains(word));
    lines.map(|(_, line)| line).filter(|line| !file.is_for_tests(*line)).collect()
}
