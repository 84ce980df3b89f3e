//! Calls of Kedro's constructors, and methods of what they make.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use crate::evaluate::{
    arguments::Arguments,
    evaluator::{Evaluator, Outcome},
    kedro::{self, Datasets, Filter, GraphNode, Mapping, Nodes},
    reason::{Reason, short},
    value::{Key, List, Shared, Value},
};

/// The names of the arguments of `Node` after its outputs.
const NODE_OPTIONS: [&str; 5] = ["name", "tags", "confirms", "namespace", "preview_fn"];

/// Arguments of `Pipeline.filter` that are no methods.
const FILTER_ARGUMENTS: [&str; 3] = ["tags", "node_names", "node_namespaces"];

/// Methods of `Pipeline` that are not followed.
const UNFOLLOWED: [&str; 8] =
    ["describe", "to_json", "group_nodes_by", "inputs", "outputs", "datasets", "all_inputs", "all_outputs"];

impl Evaluator {
    /// `Pipeline(nodes, …)` and `pipeline(nodes, …)`
    pub(super) fn make_pipeline(&mut self, arguments: &Arguments) -> Outcome {
        const OPTIONS: [&str; 7] =
            ["nodes", "inputs", "outputs", "parameters", "tags", "namespace", "prefix_datasets_with_namespace"];
        self.check_options("Pipeline", arguments, 1, &OPTIONS)?;
        let Some(nodes) = arguments.get(0, "nodes") else {
            return Err(self.raised("TypeError", "`Pipeline` needs nodes"));
        };
        let (nodes, is_pipeline) = match nodes {
            Value::Pipeline(nodes) => (Rc::clone(nodes), true),
            other => match self.flat_nodes(other)? {
                Ok(nodes) => (nodes, false),
                Err(reason) => return Ok(Value::Unknown(reason)),
            },
        };
        if !is_pipeline && let Some((kind, problem)) = kedro::check_pipeline(&mut self.bounds, &nodes) {
            return Err(self.refused(kind, problem));
        }
        let mapping = Mapping {
            datasets: [
                self.renamed(arguments.named("inputs"), false),
                self.renamed(arguments.named("outputs"), false),
                self.renamed(arguments.named("parameters"), true),
            ],
            namespace: match arguments.named("namespace") {
                None | Some(Value::None) => Some(None),
                Some(Value::Text(namespace)) => Some(Some(Rc::clone(namespace)).filter(|name| !name.is_empty())),
                Some(_) => None,
            },
            prefixes: match arguments.named("prefix_datasets_with_namespace") {
                None => Some(true),
                Some(value) => self.truth(value).ok(),
            },
            tags: self.tags(arguments.named("tags")),
        };
        match kedro::mapped(&mut self.bounds, &nodes, &mapping) {
            Some(Ok(mapped)) => {
                if !Rc::ptr_eq(&mapped, &nodes)
                    && let Some((kind, problem)) = kedro::check_pipeline(&mut self.bounds, &mapped)
                {
                    return Err(self.refused(kind, problem));
                }
                Ok(Value::Pipeline(mapped))
            }
            Some(Err(problem)) => Err(self.raised("PipelineError", problem)),
            None => Ok(self.unknown("the pipelines are too large")),
        }
    }

    fn check_options(
        &self,
        callee: &str,
        arguments: &Arguments,
        most_positional: usize,
        options: &[&str],
    ) -> Outcome<()> {
        if arguments.positional.len() > most_positional {
            return Err(self.raised("TypeError", format!("`{callee}` takes {most_positional} argument(s) by position")));
        }
        match arguments.named.iter().find(|(name, _)| !options.contains(&&**name)) {
            Some((name, _)) => Err(self.raised("TypeError", format!("`{callee}` has no argument `{}`", short(name)))),
            None => Ok(()),
        }
    }

