//! A running `dashgen preview`, and a large site to try it on.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;

use tempfile::TempDir;

/// A running preview of a site; it ends with the test.
pub struct Preview {
    folder: TempDir,
    process: Child,
    /// Where it is served.
    pub address: String,
}

impl Drop for Preview {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Preview {
    /// Starts a preview of the site that `make` puts into a folder.
    pub fn start(port: u16, make: impl FnOnce(&Path)) -> Preview {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let site = folder.path().join("report");
        make(&site);
        let mut command = crate::dashgen();
        command.arg("preview").arg(&site).args(["--port", &port.to_string()]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("dashgen starts");
        let mut lines =
            BufReader::new(process.stdout.take().expect("its output is piped")).lines().map_while(Result::ok);
        let address = |line: String| line.split_once("preview: ").map(|(_, url)| url.trim().to_owned());
        let address = lines.by_ref().find_map(address).expect("preview prints its address");
        // What it says later is nobody's to read, but its pipe must not fill.
        thread::spawn(move || lines.for_each(drop));
        Preview { folder, process, address }
    }

    /// A file of the site.
    pub fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join("report").join(path)
    }

    /// The folder that the site's lies in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A site like a handbook: folders of pages with headings, code and tables, and a start page with a figure.
pub fn large(site: &Path, pages: usize) {
    let write = |path: &str, text: &str| {
        let path = site.join(path);
        fs::create_dir_all(path.parent().expect("files lie in the site")).expect("a temporary folder");
        fs::write(path, text).expect("a temporary folder");
    };
    write("sources/sales.csv", "region,revenue\nEMEA,1\nAPAC,2\n");
    write("content/index.md", &start_page(0));
    for number in 1..pages {
        let text = format!(
            "# Page {number}\n\nSome **words** about it.\n\n```sh\nrun --page {number}\n```\n\n| a | b |\n|---|---|\n| {number} | 2 |\n"
        );
        write(&format!("content/part-{}/page-{number}.md", number / 100), &text);
    }
}

/// The text of its start page after so many edits.
pub fn start_page(edits: usize) -> String {
    format!("# Handbook\n\nRevenue is {{{{ sum(revenue) }}}}.\n\nVersion {edits}.\n")
}
