//! Python's syntax in types, as far as it is followed.

use std::{cell::OnceCell, collections::HashSet, ops::Range, rc::Rc};

use crate::python::syntax::Syntax;

/// A name.
pub(crate) type Name = Rc<str>;

/// An expression, and where it stands.
#[derive(Debug)]
pub(crate) struct Expr {
    /// Row of its start, from 0.
    pub(crate) row: usize,
    /// What it is.
    pub(crate) kind: ExprKind,
}

/// What an expression is.
#[derive(Debug)]
pub(crate) enum ExprKind {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text without references.
    Text(Rc<str>),
    /// An f-string.
    Format(Vec<FormatPart>),
    /// A name.
    Name(Name),
    /// `[…]`
    List(Vec<Element>),
    /// `(…)`
    Tuple(Vec<Element>),
    /// `{…}` without keys
    Set(Vec<Element>),
    /// `{…: …}`
    Dict(Vec<Entry>),
    /// `object.name`
    Attribute(Box<Expr>, Name),
    /// `object[index]`
    Subscript(Box<Expr>, Box<Expr>),
    /// `object[from:to:step]`
    Slice(Box<Expr>, Box<[Option<Expr>; 3]>),
    /// `first + second - …`, from left to right.
    Chain(Box<Expr>, Vec<(Operator, Expr)>),
    /// `-value`
    Negative(Box<Expr>),
    /// `not value`
    Not(Box<Expr>),
    /// `a and b and …`, or `or`.
    Logic {
        /// Whether it is `and`.
        is_and: bool,
        /// What it joins.
        parts: Vec<Expr>,
    },
    /// `a < b <= …`
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    /// `then if test else otherwise`
    Conditional {
        /// Test, value if it holds, value if not.
        parts: Box<[Expr; 3]>,
    },
    /// `callee(…)`
    Call(Box<Expr>, Vec<Argument>),
    /// `[element for … if …]` and the like.
    Comprehension(Box<Comprehension>),
    /// `lambda …: body`
    Lambda(Rc<Function>),
    /// `(name := value)`
    Named(Name, Box<Expr>),
    /// `yield value`
    Yield(Option<Box<Expr>>),
    /// `yield from values`
    YieldFrom(Box<Expr>),
    /// What is not followed, with the names that it mentions.
    Other {
        /// What it is, for people.
        what: &'static str,
        /// The names in it.
        names: Vec<Name>,
    },
}

/// A piece of an f-string.
#[derive(Debug)]
pub(crate) enum FormatPart {
    /// Plain text.
    Text(Rc<str>),
    /// `{value!conversion:specification}`
    Value {
        /// The value.
        value: Expr,
        /// `r`, `s` or `a`, if it is given.
        conversion: Option<char>,
        /// What follows the colon, if anything does.
        specification: Option<Rc<str>>,
    },
}

/// An element of a list, tuple or set.
#[derive(Debug)]
pub(crate) enum Element {
    /// `value`
    One(Expr),
    /// `*values`
    Spread(Expr),
}

/// An entry of a dict.
#[derive(Debug)]
pub(crate) enum Entry {
    /// `key: value`
    Pair(Expr, Expr),
    /// `**values`
    Spread(Expr),
}

/// An argument of a call.
#[derive(Debug)]
pub(crate) enum Argument {
    /// `value`
    Positional(Expr),
    /// `name=value`
    Named(Name, Expr),
    /// `*values`
    Spread(Expr),
    /// `**values`
    SpreadNamed(Expr),
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Remainder,
    /// `|`
    Or,
    /// `&`
    And,
    /// `^`
    Xor,
    /// `**`
    Power,
    /// Any other.
    Other,
}

/// A comparison of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `is`
    Is,
    /// `is not`
    IsNot,
}

/// What a comprehension makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// A list.
    List,
    /// A generator.
    Generator,
    /// A set.
    Set,
    /// A dict.
    Dict,
}

/// `[element for target in values if test]` and the like.
#[derive(Debug)]
pub(crate) struct Comprehension {
    /// What it makes.
    pub(crate) made: Made,
    /// The element, or the key.
    pub(crate) element: Expr,
    /// The value, where it makes a dict.
    pub(crate) value: Option<Expr>,
    /// Its clauses, outermost first.
    pub(crate) clauses: Vec<Clause>,
}

/// A clause of a comprehension.
#[derive(Debug)]
pub(crate) enum Clause {
    /// `for target in values`
    For(Target, Expr),
    /// `if test`
    If(Expr),
}

/// What is assigned to.
#[derive(Debug)]
pub(crate) enum Target {
    /// `name`
    Name(Name),
    /// `object.name`
    Attribute(Expr, Name),
    /// `object[index]`
    Subscript(Expr, Expr),
    /// `a, b`
    Several(Vec<Target>),
    /// `a, *b, c`, with the place of what has the star.
    Starred(Vec<Target>, usize),
    /// `object[from:to]`
    Slice(Expr, Box<[Option<Expr>; 2]>),
    /// What is not followed, with the names that it mentions.
    Other(Vec<Name>),
}

/// A statement, and where it stands.
#[derive(Debug)]
pub(crate) struct Stmt {
    /// Row of its start, from 0.
    pub(crate) row: usize,
    /// What it is.
    pub(crate) kind: StmtKind,
}

