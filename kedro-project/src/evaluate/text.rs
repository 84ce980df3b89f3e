//! Texts: how values are written, and what texts can do.

use crate::evaluate::{
    arguments::Arguments,
    evaluator::{Evaluator, Outcome},
    reason::Reason,
    value::Value,
};

impl Evaluator {
    /// A value in an f-string or in `format`.
    pub(super) fn formatted(
        &self,
        value: &Value,
        conversion: Option<char>,
        specification: &str,
    ) -> Result<String, Reason> {
        if conversion.is_some_and(|conversion| conversion != 's') {
            return Err(self.reason("a text is written in a way that is not followed"));
        }
        if specification.is_empty() {
            return self.written(value);
        }
        let width = |digits: &str| digits.parse::<usize>().ok().filter(|width| *width <= 64);
        match (value, specification.strip_suffix('d').unwrap_or(specification)) {
            (Value::Int(number), digits) if *number >= 0 => {
                match (digits.strip_prefix('0').and_then(width), width(digits)) {
                    (Some(width), _) => Ok(format!("{number:0width$}")),
                    (None, Some(width)) => Ok(format!("{number:width$}")),
                    _ => Err(self.reason("a text is written in a way that is not followed")),
                }
            }
            _ => Err(self.reason_of(value, "a text is written in a way that is not followed")),
        }
    }

    /// A value as `str` writes it.
    pub(super) fn written(&self, value: &Value) -> Result<String, Reason> {
        match value {
            Value::Text(text) => Ok(text.to_string()),
            Value::Int(number) => Ok(number.to_string()),
            Value::Bool(true) => Ok("True".to_owned()),
            Value::Bool(false) => Ok("False".to_owned()),
            Value::None => Ok("None".to_owned()),
            Value::Path(path) => path.to_str().map(str::to_owned).ok_or_else(|| self.reason("a path is not text")),
            _ => Err(self.reason_of(value, "how a value is written is not known")),
        }
    }

    /// `text % arguments`
    pub(super) fn percent(&mut self, text: &str, arguments: &Value) -> Outcome {
        let values = match arguments {
            Value::Tuple(items) => items.0.clone(),
            other => vec![other.clone()],
        };
        let mut values = values.into_iter();
        let mut parts = text.split('%');
        let mut made = parts.next().unwrap_or_default().to_owned();
        while let Some(part) = parts.next() {
            let written = match (part.chars().next(), part.get(1..)) {
                (None, _) => parts.next().map(|rest| format!("%{rest}")),
                (Some('s' | 'd'), Some(rest)) => {
                    let value = values.next().map(|value| self.written(&value));
                    value.and_then(Result::ok).map(|value| value + rest)
                }
                _ => None,
            };
            match written {
                Some(written) => made.push_str(&written),
                None => return Ok(self.unknown("a text is written in a way that is not followed")),
            }
        }
        Ok(Value::text(made))
    }

