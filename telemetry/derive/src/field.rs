//! A field of an event: what is told of it, and how its value is sent.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Field, Ident, Type, ext::IdentExt, spanned::Spanned};

use crate::{
    attributes::{Attributes, Place, comment},
    buckets::Buckets,
    names,
};

/// A field.
pub struct EventField<'a> {
    pub ident: &'a Ident,
    /// What holds its value, which no field can be called.
    pub variable: Ident,
    pub name: String,
    why: String,
    example: Option<String>,
    kind: Kind<'a>,
}

/// How a value is sent.
enum Kind<'a> {
    /// As its type has it.
    Typed(&'a Type),
    /// As the bucket that it is in.
    Bucketed(&'a Type, Buckets),
    /// As it is.
    FreeText(&'a Type),
}

impl<'a> EventField<'a> {
    /// Reads a field that has a name.
    pub fn read(field: &'a Field, ident: &'a Ident) -> syn::Result<Self> {
        let ask = format!("say why `{ident}` is collected, which users are shown: `/// How long notes are.`");
        let mut why = comment(&field.attrs, ident, &ask)?;
        let Attributes { name, example, buckets, free_text } = Attributes::read(&field.attrs, Place::Field)?;
        let kind = match (buckets, free_text) {
            (Some(buckets), Some(_)) => {
                return Err(syn::Error::new(buckets.span, "a field is in buckets or free text, not both"));
            }
            (Some(buckets), None) => Kind::Bucketed(&field.ty, buckets),
            (None, Some(reason)) => {
                why = format!("FREE TEXT ({}): {why}", reason.value());
                Kind::FreeText(&field.ty)
            }
            (None, None) => Kind::Typed(&field.ty),
        };
        let example = example.map(|example| example.value());
        let variable = format_ident!("__{}", ident.unraw());
        Ok(Self { ident, variable, name: names::field_name(name.as_ref(), ident)?, why, example, kind })
    }

    /// The row of the schema, in the group that `group` is.
    pub fn row(&self, group: &TokenStream) -> TokenStream {
        let (name, why) = (&self.name, &self.why);
        let (kind, usual, words) = match &self.kind {
            Kind::Typed(ty) => {
                let value = quote_spanned!(ty.span() => <#ty as ::usage_telemetry::schema::FieldValue>);
                (quote!(#value::KIND), quote!(#value::EXAMPLE), quote!(#value::WORDS))
            }
            Kind::Bucketed(_, buckets) => {
                let labels = buckets.labels();
                let usual = format!("\"{}\"", labels[0]);
                (quote!("string"), quote!(#usual), quote!(&[#(#labels),*]))
            }
            Kind::FreeText(_) => (quote!("free text"), quote!("\"…\""), quote!(&[])),
        };
        let example = self.example.as_ref().map_or(usual, |example| quote!(#example));
        quote! {
            ::usage_telemetry::schema::SchemaRow::declared(#group, #name, #kind, #example, #why).with_words(#words)
        }
    }

    /// Sets the field of `properties`, whose value is in the variable of its name.
    pub fn set(&self) -> TokenStream {
        let (value, name) = (&self.variable, &self.name);
        let field = quote!(::usage_telemetry::schema::Field);
        match &self.kind {
            Kind::Typed(ty) => quote! {
                properties.set(#field::<::usage_telemetry::schema::ValueOf<#ty>>::declared(#name), #value);
            },
            Kind::Bucketed(ty, buckets) => {
                let (starts, labels) = (&buckets.starts, buckets.labels());
                let count = quote_spanned!(ty.span() => ::usage_telemetry::schema::CountValue::count(#value));
                quote! {
                    properties.set(
                        #field::<::usage_telemetry::schema::Bucketed>::declared(#name),
                        ::usage_telemetry::schema::bucket(#count, &[#(#starts),*], &[#(#labels),*]),
                    );
                }
            }
            Kind::FreeText(ty) => {
                let text = quote_spanned!(ty.span() => ::usage_telemetry::schema::TextValue::text(&#value));
                quote!(properties.set(#field::<::usage_telemetry::schema::OptionalText>::declared(#name), #text);)
            }
        }
    }
}
