//! No file in a plugin directory, and no plugin, takes the host down; each costs one clear line.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::cast_possible_truncation, reason = "the machine has 64 bits")]

use std::{
    ffi::OsStr,
    fs::{self, File, Permissions},
    os::unix::{
        ffi::OsStrExt,
        fs::{FileExt, PermissionsExt, chown, symlink},
        net::UnixListener,
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use fastrand::Rng;
use hookspec::{Manifest, specs::BeforeCommandRun};
use hookspec_host::{
    ErrorPolicy, FailureKind, HookError, HostServices, LoadError, LoadProblem, PluginFile, PluginManager,
    RegisterError, Trust, UntrustedFile, discover, inspect,
};
use object::{
    NativeEndian, Object, ObjectSection,
    elf::{
        DT_FLAGS, DT_FLAGS_1, DT_GNU_HASH, DT_INIT_ARRAY, DT_JMPREL, DT_NEEDED, DT_PLTREL, DT_RELA, DT_RELACOUNT,
        DT_STRSZ, DT_STRTAB, DT_SYMTAB, DT_VERNEED, PT_DYNAMIC, PT_GNU_EH_FRAME, PT_LOAD, PT_PHDR, PT_TLS, SHT_DYNAMIC,
        SHT_PROGBITS, STB_GLOBAL,
    },
    read::elf::{Dyn, ElfFile64, FileHeader, ProgramHeader},
};
use rustix::process::geteuid;
use tempfile::TempDir;
use tests::{
    Sandbox, artifacts, command_run,
    damage::{Specimen, Tally, load_in_child},
    libraries::build_plugin_like,
    run,
};

const NOBODY: u32 = 65_534;

/// A folder with damaged copies of a plugin.
struct Bench {
    dir: TempDir,
    sound: Vec<u8>,
}

impl Bench {
    fn new() -> Self {
        Self::of("noop")
    }

    fn of(fixture: &str) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), sound: fs::read(artifacts().fixture(fixture)).unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.path("libplugin.so");
        let _ = fs::remove_file(&path);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// What is said of these bytes as a library.
    fn refused(&self, bytes: &[u8]) -> LoadError {
        refused(&self.file(bytes))
    }

    /// The plugin with `patch` at `offset`.
    fn patched(&self, offset: usize, patch: &[u8]) -> Vec<u8> {
        let mut bytes = self.sound.clone();
        bytes[offset..offset + patch.len()].copy_from_slice(patch);
        bytes
    }

    fn elf(&self) -> ElfFile64<'_, NativeEndian> {
        ElfFile64::parse(&*self.sound).unwrap()
    }

    /// Where the program header of this kind is.
    fn segment(&self, kind: u32) -> usize {
        let elf = self.elf();
        let index = elf.elf_program_headers().iter().position(|header| header.p_type(NativeEndian) == kind).unwrap();
        64 + 56 * index
    }

    /// Where the dynamic entry's value is.
    fn dynamic(&self, tag: u32) -> usize {
        let elf = self.elf();
        let header = elf.elf_program_headers().iter().find(|header| header.p_type(NativeEndian) == PT_DYNAMIC).unwrap();
        let entries = header.dynamic(NativeEndian, &*self.sound).unwrap().unwrap();
        let index = entries.iter().position(|entry| entry.d_tag(NativeEndian) == u64::from(tag)).unwrap();
        header.p_offset(NativeEndian) as usize + 16 * index + 8
    }

    fn section(&self, name: &str) -> usize {
        self.elf().section_by_name(name).unwrap().file_range().unwrap().0 as usize
    }

    fn find(&self, text: &str, from: usize) -> usize {
        let found = self.sound[from..].windows(text.len()).position(|window| window == text.as_bytes());
        from + found.unwrap()
    }
}

fn refused(path: &Path) -> LoadError {
    let error = inspect(path).expect_err("the file is refused");
    one_line(&error);
    error
}

fn one_line(error: &LoadError) {
    let text = error.to_string();
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert!(text.contains("libplugin") || text.contains(&*error.path.to_string_lossy()), "{text}");
}

