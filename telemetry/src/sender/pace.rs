//! How fast events go to one destination, where its receiver documents how fast they may:
//! remembered across runs, as each process sends little.
//!
//! A line for each request, written before it is made: `SECOND COUNT DESTINATION`. The number is
//! taken back, in a line of its own, where the receiver has taken nothing.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use small_files::{FileAccess, FileError, Visibility};

use crate::digest::Digest;

/// What receivers count by, in seconds.
const WINDOW: u64 = 60;
/// The file is written anew when it has grown to this, in bytes.
const LARGE: u64 = 32 * 1024;
const MAX_FILE: u64 = 1024 * 1024;

/// The file, below a state folder, that says how many events have gone where of late.
#[derive(Debug, Clone)]
pub struct PaceFile(PathBuf);

/// A request, or what was taken back of one.
struct Spent {
    second: u64,
    count: i64,
    destination: Digest,
}

impl Spent {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (second, count, destination) = (words.next()?, words.next()?, words.next()?);
        Some(Self { second: second.parse().ok()?, count: count.parse().ok()?, destination: destination.parse().ok()? })
    }

    fn line(&self) -> String {
        format!("{} {} {}\n", self.second, self.count, self.destination)
    }

    /// The first second in which it does not count any more: it may have been at the end of its
    /// own.
    fn ends(&self) -> u64 {
        self.second + WINDOW + 1
    }

    /// One that is to come was written under a clock that has been set back since.
    fn counts_at(&self, second: u64) -> bool {
        self.second <= second + WINDOW && second < self.ends()
    }
}

impl PaceFile {
    /// The file in `state`, the state folder.
    pub fn new(state: &Path) -> Self {
        Self(state.join("pace"))
    }

    /// How many of `most` events a minute may still go to this destination, and when there will be
    /// more.
    pub fn left(&self, destination: Digest, most: usize, now: SystemTime) -> (usize, SystemTime) {
        let recent = self.recent(now);
        let own = || recent.iter().filter(|spent| spent.destination == destination);
        let spent: i64 = own().map(|spent| spent.count).fold(0, i64::saturating_add);
        let left = most.saturating_sub(usize::try_from(spent).unwrap_or(0));
        let next = own().filter(|spent| spent.count > 0).map(Spent::ends).min();
        (left, next.map_or(now, |second| UNIX_EPOCH + Duration::from_secs(second)))
    }

    /// So many are about to go there.
    pub fn spend(&self, destination: Digest, count: usize, now: SystemTime) -> Result<(), FileError> {
        self.add(destination, i64::try_from(count).unwrap_or(i64::MAX), now)
    }

    /// So many of them were not taken.
    pub fn take_back(&self, destination: Digest, count: usize, now: SystemTime) -> Result<(), FileError> {
        self.add(destination, i64::try_from(count).map_or(i64::MIN, i64::wrapping_neg), now)
    }

    /// Removes the file.
    pub fn forget(&self) -> Result<(), FileError> {
        small_files::remove(&self.0).map(drop)
    }

    fn add(&self, destination: Digest, count: i64, now: SystemTime) -> Result<(), FileError> {
        let line = Spent { second: second_of(now), count, destination }.line();
        let mut file = small_files::open_or_create(&self.0, FileAccess::Append, "write")?.file;
        if file.metadata().is_ok_and(|metadata| metadata.len() >= LARGE) {
            let kept: String = self.recent(now).iter().map(Spent::line).collect();
            return small_files::replace(&self.0, (kept + &line).as_bytes(), Visibility::Owner);
        }
        let written = small_files::check_growth(&file, line.len()).and_then(|()| file.write_all(line.as_bytes()));
        written.map_err(FileError::io("write", &self.0))
    }

    /// A file that cannot be read says nothing, and neither does a line that is damaged.
    fn recent(&self, now: SystemTime) -> Vec<Spent> {
        let now = second_of(now);
        let text = small_files::read(&self.0, MAX_FILE).ok().flatten().unwrap_or_default();
        let lines = text.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
        lines.filter_map(Spent::parse).filter(|spent| spent.counts_at(now)).collect()
    }
}

fn second_of(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::support::at;

    fn somewhere() -> Digest {
        Digest::of([&b"somewhere"[..]])
    }

    #[test]
    fn no_minute_has_more_wherever_it_begins() {
        let state = tempfile::tempdir().unwrap();
        let pace = PaceFile::new(state.path());
        let mut sent = Vec::new();
        // Many small requests, one large one, and requests at odd times.
        for second in (0..500_u32).filter(|second| second % 7 < 3) {
            let wanted = if second % 5 == 0 { 90 } else { 1 };
            let second = second.into();
            let (left, _) = pace.left(somewhere(), 100, at(second));
            let count = left.min(wanted);
            pace.spend(somewhere(), count, at(second)).unwrap();
            sent.push((second, count));
        }
        for begins in 0..500 {
            let within = sent.iter().filter(|(second, _)| (begins..=begins + WINDOW).contains(second));
            assert!(within.map(|(_, count)| count).sum::<usize>() <= 100, "from {begins} on");
        }
        assert!(sent.iter().map(|(_, count)| count).sum::<usize>() >= 700);
        assert_eq!(pace.left(Digest::of([&b"elsewhere"[..]]), 100, at(500)).0, 100);
    }

    #[test]
    fn what_was_not_taken_does_not_count_and_the_next_time_is_told() {
        let state = tempfile::tempdir().unwrap();
        let pace = PaceFile::new(state.path());
        assert_eq!(pace.left(somewhere(), 100, at(7)), (100, at(7)));
        pace.spend(somewhere(), 100, at(7)).unwrap();
        assert_eq!(pace.left(somewhere(), 100, at(8)), (0, at(68)));
        pace.take_back(somewhere(), 99, at(8)).unwrap();
        assert_eq!(pace.left(somewhere(), 100, at(8)).0, 99);
    }

    #[test]
    fn a_file_stays_small_and_one_that_is_damaged_or_of_another_time_stops_nothing() {
        let state = tempfile::tempdir().unwrap();
        let pace = PaceFile::new(state.path());
        for second in 0..5_000 {
            pace.spend(somewhere(), 1, at(second)).unwrap();
        }
        let file = state.path().join("pace");
        assert!(fs::metadata(&file).unwrap().len() < LARGE + 100);
        assert_eq!(pace.left(somewhere(), 100, at(4_999)).0, 39);
        assert_eq!(pace.left(somewhere(), 100, at(0)).0, 100, "the clock has been set back");
        fs::write(&file, format!("\u{0}\n1 2\n{} 30 {}\n9 9 9 9\n99", second_of(at(3)), somewhere())).unwrap();
        assert_eq!(pace.left(somewhere(), 100, at(4)).0, 70);
        fs::write(&file, b"\xff\n").unwrap();
        assert_eq!(pace.left(somewhere(), 100, at(4)).0, 100);
    }
}
