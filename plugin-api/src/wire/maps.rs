//! Maps and sets, which cross as lists.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::{BuildHasher, Hash},
};

use super::crossing::Wire;
use crate::{abi::Value, describe::Describe, error::Error};

macro_rules! maps {
    ($($Map:ident<K: $($Bound:ident)&+ $(, $S:ident)?>)*) => {$(
        impl<'a, K: Wire<'a> + $($Bound +)+, V: Wire<'a> $(, $S: BuildHasher + Default)?> Wire<'a> for $Map<K, V $(, $S)?> {
            fn describe(into: &mut Describe) -> String {
                format!("map<{}, {}>", K::describe(into), V::describe(into))
            }
            fn into_value(self) -> Value<'a> {
                <(K, V)>::list_into_value(self.into_iter().collect())
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                let pairs = <(K, V)>::list_from_value(value)?;
                let length = pairs.len();
                let map: Self = pairs.into_iter().collect();
                if map.len() == length { Ok(map) } else { Err(same_keys(length, map.len())) }
            }
            fn missing(_: Error) -> Self {
                Self::default()
            }
        }
    )*};
}

/// What is said where values would get lost: keys that its sender tells apart, and its reader does
/// not.
#[cold]
fn same_keys(sent: usize, known: usize) -> Error {
    Error::new(format_args!("expected {sent} different keys of a map, got {known}"))
}
maps!(BTreeMap<K: Ord> HashMap<K: Eq & Hash, S>);

macro_rules! sets {
    ($($Set:ident<T: $($Bound:ident)&+ $(, $S:ident)?>)*) => {$(
        impl<'a, T: Wire<'a> + $($Bound +)+ $(, $S: BuildHasher + Default)?> Wire<'a> for $Set<T $(, $S)?> {
            fn describe(into: &mut Describe) -> String {
                format!("set<{}>", T::describe(into))
            }
            fn into_value(self) -> Value<'a> {
                T::list_into_value(self.into_iter().collect())
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                Ok(T::list_from_value(value)?.into_iter().collect())
            }
            fn missing(_: Error) -> Self {
                Self::default()
            }
        }
    )*};
}
sets!(BTreeSet<T: Ord> HashSet<T: Eq & Hash, S>);
