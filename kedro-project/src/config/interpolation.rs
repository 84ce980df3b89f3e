//! The syntax of `OmegaConf`'s `${…}`, parsed into what it refers to.
//!
//! Follows `OmegaConf`'s grammar: `${a.b}`, `${a[b]}`, `${.sibling}`, `${a.${b}}`,
//! `${resolver:argument, argument}`, `\${` for a literal `${`.

use serde_yaml::{Mapping, Number, Value};

/// Text with references in it.
pub(super) type Text = Vec<Part>;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// Plain characters, already unescaped.
    Plain(String),
    /// A `${…}`.
    Reference(Reference),
}

/// What a `${…}` says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reference {
    /// Another value of the configuration.
    Node {
        /// Leading dots: none for a key from the top, one for a sibling, two for a sibling of the
        /// parent.
        dots: usize,
        /// Keys to follow.
        keys: Vec<Key>,
    },
    /// The result of a function.
    Resolver {
        /// Its name, `globals` or `oc.env`.
        name: String,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    /// A name.
    Name(String),
    /// The value of another reference.
    Computed(Box<Reference>),
}

/// An argument of a resolver.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Argument {
    /// A value without references.
    Value(Value),
    /// Text with references.
    Text(Text),
    /// The value of a reference, whatever its type.
    Reference(Reference),
    /// A list.
    List(Vec<Argument>),
    /// A mapping with plain keys.
    Mapping(Vec<(Value, Argument)>),
}

/// Whether a text holds something to resolve (or an escaped `\${` to unescape).
pub(super) fn is_interpolated(text: &str) -> bool {
    text.contains("${")
}

/// Parses a text. The error says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Text, String> {
    let mut parser = Parser { characters: text.chars().collect(), at: 0, depth: 0 };
    let parts = parser.text(None)?;
    Ok(parts)
}

/// Parses a text as an argument of a resolver, which may be a list or a mapping. The error says what
/// is wrong with it.
pub(super) fn parse_element(text: &str) -> Result<Argument, String> {
    let mut parser = Parser { characters: text.chars().collect(), at: 0, depth: 0 };
    let element = parser.element()?;
    parser.skip_spaces();
    if parser.peek().is_some() { Err(parser.unexpected("the end")) } else { Ok(element) }
}

/// More than anybody writes, and few enough not to exhaust the stack.
const DEEPEST: usize = 32;

struct Parser {
    characters: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn peek_after(&self, offset: usize) -> Option<char> {
        self.characters.get(self.at + offset).copied()
    }

