//! Files that use each other in a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    arrows::{Arrows, arrows},
    modules::Crate,
};

/// Every circle of files of a crate, spelt with the paths that make it.
///
/// For each arrow that is part of a circle, the shortest such circle is among them.
pub fn problems(krate: &Crate) -> Vec<String> {
    let arrows = arrows(krate);
    circles(&arrows).iter().map(|circle| spelt(krate, &arrows, circle)).collect()
}

/// The circles, each starting at the smallest of its files.
fn circles(arrows: &Arrows) -> BTreeSet<Vec<usize>> {
    let circle = |&(from, to): &(usize, usize)| shortest_way(arrows, to, from).map(from_smallest);
    arrows.keys().filter_map(circle).collect()
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

fn spelt(krate: &Crate, arrows: &Arrows, circle: &[usize]) -> String {
    let path = |file: usize| krate.files[file].path.as_str();
    let closed: Vec<_> = circle.iter().chain(circle.first()).copied().collect();
    let files: Vec<_> = closed.iter().map(|file| path(*file)).collect();
    let steps = closed.windows(2).filter_map(|step| arrow(krate, arrows, step[0], step[1]));
    format!(
        "{}: the files {} use each other in a circle: move what they share to a file of its own{}",
        krate.package,
        files.join(" → "),
        steps.collect::<String>()
    )
}

fn arrow(krate: &Crate, arrows: &Arrows, from: usize, to: usize) -> Option<String> {
    let mention = arrows.get(&(from, to))?;
    let (from, to) = (&krate.files[from].path, &krate.files[to].path);
    Some(format!("\n    {from}:{} names {}, which {to} has", mention.line, mention.text()))
}
