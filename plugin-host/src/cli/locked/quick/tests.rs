//! Both readers of `plugins.lock` say the same.

use std::{collections::BTreeMap, path::Path};

use super::{SeenFile, read};
use crate::cli::locked::{LockedPlugin, entry::LOOK, file};

const ROUNDS: u64 = 4_000;

fn plugin(name: &str) -> LockedPlugin {
    LockedPlugin {
        name: name.to_owned(),
        version: "0.1.0".to_owned(),
        file: format!("lib{name}.so"),
        origin: format!("/home/a baker's/{name}, at = last/lib.so"),
        interfaces: vec!["bakery 1.0".to_owned(), "kitchen 2.1".to_owned()],
        abi: 3,
        installed: "2026-01-02T03:04:05Z".to_owned(),
        command: "plugin install".to_owned(),
        index: (name == "press").then(|| "https://plugins.example/index".to_owned()),
        key: (name == "press").then(|| "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3".to_owned()),
        seen: "469776 17 3 4 5 6".to_owned(),
        size: 469_776,
        looked: (name != "tidy").then(|| LOOK.to_owned()),
        manifest: if name == "tidy" { Vec::new() } else { vec!["name=it".to_owned(), "description=a, b".to_owned()] },
        replaces: (name == "tidy").then(|| "sha256:00".to_owned()),
        digest: BTreeMap::from([("x86_64-linux".to_owned(), "sha256:ff".to_owned())]),
    }
}

fn written(dir: &Path) -> String {
    for name in ["hello", "press", "tidy"] {
        file::change(dir, plugin(name)).expect("the lock is written");
    }
    std::fs::read_to_string(dir.join("plugins.lock")).expect("the lock is there")
}

/// As the parser has it.
fn parsed(text: &str, dir: &Path) -> Option<Vec<SeenFile>> {
    std::fs::write(dir.join("plugins.lock"), text).expect("the lock is written");
    let plugins = file::read(dir).ok()?;
    Some(
        plugins
            .into_iter()
            .map(|LockedPlugin { file, seen, looked, manifest, .. }| {
                let is_looked_at = looked.as_deref() == Some(LOOK);
                SeenFile { file, seen, is_looked_at, manifest: manifest.join("\n") }
            })
            .collect(),
    )
}

/// Otherwise each start would cost what the parser takes.
#[test]
fn what_is_written_is_read_quickly() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let text = written(dir.path());
    let quick = read(&text, 1);
    assert_eq!(quick.as_ref().map(Vec::len), Some(3), "{text}");
    assert_eq!(quick, parsed(&text, dir.path()));
    assert_eq!(read(&text, 2), None);
}

/// Whatever somebody has written into the file: it is read as the parser reads it, or left to that.
#[test]
fn what_is_read_quickly_is_what_the_parser_reads() {
    const PIECES: [&str; 16] =
        ["\"", "'", "\\", "\n", "#", "=", " ", "[", "]", ",", "0", "-", "\t", "\u{7f}", "\r", "[[plugin]]"];
    let dir = tempfile::tempdir().expect("a temporary folder");
    let whole: Vec<String> = written(dir.path()).lines().map(str::to_owned).collect();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below as u64).expect("it is below")
    };
    let mut read_quickly = 0;
    for _ in 0..ROUNDS {
        let mut lines = whole.clone();
        let (at, other) = (next(lines.len()), next(lines.len()));
        match next(5) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, whole[other].clone()),
            2 => lines.swap(at, other),
            _ => {
                let line = &mut lines[at];
                let column = next(line.len() + 1);
                let end = (column + next(3)).min(line.len());
                line.replace_range(column..end, PIECES[next(PIECES.len())]);
            }
        }
        let text = lines.join("\n");
        if let Some(quick) = read(&text, 1) {
            read_quickly += 1;
            assert_eq!(Some(quick), parsed(&text, dir.path()), "{text}");
        }
    }
    assert!(read_quickly > 100, "{read_quickly} were read");
}
