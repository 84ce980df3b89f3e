//! The names of a function, a class or a module while its code is followed.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    collections::HashSet,
    rc::Rc,
};

use crate::{evaluate::reason::Reason, python::Name};

/// A module of the project.
#[derive(Debug)]
pub(crate) struct Module {
    /// Its full name, `spaceflights.pipelines.reporting`.
    pub(crate) name: Rc<str>,
    /// Whether it is the `__init__.py` of a package.
    pub(crate) is_package: bool,
    /// Why it may have other names than those that are known.
    pub(crate) more: RefCell<Option<Reason>>,
    /// Whether it may change any of its names by code that is not followed.
    pub(crate) is_wild: Cell<bool>,
    /// Whether it leaves annotations alone.
    pub(crate) defers_annotations: Cell<bool>,
}

impl Module {
    /// A module that has not run yet.
    pub(crate) fn new(name: &str, is_package: bool) -> Self {
        Self {
            name: name.into(),
            is_package,
            more: RefCell::default(),
            is_wild: Cell::default(),
            defers_annotations: Cell::default(),
        }
    }
}

/// What names are bound to.
pub(crate) trait Bound: Clone {
    /// Drops values that others lie within, without going deeper with each.
    fn let_go(values: Vec<Self>);
}

/// The names of a function, a class or a module while its code is followed.
#[derive(Debug)]
pub(crate) struct Frame<Value: Bound> {
    /// The module that the code is in.
    pub(crate) module: Rc<Module>,
    names: RefCell<HashMap<Name, Value>>,
    /// The names around it.
    around: Option<Rc<Frame<Value>>>,
    /// Whether it is that of a class, whose names its functions do not see.
    is_class: bool,
    /// Names that are bound in the module from here.
    globals: RefCell<HashSet<Name>>,
    /// Names that are bound in a function around it.
    nonlocals: RefCell<HashSet<Name>>,
    /// Names that are its own even before they are bound.
    locals: Option<Rc<HashSet<Name>>>,
}

impl<Value: Bound> Frame<Value> {
    /// That of a module.
    pub(crate) fn of_module(module: Module) -> Rc<Self> {
        Rc::new(Self {
            module: Rc::new(module),
            names: RefCell::default(),
            around: None,
            is_class: false,
            globals: RefCell::default(),
            nonlocals: RefCell::default(),
            locals: None,
        })
    }

    /// That of a function whose definition sees `around`, and which has names of its own.
    pub(crate) fn of_function(
        around: &Rc<Self>,
        names: HashMap<Name, Value>,
        locals: Option<Rc<HashSet<Name>>>,
    ) -> Rc<Self> {
        Self::within(around, names, false, locals)
    }

    /// That of a class.
    pub(crate) fn of_class(around: &Rc<Self>) -> Rc<Self> {
        Self::within(around, HashMap::new(), true, None)
    }

    fn within(
        around: &Rc<Self>,
        names: HashMap<Name, Value>,
        is_class: bool,
        locals: Option<Rc<HashSet<Name>>>,
    ) -> Rc<Self> {
        Rc::new(Self {
            module: Rc::clone(&around.module),
            names: RefCell::new(names),
            around: Some(Rc::clone(around)),
            is_class,
            globals: RefCell::default(),
            nonlocals: RefCell::default(),
            locals,
        })
    }

    /// The names that a function sees which is defined here.
    pub(crate) fn seen_by_functions(self: &Rc<Self>) -> Rc<Self> {
        match &self.around {
            Some(around) if self.is_class => around.seen_by_functions(),
            _ => Rc::clone(self),
        }
    }

    fn of_its_module(&self) -> Option<&Rc<Self>> {
        let mut outermost = self.around.as_ref()?;
        while let Some(around) = &outermost.around {
            outermost = around;
        }
        Some(outermost)
    }

    /// What `name` is bound to here or around.
    pub(crate) fn lookup(&self, name: &str) -> Option<Value> {
        let mut frame = self;
        loop {
            if let Some(value) = frame.names.borrow().get(name) {
                return Some(value.clone());
            }
            if frame.is_local(name) {
                return None;
            }
            frame = frame.around.as_ref()?;
        }
    }

    /// Whether `name` is the function's own, bound or not.
    pub(crate) fn is_local(&self, name: &str) -> bool {
        self.locals.as_ref().is_some_and(|locals| locals.contains(name))
    }

    /// Whether `name` is bound in the module from here.
    pub(crate) fn is_global(&self, name: &str) -> bool {
        self.globals.borrow().contains(name)
    }

    /// What `name` is bound to in this very place.
    pub(crate) fn own(&self, name: &str) -> Option<Value> {
        self.names.borrow().get(name).cloned()
    }

    /// Binds `name`.
    pub(crate) fn bind(&self, name: &Name, value: Value) {
        if self.globals.borrow().contains(name)
            && let Some(module) = self.of_its_module()
        {
            module.names.borrow_mut().insert(Name::clone(name), value);
            return;
        }
        if self.nonlocals.borrow().contains(name) {
            let mut frame = self.around.as_ref();
            while let Some(outer) = frame {
                if outer.names.borrow().contains_key(name) || outer.is_local(name) {
                    outer.bind(name, value);
                    return;
                }
                frame = outer.around.as_ref();
            }
        }
        self.names.borrow_mut().insert(Name::clone(name), value);
    }

    /// Unbinds `name`; false when it was not bound.
    pub(crate) fn unbind(&self, name: &str) -> bool {
        self.names.borrow_mut().remove(name).is_some()
    }

    /// From now on, `name` is bound in the module.
    pub(crate) fn declare_global(&self, name: &Name) {
        self.globals.borrow_mut().insert(Name::clone(name));
    }

    /// From now on, `name` is bound in the function around it that has it.
    pub(crate) fn declare_nonlocal(&self, name: &Name) {
        self.nonlocals.borrow_mut().insert(Name::clone(name));
    }

    /// Everything that is bound here.
    pub(crate) fn all(&self) -> Vec<(Name, Value)> {
        self.names.borrow().iter().map(|(name, value)| (Name::clone(name), value.clone())).collect()
    }

    /// Forgets every name, so that values that refer to one another are freed.
    pub(crate) fn clear(&self) {
        Value::let_go(self.names.take().into_values().collect());
    }
}

impl<Value: Bound> Drop for Frame<Value> {
    fn drop(&mut self) {
        self.clear();
    }
}
