//! A program's own events, as types.

use crate::schema::{EventSchema, Properties};

/// What a program tells of its use: a type whose fields are all that can be sent.
///
/// Derived for a struct, which is one event, or for an enum, whose variants are one each. What is
/// recorded when, and why each field is collected, are the comments above them, which users are
/// shown by `telemetry schema`; without them it does not compile. Names are those of the items in
/// small letters, `NoteAdded` as `note_added`, unless `#[event(name = "…")]` says.
///
/// A field may be
///
/// * a whole number without a sign, sent as it is, or as the bucket that it is in:
///   `#[event(buckets = [1, 10, 100])]` sends `0`, `1-9`, `10-99` or `100+`;
/// * yes or no, a `bool`;
/// * one of some words: an enum without fields, with `#[derive(UsageWord)]`;
/// * an `Option` of these, sent as null where there is none;
/// * text, `#[event(free_text = "why it cannot be one of some words")]`, which is sent as it is,
///   cut at 1,024 characters, and shown to users as free text with that reason.
///
/// There are no others, so that what a user has typed cannot be sent by mistake.
///
/// ```
/// use usage_telemetry::{UsageEvent, UsageWord};
///
/// /// What is told of the use of notes.
/// #[derive(UsageEvent)]
/// enum Told {
///     /// A note was added.
///     NoteAdded {
///         /// How long notes are.
///         #[event(buckets = [10, 100, 1000])]
///         words: usize,
///     },
///     /// Notes were written to a file.
///     NotesExported {
///         /// Which forms are of use.
///         form: Form,
///     },
/// }
///
/// #[derive(UsageWord)]
/// enum Form {
///     Html,
///     PlainText,
/// }
///
/// assert_eq!(Told::EVENTS[0].name, "note_added");
/// assert_eq!(Told::EVENTS[1].rows[0].words, ["html", "plain_text"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    note = "`#[derive(UsageEvent)]` makes a struct one, or each variant of an enum"
)]
pub trait UsageEvent {
    /// Every event that a value of this type can be.
    const EVENTS: &'static [EventSchema];

    /// Its name, and what is sent of it.
    #[doc(hidden)]
    fn into_parts(self) -> (&'static str, Properties);
}
