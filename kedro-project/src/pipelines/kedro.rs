//! What Kedro's own functions do: `node`, `pipeline`, `find_pipelines`, and the `sum` of pipelines.

use std::{collections::BTreeSet, fs, io, path::Path, rc::Rc};

use tree_sitter::Node;

use crate::{
    pipelines::{
        arguments::Arguments,
        evaluate::{Evaluator, MOST_STEPS, Scope, Value, insert, taint, unknown_at},
        graph::{GraphNode, Mapping, Namespace, Nodes},
        modules::{Located, Member, Source},
    },
    python::Literal,
};

impl Evaluator {
    /// `sum(pipelines)` or `sum(pipelines, start)`
    pub(super) fn sum(&mut self, scope: &mut Scope, call: Node<'_>, arguments: &Arguments<'_>) -> Value {
        let Some(items) = arguments.get(0, &[]).filter(|_| !arguments.has_more) else {
            taint(scope, call);
            return unknown_at(scope, call, "what is summed up is computed");
        };
        let items = match self.evaluate(scope, items) {
            Value::List(items) => items,
            Value::Unknown(reason) => return Value::Unknown(reason),
            _ => return unknown_at(scope, call, "what is summed up is not known"),
        };
        let start = match arguments.get(1, &["start"]) {
            Some(node) if scope.source.syntax.text(node) != "0" => Some(self.evaluate(scope, node)),
            _ => None,
        };
        let summed = start.into_iter().chain(items).reduce(|sum, item| self.add(scope, call, sum, item));
        match summed {
            Some(value @ (Value::Pipeline(_) | Value::Unknown(_))) => value,
            _ => unknown_at(scope, call, "what is summed up are no pipelines"),
        }
    }

    /// `Pipeline(nodes, …)` and `pipeline(nodes, …)`
    pub(super) fn make_pipeline(&mut self, scope: &mut Scope, call: Node<'_>, arguments: &Arguments<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let Some(nodes) = arguments.get(0, &["nodes", "pipe"]).filter(|_| !arguments.has_more) else {
            taint(scope, call);
            return unknown_at(scope, call, "the nodes are computed");
        };
        let nodes = match self.evaluate(scope, nodes) {
            Value::Pipeline(nodes) => nodes,
            Value::List(items) => match self.flatten(scope, call, items) {
                Ok(nodes) => nodes,
                Err(unknown) => return unknown,
            },
            Value::Unknown(reason) => return Value::Unknown(reason),
            _ => return unknown_at(scope, call, "the nodes are not known"),
        };
        let mapping = mapping(&source, arguments);
        Value::Pipeline(nodes.iter().map(|node| Rc::new(node.mapped(&mapping))).collect())
    }

    fn flatten(&mut self, scope: &Scope, call: Node<'_>, items: Vec<Value>) -> Result<Nodes, Value> {
        let mut nodes = Vec::new();
        for item in items {
            match item {
                Value::Node(node) => nodes.push(node),
                Value::Pipeline(more) => nodes.extend(more),
                Value::Unknown(reason) => return Err(Value::Unknown(reason)),
                _ => return Err(unknown_at(scope, call, "something in the list is no node")),
            }
            self.steps += 1;
            if self.steps.saturating_add(nodes.len()) >= MOST_STEPS {
                return Err(unknown_at(scope, call, "the pipelines are too large"));
            }
        }
        Ok(nodes)
    }

    pub(super) fn call_find_pipelines(&mut self, scope: &Scope, call: Node<'_>, arguments: &Arguments<'_>) -> Value {
        let raises = arguments.get(0, &["raise_errors"]).map(|node| scope.source.syntax.literal(node));
        let known = arguments.positional.len() + arguments.keyword.len() == usize::from(raises.is_some());
        match raises {
            None if known && !arguments.has_more => self.find_pipelines(false),
            Some(Some(Literal::Bool(raises))) if known && !arguments.has_more => self.find_pipelines(raises),
            _ => unknown_at(scope, call, "the arguments of find_pipelines are not understood"),
        }
    }

    /// What `find_pipelines()` finds: `create_pipeline` of the package's `pipeline` module under `__default__`, and
    /// that of each directory in `pipelines`.
    pub(super) fn find_pipelines(&mut self, raises: bool) -> Value {
        let module = format!("{}.pipeline", self.package);
        let default = match self.locate(&module) {
            Located::File(..) => match self.created_pipeline(&module) {
                Created::Pipeline(value) => value,
                Created::Nothing => Value::Pipeline(Vec::new()),
                Created::Unknown(reason) => Value::Unknown(reason),
            },
            Located::Directory | Located::Nothing => Value::Pipeline(Vec::new()),
        };
        let mut found = vec![("__default__".to_owned(), default)];
        let directory = self.source_dir.join(&self.package).join("pipelines");
        if !directory.is_dir() {
            return Value::Dict(found);
        }
        let names = match directory_names(&directory) {
            Ok(names) => names,
            Err(error) => return Value::unknown(format!("cannot read {}: {error}", directory.display())),
        };
        for name in names {
            let module = format!("{}.pipelines.{name}", self.package);
            match self.created_pipeline(&module) {
                Created::Pipeline(value) => insert(&mut found, name, value),
                Created::Nothing if raises => {
                    return Value::unknown(format!("{module} makes no pipeline, which find_pipelines refuses"));
                }
                Created::Nothing => {}
                Created::Unknown(reason) => return Value::Unknown(reason),
            }
        }
        Value::Dict(found)
    }

    /// Each pipeline is followed with the same patience, so that one without measure does not spoil the others.
    fn created_pipeline(&mut self, module: &str) -> Created {
        let steps = std::mem::take(&mut self.steps);
        let created = match self.member(module, "create_pipeline") {
            Member::Found(function) => match self.call(function) {
                value @ (Value::Pipeline(_) | Value::Unknown(_)) => Created::Pipeline(value),
                _ => Created::Nothing,
            },
            Member::Missing => Created::Nothing,
            Member::Unknown(reason) => Created::Unknown(reason),
        };
        self.steps = steps;
        created
    }
}

