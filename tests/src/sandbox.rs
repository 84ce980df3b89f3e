//! A user of one's own: home, configuration and state in a temporary folder, and nothing of the
//! real environment.

use std::{
    env::consts::DLL_SUFFIX,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    artifacts::{Artifacts, artifacts, workspace},
    copy::copy_dir,
    os::{self, User},
};

/// An isolated user with a plugin directory and a project.
pub struct Sandbox {
    root: TempDir,
    host_demo: PathBuf,
    await_all: PathBuf,
    user: Option<User>,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// A user with an empty home, an empty plugin directory and a copy of the sample project.
    #[must_use]
    pub fn new() -> Self {
        Self::with(artifacts())
    }

    /// The same, with the host of a build of one's own.
    #[must_use]
    pub fn with(artifacts: &Artifacts) -> Self {
        os::new_user();
        let root = tempfile::tempdir().expect("a temporary folder");
        for dir in ["home", "plugins", "config", "state", "data", "cache"] {
            fs::create_dir(root.path().join(dir)).unwrap();
        }
        copy_dir(&workspace().join("tests/projects/bakery"), &root.path().join("project"));
        Self { root, host_demo: artifacts.binary("host-demo"), await_all: artifacts.binary("await-all"), user: None }
    }

    /// Lets file permissions hold from now on: under root, for whom none do, the sandbox goes to a
    /// user without privileges, who runs all later commands.
    pub fn drop_privileges(&mut self) {
        let Some(user) = User::without_privileges(self.root.path()) else { return };
        // The build directory may be below a home that only root can enter.
        let bin = self.path("bin");
        fs::create_dir(&bin).unwrap();
        for program in [&mut self.host_demo, &mut self.await_all] {
            let copy = bin.join(program.file_name().unwrap());
            fs::copy(&*program, &copy).unwrap();
            *program = copy;
        }
        user.take(self.root.path());
        for (path, _) in self.files() {
            user.take(&path);
        }
        self.user = Some(user);
    }

    /// A path inside the sandbox, which is given as it is on Linux: libraries end with `.so`.
    #[must_use]
    pub fn path(&self, relative: &str) -> PathBuf {
        match relative.strip_suffix(".so") {
            Some(library) => os::path_in(self.root.path(), &format!("{library}{DLL_SUFFIX}")),
            None => os::path_in(self.root.path(), relative),
        }
    }

    /// The project's folder.
    #[must_use]
    pub fn project(&self) -> PathBuf {
        self.path("project")
    }

    /// Copies `library` into the plugin directory, under its own name.
    pub fn install(&self, library: &Path) {
        self.install_as(library, library.file_name().unwrap().to_str().unwrap());
    }

    /// Copies `library` into the plugin directory.
    pub fn install_as(&self, library: &Path, name: &str) {
        fs::copy(library, self.path(&format!("plugins/{name}"))).unwrap();
    }

    /// Takes a library out of the plugin directory.
    pub fn uninstall(&self, name: &str) {
        fs::remove_file(self.path(&format!("plugins/{name}"))).unwrap();
    }

    /// A user who has been told that usage is recorded.
    pub fn set_told(&self) {
        self.set_told_by("host-demo");
    }

    /// The same where only a terminal is told, which a test does not have.
    pub fn set_told_without_terminal(&self) {
        if os::ONLY_TERMINAL_IS_TOLD {
            self.set_told_by("host-demo");
            self.set_told_by("kedro");
        }
    }

