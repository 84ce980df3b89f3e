//! Python sources read without running them: a parsed file, what its names are bound to, and its
//! literals.

mod binding;
mod blank;
mod import;
mod literal;
mod module;
mod tree;

pub(crate) use self::{
    binding::Binding,
    import::{Import, imports},
    literal::Literal,
    module::Module,
    tree::{children, for_each},
};
