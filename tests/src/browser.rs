//! A reader of a dashboard: real Chromium, driven like a person would, with a record of all that goes wrong.
//!
//! Everything here panics with a sentence instead of returning errors: it is made for tests.

mod base64;
mod keys;
mod page;
mod touch;
mod vitals;
mod watch;

use std::env;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Weak};

use serde_json::json;

pub use self::page::{PageUnderTest, Point};
pub use self::vitals::Vitals;
pub use self::watch::ConsoleEntry;
use self::watch::{Watch, Watches, auto_attach, text, watch_event};
use crate::devtools::{BROWSER, Chromium, lock};

const FLAGS: [&str; 17] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    // A window is drawn and its clocks go on while another lies before it.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--window-size=1440,900",
    // Nothing leaves the machine, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/// Chromium on this machine: `$CHROME`, or one of the usual names in `$PATH`.
pub fn chromium() -> Option<PathBuf> {
    if let Some(chosen) = env::var_os("CHROME") {
        return Some(chosen.into()).filter(|file: &PathBuf| file.is_file());
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).chain(["/usr/bin".into()]).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}

/// A running browser with a fresh profile; pages keep it alive.
pub struct Browser {
    chromium: Chromium,
    watches: Watches,
}

impl Browser {
    /// The browser of all tests that run at the same time; the last of its pages ends it.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Browser>> = Mutex::new(Weak::new());
        let mut shared = lock(&SHARED);
        shared.upgrade().unwrap_or_else(|| {
            let browser = Browser::launch();
            *shared = Arc::downgrade(&browser);
            browser
        })
    }

    /// Starts the machine's Chromium.
    pub fn launch() -> Arc<Self> {
        let program = chromium().expect("Chromium: install `chromium` or name it in $CHROME");
        let watches = Watches::default();
        let seen = Arc::clone(&watches);
        let chromium = Chromium::start(&program, &FLAGS, move |line, event| watch_event(line, &seen, event));
        if let Err(error) = chromium.line.call(BROWSER, "Browser.getVersion", json!({})) {
            panic!("{} did not start: {error}\n{}", program.display(), chromium.complaints());
        }
        Arc::new(Browser { chromium, watches })
    }

    /// Opens an address in a window with storage and cache of its own, and waits until it has loaded.
    #[track_caller]
    pub fn open(self: &Arc<Self>, url: &str) -> PageUnderTest {
        let page = self.blank();
        page.goto(url);
        page
    }

    /// An empty page, to be set up (scripts off, color scheme) before its first address.
    #[track_caller]
    pub fn blank(self: &Arc<Self>) -> PageUnderTest {
        let line = &self.chromium.line;
        let call = |method, params| line.call(BROWSER, method, params).unwrap_or_else(|error| panic!("{error}"));
        let context =
            text(&call("Target.createBrowserContext", json!({ "disposeOnDetach": true }))["browserContextId"]);
        let target = call("Target.createTarget", json!({ "url": "about:blank", "browserContextId": context }));
        let attached = call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        let session = text(&attached["sessionId"]);
        let watch = Arc::new(Watch::default());
        lock(&self.watches).insert(session.clone(), Arc::clone(&watch));
        let page = PageUnderTest { browser: Arc::clone(self), context, session, watch };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.call("Target.setAutoAttach", auto_attach());
        page.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        page
    }
}
