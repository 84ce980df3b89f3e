//! Following Python code whose effect is certain.
//!
//! Only what pipelines are usually made of is understood: literals, assignments, sums, calls of Kedro's constructors
//! and of the project's own functions. Everything else yields [`Value::Unknown`] with the place and the reason.
//! Lists and dicts can be changed from afar, so one that meets code which is not understood becomes unknown as well.

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use tree_sitter::Node;

use crate::pipelines::arguments::Arguments;
use crate::pipelines::graph::{self, GraphNode, Nodes};
use crate::pipelines::kedro;
use crate::pipelines::modules::{Member, Source};
use crate::python::{self, Literal};

/// Calls and expressions within one another; Python itself stops at a thousand calls.
const DEEPEST: usize = 150;
/// Expressions looked at and nodes put together, so that no source can keep a command busy.
pub(super) const MOST_STEPS: usize = 200_000;

/// What an expression stands for.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// It cannot be told, and why.
    Unknown(Rc<str>),
    /// Text, a boolean or none.
    Constant,
    /// A list, tuple or set.
    List(Vec<Value>),
    /// A dict with text keys, sorted by key.
    Dict(Vec<(String, Value)>),
    /// A node.
    Node(Rc<GraphNode>),
    /// A pipeline.
    Pipeline(Nodes),
    /// A function of the project.
    Function(Function),
    /// A module, by its full name.
    Module(String),
    /// A function or class known here.
    Builtin(Builtin),
}

impl Value {
    /// An unknown value.
    pub fn unknown(reason: impl AsRef<str>) -> Self {
        Self::Unknown(Rc::from(reason.as_ref()))
    }

    fn is_mutable(&self) -> bool {
        matches!(self, Self::List(_) | Self::Dict(_))
    }
}

/// A function of the project.
#[derive(Debug, Clone)]
pub(super) struct Function {
    source: Rc<Source>,
    range: Range<usize>,
}

impl Function {
    /// The function that `definition` in `source` defines.
    pub fn new(source: &Rc<Source>, definition: Node<'_>) -> Self {
        Self { source: Rc::clone(source), range: definition.byte_range() }
    }
}

/// A function or class known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builtin {
    /// `kedro.pipeline.Pipeline` and `pipeline`
    Pipeline,
    /// `kedro.pipeline.Node` and `node`
    Node,
    /// `kedro.framework.project.find_pipelines`
    FindPipelines,
    /// Python's `sum`
    Sum,
}

/// Follows the code of one project.
pub(super) struct Evaluator {
    /// Directory that modules are looked for in.
    pub source_dir: PathBuf,
    /// Modules read so far.
    pub sources: HashMap<String, Result<Option<Rc<Source>>, Rc<str>>>,
    /// The project's package.
    pub package: String,
    depth: usize,
    /// Expressions looked at and nodes put together so far.
    pub steps: usize,
}

/// The names of a function while it is followed.
pub(super) struct Scope {
    /// The module the function is in.
    pub source: Rc<Source>,
    locals: HashMap<String, Value>,
}

impl Evaluator {
    /// Prepares to follow the code of `package` in `source_dir`.
    pub fn new(source_dir: PathBuf, package: String) -> Self {
        Self { source_dir, package, sources: HashMap::new(), depth: 0, steps: 0 }
    }

    /// Goes one level deeper unless that is too deep; then [`Self::ascend`] must follow.
    pub fn descend(&mut self) -> bool {
        self.steps += 1;
        let goes = self.depth < DEEPEST && self.steps < MOST_STEPS;
        self.depth += usize::from(goes);
        goes
    }

    /// Comes back from one level deeper.
    pub fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// The value of an expression at the top level of a module.
    pub fn module_value(&mut self, source: &Rc<Source>, expression: Node<'_>) -> Value {
        let mut scope = Scope { source: Rc::clone(source), locals: HashMap::new() };
        match self.evaluate(&mut scope, expression) {
            value if value.is_mutable() => {
                unknown_at(&scope, expression, "a list or dict of a module can be changed from anywhere")
            }
            value => value,
        }
    }

