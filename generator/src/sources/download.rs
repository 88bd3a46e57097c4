//! Files behind addresses: fetched once into the cache, then only asked whether they have changed.

use super::cache::{self, Cache};
use super::{Part, Source, options, s3};
use crate::Mode;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::site::Site;
use crate::{error, warning};
use reqwest::header::{ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a download may take, unless its settings say otherwise.
const TIMEOUT: Duration = Duration::from_secs(300);

/// How long to wait before each new try.
const PAUSES: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// What tells a server which version of a file is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// The server's name for it.
    pub etag: Option<String>,
    /// When it was changed last, in the server's words.
    pub last_modified: Option<String>,
}

/// What came of asking for a file.
pub enum Answer {
    /// The known version is the newest.
    Same,
    /// It was written to the file that was given.
    New(Version),
}

/// Why there is no answer.
pub enum Failure {
    /// The author can mend it.
    Told(Diagnostic),
    /// Nobody answered, or not to the end; another try may help.
    Unreachable(String),
}

/// The file behind the source's address, from the cache or fetched; none if it would have to be fetched for a check.
pub fn fetch(
    site: &Site,
    source: &Source,
    address: &str,
    mode: Mode,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Vec<Part>>, Diagnostic> {
    let refresh = source.settings.get("refresh").map_or(Ok(Duration::ZERO), options::duration)?;
    let timeout = source.settings.get("timeout").map_or(Ok(TIMEOUT), options::duration)?;
    let cache = Cache::of(&site.root, "downloads");
    let key = cache::key(&key(source, address));
    let (path, asked) =
        (cache.path(&source.name, &key, source.kind.extensions[0]), cache.path(&source.name, &key, "json"));
    let part = Part { path: path.clone(), relative: source.relative.clone(), keys: Vec::new() };
    let is_fresh = || cache::age(&asked).is_some_and(|age| age < refresh);
    match (path.is_file(), mode) {
        (true, _) if mode == Mode::Check || is_fresh() => return Ok(Some(vec![part])),
        (false, Mode::Check) => return Ok(None),
        _ => {}
    }
    let download = Download { source, address, timeout, cache: &cache, path: &path, asked: &asked };
    match download.run() {
        Ok(()) => Ok(Some(vec![part])),
        Err(Failure::Told(problem)) => Err(problem),
        Err(Failure::Unreachable(why)) if path.is_file() => {
            diagnostics.push(warning!(source.span, "cannot ask `{}` whether it has changed: {why}", source.relative; hint: "what was fetched last is used"));
            Ok(Some(vec![part]))
        }
        Err(Failure::Unreachable(why)) => Err(
            error!(source.span, "cannot fetch `{}`: {why}", source.relative; hint: "is the address right, and is the server to be reached from here?"),
        ),
    }
}

/// All that says which file it is.
fn key(source: &Source, address: &str) -> Vec<String> {
    let settings = ["endpoint", "region"].iter().filter_map(|name| source.settings.get(name));
    let texts = settings.filter_map(|setting| setting.text().ok().map(str::to_owned));
    std::iter::once(address.to_owned()).chain(texts).collect()
}

struct Download<'a> {
    source: &'a Source,
    address: &'a str,
    timeout: Duration,
    cache: &'a Cache,
    path: &'a Path,
    asked: &'a PathBuf,
}

impl Download<'_> {
    /// Brings the file in the cache up to date.
    fn run(&self) -> Result<(), Failure> {
        let known = fs::read(self.asked).ok().filter(|_| self.path.is_file());
        let known: Version = known.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let mut file = self.cache.file().map_err(|problem| self.unkept(&problem))?;
        let version = match self.with_patience(&known, file.as_file_mut())? {
            Answer::Same => known,
            Answer::New(version) => {
                if file.as_file().metadata().map_err(|problem| self.unkept(&problem))?.len() == 0 {
                    return Err(Failure::Told(
                        error!(self.source.span, "`{}` is empty", self.source.relative; hint: "open the address in a browser: does it give the file?"),
                    ));
                }
                self.cache.keep(file, self.path).map_err(|problem| self.unkept(&problem))?;
                version
            }
        };
        self.note(&version).map_err(|problem| self.unkept(&problem))
    }

    /// Notes the version, and by its own age when the server was asked last.
    fn note(&self, version: &Version) -> io::Result<()> {
        let mut file = self.cache.file()?;
        serde_json::to_writer(&mut file, version)?;
        self.cache.keep(file, self.asked)
    }

    fn unkept(&self, problem: &io::Error) -> Failure {
        Failure::Told(
            error!(self.source.span, "cannot keep `{}` in `.dashgen/cache`: {problem}", self.source.relative; hint: "may you write there, and is there room on the disk?"),
        )
    }

    /// Tries again where that may help.
    fn with_patience(&self, known: &Version, file: &mut fs::File) -> Result<Answer, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|problem| Failure::Unreachable(problem.to_string()))?;
        for pause in PAUSES {
            match runtime.block_on(self.attempt(known, file)) {
                Err(Failure::Unreachable(_)) => std::thread::sleep(pause),
                answer => return answer,
            }
        }
        runtime.block_on(self.attempt(known, file))
    }

    async fn attempt(&self, known: &Version, file: &mut fs::File) -> Result<Answer, Failure> {
        let emptied = file.set_len(0).and_then(|()| io::Seek::rewind(file));
        emptied.map_err(|problem| self.unkept(&problem))?;
        let asked = async {
            match self.address.starts_with("s3://") {
                true => s3::get(self.source, self.address, known, file).await,
                false => http(self, known, file).await,
            }
        };
        match tokio::time::timeout(self.timeout, asked).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::Unreachable(format!("no whole answer within {} s", self.timeout.as_secs_f64()))),
        }
    }
}

async fn http(download: &Download<'_>, known: &Version, file: &mut fs::File) -> Result<Answer, Failure> {
    let client = Client::builder()
        .user_agent(concat!("dashgen/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .build()
        .map_err(|problem| unreachable(&problem))?;
    let mut request = client.get(download.address);
    for (name, value) in [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.last_modified)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let mut response = request.send().await.map_err(|problem| unreachable(&problem))?;
    match response.status() {
        StatusCode::NOT_MODIFIED => return Ok(Answer::Same),
        status if !status.is_success() => return Err(refused(download.source, status)),
        _ => {}
    }
    let version = version(response.headers());
    while let Some(chunk) = response.chunk().await.map_err(|problem| unreachable(&problem))? {
        file.write_all(&chunk).map_err(|problem| download.unkept(&problem))?;
    }
    Ok(Answer::New(version))
}

fn version(headers: &HeaderMap) -> Version {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Version { etag: text(ETAG), last_modified: text(LAST_MODIFIED) }
}

/// What lies at the bottom of a failed request: its own text repeats the address, which may hold a secret.
fn unreachable(problem: &reqwest::Error) -> Failure {
    let mut cause: &dyn Error = problem;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Failure::Unreachable(cause.to_string())
}

fn refused(source: &Source, status: StatusCode) -> Failure {
    let name = &source.relative;
    Failure::Told(match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            error!(source.span, "there is nothing at `{name}`: the server answers {status}"; hint: "open the address in a browser: has the file moved?")
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            error!(source.span, "`{name}` is not for everybody: the server answers {status}"; hint: "fetch it with a loader, which can read a password from an environment variable: as in `{}.{}.sh`", source.name, source.kind.extensions[0])
        }
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            return Failure::Unreachable(format!("the server answers {status}"));
        }
        _ => {
            error!(source.span, "cannot fetch `{name}`: the server answers {status}"; hint: "open the address in a browser")
        }
    })
}
