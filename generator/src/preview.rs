//! The author's loop: builds into memory, serves it, and rebuilds and tells the browser when a file changes.

use crate::bundle::Bundle;
use crate::diagnostics::{self, Style};
use crate::progress::Progress;
use crate::report::say;
use crate::{Mode, Outcome, build};
use notify::{RecursiveMode, Watcher};
use percent_encoding::percent_decode_str;
use std::io::{self, Cursor, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tiny_http::{Header, Request, Response, Server, StatusCode};

/// What the browser is to be told.
#[derive(Clone)]
enum News {
    Reload,
    Errors(String),
}

#[derive(Default)]
struct Shared {
    bundle: Bundle,
    /// The text of the last build's diagnostics, if it failed.
    errors: Option<String>,
    listeners: Vec<Sender<News>>,
}

type State = Arc<Mutex<Shared>>;

/// Serves the site at the first free port from `port` on until the process ends.
pub fn preview(root: &Path, port: u16) -> io::Result<()> {
    let server = (port..port.saturating_add(50)).find_map(|port| Server::http(("127.0.0.1", port)).ok());
    let server = server.ok_or_else(|| io::Error::other(format!("no free port from {port} on")))?;
    let state = State::default();
    rebuild(root, &state);
    say(&format!("\n  dashgen preview: http://{}/\n  Ctrl-C ends it\n", server.server_addr()));
    let (changed, changes) = channel();
    let folder = root.canonicalize()?;
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| is_change(&event, &folder)) {
            let _ = changed.send(());
        }
    })
    .map_err(io::Error::other)?;
    watcher.watch(&root.canonicalize()?, RecursiveMode::Recursive).map_err(io::Error::other)?;
    let serving = Arc::clone(&state);
    std::thread::spawn(move || server.incoming_requests().for_each(|request| answer(request, &serving)));
    follow(root, &state, &changes);
    Ok(())
}

/// True unless somebody only looked, or it happened in a folder that builds write.
fn is_change(event: &notify::Event, root: &Path) -> bool {
    let ours = |path: &std::path::PathBuf| {
        path.strip_prefix(root).unwrap_or(path).components().any(|part| {
            matches!(
                part.as_os_str().to_str(),
                Some("dist" | ".dist.new" | ".dist.old" | ".dashgen" | ".git" | "target")
            )
        })
    };
    !event.kind.is_access() && !event.paths.iter().all(ours)
}

/// Rebuilds after each burst of changes.
fn follow(root: &Path, state: &State, changes: &Receiver<()>) {
    while changes.recv().is_ok() {
        while changes.recv_timeout(Duration::from_millis(30)).is_ok() {}
        rebuild(root, state);
    }
}

fn rebuild(root: &Path, state: &State) {
    let progress = Progress::terminal();
    let Outcome { files, diagnostics, built } = build(root, Mode::Preview, &progress);
    let took = progress.finish();
    if !diagnostics.is_empty() {
        eprintln!("{}", diagnostics::render(&diagnostics, &files, Style::Colored));
    }
    let news = match built {
        Some(built) => {
            say(&format!("built {} pages in {:.2} s", built.report.pages.len(), took.as_secs_f64()));
            let mut shared = lock(state);
            shared.bundle = built.bundle;
            shared.errors = None;
            News::Reload
        }
        None => {
            let text = diagnostics::render(&diagnostics, &files, Style::Plain);
            lock(state).errors = Some(text.clone());
            News::Errors(text)
        }
    };
    lock(state).listeners.retain(|listener| listener.send(news.clone()).is_ok());
}

fn lock(state: &State) -> std::sync::MutexGuard<'_, Shared> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(request: Request, state: &State) {
    let path =
        percent_decode_str(request.url().split(['?', '#']).next().unwrap_or_default()).decode_utf8_lossy().into_owned();
    if path == "/_preview/events" {
        let (news, events) = channel();
        let mut shared = lock(state);
        if let Some(text) = &shared.errors {
            drop(news.send(News::Errors(text.clone())));
        }
        shared.listeners.push(news);
        drop(shared);
        std::thread::spawn(move || tell(request.into_writer(), &events));
        return;
    }
    let found = find(&lock(state), path.trim_start_matches('/'));
    drop(match found {
        Some((path, bytes)) => request.respond(
            Response::from_data(bytes)
                .with_header(content_type(&path))
                .with_header(header("Cache-Control", "no-store")),
        ),
        None => request.respond(missing(&lock(state))),
    });
}

fn find(shared: &Shared, path: &str) -> Option<(String, Vec<u8>)> {
    let index = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let candidates = [index, format!("{path}/index.html")];
    candidates.into_iter().find_map(|path| shared.bundle.files.get(&path).map(|bytes| (path.clone(), bytes.clone())))
}

/// A page that does not exist, or, before the first good build, the page that waits for it and shows why.
fn missing(shared: &Shared) -> Response<Cursor<Vec<u8>>> {
    let html = match (&shared.errors, shared.bundle.files.get("404.html")) {
        (None, Some(page)) => page.clone(),
        (text, _) => {
            let text = text.as_deref().unwrap_or("nothing is built yet").replace('&', "&amp;").replace('<', "&lt;");
            format!("<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=1><title>dashgen</title><pre>{text}</pre>").into_bytes()
        }
    };
    Response::from_data(html).with_status_code(StatusCode(404)).with_header(content_type("404.html"))
}

/// Writes server-sent events (WHATWG HTML, 9.2) until the browser hangs up. A response would hold them back until its
/// buffer is full.
fn tell(mut browser: impl Write, events: &Receiver<News>) -> io::Result<()> {
    browser.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
    )?;
    loop {
        browser.flush()?;
        let text = match events.recv_timeout(Duration::from_secs(15)) {
            Ok(News::Reload) => "event: reload\ndata: \n\n".to_owned(),
            Ok(News::Errors(text)) => {
                format!("event: errors\n{}\n", text.lines().map(|line| format!("data: {line}\n")).collect::<String>())
            }
            Err(RecvTimeoutError::Timeout) => ": still here\n\n".to_owned(),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        browser.write_all(text.as_bytes())?;
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("our own headers are ASCII")
}

fn content_type(path: &str) -> Header {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let charset = if kind.type_() == "text" { "; charset=utf-8" } else { "" };
    header("Content-Type", &format!("{kind}{charset}"))
}
