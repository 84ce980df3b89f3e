//! Catalogs of many datasets.

use std::{fs, io};

use tests::{Artifacts, Sandbox, run};

use crate::bench::{curve::Curve, paired::least_cpu};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// More than a configuration may have.
const TOO_MANY: usize = 300_000;
/// A file may have 300,000 values.
const IN_A_FILE: usize = 10_000;

/// CPU time of `catalog list`, and whether a catalog that is too large is refused.
pub fn measure(artifacts: &Artifacts) -> Result<Vec<Curve>, String> {
    let list = |datasets: usize| {
        let sandbox = with_datasets(artifacts, datasets).map_err(|error| format!("a catalog: {error}"))?;
        least_cpu(sandbox.host_demo(&["catalog", "list"]), |_| {})
    };
    let curve = Curve::measured("catalog list", "ms", &SIZES, list)?;
    let sandbox = with_datasets(artifacts, TOO_MANY).map_err(|error| format!("a catalog: {error}"))?;
    let output = run(&mut sandbox.host_demo(&["catalog", "list"]));
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() || !said.starts_with("error: ") {
        return Err(format!("a catalog of {TOO_MANY} datasets is not refused: {said}"));
    }
    Ok(vec![curve])
}

fn with_datasets(artifacts: &Artifacts, datasets: usize) -> io::Result<Sandbox> {
    let sandbox = Sandbox::with(artifacts);
    let entry = |n: usize| format!("large_{n}:\n  type: pandas.CSVDataset\n  filepath: data/large_{n}.csv\n");
    for first in (0..datasets).step_by(IN_A_FILE) {
        let entries: String = (first..datasets.min(first + IN_A_FILE)).map(entry).collect();
        fs::write(sandbox.project().join(format!("conf/base/catalog_{first}.yml")), entries)?;
    }
    Ok(sandbox)
}
