//! A phone of the middle class on a slow line, as Lighthouse has it, and what its reader waits for.

use serde::Deserialize;
use serde_json::json;

use super::PageUnderTest;

/// Lighthouse's slow processor: so many times slower than this machine's.
const SLOWER: u32 = 4;
/// Lighthouse's Fast 3G as DevTools applies it: 150 ms of a round trip are 562.5 ms of a request, and a tenth of
/// 1.6 Mbit/s and 750 kbit/s is lost.
const LATENCY_MS: f64 = 150.0 * 3.75;
const DOWN_KBIT: f64 = 1.6 * 1024.0 * 0.9;
const UP_KBIT: f64 = 750.0 * 0.9;
/// The page has come to rest when so long (ms) nothing has kept it busy.
const REST_MS: u32 = 2000;
/// The page's own record of all that it has done, and the four figures of it.
const MEASURE: &str = include_str!("vitals.js");

/// What a reader waits for.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Vitals {
    /// Until anything is painted, in milliseconds.
    pub first_contentful_paint: f64,
    /// Until the largest text or picture is painted.
    pub largest_contentful_paint: f64,
    /// What all tasks after the first paint took beyond 50 ms each.
    pub total_blocking_time: f64,
    /// How much of the page moved how far: the worst burst of shifts.
    pub layout_shift: f64,
}

impl PageUnderTest {
    /// Slows the processor and the network down, from the next load on.
    #[track_caller]
    pub fn slow_down(&self) {
        self.call("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER }));
        let bytes = |kbit: f64| kbit * 1024.0 / 8.0;
        let line = json!({
            "offline": false, "latency": LATENCY_MS,
            "downloadThroughput": bytes(DOWN_KBIT), "uploadThroughput": bytes(UP_KBIT),
        });
        self.call("Network.emulateNetworkConditions", line);
    }

    /// Opens an address and waits until the page has come to rest.
    #[track_caller]
    pub fn vitals(&self, url: &str) -> Vitals {
        self.goto(url);
        self.run("dashgen.ready");
        self.wait_for("dashgen.timings.engine");
        self.eval(&format!("({MEASURE})({REST_MS})"))
    }
}
