//! An open page: going places, asking, acting, and what has been seen.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Browser;
use super::base64::decode_base64;
use super::keys::{key_code, modifiers};
use super::watch::{ConsoleEntry, Seen, Watch, exception, text};
use crate::devtools::{BROWSER, PATIENCE, lock};

/// A point of the viewport in CSS pixels.
pub type Point = (f64, f64);

/// An open page; it is closed when dropped.
pub struct PageUnderTest {
    pub(super) browser: Arc<Browser>,
    pub(super) context: String,
    pub(super) session: String,
    pub(super) watch: Arc<Watch>,
}

impl Drop for PageUnderTest {
    fn drop(&mut self) {
        let params = json!({ "browserContextId": self.context });
        self.browser.chromium.line.post(BROWSER, "Target.disposeBrowserContext", params);
        lock(&self.browser.watches).retain(|_, watch| !Arc::ptr_eq(watch, &self.watch));
    }
}

/// Going places.
impl PageUnderTest {
    /// Goes to an address and waits until it has loaded.
    #[track_caller]
    pub fn goto(&self, url: &str) {
        let loads = self.seen().loads;
        let answer = self.call("Page.navigate", json!({ "url": url }));
        assert!(answer["errorText"].is_null(), "{url}: {}", answer["errorText"]);
        if !answer["loaderId"].is_null() {
            self.wait_seen("the page to load", |seen| seen.loads > loads);
        }
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        let loads = self.seen().loads;
        self.call("Page.reload", json!({}));
        self.wait_seen("the page to load again", |seen| seen.loads > loads);
    }

    /// Presses the back button.
    #[track_caller]
    pub fn back(&self) {
        self.travel(-1);
    }

    /// Presses the forward button.
    #[track_caller]
    pub fn forward(&self) {
        self.travel(1);
    }

    #[track_caller]
    fn travel(&self, steps: i64) {
        let before = self.seen();
        let history = self.call("Page.getNavigationHistory", json!({}));
        let to = history["currentIndex"].as_i64().expect("a place in the history") + steps;
        let entry = usize::try_from(to).ok().and_then(|to| history["entries"].get(to));
        let id = entry.map(|entry| entry["id"].clone()).expect("the history goes that far");
        self.call("Page.navigateToHistoryEntry", json!({ "entryId": id }));
        self.wait_seen("the history to move", |seen| seen.loads > before.loads || seen.moves > before.moves);
    }

    /// The address in the address bar.
    #[track_caller]
    pub fn url(&self) -> String {
        self.eval("location.href")
    }
}

/// Asking and acting.
impl PageUnderTest {
    /// The value of a JavaScript expression; a promise is awaited.
    #[track_caller]
    pub fn eval<T: DeserializeOwned>(&self, expression: &str) -> T {
        let params = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let mut answer = self.call("Runtime.evaluate", params);
        let thrown = &answer["exceptionDetails"];
        assert!(thrown.is_null(), "`{expression}` threw {}", exception(thrown));
        let value = answer["result"]["value"].take();
        serde_json::from_value(value).unwrap_or_else(|error| panic!("`{expression}`: {error}"))
    }

    /// Evaluates a JavaScript expression for what it does.
    #[track_caller]
    pub fn run(&self, expression: &str) {
        self.eval::<Value>(expression);
    }

