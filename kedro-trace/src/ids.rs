//! Ids of a trace and its spans.

use uuid::Uuid;

/// The ids of one trace.
#[derive(Debug)]
pub(crate) struct Ids {
    trace: String,
    base: u64,
}

impl Ids {
    /// Ids that no other trace has.
    pub(crate) fn new() -> Self {
        let (high, low) = Uuid::new_v4().as_u64_pair();
        Self { trace: Uuid::new_v4().simple().to_string(), base: (high ^ low.rotate_left(32)) | 1 }
    }

    /// The trace's, 32 hexadecimal digits.
    pub(crate) fn trace(&self) -> &str {
        &self.trace
    }

    /// That of a span, by its place: another for each, and odd, so never 0, which stands for none.
    pub(crate) fn span(&self, place: usize) -> u64 {
        const STEP: u64 = 2 * 0x1e37_79b9_7f4a_7c15;
        self.base.wrapping_add((place as u64).wrapping_mul(STEP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_span_has_the_id_of_another_or_none() {
        let ids = Ids { trace: String::new(), base: 1 };
        let mut all: Vec<_> = (0..10_000).map(|place| ids.span(place)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 10_000);
        assert!(!all.contains(&0));
        assert_eq!(Ids::new().trace().len(), 32);
    }
}
