//! What does not fit is an error that names it, and nothing else.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, SocketAddr},
    num::NonZero,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use hookspec::{
    Bytes, Error, Opaque, Wire,
    abi::{Failure, List, Numbers, Object, Slice, Value},
};

use crate::refused;

/// What a view may return.
type Result<T> = std::result::Result<T, Error>;

#[test]
fn a_number_beyond_its_reader_is_named() {
    assert_eq!(refused::<u8>(300.into_value()), "expected u8, got 300");
    assert_eq!(refused::<u8>((-1).into_value()), "expected u8, got -1");
    assert_eq!(refused::<i8>(128.into_value()), "expected i8, got 128");
    assert_eq!(refused::<i64>(u64::MAX.into_value()), "expected i64, got 18446744073709551615");
    assert_eq!(refused::<u64>((-1).into_value()), "expected u64, got -1");
    assert_eq!(refused::<u128>((-1).into_value()), "expected u128, got -1");
    assert_eq!(refused::<u16>(u128::MAX.into_value()), "expected u16, got a list of 2");
    assert_eq!(refused::<i64>(2.5.into_value()), "expected i64, got 2.5");
    assert_eq!(refused::<f64>(2.into_value()), "expected f64, got 2");
    assert_eq!(refused::<f32>(1e300.into_value()), "expected f32, got 1e300");
    assert_eq!(refused::<f32>(0.1.into_value()), "expected f32, got 0.1");
    assert_eq!(refused::<char>(0xD800.into_value()), "expected a char, got 55296");
    assert_eq!(refused::<char>((-1).into_value()), "expected a char, got -1");
    assert_eq!(refused::<Vec<u8>>(vec![1, 300].into_value()), "expected a list of u8, got a list of i32");
    let listed = Value::List(vec![1.into_value(), 300.into_value()].into());
    assert_eq!(refused::<Vec<u8>>(listed), "expected u8, got 300");
}

#[test]
fn a_value_of_another_type_is_named() {
    assert_eq!(refused::<bool>(1.into_value()), "expected a bool, got 1");
    assert_eq!(refused::<i64>("tea".into_value()), "expected i64, got a borrowed string");
    assert_eq!(refused::<&str>("tea".to_owned().into_value()), "expected a borrowed string, got a string");
    assert_eq!(refused::<String>(vec![1_u8].into_value()), "expected a string, got bytes");
    assert_eq!(refused::<&[u8]>(vec![1_u8].into_value()), "expected a borrowed list of u8, got bytes");
    assert_eq!(
        refused::<&[u8]>((&[1_u32][..]).into_value()),
        "expected a borrowed list of u8, got a borrowed list of u32"
    );
    assert_eq!(refused::<Bytes>("tea".into_value()), "expected a list of u8, got a borrowed string");
    assert_eq!(refused::<Vec<String>>(true.into_value()), "expected a list, got a bool");
    assert_eq!(refused::<()>(false.into_value()), "expected (), got a bool");
    assert_eq!(refused::<(u8, u8)>(vec!["a", "b", "c"].into_value()), "expected a tuple of 2, got a list of 3");
    assert_eq!(refused::<[u8; 2]>(vec![1_u8].into_value()), "expected a list of 2, got one of 1");
    assert_eq!(refused::<Option<Option<u8>>>(1.into_value()), "expected a list of one, got 1");
    assert_eq!(refused::<PathBuf>(1.into_value()), "expected a list of u8, got 1");
    assert_eq!(
        refused::<Duration>((1_u64, 1_000_000_000_u32).into_value()),
        "expected less than a second, got 1000000000 nanoseconds"
    );
    assert!(
        refused::<SystemTime>((true, Duration::MAX).into_value())
            .starts_with("this system has no time 18446744073709551615")
    );
    assert_eq!(refused::<NonZero<u8>>(0.into_value()), "expected u8 other than zero, got 0");
    assert_eq!(refused::<NonZero<u8>>(256.into_value()), "expected u8, got 256");
    assert_eq!(refused::<IpAddr>(vec![1_u8; 5].into_value()), "expected an address of 4 or 16 bytes, got 5 bytes");
    assert_eq!(refused::<SocketAddr>((1,).into_value()), "expected an address and a port, got a list of 1");
    assert_eq!(refused::<u8>(Value::Object(Object::empty())), "expected u8, got an object");
    assert_eq!(refused::<u8>(Value::Future(Object::empty())), "expected u8, got an answer that is not there yet");
}

