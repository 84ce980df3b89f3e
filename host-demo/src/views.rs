//! What this host shows its plugins: the command, the project, the catalog.

use std::{
    ffi::OsString,
    sync::{Arc, OnceLock},
};

use hookspec::specs::{
    Catalog as CatalogView, CatalogSource, CommandNode, CommandRunSource, ContextSource, Project as ProjectView,
    ProjectSource,
};

use kedro_project::{Catalog, Project, Registry};

use crate::{context::Context, vocabulary::Vocabulary};

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
        self.vocabulary.root(self.words.first().map(String::as_str))
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
