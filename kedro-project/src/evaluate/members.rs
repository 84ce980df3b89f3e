//! The attributes that values of Python's own types have.

use crate::evaluate::value::Value;

const TEXT: &str = "capitalize casefold center count encode endswith expandtabs find format format_map index isalnum \
    isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust \
    lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip \
    split splitlines startswith strip swapcase title translate upper zfill";
const LIST: &str = "append clear copy count extend index insert pop remove reverse sort";
const TUPLE: &str = "count index";
const DICT: &str =
    "clear copy fromkeys get items keys pop popitem setdefault update values move_to_end default_factory";
const SET: &str = "add clear copy difference difference_update discard intersection intersection_update isdisjoint \
    issubset issuperset pop remove symmetric_difference symmetric_difference_update union update";
const INT: &str = "as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real \
    to_bytes";
const VIEW: &str = "isdisjoint mapping";
const ITERATOR: &str = "close send throw gi_frame gi_running gi_code gi_yieldfrom gi_suspended";

/// Whether a value surely has no attribute of this name.
pub(super) fn lacks(value: &Value, name: &str) -> bool {
    let names = match value {
        Value::None => "",
        Value::Text(_) => TEXT,
        Value::List(_) => LIST,
        Value::Tuple(_) => TUPLE,
        Value::Dict(_) => DICT,
        Value::Set(_) => SET,
        Value::Int(_) | Value::Bool(_) => INT,
        Value::View(..) => VIEW,
        Value::Iterator(_) => ITERATOR,
        _ => return false,
    };
    !name.starts_with("__") && names.split_whitespace().all(|known| known != name)
}