    /// The nodes of nodes and pipelines; a reason inside when they are not known.
    fn flat_nodes(&mut self, value: &Value) -> Outcome<Result<Nodes, Reason>> {
        if matches!(value, Value::None | Value::Int(_) | Value::Bool(_) | Value::Node(_)) {
            return Err(self.raised("TypeError", "the nodes are not in a list"));
        }
        let items = match self.items(value) {
            Ok(items) => items,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut nodes = Vec::new();
        for item in items {
            match item {
                Value::Node(node) => nodes.push(node),
                Value::Pipeline(more) => {
                    self.take(more.len())?;
                    nodes.extend(more.iter().cloned());
                }
                Value::Unknown(reason) => return Ok(Err(reason)),
                other => {
                    return match other.type_name() {
                        Some(name) => Err(self.raised("AttributeError", format!("a {name} is among the nodes"))),
                        None => Ok(Err(self.reason("something in the list is not a node"))),
                    };
                }
            }
            self.take(1)?;
        }
        Ok(Ok(Rc::new(nodes)))
    }

    /// New names of datasets by their old ones; `None` when they are not known.
    fn renamed(&mut self, given: Option<&Value>, is_parameters: bool) -> Option<HashMap<Rc<str>, Rc<str>>> {
        let normal = |name: &Rc<str>| {
            let is_plain = !is_parameters || name.starts_with("params:");
            if is_plain { Rc::clone(name) } else { Rc::from(format!("params:{name}")) }
        };
        let same = |name: &Rc<str>| {
            if is_parameters && &**name == "parameters" {
                (Rc::clone(name), Rc::clone(name))
            } else {
                (normal(name), normal(name))
            }
        };
        match given {
            None | Some(Value::None) => Some(HashMap::new()),
            Some(Value::Text(name)) => Some(HashMap::from([same(name)])),
            Some(dict @ Value::Dict(_)) => {
                let entries = self.entries(dict).ok()?;
                let renamed = entries.iter().map(|(old, new)| match (old, new) {
                    (Key::Text(old), Value::Text(_)) if is_parameters && &**old == "parameters" => Some(same(old)),
                    (Key::Text(old), Value::Text(new)) => Some((normal(old), normal(new))),
                    _ => None,
                });
                renamed.collect()
            }
            Some(names) => self.items(names).ok()?.iter().map(|name| name.as_text().map(same)).collect(),
        }
    }

    /// Tags; `None` when they are not known.
    fn tags(&mut self, given: Option<&Value>) -> Option<BTreeSet<Rc<str>>> {
        match given {
            None | Some(Value::None) => Some(BTreeSet::new()),
            Some(Value::Text(tag)) => Some(BTreeSet::from([Rc::clone(tag)])),
            Some(tags) => self.items(tags).ok()?.iter().map(|tag| tag.as_text().cloned()).collect(),
        }
    }

    /// `Node(function, inputs, outputs, …)` and `node(…)`
    pub(super) fn make_node(&mut self, arguments: &Arguments) -> Outcome {
        let options: Vec<&str> = ["func", "inputs", "outputs"].into_iter().chain(NODE_OPTIONS).collect();
        self.check_options("Node", arguments, 3, &options)?;
        let parts = (arguments.get(0, "func"), arguments.get(1, "inputs"), arguments.get(2, "outputs"));
        let (Some(function), Some(inputs), Some(outputs)) = parts else {
            return Err(self.raised("TypeError", "`Node` needs a function, inputs and outputs"));
        };
        self.check_texts(arguments)?;
        let inputs_known = self.datasets(inputs)?;
        let outputs_known = self.datasets(outputs)?;
        self.check_function(function, inputs_known.as_ref())?;
        let node = GraphNode {
            inputs: inputs_known,
            outputs: outputs_known,
            function: function_identity(function),
            function_name: function_name(function),
            ..self.named_node(arguments)
        };
        self.checked_node(node)
    }

    /// Kedro looks for signs in names and tags, which must be texts.
    fn check_texts(&mut self, arguments: &Arguments) -> Outcome<()> {
        if let Some(name) = arguments.named("name")
            && !matches!(name, Value::Text(_) | Value::None)
            && name.type_name().is_some()
            && self.truth(name).unwrap_or(true)
        {
            return Err(self.raised("TypeError", "the name of a node is not a text"));
        }
        let tags = self.tags(arguments.named("tags")).unwrap_or_default();
        match tags.iter().find(|tag| !kedro::is_name(tag)) {
            Some(tag) => Err(self.raised("ValueError", format!("`{}` is no tag", short(tag)))),
            None => Ok(()),
        }
    }

    /// `llm_context_node(…)`
    pub(super) fn make_context_node(&mut self, arguments: &Arguments) -> Outcome {
        let options: Vec<&str> = ["outputs", "llm", "prompts", "tools"].into_iter().chain(NODE_OPTIONS).collect();
        self.check_options("llm_context_node", arguments, 0, &options)?;
        let parts = (arguments.named("outputs"), arguments.named("llm"), arguments.named("prompts"));
        let (Some(outputs), Some(llm), Some(prompts)) = parts else {
            return Err(self.raised("TypeError", "`llm_context_node` needs outputs, llm and prompts"));
        };
        let has_tools = !matches!(arguments.named("tools"), None | Some(Value::None));
        let prompts = self.items(prompts).ok();
        let prompts = prompts.and_then(|prompts| prompts.iter().map(|prompt| prompt.as_text().cloned()).collect());
        let inputs = match (llm, prompts) {
            (Value::Text(llm), Some(prompts)) if !has_tools => {
                let prompts: Vec<Rc<str>> = prompts;
                let mut inputs: BTreeMap<Rc<str>, Rc<str>> =
                    prompts.into_iter().map(|prompt| (Rc::clone(&prompt), prompt)).collect();
                inputs.insert("llm".into(), Rc::clone(llm));
                Some(Datasets::Named(inputs))
            }
            _ => None,
        };
        let outputs = self.datasets(outputs)?;
        let function = Some("kedro.pipeline.llm_context.construct_context".into());
        let function_name = Some("construct_context".into());
        let node = GraphNode { inputs, outputs, function, function_name, ..self.named_node(arguments) };
        self.checked_node(node)
    }

    fn named_node(&mut self, arguments: &Arguments) -> GraphNode {
        let text = |given: Option<&Value>| match given {
            None | Some(Value::None) => Some(None),
            Some(Value::Text(text)) => Some(Some(Rc::clone(text)).filter(|text| !text.is_empty())),
            Some(_) => None,
        };
        GraphNode {
            name: text(arguments.named("name")),
            namespace: text(arguments.named("namespace")),
            tags: self.tags(arguments.named("tags")),
            inputs: None,
            outputs: None,
            function: None,
            function_name: None,
            confirms: match arguments.named("confirms") {
                None | Some(Value::None) => Some(Vec::new()),
                Some(Value::Text(name)) => Some(vec![Rc::clone(name)]),
                Some(names) => {
                    self.items(names).ok().and_then(|names| names.iter().map(|name| name.as_text().cloned()).collect())
                }
            },
        }
    }

    fn checked_node(&mut self, node: GraphNode) -> Outcome {
        self.take(node.weight())?;
        match kedro::check_node(&node) {
            Some(problem) => Err(self.raised("ValueError", problem)),
            None => Ok(Value::Node(Rc::new(node))),
        }
    }

    /// Kedro refuses what is not a function, and one that does not take the inputs.
    fn check_function(&mut self, function: &Value, inputs: Option<&Datasets>) -> Outcome<()> {
        if function.type_name().is_some_and(|name| name != "function") {
            return Err(self.raised("ValueError", "the first argument of a node is not a function"));
        }
        let Some(inputs) = inputs else { return Ok(()) };
        let mut given = Arguments::default();
        let closure = match function {
            Value::Function(closure) => closure,
            Value::Partial(partial) => {
                let Value::Function(closure) = &partial.function else { return Ok(()) };
                given.positional.clone_from(&partial.positional);
                given.named.clone_from(&partial.named);
                closure
            }
            // Whether Python knows the arguments of its own types depends on its version.
            Value::Builtin(builtin) if !builtin.has_known_arguments() => {
                return Err(self.unclear("whether Kedro takes this for a function depends on Python's version"));
            }
            _ => return Ok(()),
        };
        match inputs {
            Datasets::Named(names) => {
                given.named.retain(|(name, _)| !names.contains_key(name));
                given.named.extend(names.keys().map(|name| (Rc::clone(name), Value::None)));
            }
            other => given.positional.extend(other.names().iter().map(|_| Value::None)),
        }
        given.bound_to(closure).map(drop).map_err(|problem| {
            let name = short(&closure.function.name);
            self.raised("TypeError", format!("the inputs are not those of `{name}`: {problem}"))
        })
    }

    /// Inputs or outputs; `None` when they are not known.
    fn datasets(&mut self, value: &Value) -> Outcome<Option<Datasets>> {
        match value {
            Value::None => Ok(Some(Datasets::None)),
            Value::Text(name) => Ok(Some(Datasets::One(Rc::clone(name)))),
            Value::List(_) => {
                let Ok(items) = self.items(value) else { return Ok(None) };
                self.dataset_names(items.iter()).map(|names| names.map(Datasets::Several))
            }
            Value::Dict(_) => {
                let Ok(entries) = self.entries(value) else { return Ok(None) };
                let Some(names) = self.dataset_names(entries.values())? else { return Ok(None) };
                let pairs = entries.keys().zip(names).map(|(key, name)| match key {
                    Key::Text(key) => Some((Rc::clone(key), name)),
                    _ => None,
                });
                Ok(pairs.collect::<Option<_>>().map(Datasets::Named))
            }
            Value::Tuple(items) if items.0.is_empty() => Ok(None),
            // What is not true stands for nothing.
            Value::Set(_) | Value::View(..) | Value::Int(_) | Value::Bool(_)
                if self.truth(value).is_ok_and(|is_true| !is_true) =>
            {
                Ok(None)
            }
            Value::Tuple(_)
            | Value::Node(_)
            | Value::Pipeline(_)
            | Value::Function(_)
            | Value::Set(_)
            | Value::View(..)
            | Value::Iterator(_)
            | Value::Int(_)
            | Value::Bool(_) => Err(self.raised("ValueError", "inputs and outputs must be a text, a list or a dict")),
            _ => Ok(None),
        }
    }

    fn dataset_names<'a>(&self, values: impl Iterator<Item = &'a Value>) -> Outcome<Option<Vec<Rc<str>>>> {
        let mut names = Vec::new();
        let mut is_known = true;
        for value in values {
            match value {
                Value::Text(name) => names.push(Rc::clone(name)),
                other if other.type_name().is_some() => {
                    return Err(self.raised("ValueError", "the name of a dataset is not a text"));
                }
                _ => is_known = false,
            }
        }
        Ok(is_known.then_some(names))
    }

