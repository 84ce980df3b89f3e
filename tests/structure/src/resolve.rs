//! Finds what a path stands for.

use crate::modules::{Binding, Crate};

/// What a path stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A module, by its index.
    Module(usize),
    /// Something that is defined in this file, by its index.
    Item(usize),
}

/// Everything that a path in this module may stand for; nothing when that is not of this crate.
///
/// There is more than one answer when a function and a module have one name.
pub fn resolve(krate: &Crate, module: usize, path: &[String]) -> Vec<Target> {
    Resolver { krate, busy: Vec::new() }.path(module, path)
}

struct Resolver<'a> {
    krate: &'a Crate,
    /// The names whose imports are being followed, so that none is followed in a circle.
    busy: Vec<(usize, String)>,
}

impl Resolver<'_> {
    fn path(&mut self, module: usize, path: &[String]) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut targets = self.first(module, first);
        for segment in rest {
            targets = self.steps(&targets, segment);
        }
        targets
    }

    fn first(&mut self, module: usize, segment: &str) -> Vec<Target> {
        match segment {
            "crate" => vec![Target::Module(0)],
            "self" => vec![Target::Module(module)],
            "super" => self.parent(module),
            name => self.name(module, name).unwrap_or_default(),
        }
    }

    /// What `segment` is in each of `targets`. Only a module can share its name with a function, so
    /// when there is one, the path leads through it.
    fn steps(&mut self, targets: &[Target], segment: &str) -> Vec<Target> {
        let is_module = |target: &&Target| matches!(target, Target::Module(_));
        let modules: Vec<_> = targets.iter().filter(is_module).collect();
        let through = if modules.is_empty() { targets.iter().collect() } else { modules };
        let found: Vec<_> = through.into_iter().map(|target| self.step(*target, segment)).collect();
        distinct(found.into_iter().flatten())
    }

    /// A variant or a function of a type is where the type is. A name that a module does not have
    /// is made by a macro there.
    fn step(&mut self, target: Target, segment: &str) -> Vec<Target> {
        match (target, segment) {
            (Target::Item(_), _) => vec![target],
            (Target::Module(module), "super") => self.parent(module),
            (Target::Module(module), name) => {
                self.name(module, name).unwrap_or_else(|| vec![Target::Item(self.krate.modules[module].file)])
            }
        }
    }

    fn parent(&self, module: usize) -> Vec<Target> {
        self.krate.modules[module].parent.map(Target::Module).into_iter().collect()
    }

    /// What a name stands for in a module: nothing when it comes from elsewhere, `None` when the
    /// module does not have it.
    fn name(&mut self, module: usize, name: &str) -> Option<Vec<Target>> {
        match self.krate.modules[module].names.get(name) {
            Some(bindings) => Some(self.bindings(module, name, bindings)),
            None => self.by_globs(module, name),
        }
    }

    fn bindings(&mut self, module: usize, name: &str, bindings: &[Binding]) -> Vec<Target> {
        let key = (module, name.to_owned());
        let is_busy = self.busy.contains(&key);
        self.busy.push(key);
        let found: Vec<_> = bindings.iter().map(|binding| self.binding(module, binding, is_busy)).collect();
        self.busy.pop();
        distinct(found.into_iter().flatten())
    }

    fn binding(&mut self, module: usize, binding: &Binding, is_busy: bool) -> Vec<Target> {
        match binding {
            Binding::Module(module) => vec![Target::Module(*module)],
            Binding::Item(file) => vec![Target::Item(*file)],
            Binding::Import(_) if is_busy => Vec::new(),
            Binding::Import(path) => self.path(module, path),
        }
    }

    fn by_globs(&mut self, module: usize, name: &str) -> Option<Vec<Target>> {
        let key = (module, "*".to_owned());
        if self.busy.contains(&key) {
            return None;
        }
        self.busy.push(key);
        let krate = self.krate;
        let found = krate.modules[module].globs.iter().find_map(|path| self.by_glob(module, path, name));
        self.busy.pop();
        found
    }

    fn by_glob(&mut self, module: usize, path: &[String], name: &str) -> Option<Vec<Target>> {
        let targets = self.path(module, path);
        targets.into_iter().find_map(|target| match target {
            Target::Module(module) => self.name(module, name),
            Target::Item(_) => None,
        })
    }
}

fn distinct(targets: impl Iterator<Item = Target>) -> Vec<Target> {
    let mut targets: Vec<_> = targets.collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}
