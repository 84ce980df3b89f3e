//! Functions and classes that are known here, and where Python has them.

/// A function or class known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    /// `kedro.pipeline.Pipeline` and `pipeline`
    Pipeline,
    /// `kedro.pipeline.Node` and `node`
    Node,
    /// `kedro.pipeline.llm_context_node`
    ContextNode,
    /// `kedro.framework.project.find_pipelines`
    FindPipelines,
    /// `print`, and what else says something and gives nothing.
    Print,
    /// `len`
    Len,
    /// `sum`
    Sum,
    /// `range`
    Range,
    /// `enumerate`
    Enumerate,
    /// `zip`
    Zip,
    /// `map`
    Map,
    /// `filter`
    Filter,
    /// `sorted`
    Sorted,
    /// `reversed`
    Reversed,
    /// `list`
    List,
    /// `tuple`
    Tuple,
    /// `set` and `frozenset`
    Set,
    /// `dict`
    Dict,
    /// `str`
    Str,
    /// `int`
    Int,
    /// `bool`
    Bool,
    /// `isinstance`
    IsInstance,
    /// `hasattr`
    HasAttribute,
    /// `getattr`
    GetAttribute,
    /// `callable`
    Callable,
    /// `any`
    Any,
    /// `all`
    All,
    /// `min`
    Min,
    /// `max`
    Max,
    /// `iter`
    Iter,
    /// `next`
    Next,
    /// `object`
    Object,
    /// `staticmethod`
    StaticMethod,
    /// `classmethod`
    ClassMethod,
    /// `functools.reduce`
    Reduce,
    /// `functools.partial`
    Partial,
    /// `functools.cache`, and what else gives a function that does the same.
    SameFunction,
    /// `functools.wraps`
    Wraps,
    /// What that gives: it makes a function look like another.
    Disguise,
    /// `operator.add`
    OperatorAdd,
    /// `operator.or_`
    OperatorOr,
    /// `copy.copy`
    Copy,
    /// `copy.deepcopy`
    DeepCopy,
    /// `itertools.chain`
    Chain,
    /// `itertools.chain.from_iterable`
    ChainFromIterable,
    /// `itertools.product`
    Product,
    /// `collections.OrderedDict` is a dict for all that matters here; `defaultdict` is not.
    DefaultDict,
    /// `pathlib.Path`
    Path,
    /// `os.getenv`
    GetEnvironment,
    /// `os.environ`
    Environment,
    /// `os.path.join`
    JoinPaths,
    /// `os.path.dirname`
    DirectoryName,
    /// `os.path.abspath` and the like.
    AbsolutePath,
    /// `os.path.basename`
    BaseName,
    /// `importlib.import_module`
    ImportModule,
    /// `typing.cast`
    Cast,
    /// The name of an error's type.
    Exception(&'static str),
}

impl Builtin {
    /// Whether every Python can be asked for the arguments of it, or need not be.
    pub(crate) fn has_known_arguments(self) -> bool {
        !matches!(
            self,
            Self::Range
                | Self::Enumerate
                | Self::Zip
                | Self::Map
                | Self::Filter
                | Self::Reversed
                | Self::Set
                | Self::Dict
                | Self::Str
                | Self::Int
                | Self::Bool
                | Self::StaticMethod
                | Self::ClassMethod
                | Self::Chain
                | Self::Product
                | Self::Exception(_)
        )
    }
}

/// What `name` is among the names that Python always has.
pub(crate) fn always_there(name: &str) -> Option<Builtin> {
    Some(match name {
        "print" => Builtin::Print,
        "len" => Builtin::Len,
        "sum" => Builtin::Sum,
        "range" => Builtin::Range,
        "enumerate" => Builtin::Enumerate,
        "zip" => Builtin::Zip,
        "map" => Builtin::Map,
        "filter" => Builtin::Filter,
        "sorted" => Builtin::Sorted,
        "reversed" => Builtin::Reversed,
        "list" => Builtin::List,
        "tuple" => Builtin::Tuple,
        "set" | "frozenset" => Builtin::Set,
        "dict" => Builtin::Dict,
        "str" => Builtin::Str,
        "int" => Builtin::Int,
        "bool" => Builtin::Bool,
        "isinstance" => Builtin::IsInstance,
        "hasattr" => Builtin::HasAttribute,
        "getattr" => Builtin::GetAttribute,
        "callable" => Builtin::Callable,
        "any" => Builtin::Any,
        "all" => Builtin::All,
        "min" => Builtin::Min,
        "max" => Builtin::Max,
        "iter" => Builtin::Iter,
        "next" => Builtin::Next,
        "object" => Builtin::Object,
        "staticmethod" => Builtin::StaticMethod,
        "classmethod" => Builtin::ClassMethod,
        _ => return error(name),
    })
}

