//! Events of the crate `tracing`. Its spans are not passed on.

use std::{
    fmt::{self, Write},
    sync::OnceLock,
};

use tracing_core::{
    Dispatch, Event, Field, Interest, Level, LevelFilter, Metadata, Subscriber, callsite,
    dispatcher::set_global_default,
    field::Visit,
    span::{Attributes, Id, Record},
};

use super::hearer;
use crate::host::LogLevel;

/// Whether the plugin has left it to us to listen.
static LISTENS: OnceLock<bool> = OnceLock::new();

/// Listens, unless the plugin has a subscriber of its own.
pub(super) fn listen() {
    if *LISTENS.get_or_init(|| set_global_default(Dispatch::new(ToHost)).is_ok()) {
        // Another host may want to hear more, or less.
        callsite::rebuild_interest_cache();
    }
}

struct ToHost;

impl Subscriber for ToHost {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        // What is heard changes with the host.
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && hearer::hears(level(*metadata.level()))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(hearer::least().map_or(LevelFilter::OFF, filter))
    }

    fn event(&self, event: &Event<'_>) {
        let mut said = Said::default();
        event.record(&mut said);
        let metadata = event.metadata();
        hearer::tell(level(*metadata.level()), metadata.target(), &said.into_text());
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // Not asked for: no span is enabled.
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An event in words: its message, then the other fields.
#[derive(Default)]
struct Said {
    message: String,
    fields: String,
}

impl Said {
    fn into_text(self) -> String {
        match (self.message.is_empty(), self.fields.is_empty()) {
            (_, true) => self.message,
            (true, false) => self.fields,
            (false, false) => format!("{} ({})", self.message, self.fields),
        }
    }

    fn field(&mut self, name: &str, value: fmt::Arguments<'_>) {
        let comma = if self.fields.is_empty() { "" } else { ", " };
        // A String takes all that is written to it.
        let _ = write!(self.fields, "{comma}{name}={value}");
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => self.field(name, format_args!("{value:?}")),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            name => self.field(name, format_args!("{value}")),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.field(field.name(), format_args!("{:#}", crate::error::Error::from_std(value)));
    }
}

fn level(level: Level) -> LogLevel {
    match level {
        Level::TRACE => LogLevel::Trace,
        Level::DEBUG => LogLevel::Debug,
        Level::INFO => LogLevel::Info,
        Level::WARN => LogLevel::Warn,
        Level::ERROR => LogLevel::Error,
    }
}

fn filter(least: LogLevel) -> LevelFilter {
    match least {
        LogLevel::Trace => LevelFilter::TRACE,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Error => LevelFilter::ERROR,
    }
}
