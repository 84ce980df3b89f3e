//! What `catalog list` says of configuration that Kedro would refuse, too: one line that names the
//! file.

use std::fs;

use crate::shop::Shop;

/// The error of `catalog list` for this catalog, without the path of the catalog file.
fn error(catalog: &str) -> String {
    let sandbox = Shop::with_catalog(catalog);
    let path = sandbox.at("conf/base/catalog.yml").display().to_string();
    let line = sandbox.run(&["catalog", "list"]).error();
    line.strip_prefix(&path).unwrap_or_else(|| panic!("does not name the file: {line}")).to_owned()
}

#[test]
fn one_key_in_two_files() {
    let sandbox = Shop::with_catalog("a: {type: MemoryDataset}\n_x: 1\n");
    sandbox.file("conf/base/catalog_two.yml", "a: {type: MemoryDataset}\n_x: 2\n");
    let base = sandbox.at("conf/base");
    let expected = format!(
        "`a` is defined in both {}:1 and {}:1; keep one of them",
        base.join("catalog.yml").display(),
        base.join("catalog_two.yml").display()
    );
    assert_eq!(sandbox.run(&["catalog", "list"]).error(), expected);
}

#[test]
fn one_key_twice_in_a_file() {
    assert_eq!(
        error("# cars\na: {type: MemoryDataset}\na: {type: MemoryDataset}\n"),
        ":2: invalid YAML: the mapping that starts here has the key \"a\" twice; correct it"
    );
}

#[test]
fn invalid_yaml_has_its_line() {
    assert!(error("a:\n  - b\n c: d\n").starts_with(":3: invalid YAML: "));
    assert!(error("a: [1,\n").starts_with(":2: invalid YAML: "));
    assert!(error(&"[".repeat(100_000)).starts_with(":1: invalid YAML: "));
    // The parser's time grows with the square of these.
    for open in ["[", "{", "[{", "{a: ", "[']',", "[ # ]\n", "[\"\n]\","] {
        let deep = error(&format!("a:\n  b: {}", open.repeat(200_000 / open.len())));
        assert!(
            deep.contains(": invalid YAML: ") && deep.ends_with("the brackets are nested too deeply; correct it"),
            "{deep}"
        );
    }
    // Brackets by the thousand are none of this, in texts or out of them.
    let flat = "{type: MemoryDataset, metadata: {note: \"it's {a} [x\\\"]\", more: [1, ']']}} # {it's}\n";
    let flat = (0..1100).map(|number| format!("d{number}: {flat}")).collect::<Vec<_>>().concat();
    assert!(Shop::with_catalog(&flat).run(&["catalog", "list"]).ok().contains("d1099"));
    assert!(error("a: &a {b: *a}\n").starts_with(":1: invalid YAML: "));
}

#[test]
fn files_that_are_no_configuration() {
    assert_eq!(error("- a\n"), ": must be a mapping of names to values at the top; correct it");
    assert_eq!(error("1: {type: MemoryDataset}\n"), ": the key `1` is not text; put it in quotes");
    assert_eq!(error("a: !python {type: MemoryDataset}\n"), ": the YAML tag `!python` cannot be read; remove it");
}

#[test]
fn entries_that_are_no_datasets() {
    let hint = "or start its name with `_` if other entries refer to it";
    assert_eq!(error("a: {filepath: x}\n"), format!(":1: catalog entry `a` has no `type`; add one, {hint}"));
    assert_eq!(error("a: 3\n"), format!(":1: catalog entry `a` is not a mapping; give it a `type`, {hint}"));
    assert_eq!(
        error("a: {type: 3}\n"),
        ":1: catalog entry `a` has a `type` that is not text; give the path of a class"
    );
    assert_eq!(
        error("a: {type: .x.Y}\n"),
        ":1: catalog entry `a` has the type `.x.Y`, which is not the path of a class; correct it"
    );
    assert_eq!(
        error("a@b@c: {type: MemoryDataset}\n"),
        ":1: catalog entry `a@b@c` has more than one `@` in its name; keep one"
    );
}

#[test]
fn factories_that_cannot_work() {
    assert_eq!(
        error("'{a}_x': {type: MemoryDataset, y: '{b}'}\n"),
        ":1: catalog entry `{a}_x` uses `{b}`, which is not in its name; use one of the name's placeholders"
    );
    assert_eq!(
        error("'{a}': {type: MemoryDataset}\n'{b}': {type: MemoryDataset}\n"),
        ":2: catalog entry `{b}` matches every name, and so does `{a}`; keep one of them"
    );
}

#[test]
fn validators_that_cannot_work() {
    let entry = |validator: &str| error(&format!("a: {{type: MemoryDataset, validator: {validator}}}\n"));
    assert!(entry("[x]").contains("neither a class path nor a mapping"));
    assert!(entry("{klass: x}").contains("the unknown key `klass`"));
    assert!(entry("{on: load}").contains("without `class`"));
    assert!(entry("{class: x, on: fly}").contains("`on` is not allowed"));
}

