//! An interface as text, by which its author sees whether a change breaks what others have built.

use std::{
    collections::BTreeMap,
    env,
    fmt::{self, Write},
    fs, io,
    path::{Path, PathBuf},
};

use hookspec::{
    HookSpec,
    abi::{MemberSignature, Signature, TypeSignature},
};

/// The variable that lets growth be written down.
const UPDATE: &str = "INTERFACE_UPDATE";

/// The kind of type that a hook's named arguments are.
const ARGUMENTS: &str = "arguments";

const HEAD: &str = "\
# The interface as plugins and programs already built know it. Hooks and types may be added, and members at the end of
# a type that are optional; no line may be changed, moved or removed. A test compares it; INTERFACE_UPDATE=1 records growth.
";

/// An interface as text, kept in a file beside its code.
///
/// A test of the interface's author compares both. What plugins and programs already built do not
/// survive fails it, and says what to take back; what is new is to be recorded, by running the test
/// with `INTERFACE_UPDATE=1`, so that it shows in the change.
///
/// ```no_run
/// # hookspec::views! { /// An oven.
/// # pub view Oven of OvenSource { /// In degrees Celsius.
/// # fn temperature(&self) -> u32; } }
/// # hookspec::hookspecs! { /// The oven is hot.
/// # pub hook OvenReady = "oven_ready" fn(Oven) -> String; }
/// # fn main() {
/// // In a test:
/// let file = concat!(env!("CARGO_MANIFEST_DIR"), "/interface.txt");
/// hookspec_host::InterfaceText::new().hook(OvenReady).check(file).unwrap();
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct InterfaceText {
    /// By what each is found again: `hook oven_ready`, `view Oven`.
    blocks: BTreeMap<String, Block>,
    /// Names that two types have.
    twice: Vec<String>,
}

/// A line, and what belongs to it in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Block {
    head: String,
    members: Vec<String>,
}

/// Why the text that is kept is not the interface's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InterfaceTextError {
    /// The file is not there, or cannot be used.
    #[error("{}: {error}; `{UPDATE}=1` in front of the test's command writes it", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// What is already built does not fit any more.
    #[error("plugins and programs already built break:\n{}\nleave what there is, add at the end what is new and give it a fallback", .0.join("\n"))]
    Breaks(Vec<String>),
    /// Something is new.
    #[error("nothing breaks, but record what is new, by `{UPDATE}=1` in front of the test's command:\n{}", .0.join("\n"))]
    Unrecorded(Vec<String>),
}

impl InterfaceText {
    /// An interface without hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a hook, and all types that it mentions.
    pub fn hook<H: HookSpec>(mut self, hook: H) -> Self {
        let _ = hook;
        let signature = H::signature();
        let mut head = format!("hook {}({}) -> {}", H::NAME, signature.args, signature.output);
        if signature.first_result {
            head.push_str(", first_result");
        }
        let arguments = signature.types.iter().find(|one| one.name == signature.args && one.kind == ARGUMENTS);
        let members = arguments.map(members).unwrap_or_default();
        self.blocks.insert(format!("hook {}", H::NAME), Block { head, members });
        self.types(&signature)
    }

    /// With the types that a signature mentions, its arguments aside.
    pub fn types(mut self, signature: &Signature) -> Self {
        for one in signature.types.iter().filter(|one| one.kind != ARGUMENTS) {
            let head = format!("{} {}", one.kind, one.name);
            let block = Block { head: head.clone(), members: members(one) };
            let is_other = |known: &Block| *known != block;
            if self.blocks.get(&head).is_some_and(is_other) && !self.twice.contains(&head) {
                self.twice.push(head.clone());
            }
            self.blocks.insert(head, block);
        }
        self
    }

    /// Compares the interface with the text in `file`, or writes it there where the variable
    /// `INTERFACE_UPDATE` is set and nothing breaks.
    ///
    /// # Errors
    /// What breaks, or what is to be recorded.
    pub fn check(&self, file: impl AsRef<Path>) -> Result<(), InterfaceTextError> {
        self.check_or_update(file.as_ref(), env::var_os(UPDATE).is_some())
    }

    fn check_or_update(&self, file: &Path, update: bool) -> Result<(), InterfaceTextError> {
        let failed = |error| InterfaceTextError::File { path: file.to_owned(), error };
        let kept = match fs::read_to_string(file) {
            Err(error) if update && error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(failed)?,
        };
        let grown = self.growth(&kept).map_err(InterfaceTextError::Breaks)?;
        match update {
            true => fs::write(file, self.to_string()).map_err(failed),
            false if grown.is_empty() => Ok(()),
            false => Err(InterfaceTextError::Unrecorded(grown)),
        }
    }

    /// What is new since `kept` was written, a line for each.
    ///
    /// # Errors
    /// What has changed or is gone, a line for each.
    pub fn growth(&self, kept: &str) -> Result<Vec<String>, Vec<String>> {
        let kept = parse(kept);
        let mut breaks: Vec<_> = self.twice.iter().map(|head| format!("two different types are `{head}`")).collect();
        let mut grown = Vec::new();
        for (key, old) in &kept {
            match self.blocks.get(key) {
                None => breaks.push(format!("`{}` is gone", old.head)),
                Some(new) => compare(old, new, &mut breaks, &mut grown),
            }
        }
        grown.extend(self.blocks.iter().filter(|(key, _)| !kept.contains_key(*key)).map(|(_, new)| quoted(&new.head)));
        if breaks.is_empty() { Ok(grown) } else { Err(breaks) }
    }
}

impl fmt::Display for InterfaceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        f.write_char('\n')?;
        for block in self.blocks.values() {
            writeln!(f, "{}", block.head)?;
            block.members.iter().try_for_each(|member| writeln!(f, "    {member}"))?;
        }
        Ok(())
    }
}

