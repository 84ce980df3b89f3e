//! Writing down the types of a hook: the types of the interface that it mentions, and what their
//! methods take and give, their fields are and their variants hold.

use std::any::TypeId;

use crate::abi::{MemberSignature, RString, RVec, Signature, TypeSignature};

/// Collects the types of the interface that a signature mentions.
#[derive(Default)]
pub struct Describe {
    types: RVec<TypeSignature>,
    seen: Vec<TypeId>,
}

impl Describe {
    /// Adds the view of the type `of` unless it is there, its methods written by `methods`. Gives
    /// its name as a type.
    pub fn view(&mut self, of: TypeId, name: &str, methods: fn(&mut Self) -> RVec<MemberSignature>) -> String {
        self.named(of, "view", name, methods)
    }

    /// Adds the type `of` unless it is there: a `view`, `struct` or `enum`, as `kind` says, with
    /// what `members` writes. Gives its name as a type.
    ///
    /// Two types of one name are both entered, for [`check`](crate::signature::check) to refuse:
    /// types name others by name alone.
    pub fn named(
        &mut self,
        of: TypeId,
        kind: &str,
        name: &str,
        members: impl FnOnce(&mut Self) -> RVec<MemberSignature>,
    ) -> String {
        if !self.seen.contains(&of) {
            let place = self.types.len();
            // Entered before its members are, since a type may contain itself.
            self.seen.push(of);
            self.types.push(TypeSignature { name: name.into(), kind: kind.into(), members: RVec::new() });
            self.types[place].members = members(self);
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
