use super::*;

struct Parsed {
    files: Files,
    page: Page,
    messages: Vec<(String, String)>,
}

fn parsed(text: &str) -> Parsed {
    let mut files = Files::default();
    let file = files.add("content/page.md".to_owned(), text.to_owned());
    let mut diagnostics = Diagnostics::default();
    let page = parse(file, &files, &mut diagnostics);
    let messages = diagnostics
        .sorted(&files)
        .into_iter()
        .map(|d| (d.message.clone(), d.span.map_or("", |span| files.source(span)).to_owned()))
        .collect();
    Parsed { page, messages, files }
}

fn outline(files: &Files, pieces: &[Piece]) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Prose(prose) => format!("prose {:?}", prose.text),
        Piece::Block(block) => {
            format!(
                "{} {:?} {:?}",
                block.kind.name(),
                block.name.as_ref().map(|(name, span)| (name.as_str(), files.source(*span))),
                files.source(block.body)
            )
        }
        Piece::Container(container) => {
            format!(
                "{} {:?} [{}]",
                container.kind.name(),
                container.title.as_ref().map(|(title, _)| title),
                outline(files, &container.pieces)
            )
        }
    };
    pieces.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn pieces_know_their_places() {
    let text = "---\ntitle: Größe\n---\n\nÄ *b*\r\n\n```sql orders\r\nSELECT 1\r\n```\n\n::: tabs\n::: tab By région\n~~~~yaml chart bar\nx: a\n~~~\n~~~~\n:::\n:::\nend\n";
    let Parsed { files, page, messages } = parsed(text);
    assert_eq!(messages, []);
    assert_eq!(
        page.front.title.as_ref().map(|(title, span)| (title.as_str(), files.source(*span))),
        Some(("Größe", "Größe"))
    );
    let expected = "prose \"Ä *b*\"; sql Some((\"orders\", \"orders\")) \"SELECT 1\\r\\n\"; \
                    tabs None [tab Some(\"By région\") [chart Some((\"bar\", \"bar\")) \"x: a\\n~~~\\n\"]]; prose \"end\"";
    assert_eq!(outline(&files, &page.pieces), expected);
}

#[test]
fn listings_do_not_run() {
    let listings = [
        "```\n:::\n```",
        "```sql\nSELECT 1\n```",
        "```yaml\na: 1\n```",
        "```rust ignore\n```",
        "```js {1,3}\n```",
        "```zig title=\"x\"\n```",
        "```sql title=\"x\"\n```",
        "```rust,ignore\n```",
        "````md\n```chart bar\n```\n````",
        "<!--\n```chart bar\n```\n-->",
        "<PRE class=\"x\">\n```chart bar\n```\n</pre>",
        "``` `chart bar` ```",
    ];
    for listing in listings {
        let Parsed { page, messages, .. } = parsed(listing);
        assert!(
            messages.is_empty() && matches!(&page.pieces[..], [Piece::Prose(_)]),
            "{listing:?} gave {messages:?} {:?}",
            page.pieces
        );
    }
}