#[test]
fn a_file_that_is_no_library_is_refused_without_waiting() {
    let bench = Bench::new();
    let said = |bytes: &[u8]| bench.refused(bytes).to_string();
    assert!(said(b"").contains("it is empty"));
    assert!(said(b"#!/bin/sh\nexit 0\n").contains("not a shared library"));
    assert!(said(b"\x7fELF").contains("not a shared library"));
    assert!(said(b"!<arch>\nfoo.o/").contains("archive"));
    assert!(said(&bench.patched(16, &[1, 0])).contains("object file"));
    assert!(said(&bench.patched(16, &[2, 0])).contains("a program"));
    assert!(matches!(refused(&artifacts().binary("host-demo")).problem, LoadProblem::NotALibrary(_)));

    let (fifo, socket, looped) = (bench.path("fifo.so"), bench.path("socket.so"), bench.path("loop.so"));
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let _listener = UnixListener::bind(&socket).unwrap();
    symlink(&looped, &looped).unwrap();
    for path in [&fifo, &socket, bench.dir.path(), Path::new("/dev/null"), Path::new("/dev/zero")] {
        assert!(matches!(refused(path).problem, LoadProblem::NotAFile), "{}", path.display());
    }
    assert!(matches!(refused(&looped).problem, LoadProblem::Unreadable(_)));
    assert!(matches!(refused(&bench.path("none.so")).problem, LoadProblem::Unreadable(_)));
}

#[test]
fn a_library_for_another_machine_is_named_as_such() {
    let bench = Bench::new();
    let found = |offset, patch: &[u8]| match bench.refused(&bench.patched(offset, patch)).problem {
        LoadProblem::WrongMachine { found, .. } => found,
        other => panic!("{other}"),
    };
    let other: u16 = if cfg!(target_arch = "aarch64") { 62 } else { 183 };
    assert_eq!(found(18, &other.to_ne_bytes()).contains("aarch64"), other == 183);
    assert!(found(18, &[0xf3, 0]).starts_with("riscv64"));
    assert!(found(18, &[0xaa, 0xaa]).starts_with("machine "));
    assert!(found(4, &[1]).contains("32-bit"));
    assert!(found(5, &[2]).contains("big-endian"));
}

#[test]
fn a_library_cut_short_at_any_length_is_refused() {
    let bench = Bench::new();
    let len = bench.sound.len();
    let path = bench.file(&bench.sound);
    let file = File::options().write(true).open(&path).unwrap();
    let mut lengths: Vec<usize> = (1..200).map(|cut| len - cut).collect();
    lengths.extend((0..400).rev().map(|part| len / 400 * part));
    lengths.extend((0..1024).rev().step_by(7));
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    for len in lengths {
        file.set_len(len as u64).unwrap();
        let error = refused(&path);
        assert!(matches!(error.problem, LoadProblem::Truncated { .. } | LoadProblem::NotALibrary(_)), "{len}: {error}");
        assert!(
            len < 64 || matches!(error.problem, LoadProblem::Truncated { found, expected } if found < expected),
            "{len}: {error}"
        );
    }
}

#[test]
fn headers_that_lead_astray_are_refused() {
    const FAR: u64 = 0x7fff_ffff_f000;
    let bench = Bench::new();
    let (load, dynamic) = (bench.segment(PT_LOAD), bench.segment(PT_DYNAMIC));
    let cases: &[(&str, usize, u64)] = &[
        ("e_phoff", 32, u64::MAX - 7),
        ("e_phoff in the middle", 32, 0x1000),
        ("e_shoff", 40, u64::MAX - 7),
        ("p_offset", load + 56 + 8, u64::MAX - 0xfff),
        ("p_offset against p_vaddr", load + 56 + 8, 0x123),
        ("p_vaddr", load + 56 + 16, 0),
        ("p_filesz over p_memsz", load + 40, 1),
        ("p_memsz", load + 56 + 40, 1 << 60),
        ("p_memsz without end", load + 56 + 40, u64::MAX),
        ("p_align", load + 48, 3),
        ("PT_DYNAMIC p_vaddr", dynamic + 16, FAR),
        ("PT_DYNAMIC p_filesz", dynamic + 32, 16),
        ("PT_PHDR p_vaddr", bench.segment(PT_PHDR) + 16, 0x1040),
        ("PT_TLS p_memsz", bench.segment(PT_TLS) + 40, 1 << 50),
        ("PT_GNU_EH_FRAME p_vaddr", bench.segment(PT_GNU_EH_FRAME) + 16, 0x40),
        ("DT_STRTAB", bench.dynamic(DT_STRTAB), FAR),
        ("DT_STRSZ", bench.dynamic(DT_STRSZ), FAR),
        ("DT_SYMTAB", bench.dynamic(DT_SYMTAB), FAR),
        ("DT_RELA", bench.dynamic(DT_RELA), FAR),
        ("DT_RELACOUNT", bench.dynamic(DT_RELACOUNT), 1 << 40),
        ("DT_PLTREL", bench.dynamic(DT_PLTREL), 3),
        ("DT_JMPREL", bench.dynamic(DT_JMPREL), 8),
        ("DT_GNU_HASH", bench.dynamic(DT_GNU_HASH), FAR),
        ("DT_INIT_ARRAY", bench.dynamic(DT_INIT_ARRAY), 0x40),
        ("DT_VERNEED", bench.dynamic(DT_VERNEED), 0x40),
        ("relocation", bench.section(".rela.dyn"), FAR),
        ("hash table", bench.section(".gnu.hash"), u64::MAX),
        ("versions", bench.section(".gnu.version_r"), u64::MAX),
        ("symbol", bench.section(".dynsym") + 24, u64::MAX),
        ("name of the symbol that is none", bench.section(".dynsym"), 1),
        ("kind of the symbol that is none", bench.section(".dynsym"), 0x12 << 32),
        ("section of the symbol that is none", bench.section(".dynsym"), 1 << 48),
        ("value of the symbol that is none", bench.section(".dynsym") + 8, 0x1040),
    ];
    for (name, offset, value) in cases {
        let error = bench.refused(&bench.patched(*offset, &value.to_le_bytes()));
        assert!(
            matches!(
                error.problem,
                LoadProblem::Damaged(_) | LoadProblem::Truncated { .. } | LoadProblem::NotALibrary(_)
            ),
            "{name}: {error}"
        );
    }
    let error = bench.refused(&bench.patched(56, &[0xfe, 0xff]));
    assert!(matches!(error.problem, LoadProblem::Damaged(_)), "{error}");
}

