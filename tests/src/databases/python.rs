//! Python packages in virtual environments of their own, kept between runs.

use super::kept;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A virtual environment with some packages.
pub struct Environment {
    /// The folder's name below `~/.cache/dashgen`.
    pub name: &'static str,
    /// What is in it.
    pub packages: &'static [&'static str],
}

/// The drivers that are small.
pub const DRIVERS: Environment = Environment {
    name: "drivers",
    packages: &["adbc-driver-postgresql", "adbc-driver-sqlite", "adbc-driver-flightsql"],
};

/// Sail, an engine that speaks like Spark.
pub const SAIL: Environment = Environment { name: "sail", packages: &["pysail"] };

/// Apache Spark with its server for clients, and the driver.
pub const SPARK: Environment = Environment { name: "spark", packages: &["pyspark[connect]", "adbc-driver-spark"] };

impl Environment {
    /// Where it is; what is not there yet is installed.
    pub fn folder(&self) -> PathBuf {
        kept(&format!("python/{}", self.name), |folder| self.install(folder))
    }

    fn install(&self, folder: &Path) {
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "-q", "--disable-pip-version-check"]).args(self.packages);
        let made = Command::new("python3").args(["-m", "venv"]).arg(folder).status();
        let is_done = made.is_ok_and(|status| status.success()) && pip.status().is_ok_and(|status| status.success());
        let install =
            format!("python3 -m venv {0} && {0}/bin/pip install {1}", folder.display(), self.packages.join(" "));
        assert!(is_done, "Python packages are missing: {install}");
    }

    /// A driver's library in it.
    pub fn driver(&self, name: &str) -> PathBuf {
        let package = format!("adbc_driver_{name}");
        self.packages_folder().join(&package).join(format!("lib{package}.so"))
    }

    /// Where Python looks for its packages.
    pub fn packages_folder(&self) -> PathBuf {
        let library = crate::folders::entries(&self.folder().join("lib"));
        library.first().expect("an environment has a library").join("site-packages")
    }
}
