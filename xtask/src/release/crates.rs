//! The crates that are linked into what is released.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tests::workspace;

use crate::process::succeeds;

/// A crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crate {
    pub name: String,
    pub version: String,
    /// An expression of SPDX; empty where its package has none.
    pub licence: String,
}

impl Crate {
    /// As a package's address, by which bills of materials name it.
    pub fn url(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }
}

/// A part of the release, and all crates in it.
#[derive(Debug)]
pub struct Linked {
    pub root: Crate,
    pub crates: BTreeSet<Crate>,
}

/// What is linked into each of `parts` for the platform that Rust calls `triple`.
pub fn linked(parts: &[&str], triple: &str) -> Result<Vec<Linked>, String> {
    let args = ["metadata", "--format-version", "1", "--filter-platform", triple];
    let metadata = succeeds(tests::cargo().args(args).current_dir(workspace()))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let members = metadata["workspace_members"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let members: Vec<&str> = members.collect();
    let part = |name: &&str| {
        let root = members.iter().find(|id| packages[**id]["name"] == **name);
        let root = root.ok_or_else(|| format!("the workspace has no package {name}"))?;
        Ok(of(root, &packages, &nodes))
    };
    parts.iter().map(part).collect()
}

fn by_id(values: &Value) -> BTreeMap<&str, &Value> {
    let values = values.as_array().into_iter().flatten();
    values.filter_map(|value| Some((value["id"].as_str()?, value))).collect()
}

fn of(root: &str, packages: &BTreeMap<&str, &Value>, nodes: &BTreeMap<&str, &Value>) -> Linked {
    let (mut found, mut waiting) = (BTreeSet::new(), vec![root]);
    while let Some(id) = waiting.pop() {
        if !found.insert(id) {
            continue;
        }
        let needs = nodes[id]["deps"].as_array().into_iter().flatten();
        let linked = needs.filter(|need| is_linked(need)).filter_map(|need| need["pkg"].as_str());
        waiting.extend(linked.filter(|need| !runs_in_compiler(packages[need])));
    }
    found.remove(root);
    Linked { root: of_package(packages[root]), crates: found.iter().map(|id| of_package(packages[id])).collect() }
}

/// Not only for tests and for building.
fn is_linked(need: &Value) -> bool {
    need["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null())
}

fn runs_in_compiler(package: &Value) -> bool {
    let kinds = package["targets"].as_array().into_iter().flatten();
    kinds.flat_map(|target| target["kind"].as_array().into_iter().flatten()).any(|kind| kind == "proc-macro")
}

fn of_package(package: &Value) -> Crate {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    Crate { name: text("name"), version: text("version"), licence: text("license").replace('/', " OR ") }
}
