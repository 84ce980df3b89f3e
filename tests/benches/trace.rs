//! What tracing adds to a pipeline of 200 nodes, each with two inputs and an output: 1,600 hook
//! calls through the real library, and what follows when the run ends.
//!
//! The host's own part, making what it shows, is in `off` alone.
#![allow(missing_docs, clippy::unwrap_used, reason = "criterion writes public items; a bench that cannot go on fails")]

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use hookspec_host::{ErrorPolicy, HostServices, PluginFile, PluginManager, Trust};
use tests::{Artifacts, NodeScript, PipelineHooks, RunScript, run_id};

const NODES: usize = 200;

struct Services {
    file: Option<String>,
}

impl HostServices for Services {
    fn name(&self) -> &str {
        "kedro"
    }

    fn version(&self) -> &str {
        "1.7.0"
    }

    fn setting(&self, _: &str, key: &str) -> Option<&str> {
        self.file.as_deref().filter(|_| key == "file")
    }
}

fn script() -> RunScript {
    let node = |number: usize| NodeScript {
        name: format!("node_{number}"),
        tags: vec!["daily".to_owned()],
        inputs: vec![format!("dataset_{number}"), "parameters".to_owned()],
        outputs: vec![format!("dataset_{}", number + 1)],
        ..NodeScript::default()
    };
    RunScript { nodes: (0..NODES).map(node).collect(), ..RunScript::default() }
}

fn hooks(library: Option<PathBuf>, file: Option<String>) -> (PluginManager, PipelineHooks) {
    let manager = PluginManager::new(Services { file }, ErrorPolicy::Propagate);
    let hooks = PipelineHooks::declare(&manager);
    if let Some(library) = library {
        manager.load(&PluginFile::inspect(&library, Trust::Everyone)).unwrap();
    }
    (manager, hooks)
}

fn trace(criterion: &mut Criterion) {
    let library = Artifacts::release_trace().trace();
    let folder = tempfile::tempdir().unwrap();
    let (script, id) = (script(), run_id(1));
    let mut group = criterion.benchmark_group("trace_200_nodes");
    for (name, library, file) in [
        ("without_plugin", None, None),
        ("off", Some(library.clone()), None),
        ("to_folder", Some(library), Some(folder.path().display().to_string())),
    ] {
        let (_manager, hooks) = hooks(library, file);
        group.bench_function(format!("{name}/hooks"), |bencher| {
            bencher.iter_custom(|rounds| {
                let timed = |_| {
                    hooks.begin(&script, 1);
                    let start = Instant::now();
                    hooks.run_nodes(&script, &id).unwrap();
                    let time = start.elapsed();
                    hooks.end(&script, 1, Ok(()));
                    empty(folder.path());
                    time
                };
                (0..rounds).map(timed).sum::<Duration>()
            });
        });
        group.bench_function(format!("{name}/end"), |bencher| {
            bencher.iter_custom(|rounds| {
                let timed = |_| {
                    hooks.begin(&script, 1);
                    hooks.run_nodes(&script, &id).unwrap();
                    let start = Instant::now();
                    hooks.end(&script, 1, Ok(()));
                    let time = start.elapsed();
                    empty(folder.path());
                    time
                };
                (0..rounds).map(timed).sum::<Duration>()
            });
        });
    }
    group.finish();
}

fn empty(folder: &std::path::Path) {
    for entry in fs::read_dir(folder).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
}

criterion_group!(benches, trace);
criterion_main!(benches);