/// What `create_pipeline()` of a module gives.
enum Created {
    /// A pipeline, though perhaps of unknown nodes.
    Pipeline(Value),
    /// No pipeline, or there is no such function.
    Nothing,
    /// It cannot be told whether there is such a function.
    Unknown(Rc<str>),
}

/// Names of the directories that `find_pipelines` looks into, sorted.
fn directory_names(directory: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != "__pycache__" && !name.starts_with('.') && entry.path().is_dir() {
            names.insert(name);
        }
    }
    Ok(names)
}

/// `Node(function, inputs, outputs, …)` and `node(…)`
pub(super) fn make_node(source: &Source, arguments: &Arguments<'_>) -> Value {
    let literal = |node: Option<Node<'_>>| node.and_then(|node| source.syntax.literal(node));
    let text = |node: Option<Node<'_>>| match literal(node) {
        Some(Literal::Text(text)) => Some(text),
        _ => None,
    };
    let certain = !arguments.has_more;
    let namespace = match arguments.named("namespace") {
        None => Namespace::None,
        given => text(given).filter(|_| certain).map_or(Namespace::Unknown, Namespace::Name),
    };
    Value::Node(Rc::new(GraphNode {
        name: text(arguments.named("name")).filter(|_| certain),
        namespace: if certain { namespace } else { Namespace::Unknown },
        outputs: outputs(source, arguments).filter(|_| certain),
    }))
}

/// The outputs of a node: a text, a list of texts, a dict with texts as values, or none.
fn outputs(source: &Source, arguments: &Arguments<'_>) -> Option<BTreeSet<String>> {
    let node = arguments.get(2, &["outputs"])?;
    let text = |literal: Option<Literal>| match literal {
        Some(Literal::Text(text)) => Some(text),
        _ => None,
    };
    match source.syntax.literal(node)? {
        Literal::None => Some(BTreeSet::new()),
        Literal::Text(output) => Some(BTreeSet::from([output])),
        Literal::List(outputs) => outputs.into_iter().map(text).collect(),
        Literal::Dict(outputs) => outputs.into_iter().map(|(_, output)| text(output)).collect(),
        Literal::Bool(_) => None,
    }
}

/// What the arguments of `Pipeline(…)` do to its nodes.
fn mapping(source: &Source, arguments: &Arguments<'_>) -> Mapping {
    let given = |name: &str| {
        let value = arguments.named(name).map(|node| source.syntax.literal(node));
        value.filter(|value| *value != Some(Literal::None))
    };
    let renaming = ["inputs", "outputs", "parameters", "prefix_datasets_with_namespace"];
    let namespace = match given("namespace") {
        None => Namespace::None,
        Some(Some(Literal::Text(namespace))) => Namespace::Name(namespace),
        Some(_) => Namespace::Unknown,
    };
    // Old versions of `pipeline` took all of these by position.
    let by_position = arguments.positional.len() > 1;
    Mapping {
        namespace: if by_position { Namespace::Unknown } else { namespace },
        renames: by_position || renaming.iter().any(|name| given(name).is_some()),
    }
}
