//! What a hookimpl was compiled against, and whether a host can serve it.
//!
//! A plugin and its host each hold a copy of the interface, perhaps of different ages. Each
//! hookimpl carries the [`Signature`] of its copy, and the host compares that with its own before
//! the hookimpl is ever called. An interface may grow at its end in either direction: methods that
//! only the provider has are never asked for, and methods that only the caller has must declare a
//! fallback; so must fields of a struct that only the reader has. An enum may get variants anywhere.
//! Anything else is a [`Mismatch`].
//!
//! What only one side's additions mention is never exchanged, so it is not compared: the comparison
//! starts at the hook's argument and output and follows the members that both sides have.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

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
    if host == plugin {
        // So it is with most plugins, and every program that loads one asks.
        return host.types.iter().try_for_each(|one| find(&host.types, &one.name, "host").map(drop));
    }
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
            (Some(ours), Some(theirs)) => check_type(ours, theirs, &mut exchanged)?,
            // The name of a type that no interface declares.
            (None, None) => {}
            (Some(_), None) => return Err(Mismatch(format!("the plugin does not say what `{}` is", quote(name)))),
            (None, Some(theirs)) => {
                let name = quote(name);
                return Err(Mismatch(format!("`{name}` is {} in the plugin but not in the host", a_kind(theirs))));
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

fn find<'a>(types: &'a [TypeSignature], name: &str, side: &str) -> Result<Option<&'a TypeSignature>, Mismatch> {
    let mut found = types.iter().filter(|one| one.name == name);
    let first = found.next();
    if let (Some(first), Some(second)) = (first, found.next()) {
        let kind = if first.kind == second.kind { quote(&first.kind) } else { "type".to_owned() };
        return Err(Mismatch(format!("two {kind}s are named `{}` in the {side}", quote(name))));
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

/// Whether what crosses by both declarations of a type is the same; what its common members
/// mention is exchanged, too.
fn check_type<'a>(
    host: &'a TypeSignature,
    plugin: &'a TypeSignature,
    exchanged: &mut Exchanged<'a>,
) -> Result<(), Mismatch> {
    let name = &host.name;
    if host.kind != plugin.kind {
        let (ours, theirs) = (a_kind(host), a_kind(plugin));
        return Err(Mismatch(format!("`{name}` is {ours} in the host but {theirs} in the plugin")));
    }
    let common = match host.kind.as_str() {
        "enum" => common_variants(host, plugin),
        _ => common_in_order(host, plugin)?,
    };
    for (ours, theirs) in common {
        if ours.types != theirs.types || ours.name != theirs.name {
            let variant = |one: &MemberSignature| format!("{}{}", one.name, one.types);
            match host.kind.as_str() {
                "enum" => same(&format!("`{name}` has the variant"), &variant(ours), &variant(theirs))?,
                _ => same(&format!("`{name}::{}` is", ours.name), &ours.types, &theirs.types)?,
            }
        }
        exchanged.add(&ours.types);
    }
    Ok(())
}

/// What a type is: `a view`, `an enum`.
fn a_kind(one: &TypeSignature) -> String {
    let article = if one.kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {}", quote(&one.kind))
}

/// Members of both sides, side by side.
type Common<'a> = Vec<(&'a MemberSignature, &'a MemberSignature)>;

/// The variants that both sides have: they cross by name, so their order does not matter, and a
/// reader can do without those that only the other side has.
fn common_variants<'a>(host: &'a TypeSignature, plugin: &'a TypeSignature) -> Common<'a> {
    let theirs: BTreeMap<_, _> = plugin.members.iter().map(|variant| (bare_name(variant), variant)).collect();
    host.members.iter().filter_map(|ours| Some((ours, *theirs.get(bare_name(ours))?))).collect()
}

/// A variant's name without those of its fields.
fn bare_name(variant: &MemberSignature) -> &str {
    variant.name.split(' ').next().unwrap_or_default()
}

/// The methods or fields that both sides have: they cross by number.
fn common_in_order<'a>(host: &'a TypeSignature, plugin: &'a TypeSignature) -> Result<Common<'a>, Mismatch> {
    let name = &host.name;
    let member = match host.kind.as_str() {
        "view" => "method",
        "arguments" => "argument",
        _ => "field",
    };
    let common: Common<'a> = host.members.iter().zip(&plugin.members).collect();
    for (index, (ours, theirs)) in common.iter().enumerate() {
        if ours.name != theirs.name {
            same(&format!("{member} {index} of `{name}` is"), &ours.name, &theirs.name)?;
        }
    }
    // Which side reads is not known here (arguments are read by the plugin, outputs by the host),
    // so whatever one side has beyond the other must be something that a reader can do without.
    if let Some(beyond) = required_beyond(plugin, host) {
        return Err(Mismatch(format!("the plugin needs `{name}::{}`, which the host lacks", quote(&beyond.name))));
    }
    if let Some(beyond) = required_beyond(host, plugin) {
        return Err(Mismatch(format!("the host needs `{name}::{}`, which the plugin lacks", beyond.name)));
    }
    Ok(common)
}

fn required_beyond<'a>(longer: &'a TypeSignature, shorter: &TypeSignature) -> Option<&'a MemberSignature> {
    longer.members.iter().skip(shorter.members.len()).find(|member| !member.optional)
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
