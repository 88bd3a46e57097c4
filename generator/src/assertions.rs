//! `dashgen test`: what the site's tests expect of its figures under given selections, answered by the page's own engine.

use crate::bind::{self, Asked, BoundPage};
use crate::cache::Cache;
use crate::diagnostics::{Diagnostics, Files};
use crate::page::Page;
use crate::prerender;
use crate::progress::Progress;
use crate::site::{self, Site};
use crate::slice;
use crate::{Mode, error};
use given::state;
use parse::{Expectation, Test};
use std::path::Path;
use verdict::verdict;

mod given;
mod parse;
mod verdict;

/// What came of the tests.
pub struct Tested {
    /// The texts that diagnostics point into.
    pub files: Files,
    /// Mistakes, and expectations that do not hold.
    pub diagnostics: Diagnostics,
    /// How many expectations hold.
    pub held: usize,
    /// How many there are.
    pub all: usize,
}

/// Runs `tests/*.yaml` of a site.
pub fn run(root: &Path, cache: &Cache, progress: &Progress) -> Tested {
    let mut diagnostics = Diagnostics::default();
    let mut site = site::read(root, &mut diagnostics);
    let tests = tests(root, &mut site, &mut diagnostics);
    let all = tests.iter().map(|test| test.expect.len()).sum();
    let held = held(&mut site, &tests, cache, progress, &mut diagnostics);
    Tested { files: site.files, diagnostics, held: held.unwrap_or_default(), all }
}

fn tests(root: &Path, site: &mut Site, diagnostics: &mut Diagnostics) -> Vec<Test> {
    let files = site::tests(root, &mut site.files, diagnostics);
    if files.is_empty() {
        diagnostics.push(error!(None, "the site has no tests"; hint: "write `tests/figures.yaml`, as in `- {{given: {{region: Asia}}, expect: {{sum(revenue): 80}}}}`"));
    }
    files.into_iter().flat_map(|file| parse::tests(file, &site.files, diagnostics)).collect()
}

/// How many expectations hold; none if it did not come to that.
fn held(
    site: &mut Site,
    tests: &[Test],
    cache: &Cache,
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let known = bind::known(site, Mode::Publish, diagnostics);
    let pages = crate::pages(site, &known, Mode::Publish, cache, diagnostics);
    known_pages(&pages, tests, diagnostics);
    let mut bound = Vec::new();
    let mut asked = Vec::new();
    for page in pages {
        let of_page: Vec<&Test> = tests.iter().filter(|test| test.page == page.path).collect();
        let questions: Vec<Asked> =
            of_page.iter().flat_map(|test| test.expect.iter().filter_map(|expect| question(test, expect))).collect();
        if !of_page.is_empty() {
            let (page, views) = bind::bind_page_asked(site, page, &known, &questions, diagnostics);
            bound.push(page);
            asked.push((of_page, views));
        }
    }
    if diagnostics.has_errors() {
        return None;
    }
    let slices = slice::slices(&mut bound, cache, progress, diagnostics)?;
    let mut held = 0;
    for ((page, slices), (tests, views)) in bound.iter().zip(&slices).zip(asked) {
        held += held_on(page, slices, &tests, &views, diagnostics)?;
    }
    Some(held)
}

fn known_pages(pages: &[Page], tests: &[Test], diagnostics: &mut Diagnostics) {
    for test in tests.iter().filter(|test| !pages.iter().any(|page| page.path == test.page)) {
        let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
        let near = crate::diagnostics::suggest(&test.page, paths).map(|near| format!("did you mean `{near}`?"));
        diagnostics.push(
            error!(test.page_span, "the site has no page `{}`", test.page; hint: "`content/sales/emea.md` is page `sales/emea`")
                .hint(near),
        );
    }
}

/// What an expectation asks of a table; none if it is about a view of the page.
fn question(test: &Test, expectation: &Expectation) -> Option<Asked> {
    expectation.is_sql().then(|| Asked { sql: expectation.what.clone(), data: test.data.clone() })
}

fn held_on(
    page: &BoundPage,
    slices: &[slice::Slice],
    tests: &[&Test],
    views: &[Option<usize>],
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let plan = prerender::prerender(page, slices, diagnostics)?.plan;
    let session = prerender::session(&plan, slices);
    let mut asked = views.iter().copied();
    let mut held = 0;
    for test in tests {
        let state = state(test, &plan, diagnostics);
        for expectation in &test.expect {
            let view = if expectation.is_sql() { asked.next()? } else { expectation.view(&plan, diagnostics) };
            let (Some(view), Some(state)) = (view, &state) else { continue };
            let problem = verdict(test, expectation, &plan.views[view], &session.answer(view, state));
            held += usize::from(problem.is_none());
            problem.into_iter().for_each(|problem| diagnostics.push(problem));
        }
    }
    Some(held)
}
