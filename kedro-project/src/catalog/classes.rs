//! The class that a dataset's `type` stands for.

use kedro_dataset_classes::{PREFIXES, reported_in};

/// Full path of the class that `declared` stands for in a release of kedro-datasets. A class of
/// neither Kedro nor kedro-datasets keeps its path: only importing it could tell where it is really
/// defined.
pub(super) fn class_path(declared: &str, release: Option<&str>) -> Result<String, String> {
    if declared.is_empty() || declared.starts_with('.') || declared.ends_with('.') {
        return Err(format!("has the type `{declared}`, which is not the path of a class; correct it"));
    }
    let known = PREFIXES.iter().find_map(|prefix| reported_in(&format!("{prefix}{declared}"), release));
    Ok(known.unwrap_or(declared).to_owned())
}