/// Names that Python always has and that are not followed.
pub(crate) const OTHERS_ALWAYS_THERE: [&str; 64] = [
    "abs",
    "aiter",
    "anext",
    "ascii",
    "bin",
    "breakpoint",
    "bytearray",
    "bytes",
    "chr",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dir",
    "divmod",
    "eval",
    "exec",
    "exit",
    "float",
    "format",
    "globals",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "issubclass",
    "license",
    "locals",
    "memoryview",
    "oct",
    "open",
    "ord",
    "pow",
    "property",
    "quit",
    "repr",
    "round",
    "setattr",
    "slice",
    "super",
    "type",
    "vars",
    "__import__",
    "__build_class__",
    "__debug__",
    "__doc__",
    "__spec__",
    "__loader__",
    "__package__",
    "__builtins__",
    "__cached__",
    "__annotations__",
    "Ellipsis",
    "NotImplemented",
    "EnvironmentError",
    "IOError",
    "ExceptionGroup",
    "BaseExceptionGroup",
    "EncodingWarning",
    "PythonFinalizationError",
    "_",
    "WindowsError",
];

fn error(name: &str) -> Option<Builtin> {
    const ERRORS: [&str; 62] = [
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "BaseException",
        "BlockingIOError",
        "BrokenPipeError",
        "BufferError",
        "BytesWarning",
        "ChildProcessError",
        "ConnectionAbortedError",
        "ConnectionError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "DeprecationWarning",
        "EOFError",
        "Exception",
        "FileExistsError",
        "FileNotFoundError",
        "FloatingPointError",
        "FutureWarning",
        "GeneratorExit",
        "ImportError",
        "ImportWarning",
        "IndentationError",
        "IndexError",
        "InterruptedError",
        "IsADirectoryError",
        "KeyError",
        "KeyboardInterrupt",
        "LookupError",
        "MemoryError",
        "ModuleNotFoundError",
        "NameError",
        "NotADirectoryError",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "PendingDeprecationWarning",
        "PermissionError",
        "ProcessLookupError",
        "RecursionError",
        "ReferenceError",
        "ResourceWarning",
        "RuntimeError",
        "RuntimeWarning",
        "StopAsyncIteration",
        "StopIteration",
        "SyntaxError",
        "SyntaxWarning",
        "SystemError",
        "SystemExit",
        "TabError",
        "TimeoutError",
        "TypeError",
        "UnboundLocalError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeError",
        "UnicodeTranslateError",
        "UserWarning",
        "ValueError",
        "ZeroDivisionError",
    ];
    ERRORS.iter().find(|error| **error == name).copied().map(Builtin::Exception)
}

/// What `name` is in `module` of Python's own library, as far as it is followed.
pub(crate) fn of_library(module: &str, name: &str) -> Option<Builtin> {
    Some(match (module, name) {
        ("functools", "reduce") => Builtin::Reduce,
        ("functools", "partial") => Builtin::Partial,
        ("functools", "cache" | "lru_cache") => Builtin::SameFunction,
        ("functools", "wraps") => Builtin::Wraps,
        ("operator", "add") => Builtin::OperatorAdd,
        ("operator", "or_") => Builtin::OperatorOr,
        ("copy", "copy") => Builtin::Copy,
        ("copy", "deepcopy") => Builtin::DeepCopy,
        ("itertools", "chain") => Builtin::Chain,
        ("itertools", "product") => Builtin::Product,
        ("collections", "OrderedDict") => Builtin::Dict,
        ("collections", "defaultdict") => Builtin::DefaultDict,
        ("pathlib", "Path" | "PosixPath" | "PurePath" | "PurePosixPath") => Builtin::Path,
        ("os", "getenv") => Builtin::GetEnvironment,
        ("os", "environ") => Builtin::Environment,
        ("os.path", "join") => Builtin::JoinPaths,
        ("os.path", "dirname") => Builtin::DirectoryName,
        ("os.path", "abspath" | "realpath" | "normpath") => Builtin::AbsolutePath,
        ("os.path", "basename") => Builtin::BaseName,
        ("importlib", "import_module") => Builtin::ImportModule,
        ("typing", "cast") => Builtin::Cast,
        ("pprint", "pprint" | "pp") | ("warnings", "warn" | "filterwarnings" | "simplefilter") => Builtin::Print,
        _ => return None,
    })
}
