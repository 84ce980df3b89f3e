//! Python's own modules and their names.

/// Written by `python_names.py`, which says how.
const NAMES: &str = include_str!("../../data/python_names.txt");

/// Those among them that have modules in them, which need not be listed.
const PACKAGES: [&str; 5] = ["concurrent", "importlib", "json", "logging", "unittest"];

/// Modules that only older Pythons have.
const REMOVED: [&str; 8] = ["asynchat", "asyncore", "cgi", "distutils", "imp", "pipes", "smtpd", "telnetlib"];

/// What `collections` had before Python 3.10.
const OF_OLD_COLLECTIONS: [&str; 12] = [
    "Callable",
    "Container",
    "Hashable",
    "Iterable",
    "Iterator",
    "Mapping",
    "MutableMapping",
    "MutableSequence",
    "MutableSet",
    "Sequence",
    "Set",
    "Sized",
];

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is, as far as is known.
    Present,
    /// No Python has it that Kedro runs with.
    Missing,
    /// Only some Pythons may have it.
    Doubtful,
}

fn names_of(module: &str) -> Option<&'static str> {
    NAMES.lines().find_map(|line| line.strip_prefix(module)?.strip_prefix(' '))
}

/// Whether there is a module of this name, as far as it is one of Python's own.
pub(super) fn module(name: &str) -> Presence {
    let (first, is_inner) = name.split_once('.').map_or((name, false), |(first, _)| (first, true));
    if REMOVED.contains(&first) {
        return Presence::Doubtful;
    }
    let is_plain = !PACKAGES.contains(&first) && names_of(first).is_some();
    if is_plain && is_inner && names_of(name).is_none() { Presence::Missing } else { Presence::Present }
}

/// Whether a module of Python's own has a name.
pub(super) fn name(module: &str, name: &str) -> Presence {
    let names = names_of(module).filter(|_| !PACKAGES.contains(&module) && !name.starts_with("__"));
    match names {
        Some(names)
            if names.split(' ').all(|known| known != name) && names_of(&format!("{module}.{name}")).is_none() =>
        {
            let is_old = module == "collections" && OF_OLD_COLLECTIONS.contains(&name);
            if is_old { Presence::Missing } else { Presence::Doubtful }
        }
        _ => Presence::Present,
    }
}
