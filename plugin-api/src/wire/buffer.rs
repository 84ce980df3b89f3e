//! Numbers that cross without a copy, owned.

use std::{fmt, ops};

use super::{
    crossing::Wire,
    numbers::{Number, read_owned},
};
use crate::{
    abi::{RVec, Value},
    describe::Describe,
    error::Error,
};

/// Bytes that cross without a copy, owned: a [`Buffer`] of them.
pub type Bytes = Buffer<u8>;

/// Plain numbers that cross without a copy, however many: the reader gets the sender's allocation,
/// and gives it back to the sender when it is done.
///
/// On the wire it is the same as a `Vec`, so that one side may have either.
///
/// ```
/// use hookspec::Bytes;
///
/// let bytes = Bytes::from(vec![1, 2, 3]);
/// assert_eq!(bytes.iter().sum::<u8>(), 6);
/// assert_eq!(bytes.into_vec(), [1, 2, 3]);
/// ```
#[derive(Clone, Default)]
pub struct Buffer<T>(RVec<T>);

impl<T> Buffer<T> {
    /// The numbers as a `Vec`: the same allocation where it is of this side, a copy otherwise.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0.into_vec()
    }
}

impl<T> ops::Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> ops::DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T> AsRef<[T]> for Buffer<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T> From<Vec<T>> for Buffer<T> {
    fn from(numbers: Vec<T>) -> Self {
        Self(numbers.into())
    }
}

impl<T: Clone> From<&[T]> for Buffer<T> {
    fn from(numbers: &[T]) -> Self {
        numbers.to_vec().into()
    }
}

impl<T> From<Buffer<T>> for Vec<T> {
    fn from(buffer: Buffer<T>) -> Self {
        buffer.into_vec()
    }
}

impl<T> FromIterator<T> for Buffer<T> {
    fn from_iter<I: IntoIterator<Item = T>>(numbers: I) -> Self {
        Vec::from_iter(numbers).into()
    }
}

impl<T: PartialEq> PartialEq for Buffer<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Buffer<T> {}

impl<T: fmt::Debug> fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<'a, T: Number> Wire<'a> for Buffer<T> {
    fn describe(into: &mut Describe) -> String {
        Vec::<T>::describe(into)
    }
    fn into_value(self) -> Value<'a> {
        Value::Numbers(T::owned(self.0))
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        read_owned(value).map(Self)
    }
    fn missing(_: Error) -> Self {
        Vec::new().into()
    }
}
