//! Settings and catalogs.

use crate::tea::{CATALOG, SETTINGS, Tea};

const CSV: &str = "kedro_datasets.pandas.csv_dataset.CSVDataset";

#[test]
fn settings_are_followed() {
    for settings in [
        "from pathlib import Path\n\nCONF_SOURCE = str(Path(__file__).parents[2] / \"settings\")\n",
        "from pathlib import Path\nROOT = Path(__file__).resolve().parent.parent.parent\nCONF_SOURCE = (ROOT / \"settings\").as_posix()\n",
        "import os\nCONF_SOURCE = os.path.join(os.path.dirname(__file__), \"..\", \"..\", \"settings\")\n",
        "import os\nCONF_SOURCE = os.getenv(\"TEA_NOT_SET\", \"settings\")\n",
        "from tea.places import CONF as CONF_SOURCE\n",
        "CONF = \"sett\"\nCONF_SOURCE = f\"{CONF}ings\"\n",
        "import sys\nif sys.version_info >= (3, 8):\n    CONF_SOURCE = \"settings\"\n",
    ] {
        let tea = Tea::new();
        tea.file(SETTINGS, settings).file("src/tea/places.py", "CONF = 'settings'\n");
        tea.file("settings/base/catalog.yml", "cup: {type: MemoryDataset}\n").file("settings/local/.gitkeep", "");
        assert_eq!(tea.names(), ["cup"], "{settings}");
    }
    for settings in [
        "CONFIG_LOADER_ARGS = dict(base_env=\"base\", default_run_env=\"prod\")\n",
        "CONFIG_LOADER_ARGS = {\"base_env\": \"base\"}\nCONFIG_LOADER_ARGS[\"default_run_env\"] = \"prod\"\n",
        "BASE = {\"base_env\": \"base\"}\nCONFIG_LOADER_ARGS = {**BASE, \"default_run_env\": \"prod\"}\n",
        "CONFIG_LOADER_ARGS = {\"base_env\": \"base\", \"default_run_env\": \"local\"}\nif True:\n    CONFIG_LOADER_ARGS.update(default_run_env=\"prod\")\n",
    ] {
        let tea = Tea::new();
        tea.file(SETTINGS, settings).file("conf/prod/catalog.yml", "cup: {type: MemoryDataset}\n");
        assert_eq!(tea.names(), ["cup", "leaves", "water"], "{settings}");
    }
}

#[test]
fn a_setting_that_is_not_known_is_an_error_and_not_a_default() {
    for settings in [
        "from acme import conf\nCONF_SOURCE = conf()\n",
        "from acme import conf\nCONFIG_LOADER_ARGS = {\"base_env\": conf(), \"default_run_env\": \"local\"}\n",
        "from acme import conf\nif conf():\n    CONF_SOURCE = \"settings\"\n",
        "from acme import conf\nCONFIG_LOADER_ARGS = {\"base_env\": \"base\"}\nconf(CONFIG_LOADER_ARGS)\n",
        "from acme import Loader\nCONFIG_LOADER_CLASS = Loader\n",
    ] {
        let tea = Tea::new();
        let error = tea.file(SETTINGS, settings).datasets().expect_err(settings);
        assert!(error.contains("settings.py"), "{error}");
        assert!(tea.pipelines().is_ok(), "{settings}");
    }
}

