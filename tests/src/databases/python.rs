//! Python packages in virtual environments of their own, kept between runs.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

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

static INSTALLING: Mutex<()> = Mutex::new(());

impl Environment {
    /// Where it is; what is not there yet is installed.
    pub fn folder(&self) -> PathBuf {
        let _one_at_a_time = INSTALLING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let home = std::env::var_os("HOME").expect("a home folder");
        let folder = PathBuf::from(home).join(".cache/dashgen/python").join(self.name);
        let complete = folder.join("complete");
        if !complete.exists() {
            let install =
                format!("python3 -m venv {0} && {0}/bin/pip install {1}", folder.display(), self.packages.join(" "));
            self.install(&folder, &install);
            std::fs::write(complete, "").expect("the folder was just made");
        }
        folder
    }

    fn install(&self, folder: &PathBuf, install: &str) {
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "-q", "--disable-pip-version-check"]).args(self.packages);
        let made = Command::new("python3").args(["-m", "venv"]).arg(folder).status();
        let is_done = made.is_ok_and(|status| status.success()) && pip.status().is_ok_and(|status| status.success());
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
