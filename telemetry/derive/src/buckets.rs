//! The buckets of a count: what is told of it in place of the number.

use proc_macro2::Span;
use syn::{
    LitInt, Token, bracketed,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// More would tell as much as the number.
const MOST: usize = 32;

/// Where each bucket but the first begins.
pub struct Buckets {
    pub starts: Vec<u64>,
    pub span: Span,
}

impl Parse for Buckets {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let span = input.span();
        let list;
        bracketed!(list in input);
        let numbers = Punctuated::<LitInt, Token![,]>::parse_terminated(&list)?;
        let starts = numbers.iter().map(LitInt::base10_parse).collect::<syn::Result<Vec<u64>>>()?;
        let is_ordered = starts.first().is_some_and(|first| *first > 0) && starts.is_sorted_by(|one, next| one < next);
        if !is_ordered || starts.len() > MOST {
            let rule = format!("buckets begin at numbers above 0, each larger than the last, {MOST} at most");
            return Err(syn::Error::new(span, rule));
        }
        Ok(Self { starts, span })
    }
}

impl Buckets {
    /// What each bucket is called: `0`, `1-9`, `10+`.
    pub fn labels(&self) -> Vec<String> {
        let firsts = [0].into_iter().chain(self.starts.iter().copied());
        let between = firsts.zip(&self.starts).map(|(first, next)| match next - 1 {
            last if last == first => format!("{first}"),
            last => format!("{first}-{last}"),
        });
        between.chain(self.starts.last().map(|last| format!("{last}+"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Result<Vec<String>, String> {
        syn::parse_str::<Buckets>(text).map(|buckets| buckets.labels()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_number_is_in_one_bucket() {
        assert_eq!(labels("[1, 10, 11]"), Ok(["0", "1-9", "10", "11+"].map(str::to_owned).to_vec()));
        assert_eq!(labels("[1_000]"), Ok(["0-999", "1000+"].map(str::to_owned).to_vec()));
        for wrong in ["[]", "[0, 1]", "[2, 2]", "[3, 2]"] {
            assert!(labels(wrong).is_err_and(|error| error.contains("each larger than the last")), "{wrong}");
        }
    }
}
