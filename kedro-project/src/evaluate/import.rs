//! Imports, which run modules.

use std::{collections::HashMap, rc::Rc};

use crate::{
    evaluate::{
        builtin,
        evaluator::{Evaluator, Imported, Outcome},
        frame::Module,
        kedro::{self, Named},
        locate::{Located, locate},
        reason::short,
        standard::{self, Presence},
        stop::{Exception, Stop},
        value::{Scope, Value},
    },
    python::{self, ImportFrom, ImportedModule, Name, Syntax},
};

/// What it costs to ask where a module lies, which nobody has asked before.
const COST_OF_LOCATING: usize = 10;

/// What a module is.
pub(super) enum Origin {
    /// One of the project, which has run.
    Project(Rc<Scope>),
    /// One of Kedro.
    Kedro,
    /// One of a library.
    Library,
}

impl Evaluator {
    /// Runs `import a.b as c, …`.
    pub(super) fn import_modules(&mut self, frame: &Rc<Scope>, modules: &[ImportedModule]) -> Outcome<()> {
        for ImportedModule { module, alias } in modules {
            self.import(module)?;
            if let Some(alias) = alias {
                frame.bind(alias, Value::Module(Rc::clone(module)));
            } else {
                let first = Name::from(module.split('.').next().unwrap_or_default());
                frame.bind(&first, Value::Module(Rc::clone(&first)));
            }
        }
        Ok(())
    }

    /// Runs `from module import …`.
    pub(super) fn import_from(&mut self, frame: &Rc<Scope>, import: &ImportFrom) -> Outcome<()> {
        let module = self.absolute(frame, import)?;
        let origin = self.import(&module)?;
        let Some(names) = &import.names else { return self.import_all(frame, &module, &origin) };
        for (name, bound) in names {
            let Some(value) = self.member(&module, name)? else {
                return Err(self.raised("ImportError", format!("{} has no `{}`", short(&module), short(name))));
            };
            frame.bind(bound, value);
        }
        Ok(())
    }

    /// `from module import *`
    fn import_all(&mut self, frame: &Rc<Scope>, module: &str, origin: &Origin) -> Outcome<()> {
        let Origin::Project(from) = origin else {
            return self.import_all_of_library(frame, module, matches!(origin, Origin::Kedro));
        };
        let listed = match from.own("__all__") {
            None => None,
            Some(value) => match self.items(&value) {
                Ok(items) => Some(items),
                Err(reason) => {
                    frame.module.more.borrow_mut().get_or_insert(reason);
                    return Ok(());
                }
            },
        };
        if let Some(reason) = &*from.module.more.borrow()
            && !Rc::ptr_eq(&from.module, &frame.module)
        {
            frame.module.more.borrow_mut().get_or_insert_with(|| reason.clone());
        }
        let Some(listed) = listed else {
            let all = from.all();
            self.take(all.len())?;
            for (name, value) in all.into_iter().filter(|(name, _)| !name.starts_with('_')) {
                frame.bind(&name, value);
            }
            return Ok(());
        };
        for name in listed {
            let Some(name) = name.as_text() else { continue };
            match self.member(module, name)? {
                Some(value) => frame.bind(name, value),
                None => return Err(self.raised("AttributeError", format!("{module} has no `{}`", short(name)))),
            }
        }
        Ok(())
    }

    fn import_all_of_library(&mut self, frame: &Rc<Scope>, module: &str, is_kedro: bool) -> Outcome<()> {
        if is_kedro && module == "kedro.pipeline" {
            for name in ["Node", "Pipeline", "node", "pipeline", "llm_context_node"] {
                if let Some(value) = self.member(module, name)? {
                    frame.bind(&Name::from(name), value);
                }
            }
        }
        let reason = self.reason(format!("`import *` of {} may bring anything", short(module)));
        frame.module.more.borrow_mut().get_or_insert(reason);
        Ok(())
    }

    fn absolute(&self, frame: &Scope, import: &ImportFrom) -> Outcome<Rc<str>> {
        if import.dots == 0 {
            return Ok(Rc::clone(&import.module));
        }
        let mut parts: Vec<&str> = frame.module.name.split('.').collect();
        // One dot is the package itself: for a plain module that is one level up.
        let levels_up = import.dots - usize::from(frame.module.is_package);
        match parts.len().checked_sub(levels_up).filter(|length| *length > 0) {
            Some(length) => parts.truncate(length),
            None => return Err(self.raised("ImportError", "the import leads out of the package")),
        }
        parts.extend(import.module.split('.').filter(|part| !part.is_empty()));
        Ok(parts.join(".").into())
    }

    /// Whether a module of the project has a source.
    pub(crate) fn has_file(&self, module: &str) -> bool {
        matches!(locate(&self.directory, module), Located::File { .. })
    }

