//! `#[derive(UsageWord)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use crate::{
    attributes::{Attributes, Place},
    names,
};

/// The derive.
pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "words are the variants of an enum"));
    };
    if data.variants.is_empty() || !input.generics.params.is_empty() {
        return Err(syn::Error::new(
            input.ident.span(),
            "words are the variants of an enum that has some, and no parameter",
        ));
    }
    let mut words = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(syn::Error::new(variant.ident.span(), "a word is a variant without fields"));
        }
        let given = Attributes::read(&variant.attrs, Place::Word)?.name;
        words.push(names::name(given.as_ref(), &variant.ident)?);
    }
    names::all_differ(words.iter().map(String::as_str).zip(data.variants.iter().map(|variant| variant.ident.span())))?;
    let (ident, variants) = (&input.ident, data.variants.iter().map(|variant| &variant.ident));
    let example = format!("\"{}\"", words[0]);
    Ok(quote! {
        #[automatically_derived]
        impl ::usage_telemetry::schema::FieldValue for #ident {
            const KIND: &'static str = "string";
            const EXAMPLE: &'static str = #example;
            const WORDS: &'static [&'static str] = &[#(#words),*];
            fn into_json(self) -> ::usage_telemetry::schema::Json {
                ::core::convert::From::from(match self { #(Self::#variants => #words),* })
            }
        }
    })
}