    /// What a function returns that is called without arguments.
    pub fn call(&mut self, function: Value) -> Value {
        match function {
            Value::Function(function) => self.run(&function, HashMap::new()),
            Value::Builtin(Builtin::Pipeline | Builtin::Node | Builtin::Sum) | Value::Unknown(_) => function,
            Value::Builtin(Builtin::FindPipelines) => self.find_pipelines(false),
            _ => Value::unknown("it is no function"),
        }
    }

    fn run(&mut self, function: &Function, arguments: HashMap<String, Value>) -> Value {
        let root = function.source.syntax.root();
        let Some(definition) = root.descendant_for_byte_range(function.range.start, function.range.end) else {
            return Value::unknown("the function is gone");
        };
        let mut scope = Scope { source: Rc::clone(&function.source), locals: arguments };
        let Some(body) = definition.child_by_field_name("body") else {
            return unknown_at(&scope, definition, "the function has no body");
        };
        if definition.child(0).is_none_or(|first| first.kind() != "def")
            || python::any(body, |node| node.kind() == "yield")
        {
            return unknown_at(&scope, definition, "a generator or coroutine is not followed");
        }
        if !self.descend() {
            return unknown_at(&scope, definition, "the code goes too deep or is too large");
        }
        bind_missing_parameters(&mut scope, definition);
        let result = self.run_block(&mut scope, body);
        self.ascend();
        result.unwrap_or(Value::Constant)
    }

    /// Runs statements; `Some` is what is returned.
    fn run_block(&mut self, scope: &mut Scope, block: Node<'_>) -> Option<Value> {
        for statement in python::children(block) {
            match statement.kind() {
                "return_statement" => {
                    return Some(match statement.named_child(0) {
                        Some(value) => self.evaluate(scope, value),
                        None => Value::Constant,
                    });
                }
                "expression_statement" => self.run_expression(scope, statement),
                "import_statement" | "import_from_statement" => self.run_import(scope, statement),
                "pass_statement" | "comment" => {}
                "function_definition" | "class_definition" | "decorated_definition" => forget(scope, statement),
                "assert_statement" => taint(scope, statement),
                _ if python::any(statement, |node| matches!(node.kind(), "return_statement" | "raise_statement")) => {
                    return Some(unknown_at(scope, statement, "the code branches here"));
                }
                _ => forget(scope, statement),
            }
        }
        None
    }

    fn run_import(&mut self, scope: &mut Scope, statement: Node<'_>) {
        let source = Rc::clone(&scope.source);
        for import in python::imported(&source.syntax, statement) {
            let value = match self.import(&source, statement, &import.bound) {
                Member::Found(value) => value,
                Member::Missing => unknown_at(scope, statement, "the import brings nothing"),
                Member::Unknown(reason) => Value::Unknown(reason),
            };
            scope.locals.insert(import.bound, value);
        }
    }

    fn run_expression(&mut self, scope: &mut Scope, statement: Node<'_>) {
        let Some(expression) = statement.named_child(0) else { return };
        match expression.kind() {
            "assignment" => self.assign(scope, expression),
            "augmented_assignment" => self.assign_augmented(scope, expression),
            "call" if self.changes_local(scope, expression) => {}
            "string" => {}
            _ => taint(scope, expression),
        }
    }

