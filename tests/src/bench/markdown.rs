//! Sites of nothing but Markdown, the same text for dashgen and for Hugo: sections of fifty pages with headings, listings,
//! tables, links and lists.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::memory::{self, Ended};
use super::peers;

/// Pages in a section.
const SECTION: usize = 50;
const WORDS: &str = "revenue region product channel order margin forecast ledger quarter pipeline metric cohort churn segment account renewal invoice partner growth target baseline variance dashboard filter measure dimension index window average median total share sample model source column schema query result series axis legend label range week report review team plan budget price discount volume stock supply demand signal trend season cycle driver impact summary detail method system service storage network node cluster";
/// How many paragraphs with a heading a page has.
const HEADINGS: usize = 8;

/// Writes the pages below a folder, with what each tool wants at the head of a section.
pub fn write(pages: usize, content: &Path, index: &str) -> std::io::Result<()> {
    let mut random = fastrand::Rng::with_seed(1);
    fs::create_dir_all(content)?;
    fs::write(content.join(index), "---\ntitle: Site\n---\n\nA site of many pages.\n")?;
    for number in 0..pages {
        let folder = content.join(format!("section-{:03}", number / SECTION));
        if number % SECTION == 0 {
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(index), format!("---\ntitle: Section {}\n---\n\nPages.\n", number / SECTION))?;
        }
        let title = sentence(&mut random, 4);
        let (front, body) = (format!("---\ntitle: \"{title}\"\n---\n\n"), page(number, &mut random));
        fs::write(folder.join(format!("page-{number:05}.md")), front + &body)?;
    }
    Ok(())
}

fn word(random: &mut fastrand::Rng) -> &'static str {
    let words: Vec<&str> = WORDS.split(' ').collect();
    words[random.usize(..words.len())]
}

fn sentence(random: &mut fastrand::Rng, length: usize) -> String {
    let text = (0..length).map(|_| word(random)).collect::<Vec<_>>().join(" ");
    text[..1].to_uppercase() + &text[1..]
}

fn paragraph(random: &mut fastrand::Rng) -> String {
    let sentences = (0..random.usize(3..7)).map(|_| {
        let length = random.usize(7..17);
        sentence(random, length) + "."
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// About 700 words: eight headings, three listings, two tables, links and lists.
fn page(number: usize, random: &mut fastrand::Rng) -> String {
    let mut parts = vec![paragraph(random)];
    for section in 0..HEADINGS {
        let level = if section % 3 == 0 { "##" } else { "###" };
        parts.push(format!("{level} {}", sentence(random, 4)));
        parts.push(paragraph(random));
        match section {
            1 | 4 | 6 => parts.push(listing(section + number, random)),
            2 | 5 => parts.push(table(random)),
            3 => parts.push(list(random)),
            _ => {}
        }
    }
    parts.push(format!("> {}", sentence(random, 14)));
    parts.join("\n\n") + "\n"
}

/// A listing in one of three languages; no two are alike, so that none can be remembered.
fn listing(number: usize, random: &mut fastrand::Rng) -> String {
    let (a, b, c) = (word(random), word(random), random.u32(..10_000));
    match number % 3 {
        0 => format!(
            "```sql\nselect {a}, sum({b}) as total\nfrom sales\nwhere date >= '2024-01-01' and {b} > {c}\ngroup by {a}\norder by total desc\nlimit 20;\n```"
        ),
        1 => format!(
            "```python\nimport polars as pl\n\ndef load(path: str) -> pl.DataFrame:\n    df = pl.read_parquet(path)\n    return df.group_by('{a}').agg(pl.col('{b}').sum() * {c})\n\nprint(load('sales.parquet'))\n```"
        ),
        _ => format!(
            "```rust\nfn main() -> anyhow::Result<()> {{\n    let {a}: f64 = rows()?.iter().map(|r| r.{b}).sum();\n    println!(\"{{{a}:.2}} {c}\");\n    Ok(())\n}}\n```"
        ),
    }
}

fn table(random: &mut fastrand::Rng) -> String {
    let row = |random: &mut fastrand::Rng| {
        format!("| {} | {} | {} | {:.2} |", word(random), word(random), random.u32(..999), random.f64() * 9999.0)
    };
    let rows: Vec<String> = (0..8).map(|_| row(random)).collect();
    format!("| Product | Region | Units | Revenue |\n|---|---|---:|---:|\n{}", rows.join("\n"))
}

fn list(random: &mut fastrand::Rng) -> String {
    let item = |random: &mut fastrand::Rng| {
        format!(
            "- **{}**: {} See [{}](https://example.com/{}) and `{}`.",
            word(random),
            sentence(random, 8),
            word(random),
            word(random),
            word(random)
        )
    };
    (0..6).map(|_| item(random)).collect::<Vec<_>>().join("\n")
}

/// Writes a Hugo site with the same pages: a page has the list of sections, that of its section's pages, and a table of
/// contents, as ours has.
pub fn hugo(pages: usize, site: &Path, highlight: Highlight) -> std::io::Result<()> {
    write(pages, &site.join("content"), "_index.md")?;
    let fences = if highlight == Highlight::Off {
        "[markup.highlight]\ncodeFences = false\n"
    } else {
        "[markup.highlight]\nnoClasses = false\n"
    };
    let config = format!(
        "baseURL = \"https://example.org/\"\ntitle = \"Site\"\ndisableKinds = [\"taxonomy\", \"term\", \"RSS\"]\n{fences}"
    );
    let files = [
        ("config.toml", config.as_str()),
        (
            "layouts/_default/baseof.html",
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{{ .Title }}</title><link rel=\"stylesheet\" href=\"/s.css\"></head><body><nav>{{ partialCached \"sections.html\" . }}{{ with .CurrentSection }}<ul>{{ range .RegularPages }}<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}</nav><main>{{ block \"main\" . }}{{ end }}</main></body></html>",
        ),
        (
            "layouts/partials/sections.html",
            "<ul>{{ range .Site.Home.Sections }}<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a></li>{{ end }}</ul>",
        ),
        (
            "layouts/_default/single.html",
            "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .TableOfContents }}{{ .Content }}{{ end }}",
        ),
        ("layouts/_default/list.html", "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ end }}"),
        ("layouts/index.html", "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ end }}"),
    ];
    for (name, text) in files {
        let file = site.join(name);
        fs::create_dir_all(file.parent().expect("a file lies in a folder"))?;
        fs::write(file, text)?;
    }
    Ok(())
}

/// Whether Hugo colors listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Highlight {
    /// It does, with classes as we do.
    On,
    /// It does not.
    Off,
}

/// Builds a site with Hugo from nothing; why not, in a sentence, if it is not installed.
pub fn build_hugo(site: &Path, out: &Path) -> Result<Ended, String> {
    peers::run(Command::new("hugo").arg("version"))
        .map_err(|problem| format!("{problem}; `apt-get install hugo` installs it"))?;
    drop(fs::remove_dir_all(out));
    let ended = memory::run(Command::new("hugo").arg("--quiet").arg("-s").arg(site).arg("-d").arg(out));
    if ended.status.success() { Ok(ended) } else { Err("hugo failed".to_owned()) }
}
