//! Maps by name. The browser's are sorted lists: they have few names, and each kind of tree would be kilobytes of code.

/// A map by name, in the order of the names.
#[cfg(not(target_arch = "wasm32"))]
pub type ByName<V> = std::collections::BTreeMap<String, V>;

/// A map by name, in the order of the names.
#[cfg(target_arch = "wasm32")]
pub type ByName<V> = litemap::LiteMap<String, V>;

/// Reads a map, of which the last value of a name counts.
#[cfg(target_arch = "wasm32")]
pub fn read<'de, V, D>(from: D) -> Result<ByName<V>, D::Error>
where
    V: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    from.deserialize_map(Names(std::marker::PhantomData))
}

#[cfg(target_arch = "wasm32")]
struct Names<V>(std::marker::PhantomData<V>);

#[cfg(target_arch = "wasm32")]
impl<'de, V: serde::Deserialize<'de>> serde::de::Visitor<'de> for Names<V> {
    type Value = ByName<V>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a map")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut entries: A) -> Result<ByName<V>, A::Error> {
        let mut names = ByName::new();
        while let Some((name, value)) = entries.next_entry()? {
            names.insert(name, value);
        }
        Ok(names)
    }
}
