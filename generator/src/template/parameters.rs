//! `$name` in SQL, found by its tokens: not in strings, names or comments.

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Location, Token, Tokenizer};
use std::ops::Range;

/// The parameters of a query and where they stand; none in a text that is not SQL.
pub fn parameters(text: &str) -> Vec<(String, Range<usize>)> {
    let tokens = Tokenizer::new(&GenericDialect, text).tokenize_with_location().unwrap_or_default();
    let found = tokens.into_iter().filter_map(|token| match token.token {
        Token::Placeholder(name) => {
            let start = offset(text, token.span.start);
            Some((name.strip_prefix('$')?.to_owned(), start..start + name.len()))
        }
        _ => None,
    });
    found.collect()
}

/// The byte at a line and column, which count from 1, in characters.
fn offset(text: &str, place: Location) -> usize {
    let lines = text.split_inclusive('\n').take(place.line.saturating_sub(1) as usize);
    let start: usize = lines.map(str::len).sum();
    let column = place.column.saturating_sub(1) as usize;
    start + text[start..].char_indices().nth(column).map_or(text.len() - start, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_have_none() {
        let text = "SELECT '$a', \"$b\" -- $c\nFROM t\nWHERE é = $region AND x = $x1";
        let found = parameters(text);
        assert_eq!(found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["region", "x1"]);
        assert!(found.iter().all(|(name, range)| text[range.clone()] == format!("${name}")));
    }
}
