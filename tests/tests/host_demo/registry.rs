//! `registry list`: pipelines and nodes, read from Python that is not run.

use crate::shop::Shop;
use serde_json::{Value, json};

const TWO_NODES: &str = "\
def create_pipeline(**kwargs) -> Pipeline:
    return Pipeline([
        node(func=f, inputs=\"a\", outputs=\"b\", name=\"first\"),
        Node(g, \"b\", [\"c\", \"d\"]),
    ])
";
const ONE_NODE: &str = "\
def create_pipeline(**kwargs) -> Pipeline:
    return pipeline([node(lambda x: x, \"x\", \"y\")], tags=\"t\")
";

/// The pipelines as one JSON object of names and numbers of nodes.
fn pipelines(sandbox: &Shop) -> Value {
    let document = sandbox.run(&["registry", "list", "--format", "json"]).json();
    let entries = document["pipelines"].as_array().expect("pipelines").iter();
    entries.map(|entry| (entry["name"].as_str().expect("a name").to_owned(), entry["nodes"].clone())).collect()
}

/// What becomes of a pipeline with this code.
fn nodes_of(code: &str) -> Value {
    let sandbox = Shop::new();
    sandbox.pipeline("one", code);
    pipelines(&sandbox)["one"].clone()
}

#[test]
fn the_template_registers_every_pipeline_and_their_sum() {
    let sandbox = Shop::new();
    sandbox.pipeline("one", TWO_NODES).pipeline("two", ONE_NODE);
    let expected = "PIPELINE     NODES\n__default__  3\none          2\ntwo          1\n";
    assert_eq!(sandbox.run(&["registry", "list"]).ok(), expected);
}

#[test]
fn a_project_without_pipelines_has_an_empty_default() {
    assert_eq!(pipelines(&Shop::new()), json!({"__default__": 0}));
}

#[test]
fn the_pipeline_module_of_simple_projects_is_part_of_the_default() {
    let sandbox = Shop::new();
    let code = format!("from kedro.pipeline import Node, Pipeline, node\nfrom .nodes import f, g\n{TWO_NODES}");
    sandbox
        .file("src/shop/nodes.py", "def f(*args): ...\ndef g(*args): ...\n")
        .file("src/shop/pipeline.py", &code)
        .pipeline("two", ONE_NODE);
    assert_eq!(pipelines(&sandbox), json!({"__default__": 3, "two": 1}));
}

#[test]
fn a_registry_written_by_hand_is_followed() {
    let sandbox = Shop::new();
    sandbox.file("src/shop/pipelines/__init__.py", "").pipeline("one", TWO_NODES).pipeline("two", ONE_NODE).file(
        "src/shop/pipeline_registry.py",
        "from shop.pipelines import one as first\nfrom .pipelines.two.pipeline import create_pipeline\n\n\
             def register_pipelines():\n    a = first.create_pipeline()\n    b = create_pipeline()\n\
             \x20   pipelines = {\"__default__\": a + b, \"both\": sum([a, b])}\n    pipelines[\"twice\"] = a + a\n\
             \x20   return {**pipelines, \"b\": b}\n",
    );
    assert_eq!(pipelines(&sandbox), json!({"__default__": 3, "b": 1, "both": 3, "twice": 2}));
}

#[test]
fn lists_may_grow_in_plain_sight() {
    let code = "def create_pipeline():\n    nodes = [node(f, \"a\", \"b\")]\n    nodes.append(node(f, \"b\", \"c\"))\n\
                \x20   nodes += [node(g, \"c\", \"d\")]\n    return Pipeline([*nodes, node(g, \"d\", \"e\")])\n";
    assert_eq!(nodes_of(code), 4);
}

#[test]
fn namespaces_keep_nodes_apart() {
    let code = "def create_pipeline():\n    base = Pipeline([node(f, \"a\", \"b\"), node(g, \"b\", \"c\")])\n\
                \x20   return pipeline(base, namespace=\"x\", inputs=\"a\") + pipeline(base, namespace=\"y\")\n";
    assert_eq!(nodes_of(code), 4);
}

#[test]
fn what_is_not_followed_is_unknown() {
    for body in [
        "    return Pipeline([node(f, \"a\", f\"b{i}\") for i in load()])\n",
        "    nodes = []\n    for i in load():\n        nodes.append(node(f, \"a\", f\"b{i}\"))\n    return Pipeline(nodes)\n",
        "    if load():\n        return Pipeline([])\n    return Pipeline([node(f, \"a\", \"b\")])\n",
        "    nodes = [node(f, \"a\", \"b\")]\n    load(nodes)\n    return Pipeline(nodes)\n",
        "    return create_pipeline()\n",
        "    from elsewhere import make\n    return make()\n",
    ] {
        let code = format!("from acme import load\n\n\ndef create_pipeline(**kwargs):\n{body}");
        assert_eq!(nodes_of(&code), Value::Null, "{body}");
    }
    assert_eq!(nodes_of(&format!("from acme import decorated\n\n\n@decorated\n{TWO_NODES}")), Value::Null);
}

#[test]
fn an_unknown_number_is_explained() {
    let sandbox = Shop::new();
    let code =
        "from acme import load\n\n\ndef create_pipeline():\n    return Pipeline([node(f, x, y) for x, y in load()])\n";
    sandbox.pipeline("one", code);
    let table = sandbox.run(&["registry", "list"]).ok();
    let footnote = "?: cannot determine the number of nodes without running Python (-v says why)";
    assert_eq!(table, format!("PIPELINE     NODES\n__default__  ?\none          ?\n\n{footnote}\n"));

    let table = sandbox.run(&["-v", "registry", "list"]).ok();
    let place = sandbox.at("src/shop/pipelines/one/pipeline.py");
    assert!(table.contains(&format!("one: {}:10: what acme.load() gives is not known", place.display())), "{table}");
}

#[test]
fn nodes_of_two_modules_are_two_even_without_names() {
    let sandbox = Shop::new();
    let code = "def create_pipeline():\n    return Pipeline([node(f, \"a\", None)])\n";
    sandbox.pipeline("one", code).pipeline("two", code);
    assert_eq!(pipelines(&sandbox), json!({"__default__": 2, "one": 1, "two": 1}));
}

#[test]
fn a_registry_that_cannot_be_followed_is_shown_as_unknown() {
    let sandbox = Shop::new();
    sandbox.file(
        "src/shop/pipeline_registry.py",
        "from acme import names\n\n\ndef register_pipelines():\n    return {name: None for name in names()}\n",
    );
    let place = sandbox.at("src/shop/pipeline_registry.py");
    let reason = format!("{}:5: what acme.names() gives is not known", place.display());
    let note = "?: cannot determine the pipelines without running Python";
    let table = sandbox.run(&["-v", "registry", "list"]).ok();
    assert_eq!(table, format!("PIPELINE  NODES\n?         ?\n\n{note}\n   {reason}\n"));
    let document = sandbox.run(&["registry", "list", "--format", "json"]).json();
    assert_eq!(document, json!({"pipelines": null, "reason": reason}));
}

#[test]
fn a_registry_that_kedro_cannot_load_is_an_error() {
    let sandbox = Shop::new();
    let path = sandbox.at("src/shop/pipeline_registry.py");
    sandbox.file("src/shop/pipeline_registry.py", "def register_pipelines(:\n");
    assert!(sandbox.run(&["registry", "list"]).error().contains(&format!("{}:1: invalid Python", path.display())));
    std::fs::remove_file(path).expect("a file");
    assert!(sandbox.run(&["registry", "list"]).error().contains("there is no module shop.pipeline_registry"));
}

#[test]
fn code_without_measure_ends() {
    for (open, close) in [("(", ")"), ("[", "]")] {
        let sandbox = Shop::new();
        let deep = format!("{}Pipeline([]){}", open.repeat(5_000), close.repeat(5_000));
        sandbox.pipeline("one", &format!("def create_pipeline():\n    return {deep}\n"));
        assert!(sandbox.run(&["registry", "list"]).error().contains("invalid Python"), "Python takes 200 brackets");
    }

    let first = "def p0():\n    return Pipeline([node(f, \"a\", \"b\")])\n".to_owned();
    let last = "def create_pipeline():\n    return p39()\n".to_owned();
    let double = |level| {
        let under = |name: &str| format!("Pipeline(p{level}(), namespace=\"{name}\")");
        format!("def p{}():\n    return Pipeline([{}, {}])\n", level + 1, under("x"), under("y"))
    };
    let doubling: String = std::iter::once(first).chain((0..39).map(double)).chain([last]).collect();
    assert_eq!(nodes_of(&doubling), Value::Null);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_to_itself_does_not_stop_the_list() {
    let sandbox = Shop::new();
    sandbox.pipeline("one", ONE_NODE);
    let link = sandbox.at("src/shop/pipelines/loop");
    std::os::unix::fs::symlink(&link, &link).expect("a link");
    assert_eq!(pipelines(&sandbox), json!({"__default__": 1, "one": 1}));
}

/// What Kedro 1.7.0 shows of the same project.
#[test]
fn a_pipeline_is_described_in_the_order_in_which_its_nodes_run() {
    let sandbox = Shop::new();
    let code = "def create_pipeline():\n    return Pipeline([node(g, [\"b\"], \"c\"), node(f, \"a\", \"b\", name=\"first\")])\n";
    sandbox.pipeline("one", code);
    let expected = "Nodes:\n- first (f)\n- g__f122fccb (g)\n\n";
    assert_eq!(sandbox.run(&["registry", "describe", "one"]).ok(), expected);
    assert_eq!(sandbox.run(&["registry", "describe"]).ok(), expected);
    let error = sandbox.run(&["registry", "describe", "two"]).error();
    assert_eq!(error, "there is no pipeline `two`; `registry list` shows those that there are");
}