    fn assign(&mut self, scope: &mut Scope, assignment: Node<'_>) {
        let source = Rc::clone(&scope.source);
        let (Some(left), Some(right)) =
            (assignment.child_by_field_name("left"), assignment.child_by_field_name("right"))
        else {
            return;
        };
        match left.kind() {
            "identifier" if right.kind() != "assignment" => {
                let value = self.owned(scope, right);
                scope.locals.insert(source.syntax.text(left).to_owned(), value);
            }
            "subscript" if right.kind() != "assignment" => {
                let value = self.owned(scope, right);
                let key = left.child_by_field_name("subscript").and_then(|key| source.syntax.literal(key));
                let target = left.child_by_field_name("value").filter(|node| node.kind() == "identifier");
                let dict = target.and_then(|node| scope.locals.get_mut(source.syntax.text(node)));
                match (dict, key) {
                    (Some(Value::Dict(entries)), Some(Literal::Text(key))) => insert(entries, key, value),
                    _ => taint(scope, left),
                }
            }
            _ => forget(scope, assignment),
        }
    }

    /// `name += value`
    fn assign_augmented(&mut self, scope: &mut Scope, assignment: Node<'_>) {
        let source = Rc::clone(&scope.source);
        let (Some(left), Some(right)) =
            (assignment.child_by_field_name("left"), assignment.child_by_field_name("right"))
        else {
            return;
        };
        if left.kind() != "identifier" || !matches!(source.syntax.field(assignment, "operator"), "+=" | "|=") {
            return forget(scope, assignment);
        }
        let old = self.evaluate(scope, left);
        let added = self.evaluate(scope, right);
        let value = self.add(scope, assignment, old, added);
        scope.locals.insert(source.syntax.text(left).to_owned(), value);
    }

    /// `name.append(…)`, `name.extend(…)` or `name.update(…)`; false when it is none of these.
    fn changes_local(&mut self, scope: &mut Scope, call: Node<'_>) -> bool {
        let source = Rc::clone(&scope.source);
        let Some(method) = call.child_by_field_name("function").filter(|node| node.kind() == "attribute") else {
            return false;
        };
        let Some(object) = method.child_by_field_name("object").filter(|node| node.kind() == "identifier") else {
            return false;
        };
        let arguments = Arguments::of(call, &source);
        let ([argument], [], false) =
            (arguments.positional.as_slice(), arguments.keyword.as_slice(), arguments.has_more)
        else {
            return false;
        };
        let name = source.syntax.text(object);
        let Some(old) = scope.locals.get(name).cloned() else { return false };
        let new = match (old, source.syntax.field(method, "attribute")) {
            (Value::List(mut items), "append") => {
                items.push(self.owned(scope, *argument));
                Value::List(items)
            }
            (old @ Value::List(_), "extend") | (old @ Value::Dict(_), "update") => {
                let added = self.evaluate(scope, *argument);
                self.add(scope, call, old, added)
            }
            _ => return false,
        };
        scope.locals.insert(name.to_owned(), new);
        true
    }

    /// The value of an expression that is about to be kept: a second name for a list or dict makes both unknown.
    fn owned(&mut self, scope: &mut Scope, expression: Node<'_>) -> Value {
        let value = self.evaluate(scope, expression);
        let is_fresh =
            matches!(expression.kind(), "list" | "tuple" | "set" | "dictionary" | "call" | "binary_operator");
        if is_fresh || !value.is_mutable() {
            return value;
        }
        taint(scope, expression);
        unknown_at(scope, expression, "a list or dict with two names is not followed")
    }

    /// The value of an expression.
    pub fn evaluate(&mut self, scope: &mut Scope, expression: Node<'_>) -> Value {
        if !self.descend() {
            return unknown_at(scope, expression, "the code goes too deep or is too large");
        }
        let value = self.evaluate_here(scope, expression);
        self.ascend();
        value
    }

