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

use tree_sitter::Node;

use crate::{
    pipelines::{
        bounds::Bounds,
        source::{Fragment, Function, Source},
    },
    python::{self, Binding, Import, Literal, Module},
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
    Opaque(Rc<str>),
    /// Nothing: the module has no such name.
    Missing,
    /// It cannot be determined whether there is such a name, and why.
    Unknown(Rc<str>),
}

impl Bound {
    fn unknown(reason: impl AsRef<str>) -> Self {
        Self::Unknown(Rc::from(reason.as_ref()))
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
    known: HashMap<String, Result<Option<Rc<Source>>, Rc<str>>>,
    /// Bytes that may still be read.
    room: u64,
    /// Whether they were not enough.
    lacks_room: bool,
}

impl Sources {
    /// The modules below `directory`, of which so many bytes may be read.
    pub(super) fn new(directory: PathBuf, room: u64) -> Self {
        Self { directory, known: HashMap::new(), room, lacks_room: false }
    }

    /// Whether some module could not be read because together they are too large.
    pub(super) fn lacks_room(&self) -> bool {
        self.lacks_room
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

    /// What `name` is bound to in `module`; the caller has [descended](Bounds::descend).
    pub(super) fn resolve(&mut self, bounds: &mut Bounds, module: &str, name: &str) -> Bound {
        let source = match self.source(module) {
            Ok(Some(source)) => source,
            Ok(None) if matches!(self.locate(module), Located::Directory) => return self.submodule(module, name),
            Ok(None) => return Bound::unknown(format!("there is no module {module} in the sources")),
            Err(reason) => return Bound::Unknown(reason),
        };
        match source.syntax.binding(name) {
            Some(Binding::Function(node)) => Bound::Function(Function(Fragment::new(&source, node))),
            Some(Binding::Import(statement)) => self.import(bounds, &source, statement, name),
            Some(Binding::Value(node)) => Bound::Expression(Fragment::new(&source, node)),
            Some(Binding::Opaque) => {
                let path = source.syntax.path().display();
                Bound::Opaque(Rc::from(format!("{path}: `{name}` is decided when the module runs")))
            }
            None => match self.by_wildcard(bounds, &source, name) {
                Bound::Missing => self.submodule(module, name),
                found => found,
            },
        }
    }

    /// What an import statement of `source` binds `bound` to.
    pub(super) fn import(&mut self, bounds: &mut Bounds, source: &Source, statement: Node<'_>, bound: &str) -> Bound {
        let imports = python::imports(&source.syntax, statement);
        let Some(Import { module, name, .. }) = imports.into_iter().find(|import| import.bound == bound) else {
            return Bound::Missing;
        };
        let Some(module) = source.absolute(&module) else {
            let place = source.syntax.place(statement);
            return Bound::unknown(format!("{place}: the import leads out of the package"));
        };
        match name {
            Some(name) => self.follow(bounds, &module, &name),
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
    fn by_wildcard(&mut self, bounds: &mut Bounds, source: &Source, name: &str) -> Bound {
        for statement in source.syntax.wildcard_imports() {
            let unknown = || {
                let place = source.syntax.place(statement);
                Bound::unknown(format!("{place}: `import *` may bring anything"))
            };
            let Some(module) = source.absolute(source.syntax.field(statement, "module_name")) else {
                return unknown();
            };
            match self.source(&module) {
                Ok(Some(origin)) if exports(&origin, name) => match self.follow(bounds, &module, name) {
                    Bound::Missing => {}
                    found => return found,
                },
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return unknown(),
            }
        }
        Bound::Missing
    }

    fn submodule(&self, module: &str, name: &str) -> Bound {
        let full_name = format!("{module}.{name}");
        match self.locate(&full_name) {
            Located::Nothing => Bound::Missing,
            Located::File { .. } | Located::Directory => Bound::Module(full_name),
        }
    }

    fn source(&mut self, name: &str) -> Result<Option<Rc<Source>>, Rc<str>> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let read = match self.locate(name) {
            Located::File { path, is_package } => match self.read(&path) {
                Ok(syntax) => Ok(Some(Rc::new(Source { name: name.to_owned(), is_package, syntax }))),
                Err(reason) => Err(Rc::from(reason)),
            },
            Located::Directory | Located::Nothing => Ok(None),
        };
        self.known.insert(name.to_owned(), read.clone());
        read
    }

    fn read(&mut self, path: &Path) -> Result<Module, String> {
        // What is not there is for the reader to say.
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        match self.room.checked_sub(size) {
            Some(room) if !self.lacks_room => {
                self.room = room;
                Module::read(path)
            }
            _ => {
                self.lacks_room = true;
                Err(format!("{}: the modules are too large together", path.display()))
            }
        }
    }
}

/// Whether a module is one of Kedro's, whose sources are not looked for.
pub(super) fn is_kedro(module: &str) -> bool {
    module == "kedro" || module.starts_with("kedro.")
}

/// Why a chain of imports is given up.
pub(super) fn too_deep(module: &str) -> Rc<str> {
    Rc::from(format!("the imports of {module} go too deep"))
}

/// Whether `from source import *` brings `name`, if the module has it.
fn exports(source: &Source, name: &str) -> bool {
    let Some(all) = source.syntax.binding("__all__") else { return true };
    let Binding::Value(node) = all else { return false };
    let Some(Literal::List(names)) = source.syntax.literal(node) else { return false };
    names.contains(&Some(Literal::Text(name.to_owned())))
}
