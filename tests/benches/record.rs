//! Recording one event, in the host's process: the hooks of a command, with the real plugin.
//!
//! The plugin reads its folders from the environment, so the bench runs once more in that of a
//! sandbox.
#![allow(missing_docs, reason = "criterion writes public items")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench that cannot go on fails")]

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use criterion::{Criterion, criterion_group};
use hookspec::specs::{
    AfterCommandRun, BeforeCommandRun, CommandNode, CommandNodeSource, CommandRun, CommandRunSource, Project,
    ProjectSource,
};
use hookspec_host::{ErrorPolicy, HookError, HostServices, PluginFile, PluginManager, Trust};
use kedro_telemetry_internals::internals::{COMMAND_EVENT, HostFacts, Project as Described, describe};
use tests::{Artifacts, Sandbox};
use usage_telemetry::internals::{Queue, event};

const SANDBOXED: &str = "RECORD_BENCH_PROJECT";
/// Events recorded before the queue is put aside: it is short in life, too.
const ROUND: u64 = 50;

fn main() {
    if env::var_os(SANDBOXED).is_some() {
        return benches();
    }
    let artifacts = Artifacts::release();
    let sandbox = Sandbox::with(&artifacts);
    sandbox.install(&artifacts.telemetry());
    let on = sandbox.host_demo(&["telemetry", "on"]).output().unwrap();
    assert!(on.status.success(), "{on:?}");
    let bench = env::current_exe().unwrap();
    let mut again = sandbox.command(&bench);
    // Where criterion would have put its figures without the sandbox: in the target directory.
    again.env("CRITERION_HOME", bench.ancestors().nth(3).unwrap().join("criterion"));
    let status = again.args(env::args_os().skip(1)).env(SANDBOXED, sandbox.project()).status().unwrap();
    assert!(status.success(), "{status}");
}

fn record(criterion: &mut Criterion) {
    let project = env::var(SANDBOXED).unwrap();
    let root = Path::new(&project).parent().unwrap();
    let state = root.join("state/kedro-telemetry/host-demo");
    let queue = Queue::new(&state);
    let plugins = root.join("plugins");
    let library = plugins.read_dir().unwrap().next().unwrap().unwrap().path();
    let manager = PluginManager::new(Services, ErrorPolicy::Isolate);
    let before = manager.declare(BeforeCommandRun).unwrap();
    let after = manager.declare(AfterCommandRun).unwrap();
    manager.load(&PluginFile::inspect(&library, Trust::Everyone)).unwrap();

    let mut group = criterion.benchmark_group("record");
    group.bench_function("queue_only", |bencher| {
        bencher.iter_custom(|count| {
            rounds(&queue, &state, count, || {
                let host = HostFacts { name: "host", version: "1", runtime: "rust", runtime_version: "1" };
                let mut event = event(COMMAND_EVENT, SystemTime::now(), "28df3ee193734d9db5348fb9908981db");
                describe(&mut event, &Described::default(), &host, false);
                queue.push(&event, None, None).unwrap();
            })
        });
    });
    for (case, project) in [("no_project", None), ("project", Some(project.as_str()))] {
        let run = CommandRun::new(Info(project.map(str::to_owned)));
        group.bench_function(case, |bencher| {
            bencher.iter_custom(|count| {
                rounds(&queue, &state, count, || {
                    before.call(&run).unwrap();
                    after.call(&run).unwrap();
                })
            });
        });
    }
    group.finish();
}

/// The time for `count` events without that for putting the queue aside between them.
///
/// It is not emptied: ext4 passes over each inode that was freed in the last seconds when it looks
/// for one for a new file, and a profile of this bench had that search for a third of all time.
fn rounds(queue: &Queue, state: &Path, count: u64, event: impl Fn()) -> Duration {
    let mut taken = Duration::ZERO;
    let mut left = count;
    while left > 0 {
        let round = left.min(ROUND);
        let begun = Instant::now();
        (0..round).for_each(|_| event());
        taken += begun.elapsed();
        assert_eq!(queue.list().unwrap().len() as u64, round, "each event was recorded");
        put_aside(state);
        left -= round;
    }
    taken
}

fn put_aside(state: &Path) {
    let aside = tempfile::Builder::new().disable_cleanup(true).tempdir_in(state).unwrap();
    let new = state.join("queue/new");
    fs::rename(&new, aside.path().join("new")).unwrap();
    fs::create_dir(new).unwrap();
}

struct Services;

impl HostServices for Services {
    // That for which telemetry was turned on.
    fn name(&self) -> &str {
        "host-demo"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn hook_failed(&self, error: &HookError) {
        panic!("{error}");
    }
}

/// The command `info`, in this project or none.
struct Info(Option<String>);

impl CommandRunSource for Info {
    fn args(&self) -> Vec<&str> {
        vec!["info"]
    }

    fn project(&self) -> Option<Project> {
        self.0.clone().map(|path| Project::new(Bakery(path)))
    }

    fn vocabulary(&self) -> CommandNode {
        CommandNode::new(Words)
    }

    fn exit_code(&self) -> Option<i32> {
        None
    }
}

struct Bakery(String);

impl ProjectSource for Bakery {
    fn path(&self) -> &str {
        &self.0
    }

    fn package_name(&self) -> &str {
        "bakery"
    }
}

struct Words;

impl CommandNodeSource for Words {
    fn name(&self) -> &str {
        "host"
    }

    fn options(&self) -> Vec<&str> {
        Vec::new()
    }

    fn commands(&self) -> Vec<CommandNode> {
        Vec::new()
    }
}

criterion_group!(benches, record);
