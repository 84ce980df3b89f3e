//! What recording one event costs the host's process.

use super::{cargo_bench, figure, target_dir};

/// Microseconds for each event, hooks and all.
pub fn table() -> Result<String, String> {
    let target = target_dir();
    cargo_bench("record")?;
    let micros = |case: &str| Ok::<f64, String>(figure(&target, &format!("record/{case}"))? / 1e3);
    let (push, plain, project) = (micros("queue_only")?, micros("no_project")?, micros("project")?);
    Ok(format!(
        "recording an event in the host's process, median µs\n\
         the file alone                     {push:>6.1}\n\
         all hooks, outside of any project  {plain:>6.1}\n\
         all hooks, in a project            {project:>6.1}"
    ))
}
