//! Reading Python source without running it: a parsed file, what its names are bound to, and its literals.

use std::fs;
use std::path::{Path, PathBuf};

use tree_sitter::{Node, Parser, Tree};

/// A parsed Python file.
#[derive(Debug)]
pub struct Module {
    /// Where it was read from.
    pub path: PathBuf,
    source: String,
    tree: Tree,
}

/// What a name means at the top level of a module.
#[derive(Debug, Clone, Copy)]
pub enum Binding<'a> {
    /// `import a.b`, `import a.b as name`, `from a import name` or `from a import b as name`; the statement.
    Import(Node<'a>),
    /// A plain function definition.
    Function(Node<'a>),
    /// `name = value`; the value.
    Value(Node<'a>),
    /// Bound more than once, under a condition, by a decorator or a class, or changed in place.
    Opaque,
}

/// A Python value that is written out in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// A string; adjacent strings are joined.
    Text(String),
    /// A list, tuple or set; an entry is `None` where it is not a literal.
    List(Vec<Option<Literal>>),
    /// A dict with literal text keys; a value is `None` where it is not a literal.
    Dict(Vec<(String, Option<Literal>)>),
}

/// Statements that bind or change names depending on what happens at run time.
const CONDITIONAL: [&str; 6] =
    ["if_statement", "for_statement", "while_statement", "try_statement", "with_statement", "match_statement"];

impl Module {
    /// Reads and parses a file. The error says what is wrong with which file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let source = fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let mut parser = Parser::new();
        let tree = parser
            .set_language(&tree_sitter_python::LANGUAGE.into())
            .ok()
            .and_then(|()| parser.parse(&source, None))
            .ok_or_else(|| format!("cannot parse {}", path.display()))?;
        let module = Self { path: path.to_owned(), source, tree };
        match first_error(module.root()) {
            Some(node) => Err(format!("{}: invalid Python", module.place(node))),
            None => Ok(module),
        }
    }

    /// The whole file.
    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// Source text of a node.
    pub fn text(&self, node: Node<'_>) -> &str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }

    /// Source text of a named child, for example the `name` of a function.
    pub fn field(&self, node: Node<'_>, name: &str) -> &str {
        node.child_by_field_name(name).map_or("", |child| self.text(child))
    }

    /// `file:line` of a node, for people.
    pub fn place(&self, node: Node<'_>) -> String {
        format!("{}:{}", self.path.display(), node.start_position().row + 1)
    }

    /// What `name` is bound to at the top level, `None` when nothing binds it.
    pub fn binding(&self, name: &str) -> Option<Binding<'_>> {
        let mut found = None;
        for statement in children(self.root()) {
            let Some(binding) = self.binding_by(statement, name) else { continue };
            found = Some(if found.is_none() { binding } else { Binding::Opaque });
        }
        match found {
            Some(Binding::Value(_)) if self.rebinds_global(name) => Some(Binding::Opaque),
            found => found,
        }
    }

    /// Whether some function says `global name`.
    fn rebinds_global(&self, name: &str) -> bool {
        any(self.root(), |node| node.kind() == "global_statement" && self.mentions(node, name))
    }

    /// Modules whose names are all imported by `from module import *` at the top level.
    pub fn wildcard_imports(&self) -> Vec<Node<'_>> {
        let is_wildcard = |statement: &Node<'_>| {
            statement.kind() == "import_from_statement"
                && children(*statement).iter().any(|child| child.kind() == "wildcard_import")
        };
        children(self.root()).into_iter().filter(is_wildcard).collect()
    }

    fn binding_by<'a>(&self, statement: Node<'a>, name: &str) -> Option<Binding<'a>> {
        match statement.kind() {
            "import_statement" | "import_from_statement" => imported(self, statement)
                .iter()
                .any(|import| import.bound == name)
                .then_some(Binding::Import(statement)),
            "function_definition" => (self.field(statement, "name") == name).then_some(Binding::Function(statement)),
            "class_definition" => (self.field(statement, "name") == name).then_some(Binding::Opaque),
            "decorated_definition" => {
                let definition = statement.child_by_field_name("definition")?;
                (self.field(definition, "name") == name).then_some(Binding::Opaque)
            }
            "expression_statement" => self.binding_by_expression(statement.named_child(0)?, name),
            kind if CONDITIONAL.contains(&kind) || kind == "delete_statement" => {
                self.mentions(statement, name).then_some(Binding::Opaque)
            }
            _ => None,
        }
    }

    fn binding_by_expression<'a>(&self, expression: Node<'a>, name: &str) -> Option<Binding<'a>> {
        if expression.kind() != "assignment" {
            return (expression.kind() != "string" && self.mentions(expression, name)).then_some(Binding::Opaque);
        }
        let left = expression.child_by_field_name("left")?;
        // An annotation alone, `name: Type`, binds nothing.
        let right = expression.child_by_field_name("right")?;
        if right.kind() == "assignment" {
            return self.mentions(expression, name).then_some(Binding::Opaque);
        }
        if left.kind() == "identifier" {
            return (self.text(left) == name).then_some(Binding::Value(right));
        }
        self.mentions(left, name).then_some(Binding::Opaque)
    }

    /// Whether the identifier `name` occurs anywhere in `node`.
    pub fn mentions(&self, node: Node<'_>, name: &str) -> bool {
        any(node, |inner| inner.kind() == "identifier" && self.text(inner) == name)
    }

    /// The value of a literal, `None` for anything else.
    pub fn literal(&self, node: Node<'_>) -> Option<Literal> {
        self.literal_within(node, 0)
    }

    fn literal_within(&self, node: Node<'_>, depth: usize) -> Option<Literal> {
        const DEEPEST: usize = 32;
        if depth > DEEPEST {
            return None;
        }
        let inner = |child: &Node<'_>| self.literal_within(*child, depth + 1);
        match node.kind() {
            "none" => Some(Literal::None),
            "true" => Some(Literal::Bool(true)),
            "false" => Some(Literal::Bool(false)),
            "string" => self.string(node).map(Literal::Text),
            "concatenated_string" => {
                let parts: Option<Vec<String>> = children(node).into_iter().map(|part| self.string(part)).collect();
                Some(Literal::Text(parts?.concat()))
            }
            "parenthesized_expression" => inner(children(node).first()?),
            "list" | "tuple" | "set" => Some(Literal::List(children(node).iter().map(inner).collect())),
            "dictionary" => children(node)
                .into_iter()
                .map(|pair| match inner(&pair.child_by_field_name("key")?)? {
                    Literal::Text(key) => Some((key, inner(&pair.child_by_field_name("value")?))),
                    _ => None,
                })
                .collect::<Option<_>>()
                .map(Literal::Dict),
            _ => None,
        }
    }

    fn string(&self, node: Node<'_>) -> Option<String> {
        let mut text = String::new();
        let mut raw = false;
        for part in children(node) {
            match part.kind() {
                "string_start" => {
                    let prefix = self.text(part).to_ascii_lowercase();
                    if prefix.contains('b') {
                        return None;
                    }
                    raw = prefix.contains('r');
                }
                "string_content" => text.push_str(&self.unescape(part, raw)?),
                "string_end" => {}
                _ => return None,
            }
        }
        Some(text)
    }

    /// The usual one-letter escapes; `None` for the rarer ones.
    fn unescape(&self, content: Node<'_>, raw: bool) -> Option<String> {
        let text = self.text(content);
        if raw || !text.contains('\\') {
            return Some(text.to_owned());
        }
        let mut result = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            result.push(match character {
                '\\' => match characters.next()? {
                    'n' => '\n',
                    't' => '\t',
                    escaped @ ('\\' | '\'' | '"') => escaped,
                    _ => return None,
                },
                plain => plain,
            });
        }
        Some(result)
    }
}