    /// Waits until a JavaScript expression is true, over reloads too.
    #[track_caller]
    pub fn wait_for(&self, condition: &str) {
        let end = Instant::now() + PATIENCE / 2;
        let params = json!({ "expression": format!("Boolean({condition})"), "returnByValue": true });
        let is_met = || {
            let answer = self.browser.chromium.line.call(&self.session, "Runtime.evaluate", params.clone());
            answer.is_ok_and(|answer| answer["result"]["value"] == true)
        };
        while !is_met() {
            assert!(Instant::now() < end, "waited in vain for `{condition}`");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The text that an element shows, spaces folded.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let words: String = self.eval(&format!("{}.innerText", element(selector)));
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The middle of an element, scrolled into view first.
    #[track_caller]
    pub fn center(&self, selector: &str) -> Point {
        self.point(selector, 0.5, 0.5)
    }

    /// A point of an element (0,0 its top left, 1,1 its bottom right), scrolled into view first; as a person would, waits
    /// until the element is visible and rests.
    #[track_caller]
    pub fn point(&self, selector: &str, x: f64, y: f64) -> Point {
        self.eval(&format!(
            "(async () => {{
                let before, box;
                for (const end = performance.now() + {patience}; ;) {{
                    const element = document.querySelector({selector:?});
                    element?.scrollIntoView({{ block: 'center', inline: 'nearest', behavior: 'instant' }});
                    box = element?.checkVisibility({{ visibilityProperty: true }}) ? element.getBoundingClientRect() : null;
                    if (box && JSON.stringify(box) === before) break;
                    if (performance.now() > end) throw new Error('no such element, or it is hidden or moves');
                    before = JSON.stringify(box);
                    await new Promise((frame) => requestAnimationFrame(frame));
                }}
                return [box.x + box.width * {x}, box.y + box.height * {y}];
            }})()",
            patience = PATIENCE.as_millis() / 2
        ))
    }

    /// Clicks the middle of an element.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        self.click_at(self.center(selector));
    }

    /// Clicks a point.
    #[track_caller]
    pub fn click_at(&self, at: Point) {
        self.mouse("mouseMoved", at, 0);
        self.mouse("mousePressed", at, 1);
        self.mouse("mouseReleased", at, 1);
    }

    /// Clicks a point twice.
    #[track_caller]
    pub fn double_click_at(&self, at: Point) {
        self.click_at(at);
        self.mouse("mousePressed", at, 2);
        self.mouse("mouseReleased", at, 2);
    }

    /// Moves the pointer to a point.
    #[track_caller]
    pub fn mouse_move(&self, to: Point) {
        self.mouse("mouseMoved", to, 0);
    }

    /// Presses the button at one point and releases it at another, with `steps` moves between.
    #[track_caller]
    pub fn mouse_drag(&self, from: Point, to: Point, steps: u32) {
        self.press_at(from);
        for step in 1..=steps {
            let part = f64::from(step) / f64::from(steps);
            let between = |a: f64, b: f64| a + (b - a) * part;
            self.drag_to((between(from.0, to.0), between(from.1, to.1)));
        }
        self.release_at(to);
    }

    /// Presses the button at a point and holds it.
    #[track_caller]
    pub fn press_at(&self, at: Point) {
        self.mouse("mouseMoved", at, 0);
        self.mouse("mousePressed", at, 1);
    }

    /// Moves the pointer to a point with the button held.
    #[track_caller]
    pub fn drag_to(&self, to: Point) {
        self.mouse("mouseMoved", to, 1);
    }

    /// Releases the button at a point.
    #[track_caller]
    pub fn release_at(&self, at: Point) {
        self.mouse("mouseReleased", at, 1);
    }

    /// Turns the wheel over a point by so many pixels, downwards; with Ctrl held if it `zooms`.
    #[track_caller]
    pub fn wheel_at(&self, (x, y): Point, by: f64, zooms: bool) {
        let modifiers = u32::from(zooms) * modifiers("Control+").0;
        let params = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": by, "modifiers": modifiers });
        self.call("Input.dispatchMouseEvent", params);
    }

    #[track_caller]
    fn mouse(&self, kind: &str, (x, y): Point, clicks: u32) {
        let held = u32::from(clicks > 0 && kind != "mouseReleased");
        let button = if clicks > 0 { "left" } else { "none" };
        let params = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": held, "clickCount": clicks });
        self.call("Input.dispatchMouseEvent", params);
    }

    /// Presses a key by its DOM name or character, with modifiers in front: `Escape`, `a`, `Shift+Tab`.
    #[track_caller]
    pub fn key(&self, keys: &str) {
        let (modifiers, key) = modifiers(keys);
        let (code, number, text) = key_code(key);
        let mut params = json!({
            "type": if text.is_empty() { "rawKeyDown" } else { "keyDown" },
            "key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers, "text": text,
        });
        self.call("Input.dispatchKeyEvent", params.clone());
        params["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", params);
    }

    /// Types a text into the focused element.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Chooses an option of a `<select>` by its value; of a `multiple` one, adds it to what is chosen.
    #[track_caller]
    pub fn select(&self, selector: &str, value: &str) {
        let found: bool = self.eval(&format!(
            "(() => {{
                const select = {};
                const option = [...select.options].find((option) => option.value === {value:?});
                if (option) option.selected = true;
                for (const kind of ['input', 'change']) select.dispatchEvent(new Event(kind, {{ bubbles: true }}));
                return !!option;
            }})()",
            element(selector)
        ));
        assert!(found, "`{selector}` has no option `{value}`");
    }

    /// Sets the value of an `<input>` (text, number, date, range) as if the reader had.
    #[track_caller]
    pub fn fill(&self, selector: &str, value: &str) {
        self.run(&format!(
            "(() => {{
                const input = {};
                input.focus();
                input.value = {value:?};
                for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind, {{ bubbles: true }}));
            }})()",
            element(selector)
        ));
    }
}

