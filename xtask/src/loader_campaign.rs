//! `cargo xtask loader-campaign`: what becomes of a host that loads a damaged plugin.
//!
//! Each file is loaded, and a hook of it called, in a process of its own. Truncation must kill none
//! of them. Of those that a host has installed, whichever byte is damaged, none may be loaded.
#![allow(
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "a task that cannot go on stops; 64-bit machines"
)]

use std::{process::ExitCode, thread};

use fastrand::Rng;
use tests::{
    Artifacts, artifacts,
    damage::{InstalledPlugin, Specimen, Tally, load_in_child},
};

use crate::options::Options;

const TRUNCATIONS: u64 = 400;
const FLIPS: u64 = 4000;
/// Damaged where they were installed.
const INSTALLED: usize = 1000;

/// Runs the task.
pub fn run(options: &[&str]) -> ExitCode {
    let Some(options) = Options::parse(options) else {
        eprintln!("Usage: cargo xtask loader-campaign [--seed N] [--keep DIR]");
        return ExitCode::from(2);
    };
    let fixtures = Artifacts::release_specimens();
    let specimen = Specimen::read(&fixtures.fixture("panicking_hook"));
    let len = specimen.bytes.len();
    println!("loader-campaign: seed {}, a plugin of {len} bytes", options.seed);

    let headers = &specimen.headers;
    let last_byte_first = (0..TRUNCATIONS / 4).map(|cut| len - 1 - cut as usize * 7);
    let evenly = (0..TRUNCATIONS * 3 / 4).map(|part| len * part as usize / (TRUNCATIONS as usize * 3 / 4));
    let lengths: Vec<usize> = last_byte_first.chain(evenly).collect();
    let campaign = Campaign { options: &options };
    let truncated = campaign.run("cut short", TRUNCATIONS, |number, _| specimen.truncated(lengths[number as usize]));
    campaign.run("a byte of the headers changed", FLIPS, |_, rng| specimen.flipped(headers, rng));
    for (place, name) in headers.iter().zip(["ELF header", "program headers", "section headers", "dynamic table"]) {
        let place = std::slice::from_ref(place);
        campaign.run(&format!("a byte of the {name} changed"), FLIPS / 8, |_, rng| specimen.flipped(place, rng));
    }
    let tables = &specimen.tables;
    campaign
        .run("a byte of symbols, names, versions, hashes changed", FLIPS / 4, |_, rng| specimen.flipped(tables, rng));
    let whole = 0..len;
    let relocations = &specimen.relocations;
    campaign.run("a byte of the relocations changed", FLIPS / 4, |_, rng| specimen.flipped(relocations, rng));
    campaign.run("a byte anywhere changed", FLIPS / 4, |_, rng| specimen.flipped(std::slice::from_ref(&whole), rng));
    let faults = faults_of_installed(&fixtures, options.seed);
    println!("installed, and a byte changed in each section in turn: {INSTALLED} files, {} not refused", faults.len());
    for fault in &faults {
        println!("  {fault}");
    }
    if truncated.harmed() == 0 && faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Damages installed plugins, and gives what the host did wrong over them.
fn faults_of_installed(fixtures: &Artifacts, seed: u64) -> Vec<String> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let work = |thread: usize| {
        let installed = InstalledPlugin::new(fixtures);
        let fault =
            |number: usize| installed.fault_of_damaged(number, &mut Rng::with_seed(seed.wrapping_add(number as u64)));
        let mut faults: Vec<_> = (thread..INSTALLED).step_by(threads).filter_map(fault).collect();
        if !installed.is_whole_again() {
            faults.push("the whole library is not loaded any more".to_owned());
        }
        faults
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no file stops the campaign")).collect()
    })
}

struct Campaign<'a> {
    options: &'a Options,
}

impl Campaign<'_> {
    fn run(&self, name: &str, count: u64, damage: impl Fn(u64, &mut Rng) -> Vec<u8> + Sync) -> Tally {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let load_plugin = artifacts().binary("load-plugin");
        let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
        let work = |thread: u64| {
            let file = dir.path().join(format!("lib{thread}.so"));
            let mut tally = Tally::default();
            for number in (thread..count).step_by(threads as usize) {
                let bytes = damage(number, &mut Rng::with_seed(self.options.seed.wrapping_add(number)));
                let keep =
                    self.options.keep.as_ref().map(|dir| dir.join(format!("{}-{number}.so", name.replace(' ', "-"))));
                tally += load_in_child(&load_plugin, &file, &bytes, keep.as_deref());
            }
            tally
        };
        let mut tally = Tally::default();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|thread| {
                    scope.spawn({
                        let work = &work;
                        move || work(thread)
                    })
                })
                .collect();
            for worker in workers {
                tally += worker.join().expect("no file stops the campaign");
            }
        });
        println!("{name}: {tally}");
        tally
    }
}
