//! The count.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use super::{
    distinct::{BOUND, Distinct},
    event::{UsageEvent, hash},
    figures::{Dimension, Figures, PassedOver, Value, Week},
    repeated::Repeated,
    unread::Unread,
};
use crate::day::Day;

/// So many different values of a property are told apart.
const MAX_VALUES: usize = 2_000;
/// So many different families of properties, as `dataset_type_count.…` is one.
const MAX_FAMILIES: usize = 32;
/// A longer value is cut there, in bytes.
const MAX_VALUE: usize = 256;

/// What users are counted by whatever the program, and the properties that say it, the first that
/// an event has.
const DIMENSIONS: [(&str, &[&str]); 4] = [
    ("commands", &["main_command", "command"]),
    ("versions", &["project_version", "version"]),
    ("operating systems", &["os"]),
    ("events", &[]),
];

/// Who is counted where: in one week, or in all.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Group {
    week: Option<Day>,
    whose: Whose,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Users,
    Projects,
    /// Users of the value of this number.
    Value(u32),
}

/// The values of one property.
struct Counted {
    field: String,
    properties: Vec<String>,
    /// By value, its number and how many events have it.
    values: HashMap<String, (u32, u64)>,
    beyond: u64,
}

pub struct Tally {
    dimensions: Vec<Counted>,
    families: HashMap<String, usize>,
    distinct: Distinct<Group>,
    repeated: Repeated,
    weeks: BTreeMap<Day, u64>,
    events: u64,
    without_user: u64,
    days: Option<(Day, Day)>,
    numbers: u32,
    file: PathBuf,
    line: u64,
    unread: BTreeMap<Unread, (u64, String)>,
}

impl Tally {
    pub fn new(by: Vec<String>) -> Self {
        let named = |field: &str, properties: Vec<String>| Counted {
            field: field.to_owned(),
            properties,
            values: HashMap::new(),
            beyond: 0,
        };
        let own = DIMENSIONS.iter().map(|(field, properties)| {
            named(field, properties.iter().map(|property| (*property).to_owned()).collect())
        });
        let asked = by.into_iter().map(|field| named(&field, vec![field.clone()]));
        Self {
            dimensions: own.chain(asked).collect(),
            families: HashMap::new(),
            distinct: Distinct::new(BOUND),
            repeated: Repeated::default(),
            weeks: BTreeMap::new(),
            events: 0,
            without_user: 0,
            days: None,
            numbers: 0,
            file: PathBuf::new(),
            line: 0,
            unread: BTreeMap::new(),
        }
    }

    /// What is counted next is in this line.
    pub fn place(&mut self, file: &Path, line: u64) {
        if self.file != file {
            file.clone_into(&mut self.file);
        }
        self.line = line;
    }

    pub fn pass_over(&mut self, why: Unread) {
        let (file, line) = (&self.file, self.line);
        self.unread.entry(why).or_insert_with(|| (0, format!("{}:{line}", file.display()))).0 += 1;
    }

    pub fn add(&mut self, event: &UsageEvent<'_>) {
        let Some(day) = event.day else { return self.pass_over(Unread::Undated) };
        if event.key.is_some_and(|key| self.repeated.has_seen(key)) {
            return self.pass_over(Unread::Repeated);
        }
        self.events += 1;
        self.without_user += u64::from(event.user.is_none());
        self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        let week = day.monday();
        *self.weeks.entry(week).or_default() += 1;
        self.insert(week, Whose::Users, event.user);
        self.insert(week, Whose::Projects, event.properties.get("project_id").map(hash));
        for dimension in 0..self.dimensions.len() {
            if let Some(value) = self.dimensions[dimension].of(event) {
                self.add_value(dimension, value, week, event.user);
            }
        }
        for (name, _) in &event.properties.0 {
            let Some((family, value)) = name.split_once('.') else { continue };
            if let Some(dimension) = self.family(family) {
                self.add_value(dimension, value, week, event.user);
            }
        }
    }

    fn insert(&mut self, week: Day, whose: Whose, hash: Option<u64>) {
        let Some(hash) = hash else { return };
        self.distinct.insert(Group { week: None, whose }, hash);
        self.distinct.insert(Group { week: Some(week), whose }, hash);
    }

