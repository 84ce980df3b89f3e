//! What Python does that a glance at the code does not show. Real Kedro said the same of each.

use crate::tea::{BLACK, SETTINGS, Tea, black, found};

#[test]
fn iterators_give_each_item_once_and_views_change_with_their_dict() {
    for (body, nodes) in [
        ("it = iter([\"a\", \"b\", \"c\"])\nnext(it)\nreturn Pipeline([Node(boil, n, n + \"1\") for n in it])", 2),
        ("g = (n for n in \"ab\")\nx = list(g)\nreturn Pipeline([Node(boil, n, n + \"1\") for n in x + list(g)])", 2),
        (
            "m = map(str.upper, \"ab\")\nx = list(m)\nreturn Pipeline([Node(boil, \"a\", \"b\")] if m and not list(m) else [])",
            1,
        ),
        ("d = {\"a\": 1}\nk = d.items()\nd[\"b\"] = 2\nreturn Pipeline([Node(boil, n, f\"{n}{v}\") for n, v in k])", 2),
        (
            "names = [\"a\"]\nout = []\nfor n in names:\n    if n == \"a\":\n        names.append(\"c\")\n    out.append(Node(boil, n, n + \"1\"))\nreturn Pipeline(out)",
            2,
        ),
        (
            "def make(k):\n    i = 0\n    while True:\n        if i >= k:\n            return\n        yield Node(boil, \"a\", f\"b{i}\")\n        i += 1\nreturn Pipeline([*make(2), Node(pour, \"a\", \"c\")])",
            3,
        ),
        (
            "def make():\n    yield from (Node(boil, \"a\", f\"b{i}\") for i in range(2))\nreturn Pipeline(list(make()))",
            2,
        ),
        (
            "first, *rest = \"abc\"\nrest[1:] = []\ndel first\nreturn Pipeline([Node(boil, n, n + \"1\") for n in rest])",
            1,
        ),
        (
            "n = 0\ndef up():\n    nonlocal n\n    n += 1\nup()\nup()\nreturn Pipeline([Node(boil, \"a\", f\"b{i}\") for i in range(n)])",
            2,
        ),
        (
            "d = {True: 1}\nreturn Pipeline([Node(boil, \"a\", f\"b{k}\") for k in d]) - Pipeline([Node(boil, \"a\", \"bTrue\")])",
            0,
        ),
        (
            "match (\"boil\", \"a\", \"b\"):\n    case (\"pour\", _, _):\n        k = 1\n    case (\"boil\", i, o) if i != o:\n        k = 2\n    case _:\n        k = 3\nreturn Pipeline([Node(boil, \"a\", f\"b{i}\") for i in range(k)])",
            2,
        ),
        (
            "s = {\"a\", \"b\"}.intersection({\"b\", \"c\"}) ^ {\"d\"}\ns.discard(\"d\")\nreturn Pipeline([Node(boil, n, n + \"1\") for n in sorted(s)])",
            1,
        ),
        (
            "import os\nos.environ[\"TEA_SET_HERE\"] = \"2\"\nreturn Pipeline([Node(boil, \"a\", f\"b{i}\") for i in range(int(os.environ[\"TEA_SET_HERE\"]))])",
            2,
        ),
    ] {
        assert_eq!(black("", body), Some(nodes), "{body}");
    }
}

#[test]
fn what_the_order_of_a_set_or_of_folders_decides_is_unknown() {
    for body in [
        "a, b = {\"x\", \"y\"}\nreturn Pipeline([Node(boil, \"i\", a)]) - Pipeline([Node(boil, \"i\", \"x\")])",
        "return Pipeline([Node(boil, \"i\", \"_\".join({\"x\", \"y\"}))]) - Pipeline([Node(boil, \"i\", \"x_y\")])",
        "for n in {\"x\", \"y\"}:\n    break\nreturn Pipeline([Node(boil, \"i\", n)]) - Pipeline([Node(boil, \"i\", \"x\")])",
        "l = []\nfor n in {\"x\", \"y\"}:\n    l.append(n)\nreturn Pipeline([Node(boil, \"i\", l[0])]) - Pipeline([Node(boil, \"i\", \"x\")])",
        "l = [n for n in {\"x\", \"y\"}]\nreturn Pipeline([Node(boil, \"i\", l[0])]) - Pipeline([Node(boil, \"i\", \"x\")])",
    ] {
        assert_eq!(black("", body), None, "{body}");
    }
    let tea = Tea::new();
    tea.file("src/tea/state.py", "K = 1\n").black("import tea.state\n\ntea.state.K = 2\n", "return Pipeline([])");
    assert_eq!(tea.pipelines().expect("the names are known")["green"], None);
}

