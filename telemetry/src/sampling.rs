//! Events that are recorded of some users alone: a user is among them or is not, whatever the event.

use uuid::Uuid;

use crate::profile::Profile;

/// An event of which only one user in so many is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample<'a> {
    /// The event's name.
    pub event: &'a str,
    /// The number.
    pub one_in: u32,
}

impl Sample<'_> {
    /// That of an event, if it has one.
    pub fn of<'p>(profile: &'p Profile, event: &str) -> Option<Sample<'p>> {
        Self::all(profile).find(|sample| sample.event == event)
    }

    /// Those of a profile.
    pub fn all(profile: &Profile) -> impl Iterator<Item = Sample<'_>> {
        profile.samples.iter().map(|(event, one_in)| Sample { event, one_in: *one_in })
    }

    /// Whether a user of this id is among those who are asked; of one without an id, the event's own
    /// key decides.
    pub fn includes(self, user: &str, key: Uuid) -> bool {
        let number = u128::from_str_radix(user, 16).unwrap_or(key.as_u128());
        // Of a random UUID, the bits from here on are random, all of them.
        let random = number & ((1 << 62) - 1);
        random.is_multiple_of(u128::from(self.one_in.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(one_in: u32) -> Sample<'static> {
        Sample { event: "a", one_in }
    }

    #[test]
    fn one_user_in_so_many_is_asked_and_always_the_same() {
        for one_in in [1, 2, 3, 10, 100] {
            let users: Vec<String> = (0..20_000).map(|_| Uuid::new_v4().simple().to_string()).collect();
            let is_asked = |user: &&String| sample(one_in).includes(user, Uuid::new_v4());
            let asked: Vec<_> = users.iter().filter(is_asked).collect();
            let expected = 20_000.0 / f64::from(one_in);
            // Six standard deviations.
            let bound = 6.0 * expected.sqrt();
            let count = f64::from(u32::try_from(asked.len()).unwrap());
            assert!((count - expected).abs() <= bound, "{count} of {expected} for {one_in}");
            assert!(asked.iter().all(is_asked), "whatever the event's key");
        }
    }

    #[test]
    fn without_an_id_each_event_is_drawn_for_itself() {
        let drawn = (0..10_000).filter(|_| sample(10).includes("", Uuid::new_v4())).count();
        assert!((700..1300).contains(&drawn), "{drawn}");
        assert!(sample(0).includes("", Uuid::new_v4()), "no number is all");
    }
}