    /// Imports a module.
    pub(crate) fn import_module(&mut self, module: &str) -> Outcome<()> {
        self.import(module).map(drop)
    }

    /// Imports a module and the packages it is in.
    pub(super) fn import(&mut self, module: &str) -> Outcome<Origin> {
        self.take(1 + module.len() / 16)?;
        if is_kedro(module) {
            return if kedro::has_module(module) { Ok(Origin::Kedro) } else { Err(self.no_module(module)) };
        }
        let first = module.split('.').next().unwrap_or_default();
        if is_loaded_before(first) || !self.is_ours(first) {
            return self.import_library(module);
        }
        let mut origin = Err(self.no_module(module));
        for (end, _) in module.match_indices('.').chain([(module.len(), "")]) {
            origin = self.import_ours(&module[..end]).map(Origin::Project);
            origin.as_ref().map_err(Stop::clone)?;
        }
        origin
    }

    fn no_module(&self, module: &str) -> Stop {
        self.raised("ModuleNotFoundError", format!("there is no module {}", short(module)))
    }

    fn is_ours(&mut self, first: &str) -> bool {
        self.imported.contains_key(first)
            || self.bounds.take(COST_OF_LOCATING) && !matches!(locate(&self.directory, first), Located::Nothing)
    }

    /// A library is taken for installed, unless its name is that of a file beside who imports it.
    fn import_library(&mut self, module: &str) -> Outcome<Origin> {
        self.doubts += 1;
        let first = module.split('.').next().unwrap_or_default();
        let beside =
            self.place.as_ref().and_then(|(syntax, _)| syntax.path().parent()).map(|folder| folder.join(first));
        let is_beside =
            beside.is_some_and(|path| path.with_extension("py").is_file() || path.join("__init__.py").is_file());
        match standard::module(module) {
            Presence::Present => {}
            Presence::Missing => return Err(self.no_module(module)),
            Presence::Doubtful => {
                return Err(self.unclear(format!("not every Python has a module {}", short(module))));
            }
        }
        // Python's own modules are found before any file.
        if is_loaded_before(first) || !(is_beside && self.bounds.take(COST_OF_LOCATING) || first == "src") {
            return Ok(Origin::Library);
        }
        Err(self.unclear(format!("whether there is a module {} depends on where Python is started", short(module))))
    }

    fn import_ours(&mut self, module: &str) -> Outcome<Rc<Scope>> {
        match self.imported.get(module) {
            Some(Imported::Frame(frame)) => return Ok(Rc::clone(frame)),
            Some(Imported::Stop(stop)) => return Err(stop.clone()),
            None => {}
        }
        let refusals = self.bounds.refusals();
        let outcome = self.deeper(|evaluator| evaluator.run_module(module));
        match &outcome {
            Ok(frame) => {
                self.imported.insert(module.to_owned(), Imported::Frame(Rc::clone(frame)));
                self.bind_in_parent(module);
            }
            // What is too much for one pipeline may be little for all.
            Err(_) if refusals != self.bounds.refusals() => drop(self.imported.remove(module)),
            // Python would try again, to the same end.
            Err(stop) => drop(self.imported.insert(module.to_owned(), Imported::Stop(stop.clone()))),
        }
        outcome
    }

    /// Python makes a module an attribute of the package it is in.
    fn bind_in_parent(&mut self, module: &str) {
        if let Some((parent, name)) = module.rsplit_once('.')
            && let Some(frame) = self.frame_of(parent)
        {
            frame.bind(&Name::from(name), Value::Module(module.into()));
        }
    }

    fn run_module(&mut self, name: &str) -> Outcome<Rc<Scope>> {
        self.take(COST_OF_LOCATING)?;
        let (path, is_package) = match locate(&self.directory, name) {
            Located::File { path, is_package } => (path, is_package),
            Located::Directory => {
                return Ok(Scope::of_module(Module::new(name, true)));
            }
            Located::Nothing => return Err(self.no_module(name)),
        };
        let syntax = match Syntax::read(&path, self.oldest_python, &mut self.bounds) {
            Ok(syntax) => Rc::new(syntax),
            Err(python::Unread::Invalid(place)) => {
                let reason = format!("{place}: invalid Python").into();
                return Err(Stop::Raised(Exception { kind: "SyntaxError".into(), reason }));
            }
            Err(python::Unread::OfNewerPython(place)) => {
                return Err(Stop::Unclear(format!("{place}: only some Pythons take this").into()));
            }
            Err(python::Unread::TooLarge(problem) | python::Unread::Unreadable(problem)) => {
                return Err(Stop::Unclear(problem.into()));
            }
        };
        let statements = python::module(&syntax);
        let frame = Scope::of_module(Module::new(name, is_package));
        frame.module.defers_annotations.set(syntax.defers_annotations());
        for (name, value) in [("__file__", Value::text(path.to_string_lossy())), ("__name__", Value::text(name))] {
            frame.bind(&Name::from(name), value);
        }
        self.imported.insert(name.to_owned(), Imported::Frame(Rc::clone(&frame)));
        let place = self.place.replace((syntax, 0));
        let doubts = self.doubts;
        let outcome = self.run_top(&frame, &statements);
        self.place = place;
        self.doubts = doubts;
        outcome.map(|()| frame)
    }

