//! What the page says.

use std::{collections::BTreeMap, fmt, path::Path, time::SystemTime};

use maud::{Markup, html};
use serde_json::Value;

use super::known::{Fate, Happening, Known, KnownEvent};
use crate::{
    day::Day,
    facts::Facts,
    identity,
    journal::EventOutcome,
    mode::Mode,
    page::{Series, bar, columns, counted, number, page as whole, part, text},
    time::timestamp,
};

/// So many days are drawn, the last ones.
const DAYS: u64 = 60;
/// So many commands are listed.
const COMMANDS: usize = 15;
/// So many events are shown whole, the newest: a browser is to open the page without delay.
const EVENTS: usize = 10_000;
/// The same for the bytes of their bodies.
const BYTES: usize = 16 * 1024 * 1024;
/// So many other lines of the log are shown.
const HAPPENINGS: usize = 100;

const PARTS: [(&str, &str); 6] = [
    ("decided", "Who decided"),
    ("days", "Events by day"),
    ("commands", "By command"),
    ("refuse", "How to refuse"),
    ("events", "Every event"),
    ("attempts", "Attempts"),
];

pub fn page(facts: &Facts, project: Option<&Path>, known: &Known, now: SystemTime) -> String {
    let program = &facts.profile().program;
    let title = format!("What {program} has recorded of your use");
    let consent = facts.consent(project);
    let (class, word) = match consent.mode() {
        Mode::On => ("on", "Telemetry is on"),
        Mode::Local => ("on", "Telemetry is local: nothing is sent"),
        Mode::Off => ("off", "Telemetry is off"),
    };
    let head = html! {
        h1 { (text(&title)) }
        p { span.badge.(class) { (word) } (text(&consent.reason())) }
        p.soft { "All that telemetry knows on this machine. This page was made here, loads nothing and sends nothing." }
    };
    let contents = [
        decided(facts, project),
        days(known, now),
        commands(known),
        refuse(facts),
        events(facts, known, consent.mode()),
        attempts(&known.happenings),
    ];
    let main = html! { @for ((id, heading), content) in PARTS.iter().zip(&contents) { (part(id, heading, content)) } };
    let foot = html! {
        p { "Made " time datetime=(timestamp(now)) { (to_the_second(&timestamp(now))) } " UTC by " code { (program) " telemetry view" } ". All times are in UTC." }
    };
    whole(&title, &head, &PARTS, &main, &foot)
}