#[test]
fn references_that_lead_nowhere() {
    assert_eq!(
        error("a: {type: '${none.b}'}\n"),
        ":1: `a.type`: refers to `none.b`, which is not defined in this environment; define it or correct it"
    );
    assert_eq!(
        error("a: {type: '${.....b}'}\n"),
        ":1: `a.type`: has a `${…}` with more dots than there are levels; use fewer"
    );
    assert_eq!(
        error("_x: ???\na: {type: '${_x}'}\n"),
        ":2: `a.type`: refers to a value that is still missing (`???`); give it one"
    );
    assert!(error("a: {type: '${b'}\n").starts_with(":1: `a.type`: `${` is not closed"));
}

#[test]
fn references_in_a_circle() {
    for catalog in [
        "_a: ${_b}\n_b: ${_a}\n",
        "a: {type: MemoryDataset, x: '${a}'}\n",
        "a: {type: MemoryDataset, x: '${b}'}\nb: {type: MemoryDataset, x: '${a}'}\n",
        "a: {type: 'x${.type}'}\n",
    ] {
        assert!(error(catalog).ends_with(": refers to itself; break the circle of `${…}`"), "{catalog}");
    }
}

#[test]
fn references_without_measure() {
    let chain: String =
        (0..5_000).fold(String::new(), |text, level| text + &format!("_{level}: ${{_{}}}\n", level + 1));
    assert!(error(&chain).ends_with("is nested too deeply; use fewer levels of `${…}`"));

    let nested = format!("a: {}b{}\n", "${".repeat(5_000), "}".repeat(5_000));
    assert!(error(&nested).contains("nested too deeply"));

    let doubled: String = (0..60)
        .fold(String::from("_0: x\n"), |text, level| text + &format!("_{}: ${{_{level}}}${{_{level}}}\n", level + 1));
    assert!(error(&doubled).contains("resolves to too much"));

    let doubled: String = (0..60).fold(String::from("_0: x\n"), |text, level| {
        text + &format!("_{}: ['${{_{level}}}', '${{_{level}}}']\n", level + 1)
    });
    assert!(error(&doubled).contains("resolves to too much"));
}

#[test]
fn resolvers_that_do_not_exist_here() {
    assert_eq!(
        error("a: {type: '${oc.env:HOME}'}\n"),
        ":1: `a.type`: uses `${oc.env:…}`, which Kedro allows for credentials only; remove it"
    );
    assert!(
        error("a: {type: '${today:}'}\n")
            .contains("`a.type`: uses the resolver `today`, which settings.py does not register")
    );
    assert_eq!(
        error("a: {type: '${globals:x.y}'}\n"),
        ":1: `a.type`: uses `${globals:x.y}`, which is not set and has no default; add one"
    );
    assert!(error("a: {type: '${globals:_x}'}\n").contains("a global that starts with `_`"));
    assert!(error("a: {type: '${globals:1,2,3}'}\n").contains("a key and at most one default"));
}

#[test]
fn globals_that_refer_to_globals() {
    let sandbox = Shop::new();
    sandbox.file("conf/base/globals.yml", "a: ${globals:b}\nb: 1\n");
    let path = sandbox.at("conf/base/globals.yml");
    let expected =
        format!("{}:1: `a`: uses `globals`, which globals cannot use; replace it by a value", path.display());
    assert_eq!(sandbox.run(&["catalog", "list"]).error(), expected);
}

#[test]
fn an_environment_that_does_not_exist() {
    let sandbox = Shop::new();
    let expected = format!(
        "no directory {} for the configuration environment `prod`; create it or choose another with --env",
        sandbox.at("conf/prod").display()
    );
    assert_eq!(sandbox.run(&["catalog", "list", "--env", "prod"]).error(), expected);
}

#[test]
fn no_catalog_file_at_all() {
    let sandbox = Shop::new();
    fs::remove_file(sandbox.at("conf/base/catalog.yml")).expect("a file");
    assert!(sandbox.run(&["catalog", "list"]).error().starts_with("no catalog in "));
}

#[test]
fn a_file_that_is_not_text() {
    let sandbox = Shop::new();
    let path = sandbox.at("conf/base/catalog.yml");
    fs::write(&path, [0xff, 0xfe, 0x00]).expect("a file");
    assert!(sandbox.run(&["catalog", "list"]).error().starts_with(&format!("cannot read {}: ", path.display())));
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_read() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = Shop::new();
    sandbox.file("conf/base/closed/catalog.yml", "");
    let directory = sandbox.at("conf/base/closed");
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o000)).expect("permissions");
    let ran = sandbox.run_unprivileged(&["catalog", "list"]);
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).expect("permissions");
    let line = ran.error();
    assert!(line.starts_with(&format!("cannot read {}: ", directory.display())), "{line}");
}

#[test]
fn settings_that_cannot_be_followed() {
    let sandbox = Shop::new();
    sandbox.file("src/shop/settings.py", "X = 1\nCONF_SOURCE = (\n");
    let path = sandbox.at("src/shop/settings.py");
    assert_eq!(
        sandbox.run(&["catalog", "list"]).error(),
        format!("{}:2: invalid Python; settings.py must load", path.display())
    );
}
