//! A finger instead of a mouse: taps, drags and swipes, as Chromium's own touch emulation sends them.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::page::{PageUnderTest, Point};

/// How long a finger rests between two moves; without a rest Chromium puts them together.
const MOVE: Duration = Duration::from_millis(16);

impl PageUnderTest {
    /// Makes the window a phone's, worked by fingers.
    #[track_caller]
    pub fn phone(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        self.call("Emulation.setTouchEmulationEnabled", json!({ "enabled": true, "maxTouchPoints": 5 }));
    }

    /// Taps a point. The finger does not wait for the page to hear of it: on a busy machine that would be a long press.
    #[track_caller]
    pub fn tap_at(&self, at: Point) {
        self.browser.chromium.line.post(&self.session, TOUCH, touch("touchStart", Some(at)));
        self.touch("touchEnd", None);
    }

    /// Taps the middle of an element.
    #[track_caller]
    pub fn tap(&self, selector: &str) {
        self.tap_at(self.center(selector));
    }

    /// Puts a finger down at one point and lifts it at another, with `steps` moves between.
    #[track_caller]
    pub fn touch_drag(&self, from: Point, to: Point, steps: u32) {
        self.touch("touchStart", Some(from));
        for step in 1..=steps {
            let part = f64::from(step) / f64::from(steps);
            let between = |a: f64, b: f64| a + (b - a) * part;
            thread::sleep(MOVE);
            self.touch("touchMove", Some((between(from.0, to.0), between(from.1, to.1))));
        }
        self.touch("touchEnd", None);
    }

    #[track_caller]
    fn touch(&self, kind: &str, at: Option<Point>) {
        self.call(TOUCH, touch(kind, at));
    }
}

const TOUCH: &str = "Input.dispatchTouchEvent";

fn touch(kind: &str, at: Option<Point>) -> Value {
    let points: Vec<_> = at.into_iter().map(|(x, y)| json!({ "x": x, "y": y, "id": 1 })).collect();
    json!({ "type": kind, "touchPoints": points })
}
