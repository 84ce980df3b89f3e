//! Why code does not go on.

use std::rc::Rc;

use crate::evaluate::reason::Reason;

/// Why code does not go on.
#[derive(Debug, Clone)]
pub(crate) enum Stop {
    /// Python raises this here, which is certain.
    Raised(Exception),
    /// What happens here cannot be known.
    Unclear(Reason),
}

/// What Python raises.
#[derive(Debug, Clone)]
pub(crate) struct Exception {
    /// The name of its type.
    pub(crate) kind: Rc<str>,
    /// Where, and why.
    pub(crate) reason: Reason,
}

impl Stop {
    /// Where and why.
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Raised(exception) => exception.reason,
            Self::Unclear(reason) => reason,
        }
    }
}

/// The types of errors that Python brings, and what each is a kind of.
const TYPES: [(&str, &str); 20] = [
    ("ModuleNotFoundError", "ImportError"),
    ("ImportError", "Exception"),
    ("IndentationError", "SyntaxError"),
    ("SyntaxError", "Exception"),
    ("KeyError", "LookupError"),
    ("IndexError", "LookupError"),
    ("LookupError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("NameError", "Exception"),
    ("AttributeError", "Exception"),
    ("TypeError", "Exception"),
    ("ValueError", "Exception"),
    ("AssertionError", "Exception"),
    ("NotImplementedError", "RuntimeError"),
    ("RuntimeError", "Exception"),
    ("RecursionError", "RuntimeError"),
    ("ZeroDivisionError", "Exception"),
    ("FileNotFoundError", "OSError"),
    ("OSError", "Exception"),
    ("Exception", "BaseException"),
];

impl Exception {
    /// Whether `except caught` catches it; `None` when that is not certain.
    pub(crate) fn is_caught_by(&self, caught: &str) -> Option<bool> {
        if matches!(caught, "Exception" | "BaseException") {
            return Some(true);
        }
        let base = |name: &str| TYPES.iter().find(|(kind, _)| *kind == name).map(|(_, base)| *base);
        let mut kind = &*self.kind;
        while kind != caught {
            match base(kind) {
                Some(more) => kind = more,
                None if kind == "BaseException" && base(caught).is_some() => return Some(false),
                None => return None,
            }
        }
        Some(true)
    }
}
