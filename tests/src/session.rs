//! What a reader has: a clone of this repository in a home of their own, and a shell.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use wait_timeout::ChildExt;

use crate::{
    artifacts::{artifacts, workspace},
    copy::copy_dir,
    os,
};

/// A shell that goes on from command to command.
pub struct Session {
    root: PathBuf,
    deadline: Duration,
}

/// Runs a command where the one before it has stopped, and remembers where this one stops.
const SHELL: &str = r#"
. "$1/environment"
cd "$(cat "$1/directory")" || exit
. "$1/command" 2>&1
code=$?
pwd >"$1/directory"
export -p >"$1/environment"
exit $code
"#;

impl Session {
    /// A reader who has cloned the repository and run `cargo xtask demo`, in the folder `root`,
    /// which is emptied.
    ///
    /// The folder is the same each time, so that cargo knows again what it has built there.
    #[must_use]
    pub fn start(root: &Path, deadline: Duration) -> Self {
        if root.exists() {
            fs::remove_dir_all(root).unwrap();
        }
        let session = Self { root: root.to_owned(), deadline };
        fs::create_dir_all(session.repository()).unwrap();
        clone_into(&session.repository());
        // As an optimising build would leave it; that takes minutes.
        let release = session.repository().join("target/release");
        fs::create_dir_all(&release).unwrap();
        for built in [artifacts().binary("host-demo"), artifacts().telemetry()] {
            fs::copy(&built, release.join(built.file_name().unwrap())).unwrap();
        }
        session.keep("environment", "");
        session.keep("directory", session.repository().to_str().unwrap());
        session
    }

    /// Does what the README says to install the program.
    ///
    /// # Panics
    /// When that does not work.
    pub fn install(&self) {
        for command in [
            "export PATH=\"$PWD/target/release:$PATH\"",
            "host-demo plugin install target/release/libkedro_telemetry.so",
        ] {
            let (succeeded, printed) = self.output(command).unwrap_or_else(|problem| panic!("{problem}"));
            assert!(succeeded, "`{command}` fails:\n{printed}");
        }
    }

    /// Where the repository is.
    fn repository(&self) -> PathBuf {
        self.home().join("hooks")
    }

    fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// Keeps something outside of what the reader sees, and says where.
    pub fn keep(&self, name: &str, text: &str) -> PathBuf {
        let path = self.root.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// Writes a file as the reader would, in an editor.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn write(&self, file: &str, text: &str) -> Result<(), String> {
        let directory = fs::read_to_string(self.root.join("directory")).unwrap();
        let path = match file.strip_prefix("~/") {
            Some(file) => self.home().join(file),
            None => Path::new(directory.trim_end()).join(file),
        };
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, text)).map_err(|error| format!("cannot write {file}: {error}"))
    }

    /// Whether a command succeeds, and what it prints on either stream; the home is `~` in it.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn output(&self, command: &str) -> Result<(bool, String), String> {
        self.keep("command", &format!("{command}\n"));
        let output = self.root.join("output");
        let mut shell = self.shell(&File::create(&output).unwrap());
        let mut child = shell.spawn().map_err(|error| format!("there is no bash: {error}"))?;
        let ended = child.wait_timeout(self.deadline).unwrap();
        if ended.is_none() {
            os::end_group(&mut child);
            child.wait().unwrap();
        }
        let printed = String::from_utf8_lossy(&fs::read(&output).unwrap()).replace(self.home().to_str().unwrap(), "~");
        match ended {
            Some(status) => Ok((status.success(), printed)),
            None => Err(format!("`{command}` did not end within {:?}:\n{printed}", self.deadline)),
        }
    }

    fn shell(&self, output: &File) -> Command {
        let mut shell = Command::new("bash");
        shell.args(["-c", SHELL, "bash"]).arg(&self.root);
        shell.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output.try_clone().unwrap());
        shell.env_clear().env("HOME", self.home()).env("LANG", "C.UTF-8");
        let cargo = Path::new(env!("CARGO")).parent().unwrap().to_owned();
        let path = env::var_os("PATH").unwrap_or_default();
        shell.env("PATH", env::join_paths(std::iter::once(cargo).chain(env::split_paths(&path))).unwrap());
        // What has been downloaded and built already: nothing is fetched, and little is built
        // again.
        for (name, default) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let home = || env::home_dir().map(|home| home.join(default).into_os_string());
            shell.envs(env::var_os(name).or_else(home).map(|value| (name, value)));
        }
        shell.env("CARGO_NET_OFFLINE", "true").env("CARGO_TERM_COLOR", "never");
        // What a document sends goes to loopback, or nowhere.
        shell.env("ALL_PROXY", "http://127.0.0.1:9").env("NO_PROXY", "127.0.0.1,localhost");
        // Whether it works does not depend on how fast it is.
        shell.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
        // Shared by all documents: libraries that they build have names of their own.
        shell.env("CARGO_BUILD_BUILD_DIR", self.root.with_file_name("build"));
        os::set_apart(&mut shell);
        shell
    }
}

/// Links to all that is in the repository, but for what commands write to: that is copied.
fn clone_into(clone: &Path) {
    link_all(workspace(), clone, &["target", ".git", "tests"]);
    fs::create_dir(clone.join("tests")).unwrap();
    link_all(&workspace().join("tests"), &clone.join("tests"), &["projects"]);
    copy_dir(&workspace().join("tests/projects"), &clone.join("tests/projects"));
}

fn link_all(from: &Path, to: &Path, without: &[&str]) {
    for entry in fs::read_dir(from).unwrap() {
        let name = entry.unwrap().file_name();
        if !without.iter().any(|without| name == *without) {
            os::symlink(&from.join(&name), &to.join(&name));
        }
    }
}
