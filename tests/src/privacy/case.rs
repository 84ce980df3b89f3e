//! One generated case: everything that a command, its project and its environment may say, with
//! secrets in it.

use std::sync::LazyLock;

use fastrand::Rng;
use kedro_telemetry_internals::internals::{HostFacts, KnownCommand, STARTERS, dataset_classes};
use usage_telemetry::internals::CI_VARIABLES;

use super::{
    addresses::Addresses,
    secret::{Kind, Secret},
    vocabulary::VOCABULARY,
};

static CLASSES: LazyLock<Vec<&'static str>> = LazyLock::new(|| dataset_classes().collect());
const TOOLS: [&str; 6] = ["Linting", "Testing", "Custom Logging", "Documentation", "Data Structure", "PySpark"];
/// Every variable that the plugin reads, but for those of CI, those that refuse and the application
/// id, which is there to be sent.
const VARIABLES: [&str; 13] = [
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
    "GITHUB_REPOSITORY_OWNER",
    "KEDRO_TELEMETRY_ENDPOINT",
    "KEDRO_ENV",
    "https_proxy",
    "NO_PROXY",
    "AWS_SECRET_ACCESS_KEY",
    "PYTHONPATH",
];

static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| VARIABLES.into_iter().chain(["CI"]).chain(CI_VARIABLES).collect());

/// A project as its files have it.
#[derive(Clone, Debug)]
pub struct ProjectFacts {
    /// `pyproject.toml`.
    pub pyproject: String,
    /// Of the package.
    pub package_name: String,
    /// Where it is said to be.
    pub path: String,
}

/// What a catalog holds.
#[derive(Clone, Debug)]
pub struct CatalogFacts {
    /// Names and classes.
    pub datasets: Vec<(String, String)>,
    /// Names and classes.
    pub validators: Vec<(String, String)>,
    /// Pipelines, and nodes of the default one.
    pub counts: (Option<u64>, Option<u64>),
}

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The words after the program's name.
    pub args: Vec<String>,
    /// The project, if the command has one.
    pub project: Option<ProjectFacts>,
    /// The catalog, if the command reads it.
    pub catalog: Option<CatalogFacts>,
    /// The environment.
    pub env: Vec<(&'static str, String)>,
    /// The user's identity, which may be missing.
    pub user: &'static str,
    /// The host's version.
    pub version: String,
    /// The runtime's.
    pub runtime_version: String,
    /// Where it sends to, and through what.
    pub addresses: Addresses,
    /// All that was planted.
    pub secrets: Vec<Secret>,
}

impl Case {
    /// The case of this seed.
    #[must_use]
    pub fn generate(seed: u64) -> Self {
        let mut gardener = Gardener { rng: Rng::with_seed(seed), secrets: Vec::new() };
        let args = gardener.command_line();
        let project = gardener.one_in(4, 3).then(|| gardener.project());
        let catalog = gardener.one_in(2, 1).then(|| gardener.catalog());
        let env = gardener.environment();
        let user = if gardener.one_in(16, 1) { "" } else { "28df3ee193734d9db5348fb9908981db" };
        let (version, runtime_version) = gardener.versions();
        let Gardener { mut rng, mut secrets } = gardener;
        let addresses = Addresses::generate(&mut rng, &mut secrets);
        Self { args, project, catalog, env, user, version, runtime_version, addresses, secrets }
    }

    /// The host of the case.
    #[must_use]
    pub fn host(&self) -> HostFacts<'_> {
        let (version, runtime_version) = (&self.version, &self.runtime_version);
        HostFacts { name: "kedro", version, runtime: "python", runtime_version }
    }
}

/// Plants secrets.
struct Gardener {
    rng: Rng,
    secrets: Vec<Secret>,
}

