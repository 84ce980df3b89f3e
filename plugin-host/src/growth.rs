//! Which side is to be updated, where plugin and program are of different ages.

use semver::Version;
use terminal_text::shortened;

/// What a message quotes of an interface's name and version, in characters.
const MAX_QUOTE: usize = 100;

/// What to do about `plugin`, which was built against one interface while the program has another,
/// each as name and version. Nothing, where one side does not say.
pub(crate) fn advice(plugin: &str, built_for: &str, here: &str) -> String {
    let built_for = shortened(built_for, MAX_QUOTE);
    let (Some((name, theirs)), Some((our_name, ours))) = (built_for.rsplit_once(' '), here.rsplit_once(' ')) else {
        return String::new();
    };
    if name != our_name {
        return format!("it is for {name} {theirs}, this program has {our_name} {ours}");
    }
    match (Version::parse(theirs), Version::parse(ours)) {
        (Ok(older), Ok(newer)) if older < newer => {
            format!("update {plugin}: it is for {name} {theirs}, this program has {ours}")
        }
        (Ok(newer), Ok(older)) if newer > older => {
            format!("update this program: it has {name} {ours}, {plugin} is for {theirs}")
        }
        _ if theirs == ours => format!("both are of {name} {ours}, so build {plugin} again"),
        _ => format!("it is for {name} {theirs}, this program has {ours}"),
    }
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn whoever_is_older_is_to_be_updated() {
        for (built_for, here, expected) in [
            ("jot-hooks 0.1.0", "jot-hooks 0.3.0", "update spell: it is for jot-hooks 0.1.0, this program has 0.3.0"),
            ("jot-hooks 0.10.0", "jot-hooks 0.9.0", "update this program: it has jot-hooks 0.9.0, spell is for 0.10.0"),
            ("jot-hooks 1.0.0", "notes 1.0.0", "it is for jot-hooks 1.0.0, this program has notes 1.0.0"),
            ("jot-hooks 1.0.0", "jot-hooks 1.0.0", "both are of jot-hooks 1.0.0, so build spell again"),
            ("jot-hooks next", "jot-hooks 1.0.0", "it is for jot-hooks next, this program has 1.0.0"),
            ("", "jot-hooks 1.0.0", ""),
        ] {
            assert_eq!(advice("spell", built_for, here), expected);
        }
    }
}
