//! Writing down the types of a hook: the types it mentions, and what their methods take and give.

use std::any::TypeId;

use crate::abi::{MemberSignature, RString, RVec, Signature, TypeSignature};

/// Collects the types that a signature mentions.
#[derive(Default)]
pub struct Describe {
    types: RVec<TypeSignature>,
    seen: Vec<TypeId>,
}

impl Describe {
    /// Adds the view of the type `of` unless it is there, its methods written by `methods`. Gives
    /// its name as a type.
    ///
    /// Two types of one name are both entered, for [`check`](crate::signature::check) to refuse:
    /// types name types by name alone.
    pub fn view(&mut self, of: TypeId, name: &str, methods: fn(&mut Self) -> RVec<MemberSignature>) -> String {
        if !self.seen.contains(&of) {
            let place = self.types.len();
            // Entered before its methods are, since a view may contain itself.
            self.seen.push(of);
            self.types.push(TypeSignature { name: name.into(), kind: "view".into(), members: RVec::new() });
            self.types[place].members = methods(self);
        }
        name.to_owned()
    }

    /// The signature of a hook with these argument and output types.
    #[must_use]
    pub fn finish(self, args: String, output: String, first_result: bool) -> Signature {
        Signature {
            interface: RString::new(),
            args: args.into(),
            output: output.into(),
            first_result,
            types: self.types,
        }
    }
}