fn decided(facts: &Facts, project: Option<&Path>) -> Markup {
    let consent = facts.consent(project);
    let mode = consent.mode();
    let endpoint = match facts.settings() {
        Ok(_) if mode == Mode::Local => "nowhere: telemetry is local, so that they stay on this machine".to_owned(),
        Ok(settings) => settings.destination.map_or_else(
            || "nowhere: events stay on this machine".to_owned(),
            |to| format!("to {} (from {})", to.endpoint, settings.endpoint_origin),
        ),
        Err(error) => error.to_string(),
    };
    let dirs = facts.dirs();
    let identity = match dirs.map(|dirs| (identity::get(dirs.identity_file()), dirs.identity_file())) {
        Ok((Ok(Some(user)), file)) => format!("{user}, a random number kept in {}", file.display()),
        Ok((Ok(None), _)) => "none yet".to_owned(),
        Ok((Err(error), _)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    html! {
        dl.facts {
            dt { "Usage is" } dd { (usage_is(mode)) }
            dt { "Because" } dd { (text(&consent.reason())) }
            @if let Some(ignored) = consent.ignored() { dt { "Ignored" } dd { (text(&ignored.to_string())) } }
            dt { "Events go" } dd { (text(&endpoint)) }
            dt { "You are" } dd { (text(&identity)) }
            @if let Ok(dirs) = dirs { dt { "Kept in" } dd { (text(&dirs.state().display().to_string())) } }
        }
    }
}

fn usage_is(mode: Mode) -> &'static str {
    match mode {
        Mode::On => "recorded",
        Mode::Local => "recorded, and never sent",
        Mode::Off => "not recorded",
    }
}

fn refuse(facts: &Facts) -> Markup {
    let profile = facts.profile();
    let program = &profile.program;
    let row = |command: &dyn fmt::Display, what: &str| {
        html! { tr role="row" { th scope="row" role="rowheader" { code { (command) } } td role="cell" { (what) } } }
    };
    let telemetry = |words: &str| format!("{program} telemetry {words}");
    html! {
        p { "Any refusal wins over any consent. Under it nothing is sent, written or started, and what waits is deleted." }
        table.stack role="table" {
            caption.hidden { "Ways to refuse" }
            thead role="rowgroup" { tr role="row" { th scope="col" { "Type or set" } th scope="col" { "What it does" } } }
            tbody role="rowgroup" {
                (row(&telemetry("off"), "Refuses for you, in this program on this machine"))
                (row(&telemetry("off --all"), "Refuses for you in every program that records usage in this way"))
                @if let Some(file) = profile.project_file {
                    (row(&telemetry("off --project"), &format!("Refuses in one project, by its {} file", file.name)))
                }
                @for variable in &profile.refusing_variables {
                    (row(variable, "Refuses for all that is started with this variable, whatever its value"))
                }
                (row(&telemetry("purge"), "Deletes what waits, the log, this page and your identity"))
            }
        }
    }
}

fn days(known: &Known, now: SystemTime) -> Markup {
    let mut counts: BTreeMap<Day, [u64; 4]> = BTreeMap::new();
    for event in &known.events {
        let Some(day) = Day::of(&event.at) else { continue };
        counts.entry(day).or_default()[event.fate as usize] += 1;
    }
    let totals = Fate::ALL.map(|fate| known.events.iter().filter(|event| event.fate == fate).count() as u64);
    let today = Day::at(now);
    let first = counts.keys().next().copied().unwrap_or(today).max(today.before(DAYS - 1)).min(today.before(13));
    let shown: Vec<Day> = first.until(today, 1).collect();
    let series = Fate::ALL.map(|fate| Series {
        name: fate.word().to_owned(),
        class: class(fate),
        values: shown.iter().map(|day| Some(counts.get(day).map_or(0, |counts| counts[fate as usize]))).collect(),
    });
    let labels: Vec<String> = shown.iter().map(Day::to_string).collect();
    html! {
        dl.tiles {
            @for (fate, total) in Fate::ALL.iter().zip(totals) { div { dt { (fate.word()) } dd { (number(total)) } } }
        }
        (columns(&format!("Events a day, the last {} days", shown.len()), &labels, &series))
    }
}

/// The colour of a fate in plots.
fn class(fate: Fate) -> &'static str {
    match fate {
        Fate::Sent => "c1",
        Fate::Waits => "c2",
        Fate::Stays => "c4",
        Fate::Dropped => "c3",
    }
}

