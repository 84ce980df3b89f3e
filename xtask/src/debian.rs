//! Debian's packages, unpacked below a folder of one's own; nothing is installed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process::succeeds;

/// Where packages come from and go to.
pub struct Debian {
    /// Of this task alone; kept, so that the next run downloads nothing.
    dir: PathBuf,
    /// The configuration to ask apt under, when it is not the machine's own.
    configuration: Option<PathBuf>,
}

impl Debian {
    /// The packages that this machine's own package lists have.
    pub fn of_this_machine(dir: PathBuf) -> Self {
        Self { dir, configuration: None }
    }

    /// The packages of other suites (`trixie-backports`), from wherever this machine gets its own.
    pub fn of_suites(dir: PathBuf, suites: &[&str]) -> Result<Self, String> {
        let apt = dir.join("apt");
        for folder in ["lists/partial", "cache/archives/partial"] {
            create(&apt.join(folder))?;
        }
        let mirror = mirror()?;
        let sources: Vec<_> = suites.iter().map(|suite| format!("deb {mirror} {suite} main")).collect();
        write(&apt.join("sources.list"), &(sources.join("\n") + "\n"))?;
        let configuration = apt.join("apt.conf");
        let at = apt.display();
        let settings = format!(
            "Dir::Etc::sourcelist \"{at}/sources.list\";\nDir::Etc::sourceparts \"-\";\nDir::State::lists \"{at}/lists\";\n\
             Dir::Cache \"{at}/cache\";\n"
        );
        write(&configuration, &settings)?;
        let debian = Self { dir, configuration: Some(configuration) };
        succeeds(debian.apt("apt-get").args(["update", "-qq"]))?;
        Ok(debian)
    }

    /// The folder that stands for `/` in the packages.
    pub fn root(&self) -> PathBuf {
        self.dir.join("root")
    }

    /// Downloads and unpacks packages, each given as apt wants it: `name` or `name=version`.
    pub fn unpack(&self, packages: &[&str]) -> Result<(), String> {
        create(&self.root())?;
        for package in packages {
            self.download(package).or_else(|_| {
                // The lists of packages may be missing or out of date; without the right to fetch
                // them, the second try tells why.
                let _ = self.apt("apt-get").args(["update", "-qq"]).output();
                self.download(package)
            })?;
        }
        let files = fs::read_dir(&self.dir).map_err(|error| format!("cannot read {}: {error}", self.dir.display()))?;
        for path in files.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.extension().is_some_and(|extension| extension == "deb") {
                succeeds(Command::new("dpkg").arg("-x").arg(&path).arg(self.root()))?;
            }
        }
        Ok(())
    }

    /// The versions of a package, best first.
    pub fn versions(&self, package: &str) -> Result<Vec<String>, String> {
        let listing = succeeds(self.apt("apt-cache").args(["madison", package]))?;
        Ok(listing.lines().filter_map(|line| Some(line.split('|').nth(1)?.trim().to_owned())).collect())
    }

    fn download(&self, package: &str) -> Result<(), String> {
        succeeds(self.apt("apt-get").args(["download", "-qq", package]).current_dir(&self.dir))
            .map(drop)
            .map_err(|why| format!("Debian's package {package} cannot be had ({why})"))
    }

    fn apt(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.configuration.iter().map(|path| ("APT_CONFIG", path)));
        command
    }
}

/// Where this machine's own packages come from.
fn mirror() -> Result<String, String> {
    let sites =
        succeeds(Command::new("apt-get").args(["indextargets", "--format", "$(SITE)", "Created-By: Packages"]))?;
    // Security updates have a site of their own, without suites for anything else.
    let mut main = sites.lines().filter(|site| !site.trim_end_matches('/').ends_with("-security"));
    main.next().map(str::to_owned).ok_or_else(|| "apt has no sources".to_owned())
}

fn create(dir: &Path) -> Result<(), String> {
    fs::create_dir_all(dir).map_err(|error| format!("cannot create {}: {error}", dir.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