    fn evaluate_here(&mut self, scope: &mut Scope, expression: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        match expression.kind() {
            "none" | "true" | "false" | "string" | "concatenated_string" => match source.syntax.literal(expression) {
                Some(_) => Value::Constant,
                None => unknown_at(scope, expression, "the text is computed"),
            },
            "parenthesized_expression" => match python::children(expression).as_slice() {
                [inner] => self.evaluate(scope, *inner),
                _ => unknown_at(scope, expression, "the expression is not understood"),
            },
            "identifier" => self.lookup(scope, expression),
            "list" | "tuple" | "set" => self.list(scope, expression),
            "dictionary" => self.dict(scope, expression),
            "attribute" => self.attribute(scope, expression),
            "subscript" => self.subscript(scope, expression),
            "binary_operator" => self.operation(scope, expression),
            "call" => self.call_expression(scope, expression),
            kind => {
                taint(scope, expression);
                unknown_at(scope, expression, &format!("{} is not followed", kind.replace('_', " ")))
            }
        }
    }

    fn lookup(&mut self, scope: &Scope, identifier: Node<'_>) -> Value {
        let name = scope.source.syntax.text(identifier);
        if let Some(value) = scope.locals.get(name) {
            return value.clone();
        }
        match self.member(&scope.source.name, name) {
            Member::Found(value) => value,
            Member::Missing if name == "sum" => Value::Builtin(Builtin::Sum),
            Member::Missing => unknown_at(scope, identifier, &format!("`{name}` is not known here")),
            Member::Unknown(reason) => Value::Unknown(reason),
        }
    }

    fn list(&mut self, scope: &mut Scope, list: Node<'_>) -> Value {
        let mut items = Vec::new();
        for element in python::children(list) {
            if element.kind() != "list_splat" {
                items.push(self.owned(scope, element));
                continue;
            }
            match element.named_child(0).map(|inner| self.evaluate(scope, inner)) {
                Some(Value::List(more)) => items.extend(more),
                Some(Value::Unknown(reason)) => return Value::Unknown(reason),
                _ => return unknown_at(scope, element, "what `*` spreads is not known"),
            }
        }
        Value::List(items)
    }

    fn dict(&mut self, scope: &mut Scope, dict: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let mut entries = Vec::new();
        for element in python::children(dict) {
            if element.kind() == "dictionary_splat" {
                match element.named_child(0).map(|inner| self.evaluate(scope, inner)) {
                    Some(Value::Dict(more)) => entries = merged(entries, more),
                    Some(Value::Unknown(reason)) => return Value::Unknown(reason),
                    _ => return unknown_at(scope, element, "what `**` spreads is not known"),
                }
                continue;
            }
            let key = element.child_by_field_name("key").and_then(|key| source.syntax.literal(key));
            let (Some(Literal::Text(key)), Some(value)) = (key, element.child_by_field_name("value")) else {
                taint(scope, element);
                return unknown_at(scope, element, "a key is computed");
            };
            let value = self.owned(scope, value);
            insert(&mut entries, key, value);
        }
        Value::Dict(entries)
    }

    fn attribute(&mut self, scope: &mut Scope, attribute: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let name = source.syntax.field(attribute, "attribute");
        let Some(object) = attribute.child_by_field_name("object") else {
            return unknown_at(scope, attribute, "the expression is not understood");
        };
        match self.evaluate(scope, object) {
            Value::Module(module) => match self.member(&module, name) {
                Member::Found(value) => value,
                Member::Missing => unknown_at(scope, attribute, &format!("{module} has no `{name}`")),
                Member::Unknown(reason) => Value::Unknown(reason),
            },
            Value::Unknown(reason) => Value::Unknown(reason),
            _ => {
                taint(scope, attribute);
                unknown_at(scope, attribute, &format!("`.{name}` is not followed"))
            }
        }
    }

    fn subscript(&mut self, scope: &mut Scope, subscript: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let key = subscript.child_by_field_name("subscript").and_then(|key| source.syntax.literal(key));
        let object = subscript.child_by_field_name("value").map(|object| self.evaluate(scope, object));
        match (object, key) {
            (Some(Value::Dict(entries)), Some(Literal::Text(key))) => entries
                .into_iter()
                .find(|(name, _)| *name == key)
                .map_or_else(|| unknown_at(scope, subscript, "there is no such key"), |(_, value)| value),
            (Some(Value::Unknown(reason)), _) => Value::Unknown(reason),
            _ => unknown_at(scope, subscript, "the key is computed"),
        }
    }

