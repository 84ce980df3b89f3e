//! Modules that cannot be imported, and sources without measure.

use crate::tea::{BLACK, GREEN, GREEN_NODES, Tea, found};

const NODES: &str = "def boil(x):\n    return x\n\n\ndef pour(x):\n    return x\n";

#[test]
fn a_pipeline_whose_import_fails_is_left_out() {
    for (path, text) in [
        (GREEN_NODES, format!("from tea.utils.deep import x\n{NODES}")),
        (GREEN_NODES, format!("from .helpers import x\n{NODES}")),
        (GREEN_NODES, format!("{NODES}\ndef stir(x:\n    return x\n")),
        (GREEN_NODES, format!("{NODES}\ndef stir(x):\n    print \"stirred\"\n")),
        (GREEN_NODES, "def boil(x):\n    return x\n".to_owned()),
        (GREEN_NODES, format!("{NODES}\nTHERE = nowhere\n")),
        (GREEN_NODES, format!("from kedro.extras.datasets.pandas import CSVDataSet\n{NODES}")),
        (GREEN_NODES, format!("from kedro.io import DataSetError\n{NODES}")),
        (GREEN_NODES, format!("from kedro.pipeline.modular_pipeline import pipeline\n{NODES}")),
        (GREEN_NODES, format!("import kedro.versioning\n{NODES}")),
        (GREEN_NODES, format!("{NODES}\nreturn 1\n")),
        (GREEN_NODES, format!("{NODES}\ndef f():\n    a = 1\n  b = 2\n")),
        (GREEN_NODES, format!("{NODES}\ndef f():\n    await boil(1)\n")),
        (GREEN_NODES, format!("{NODES}\ndef f(a=1, b):\n    pass\n")),
        (GREEN_NODES, format!("{NODES}\ndef f():\n    boil(x=1, 2)\n")),
        (GREEN_NODES, format!("{NODES}\nX = dict(a=1, a=2)\n")),
        (GREEN_NODES, format!("{NODES}\ndef f():\n\nX = 1\n")),
        (GREEN_NODES, format!("{NODES}\n<<<<<<< HEAD\nX = 1\n=======\n>>>>>>> other\n")),
        (GREEN_NODES, format!("{NODES}\nDEEP = {}1{}\n", "[".repeat(201), "]".repeat(201))),
        (GREEN, "def make_pipeline():\n    pass\n".to_owned()),
        (GREEN, "def create_pipeline():\n    return []\n".to_owned()),
    ] {
        let tea = Tea::new();
        let pipelines = tea.file(path, &text).pipelines();
        assert_eq!(pipelines, found(&[("__default__", 2), ("black", 2)]), "{text}");
    }
}

#[test]
fn an_import_that_python_does_not_do_does_not_matter() {
    for text in [
        format!("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tea.nothing import x\n{NODES}"),
        format!("{NODES}\ndef stir(x):\n    from tea.nothing import y\n"),
        format!("{NODES}\nif __name__ == \"__main__\":\n    import tea.nothing\n"),
        format!("import pandas as pd\nfrom sklearn.base import clone\n{NODES}"),
    ] {
        let tea = Tea::new();
        let pipelines = tea.file(GREEN_NODES, &text).pipelines();
        assert_eq!(pipelines, found(&[("__default__", 4), ("black", 2), ("green", 2)]), "{text}");
    }
}

#[test]
fn what_some_pythons_refuse_or_hide_leaves_no_numbers() {
    for text in [
        "def boil(x: pd.DataFrame):\n    return x\n\n\ndef pour(x):\n    return x\n".to_owned(),
        format!("from src.tea.nothing import x\n{NODES}"),
    ] {
        let tea = Tea::new();
        assert!(tea.file(GREEN_NODES, &text).pipelines().is_err());
    }
    for end in ["exec(\"create_pipeline = None\")", "globals()[\"create_pipeline\"] = None"] {
        let tea = Tea::new();
        let code = format!(
            "from kedro.pipeline import Pipeline\n\ndef create_pipeline():\n    return Pipeline([])\n\n{end}\n"
        );
        let found = tea.file(GREEN, &code).pipelines().expect("the names are known");
        assert_eq!((found["green"], found["black"]), (None, Some(2)), "{end}");
    }
}

#[test]
fn a_package_may_have_dots_in_its_name() {
    let tea = Tea::new();
    let pyproject =
        "[tool.kedro]\npackage_name = \"org.shop\"\nproject_name = \"Shop\"\nkedro_init_version = \"1.7.0\"\n";
    tea.file("pyproject.toml", pyproject)
        .file("src/org/shop/settings.py", "CONF_SOURCE = \"settings\"\n")
        .file("settings/base/catalog.yml", "cup: {type: MemoryDataset}\n")
        .file("settings/local/.gitkeep", "")
        .file("src/org/shop/pipelines/one/__init__.py", "from kedro.pipeline import Pipeline\n\ndef create_pipeline():\n    return Pipeline([])\n")
        .file(
            "src/org/shop/pipeline_registry.py",
            "from kedro.framework.project import find_pipelines\n\ndef register_pipelines():\n    return find_pipelines()\n",
        );
    assert_eq!(tea.pipelines(), found(&[("__default__", 0), ("one", 0)]));
    assert_eq!(tea.names(), ["cup"]);
}

#[test]
fn bad_sources_end_soon_and_leave_the_rest() {
    let many = |text: &str| text.repeat(20_000);
    for text in [
        format!("x = {}1{}\n", many("["), many("]")),
        format!("x = {}1\n", many("-")),
        format!("x = {}\n", many("a.")).replace(".\n", ".b\n"),
        format!("x = 1{}\n", many(" + 1")),
        format!("x = {}1\n", many("lambda: ")),
        "x = \0\n".to_owned(),
        "from .pipeline import *\nfrom . import pipeline\n".to_owned(),
        "def f():\n    return f()\n\nf()\n".to_owned(),
        "x = []\nfor i in range(10**6):\n    x = [x]\n".to_owned(),
        "x = []\nfor i in range(100000):\n    x = [x]\n".to_owned(),
        "x = (1,)\nfor i in range(100000):\n    x = (x,)\n".to_owned(),
        "x = []\nfor i in range(100000):\n    y = []\n    x.append(y)\n    x = y\n".to_owned(),
        "while True:\n    pass\n".to_owned(),
        "x = [[a, b, c] for a in range(1000) for b in range(1000) for c in range(1000)]\n".to_owned(),
        "x = \"x\"\nwhile True:\n    x += x\n".to_owned(),
        "def wrap(f):\n    def g():\n        return f()\n    return g\n\nx = len\nfor i in range(50000):\n    x = wrap(x)\n".to_owned(),
    ] {
        let tea = Tea::new();
        tea.file(BLACK, &format!("{text}\nfrom kedro.pipeline import Pipeline\n\ndef create_pipeline():\n    return Pipeline([])\n"));
        if let Ok(pipelines) = tea.pipelines() {
            assert_eq!(pipelines["green"], Some(2), "{}", &text[..text.len().min(60)]);
        }
    }
    let tea = Tea::new();
    std::fs::write(tea.path().join(BLACK), b"x = '\xe9'\n").expect("a file");
    assert_eq!(tea.pipelines().map_or(Some(2), |pipelines| pipelines["green"]), Some(2));
}
