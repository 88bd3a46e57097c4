//! Keys as the protocol wants them.

/// The protocol's bits of the modifiers, and the key behind them.
pub fn modifiers(keys: &str) -> (u32, &str) {
    let bits = [("Alt+", 1), ("Control+", 2), ("Meta+", 4), ("Shift+", 8)];
    match bits.iter().find_map(|(name, bit)| Some((keys.strip_prefix(name)?, bit))) {
        Some((rest, bit)) => {
            let (more, key) = modifiers(rest);
            (bit | more, key)
        }
        None => (0, keys),
    }
}

/// A key's `code`, its number and the text that it types.
pub fn key_code(key: &str) -> (String, u32, String) {
    let (code, number, text) = match key {
        "Backspace" => ("Backspace", 8, ""),
        "Tab" => ("Tab", 9, ""),
        "Enter" => ("Enter", 13, "\r"),
        "Escape" => ("Escape", 27, ""),
        " " => ("Space", 32, " "),
        "PageUp" => ("PageUp", 33, ""),
        "PageDown" => ("PageDown", 34, ""),
        "End" => ("End", 35, ""),
        "Home" => ("Home", 36, ""),
        "ArrowLeft" => ("ArrowLeft", 37, ""),
        "ArrowUp" => ("ArrowUp", 38, ""),
        "ArrowRight" => ("ArrowRight", 39, ""),
        "ArrowDown" => ("ArrowDown", 40, ""),
        "Delete" => ("Delete", 46, ""),
        other => {
            let upper = other.to_ascii_uppercase();
            let number = upper.bytes().next().filter(|_| other.len() == 1).expect("a key that is known here");
            return (format!("Key{upper}"), number.into(), other.to_owned());
        }
    };
    (code.to_owned(), number, text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_modifiers() {
        assert_eq!(modifiers("Control+Shift+Tab"), (10, "Tab"));
        assert_eq!(key_code("a"), ("KeyA".to_owned(), 65, "a".to_owned()));
    }
}