    /// The same, by another program.
    pub fn set_told_by(&self, program: &str) {
        let folder = self.path("config/kedro-telemetry").join(program);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("notice.toml"), "").unwrap();
    }

    /// Sends telemetry to `endpoint` from now on, of a user who has been told.
    pub fn set_endpoint(&self, endpoint: &str) {
        self.set_told();
        self.configure_endpoint(endpoint);
    }

    /// Does something while no sender is at work, nor can be: what is recorded waits.
    pub fn without_sender(&self, what: impl FnOnce()) {
        let state = self.path("state/kedro-telemetry/host-demo");
        fs::create_dir_all(&state).unwrap();
        let lock = fs::File::create(state.join("sender.lock")).unwrap();
        lock.lock().unwrap();
        what();
    }

    /// Has the host know an endpoint.
    pub fn configure_endpoint(&self, endpoint: &str) {
        self.configure_endpoint_of("host-demo", endpoint);
    }

    /// Has another program know an endpoint.
    pub fn configure_endpoint_of(&self, program: &str, endpoint: &str) {
        let dir = self.path("config").join(program);
        fs::create_dir_all(&dir).unwrap();
        let config = format!("[plugins.kedro-telemetry]\nendpoint = \"{endpoint}\"\n");
        fs::write(dir.join("config.toml"), config).unwrap();
    }

    /// `host-demo ARGS` in the project, with nothing in its environment but this sandbox.
    #[must_use]
    pub fn host_demo(&self, args: &[&str]) -> Command {
        let mut command = self.command(&self.host_demo);
        command.args(os::options(self.root.path()));
        command.arg("--plugin-dir").arg(self.path("plugins")).args(args).current_dir(self.project());
        command
    }

    /// Any program, with nothing in its environment but this sandbox.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for (name, folder) in os::FOLDERS {
            command.env(name, self.path(folder));
        }
        if let Some(user) = &self.user {
            user.run(&mut command);
        }
        command
    }

    /// Runs `host-demo ARGS` until it *and the sender it may have started* have ended, and gives
    /// what the command printed and returned.
    #[must_use]
    pub fn run_with_sender(&self, args: &[&str]) -> Output {
        self.run_to_the_end(&self.host_demo(args))
    }

    /// The same for any command of this sandbox.
    #[must_use]
    pub fn run_to_the_end(&self, command: &Command) -> Output {
        let mut awaited = self.command(&self.await_all);
        awaited.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => awaited.env(name, value),
                None => awaited.env_remove(name),
            };
        }
        awaited.current_dir(command.get_current_dir().unwrap_or(&self.project()));
        run(awaited.stdin(Stdio::null()))
    }

    /// A host that says it is Kedro, outside of any project, on the words of a plugin's command, or
    /// firing the hooks of `kedro info` when there are none. `facts` is merged into its scenario.
    #[must_use]
    pub fn kedro_like(&self, facts: &Value, words: &[&str]) -> Command {
        let mut scenario = json!({
            "library": artifacts().telemetry(),
            "endpoint": "",
            "python_version": "3",
            "argv": ["info"],
            "vocabulary": {"name": "kedro", "options": [], "commands": [{"name": "info", "options": []}]},
        });
        for (name, value) in facts.as_object().into_iter().flatten() {
            scenario[name] = value.clone();
        }
        let file = self.path("scenario.json");
        fs::write(&file, scenario.to_string()).unwrap();
        let mut command = self.command(&artifacts().binary("kedro-like"));
        command.arg(file).args(words).current_dir(self.path("home"));
        command
    }

    /// Waits until no sender is at work, or stays for further events: each holds one of these locks
    /// as long as it is.
    pub fn settle(&self) {
        self.settle_of("host-demo");
    }

    /// The same for the sender of another program.
    pub fn settle_of(&self, program: &str) {
        for lock in ["sender.lock", "lingering.lock", "sender.lock"] {
            if let Ok(lock) = fs::File::open(self.path(&format!("state/kedro-telemetry/{program}/{lock}"))) {
                lock.lock().unwrap();
            }
        }
    }

    /// Every file below the sandbox, with its content: what a command may have changed.
    #[must_use]
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(self.root.path(), &mut files);
        files.sort();
        files
    }
}

/// Runs `command` to its end.
pub fn run(command: &mut Command) -> Output {
    // While another test's process is being started, it can hold a copy that was made just now open
    // for writing for an instant, and a file that is written to cannot be run.
    loop {
        match command.output() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
            output => return output.expect("the program starts"),
        }
    }
}

fn collect(dir: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.push((path.clone(), Vec::new()));
            collect(&path, files);
        } else {
            let content = fs::read(&path).unwrap_or_default();
            files.push((path, content));
        }
    }
}
