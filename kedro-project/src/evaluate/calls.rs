//! Calls of the project's functions.

use std::{path::Path, rc::Rc};

use crate::{
    evaluate::{
        arguments::Arguments,
        builtin::Builtin,
        evaluator::{Evaluator, Outcome},
        flow::Flow,
        reason::{Reason, short},
        stop::Stop,
        value::{Closure, Receiver, Scope, Value},
    },
    python::{self, Expr},
};

/// Libraries whose functions change nothing that they are given.
const HARMLESS: [&str; 20] = [
    "logging",
    "loguru",
    "structlog",
    "warnings",
    "rich",
    "pprint",
    "time",
    "datetime",
    "json",
    "click",
    "typing",
    "type",
    "repr",
    "format",
    "id",
    "hash",
    "inspect",
    "math",
    "issubclass",
    "an error",
];

impl Evaluator {
    /// The value of a call.
    pub(crate) fn call(&mut self, callee: Value, arguments: Arguments) -> Outcome {
        self.take(1)?;
        match callee {
            Value::Unknown(reason) => {
                self.doubts += 1;
                self.taint_arguments(&arguments, &reason);
                Ok(Value::Unknown(reason))
            }
            Value::External(path) => self.call_library(&path, &arguments),
            Value::Function(closure) => self.deeper(|evaluator| evaluator.run_function(&closure, arguments)),
            Value::Class(class) => self.deeper(|evaluator| evaluator.instantiate(&class, arguments)),
            Value::Partial(partial) => {
                let mut all = Arguments::of(partial.positional.clone());
                all.positional.extend(arguments.positional);
                all.named.extend(
                    partial
                        .named
                        .iter()
                        .filter(|(name, _)| arguments.named.iter().all(|(given, _)| given != name))
                        .cloned(),
                );
                all.named.extend(arguments.named);
                all.unknown = arguments.unknown;
                self.deeper(|evaluator| evaluator.call(partial.function.clone(), all))
            }
            Value::Method(method) => self.call_method(&method.object, &method.name, arguments),
            Value::Builtin(builtin) => self.deeper(|evaluator| evaluator.call_builtin(builtin, arguments)),
            Value::Instance(_) => {
                let reason = self.reason("a call of an object is not followed");
                self.taint_arguments(&arguments, &reason);
                Ok(Value::Unknown(reason))
            }
            other if other.type_name().is_none() => Ok(self.unknown("what this call gives is not known")),
            other => Err(self.raised(
                "TypeError",
                format!("a value of type {} is not a function", other.type_name().unwrap_or("unknown")),
            )),
        }
    }

    pub(super) fn taint_arguments(&mut self, arguments: &Arguments, reason: &Reason) {
        for value in arguments.values() {
            self.taint(value, reason);
        }
    }

    fn taint_all_of(&mut self, values: &[Value], reason: &Reason) {
        for value in values {
            self.taint(value, reason);
        }
    }

    fn call_library(&mut self, path: &Rc<str>, arguments: &Arguments) -> Outcome {
        self.doubts += 1;
        let root = path.split(['.', '(']).next().unwrap_or_default();
        if root == "dotenv" || path.starts_with("os.putenv") || path.starts_with("os.environ") {
            self.may_set_variables = Some(self.reason(format!("{} may set environment variables", short(path))));
        }
        let opened = arguments.get(0, "file").filter(|_| &**path == "open" && arguments.positional.len() < 2);
        if let Some(Value::Text(_) | Value::Path(_)) = opened
            && let Some(file) = opened.map(|opened| self.written(opened).unwrap_or_default())
            && Path::new(&file).is_absolute()
            && !Path::new(&file).exists()
        {
            return Err(self.raised("FileNotFoundError", format!("there is no file {}", short(&file))));
        }
        if matches!(&**path, "exit" | "quit" | "sys.exit" | "os._exit") {
            return Err(self.unclear("the program ends here"));
        }
        if !HARMLESS.contains(&root) {
            let reason = self.reason(format!("what {} does is not known here", short(path)));
            self.taint_arguments(arguments, &reason);
        }
        let called = if path.ends_with("()") { Rc::clone(path) } else { format!("{}()", short(path)).into() };
        Ok(Value::External(called))
    }

    fn run_function(&mut self, closure: &Rc<Closure>, arguments: Arguments) -> Outcome {
        let function = &closure.function;
        let body = python::body(function);
        if !self.bounds.take_look(function.range.len()) {
            return Err(self.unclear("the code goes too deep or is too large"));
        }
        let given: Vec<Value> = arguments.values().cloned().collect();
        let names = arguments.bound_to(closure).map_err(|problem| {
            self.raised("TypeError", format!("`{}` cannot be called: {problem}", short(&function.name)))
        })?;
        if function.is_async {
            let reason = self.reason("a coroutine is not followed");
            self.taint(&Value::Function(Rc::clone(closure)), &reason);
            self.taint_all_of(&given, &reason);
            // It does nothing by itself, and has nothing to go through.
            return Ok(Value::iterator(Vec::new(), false));
        }
        let frame = Scope::of_function(&closure.frame, names, python::locals(function));
        let place = self.place.replace((Rc::clone(&function.syntax), function.row));
        if body.is_generator {
            self.yielded.push(Vec::new());
        }
        let outcome = self.run_block(&frame, &body.statements);
        let yielded = if body.is_generator { self.yielded.pop() } else { None };
        self.place = place;
        match outcome {
            Ok(_) if body.is_generator => Ok(Value::iterator(yielded.unwrap_or_default(), self.unordered_loops > 0)),
            Ok(Flow::Return(value)) => Ok(value),
            Ok(_) => Ok(Value::None),
            Err(Stop::Unclear(reason)) => {
                self.doubt_block(&frame, &body.statements, &reason);
                self.taint(&Value::Function(Rc::clone(closure)), &reason);
                self.taint_all_of(&given, &reason);
                Ok(Value::Unknown(reason))
            }
            Err(raised) => Err(raised),
        }
    }

    /// What decorators make of a function or class.
    pub(super) fn decorated(&mut self, frame: &Rc<Scope>, decorators: &[Expr], value: Value) -> Outcome {
        let mut value = value;
        for decorator in decorators.iter().rev() {
            let decorator = self.evaluate(frame, decorator)?;
            value = match (&decorator, &value) {
                (Value::Builtin(Builtin::StaticMethod), Value::Function(closure)) => received(closure, Receiver::None),
                (Value::Builtin(Builtin::ClassMethod), Value::Function(closure)) => received(closure, Receiver::Class),
                (Value::External(path), _) => Value::External(format!("what {} makes of it", short(path)).into()),
                _ => self.call(decorator, Arguments::of(vec![value.clone()]))?,
            };
        }
        Ok(value)
    }
}

/// The same function with another first parameter.
fn received(closure: &Rc<Closure>, receiver: Receiver) -> Value {
    Value::Function(Rc::new(Closure {
        function: Rc::clone(&closure.function),
        frame: Rc::clone(&closure.frame),
        defaults: closure.defaults.clone(),
        receiver,
        is_disguised: closure.is_disguised,
    }))
}
