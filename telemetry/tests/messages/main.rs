//! What the compiler says of an event that cannot be: a sentence about events, and what to write.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod compiler;

/// Compiles each event, and looks for the sentences.
fn say(snippets: &[(&str, &[&str])]) {
    for (snippet, sentences) in snippets {
        let said = compiler::errors(&format!("use usage_telemetry::{{UsageEvent, UsageWord}};\n{snippet}"));
        for sentence in *sentences {
            assert!(said.contains(sentence), "no `{sentence}` about\n{snippet}\nbut\n{said}");
        }
    }
}

#[test]
fn what_could_hold_anything_is_no_field() {
    let asked_for = "text has to be asked for, with a reason that users are shown: `#[event(free_text = \"…\")]`";
    for ty in ["String", "&'static str", "std::path::PathBuf", "Vec<u8>", "Option<String>", "i64", "f64", "[u64; 2]"] {
        let event = format!("/// A.\n#[derive(UsageEvent)] pub struct A {{ /// B.\npub b: {ty} }}");
        say(&[(&event, &["cannot be a field of an event", asked_for])]);
    }
    say(&[(
        "/// A.\n#[derive(UsageEvent)] pub struct A { /// B.\n#[event(buckets = [1])] pub b: bool }",
        &["`bool` is not in buckets"],
    )]);
}

#[test]
fn free_text_has_a_reason() {
    let ask = "say why this has to be free text, which users are shown: `free_text = \"…\"`";
    say(&[
        ("/// A.\n#[derive(UsageEvent)] pub struct A { /// B.\n#[event(free_text)] pub b: String }", &[ask]),
        ("/// A.\n#[derive(UsageEvent)] pub struct A { /// B.\n#[event(free_text = \" \")] pub b: String }", &[ask]),
        (
            "/// A.\n#[derive(UsageEvent)] pub struct A { /// B.\n#[event(free_text = \"c\")] pub b: u8 }",
            &["`u8` is no text"],
        ),
        (
            "/// A.\n#[derive(UsageEvent)] pub struct A { /// B.\n#[event(free_text = \"c\", buckets = [1])] pub b: u8 }",
            &["a field is in buckets or free text, not both"],
        ),
    ]);
}

#[test]
fn each_event_and_each_field_is_explained() {
    say(&[
        (
            "#[derive(UsageEvent)] pub struct NoteAdded;",
            &["say what has happened when `NoteAdded` is recorded: `/// A note was added.`"],
        ),
        (
            "#[derive(UsageEvent)] pub enum Told { NoteAdded }",
            &["say what has happened when `NoteAdded` is recorded: `/// A note was added.`"],
        ),
        (
            "/// A.\n#[derive(UsageEvent)] pub struct A { pub words: u64 }",
            &["say why `words` is collected, which users are shown: `/// How long notes are.`"],
        ),
        ("/// A.\n#[derive(UsageEvent)] pub struct A { ///\npub words: u64 }", &["say why `words` is collected"]),
    ]);
}

#[test]
fn other_forms_are_told_which_they_should_have() {
    say(&[
        ("/// A.\n#[derive(UsageEvent)] pub struct A(u64);", &["give the fields of `A` names"]),
        ("#[derive(UsageEvent)] pub enum A {}", &["`A` has no variant: each is an event"]),
        (
            "/// A.\n#[derive(UsageEvent)] pub struct A<T> { /// B.\npub b: T }",
            &["`A` is generic, but an event says the same of every user"],
        ),
        ("#[derive(UsageEvent)] pub union A { b: u8 }", &["events are structs, or the variants of an enum"]),
        (
            "/// A.\n#[derive(UsageEvent)] pub struct A { /// B.\n#[event(skip)] pub b: u64 }",
            &["there is no `skip` here, but `name`, `example`, `buckets`, `free_text`"],
        ),
        (
            "/// A.\n#[derive(UsageEvent)] pub struct A { /// B.\n#[event(buckets = [5, 5])] pub b: u64 }",
            &["buckets begin at numbers above 0, each larger than the last, 32 at most"],
        ),
        ("#[derive(UsageWord)] pub struct A;", &["words are the variants of an enum"]),
        ("#[derive(UsageWord)] pub enum A { B(u8) }", &["a word is a variant without fields"]),
        ("#[derive(UsageWord)] pub enum A {}", &["words are the variants of an enum that has some, and no parameter"]),
    ]);
}

#[test]
fn names_are_plain_and_are_there_once() {
    say(&[
        ("/// A.\n#[derive(UsageEvent)] #[event(name = \"a<b>\")] pub struct A;", &["a name is 64 letters, digits"]),
        ("#[derive(UsageEvent)] pub enum A { /// B.\nB, /// C.\n#[event(name = \"b\")] C }", &["`b` is there already"]),
        (
            "/// A.\n#[derive(UsageEvent)] pub struct A { /// B.\npub version: u64 }",
            &["`version` is a field that every event may have; choose another name"],
        ),
        ("#[derive(UsageWord)] pub enum A { B, #[event(name = \"b\")] C }", &["`b` is there already"]),
    ]);
}

#[test]
fn what_is_no_event_cannot_be_told() {
    say(&[(
        "pub fn tell(usage: &mut usage_telemetry::Usage<u8>) { usage.count(3) }",
        &["`u8` is not an event", "`#[derive(UsageEvent)]` makes a struct one, or each variant of an enum"],
    )]);
}