    fn add_value(&mut self, dimension: usize, value: &str, week: Day, user: Option<u64>) {
        let Some(values) = self.dimensions.get_mut(dimension) else { return };
        let value = cut(value);
        let has_room = values.values.len() < MAX_VALUES;
        let number = match values.values.get_mut(value) {
            Some((number, events)) => {
                *events += 1;
                *number
            }
            None if has_room => {
                self.numbers += 1;
                values.values.insert(value.to_owned(), (self.numbers, 1));
                self.numbers
            }
            None => {
                values.beyond += 1;
                return;
            }
        };
        self.insert(week, Whose::Value(number), user);
    }

    /// Where a family of properties is counted; as many as an event can have of ours.
    fn family(&mut self, family: &str) -> Option<usize> {
        if let Some(place) = self.families.get(family) {
            return Some(*place);
        }
        if self.families.len() >= MAX_FAMILIES {
            return None;
        }
        let (values, place) = (HashMap::new(), self.dimensions.len());
        self.dimensions.push(Counted { field: family.to_owned(), properties: Vec::new(), values, beyond: 0 });
        self.families.insert(family.to_owned(), place);
        Some(place)
    }

    pub fn figures(&self, minimum_users: u64) -> Figures {
        let users = |week, whose| {
            let count = self.distinct.count(&Group { week, whose });
            (count.seen >= minimum_users).then_some(count.all)
        };
        let weeks: Vec<Day> = match (self.weeks.keys().next(), self.weeks.keys().last()) {
            (Some(first), Some(last)) => first.until(*last, 7).collect(),
            _ => Vec::new(),
        };
        let projects = |week| {
            users(week, Whose::Users)?;
            Some(self.distinct.count(&Group { week, whose: Whose::Projects }).all)
        };
        let week = |monday: &Day| Week {
            monday: monday.to_string(),
            users: users(Some(*monday), Whose::Users),
            projects: projects(Some(*monday)),
            events: users(Some(*monday), Whose::Users).and_then(|_| self.weeks.get(monday).copied()),
        };
        let value = |(value, (number, events)): (&String, &(u32, u64))| {
            let whose = Whose::Value(*number);
            Some(Value {
                text: value.clone(),
                users: users(None, whose)?,
                events: *events,
                weeks: weeks.iter().map(|monday| users(Some(*monday), whose)).collect(),
            })
        };
        let dimension = |values: &Counted| {
            let mut shown: Vec<_> = values.values.iter().filter_map(value).collect();
            shown.sort_by(|one, other| other.users.cmp(&one.users).then_with(|| one.text.cmp(&other.text)));
            let hidden = values.values.len() - shown.len();
            Dimension { name: values.field.clone(), values: shown, hidden, beyond: values.beyond }
        };
        let passed_over = |(why, (count, first)): (&Unread, &(u64, String))| PassedOver {
            what: why.words(),
            count: *count,
            first: first.clone(),
        };
        Figures {
            minimum_users,
            one_in: self.distinct.one_in(),
            first_day: self.days.map(|(first, _)| first.to_string()),
            last_day: self.days.map(|(_, last)| last.to_string()),
            events: self.events,
            events_without_user: self.without_user,
            users: users(None, Whose::Users),
            projects: projects(None),
            weeks: weeks.iter().map(week).collect(),
            dimensions: self.dimensions.iter().map(dimension).filter(Dimension::is_of_use).collect(),
            passed_over: self.unread.iter().map(passed_over).collect(),
        }
    }
}

/// The beginning of a value, if it is long.
fn cut(value: &str) -> &str {
    let end = value.char_indices().map(|(at, _)| at).find(|at| *at >= MAX_VALUE);
    &value[..end.unwrap_or(value.len())]
}

impl Counted {
    /// What an event says of it.
    fn of<'e>(&self, event: &'e UsageEvent<'_>) -> Option<&'e str> {
        if self.field == "events" {
            return Some(&event.name);
        }
        self.properties.iter().find_map(|property| event.properties.get(property))
    }
}
