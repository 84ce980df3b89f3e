//! The modules of a project, and what their names are bound to.
//!
//! Resolving a name follows imports to the statement that binds it. It gives a [`Bound`], which
//! says where that is and not what it stands for: nothing is evaluated here.

use std::{
    collections::HashMap,
    ffi::OsStr,
    iter,
    path::{Path, PathBuf},
    rc::Rc,
};

use crate::{
    bounds::Bounds,
    pipelines::{
        reason::{Reason, short},
        source::{Fragment, Function, Source},
    },
    python::{Binding, Import, Module},
};

/// What a name is bound to, once imports are followed.
pub(super) enum Bound {
    /// A function of the project.
    Function(Function),
    /// The value of an expression at the top level of a module.
    Expression(Fragment),
    /// A module, by its full name.
    Module(String),
    /// A name in a module of Kedro.
    Kedro {
        /// The module.
        module: String,
        /// The name.
        name: String,
    },
    /// Something that only running the module decides, and why.
    Opaque(Reason),
    /// Nothing: the module has no such name.
    Missing,
    /// It cannot be determined whether there is such a name, and why.
    Unknown(Reason),
}

impl Bound {
    fn unknown(reason: impl Into<Reason>) -> Self {
        Self::Unknown(reason.into())
    }
}

/// What lies under a module name in the project's sources.
pub(super) enum Located {
    /// A file.
    File {
        /// Its path.
        path: PathBuf,
        /// Whether it is the `__init__.py` of a package.
        is_package: bool,
    },
    /// A directory without `__init__.py`, which Python takes for an empty package.
    Directory,
    /// Nothing.
    Nothing,
}

/// The modules of a project, read when they are asked for.
pub(super) struct Sources {
    directory: PathBuf,
    known: HashMap<String, Result<Option<Rc<Source>>, Reason>>,
}

/// What it costs to ask where a module lies, which nobody has asked before.
const COST_OF_LOCATING: usize = 10;