    /// A method of a node.
    pub(super) fn node_method(&mut self, node: &Rc<GraphNode>, name: &str, arguments: &Arguments) -> Outcome {
        if name != "tag" {
            return Ok(self.unknown(format!("the node's `{}` is not followed", short(name))));
        }
        let more = self.tags(arguments.get(0, "tags"));
        let mut tagged = GraphNode::clone(node);
        tagged.tags = tagged.tags.zip(more).map(|(own, more)| own.union(&more).cloned().collect());
        Ok(Value::Node(Rc::new(tagged)))
    }

    /// A method of a pipeline.
    pub(super) fn pipeline_method(&mut self, nodes: &Nodes, name: &str, arguments: &Arguments) -> Outcome {
        if let Some(reason) = &arguments.unknown {
            return Ok(Value::Unknown(reason.clone()));
        }
        match name {
            "filter" => self.filtered(nodes, arguments),
            "tag" => {
                let mut made = Vec::with_capacity(nodes.len());
                for node in nodes.iter() {
                    self.take(1)?;
                    match self.node_method(node, name, arguments)? {
                        Value::Node(node) => made.push(node),
                        other => return Ok(other),
                    }
                }
                Ok(Value::Pipeline(Rc::new(made)))
            }
            "only_nodes_with_namespaces" => match arguments.get(0, "node_namespaces") {
                Some(wanted) => {
                    let wanted = self.items(wanted);
                    self.part(nodes, Filter::Namespaces, wanted)
                }
                None => Err(self.raised("TypeError", "it needs namespaces")),
            },
            "inputs" | "outputs" | "all_inputs" | "all_outputs" | "datasets" if arguments.is_empty() => {
                Ok(self.datasets_of(nodes, name))
            }
            _ => {
                match Filter::named(name).filter(|_| !FILTER_ARGUMENTS.contains(&name) && arguments.named.is_empty()) {
                    Some(filter) => self.part(nodes, filter, Ok(arguments.positional.clone())),
                    None if UNFOLLOWED.contains(&name) || name.starts_with("__") => {
                        Ok(self.unknown(format!("the pipeline's `{}` is not followed", short(name))))
                    }
                    None => Err(self.raised("AttributeError", format!("a pipeline has no `{}`", short(name)))),
                }
            }
        }
    }

