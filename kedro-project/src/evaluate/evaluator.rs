//! Following Python code as far as its effect is certain.
//!
//! The [`Evaluator`] is one, and its methods are in one file for each kind of syntax or value.

use std::{
    borrow::Cow,
    collections::HashMap,
    path::PathBuf,
    rc::{Rc, Weak},
};

use crate::{
    bounds::Bounds,
    evaluate::{
        reason::Reason,
        stop::{Exception, Stop},
        value::{Scope, Value},
    },
    project::Project,
    python::Syntax,
};

/// Why code is followed no further.
pub(crate) const TOO_LARGE: &str = "the code goes too deep or is too large";

/// A value, or why there is none.
pub(crate) type Outcome<T = Value> = Result<T, Stop>;

/// What became of the import of a module of the project.
#[derive(Debug, Clone)]
pub(crate) enum Imported {
    /// It is being run, or has been.
    Frame(Rc<Scope>),
    /// It cannot be imported, or it is not certain whether it can.
    Stop(Stop),
}

/// Follows the code of one project.
pub(crate) struct Evaluator {
    /// The folder that modules are looked for in.
    pub(crate) directory: PathBuf,
    /// The project's package.
    pub(crate) package: String,
    /// The project runs with Python 3 of at least this.
    pub(crate) oldest_python: u32,
    /// How far their code has been followed.
    pub(crate) bounds: Bounds,
    /// The modules that were imported.
    pub(crate) imported: HashMap<String, Imported>,
    /// The place that is looked at.
    pub(crate) place: Option<(Rc<Syntax>, usize)>,
    /// How often something was met of which nobody knows whether it fails.
    pub(crate) doubts: usize,
    /// What the generators that run have yielded, innermost last.
    pub(crate) yielded: Vec<Vec<Value>>,
    /// Loops around that go through items in an order that is not certain.
    pub(crate) unordered_loops: usize,
    /// Environment variables that the code has set.
    pub(crate) variables: HashMap<Rc<str>, Value>,
    /// Why other variables may be set as well.
    pub(crate) may_set_variables: Option<Reason>,
    /// The module whose pipeline is being found.
    pub(crate) party: Option<String>,
    /// Why the order matters in which pipelines are found.
    pub(crate) order_matters: Option<Reason>,
    /// The frames of functions that may be in a circle of values.
    frames: Vec<Weak<Scope>>,
}

impl Evaluator {
    /// Prepares to follow the code of a project.
    pub(crate) fn new(project: &Project, bounds: Bounds) -> Self {
        Self {
            directory: project.source_dir().to_owned(),
            package: project.package_name().to_owned(),
            oldest_python: project.oldest_python(),
            bounds,
            imported: HashMap::new(),
            place: None,
            doubts: 0,
            yielded: Vec::new(),
            unordered_loops: 0,
            variables: HashMap::new(),
            may_set_variables: None,
            party: None,
            order_matters: None,
            frames: Vec::new(),
        }
    }

    /// A reason: what stands in the place that is looked at.
    pub(crate) fn reason(&self, what: impl Into<Cow<'static, str>>) -> Reason {
        match &self.place {
            Some((syntax, row)) => Reason::at(syntax, *row, what),
            None => Reason::from(what.into()),
        }
    }

    /// An unknown value, because of what stands in the place that is looked at.
    pub(crate) fn unknown(&self, what: impl Into<Cow<'static, str>>) -> Value {
        Value::Unknown(self.reason(what))
    }

    /// What Python raises in the place that is looked at.
    pub(crate) fn raised(&self, kind: &str, what: impl Into<Cow<'static, str>>) -> Stop {
        let what = what.into();
        let reason = self.reason(format!("Python raises {kind} here: {what}"));
        Stop::Raised(Exception { kind: kind.into(), reason })
    }

    /// What happens in the place that is looked at is not known.
    pub(crate) fn unclear(&self, what: impl Into<Cow<'static, str>>) -> Stop {
        Stop::Unclear(self.reason(what))
    }

    /// Takes so many values from what may be spent.
    pub(crate) fn take(&mut self, values: usize) -> Outcome<()> {
        if self.bounds.take(values) { Ok(()) } else { Err(self.unclear(TOO_LARGE)) }
    }

    /// Does something one level deeper.
    pub(crate) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if !self.bounds.descend() {
            return Err(self.unclear(TOO_LARGE));
        }
        let outcome = inner(self);
        self.bounds.ascend();
        outcome
    }

    /// Remembers a frame that functions look into.
    pub(crate) fn remember(&mut self, frame: &Rc<Scope>) {
        self.frames.push(Rc::downgrade(frame));
    }
}

impl Drop for Evaluator {
    /// Functions look into frames in which they are themselves.
    fn drop(&mut self) {
        for imported in self.imported.values() {
            if let Imported::Frame(frame) = imported {
                frame.clear();
            }
        }
        self.frames.iter().filter_map(Weak::upgrade).for_each(|frame| frame.clear());
    }
}
