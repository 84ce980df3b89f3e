//! Nobody else's code runs in a host: neither by its place, nor along with a plugin that names it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use hookspec_host::{
    ErrorPolicy, HostServices, LoadError, LoadProblem, PluginFile, PluginManager, RegisterError, Trust,
};
use tests::{
    Sandbox, artifacts,
    libraries::{build_plugin_like, build_tracing},
    run,
};

const STRANGER: u32 = 54_321;

/// What a library that only looks like a plugin ends with when it has been loaded.
const LOADED: &str = "does not match this program's ABI";

/// A sandbox in which a plugin is anywhere but in its own directory.
struct Scene {
    sandbox: Sandbox,
    trace: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let trace = sandbox.path("trace");
        Self { sandbox, trace }
    }

    /// A folder of the sandbox, made with its mode.
    fn folder(&self, name: &str, mode: u32) -> PathBuf {
        let path = self.sandbox.path(name);
        fs::create_dir_all(&path).unwrap();
        set_mode(&path, mode);
        path
    }

    fn is_root(&self) -> bool {
        fs::metadata(self.sandbox.path("")).unwrap().uid() == 0
    }

    /// What `host-demo info` says of the plugins in `dir`.
    fn said_of(&self, dir: &Path, trust: &str) -> String {
        let mut command = self.sandbox.host_demo(&["--plugin-dir", dir.to_str().unwrap(), "info"]);
        command.env("FIXTURE_TRACE", &self.trace).env("HOST_DEMO_PLUGIN_TRUST", trust);
        let output = run(&mut command);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        said
    }

    /// One line of warning that has all `parts`, and nothing of the directory has run.
    fn assert_refused(&self, dir: &Path, parts: &[&str]) {
        let said = self.said_of(dir, "owner");
        assert_eq!(said.lines().count(), 1, "{said}");
        for part in parts {
            assert!(said.contains(part), "`{part}` is not in: {said}");
        }
        assert!(!self.trace.exists(), "{said}");
    }

    /// The plugin in `dir` runs.
    fn assert_runs(&self, dir: &Path) {
        assert_eq!(self.said_of(dir, "owner"), "");
        assert!(self.trace.exists());
        fs::remove_file(&self.trace).unwrap();
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

fn install(dir: &Path) {
    fs::copy(artifacts().fixture("eager_start"), dir.join("libeager_start.so")).unwrap();
}

#[test]
fn a_plugin_below_a_folder_that_others_can_write_to_is_refused() {
    for mode in [0o775, 0o757, 0o777] {
        let scene = Scene::new();
        let (open, plugins) = (scene.folder("open", 0o755), scene.folder("open/far/plugins", 0o755));
        install(&plugins);
        scene.assert_runs(&plugins);
        set_mode(&open, mode);
        scene.assert_refused(
            &plugins,
            &[&format!("others can write to {} (mode {mode:o}); run `chmod go-w`", open.display())],
        );
        let output = run(&mut scene.sandbox.host_demo(&["--plugin-dir", plugins.to_str().unwrap(), "plugin", "list"]));
        let listed = String::from_utf8(output.stdout).unwrap();
        assert!(listed.contains("broken") && listed.contains(open.to_str().unwrap()), "{listed}");
        assert!(!scene.said_of(&plugins, "everyone").contains("chmod") && scene.trace.exists());
    }
}

#[test]
fn a_plugin_below_a_folder_of_another_user_is_refused() {
    let scene = Scene::new();
    if !scene.is_root() {
        println!("passed over: only root can give a folder to another user");
        return;
    }
    let (theirs, plugins) = (scene.folder("theirs", 0o755), scene.folder("theirs/plugins", 0o755));
    install(&plugins);
    chown(&theirs, Some(STRANGER), None).unwrap();
    scene.assert_refused(&plugins, &[theirs.to_str().unwrap(), "belongs to another user (uid 54321)"]);
}

#[test]
fn a_link_is_followed_and_each_folder_on_its_way_is_judged() {
    let scene = Scene::new();
    let open = scene.folder("open", 0o777);
    let hidden = scene.folder("open/hidden", 0o755);
    install(&hidden);
    let writable = format!("others can write to {}", open.display());

    // The plugin directory is a link, at once and over another one.
    symlink(&hidden, scene.sandbox.path("link")).unwrap();
    symlink("link", scene.sandbox.path("link-to-link")).unwrap();
    scene.assert_refused(&scene.sandbox.path("link"), &[&writable]);
    scene.assert_refused(&scene.sandbox.path("link-to-link"), &[&writable]);
    // A folder above it is one.
    symlink(&open, scene.sandbox.path("above")).unwrap();
    scene.assert_refused(&scene.sandbox.path("above/hidden"), &[&writable]);
    // The way goes out again.
    scene.folder("plugins2", 0o755);
    install(&scene.sandbox.path("plugins2"));
    symlink(open.join("hidden/../../plugins2"), scene.sandbox.path("detour")).unwrap();
    scene.assert_refused(&scene.sandbox.path("detour"), &[&writable]);
    // The library is one.
    let plugins = scene.folder("plugins3", 0o755);
    symlink("../open/hidden/libeager_start.so", plugins.join("libeager_start.so")).unwrap();
    scene.assert_refused(&plugins, &[&writable, plugins.to_str().unwrap()]);

    // Links within what is one's own are as good as no links.
    set_mode(&open, 0o755);
    for dir in ["link", "link-to-link", "above/hidden", "detour", "plugins3"] {
        scene.assert_runs(&scene.sandbox.path(dir));
    }
}

#[test]
fn a_folder_open_to_all_keeps_what_is_ones_own() {
    let scene = Scene::new();
    let (open, plugins) = (scene.folder("open", 0o1777), scene.folder("open/plugins", 0o755));
    install(&plugins);
    scene.assert_runs(&plugins);

    // It is no plugin directory itself: anybody can add to it.
    install(&open);
    scene.assert_refused(&open, &["others can write to", "1777"]);
    // A second name may have been given by anybody.
    let linked = scene.folder("linked", 0o755);
    fs::hard_link(open.join("libeager_start.so"), open.join("libother.so")).unwrap();
    symlink(open.join("libother.so"), linked.join("libother.so")).unwrap();
    scene.assert_refused(&linked, &["others can decide what is found at", "libother.so"]);
    if scene.is_root() {
        chown(&plugins, Some(STRANGER), None).unwrap();
        scene.assert_refused(&plugins, &[plugins.to_str().unwrap(), "belongs to another user (uid 54321)"]);
        chown(&plugins, Some(0), None).unwrap();
        chown(&open, Some(STRANGER), None).unwrap();
        scene.assert_refused(&plugins, &[open.to_str().unwrap(), "belongs to another user (uid 54321)"]);
    }
}

#[test]
fn a_plugin_directory_that_is_not_there_is_no_cause_for_alarm() {
    let scene = Scene::new();
    scene.folder("open", 0o777);
    let mut command = scene.sandbox.host_demo(&["info"]);
    command.env("HOST_DEMO_PLUGIN_PATH", scene.sandbox.path("open/absent"));
    assert_eq!(String::from_utf8(run(&mut command).stderr).unwrap(), "");
}

#[test]
fn no_swapping_of_folders_gets_foreign_code_run() {
    let scene = Scene::new();
    let open = scene.folder("open", 0o777);
    fs::copy(artifacts().fixture("noop"), scene.folder("good", 0o755).join("libplugin.so")).unwrap();
    fs::copy(artifacts().fixture("eager_start"), scene.folder("evil", 0o755).join("libplugin.so")).unwrap();
    let (swapped, done) = (open.join("plugins"), AtomicBool::new(false));
    symlink("../good", &swapped).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            for target in ["../evil", "../good"].iter().cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
                symlink(target, open.join("next")).unwrap();
                fs::rename(open.join("next"), &swapped).unwrap();
            }
        });
        for _ in 0..60 {
            scene.assert_refused(&swapped, &[&format!("others can write to {}", open.display())]);
        }
        done.store(true, Ordering::Relaxed);
    });
}

