//! Numbers that Python does not take.

use super::place::{Verdict, wrong_if};

/// Digits that Python makes a number of, unless it is told otherwise.
const MOST_DIGITS: usize = 4300;

pub(super) fn refused(number: &str, kind: &str) -> Option<Verdict> {
    let number = number.to_ascii_lowercase();
    if kind == "integer" && !number.ends_with('j') && !number.starts_with("0x") && number.len() > MOST_DIGITS {
        return Some(Verdict::Doubtful);
    }
    wrong_if(!if kind == "integer" { is_integer(&number) } else { is_float(&number) })
}

/// Digits with single underscores between.
fn are_digits(digits: &str, is: fn(char) -> bool) -> bool {
    digits.split('_').all(|part| !part.is_empty() && part.chars().all(is))
}

fn is_decimal(digits: &str) -> bool {
    are_digits(digits, |digit| digit.is_ascii_digit())
}

fn is_integer(number: &str) -> bool {
    let prefixed = |digits: &str, is: fn(char) -> bool| are_digits(digits.strip_prefix('_').unwrap_or(digits), is);
    if let Some(digits) = number.strip_prefix("0x") {
        return prefixed(digits, |digit| digit.is_ascii_hexdigit());
    }
    if let Some(digits) = number.strip_prefix("0o") {
        return prefixed(digits, |digit| digit.is_digit(8));
    }
    if let Some(digits) = number.strip_prefix("0b") {
        return prefixed(digits, |digit| digit.is_digit(2));
    }
    if let Some(digits) = number.strip_suffix('j') {
        return is_decimal(digits);
    }
    let is_zero = number.chars().all(|digit| matches!(digit, '0' | '_'));
    is_decimal(number) && (is_zero || !number.starts_with('0'))
}

fn is_float(number: &str) -> bool {
    let number = number.strip_suffix('j').unwrap_or(number);
    let (mantissa, exponent) = match number.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.trim_start_matches(['+', '-']))),
        None => (number, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_part = |digits: &str| digits.is_empty() || is_decimal(digits);
    is_part(whole) && is_part(fraction) && exponent.is_none_or(is_decimal)
}
