//! What plugins add to a command from its start to its end: `host-demo info` as a whole process, by what is in the plugin directory.
#![allow(missing_docs, clippy::unwrap_used, reason = "criterion writes public items; a bench that cannot go on fails")]

use std::{fs, process::Command};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tests::{Artifacts, Collector, Sandbox};

fn startup(criterion: &mut Criterion) {
    let artifacts = Artifacts::release();
    let mut group = criterion.benchmark_group("startup");
    group.sample_size(60);

    let sandbox = Sandbox::with(&artifacts);
    let empty = sandbox.host_demo(&["--no-plugins", "info"]);
    bench(&mut group, BenchmarkId::from_parameter("no_plugins"), empty);
    for count in [1, 10, 100] {
        let sandbox = Sandbox::with(&artifacts);
        install_noops(&sandbox, &artifacts, count);
        bench(&mut group, BenchmarkId::new("noop_plugins", count), sandbox.host_demo(&["info"]));
    }

    let collector = Collector::start();
    let sandbox = Sandbox::with(&artifacts);
    sandbox.install(&artifacts.telemetry());
    let mut refused = sandbox.host_demo(&["info"]);
    refused.env("DO_NOT_TRACK", "1");
    bench(&mut group, BenchmarkId::new("telemetry", "refused"), refused);
    bench(&mut group, BenchmarkId::new("telemetry", "local"), sandbox.host_demo(&["info"]));
    sandbox.set_endpoint(&collector.endpoint());
    bench(&mut group, BenchmarkId::new("telemetry", "sending"), sandbox.host_demo(&["info"]));
    sandbox.settle();
    group.finish();
}

fn bench(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    id: BenchmarkId,
    mut command: Command,
) {
    group.bench_function(id, |bencher| {
        bencher.iter(|| assert!(command.output().unwrap().status.success()));
    });
}

/// Puts `count` plugins into the directory that do nothing: copies of one, each with a name of its own in its manifest.
fn install_noops(sandbox: &Sandbox, artifacts: &Artifacts, count: usize) {
    let noop = artifacts.fixture("noop");
    let library = fs::read(&noop).unwrap();
    let named = b"\nname=noop\n";
    let at = library.windows(named.len()).position(|bytes| bytes == named).unwrap() + "\nname=".len();
    for index in 0..count {
        let mut copy = library.clone();
        copy[at..at + 4].copy_from_slice(format!("p{index:03}").as_bytes());
        let name = noop.with_file_name(format!("p{index:03}")).with_extension(noop.extension().unwrap());
        fs::write(sandbox.path("plugins").join(name.file_name().unwrap()), copy).unwrap();
    }
}

criterion_group!(benches, startup);
criterion_main!(benches);
