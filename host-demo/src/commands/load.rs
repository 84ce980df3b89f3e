//! What commands about a project begin with.

use kedro_project::{ConfigSource, Project};

use crate::{context::Context, error::Error, views};

/// Loads the project of a command, which plugins hear of.
pub fn load_project(context: &Context) -> Result<(Project, ConfigSource), Error> {
    let project = context.project()?;
    let source = context.config_source(&project)?;
    if let Some((plugins, view)) = context.observers().zip(views::context(&project, source.environment())) {
        plugins.after_context_created(&view);
    }
    Ok((project, source))
}
