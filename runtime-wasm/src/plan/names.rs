//! Maps by name. The browser's are sorted lists: they have few names, and each kind of tree would be kilobytes of code.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A map by name, in the order of the names.
#[cfg(not(target_arch = "wasm32"))]
pub type ByName<V> = std::collections::BTreeMap<String, V>;

/// A map by name, in the order of the names.
#[cfg(target_arch = "wasm32")]
pub type ByName<V> = litemap::LiteMap<String, V>;

/// Reads a map, of which the last value of a name counts. Their own ways to read would be kilobytes of code as well.
pub fn read<'de, V, D>(from: D) -> Result<ByName<V>, D::Error>
where
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    from.deserialize_map(Names(PhantomData))
}

struct Names<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Names<V> {
    type Value = ByName<V>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<ByName<V>, A::Error> {
        let mut names = ByName::new();
        while let Some((name, value)) = entries.next_entry()? {
            names.insert(name, value);
        }
        Ok(names)
    }
}