/// As on powerpc64, whose linker leaves the table that is filled when loaded out of the file.
#[test]
fn a_plt_without_bytes_may_lie_amid_those_of_others() {
    let bench = Bench::new();
    let elf = bench.elf();
    let (table, names) = (elf.elf_header().e_shoff.get(NativeEndian) as usize, bench.last_section());
    let names = elf.elf_section_table().section(names).unwrap().sh_offset.get(NativeEndian) as usize;
    let header = table + 64 * elf.section_by_name(".got").unwrap().index().0;
    let mut bytes = bench.patched(header + 4, &8_u32.to_le_bytes());
    assert!(matches!(bench.refused(&bytes).problem, LoadProblem::Damaged(_)));
    let name = bench.find(".rela.plt\0", names) + ".rela".len() - names;
    bytes[header..header + 4].copy_from_slice(&(name as u32).to_le_bytes());
    inspect(&bench.file(&bytes)).unwrap();
}

#[test]
fn a_file_that_says_it_is_huge_is_not_read_into_memory() {
    let bench = Bench::new();
    let strings = bench.dynamic(DT_STRSZ);
    let path = bench.file(&bench.patched(strings, &(1_u64 << 39).to_le_bytes()));
    File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(refused(&path).problem, LoadProblem::Damaged(_)));
    File::create(&path).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(refused(&path).problem, LoadProblem::NotALibrary(_)));
    // A Mach-O library with four gigabytes of load commands.
    let header = [0xfeed_facf_u32, 0x0100_0007, 3, 6, u32::MAX, u32::MAX, 0, 0];
    fs::write(&path, header.map(u32::to_le_bytes).concat()).unwrap();
    File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(refused(&path).problem, LoadProblem::WrongMachine { .. }));
}

#[test]
fn a_manifest_is_there_whole_and_of_this_abi() {
    let bench = Bench::new();
    let manifest = bench.section(".plugin_api");
    let said = |text: &str, patch: &[u8]| bench.refused(&bench.patched(bench.find(text, manifest), patch)).problem;

    let sound = inspect(&bench.file(&bench.sound)).unwrap();
    assert_eq!((sound.name.as_str(), sound.api_version.as_str()), ("noop", hookspec::VERSION));
    let name = bench.find(
        "\0.plugin_api\0",
        bench.elf().elf_section_table().section(bench.last_section()).unwrap().sh_offset.get(NativeEndian) as usize,
    );
    assert!(bench.refused(&bench.patched(name + 1, b"_")).to_string().contains("has no manifest"));
    assert!(matches!(said("plugin-api manifest 1", b"qlugin"), LoadProblem::NotAPlugin(_)));
    assert!(matches!(said("name=noop", b"name=\xff"), LoadProblem::NotAPlugin(_)));
    assert!(matches!(said("name=noop", b"name=../x"), LoadProblem::NotAPlugin(_)));
    assert!(matches!(said("name=noop", b"name=\x1b"), LoadProblem::NotAPlugin(_)));
    assert!(matches!(said("abi=2", b"abi=x"), LoadProblem::NotAPlugin(_)));
    for (patch, turn) in [(b"abi=1", "get a version of the plugin built for it"), (b"abi=9", "update this program")] {
        let version = hookspec::VERSION;
        let found = patch[4] - b'0';
        let line = format!("it is built with hookspec {version} (ABI {found}), this program needs ABI 2: {turn}");
        assert_eq!(said("abi=2", patch).to_string(), line);
    }
    assert!(matches!(refused(&artifacts().fixture("no_plugin")).problem, LoadProblem::NotAPlugin(_)));
}

