//! Whatever of the package is missing or broken, Kedro does what it would do without it.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use tests::run;

use crate::{
    output::{self, Printed},
    shop::{Shop, link_all},
};

const MODULE: &str = "kedro_telemetry/_native.abi3.so";
const PROGRAM: &str = "kedro_telemetry/kedro-plugin-host";
const PLUGIN: &str = "kedro_telemetry/plugins/libkedro_telemetry.so";

/// A user with a package of their own, which can be damaged, and what `kedro run` does without it.
fn with_own_package() -> Option<(Shop, Printed)> {
    let mut shop = Shop::open()?;
    shop.package = shop.sandbox.path("package");
    link_all(&shop.kedro.package, &shop.package);
    let bare = output::of(&run(&mut shop.bare(&["run"])));
    Some((shop, bare))
}

impl Shop {
    fn packaged(&self, file: &str) -> PathBuf {
        self.package.join(file)
    }

    /// Puts other content there: what others have under this name stays as it is.
    fn replace(&self, file: &str, content: &[u8]) {
        let path = self.packaged(file);
        let mode = fs::metadata(&path).map_or(0o644, |metadata| metadata.permissions().mode());
        let _ = fs::remove_file(&path);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.packaged(file)).unwrap();
    }

    /// That `kedro run` is as it is without the package, `bare`, but for so many warnings.
    fn assert_unharmed(&self, damage: &str, warnings: usize, bare: &Printed) {
        let (code, printed, errors) = output::of(&run(&mut self.kedro(&["run"])));
        let (warned, others): (Vec<&str>, Vec<&str>) = errors.lines().partition(|line| line.starts_with("warning: "));
        let others: String = others.iter().flat_map(|line| [*line, "\n"]).collect();
        assert_eq!(&(code, printed, others), bare, "{damage}");
        assert_eq!(warned.len(), warnings, "{damage}: {warned:?}");
    }
}

#[test]
fn a_module_that_cannot_be_imported_is_one_line_in_the_debug_log() {
    let Some((shop, bare)) = with_own_package() else { return };
    let whole = fs::read(shop.packaged(MODULE)).unwrap();
    for (damage, content) in [
        ("half a module", &whole[..whole.len() / 2]),
        ("a tenth of a module", &whole[..whole.len() / 10]),
        ("the beginning of a module", &whole[..100]),
        ("half a header", &whole[..32]),
        ("text", b"not a library\n"),
        ("nothing", b""),
    ] {
        shop.replace(MODULE, content);
        shop.assert_unharmed(damage, 0, &bare);
    }
    shop.replace(MODULE, &for_another_platform(&whole));
    shop.assert_unharmed("a module for another platform", 0, &bare);
    shop.remove(MODULE);
    shop.assert_unharmed("no module", 0, &bare);

    let logging = shop.sandbox.path("logging.yml");
    fs::write(&logging, DEBUG_LOG).unwrap();
    let output = run(shop.kedro(&["registry", "list"]).env("KEDRO_LOGGING_CONFIG", &logging));
    let errors = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = errors.lines().filter(|line| line.contains("kedro_telemetry")).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(shop.collector.bodies().is_empty());
}

const DEBUG_LOG: &str = "
version: 1
disable_existing_loggers: false
formatters: {plain: {format: '%(levelname)s %(name)s %(message)s'}}
handlers: {errors: {class: logging.StreamHandler, formatter: plain, level: DEBUG}}
loggers: {kedro_telemetry: {level: DEBUG}}
root: {handlers: [errors]}
";

/// The machine that the header says is another one.
fn for_another_platform(library: &[u8]) -> Vec<u8> {
    const MACHINE: usize = 18;
    const SPARC: u8 = 43;
    let mut foreign = library.to_owned();
    foreign[MACHINE] = SPARC;
    foreign
}

#[test]
fn a_program_that_cannot_be_run_is_none_of_kedros_business() {
    let Some((shop, bare)) = with_own_package() else { return };
    shop.replace(PROGRAM, b"not a program\n");
    shop.assert_unharmed("a program that is text", 0, &bare);
    fs::set_permissions(shop.packaged(PROGRAM), fs::Permissions::from_mode(0o644)).unwrap();
    shop.assert_unharmed("a program that is not executable", 0, &bare);
    shop.remove(PROGRAM);
    shop.assert_unharmed("no program", 0, &bare);
    assert!(shop.collector.bodies().is_empty());
}

#[test]
fn a_broken_plugin_costs_one_warning() {
    let Some((shop, bare)) = with_own_package() else { return };
    fs::write(shop.packaged("kedro_telemetry/plugins/libbroken.so"), "not a library").unwrap();
    shop.assert_unharmed("a broken plugin beside the package's", 1, &bare);
    let users = shop.sandbox.path("data/kedro/plugins");
    fs::create_dir_all(&users).unwrap();
    fs::write(users.join("libalso_broken.so"), "not a library").unwrap();
    shop.assert_unharmed("a broken plugin of the user's besides", 2, &bare);
    let _ = shop.events(1);
}

#[test]
fn without_plugins_nothing_is_recorded() {
    let Some((shop, bare)) = with_own_package() else { return };
    let whole = fs::read(shop.packaged(PLUGIN)).unwrap();
    shop.replace(PLUGIN, &whole[..whole.len() / 2]);
    shop.assert_unharmed("half a plugin", 1, &bare);
    fs::remove_dir_all(shop.packaged("kedro_telemetry/plugins")).unwrap();
    shop.assert_unharmed("no folder of plugins", 0, &bare);
    assert!(shop.collector.bodies().is_empty());
}