impl Gardener {
    /// Whether it happens that happens `times` in `of` times.
    fn one_in(&mut self, of: u32, times: u32) -> bool {
        self.rng.u32(..of) < times
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.rng.usize(..from.len())]
    }

    fn plant(&mut self, kind: Kind) -> String {
        let secret = Secret::new(kind, &mut self.rng);
        let text = secret.text.clone();
        self.secrets.push(secret);
        text
    }

    /// A secret as it may stand in a value: by itself, in a path, beside known words.
    fn dressed(&mut self, kind: Kind) -> String {
        let secret = self.plant(kind);
        match self.rng.u8(..14) {
            0 => format!("/home/{secret}/data.yml"),
            1 => format!("s3://{secret}/raw"),
            2 => format!("run.{secret}:1"),
            3 => format!("key={secret}"),
            4 => format!("a=1,b={secret},c=2"),
            5 => format!("--pipeline={secret}"),
            6 => format!("kedro_datasets.{secret}"),
            7 => format!("registry list {secret}"),
            8 => format!("{secret}\u{fffd}"),
            9 => format!("*****{secret}"),
            10 => format!("{secret}\n--env"),
            _ => secret,
        }
    }

    fn command_line(&mut self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        match self.rng.u8(..24) {
            0 => return words,
            1 => {
                words.push(self.dressed(Kind::Command));
                words.push(self.dressed(Kind::Command));
                return words;
            }
            2 => {
                words.push(self.pick(&["-h", "--help", "--version", "-v", ""]).to_owned());
                for _ in 0..self.rng.usize(1..4) {
                    let word = self.dressed(Kind::AfterGlobal);
                    words.push(if self.rng.bool() { word } else { format!("--{word}") });
                }
                return words;
            }
            3 => {
                let command = self.plant(Kind::Command);
                let known = self.pick(&["run", "catalog", "RUN", "new", "-e"]);
                let glue = self.pick(&["-", "_", " ", ""]);
                words.push(format!("{known}{glue}{command}"));
                return words;
            }
            4 => {
                // Options of all commands have no place before them.
                words.push("--env".to_owned());
                words.push(self.dressed(Kind::Command));
                words.push("run".to_owned());
                return words;
            }
            _ => {}
        }
        let mut command: &'static KnownCommand = &VOCABULARY;
        // A group of commands by itself now and then.
        while !command.commands.is_empty() && (words.is_empty() || self.one_in(8, 7)) {
            command = &command.commands[self.rng.usize(..command.commands.len())];
            words.push(command.name.clone());
        }
        for _ in 0..self.rng.usize(..6) {
            self.piece(command, &mut words);
        }
        words
    }

    /// An option or an argument, in one of the ways they are typed.
    fn piece(&mut self, command: &'static KnownCommand, words: &mut Vec<String>) {
        let is_long = |option: &&String| option.starts_with("--");
        let long: Vec<&str> = command.options.iter().filter(is_long).map(String::as_str).collect();
        let short: Vec<&str> = command.options.iter().filter(|o| !is_long(o)).map(String::as_str).collect();
        let long = if long.is_empty() { "--help" } else { self.pick(&long) };
        let short = (!short.is_empty()).then(|| self.pick(&short));
        match (self.rng.u8(..16), short) {
            (0 | 1, _) => {
                let value = self.dressed(Kind::LongEquals);
                words.push(format!("{long}={value}"));
            }
            (2 | 3, _) => {
                words.push(long.to_owned());
                words.push(self.spaced(Kind::LongSpace));
            }
            (4, Some(short)) => {
                let value = self.dressed(Kind::ShortEquals);
                words.push(format!("{short}={value}"));
            }
            (5, Some(short)) => {
                words.push(short.to_owned());
                words.push(self.spaced(Kind::ShortSpace));
            }
            (6 | 7, Some(short)) => {
                let value = self.plant(Kind::ShortGlued);
                let flags = self.pick(&["", "v", "e", "p"]);
                words.push(format!("{short}{flags}{value}"));
            }
            (8, _) => {
                let name = self.plant(Kind::UnknownLong);
                let before = self.pick(&["--", "---", "--no-", "--pipeline-", "--env", "--*****"]);
                words.push(format!("{before}{name}"));
            }
            (9, _) => {
                let name = self.plant(Kind::UnknownShort);
                words.push(format!("-{name}"));
            }
            (10, _) => {
                let name = self.plant(Kind::UnknownEquals);
                let word = match self.rng.u8(..4) {
                    0 => format!("--{name}=x"),
                    1 => format!("--unknown={name}"),
                    2 => format!("{}={name}", abbreviated(long)),
                    _ => format!("--password={name}=x"),
                };
                words.push(word);
            }
            (11, _) => {
                words.push(if self.rng.bool() { abbreviated(long).to_owned() } else { "--unknown".to_owned() });
                words.push(self.spaced(Kind::UnknownSpace));
            }
            (12, _) => {
                words.push("--".to_owned());
                words.push(self.dressed(Kind::AfterDashes));
                let name = self.plant(Kind::AfterDashes);
                words.push(format!("--{name}"));
            }
            (13, _) => self.starter(words),
            _ => {
                words.push(self.spaced(Kind::Positional));
                words.extend(self.one_in(4, 1).then(|| self.pick(&["name", "run", "\u{fffd}", ""]).to_owned()));
            }
        }
    }

    /// As [`dressed`](Self::dressed), but a word by itself: it starts with no dash.
    fn spaced(&mut self, kind: Kind) -> String {
        let word = self.dressed(kind);
        word.trim_start_matches('-').to_owned()
    }

    fn starter(&mut self, words: &mut Vec<String>) {
        let starter = self.pick(&STARTERS);
        let (kind, value) = match self.rng.u8(..6) {
            0 => (Kind::Starter, format!("{starter}-{}", self.plant(Kind::Starter))),
            1 => (Kind::Starter, format!("{}/{starter}", self.plant(Kind::Starter))),
            2 => (Kind::Url, format!("git+https://{}@git.example/x.git", self.plant(Kind::Url))),
            3 => (Kind::Url, format!("git@{}:starters/{starter}.git", self.plant(Kind::Url))),
            4 => (Kind::Url, format!("https://git.example/x?token={}", self.plant(Kind::Url))),
            _ => (Kind::Starter, starter.to_owned()),
        };
        let option = self.pick(&["--starter", "-s"]);
        if self.rng.bool() || kind == Kind::Url {
            words.push(format!("{option}={value}"));
        } else {
            words.extend([option.to_owned(), value]);
        }
    }

    fn project(&mut self) -> ProjectFacts {
        let package_name = self.plant(Kind::Package);
        let path = format!("/srv/{}/project", self.plant(Kind::Folder));
        let id = if self.rng.bool() { self.plant(Kind::ProjectId) } else { "5f6c0f".to_owned() };
        let mut tools: Vec<String> = Vec::new();
        for _ in 0..self.rng.usize(..4) {
            tools.push(self.pick(&TOOLS).to_owned());
        }
        match self.rng.u8(..4) {
            0 => tools.push(self.plant(Kind::Tools)),
            1 => {
                let (tool, secret) = (self.pick(&TOOLS), self.plant(Kind::Tools));
                tools.push(format!("{tool} {secret}"));
            }
            _ => {}
        }
        let quoted = |quote: char| tools.iter().map(|tool| format!("{quote}{tool}{quote}")).collect::<Vec<_>>();
        let tools = match self.rng.u8(..3) {
            0 => format!("[{}]", quoted('"').join(", ")),
            1 => format!("\"{}\"", tools.join(", ")),
            _ => format!("\"[{}]\"", quoted('\'').join(", ")),
        };
        let example = match self.rng.u8(..5) {
            0 => format!("\"{}\"", self.plant(Kind::Example)),
            1 => format!("\"True {}\"", self.plant(Kind::Example)),
            2 => "true".to_owned(),
            _ => "\"False\"".to_owned(),
        };
        let pyproject = format!(
            "[tool.kedro]\npackage_name = \"{package_name}\"\nproject_name = \"{package_name}\"\nkedro_init_version = \"1.7.0\"\n\
             tools = {tools}\nexample_pipeline = {example}\n\n[tool.kedro_telemetry]\nproject_id = \"{id}\"\n"
        );
        ProjectFacts { pyproject, package_name, path }
    }

    fn catalog(&mut self) -> CatalogFacts {
        let mut facts = CatalogFacts {
            datasets: Vec::new(),
            validators: Vec::new(),
            counts: (self.rng.bool().then_some(3), self.rng.bool().then_some(5)),
        };
        for _ in 0..self.rng.usize(1..5) {
            let name = match self.rng.u8(..6) {
                0 => format!("params:{}", self.plant(Kind::Parameter)),
                1 => format!("parameters.{}", self.plant(Kind::Parameter)),
                _ => self.plant(Kind::Dataset),
            };
            let class = self.class();
            facts.datasets.push((name.clone(), class));
            if self.one_in(6, 1) {
                let secret = self.plant(Kind::Validator);
                let before = self.pick(&["pandera.", "", "pandera_", "pydantic.", "kedro_"]);
                facts.validators.push((name, format!("{before}{secret}.Model")));
            }
        }
        facts
    }

    fn class(&mut self) -> String {
        let public = self.pick(&CLASSES);
        match self.rng.u8(..10) {
            0 => format!("{}.datasets.OwnDataset", self.plant(Kind::ClassOwn)),
            1 => self.plant(Kind::ClassOwn),
            2 => format!("{}.{public}", self.plant(Kind::ClassOwn)),
            3 => format!("kedro_datasets.{}.CSVDataset", self.plant(Kind::ClassFork)),
            4 => format!("{public}{}", self.plant(Kind::ClassFork)),
            5 => format!("{public}.{}", self.plant(Kind::ClassFork)),
            6 => format!("kedro.io.{}", self.plant(Kind::ClassFork)),
            7 => {
                let module = public.rsplit_once('.').map_or(public, |(module, _)| module);
                // A class name like any other.
                let name: String = self.plant(Kind::ClassFork).chars().filter(|c| c.is_alphanumeric()).collect();
                format!("{module}.{name}Dataset")
            }
            _ => public.to_owned(),
        }
    }

    fn environment(&mut self) -> Vec<(&'static str, String)> {
        let mut env = vec![
            ("USER", self.plant(Kind::Person)),
            ("HOSTNAME", self.plant(Kind::Person)),
            ("HOME", format!("/home/{}", self.plant(Kind::Folder))),
        ];
        for _ in 0..self.rng.usize(..3) {
            let name = self.pick(&NAMES);
            let secret = self.plant(Kind::Environment);
            let value = match name {
                "KEDRO_TELEMETRY_ENDPOINT" => format!("https://user:{}@c.example/t", secret.replace(['#', ' '], "")),
                "HOME" | "XDG_CONFIG_HOME" | "XDG_STATE_HOME" => format!("/home/{secret}"),
                _ => secret,
            };
            env.push((name, value));
        }
        env
    }

    fn versions(&mut self) -> (String, String) {
        let version = match self.rng.u8(..8) {
            0 => format!("1.7.0+{}", self.plant(Kind::HostVersion)),
            1 => self.plant(Kind::HostVersion),
            _ => "1.7.0".to_owned(),
        };
        let runtime = match self.rng.u8(..8) {
            0 => format!("3.13.0a1+ (heads/{}:1f0e4b2, May 1 2025)", self.plant(Kind::RuntimeVersion)),
            1 => format!("3.11.7 | packaged by {} | (main)", self.plant(Kind::RuntimeVersion)),
            2 => format!("3.11.7 [GCC 12.2.0 {}]", self.plant(Kind::RuntimeVersion)),
            _ => "3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]".to_owned(),
        };
        (version, runtime)
    }
}

/// As a parser would complete it: `--pipe`.
fn abbreviated(long: &str) -> &str {
    &long[..long.len() - 1]
}
