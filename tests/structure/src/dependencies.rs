//! Compares what packages need with what the table allows.

use crate::{table::CrateRule, workspace::Package};

/// Every way in which `packages` go beyond `rules`, a line each.
pub fn problems(packages: &[Package], rules: &[CrateRule]) -> Vec<String> {
    let mut problems: Vec<_> = rules.iter().filter_map(|rule| absent(packages, rule)).collect();
    for package in packages {
        match rules.iter().find(|rule| rule.name == package.name) {
            Some(rule) => {
                problems.extend(not_published(package));
                problems.extend(not_allowed(packages, package, rule));
            }
            None => problems.extend(not_in_table(package)),
        }
    }
    problems
}

fn absent(packages: &[Package], rule: &CrateRule) -> Option<String> {
    let is_there = packages.iter().any(|package| package.name == rule.name);
    let name = rule.name;
    (!is_there).then(|| format!("{name} has a line in the table, but is not in the workspace: take the line out"))
}

fn not_published(package: &Package) -> Option<String> {
    let name = &package.name;
    (!package.is_published).then(|| {
        format!(
            "{name} has a line in the table, yet cannot be published: take `publish = false` out of \
             its Cargo.toml, or the line out of the table"
        )
    })
}

fn not_allowed(packages: &[Package], package: &Package, rule: &CrateRule) -> Vec<String> {
    let is_ours = |name: &&String| packages.iter().any(|package| package.name == **name);
    let for_tests = [rule.may_need, rule.tests_may_need].concat();
    let beyond = |needs: &[String], allowed: &[&str], whose: &str| -> Vec<String> {
        let needed = needs.iter().filter(|name| is_ours(name) && !allowed.contains(&name.as_str()));
        needed.map(|needed| may_not_need(whose, needed, allowed)).collect()
    };
    let mut problems = beyond(&package.needs, rule.may_need, rule.name);
    let tests = format!("what tests {}", rule.name);
    problems.extend(beyond(&package.tests_need, &for_tests, &tests));
    problems
}

fn may_not_need(whose: &str, needed: &str, allowed: &[&str]) -> String {
    let allowed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    format!(
        "{whose} depends on {needed}, but of this workspace the table allows it {allowed}: \
         take the dependency out, or change the line in the table"
    )
}

fn not_in_table(package: &Package) -> Option<String> {
    let name = &package.name;
    package.is_published.then(|| {
        format!(
            "{name} has no line in the table, yet could be published: add a line with what it may \
             depend on, or `publish = false` to its Cargo.toml"
        )
    })
}
