//! Whether this is a CI machine, and whether anybody is there at all.

use crate::env::Env;

/// Set to something by the usual CI services.
pub const VARIABLES: [&str; 8] = [
    "GITLAB_CI",
    "GITHUB_ACTION",
    "BITBUCKET_BUILD_NUMBER",
    "JENKINS_URL",
    "CODEBUILD_BUILD_ID",
    "CIRCLECI",
    "TRAVIS",
    "BUILDKITE",
];

/// Set to something where no person is at work, besides [`VARIABLES`].
///
/// The first part is the list of ci-info 4.5.0 (<https://github.com/watson/ci-info>), vendors and
/// generic names, which npm and yarn go by. Then what it lacks: further names that Bamboo and
/// `GitHub` give every job, and services that run projects unattended.
const UNATTENDED: [&str; 76] = [
    "AC_APPCIRCLE",
    "AGOLA_GIT_REF",
    "ALPIC_HOST",
    "APPCENTER_BUILD_ID",
    "APPVEYOR",
    "BITBUCKET_COMMIT",
    "BITRISE_IO",
    "BUDDY_WORKSPACE_ID",
    "BUILDER_OUTPUT",
    "BUILD_ID",
    "BUILD_NUMBER",
    "CAPAWESOME_CLOUD",
    "CF_BUILD_ID",
    "CF_PAGES",
    "CIRRUS_CI",
    "CI_APP_ID",
    "CI_BUILD_ID",
    "CI_BUILD_NUMBER",
    "CI_NAME",
    "CI_XCODE_PROJECT",
    "CM_BUILD_ID",
    "CODEBUILD_BUILD_ARN",
    "CONTINUOUS_INTEGRATION",
    "DRONE",
    "DSARI",
    "EARTHLY_CI",
    "EAS_BUILD",
    "GERRIT_PROJECT",
    "GITEA_ACTIONS",
    "GITHUB_ACTIONS",
    "GO_PIPELINE_LABEL",
    "HARNESS_BUILD_ID",
    "HUDSON_URL",
    "LAYERCI",
    "MAGNUM",
    "NETLIFY",
    "NEVERCODE",
    "NOW_BUILDER",
    "PROW_JOB_ID",
    "RELEASE_BUILD_ID",
    "RENDER",
    "RUN_ID",
    "RWX",
    "SAILCI",
    "SCREWDRIVER",
    "SEMAPHORE",
    "STRIDER",
    "TEAMCITY_VERSION",
    "TF_BUILD",
    "VELA",
    "VERCEL",
    "WORKERS_CI",
    "XCS",
    "bamboo_planKey",
    // Not in ci-info.
    "BUILD_BUILDID",
    "DRONE_BUILD_NUMBER",
    "GITHUB_RUN_ID",
    "TEAMCITY_PROJECT_NAME",
    "bamboo_agentId",
    "bamboo_buildKey",
    "bamboo_buildNumber",
    "bamboo_buildResultKey",
    // Jobs, workflows and functions.
    "AIRFLOW_CTX_DAG_ID",
    "ARGO_NODE_ID",
    "AWS_BATCH_JOB_ID",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AZUREML_RUN_ID",
    "CLOUD_ML_JOB_ID",
    "CLOUD_RUN_JOB",
    "DAGSTER_RUN_JOB_NAME",
    "DATABRICKS_RUNTIME_VERSION",
    "DB_IS_JOB_CLUSTER",
    "KFP_POD_NAME",
    "PREFECT__FLOW_RUN_ID",
    "SM_TRAINING_ENV",
    "TRAINING_JOB_NAME",
];
/// What `CI` is set to where there is none.
const NO_CI: [&str; 6] = ["", "0", "false", "no", "off", "n"];

/// Whether this is a CI machine: `CI=true`, or one of eight variables set to something.
#[must_use]
pub fn is_ci(env: &Env) -> bool {
    env.get("CI").is_some_and(|ci| ci == "true") || env.is_any_non_empty(VARIABLES.into_iter())
}

/// Whether no person is here: nobody reads a notice, and no file that people look after is touched.
///
/// `CI` counts with any value that does not say no, and more services do than for [`is_ci`], whose
/// answer is sent and therefore stays that of the original.
#[must_use]
pub fn is_unattended(env: &Env) -> bool {
    let says_ci = |ci: String| !NO_CI.contains(&ci.trim().to_ascii_lowercase().as_str());
    env.text("CI").is_some_and(says_ci) || env.is_any_non_empty(VARIABLES.into_iter().chain(UNATTENDED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        pairs.iter().copied().collect()
    }

    #[test]
    fn ci_is_recognised_by_the_usual_variables() {
        let ci = |pairs: &[(&str, &str)]| is_ci(&env(pairs));
        assert!(!ci(&[]));
        assert!(ci(&[("CI", "true")]));
        for value in ["True", "TRUE", "1", "yes", "false", " true", "true ", ""] {
            assert!(!ci(&[("CI", value)]), "{value}");
            assert!(ci(&[("CI", value), ("TRAVIS", "0")]), "{value}");
        }
        for name in VARIABLES {
            for value in ["x", "true", "0", "false", " "] {
                assert!(ci(&[(name, value)]), "{name}={value}");
            }
            assert!(!ci(&[(name, "")]), "{name}");
        }
    }

    #[test]
    fn nobody_is_there_wherever_a_service_runs_the_command() {
        let unattended = |name: &str, value: &str| is_unattended(&env(&[(name, value)]));
        for value in ["true", "True", "TRUE", "1", "yes", "woodpecker", " true"] {
            assert!(unattended("CI", value), "{value}");
        }
        for value in ["", "false", "False", "0", "no", "off", " "] {
            assert!(!unattended("CI", value), "{value}");
        }
        for name in VARIABLES.into_iter().chain(UNATTENDED) {
            assert!(unattended(name, "1"), "{name}");
            assert!(!unattended(name, ""), "{name}");
        }
        assert!(!is_unattended(&env(&[("HOME", "/home/ada"), ("TERM", "xterm"), ("BUILD", "1")])));
    }
}
