//! Plugins that list their hooks: none is loaded before a command needs it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use tests::{Sandbox, artifacts, run};

fn patient() -> PathBuf {
    artifacts().fixture("patient")
}

/// A copy of the fixture `patient` in whose manifest one text stands in the place of another of the
/// same length.
fn put_changed(sandbox: &Sandbox, file: &str, changes: &[(&str, &str)]) {
    let mut library = fs::read(patient()).unwrap();
    for (own, other) in changes {
        assert_eq!(own.len(), other.len());
        let at = library.windows(own.len()).position(|window| window == own.as_bytes()).expect("a manifest");
        library[at..at + own.len()].copy_from_slice(other.as_bytes());
    }
    fs::write(sandbox.path(&format!("plugins/{file}.{}", extension())), library).unwrap();
}

fn extension() -> String {
    patient().extension().unwrap().to_string_lossy().into_owned()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn said_by(sandbox: &Sandbox, args: &[&str]) -> String {
    said(&run(&mut sandbox.host_demo(args)))
}

/// How often the fixture says that it was loaded.
fn loads(said: &str) -> usize {
    said.matches("patient: loaded").count()
}

#[test]
fn a_plugin_is_loaded_when_a_hook_of_its_list_is_first_called_and_once() {
    let sandbox = Sandbox::new();
    sandbox.install(&patient());
    assert_eq!(said_by(&sandbox, &["info"]), "");
    assert_eq!(said_by(&sandbox, &["registry", "list"]), "");
    let catalog = said_by(&sandbox, &["catalog", "list"]);
    assert_eq!((loads(&catalog), catalog.matches("told of a catalog").count()), (1, 1), "{catalog}");
    let timings = said_by(&sandbox, &["info", "--timings"]);
    assert!(timings.contains("(look)") && !timings.contains("(load)"), "{timings}");
    assert!(said_by(&sandbox, &["catalog", "list", "--timings"]).contains("(load)"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_that_no_command_needs_is_not_mapped() {
    let sandbox = Sandbox::new();
    sandbox.install(&patient());
    for (args, is_mapped) in [(&["info"][..], false), (&["catalog", "list"][..], true)] {
        let mut linker = sandbox.host_demo(args);
        // The linker itself says what it opens.
        linker.env("LD_DEBUG", "files");
        let said = said(&run(&mut linker));
        if !said.contains("calling init") {
            eprintln!("this system's linker does not say what it loads");
            return;
        }
        // Plugins are loaded by their descriptors.
        assert_eq!(said.contains("/proc/self/fd/"), is_mapped, "{args:?}: {said}");
    }
}

#[test]
fn its_command_has_it_loaded_and_another_command_does_not() {
    let sandbox = Sandbox::new();
    sandbox.install(&patient());
    put_changed(&sandbox, "tarrier", &[("name=patient", "name=tarrier"), ("commands=wait", "commands=tail")]);
    let output = run(&mut sandbox.host_demo(&["wait"]));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "waited\n");
    assert_eq!(said(&output).lines().count(), 1, "only one of the two is loaded: {output:?}");
    assert_eq!(loads(&said(&output)), 1);
    let help = run(&mut sandbox.host_demo(&["--help"]));
    assert!(String::from_utf8_lossy(&help.stdout).contains("wait"), "{help:?}");
    let misspelt = run(&mut sandbox.host_demo(&["wayt"]));
    assert!(String::from_utf8_lossy(&misspelt.stderr).contains("'wait'"), "{misspelt:?}");
    let completions = run(&mut sandbox.host_demo(&["completions", "bash"]));
    assert!(String::from_utf8_lossy(&completions.stdout).contains("wait"), "{completions:?}");
}

#[test]
fn one_that_cannot_be_loaded_costs_one_line_when_it_is_needed_and_the_command_goes_on() {
    let sandbox = Sandbox::new();
    sandbox.install(&patient());
    let with_fault = |args: &[&str]| {
        let mut command = sandbox.host_demo(args);
        said(&run(command.env("FIXTURE", "fail")))
    };
    assert_eq!(with_fault(&["info"]), "");
    let catalog = with_fault(&["catalog", "list"]);
    assert_eq!(catalog.matches("it was told to fail").count(), 1, "{catalog}");
}

/// Such a library was not built by this project's macros, which refuse the list.
#[test]
fn a_list_that_leaves_out_a_hook_is_told_of_and_refused_by_install() {
    let sandbox = Sandbox::new();
    put_changed(&sandbox, "patient", &[("hooks=after_catalog_created", "hooks=after_context_created")]);
    assert_eq!(said_by(&sandbox, &["info"]), "");
    let catalog = said_by(&sandbox, &["catalog", "list"]);
    let line = "patient: implements hook `after_catalog_created`, which its list leaves out";
    assert_eq!((catalog.matches(line).count(), catalog.matches("told of a catalog").count()), (1, 1), "{catalog}");

    let library = fs::read_dir(sandbox.path("plugins")).unwrap().next().unwrap().unwrap().path();
    refused(&sandbox, &library, "its list of hooks leaves out `after_catalog_created`, which it implements");
    put_changed(&sandbox, "patient", &[("commands=wait", "commands=tail")]);
    refused(&sandbox, &library, "its list of commands leaves out `wait`, which it adds");
}

#[track_caller]
fn refused(sandbox: &Sandbox, library: &Path, why: &str) {
    for command in ["install", "verify"] {
        let output = run(&mut sandbox.host_demo(&["plugin", command, library.to_str().unwrap()]));
        assert!(!output.status.success(), "{output:?}");
        let told = [&*output.stdout, &*output.stderr].concat();
        assert!(String::from_utf8_lossy(&told).contains(why), "{output:?}");
    }
}

/// It would be late to say so when the hook is called: it never is.
#[test]
fn a_hook_that_the_program_lacks_is_told_of_at_the_start_all_the_same() {
    let sandbox = Sandbox::new();
    put_changed(&sandbox, "patient", &[("hooks=after_catalog_created", "hooks=after_catalog_deleted")]);
    let info = said_by(&sandbox, &["info"]);
    assert_eq!(loads(&info), 1, "it is loaded as one without a list: {info}");
}

#[test]
fn a_plugin_that_is_left_out_is_not_loaded_when_its_hook_is_called() {
    let sandbox = Sandbox::new();
    sandbox.install(&patient());
    assert_eq!(said_by(&sandbox, &["catalog", "list", "--no-plugin", "patient"]), "");
    assert_eq!(said_by(&sandbox, &["catalog", "list", "--no-plugins"]), "");
    let disabled = run(&mut sandbox.host_demo(&["plugin", "disable", "patient"]));
    assert!(disabled.status.success(), "{disabled:?}");
    assert_eq!(said_by(&sandbox, &["catalog", "list"]), "");
}

#[test]
fn plugins_that_wait_are_told_in_their_order_among_the_others() {
    let sandbox = Sandbox::new();
    for name in ["aaaaaaa", "ccccccc"] {
        put_changed(&sandbox, name, &[("name=patient", &format!("name={name}"))]);
    }
    sandbox.install_as(&artifacts().fixture("counting"), &format!("bbbbbbb.{}", extension()));
    let told = said_by(&sandbox, &["catalog", "list"]);
    let order: Vec<_> =
        told.lines().filter(|line| !line.contains("loaded")).filter_map(|line| line.split(':').next()).collect();
    assert_eq!(
        order,
        ["note from ccccccc", "note from counting", "note from aaaaaaa"],
        "last registered first: {told}"
    );
}

#[test]
fn many_that_no_command_needs_are_left_alone() {
    let sandbox = Sandbox::new();
    for index in 0..25 {
        let name = format!("p{index:06}");
        put_changed(&sandbox, &name, &[("name=patient", &format!("name={name}"))]);
    }
    assert_eq!(said_by(&sandbox, &["info"]), "");
    assert_eq!(said_by(&sandbox, &["catalog", "list"]).matches("told of a catalog").count(), 25);
}

/// A user whose plugin `patient` was installed by the host.
fn with_installed() -> Sandbox {
    let sandbox = Sandbox::new();
    let output = run(&mut sandbox.host_demo(&["plugin", "install", patient().to_str().unwrap()]));
    assert!(output.status.success(), "{output:?}");
    sandbox
}

fn installed(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("data/host-demo/plugins").join(patient().file_name().unwrap())
}

/// Whether the library is opened by this command; `None` where no `strace` is there to tell.
#[cfg(target_os = "linux")]
fn is_opened(sandbox: &Sandbox, args: &[&str]) -> Option<bool> {
    let command = sandbox.host_demo(args);
    let mut traced = sandbox.command(Path::new("strace"));
    traced.args(["-f", "-qq", "-e", "trace=open,openat", "-s", "4096"]);
    traced.arg(command.get_program()).args(command.get_args()).current_dir(sandbox.project());
    let Ok(output) = traced.output() else {
        eprintln!("strace is not there");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    Some(said.contains(&*installed(sandbox).file_name().unwrap().to_string_lossy()))
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_is_read_of_an_installed_library_that_no_command_needs() {
    let sandbox = with_installed();
    let Some(is_opened_by_info) = is_opened(&sandbox, &["info"]) else { return };
    assert!(!is_opened_by_info);
    assert_eq!(is_opened(&sandbox, &["catalog", "list"]), Some(true));
    assert_eq!(loads(&said_by(&sandbox, &["catalog", "list"])), 1);
    // Without the file, it is looked at as ever.
    fs::remove_file(installed(&sandbox).with_file_name("plugins.lock")).unwrap();
    assert_eq!(is_opened(&sandbox, &["info"]), Some(true));
    assert_eq!(loads(&said_by(&sandbox, &["catalog", "list"])), 1);
}

#[test]
fn what_was_remembered_of_a_library_is_forgotten_when_it_changes() {
    let sandbox = with_installed();
    let library = fs::read(installed(&sandbox)).unwrap();
    let lock = installed(&sandbox).with_file_name("plugins.lock");
    fs::write(installed(&sandbox), &library[..library.len() / 2]).unwrap();
    assert!(said_by(&sandbox, &["info"]).contains("cannot load"), "cut off, it is looked at");
    let mut damaged = library.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(installed(&sandbox), damaged).unwrap();
    assert!(said_by(&sandbox, &["info"]).contains("its content is not that of `patient`"));
    // The same content again is what was installed, and is remembered again.
    fs::write(installed(&sandbox), &library).unwrap();
    assert_eq!(said_by(&sandbox, &["info"]), "");
    let text = fs::read_to_string(&lock).unwrap();
    // On Windows, what a look finds depends on libraries beside the file.
    if cfg!(unix) {
        assert!(text.contains("\"hooks=after_catalog_created,plugin_commands\""), "{text}");
    }
    assert_eq!(loads(&said_by(&sandbox, &["catalog", "list"])), 1);
}

/// Another version may look for more, or read more of a manifest.
#[test]
#[cfg(target_os = "linux")]
fn what_another_version_has_found_does_not_count() {
    let sandbox = with_installed();
    let lock = installed(&sandbox).with_file_name("plugins.lock");
    let text = fs::read_to_string(&lock).unwrap();
    let at = text.find("looked = ").expect("what was found is remembered");
    let line = text[at..].lines().next().unwrap();
    fs::write(&lock, text.replace(line, "looked = \"0.0.1 1\"")).unwrap();
    let Some(is_opened) = is_opened(&sandbox, &["info"]) else { return };
    assert!(is_opened);
    assert_eq!(loads(&said_by(&sandbox, &["catalog", "list"])), 1);
}

/// Whoever could change what is remembered could keep a plugin from being loaded.
#[test]
#[cfg(target_os = "linux")]
fn what_others_could_have_written_of_a_library_does_not_count() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = with_installed();
    let lock = installed(&sandbox).with_file_name("plugins.lock");
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o666)).unwrap();
    let Some(is_opened) = is_opened(&sandbox, &["info"]) else { return };
    assert!(is_opened);
}
