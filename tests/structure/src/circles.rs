//! Files that use each other in a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    arrows::{Arrows, arrows},
    modules::Crate,
};

/// The circles of files of a crate, each spelt with the paths that make it.
///
/// One arrow may close many circles. Then the shortest of them is spelt, the others are counted,
/// and what follows are circles that stay when that arrow is taken out.
pub fn problems(krate: &Crate) -> Vec<String> {
    let all = arrows(krate);
    let mut left = all.clone();
    let mut problems = Vec::new();
    while let Some(found) = next(&left) {
        problems.push(spelt(krate, &all, &found));
        left.remove(&found.arrow);
    }
    problems
}

/// An arrow, and what it closes.
struct Found {
    arrow: (usize, usize),
    /// The shortest circle with it.
    circle: Vec<usize>,
    /// How many further circles have it.
    others: usize,
}

/// The arrow that closes most circles.
fn next(arrows: &Arrows) -> Option<Found> {
    let circles = circles(arrows);
    let with = |arrow| circles.iter().filter(move |circle| steps(circle).any(|step| step == arrow));
    let arrow = arrows.keys().copied().max_by_key(|arrow| with(*arrow).count())?;
    let circle = with(arrow).min_by_key(|circle| circle.len())?.clone();
    Some(Found { arrow, circle, others: with(arrow).count() - 1 })
}

/// For each arrow that is part of a circle, the shortest such circle, from the smallest of its
/// files on.
fn circles(arrows: &Arrows) -> BTreeSet<Vec<usize>> {
    let circle = |&(from, to): &(usize, usize)| shortest_way(arrows, to, from).map(from_smallest);
    arrows.keys().filter_map(circle).collect()
}

/// The arrows of a circle.
fn steps(circle: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    circle.iter().copied().zip(circle.iter().copied().cycle().skip(1))
}

/// The files on the shortest way from one file to another, both included.
fn shortest_way(arrows: &Arrows, from: usize, to: usize) -> Option<Vec<usize>> {
    let mut came_from = BTreeMap::from([(from, from)]);
    let mut waiting = VecDeque::from([from]);
    while let Some(file) = waiting.pop_front() {
        if file == to {
            return Some(way_back(&came_from, to));
        }
        for &(_, next) in arrows.range((file, 0)..=(file, usize::MAX)).map(|(arrow, _)| arrow) {
            came_from.entry(next).or_insert_with(|| {
                waiting.push_back(next);
                file
            });
        }
    }
    None
}

fn way_back(came_from: &BTreeMap<usize, usize>, to: usize) -> Vec<usize> {
    let before = |file: &usize| came_from.get(file).copied().filter(|before| before != file);
    let mut way: Vec<_> = std::iter::successors(Some(to), before).collect();
    way.reverse();
    way
}

fn from_smallest(mut circle: Vec<usize>) -> Vec<usize> {
    let smallest = circle.iter().enumerate().min_by_key(|(_, file)| **file);
    let start = smallest.map_or(0, |(index, _)| index);
    circle.rotate_left(start);
    circle
}

fn spelt(krate: &Crate, arrows: &Arrows, found: &Found) -> String {
    let path = |file: &usize| krate.files[*file].path.as_str();
    let files: Vec<_> = found.circle.iter().chain(found.circle.first()).map(path).collect();
    let named = steps(&found.circle).filter_map(|step| arrow(krate, arrows, step));
    format!(
        "{}: files use each other in a circle: {}; move what they share to a file of its own{}{}",
        krate.package,
        files.join(" → "),
        named.collect::<String>(),
        others(krate, found)
    )
}

fn arrow(krate: &Crate, arrows: &Arrows, (from, to): (usize, usize)) -> Option<String> {
    let mention = arrows.get(&(from, to))?;
    let (from, to) = (&krate.files[from].path, &krate.files[to].path);
    Some(format!("\n    {from}:{} names {}, which {to} has", mention.line, mention.text()))
}

fn others(krate: &Crate, found: &Found) -> String {
    let (from, to) = (&krate.files[found.arrow.0].path, &krate.files[found.arrow.1].path);
    match found.others {
        0 => String::new(),
        others => format!("\n    further circles with the arrow {from} → {to}: {others}"),
    }
}
