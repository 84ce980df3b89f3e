//! The derives of `usage-telemetry`: `UsageEvent` and `UsageWord`. They are documented there.

mod attributes;
mod buckets;
mod event;
mod field;
mod names;
mod word;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a type what a program tells of its use: a struct is one event, each variant of an enum
/// another.
#[proc_macro_derive(UsageEvent, attributes(event))]
pub fn usage_event(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    event::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes an enum without fields a choice of words, which can be a field of an event.
#[proc_macro_derive(UsageWord, attributes(event))]
pub fn usage_word(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    word::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
