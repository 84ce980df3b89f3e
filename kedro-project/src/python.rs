//! Python sources read without running them: a parsed file, what its names are bound to, and its
//! literals.

mod binding;
mod blank;
mod import;
mod literal;
mod module;
mod syntax;
mod tree;

pub(crate) use self::{
    binding::{Binding, Names},
    import::{Import, imports},
    literal::Literal,
    module::Module,
    syntax::Syntax,
    tree::{children, for_each},
};