/// One name that an import statement binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The name it is bound to here.
    pub bound: String,
    /// Module as written, `a.b`; with leading dots when it is relative.
    pub module: String,
    /// Name inside the module, `None` when the module itself is bound.
    pub name: Option<String>,
}

/// The names an import statement binds; `from a import *` binds none that can be told from the statement.
pub fn imported(module: &Module, statement: Node<'_>) -> Vec<Imported> {
    let source = statement.child_by_field_name("module_name").map(|name| without_spaces(module.text(name)));
    let mut cursor = statement.walk();
    let names = statement.children_by_field_name("name", &mut cursor);
    names
        .map(|node| {
            let (name, alias) = match node.kind() {
                "aliased_import" => (module.field(node, "name"), Some(module.field(node, "alias").to_owned())),
                _ => (module.text(node), None),
            };
            let name = without_spaces(name);
            if let Some(source) = &source {
                let bound = alias.unwrap_or_else(|| name.clone());
                return Imported { bound, module: source.clone(), name: Some(name) };
            }
            // `import a.b` binds `a`, `import a.b as c` binds `a.b` to `c`.
            let first = name.split('.').next().unwrap_or_default().to_owned();
            Imported {
                module: if alias.is_some() { name } else { first.clone() },
                bound: alias.unwrap_or(first),
                name: None,
            }
        })
        .collect()
}

/// Named children without comments.
pub fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// Whether `test` holds for `node` or anything below it. Walks without recursion: source can be nested at will.
pub fn any<'a>(node: Node<'a>, mut test: impl FnMut(Node<'a>) -> bool) -> bool {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if test(node) {
            return true;
        }
        let mut cursor = node.walk();
        open.extend(node.children(&mut cursor));
    }
    false
}

fn first_error(root: Node<'_>) -> Option<Node<'_>> {
    if !root.has_error() {
        return None;
    }
    let mut first: Option<Node<'_>> = None;
    any(root, |node| {
        let earlier = first.is_none_or(|known| node.start_byte() < known.start_byte());
        if (node.is_error() || node.is_missing()) && earlier {
            first = Some(node);
        }
        false
    });
    first.or(Some(root))
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}
