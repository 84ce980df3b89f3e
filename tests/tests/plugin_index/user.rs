//! Whoever installs the plugin `noop`.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::Value;
use tests::{Sandbox, run};

/// A user with a machine of their own.
pub(crate) struct User {
    pub(crate) sandbox: Sandbox,
}

impl User {
    /// One whose configuration is this.
    pub(crate) fn new(configuration: &str) -> Self {
        let sandbox = Sandbox::new();
        let folder = sandbox.path("config/host-demo");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), configuration).unwrap();
        Self { sandbox }
    }

    /// One who trusts a key and looks into an index.
    pub(crate) fn trusting(key: &str, index: &str) -> Self {
        Self::new(&format!("[trust]\nkeys = [\"{key}\"]\n[index]\nurl = \"{index}\"\n"))
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.sandbox.host_demo(&[&["plugin"], args].concat())
    }

    pub(crate) fn plugin(&self, args: &[&str]) -> Output {
        run(&mut self.command(args))
    }

    /// What a command prints that must succeed, and what it says beside that.
    #[track_caller]
    pub(crate) fn says(&self, args: &[&str]) -> (String, String) {
        let output = self.plugin(args);
        assert!(output.status.success(), "{args:?}: {output:?}");
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    #[track_caller]
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.says(&[args, &["--format", "json"]].concat()).0).unwrap()
    }

    /// The one line by which a command says that it failed.
    #[track_caller]
    pub(crate) fn refusal(&self, args: &[&str]) -> String {
        let output = self.plugin(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        said.lines().last().unwrap().strip_prefix("error: ").expect("an error").to_owned()
    }

    /// The version that is installed, loaded and what was locked; `None` without one.
    #[track_caller]
    pub(crate) fn installed(&self) -> Option<String> {
        let list = self.json(&["list"]);
        let plugin = list["plugins"].as_array().unwrap().first()?.clone();
        assert_eq!((&plugin["state"], &plugin["locked"]), (&"enabled".into(), &true.into()), "{plugin}");
        plugin["version"].as_str().map(str::to_owned)
    }

    /// Where plugins are installed, what they replaced, and all that is remembered of them.
    pub(crate) fn kept(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let data = self.sandbox.path("data");
        let mut files = self.sandbox.files();
        files.retain(|(path, _)| path.starts_with(&data) && !path.ends_with(".lock-of-folder"));
        files
    }
}
