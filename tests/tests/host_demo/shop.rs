//! A Kedro project in a temporary directory, and the host run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tests::{Sandbox, artifacts, run};

/// `[tool.kedro]` of a project whose package is `shop`.
pub const PYPROJECT: &str = "\
[tool.kedro]
package_name = \"shop\"
project_name = \"The Shop\"
kedro_init_version = \"1.7.0\"
";

/// The registry of Kedro's own template.
pub const REGISTRY: &str = "\
from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline


def register_pipelines() -> dict[str, Pipeline]:
    pipelines = find_pipelines(raise_errors=True)
    pipelines[\"__default__\"] = sum(pipelines.values())
    return pipelines
";

/// What a command gave.
pub struct Ran {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Exit code.
    pub code: Option<i32>,
}

impl Ran {
    /// The output of a command that must have gone well.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        assert_eq!(self.err, "");
        self.out
    }

    /// The one line of a command that must have failed.
    pub fn error(self) -> String {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        let line = self.err.strip_suffix('\n').expect("a line");
        assert!(!line.contains('\n'), "more than one line: {line}");
        line.strip_prefix("error: ").expect("an error").to_owned()
    }

    /// The JSON document that a command printed.
    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.ok()).expect("JSON")
    }
}

/// A directory of its own, with a project in `shop`.
pub struct Shop {
    sandbox: Sandbox,
}

impl Shop {
    /// An empty directory.
    pub fn empty() -> Self {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("desk")).expect("a folder");
        Self { sandbox }
    }

    /// A project with an empty catalog and the template's registry.
    pub fn new() -> Self {
        let sandbox = Self::empty();
        sandbox
            .file("pyproject.toml", PYPROJECT)
            .file("conf/base/catalog.yml", "")
            .file("conf/local/.gitkeep", "")
            .file("src/shop/__init__.py", "")
            .file("src/shop/pipeline_registry.py", REGISTRY);
        sandbox
    }

    /// A project with this catalog.
    pub fn with_catalog(catalog: &str) -> Self {
        let sandbox = Self::new();
        sandbox.file("conf/base/catalog.yml", catalog);
        sandbox
    }

    /// Root of the project.
    pub fn root(&self) -> PathBuf {
        dunce::canonicalize(self.sandbox.path("desk")).expect("a directory").join("shop")
    }

    /// What is at a path of the project, as this system writes it.
    pub fn at(&self, path: &str) -> PathBuf {
        path.split('/').fold(self.root(), |path, name| path.join(name))
    }

    /// Writes a file of the project.
    pub fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        fs::write(path, text).expect("a file");
        self
    }

    /// Writes the modules of a pipeline; its `create_pipeline` is in `code`.
    pub fn pipeline(&self, name: &str, code: &str) -> &Self {
        let imports = "from kedro.pipeline import Node, Pipeline, node, pipeline\n\nfrom .nodes import f, g\n\n\n";
        self.file(&format!("src/shop/pipelines/{name}/__init__.py"), "from .pipeline import create_pipeline\n")
            .file(&format!("src/shop/pipelines/{name}/nodes.py"), "def f(*args): ...\ndef g(*args): ...\n")
            .file(&format!("src/shop/pipelines/{name}/pipeline.py"), &format!("{imports}{code}"))
    }

    /// Runs the host in the project.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in(&self.root(), arguments)
    }

    /// Runs the host in the project as a user whom file permissions hold back, also when the tests
    /// run as root.
    #[cfg(unix)]
    pub fn run_unprivileged(&self, arguments: &[&str]) -> Ran {
        use std::os::unix::{fs::PermissionsExt, process::CommandExt};

        const NOBODY: u32 = 65_534;
        if !rustix::process::geteuid().is_root() {
            return self.run(arguments);
        }
        // The build directory may be closed to others, as temporary directories are at first.
        let host = self.sandbox.path("host-demo-copy");
        fs::copy(artifacts().binary("host-demo"), &host).expect("a copy of the host");
        for path in [&self.sandbox.path(""), &host] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
        }
        ran(self.sandbox.command(&host).uid(NOBODY).gid(NOBODY).args(arguments).current_dir(self.root()))
    }

    /// Runs the host in the project, in so many kilobytes of address space; a guard ends it when it
    /// hangs.
    #[cfg(unix)]
    pub fn run_within(&self, kilobytes: usize, arguments: &[&str]) -> Ran {
        let mut command = self.sandbox.command(Path::new("/bin/sh"));
        command.args(["-c", &format!("ulimit -v {kilobytes} && exec \"$0\" \"$@\"")]);
        command.arg(artifacts().binary("host-demo")).args(arguments).current_dir(self.root());
        ran_to(tests::run_in_time(&mut command, ""))
    }

    /// Runs the host in a directory.
    pub fn run_in(&self, directory: &Path, arguments: &[&str]) -> Ran {
        ran(self.command().args(arguments).current_dir(directory))
    }

    /// The host, cut off from the user's own files and settings.
    pub fn command(&self) -> Command {
        self.sandbox.command(&artifacts().binary("host-demo"))
    }
}

fn ran(command: &mut Command) -> Ran {
    ran_to(run(command))
}

fn ran_to(Output { status, stdout, stderr }: Output) -> Ran {
    Ran {
        out: String::from_utf8(stdout).expect("text"),
        err: String::from_utf8(stderr).expect("text"),
        code: status.code(),
    }
}
