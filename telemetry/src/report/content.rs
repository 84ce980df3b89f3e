//! The report as a page.

use maud::{Markup, html};

use super::figures::{Dimension, Figures};
use crate::page::{Series, bar, lines, number, page as whole, part, text};

/// So many values are drawn, which can be told apart by their colours.
const DRAWN: usize = 6;
/// So many values are listed; all are in the JSON.
const LISTED: usize = 50;
const CLASSES: [&str; DRAWN] = ["c1", "c2", "c5", "c3", "c6", "c4"];

pub fn page(program: &str, figures: &Figures) -> String {
    let title = format!("How {program} is used");
    let span = match (&figures.first_day, &figures.last_day) {
        (Some(first), Some(last)) => format!("From {first} to {last}, in weeks from Monday, UTC."),
        _ => "No events were read.".to_owned(),
    };
    let head = html! {
        h1 { (text(&title)) }
        p { (span) }
        p.soft {
            "A group of fewer than " (figures.minimum_users) " users is not shown, and – stands for it."
            @if figures.one_in > 1 {
                " Users and projects are estimated from one in " (number(figures.one_in)) " of them."
            }
        }
    };
    let ids: Vec<String> = (0..figures.dimensions.len()).map(|index| format!("by-{index}")).collect();
    let headings: Vec<String> = figures.dimensions.iter().map(|one| heading(&one.name)).collect();
    let named = ids.iter().zip(&headings).map(|(id, heading)| (id.as_str(), heading.as_str()));
    let parts: Vec<(&str, &str)> =
        [("weeks", "By week")].into_iter().chain(named).chain([("passed", "Not counted")]).collect();
    let weeks: Vec<String> = figures.weeks.iter().map(|week| week.monday.clone()).collect();
    let main = html! {
        (part("weeks", "By week", &by_week(figures, &weeks)))
        @for ((id, heading), dimension) in ids.iter().zip(&headings).zip(&figures.dimensions) {
            (part(id, heading, &by_value(heading, dimension, &weeks)))
        }
        (part("passed", "Not counted", &passed_over(figures)))
    };
    let foot = html! { p { "Made by " code { (program) " telemetry report" } " on one machine. This page loads nothing and sends nothing." } };
    whole(&title, &head, &parts, &main, &foot)
}

/// `Dataset type count` of `dataset_type_count`.
fn heading(name: &str) -> String {
    let words = text(&name.replace('_', " "));
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn shown(count: Option<u64>) -> String {
    count.map_or_else(|| "–".to_owned(), number)
}

fn by_week(figures: &Figures, weeks: &[String]) -> Markup {
    let series = |name: &str, class, values| Series { name: name.to_owned(), class, values };
    let users = figures.weeks.iter().map(|week| week.users).collect();
    let projects = figures.weeks.iter().map(|week| week.projects).collect();
    html! {
        dl.tiles {
            div { dt { "Users" } dd { (shown(figures.users)) } }
            div { dt { "Projects" } dd { (shown(figures.projects)) } }
            div { dt { "Events" } dd { (number(figures.events)) } }
            div { dt { "Of nobody known" } dd { (number(figures.events_without_user)) } }
        }
        (lines("Weekly active users and projects", weeks, &[series("users", "c1", users), series("projects", "c2", projects)]))
    }
}

fn by_value(heading: &str, dimension: &Dimension, weeks: &[String]) -> Markup {
    let most = dimension.values.first().map_or(0, |value| value.users);
    let series: Vec<Series> = dimension
        .values
        .iter()
        .zip(CLASSES)
        .map(|(value, class)| Series { name: text(&value.text), class, values: value.weeks.clone() })
        .collect();
    html! {
        @if !series.is_empty() && weeks.len() > 1 { (lines(&format!("{heading}: users a week"), weeks, &series)) }
        @if !dimension.values.is_empty() {
            table {
                caption.hidden { (heading) ", those with most users first" }
                thead { tr { th scope="col" { "Which" } th.number scope="col" { "Users" } th.number scope="col" { "Events" } td.share {} } }
                tbody {
                    @for value in dimension.values.iter().take(LISTED) {
                        tr {
                            th scope="row" { code { (text(&value.text)) } }
                            td.number { (number(value.users)) }
                            td.number { (number(value.events)) }
                            td.share { (bar(value.users, most)) }
                        }
                    }
                }
            }
        }
        @if dimension.hidden > 0 { p.soft { (number(dimension.hidden as u64)) " more with too few users to be shown." } }
        @if dimension.values.len() > LISTED { p.soft { "The first " (LISTED) " are listed; all are in the JSON." } }
        @if dimension.beyond > 0 { p.soft { (number(dimension.beyond)) " events had still other values, too many to be told apart." } }
    }
}

fn passed_over(figures: &Figures) -> Markup {
    html! {
        @if figures.passed_over.is_empty() { p { "Nothing: every line was read." } } @else {
            table {
                caption.hidden { "What was not counted" }
                thead { tr { th scope="col" { "What" } th.number scope="col" { "How many" } th scope="col" { "The first" } } }
                tbody {
                    @for one in &figures.passed_over {
                        tr { th scope="row" { (one.what) } td.number { (number(one.count)) } td { (text(&one.first)) } }
                    }
                }
            }
        }
    }
}