impl Sources {
    /// The modules below `directory`.
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory, known: HashMap::new() }
    }

    /// The directory that modules are looked for in.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where Python would find a module of the project.
    pub(super) fn locate(&self, name: &str) -> Located {
        let path: PathBuf = iter::once(self.directory.as_os_str()).chain(name.split('.').map(OsStr::new)).collect();
        let package = path.join("__init__.py");
        if package.is_file() {
            return Located::File { path: package, is_package: true };
        }
        let file = path.with_file_name(format!("{}.py", name.rsplit('.').next().unwrap_or(name)));
        if file.is_file() {
            return Located::File { path: file, is_package: false };
        }
        if path.is_dir() { Located::Directory } else { Located::Nothing }
    }

    /// Whether these modules, with what their packages usually import, are known to be more than
    /// can be parsed.
    pub(super) fn are_too_large<'a>(&self, bounds: &mut Bounds, modules: impl Iterator<Item = &'a str>) -> bool {
        if !bounds.are_tight() {
            return false;
        }
        let size = |path: &Path| path.metadata().map_or(0, |metadata| metadata.len());
        let mut bytes = 0;
        for module in modules {
            if let Located::File { path, is_package } = self.locate(module) {
                bytes += size(&path) + if is_package { size(&path.with_file_name("pipeline.py")) } else { 0 };
            }
            if !bounds.are_enough_for(usize::try_from(bytes).unwrap_or(usize::MAX)) {
                return true;
            }
        }
        false
    }

    /// What `name` is bound to in `module`; the caller has [descended](Bounds::descend).
    pub(super) fn resolve(&mut self, bounds: &mut Bounds, module: &str, name: &str) -> Bound {
        let source = match self.source(bounds, module) {
            Ok(Some(source)) => source,
            Ok(None) if matches!(self.locate(module), Located::Directory) => {
                return self.submodule(bounds, module, name);
            }
            Ok(None) => return Bound::unknown(format!("there is no module {} in the sources", short(module))),
            Err(reason) => return Bound::Unknown(reason),
        };
        match source.names.binding(name) {
            Some(Binding::Function { range, is_plain }) => {
                Bound::Function(Function { definition: Fragment::new(&source, range), is_plain: *is_plain })
            }
            Some(Binding::Import(import)) => self.import(bounds, &source, import),
            Some(Binding::Value(range)) => Bound::Expression(Fragment::new(&source, range)),
            Some(Binding::Opaque) => {
                let path = source.syntax.path().display();
                Bound::Opaque(format!("{path}: `{}` is decided when the module runs", short(name)).into())
            }
            None => match self.by_wildcard(bounds, &source, name) {
                Bound::Missing => self.submodule(bounds, module, name),
                found => found,
            },
        }
    }

    /// What an import in `source` brings.
    pub(super) fn import(&mut self, bounds: &mut Bounds, source: &Rc<Source>, import: &Import) -> Bound {
        let name = import.name.as_deref();
        if !bounds.take_look(import.module.len() + name.map_or(0, str::len)) {
            return Bound::Unknown(too_deep(&import.module));
        }
        let Some(module) = source.absolute(&import.module) else {
            return Bound::Unknown(Reason::at(source, import.row, "the import leads out of the package"));
        };
        match name {
            Some(name) => self.follow(bounds, &module, name),
            None => Bound::Module(module),
        }
    }

    /// One import further.
    fn follow(&mut self, bounds: &mut Bounds, module: &str, name: &str) -> Bound {
        if is_kedro(module) {
            return Bound::Kedro { module: module.to_owned(), name: name.to_owned() };
        }
        if !bounds.descend() {
            return Bound::Unknown(too_deep(module));
        }
        let bound = self.resolve(bounds, module, name);
        bounds.ascend();
        bound
    }

    /// A name that `from module import *` may have brought.
    fn by_wildcard(&mut self, bounds: &mut Bounds, source: &Rc<Source>, name: &str) -> Bound {
        for wildcard in source.names.wildcard_imports() {
            let unknown = || Bound::Unknown(Reason::at(source, wildcard.row, "`import *` may bring anything"));
            let module = source.absolute(&wildcard.module).filter(|module| bounds.take_look(module.len()));
            let Some(module) = module else { return unknown() };
            match self.source(bounds, &module) {
                Ok(Some(origin)) if origin.names.exports(name) => match self.follow(bounds, &module, name) {
                    Bound::Missing => {}
                    found => return found,
                },
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return unknown(),
            }
        }
        Bound::Missing
    }

    fn submodule(&self, bounds: &mut Bounds, module: &str, name: &str) -> Bound {
        let full_name = format!("{module}.{name}");
        if !bounds.take(COST_OF_LOCATING) {
            return Bound::Unknown(too_deep(module));
        }
        match self.locate(&full_name) {
            Located::Nothing => Bound::Missing,
            Located::File { .. } | Located::Directory => Bound::Module(full_name),
        }
    }

    fn source(&mut self, bounds: &mut Bounds, name: &str) -> Result<Option<Rc<Source>>, Reason> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        if !bounds.take(COST_OF_LOCATING) {
            return Err(too_deep(name));
        }
        let refusals = bounds.refusals();
        let read = match self.locate(name) {
            Located::File { path, is_package } => match Module::read(&path, bounds) {
                Ok(Module { syntax, names }) => {
                    let number = self.known.len();
                    Ok(Some(Rc::new(Source { number, name: name.to_owned(), is_package, syntax, names })))
                }
                Err(reason) => Err(reason.into()),
            },
            Located::Directory | Located::Nothing => Ok(None),
        };
        // What is too much for one pipeline may be little for all.
        if refusals == bounds.refusals() {
            self.known.insert(name.to_owned(), read.clone());
        }
        read
    }
}

/// Whether a module is one of Kedro's, whose sources are not looked for.
pub(super) fn is_kedro(module: &str) -> bool {
    module == "kedro" || module.starts_with("kedro.")
}

/// Why a chain of imports is given up.
pub(super) fn too_deep(module: &str) -> Reason {
    format!("the imports of {} go too deep or too far", short(module)).into()
}
