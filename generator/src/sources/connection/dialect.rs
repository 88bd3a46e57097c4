//! What the databases write differently: names, types, spans of time, and the settings that a session begins with.

use dashgen_runtime::plan::{Kind, TimeGrain};
use std::time::Duration;

/// The SQL of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL, and what speaks like it.
    PostgreSql,
    /// SQLite.
    Sqlite,
    /// DuckDB.
    DuckDb,
    /// Apache Spark, Databricks, Sail.
    Spark,
    /// Snowflake.
    Snowflake,
    /// BigQuery.
    BigQuery,
    /// Standard SQL with `date_trunc`.
    Standard,
}

impl Dialect {
    /// The names in `dashgen.toml`.
    pub const NAMES: [&str; 7] = ["postgresql", "sqlite", "duckdb", "spark", "snowflake", "bigquery", "standard"];

    /// The dialect of a name.
    pub fn named(name: &str) -> Option<Dialect> {
        use Dialect::{BigQuery, DuckDb, PostgreSql, Snowflake, Spark, Sqlite, Standard};
        let all = [PostgreSql, Sqlite, DuckDb, Spark, Snowflake, BigQuery, Standard];
        Dialect::NAMES.iter().position(|known| *known == name).map(|index| all[index])
    }

    /// A name of any letters.
    pub fn quoted(self, name: &str) -> String {
        match self {
            Dialect::Spark => format!("`{}`", name.replace('`', "``")),
            Dialect::BigQuery => format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// True if a table's groups can be asked of the database. SQLite has neither dates nor decimals: its rows are grouped here.
    pub fn groups(self) -> bool {
        self != Dialect::Sqlite
    }

    /// A value as a 64-bit float.
    pub fn float(self, value: &str) -> String {
        let name = match self {
            Dialect::Sqlite => "REAL",
            Dialect::BigQuery => "FLOAT64",
            Dialect::PostgreSql | Dialect::Standard => "DOUBLE PRECISION",
            _ => "DOUBLE",
        };
        format!("CAST({value} AS {name})")
    }

    /// A number as a 64-bit float. As a text it is read to the last bit; as a literal it may be a decimal.
    pub fn literal(self, number: f64) -> String {
        self.float(&format!("'{number:?}'"))
    }

    /// A float that is null where it is no number.
    pub fn number(self, value: &str) -> String {
        let float = self.float(value);
        match self {
            Dialect::PostgreSql | Dialect::Snowflake => format!("NULLIF({float}, {})", self.float("'NaN'")),
            Dialect::Spark | Dialect::DuckDb => format!("CASE WHEN isnan({float}) THEN NULL ELSE {float} END"),
            Dialect::BigQuery => format!("IF(IS_NAN({float}), NULL, {float})"),
            Dialect::Sqlite => float,
            Dialect::Standard => format!("CASE WHEN {float} = {float} THEN {float} END"),
        }
    }

    /// A text that is compared by its bytes.
    pub fn text(self, value: &str) -> String {
        match self {
            Dialect::PostgreSql => format!("CAST({value} AS text) COLLATE \"C\""),
            _ => value.to_owned(),
        }
    }

    /// A sum that is known to fit its kind.
    pub fn sum(self, value: &str, kind: Kind) -> String {
        let name = match (self, kind) {
            (Dialect::BigQuery, Kind::Integer) => "INT64",
            (_, Kind::Integer) => "BIGINT",
            (_, Kind::Decimal { .. }) if self == Dialect::BigQuery => return format!("sum({value})"),
            (_, Kind::Decimal { scale }) => return format!("CAST(sum({value}) AS DECIMAL(38, {scale}))"),
            _ => return format!("sum({value})"),
        };
        format!("CAST(sum({value}) AS {name})")
    }

    /// The first moment of a value's span of time.
    pub fn truncated(self, grain: TimeGrain, value: &str, kind: Kind) -> String {
        let name = grain.name();
        let truncated = match (self, kind) {
            (Dialect::BigQuery, _) => return in_bigquery(grain, value, kind),
            (Dialect::Spark, _) => format!("date_trunc('{}', {value})", name.to_uppercase()),
            _ => format!("date_trunc('{name}', CAST({value} AS TIMESTAMP))"),
        };
        if kind == Kind::Date { format!("CAST({truncated} AS DATE)") } else { truncated }
    }

    /// Has times told in UTC. Engines that cannot be told so tell them in UTC anyway.
    pub fn time_zone(self) -> Option<&'static str> {
        match self {
            Dialect::PostgreSql | Dialect::Spark => Some("SET TIME ZONE 'UTC'"),
            Dialect::DuckDb => Some("SET TimeZone = 'UTC'"),
            Dialect::Snowflake => Some("ALTER SESSION SET TIMEZONE = 'UTC'"),
            _ => None,
        }
    }

    /// What a session begins with: how long a query may take, and that what is read stays as it was at the first look.
    pub fn opening(self, statement_timeout: Duration) -> Vec<String> {
        let milliseconds = statement_timeout.as_millis();
        match self {
            Dialect::PostgreSql => vec![
                format!("SET statement_timeout = {milliseconds}"),
                "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY".to_owned(),
            ],
            Dialect::Snowflake => vec![
                "ALTER SESSION SET WEEK_START = 1".to_owned(),
                format!("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {}", milliseconds.div_ceil(1000)),
            ],
            _ => Vec::new(),
        }
    }

    /// What comes before the first row is read, so that all tables of a build are of one moment.
    pub fn snapshot(self) -> Option<&'static str> {
        (self == Dialect::PostgreSql).then_some("BEGIN")
    }

    /// How many rows tell the types of a query's columns: SQLite has types for values, not for columns.
    pub fn rows_that_tell_types(self) -> usize {
        if self == Dialect::Sqlite { 1000 } else { 0 }
    }
}

fn in_bigquery(grain: TimeGrain, value: &str, kind: Kind) -> String {
    let name = match grain {
        TimeGrain::Week => "ISOWEEK".to_owned(),
        grain => grain.name().to_uppercase(),
    };
    match kind {
        Kind::Date => format!("DATE_TRUNC({value}, {name})"),
        _ => format!("TIMESTAMP_TRUNC(CAST({value} AS TIMESTAMP), {name})"),
    }
}
