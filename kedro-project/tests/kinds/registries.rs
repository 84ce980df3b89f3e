//! What `register_pipelines` does with pipelines.

use crate::tea::{Found, Tea, found};

/// The pipelines that are registered so.
fn registered(body: &str) -> Result<Found, String> {
    Tea::new().registry("", body).pipelines()
}

const DEFAULT_OF_BLACK: [(&str, u64); 3] = [("__default__", 2), ("black", 2), ("green", 2)];

#[test]
fn reading_a_registry_does_not_spoil_it() {
    for line in [
        "print(p)",
        "len(p)",
        "[print(name) for name in p]",
        "for name, one in p.items(): print(name, len(one.nodes))",
        "import logging; logging.getLogger(__name__).info(\"%d of %s\", len(p), p)",
        "names = sorted(p.keys())",
        "q = dict(p); q.clear()",
        "q = p.copy(); q.pop(\"green\")",
        "p.get(\"nothing\")",
        "import warnings; warnings.warn(str(len(p)))",
    ] {
        let body = format!("p = find_pipelines()\n{line}\np[\"__default__\"] = sum(p.values())\nreturn p");
        assert_eq!(registered(&body), found(&[("__default__", 4), ("black", 2), ("green", 2)]), "{line}");
    }
}

#[test]
fn a_part_of_a_registry_can_be_the_default() {
    for default in [
        "sum([one for name, one in p.items() if name != \"green\"])",
        "sum(one for name, one in p.items() if name != \"green\")",
        "sum(p.values()) - p[\"green\"]",
        "sum(p[name] for name in p if name.startswith(\"b\"))",
        "sum(p.values()) & p[\"black\"]",
        "Pipeline(p[\"black\"].nodes)",
        "Pipeline([one for one in p[\"black\"].nodes])",
        "p.get(\"black\", Pipeline([])) + p.get(\"white\", Pipeline([]))",
        "(p[\"black\"] + p[\"green\"]).only_nodes(\"black_boil\", \"black_pour\")",
        "(p[\"black\"] + p[\"green\"]).filter(to_outputs=[\"black2\"])",
        "p[\"black\"] | Pipeline([])",
    ] {
        let body = format!("p = find_pipelines()\np[\"__default__\"] = {default}\nreturn p");
        assert_eq!(registered(&body), found(&DEFAULT_OF_BLACK), "{default}");
    }
}

#[test]
fn a_registry_is_changed_in_place_for_all_who_have_it() {
    let body = "p = find_pipelines()\nq = p\ndel q[\"green\"]\nq.setdefault(\"black\", Pipeline([]))\n\
                q.update({\"x\": p[\"black\"]}, y=p[\"black\"])\np |= {\"z\": p[\"x\"]}\nreturn {**p}";
    let expected = found(&[("__default__", 0), ("black", 2), ("x", 2), ("y", 2), ("z", 2)]);
    assert_eq!(registered(body), expected);
    let body = "p = find_pipelines()\ngreen = p.pop(\"green\", Pipeline([]))\n\
                return {**p, \"green\": green, \"__default__\": sum(p.values())}";
    assert_eq!(registered(body), found(&DEFAULT_OF_BLACK));
}

#[test]
fn names_may_come_from_lists_tuples_dicts_and_constants() {
    let before = "from tea.pipelines.black import create_pipeline\n\nCUPS = [\"small\", \"large\"]\n\n\
                  def brew(name, base=None):\n    return Pipeline(base or create_pipeline(), namespace=name)\n";
    for body in [
        "p = {name: brew(name) for name in CUPS}\np[\"__default__\"] = sum(p[name] for name in CUPS)\nreturn p",
        "p = {}\nfor name in (\"small\", \"large\"):\n    p[name] = brew(name=name)\n\
         p[\"__default__\"] = sum(p.values())\nreturn p",
        "p = dict(zip(CUPS, map(brew, CUPS)))\nreturn p | {\"__default__\": p[\"small\"] + p[\"large\"]}",
        "p = {f\"{name}\": brew(name) for i, name in enumerate(CUPS) if i < 5}\n\
         p[\"__default__\"] = pipeline([*p.values()])\nreturn p",
    ] {
        let tea = Tea::new();
        let expected = found(&[("__default__", 4), ("large", 2), ("small", 2)]);
        assert_eq!(tea.registry(before, body).pipelines(), expected, "{body}");
    }
}