    fn operation(&mut self, scope: &mut Scope, operation: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let operator = source.syntax.field(operation, "operator");
        let sides = (operation.child_by_field_name("left"), operation.child_by_field_name("right"));
        let ((Some(left), Some(right)), "+" | "|") = (sides, operator) else {
            taint(scope, operation);
            return unknown_at(scope, operation, &format!("`{operator}` is not followed"));
        };
        let left = self.evaluate(scope, left);
        let right = self.evaluate(scope, right);
        self.add(scope, operation, left, right)
    }

    /// `left + right`
    pub fn add(&mut self, scope: &Scope, place: Node<'_>, left: Value, right: Value) -> Value {
        match (left, right) {
            (Value::Pipeline(left), Value::Pipeline(right)) => self.union(scope, place, &left, &right),
            (Value::List(mut left), Value::List(right)) => {
                left.extend(right);
                Value::List(left)
            }
            (Value::Dict(left), Value::Dict(right)) => Value::Dict(merged(left, right)),
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason),
            _ => unknown_at(scope, place, "this sum is not understood"),
        }
    }

    fn union(&mut self, scope: &Scope, place: Node<'_>, left: &Nodes, right: &Nodes) -> Value {
        self.steps = self.steps.saturating_add(left.len() + right.len());
        if self.steps >= MOST_STEPS {
            return unknown_at(scope, place, "the pipelines are too large");
        }
        match graph::union(left, right) {
            Some(nodes) => Value::Pipeline(nodes),
            None => unknown_at(scope, place, "the same node may be in both pipelines that are added"),
        }
    }

    fn call_expression(&mut self, scope: &mut Scope, call: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let Some(callee) = call.child_by_field_name("function") else {
            return unknown_at(scope, call, "the expression is not understood");
        };
        if let Some(value) = self.call_method(scope, call, callee) {
            return value;
        }
        let function = self.evaluate(scope, callee);
        let arguments = Arguments::of(call, &source);
        match function {
            Value::Builtin(Builtin::Pipeline) => self.make_pipeline(scope, call, &arguments),
            Value::Builtin(Builtin::Node) => kedro::make_node(&source, &arguments),
            Value::Builtin(Builtin::Sum) => self.sum(scope, call, &arguments),
            Value::Builtin(Builtin::FindPipelines) => self.call_find_pipelines(scope, call, &arguments),
            Value::Function(function) => self.call_function(scope, call, &function, &arguments),
            Value::Unknown(reason) => {
                taint(scope, call);
                Value::Unknown(reason)
            }
            _ => {
                taint(scope, call);
                unknown_at(scope, call, "what is called is not understood")
            }
        }
    }

    /// `dict.values()`, `dict.copy()` and `pipeline.tag(…)`.
    fn call_method(&mut self, scope: &mut Scope, call: Node<'_>, callee: Node<'_>) -> Option<Value> {
        if callee.kind() != "attribute" {
            return None;
        }
        let source = Rc::clone(&scope.source);
        match (self.evaluate(scope, callee.child_by_field_name("object")?), source.syntax.field(callee, "attribute")) {
            (Value::Dict(entries), "values") => {
                Some(Value::List(entries.into_iter().map(|(_, value)| value).collect()))
            }
            (dict @ Value::Dict(_), "copy") => Some(dict),
            (pipeline @ Value::Pipeline(_), "tag") => Some(pipeline),
            (Value::List(_) | Value::Dict(_) | Value::Pipeline(_) | Value::Node(_), method) => {
                taint(scope, call);
                Some(unknown_at(scope, call, &format!("`.{method}()` is not followed")))
            }
            _ => None,
        }
    }

    fn call_function(
        &mut self,
        scope: &mut Scope,
        call: Node<'_>,
        function: &Function,
        arguments: &Arguments<'_>,
    ) -> Value {
        let definition =
            function.source.syntax.root().descendant_for_byte_range(function.range.start, function.range.end);
        let parameters = definition.and_then(|node| node.child_by_field_name("parameters")).map(python::children);
        let names: Vec<&str> = parameters
            .unwrap_or_default()
            .into_iter()
            .map_while(|parameter| parameter_name(parameter, &function.source))
            .collect();
        let mut bound = HashMap::new();
        if arguments.has_more {
            for name in &names {
                bound.insert((*name).to_owned(), unknown_at(scope, call, "arguments are spread with `*`"));
            }
        }
        let by_position = names.iter().copied().zip(arguments.positional.iter().copied());
        for (name, argument) in by_position.chain(arguments.keyword.iter().copied()) {
            let value = self.evaluate(scope, argument);
            bound.entry(name.to_owned()).or_insert(value);
        }
        // The function may change what it is given.
        if let Some(list) = call.child_by_field_name("arguments") {
            taint(scope, list);
        }
        self.run(function, bound)
    }
}

