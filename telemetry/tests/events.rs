//! What is sent of an event's fields, by what they are.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failure")]

use serde_json::{Value, json};
use usage_telemetry::{UsageEvent, UsageWord, schema::markdown};

#[derive(UsageEvent)]
enum Told {
    /// A page
    /// was made.
    PageMade {
        /// How long pages are.
        #[event(buckets = [1, 10, 100])]
        lines: u64,
        /// Which forms are of use.
        form: Form,
        /// Whether pages have titles.
        has_title: bool,
        /// How many pictures pages have.
        pictures: Option<u16>,
        /// What it is called.
        #[event(free_text = "names of styles are not known to the program", name = "style name")]
        style: String,
        /// Has a name that the derive might use.
        properties: u8,
    },
    /// Nothing more is told.
    #[event(name = "2nd-event")]
    Second,
}

#[derive(UsageWord)]
enum Form {
    HTMLPage,
    #[event(name = "plain text")]
    Text,
}

/// A struct is an event, too.
#[derive(UsageEvent)]
struct Alone {
    /// A raw name.
    r#type: u8,
}

fn page(lines: u64, form: Form, pictures: Option<u16>, style: &str) -> Told {
    Told::PageMade { lines, form, has_title: true, pictures, style: style.to_owned(), properties: 7 }
}

fn sent(event: impl UsageEvent) -> (String, Value) {
    let (name, properties) = event.into_parts();
    (name.to_owned(), serde_json::from_str(&properties.to_json()).unwrap())
}

#[test]
fn each_kind_of_field_is_sent_as_its_schema_says() {
    let (name, properties) = sent(page(0, Form::HTMLPage, None, "wide"));
    assert_eq!(name, "page_made");
    let expected = json!({
        "lines": "0", "form": "html_page", "has_title": true, "pictures": null, "style name": "wide", "properties": 7
    });
    assert_eq!(properties, expected);
    assert_eq!(sent(Told::Second), ("2nd-event".to_owned(), json!({})));
    assert_eq!(sent(Alone { r#type: 1 }), ("alone".to_owned(), json!({"type": 1})));
}

#[test]
fn a_count_is_in_one_bucket() {
    for (lines, bucket) in [(1, "1-9"), (9, "1-9"), (10, "10-99"), (99, "10-99"), (100, "100+"), (u64::MAX, "100+")] {
        assert_eq!(sent(page(lines, Form::Text, Some(3), "")).1["lines"], bucket, "{lines}");
    }
}

#[test]
fn free_text_is_cut_and_called_what_it_is() {
    let long = "é".repeat(5000);
    let sent = sent(page(1, Form::Text, None, &long)).1;
    assert_eq!(sent["style name"].as_str().unwrap().chars().count(), 1024);
    let row = Told::EVENTS[0].rows[4];
    assert_eq!((row.name, row.kind), ("style name", "free text"));
    assert_eq!(row.why, "FREE TEXT (names of styles are not known to the program): What it is called.");
}

#[test]
fn the_documentation_is_made_from_the_types() {
    assert_eq!(
        markdown(Told::EVENTS[0].rows),
        "\
**Of `page_made`: A page was made.**

| field | type | example | what it says, and why it is collected |
|---|---|---|---|
| `lines` | string | `\"0\"` | How long pages are. One of `0`, `1-9`, `10-99`, `100+`. |
| `form` | string | `\"html_page\"` | Which forms are of use. One of `html_page`, `plain text`. |
| `has_title` | boolean | `false` | Whether pages have titles. |
| `pictures` | integer or null | `3` | How many pictures pages have. |
| `style name` | free text | `\"…\"` | FREE TEXT (names of styles are not known to the program): What it is called. |
| `properties` | integer | `3` | Has a name that the derive might use. |
"
    );
}
