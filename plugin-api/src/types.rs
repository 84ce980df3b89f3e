//! Structs and enums of an interface, which cross by value.

use std::{any::TypeId, borrow::Cow};

use crate::{
    abi::{List, MemberSignature, RVec, Value},
    describe::Describe,
    error::Error,
    wire::{Wire, deeper, unexpected},
};

/// Declares structs and enums that cross by value.
///
/// ```
/// hookspec::types! {
///     /// A note.
///     #[derive(Clone, Debug, PartialEq)]
///     pub struct Note {
///         /// Its first line.
///         pub title: String,
///         /// Added in a later version, so it says what readers get from an older sender.
///         pub tags: Vec<String> = Vec::new(),
///     }
///
///     /// How to write a note down.
///     #[derive(Clone, Debug, PartialEq)]
///     pub enum Format {
///         /// As it is.
///         Plain,
///         /// As a page.
///         Html {
///             /// The style sheet.
///             css: String,
///         },
///         /// With so many columns.
///         Columns(u8),
///         /// What the formats of a later version become here.
///         else Other,
///     }
/// }
///
/// hookspec::views! {
///     /// A shelf of notes.
///     pub view Shelf of ShelfSource {
///         /// All of them.
///         fn notes(&self) -> Vec<Note>;
///         /// One of them, written down.
///         fn export(&self, note: Note, format: Format) -> Result<hookspec::Bytes, hookspec::Error>;
///     }
/// }
/// # fn main() {}
/// ```
///
/// Their declarations are compared when a plugin is loaded. What both sides have must be the same,
/// and what is added later may not disturb those who were built before:
/// * a struct gets fields at its end, each with a value for readers of an older sender;
/// * an enum gets variants anywhere. A reader that does not know one gets the variant behind `else`,
///   or, without one, an error that names it. The fields of a variant stay as they are: a struct in
///   their place may grow.
///
/// Where there is no value at all, the empty one is the `else` variant or else the first, and a
/// struct whose fields have the values they declare or else are empty. Structs and enums may
/// contain themselves in lists, maps, options and boxes, and cross up to 128 deep.
///
/// # What does not compile
///
/// ```compile_fail,E0277
/// hookspec::types! {
///     /// Has a field that cannot cross.
///     pub struct Worker { pub thread: std::thread::Thread }
/// }
/// # fn main() {}
/// ```
///
/// ```compile_fail,E0391
/// hookspec::types! {
///     /// Has no empty value: put `Number` first.
///     pub enum Sum { Negative(Box<Sum>), Number(i64) }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! types {
    () => {};
    (
        $(#$attr:tt)*
        $vis:vis struct $Name:ident {
            $($(#[$field_attr:meta])* $field_vis:vis $field:ident: $Type:ty $(= $default:expr)?),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $crate::__conditional! { [] [] [$(#$attr)*] __struct [$vis $Name]
            { $($(#[$field_attr])* $field_vis $field: $Type $(= $default)?),* }
        }
        $crate::types! { $($rest)* }
    };
    ($(#$attr:tt)* $vis:vis enum $Name:ident { $($variants:tt)+ } $($rest:tt)*) => {
        $crate::__conditional! { [] [] [$(#$attr)*] __enum [$vis $Name] [] [] [] $($variants)+ }
        $crate::types! { $($rest)* }
    };
    ($(#[$attr:meta])* $vis:vis enum $Name:ident {} $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!("`", ::core::stringify!($Name), "` has no variant, so no value of it can cross"));
    };
    ($(#[$attr:meta])* $vis:vis struct $Name:ident ($($fields:tt)*); $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "give the fields of `", ::core::stringify!($Name), "` names: they are compared when a plugin is loaded"
        ));
    };
    ($(#[$attr:meta])* $vis:vis struct $Name:ident; $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!("write `struct ", ::core::stringify!($Name), " {}`, to which fields can be added"));
    };
    ($(#[$attr:meta])* $vis:vis $kind:ident $Name:ident<$($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "`", ::core::stringify!($Name), "` is generic: the types of an interface are written down for the other side, so \
             each is one type that owns what it holds"
        ));
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "the types of an interface are structs with named fields (`pub name: Type`, with `= value` where it was added \
             later) and enums (with `else Name` as the last variant where unknown ones become that)"
        );
    };
}

/// One struct.
#[doc(hidden)]
#[macro_export]
macro_rules! __struct {
    (@begin [$(#[$attr:meta])*] [$vis:vis $Name:ident]
        { $($(#[$field_attr:meta])* $field_vis:vis $field:ident: $Type:ty $(= $default:expr)?),* }
    ) => {
        $(#[$attr])*
        $vis struct $Name {
            $($(#[$field_attr])* $field_vis $field: $Type,)*
        }

        impl<'a> $crate::Wire<'a> for $Name {
            const EMPTY_IS_FINITE: () = { $($crate::__field!(finite $Type $(, $default)?);)* };

            fn describe(into: &mut $crate::__private::Describe) -> ::std::string::String {
                $crate::__private::describe_struct::<Self>(into, ::core::stringify!($Name), |into| {
                    ::std::vec![$(
                        $crate::__private::field(
                            ::core::stringify!($field),
                            <$Type as $crate::Wire<'a>>::describe(into),
                            &[$(::core::stringify!($default))?],
                        )
                    ),*]
                })
            }

            fn into_value(self) -> $crate::abi::Value<'a> {
                $crate::__private::written(|| ::std::vec![$($crate::Wire::into_value(self.$field)),*])
            }

            #[allow(unused_mut, unused_variables, reason = "a struct may have no fields")]
            fn from_value(value: $crate::abi::Value<'a>) -> ::core::result::Result<Self, $crate::Error> {
                $crate::__private::deeper(|| {
                    let mut fields = $crate::__private::Fields::of_struct(::core::stringify!($Name), value)?;
                    ::core::result::Result::Ok(Self {
                        $($field: $crate::__field!(read fields $field $(, $default)?),)*
                    })
                })
            }

            #[allow(unused_variables, reason = "every field may declare its value")]
            fn missing(error: $crate::Error) -> Self {
                Self { $($field: $crate::__field!(missing error $(, $default)?),)* }
            }
        }

        const _: () = <$Name as $crate::Wire>::EMPTY_IS_FINITE;
    };
}

/// What is done with one field, with and without a value of its own for older senders.
#[doc(hidden)]
#[macro_export]
macro_rules! __field {
    (finite $Type:ty) => {
        let () = <$Type as $crate::Wire<'a>>::EMPTY_IS_FINITE;
    };
    (finite $Type:ty, $default:expr) => {};
    (read $fields:ident $field:ident) => {
        $fields.required(::core::stringify!($field))?
    };
    (read $fields:ident $field:ident, $default:expr) => {
        match $fields.optional(::core::stringify!($field))? {
            ::core::option::Option::Some(value) => value,
            ::core::option::Option::None => $default,
        }
    };
    (missing $error:ident) => {
        $crate::Wire::missing(::core::clone::Clone::clone(&$error))
    };
    (missing $error:ident, $default:expr) => {
        $default
    };
}

/// One enum: first its variants are brought into one form, one by one, then everything is written
/// out.
///
/// The form of a variant: its name, the pattern behind it, its name as it is compared, and its
/// fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum {
    (@begin [$($attr:tt)*] [$($head:tt)*] $($rest:tt)*) => { $crate::__enum! { [$($attr)* $($head)*] $($rest)* } };
    ($head:tt [$($declared:tt)*] [$($done:tt)*] []
        $(#[$attr:meta])* else $Other:ident $(,)?
    ) => {
        $crate::__enum! { $head [$($declared)* $(#[$attr])* $Other,] [$($done)*] [$Other] }
    };
    ($head:tt [$($declared:tt)*] [$($done:tt)*] []
        $(#[$attr:meta])* else $Other:ident, $($rest:tt)+
    ) => {
        ::core::compile_error!("`else` stands last in an enum: what comes later is put before it");
    };
    ($head:tt [$($declared:tt)*] [$($done:tt)*] []
        $(#[$attr:meta])* $Variant:ident $(, $($rest:tt)*)?
    ) => {
        $crate::__enum! { $head
            [$($declared)* $(#[$attr])* $Variant,]
            [$($done)* { $Variant {} (::core::stringify!($Variant)) [] }]
            [] $($($rest)*)?
        }
    };
    ($head:tt [$($declared:tt)*] [$($done:tt)*] []
        $(#[$attr:meta])* $Variant:ident {
            $($(#[$field_attr:meta])* $field:ident: $Type:ty),* $(,)?
        } $(, $($rest:tt)*)?
    ) => {
        $crate::__enum! { $head
            [$($declared)* $(#[$attr])* $Variant { $($(#[$field_attr])* $field: $Type),* },]
            [$($done)* {
                $Variant { $($field),* }
                (::core::concat!(::core::stringify!($Variant), " { " $(, ::core::stringify!($field), " ")*, "}"))
                [$($field: $Type),*]
            }]
            [] $($($rest)*)?
        }
    };
    // In one step, since there may be many of these: the compiler's recursion is limited.
    ($head:tt [$($declared:tt)*] [$($done:tt)*] []
        $(#[$attr:meta])* $Variant:ident($(#[$item_attr:meta])* $Item:ty $(,)?) $(, $($rest:tt)*)?
    ) => {
        $crate::__enum! { $head
            [$($declared)* $(#[$attr])* $Variant($(#[$item_attr])* $Item),]
            [$($done)* { $Variant { 0: first } (::core::stringify!($Variant)) [first: $Item] }]
            [] $($($rest)*)?
        }
    };
    ($head:tt [$($declared:tt)*] [$($done:tt)*] []
        $(#[$attr:meta])* $Variant:ident($($(#[$item_attr:meta])* $Item:ty),* $(,)?) $(, $($rest:tt)*)?
    ) => {
        $crate::__enum_tuple! {
            [first second third fourth fifth sixth seventh eighth] [0 1 2 3 4 5 6 7] [] [] ($($Item,)*)
            $head [$($declared)* $(#[$attr])* $Variant($($(#[$item_attr])* $Item),*),] [$($done)*] $Variant
            [$($($rest)*)?]
        }
    };
    // All is in one form.
    ([$(#[$attr:meta])* $vis:vis $Name:ident] [$($declared:tt)*]
        [$({ $Variant:ident { $($pattern:tt)* } ($label:expr) [$($field:ident: $Type:ty),*] })*]
        [$($Other:ident)?]
    ) => {
        $(#[$attr])*
        $vis enum $Name {
            $($declared)*
        }

        impl<'a> $crate::Wire<'a> for $Name {
            const EMPTY_IS_FINITE: () = $crate::__enum_empty!(finite [$($Other)?] $({ [$($Type)*] })*);

            fn describe(into: &mut $crate::__private::Describe) -> ::std::string::String {
                $crate::__private::describe_enum::<Self>(into, ::core::stringify!($Name), |into| {
                    ::std::vec![$(
                        $crate::__private::variant($label, &[$(<$Type as $crate::Wire<'a>>::describe(into)),*])
                    ),*]
                })
            }

            fn into_value(self) -> $crate::abi::Value<'a> {
                match self {
                    $(Self::$Variant { $($pattern)* } => $crate::__private::written_variant(
                        ::core::stringify!($Variant),
                        || ::std::vec![$($crate::Wire::into_value($field)),*],
                    ),)*
                    $(Self::$Other => $crate::Wire::into_value(::core::stringify!($Other)),)?
                }
            }

            #[allow(unused_mut, reason = "an enum may have no fields")]
            fn from_value(value: $crate::abi::Value<'a>) -> ::core::result::Result<Self, $crate::Error> {
                $crate::__private::deeper(|| {
                    let mut fields = $crate::__private::Fields::of_enum(::core::stringify!($Name), value)?;
                    $(
                        if fields.is(::core::stringify!($Variant)) {
                            $(let $field = fields.required(::core::stringify!($field))?;)*
                            return ::core::result::Result::Ok(Self::$Variant { $($pattern)* });
                        }
                    )*
                    $(return ::core::result::Result::Ok(Self::$Other);)?
                    #[allow(unreachable_code, reason = "there may be a variant for the unknown ones")]
                    fields.unknown()
                })
            }

            #[allow(unused_variables, reason = "the empty value may need no error")]
            fn missing(error: $crate::Error) -> Self {
                $crate::__enum_empty!(
                    value error [$($Other)?] $({ $Variant { $($pattern)* } [$($field)*] })*
                )
            }
        }

        const _: () = <$Name as $crate::Wire>::EMPTY_IS_FINITE;
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "a variant is a name, with fields in braces or parentheses or without, and `else Name` is the last one"
        );
    };
}

/// Gives the items of a tuple variant names, by which the patterns have them.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_tuple {
    ([$name:ident $($names:ident)*] [$index:tt $($indexes:tt)*] [$($pattern:tt)*] [$($fields:tt)*]
        ($Item:ty, $($Items:ty,)*) $($rest:tt)*
    ) => {
        $crate::__enum_tuple! {
            [$($names)*] [$($indexes)*] [$($pattern)* $index: $name,] [$($fields)* $name: $Item,]
            ($($Items,)*) $($rest)*
        }
    };
    ($names:tt $indexes:tt [$($pattern:tt)*] [$($field:ident: $Item:ty,)*] ()
        $head:tt $declared:tt [$($done:tt)*] $Variant:ident [$($rest:tt)*]
    ) => {
        $crate::__enum! { $head $declared
            [$($done)* { $Variant { $($pattern)* } (::core::stringify!($Variant)) [$($field: $Item),*] }]
            [] $($rest)*
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("a variant has at most eight fields without names");
    };
}

/// What is empty of an enum: the variant of the unknown ones, or else the first.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_empty {
    (finite [$Other:ident] $($rest:tt)*) => {
        ()
    };
    (finite [] { [$($Type:ty)*] } $($rest:tt)*) => {
        { $(let () = <$Type as $crate::Wire<'a>>::EMPTY_IS_FINITE;)* }
    };
    (value $error:ident [$Other:ident] $($rest:tt)*) => {
        Self::$Other
    };
    (value $error:ident [] { $Variant:ident { $($pattern:tt)* } [$($field:ident)*] } $($rest:tt)*) => {{
        $(let $field = $crate::Wire::missing(::core::clone::Clone::clone(&$error));)*
        Self::$Variant { $($pattern)* }
    }};
}

/// Enters the struct `T` into a signature that mentions it. Gives its name as a type.
pub fn describe_struct<T: 'static>(
    into: &mut Describe,
    name: &str,
    fields: impl FnOnce(&mut Describe) -> Vec<MemberSignature>,
) -> String {
    into.named(TypeId::of::<T>(), "struct", name, |into| RVec::from(fields(into)))
}

/// Enters the enum `T` into a signature that mentions it. Gives its name as a type.
pub fn describe_enum<T: 'static>(
    into: &mut Describe,
    name: &str,
    variants: impl FnOnce(&mut Describe) -> Vec<MemberSignature>,
) -> String {
    into.named(TypeId::of::<T>(), "enum", name, |into| RVec::from(variants(into)))
}

/// A field as it is compared.
#[must_use]
pub fn field(name: &str, types: String, default: &[&str]) -> MemberSignature {
    MemberSignature { name: name.into(), types: types.into(), optional: !default.is_empty() }
}

/// A variant as it is compared; the other side can always do without.
#[must_use]
pub fn variant(name: &str, types: &[String]) -> MemberSignature {
    MemberSignature { name: name.into(), types: format!("({})", types.join(", ")).into(), optional: true }
}

/// The fields of a struct, to the other side.
pub fn written<'a>(fields: impl FnOnce() -> Vec<Value<'a>>) -> Value<'a> {
    deeper(|| Ok(Value::List(fields().into()))).unwrap_or_else(|error| error.into_failure().into())
}

/// A variant and its fields, to the other side.
pub fn written_variant<'a>(name: &'static str, fields: impl FnOnce() -> Vec<Value<'a>>) -> Value<'a> {
    written(|| {
        let mut written = vec![name.into_value()];
        written.extend(fields());
        written
    })
}

/// The fields of a struct or a variant, from the other side, taken one by one.
pub struct Fields<'a> {
    of: &'static str,
    variant: Cow<'a, str>,
    values: std::vec::IntoIter<Value<'a>>,
}

impl<'a> Fields<'a> {
    /// The fields of the struct `name`.
    ///
    /// # Errors
    /// When the value is no struct.
    pub fn of_struct(name: &'static str, value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::List(list) => Ok(Self::new(name, Cow::Borrowed(""), list)),
            other => unexpected(&format!("`{name}`"), other),
        }
    }

    /// The variant of the enum `name` and its fields.
    ///
    /// # Errors
    /// When the value is no variant.
    pub fn of_enum(name: &'static str, value: Value<'a>) -> Result<Self, Error> {
        let list = match value {
            Value::List(list) if !list.is_empty() => list,
            value @ (Value::Str(_) | Value::String(_)) => vec![value].into(),
            other => return unexpected(&format!("a variant of `{name}`"), other),
        };
        let mut fields = Self::new(name, Cow::Borrowed(""), list);
        let variant = fields.values.next().unwrap_or(Value::Absent);
        fields.variant = Cow::from_value(variant)?;
        Ok(fields)
    }

    fn new(of: &'static str, variant: Cow<'a, str>, list: List<'a>) -> Self {
        Self { of, variant, values: list.into_iter() }
    }

    /// Whether they are the fields of the variant `name`.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.variant == name
    }

    /// The next field.
    ///
    /// # Errors
    /// When it is of another type or is not there.
    pub fn required<T: Wire<'a>>(&mut self, field: &str) -> Result<T, Error> {
        match self.optional(field)? {
            Some(value) => Ok(value),
            None => Err(Error::new(format_args!("{} is missing", self.place(field)))),
        }
    }

    /// The next field, if the other side has it.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn optional<T: Wire<'a>>(&mut self, field: &str) -> Result<Option<T>, Error> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let is_failure = matches!(value, Value::Failure(_));
        match T::from_value(value) {
            Ok(value) => Ok(Some(value)),
            Err(error) if is_failure => Err(error),
            Err(error) => Err(self.at(field, error)),
        }
    }

    /// The error of a variant that this side does not know.
    ///
    /// # Errors
    /// Always.
    pub fn unknown<T>(&self) -> Result<T, Error> {
        let name: String = self.variant.chars().take(64).collect();
        Err(Error::new(format_args!("`{}` has no variant `{}` on this side", self.of, name.escape_debug())))
    }

    /// The error with its place, which is named once: innermost.
    fn at(&self, field: &str, error: Error) -> Error {
        let said = error.to_string();
        if said.starts_with('`') { error } else { Error::new(format_args!("{}: {said}", self.place(field))) }
    }

    fn place(&self, field: &str) -> String {
        match &*self.variant {
            "" => format!("`{}::{field}`", self.of),
            variant => format!("`{}::{variant}::{field}`", self.of),
        }
    }
}
