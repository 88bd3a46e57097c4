//! Binds a `component` block: the module that draws it, the columns that it is given, and what it may select.

use super::chart::object;
use super::keys::{Keys, names};
use super::{Binder, Card, registry, rows};
use crate::components::{FOLDER, is_module};
use crate::diagnostics::{Span, suggest};
use crate::error;
use crate::expression::{Bound, described};
use crate::page::Block;
use crate::sql::{self, Sql};
use crate::yaml::Yaml;
use dashgen_runtime::plan::{Component, ComponentColumn, Grain, Key, Kind, Question, Rows, Select, Shows, View};
use serde_json::json;

impl Binder<'_> {
    pub(super) fn component(&mut self, block: &Block) {
        let Some(keys) = self.keys(block, &registry::names(&registry::COMPONENT)) else { return };
        let module = self.module(&keys);
        let Some(table) = self.asked(&keys) else { return };
        let mut question = Question::default();
        let columns = self.given(&keys, table, &mut question);
        question.rows = if question.measures.is_empty() { Rows::Each } else { Rows::Groups };
        self.order(&keys, table, &mut question);
        question.limit = keys.count("limit", self.diagnostics);
        let (select, labels) = self.selects(&keys, table).unzip();
        let ignore = self.ignored(&keys, table);
        let options = keys.map("options", self.diagnostics).map_or_else(|| json!({}), object);
        let height = keys.count("height", self.diagnostics).map(|height| height.clamp(40, 2000) as u32);
        let title = keys.text("title", self.diagnostics).map_or_else(String::new, |(title, _)| title);
        let card = Card { height, ..Card::new(block.span, title, self.width(&keys, 12)) };
        let id = self.id(&keys, block.name.as_ref().map_or("component", |(name, _)| name));
        if module.is_none() || columns.is_empty() {
            return;
        }
        let shows = Shows::Component(Component { columns, keys: labels.unwrap_or_default(), options });
        let view = View { select, ignore, ..rows::view(id, table, question, shows) };
        self.add(block.span.start, Card { module, ..card }, view);
    }

    /// `module: components/calendar.js`: a file of the site, by its path in `components/`.
    fn module(&mut self, keys: &Keys<'_>) -> Option<String> {
        if !keys.has("module") {
            return self
                .refuse(error!(keys.at, "`component` needs `module`"; hint: "as in `module: components/calendar.js`"));
        }
        let (path, span) = keys.text("module", self.diagnostics)?;
        let below = path.strip_prefix(FOLDER);
        match below.filter(|below| self.modules.contains_key(*below)) {
            Some(below) if is_module(below) => Some(below.to_owned()),
            Some(_) => self.refuse(error!(span, "`{path}` is not an ES module"; hint: "its name ends in `.js`")),
            None if path.contains("://") => self.refuse(error!(span, "`{path}` is not a file of the site"; hint: "a page loads nothing from elsewhere: keep a copy in `components/`")),
            None => {
                let known: Vec<String> =
                    self.modules.keys().filter(|name| is_module(name)).map(|name| format!("{FOLDER}{name}")).collect();
                self.refuse(no_module(&path, span, &known.iter().map(String::as_str).collect::<Vec<_>>()))
            }
        }
    }

    /// `columns`: expressions, or a mapping of names to them; without the key, every column of the table.
    fn given(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) -> Vec<ComponentColumn> {
        let mut columns: Vec<ComponentColumn> = Vec::new();
        for (name, sql) in self.wanted(keys, table) {
            let Some(expression) = self.expression(&sql, table) else { continue };
            if columns.iter().any(|column| column.name == name) {
                self.push(error!(sql.span, "the module is given `{name}` twice"; hint: "leave one of them out"));
                continue;
            }
            let term = rows::term(question, &expression);
            columns.push(ComponentColumn { name, label: expression.label, term, kind: expression.kind });
        }
        columns
    }

    /// The names and expressions of the columns.
    fn wanted(&mut self, keys: &Keys<'_>, table: usize) -> Vec<(String, Sql)> {
        if !keys.has("columns") {
            let usable = self.tables[table].columns.iter().filter(|(_, kind)| kind.is_some());
            return usable.map(|(name, _)| (name.clone(), Sql { text: sql::quoted(name), span: keys.at })).collect();
        }
        let Some(node) = keys.node("columns", self.diagnostics) else { return Vec::new() };
        match &node.yaml {
            Yaml::Map(map) => {
                let named = map.iter().map(|(key, node)| (key.name.clone(), node));
                named
                    .filter_map(|(name, node)| Some((name, keys.expression("columns", node, self.diagnostics)?)))
                    .collect()
            }
            Yaml::List(items) => {
                let sqls = items.iter().filter_map(|item| keys.expression("columns", item, self.diagnostics));
                sqls.map(|sql| (sql.text.clone(), sql)).collect()
            }
            _ => {
                self.push(error!(node.span, "`columns` is a list or a mapping"; hint: "as in `[date, sum(revenue)]` or `{{day: date, revenue: sum(revenue)}}`"));
                Vec::new()
            }
        }
    }

    /// `select: range` and `key: date`: what it may select, and what that is called.
    fn selects(&mut self, keys: &Keys<'_>, table: usize) -> Option<(Select, Vec<String>)> {
        let given = if keys.has("key") { keys.sqls("key", self.diagnostics) } else { Vec::new() };
        let word =
            self.choice(keys, "select", &registry::COMPONENT_SELECTS).map(|word| registry::COMPONENT_SELECTS[word]);
        let Some(word) = word.filter(|word| *word != "none") else {
            if let Some(sql) = given.first().filter(|_| !keys.has("select")) {
                self.push(error!(sql.span, "`key` does nothing without `select`"; hint: "add `select: values` or `select: range`"));
            }
            return None;
        };
        if given.is_empty() {
            let columns: Vec<&str> = self.tables[table].names().collect();
            return self.refuse(
                error!(keys.at, "which column does it filter by?"; hint: "add `key:`, as one of {}", names(&columns)),
            );
        }
        let bound: Vec<(Key, Kind, String, &Sql)> =
            given.iter().map(|sql| self.selected_by(sql, table)).collect::<Option<_>>()?;
        let labels = bound.iter().map(|(_, _, label, _)| label.clone()).collect();
        if word == "values" {
            return Some((Select::Values(bound.into_iter().map(|(key, ..)| key).collect()), labels));
        }
        match &bound[..] {
            [(key, kind, ..)] if key.grain == Grain::Value && (kind.is_number() || kind.is_time()) => {
                Some((Select::Interval(key.clone()), labels))
            }
            [(key, kind, _, sql)] if key.grain == Grain::Value => self.refuse(error!(
                sql.span,
                "a range needs a column of numbers or days; `{}` is {}",
                sql.text,
                described(*kind)
            )),
            [.., (.., sql)] => {
                self.refuse(error!(sql.span, "a range is of one column as it is"; hint: "as in `key: date`"))
            }
            [] => None,
        }
    }

    fn selected_by<'s>(&mut self, sql: &'s Sql, table: usize) -> Option<(Key, Kind, String, &'s Sql)> {
        let expression = self.expression(sql, table)?;
        match expression.bound {
            Bound::Key(key) => Some((key, expression.kind, expression.label, sql)),
            Bound::Measure(_) => self.refuse(error!(sql.span, "nothing is filtered by an aggregate, as `{}` is", sql.text; hint: "`key` names columns")),
        }
    }
}

fn no_module(path: &str, span: Span, known: &[&str]) -> crate::diagnostics::Diagnostic {
    match suggest(path, known.iter().copied()) {
        Some(near) => error!(span, "the site has no file `{path}`"; hint: "did you mean `{near}`?"),
        None if known.is_empty() => {
            error!(span, "the site has no file `{path}`"; hint: "modules lie in the folder `components` beside `content`")
        }
        None => {
            error!(span, "the site has no file `{path}`"; hint: "modules lie in the folder `components`; there are {}", names(known))
        }
    }
}
