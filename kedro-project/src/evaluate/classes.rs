//! Classes of the project, and their objects.

use std::{cell::RefCell, rc::Rc};

use crate::{
    evaluate::{
        arguments::Arguments,
        builtin::Builtin,
        evaluator::{Evaluator, Outcome},
        reason::short,
        value::{Attributes, ClassValue, Instance, Scope, Shared, Value},
    },
    python::{Class, Name},
};

/// Classes that are looked through for `__init__`.
const MOST_BASES: usize = 20;

impl Evaluator {
    /// An object of a class.
    pub(super) fn instantiate(&mut self, class: &Rc<ClassValue>, arguments: Arguments) -> Outcome {
        let instance = Rc::new(Instance { class: Rc::clone(class), names: Shared::new(Attributes::default()) });
        match self.of_class(class, "__init__", MOST_BASES) {
            None if arguments.is_empty() => Ok(Value::Instance(instance)),
            None => Err(self.raised("TypeError", format!("`{}` takes no arguments", short(&class.name)))),
            Some(Value::Function(closure)) if !class.is_open => {
                let mut all = Arguments::of(vec![Value::Instance(Rc::clone(&instance))]);
                all.positional.extend(arguments.positional);
                all.named = arguments.named;
                all.unknown = arguments.unknown;
                self.call(Value::Function(closure), all)?;
                Ok(Value::Instance(instance))
            }
            Some(_) => {
                let reason = self.reason(format!("what `{}` makes is not known here", short(&class.name)));
                self.taint_arguments(&arguments, &reason);
                Ok(Value::Unknown(reason))
            }
        }
    }
}

impl Evaluator {
    /// Tells the bases of a class that there is one more of them.
    pub(super) fn tell_bases(&mut self, class: &Value, named: Vec<(Name, Value)>) -> Outcome<()> {
        let Value::Class(known) = class else { return Ok(()) };
        for base in &known.bases {
            let Value::Class(base) = base else { continue };
            if let Some(Value::Function(told)) = self.of_class(base, "__init_subclass__", MOST_BASES) {
                let arguments = Arguments { positional: vec![class.clone()], named, unknown: None };
                return self.call(Value::Function(told), arguments).map(drop);
            }
        }
        Ok(())
    }
}

/// A class whose body has run.
pub(super) fn class_of(class: &Class, arguments: Arguments, own: &Rc<Scope>) -> Value {
    let is_known = |base: &Value| matches!(base, Value::Class(_) | Value::Builtin(Builtin::Object));
    let is_open =
        !arguments.named.is_empty() || arguments.unknown.is_some() || !arguments.positional.iter().all(is_known);
    // A class of another kind may make something else of what its body binds.
    let names = own.all().into_iter().filter(|(_, value)| !is_open || matches!(value, Value::Function(_)));
    Value::Class(Rc::new(ClassValue {
        name: Rc::clone(&class.name),
        names: RefCell::new(Attributes(names.collect())),
        bases: arguments.positional,
        is_open,
    }))
}
