//! `[sources.NAME]` with a `driver`: a database that is asked over ADBC. What is secret comes from the environment.

use super::sources::{Setting, Settings, Value};
use crate::diagnostics::{Diagnostic, Diagnostics, Files, Span, suggest};
use crate::error;
use crate::sources::connection::{DRIVERS, Dialect, Driver};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// A connection as `dashgen.toml` describes it.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// Its name, as SQL writes it before a table's.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Which driver talks to it.
    pub driver: &'static Driver,
    /// Where the driver's name stands.
    pub driver_span: Span,
    /// Where its library lies, if the author says so.
    pub driver_path: Option<String>,
    /// Which SQL it speaks.
    pub dialect: Dialect,
    /// What the driver is given.
    pub options: Vec<(String, Secret)>,
    /// The variables that the options were made of, and their values.
    pub secrets: Vec<(String, Secret)>,
    /// How long it may take to connect.
    pub connect_timeout: Duration,
    /// How long a query may take.
    pub statement_timeout: Duration,
    /// How often it is tried in all while the server is away.
    pub attempts: usize,
    /// Whether its tables are the site's own files: reading all their rows is then no worse than grouping them.
    pub is_engine: bool,
}

/// A text that no message shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

const KEYS: [&str; 8] =
    ["driver", "uri", "options", "driver_path", "dialect", "connect_timeout", "statement_timeout", "attempts"];

/// What the connections of a site are read with.
pub struct Surroundings<'a> {
    /// The site's folder: paths of database files are relative to it.
    pub root: &'a Path,
    /// The texts.
    pub files: &'a Files,
    /// The environment's variables.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

/// The connections among a site's sources; one with a mistake in it has none here.
pub fn connections(
    sources: &BTreeMap<String, Settings>,
    surroundings: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<ConnectionSettings> {
    let mut connections = Vec::new();
    for (name, settings) in sources.iter().filter(|(_, settings)| settings.is_connection()) {
        match connection(name, settings, surroundings) {
            Ok(connection) => connections.push(connection),
            Err(problems) => problems.into_iter().for_each(|problem| diagnostics.push(problem)),
        }
    }
    connections
}

fn connection(
    name: &str,
    settings: &Settings,
    surroundings: &Surroundings<'_>,
) -> Result<ConnectionSettings, Vec<Diagnostic>> {
    let driver = settings.get("driver").expect("the caller saw that it has one");
    let driver_span = driver.value_span;
    let driver = self::driver(driver).map_err(|problem| vec![problem])?;
    let mut made = ConnectionSettings {
        name: name.to_owned(),
        span: settings.span.expect("`dashgen.toml` names it"),
        driver,
        driver_span,
        driver_path: None,
        dialect: driver.dialect,
        options: Vec::new(),
        secrets: Vec::new(),
        connect_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(300),
        attempts: 3,
        is_engine: false,
    };
    let reader = Reader { surroundings, settings, driver };
    let problems: Vec<Diagnostic> =
        settings.list.iter().filter_map(|setting| reader.set(&mut made, setting).err()).collect();
    if problems.is_empty() { Ok(made) } else { Err(problems) }
}

fn driver(setting: &Setting) -> Result<&'static Driver, Diagnostic> {
    let name = setting.text()?;
    let names = DRIVERS.map(|driver| driver.name);
    let found = DRIVERS.iter().find(|driver| driver.name == name);
    found.ok_or_else(|| match suggest(name, names) {
        Some(near) => error!(setting.value_span, "unknown driver `{name}`"; hint: "did you mean `{near}`?"),
        None => error!(setting.value_span, "unknown driver `{name}`"; hint: "there are {}", listed(&names)),
    })
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

struct Reader<'a> {
    surroundings: &'a Surroundings<'a>,
    settings: &'a Settings,
    driver: &'static Driver,
}

