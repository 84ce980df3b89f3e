//! The fields around an event's properties, and those that every event of a program may have.

use crate::schema::{FieldGroup, Fields, FieldsList, Flag, IdentityText, Text, fields};

fields! {
    /// The envelope, for programs that describe it in no words of their own.
    pub ENVELOPE;
    FieldGroup::ENVELOPE {
        APP_ID: Text = "app_id", "\"1234567890\"", "Whose analytics the event belongs to.";
        EVENT: Text = "event", "\"note_added\"", "What happened.";
        TIMESTAMP: Text = "timestamp", "\"2026-11-23T16:59:46.841525Z\"", "When, in UTC: to see use over time.";
        PROPERTIES: Fields = "properties", "{…}", "Holds the properties below.";
        IDENTITY: IdentityText = "identity", "\"28df3ee193734d9db5348fb9908981db\"", "A random number, made once and kept on this machine, or `missing_user_identity`: to count users without knowing them.";
        IDEMPOTENCY_KEY: Text = "idempotency_key", "\"8f1f9d0e-5f0c-4d0c-9f7e-2b8a5a3d1c11\"", "Random, new for each event: to count an event once that arrives twice.";
        EVENTS: FieldsList = "events", "[{…}, {…}]", "Several events in one request, each with all of the above but `app_id`.";
    }
}

fields! {
    /// What every event says, unless the profile has fields of its own for that.
    pub STANDARD;
    FieldGroup::EVERY {
        VERSION: Text = "version", "\"1.7.0\"", "The program's version: which versions are in use.";
        OS: Text = "os", "\"linux\"", "The operating system: which have to be supported.";
        IS_CI: Flag = "is_ci", "false", "Whether one of the usual CI variables is set: to tell people from machines.";
    }
}
