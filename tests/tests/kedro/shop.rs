//! A user who has Kedro, a project and a collector.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tests::{Collector, Sandbox, copy_dir, workspace};

use crate::kedro::{Kedro, newest};

/// A user who has been told, in the project `shop`.
pub struct Shop {
    /// The user.
    pub sandbox: Sandbox,
    /// Where events go.
    pub collector: Collector,
    /// The programs.
    pub kedro: &'static Kedro,
    /// The folder that the package is in.
    pub package: PathBuf,
}

impl Shop {
    /// `None`, said aloud, where there is no Kedro.
    pub fn open() -> Option<Self> {
        newest().map(Self::with)
    }

    /// The same with this Kedro.
    pub fn with(kedro: &'static Kedro) -> Self {
        let (sandbox, collector) = (Sandbox::new(), Collector::start());
        fs::remove_dir_all(sandbox.project()).unwrap();
        copy_dir(&workspace().join("tests/projects/shop"), &sandbox.project());
        // Kedro refuses a project of another major version.
        let project = sandbox.project().join("pyproject.toml");
        let text = fs::read_to_string(&project).unwrap();
        fs::write(&project, text.replace("1.7.0", &kedro.version)).unwrap();
        sandbox.set_told_by("kedro");
        let shop = Self { sandbox, collector, kedro, package: kedro.package.clone() };
        shop.configure();
        shop
    }

    fn configure(&self) {
        let folder = self.sandbox.path("config/kedro");
        fs::create_dir_all(&folder).unwrap();
        let config = format!("[plugins.kedro-telemetry]\nendpoint = \"{}\"\n", self.collector.endpoint());
        fs::write(folder.join("config.toml"), config).unwrap();
    }

    /// `kedro ARGS` in the project, without any plugin.
    pub fn bare(&self, args: &[&str]) -> Command {
        self.command(&self.kedro.environment.program("kedro"), args)
    }

    /// `kedro ARGS` in the project, with the package.
    pub fn kedro(&self, args: &[&str]) -> Command {
        self.with_package(self.bare(args))
    }

    /// `python ARGS` in the project, with the package.
    pub fn python(&self, args: &[&str]) -> Command {
        self.with_package(self.bare_python(args))
    }

    /// `python ARGS` in the project, without any plugin.
    pub fn bare_python(&self, args: &[&str]) -> Command {
        self.command(&self.kedro.environment.python(), args)
    }

    /// Waits for `count` requests and gives them: each has one event, unless others came soon after it.
    pub fn events(&self, count: usize) -> Vec<Value> {
        self.collector.wait_for(count)
    }

    /// Waits until no sender is at work: what comes later goes in a request of its own.
    pub fn settle(&self) {
        for lock in ["sender.lock", "lingering.lock", "sender.lock"] {
            if let Ok(lock) = fs::File::open(self.sandbox.path("state/kedro-telemetry/kedro").join(lock)) {
                lock.lock().unwrap();
            }
        }
    }

    fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = self.sandbox.command(program);
        command.args(args).current_dir(self.sandbox.project());
        command
    }

    fn with_package(&self, mut command: Command) -> Command {
        command.env("PYTHONPATH", &self.package);
        command
    }
}

/// The same files under other names: copies would be tens of megabytes.
pub fn link_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            link_all(&path, &target);
        } else if fs::hard_link(&path, &target).is_err() {
            fs::copy(&path, &target).unwrap();
        }
    }
}
