//! What callgrind writes: the instructions of each function.

use std::collections::{BTreeMap, HashMap};

/// The instructions of each function without those that it calls.
///
/// A name is spelt once, `(1) name`, and is `(1)` from then on; a file or library, too. The line
/// behind `calls=` has what the called function took, which is counted there.
pub fn functions(text: &str) -> Result<BTreeMap<String, i64>, String> {
    let (mut names, mut objects) = (Names::default(), Names::default());
    let (mut function, mut object) = (String::new(), String::new());
    let mut functions = BTreeMap::new();
    let mut is_of_call = false;
    for line in text.lines() {
        if let Some((key, value)) = line.split_once('=') {
            match key {
                "fn" => function = named(&names.resolve(value)?, &object),
                "cfn" => drop(names.resolve(value)?),
                "ob" => object = objects.resolve(value)?,
                "cob" => drop(objects.resolve(value)?),
                "calls" => is_of_call = true,
                _ => {}
            }
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let cost = line.split(' ').nth(1).map_or(Ok(0), str::parse::<i64>);
            let cost = cost.map_err(|_| format!("`{line}` is no line of callgrind's"))?;
            if !std::mem::take(&mut is_of_call) {
                *functions.entry(function.clone()).or_default() += cost;
            }
        }
    }
    if functions.is_empty() { Err("callgrind has counted nothing".to_owned()) } else { Ok(functions) }
}

#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn resolve(&mut self, value: &str) -> Result<String, String> {
        let Some((number, name)) = value.split_once(')') else { return Ok(value.to_owned()) };
        if !name.is_empty() {
            self.0.insert(number.to_owned(), name.trim_start().to_owned());
        }
        self.0.get(number).cloned().ok_or_else(|| format!("`{value}` is the name of nothing"))
    }
}

/// The name to show: without the compiler's hash, and where there is none the library's.
fn named(name: &str, object: &str) -> String {
    if name.starts_with("0x") || name == "???" {
        let file = object.rsplit('/').next().unwrap_or(object);
        return format!("(without a name, in {file})");
    }
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => path.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "version: 1\nevents: Ir\n\nob=(1) /bin/program\nfl=(1) ???\nfn=(1) program::outer::h0123456789abcdef\n\
                          0 5\ncob=(2) /lib/libc.so.6\ncfn=(2) malloc\ncalls=3 0 \n0 300\n+1 2\n\nob=(2)\nfn=(2)\n0 300\nfn=(3) 0x000f00\n* 7\n";

    #[test]
    fn what_a_function_calls_is_not_its_own() {
        let expected = [("program::outer", 7), ("malloc", 300), ("(without a name, in libc.so.6)", 7)];
        let expected = expected.map(|(name, count)| (name.to_owned(), count));
        assert_eq!(functions(OUTPUT), Ok(BTreeMap::from(expected)));
    }

    #[test]
    fn what_is_no_profile_is_refused() {
        assert!(functions("").is_err());
        assert!(functions("fn=(1)\n0 1\n").is_err());
        assert!(functions("fn=(1) main\n0 many\n").is_err());
    }
}
