//! Libraries that say they are plugins, with a root that is not a plugin's.

use hookspec_host::LoadProblem;

use crate::{library, manager, refusal};

/// The one line and the whole report on a library of this name.
fn refused(name: &str) -> (String, String) {
    let path = library(name);
    let error = refusal(&manager(), &path);
    let line = error.to_string();
    let expected = format!(
        "cannot load the plugin {}: its build does not match this program's ABI (hookspec {}): rebuild the plugin",
        path.display(),
        hookspec::VERSION
    );
    assert_eq!(line, expected);
    match error.problem {
        LoadProblem::Layout { api_version, report } => {
            assert_eq!(api_version, hookspec::VERSION);
            (line, report)
        }
        other => panic!("another reason: {other:?}"),
    }
}

#[test]
fn a_root_of_another_layout_is_refused_with_the_whole_report_apart() {
    let (line, report) = refused("other_root");
    assert!(report.lines().count() > 10, "{report}");
    assert!(report.contains("OtherRoot") && report.contains("PluginRoot"), "{report}");
    assert!(!line.contains("OtherRoot"));
}

#[test]
fn a_root_that_describes_no_layout_is_not_taken_on_trust() {
    let (_, report) = refused("unchecked_root");
    assert!(report.contains("without a description of its layout"), "{report}");
}

#[test]
fn a_root_of_another_abi_stable_is_refused() {
    let (_, report) = refused("other_abi_stable");
    assert!(report.contains("abi_minor: 12"), "{report}");
}

#[test]
fn a_root_with_a_damaged_header_is_refused() {
    let (_, report) = refused("damaged_header");
    assert!(report.to_lowercase().contains("header"), "{report}");
}