/// The circumstances.
impl PageUnderTest {
    /// Makes the window's inside this large.
    #[track_caller]
    pub fn set_viewport(&self, width: u32, height: u32) {
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", params);
    }

    /// Lets the system prefer `light` or `dark`.
    #[track_caller]
    pub fn color_scheme(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.call("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// Lets the system ask for less motion.
    #[track_caller]
    pub fn reduced_motion(&self) {
        let feature = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        self.call("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// Shows the page as it would be printed.
    #[track_caller]
    pub fn print_style(&self) {
        self.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    }

    /// Switches JavaScript off from the next load on; `eval` still answers, but waits for nothing.
    #[track_caller]
    pub fn scripts_off(&self) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    }

    /// Runs a script in every page from the next load on, before the page's own.
    #[track_caller]
    pub fn at_start(&self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }

    /// Writes what the window shows as a PNG file.
    #[track_caller]
    pub fn screenshot(&self, file: &Path) {
        self.capture(file, json!({ "format": "png" }));
    }

    /// Writes the whole page, however long, as a PNG file.
    #[track_caller]
    pub fn screenshot_full(&self, file: &Path) {
        let size = self.call("Page.getLayoutMetrics", json!({}))["cssContentSize"].take();
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        self.capture(file, json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }));
    }

    #[track_caller]
    fn capture(&self, file: &Path, params: Value) {
        let png = decode_base64(&text(&self.call("Page.captureScreenshot", params)["data"]));
        std::fs::write(file, png).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

/// What has been seen.
impl PageUnderTest {
    /// Everything that the console, the browser and uncaught exceptions have said so far.
    pub fn console(&self) -> Vec<ConsoleEntry> {
        self.seen().console
    }

    /// The addresses that the page and its workers have asked for so far.
    pub fn requests(&self) -> Vec<String> {
        self.seen().requests
    }

    /// Errors on the console, and requests to another origin than the page's.
    #[track_caller]
    pub fn complaints(&self) -> Vec<String> {
        let home: String = self.eval("location.origin === 'null' ? location.protocol : location.origin + '/'");
        let own = |url: &String| [home.as_str(), "data:", "blob:", "about:"].iter().any(|start| url.starts_with(start));
        let seen = self.seen();
        let errors = seen.console.into_iter().filter(|entry| entry.level == "error").map(|entry| entry.text);
        let foreign = seen.requests.into_iter().filter(|url| !own(url)).map(|url| format!("request to {url}"));
        errors.chain(foreign).collect()
    }

    /// Fails if there is a complaint.
    #[track_caller]
    pub fn assert_clean(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    fn seen(&self) -> Seen {
        lock(&self.watch.seen).clone()
    }

    #[track_caller]
    fn wait_seen(&self, what: &str, met: impl Fn(&Seen) -> bool) {
        let seen = lock(&self.watch.seen);
        let waited = self.watch.changed.wait_timeout_while(seen, PATIENCE, |seen| !met(seen));
        let timed_out = waited.is_ok_and(|(_, timeout)| timeout.timed_out());
        assert!(!timed_out, "waited in vain for {what}");
    }

    #[track_caller]
    pub(super) fn call(&self, method: &str, params: Value) -> Value {
        let line = &self.browser.chromium.line;
        line.call(&self.session, method, params).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// JavaScript that finds an element or says which is missing.
fn element(selector: &str) -> String {
    format!("(document.querySelector({selector:?}) ?? (() => {{ throw 'no element ' + {selector:?} }})())")
}
