//! What an expression stands for.

use std::{
    cell::RefCell,
    collections::HashMap,
    hash::{Hash, Hasher},
    mem,
    path::Path,
    rc::Rc,
};

use indexmap::IndexMap;

use crate::{
    evaluate::{
        builtin::Builtin,
        frame::{Bound, Frame},
        kedro::{GraphNode, Nodes},
        reason::Reason,
    },
    python::{Function, Name},
};

/// The names of a function, a class or a module, and their values.
pub(crate) type Scope = Frame<Value>;

/// What an expression stands for.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// It cannot be determined, and why.
    Unknown(Reason),
    /// Something of a library, by the way that leads to it.
    External(Rc<str>),
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(Rc<str>),
    /// A path of `pathlib`.
    Path(Rc<Path>),
    /// A list.
    List(Shared<List>),
    /// A tuple.
    Tuple(Rc<Items>),
    /// A set.
    Set(Shared<List>),
    /// A dict.
    Dict(Shared<Dict>),
    /// The keys, values or items of a dict, which change with it.
    View(Shared<Dict>, View),
    /// What gives each of its items once: those that are left, the next one last.
    Iterator(Shared<List>),
    /// A node.
    Node(Rc<GraphNode>),
    /// A pipeline.
    Pipeline(Nodes),
    /// A function of the project.
    Function(Rc<Closure>),
    /// A class of the project.
    Class(Rc<ClassValue>),
    /// An object of such a class.
    Instance(Rc<Instance>),
    /// A function of the project that has its first arguments.
    Partial(Rc<Partial>),
    /// A method of a value that is known here.
    Method(Rc<Method>),
    /// A module, by its full name.
    Module(Rc<str>),
    /// A function or class known here.
    Builtin(Builtin),
}

/// A value that may have several names, and is changed for all of them. Where something unknown
/// may have changed it, the reason is left in its place.
#[derive(Debug)]
pub(crate) struct Shared<T>(pub(crate) Rc<RefCell<Result<T, Reason>>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: Clone> Shared<T> {
    /// A new one.
    pub(crate) fn new(value: T) -> Self {
        Self(Rc::new(RefCell::new(Ok(value))))
    }

    /// A copy of what it is now.
    pub(crate) fn get(&self) -> Result<T, Reason> {
        self.0.borrow().clone()
    }

    /// What a look at it gives.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> Result<R, Reason> {
        self.0.borrow().as_ref().map(look).map_err(Clone::clone)
    }

    /// What a change of it gives.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, Reason> {
        self.0.borrow_mut().as_mut().map(change).map_err(|reason| reason.clone())
    }

    /// Forgets what it is; gives what it was.
    pub(crate) fn forget(&self, reason: &Reason) -> Option<T> {
        self.0.replace(Err(reason.clone())).ok()
    }
}

/// The items of a tuple.
#[derive(Debug)]
pub(crate) struct Items(pub(crate) Vec<Value>);

impl Drop for Items {
    fn drop(&mut self) {
        release(mem::take(&mut self.0));
    }
}

/// A method of a value that is known here.
#[derive(Debug)]
pub(crate) struct Method {
    /// The value.
    pub(crate) object: Value,
    /// The method's name.
    pub(crate) name: Name,
}

impl Drop for Method {
    fn drop(&mut self) {
        release([mem::replace(&mut self.object, Value::None)]);
    }
}

/// The items of a list or set.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    /// The items.
    pub(crate) items: Vec<Value>,
    /// Whether their order is not certain.
    pub(crate) is_unordered: bool,
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        Self { items, is_unordered: false }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        release(mem::take(&mut self.items));
    }
}

/// The entries of a dict.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dict {
    /// The entries, in the order in which they were made.
    pub(crate) entries: IndexMap<Key, Value>,
    /// Whether their order is not certain.
    pub(crate) is_unordered: bool,
}

impl Drop for Dict {
    fn drop(&mut self) {
        release(mem::take(&mut self.entries).into_values());
    }
}

