//! Does it hold? Thousands of pages with a random slip in them give diagnostics or a page with every block on it: never a
//! panic, never a hang, never a block that is missing without a word.

use dashgen::bind::{self, BoundPage, Known};
use dashgen::cache::Cache;
use dashgen::diagnostics::{Diagnostics, FileId, Style, render};
use dashgen::page::{self, BlockKind, Piece};
use dashgen::progress::Progress;
use dashgen::site::{self, Site};
use dashgen::template;
use dashgen::{Mode, build_site};
use dashgen_runtime::answer::Shown;
use fastrand::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const CASES: usize = 10_000;
/// Of the pages that have no mistake left, so many are built.
const BUILT: usize = 40;
/// Longer than this no page takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(30);

/// A page of a site, ready to be spoiled.
struct Victim {
    site: Site,
    known: Known,
    file: FileId,
}

fn victims() -> Vec<Victim> {
    let root = dashgen_tests::root();
    let golden = ["queries", "containers-and-prose", "table", "metric"]
        .map(|case| root.join("tests/golden").join(case).join("in"));
    let examples = dashgen_tests::folders::entries(&root.join("examples"));
    let mut victims = Vec::new();
    for folder in examples.into_iter().chain(golden).chain([root]) {
        let mut diagnostics = Diagnostics::default();
        let site = site::read(&folder, &mut diagnostics);
        for file in site.pages.clone() {
            let known = bind::known(&site, dashgen::Mode::Check, &mut diagnostics);
            victims.push(Victim { site: site.clone(), known, file });
        }
        assert!(!diagnostics.has_errors(), "{} has mistakes of its own", folder.display());
    }
    victims
}

/// Words, runs of spaces, and single other letters.
fn tokens(text: &str) -> Vec<&str> {
    let class = |letter: char| match letter {
        letter if letter.is_alphanumeric() || letter == '_' => 0,
        ' ' => 1,
        _ => 2,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let goes_on = letters.peek().is_some_and(|(_, next)| class(*next) == class(letter) && class(letter) < 2);
        if !goes_on {
            tokens.push(&text[start..at + letter.len_utf8()]);
            start = at + letter.len_utf8();
        }
    }
    tokens
}

/// The text with one token, or two, gone wrong.
fn spoiled(text: &str, rng: &mut Rng) -> String {
    let mut tokens = tokens(text);
    for _ in 0..rng.usize(1..=2) {
        let (at, other, last) = (rng.usize(..tokens.len()), rng.usize(..tokens.len()), tokens.len() - 1);
        match rng.u8(..8) {
            0..=1 => drop(tokens.remove(at)),
            2..=3 => tokens.insert(at, tokens[at]),
            4 => tokens.swap(at, other),
            5 => tokens.swap(at, (at + 1).min(last)),
            6 => tokens[at] = tokens[other],
            _ => tokens.truncate(at.max(1)),
        }
        if tokens.is_empty() {
            break;
        }
    }
    tokens.concat()
}

/// How many blocks and values of a page are to be seen on it.
fn visible(pieces: &[Piece]) -> usize {
    let count = |piece: &Piece| match piece {
        Piece::Block(block) => usize::from(!matches!(block.kind, BlockKind::Sql | BlockKind::Check)),
        Piece::Prose(prose) => prose.values.len(),
        Piece::Container(container) => visible(&container.pieces),
    };
    pieces.iter().map(count).sum()
}

/// Checks a spoiled page: what it said, and whether it could be built.
fn check(victim: &Victim, text: &str) -> Result<bool, String> {
    let mut site = victim.site.clone();
    site.files.replace(victim.file, text.to_owned());
    let mut diagnostics = Diagnostics::default();
    site.pages = vec![victim.file];
    let texts = template::texts(&mut site, &victim.known, Mode::Check, &Cache::none(), &mut diagnostics);
    let pages = page::parse_all(&site, &texts, &mut diagnostics);
    let expected: usize = pages.iter().map(|page| visible(&page.pieces)).sum();
    let bound: Vec<BoundPage> = bind::bind(&site, &victim.known, pages, &mut diagnostics);
    let diagnostics = diagnostics.traced(&site.files);
    let said = render(&diagnostics, &site.files, Style::Plain);
    if diagnostics.has_errors() {
        return if said.contains("error") { Ok(false) } else { Err("an error without a message".to_owned()) };
    }
    match bound.iter().map(|page| page.cards.len()).sum::<usize>() {
        seen if seen == expected => Ok(true),
        seen => Err(format!("{seen} of {expected} blocks are on the page, and nothing is said:\n{said}")),
    }
}

