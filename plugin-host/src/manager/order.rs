//! The order in which the hookimpls of one hook are called.

use hookspec::{HookImplOptions, HookImplRank};

use crate::error::RegisterError;

/// Something to be ordered: a plugin's name, and where its hookimpl wants to be.
pub(super) trait Placed {
    fn plugin(&self) -> &str;
    fn options(&self) -> &HookImplOptions;
}

/// Sorts `registered`, which come in the order of their registration, into the order of their
/// calls.
///
/// Last registered is first called, within its rank, but of those that try to be last the last
/// registered is called last, as in pluggy (1.7, `HookCaller._add_hookimpl`). Then `before` and
/// `after` move as little as they can.
pub(super) fn call_order<T: Placed + Clone>(hook: &str, registered: &[T]) -> Result<Vec<T>, RegisterError> {
    let (last, others): (Vec<T>, Vec<T>) =
        registered.iter().cloned().partition(|item| item.options().rank == HookImplRank::Last);
    let mut wanted: Vec<T> = others.into_iter().rev().chain(last).collect();
    wanted.sort_by_key(|item| item.options().rank);
    if wanted.iter().all(|item| item.options().before.is_empty() && item.options().after.is_empty()) {
        return Ok(wanted);
    }

    let earlier: Vec<Vec<usize>> = (0..wanted.len()).map(|index| must_precede(&wanted, index)).collect();
    let mut placed = vec![false; wanted.len()];
    let mut order = Vec::with_capacity(wanted.len());
    while order.len() < wanted.len() {
        let ready =
            (0..wanted.len()).find(|&index| !placed[index] && earlier[index].iter().all(|&other| placed[other]));
        let Some(index) = ready else {
            return Err(cycle(hook, &wanted, &earlier, &placed));
        };
        placed[index] = true;
        order.push(wanted[index].clone());
    }
    Ok(order)
}

/// The indices of those that come before `items[index]`.
fn must_precede<T: Placed>(items: &[T], index: usize) -> Vec<usize> {
    let item = &items[index];
    let comes_first = |other: &T| {
        other.plugin() != item.plugin()
            && (item.options().after.iter().any(|name| name == other.plugin())
                || other.options().before.iter().any(|name| name == item.plugin()))
    };
    (0..items.len()).filter(|&other| other != index && comes_first(&items[other])).collect()
}

/// Walks from an item that cannot be placed to one that it waits for, until it meets one again.
fn cycle<T: Placed>(hook: &str, items: &[T], earlier: &[Vec<usize>], placed: &[bool]) -> RegisterError {
    let waits_for = |index: usize| earlier[index].iter().copied().find(|&other| !placed[other]);
    let mut path: Vec<usize> = (0..items.len()).find(|&index| !placed[index]).into_iter().collect();
    while let Some(next) = path.last().and_then(|&last| waits_for(last)) {
        if let Some(start) = path.iter().position(|&index| index == next) {
            path.drain(..start);
            path.push(next);
            break;
        }
        path.push(next);
    }
    path.reverse();
    let names: Vec<&str> = path.iter().map(|&index| items[index].plugin()).collect();
    RegisterError::Cycle {
        plugin: names.first().copied().unwrap_or_default().to_owned(),
        hook: hook.to_owned(),
        cycle: names.join(" before "),
    }
}
