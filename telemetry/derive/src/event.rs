//! `#[derive(UsageEvent)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr};

use crate::{
    attributes::{Attributes, Place, comment},
    field::EventField,
    names,
};

/// An event: a struct, or a variant of an enum.
struct Event<'a> {
    ident: &'a Ident,
    name: String,
    about: String,
    fields: Vec<EventField<'a>>,
    /// How a value of it is taken apart.
    pattern: TokenStream,
}

/// The derive.
pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    if !input.generics.params.is_empty() {
        return Err(syn::Error::new(
            ident.span(),
            format!("`{ident}` is generic, but an event says the same of every user"),
        ));
    }
    let events = match &input.data {
        Data::Struct(data) => vec![Event::read(ident, &input.attrs, &data.fields, &quote!(Self))?],
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|variant| {
                let name = &variant.ident;
                Event::read(name, &variant.attrs, &variant.fields, &quote!(Self::#name))
            });
            variants.collect::<syn::Result<_>>()?
        }
        Data::Union(_) => return Err(syn::Error::new(ident.span(), "events are structs, or the variants of an enum")),
    };
    if events.is_empty() {
        return Err(syn::Error::new(ident.span(), format!("`{ident}` has no variant: each is an event")));
    }
    names::all_differ(events.iter().map(|event| (event.name.as_str(), event.ident.span())))?;
    let (schemas, arms) = (events.iter().map(Event::schema), events.iter().map(Event::arm));
    Ok(quote! {
        #[automatically_derived]
        impl ::usage_telemetry::UsageEvent for #ident {
            const EVENTS: &'static [::usage_telemetry::schema::EventSchema] = &[#(#schemas),*];
            fn into_parts(self) -> (&'static str, ::usage_telemetry::schema::Properties) {
                let mut properties = ::usage_telemetry::schema::Properties::default();
                // Unused where no event has a field.
                let _ = &mut properties;
                let name = match self { #(#arms)* };
                (name, properties)
            }
        }
    })
}

impl<'a> Event<'a> {
    fn read(ident: &'a Ident, attributes: &[Attribute], fields: &'a Fields, path: &TokenStream) -> syn::Result<Self> {
        let ask = format!("say what has happened when `{ident}` is recorded: `/// A note was added.`");
        let about = comment(attributes, ident, &ask)?;
        let given: Option<LitStr> = Attributes::read(attributes, Place::Event)?.name;
        let name = names::name(given.as_ref(), ident)?;
        let mut read = Vec::new();
        for field in fields {
            let named = field.ident.as_ref();
            let unnamed = || syn::Error::new(ident.span(), format!("give the fields of `{ident}` names"));
            read.push(EventField::read(field, named.ok_or_else(unnamed)?)?);
        }
        names::all_differ(read.iter().map(|field| (field.name.as_str(), field.ident.span())))?;
        let (idents, variables) = (read.iter().map(|field| field.ident), read.iter().map(|field| &field.variable));
        let pattern = quote!(#path { #(#idents: #variables),* });
        Ok(Self { ident, name, about, fields: read, pattern })
    }

    /// What people and programs are told of it.
    fn schema(&self) -> TokenStream {
        let (name, about) = (&self.name, &self.about);
        let title = format!("Of `{name}`: {about}");
        let group = quote!(::usage_telemetry::schema::FieldGroup::new(#name, #title));
        let rows = self.fields.iter().map(|field| field.row(&group));
        quote!(::usage_telemetry::schema::EventSchema::declared(#name, #about, &[#(#rows),*]))
    }

    /// What is sent of it.
    fn arm(&self) -> TokenStream {
        let (name, pattern) = (&self.name, &self.pattern);
        let sets = self.fields.iter().map(EventField::set);
        quote!(#pattern => { #(#sets)* #name })
    }
}