/// What a statement is.
#[derive(Debug)]
pub(crate) enum StmtKind {
    /// An expression alone.
    Expr(Expr),
    /// `target = … = value`
    Assign(Vec<Target>, Expr),
    /// `target += value`
    AssignAugmented(Target, Operator, Expr),
    /// `return value`
    Return(Option<Expr>),
    /// `raise value`
    Raise(Option<Expr>),
    /// `assert test`
    Assert(Expr),
    /// `del target, …`
    Delete(Vec<Target>),
    /// `pass`, or what changes nothing.
    Pass,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `global name, …`
    Global(Vec<Name>),
    /// `nonlocal name, …`
    Nonlocal(Vec<Name>),
    /// `import a.b as c, …`
    Import(Vec<ImportedModule>),
    /// `from module import …`
    ImportFrom(ImportFrom),
    /// `if test: … elif test: … else: …`
    If(Vec<(Expr, Vec<Stmt>)>, Vec<Stmt>),
    /// `for target in values: … else: …`
    For(Box<(Target, Expr)>, Vec<Stmt>, Vec<Stmt>),
    /// `while test: …`
    While(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `match value: case …: …`
    Match(Expr, Vec<Case>),
    /// `try: … except …: … else: … finally: …`
    Try(Box<Try>),
    /// `with value as target, …: …`
    With(Vec<(Expr, Option<Target>)>, Vec<Stmt>),
    /// `def name(…): …`
    Function(Rc<Function>),
    /// `class name(…): …`
    Class(Rc<Class>),
    /// What is not followed.
    Other {
        /// What it is, for people.
        what: &'static str,
        /// The names in it.
        names: Vec<Name>,
        /// Whether it may leave the function, the loop or the module.
        may_leave: bool,
    },
}

/// One of the modules of `import a.b as c`.
#[derive(Debug)]
pub(crate) struct ImportedModule {
    /// Its full name.
    pub(crate) module: Rc<str>,
    /// The name after `as`.
    pub(crate) alias: Option<Name>,
}

/// `from module import name as alias, …`
#[derive(Debug)]
pub(crate) struct ImportFrom {
    /// How many dots it begins with.
    pub(crate) dots: usize,
    /// The module after the dots, which may be empty.
    pub(crate) module: Rc<str>,
    /// The names and what they are bound to; none for `*`.
    pub(crate) names: Option<Vec<(Name, Name)>>,
}

/// `case pattern if guard: …`
#[derive(Debug)]
pub(crate) struct Case {
    /// What is matched; several with commas between are a sequence.
    pub(crate) pattern: Pattern,
    /// The test after `if`.
    pub(crate) guard: Option<Expr>,
    /// What is done.
    pub(crate) body: Vec<Stmt>,
}

/// What a `case` matches.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// `_`
    Anything,
    /// A name, which is bound.
    Name(Name),
    /// A value that is equal to this one.
    Value(Expr),
    /// `a | b`
    Either(Vec<Pattern>),
    /// `(a, *b, c)`, with the place and the name of what has the star, if it has one.
    Sequence(Vec<Pattern>, Option<(usize, Option<Name>)>),
    /// `pattern as name`
    As(Box<Pattern>, Name),
    /// What is not followed, with the names that it mentions.
    Other(Vec<Name>),
}

/// `try: …`
#[derive(Debug)]
pub(crate) struct Try {
    /// What is tried.
    pub(crate) body: Vec<Stmt>,
    /// `except types as name: …`
    pub(crate) handlers: Vec<Handler>,
    /// `else: …`
    pub(crate) otherwise: Vec<Stmt>,
    /// `finally: …`
    pub(crate) last: Vec<Stmt>,
}

/// `except types as name: …`
#[derive(Debug)]
pub(crate) struct Handler {
    /// The names of the types; none for those of all.
    pub(crate) types: Option<Vec<Name>>,
    /// The name of the error.
    pub(crate) bound: Option<Name>,
    /// What is done.
    pub(crate) body: Vec<Stmt>,
}

/// A function.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: Name,
    /// Its parameters.
    pub(crate) parameters: Vec<Parameter>,
    /// Names that its annotations mention.
    pub(crate) annotations: Vec<Name>,
    /// Its decorators, outermost first.
    pub(crate) decorators: Vec<Expr>,
    /// Whether it is a coroutine.
    pub(crate) is_async: bool,
    /// Row of its start, from 0.
    pub(crate) row: usize,
    /// Where its body stands.
    pub(crate) range: Range<usize>,
    /// The file it is in.
    pub(crate) syntax: Rc<Syntax>,
    /// Its body, once somebody has asked for it.
    pub(crate) body: OnceCell<Body>,
}

/// The body of a function.
#[derive(Debug)]
pub(crate) struct Body {
    /// Its statements.
    pub(crate) statements: Vec<Stmt>,
    /// Whether it yields values.
    pub(crate) is_generator: bool,
    /// The names that are its own, once somebody has asked for them; none where that is not
    /// certain.
    pub(crate) locals: OnceCell<Option<Rc<HashSet<Name>>>>,
}

/// A parameter of a function.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: Name,
    /// How it is given.
    pub(crate) kind: ParameterKind,
    /// Its default.
    pub(crate) default: Option<Expr>,
}

/// How a parameter is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    /// By position only.
    Positional,
    /// By position or by name.
    Any,
    /// By name only.
    Named,
    /// `*name`
    Rest,
    /// `**name`
    RestNamed,
}

/// A class.
#[derive(Debug)]
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: Name,
    /// Its base classes and the like.
    pub(crate) arguments: Vec<Argument>,
    /// Its decorators, outermost first.
    pub(crate) decorators: Vec<Expr>,
    /// Its statements.
    pub(crate) body: Vec<Stmt>,
}
