use super::*;

fn stated(text: &str) -> Option<bool> {
    match read(text) {
        ProjectStatement::Consent(granted) => Some(granted),
        ProjectStatement::MayRefuse(_) => Some(false),
        ProjectStatement::Nothing(_) => None,
    }
}

/// What `yaml.safe_load` of `PyYAML` 6.0.3 and the original's check make of each text.
#[test]
fn booleans_are_those_of_yaml_1_1() {
    for word in ["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"] {
        assert_eq!(read(&format!("consent: {word}\n")), ProjectStatement::Consent(true), "{word}");
    }
    for word in ["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"] {
        assert_eq!(read(&format!("consent: {word}")), ProjectStatement::Consent(false), "{word}");
    }
}

#[test]
fn only_a_plain_yes_is_a_yes_and_all_else_that_speaks_of_consent_is_a_no() {
    let words = [
        "y",
        "n",
        "nO",
        "fAlse",
        "tRue",
        "'no'",
        "'yes'",
        "\"false\"",
        "\"true\"",
        "0",
        "1",
        "~",
        "",
        "|\n  no",
        "[no]",
        "[yes]",
        "{no}",
        "{yes: yes}",
        "maybe",
        "not given",
        "!!str yes",
        "!!int 1",
        "-",
        "2024-01-01",
    ];
    let values = words.map(|word| format!("consent: {word}\n"));
    let texts = [
        "\"consent: false\"",
        "'consent: true'",
        "consent:false",
        "consent:true",
        "consent=no",
        "consent false",
        "consent",
        "Consent: False",
        "Consent: true",
        "CONSENT: no",
        "con-sent: no",
        "consents: no",
        "no consent",
        "- consent: false",
        "[consent, false]",
        "telemetry:\n  consent: false\n",
        "telemetry:\n  consent: true\n",
        "[[[{x: {Consent: y}}]]]",
        "other: consent\n",
        "{consent}",
        "!!set {consent}",
        "? [consent]\n: yes\n",
        "consent: true\nConsent: false\n",
        "consent: true\nconsent: 'no'\n",
        "consent: true\nnote: consent was not given\n",
        "\"\\x63onsent\": 'no'\n",
        "\"con\\u200bsent\": no\n",
        "consent: [",
        "consent: [true",
        "consent: {",
        "consent: true\n---\nconsent: true\n",
    ];
    for text in values.iter().map(String::as_str).chain(texts) {
        assert!(matches!(read(text), ProjectStatement::MayRefuse(_)), "{text:?}: {:?}", read(text));
    }
}

#[test]
fn a_no_is_heard_where_consent_is_misspelt_or_called_otherwise() {
    for text in [
        "consnt: false",
        "concent: no",
        "consetn: n",
        "konsent: off",
        "telemetry: false",
        "telemetry: 'no'",
        "Telemetry: No",
        "enable_telemetry: false",
        "telemetryEnabled: off",
        "telemetry: {enabled: false}",
        "settings: {tracking: 0}",
        "analytics: never",
        "optout: true",
        "opt-out: yes",
        "disabled: true",
        "allow: no",
        "no",
        "false",
        "Off",
        "- no",
        "no:",
        "{no}",
        "do not track",
        "nothing: [no",
    ] {
        assert!(matches!(read(text), ProjectStatement::MayRefuse(_)), "{text:?}: {:?}", read(text));
    }
}

#[test]
fn what_is_really_silent_says_nothing() {
    for text in [
        "",
        "\n\n",
        "# consent: false\n",
        "---\n...\n",
        "null",
        "{}",
        "[]",
        "other: false\n",
        "version: 0\nname: nobody\n",
        "content: no\n",
        "telemetry: true\n",
        "true",
        "This is not a valid YAML file",
        "]",
        "x: [1",
    ] {
        assert!(matches!(read(text), ProjectStatement::Nothing(_)), "{text:?}: {:?}", read(text));
    }
}

/// What the original reads is read here, too, but that a no weighs more than a yes beside it.
#[test]
fn tags_anchors_and_merges_are_read_as_pyyaml_does() {
    for (text, expected) in [
        ("consent: !!bool 'no'", false),
        ("consent: !!bool 'yes'", true),
        ("consent: ! no", false),
        ("consent: ! 'no'", false),
        ("!!map {consent: no}", false),
        ("a: &a no\nconsent: *a", false),
        ("a: &a yes\nconsent: *a", true),
        ("consent: true # consent: false", true),
        ("consent: true\nother: false\n", true),
        ("consent: false\nconsent: true", false),
        ("<<: {consent: false}\nx: 1", false),
        ("<<: {consent: true}\nx: 1", true),
        ("a: &a {consent: true}\n<<: *a", true),
        ("consent: true\n<<: {consent: false}", false),
        ("<<: [{consent: true}, {consent: true}]", true),
        ("a: &a !!set {consent: no}\n<<: *a", false),
        ("consent: no # \u{feff}", false),
        ("? consent\n: off", false),
        ("{'consent':no}", false),
        ("\u{feff}consent: no # comment", false),
        ("\u{feff}consent: yes # comment", true),
        ("x: 1\u{2028}consent: no", false),
        ("%YAML 1.1\n---\nconsent: no\n...\n", false),
    ] {
        assert_eq!(read(text), ProjectStatement::Consent(expected), "{text}");
    }
}

#[test]
fn what_is_not_understood_says_why() {
    let reason = |text: &str| match read(text) {
        ProjectStatement::MayRefuse(reason) | ProjectStatement::Nothing(reason) => reason,
        ProjectStatement::Consent(_) => panic!("{text:?} is understood"),
    };
    assert_eq!(reason("consent: no\n---\nconsent: no"), "more than one YAML document");
    assert!(reason("x: 1\nconsent: [no").starts_with("line "));
    assert_eq!(reason(&"[".repeat(65)), "nested more than 64 levels deep");
    assert_eq!(reason("consent: 'no'"), "it speaks of consent and is no plain `consent: true`");
    assert_eq!(reason("&a {b: *a, <<: *a}"), "no `consent` in it");
    assert_eq!(stated(&"[".repeat(16_000)), None);
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
        "{?consent: false}",
        "text:\n|\n  more\nconsent: FALSE\n",
    ] {
        assert_eq!(stated(text), Some(false), "{text:?}");
    }
}

/// Followed one by one, these would be 2⁶⁰ merges.
#[test]
fn merges_of_merges_take_no_time() {
    let levels = (1..60).map(|n| format!("a{n}: &a{n} {{<<: [*a{0}, *a{0}]}}\n", n - 1));
    let text = format!("a0: &a0 {{x: 1}}\n{}<<: *a59\n", levels.collect::<String>());
    assert_eq!(stated(&text), None);
    let text = text.replace("x: 1", "consent: true");
    assert_eq!(stated(&text), Some(false));
}

/// Each level contains the one before, so that following them down would exhaust the stack.
#[test]
fn aliases_of_aliases_are_as_bounded_as_brackets() {
    let levels = (1..60_000).map(|n| format!("- &a{n} [*a{0}]\n", n - 1));
    let text = format!("- &a0 [consent]\n{}", levels.collect::<String>());
    assert_eq!(stated(&text), Some(false));
}