#[test]
fn each_mistake_has_one_message_at_its_place() {
    let cases = [
        ("```chart\n```", "`chart` needs a type", "chart"),
        ("```yaml input\n```", "`input` needs a type", "input"),
        ("```chrt bar\n```", "unknown block kind `chrt`", "chrt"),
        ("```yaml chrt bar\n```", "unknown block kind `chrt`", "chrt"),
        ("```check\n```", "`check` needs a name", "check"),
        ("```chart 3d\n```", "`3d` is not a name", "3d"),
        ("```chart bar x=a\n```", "unexpected `x=a` behind `chart bar`", "x=a"),
        ("```sql my-orders\n```", "`my-orders` is not a table name", "my-orders"),
        ("```sql a\nSELECT 1\n\ntext\n\n```chart bar\n```", "this block is not closed", "```sql a"),
        ("```sql 2024\n```", "`2024` is not a name", "2024"),
        ("```SQL a\n```", "unknown block kind `SQL`", "SQL"),
        ("```sql a\nSELECT 1", "this block is not closed", "```sql a"),
        ("```text\nSELECT 1", "this listing is not closed and takes in the rest of the page", "```text"),
        ("- a\n\n  ```chart bar\n  ```", "this `chart` block does not run: it stands in a list", "chart"),
        ("1. a\n\n   ```metric\n   ```\n", "this `metric` block does not run: it stands in a list", "metric"),
        ("> ```chart bar\n> ```", "this `chart` block does not run: it stands in a quote", "chart"),
        ("a\n\n    ```chart bar\n    ```", "this `chart` block does not run: it stands in indented code", "chart"),
        ("<!-- a\n", "this is not closed and hides the rest of the page", "<!-- a"),
        ("a\n\n:::\n", "`:::` closes nothing", ":::"),
        ("::: crad\n:::\n", "unknown container `crad`", "crad"),
        ("::: card\nb\n", "this container is not closed", "::: card"),
        ("::: tab A\n:::\n", "a tab stands in tabs", "::: tab A"),
        ("::: tabs\n::: tab\n:::\n:::\n", "a tab needs a title", "::: tab"),
        ("::: tabs\n::: tab A\n::: tab B\n:::\n:::\n", "the tab before is not closed", "::: tab B"),
        ("::: tabs\ntext\n::: tab B\n:::\n:::\n", "tabs hold nothing but tabs", "text"),
        ("::: card A {heigth: 1}\n:::\n", "unknown key `heigth`", "heigth"),
        ("---\ntitel: x\n---\n", "unknown key `titel`", "titel"),
        ("---\ntitle: x\n", "front matter is not closed", "---"),
        ("---\ndraft: no\n---\n", "`draft` is `true` or `false`", "no"),
        ("a {{ b\n\nc }}", "`{{` is not closed", "{{"),
        ("a {{ }}", "`{{ }}` without an expression", "{{ }}"),
        ("a {{ b | usd }}", "unknown filter `usd`", "usd"),
        ("a {{ b | format(x) }}", "`format` needs a number format in quotes", "format(x)"),
        ("[a](/{{b}})", "a value cannot stand in a link's address", "{{b}}"),
    ];
    for (text, message, place) in cases {
        let Parsed { messages, .. } = parsed(text);
        assert_eq!(messages, [(message.to_owned(), place.to_owned())], "{text:?}");
    }
}

#[test]
fn an_unclosed_block_spares_the_next() {
    let Parsed { files, page, .. } = parsed("```sql a\nSELECT 1\n\ntext\n\n```chart bar\nx: a\n```\n");
    let expected =
        "sql Some((\"a\", \"a\")) \"SELECT 1\\n\"; prose \"text\"; chart Some((\"bar\", \"bar\")) \"x: a\\n\"";
    assert_eq!(outline(&files, &page.pieces), expected);
}

#[test]
fn blocks_run_between_html() {
    let Parsed { page, messages, .. } =
        parsed("<prefix>\n```chart bar\n```\n<!-- a --> b\n```chart bar\n```\n- c\n\nd\n```chart bar\n```\n");
    assert_eq!((page.pieces.iter().filter(|piece| matches!(piece, Piece::Block(_))).count(), messages), (3, vec![]));
}

#[test]
fn values_are_taken_out_of_prose() {
    let text =
        "Ä {{ sum(a) || ' | }}' | format('$,.0f') }} of {{b}}, not \\{{ c }} nor `{{ d }}` or\n\n```js\n{{ e }}\n```\n";
    let Parsed { files, page, messages } = parsed(text);
    let [Piece::Prose(prose)] = &page.pieces[..] else { panic!("{:?}", page.pieces) };
    let shown: Vec<_> = prose
        .values
        .iter()
        .map(|value| {
            (
                files.source(value.expression.1),
                value.format.as_ref().map(|(format, span)| (format.as_str(), files.source(*span))),
            )
        })
        .collect();
    assert_eq!(shown, [("sum(a) || ' | }}'", Some(("$,.0f", "$,.0f"))), ("b", None)]);
    assert_eq!(
        prose.text,
        "Ä \u{fdd0}0\u{fdd1} of \u{fdd0}1\u{fdd1}, not \\{{ c }} nor `{{ d }}` or\n\n```js\n{{ e }}\n```"
    );
    assert_eq!(messages, []);
}

#[test]
fn paths_follow_folders() {
    let cases = [
        ("content/index.md", ""),
        ("content/sales/index.md", "sales"),
        ("content/sales.md", "sales"),
        ("content/a/reindex.md", "a/reindex"),
    ];
    for (file, expected) in cases {
        assert_eq!(path(file), expected);
    }
}
