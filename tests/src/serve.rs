//! A static host for the journeys: a folder under a sub-path of 127.0.0.1, gzip as a real host has it, no ranges, and
//! a record of all that was asked.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use flate2::Compression;
use flate2::write::GzEncoder;
use tiny_http::{HTTPVersion, Header, Method, Request, Response, StatusCode};

const THREADS: usize = 4;
const ISOLATION: [(&str, &str); 2] =
    [("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Embedder-Policy", "require-corp")];

/// One answered request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The path as it was asked for, with its query.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// The bytes of the answer's body on the wire.
    pub bytes: usize,
}

/// A running host; it stops when dropped.
pub struct Host {
    server: Arc<tiny_http::Server>,
    hits: Arc<Mutex<Vec<Hit>>>,
    threads: Vec<JoinHandle<()>>,
    under: String,
}

impl Host {
    /// Serves `folder` under the sub-path `under` (`""` is the root) on a free port.
    pub fn start(folder: &Path, under: &str) -> Self {
        Host::with(folder, under, &[])
    }

    /// Serves `folder` with the headers that let a page read a clock of microseconds.
    pub fn isolated(folder: &Path) -> Self {
        Host::with(folder, "", &ISOLATION)
    }

    fn with(folder: &Path, under: &str, headers: &'static [(&'static str, &'static str)]) -> Self {
        let server = Arc::new(tiny_http::Server::http("127.0.0.1:0").expect("a free port on 127.0.0.1"));
        let hits = Arc::new(Mutex::new(Vec::new()));
        let under = match under.trim_matches('/') {
            "" => "/".to_owned(),
            path => format!("/{path}/"),
        };
        let threads = (0..THREADS)
            .map(|_| {
                let (server, hits) = (Arc::clone(&server), Arc::clone(&hits));
                let (folder, under) = (folder.to_owned(), under.clone());
                std::thread::spawn(move || {
                    for request in server.incoming_requests() {
                        answer(request, &folder, &under, &hits, headers);
                    }
                })
            })
            .collect();
        Host { server, hits, threads, under }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.server.server_addr())
    }

    /// The address of a file of the folder; `""` is its start page.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{}", self.origin(), self.under, path.trim_start_matches('/'))
    }

    /// Everything asked so far, in the order of answering.
    pub fn hits(&self) -> Vec<Hit> {
        self.hits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hands out what was asked so far and forgets it.
    pub fn take_hits(&self) -> Vec<Hit> {
        std::mem::take(&mut self.hits.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.server.unblock();
        }
        for thread in self.threads.drain(..) {
            thread.join().ok();
        }
    }
}

fn answer(request: Request, folder: &Path, under: &str, hits: &Mutex<Vec<Hit>>, headers: &[(&str, &str)]) {
    let zip = accepts_gzip(&request);
    let page = look_up(request.url(), folder, under);
    let body = if zip && page.kind.compresses { gzip(&page.body) } else { page.body };
    let hit = Hit { path: request.url().to_owned(), status: page.status, bytes: body.len() };
    hits.lock().unwrap_or_else(PoisonError::into_inner).push(hit);
    let mut response = Response::from_data(body)
        .with_status_code(StatusCode(page.status))
        .with_chunked_threshold(usize::MAX)
        .with_header(header("Content-Type", page.kind.mime))
        .with_header(header("Cache-Control", "no-cache"));
    if zip && page.kind.compresses {
        response.add_header(header("Content-Encoding", "gzip"));
    }
    for (name, value) in headers {
        response.add_header(header(name, value));
    }
    if let Some(location) = page.location {
        response.add_header(header("Location", &location));
    }
    let is_head = *request.method() == Method::Head;
    let asked = request.headers().to_vec();
    let mut writer = request.into_writer();
    // As HTTP/1.0, which ends the connection: tiny_http now and then lets a connection wait for the thread of another that
    // is only kept alive. A reader that went away is no failure of the host.
    response.raw_print(&mut writer, HTTPVersion(1, 0), &asked, is_head, None).and_then(|()| writer.flush()).ok();
}

struct Page {
    status: u16,
    kind: Kind,
    body: Vec<u8>,
    location: Option<String>,
}

