//! PostgreSQL in a temporary folder, at a free port, with a log of every statement.

use super::{free_port, wait};
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A server with the user `report`.
pub struct PostgreSql {
    /// Where it listens.
    pub port: u16,
    folder: TempDir,
    server: Option<Child>,
}

/// The password of `report`. Its letters are such that an address must escape them.
pub const PASSWORD: &str = "s3cr/t@pass:word";

impl PostgreSql {
    /// Makes a database and starts its server.
    pub fn start() -> PostgreSql {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut made = PostgreSql { port: free_port(), folder, server: None };
        fs::set_permissions(made.folder.path(), Permissions::from_mode(0o755)).expect("the folder is ours");
        fs::write(made.path("password"), PASSWORD).expect("the folder is ours");
        made.give_away();
        let made_data = made
            .program("initdb")
            .args(["-A", "scram-sha-256", "-U", "report", "-E", "UTF8", "--no-sync", "--pwfile"])
            .arg(made.path("password"))
            .arg("-D")
            .arg(made.path("data"))
            .stdout(Stdio::null())
            .status();
        assert!(made_data.is_ok_and(|status| status.success()), "initdb does not run");
        made.restart();
        made
    }

    /// Starts the server, which does not run.
    pub fn restart(&mut self) {
        let log = File::options().create(true).append(true).open(self.path("log")).expect("the folder is ours");
        let options = [
            "listen_addresses=127.0.0.1",
            "log_statement=all",
            "fsync=off",
            "max_connections=20",
            "shared_buffers=128MB",
        ];
        let mut server = self.program("postgres");
        server.arg("-D").arg(self.path("data")).arg("-k").arg(self.folder.path()).args(["-p", &self.port.to_string()]);
        server.args(options.iter().flat_map(|option| ["-c", option]));
        self.server = Some(server.stdout(Stdio::null()).stderr(log).spawn().expect("postgres starts"));
        let answers = || {
            Command::new("psql").args(self.arguments()).env("PGPASSWORD", PASSWORD).args(["-c", "SELECT 1"]).output()
        };
        wait("PostgreSQL's start", Duration::from_secs(60), || answers().is_ok_and(|output| output.status.success()));
    }

    /// Ends the server as a broken machine does.
    pub fn kill(&mut self) {
        let mut server = self.server.take().expect("the server runs");
        server.kill().expect("the server is ours");
        server.wait().expect("the server was killed");
    }

    /// Runs statements, with what they read from their input.
    pub fn run(&self, sql: &str, input: &[u8]) {
        let mut client = Command::new("psql")
            .args(self.arguments())
            .args(["-c", sql])
            .env("PGPASSWORD", PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("psql starts");
        client.stdin.take().expect("it is piped").write_all(input).expect("psql reads");
        assert!(client.wait().is_ok_and(|status| status.success()), "{sql}");
    }

    /// The statements that were run since a place of the log, and the place of its end.
    pub fn log(&self, since: usize) -> (String, usize) {
        let log = fs::read(self.path("log")).expect("the server writes it");
        (String::from_utf8_lossy(&log[since.min(log.len())..]).into_owned(), log.len())
    }

    fn arguments(&self) -> [String; 8] {
        let port = self.port.to_string();
        ["-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", &port, "postgresql:///postgres?user=report"]
            .map(str::to_owned)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// One of its programs, as the user that it may run as: not root.
    fn program(&self, name: &str) -> Command {
        let mut command =
            Command::new(postgresql().expect("PostgreSQL is missing: apt-get install postgresql").join(name));
        if let (true, Some((user, group))) = (is_root(), owner()) {
            command.uid(user).gid(group).current_dir(self.folder.path());
        }
        command
    }

    fn give_away(&self) {
        let given = !is_root()
            || Command::new("chown")
                .args(["-R", "postgres"])
                .arg(self.folder.path())
                .status()
                .is_ok_and(|status| status.success());
        assert!(given, "PostgreSQL does not run as root, and there is no user `postgres`: apt-get install postgresql");
    }
}

impl Drop for PostgreSql {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.kill();
        }
    }
}

/// The folder of PostgreSQL's programs.
pub fn postgresql() -> Option<PathBuf> {
    let versions = crate::folders::entries(Path::new("/usr/lib/postgresql"));
    versions.iter().rev().map(|version| version.join("bin")).find(|folder| folder.join("initdb").exists())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The user and group that PostgreSQL's package makes.
fn owner() -> Option<(u32, u32)> {
    let number = |flag: &str| {
        let told = Command::new("id").args([flag, "postgres"]).output().ok()?;
        String::from_utf8(told.stdout).ok()?.trim().parse().ok()
    };
    Some((number("-u")?, number("-g")?))
}