    fn datasets_of(&mut self, nodes: &Nodes, which: &str) -> Value {
        let mut names: [BTreeSet<&Rc<str>>; 2] = [BTreeSet::new(), BTreeSet::new()];
        for node in nodes.iter() {
            let (Some(inputs), Some(outputs)) = (node.input_names(), node.output_names()) else {
                return self.unknown("the datasets of a node are not known");
            };
            names[0].extend(inputs);
            names[1].extend(outputs);
        }
        let base = |name: &Rc<str>| name.split('@').next().unwrap_or_default().to_owned();
        let bases = |names: &BTreeSet<&Rc<str>>| names.iter().map(|name| base(name)).collect::<BTreeSet<String>>();
        let [inputs, outputs] = &names;
        let (made, needed) = (bases(outputs), bases(inputs));
        let chosen: BTreeSet<&Rc<str>> = match which {
            "all_inputs" => inputs.clone(),
            "all_outputs" => outputs.clone(),
            "inputs" => inputs.iter().filter(|name| !made.contains(&base(name))).copied().collect(),
            "outputs" => outputs.iter().filter(|name| !needed.contains(&base(name))).copied().collect(),
            _ => inputs.union(outputs).copied().collect(),
        };
        let items = chosen.into_iter().map(|name| Value::Text(Rc::clone(name))).collect();
        Value::Set(Shared::new(List { items, is_unordered: true }))
    }

