//! Made-up usage, for pages to show.

use std::{
    fmt::Write as _,
    io::{self, Write},
    time::{Duration, SystemTime},
};

use fastrand::Rng;
use serde_json::{Value, json};

const DAY: f64 = 86_400.0;

const COMMANDS: [(&str, usize); 6] = [
    ("jot add", 9),
    ("jot list", 6),
    ("jot search *****", 4),
    ("jot add --tag *****", 3),
    ("jot sync", 2),
    ("jot export --format json", 1),
];

const CLASSES: [&str; 5] = [
    "kedro_datasets.pandas.csv_dataset.CSVDataset",
    "kedro_datasets.pandas.parquet_dataset.ParquetDataset",
    "kedro_datasets.pickle.pickle_dataset.PickleDataset",
    "kedro.io.memory_dataset.MemoryDataset",
    "custom",
];

/// The log of somebody who has typed so many commands in the last weeks. With `evil`, the last
/// event looks like HTML.
pub fn log(events: usize, evil: bool) -> String {
    let mut any = Rng::with_seed(14);
    let now = SystemTime::now();
    let mut ages: Vec<f64> = (0..events).map(|_| any.f64().powf(1.4) * 45.0 * DAY).collect();
    ages.sort_by(|one, other| other.total_cmp(one));
    let user = format!("{:032x}", any.u128(..));
    let mut log = String::new();
    for (index, age) in ages.iter().enumerate() {
        let at = now - Duration::from_secs_f64(*age);
        let command = if evil && index + 1 == events { "<script>alert(1)</script>" } else { weighted(&mut any) };
        let event = json!({
            "event": "command",
            "timestamp": written(at),
            "properties": {
                "version": "1.4.0", "os": "linux", "is_ci": false, "command": command, "number_of_words": any.u32(1..40),
            },
            "identity": user,
            "idempotency_key": key(&mut any),
        });
        let refused = any.u32(..25) == 0;
        let sent = written(at + Duration::from_secs(20));
        let line = if refused {
            json!({"at": sent, "outcome": "dropped", "count": 1, "reason": "the endpoint refuses it: 400", "event": event})
        } else {
            json!({"at": sent, "outcome": "sent", "count": 1, "event": event})
        };
        // Writing to a string does not fail.
        let _ = writeln!(log, "{line}");
    }
    let kept = json!({"at": written(now - Duration::from_secs(200_000)), "outcome": "kept", "count": 4, "reason": "no connection"});
    let _ = writeln!(log, "{kept}");
    log
}

/// What a file endpoint has of many users in twelve weeks; now and then something else.
pub fn collected(events: usize) -> String {
    let mut lines = Vec::new();
    // Writing to memory does not fail.
    let _ = write_collected(events, &mut lines);
    String::from_utf8_lossy(&lines).into_owned()
}

/// The same, written line by line: there may be many.
pub fn write_collected(events: usize, lines: &mut impl Write) -> io::Result<()> {
    let mut any = Rng::with_seed(7);
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_788_739_200);
    for index in 0..events {
        let days = any.f64().powf(0.8) * 84.0;
        let user = format!("{:032x}", any.u64(..200 + events as u64 / 10));
        let new = any.f64() * 84.0 < days;
        let mut properties = json!({
            "username": user,
            "project_id": format!("{user}{}", any.u32(..2)),
            "project_version": if new { "1.6.0" } else if any.bool() { "1.5.0" } else { "1.4.0" },
            "os": one_of(&mut any, &["linux", "linux", "darwin", "win32"]),
            "main_command": one_of(&mut any, &["run", "run", "run", "catalog", "catalog", "viz", "new"]),
        });
        for class in CLASSES {
            if any.u32(..3) == 0 {
                properties[format!("dataset_type_count.{class}")] = any.u32(1..9).into();
            }
        }
        let event = json!({
            "app_id": "7",
            "event": "Kedro Project Statistics",
            "timestamp": written(start + Duration::from_secs_f64(days * DAY)),
            "properties": properties,
            "identity": user,
            "idempotency_key": key(&mut any),
        });
        writeln!(lines, "{event}")?;
        if index % 997 == 0 {
            lines.write_all(b"{\"message\": \"collector started\"}\n{\"event\": \"CLI comma\n")?;
        }
    }
    Ok(())
}

fn one_of(any: &mut Rng, words: &[&'static str]) -> &'static str {
    any.choice(words).copied().unwrap_or_default()
}

fn weighted(any: &mut Rng) -> &'static str {
    let weights: usize = COMMANDS.iter().map(|(_, weight)| weight).sum();
    let mut at = any.usize(..weights);
    for (command, weight) in COMMANDS {
        if at < weight {
            return command;
        }
        at -= weight;
    }
    COMMANDS[0].0
}

fn key(any: &mut Rng) -> String {
    format!("{:08x}-0000-4000-8000-{:012x}", any.u32(..), any.u64(..1 << 48))
}

fn written(at: SystemTime) -> Value {
    humantime::format_rfc3339_micros(at).to_string().into()
}
