//! What commands about a project begin with.

use kedro_project::{ConfigError, ConfigSource, Project};

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

/// Loads the project of a command that does without its configuration: where that lies need not be
/// known. Plugins hear of the project where it is.
pub fn project(context: &Context) -> Result<Project, Error> {
    match load_project(context) {
        Ok((project, _)) => Ok(project),
        Err(Error::Config(ConfigError::Settings(_))) => context.project(),
        Err(error) => Err(error),
    }
}
