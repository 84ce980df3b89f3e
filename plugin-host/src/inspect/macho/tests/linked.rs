//! Libraries that a linker has made, which `cargo xtask platforms aarch64-apple-darwin` brings.

use std::{env, fs};

use super::read;
use crate::error::LoadProblem;

/// The libraries, as a `PATH` has folders.
const VARIABLE: &str = "HOOKSPEC_MACHO_LIBRARIES";

/// How many lengths a library is cut to, and places where it is damaged.
const DAMAGES: usize = 200;

#[test]
fn linked_libraries_are_plugins_and_no_damage_to_them_stops_the_look() {
    let Some(libraries) = env::var_os(VARIABLE) else {
        println!("skipped: {VARIABLE} names no libraries for macOS; `cargo xtask platforms` links some");
        return;
    };
    for path in env::split_paths(&libraries) {
        let whole = fs::read(&path).unwrap();
        let manifest = read(&whole).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
        assert!(!manifest.name.is_empty());
        let commands = u32::from_le_bytes(whole[20..24].try_into().unwrap()) as usize + 32;
        let refused = cut(&whole, commands) + damaged(&whole, commands);
        println!("damages refused: {refused}");
    }
}

/// Each shorter file is refused as such.
fn cut(whole: &[u8], commands: usize) -> usize {
    let heads = (1..DAMAGES / 2).map(|part| commands * 2 * part / DAMAGES);
    let all = (1..DAMAGES / 2).map(|part| whole.len() - whole.len() * part / DAMAGES - 1);
    let lengths: Vec<usize> = heads.chain(all).collect();
    for &len in &lengths {
        let problem = read(&whole[..len]).unwrap_err();
        let is_said = matches!(problem, LoadProblem::Truncated { .. } | LoadProblem::NotALibrary(_));
        assert!(is_said, "{len}: {problem}");
    }
    lengths.len()
}

/// What is refused of single damages to the load commands, and to all of it.
fn damaged(whole: &[u8], commands: usize) -> usize {
    let mut bytes = whole.to_vec();
    let heads = (0..DAMAGES).map(|part| commands * part / DAMAGES);
    let all = (0..DAMAGES).map(|part| whole.len() / DAMAGES * part);
    let mut refused = 0;
    for at in heads.chain(all) {
        bytes[at] ^= 0x81;
        refused += usize::from(read(&bytes).is_err());
        bytes[at] = whole[at];
    }
    assert!(refused > DAMAGES / 4, "{refused} damages were seen");
    refused
}
