//! What a hookimpl was compiled against, and whether a host can serve it.
//!
//! A plugin and its host each hold a copy of the interface, perhaps of different ages. Each hookimpl carries the
//! [`Signature`] of its copy, and the host compares that with its own before the hookimpl is ever called.
//! An interface may grow at its end in either direction: methods that only the provider has are never asked for,
//! and methods that only the caller has must declare a fallback. Anything else is a [`Mismatch`].

use std::fmt;

use abi_stable::std_types::RVec;

use crate::{
    View,
    abi::{Signature, ViewSignature},
};

/// Collects the views that a signature mentions.
#[derive(Default)]
pub struct Describe {
    views: RVec<ViewSignature>,
}

impl Describe {
    /// Adds the view `V` unless it is there. Gives its name as a type.
    pub fn view<V: View>(&mut self) -> String {
        if !self.views.iter().any(|view| view.name == V::NAME) {
            let place = self.views.len();
            // Entered before its methods are, since a view may contain itself.
            self.views.push(ViewSignature { name: V::NAME.into(), methods: RVec::new() });
            self.views[place].methods = V::methods(self);
        }
        V::NAME.to_owned()
    }

    /// The signature of a hook with these argument and output types.
    #[must_use]
    pub fn finish(self, args: String, output: String, first_result: bool) -> Signature {
        Signature { args: args.into(), output: output.into(), first_result, views: self.views }
    }
}

/// What differs between a hook as the host declares it and as the plugin was compiled against it.
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
        return Ok(());
    }
    same("its argument is", &host.args, &plugin.args)?;
    same("its output is", &host.output, &plugin.output)?;
    if host.first_result != plugin.first_result {
        let kind = |first| {
            if first { "a first-result hook" } else { "a hook that collects every result" }
        };
        return same("it is", kind(host.first_result), kind(plugin.first_result));
    }
    for view in &plugin.views {
        if let Some(ours) = host.views.iter().find(|ours| ours.name == view.name) {
            check_view(ours, view)?;
        }
    }
    Ok(())
}

fn same(what: &str, host: &str, plugin: &str) -> Result<(), Mismatch> {
    if host == plugin {
        return Ok(());
    }
    Err(Mismatch(format!("{what} `{host}` in the host but `{plugin}` in the plugin")))
}

fn check_view(host: &ViewSignature, plugin: &ViewSignature) -> Result<(), Mismatch> {
    for (index, (ours, theirs)) in host.methods.iter().zip(&plugin.methods).enumerate() {
        let place = format!("method {index} of `{}` is", host.name);
        same(&place, &ours.name, &theirs.name)?;
        same(&format!("`{}::{}` is", host.name, ours.name), &ours.types, &theirs.types)?;
    }
    check_growth(host, plugin, "the plugin needs", "which the host lacks")?;
    check_growth(plugin, host, "the host needs", "which the plugin lacks")
}

/// The methods that `longer` has beyond `shorter` must be ones that their caller can do without.
///
/// Which side calls a view is not known here (arguments are called by the plugin, outputs by the host), so both must allow it.
fn check_growth(shorter: &ViewSignature, longer: &ViewSignature, needs: &str, lacks: &str) -> Result<(), Mismatch> {
    let missing = longer.methods.iter().skip(shorter.methods.len()).find(|method| !method.optional);
    match missing {
        Some(method) => Err(Mismatch(format!("{needs} `{}::{}`, {lacks}", longer.name, method.name))),
        None => Ok(()),
    }
}
