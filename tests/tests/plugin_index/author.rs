//! Whoever writes the plugin `noop`: keys, packages, and an index of them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use minisign::{SecretKeyBox, sign};
use serde_json::Value;
use tests::{Sandbox, artifacts, run};

/// An author with a machine of their own.
pub(crate) struct Author {
    sandbox: Sandbox,
}

impl Author {
    /// One who has an index without plugins and the key `own`.
    pub(crate) fn new() -> Self {
        let author = Self { sandbox: Sandbox::new() };
        author.host(&["plugin", "index", "new", author.path("index").to_str().unwrap()]);
        author.make_key("own");
        author
    }

    /// One who has published these versions.
    pub(crate) fn of(versions: &[&str]) -> Self {
        let author = Self::new();
        for version in versions {
            author.publish(version);
        }
        author
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.sandbox.path(relative)
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.path("index")
    }

    pub(crate) fn make_key(&self, name: &str) {
        self.host(&["plugin", "key", self.path(name).to_str().unwrap()]);
    }

    /// The public key, as it is told to users.
    pub(crate) fn public_key(&self, name: &str) -> String {
        let file = fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap();
        file.lines().last().unwrap().to_owned()
    }

    /// Packs a version with the key `own`. Gives its `.json`.
    pub(crate) fn package(&self, version: &str) -> PathBuf {
        self.package_with(version, Some("own"))
    }

    /// Packs a version with another key, or none.
    pub(crate) fn package_with(&self, version: &str, key: Option<&str>) -> PathBuf {
        let out = self.path(&format!("packages-{version}-{}", key.unwrap_or("none")));
        let library = self.library(version);
        let mut args = vec!["plugin", "package", library.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let key = key.map(|key| self.path(key));
        if let Some(key) = &key {
            args.extend(["--key", key.to_str().unwrap()]);
        }
        self.host(&args);
        manifest_in(&out)
    }

    /// Packs a version and puts it into the index.
    pub(crate) fn publish(&self, version: &str) {
        self.add(&self.package(version));
    }

    pub(crate) fn add(&self, package: &Path) {
        self.host(&["plugin", "index", "add", self.index().to_str().unwrap(), package.to_str().unwrap()]);
    }

    /// Packs a version whose manifest says something else, signed all the same: by an author whose
    /// tools are of another age, or who means harm.
    pub(crate) fn package_saying(&self, version: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
        let path = self.package(version);
        let mut said: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        change(&mut said);
        let text = serde_json::to_string_pretty(&said).unwrap();
        let key = SecretKeyBox::from_string(&fs::read_to_string(self.path("own")).unwrap()).unwrap();
        let key = key.into_unencrypted_secret_key().unwrap();
        let signature = sign(None, &key, text.as_bytes(), None, None).unwrap().into_string();
        fs::write(&path, text).unwrap();
        fs::write(path.with_extension("json.minisig"), signature).unwrap();
        path
    }

    /// The fixture `noop`, which says that it is of another version.
    pub(crate) fn library(&self, version: &str) -> PathBuf {
        let (own, other) = ("version=0.1.0\napi", format!("version={version}\napi"));
        assert_eq!(own.len(), other.len());
        let mut library = fs::read(artifacts().fixture("noop")).unwrap();
        let at = library.windows(own.len()).position(|window| window == own.as_bytes()).expect("a manifest");
        library[at..at + own.len()].copy_from_slice(other.as_bytes());
        let path = self.path(&format!("libnoop-{version}.so"));
        fs::write(&path, library).unwrap();
        // A library without what debuggers need is read and checked in a tenth of the time.
        drop(Command::new("strip").arg("--strip-debug").arg(&path).status());
        path
    }

    #[track_caller]
    fn host(&self, args: &[&str]) {
        let output = run(&mut self.sandbox.host_demo(args));
        assert!(output.status.success(), "{args:?}: {output:?}");
    }
}

fn manifest_in(folder: &Path) -> PathBuf {
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|extension| extension == "json")).expect("a package")
}