/// Builds a spoiled page that has no mistake; what its data make of it is a diagnostic or a page on which all views answer.
fn built(victim: &Victim, text: &str, cache: &Cache) -> Result<(), String> {
    let mut site = victim.site.clone();
    site.files.replace(victim.file, text.to_owned());
    site.pages = vec![victim.file];
    let mut diagnostics = Diagnostics::default();
    let built = build_site(&mut site, Mode::Publish, cache, &Progress::terminal(), &mut diagnostics);
    if built.is_none() && !diagnostics.has_errors() {
        return Err("nothing is built, and nothing is said".to_owned());
    }
    let failed = |html: &[u8]| String::from_utf8_lossy(html).contains("\"error\":");
    match built
        .filter(|made| made.built.bundle.files.iter().any(|(path, html)| path.ends_with(".html") && failed(html)))
    {
        Some(_) => Err(format!("a view shows {:?}", Shown::Error(String::new()))),
        None => Ok(()),
    }
}

fn tried<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let words =
            panic.downcast_ref::<String>().cloned().or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("panicked: {}", words.unwrap_or_default()))
    })
}

/// What all threads know.
#[derive(Default)]
struct Shop {
    next: AtomicUsize,
    sound: AtomicUsize,
    builds: AtomicUsize,
    running: Mutex<Vec<Option<(usize, Instant)>>>,
    wrong: Mutex<Vec<String>>,
}

impl Shop {
    fn work(&self, me: usize, victims: &[Victim], cache: &Cache) {
        loop {
            let case = self.next.fetch_add(1, Ordering::Relaxed);
            if case >= CASES {
                break;
            }
            self.note(me, Some((case, Instant::now())));
            let victim = &victims[case % victims.len()];
            let text = spoiled(victim.site.files.text(victim.file), &mut Rng::with_seed(case as u64));
            let mut outcome = tried(|| check(victim, &text));
            if outcome == Ok(true) {
                let sound = self.sound.fetch_add(1, Ordering::Relaxed);
                if sound.is_multiple_of(20) && self.builds.fetch_add(1, Ordering::Relaxed) < BUILT {
                    outcome = tried(|| built(victim, &text, cache)).map(|()| true);
                }
            }
            if let Err(problem) = outcome {
                let path = victim.site.files.path(victim.file);
                let wrong = format!("case {case}, {}/{path}: {problem}", victim.site.root.display());
                self.wrong.lock().unwrap_or_else(PoisonError::into_inner).push(wrong);
            }
        }
        self.note(me, None);
    }

    fn note(&self, me: usize, doing: Option<(usize, Instant)>) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)[me] = doing;
    }

    /// Ends the test if a case does not end.
    fn watch(&self) {
        loop {
            thread::sleep(Duration::from_millis(200));
            let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if running.iter().all(Option::is_none) {
                return;
            }
            if let Some((case, _)) = running.iter().flatten().find(|(_, since)| since.elapsed() > PATIENCE) {
                eprintln!("case {case} hangs");
                std::process::abort();
            }
        }
    }
}

#[test]
fn spoiled_pages_give_diagnostics_or_whole_pages() {
    let victims = victims();
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::of(folder.path());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    let started = Instant::now();
    let shop = Shop { running: Mutex::new(vec![Some((0, started)); threads]), ..Shop::default() };
    thread::scope(|scope| {
        for me in 0..threads {
            let (shop, victims, cache) = (&shop, &victims, &cache);
            scope.spawn(move || shop.work(me, victims, cache));
        }
        shop.watch();
    });
    let wrong = shop.wrong.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(wrong.is_empty(), "{} of {CASES} cases:\n{}", wrong.len(), wrong.join("\n"));
    let (sound, builds) = (shop.sound.into_inner(), shop.builds.into_inner().min(BUILT));
    println!("{CASES} cases in {:.1?}: {sound} without a mistake, {builds} of them built", started.elapsed());
    assert!(sound > CASES / 20 && sound < CASES, "{sound} pages without a mistake: are they spoiled at all?");
    assert!(builds > 5, "{builds} pages were built");
}
