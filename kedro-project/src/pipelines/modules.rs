//! Finding Python modules and what their names stand for: in the project's sources, and the few of Kedro's that
//! pipelines are made with.

use std::path::PathBuf;
use std::rc::Rc;

use tree_sitter::Node;

use crate::pipelines::evaluate::{Builtin, Evaluator, Function, Value};
use crate::python::{self, Binding, Imported, Literal, Module};

/// A module of the project.
#[derive(Debug)]
pub(super) struct Source {
    /// Its full name, `spaceflights.pipelines.reporting`.
    pub name: String,
    /// Whether it is the `__init__.py` of a package.
    is_package: bool,
    /// Its syntax.
    pub syntax: Module,
}

/// What a name of a module stands for.
pub(super) enum Member {
    /// This value.
    Found(Value),
    /// The module has no such name.
    Missing,
    /// It cannot be told, and why.
    Unknown(Rc<str>),
}

/// What lies under a module name in the project's sources.
pub(super) enum Located {
    /// A file.
    File(PathBuf, bool),
    /// A directory without `__init__.py`, which Python takes for an empty package.
    Directory,
    /// Nothing.
    Nothing,
}

impl Evaluator {
    /// Where Python would find a module of the project.
    pub fn locate(&self, name: &str) -> Located {
        let path: PathBuf = std::iter::once(self.source_dir.as_path().as_os_str())
            .chain(name.split('.').map(std::ffi::OsStr::new))
            .collect();
        let package = path.join("__init__.py");
        if package.is_file() {
            return Located::File(package, true);
        }
        let file = path.with_file_name(format!("{}.py", name.rsplit('.').next().unwrap_or(name)));
        if file.is_file() {
            return Located::File(file, false);
        }
        if path.is_dir() { Located::Directory } else { Located::Nothing }
    }

    fn source(&mut self, name: &str) -> Result<Option<Rc<Source>>, Rc<str>> {
        if let Some(known) = self.sources.get(name) {
            return known.clone();
        }
        let loaded = match self.locate(name) {
            Located::File(path, is_package) => match Module::read(&path) {
                Ok(syntax) => Ok(Some(Rc::new(Source { name: name.to_owned(), is_package, syntax }))),
                Err(reason) => Err(Rc::from(reason)),
            },
            Located::Directory | Located::Nothing => Ok(None),
        };
        self.sources.insert(name.to_owned(), loaded.clone());
        loaded
    }

    /// What `name` stands for in `module`.
    pub fn member(&mut self, module: &str, name: &str) -> Member {
        if module == "kedro" || module.starts_with("kedro.") {
            return kedro_member(module, name);
        }
        if !self.descend() {
            return Member::Unknown(Rc::from(format!("the imports of {module} go too deep")));
        }
        let member = self.project_member(module, name);
        self.ascend();
        member
    }

    fn project_member(&mut self, module: &str, name: &str) -> Member {
        let source = match self.source(module) {
            Ok(Some(source)) => source,
            Ok(None) if matches!(self.locate(module), Located::Directory) => return self.submodule(module, name),
            Ok(None) => return Member::Unknown(Rc::from(format!("there is no module {module} in the sources"))),
            Err(reason) => return Member::Unknown(reason),
        };
        match source.syntax.binding(name) {
            Some(Binding::Function(node)) => Member::Found(Value::Function(Function::new(&source, node))),
            Some(Binding::Import(statement)) => self.import(&source, statement, name),
            Some(Binding::Value(node)) => Member::Found(self.module_value(&source, node)),
            Some(Binding::Opaque) => Member::Found(Value::unknown(format!(
                "{}: `{name}` is decided when the module runs",
                source.syntax.path.display()
            ))),
            None => match self.by_wildcard(&source, name) {
                Member::Missing => self.submodule(module, name),
                found => found,
            },
        }
    }

    fn submodule(&self, module: &str, name: &str) -> Member {
        let full_name = format!("{module}.{name}");
        match self.locate(&full_name) {
            Located::Nothing => Member::Missing,
            Located::File(..) | Located::Directory => Member::Found(Value::Module(full_name)),
        }
    }

    /// What an import statement of `source` binds `bound` to.
    pub fn import(&mut self, source: &Source, statement: Node<'_>, bound: &str) -> Member {
        let imports = python::imported(&source.syntax, statement);
        let Some(Imported { module, name, .. }) = imports.into_iter().find(|import| import.bound == bound) else {
            return Member::Missing;
        };
        let Some(module) = absolute(source, &module) else {
            return Member::Unknown(Rc::from(format!(
                "{}: the import leads out of the package",
                source.syntax.place(statement)
            )));
        };
        match name {
            Some(name) => self.member(&module, &name),
            None => Member::Found(Value::Module(module)),
        }
    }

    /// A name that `from module import *` may have brought.
    fn by_wildcard(&mut self, source: &Source, name: &str) -> Member {
        for statement in source.syntax.wildcard_imports() {
            let unknown = || {
                let place = source.syntax.place(statement);
                Member::Unknown(Rc::from(format!("{place}: `import *` may bring anything")))
            };
            let Some(module) = absolute(source, source.syntax.field(statement, "module_name")) else {
                return unknown();
            };
            match self.source(&module) {
                Ok(Some(origin)) if origin.syntax.binding("__all__").is_none_or(|all| lists(&origin, all, name)) => {
                    match self.member(&module, name) {
                        Member::Missing => {}
                        found => return found,
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return unknown(),
            }
        }
        Member::Missing
    }
}

fn lists(source: &Source, all: Binding<'_>, name: &str) -> bool {
    let Binding::Value(node) = all else { return false };
    let Some(Literal::List(names)) = source.syntax.literal(node) else { return false };
    names.contains(&Some(Literal::Text(name.to_owned())))
}

/// The full name of a module as an import in `source` writes it; `None` when its dots lead out of the package.
fn absolute(source: &Source, written: &str) -> Option<String> {
    let relative = written.trim_start_matches('.');
    let dots = written.len() - relative.len();
    if dots == 0 {
        return Some(written.to_owned());
    }
    let mut parts: Vec<&str> = source.name.split('.').collect();
    // One dot is the package itself: for a plain module that is one level up.
    let levels_up = dots - usize::from(source.is_package);
    parts.truncate(parts.len().checked_sub(levels_up).filter(|length| *length > 0)?);
    parts.extend(relative.split('.').filter(|part| !part.is_empty()));
    Some(parts.join("."))
}

fn kedro_member(module: &str, name: &str) -> Member {
    let builtin = match (module, name) {
        ("kedro.pipeline" | "kedro.pipeline.pipeline" | "kedro.pipeline.modular_pipeline", "Pipeline" | "pipeline") => {
            Builtin::Pipeline
        }
        ("kedro.pipeline" | "kedro.pipeline.node", "Node" | "node") => Builtin::Node,
        ("kedro.framework.project", "find_pipelines") => Builtin::FindPipelines,
        ("kedro", "pipeline" | "framework") | ("kedro.framework", "project") => {
            return Member::Found(Value::Module(format!("{module}.{name}")));
        }
        _ => return Member::Found(Value::unknown(format!("what {module}.{name} does is not known here"))),
    };
    Member::Found(Value::Builtin(builtin))
}
