//! Python sources read without running them: a parsed file, its syntax in types, and the names that
//! it mentions.

mod ast;
mod blank;
mod encoding;
mod lower;
mod mentions;
mod strict;
mod syntax;
mod tree;

pub(crate) use self::{
    ast::{
        Argument, Case, Class, Clause, Comparison, Comprehension, Element, Entry, Expr, ExprKind, FormatPart, Function,
        Handler, ImportFrom, ImportedModule, Made, Name, Operator, ParameterKind, Pattern, Stmt, StmtKind, Target, Try,
    },
    lower::{body, module},
    mentions::{Mentions, locals},
    syntax::{Syntax, Unread},
};