#[test]
fn a_resolver_of_the_project_leaves_names_and_types_known() {
    let tea = Tea::new();
    let settings = "CONFIG_LOADER_ARGS = {\"base_env\": \"base\", \"default_run_env\": \"local\", \
                    \"custom_resolvers\": {\"cup\": lambda size: size}}\n";
    let catalog = "_p: data/${cup:small}\na: {type: pandas.CSVDataset, filepath: '${cup:small}'}\n\
                   b: {type: pandas.CSVDataset, filepath: '${_p}/x'}\nc: {type: '${cup:x}'}\n";
    tea.file(SETTINGS, settings).file(CATALOG, catalog);
    let expected = [("a", CSV), ("b", CSV), ("c", "unknown")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(tea.datasets(), Ok(expected.into()));
}

#[test]
fn configuration_is_read_as_omegaconf_does() {
    let tea = Tea::new();
    let catalog = "_t: {a: pandas.CSVDataset}\nx:\n  type: ${oc.deprecated:_t.a}\n  args: \"${oc.create:'{a: 1}'}\"\n\
                   y:\n  type: ${_t.a}\n  keys: ${oc.dict.keys:_t}\n  values: ${oc.dict.values:_t}\n\
                   z:\n  type: ${runtime_params:kind,pandas.CSVDataset}\n  filepath: \"${oc.decode:'f'}\"\n\
                   \x20 load_args:\n    1: a\n    1: b\n    dtype: {1: int}\n";
    tea.file(CATALOG, catalog);
    let expected = ["x", "y", "z"].map(|name| (name.to_owned(), CSV.to_owned()));
    assert_eq!(tea.datasets(), Ok(expected.into()));
}

#[test]
fn a_mapping_may_take_over_others_twice_and_the_last_wins() {
    let tea = Tea::new();
    let catalog = "_a: &a {type: json.JSONDataset}\n_b: &b {type: pandas.CSVDataset}\nx:\n  <<: *a\n  <<: *b\ny:\n  <<: [*b, *a]\n";
    tea.file(CATALOG, catalog);
    assert_eq!(tea.datasets(), Ok(["x", "y"].map(|name| (name.to_owned(), CSV.to_owned())).into()));
}

#[test]
fn without_environments_the_catalog_is_looked_for_beside_them() {
    let tea = Tea::new();
    tea.file(SETTINGS, "CONFIG_LOADER_ARGS = {\"config_patterns\": {\"catalog\": [\"catalog.yml\"]}}\n");
    assert_eq!(tea.names(), [""; 0], "Kedro takes no file for an empty catalog where both environments are one");
    tea.file("conf/catalog.yml", "cup: {type: MemoryDataset}\n");
    assert_eq!(tea.names(), ["cup"]);
}

#[test]
fn the_release_that_the_project_asks_for_decides_which_class_a_type_is() {
    let tea = Tea::new();
    tea.file(
        CATALOG,
        "a: {type: pandas.CSVDataSet}\nb: {type: matplotlib.MatplotlibWriter}\nc: {type: spark.SparkDatasetV2}\n",
    );
    let class = |name: &str| tea.datasets().expect("a catalog").remove(name).expect("a dataset");
    assert_eq!(class("b"), "kedro_datasets.matplotlib.matplotlib_writer.MatplotlibWriter");
    assert_eq!(class("c"), "kedro_datasets.spark.spark_dataset_v2.SparkDatasetV2");
    for (requirements, expected) in [
        ("kedro-datasets[pandas.CSVDataSet]~=1.0", "CSVDataset"),
        ("kedro_datasets==1.4.2  # old", "CSVDataSet"),
        ("kedro-datasets [pandas] >=1.0,<1.6; python_version > '3'", "CSVDataSet"),
        ("kedro-datasets-experimental==1.0\nkedro-datasets==1.5.*", "CSVDataSet"),
    ] {
        tea.file("requirements.txt", requirements);
        assert_eq!(class("a"), format!("kedro_datasets.pandas.csv_dataset.{expected}"), "{requirements}");
    }
}

#[test]
fn a_catalog_that_takes_more_memory_than_a_command_may_is_refused_with_its_line() {
    let entries =
        |number: usize| (0..number).map(|entry| format!("d{entry}: {{type: MemoryDataset}}\n")).collect::<Vec<_>>();
    let tea = Tea::new();
    assert_eq!(tea.file(CATALOG, &entries(20_000).concat()).names().len(), 20_000);
    for text in [entries(60_000).concat(), format!("a: [{}]\n", "1,".repeat(1_000_000))] {
        let error = Tea::new().file(CATALOG, &text).datasets().expect_err("it is refused");
        assert!(error.contains("catalog.yml:") && error.contains("more than 150000 values"), "{error}");
    }
}