/// In the order of their numbers, which is what crosses.
fn members(of: &TypeSignature) -> Vec<String> {
    let write = |(number, member): (usize, &MemberSignature)| {
        let MemberSignature { name, types, optional } = member;
        let optional = if *optional { ", optional" } else { "" };
        match types.as_str() {
            "" => format!("{number} {name}{optional}"),
            list if of.kind == "view" || of.kind == "enum" => format!("{number} {name}{list}{optional}"),
            field => format!("{number} {name}: {field}{optional}"),
        }
    };
    of.members.iter().enumerate().map(write).collect()
}

fn parse(text: &str) -> BTreeMap<String, Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        match (line.strip_prefix("    "), blocks.last_mut()) {
            (Some(member), Some(block)) => block.members.push(member.to_owned()),
            _ => blocks.push(Block { head: line.to_owned(), members: Vec::new() }),
        }
    }
    // A hook is found again by its name, whatever has become of its types.
    let key = |block: &Block| block.head.split('(').next().unwrap_or_default().to_owned();
    blocks.into_iter().map(|block| (key(&block), block)).collect()
}

fn compare(old: &Block, new: &Block, breaks: &mut Vec<String>, grown: &mut Vec<String>) {
    let head = &new.head;
    if old.head != new.head {
        breaks.push(format!("`{}` has become `{head}`", old.head));
    }
    for (index, member) in old.members.iter().enumerate() {
        match new.members.get(index) {
            Some(same) if same == member => {}
            Some(other) => breaks.push(format!("`{member}` has become `{other}` in `{head}`")),
            None => breaks.push(format!("`{member}` is gone from `{head}`")),
        }
    }
    for member in new.members.iter().skip(old.members.len()) {
        if member.ends_with(", optional") {
            grown.push(format!("`{member}` in `{head}`"));
        } else {
            breaks.push(format!("`{member}` is new in `{head}` and has no fallback"));
        }
    }
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;

    hookspec::views! {
        /// An oven.
        pub view Oven of OvenSource {
            /// In degrees Celsius.
            fn heat(&self) -> u32;
            /// What is in it.
            fn cake(&self) -> Option<String> { None }
        }
    }
    hookspec::hookspecs! {
        /// The oven is hot.
        pub hook OvenReady = "oven_ready" fn(Oven) -> String, first_result;
        /// What to write on it.
        pub hook Label = "label" fn(text: String, loud: bool = false) -> String;
    }

    const TEXT: &str = "\
hook label(arguments) -> string
    0 text: string
    1 loud: bool, optional
hook oven_ready(Oven) -> string, first_result
view Oven
    0 heat() -> u32
    1 cake() -> option<string>, optional
";

    fn bakery() -> InterfaceText {
        InterfaceText::new().hook(OvenReady).hook(Label)
    }

    #[test]
    fn an_interface_is_written_down_with_all_that_crosses() {
        assert_eq!(bakery().to_string(), format!("{HEAD}\n{TEXT}"));
        assert_eq!(bakery().growth(&bakery().to_string()).unwrap(), [] as [String; 0]);
    }

    #[test]
    fn what_is_built_already_is_told_from_what_is_new() {
        for (from, to, what) in [
            ("0 heat() -> u32", "0 heat() -> f64", "`0 heat() -> f64` has become `0 heat() -> u32` in `view Oven`"),
            ("view Oven", "view Stove", "`view Stove` is gone"),
            (
                "oven_ready(Oven) -> string",
                "oven_ready(Oven) -> ()",
                "`hook oven_ready(Oven) -> (), first_result` has become `hook oven_ready(Oven) -> string, first_result`",
            ),
            (
                "    0 heat() -> u32\n    1 cake() -> option<string>, optional\n",
                "",
                "`0 heat() -> u32` is new in `view Oven` and has no fallback",
            ),
        ] {
            let kept = TEXT.replace(from, to);
            assert_ne!(kept, TEXT);
            assert_eq!(bakery().growth(&kept).unwrap_err()[0], what);
        }
        let kept =
            TEXT.replace("    1 cake() -> option<string>, optional\n", "").replace("    1 loud: bool, optional\n", "");
        let grown = [
            "`1 loud: bool, optional` in `hook label(arguments) -> string`",
            "`1 cake() -> option<string>, optional` in `view Oven`",
        ];
        assert_eq!(bakery().growth(&kept).unwrap(), grown);
        assert_eq!(InterfaceText::new().growth(&kept).unwrap_err().len(), 3);
    }

    #[test]
    fn growth_is_recorded_when_it_is_asked_for_and_a_break_never() {
        let dir = env::temp_dir().join(format!("interface-text-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let file = dir.join("interface.txt");
        let missing = InterfaceText::new().hook(OvenReady).check_or_update(&file, false).unwrap_err();
        assert!(matches!(missing, InterfaceTextError::File { .. }), "{missing}");
        InterfaceText::new().hook(OvenReady).check_or_update(&file, true).unwrap();
        let error = bakery().check_or_update(&file, false).unwrap_err();
        assert!(matches!(&error, InterfaceTextError::Unrecorded(new) if new.len() == 1), "{error}");
        bakery().check_or_update(&file, true).unwrap();
        bakery().check_or_update(&file, false).unwrap();
        let error = InterfaceText::new().hook(Label).check_or_update(&file, true).unwrap_err();
        assert!(matches!(error, InterfaceTextError::Breaks(_)));
        assert_eq!(fs::read_to_string(&file).unwrap(), bakery().to_string());
        fs::remove_dir_all(dir).unwrap();
    }
}
