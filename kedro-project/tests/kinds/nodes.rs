//! Nodes and pipelines as people make them.

use crate::tea::{GREEN, Tea, black, found, refused};

#[test]
fn nodes_are_made_in_loops_and_comprehensions() {
    for body in [
        "return Pipeline([Node(boil, \"a\", f\"{size}_cup\", name=f\"boil_{size}\") for size in [\"small\", \"large\"]])",
        "nodes = []\nfor size in [\"small\", \"large\"]:\n    nodes.append(Node(boil, \"a\", f\"{size}_cup\"))\n\
         return Pipeline(nodes)",
        "return pipeline(node(boil, f\"a{i}\", f\"b{i}\") for i in range(2))",
        "nodes = []\nfor i, name in enumerate((\"a\", \"b\"), start=1):\n    nodes += [node(boil, name, f\"{name}_{i:02d}\")]\n\
         return pipeline(nodes)",
        "return Pipeline([Node(boil, a, b) for a, b in zip([\"a\", \"b\"], (\"c\", \"d\"))])",
        "return Pipeline([Node(boil, a, b) for a, b in {\"a\": \"b\", \"c\": \"d\"}.items()])",
        "return sum([Pipeline([Node(boil, f\"a{i}\", \"b%d\" % i)]) for i in range(1, 5, 2)], Pipeline([]))",
        "i = 0\nnodes = []\nwhile i < 2:\n    nodes.append(Node(boil, \"a\", \"b{}\".format(i)))\n    i += 1\nreturn Pipeline(nodes)",
        "return Pipeline([Node(boil, name, \"_\".join([name, \"x\"])) for name in \"b a\".split() if name.upper() != \"C\"])",
        "return Pipeline(list(map(lambda name: Node(boil, name, name * 2), (\"a\", \"b\"))))",
    ] {
        assert_eq!(black("", body), Some(2), "{body}");
    }
}

#[test]
fn helpers_constants_classes_and_modules_are_followed() {
    let before = "import functools\nimport operator\nfrom functools import partial, reduce\n\nNAMES = (\"a\", \"b\")\n\n\
                  def make(*names, suffix=\"_x\", **options):\n    return Pipeline([Node(boil, n, n + suffix, **options) for n in names])\n\n\
                  class Maker:\n    names = NAMES\n\n    def __init__(self, end):\n        self.end = end\n\n\
                  \x20   @staticmethod\n    def all():\n        return make(*NAMES)\n\n\
                  \x20   @classmethod\n    def some(cls):\n        return make(*cls.names)\n\n\
                  \x20   def more(self):\n        return make(*self.names, suffix=self.end)\n";
    for body in [
        "return make(*NAMES, tags=[\"t\"])",
        "return Maker.all()",
        "return Maker.some()",
        "return Maker(\"_y\").more()",
        "return reduce(lambda a, b: a + b, [make(name) for name in NAMES])",
        "return functools.reduce(operator.add, map(make, NAMES))",
        "return Pipeline([Node(partial(boil), name, name + \"_x\") for name in NAMES])",
        "from .nodes import boil as heat\nreturn Pipeline([Node(heat, name, name + \"_x\") for name in NAMES])",
        "from . import nodes as n\nreturn Pipeline([Node(n.boil, name, name + \"_x\") for name in NAMES])",
        "def inner(name):\n    return make(name)\nreturn inner(\"a\") + inner(NAMES[1]) + inner(NAMES[-1])",
    ] {
        assert_eq!(black(before, body), Some(2), "{body}");
    }
}

#[test]
fn the_last_binding_of_a_name_counts() {
    let tea = Tea::new();
    let text = "from kedro.pipeline import Node, Pipeline\nfrom kedro.pipeline import Pipeline\n\nfrom .nodes import boil\n\n\n\
                def create_pipeline():\n    return Pipeline([])\n\n\n\
                def create_pipeline():\n    return Pipeline([Node(boil, \"a\", \"b\")])\n";
    tea.file(GREEN, text);
    assert_eq!(tea.pipelines(), found(&[("__default__", 3), ("black", 2), ("green", 1)]));
}

#[test]
fn a_context_node_is_one_node() {
    let before = "from kedro.pipeline import llm_context_node, tool\n";
    let body = "return Pipeline([llm_context_node(name=\"c\", llm=\"llm\", prompts=[\"p\"], outputs=\"c\", \
                tools=[tool(boil, \"x\")]), Node(boil, \"c\", \"tea\")])";
    assert_eq!(black(before, body), Some(2));
}

