//! `catalog list`: the catalog as Kedro would build it.

use crate::shop::Shop;
use serde_json::{Value, json};

/// Names and types of the datasets.
fn types(sandbox: &Shop, arguments: &[&str]) -> Vec<(String, String)> {
    let document = sandbox.run(&[&["catalog", "list", "--format", "json"], arguments].concat()).json();
    let text = |dataset: &Value, key: &str| dataset[key].as_str().expect("text").to_owned();
    let datasets = document["datasets"].as_array().expect("datasets");
    datasets.iter().map(|dataset| (text(dataset, "name"), text(dataset, "type"))).collect()
}

fn pair(name: &str, class_path: &str) -> (String, String) {
    (name.to_owned(), class_path.to_owned())
}

const MEMORY: &str = "kedro.io.memory_dataset.MemoryDataset";
const CSV: &str = "kedro_datasets.pandas.csv_dataset.CSVDataset";

#[test]
fn the_table_shows_datasets_and_apart_from_them_factories() {
    let sandbox = Shop::with_catalog(
        "cars:\n  type: pandas.CSVDataset\n  filepath: cars.csv\n  versioned: true\n\
         model: {type: shop.io.Model}\n\"{name}_csv\": {type: pandas.CSVDataset, filepath: \"{name}.csv\"}\n",
    );
    let expected = "\
DATASET  TYPE                                          VERSIONED
cars     kedro_datasets.pandas.csv_dataset.CSVDataset  yes
model    shop.io.Model                                 no

DATASET FACTORY  TYPE AS DECLARED
{name}_csv       pandas.CSVDataset
";
    assert_eq!(sandbox.run(&["catalog", "list"]).ok(), expected);
}

#[test]
fn an_empty_catalog_is_said_to_be_empty() {
    assert_eq!(Shop::new().run(&["catalog", "list"]).ok(), "The catalog has no datasets.\n");
}

#[test]
fn json_gives_every_detail() {
    let sandbox = Shop::with_catalog(
        "cars:\n  type: pandas.CSVDataset\n  versioned: true\n  credentials: bucket\n  validator: {class: my.Check, on: load}\n\
         \"{name}\": {type: MemoryDataset}\n",
    );
    let expected = json!({
        "datasets": [
            {"name": "cars", "type": CSV, "versioned": true, "credentials": "bucket", "validator": "my.Check"},
        ],
        "factories": [{"pattern": "{name}", "type": "MemoryDataset"}],
    });
    assert_eq!(sandbox.run(&["catalog", "list", "--format", "json"]).json(), expected);
}

#[test]
fn types_are_found_in_the_order_kedro_tries_them() {
    let sandbox = Shop::with_catalog(
        "a: {type: MemoryDataset}\nb: {type: kedro.io.CachedDataset}\nc: {type: json.JSONDataset}\n\
         d: {type: plotly.json_dataset.JSONDataset}\ne: {type: kedro_datasets.partitions.PartitionedDataset}\n\
         f: {type: kedro_datasets_experimental.netcdf.NetCDFDataset}\ng: {type: pandas.NoSuchDataset}\n",
    );
    let expected = vec![
        pair("a", MEMORY),
        pair("b", "kedro.io.cached_dataset.CachedDataset"),
        pair("c", "kedro_datasets.json.json_dataset.JSONDataset"),
        pair("d", "kedro_datasets.plotly.json_dataset.JSONDataset"),
        pair("e", "kedro_datasets.partitions.partitioned_dataset.PartitionedDataset"),
        pair("f", "kedro_datasets_experimental.netcdf.netcdf_dataset.NetCDFDataset"),
        pair("g", "pandas.NoSuchDataset"),
    ];
    assert_eq!(types(&sandbox, &[]), expected);
}

