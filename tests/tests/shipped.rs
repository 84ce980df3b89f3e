//! Plugins that are shipped with a program: trusted as the program is, and no further.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    env::consts::DLL_EXTENSION,
    fs,
    os::unix::fs::{PermissionsExt, chown, symlink},
    path::{Path, PathBuf},
    process::Output,
};

use hookspec_host::{PluginDirectory, PluginFile, Trust, discover};
use rustix::process::geteuid;
use tests::{Sandbox, artifacts, run};

const STRANGER: u32 = 54_321;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// A program in a folder of its own, with a plugin beside it.
struct Shipped {
    sandbox: Sandbox,
    bin: PathBuf,
    program: PathBuf,
    plugins: PathBuf,
}

impl Shipped {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let [bin, program, plugins] = ["bin", "bin/host-demo", "bin/plugins"].map(|path| sandbox.path(path));
        fs::create_dir_all(&plugins).unwrap();
        fs::copy(artifacts().fixture("noop"), plugins.join("libnoop").with_extension(DLL_EXTENSION)).unwrap();
        fs::write(&program, "code").unwrap();
        Self { sandbox, bin, program, plugins }
    }

    fn trust(&self) -> Trust {
        Trust::like(&self.program)
    }

    /// Whether the plugin would be loaded.
    fn is_sound(&self) -> bool {
        let found = discover([(&self.plugins, self.trust())]);
        found.len() == 1 && found[0].manifest().is_ok()
    }

    /// What `ARGS` comes to, of the program itself.
    fn run(&self, args: &[&str]) -> Output {
        run(self.sandbox.command(&self.program).args(args).current_dir(self.sandbox.project()))
    }
}

#[test]
fn files_are_trusted_of_those_who_could_replace_the_program() {
    let shipped = Shipped::new();
    set_mode(&shipped.program, 0o755);
    assert_eq!(shipped.trust(), Trust::Owner);
    assert_eq!(Trust::like(&shipped.bin.join("absent")), Trust::Owner);
    for (path, closed) in [(&shipped.program, 0o755), (&shipped.bin, 0o755)] {
        set_mode(path, 0o775);
        assert!(matches!(shipped.trust(), Trust::Like(_)));
        set_mode(path, 0o777);
        assert_eq!(shipped.trust(), Trust::Everyone);
        set_mode(path, closed);
    }
    // Nobody can take the place of what is another's in such a folder.
    set_mode(&shipped.bin, 0o1777);
    assert_eq!(shipped.trust(), Trust::Owner);
    // Whoever can turn the link can replace the program.
    let open = shipped.sandbox.path("open");
    fs::create_dir(&open).unwrap();
    symlink(&shipped.program, open.join("link")).unwrap();
    set_mode(&open, 0o777);
    assert_eq!(Trust::like(&open.join("link")), Trust::Everyone);
}

#[test]
fn a_group_that_could_replace_the_program_may_write_plugins_and_others_may_not() {
    let shipped = Shipped::new();
    for (program, plugins, is_sound) in
        [(0o775, 0o775, true), (0o755, 0o775, false), (0o775, 0o777, false), (0o777, 0o777, true)]
    {
        set_mode(&shipped.program, program);
        set_mode(&shipped.plugins, plugins);
        assert_eq!(shipped.is_sound(), is_sound, "{program:o} {plugins:o}");
    }
}

#[test]
fn of_two_groups_and_of_other_users_each_is_told_apart() {
    if !geteuid().is_root() {
        println!("passed over: only root can give files to others");
        return;
    }
    let shipped = Shipped::new();
    // The program and its plugins belong to somebody else, as in an environment that is shared.
    set_mode(&shipped.program, 0o755);
    chown(&shipped.plugins, Some(STRANGER), None).unwrap();
    assert!(!shipped.is_sound());
    chown(&shipped.program, Some(STRANGER), None).unwrap();
    assert!(shipped.is_sound());
    chown(&shipped.plugins, Some(STRANGER + 1), None).unwrap();
    assert!(!shipped.is_sound());

    let shipped = Shipped::new();
    set_mode(&shipped.program, 0o775);
    set_mode(&shipped.plugins, 0o775);
    chown(&shipped.plugins, None, Some(STRANGER)).unwrap();
    assert!(!shipped.is_sound(), "another group can write there");
    set_mode(&shipped.bin, 0o775);
    chown(&shipped.bin, None, Some(STRANGER)).unwrap();
    assert_eq!(shipped.trust(), Trust::Owner, "two groups are not told apart");
}

#[test]
fn each_directory_has_its_own_trust_and_shadows_the_later_ones() {
    let shipped = Shipped::new();
    let users = shipped.sandbox.path("plugins");
    shipped.sandbox.install(&artifacts().fixture("noop"));
    set_mode(&shipped.plugins, 0o775);
    let own = |trust| PluginDirectory::from((&shipped.plugins, trust));
    let found = discover([own(Trust::Owner), (&users, Trust::Owner).into()]);
    assert!(found[0].manifest().is_err() && found[1].manifest().is_ok());
    assert_eq!(found[1].shadowed_by(), None, "what is refused takes nobody's place");
    let found = discover([own(Trust::Everyone), (&users, Trust::Owner).into()]);
    assert!(found.iter().all(|file| file.manifest().is_ok()));
    assert_eq!(found[1].shadowed_by(), Some(PluginFile::path(&found[0])));
}

#[test]
fn a_program_loads_and_verifies_what_is_beside_it_by_its_own_trust() {
    let shipped = Shipped::new();
    fs::copy(artifacts().binary("host-demo"), &shipped.program).unwrap();
    set_mode(&shipped.plugins, 0o775);
    for (mode, is_loaded) in [(0o775, true), (0o755, false)] {
        set_mode(&shipped.program, mode);
        let output = shipped.run(&["info"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        assert_eq!(said.lines().count(), usize::from(!is_loaded), "{said}");
        assert_eq!(said.contains("others can write to"), !is_loaded, "{said}");
        let verified = shipped.run(&["plugin", "verify", "noop"]);
        assert_eq!(verified.status.success(), is_loaded, "{}", String::from_utf8_lossy(&verified.stderr));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_plugin_beside_the_program_needs_may_be_there_as_well() {
    let shipped = Shipped::new();
    fs::copy(artifacts().binary("host-demo"), &shipped.program).unwrap();
    let flags = ["-Wl,-rpath,$ORIGIN".to_owned()];
    let library = shipped.plugins.join("libplugin.so");
    tests::libraries::build_plugin_like(&library, "", &flags, Path::new("/"));
    set_mode(&library, 0o644);
    set_mode(&shipped.plugins, 0o775);
    set_mode(&shipped.program, 0o775);
    // It was loaded, to be found wanting then.
    for plugin in ["plugin", library.to_str().unwrap()] {
        let said = String::from_utf8(shipped.run(&["plugin", "verify", plugin]).stderr).unwrap();
        assert!(said.contains("does not match this program's ABI"), "{said}");
    }
    set_mode(&shipped.program, 0o755);
    let said = String::from_utf8(shipped.run(&["plugin", "verify", library.to_str().unwrap()]).stderr).unwrap();
    assert!(said.contains("others can write to"), "{said}");
}
