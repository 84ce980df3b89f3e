//! What the user is told of failures that came again and again, when the command has ended.

use crate::manager::CountedFailure;

/// So many are named.
const MAX_NAMED: usize = 3;

/// In one line, which failures came more than once; `None` when there are none.
pub(crate) fn repeated(failures: &[CountedFailure]) -> Option<String> {
    let mut repeated: Vec<_> = failures.iter().filter(|failure| failure.count > 1).collect();
    repeated.sort_by_key(|failure| std::cmp::Reverse(failure.count));
    let named = |failure: &&CountedFailure| {
        let (plugin, hook) = (&failure.error.plugin, &failure.error.hook);
        format!("plugin `{plugin}` {} in hook `{hook}` {} times", failure.error.kind, failure.count)
    };
    let mut lines: Vec<_> = repeated.iter().take(MAX_NAMED).map(named).collect();
    if let Some(others @ 1..) = repeated.len().checked_sub(MAX_NAMED) {
        lines.push(format!("and {others} more failures came more than once"));
    }
    (!lines.is_empty()).then(|| format!("{}, of which the first was told", lines.join("; ")))
}
