//! Paths among tokens that cannot be parsed, such as the arguments of a macro.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// A path among tokens, and its line.
#[derive(Debug, PartialEq, Eq)]
pub struct TokenPath {
    /// Its segments.
    pub path: Vec<String>,
    /// The line of its first segment.
    pub line: usize,
}

/// Every path, a single name being one, too.
pub fn paths(tokens: TokenStream) -> Vec<TokenPath> {
    let mut scan = Scan::default();
    scan.stream(tokens);
    scan.paths
}

#[derive(Default)]
struct Scan {
    paths: Vec<TokenPath>,
    before: Before,
}

/// What stands before the next token.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Before {
    #[default]
    Nothing,
    /// A segment of a path.
    Segment,
    /// A segment, and one colon or two.
    Colons(u8),
    /// A dot, or `::` that no segment comes before: what follows belongs to something unknown.
    Unknown,
}

impl Scan {
    fn stream(&mut self, tokens: TokenStream) {
        self.before = Before::Nothing;
        for token in tokens {
            self.token(token);
        }
        self.before = Before::Nothing;
    }

    fn token(&mut self, token: TokenTree) {
        match token {
            TokenTree::Group(group) => self.stream(group.stream()),
            TokenTree::Ident(ident) => self.ident(&ident),
            TokenTree::Punct(punct) => self.before = self.before.then(punct.as_char()),
            TokenTree::Literal(_) => self.before = Before::Nothing,
        }
    }

    fn ident(&mut self, ident: &Ident) {
        let segment = ident.unraw().to_string();
        match (self.before, self.paths.last_mut()) {
            (Before::Unknown, _) => return,
            (Before::Colons(2), Some(last)) => last.path.push(segment),
            _ => self.paths.push(TokenPath { path: vec![segment], line: ident.span().start().line }),
        }
        self.before = Before::Segment;
    }
}

impl Before {
    fn then(self, punctuation: char) -> Self {
        match (self, punctuation) {
            (Self::Segment, ':') => Self::Colons(1),
            (Self::Colons(1), ':') => Self::Colons(2),
            (_, ':' | '.') => Self::Unknown,
            _ => Self::Nothing,
        }
    }
}
