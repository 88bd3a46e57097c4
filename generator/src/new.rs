//! `dashgen new`: a folder with a small site that builds as it is.

use crate::bundle::at;
use std::fs;
use std::io;
use std::path::Path;

const FILES: [(&str, &str); 4] = [
    ("dashgen.toml", include_str!("new/dashgen.toml")),
    ("content/index.md", include_str!("new/index.md")),
    ("sources/orders.csv", include_str!("new/orders.csv")),
    (".gitignore", "dist/\n.dashgen/\n"),
];

/// Writes the scaffold; refuses a folder that has anything in it.
pub fn new(folder: &Path) -> io::Result<()> {
    let taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if taken || folder.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            format!("`{}` is there already and not empty", folder.display()),
        ));
    }
    for (path, text) in FILES {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder))
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| at(&file, &error))?;
    }
    Ok(())
}
