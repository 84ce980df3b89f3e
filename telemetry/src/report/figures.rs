//! What a report says. What stands for too few users is not in it.

use serde::Serialize;

/// All figures; `None` where there are fewer users than are shown.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// Groups of fewer are not shown.
    pub minimum_users: u64,
    /// Above 1, users and projects were too many to be told apart: one in so many was, and their
    /// numbers are about right.
    pub one_in: u64,
    pub first_day: Option<String>,
    pub last_day: Option<String>,
    pub events: u64,
    pub events_without_user: u64,
    pub users: Option<u64>,
    pub projects: Option<u64>,
    pub weeks: Vec<Week>,
    pub dimensions: Vec<Dimension>,
    pub passed_over: Vec<PassedOver>,
}

/// A week, by its Monday.
#[derive(Debug, Serialize)]
pub struct Week {
    #[serde(rename = "week")]
    pub monday: String,
    pub users: Option<u64>,
    pub projects: Option<u64>,
    pub events: Option<u64>,
}

/// What users are counted by.
#[derive(Debug, Serialize)]
pub struct Dimension {
    pub name: String,
    /// Those with most users first.
    pub values: Vec<Value>,
    /// So many values have too few users.
    pub hidden: usize,
    /// So many events had one more value than are told apart.
    pub beyond: u64,
}

impl Dimension {
    pub fn is_of_use(&self) -> bool {
        !self.values.is_empty() || self.hidden > 0
    }
}

/// One value, and who has it.
#[derive(Debug, Serialize)]
pub struct Value {
    #[serde(rename = "value")]
    pub text: String,
    pub users: u64,
    pub events: u64,
    /// Users in each week.
    pub weeks: Vec<Option<u64>>,
}

/// What was not counted.
#[derive(Debug, Serialize)]
pub struct PassedOver {
    pub what: &'static str,
    pub count: u64,
    /// The first of them, with its line.
    pub first: String,
}