    fn take_if(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character);
        self.at += usize::from(found);
        found
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.at += 1;
        }
    }

    fn at_reference(&self) -> bool {
        self.peek() == Some('$') && self.peek_after(1) == Some('{')
    }

    fn unexpected(&self, wanted: &str) -> String {
        match self.peek() {
            Some(character) => format!("`{character}` in `${{…}}` where {wanted} is expected"),
            None => format!("`${{` is not closed: {wanted} is expected"),
        }
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        if self.depth == DEEPEST {
            return Err("`${…}` is nested too deeply".to_owned());
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Text up to the end, or up to (and with) the closing `quote`.
    fn text(&mut self, quote: Option<char>) -> Result<Text, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        loop {
            let backslashes = self.characters[self.at..].iter().take_while(|character| **character == '\\').count();
            self.at += backslashes;
            let escapes = self.at_reference() || (quote.is_some() && self.peek() == quote);
            // Backslashes mean themselves, except before what they can escape.
            let kept = if escapes { backslashes / 2 } else { backslashes };
            plain.extend(std::iter::repeat_n('\\', kept));
            let is_escaped = escapes && backslashes % 2 == 1;
            match self.peek() {
                None if quote.is_some() => return Err("a quote in `${…}` is not closed".to_owned()),
                None => break,
                character if !is_escaped && quote.is_some() && character == quote => {
                    self.at += 1;
                    break;
                }
                Some(_) if !is_escaped && self.at_reference() => {
                    if !plain.is_empty() {
                        parts.push(Part::Plain(std::mem::take(&mut plain)));
                    }
                    parts.push(Part::Reference(self.nested(Self::reference)?));
                }
                Some(character) => {
                    plain.push(character);
                    self.at += 1;
                }
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Plain(plain));
        }
        Ok(parts)
    }

    fn reference(&mut self) -> Result<Reference, String> {
        self.at += "${".len();
        self.skip_spaces();
        let mut dots = 0;
        while self.take_if('.') {
            dots += 1;
        }
        let mut keys = vec![self.key()?];
        loop {
            self.skip_spaces();
            match self.peek() {
                Some('.') => {
                    self.at += 1;
                    keys.push(self.key()?);
                }
                Some('[') => keys.push(self.key()?),
                Some('}') => {
                    self.at += 1;
                    return Ok(Reference::Node { dots, keys });
                }
                Some(':') if dots == 0 => {
                    self.at += 1;
                    let name = resolver_name(&keys)?;
                    return Ok(Reference::Resolver { name, arguments: self.sequence('}')? });
                }
                _ => return Err(self.unexpected("`.`, `:` or `}`")),
            }
        }
    }

    fn key(&mut self) -> Result<Key, String> {
        if self.take_if('[') {
            let key = self.key()?;
            return if self.take_if(']') { Ok(key) } else { Err(self.unexpected("`]`")) };
        }
        if self.at_reference() {
            return Ok(Key::Computed(Box::new(self.nested(Self::reference)?)));
        }
        let mut name = String::new();
        while let Some(character) = self.peek() {
            match character {
                '\\' if matches!(self.peek_after(1), Some('.' | '[' | ']' | ':' | '=')) => {
                    self.at += 1;
                    name.extend(self.peek());
                }
                '\\' | '$' | '{' | '}' | '(' | ')' | '[' | ']' | ':' | '.' | ' ' | '\t' | '\'' | '"' => break,
                _ => name.push(character),
            }
            self.at += 1;
        }
        if name.is_empty() { Err(self.unexpected("a key")) } else { Ok(Key::Name(name)) }
    }

    /// Comma-separated elements up to (and with) `end`.
    fn sequence(&mut self, end: char) -> Result<Vec<Argument>, String> {
        let mut elements = Vec::new();
        self.skip_spaces();
        if self.take_if(end) {
            return Ok(elements);
        }
        loop {
            elements.push(self.nested(Self::element)?);
            self.skip_spaces();
            if self.take_if(end) {
                return Ok(elements);
            }
            if !self.take_if(',') {
                return Err(self.unexpected("`,` or the end of the arguments"));
            }
        }
    }

    fn element(&mut self) -> Result<Argument, String> {
        self.skip_spaces();
        match self.peek() {
            Some(quote @ ('\'' | '"')) => {
                self.at += 1;
                Ok(Argument::Text(self.text(Some(quote))?))
            }
            Some('[') => {
                self.at += 1;
                Ok(Argument::List(self.sequence(']')?))
            }
            Some('{') => {
                self.at += 1;
                Ok(Argument::Mapping(self.pairs()?))
            }
            _ => self.primitive(true),
        }
    }

    fn pairs(&mut self) -> Result<Vec<(Value, Argument)>, String> {
        let mut pairs = Vec::new();
        self.skip_spaces();
        if self.take_if('}') {
            return Ok(pairs);
        }
        loop {
            self.skip_spaces();
            let Argument::Value(key) = self.primitive(false)? else { return Err(self.unexpected("a plain key")) };
            if !self.take_if(':') {
                return Err(self.unexpected("`:`"));
            }
            pairs.push((key, self.nested(Self::element)?));
            self.skip_spaces();
            if self.take_if('}') {
                return Ok(pairs);
            }
            if !self.take_if(',') {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    /// An unquoted value: a number, a boolean, null, a reference, or text without special
    /// characters.
    fn primitive(&mut self, colon_is_text: bool) -> Result<Argument, String> {
        let mut parts: Text = Vec::new();
        let mut plain = String::new();
        let mut is_escaped = false;
        while let Some(character) = self.peek() {
            if self.at_reference() {
                if !plain.is_empty() {
                    parts.push(Part::Plain(std::mem::take(&mut plain)));
                }
                parts.push(Part::Reference(self.nested(Self::reference)?));
                continue;
            }
            match character {
                '\\' => {
                    self.at += 1;
                    let escaped = self.peek().filter(|next| "\\()[]{}:=, \t".contains(*next));
                    plain.push(escaped.ok_or_else(|| self.unexpected("a character that can be escaped"))?);
                    is_escaped = true;
                }
                ':' if !colon_is_text => break,
                _ if character.is_ascii_alphanumeric() || "_ \t/-+.$%*@?|:".contains(character) => {
                    plain.push(character);
                }
                _ => break,
            }
            self.at += 1;
        }
        let plain = if is_escaped { &plain } else { plain.trim_end_matches([' ', '\t']) };
        match parts.as_slice() {
            [] if is_escaped => Ok(Argument::Value(Value::String(plain.to_owned()))),
            [] => Ok(Argument::Value(typed(plain))),
            [Part::Reference(reference)] if plain.is_empty() => Ok(Argument::Reference(reference.clone())),
            _ => {
                if !plain.is_empty() {
                    parts.push(Part::Plain(plain.to_owned()));
                }
                Ok(Argument::Text(parts))
            }
        }
    }
}

fn resolver_name(keys: &[Key]) -> Result<String, String> {
    let names: Option<Vec<&str>> = keys
        .iter()
        .map(|key| match key {
            Key::Name(name) => Some(name.as_str()),
            Key::Computed(_) => None,
        })
        .collect();
    Ok(names.ok_or("the name of a resolver cannot itself be a reference")?.join("."))
}

/// The value an unquoted word stands for.
fn typed(word: &str) -> Value {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    let starts_as_number = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let is_integer = unsigned == "0" || !unsigned.starts_with('0');
    match word.to_ascii_lowercase().as_str() {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ if !starts_as_number => Value::String(word.to_owned()),
        _ => match (word.parse::<i64>(), word.parse::<f64>()) {
            (Ok(integer), _) if is_integer => Value::Number(Number::from(integer)),
            (Err(_), Ok(float)) => Value::Number(Number::from(float)),
            _ => Value::String(word.to_owned()),
        },
    }
}

impl Argument {
    /// A mapping or list literal as a value, given its resolved elements.
    pub(super) fn mapping_of(pairs: Vec<(Value, Value)>) -> Value {
        Value::Mapping(pairs.into_iter().collect::<Mapping>())
    }
}