/// Parameters without an argument take their default, if that is certain.
fn bind_missing_parameters(scope: &mut Scope, definition: Node<'_>) {
    let source = Rc::clone(&scope.source);
    for parameter in definition.child_by_field_name("parameters").map(python::children).unwrap_or_default() {
        let Some(name) = parameter_name(parameter, &source) else { continue };
        if scope.locals.contains_key(name) {
            continue;
        }
        let default = parameter.child_by_field_name("value").and_then(|value| source.syntax.literal(value));
        let value = match default {
            Some(literal) if !matches!(literal, Literal::List(_) | Literal::Dict(_)) => Value::Constant,
            _ => unknown_at(scope, parameter, "a parameter can have any value"),
        };
        scope.locals.insert(name.to_owned(), value);
    }
}

fn parameter_name<'a>(parameter: Node<'a>, source: &'a Source) -> Option<&'a str> {
    let name = match parameter.kind() {
        "identifier" => parameter,
        "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name")?,
        "typed_parameter" => parameter.named_child(0).filter(|node| node.kind() == "identifier")?,
        _ => return None,
    };
    Some(source.syntax.text(name))
}

/// The entries of a dict, overridden by those of another.
fn merged(mut entries: Vec<(String, Value)>, others: Vec<(String, Value)>) -> Vec<(String, Value)> {
    for (key, value) in others {
        insert(&mut entries, key, value);
    }
    entries
}

/// Sets `key`, keeping the entries sorted.
pub(super) fn insert(entries: &mut Vec<(String, Value)>, key: String, value: Value) {
    match entries.binary_search_by(|(known, _)| known.cmp(&key)) {
        Ok(index) => entries[index].1 = value,
        Err(index) => entries.insert(index, (key, value)),
    }
}

/// An unknown value, because of what stands at `node`.
pub(super) fn unknown_at(scope: &Scope, node: Node<'_>, reason: &str) -> Value {
    Value::unknown(format!("{}: {reason}", scope.source.syntax.place(node)))
}

/// Makes unknown every local list and dict that `node` mentions: it may have been changed there.
pub(super) fn taint(scope: &mut Scope, node: Node<'_>) {
    let source = Rc::clone(&scope.source);
    let reason = unknown_at(scope, node, "a list or dict may be changed here");
    for (name, value) in &mut scope.locals {
        if value.is_mutable() && source.syntax.mentions(node, name) {
            *value = reason.clone();
        }
    }
}

/// Makes unknown every name that `node` mentions: it may have been bound or changed there.
fn forget(scope: &mut Scope, node: Node<'_>) {
    let source = Rc::clone(&scope.source);
    let reason = unknown_at(scope, node, "the code branches here");
    python::any(node, |inner| {
        if inner.kind() == "identifier" {
            scope.locals.insert(source.syntax.text(inner).to_owned(), reason.clone());
        }
        false
    });
}