#[test]
fn nodes_are_equal_by_name_inputs_and_outputs() {
    for (body, nodes) in [
        ("return Pipeline([Node(boil, \"a\", None)]) + Pipeline([Node(boil, \"a\", None, name=\"n\")])", 2),
        ("return Pipeline([Node(boil, \"a\", None)]) + Pipeline([Node(boil, \"a\", None)])", 1),
        ("return Pipeline([Node(boil, \"a\", None)]) + Pipeline([Node(pour, \"a\", None)])", 2),
        ("return Pipeline([Node(boil, \"a\", dict(x=\"b\"))]) + Pipeline([Node(boil, \"a\", {\"x\": \"b\"})])", 1),
        ("return Pipeline([Node(lambda x: x, \"a\", None)]) + Pipeline([Node(lambda x: 1, \"a\", None)])", 1),
        (
            "p = Pipeline([Node(boil, \"a\", \"b\")])\nreturn Pipeline(p, namespace=\"x\") + Pipeline(p, namespace=\"y\")",
            2,
        ),
        (
            "p = Pipeline([Node(boil, \"a\", \"b\")])\nn = \"x\"\nq = Pipeline(p, namespace=n)\nn = \"y\"\n\
          return q + Pipeline(p, namespace=n) + Pipeline(p, namespace=f\"{'x'}\")",
            2,
        ),
        (
            "p = Pipeline([Node(boil, \"a\", \"b\", name=\"n\")])\n\
          return pipeline(p, inputs={\"a\": \"c\"}, outputs=\"b\", namespace=\"x\") + pipeline(p, namespace=\"y\", tags=\"t\")",
            2,
        ),
    ] {
        assert_eq!(black("", body), Some(nodes), "{body}");
    }
}

#[test]
fn parts_of_pipelines_are_known() {
    let p = "p = Pipeline([Node(boil, \"a\", \"b\", name=\"x\", tags=\"t\"), Node(pour, \"b\", \"c\", name=\"y\")], tags=[\"all\"])\n";
    for (body, nodes) in [
        ("return p.only_nodes_with_tags(\"t\", \"u\")", 1),
        ("return p.only_nodes_with_tags(\"all\")", 2),
        ("return p.from_nodes(\"x\")", 2),
        ("return p.to_nodes(\"x\")", 1),
        ("return p.from_inputs(\"b\")", 1),
        ("return p.filter(node_names=[\"x\"], from_inputs=[\"a\"])", 1),
        ("return Pipeline([p.nodes[0]]) + Pipeline(p.nodes[:1])", 1),
        ("return p.tag(\"z\").only_nodes_with_tags(\"z\")", 2),
        ("return p - p.only_nodes(\"x\")", 1),
    ] {
        assert_eq!(black("", &format!("{p}{body}")), Some(nodes), "{body}");
    }
}

#[test]
fn what_kedro_refuses_of_nodes_has_no_numbers() {
    for (body, reason) in [
        ("return Pipeline([Node(boil, \"a\", \"b\"), Node(pour, \"c\", \"b\")])", "OutputNotUniqueError"),
        ("return Pipeline([Node(boil, \"a\", \"b\", name=\"n\"), Node(pour, \"a\", \"c\", name=\"n\")])", "ValueError"),
        ("return Pipeline([Node(boil, \"a\", \"b\"), Node(pour, \"b\", \"a\")])", "CircularDependencyError"),
        ("return Pipeline([Node(boil, [\"a\", \"b\"], \"c\")])", "the inputs are not those of `boil`"),
        ("return Pipeline([Node(boil, \"a\", \"a\")])", "the same input and output"),
        ("return Pipeline([Node(boil, (\"a\",), \"b\")])", "ValueError"),
        ("return pipeline(Pipeline([Node(boil, \"a\", \"b\")]), inputs={\"z\": \"y\"})", "does not exist"),
    ] {
        let found = refused(body);
        assert!(found.contains(reason), "{body}: {found}");
    }
}

#[test]
fn conditions_are_followed_where_they_are_known() {
    let before = "import os\nfrom acme import flag\n";
    for (body, nodes) in [
        (
            "if os.getenv(\"TEA_NOT_SET\"):\n    return Pipeline([])\nreturn Pipeline([Node(boil, \"a\", \"b\")])",
            Some(1),
        ),
        ("if flag():\n    return Pipeline([])\nreturn Pipeline([Node(boil, \"a\", \"b\")])", None),
        ("n = \"a\"\nif flag():\n    n = \"b\"\nreturn Pipeline([Node(boil, n, \"c\")])", Some(1)),
        ("nodes = []\nif flag():\n    nodes.append(Node(boil, \"a\", \"b\"))\nreturn Pipeline(nodes)", None),
        (
            "try:\n    from .extra import thing\nexcept ImportError:\n    thing = None\n\
          return Pipeline([Node(boil, \"a\", \"b\")] if thing is None else [])",
            Some(1),
        ),
        (
            "try:\n    import acme\nexcept ImportError:\n    acme = None\n\
          return Pipeline([Node(boil, \"a\", \"b\")] if acme is None else [])",
            None,
        ),
    ] {
        assert_eq!(black(before, body), nodes, "{body}");
    }
}