/// What is seen of a dict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Its keys.
    Keys,
    /// Its values.
    Values,
    /// Pairs of both.
    Items,
}

impl Dict {
    /// What is seen of it.
    pub(crate) fn seen(&self, view: View) -> Vec<Value> {
        match view {
            View::Keys => self.entries.keys().map(Key::value).collect(),
            View::Values => self.entries.values().cloned().collect(),
            View::Items => {
                let pair = |(key, value): (&Key, &Value)| Value::tuple(vec![key.value(), value.clone()]);
                self.entries.iter().map(pair).collect()
            }
        }
    }
}

/// A key of a dict.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    /// `None`
    None,
    /// `True` or `False`, which are 1 and 0 as keys.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(Rc<str>),
    /// A tuple.
    Tuple(Vec<Key>),
}

/// Tuples within one another that are a key.
const DEEPEST_KEY: usize = 8;

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Tuple(one), Self::Tuple(other)) => one == other,
            _ => self.number().is_some() && self.number() == other.number(),
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::None => 0_u8.hash(state),
            Self::Text(text) => text.hash(state),
            Self::Tuple(keys) => keys.hash(state),
            Self::Bool(_) | Self::Int(_) => self.number().hash(state),
        }
    }
}

impl Key {
    fn number(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Bool(value) => Some((*value).into()),
            _ => None,
        }
    }

    /// The key that a value is; `None` when it is not known to be one.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        Self::within(value, 0)
    }

    fn within(value: &Value, depth: usize) -> Option<Self> {
        match value {
            Value::None => Some(Self::None),
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::Int(value) => Some(Self::Int(*value)),
            Value::Text(text) => Some(Self::Text(Rc::clone(text))),
            Value::Tuple(items) if depth < DEEPEST_KEY => {
                let keys: Option<_> = items.0.iter().map(|item| Self::within(item, depth + 1)).collect();
                keys.map(Self::Tuple)
            }
            _ => None,
        }
    }

    /// The value that it is.
    pub(crate) fn value(&self) -> Value {
        match self {
            Self::None => Value::None,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Text(text) => Value::Text(Rc::clone(text)),
            Self::Tuple(keys) => Value::tuple(keys.iter().map(Self::value).collect()),
        }
    }
}

/// A function of the project, and what it sees.
#[derive(Debug)]
pub(crate) struct Closure {
    /// How it is written.
    pub(crate) function: Rc<Function>,
    /// The names around it.
    pub(crate) frame: Rc<Scope>,
    /// The values of its parameters' defaults.
    pub(crate) defaults: HashMap<Name, Value>,
    /// What its first parameter is.
    pub(crate) receiver: Receiver,
    /// Whether it bears another function's name.
    pub(crate) is_disguised: bool,
}

/// What the first parameter of a function is that stands in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// The object, if it is reached through one.
    Object,
    /// The class.
    Class,
    /// Nothing in particular.
    None,
}

/// A class of the project.
#[derive(Debug)]
pub(crate) struct ClassValue {
    /// Its name.
    pub(crate) name: Name,
    /// What its body binds.
    pub(crate) names: RefCell<Attributes>,
    /// Its base classes.
    pub(crate) bases: Vec<Value>,
    /// Whether something else than its body and its bases may decide what it is.
    pub(crate) is_open: bool,
}

/// An object of a class of the project.
#[derive(Debug)]
pub(crate) struct Instance {
    /// Its class.
    pub(crate) class: Rc<ClassValue>,
    /// Its attributes.
    pub(crate) names: Shared<Attributes>,
}

/// A function that has its first arguments.
#[derive(Debug)]
pub(crate) struct Partial {
    /// The function.
    pub(crate) function: Value,
    /// Arguments by position.
    pub(crate) positional: Vec<Value>,
    /// Arguments by name.
    pub(crate) named: Vec<(Name, Value)>,
}

impl Drop for Partial {
    fn drop(&mut self) {
        let named = mem::take(&mut self.named).into_iter().map(|(_, value)| value);
        release(named.chain(mem::take(&mut self.positional)).chain([mem::replace(&mut self.function, Value::None)]));
    }
}

