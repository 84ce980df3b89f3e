//! What Kedro's telemetry is: the names, folders and rules of kedro-telemetry 0.9.0.

use usage_telemetry::{Profile, ProjectFile, SharedIdentity};

use crate::{event::TELEMETRY_VERSION, schema::ROWS, statement};

/// The application id of kedro-telemetry 0.9.0.
const APP_ID: &str = "2388822444";

/// Where Kedro's events go unless somebody says otherwise: nowhere, or where whoever builds it says.
const BUILT_IN_ENDPOINT: Option<&str> = option_env!("KEDRO_TELEMETRY_BUILT_IN_ENDPOINT");

/// The project's statement of consent.
const PROJECT_FILE: ProjectFile =
    ProjectFile::new(".telemetry", statement::read, |is_granted| format!("consent: {is_granted}\n"))
        .with_refusals(statement::may_refuse);

/// Kedro's own configuration, which the original plugin uses, too.
const IDENTITY: SharedIdentity =
    SharedIdentity::new(KEDRO, "telemetry.toml").with_words("Kedro's telemetry.toml", "Kedro's own telemetry");

/// What Kedro calls itself.
const KEDRO: &str = "kedro";

/// Kedro's telemetry in a host, by the name that its users type. The identity that Kedro's own
/// telemetry uses, and the endpoint that was built in, are Kedro's alone.
pub fn profile(host: &str) -> Profile {
    let profile = Profile::new(host.to_owned(), TELEMETRY_VERSION)
        .with_library("kedro-telemetry")
        .with_endpoint_variable("KEDRO_TELEMETRY_ENDPOINT")
        .with_delivery_variable("KEDRO_TELEMETRY_DELIVERY")
        .with_app_id_variable("HEAP_APPID_DEV")
        .with_app_id(APP_ID)
        .with_settings_of("host")
        .with_refusing_variables(["KEDRO_DISABLE_TELEMETRY"])
        .with_refusing_value("GITHUB_REPOSITORY_OWNER", "kedro-org")
        .with_project_file(PROJECT_FILE)
        .with_kept_by_purge("the id of a project in its pyproject.toml")
        .with_fields_only(ROWS)
        .with_previews();
    if host != KEDRO {
        return profile;
    }
    let profile = profile.with_shared_identity(IDENTITY);
    match BUILT_IN_ENDPOINT {
        Some(endpoint) => profile.with_endpoint(endpoint),
        None => profile,
    }
}

#[cfg(test)]
mod tests;
