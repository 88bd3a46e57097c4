use super::*;
use crate::diagnostics::{FileId, Span};

fn page(texts: &[&str]) -> (Vec<Piece>, Definitions) {
    let span = |start| Span { file: FileId(0), start, end: start };
    let prose = |(start, text): (usize, &&str)| {
        Piece::Prose(Prose {
            span: span(start),
            text: (*text).to_owned(),
            replaced: Vec::new(),
            values: Vec::new(),
            headings: Vec::new(),
        })
    };
    let mut pieces: Vec<Piece> = texts.iter().enumerate().map(prose).collect();
    let definitions = define(&mut pieces);
    (pieces, definitions)
}

fn made(texts: &[&str], values: &[&str]) -> Vec<String> {
    let (pieces, definitions) = page(texts);
    let medium = |url: &str| media::Medium { url: url.to_owned(), size: None };
    let addresses = Addresses { link: &|_| None, medium: &medium, word: &str::to_owned };
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    pieces
        .iter()
        .map(|piece| {
            if let Piece::Prose(prose) = piece { html(prose, &definitions, &values, &addresses) } else { String::new() }
        })
        .collect()
}

#[test]
fn links_and_footnotes_reach_across() {
    let html = made(
        &[
            "See [it][x].[^b] Again.[^a]",
            "More.[^b]\n\n[x]: /it \"It\"\n[^a]: First.\n[^b]: Second [it][x].\n[^c]: Never.",
        ],
        &[],
    );
    assert!(html[0].contains("<a href=\"/it\" title=\"It\">it</a>"), "{}", html[0]);
    assert!(
        html[0].contains("<a href=\"#footnote-1\" id=\"footnote-reference-1\">1</a>")
            && html[0].contains("#footnote-2\" id="),
        "{}",
        html[0]
    );
    assert!(
        html[1].contains("<a href=\"#footnote-1\">1</a>")
            && html[1].contains("<li id=\"footnote-1\" value=\"1\"><p>Second <a")
            && !html[1].contains("Never"),
        "{}",
        html[1]
    );
    assert!(!html[0].contains("<!--") && !html[0].contains("<section"), "{}", html[0]);
}

#[test]
fn headings_have_ids_of_their_own() {
    let (first, second) = (placeholder(0), placeholder(1));
    let html = made(
        &[
            &format!("# Größe {first} `x`\n\n## Same"),
            &format!("## Same\n\n| a |\n|--:|\n| {second} |\n\n<b title=\"t\">{first}</b>"),
        ],
        &["<i>1</i>", "<i>2</i>"],
    );
    assert!(html[0].contains("<h1 id=\"größe-x\">Größe <i>1</i> <code>x</code></h1>"), "{}", html[0]);
    assert!(
        html[1].contains("<h2 id=\"same-1\">")
            && html[1].contains("<td class=\"right\"><i>2</i></td>")
            && html[1].contains("<b title=\"t\"><i>1</i></b>"),
        "{}",
        html[1]
    );
}

#[test]
fn code_and_comments_are_verbatim() {
    let text = "a `{{b}}` c\n\n```\n{{d}}\n```\n\n<!-- {{e}} --> {{f}}";
    let ranges = verbatim(text);
    let hidden = |needle: &str| ranges.iter().any(|range| range.contains(&text.find(needle).unwrap()));
    assert_eq!(["{{b", "{{d", "{{e", "{{f"].map(hidden), [true, true, true, false]);
}