#[test]
fn a_pipeline_whose_module_raises_is_left_out() {
    for code in [
        "X = \"a\".nothing()",
        "X = [].nothing",
        "X = None\nX.foo",
        "X = None\nX[\"a\"]",
        "X = \"a\" + 1",
        "X = 1 // 0",
        "X = int(\"a\")",
        "X = 1 < \"a\"",
        "X = {[]: 1}",
        "for x in 5: pass",
        "def f():\n    x += 1\nf()",
        "def f():\n    y = x\n    x = 1\nx = 2\nf()",
        "d = {1: 2}\nfor k in d:\n    d[k + 1] = 1",
        "from collections import Mapping",
        "import os.nothing",
        "break",
        "x := 1",
        "del f()",
        "a, b: int = 1, 2",
        "x = 012",
        "x = 1 <> 2",
        "x = b\"é\"",
        "x = \"\\x1\"",
        "def f():\n    x = 1\n    global x",
        "nonlocal x",
        "def f(*): pass",
        "def f((a, b)): pass",
        "raise ValueError, \"x\"",
        "from __future__ import nothing",
        "yield 1",
        "await f()",
        "*a = 1, 2",
        "try:\n    pass\nexcept:\n    pass\nexcept ValueError:\n    pass",
        "if True:\n        x = 1\n\ty = 2",
        "[i := 0 for i in range(3)]",
    ] {
        let tea = Tea::new();
        let text =
            format!("{code}\nfrom kedro.pipeline import Pipeline\n\ndef create_pipeline():\n    return Pipeline([])\n");
        assert_eq!(tea.file(BLACK, &text).pipelines(), found(&[("__default__", 2), ("green", 2)]), "{code}");
    }
}

#[test]
fn what_only_some_pythons_have_is_unknown_unless_the_project_says_which_it_needs() {
    let create = "from kedro.pipeline import Pipeline\n\ndef create_pipeline():\n    return Pipeline([])\n";
    for code in [
        "type X = int",
        "def f[T](x: T): ...",
        "try:\n    pass\nexcept* ValueError:\n    pass",
        "d = {\"a\": 1}\nx = f\"{d[\"a\"]}\"",
    ] {
        let tea = Tea::new();
        let text = format!("{code}\n{create}");
        assert!(tea.file(BLACK, &text).pipelines().is_err_and(|reason| reason.contains("only some Pythons")), "{code}");
        let pyproject = std::fs::read_to_string(tea.path().join("pyproject.toml")).expect("a file");
        tea.file("pyproject.toml", &format!("[project]\nrequires-python = \">=3.12\"\n\n{pyproject}"));
        assert_eq!(tea.pipelines(), found(&[("__default__", 2), ("black", 0), ("green", 2)]), "{code}");
    }
    let tea = Tea::new();
    assert!(tea.file(BLACK, &format!("import distutils\n{create}")).pipelines().is_err());
}

#[test]
fn sources_are_decoded_as_python_decodes_them() {
    let create = "from kedro.pipeline import Pipeline\n\ndef create_pipeline():\n    return Pipeline([])\n";
    for (start, is_there) in [
        (&b"\xef\xbb\xbf"[..], true),
        (b"# -*- coding: latin-1 -*-\nX = '\xe9'\n", true),
        (b"X = '\xe9'\n", false),
        (b"\0\n", false),
    ] {
        let tea = Tea::new();
        std::fs::write(tea.path().join(BLACK), [start, create.as_bytes()].concat()).expect("a file");
        let pipelines = tea.pipelines().expect("the names are known");
        assert_eq!(pipelines.contains_key("black"), is_there, "{start:?}");
    }
}

#[test]
fn settings_that_cannot_be_imported_end_what_needs_a_session_and_no_registry() {
    for settings in [
        "import tea.nothing\n",
        "CONF_SOURCE = \"elsewhere\"\nfrom kedro.config import TemplatedConfigLoader\nCONFIG_LOADER_CLASS = TemplatedConfigLoader\n",
    ] {
        let tea = Tea::new();
        tea.file(SETTINGS, settings);
        assert!(tea.datasets().is_err_and(|error| error.contains("settings.py must load")), "{settings}");
        assert!(tea.pipelines().is_ok(), "{settings}");
    }
    for settings in ["raise RuntimeError\n", "CONTEXT_CLASS = str\n", "CONFIG_LOADER_CLASS = None\n"] {
        assert!(Tea::new().file(SETTINGS, settings).pipelines().is_err(), "{settings}");
    }
}

#[test]
fn errors_in_a_catalog_say_the_line() {
    for (catalog, place) in [
        ("a: {type: MemoryDataset}\n\"b\":\n  filepath: x\n", "catalog.yml:2: catalog entry `b` has no `type`"),
        ("a:\n  type: MemoryDataset\n  x:\n    - 1\n    - y: ${nothing}\n", "catalog.yml:3: `a.x.1.y`"),
        ("a:\n  type: MemoryDataset\n  x:\n    y: ${nothing}\n", "catalog.yml:4: `a.x.y`"),
    ] {
        let tea = Tea::new();
        let error = tea.file(crate::tea::CATALOG, catalog).datasets().expect_err(catalog);
        assert!(error.contains(place), "{error}");
    }
    let tea = Tea::new();
    tea.file("conf/base/catalog_more.yml", "x: {type: MemoryDataset}\nwater: {type: MemoryDataset}\n");
    let error = tea.datasets().expect_err("two files");
    assert!(error.contains("catalog.yml:2") && error.contains("catalog_more.yml:2"), "{error}");
}