#[test]
fn a_map_loses_no_value_to_keys_that_its_reader_takes_for_one() {
    let same = vec![("tea", 1), ("cake", 2), ("tea", 3)];
    let said = "expected 3 different keys of a map, got 2";
    assert_eq!(refused::<BTreeMap<String, u8>>(same.clone().into_value()), said);
    assert_eq!(refused::<HashMap<String, u8>>(same.into_value()), said);
}

/// One of each.
fn every_value() -> Vec<Value<'static>> {
    vec![
        Value::Absent,
        Value::None,
        Value::Bool(true),
        Value::Int(-1),
        Value::Unsigned(u64::MAX),
        Value::Float(f64::NAN),
        Value::Str("text".into()),
        Value::String("text".into()),
        Value::Slice(Slice::F32((&[1.0][..]).into())),
        Value::Numbers(Numbers::I8(vec![1].into())),
        Value::List(vec![Value::Absent, Value::None].into()),
        Value::Object(Object::empty()),
        Value::Future(Object::empty()),
        Failure::default().into(),
    ]
}

hookspec::types! {
    /// Has something of everything.
    #[derive(Debug)]
    pub struct Everything {
        /// A number.
        pub number: u8,
        /// Something that may be there.
        pub option: Option<Option<String>>,
    }
    /// One or the other.
    #[derive(Debug)]
    pub enum Either {
        /// One.
        One,
        /// The other.
        Other(Everything, u8),
    }
}

/// Reads every value, and lists of them, as `T`: some are of its type by chance.
fn reads<T: Wire<'static>>() {
    for value in every_value() {
        drop(T::from_value(value));
    }
    for length in 0..4 {
        for first in every_value() {
            let mut list = vec![first];
            list.extend(every_value().into_iter().take(length));
            drop(T::from_value(Value::List(list.into())));
        }
    }
}

#[test]
fn no_value_in_any_place_does_more_than_fail() {
    reads::<(u8, i128)>();
    reads::<Vec<Option<Vec<bool>>>>();
    reads::<Option<Option<Result<()>>>>();
    reads::<[char; 2]>();
    reads::<Box<(f32, u128)>>();
    reads::<HashMap<String, Bytes>>();
    reads::<std::collections::BTreeSet<u64>>();
    reads::<Duration>();
    reads::<SystemTime>();
    reads::<PathBuf>();
    reads::<std::borrow::Cow<'static, [u8]>>();
    reads::<Everything>();
    reads::<Either>();
    reads::<Opaque<'static>>();
    reads::<hookspec::abi::Signature>();
    reads::<hookspec::Host>();
    reads::<hookspec::LogLevel>();
    reads::<hookspec::specs::PropertyValue<'static>>();
}

/// A list in a list in a list …
fn nested(depth: usize) -> Value<'static> {
    (0..depth).fold(Value::None, |inner, _| Value::List(vec![inner].into()))
}

#[test]
fn a_hundred_thousand_lists_within_one_another_are_dropped() {
    let deep = nested(100_000);
    drop(deep);
    let wide: List<'static> = (0..1000).map(|_| nested(1000)).collect();
    drop(wide);
}

/// Lists in the midst of others.
type Row = (u8, Vec<Vec<Vec<()>>>, String, Vec<u8>);

#[test]
fn a_hundred_thousand_lists_within_one_another_are_cloned() {
    let deep = nested(100_000);
    assert_eq!(depth(deep.clone()), 100_000);
    drop(deep);
    let row = || vec![1.into_value(), nested(3), "tea".into_value(), Value::List(Vec::new().into())];
    let list = Value::List(vec![Value::List(row().into()), Value::None, Value::List(row().into())].into());
    let read = |value| <(Row, (), Row)>::from_value(value).unwrap();
    assert_eq!(read(list.clone()), read(list));
}

/// How many lists are within one another.
fn depth(mut value: Value<'static>) -> usize {
    for depth in 0.. {
        match value {
            Value::List(list) => value = list.into_iter().next().unwrap_or(Value::None),
            _ => return depth,
        }
    }
    0
}

#[test]
fn what_is_nested_too_deeply_is_no_error_of_the_stack() {
    let passed_on = Opaque(nested(100_000)).into_owned();
    let failure = innermost(passed_on);
    assert_eq!(failure, "values are nested more than 128 deep");
    assert!(refused::<Everything>(nested(100_000)).starts_with("`Everything::number`: expected u8, got a list of 1"));
}

fn innermost(value: Value<'static>) -> String {
    match value {
        Value::List(list) => innermost(list.into_iter().next().expect("a list of one")),
        value => refused::<()>(value),
    }
}
