use super::*;

/// What `yaml.safe_load` of `PyYAML` 6.0.3 and the original's check make of each text.
#[test]
fn booleans_are_those_of_yaml_1_1() {
    for word in ["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"] {
        assert_eq!(consent(&format!("consent: {word}\n")), Ok(true), "{word}");
    }
    for word in ["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"] {
        assert_eq!(consent(&format!("consent: {word}")), Ok(false), "{word}");
    }
    for word in ["y", "n", "nO", "fAlse", "FALSe", "'no'", "\"false\"", "0", "1", "~", "", "|\n  no", "[no]"] {
        let text = format!("consent: {word}\n");
        assert_eq!(consent(&text), Err(NoStatement::NotBoolean), "{word}");
    }
}

#[test]
fn tags_anchors_merges_and_repeated_keys_are_read_as_pyyaml_does() {
    for (text, expected) in [
        ("consent: !!bool 'no'", Some(false)),
        ("consent: !!str no", None),
        ("consent: ! no", Some(false)),
        ("consent: ! 'no'", Some(false)),
        ("!!map {consent: no}", Some(false)),
        ("!!set {consent}", None),
        ("a: &a no\nconsent: *a", Some(false)),
        ("consent: false\nconsent: true", Some(true)),
        ("<<: {consent: false}\nx: 1", Some(false)),
        ("consent: true\n<<: {consent: false}", Some(true)),
        ("<<: [{consent: false}, {consent: true}]", Some(false)),
        ("'<<': {consent: false}", None),
        ("a: &a !!set {consent: no}\n<<: *a", Some(false)),
        ("consent: no # \u{feff}", Some(false)),
        ("? consent\n: off", Some(false)),
        ("{'consent':no}", Some(false)),
        ("\u{feff}consent: no # comment", Some(false)),
        ("x: 1\u{2028}consent: no", Some(false)),
        ("%YAML 1.1\n---\nconsent: no\n...\n", Some(false)),
        ("other: {consent: no}", None),
    ] {
        assert_eq!(consent(text).ok(), expected, "{text}");
    }
}

#[test]
fn what_is_no_consent_file_says_why() {
    assert_eq!(consent(""), Err(NoStatement::NoConsentKey));
    assert_eq!(consent("- consent"), Err(NoStatement::NoConsentKey));
    assert_eq!(consent("consent:false"), Err(NoStatement::NoConsentKey));
    assert_eq!(consent("consent: no\n---\nconsent: no"), Err(NoStatement::Documents));
    assert!(matches!(consent("x: 1\nconsent: [no"), Err(NoStatement::Syntax { .. })));
    assert_eq!(consent(&"[".repeat(65)), Err(NoStatement::TooDeep));
    assert!(consent(&"[".repeat(16_000)).is_err());
    assert_eq!(consent("&a {b: *a, <<: *a}"), Err(NoStatement::NoConsentKey));
}

/// What `yaml.safe_load` of `PyYAML` 6.0.4 reads as a refusal and the parser here does not
/// understand, or understands otherwise.
#[test]
fn a_refusal_that_only_pyyaml_understands_is_not_missed() {
    for text in [
        "{consent: false}#because\n",
        "a: &a {consent: false}#\n<<: *a\n",
        "{\"consent\": off, x:[1, 2]}\n",
        "x: 'it''\ns'\nconsent: NO\n",
        "y: \"a\n\\tb\"\nconsent: NO\n",
        "a: {consent: \nfalse}\n<<: *a\n",
        "consent: false\n?",
        "text:\n|\n  more\nconsent: FALSE\n",
    ] {
        let unread = consent(text).unwrap_err();
        assert!(unread.is_unread() && may_refuse(text), "{text:?}: {unread:?}");
    }
    assert_eq!(consent("{?consent: false}"), Ok(false));
    for text in ["consent: [", "consent: [true", "nothing: [no", "consent: {", "]"] {
        assert!(consent(text).unwrap_err().is_unread() && !may_refuse(text), "{text:?}");
    }
}

/// Followed one by one, these would be 2⁶⁰ merges.
#[test]
fn merges_of_merges_take_no_time() {
    let levels = (1..60).map(|n| format!("a{n}: &a{n} {{<<: [*a{0}, *a{0}]}}\n", n - 1));
    let text = format!("a0: &a0 {{x: 1}}\n{}<<: *a59\n", levels.collect::<String>());
    assert_eq!(consent(&text), Err(NoStatement::NoConsentKey));
}