/// A plugin of another age says so or says nothing, and is compared type by type.
#[test]
fn a_plugin_loads_whatever_it_says_of_layouts_that_fit() {
    let bench = Bench::new();
    let layouts = bench.find("layouts=", bench.section(".plugin_api"));
    for (at, patch) in [("layouts=".len(), "0123456789abcdef"), (0, "nothing")] {
        load(&bench.file(&bench.patched(layouts + at, patch.as_bytes()))).unwrap();
    }
}

impl Bench {
    fn last_section(&self) -> object::SectionIndex {
        let index = self.elf().elf_header().shstrndx(NativeEndian, &*self.sound).unwrap();
        object::SectionIndex(index as usize)
    }
}

#[test]
fn what_a_plugin_lacks_is_known_when_it_is_loaded() {
    let bench = Bench::new();
    let names = bench.section(".dynstr");
    let missing = bench.patched(bench.find("libgcc_s.so.1", names), b"libgcc_z.so.1");
    let error = load(&bench.file(&missing)).unwrap_err();
    assert!(matches!(&error.problem, LoadProblem::Link(text) if text.contains("libgcc_z.so.1")), "{error}");
    one_line(&error);

    // Bound lazily, a missing function would end the process when it is first called.
    let mut lazy = bench.sound.clone();
    let word = |at: usize| u32::from_ne_bytes(bench.sound[at..at + 4].try_into().unwrap()) as usize;
    let (slots, symbols) = (bench.section(".rela.plt"), bench.section(".dynsym"));
    let called = (0..3).map(|slot| symbols + 24 * word(slots + 24 * slot + 12));
    // A weak function may be missing.
    let called = called.into_iter().find(|symbol| bench.sound[symbol + 4] >> 4 == STB_GLOBAL).unwrap();
    let name = word(called);
    lazy[names + name] = b'~';
    for flags in [DT_FLAGS, DT_FLAGS_1] {
        lazy[bench.dynamic(flags)..][..8].fill(0);
    }
    let error = load(&bench.file(&lazy)).unwrap_err();
    assert!(matches!(&error.problem, LoadProblem::Link(text) if text.contains("undefined symbol: ~")), "{error}");
    one_line(&error);
}

fn load(path: &Path) -> Result<Manifest, LoadError> {
    let manager = PluginManager::new(Witness::default(), ErrorPolicy::Isolate);
    manager.load(&PluginFile::inspect(path, Trust::Everyone)).map(|info| info.manifest.unwrap())
}

#[test]
fn files_and_directories_that_others_can_change_are_not_used() {
    let bench = Bench::new();
    let path = bench.file(&bench.sound);
    let mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let only = || discover([(bench.dir.path(), Trust::Owner)]).remove(0);
    mode(&path, 0o644);
    assert!(only().manifest().is_ok());

    for (place, open, closed) in [(path.as_path(), 0o664, 0o644), (bench.dir.path(), 0o777, 0o755)] {
        mode(place, open);
        let found = only();
        let error = found.manifest().unwrap_err();
        assert!(matches!(error.problem, LoadProblem::Untrusted(UntrustedFile::Writable { .. })), "{error}");
        assert!(error.to_string().contains("chmod go-w"));
        let manager = PluginManager::new(Witness::default(), ErrorPolicy::Isolate);
        assert!(
            matches!(manager.load(&found).unwrap_err().problem, LoadProblem::Untrusted(_)),
            "what was refused is not loaded"
        );
        assert!(discover([(bench.dir.path(), Trust::Everyone)])[0].manifest().is_ok());
        mode(place, closed);
    }
    if geteuid().is_root() {
        chown(&path, Some(NOBODY), None).unwrap();
        let error = only().manifest().unwrap_err().clone();
        assert!(
            matches!(error.problem, LoadProblem::Untrusted(UntrustedFile::Foreign { owner: NOBODY, .. })),
            "{error}"
        );
        assert!(PluginFile::inspect(&path, Trust::Everyone).manifest().is_ok());
    }
}

