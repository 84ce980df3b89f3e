//! Projects made by `kedro new`, and the catalogs and situations made of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tests::{copy_dir, workspace};

use crate::case::{Case, Host, Start, Subject, words};

/// Name of every project's package.
pub const PACKAGE: &str = "conformance_bakery";
/// Name of the folder that `kedro new` makes.
const FOLDER: &str = "conformance-bakery";
/// Kinds of projects: each with its options to `kedro new`.
const KINDS: [(&str, &str); 5] = [
    ("bare", "--tools=none --example=n --telemetry=yes"),
    ("refusing", "--tools=none --example=n --telemetry=no"),
    ("tools", "--tools=lint,test,log,docs,data --example=n --telemetry=yes"),
    ("some-tools", "-t lint,data -e n -tc yes"),
    ("silent", "--tools none --example n"),
];
type Special = (&'static str, Option<&'static str>, &'static [(&'static str, &'static str)], &'static str);
/// What makes each catalog differ from a plain `catalog list`: environment of the configuration,
/// variables, kind of project.
const SPECIAL: [Special; 6] = [
    ("environment", Some("prod"), &[], "bare"),
    ("environment_variable", None, &[("BAKERY_KIND", "pandas.CSVDataset")], "bare"),
    ("credentials", None, &[("BAKERY_SECRET", "planted-secret")], "silent"),
    ("validators", None, &[], "tools"),
    ("several_pipelines", None, &[], "some-tools"),
    ("plain", None, &[], "refusing"),
];

/// The folder in which the cases are made.
pub struct Work {
    root: PathBuf,
}

impl Work {
    pub fn new(root: &Path) -> Self {
        Self { root: root.into() }
    }

    /// A folder that is there.
    pub fn folder(&self, path: &str) -> Result<PathBuf, String> {
        let folder = self.root.join(path);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    }

    /// The commands that make the projects.
    pub fn makers(&self) -> Result<Vec<Case>, String> {
        let home = self.folder("makers/home")?;
        let maker = |(kind, options): &(&str, &str)| {
            let mut argv = words("new --name");
            argv.push(b"Conformance Bakery".to_vec());
            argv.extend(words(options));
            let folder = self.folder(&format!("made/{kind}"))?;
            Ok(Case::command_line(format!("kedro new {options}"), argv, &home, &folder, false))
        };
        KINDS.iter().map(maker).collect()
    }

    /// What `kedro new` made.
    pub fn made(&self, kind: &str) -> PathBuf {
        self.root.join("made").join(kind).join(FOLDER)
    }

    /// A copy of what `kedro new` made.
    pub fn project(&self, kind: &str, path: &str) -> Result<PathBuf, String> {
        let (made, folder) = (self.made(kind), self.folder(path)?);
        if !made.join("pyproject.toml").exists() {
            return Err(format!("`kedro new` has not made {}", made.display()));
        }
        copy_dir(&made, &folder);
        Ok(folder)
    }

    /// The catalogs beside this file, each laid over a project.
    pub fn catalogs(&self) -> Result<Vec<Case>, String> {
        let overlays = workspace().join("conformance/src/catalogs");
        let mut names: Vec<String> = fs::read_dir(&overlays)
            .map_err(|error| format!("{}: {error}", overlays.display()))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        let mut cases = Vec::new();
        for name in &names {
            let special = SPECIAL.iter().find(|(special, ..)| special == name);
            let (_, env, variables, kind) = *special.unwrap_or(&("", None, &[], "bare"));
            let mut case = self.catalog(name, kind, env)?;
            copy_dir(&overlays.join(name), &case.folder);
            case.variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            cases.push(case);
        }
        Ok(cases)
    }

    /// A catalog that has every class under every path by which it can be imported.
    pub fn every_class(&self) -> Result<Case, String> {
        let case = self.catalog("every class", "bare", None)?;
        let entries = paths().map(|path| format!("\"{path}\": {{type: {path}}}\n"));
        let file = case.folder.join("conf/base/catalog.yml");
        fs::write(&file, entries.collect::<String>()).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(case)
    }

    fn catalog(&self, name: &str, kind: &str, env: Option<&str>) -> Result<Case, String> {
        let place = name.replace(' ', "_");
        let home = self.folder(&format!("catalogs/{place}/home"))?;
        let folder = self.project(kind, &format!("catalogs/{place}/project"))?;
        let mut argv = words("catalog describe-datasets");
        let mut demo_argv: Vec<String> = Vec::new();
        if let Some(env) = env {
            argv.extend(words(&format!("--env {env}")));
            demo_argv.extend(["--env".to_owned(), env.to_owned()]);
        }
        demo_argv.extend(["catalog".to_owned(), "list".to_owned()]);
        Ok(Case {
            name: format!("catalog: {name}"),
            subject: Subject::Catalog,
            host: Host::Demo,
            start: Start::After,
            argv,
            demo_argv,
            home,
            folder,
            is_project: true,
            variables: Vec::new(),
            lane: 1,
            script: None,
            stand_ins: true,
        })
    }
}

/// The import paths of the newest releases.
pub fn paths() -> impl Iterator<Item = &'static str> {
    kedro_dataset_classes::rows().filter(|row| row.last_release.is_none()).map(|row| row.import_path)
}
