//! Writing down the types of a hook: the views it mentions, and what their methods take and give.

use std::any::TypeId;

use crate::abi::{MethodSignature, RVec, Signature, ViewSignature};

/// Collects the views that a signature mentions.
#[derive(Default)]
pub struct Describe {
    views: RVec<ViewSignature>,
    seen: Vec<TypeId>,
}

impl Describe {
    /// Adds the view of the type `of` unless it is there, its methods written by `methods`. Gives
    /// its name as a type.
    ///
    /// Two views of one name are both entered, for [`check`](crate::signature::check) to refuse:
    /// types name views by name alone.
    pub fn view(&mut self, of: TypeId, name: &str, methods: fn(&mut Self) -> RVec<MethodSignature>) -> String {
        if !self.seen.contains(&of) {
            let place = self.views.len();
            // Entered before its methods are, since a view may contain itself.
            self.seen.push(of);
            self.views.push(ViewSignature { name: name.into(), methods: RVec::new() });
            self.views[place].methods = methods(self);
        }
        name.to_owned()
    }

    /// The signature of a hook with these argument and output types.
    #[must_use]
    pub fn finish(self, args: String, output: String, first_result: bool) -> Signature {
        Signature { args: args.into(), output: output.into(), first_result, views: self.views }
    }
}
