//! What a prose embeds: pages in an `<iframe>`, as far as the site's policy lets them in.

use crate::config::policy::{Policy, origin};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::error;
use crate::markdown::{self, media};
use crate::page::Prose;

/// Elements that no policy lets in.
const REFUSED: [&str; 2] = ["embed", "object"];

/// What a prose embeds against the policy is a mistake.
pub fn check(prose: &Prose, policy: &Policy, diagnostics: &mut Diagnostics) {
    let names = ["iframe"].into_iter().chain(REFUSED);
    let tags: Vec<_> = names.flat_map(|name| media::tags(&prose.text, name).map(move |at| (name, at))).collect();
    if tags.is_empty() {
        return;
    }
    let verbatim = markdown::verbatim(&prose.text);
    for (name, tag) in tags.into_iter().filter(|(_, tag)| !verbatim.iter().any(|range| range.contains(&tag.start))) {
        let place = |start: usize, length: usize| prose.place(tag.start + start..tag.start + start + length);
        if REFUSED.contains(&name) {
            diagnostics.push(error!(place(1, name.len()), "the page's policy lets no `<{name}>` in"; hint: "an `<iframe>` shows the same, with `title` for readers who do not see it"));
            continue;
        }
        let addresses = media::addresses(&prose.text[tag.clone()]);
        let refused = addresses.iter().filter_map(|(at, url)| refused(url, policy, place(*at, url.len())));
        refused.for_each(|problem| diagnostics.push(problem));
    }
}

/// The diagnostic for a page that the policy does not let in.
fn refused(url: &str, policy: &Policy, span: Span) -> Option<Diagnostic> {
    if url.starts_with("//") {
        return Some(error!(span, "an embedded page has a full address"; hint: "write `https:{url}`"));
    }
    let origin = origin(url).filter(|origin| !policy.frame_src.contains(origin))?;
    let mut all = policy.frame_src.clone();
    all.push(origin.clone());
    let line = format!("frame_src = {all:?}");
    Some(
        error!(span, "the page's policy does not let `{origin}` in"; hint: "write `{line}` below a line `[policy]` in `dashgen.toml`"),
    )
}