#[test]
fn a_file_that_changes_between_a_look_and_its_loading_is_looked_at_again() {
    let bench = Bench::new();
    let manager = PluginManager::new(Witness::default(), ErrorPolicy::Isolate);
    let path = bench.file(&bench.sound);
    let found = PluginFile::inspect(&path, Trust::Owner);
    File::options().write(true).open(&path).unwrap().set_len(20_000).unwrap();
    assert!(matches!(manager.load(&found).unwrap_err().problem, LoadProblem::Truncated { .. }));

    let path = bench.file(&bench.sound);
    let found = PluginFile::inspect(&path, Trust::Owner);
    fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
    assert!(matches!(manager.load(&found).unwrap_err().problem, LoadProblem::Untrusted(_)));

    let found = PluginFile::inspect(&bench.file(&bench.sound), Trust::Owner);
    fs::copy(artifacts().fixture("panicking_hook"), bench.path("new")).unwrap();
    fs::rename(bench.path("new"), &path).unwrap();
    assert_eq!(manager.load(&found).unwrap().name, "panicking-hook");
}

#[test]
fn a_file_replaced_under_a_running_host_is_loaded_anew() {
    let bench = Bench::new();
    let witness = Witness::default();
    let manager = PluginManager::new(witness.clone(), ErrorPolicy::Isolate);
    let before = manager.declare(BeforeCommandRun).unwrap();
    let path = bench.file(&bench.sound);
    assert_eq!(manager.load(&PluginFile::inspect(&path, Trust::Owner)).unwrap().name, "noop");
    assert!(manager.unregister("noop").is_some());

    fs::copy(artifacts().fixture("panicking_hook"), bench.path("new")).unwrap();
    fs::rename(bench.path("new"), &path).unwrap();
    assert_eq!(manager.load(&PluginFile::inspect(&path, Trust::Owner)).unwrap().name, "panicking-hook");
    before.call(&command_run()).unwrap();
    assert_eq!(witness.0.lock().unwrap().len(), 1, "the new code is called");
    // What was loaded before is refused by its own name, now as then.
    bench.file(&bench.sound);
    manager.block("noop");
    let error = manager.load(&PluginFile::inspect(&path, Trust::Owner)).unwrap_err();
    assert!(matches!(error.problem, LoadProblem::Register(RegisterError::Blocked(_))), "{error}");
}

#[test]
fn a_file_rewritten_under_a_running_host_asks_for_a_restart() {
    let bench = Bench::new();
    let manager = PluginManager::new(Witness::default(), ErrorPolicy::Isolate);
    let path = bench.file(&bench.sound);
    manager.load(&PluginFile::inspect(&path, Trust::Owner)).unwrap();
    assert!(manager.unregister("noop").is_some());
    // The same file is the same code, by whatever name and however often it is loaded.
    symlink(&path, bench.path("liblink.so")).unwrap();
    for path in [&path, &bench.path("liblink.so")] {
        manager.load(&PluginFile::inspect(path, Trust::Owner)).unwrap();
        assert!(manager.unregister("noop").is_some());
    }

    manager.block("noop");
    let manifest = bench.find("name=noop", bench.section(".plugin_api")) as u64;
    File::options().write(true).open(&path).unwrap().write_all_at(b"name=nope", manifest).unwrap();
    for path in [&path, &bench.path("liblink.so")] {
        let error = manager.load(&PluginFile::inspect(path, Trust::Owner)).unwrap_err();
        assert!(matches!(error.problem, LoadProblem::Changed), "{error}");
        assert!(error.to_string().contains("restart the program"), "{error}");
        one_line(&error);
    }
    assert!(manager.plugin("nope").is_none());
}

#[test]
fn a_library_that_is_known_to_the_system_by_its_path_is_not_taken_for_another() {
    let bench = Bench::new();
    let path = bench.path("libplugin.so");
    let flags = ["-Wl,-rpath,$ORIGIN/lib".to_owned()];
    build_plugin_like(&path, "", &flags, bench.dir.path());
    assert!(matches!(load(&path).unwrap_err().problem, LoadProblem::Layout { .. }), "its code is in this process");
    fs::remove_file(&path).unwrap();
    build_plugin_like(&path, "int other;", &flags, bench.dir.path());
    let error = load(&path).unwrap_err();
    assert!(matches!(error.problem, LoadProblem::Changed), "{error}");
}

#[test]
fn messages_of_the_system_name_the_library_as_its_user_does() {
    let bench = Bench::new();
    let path = bench.path("libplugin.so");
    build_plugin_like(&path, "void nobody_has_this(void); void call(void) { nobody_has_this(); }", &[], Path::new("/"));
    let error = load(&path).unwrap_err();
    one_line(&error);
    assert!(error.to_string().contains("undefined symbol: nobody_has_this"), "{error}");
    assert!(error.to_string().contains(path.to_str().unwrap()) && !error.to_string().contains("/proc"), "{error}");
}

