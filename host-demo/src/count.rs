//! Counting a project's pipelines for a plugin, where no command waits.

use std::path::Path;

use hookspec::specs::Countable;
use kedro_project::{Project, Registry};

/// Name and number of nodes of each pipeline, as the hook `count_pipelines` wants them.
type Counts = Vec<(String, Option<u64>)>;

/// Counts the pipelines of a project; `None` when they cannot be known without running it, or there
/// is no such project.
pub fn pipelines(project: &Countable) -> Option<Counts> {
    let project = project_in(Path::new(project.project_path()))?;
    let Registry::Known(pipelines) = Registry::read(&project) else { return None };
    Some(pipelines.iter().map(|pipeline| (pipeline.name().to_owned(), pipeline.nodes().ok())).collect())
}

/// The project whose root is this very folder: that of a folder above is another one.
fn project_in(folder: &Path) -> Option<Project> {
    let project = Project::find(folder).ok()??;
    let is_root = folder.is_absolute() && small_files::resolve(folder).is_ok_and(|folder| folder == project.root());
    is_root.then_some(project)
}
