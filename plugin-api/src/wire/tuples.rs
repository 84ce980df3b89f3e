//! Tuples of up to twelve, which cross as lists.

use super::{crossing::Wire, unexpected::unexpected};
use crate::{abi::Value, describe::Describe, error::Error};

macro_rules! tuples {
    ($(($($name:ident)+))*) => {$(
        impl<'a, $($name: Wire<'a>),+> Wire<'a> for ($($name,)+) {
            const EMPTY_IS_FINITE: () = { $(let () = $name::EMPTY_IS_FINITE;)+ };

            fn describe(into: &mut Describe) -> String {
                format!("({})", [$($name::describe(into)),+].join(", "))
            }
            #[allow(non_snake_case, reason = "a type and its value share the macro's name")]
            fn into_value(self) -> Value<'a> {
                let ($($name,)+) = self;
                Value::List(vec![$($name.into_value()),+].into())
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                const LENGTH: usize = [$(stringify!($name)),+].len();
                match value {
                    Value::List(list) if list.len() == LENGTH => {
                        let mut items = list.into_iter();
                        Ok(($($name::from_value(items.next().unwrap_or(Value::Absent))?,)+))
                    }
                    other => unexpected(&format!("a tuple of {LENGTH}"), other),
                }
            }
            fn missing(error: Error) -> Self {
                ($($name::missing(error.clone()),)+)
            }
        }
    )*};
}
tuples!(
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) (A B C D E F G H I)
    (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
);
