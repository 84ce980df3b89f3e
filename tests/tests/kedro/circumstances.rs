//! Under whatever circumstances Python runs, Kedro does what it would do without the package.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use tests::run;

use crate::{
    output,
    shop::{Shop, link_all},
};

/// The same command with the package and without, each changed by `change`.
fn assert_same(shop: &Shop, name: &str, args: &[&str], change: impl Fn(Command) -> Command) {
    let without = run(&mut change(shop.bare(args)));
    let with = run(&mut change(shop.kedro(args)));
    assert_eq!(output::of(&with), output::of(&without), "{name}");
}

fn with_variable(name: &str, value: &str) {
    let Some(shop) = Shop::open() else { return };
    assert_same(&shop, name, &["run"], |mut command| {
        command.env(name, value);
        command
    });
    let _ = shop.events(1);
}

#[test]
fn warnings_that_are_errors() {
    // `kedro run` fails of what Kedro's own libraries warn of.
    let Some(shop) = Shop::open() else { return };
    assert_same(&shop, "registry list", &["registry", "list"], |mut command| {
        command.env("PYTHONWARNINGS", "error");
        command
    });
    let _ = shop.events(1);
}

#[test]
fn nothing_is_compiled() {
    with_variable("PYTHONDONTWRITEBYTECODE", "1");
}

#[test]
fn assertions_and_documentation_left_out() {
    with_variable("PYTHONOPTIMIZE", "2");
}

#[test]
fn development_mode() {
    with_variable("PYTHONDEVMODE", "1");
}

#[test]
fn fault_handler() {
    with_variable("PYTHONFAULTHANDLER", "1");
}

#[test]
fn closed_streams() {
    let Some(shop) = Shop::open() else { return };
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        assert_same(&shop, closed, &["run"], |command| through_shell(&shop, &command, closed));
    }
}

/// The command with streams closed by a shell.
fn through_shell(shop: &Shop, command: &Command, redirection: &str) -> Command {
    let mut shell = shop.sandbox.command(Path::new("sh"));
    shell.args(["-c", &format!("exec \"$@\" {redirection}"), "sh"]);
    wrap(shell, command)
}

/// `wrapper` with the words, the variables and the folder of `command`.
fn wrap(mut wrapper: Command, command: &Command) -> Command {
    wrapper.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapper.env(name, value),
            None => wrapper.env_remove(name),
        };
    }
    wrapper.current_dir(command.get_current_dir().unwrap());
    wrapper
}

const FOLDERS: [&str; 5] = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"];

#[test]
fn no_home() {
    let Some(shop) = Shop::open() else { return };
    assert_same(&shop, "no home", &["run"], |mut command| {
        for name in FOLDERS {
            command.env_remove(name);
        }
        command
    });
    assert!(shop.collector.bodies().is_empty());
}

#[test]
fn a_home_that_cannot_be_written_to() {
    let Some(shop) = Shop::open() else { return };
    for name in ["home", "config", "state", "data", "cache"] {
        fs::set_permissions(shop.sandbox.path(name), fs::Permissions::from_mode(0o555)).unwrap();
    }
    assert_same(&shop, "read-only home", &["run"], |command| without_privileges(&shop, &command));
    for name in ["home", "config", "state", "data", "cache"] {
        fs::set_permissions(shop.sandbox.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// For root, permissions do not hold; without these rights they do.
fn without_privileges(shop: &Shop, command: &Command) -> Command {
    if !rustix::process::geteuid().is_root() {
        return wrap(shop.sandbox.command(Path::new("env")), command);
    }
    let mut setpriv = shop.sandbox.command(Path::new("setpriv"));
    setpriv.args(["--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all"]);
    wrap(setpriv, command)
}

#[test]
fn packages_that_cannot_be_written_to() {
    let Some(mut shop) = Shop::open() else { return };
    shop.package = shop.sandbox.path("package");
    link_all(&shop.kedro.package, &shop.package);
    let folder = shop.package.join("kedro_telemetry");
    fs::remove_dir_all(folder.join("__pycache__")).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    assert_same(&shop, "read-only package", &["run"], |command| without_privileges(&shop, &command));
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(!folder.join("__pycache__").exists());
    let _ = shop.events(1);
}

/// Native modules cannot be imported from an archive.
#[test]
fn a_package_in_an_archive() {
    let Some(mut shop) = Shop::open() else { return };
    let archive = shop.sandbox.path("package.zip");
    let script = "import shutil, sys; shutil.make_archive(sys.argv[1].removesuffix('.zip'), 'zip', sys.argv[2])";
    let words = ["-c", script, archive.to_str().unwrap(), shop.package.to_str().unwrap()];
    assert!(run(&mut shop.bare_python(&words)).status.success());
    shop.package = archive;
    assert_same(&shop, "archive", &["run"], |command| command);
    assert!(shop.collector.bodies().is_empty());
}

#[test]
fn a_full_disk_behind_the_output() {
    let Some(shop) = Shop::open() else { return };
    assert_same(&shop, "/dev/full", &["registry", "list"], |command| {
        through_shell(&shop, &command, ">/dev/full 2>/dev/full")
    });
}

#[test]
fn pytest_captures_what_a_command_prints() {
    const TEST: &str = "
from click.testing import CliRunner
from kedro.framework.cli.cli import KedroCLI
from pathlib import Path

def test_list(capfd):
    result = CliRunner().invoke(KedroCLI(project_path=Path.cwd()), ['registry', 'list'])
    assert result.exit_code == 0
    print('printed:', result.output)
    out, err = capfd.readouterr()
    assert err == ''
    Path('captured').write_text(out)
";
    let Some(shop) = Shop::open() else { return };
    fs::write(shop.sandbox.project().join("test_shop.py"), TEST).unwrap();
    let captured = |mut command: Command| {
        let output = run(&mut command);
        assert!(output.status.success(), "{output:?}");
        fs::read_to_string(shop.sandbox.project().join("captured")).unwrap()
    };
    let words = ["-m", "pytest", "-q"];
    assert_eq!(captured(shop.python(&words)), captured(shop.bare_python(&words)));
    let _ = shop.events(1);
}