fn commands(known: &Known) -> Markup {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for event in &known.events {
        *counts.entry(what(event)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let most = counts.first().map_or(0, |(_, count)| *count);
    let others: u64 = counts.iter().skip(COMMANDS).map(|(_, count)| count).sum();
    html! {
        @if counts.is_empty() { p { "No events yet." } } @else {
            table {
                caption.hidden { "Events by command" }
                thead { tr { th scope="col" { "Command" } th.number scope="col" { "Events" } td.share {} } }
                tbody {
                    @for (command, count) in counts.iter().take(COMMANDS) {
                        tr { th scope="row" { code { (command) } } td.number { (number(*count)) } td.share { (bar(*count, most)) } }
                    }
                    @if others > 0 {
                        tr { th scope="row" { "others" } td.number { (number(others)) } td.share { (bar(others, most)) } }
                    }
                }
            }
        }
    }
}

/// What happened, in a few words.
fn what(event: &KnownEvent) -> String {
    match &event.command {
        Some(command) => text(command),
        None if event.name.is_empty() => "not known any more".to_owned(),
        None => text(&event.name),
    }
}

fn events(facts: &Facts, known: &Known, mode: Mode) -> Markup {
    let shown = fitting(&known.events);
    let left_out = known.events.len() - shown.len();
    let mut days: Vec<(&str, &[KnownEvent])> = Vec::new();
    for day in shown.chunk_by(|one, other| date(&one.at) == date(&other.at)) {
        days.push((date(&day[0].at), day));
    }
    html! {
        p {
            "Each with the body of its request. An event that was sent is shown as it was recorded; its request had the "
            "form that its receiver takes, and several may have gone together. "
            a href="#refuse" { "How to refuse" } "."
        }
        @if left_out > 0 {
            p { "The newest " (counted(shown.len() as u64, "event")) " are shown. " code { (facts.profile().program) " telemetry log --format json" } " has the " (number(left_out as u64)) " older ones." }
        }
        @if days.is_empty() { p { "No events yet." } }
        div.days { @for (index, (date, events)) in days.iter().enumerate() {
            details.day open[index == 0 && events.len() <= 100] {
                summary { (text(date)) " " span { "– " (counted(events.len() as u64, "event")) } }
                table.events role="table" {
                    caption.hidden { "Events of " (text(date)) }
                    thead role="rowgroup" { tr role="row" { th.at scope="col" { "Time" } th scope="col" { "What" } th.fate scope="col" { "What became of it" } } }
                    tbody role="rowgroup" { @for event in *events { (row(event, mode)) } }
                }
            }
        } }
    }
}

/// Why events that were to be sent are not: they were recorded before telemetry was local.
const HELD_BACK: &str = "not sent while telemetry is local";

fn row(event: &KnownEvent, mode: Mode) -> Markup {
    let time = event.at.split('T').nth(1).unwrap_or_default();
    let time = time.split('.').next().unwrap_or_default();
    let is_held_back = event.fate == Fate::Waits && mode == Mode::Local;
    let reason = event.reason.as_deref().or(is_held_back.then_some(HELD_BACK));
    let class = if event.fate == Fate::Dropped { "dropped" } else { "sent" };
    html! {
        tr role="row" {
            td.at role="cell" { (text(time)) }
            td.what role="cell" {
                @match &event.body {
                    Some(body) => details { summary { code { (what(event)) } } pre { (pretty(body)) } },
                    None => code { (what(event)) },
                }
            }
            td.fate role="cell" {
                span.(class) { (event.fate.word()) }
                @if let Some(reason) = reason { ": " (text(reason)) }
            }
        }
    }
}

/// What the page has room for.
fn fitting(events: &[KnownEvent]) -> &[KnownEvent] {
    let mut bytes = 0;
    let fits = |event: &&KnownEvent| {
        bytes += event.body.as_ref().map_or(0, String::len);
        bytes <= BYTES
    };
    let count = events.iter().take(EVENTS).take_while(fits).count();
    &events[..count]
}

/// The same JSON on several lines.
fn pretty(body: &str) -> String {
    let lines = serde_json::from_str::<Value>(body).and_then(|value| serde_json::to_string_pretty(&value));
    terminal_text::json(&lines.unwrap_or_else(|_| body.to_owned())).into_owned()
}

fn attempts(happenings: &[Happening]) -> Markup {
    html! {
        @if happenings.is_empty() { p { "Nothing has gone wrong." } } @else {
            table.stack role="table" {
                caption.hidden { "What befell events, the last first" }
                thead role="rowgroup" { tr role="row" { th scope="col" { "When" } th scope="col" { "Events" } th scope="col" { "Why" } } }
                tbody role="rowgroup" {
                    @for happening in happenings.iter().take(HAPPENINGS) {
                        tr role="row" {
                            th scope="row" role="rowheader" { (text(&to_the_second(&happening.at))) }
                            td role="cell" { (number(happening.count as u64)) " " (outcome(happening.outcome)) }
                            td role="cell" { (text(&happening.reason)) }
                        }
                    }
                }
            }
            @if happenings.len() > HAPPENINGS { p.soft { "The last " (HAPPENINGS) " are shown." } }
        }
    }
}

fn outcome(outcome: EventOutcome) -> &'static str {
    match outcome {
        EventOutcome::Sent => "sent",
        EventOutcome::Dropped => "dropped",
        EventOutcome::Kept => "kept",
    }
}

fn date(timestamp: &str) -> &str {
    timestamp.split('T').next().unwrap_or_default()
}

/// `2026-11-23 16:59:46` of `2026-11-23T16:59:46.841525Z`.
fn to_the_second(timestamp: &str) -> String {
    timestamp.split(['.', 'Z']).next().unwrap_or_default().replace('T', " ")
}