    fn part(&mut self, nodes: &Nodes, filter: Filter, wanted: Result<Vec<Value>, Reason>) -> Outcome {
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(reason) => return Ok(Value::Unknown(reason)),
        };
        let names: Option<Vec<Rc<str>>> = wanted.iter().map(|value| value.as_text().cloned()).collect();
        let Some(names) = names else { return Ok(self.unknown("which nodes are wanted is not known")) };
        match kedro::filter(&mut self.bounds, nodes, filter, &names) {
            Some(Ok(nodes)) => self.pipeline_of(Some(nodes)),
            Some(Err(problem)) => Err(self.raised("ValueError", problem)),
            None => Ok(self.unknown("which nodes are left is not known")),
        }
    }

    /// `pipeline.filter(tags=…, from_nodes=…, …)`
    fn filtered(&mut self, nodes: &Nodes, arguments: &Arguments) -> Outcome {
        const POSITIONS: [&str; 7] =
            ["tags", "from_nodes", "to_nodes", "node_names", "from_inputs", "to_outputs", "node_namespaces"];
        let positional =
            arguments.positional.iter().zip(POSITIONS).map(|(value, name)| (Rc::from(name), value.clone()));
        let wanted: Vec<(Rc<str>, Value)> = positional.chain(arguments.named.iter().cloned()).collect();
        let mut left = Rc::clone(nodes);
        for (name, value) in wanted {
            match self.truth(&value) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(reason) => return Ok(Value::Unknown(reason)),
            }
            let Some(filter) = Filter::named(&name).filter(|_| POSITIONS.contains(&&*name)) else {
                return Err(self.raised("TypeError", format!("`filter` has no argument `{}`", short(&name))));
            };
            let items = self.items(&value);
            let part = match self.part(nodes, filter, items)? {
                Value::Pipeline(part) => part,
                other => return Ok(other),
            };
            match kedro::intersection(&mut self.bounds, &left, &part) {
                Some(both) => left = both,
                None => return Ok(self.unknown("which nodes are left is not known")),
            }
        }
        if left.is_empty() {
            return Err(self.raised("ValueError", "the filters leave no node"));
        }
        Ok(Value::Pipeline(left))
    }
}

/// What tells a function from others, as far as the names of nodes go by it.
fn function_identity(function: &Value) -> Option<Rc<str>> {
    match function {
        Value::Function(closure) if closure.is_disguised => None,
        Value::Function(closure) => Some(format!("{}.{}", closure.frame.module.name, closure.function.name).into()),
        Value::External(path) if !path.contains(['(', '[', ' ']) => Some(Rc::clone(path)),
        Value::Builtin(builtin) => Some(format!("{builtin:?}").into()),
        Value::Partial(partial) => match &partial.function {
            Value::Function(closure) => Some(format!("partial({})", closure.function.name).into()),
            _ => None,
        },
        _ => None,
    }
}

/// The name that a function of the project has in Python.
fn function_name(function: &Value) -> Option<Rc<str>> {
    match function {
        Value::Function(closure) if !closure.is_disguised => Some(Rc::clone(&closure.function.name)),
        _ => None,
    }
}
