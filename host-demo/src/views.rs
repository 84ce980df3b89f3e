//! What this host shows its plugins: the command, the project, the vocabulary, the catalog.

use std::{
    ffi::OsString,
    sync::{Arc, OnceLock},
};

use clap::CommandFactory;
use hookspec::specs::{
    Catalog as CatalogView, CatalogSource, CommandNode, CommandNodeSource, CommandRunSource, ContextSource,
    Project as ProjectView, ProjectSource,
};
use hookspec_host::{AddedCommand, AddedCommands};

use kedro_project::{Catalog, Project, Registry};

use crate::{cli::Cli, context::Context};

/// A command that runs, or has run.
#[derive(Clone)]
pub struct Run {
    /// The words of the command line from the command on.
    pub words: Vec<String>,
    /// The context it runs in.
    pub context: Arc<Context>,
    /// What may be typed.
    pub vocabulary: Arc<Vocabulary>,
    /// How it ended, once it has.
    pub exit_code: Option<i32>,
}

impl CommandRunSource for Run {
    fn args(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }

    fn project(&self) -> Option<ProjectView> {
        project(&self.context)
    }

    fn vocabulary(&self) -> CommandNode {
        CommandNode::new(SharedNode(self.vocabulary.root(self.words.first().map(String::as_str))))
    }

    fn exit_code(&self) -> Option<i32> {
        self.exit_code
    }
}

/// Words as text; what is not UTF-8 keeps its place.
pub fn to_text(words: &[OsString]) -> Vec<String> {
    words.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// The project of a context. One that cannot be read or named counts as no project; no plugin is told of a
/// command there, see [`Context::observers`].
fn project(context: &Context) -> Option<ProjectView> {
    let project = context.find_project().ok().flatten()?;
    LoadedProject::new(&project, "").map(ProjectView::new)
}

/// A project, in text. A path that is not UTF-8 is not bent: it would lead elsewhere.
struct LoadedProject {
    path: String,
    package_name: String,
    env: String,
}

impl LoadedProject {
    fn new(project: &Project, env: &str) -> Option<Self> {
        let path = project.root().to_str()?.to_owned();
        Some(Self { path, package_name: project.package_name().to_owned(), env: env.to_owned() })
    }
}

impl ProjectSource for LoadedProject {
    fn path(&self) -> &str {
        &self.path
    }

    fn package_name(&self) -> &str {
        &self.package_name
    }
}

impl ContextSource for LoadedProject {
    fn project_path(&self) -> &str {
        &self.path
    }

    fn package_name(&self) -> &str {
        &self.package_name
    }

    fn env(&self) -> &str {
        &self.env
    }
}

/// The view of a project that has been loaded in the environment `env`; `None` when its path is not
/// text.
pub fn context(project: &Project, env: &str) -> Option<hookspec::specs::Context> {
    LoadedProject::new(project, env).map(hookspec::specs::Context::new)
}

/// What may be typed: this program's commands and those that plugins add, put together when
/// somebody asks.
pub struct Vocabulary {
    added: AddedCommands,
    own: OnceLock<Arc<Node>>,
}

impl Vocabulary {
    /// With the commands that plugins add.
    pub fn new(added: AddedCommands) -> Self {
        Self { added, own: OnceLock::new() }
    }

    /// As far as it matters to a command line whose command is `first`: plugins are not loaded for
    /// their words alone.
    fn root(&self, first: Option<&str>) -> Arc<Node> {
        let added = self.added.needed_for(first);
        let own = self.own.get_or_init(|| {
            let mut own = Cli::command();
            // Options that hold everywhere reach the subcommands when it is built.
            own.build();
            Arc::new(Node::new(&own))
        });
        if added.is_empty() { Arc::clone(own) } else { Arc::new(own.with(added)) }
    }
}

/// A command of the command line, or the program itself at the root.
struct Node {
    name: String,
    options: Vec<String>,
    commands: Vec<Arc<Node>>,
}

impl Node {
    fn new(declared: &clap::Command) -> Self {
        let commands = declared.get_subcommands().map(|command| Arc::new(Self::new(command))).collect();
        Self { name: declared.get_name().to_owned(), options: options(declared), commands }
    }

    /// This with the commands of plugins behind its own.
    fn with(&self, added: &[AddedCommand]) -> Self {
        let added = added.iter().map(|command| Arc::new(Self::added(command)));
        let commands = self.commands.iter().cloned().chain(added).collect();
        Self { name: self.name.clone(), options: self.options.clone(), commands }
    }

    fn added(command: &AddedCommand) -> Self {
        Self {
            name: command.name.clone(),
            options: command.options.clone(),
            commands: command.commands.iter().map(|command| Arc::new(Self::added(command))).collect(),
        }
    }
}

/// Every spelling of a command's options.
fn options(declared: &clap::Command) -> Vec<String> {
    let mut options = Vec::new();
    for argument in declared.get_arguments().filter(|argument| !argument.is_positional() && !argument.is_hide_set()) {
        let long = argument.get_long_and_visible_aliases().into_iter().flatten();
        let short = argument.get_short_and_visible_aliases().into_iter().flatten();
        options.extend(long.map(|long| format!("--{long}")).chain(short.map(|short| format!("-{short}"))));
    }
    options
}

struct SharedNode(Arc<Node>);

impl CommandNodeSource for SharedNode {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn options(&self) -> Vec<&str> {
        self.0.options.iter().map(String::as_str).collect()
    }

    fn commands(&self) -> Vec<CommandNode> {
        self.0.commands.iter().map(|node| CommandNode::new(SharedNode(Arc::clone(node)))).collect()
    }
}

/// How long counting pipelines may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Not so long that the command that runs is held up.
    WithinCommand,
    /// As long as it takes.
    Whole,
}

/// A catalog, and the pipelines of its project, read when they are asked for.
struct LoadedCatalog {
    catalog: Arc<Catalog>,
    project: Project,
    counting: Counting,
    /// `None` inside when reading it would hold up the command.
    registry: OnceLock<Option<Registry>>,
}

/// The view of a catalog of `project`.
pub fn catalog(catalog: Arc<Catalog>, project: Project, counting: Counting) -> CatalogView {
    CatalogView::new(LoadedCatalog { catalog, project, counting, registry: OnceLock::new() })
}

impl LoadedCatalog {
    fn registry(&self) -> Option<&Registry> {
        let read = || match self.counting {
            Counting::WithinCommand => Registry::read_quickly(&self.project),
            Counting::Whole => Some(Registry::read(&self.project)),
        };
        self.registry.get_or_init(read).as_ref()
    }
}

impl CatalogSource for LoadedCatalog {
    fn datasets(&self) -> Vec<(&str, &str)> {
        self.catalog.datasets.iter().map(|dataset| (&*dataset.name, &*dataset.class_path)).collect()
    }

    fn validators(&self) -> Vec<(&str, &str)> {
        let datasets = self.catalog.datasets.iter();
        datasets.filter_map(|dataset| Some((&*dataset.name, dataset.validator.as_deref()?))).collect()
    }

    fn pipelines(&self) -> Option<Vec<(&str, Option<u64>)>> {
        match self.registry()? {
            Registry::Known(pipelines) => {
                Some(pipelines.iter().map(|pipeline| (pipeline.name(), pipeline.nodes().ok())).collect())
            }
            _ => None,
        }
    }

    /// This host saves nothing.
    fn save_version(&self) -> Option<&str> {
        None
    }

    /// This host loads no data.
    fn load_versions(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn pipelines_deferred(&self) -> bool {
        self.registry().is_none()
    }
}
