//! Resolving the `${…}` of a configuration, as `OmegaConf` does.

use serde_yaml::{Mapping, Value};

use crate::config::{
    interpolation::{self, Argument, Key, Part, Reference, Text},
    location::{Failure, Location, child, split},
    python_text::python_text,
    source::ConfigSource,
    unknown, yaml,
};

/// Values that follow one another by reference or lie within one another; Python gives up sooner.
const DEEPEST: usize = 256;
/// Values that a configuration may resolve to. References to references double what they refer to,
/// so a few lines can ask for more than any machine has.
const LARGEST: usize = 600_000;
/// Bytes of text that count as one value.
const BYTES_A_VALUE: usize = 128;
/// What following a reference counts, in values.
const COST_OF_REFERENCE: usize = 6;

/// What the resolver `globals` has to offer.
pub(super) enum Globals<'a> {
    /// These values, already resolved.
    Values(&'a Mapping),
    /// Nothing: the globals themselves are being resolved.
    Forbidden,
}

/// What a value is once references are followed.
enum Target<'a> {
    /// A value of the configuration; what lies within may still need resolving.
    Location(Location<'a>),
    /// A computed value.
    Computed(Value),
}

/// Resolves one configuration.
pub(super) struct Resolver<'a> {
    root: &'a Value,
    globals: &'a Globals<'a>,
    source: &'a ConfigSource,
    /// Values being resolved, outermost first.
    open: Vec<*const Value>,
    size: usize,
}

impl<'a> Resolver<'a> {
    /// Prepares to resolve the mapping `root`.
    pub fn new(root: &'a Value, globals: &'a Globals<'a>, source: &'a ConfigSource) -> Self {
        Self { root, globals, source, open: Vec::new(), size: 0 }
    }

    /// The mapping with every reference replaced by what it refers to.
    pub fn resolve(mut self) -> Result<Mapping, Failure> {
        let top = self.top();
        match self.value(&top)? {
            Value::Mapping(mapping) => Ok(mapping),
            _ => Ok(Mapping::new()),
        }
    }