#[test]
fn an_unknown_pipeline_leaves_what_else_is_known() {
    let tea = Tea::new();
    tea.black("from acme import load\n", "return Pipeline([Node(boil, one, \"x\") for one in load()])");
    let expected: Found = [("__default__", None), ("black", None), ("green", Some(2))]
        .map(|(name, nodes)| (name.to_owned(), nodes))
        .into();
    assert_eq!(tea.pipelines(), Ok(expected));
}

#[test]
fn what_something_unknown_may_have_changed_is_unknown() {
    let before = "from acme import change, names\n\nALL = {}\n\ndef grow():\n    ALL[\"x\"] = Pipeline([])\n";
    for body in [
        "p = find_pipelines()\nchange(p)\nreturn p",
        "p = find_pipelines()\nfor name in names():\n    p[name] = Pipeline([])\nreturn p",
        "p = find_pipelines()\nfor name in names():\n    p.pop(name)\nreturn p",
        "if names():\n    grow()\nreturn ALL",
        "return {name: Pipeline([]) for name in names()}",
        "if names():\n    return {}\nreturn find_pipelines()",
    ] {
        let tea = Tea::new();
        assert!(tea.registry(before, body).pipelines().is_err(), "{body}");
    }
}

#[test]
fn what_kedro_refuses_has_no_numbers() {
    for (body, reason) in [
        (
            "return {\"__default__\": pipeline(pipe=find_pipelines()[\"black\"], namespace=\"x\")}",
            "has no argument `pipe`",
        ),
        ("return {\"__default__\": find_pipelines()[\"white\"]}", "KeyError"),
        ("p = find_pipelines()[\"black\"]\nreturn {\"__default__\": Pipeline([p, p])}", "two nodes"),
        ("return {\"__default__\": missing}", "`missing` is not known here"),
        ("return {\"__default__\": find_pipelines()[\"black\"].only_nodes_with_namespace(\"x\")}", "AttributeError"),
        ("raise ValueError(\"no\")", "ValueError"),
        ("return find_pipelines", "does not return a dict"),
    ] {
        let found = registered(body).expect_err(body);
        assert!(found.contains(reason), "{body}: {found}");
    }
}

#[test]
fn find_pipelines_takes_its_arguments() {
    let expected = found(&[("__default__", 2), ("green", 2)]);
    let body = "p = find_pipelines(pipelines_to_find=[\"green\"])\np[\"__default__\"] = p[\"green\"]\nreturn p";
    assert_eq!(registered(body), expected);
    let tea = Tea::new();
    tea.file("src/tea/pipelines/green/__init__.py", "from .nothing import create_pipeline\n");
    let refused = tea.registry("", "return find_pipelines(raise_errors=True)").pipelines();
    assert!(refused.is_err_and(|reason| reason.contains("there is no module tea.pipelines.green.nothing")));
}

#[test]
fn a_registry_that_raises_ends_commands_that_need_the_catalog_unless_an_import_fails() {
    let old = Tea::new();
    old.black("print \"hot\"\n", "return Pipeline([])")
        .registry("from tea.pipelines.black import create_pipeline\n", "return {}\n");
    assert!(old.refusal().is_some_and(|reason| reason.contains("black/pipeline.py")));
    let found = Tea::new();
    found.black("print \"hot\"\n", "return Pipeline([])");
    assert_eq!(found.refusal(), None);
    let missing = Tea::new();
    missing.registry("from tea.nothing import create_pipeline\n", "return {}\n");
    assert_eq!(missing.refusal(), None);
    let failing = Tea::new();
    failing.registry("", "return 1 // 0\n");
    assert!(failing.refusal().is_some());
}
