//! A session with a database: ADBC's calls in the order in which they are made.

use super::batches;
use super::driver::{self, Missing};
use super::problem::{Cause, cause};
use crate::config::connections::ConnectionSettings;
use adbc_core::error::{Error, Status};
use adbc_core::options::{OptionDatabase, OptionValue};
use adbc_core::{Connection as _, Database as _, Driver as _, Statement as _};
use adbc_driver_manager::{ManagedConnection, ManagedStatement};
use polars::error::PolarsError;
use polars::prelude::{DataFrame, Schema};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

/// An open session.
pub struct Session {
    connection: ManagedConnection,
    settings: Arc<ConnectionSettings>,
    has_begun: bool,
}

/// What a driver says, and what that means.
pub struct Failure {
    pub cause: Cause,
    pub message: String,
}

/// What a session answers.
pub type Answer<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure { cause: cause(&error), message: error.message }
    }
}

impl From<arrow::error::ArrowError> for Failure {
    fn from(error: arrow::error::ArrowError) -> Failure {
        Failure::from(Error::from(error))
    }
}

impl From<PolarsError> for Failure {
    fn from(error: PolarsError) -> Failure {
        Failure { cause: Cause::Query, message: error.to_string() }
    }
}

impl From<Missing> for Failure {
    fn from(missing: Missing) -> Failure {
        let message = match missing {
            Missing::File => "there is no file at its `driver_path`".to_owned(),
            Missing::Library => "it is not installed".to_owned(),
            Missing::Broken(path, error) => format!("`{}` does not load: {}", path.display(), error.message),
        };
        Failure { cause: Cause::Driver, message }
    }
}

impl Session {
    /// Loads the driver and connects.
    pub fn open(settings: &Arc<ConnectionSettings>) -> Answer<Session> {
        let mut driver = driver::load(settings)?;
        let option = |(name, value): &(String, crate::config::connections::Secret)| {
            (OptionDatabase::from(name.as_str()), OptionValue::String(value.0.clone()))
        };
        let database = driver.new_database_with_opts(settings.options.iter().map(option))?;
        let connection = database.new_connection()?;
        let mut session = Session { connection, settings: Arc::clone(settings), has_begun: false };
        match settings.dialect.time_zone().map(|statement| session.run(statement)) {
            Some(Err(failure)) if failure.cause != Cause::Query => return Err(failure),
            _ => {}
        }
        for statement in settings.dialect.opening(settings.statement_timeout) {
            session.run(&statement)?;
        }
        Ok(session)
    }

    /// The columns of a query.
    pub fn schema(&mut self, sql: &str) -> Answer<Schema> {
        let rows = self.settings.dialect.rows_that_tell_types();
        if rows == 0 {
            match self.statement(sql)?.execute_schema() {
                Err(error) if error.status == Status::NotImplemented => {}
                schema => return Ok(batches::types(&schema?)?),
            }
        }
        let limited = format!("SELECT * FROM (\n{sql}\n) AS columns_of LIMIT {rows}");
        let mut statement = self.statement(&limited)?;
        let reader = statement.execute()?;
        let schema = batches::types(&reader.schema())?;
        // Some drivers tell of a mistake with the first batch only.
        for batch in reader {
            batch?;
        }
        Ok(schema)
    }

    /// The rows of a query, batch by batch.
    pub fn query(&mut self, sql: &str) -> Answer<DataFrame> {
        if let (Some(begin), false) = (self.settings.dialect.snapshot(), self.has_begun) {
            self.run(begin)?;
            self.has_begun = true;
        }
        // A reader lives no longer than its statement.
        let mut statement = self.statement(sql)?;
        let reader = statement.execute()?;
        let schema = reader.schema();
        let mut frame = batches::empty(&schema)?;
        for batch in reader {
            frame.vstack_mut_owned(batches::frame(&batch?)?)?;
        }
        Ok(frame)
    }

    /// A call that stops what the session runs, from another thread.
    pub fn cancel(&self) -> impl FnOnce() + use<> {
        let handle = self.connection.get_cancel_handle();
        move || drop(handle.try_cancel())
    }

    fn run(&mut self, sql: &str) -> Answer<()> {
        let mut statement = self.statement(sql)?;
        match statement.execute_update() {
            Err(error) if error.message.contains("ExecuteUpdate") || error.status == Status::NotImplemented => {
                statement.execute()?.collect::<Result<Vec<_>, _>>()?;
            }
            done => drop(done?),
        }
        Ok(())
    }

    fn statement(&mut self, sql: &str) -> Answer<ManagedStatement> {
        let mut statement = self.connection.new_statement()?;
        statement.set_sql_query(sql)?;
        Ok(statement)
    }
}

/// Does something on a thread of its own; none if it takes longer than that. What hangs inside a driver cannot be ended,
/// only left behind.
pub fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || drop(send.send(work())));
    receive.recv_timeout(limit).ok()
}