#[test]
fn all_files_that_match_are_read_but_hidden_ones() {
    let sandbox = Shop::with_catalog("a: {type: MemoryDataset}");
    sandbox
        .file("conf/base/catalog/deep/any.yaml", "b: {type: MemoryDataset}")
        .file("conf/base/team/catalog_x.json", "{\n\t\"c\": {\"type\": \"MemoryDataset\"}\n}")
        .file("conf/base/team/other.yml", "no: {type: MemoryDataset}")
        .file("conf/base/catalog.txt", "no: {type: MemoryDataset}")
        .file("conf/base/.catalog.yml", "no: {type: MemoryDataset}")
        .file("conf/base/.team/catalog.yml", "no: {type: MemoryDataset}");
    let mut names: Vec<String> = types(&sandbox, &[]).into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn the_environment_overrides_base_entry_by_entry() {
    let sandbox = Shop::with_catalog("a: {type: MemoryDataset}\nb: {type: MemoryDataset, versioned: true}");
    sandbox
        .file("conf/local/catalog.yml", "b: {type: pandas.CSVDataset}")
        .file("conf/prod/catalog.yml", "a: {type: pandas.CSVDataset}");
    assert_eq!(types(&sandbox, &[]), [pair("a", MEMORY), pair("b", CSV)]);
    assert_eq!(types(&sandbox, &["--env", "prod"]), [pair("a", CSV), pair("b", MEMORY)]);
    assert_eq!(types(&sandbox, &["--env", "base"]), [pair("a", MEMORY), pair("b", MEMORY)]);

    let output =
        sandbox.command().args(["catalog", "list"]).env("KEDRO_ENV", "prod").current_dir(sandbox.root()).output();
    let table = String::from_utf8(output.expect("the host runs").stdout).expect("text");
    assert!(table.contains(&format!("a        {CSV}")), "{table}");
}

#[test]
fn references_are_followed() {
    let sandbox = Shop::with_catalog(
        "_types: {csv: pandas.CSVDataset, kind: csv, also: '${.kind}'}\n_name: Excel\n\
         a: {type: '${_types.csv}', x: {y: '${..type}'}}\n\
         b: {type: 'pandas.${_name}Dataset'}\n\
         c: {type: '${_types.${_types.also}}'}\n\
         d: ${a}\n\
         e: {type: MemoryDataset, x: '\\${none}'}\n",
    );
    let excel = "kedro_datasets.pandas.excel_dataset.ExcelDataset";
    let expected = [pair("a", CSV), pair("b", excel), pair("c", CSV), pair("d", CSV), pair("e", MEMORY)];
    assert_eq!(types(&sandbox, &[]), expected);
}

#[test]
fn globals_and_defaults_are_followed() {
    let sandbox = Shop::with_catalog(
        "a: {type: '${globals:types.csv}'}\nb: {type: \"${globals:none, 'MemoryDataset'}\"}\n\
         c: {type: '${runtime_params:none, ${globals:types.csv}}'}\nd: {type: '${oc.select:a.type}'}\n",
    );
    sandbox
        .file("conf/base/globals.yml", "types: {csv: MemoryDataset}")
        .file("conf/local/globals.yml", "types: {csv: pandas.CSVDataset}");
    assert_eq!(types(&sandbox, &[]), [pair("a", CSV), pair("b", MEMORY), pair("c", CSV), pair("d", CSV)]);
}

#[test]
fn anchors_and_merge_keys_are_followed() {
    let sandbox = Shop::with_catalog(
        "_csv: &csv {type: pandas.CSVDataset}\na: {<<: *csv, versioned: yes}\nb: {<<: *csv, type: MemoryDataset}\n",
    );
    assert_eq!(types(&sandbox, &[]), [pair("a", CSV), pair("b", MEMORY)]);
}

#[test]
fn settings_are_followed_and_a_computed_one_that_cannot_be_is_an_error() {
    let sandbox = Shop::new();
    sandbox
        .file(
            "src/shop/settings.py",
            "CONF_SOURCE = \"config\"\nCONFIG_LOADER_ARGS = {\n    \"base_env\": \"main\",\n    \"default_run_env\": \"mine\",\n\
             \x20   \"merge_strategy\": {\"catalog\": \"soft\"},\n    \"config_patterns\": {\"catalog\": [\"data/*.yml\"]},\n\
             \x20   \"custom_resolvers\": {\"x\": lambda: 1},\n}\n",
        )
        .file("config/main/data/a.yml", "a: {type: pandas.CSVDataset, versioned: true}")
        .file("config/mine/data/b.yml", "a: {type: MemoryDataset}");
    let document = sandbox.run(&["catalog", "list", "--format", "json"]).json();
    assert_eq!(document["datasets"][0]["type"], MEMORY);
    assert_eq!(document["datasets"][0]["versioned"], true);

    let computed = Shop::with_catalog("a: {type: MemoryDataset}");
    computed.file("src/shop/settings.py", "import os\nCONF_SOURCE = os.environ.get(\"CONF\", \"conf\")\n");
    assert_eq!(types(&computed, &[]), [pair("a", MEMORY)]);
    computed.file("src/shop/settings.py", "import acme\nCONF_SOURCE = acme.conf()\n");
    let error = computed.run(&["catalog", "list"]).error();
    assert!(error.starts_with("CONF_SOURCE in settings.py is computed, which is not followed"), "{error}");
}

/// What Kedro 1.7.0 gives for the same project.
#[test]
fn variables_of_the_environment_are_read_where_the_settings_register_their_resolver() {
    let sandbox = Shop::with_catalog(
        "a: {type: '${oc.env:SHOP_KIND}'}\nb: {type: '${oc.env:SHOP_OTHER, MemoryDataset}'}\n\
         c: {type: '${globals:kind}'}\n",
    );
    sandbox
        .file("conf/base/globals.yml", "kind: ${oc.env:SHOP_KIND}\n")
        .file(
            "src/shop/settings.py",
            "from omegaconf.resolvers import oc\n\nCONFIG_LOADER_ARGS = {\n    \"base_env\": \"base\",\n    \"default_run_env\": \"local\",\n\
             \x20   \"custom_resolvers\": {\"oc.env\": oc.env},\n}\n",
        );
    let mut command = sandbox.command();
    command.args(["catalog", "list", "--format", "json"]).current_dir(sandbox.root());
    let output = command.env("SHOP_KIND", "pandas.CSVDataset").env_remove("SHOP_OTHER").output().expect("it starts");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let types: Vec<&Value> = document["datasets"].as_array().expect("datasets").iter().map(|d| &d["type"]).collect();
    assert_eq!(types, [CSV, MEMORY, CSV]);
}

#[test]
fn parameters_are_no_datasets() {
    let sandbox = Shop::with_catalog(
        "parameters: {type: MemoryDataset}\n\"params:x\": {type: MemoryDataset}\nparameters_old: {type: MemoryDataset}",
    );
    assert_eq!(types(&sandbox, &[]), [pair("parameters_old", MEMORY)]);
}

#[test]
fn verbose_says_what_is_read() {
    let sandbox = Shop::new();
    let ran = sandbox.run(&["-v", "catalog", "list"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.err, format!("read {}\n", sandbox.at("conf/base/catalog.yml").display()));
}

#[test]
fn a_name_cannot_control_the_terminal() {
    let sandbox = Shop::with_catalog("\"a\\e[31m\\nb\": {type: MemoryDataset}");
    let table = sandbox.run(&["catalog", "list"]).ok();
    assert!(table.contains("a\\u{1b}[31m\\nb"), "{table}");
    assert_eq!(table.lines().count(), 2);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let catalog: String =
        (0..20_000).fold(String::new(), |text, index| text + &format!("d{index}: {{type: MemoryDataset}}\n"));
    let sandbox = Shop::with_catalog(&catalog);
    let mut child = sandbox
        .command()
        .args(["catalog", "list"])
        .current_dir(sandbox.root())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the host runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn patterns_are_listed_in_the_order_in_which_they_are_tried() {
    let sandbox = Shop::with_catalog("\"{x}\": {type: MemoryDataset}\n\"{x}_csv\": {type: pandas.CSVDataset}\n");
    assert_eq!(sandbox.run(&["catalog", "list-patterns"]).ok(), "- '{x}_csv'\n- '{x}'\n- '{default}'\n\n");
    let document = sandbox.run(&["catalog", "list-patterns", "--format", "json"]).json();
    assert_eq!(document, json!({"patterns": ["{x}_csv", "{x}", "{default}"]}));
}

/// What Kedro 1.7.0 shows of the same project.
#[test]
fn the_datasets_that_pipelines_use_are_described_and_resolved() {
    let sandbox = Shop::with_catalog(
        "cars: {type: kedro.io.MemoryDataset}\n\"{n}_mem\": {type: MemoryDataset, metadata: {kind: \"{n}\"}}\n\
         \"{a}.{b}_x\": {type: CachedDataset, dataset: {type: MemoryDataset}}\n",
    );
    let registry = "from kedro.pipeline import Node, Pipeline\n\ndef register_pipelines():\n    \
                    one = Pipeline([Node(len, \"cars\", \"b_mem\"), Node(len, \"b_mem\", \"out\"), \
                    Node(max, [\"params:p\", \"out\"], \"ns.q_x\")])\n    \
                    return {\"__default__\": one, \"two\": Pipeline([Node(len, \"x\", \"y\")])}\n";
    sandbox.file("src/shop/pipeline_registry.py", registry);
    let two = "two:\n  datasets: {}\n  defaults:\n    kedro.io.MemoryDataset:\n    - x\n    - y\n  factories: {}\n\n";
    let default = "__default__:\n  datasets:\n    kedro.io.memory_dataset.MemoryDataset:\n    - cars\n  defaults:\n    \
                   kedro.io.MemoryDataset:\n    - out\n  factories:\n    kedro.io.cached_dataset.CachedDataset:\n    \
                   - ns.q_x\n    kedro.io.memory_dataset.MemoryDataset:\n    - b_mem\n";
    let describe = ["catalog", "describe-datasets"];
    assert_eq!(sandbox.run(&describe).ok(), format!("{default}{two}"));
    assert_eq!(sandbox.run(&[&describe[..], &["-p", "two"]].concat()).ok(), two);
    let error = sandbox.run(&[&describe[..], &["--pipeline", "three"]].concat()).error();
    assert!(error.starts_with("there is no pipeline `three`"), "{error}");
    let document =
        sandbox.run(&["catalog", "resolve-patterns", "--pipeline", "__default__", "--format", "json"]).json();
    let expected = json!({
        "b_mem": {"metadata": {"kind": "b"}, "type": "MemoryDataset"},
        "cars": {"type": MEMORY},
        "ns.q_x": {"dataset": {"type": "MemoryDataset"}, "type": "CachedDataset"},
        "out": {"type": "kedro.io.MemoryDataset"},
    });
    assert_eq!(document, expected);
    let two = sandbox.run(&["catalog", "resolve-patterns", "-p", "two"]).ok();
    let memory = "type: kedro.io.MemoryDataset";
    assert_eq!(two, format!("cars:\n  type: {MEMORY}\nx:\n  {memory}\ny:\n  {memory}\n\n"));
}

#[test]
fn the_command_line_says_where_the_configuration_is_and_what_it_is_run_with() {
    let sandbox = Shop::with_catalog("a: {type: '${runtime_params:kind.of}'}\n");
    assert!(sandbox.run(&["catalog", "list"]).error().contains("`${runtime_params:kind.of}`, which is not set"));
    assert_eq!(types(&sandbox, &["--params", "x=1,kind.of=MemoryDataset"]), [pair("a", MEMORY)]);
    assert!(sandbox.run(&["catalog", "list", "--params", "x"]).error().starts_with("`x` is no runtime parameter"));
    sandbox.file("other/base/catalog.yml", "b: {type: MemoryDataset}\n").file("other/local/.gitkeep", "");
    assert_eq!(types(&sandbox, &["--conf-source", "other"]), [pair("b", MEMORY)]);
}
