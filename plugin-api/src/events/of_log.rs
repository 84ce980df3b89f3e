//! Events of the crate `log`.

use std::sync::OnceLock;

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::hearer;
use crate::host::LogLevel;

/// Whether the plugin has left it to us to listen.
static LISTENS: OnceLock<bool> = OnceLock::new();

/// Listens, unless the plugin has a logger of its own.
pub(super) fn listen() {
    if *LISTENS.get_or_init(|| log::set_logger(&ToHost).is_ok()) {
        log::set_max_level(hearer::least().map_or(LevelFilter::Off, filter));
    }
}

struct ToHost;

impl Log for ToHost {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        hearer::hears(level(metadata.level()))
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            hearer::tell(level(record.level()), record.target(), &record.args().to_string());
        }
    }

    fn flush(&self) {}
}

fn level(level: Level) -> LogLevel {
    match level {
        Level::Trace => LogLevel::Trace,
        Level::Debug => LogLevel::Debug,
        Level::Info => LogLevel::Info,
        Level::Warn => LogLevel::Warn,
        Level::Error => LogLevel::Error,
    }
}

fn filter(least: LogLevel) -> LevelFilter {
    match least {
        LogLevel::Trace => LevelFilter::Trace,
        LogLevel::Debug => LevelFilter::Debug,
        LogLevel::Info => LevelFilter::Info,
        LogLevel::Warn => LevelFilter::Warn,
        LogLevel::Error => LevelFilter::Error,
    }
}