/// What a host does with a path: the file, a folder's `index.html`, a redirect into the folder, or `404.html`.
fn look_up(url: &str, folder: &Path, under: &str) -> Page {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if path.len() + 1 == under.len() && under.starts_with(path) {
        return redirect(under);
    }
    let Some(file) = path.strip_prefix(under).and_then(|inside| file_path(folder, &decode(inside))) else {
        return missing(folder);
    };
    if file.is_dir() {
        if !path.ends_with('/') {
            return redirect(&format!("{path}/"));
        }
        return found(&file.join("index.html"), 200).unwrap_or_else(|| missing(folder));
    }
    found(&file, 200).unwrap_or_else(|| missing(folder))
}

fn redirect(to: &str) -> Page {
    Page { status: 301, kind: kind("html"), body: Vec::new(), location: Some(to.to_owned()) }
}

fn missing(folder: &Path) -> Page {
    let plain = || Page { status: 404, kind: kind("txt"), body: b"not found".to_vec(), location: None };
    found(&folder.join("404.html"), 404).unwrap_or_else(plain)
}

fn found(file: &Path, status: u16) -> Option<Page> {
    let body = std::fs::read(file).ok()?;
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    Some(Page { status, kind: kind(&extension), body, location: None })
}

/// The file that a path names, if it stays inside the folder.
fn file_path(folder: &Path, path: &str) -> Option<PathBuf> {
    let inside = path.split('/').all(|part| part != "..");
    inside.then(|| folder.join(path.trim_start_matches('/')))
}

fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

struct Kind {
    mime: &'static str,
    compresses: bool,
}

fn kind(extension: &str) -> Kind {
    let (mime, compresses) = match extension {
        "html" => ("text/html; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "json" | "map" => ("application/json", true),
        "webmanifest" => ("application/manifest+json", true),
        "svg" => ("image/svg+xml", true),
        "xml" => ("application/xml", true),
        "txt" | "md" | "csv" => ("text/plain; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "png" => ("image/png", false),
        "ico" => ("image/x-icon", false),
        "woff2" => ("font/woff2", false),
        _ => ("application/octet-stream", false),
    };
    Kind { mime, compresses }
}

fn accepts_gzip(request: &Request) -> bool {
    let mut headers = request.headers().iter();
    headers.any(|header| header.field.equiv("Accept-Encoding") && header.value.as_str().contains("gzip"))
}

/// Level 6, as hosts compress on the fly.
fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(body).expect("a vector takes every write");
    encoder.finish().expect("a vector takes every write")
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("header names and paths are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// Asks 127.0.0.1 for an address as a plain client would: status line and headers, then the body.
    fn get(url: &str, headers: &str) -> (String, Vec<u8>) {
        let rest = url.strip_prefix("http://").unwrap_or(url);
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        (head, answer.split_off((end + 4).min(answer.len())))
    }

    fn host(under: &str) -> (tempfile::TempDir, Host) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sales")).unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("index.html", "<p>start</p>");
        write("sales/index.html", "<p>sales</p>");
        write("app.wasm", &"0".repeat(10_000));
        write("a b.parquet", "PAR1");
        write("404.html", "gone");
        let host = Host::start(folder.path(), under);
        (folder, host)
    }

    fn status(host: &Host, path: &str) -> u16 {
        let (head, _) = get(&format!("{}{path}", host.origin()), "");
        head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    #[test]
    fn serves_a_folder_under_a_sub_path() {
        let (_folder, host) = host("reports/q3");
        assert_eq!(get(&host.url(""), "").1, b"<p>start</p>");
        assert_eq!(get(&host.url("sales/"), "").1, b"<p>sales</p>");
        assert_eq!(get(&host.url("a%20b.parquet"), "").1, b"PAR1");
        assert_eq!(status(&host, "/reports/q3"), 301);
        assert_eq!(status(&host, "/reports/q3/sales?x=1"), 301);
        assert_eq!(status(&host, "/"), 404);
        assert_eq!(status(&host, "/reports/q3/../index.html"), 404);
        assert_eq!(get(&host.url("none"), "").1, b"gone");
    }

    #[test]
    fn compresses_and_counts_what_goes_over_the_wire() {
        let (_folder, host) = host("");
        let (head, body) = get(&host.url("app.wasm"), "Accept-Encoding: gzip\r\nRange: bytes=0-9\r\n");
        assert!(head.starts_with("HTTP/1.0 200") && head.contains("application/wasm"), "{head}");
        assert!(body.len() < 200);
        let hit = Hit { path: "/app.wasm".to_owned(), status: 200, bytes: body.len() };
        assert_eq!(host.take_hits(), [hit]);
        assert!(host.hits().is_empty());
        assert_eq!(get(&host.url("app.wasm"), "").1.len(), 10_000);
    }
}
