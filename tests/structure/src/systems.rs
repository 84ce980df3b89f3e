//! Which files ask which system they are compiled for.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::{
    modules::{Crate, SourceFile},
    table::SystemException,
};

/// What conditions ask of the system; not of the machine, which the code for one format of libraries
/// has to know.
const ASKED: [&str; 6] = ["unix", "windows", "target_os", "target_family", "target_vendor", "target_env"];

/// Every place outside of `os/`, which is for that, where a file of the crate asks which system it
/// is compiled for, a line each; and every exception of the crate that is none.
pub fn problems(krate: &Crate, exceptions: &[SystemException]) -> Vec<String> {
    let own = || exceptions.iter().filter(|exception| exception.package == krate.package);
    let mut problems = Vec::new();
    for file in krate.files.iter().filter(|file| !is_for_systems(&file.path)) {
        let asked = asked(file);
        if own().any(|exception| exception.file == file.path) {
            problems.extend(asked.is_empty().then(|| not_needed(krate, file)));
        } else {
            problems.extend(asked.into_iter().map(|asked| spelt(krate, file, &asked)));
        }
    }
    problems
}

fn is_for_systems(path: &str) -> bool {
    path == "src/os.rs" || path.starts_with("src/os/")
}

fn spelt(krate: &Crate, file: &SourceFile, asked: &Asked) -> String {
    let (package, path, line, word) = (&krate.package, &file.path, asked.line, &asked.word);
    format!(
        "{package}: {path}:{line} asks `{word}`, but what differs between systems is in src/os/: \
         give it a name there, and use that here"
    )
}

fn not_needed(krate: &Crate, file: &SourceFile) -> String {
    let (package, path) = (&krate.package, &file.path);
    format!("{package}: {path} asks nothing of the system: take its exception out of the table")
}

/// A word of a condition, and its line.
struct Asked {
    word: String,
    line: usize,
}

/// What a file asks, where that is not for tests only; the bodies of macros count.
fn asked(file: &SourceFile) -> Vec<Asked> {
    let mut asked = Vec::new();
    // A file that is not Rust has been told of.
    conditions_in(file.text.parse().unwrap_or_default(), &mut asked);
    asked.retain(|asked| !file.is_for_tests(asked.line));
    asked
}

fn conditions_in(tokens: TokenStream, asked: &mut Vec<Asked>) {
    let mut before = None;
    for token in tokens {
        match token {
            TokenTree::Group(group) => match before.take().as_deref() {
                Some("cfg") if group.delimiter() == Delimiter::Parenthesis => words_in(group.stream(), asked),
                Some("cfg_attr") => words_in(condition_of(group.stream()), asked),
                _ => conditions_in(group.stream(), asked),
            },
            TokenTree::Ident(ident) => before = Some(ident.to_string()),
            // As in `cfg!(…)`.
            TokenTree::Punct(punct) if punct.as_char() == '!' => {}
            _ => before = None,
        }
    }
}

/// What stands before the first comma.
fn condition_of(tokens: TokenStream) -> TokenStream {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    tokens.into_iter().take_while(|token| !is_comma(token)).collect()
}

fn words_in(condition: TokenStream, asked: &mut Vec<Asked>) {
    for token in condition {
        match token {
            TokenTree::Group(group) => words_in(group.stream(), asked),
            TokenTree::Ident(ident) if ASKED.iter().any(|word| ident == word) => {
                asked.push(Asked { word: ident.to_string(), line: ident.span().start().line });
            }
            _ => {}
        }
    }
}
