//! What is written above an event, a field or a word: a comment, and `#[event(…)]`.

use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, meta::ParseNestedMeta, spanned::Spanned};

use crate::buckets::Buckets;

/// What may stand in `#[event(…)]`.
#[derive(Clone, Copy)]
pub enum Place {
    /// Above an event.
    Event,
    /// Above a field.
    Field,
    /// Above a word.
    Word,
}

impl Place {
    /// The keys that are known there.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Event | Self::Word => &["name"],
            Self::Field => &["name", "example", "buckets", "free_text"],
        }
    }
}

/// What `#[event(…)]` says.
#[derive(Default)]
pub struct Attributes {
    pub name: Option<LitStr>,
    pub example: Option<LitStr>,
    pub buckets: Option<Buckets>,
    pub free_text: Option<LitStr>,
}

impl Attributes {
    /// Reads those of one item.
    pub fn read(attributes: &[Attribute], place: Place) -> syn::Result<Self> {
        let mut read = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("event")) {
            attribute.parse_nested_meta(|meta| read.take(&meta, place))?;
        }
        Ok(read)
    }

    fn take(&mut self, meta: &ParseNestedMeta<'_>, place: Place) -> syn::Result<()> {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        if !place.keys().contains(&key.as_str()) {
            let keys: Vec<_> = place.keys().iter().map(|key| format!("`{key}`")).collect();
            return Err(meta.error(format_args!("there is no `{key}` here, but {}", keys.join(", "))));
        }
        match key.as_str() {
            "name" => self.name = Some(meta.value()?.parse()?),
            "example" => self.example = Some(meta.value()?.parse()?),
            "buckets" => self.buckets = Some(meta.value()?.parse()?),
            _ => self.free_text = Some(reason(meta)?),
        }
        Ok(())
    }
}

/// Free text is asked for with its reason.
fn reason(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    const ASK: &str = "say why this has to be free text, which users are shown: `free_text = \"…\"`";
    let reason: LitStr = meta.value().map_err(|error| syn::Error::new(error.span(), ASK))?.parse()?;
    if reason.value().trim().is_empty() { Err(syn::Error::new(reason.span(), ASK)) } else { Ok(reason) }
}

/// The comment above an item, as one paragraph; an error that asks for one where there is none.
pub fn comment(attributes: &[Attribute], item: &impl Spanned, ask: &str) -> syn::Result<String> {
    let lines: Vec<String> = attributes.iter().filter_map(comment_line).collect();
    let text = lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { Err(syn::Error::new(item.span(), ask)) } else { Ok(text) }
}

fn comment_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &meta.value else { return None };
    meta.path.is_ident("doc").then(|| line.value())
}
