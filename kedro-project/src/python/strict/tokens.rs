//! What stands between the words of a source.

use super::place::{Place, Verdict, wrong_if};

/// Words that name nothing.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The words that have been passed.
#[derive(Default)]
pub(super) struct Tokens {
    /// Where the last one ended.
    end: usize,
    last: &'static str,
    /// Brackets that are open.
    depth: usize,
    /// Where a statement or a clause begins, which may begin a line.
    begins: Option<usize>,
    /// Where the text ends whose inside is looked at elsewhere.
    text_end: usize,
    /// Where the last line ended that goes on in the next.
    continued: usize,
}

impl Tokens {
    pub(super) fn refused(&mut self, place: &Place<'_, '_>) -> Option<Verdict> {
        let kind = place.node.kind();
        let is_keyword = kind == "identifier" && KEYWORDS.contains(&place.text());
        let may_be_another = kind == "identifier" && !place.text().chars().all(is_itself);
        let found = self.passed(place).or(may_be_another.then_some(Verdict::Doubtful));
        if is_keyword { Some(Verdict::Wrong) } else { found }
    }

    /// What is wrong with what stands before a word, or with the word there.
    fn passed(&mut self, place: &Place<'_, '_>) -> Option<Verdict> {
        let node = place.node;
        let kind = node.kind();
        if node.start_byte() < self.text_end {
            return None;
        }
        if begins_line(kind) && matches!(place.parent_kind(), "" | "module" | "block" | "decorated_definition")
            || matches!(kind, "elif_clause" | "else_clause" | "except_clause" | "finally_clause" | "case_clause")
        {
            self.begins = Some(node.start_byte());
        }
        let is_text = kind == "string";
        if node.child_count() > 0 && !is_text || node.start_byte() == node.end_byte() {
            return None;
        }
        let (start, last) = (node.start_byte(), self.last);
        let gap = place.source.get(self.end..start).unwrap_or_default();
        let is_wrong_gap = kind != "line_continuation" && self.refuses_gap(gap, start);
        let is_doubled = kind == "," && matches!(last, "(" | "[" | "{" | ",");
        match kind {
            "(" | "[" | "{" => self.depth += 1,
            ")" | "]" | "}" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        // A comment ends its line, and a continuation joins two.
        if kind == "line_continuation" {
            (self.end, self.continued) = (node.end_byte(), node.end_byte());
            // What a line with nothing else indents is not looked at here.
            let before = place.source.get(..start).unwrap_or_default();
            let is_alone = before.trim_end_matches([' ', '\t', '\u{c}']).ends_with('\n');
            return is_alone.then_some(Verdict::Doubtful);
        }
        if kind != "comment" {
            self.last = kind;
        }
        self.end = node.end_byte();
        if is_text {
            self.text_end = node.end_byte();
        }
        wrong_if(is_wrong_gap && kind != "comment" || is_doubled)
    }

    /// Whether this cannot stand between two words.
    fn refuses_gap(&self, gap: &str, start: usize) -> bool {
        let is_space = |one: char| matches!(one, ' ' | '\t' | '\u{c}' | '\r' | '\n' | '\\' | '\u{feff}');
        let has_newline = gap.contains('\n');
        let is_continued = gap.contains('\\');
        !gap.chars().all(is_space)
            || gap.contains('\u{feff}') && self.end > 0
            || has_newline && !is_continued && self.depth == 0 && self.begins != Some(start) && self.end > 0
    }

    /// Whether a source may not end like this.
    pub(super) fn end(&self, source: &str) -> bool {
        let rest = source.get(self.end..).unwrap_or_default();
        rest.contains('\\') || self.continued > 0 && self.continued == self.end && rest.trim().is_empty()
    }
}

/// Whether a letter stands for itself, whatever is beside it. Python reads others as more usual
/// ones: `ﬁ` is `fi`, and letters and their accents are one.
fn is_itself(letter: char) -> bool {
    let is_usual = matches!(letter,
        'À'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž' | 'Ά'..='ώ' | 'Ѐ'..='ҁ' | 'Ҋ'..='ԯ'
        | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '\u{4e00}'..='\u{9fff}' | '가'..='힣');
    letter.is_ascii() || is_usual && !matches!(letter, '·' | '×' | '÷')
}

fn begins_line(kind: &str) -> bool {
    kind.ends_with("_statement") || kind.ends_with("_definition") || kind == "decorator"
}
