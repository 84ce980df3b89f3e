//! A user who has Kedro, a project and a collector.

use std::{
    ffi::OsString,
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
        self.packaged(self.bare(args))
    }

    /// `python ARGS` in the project, with the package.
    pub fn python(&self, args: &[&str]) -> Command {
        self.packaged(self.bare_python(args))
    }

    /// `python ARGS` in the project, without any plugin.
    pub fn bare_python(&self, args: &[&str]) -> Command {
        self.command(&self.kedro.environment.python(), args)
    }

    /// Waits for `count` requests and gives the only event of each.
    pub fn events(&self, count: usize) -> Vec<Value> {
        self.collector.wait_for(count)
    }

    fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = self.sandbox.command(program);
        command.args(args).current_dir(self.sandbox.project());
        command
    }

    fn packaged(&self, mut command: Command) -> Command {
        let path: OsString = self.package.clone().into();
        command.env("PYTHONPATH", path);
        command
    }
}