#[test]
fn a_hundred_thousand_entries_are_judged_at_once() {
    const ENTRIES: usize = 100_000;
    let bench = Bench::new();
    let path = bench.path("libplugin.so");
    let table = format!("__attribute__((section(\".table\"), aligned(16))) long table[{}] = {{1}};", 2 * (ENTRIES + 1));
    build_plugin_like(&path, &table, &[], Path::new("/"));
    let sound = fs::read(&path).unwrap();
    // In turn a library that is needed, and entries that say nothing.
    for tag in [|_| u64::from(DT_NEEDED), |index: usize| 0x6000_1000 + index as u64] {
        let error = bench.refused(&with_dynamic_table(&sound, (0..ENTRIES).map(tag)));
        assert!(error.to_string().contains("its dynamic table has 100"), "{error}");
    }
}

/// The library with the `tags` behind its own in the dynamic table, which is moved to the section
/// `.table`.
fn with_dynamic_table(library: &[u8], tags: impl Iterator<Item = u64>) -> Vec<u8> {
    let elf = ElfFile64::<NativeEndian>::parse(library).unwrap();
    let place = |name: &str| {
        let section = elf.section_by_name(name).unwrap();
        (section.index().0, section.address(), section.file_range().unwrap().0 as usize, section.size() as usize)
    };
    let (old, new) = (place(".dynamic"), place(".table"));
    let mut bytes = library.to_vec();
    let own: Vec<u8> =
        library[old.2..old.2 + old.3].chunks(16).take_while(|entry| entry[..8] != [0; 8]).flatten().copied().collect();
    let name = u64::from_ne_bytes(own[8..16].try_into().unwrap());
    let entries = own.into_iter().chain(tags.flat_map(|tag| [tag, name].map(u64::to_ne_bytes)).flatten());
    for (index, byte) in entries.take(new.3 - 16).enumerate() {
        bytes[new.2 + index] = byte;
    }
    let segment =
        elf.elf_program_headers().iter().position(|header| header.p_type(NativeEndian) == PT_DYNAMIC).unwrap();
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    let header = 64 + 56 * segment;
    for (field, value) in [(8, new.2 as u64), (16, new.1), (24, new.1), (32, new.3 as u64), (40, new.3 as u64)] {
        put(header + field, &value.to_ne_bytes());
    }
    let sections = elf.elf_header().e_shoff(NativeEndian) as usize;
    put(sections + 64 * old.0 + 4, &SHT_PROGBITS.to_ne_bytes());
    put(sections + 64 * new.0 + 4, &SHT_DYNAMIC.to_ne_bytes());
    bytes
}

#[test]
fn a_table_in_which_all_names_share_one_chain_is_judged_at_once() {
    const SYMBOLS: usize = 20_000;
    let bench = Bench::new();
    let path = bench.path("libplugin.so");
    let symbols = (0..SYMBOLS).map(|number| format!("char s{number};")).collect::<Vec<_>>().concat();
    build_plugin_like(&path, &symbols, &["-Wl,--hash-style=sysv".to_owned()], Path::new("/"));
    let mut bytes = fs::read(&path).unwrap();
    let table = ElfFile64::<NativeEndian>::parse(&*bytes).unwrap().section_by_name(".hash").unwrap().file_range();
    let start = table.unwrap().0 as usize;
    let word = |at: usize| u32::from_ne_bytes(bytes[start + 4 * at..][..4].try_into().unwrap()) as usize;
    let (buckets, count) = (word(0), word(1));
    assert!(buckets > 1000 && count > SYMBOLS);
    // Each of the chains is all symbols, one after the other.
    for bucket in 0..buckets {
        bytes[start + 4 * (2 + bucket)..][..4].copy_from_slice(&1_u32.to_ne_bytes());
    }
    for symbol in 1..count {
        let next = if symbol + 1 == count { 0 } else { symbol as u32 + 1 };
        bytes[start + 4 * (2 + buckets + symbol)..][..4].copy_from_slice(&next.to_ne_bytes());
    }
    assert!(inspect(&bench.file(&bytes)).is_ok());
    // The last one leads back to the first.
    bytes[start + 4 * (2 + buckets + count - 1)..][..4].copy_from_slice(&1_u32.to_ne_bytes());
    assert!(matches!(bench.refused(&bytes).problem, LoadProblem::Damaged(_)));
}