impl Reader<'_> {
    fn set(&self, made: &mut ConnectionSettings, setting: &Setting) -> Result<(), Diagnostic> {
        match setting.name.as_str() {
            "driver" => {}
            "uri" => self.uri(made, setting)?,
            "options" => {
                for option in setting.table()? {
                    self.option(made, option)?;
                }
            }
            "driver_path" => made.driver_path = Some(self.below_root(setting.text()?)),
            "dialect" => made.dialect = dialect(setting)?,
            "connect_timeout" => made.connect_timeout = seconds(setting)?,
            "statement_timeout" => made.statement_timeout = seconds(setting)?,
            "attempts" => made.attempts = setting.count()?.max(1),
            _ => return Err(super::unknown(&setting.name, setting.span, &KEYS)),
        }
        Ok(())
    }

    fn uri(&self, made: &mut ConnectionSettings, setting: &Setting) -> Result<(), Diagnostic> {
        let text = setting.text()?;
        if has_password(text) {
            return Err(self.exposed(setting, &format!("{}_PASSWORD", made.name.to_uppercase())));
        }
        let mut uri = self.filled(text, setting.value_span, &mut made.secrets, Place::Address)?;
        if self.driver.is_file && !uri.contains(':') {
            uri = self.below_root(&uri);
        }
        let password = user_of(&uri).split_once(':').map(|(_, password)| password.to_owned());
        made.secrets
            .extend(password.filter(|password| !password.is_empty()).map(|value| ("uri".to_owned(), Secret(value))));
        made.options.push((self.driver.address.to_owned(), Secret(uri)));
        Ok(())
    }

    fn option(&self, made: &mut ConnectionSettings, option: &Setting) -> Result<(), Diagnostic> {
        let text = match &option.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Boolean(value) => value.to_string(),
            Value::List(_) | Value::Table(_) => {
                return Err(error!(option.value_span, "`{}` is a single value", option.name));
            }
        };
        if is_secret(&option.name) && !text.contains("${") {
            return Err(self.exposed(option, &format!("{}_PASSWORD", made.name.to_uppercase())));
        }
        let text = self.filled(&text, option.value_span, &mut made.secrets, Place::Option)?;
        made.options.push((option.name.clone(), Secret(text)));
        Ok(())
    }

    /// A secret in the file. The message shows no line that has it.
    fn exposed(&self, setting: &Setting, variable: &str) -> Diagnostic {
        let own = self.settings.span.expect("`dashgen.toml` names it");
        let between = Span { end: setting.value_span.start, ..own };
        let is_above = self.surroundings.files.source(between).contains('\n');
        let span = is_above.then_some(own);
        error!(span, "a password stands in `{}`", setting.name; hint: "put it into an environment variable and write `${{{variable}}}` in its place; change it, for who can read the file knows it")
    }

    /// A text with the values of its `${VARIABLES}`.
    fn filled(
        &self,
        text: &str,
        span: Span,
        secrets: &mut Vec<(String, Secret)>,
        place: Place,
    ) -> Result<String, Diagnostic> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                return Err(error!(span, "`${{` is not closed"; hint: "as in `${{PGPASSWORD}}`"));
            };
            let value = (self.surroundings.variable)(name).filter(|value| !value.is_empty());
            let value = value.ok_or_else(|| error!(span, "the environment variable `{name}` is not set"; hint: "set it where you run dashgen: `export {name}=…`"))?;
            filled.push_str(before);
            let is_part = place == Place::Address && filled.contains("://");
            let is_user = is_part && after.contains('@');
            match is_user {
                true => filled.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC)),
                false => filled.push_str(&value),
            }
            let is_host = is_part && !is_user && !filled.contains('?') && !filled.contains(';');
            if !is_host {
                secrets.push((name.to_owned(), Secret(value)));
            }
            rest = after;
        }
        Ok(filled + rest)
    }

    fn below_root(&self, path: &str) -> String {
        self.surroundings.root.join(path).to_string_lossy().into_owned()
    }
}

/// Where a variable stands: before an address' `@` its value is escaped.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Address,
    Option,
}

/// True for `//user:password@host` and for `?password=…` where the password is no variable.
fn has_password(uri: &str) -> bool {
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    let password = user_of(uri).split_once(':').map_or("", |(_, password)| password);
    let is_plain = |value: &str| !value.is_empty() && !value.starts_with("${");
    let in_query = |pair: &str| pair.split_once('=').is_some_and(|(name, value)| is_secret(name) && is_plain(value));
    let separators = |letter: char| matches!(letter, '&' | ';' | ' ');
    is_plain(password) || query.split(separators).chain(uri.split(separators)).any(in_query)
}

/// The `user:password` of an address.
fn user_of(uri: &str) -> &str {
    let address = uri.split('?').next().unwrap_or_default();
    let authority = address.split_once("://").map_or("", |(_, rest)| rest);
    authority.rsplit_once('@').map_or("", |(user, _)| user)
}

fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["password", "passwd", "pwd", "token", "secret", "passphrase", "authorization", "pkcs8_value"];
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

fn dialect(setting: &Setting) -> Result<Dialect, Diagnostic> {
    let name = setting.text()?;
    Dialect::named(name).ok_or_else(
        || error!(setting.value_span, "unknown dialect `{name}`"; hint: "there are {}", listed(&Dialect::NAMES)),
    )
}

fn seconds(setting: &Setting) -> Result<Duration, Diagnostic> {
    match setting.value {
        Value::Number(seconds) if seconds > 0.0 && seconds < 1e6 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(
            error!(setting.value_span, "`{}` is a number of seconds", setting.name; hint: "as in `{} = 30`", setting.name),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_where_they_stand() {
        let cases = [
            ("postgresql://report:${PGPASSWORD}@host/db", false),
            ("postgresql://report:hunter2@host/db", true),
            ("postgresql://report@host:5432/db", false),
            ("postgresql://host/db?user=a&password=hunter2", true),
            ("postgresql://host/db?user=a&password=${P}", false),
            ("host=localhost password=hunter2", true),
            ("sc://host:15002/;token=abc", true),
            ("data/shop.db", false),
        ];
        for (uri, expected) in cases {
            assert_eq!(has_password(uri), expected, "{uri}");
        }
    }
}
