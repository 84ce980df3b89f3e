//! Paths and environment variables.

use std::{
    env,
    path::{Component, Path, PathBuf},
    rc::Rc,
};

use crate::evaluate::{
    arguments::Arguments,
    builtin::Builtin,
    evaluator::{Evaluator, Outcome},
    value::Value,
};

impl Evaluator {
    /// `path / part`
    pub(super) fn join_path(&mut self, path: &Path, part: &Value) -> Outcome {
        match part {
            Value::Text(part) => Ok(Value::Path(Rc::from(path.join(&**part)))),
            Value::Path(part) => Ok(Value::Path(Rc::from(path.join(part)))),
            _ => Ok(Value::Unknown(self.reason_of(part, "a part of a path is not known"))),
        }
    }

    /// A method of a path.
    pub(super) fn path_method(&mut self, path: &Path, method: &str, arguments: &Arguments) -> Outcome {
        match (method, arguments.is_empty()) {
            ("resolve" | "absolute", _) if path.is_absolute() => {
                let path = if method == "resolve" { normal(path) } else { path.to_owned() };
                Ok(Value::Path(Rc::from(path)))
            }
            ("as_posix" | "__str__" | "__fspath__", true) => match path.to_str() {
                Some(text) => Ok(Value::text(text)),
                None => Ok(self.unknown("a path is not text")),
            },
            ("joinpath", _) if arguments.named.is_empty() && arguments.unknown.is_none() => {
                let mut joined = Value::Path(Rc::from(path));
                for part in &arguments.positional {
                    joined = match joined {
                        Value::Path(path) => self.join_path(&path, part)?,
                        other => other,
                    };
                }
                Ok(joined)
            }
            ("exists" | "is_dir" | "is_file", true) if path.is_absolute() => Ok(Value::Bool(match method {
                "is_dir" => path.is_dir(),
                "is_file" => path.is_file(),
                _ => path.exists(),
            })),
            _ => Ok(self.unknown(format!("the path's `{method}` is not followed"))),
        }
    }

    /// A function of `os` or `pathlib`.
    pub(super) fn path_function(&mut self, function: Builtin, arguments: &Arguments) -> Outcome {
        let mut paths = Vec::new();
        for value in &arguments.positional {
            match value {
                Value::Text(text) => paths.push(PathBuf::from(&**text)),
                Value::Path(path) => paths.push(path.to_path_buf()),
                other => return Ok(Value::Unknown(self.reason_of(other, "a part of a path is not known"))),
            }
        }
        let [first, rest @ ..] = paths.as_slice() else { return Ok(self.unknown("a path is not known")) };
        let path = match (function, rest) {
            (Builtin::Path, _) => {
                let path = rest.iter().fold(first.clone(), |path, part| path.join(part));
                return Ok(Value::Path(Rc::from(path)));
            }
            (Builtin::JoinPaths, _) => rest.iter().fold(first.clone(), |path, part| path.join(part)),
            (Builtin::DirectoryName, []) => first.parent().unwrap_or(Path::new("")).to_owned(),
            (Builtin::BaseName, []) => first.file_name().map(PathBuf::from).unwrap_or_default(),
            (Builtin::AbsolutePath, []) if first.is_absolute() => normal(first),
            _ => return Ok(self.unknown("a path is not known")),
        };
        Ok(path.to_str().map_or_else(|| self.unknown("a path is not text"), Value::text))
    }

    /// An environment variable, which is the same for this program as for Kedro in its place.
    pub(super) fn variable(&mut self, arguments: &Arguments) -> Outcome {
        let Some(Value::Text(name)) = arguments.get(0, "key") else {
            return Ok(self.unknown("the name of an environment variable is not known"));
        };
        Ok(match self.variable_named(name) {
            Some(value) => value,
            None => arguments.get(1, "default").cloned().unwrap_or(Value::None),
        })
    }

    /// A method of `os.environ`.
    pub(super) fn environment_method(&mut self, method: &str, arguments: &Arguments) -> Outcome {
        if method == "get" {
            return self.variable(arguments);
        }
        if let ("setdefault", Some(Value::Text(name)), Some(default)) =
            (method, arguments.get(0, "key"), arguments.get(1, "value"))
        {
            let value = self.variable_named(name).unwrap_or_else(|| default.clone());
            self.variables.insert(Rc::clone(name), value.clone());
            return Ok(value);
        }
        let reason = self.reason("what becomes of the environment variables is not followed");
        if !matches!(method, "keys" | "values" | "items" | "copy") {
            self.may_set_variables = Some(reason.clone());
        }
        Ok(Value::Unknown(reason))
    }

    /// The value of an environment variable; `None` when it is not set.
    pub(super) fn variable_named(&self, name: &str) -> Option<Value> {
        let set = self.variables.get(name).cloned();
        let set = set.or_else(|| env::var_os(name).map(|value| Value::text(value.to_string_lossy())));
        set.or_else(|| self.may_set_variables.clone().map(Value::Unknown))
    }
}

/// An attribute of a path.
pub(super) fn path_attribute(path: &Path, name: &str) -> Option<Value> {
    let text = |text: Option<&std::ffi::OsStr>| text.and_then(|text| text.to_str()).map(Value::text);
    match name {
        "parent" => Some(Value::Path(Rc::from(parent(path)))),
        "parents" => {
            let parents = path.ancestors().skip(1).filter(|path| !path.as_os_str().is_empty());
            Some(Value::tuple(parents.map(|path| Value::Path(Rc::from(path))).collect()))
        }
        "name" => text(path.file_name()),
        "stem" => text(path.file_stem()),
        _ => None,
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// An absolute path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    if let Ok(real) = small_files::resolve(path) {
        return real;
    }
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}