#[test]
fn a_directory_of_ten_thousand_files_is_listed() {
    let bench = Bench::new();
    for number in 0..10_000 {
        let kind = if number % 2 == 0 { "so" } else { "txt" };
        fs::write(bench.path(&format!("{number:05}.{kind}")), "no library at all").unwrap();
    }
    bench.file(&bench.sound);
    let found = discover([(bench.dir.path(), Trust::Owner)]);
    assert_eq!(found.len(), 5001);
    assert_eq!(found.iter().filter(|found| found.manifest().is_ok()).count(), 1);
    assert!(found.is_sorted_by(|a, b| a.path() < b.path()));
}

#[test]
fn a_directory_that_changes_while_it_is_read_still_gives_its_plugins() {
    let bench = Bench::new();
    bench.file(&bench.sound);
    let (dir, done) = (bench.dir.path(), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in (0..50).cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
                let path = dir.join(format!("{number}.so"));
                fs::write(&path, "half a li").unwrap();
                fs::rename(&path, dir.join(format!("{}.so", number + 100))).unwrap();
                fs::remove_file(dir.join(format!("{}.so", number + 100))).unwrap();
            }
        });
        for _ in 0..200 {
            let found = discover([(dir, Trust::Owner)]);
            assert!(found.iter().any(|found| found.manifest().is_ok()));
            for error in found.iter().filter_map(|found| found.manifest().err()) {
                assert!(matches!(error.problem, LoadProblem::NotALibrary(_)), "{error}");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn names_that_are_no_text_are_names() {
    let bench = Bench::new();
    let sound = bench.dir.path().join(OsStr::from_bytes(b"lib\xff\xfe.so"));
    fs::write(&sound, &bench.sound).unwrap();
    fs::write(bench.path("libplugin\n\x1b[31m.so"), "text").unwrap();
    symlink("nowhere", bench.path("libplugin-away.so")).unwrap();
    let found = discover([(bench.dir.path(), Trust::Owner)]);
    assert_eq!(found.len(), 3);
    found.iter().filter_map(|found| found.manifest().err()).for_each(one_line);
    let manager = PluginManager::new(Witness::default(), ErrorPolicy::Isolate);
    assert_eq!(found.iter().filter(|found| manager.load(found).is_ok()).count(), 1);
}

#[test]
fn a_bad_plugin_costs_the_host_one_line() {
    let sandbox = Sandbox::new();
    let bench = Bench::new();
    let plugins = sandbox.path("plugins");
    sandbox.install(&artifacts().fixture("no_plugin"));
    sandbox.install(&artifacts().fixture("failing_start"));
    sandbox.install(&artifacts().fixture("panicking_start"));
    fs::write(plugins.join("a-text.so"), "text").unwrap();
    fs::write(plugins.join("b-empty.so"), "").unwrap();
    fs::write(plugins.join("c-half.so"), &bench.sound[..bench.sound.len() / 2]).unwrap();
    fs::write(plugins.join("d-elsewhere.so"), bench.patched(18, &[0xf3, 0])).unwrap();
    fs::write(plugins.join("e-writable.so"), &bench.sound).unwrap();
    fs::set_permissions(plugins.join("e-writable.so"), Permissions::from_mode(0o666)).unwrap();
    fs::create_dir(plugins.join("f-folder.so")).unwrap();

    let output = run(&mut sandbox.host_demo(&["info"]));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().count(), 9, "{said}");
    let panic = said.lines().find(|line| line.contains("panicking-start")).unwrap();
    assert_eq!(panic.matches("no hooks today").count(), 1, "{said}");

    let output = run(sandbox.host_demo(&["info"]).env("HOST_DEMO_PLUGIN_TRUST", "everyone"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && !said.contains("chmod"), "{said}");
}

#[test]
fn a_directory_that_cannot_be_read_costs_the_host_one_line() {
    let sandbox = Sandbox::new();
    let locked = sandbox.path("locked");
    fs::create_dir(&locked).unwrap();
    let unprivileged = Unprivileged::new(&sandbox, &locked);
    fs::set_permissions(&locked, Permissions::from_mode(0o300)).unwrap();
    let output = unprivileged.run(&["--plugin-dir".as_ref(), locked.as_os_str(), "info".as_ref()]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().filter(|line| line.contains("locked") && line.contains("ermission")).count(), 1, "{said}");
    fs::set_permissions(&locked, Permissions::from_mode(0o700)).unwrap();
}

/// The host as a user whom file permissions hold back, also when the tests run as root.
struct Unprivileged<'a> {
    sandbox: &'a Sandbox,
    host: PathBuf,
}

impl<'a> Unprivileged<'a> {
    fn new(sandbox: &'a Sandbox, own: &Path) -> Self {
        let host = sandbox.path("host-demo");
        fs::copy(artifacts().binary("host-demo"), &host).unwrap();
        fs::set_permissions(sandbox.path(""), Permissions::from_mode(0o755)).unwrap();
        if geteuid().is_root() {
            chown(own, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        Self { sandbox, host }
    }

    fn run(&self, args: &[&OsStr]) -> Output {
        let mut command = self.sandbox.command(&self.host);
        command.args(args).current_dir(self.sandbox.project());
        if geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        run(&mut command)
    }
}

/// Remembers what went wrong.
#[derive(Clone, Default)]
struct Witness(Arc<Mutex<Vec<HookError>>>);

impl HostServices for Witness {
    fn name(&self) -> &str {
        "loader"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn hook_failed(&self, error: &HookError) {
        self.0.lock().unwrap().push(error.clone());
    }
}

#[test]
fn a_panic_is_told_once_with_plugin_hook_and_message() {
    for (fixture, message) in
        [("panicking_hook", "the fixture fell over"), ("panicking_payload", "payload is not text")]
    {
        let output = run(Command::new(artifacts().binary("load-plugin")).arg(artifacts().fixture(fixture)));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        let plugin = fixture.replace('_', "-");
        assert!(said.starts_with(&format!("plugin `{plugin}` panicked in hook `before_command_run`: ")), "{said}");
        assert_eq!(said.matches(message).count(), 1, "{said}");
    }
}

#[test]
fn a_hundred_threads_may_panic_at_once() {
    let witness = Witness::default();
    let manager = PluginManager::new(witness.clone(), ErrorPolicy::Isolate);
    let before = manager.declare(BeforeCommandRun).unwrap();
    for fixture in ["panicking_hook", "panicking_payload"] {
        manager.load(&PluginFile::inspect(&artifacts().fixture(fixture), Trust::Everyone)).unwrap();
    }
    let barrier = std::sync::Barrier::new(100);
    thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                barrier.wait();
                before.call(&command_run()).unwrap();
            });
        }
    });
    assert_eq!(witness.0.lock().unwrap().len(), 2, "each is told once");
    let failures = manager.failures();
    for plugin in ["panicking-hook", "panicking-payload"] {
        let known = failures.iter().find(|known| known.error.plugin == plugin).unwrap();
        assert_eq!((known.error.kind, known.count), (FailureKind::Panicked, 100));
    }
}

