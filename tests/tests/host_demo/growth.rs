//! Projects that grow without measure while they are read: in memory enough for any other, and
//! under a guard that ends what hangs.
#![cfg(unix)]

use serde_json::{Value, json};

use crate::shop::Shop;

/// Address space that a command may take, most of which it only reserves.
const KILOBYTES: usize = 512 << 10;

/// What `registry list` says of a project with a sound pipeline `ok` and another one of this code.
fn nodes_beside(code: &str) -> Value {
    let sandbox = Shop::new();
    sandbox.pipeline("ok", "def create_pipeline():\n    return Pipeline([node(f, \"a\", \"b\", name=\"n\")])\n");
    sandbox.pipeline("bad", code);
    pipelines(&sandbox)
}

fn pipelines(sandbox: &Shop) -> Value {
    let document = sandbox.run_within(KILOBYTES, &["registry", "list", "--format", "json"]).json();
    let entries = document["pipelines"].as_array().expect("pipelines").iter();
    entries.map(|entry| (entry["name"].as_str().expect("a name").to_owned(), entry["nodes"].clone())).collect()
}

/// A pipeline made of what `first` is after so many times `step`.
fn grown(first: &str, step: impl Fn(usize) -> String, times: usize, last: &str) -> String {
    let steps: Vec<String> = (0..times).map(|time| format!("    {}\n", step(time))).collect();
    let steps = steps.concat();
    format!("from acme import load\n\n\ndef create_pipeline():\n    {first}\n{steps}    return {last}\n")
}

#[test]
fn a_list_that_doubles_forty_times_costs_neither_time_nor_memory() {
    let node = "a = [node(f, \"a\", \"b\")]";
    for step in ["a = [*a, *a]", "a = a + a", "a += a", "a.extend(a)"] {
        let code = grown(node, |_| step.to_owned(), 40, "Pipeline(a)");
        assert_eq!(nodes_beside(&code), json!({"__default__": null, "bad": null, "ok": 1}), "{step}");
    }
}

#[test]
fn pipelines_dicts_texts_and_names_that_grow_without_measure_cost_neither_time_nor_memory() {
    let unknown = json!({"__default__": null, "bad": null, "ok": 1});
    let pipeline = "a = Pipeline([node(f, \"a\", \"b\", name=\"n\")])";
    let apart = |time| format!("a = pipeline(a, namespace=\"x{time}\") + pipeline(a, namespace=\"y{time}\")");
    assert_eq!(nodes_beside(&grown(pipeline, apart, 40, "a")), unknown);
    let longer = |_| format!("a = pipeline(a, namespace=\"{}\")", "x".repeat(10_000));
    assert_eq!(nodes_beside(&grown(pipeline, longer, 100, "a")), unknown);
    let deeper = |_| "a = [a + []]".to_owned();
    assert_eq!(nodes_beside(&grown("a = []", deeper, 5_000, "Pipeline(load(a))")), unknown);

    // What only doubles beside the pipeline leaves its number as it is.
    let code = grown(
        "d = {\"k\": None}",
        |_| "d = {**d, **d}".to_owned(),
        40,
        "Pipeline([node(f, \"a\", \"c\", name=\"m\")])",
    );
    assert_eq!(nodes_beside(&code), json!({"__default__": 2, "bad": 1, "ok": 1}));
    let code = grown("s = \"x\"", |_| "s = s + s".to_owned(), 40, "Pipeline([node(f, \"a\", \"c\", name=\"m\")])");
    assert_eq!(nodes_beside(&code), json!({"__default__": 2, "bad": 1, "ok": 1}));
    let products = "s = [\"a\" * 10**9, f\"{list(range(10**9))}\", \",\".join(range(10**9))]";
    let code = grown(products, |_| "t = f\"{s}{s}\" * 10**9".to_owned(), 40, "Pipeline([])");
    assert_eq!(nodes_beside(&code), json!({"__default__": 1, "bad": 0, "ok": 1}));
}