    /// What `name` stands for in a module; `None` when the module surely has no such name.
    pub(crate) fn member(&mut self, module: &str, name: &str) -> Outcome<Option<Value>> {
        if is_kedro(module) {
            return Ok(match kedro::named(module, name) {
                Named::Builtin(builtin) => Some(Value::Builtin(builtin)),
                Named::Module(module) => Some(Value::Module(module.into())),
                Named::Other if name == "TYPE_CHECKING" => Some(Value::Bool(false)),
                Named::Other => Some(Value::External(format!("{module}.{name}").into())),
                Named::Missing => None,
            });
        }
        let Some(Imported::Frame(frame)) = self.imported.get(module) else {
            return match standard::name(module, name) {
                Presence::Present => Ok(Some(library_member(module, name))),
                Presence::Missing => Ok(None),
                Presence::Doubtful => {
                    Err(self.unclear(format!("not every Python has `{}` in {}", short(name), short(module))))
                }
            };
        };
        let frame = Rc::clone(frame);
        if frame.module.is_wild.get() {
            return Ok(Some(self.unknown(format!("{} may change its names in any way", short(module)))));
        }
        if let Some(value) = frame.own(name) {
            return Ok(Some(value));
        }
        if let Some(getter) = frame.own("__getattr__") {
            return Ok(Some(self.unknown(format!("`{}` comes from {}", short(name), describe(&getter)))));
        }
        let full_name = format!("{module}.{name}");
        if self.imported.contains_key(&full_name) || !matches!(locate(&self.directory, &full_name), Located::Nothing) {
            self.import_ours(&full_name)?;
            return Ok(Some(Value::Module(full_name.into())));
        }
        if name.starts_with("__") {
            return Ok(Some(self.unknown(format!("`{}` is not followed", short(name)))));
        }
        let more = frame.module.more.borrow().clone();
        Ok(more.map(Value::Unknown))
    }

    /// The names that a module binds, when it has been imported.
    pub(super) fn frame_of(&self, module: &str) -> Option<Rc<Scope>> {
        match self.imported.get(module) {
            Some(Imported::Frame(frame)) => Some(Rc::clone(frame)),
            _ => None,
        }
    }

    /// Imports the module `module` of the project, or of whomever, for a call of
    /// `import_module(…)`.
    pub(super) fn import_by_name(&mut self, module: &str, named: &HashMap<Name, Value>) -> Outcome {
        if module.starts_with('.') || !named.is_empty() {
            return Ok(self.unknown("a relative import by name is not followed"));
        }
        self.import(module)?;
        Ok(Value::Module(module.into()))
    }
}

fn describe(getter: &Value) -> &'static str {
    if matches!(getter, Value::Function(_)) { "the module's `__getattr__`" } else { "elsewhere" }
}

fn library_member(module: &str, name: &str) -> Value {
    match (module, name) {
        ("typing" | "typing_extensions", "TYPE_CHECKING") => Value::Bool(false),
        ("os", "path") => Value::Module("os.path".into()),
        ("os", "sep") => Value::text(std::path::MAIN_SEPARATOR_STR),
        _ => match builtin::of_library(module, name) {
            Some(builtin) => Value::Builtin(builtin),
            None => Value::External(format!("{module}.{name}").into()),
        },
    }
}

/// Whether a module is one of Kedro's, whose sources are not looked for.
fn is_kedro(module: &str) -> bool {
    module == "kedro" || module.starts_with("kedro.")
}

/// Python's own modules that are there before any of a project, whatever the project calls its own.
fn is_loaded_before(first: &str) -> bool {
    const LOADED: [&str; 34] = [
        "abc",
        "ast",
        "asyncio",
        "collections",
        "copy",
        "csv",
        "dataclasses",
        "datetime",
        "enum",
        "functools",
        "glob",
        "importlib",
        "inspect",
        "io",
        "itertools",
        "json",
        "logging",
        "math",
        "operator",
        "os",
        "pathlib",
        "pickle",
        "pprint",
        "random",
        "re",
        "shutil",
        "string",
        "subprocess",
        "sys",
        "tempfile",
        "time",
        "types",
        "typing",
        "warnings",
    ];
    LOADED.contains(&first)
}
