//! What is written down of a manifest, which hosts read in the place of a library that has not
//! changed.

use hookspec::Manifest;

#[test]
fn a_manifest_that_was_written_down_says_all_that_the_library_says() {
    let lines = [
        "name=tea",
        "version=1.2.3",
        "api=0.1.0",
        "abi=2",
        "layouts=9194736357180732",
        "settings=cups sugar",
        "hooks=brew,pour",
        "description=Makes tea",
        "interfaces=kitchen 1.0.0",
        "commands=tea",
        "license=Apache-2.0",
        "homepage=https://tea.example",
        "repository=https://tea.example/source",
        "authors=Ada:Grace",
    ];
    let manifest = Manifest::from_lines(&lines.join("\n")).unwrap();
    assert_eq!(manifest.to_lines(), lines);
    assert_eq!(Manifest::from_lines(&manifest.to_lines().join("\n")).unwrap(), manifest);
}
