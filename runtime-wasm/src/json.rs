//! JSON: its text read and written, and values of it made. Serde_json's own ways, whose errors and tables no page needs, would
//! be a tenth more to fetch; its values stay.

use serde::de::{Expected, Unexpected};

mod read;
mod write;

pub use read::{nearest, parse};
pub use serde_json::Value as Json;
pub use write::write;

/// A value of JSON, written as JSON is: `json!({ "x": [1, null, size] })`. What is no part of the notation is anything that is
/// [`Plain`], and is not moved.
macro_rules! json {
    (null) => { $crate::json::Json::Null };
    ([]) => { $crate::json::Json::Array(Vec::new()) };
    ([ $($item:tt),+ $(,)? ]) => { $crate::json::Json::Array(vec![$($crate::json::json!($item)),+]) };
    ([ $($item:expr),+ $(,)? ]) => { $crate::json::Json::Array(vec![$($crate::json::json!($item)),+]) };
    ({ $($entries:tt)* }) => {{
        #[allow(unused_mut, reason = "there may be no entries")]
        let mut made = serde_json::Map::new();
        $crate::json::json!(@put made $($entries)*);
        $crate::json::Json::Object(made)
    }};
    (@put $made:ident) => {};
    (@put $made:ident $name:literal : null $(, $($rest:tt)*)?) => {
        $crate::json::put(&mut $made, $name, $crate::json::Json::Null);
        $crate::json::json!(@put $made $($($rest)*)?);
    };
    (@put $made:ident $name:literal : { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::json::put(&mut $made, $name, $crate::json::json!({ $($inner)* }));
        $crate::json::json!(@put $made $($($rest)*)?);
    };
    (@put $made:ident $name:literal : [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $crate::json::put(&mut $made, $name, $crate::json::json!([ $($inner)* ]));
        $crate::json::json!(@put $made $($($rest)*)?);
    };
    (@put $made:ident $name:literal : $value:expr $(, $($rest:tt)*)?) => {
        $crate::json::put(&mut $made, $name, $crate::json::json!($value));
        $crate::json::json!(@put $made $($($rest)*)?);
    };
    ($value:expr) => { $crate::json::Plain::json(&$value) };
}

pub(crate) use json;

/// Puts a value into a map.
#[inline(never)]
pub fn put(map: &mut serde_json::Map<String, Json>, name: &str, value: Json) {
    map.insert(name.to_owned(), value);
}

/// What is a value of JSON.
pub trait Plain {
    /// The value.
    fn json(&self) -> Json;
}

impl Plain for Json {
    fn json(&self) -> Json {
        self.clone()
    }
}

impl Plain for bool {
    fn json(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Plain for str {
    fn json(&self) -> Json {
        Json::String(self.to_owned())
    }
}

impl Plain for String {
    fn json(&self) -> Json {
        self.as_str().json()
    }
}

/// What is not finite is null.
impl Plain for f64 {
    fn json(&self) -> Json {
        Json::from(*self)
    }
}

macro_rules! whole {
    ($($number:ty),*) => {
        $(impl Plain for $number {
            fn json(&self) -> Json {
                Json::from(*self)
            }
        })*
    };
}

whole!(i32, i64, u8, u32, u64, usize);

impl<T: Plain> Plain for Option<T> {
    fn json(&self) -> Json {
        self.as_ref().map_or(Json::Null, Plain::json)
    }
}

impl<T: Plain> Plain for [T] {
    fn json(&self) -> Json {
        Json::Array(self.iter().map(Plain::json).collect())
    }
}

impl<T: Plain> Plain for Vec<T> {
    fn json(&self) -> Json {
        self.as_slice().json()
    }
}

impl<T: Plain, const N: usize> Plain for [T; N] {
    fn json(&self) -> Json {
        self.as_slice().json()
    }
}

impl<T: Plain + ?Sized> Plain for &T {
    fn json(&self) -> Json {
        (**self).json()
    }
}

/// An error that has been thrown: there is no value of it.
#[derive(Debug)]
pub enum Thrown {}

impl std::fmt::Display for Thrown {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Thrown {}

impl serde::de::Error for Thrown {
    fn custom<T: std::fmt::Display>(message: T) -> Thrown {
        throw(&message.to_string())
    }

    // Serde's own message would write out what it found, and with it come Rust's digits of floats.
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Thrown {
        throw(&format!("{expected} belongs where something else stands"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Thrown {
        Thrown::invalid_type(found, expected)
    }
}

impl serde::ser::Error for Thrown {
    fn custom<T: std::fmt::Display>(message: T) -> Thrown {
        throw(&message.to_string())
    }
}

/// Throws an error of JavaScript.
pub fn throw(message: &str) -> ! {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen::throw_str(message);
    #[cfg(not(target_arch = "wasm32"))]
    panic!("{message}");
}
