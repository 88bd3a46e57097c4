//! The author's loop: builds into memory, serves it, and rebuilds and tells the browser when a file changes.

use crate::bundle::{Bundle, at};
use crate::diagnostics::{self, Diagnostics, Files, Style};
use crate::graph;
use crate::markdown::escaped;
use crate::report::say;
use kept::{Kept, Remade};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use percent_encoding::percent_decode_str;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tiny_http::{HTTPVersion, Header, Method, Request, Response, Server, StatusCode};

mod kept;

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
    let folder = root.canonicalize().map_err(|error| at(root, &error))?;
    let (changed, changes) = channel();
    let watched = folder.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let paths = event.map_or_else(|_| vec![watched.clone()], |event| changed_paths(event, &watched));
        if !paths.is_empty() {
            let _ = changed.send(paths);
        }
    })
    .map_err(io::Error::other)?;
    watcher.watch(&folder, RecursiveMode::Recursive).map_err(io::Error::other)?;
    let mut kept = rebuild(&folder, &state);
    let address = server.server_addr();
    say(&format!(
        "\n  dashgen preview: http://{address}/\n  what depends on what: http://{address}{GRAPH}\n  Ctrl-C ends it\n"
    ));
    let serving = Arc::clone(&state);
    let served = folder.clone();
    std::thread::spawn(move || server.incoming_requests().for_each(|request| answer(request, &served, &serving)));
    loop {
        let paths = next_changes(&folder, &mut watcher, &changes);
        kept = follow(&folder, kept, &paths, &state);
    }
}

/// What an event is about, unless somebody only looked, or it happened in a folder that builds write.
fn changed_paths(event: notify::Event, root: &Path) -> Vec<PathBuf> {
    let ours = |path: &PathBuf| {
        path.strip_prefix(root).unwrap_or(path).components().any(|part| {
            matches!(
                part.as_os_str().to_str(),
                Some("dist" | ".dist.new" | ".dist.old" | ".dashgen" | ".git" | "target")
            )
        })
    };
    let paths = if event.kind.is_access() { Vec::new() } else { event.paths };
    paths.into_iter().filter(|path| !ours(path)).collect()
}

/// A burst of changes has ended when nothing comes for so long.
const QUIET: Duration = Duration::from_millis(8);
/// So often a preview looks whether a site's folder that was deleted is there again.
const RETURN: Duration = Duration::from_millis(500);

/// Waits for a burst of changes: the paths that changed.
fn next_changes(root: &Path, watcher: &mut RecommendedWatcher, changes: &Receiver<Vec<PathBuf>>) -> Vec<PathBuf> {
    let mut is_there = true;
    let mut paths = loop {
        match changes.recv_timeout(RETURN) {
            Ok(paths) => break paths,
            Err(_) if root.is_dir() && !is_there => {
                // The watch went with the folder.
                drop(watcher.unwatch(root));
                drop(watcher.watch(root, RecursiveMode::Recursive));
                break vec![root.to_owned()];
            }
            Err(_) => is_there = root.is_dir(),
        }
    };
    while let Ok(more) = changes.recv_timeout(QUIET) {
        paths.extend(more);
    }
    paths
}

/// Remakes what changed: the pages whose text did, else the whole site.
fn follow(root: &Path, kept: Option<Kept>, paths: &[PathBuf], state: &State) -> Option<Kept> {
    let started = Instant::now();
    let Some(mut kept) = kept else { return rebuild(root, state) };
    match kept.remake(paths) {
        Remade::Nothing => Some(kept),
        Remade::Pages { files, diagnostics } => {
            print(&diagnostics, &kept.site.files);
            if !diagnostics.has_errors() {
                let count = files.len();
                lock(state).bundle.files.extend(files);
                say(&format!("built {count} files anew in {:.3} s", started.elapsed().as_secs_f64()));
            }
            publish(&diagnostics, &kept.site.files, state);
            Some(kept)
        }
        Remade::Site => rebuild(root, state),
    }
}

/// Builds the whole site; the last good one stays if it cannot be built.
fn rebuild(root: &Path, state: &State) -> Option<Kept> {
    let started = Instant::now();
    let (site, diagnostics, made) = kept::build(root);
    print(&diagnostics, &site.files);
    if let Some((made, bundle)) = made {
        say(&format!("built {} pages in {:.2} s", made.pages.len(), started.elapsed().as_secs_f64()));
        lock(state).bundle = bundle;
        publish(&diagnostics, &site.files, state);
        return Some(Kept::new(root, site, made));
    }
    publish(&diagnostics, &site.files, state);
    None
}

fn print(diagnostics: &Diagnostics, files: &Files) {
    if !diagnostics.is_empty() {
        eprintln!("{}", diagnostics::render(diagnostics, files, Style::Colored));
    }
}

/// Tells every open page what came of a build.
fn publish(diagnostics: &Diagnostics, files: &Files, state: &State) {
    let errors = diagnostics.has_errors().then(|| diagnostics::render(diagnostics, files, Style::Plain));
    let news = errors.clone().map_or(News::Reload, News::Errors);
    let mut shared = lock(state);
    shared.errors = errors;
    shared.listeners.retain(|listener| listener.send(news.clone()).is_ok());
}

fn lock(state: &State) -> std::sync::MutexGuard<'_, Shared> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a preview draws what depends on what.
const GRAPH: &str = "/_preview/graph";

/// The page with the graph of the site as it is now.
fn drawn(root: &Path) -> Vec<u8> {
    let graph = graph::graph(root);
    let shown = match &graph.pages {
        Some(pages) => graph::svg(pages),
        None => format!("<pre>{}</pre>", escaped(&diagnostics::render(&graph.diagnostics, &graph.files, Style::Plain))),
    };
    format!("<!doctype html><meta charset=utf-8><title>What depends on what</title>{shown}").into_bytes()
}

fn answer(request: Request, root: &Path, state: &State) {
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
    if path == GRAPH {
        let page = Response::from_data(drawn(root)).with_header(content_type("graph.html"));
        return drop(respond(request, page));
    }
    let found = find(&lock(state), path.trim_start_matches('/'));
    let response = match found {
        Some((path, bytes)) => Response::from_data(bytes)
            .with_header(content_type(&path))
            .with_header(header("Cache-Control", caching(&path))),
        None => missing(&lock(state)),
    };
    drop(respond(request, response));
}

/// Answers as HTTP/1.0, which ends the connection: tiny_http now and then lets a connection wait for the thread of another
/// that is only kept alive, and the page waits with it.
fn respond(request: Request, response: Response<Cursor<Vec<u8>>>) -> io::Result<()> {
    let is_head = *request.method() == Method::Head;
    let asked = request.headers().to_vec();
    let mut browser = request.into_writer();
    response.raw_print(&mut browser, HTTPVersion(1, 0), &asked, is_head, None)?;
    browser.flush()
}

/// Files named by their content may be kept; pages may not.
fn caching(path: &str) -> &'static str {
    if path.starts_with("_dashgen/") || path.starts_with("_data/") { "max-age=31536000, immutable" } else { "no-store" }
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
            let text = escaped(text.as_deref().unwrap_or("nothing is built yet"));
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