    /// A method of a text.
    pub(super) fn text_method(&mut self, text: &str, method: &str, arguments: &Arguments) -> Outcome {
        self.take(1 + text.len() / 16)?;
        let given = |position: usize| arguments.positional.get(position).and_then(Value::as_text).map(|text| &**text);
        let count =
            if arguments.named.is_empty() && arguments.unknown.is_none() { arguments.positional.len() } else { 99 };
        let made = match (method, count, given(0), given(1)) {
            ("upper", 0, ..) => Some(text.to_uppercase()),
            ("lower", 0, ..) => Some(text.to_lowercase()),
            ("title", 0, ..) if text.is_ascii() => Some(title(text)),
            ("capitalize", 0, ..) if text.is_ascii() => Some(capitalized(text)),
            ("strip", 0, ..) => Some(text.trim().to_owned()),
            ("lstrip", 0, ..) => Some(text.trim_start().to_owned()),
            ("rstrip", 0, ..) => Some(text.trim_end().to_owned()),
            ("strip", 1, Some(set), _) => Some(text.trim_matches(|one| set.contains(one)).to_owned()),
            ("lstrip", 1, Some(set), _) => Some(text.trim_start_matches(|one| set.contains(one)).to_owned()),
            ("rstrip", 1, Some(set), _) => Some(text.trim_end_matches(|one| set.contains(one)).to_owned()),
            ("removeprefix", 1, Some(part), _) => Some(text.strip_prefix(part).unwrap_or(text).to_owned()),
            ("removesuffix", 1, Some(part), _) => Some(text.strip_suffix(part).unwrap_or(text).to_owned()),
            ("replace", 2, Some(old), Some(new)) if !old.is_empty() && new.len() < 256 => Some(text.replace(old, new)),
            _ => None,
        };
        if let Some(made) = made {
            self.take(made.len() / 16)?;
            return Ok(Value::text(made));
        }
        match (method, count, given(0)) {
            ("startswith", 1, Some(part)) => Ok(Value::Bool(text.starts_with(part))),
            ("endswith", 1, Some(part)) => Ok(Value::Bool(text.ends_with(part))),
            ("isdigit", 0, _) => Ok(Value::Bool(!text.is_empty() && text.bytes().all(|one| one.is_ascii_digit()))),
            ("split", 0, _) => Ok(Value::list(text.split_whitespace().map(Value::text).collect())),
            ("split", 1, Some(part)) if !part.is_empty() => {
                Ok(Value::list(text.split(part).map(Value::text).collect()))
            }
            ("splitlines", 0, _) => Ok(Value::list(text.lines().map(Value::text).collect())),
            ("count", 1, Some(part)) if !part.is_empty() => {
                Ok(Value::Int(i64::try_from(text.matches(part).count()).unwrap_or_default()))
            }
            ("join", 1, _) => self.join(text, &arguments.positional[0]),
            ("format", ..) => self.format_method(text, arguments),
            _ => Ok(self.unknown(format!("the text's `{method}` is not followed"))),
        }
    }

    fn join(&mut self, between: &str, values: &Value) -> Outcome {
        let items = match self.ordered_items(values) {
            Ok(items) => items,
            Err(reason) => return Ok(Value::Unknown(reason)),
        };
        let mut made = String::new();
        for (index, item) in items.iter().enumerate() {
            let Value::Text(item) = item else {
                return Ok(Value::Unknown(self.reason_of(item, "a text is not known")));
            };
            if index > 0 {
                made.push_str(between);
            }
            made.push_str(item);
            self.take(1 + (item.len() + between.len()) / 16)?;
        }
        Ok(Value::text(made))
    }

    /// `"{} {name}".format(…)`
    fn format_method(&mut self, text: &str, arguments: &Arguments) -> Outcome {
        let unfollowed = "a text is written in a way that is not followed";
        let mut positional = arguments.positional.iter();
        let mut made = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            made.push_str(&rest[..at]);
            let (brace, after) = (&rest[at..=at], &rest[at + 1..]);
            if let Some(after) = after.strip_prefix(brace) {
                made.push_str(brace);
                rest = after;
                continue;
            }
            let Some((field, after)) = after.split_once('}').filter(|_| brace == "{") else {
                return Ok(self.unknown(unfollowed));
            };
            let (name, specification) = field.split_once(':').unwrap_or((field, ""));
            let value = match name.parse::<usize>() {
                _ if name.is_empty() => positional.next(),
                Ok(position) => arguments.positional.get(position),
                Err(_) => arguments.named(name),
            };
            let Some(value) = value.filter(|_| arguments.unknown.is_none()) else {
                return Ok(self.unknown(unfollowed));
            };
            match self.formatted(value, None, specification) {
                Ok(written) => made.push_str(&written),
                Err(reason) => return Ok(Value::Unknown(reason)),
            }
            self.take(1 + made.len() / 64)?;
            rest = after;
        }
        made.push_str(rest);
        Ok(Value::text(made))
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters.map(|one| one.to_ascii_lowercase())).collect()
}

fn title(text: &str) -> String {
    let mut is_start = true;
    let cased = text.chars().map(|one| {
        let cased = if is_start { one.to_ascii_uppercase() } else { one.to_ascii_lowercase() };
        is_start = !one.is_ascii_alphabetic();
        cased
    });
    cased.collect()
}