struct Services;

impl HostServices for Services {
    fn name(&self) -> &str {
        "foreign-code"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }
}

#[test]
fn what_was_looked_at_is_what_is_loaded_however_its_file_is_swapped() {
    let scene = Scene::new();
    let folder = scene.folder("swapped", 0o755);
    let (path, done) = (folder.join("libplugin.so"), AtomicBool::new(false));
    let put = |fixture: &str| {
        let next = folder.join("next");
        fs::copy(artifacts().fixture(fixture), &next).unwrap();
        fs::rename(&next, &path).unwrap();
    };
    put("noop");
    thread::scope(|scope| {
        scope.spawn(|| {
            for fixture in ["eager_start", "noop"].iter().cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
                put(fixture);
            }
        });
        for _ in 0..150 {
            let manager = PluginManager::new(Services, ErrorPolicy::Isolate);
            manager.block("eager-start");
            // Trusting everyone, it is for the loader alone to keep what it has looked at.
            match manager.load(&PluginFile::inspect(&path, Trust::Everyone)) {
                Ok(info) => assert_eq!(info.name, "noop"),
                Err(LoadError { problem: LoadProblem::Register(RegisterError::Blocked(name)), .. }) => {
                    assert_eq!(name, "eager-start");
                }
                // The code of the blocked plugin would have said that it cannot be made here.
                Err(error) => panic!("{error}"),
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

/// A plugin with a library beside it that shows when it is loaded.
struct Pair {
    scene: Scene,
    plugins: PathBuf,
}

impl Pair {
    fn new() -> Self {
        let scene = Scene::new();
        let plugins = scene.folder("plugins2", 0o755);
        Self { scene, plugins }
    }

    /// A folder with the library that shows when it is loaded.
    fn companion(&self, folder: &str, mode: u32) -> PathBuf {
        let folder = self.scene.folder(folder, mode);
        build_tracing(&folder.join("libcompanion.so"));
        folder
    }

    /// Links the plugin with these flags, from within the sandbox.
    fn link(&self, flags: &[String]) {
        build_plugin_like(&self.plugins.join("liblike.so"), "", flags, &self.scene.sandbox.path(""));
    }

    /// Links the plugin so that it needs the companion in `found`, and has it looked for in `path`.
    fn link_with_path(&self, kind: &str, found: &Path, path: &str) {
        let found = found.to_str().unwrap();
        self.link(&[format!("-Wl,{kind},-rpath,{path}"), format!("-L{found}"), "-lcompanion".to_owned()]);
    }

    /// Neither a command nor a verification loads anything, and both say why.
    fn assert_refused(&self, parts: &[&str]) {
        self.scene.assert_refused(&self.plugins, parts);
        let library = self.plugins.join("liblike.so");
        let mut verify = self.scene.sandbox.host_demo(&["plugin", "verify", library.to_str().unwrap()]);
        let output = run(verify.env("FIXTURE_TRACE", &self.scene.trace));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
        assert!(!self.scene.trace.exists(), "{said}");
    }

    fn assert_loaded(&self) {
        let said = self.scene.said_of(&self.plugins, "owner");
        assert!(said.contains(LOADED), "{said}");
        assert!(self.scene.trace.exists(), "the companion is not loaded");
        fs::remove_file(&self.scene.trace).unwrap();
    }
}

#[test]
fn libraries_in_folders_of_ones_own_are_loaded_along() {
    let pair = Pair::new();
    let beside = pair.companion("plugins2/deps", 0o755);
    let absolute = beside.to_str().unwrap();
    for path in [absolute, "$ORIGIN/deps", "${ORIGIN}/deps", "/usr/lib:/nowhere/at/all:$ORIGIN/../plugins2/deps"] {
        for kind in ["--enable-new-dtags", "--disable-new-dtags"] {
            pair.link_with_path(kind, &beside, path);
            pair.assert_loaded();
        }
    }
    // Without a name of its own, it is needed by its path.
    pair.link(&[beside.join("libcompanion.so").to_str().unwrap().to_owned()]);
    pair.assert_loaded();
}

#[test]
fn a_library_looked_for_in_the_current_directory_is_not_loaded() {
    let pair = Pair::new();
    let found = pair.companion("project/lib", 0o755);
    fs::copy(found.join("libcompanion.so"), pair.scene.sandbox.path("project/libcompanion.so")).unwrap();
    for path in ["lib", "./lib", ".", "/usr/lib:", ":/usr/lib", "/usr/lib::/lib", "../project/lib"] {
        for (kind, entry) in [("--enable-new-dtags", "RUNPATH"), ("--disable-new-dtags", "RPATH")] {
            pair.link_with_path(kind, &found, path);
            pair.assert_refused(&[&format!("its {entry} `{path}` leads into the current directory"), "$ORIGIN"]);
            // To trust everybody is not to trust every folder that one enters.
            assert!(pair.scene.said_of(&pair.plugins, "everyone").contains("current directory"));
            assert!(!pair.scene.trace.exists());
        }
    }
    for needed in ["project/lib/libcompanion.so", "./project/lib/libcompanion.so"] {
        pair.link(&[needed.to_owned()]);
        pair.assert_refused(&[&format!("its NEEDED `{needed}` leads into the current directory")]);
    }
}

#[test]
fn a_library_looked_for_where_others_can_put_one_is_not_loaded() {
    let pair = Pair::new();
    let open = pair.companion("open", 0o777);
    let below = pair.companion("open/below", 0o755);
    let sandbox = pair.scene.sandbox.path("");
    symlink(&below, sandbox.join("link")).unwrap();
    pair.scene.folder("sticky", 0o1777);
    let writable = format!("others can write to {} (mode 777)", open.display());
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    for path in [
        text(open.clone()),
        text(below.clone()),
        text(sandbox.join("link")),
        "$ORIGIN/../open".to_owned(),
        text(open.join("absent")),
        format!("/usr/lib:{}", below.display()),
    ] {
        pair.link_with_path("--enable-new-dtags", &open, &path);
        pair.assert_refused(&["its RUNPATH `", &writable]);
    }
    pair.link_with_path("--enable-new-dtags", &open, sandbox.join("sticky/absent").to_str().unwrap());
    pair.assert_refused(&["its RUNPATH `", "others can decide what is found at", "sticky/absent"]);
    pair.link(&[text(below.join("libcompanion.so"))]);
    pair.assert_refused(&["its NEEDED `", &writable]);

    // The folder is one's own, the library in it is not.
    let own = pair.companion("own", 0o755);
    pair.link_with_path("--enable-new-dtags", &own, own.to_str().unwrap());
    pair.assert_loaded();
    set_mode(&own.join("libcompanion.so"), 0o666);
    pair.assert_refused(&["its NEEDED `libcompanion.so` is not safe", "others can write to", "(mode 666)"]);
    fs::remove_file(own.join("libcompanion.so")).unwrap();
    symlink(below.join("libcompanion.so"), own.join("libcompanion.so")).unwrap();
    pair.assert_refused(&["its NEEDED `libcompanion.so` is not safe", &writable]);
}

#[test]
fn what_the_system_would_replace_in_a_path_is_not_guessed_at() {
    let pair = Pair::new();
    let found = pair.companion("deps", 0o755);
    for path in ["$LIB", "/usr/$LIB", "/usr/${PLATFORM}", "$ORIGIN/$LIB", "/usr/$ORIGIN", "$origin/deps"] {
        pair.link_with_path("--enable-new-dtags", &found, path);
        pair.assert_refused(&[&format!("its RUNPATH `{path}` is not a plain path")]);
    }
    for needed in ["$LIB", "$LIBcompanion.so", "$ORIGIN/../open/libcompanion.so"] {
        let named = pair.scene.sandbox.path("named.so");
        build_plugin_like(&named, "", &[format!("-Wl,-soname,{needed}")], Path::new("/"));
        pair.scene.folder("open", 0o777);
        pair.link(&["named.so".to_owned()]);
        pair.assert_refused(&[&format!("its NEEDED `{needed}` is not")]);
    }
}

#[test]
fn a_library_that_watches_or_stands_in_for_others_is_not_loaded() {
    let pair = Pair::new();
    let found = pair.companion("deps", 0o755).join("libcompanion.so");
    let library = found.to_str().unwrap();
    let entries = [
        ("--audit", "DT_AUDIT", 0x6fff_fefc_u64),
        ("--depaudit", "DT_DEPAUDIT", 0x6fff_fefb),
        ("--auxiliary", "DT_AUXILIARY", 0x7fff_fffd),
        ("--filter", "DT_FILTER", 0x7fff_ffff),
    ];
    for (flag, name, tag) in entries {
        pair.link(&[format!("-Wl,{flag}={library}")]);
        let refusal = format!("its {name} would have further libraries loaded");
        pair.assert_refused(&[&refusal, "link it without"]);
        // The system takes some tags for others that have the same lower bits.
        let path = pair.plugins.join("liblike.so");
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.windows(8).position(|window| window == tag.to_ne_bytes()).unwrap();
        for disguise in [0x1_0000_0000, 0x8000_0000] {
            bytes[at..at + 8].copy_from_slice(&(tag | disguise).to_ne_bytes());
            fs::write(&path, &bytes).unwrap();
            pair.assert_refused(&[&refusal]);
        }
    }
}
