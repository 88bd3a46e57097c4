//! Connections: databases that are asked over ADBC. A query goes to the engine that holds its tables, as the author wrote
//! it; what comes back are Arrow batches.

mod batches;
mod dialect;
mod driver;
mod problem;
mod remote;
mod session;

pub use dialect::Dialect;
pub use driver::{DRIVERS, Driver};
pub use problem::{Cause, Problem};
pub use remote::{Remote, conformed};

use crate::config::connections::{ConnectionSettings, Surroundings, connections};
use crate::diagnostics::Diagnostics;
use crate::site::Site;
use polars::prelude::{DataFrame, Schema};
use session::Session;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A site's connections by name; none is opened before it is asked.
#[derive(Default)]
pub struct Connections {
    /// Those that can be asked.
    pub known: BTreeMap<String, Arc<Connection>>,
    /// Those whose settings have a mistake.
    pub broken: Vec<String>,
}

impl Connections {
    /// Reads their settings.
    pub fn new(site: &Site, diagnostics: &mut Diagnostics) -> Connections {
        let variable = |name: &str| std::env::var(name).ok();
        let surroundings = Surroundings { root: &site.root, files: &site.files, variable: &variable };
        let settings = connections(&site.config.sources, &surroundings, diagnostics);
        let known: BTreeMap<_, _> =
            settings.into_iter().map(|one| (one.name.clone(), Arc::new(Connection::new(one)))).collect();
        let all = site.config.sources.iter().filter(|(_, settings)| settings.is_connection());
        let broken = all.map(|(name, _)| name.clone()).filter(|name| !known.contains_key(name)).collect();
        Connections { known, broken }
    }

    /// True if a table's name starts with a connection's.
    pub fn own(&self, name: &str) -> bool {
        let first = name.split_once('.').map(|(first, _)| first);
        first.is_some_and(|first| self.known.contains_key(first) || self.broken.iter().any(|broken| broken == first))
    }

    /// The connection that a table's name starts with.
    pub fn of(&self, name: &str) -> Option<&Arc<Connection>> {
        self.known.get(name.split_once('.')?.0)
    }
}

/// A database that can be asked.
pub struct Connection {
    /// How it is reached.
    pub settings: Arc<ConnectionSettings>,
    state: Mutex<State>,
}

/// One query runs at a time, so that all see the data of one moment where the database can show that.
#[derive(Default)]
struct State {
    session: Option<Session>,
    /// What ended it: nothing is asked of a database that could not be reached.
    failed: Option<Problem>,
}

/// The first pause before a query is tried again; each pause is twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(250);

/// A server that stops a query itself is given so much more time to say so.
const GRACE: Duration = Duration::from_secs(2);

impl Connection {
    /// A connection that is opened when it is asked first.
    pub fn new(settings: ConnectionSettings) -> Connection {
        Connection { settings: Arc::new(settings), state: Mutex::default() }
    }

    /// Runs a query to its end.
    pub fn query(&self, sql: &str) -> Result<DataFrame, Problem> {
        let sql = sql.to_owned();
        self.tried(move |session| session.query(&sql))
    }

    /// The columns of a query, without running it where the driver can tell them.
    pub fn schema(&self, sql: &str) -> Result<Schema, Problem> {
        let sql = sql.to_owned();
        self.tried(move |session| session.schema(&sql))
    }

    /// A failure of this connection.
    pub fn problem(&self, cause: Cause, message: &str) -> Problem {
        Problem::new(&self.settings, cause, message)
    }

    /// Asks, and asks again while the server is away.
    fn tried<T: Send + 'static>(
        &self,
        ask: impl Fn(&mut Session) -> session::Answer<T> + Send + Clone + 'static,
    ) -> Result<T, Problem> {
        let mut state = self.state();
        if let Some(problem) = &state.failed {
            return Err(problem.clone());
        }
        let mut pause = PAUSE;
        for _ in 1..self.settings.attempts {
            match self.once(&mut state, ask.clone()) {
                Err(problem) if problem.cause.is_transient() => std::thread::sleep(pause),
                done => return done.map_err(|problem| state.fail(problem)),
            }
            pause *= 2;
        }
        self.once(&mut state, ask).map_err(|problem| state.fail(problem))
    }

    /// Asks in a session that is open, or a new one. After a failure no session stays open.
    fn once<T: Send + 'static>(
        &self,
        state: &mut State,
        ask: impl FnOnce(&mut Session) -> session::Answer<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let mut session = match state.session.take() {
            Some(session) => session,
            None => self.opened()?,
        };
        let cancel = session.cancel();
        let limit = self.settings.statement_timeout + GRACE;
        let done = session::within(limit, move || {
            let answer = ask(&mut session);
            (session, answer)
        });
        let Some((session, answer)) = done else {
            cancel();
            return Err(self.problem(Cause::Timeout, "no answer"));
        };
        match answer {
            Ok(answer) => {
                state.session = Some(session);
                Ok(answer)
            }
            Err(failure) => Err(self.problem(failure.cause, &failure.message)),
        }
    }

    fn opened(&self) -> Result<Session, Problem> {
        let settings = Arc::clone(&self.settings);
        let opened = session::within(self.settings.connect_timeout, move || Session::open(&settings));
        let opened = opened.ok_or_else(|| self.problem(Cause::Slow, "no answer"))?;
        opened.map_err(|failure| self.problem(failure.cause, &failure.message))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn fail(&mut self, problem: Problem) -> Problem {
        if problem.cause.is_of_connection() {
            self.failed = Some(problem.clone());
        }
        problem
    }
}