#[test]
fn values_of_a_module_that_are_made_of_each_other_are_looked_at_once() {
    let made_of = |last: &str, each: &str| {
        let levels = (0..40).map(|level| format!("x{} = {}\n", level + 1, each.replace('X', &format!("x{level}"))));
        let levels: String = levels.collect();
        let others: Vec<String> = (0..500).map(|number| format!("y{number} = None\n")).collect();
        let others = others.concat();
        format!(
            "x0 = {last}\n{levels}{others}\n\ndef create_pipeline():\n    return Pipeline([x40] if x40 != 1 else [])\n"
        )
    };
    let unknown = json!({"__default__": null, "bad": null, "ok": 1});
    assert_eq!(nodes_beside(&made_of("{}", "[X, X] + __import__(\"acme\").f()")), unknown);
    let one = made_of("Pipeline([node(f, \"a\", \"c\", name=\"m\")])", "X + X");
    assert_eq!(nodes_beside(&one), json!({"__default__": 2, "bad": 1, "ok": 1}));
}

#[test]
fn a_hundred_pipelines_without_measure_leave_the_names_and_the_numbers_of_others() {
    let sandbox = Shop::new();
    let code = grown("a = [node(f, \"a\", \"b\")]", |_| "a = [*a, *a]".to_owned(), 40, "Pipeline(a)");
    for number in 0..100 {
        sandbox.pipeline(&format!("bad{number:03}"), &code);
    }
    sandbox.pipeline("ok", "def create_pipeline():\n    return Pipeline([node(f, \"a\", \"b\")])\n");
    let found = pipelines(&sandbox);
    assert_eq!(found.as_object().expect("pipelines").len(), 102);
    assert_eq!((&found["ok"], &found["bad099"], &found["__default__"]), (&json!(1), &Value::Null, &Value::Null));
}

#[test]
fn large_projects_are_counted() {
    let node = |number: usize| format!("node(f, \"a{number}\", \"b{number}\", name=\"n{number}\")");
    let sandbox = Shop::new();
    let values: Vec<String> = (0..1_000).map(|number| format!("n{number} = {}\n", node(number))).collect();
    let values = values.concat();
    let names: Vec<String> = (0..1_000).map(|number| format!("n{number}")).collect();
    let code = format!("{values}\n\ndef create_pipeline():\n    return Pipeline([{}])\n", names.join(", "));
    sandbox.pipeline("wide", &code);
    let code = grown("a = []", |number| format!("a.append({})", node(2_000 + number)), 1_000, "Pipeline(a)");
    sandbox.pipeline("long", &code);
    assert_eq!(pipelines(&sandbox), json!({"__default__": 2_000, "long": 1_000, "wide": 1_000}));
}

#[test]
fn sources_that_the_parser_is_slow_with_are_given_up() {
    for top in ["#\n".repeat(100_000), "a = 1".to_owned() + &"\\\n".repeat(100_000) + "\n", "def f(\n".repeat(20_000)] {
        let sandbox = Shop::new();
        sandbox.pipeline("bad", &format!("{top}def create_pipeline():\n    return Pipeline([])\n"));
        let table = sandbox.run_within(KILOBYTES, &["-v", "registry", "list"]).ok();
        assert!(table.contains("bad/pipeline.py: there is more Python than is looked at"), "{table}");
    }
}

#[test]
fn a_configuration_that_grows_without_measure_is_an_error() {
    let list =
        |level: usize| format!("_a{}: &a{} [{}]\n", level + 1, level + 1, vec![format!("*a{level}"); 10].join(", "));
    let aliases: String = (0..12).map(list).collect();
    let merge = |level: usize| format!("_a{0}: &a{0}\n  l: *a{level}\n  <<: *a{level}\n", level + 1);
    let merges: String = (0..40).map(merge).collect();
    let reference = |level: usize| format!("_a{}: \"${{_a{level}}}${{_a{level}}}\"\n", level + 1);
    let references: String = (0..40).map(reference).collect();
    for (catalog, problem) in [
        (format!("_a0: &a0 [x]\n{aliases}"), "limit"),
        (format!("_a0: &a0 {{x: 1}}\n{merges}"), "limit"),
        (format!("_a: &a \"{}\"\n_b: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(2_000)), "there are more than"),
        (format!("_a0: x\n{references}"), "resolves to too much"),
        (format!("_a: {}", "[".repeat(400_000)), "nested too deeply"),
        (format!("_a: {}{}", "[".repeat(1_000), "1, ".repeat(300_000)), "nested too deeply"),
        (format!("_a: [{}]\n", "1, ".repeat(1_000_000)), "there are more than"),
    ] {
        let error = Shop::with_catalog(&catalog).run_within(KILOBYTES, &["catalog", "list"]).error();
        assert!(error.contains(problem), "{problem}: {error}");
    }
}