/// The attributes of an object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attributes(pub(crate) HashMap<Name, Value>);

impl Drop for Attributes {
    fn drop(&mut self) {
        release(mem::take(&mut self.0).into_values());
    }
}

thread_local! {
    /// Values that wait to be dropped, and whether somebody is dropping them.
    static WAITING: RefCell<(Vec<Value>, bool)> = const { RefCell::new((Vec::new(), false)) };
}

/// Drops values that others lie within, one after the other: however deep they are, the stack stays
/// as it is.
fn release(values: impl IntoIterator<Item = Value>) {
    let mut values = values.into_iter().filter(Value::holds_others).peekable();
    if values.peek().is_none() {
        return;
    }
    let is_first = WAITING.try_with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        waiting.0.extend(values);
        !mem::replace(&mut waiting.1, true)
    });
    if is_first != Ok(true) {
        return;
    }
    let next = || WAITING.try_with(|waiting| waiting.borrow_mut().0.pop()).ok().flatten();
    while let Some(value) = next() {
        drop(value);
    }
    // Nobody can say so once the thread ends.
    let _ = WAITING.try_with(|waiting| waiting.borrow_mut().1 = false);
}

impl Bound for Value {
    fn let_go(values: Vec<Self>) {
        release(values);
    }
}

impl Value {
    /// Whether other values may lie within it.
    fn holds_others(&self) -> bool {
        matches!(
            self,
            Self::List(_)
                | Self::Tuple(_)
                | Self::Set(_)
                | Self::Dict(_)
                | Self::View(..)
                | Self::Iterator(_)
                | Self::Function(_)
                | Self::Class(_)
                | Self::Instance(_)
                | Self::Partial(_)
                | Self::Method(_)
        )
    }

    /// A text.
    pub(crate) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }

    /// A new list.
    pub(crate) fn list(items: Vec<Value>) -> Self {
        Self::List(Shared::new(items.into()))
    }

    /// What gives these items.
    pub(crate) fn iterator(mut items: Vec<Value>, is_unordered: bool) -> Self {
        items.reverse();
        Self::Iterator(Shared::new(List { items, is_unordered }))
    }

    /// Whether the order of its items is not certain, and matters.
    pub(crate) fn is_unordered(&self) -> bool {
        match self {
            Self::List(list) | Self::Iterator(list) => {
                list.look(|list| list.is_unordered && list.items.len() > 1).unwrap_or_default()
            }
            Self::Set(list) => list.look(|list| list.items.len() > 1).unwrap_or_default(),
            Self::Dict(dict) | Self::View(dict, _) => {
                dict.look(|dict| dict.is_unordered && dict.entries.len() > 1).unwrap_or_default()
            }
            _ => false,
        }
    }

    /// A new tuple.
    pub(crate) fn tuple(items: Vec<Value>) -> Self {
        Self::Tuple(Rc::new(Items(items)))
    }

    /// A new dict.
    pub(crate) fn dict(entries: IndexMap<Key, Value>) -> Self {
        Self::Dict(Shared::new(Dict { entries, is_unordered: false }))
    }

    /// The text that it is.
    pub(crate) fn as_text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether nothing is known of what it is.
    pub(crate) fn is_foreign(&self) -> bool {
        matches!(self, Self::Unknown(_) | Self::External(_))
    }

    /// The name of its type, for people; `None` when it is not known.
    pub(crate) fn type_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Text(_) => "str",
            Self::Path(_) => "Path",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Set(_) => "set",
            Self::Dict(_) => "dict",
            Self::View(_, View::Keys) => "dict_keys",
            Self::View(_, View::Values) => "dict_values",
            Self::View(_, View::Items) => "dict_items",
            Self::Iterator(_) => "iterator",
            Self::Node(_) => "Node",
            Self::Pipeline(_) => "Pipeline",
            Self::Function(_) => "function",
            Self::Module(_) => "module",
            _ => return None,
        })
    }
}
