//! What the browser tells of a page and its workers: console, exceptions, requests, loads.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};

use serde_json::{Value, json};

use crate::devtools::{BROWSER, Line, lock};

/// Who watches which session.
pub type Watches = Arc<Mutex<BTreeMap<String, Arc<Watch>>>>;

/// A message on the page's console, an uncaught exception, or a complaint of the browser (CSP, failed request).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleEntry {
    /// `error`, `warning`, or whatever else the console calls it.
    pub level: String,
    /// What it says, with its address.
    pub text: String,
}

/// What has been seen of a page and its workers.
#[derive(Clone, Default)]
pub struct Seen {
    /// The console, in order.
    pub console: Vec<ConsoleEntry>,
    /// The addresses asked for.
    pub requests: Vec<String>,
    /// Finished loads.
    pub loads: usize,
    /// Moves in the history that load nothing.
    pub moves: usize,
}

/// What has been seen, and a bell for whoever waits to see more.
#[derive(Default)]
pub struct Watch {
    /// What has been seen.
    pub seen: Mutex<Seen>,
    /// Rings at every event.
    pub changed: Condvar,
}

/// Notes an event of a page or worker; a new worker is noted for the page that started it.
pub fn watch_event(line: &Line, watches: &Watches, event: &Value) {
    let session = event["sessionId"].as_str().unwrap_or(BROWSER);
    let Some(watch) = lock(watches).get(session).cloned() else {
        return;
    };
    let params = &event["params"];
    let method = event["method"].as_str().unwrap_or_default();
    if method == "Target.attachedToTarget" {
        let worker = text(&params["sessionId"]);
        lock(watches).insert(worker.clone(), watch);
        listen_to_worker(line, &worker);
        return;
    }
    note(&mut lock(&watch.seen), method, params);
    watch.changed.notify_all();
}

fn listen_to_worker(line: &Line, worker: &str) {
    for domain in ["Runtime", "Log", "Network"] {
        line.post(worker, &format!("{domain}.enable"), json!({}));
    }
    line.post(worker, "Target.setAutoAttach", auto_attach());
    line.post(worker, "Runtime.runIfWaitingForDebugger", json!({}));
}

fn note(seen: &mut Seen, method: &str, params: &Value) {
    match method {
        "Page.loadEventFired" => seen.loads += 1,
        "Page.navigatedWithinDocument" => seen.moves += 1,
        "Page.frameNavigated" if params["type"] == "BackForwardCacheRestore" => seen.moves += 1,
        "Network.requestWillBeSent" => seen.requests.push(text(&params["request"]["url"])),
        "Network.webSocketCreated" => seen.requests.push(text(&params["url"])),
        "Runtime.consoleAPICalled" => {
            let words: Vec<String> = params["args"].as_array().into_iter().flatten().map(remote).collect();
            let level = if params["type"] == "assert" { "error".into() } else { text(&params["type"]) };
            seen.console.push(ConsoleEntry { level, text: words.join(" ") });
        }
        "Runtime.exceptionThrown" => {
            let text = exception(&params["exceptionDetails"]);
            seen.console.push(ConsoleEntry { level: "error".into(), text });
        }
        "Log.entryAdded" => {
            let entry = &params["entry"];
            let text = format!("{} {}", text(&entry["text"]), text(&entry["url"]));
            seen.console.push(ConsoleEntry { level: self::text(&entry["level"]), text });
        }
        _ => {}
    }
}

/// A JSON string, or nothing.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A JavaScript value as the console shows it.
fn remote(object: &Value) -> String {
    match (&object["value"], &object["description"]) {
        (Value::String(text), _) | (Value::Null, Value::String(text)) => text.clone(),
        (value, _) => value.to_string(),
    }
}

/// An exception as the console shows it.
pub fn exception(details: &Value) -> String {
    format!("{} {} {}", text(&details["text"]), remote(&details["exception"]), text(&details["url"]))
}

/// A page's workers are stopped at their start until we listen to them.
pub fn auto_attach() -> Value {
    json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true })
}
