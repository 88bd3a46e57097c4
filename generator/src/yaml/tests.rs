use super::*;

fn parsed(text: &str) -> (Files, Option<Node>, Diagnostics) {
    let mut files = Files::default();
    let file = files.add("page.md".to_owned(), format!("Ünïcode\n{text}```\n"));
    let start = "Ünïcode\n".len();
    let mut diagnostics = Diagnostics::default();
    let node = parse(&files, Span { file, start, end: start + text.len() }, &mut diagnostics);
    (files, node, diagnostics)
}

fn shown(files: &Files, node: &Node, out: &mut Vec<String>) {
    match &node.yaml {
        Yaml::Map(map) => map.iter().for_each(|(key, node)| {
            out.push(format!("{}={}", key.name, files.source(key.span)));
            shown(files, node, out);
        }),
        Yaml::List(items) => items.iter().for_each(|item| shown(files, item, out)),
        other => out.push(format!("{other:?} {:?} at {:?}", node.text(), node.source(files))),
    }
}

#[test]
fn every_scalar_knows_its_place() {
    let (files, node, diagnostics) = parsed(
        "é: 'wö''rld'\r\n\"b\": \"x\\ty\"\nc: [007, a b, {k: yes}]\nd:\ne: |\n  hé\n  two\n\nf: #,##0\ng: >-\n  x\n  y\nh:\n  - -1.50\n  - true # yes\n",
    );
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let mut out = Vec::new();
    shown(&files, &node.unwrap(), &mut out);
    let expected = [
        "é=é",
        "Text(\"wö'rld\") Some(\"wö'rld\") at \"wö''rld\"",
        "b=b",
        "Text(\"x\\ty\") Some(\"x\\ty\") at \"x\\\\ty\"",
        "c=c",
        "Number(7.0) Some(\"007\") at \"007\"",
        "Text(\"a b\") Some(\"a b\") at \"a b\"",
        "k=k",
        "Text(\"yes\") Some(\"yes\") at \"yes\"",
        "d=d",
        "Null None at \"\"",
        "e=e",
        "Text(\"hé\\ntwo\\n\") Some(\"hé\\ntwo\\n\") at \"hé\\n  two\"",
        "f=f",
        "Null None at \"#,##0\"",
        "g=g",
        "Text(\"x y\") Some(\"x y\") at \"x\\n  y\"",
        "h=h",
        "Number(-1.5) Some(\"-1.50\") at \"-1.50\"",
        "Boolean(true) Some(\"true\") at \"true\"",
    ];
    assert_eq!(out, expected);
}

#[test]
fn a_swallowed_value_is_quoted_in_the_hint() {
    let (files, node, _) = parsed("format: #,##0.0\n");
    let Some(Node { yaml: Yaml::Map(map), .. }) = node else { panic!("no map") };
    assert!(map[0].1.swallowed_comment(&files).unwrap().ends_with("`'#,##0.0'`"));
}

#[test]
fn nothing_is_an_empty_map() {
    for text in ["", "\n", "# only a comment\n"] {
        assert_eq!(parsed(text).1.unwrap().yaml, Yaml::Map(Map::new()), "{text:?}");
    }
}

#[test]
fn each_trap_has_one_message_at_its_place() {
    let cases = [
        ("a: 1\na: 2\n", "key `a` stands twice", "a"),
        ("format: ,.0f\n", "a value cannot start with `,`", ",.0f"),
        ("format: %Y-%m\nb: 1\n", "a value cannot start with `%`", "%Y-%m"),
        ("title: @home\n", "a value cannot start with `@`", "@home"),
        ("title: `x`\n", "a value cannot start with `` ` ``", "`x`"),
        ("title: [2024] Sales\nb: 1\n", "a value cannot start with `[`", "[2024] Sales"),
        ("title: {x} y\n", "a value cannot start with `{`", "{x} y"),
        ("title: - b\n", "a value cannot start with `-`", "- b"),
        ("title: >= 3\n", "a value cannot start with `>`", ">= 3"),
        ("title: *Big* news\n", "a value cannot start with `*`", "*Big* news"),
        ("title: *Big*\n", "`*Big*` is an alias", "*Big*"),
        ("title: &b\n", "`&b` is an anchor", "&b"),
        ("title: !b c\n", "`!b` is a tag", "!b"),
        ("title: Sales: by region\n", "a value with `: ` needs quotes", "Sales: by region"),
        ("x:date\n", "a space is missing after the colon", "x:"),
        ("x:date\ny: 2\n", "a space is missing after the colon", "x:"),
        ("y: 2\nx:date\nz: 3\n", "a space is missing after the colon", "x:"),
        ("a: {b:c}\n", "a space is missing after the colon", "b:"),
        ("a:\n\tb: 1\n", "a tab cannot indent YAML", "\t"),
        ("a: 1\n b: 2\n", "this line is indented too far", "b: 2"),
        ("a = 3\nb: 2\n", "this line is not `key: value`", "a = 3"),
        ("b: 2\na = 3\n", "this line is not `key: value`", "a = 3"),
        ("a: 'x\nb: 2\n", "a quote is not closed", "'x"),
        ("a: 'it's'\n", "there is text after the closing quote", "'it's'"),
        ("a: [x\nb: 1\n", "`[` is not closed", "[x"),
        ("a: \"\\d\"\n", "unknown escape in double quotes", "\"\\d\""),
        ("a: 1\n---\nb: 2\n", "`---` starts a second document", "---"),
        ("value: {{ sum(x) }}\n", "a key is a word", "{ sum(x) }"),
    ];
    for (text, message, place) in cases {
        let (files, _, diagnostics) = parsed(text);
        let found: Vec<_> = diagnostics
            .iter()
            .map(|diagnostic| (diagnostic.message.as_str(), files.source(diagnostic.span.unwrap())))
            .collect();
        assert!(found.len() == 1 && found[0].0.starts_with(message) && found[0].1 == place, "{text:?} gave {found:?}");
        assert_eq!(diagnostics.iter().next().unwrap().hints.len(), 1, "{text:?}");
    }
}