#[test]
fn a_panic_while_a_plugin_is_made_or_dropped_stays_inside() {
    let manager = PluginManager::new(Witness::default(), ErrorPolicy::Isolate);
    let before = manager.declare(BeforeCommandRun).unwrap();
    let error =
        manager.load(&PluginFile::inspect(&artifacts().fixture("panicking_start"), Trust::Everyone)).unwrap_err();
    one_line(&error);
    assert!(error.to_string().contains("`panicking-start` panicked while starting: no hooks today"), "{error}");

    manager.load(&PluginFile::inspect(&artifacts().fixture("panicking_drop"), Trust::Everyone)).unwrap();
    before.call(&command_run()).unwrap();
    assert!(manager.unregister("panicking-drop").is_some());
    before.call(&command_run()).unwrap();
    manager.load(&PluginFile::inspect(&artifacts().fixture("panicking_drop"), Trust::Everyone)).unwrap();
    drop((manager, before));
}

#[test]
fn no_truncated_plugin_kills_the_process_that_loads_it() {
    let bench = Bench::of("panicking_hook");
    let specimen = Specimen::read(&artifacts().fixture("panicking_hook"));
    let load_plugin = artifacts().binary("load-plugin");
    let mut tally = Tally::default();
    for part in 0..40 {
        let bytes = specimen.truncated(specimen.bytes.len() / 40 * part);
        tally += load_in_child(&load_plugin, &bench.path("lib.so"), &bytes, None);
    }
    assert_eq!((tally.refused, tally.total()), (40, 40), "{tally}");
    let sound = load_in_child(&load_plugin, &bench.path("lib.so"), &specimen.bytes, None);
    assert_eq!(sound.loaded, 1, "{sound}");
}

#[test]
fn no_mangled_plugin_crashes_the_look_at_it() {
    let bench = Bench::new();
    let specimen = Specimen::read(&artifacts().fixture("noop"));
    for seed in 0..60 {
        let path = bench.file(&specimen.mangled(&mut Rng::with_seed(seed)));
        let _ = inspect(&path).inspect_err(one_line);
    }
}
