//! What a hookimpl was compiled against, and whether a host can serve it.
//!
//! A plugin and its host each hold a copy of the interface, perhaps of different ages. Each
//! hookimpl carries the [`Signature`] of its copy, and the host compares that with its own before
//! the hookimpl is ever called. An interface may grow at its end in either direction: methods that
//! only the provider has are never asked for, and methods that only the caller has must declare a
//! fallback. Anything else is a [`Mismatch`].
//!
//! What only one side's additions mention is never exchanged, so it is not compared: the comparison
//! starts at the hook's argument and output and follows the methods that both sides have.

use std::{collections::BTreeSet, fmt};

use crate::{
    abi::{MemberSignature, Signature, TypeSignature, Value},
    describe::Describe,
    error::Error,
    wire::Wire,
};

/// What differs between a hook as the host declares it and as the plugin was compiled against it:
/// one line, whatever the plugin says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a hookimpl compiled against `plugin` can be called by a host that declares `host`.
///
/// # Errors
/// The first difference that growth does not explain.
pub fn check(host: &Signature, plugin: &Signature) -> Result<(), Mismatch> {
    same("its argument is", &host.args, &plugin.args)?;
    same("its output is", &host.output, &plugin.output)?;
    if host.first_result != plugin.first_result {
        let kind = |first| {
            if first { "a first-result hook" } else { "a hook that collects every result" }
        };
        return Err(Mismatch(format!(
            "it is {} in the host but {} in the plugin",
            kind(host.first_result),
            kind(plugin.first_result)
        )));
    }
    let mut exchanged = Exchanged::default();
    exchanged.add(&host.args);
    exchanged.add(&host.output);
    while let Some(name) = exchanged.waiting.pop() {
        match (find(&host.types, name, "host")?, find(&plugin.types, name, "plugin")?) {
            (Some(ours), Some(theirs)) => {
                check_view(ours, theirs)?;
                ours.members.iter().zip(&theirs.members).for_each(|(method, _)| exchanged.add(&method.types));
            }
            // The name of a type that is no view.
            (None, None) => {}
            (Some(_), None) => return Err(Mismatch(format!("the plugin does not say what `{}` is", quote(name)))),
            (None, Some(_)) => {
                return Err(Mismatch(format!("`{}` is a view in the plugin but not in the host", quote(name))));
            }
        }
    }
    Ok(())
}

/// The names in the types that cross, each to be looked at once.
#[derive(Default)]
struct Exchanged<'a> {
    waiting: Vec<&'a str>,
    known: BTreeSet<&'a str>,
}

impl<'a> Exchanged<'a> {
    fn add(&mut self, types: &'a str) {
        let names = types.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty());
        for name in names {
            if self.known.insert(name) {
                self.waiting.push(name);
            }
        }
    }
}

fn find<'a>(views: &'a [TypeSignature], name: &str, side: &str) -> Result<Option<&'a TypeSignature>, Mismatch> {
    let mut found = views.iter().filter(|view| view.name == name);
    let first = found.next();
    if found.next().is_some() {
        return Err(Mismatch(format!("two views are named `{}` in the {side}", quote(name))));
    }
    Ok(first)
}

fn same(what: &str, host: &str, plugin: &str) -> Result<(), Mismatch> {
    if host == plugin {
        return Ok(());
    }
    Err(Mismatch(format!("{what} `{}` in the host but `{}` in the plugin", quote(host), quote(plugin))))
}

/// Longest piece of a signature that a message shows, in characters.
const MAX_QUOTE: usize = 120;

/// What the other side says of itself, fit for a message of one line.
fn quote(text: &str) -> String {
    let mut quoted: String =
        text.chars().take(MAX_QUOTE).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(MAX_QUOTE).is_some() {
        quoted.push('…');
    }
    quoted
}

fn check_view(host: &TypeSignature, plugin: &TypeSignature) -> Result<(), Mismatch> {
    let name = &host.name;
    for (index, (ours, theirs)) in host.members.iter().zip(&plugin.members).enumerate() {
        if ours.name != theirs.name {
            same(&format!("method {index} of `{name}` is"), &ours.name, &theirs.name)?;
        }
        if ours.types != theirs.types {
            same(&format!("`{name}::{}` is", ours.name), &ours.types, &theirs.types)?;
        }
    }
    // Which side calls a view is not known here (arguments are called by the plugin, outputs by the
    // host), so whatever one side has beyond the other must be something that a caller can do
    // without.
    if let Some(method) = required_beyond(plugin, host) {
        return Err(Mismatch(format!("the plugin needs `{name}::{}`, which the host lacks", quote(&method.name))));
    }
    if let Some(method) = required_beyond(host, plugin) {
        return Err(Mismatch(format!("the host needs `{name}::{}`, which the plugin lacks", method.name)));
    }
    Ok(())
}

fn required_beyond<'a>(longer: &'a TypeSignature, shorter: &TypeSignature) -> Option<&'a MemberSignature> {
    longer.members.iter().skip(shorter.members.len()).find(|method| !method.optional)
}

/// A member of a type as it crosses: name, types and whether optional.
type WrittenMember = (String, String, bool);

/// A signature as it crosses with a call that a plugin makes: types by kind and name, with their
/// members.
type Written = ((String, String, String, bool), Vec<(String, String, Vec<WrittenMember>)>);

impl<'a> Wire<'a> for Signature {
    fn describe(_: &mut Describe) -> String {
        "signature".to_owned()
    }

    fn into_value(self) -> Value<'a> {
        let member = |member: MemberSignature| (member.name.into(), member.types.into(), member.optional);
        let one =
            |one: TypeSignature| (one.name.into(), one.kind.into(), one.members.into_iter().map(member).collect());
        let types = self.types.into_iter().map(one).collect();
        let written: Written =
            ((self.interface.into(), self.args.into(), self.output.into(), self.first_result), types);
        written.into_value()
    }

    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        let ((interface, args, output, first_result), types) = Written::from_value(value)?;
        let member = |(name, types, optional): WrittenMember| MemberSignature {
            name: name.into(),
            types: types.into(),
            optional,
        };
        let one = |(name, kind, members): (String, String, Vec<_>)| TypeSignature {
            name: name.into(),
            kind: kind.into(),
            members: members.into_iter().map(member).collect(),
        };
        let types = types.into_iter().map(one).collect();
        Ok(Self { interface: interface.into(), args: args.into(), output: output.into(), first_result, types })
    }

    fn missing(_: Error) -> Self {
        Self::default()
    }
}