    fn top(&self) -> Location<'a> {
        Location::top(self.root)
    }

    fn enter(&mut self, at: &Location<'a>) -> Result<(), Failure> {
        let node = std::ptr::from_ref(at.node());
        if self.open.contains(&node) {
            return Err(at.failure("refers to itself; break the circle of `${…}`"));
        }
        if self.open.len() == DEEPEST {
            return Err(at.failure("is nested too deeply; use fewer levels of `${…}`"));
        }
        self.open.push(node);
        Ok(())
    }

    fn leave(&mut self) {
        self.open.pop();
    }

    fn grow(&mut self, at: &Location<'a>, by: usize) -> Result<(), Failure> {
        self.size = self.size.saturating_add(by);
        if self.size > LARGEST {
            return Err(at.failure("resolves to too much; references double what they refer to, use fewer"));
        }
        Ok(())
    }

    /// A copy of a value that is resolved already, for what is at a place.
    fn copy(&mut self, at: &Location<'a>, value: &Value) -> Result<Value, Failure> {
        self.grow(at, size(value))?;
        Ok(value.clone())
    }

    /// The value at a place, wholly resolved.
    fn value(&mut self, at: &Location<'a>) -> Result<Value, Failure> {
        match self.target(at)? {
            Target::Computed(value) => Ok(value),
            Target::Location(location) => self.container_or_scalar(&location),
        }
    }

    fn container_or_scalar(&mut self, at: &Location<'a>) -> Result<Value, Failure> {
        match at.node() {
            Value::Mapping(mapping) => {
                self.enter(at)?;
                let mut resolved = Mapping::with_capacity(mapping.len());
                for (key, child) in mapping {
                    let value = self.value(&at.join(python_text(key), child))?;
                    resolved.insert(key.clone(), value);
                }
                self.leave();
                Ok(Value::Mapping(resolved))
            }
            Value::Sequence(items) => {
                self.enter(at)?;
                let mut resolved = Vec::with_capacity(items.len());
                for (index, child) in items.iter().enumerate() {
                    resolved.push(self.value(&at.join(index.to_string(), child))?);
                }
                self.leave();
                Ok(Value::Sequence(resolved))
            }
            scalar => {
                self.grow(at, scalar.as_str().map_or(0, str::len) / BYTES_A_VALUE)?;
                Ok(scalar.clone())
            }
        }
    }

    /// Follows the value at a place until it is not a reference.
    fn target(&mut self, at: &Location<'a>) -> Result<Target<'a>, Failure> {
        self.grow(at, 1)?;
        let Some(text) = at.node().as_str().filter(|text| interpolation::is_interpolated(text)) else {
            return Ok(Target::Location(at.clone()));
        };
        self.grow(at, text.len() / BYTES_A_VALUE)?;
        let parts = interpolation::parse(text).map_err(|problem| at.failure(format!("{problem}; correct it")))?;
        self.enter(at)?;
        let target = match parts.as_slice() {
            [Part::Reference(reference)] => self.reference(at, reference)?,
            _ => Target::Computed(self.text(at, &parts)?),
        };
        self.leave();
        Ok(target)
    }

    /// A text with its references resolved; unknown when one of them is.
    fn text(&mut self, at: &Location<'a>, parts: &Text) -> Result<Value, Failure> {
        let mut text = String::new();
        let mut unknown = None;
        for part in parts {
            let before = text.len();
            match part {
                Part::Plain(plain) => text.push_str(plain),
                Part::Reference(reference) => {
                    let target = self.reference(at, reference)?;
                    let value = self.finish(target)?;
                    text.push_str(&python_text(&value));
                    unknown = unknown.or_else(|| unknown::within(&value).cloned());
                }
            }
            self.grow(at, (text.len() - before) / BYTES_A_VALUE)?;
        }
        Ok(unknown.unwrap_or(Value::String(text)))
    }

    fn finish(&mut self, target: Target<'a>) -> Result<Value, Failure> {
        match target {
            Target::Computed(value) => Ok(value),
            Target::Location(location) => self.container_or_scalar(&location),
        }
    }

    fn reference(&mut self, at: &Location<'a>, reference: &Reference) -> Result<Target<'a>, Failure> {
        self.grow(at, COST_OF_REFERENCE)?;
        match reference {
            Reference::Node { dots, keys } => self.node(at, *dots, keys),
            Reference::Resolver { name, arguments } => {
                let arguments: Vec<Value> =
                    arguments.iter().map(|argument| self.argument(at, argument)).collect::<Result<_, _>>()?;
                self.call(at, name, &arguments)
            }
        }
    }

    fn node(&mut self, at: &Location<'a>, dots: usize, keys: &[Key]) -> Result<Target<'a>, Failure> {
        let start = self.start(at, dots)?;
        let mut names = Vec::with_capacity(keys.len());
        for key in keys {
            match key {
                Key::Name(name) => names.push(name.clone()),
                Key::Computed(reference) => {
                    let target = self.reference(at, reference)?;
                    let value = self.finish(target)?;
                    if unknown::within(&value).is_some() {
                        return Ok(Target::Computed(value));
                    }
                    let name = match value {
                        Value::String(name) => name,
                        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
                        _ => return Err(at.failure("has a `${…}` as a key that is neither text nor a number")),
                    };
                    names.extend(split(&name));
                }
            }
        }
        let found = self.select(start, &names)?;
        let target = found.ok_or_else(|| {
            let path = format!("{}{}", ".".repeat(dots), names.join("."));
            at.failure(format!("refers to `{path}`, which is not defined in this environment; define it or correct it"))
        })?;
        if matches!(&target, Target::Location(location) if location.node().as_str() == Some("???")) {
            return Err(at.failure("refers to a value that is still missing (`???`); give it one"));
        }
        Ok(target)
    }

    /// Where a path with this many leading dots starts.
    fn start(&self, at: &Location<'a>, dots: usize) -> Result<Location<'a>, Failure> {
        let start = if dots == 0 { Some(self.top()) } else { at.ancestor(dots) };
        start.ok_or_else(|| at.failure("has a `${…}` with more dots than there are levels; use fewer"))
    }

    /// Follows keys, and references on the way; `None` when there is no such value.
    fn select(&mut self, start: Location<'a>, names: &[String]) -> Result<Option<Target<'a>>, Failure> {
        let mut current = Target::Location(start);
        for name in names {
            current = match current {
                Target::Location(location) => match child(location.node(), name) {
                    Some(node) => self.target(&location.join(name.clone(), node))?,
                    None => return Ok(None),
                },
                Target::Computed(value) => match child(&value, name) {
                    Some(node) => Target::Computed(self.copy(&Location::top(self.root), node)?),
                    None => return Ok(None),
                },
            };
        }
        Ok(Some(current))
    }

    fn argument(&mut self, at: &Location<'a>, argument: &Argument) -> Result<Value, Failure> {
        match argument {
            Argument::Value(value) => Ok(value.clone()),
            Argument::Text(parts) => self.text(at, parts),
            Argument::Reference(reference) => {
                let target = self.reference(at, reference)?;
                self.finish(target)
            }
            Argument::List(items) => items.iter().map(|item| self.argument(at, item)).collect(),
            Argument::Mapping(pairs) => {
                let pairs: Vec<(Value, Value)> = pairs
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.argument(at, value)?)))
                    .collect::<Result<_, Failure>>()?;
                Ok(Argument::mapping_of(pairs))
            }
        }
    }

    fn call(&mut self, at: &Location<'a>, name: &str, arguments: &[Value]) -> Result<Target<'a>, Failure> {
        if self.source.own_resolvers.iter().any(|own| own == name) && name != "oc.env" {
            return Ok(Target::Computed(unknown::by_resolver(name)));
        }
        if let Some(unknown) = arguments.iter().find_map(unknown::within) {
            return Ok(Target::Computed(unknown.clone()));
        }
        match name {
            "oc.env" if self.source.allows_variables => variable(at, arguments).map(Target::Computed),
            "oc.env" => Err(at.failure("uses `${oc.env:…}`, which Kedro allows for credentials only; remove it")),
            "oc.select" | "globals" | "runtime_params" => self.look_up(at, name, arguments),
            "oc.dict.keys" | "oc.dict.values" | "oc.deprecated" => self.of_another(at, name, arguments),
            "oc.create" | "oc.decode" => match arguments {
                [value] => self.made(at, name, value).map(Target::Computed),
                _ => Err(at.failure(format!("must give `{name}` one value"))),
            },
            _ => Err(at.failure(format!(
                "uses the resolver `{name}`, which settings.py does not register; register it there or replace it by a \
                 value"
            ))),
        }
    }

    /// Resolvers that look at another value of the configuration.
    fn of_another(&mut self, at: &Location<'a>, name: &str, arguments: &[Value]) -> Result<Target<'a>, Failure> {
        let [Value::String(path), ..] = arguments else {
            return Err(at.failure(format!("must give `{name}` the key of a value")));
        };
        let names = path.trim_start_matches('.');
        let start = self.start(at, path.len() - names.len())?;
        let Some(target) = self.select(start, &split(names))? else {
            return Err(at.failure(format!("refers to `{path}`, which is not defined in this environment")));
        };
        if name == "oc.deprecated" {
            return Ok(target);
        }
        let value = self.finish(target)?;
        if unknown::within(&value).is_some() {
            return Ok(Target::Computed(value));
        }
        let Value::Mapping(entries) = value else {
            return Err(at.failure(format!("gives `{name}` the key of a value that is no mapping")));
        };
        let items = if name == "oc.dict.keys" {
            entries.into_iter().map(|(key, _)| key).collect()
        } else {
            entries.into_iter().map(|(_, value)| value).collect()
        };
        Ok(Target::Computed(Value::Sequence(items)))
    }

    /// What `oc.create` and `oc.decode` make of a value.
    fn made(&mut self, at: &Location<'a>, name: &str, value: &Value) -> Result<Value, Failure> {
        let made = match value {
            Value::String(text) if name == "oc.create" => yaml::parse(text).ok(),
            Value::String(text) => match interpolation::parse_element(text) {
                Ok(argument) => Some(self.argument(at, &argument)?),
                Err(_) => None,
            },
            Value::Null => Some(Value::Null),
            other if name == "oc.create" => Some(other.clone()),
            _ => None,
        };
        let made = made.ok_or_else(|| at.failure(format!("gives `{name}` a value that it cannot read")))?;
        self.copy(at, &made)
    }

    /// Resolvers that take a key and a default.
    fn look_up(&mut self, at: &Location<'a>, name: &str, arguments: &[Value]) -> Result<Target<'a>, Failure> {
        let (variable, default) = match arguments {
            [Value::String(variable)] => (variable, None),
            [Value::String(variable), default] => (variable, Some(default.clone())),
            _ => return Err(at.failure(format!("must give `{name}` a key and at most one default"))),
        };
        let found = match (name, self.globals) {
            ("oc.select", _) => {
                let names = variable.trim_start_matches('.');
                let start = self.start(at, variable.len() - names.len())?;
                self.select(start, &split(names))?
            }
            ("globals", Globals::Values(_)) if variable.starts_with('_') => {
                return Err(
                    at.failure("uses a global that starts with `_`; those are for reference within globals only")
                );
            }
            ("globals", Globals::Values(globals)) => self.global(at, globals, variable)?,
            (_, Globals::Forbidden) => {
                return Err(at.failure(format!("uses `{name}`, which globals cannot use; replace it by a value")));
            }
            _ => self.global(at, &self.source.runtime_params, variable)?,
        };
        found.or(default.map(Target::Computed)).ok_or_else(|| {
            at.failure(format!("uses `${{{name}:{variable}}}`, which is not set and has no default; add one"))
        })
    }

    fn global(&mut self, at: &Location<'a>, globals: &Mapping, variable: &str) -> Result<Option<Target<'a>>, Failure> {
        match global(globals, variable) {
            Some(value) => self.copy(at, value).map(Target::Computed).map(Some),
            None => Ok(None),
        }
    }
}

/// `OmegaConf`'s `oc.env`.
fn variable(at: &Location<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (name, default) = match arguments {
        [Value::String(name)] => (name, None),
        [Value::String(name), default @ (Value::String(_) | Value::Null)] => (name, Some(default)),
        _ => return Err(at.failure("must give `oc.env` the name of a variable and at most one default, which is text")),
    };
    let value = std::env::var_os(name).map(|value| Value::String(value.to_string_lossy().into_owned()));
    value
        .or_else(|| default.cloned())
        .ok_or_else(|| at.failure(format!("uses `${{oc.env:{name}}}`, which is not set and has no default; add one")))
}

fn global<'g>(globals: &'g Mapping, variable: &str) -> Option<&'g Value> {
    let mut names = split(variable).into_iter();
    let first = globals.get(names.next()?.as_str())?;
    names.try_fold(first, |value, name| child(value, &name))
}

/// How many values are in this one, itself among them.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => 1 + text.len() / BYTES_A_VALUE,
        Value::Sequence(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Mapping(entries) => 1 + entries.iter().map(|(key, value)| size(key) + size(value)).sum::<usize>(),
        Value::Tagged(tagged) => 1 + size(&tagged.value),
        _ => 1,
    }
}
