//! Binds a `table` block: its columns and how they are drawn, totals, groups with subtotals, and what a row selects.

use super::keys::{Keys, names};
use super::{Binder, Card, registry, rows};
use crate::error;
use crate::expression::{Bound, Expression, described};
use crate::page::Block;
use crate::sql::{self, Sql};
use crate::yaml::{Node, Yaml};
use dashgen_runtime::plan::{
    Aggregate, Format, Key, Kind, Look, Measure, Question, Rows, Select, Shows, Summary, TableColumn, TableGroups,
    TableView, Term, View,
};

/// How values along time are drawn that the view at a position has.
type Trend = fn(usize) -> Look;

/// A column of a table while the others are bound.
struct Drawn {
    column: TableColumn,
    /// The column's values, where they are a measure's.
    measure: Option<Measure>,
    /// The groups of time of a sparkline, and what it is.
    along: Option<(Key, Trend)>,
    /// What stands in lines of totals, if the author says.
    total: Option<&'static str>,
}

impl Binder<'_> {
    pub(super) fn table(&mut self, block: &Block) {
        let Some(keys) = self.keys(block, &registry::names(&registry::TABLE)) else { return };
        let Some(table) = self.asked(&keys) else { return };
        let mut question = Question::default();
        let mut columns = self.columns(&keys, table, &mut question);
        if columns.is_empty() {
            return;
        }
        question.rows = if question.measures.is_empty() { Rows::Each } else { Rows::Groups };
        let group = self.group_by(&keys, table, &mut question);
        if let Some((_, by)) = &group {
            columns.retain(|bound| bound.column.format.term != by.term);
        }
        if columns.is_empty() {
            return self.push(error!(keys.at, "`group_by` leaves no column to show"; hint: "name others in `columns`"));
        }
        self.order(&keys, table, &mut question);
        question.limit = keys.count("limit", self.diagnostics);
        let select = self.selected(&keys, table, &mut question);
        let page_size = keys.count("page_size", self.diagnostics).unwrap_or(10);
        let search = keys.flag("search", self.diagnostics);
        let title = keys.text("title", self.diagnostics).map_or_else(String::new, |(title, _)| title);
        let help = self.words(&keys, "help");
        let card = Card { help, ..Card::new(block.span, title, self.width(&keys, 12)) };
        let id = self.id(&keys, block.name.as_ref().map_or("table", |(name, _)| name));
        let has_totals = keys.flag("totals", self.diagnostics).unwrap_or_default();
        let totals = has_totals.then(|| self.summary(&id, table, &question, &columns, None));
        let groups = group.map(|(label, by)| {
            let key = match by.term {
                Term::Key(key) => Some(question.keys[key].clone()),
                Term::Measure(_) => None,
            };
            TableGroups { label, by, summary: self.summary(&id, table, &question, &columns, key) }
        });
        let columns = columns.into_iter().map(|bound| self.drawn(bound, &id, table, &question)).collect();
        let shows = Shows::Table(TableView { columns, page_size, search, totals, groups });
        self.add(block.span.start, card, View { select, ..rows::view(id, table, question, shows) });
    }

    /// `columns`: expressions, or mappings; without the key, every column of the table.
    fn columns(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) -> Vec<Drawn> {
        if !keys.has("columns") {
            return self.all_columns(keys, table, question);
        }
        let Some(node) = keys.node("columns", self.diagnostics) else { return Vec::new() };
        let Yaml::List(items) = &node.yaml else {
            self.push(error!(node.span, "`columns` is a list"; hint: "as in `[product, sum(revenue)]`"));
            return Vec::new();
        };
        items.iter().filter_map(|item| self.table_column(keys, item, table, question)).collect()
    }

    fn all_columns(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) -> Vec<Drawn> {
        let shown: Vec<String> = self.tables[table]
            .columns
            .iter()
            .filter(|(_, kind)| kind.is_some())
            .map(|(name, _)| name.clone())
            .collect();
        let sqls = shown.iter().map(|name| Sql { text: sql::quoted(name), span: keys.at }).collect::<Vec<_>>();
        let bound: Vec<Expression> = sqls.iter().filter_map(|sql| self.expression(sql, table)).collect();
        bound.into_iter().map(|expression| column(question, &expression)).collect()
    }

    fn table_column(&mut self, keys: &Keys<'_>, item: &Node, table: usize, question: &mut Question) -> Option<Drawn> {
        let Yaml::Map(map) = &item.yaml else {
            let sql = keys.expression("columns", item, self.diagnostics)?;
            let expression = self.expression(&sql, table)?;
            return Some(column(question, &expression));
        };
        let keys = keys.inner(map, item.span, &registry::names(&registry::COLUMN), self.diagnostics);
        if !keys.has("value") {
            return self.refuse(
                error!(item.span, "a column needs `value`"; hint: "as in `{{value: sum(revenue), label: Revenue}}`"),
            );
        }
        let sql = keys.sql("value", self.diagnostics)?;
        let known = self.plan.tables[table].columns.len();
        let mut expression = self.expression(&sql, table)?;
        let kind = expression.kind;
        if kind == Kind::Timestamp && keys.text("type", self.diagnostics).is_some_and(|(name, _)| name == "time") {
            // The moments themselves need not be published.
            self.plan.tables[table].columns.truncate(known);
            expression = self.time_of_day(&sql, table, expression)?;
        }
        let mut bound = column(question, &expression);
        if let Some((label, _)) = keys.text("label", self.diagnostics) {
            bound.column.label = label;
        }
        bound.column.format.format = self.format(&keys);
        bound.column.width = self.pixels(&keys);
        bound.total = self.choice(&keys, "total", &registry::TOTALS).map(|word| registry::TOTALS[word]);
        self.look(&keys, (&sql, kind), table, question, &mut bound);
        Some(bound)
    }

    /// The hours and minutes of a moment.
    fn time_of_day(&mut self, sql: &Sql, table: usize, moment: Expression) -> Option<Expression> {
        let text = format!("strftime({}, '%H:%M')", sql.text);
        let time = self.expression(&Sql { text, ..sql.clone() }, table)?;
        Some(Expression { label: moment.label, ..time })
    }

    fn pixels(&mut self, keys: &Keys<'_>) -> Option<u32> {
        let (number, span) = keys.number("width", self.diagnostics)?;
        if !(20.0..=2000.0).contains(&number) {
            return self.refuse(error!(span, "a column's `width` is a number from 20 to 2000"; hint: "in pixels"));
        }
        Some(number as u32)
    }

    /// `type: bar`: how a column's cells are drawn, and which values that takes.
    fn look(
        &mut self,
        keys: &Keys<'_>,
        column: (&Sql, Kind),
        table: usize,
        question: &mut Question,
        drawn: &mut Drawn,
    ) {
        let (sql, kind) = column;
        let Some((name, span)) = keys.text("type", self.diagnostics) else {
            return self.idle(keys, &["text", "x", "chart"], "");
        };
        if self.one_of("type", &name, span, &registry::TYPES).is_none() {
            return;
        }
        if let Some(needs) = misfit(&name, kind) {
            return self.push(error!(span, "`type: {name}` needs {needs}; `{}` is {}", sql.text, described(kind)));
        }
        let preset = match name.as_str() {
            "currency" => Some("$,.2f"),
            "percent" => Some(".1%"),
            _ => None,
        };
        let format = &mut drawn.column.format.format;
        *format = format.take().or(preset.map(str::to_owned));
        let unused: &[&str] = match name.as_str() {
            "link" | "image" => &["x", "chart"],
            "sparkline" => &["text"],
            _ => &["text", "x", "chart"],
        };
        self.idle(keys, unused, &name);
        match name.as_str() {
            "link" => drawn.column.look = Look::Link(self.called(keys, table, question)),
            "image" => drawn.column.look = Look::Image(self.called(keys, table, question)),
            "sparkline" => {
                let trend = self.choice(keys, "chart", &registry::TRENDS);
                let look = [Look::Sparkline, Look::Bars, Look::Area][trend.unwrap_or(0)];
                let along = self.along_time(keys, sql, table, drawn.measure.is_some());
                drawn.along = along.map(|key| (key, look as Trend));
            }
            "checkbox" => drawn.column.look = Look::Checkbox,
            "list" => drawn.column.look = Look::List,
            "json" => drawn.column.look = Look::Json,
            "bar" => drawn.column.look = Look::Bar,
            "heat" => drawn.column.look = Look::Heat,
            _ => {}
        }
    }

    /// Keys that do nothing for a column of a type.
    fn idle(&mut self, keys: &Keys<'_>, unused: &[&str], name: &str) {
        for key in unused.iter().filter(|key| keys.has(key)) {
            let of = if *key == "text" { "`type: link` and `type: image`" } else { "`type: sparkline`" };
            let Some((_, span)) = keys.text(key, self.diagnostics) else { continue };
            let without =
                if name.is_empty() { "a column without `type`".to_owned() } else { format!("`type: {name}`") };
            self.push(error!(span, "`{key}` does nothing for {without}"; hint: "it is for {of}"));
        }
    }

    fn called(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) -> Option<Term> {
        let sql = keys.sql("text", self.diagnostics)?;
        let expression = self.expression(&sql, table)?;
        Some(rows::term(question, &expression))
    }

    fn along_time(&mut self, keys: &Keys<'_>, sql: &Sql, table: usize, is_measure: bool) -> Option<Key> {
        if !is_measure {
            return self.refuse(error!(sql.span, "a sparkline draws an aggregate along time, `{}` has a value for each row", sql.text; hint: "as in `{{value: sum(revenue), type: sparkline, x: date_trunc('month', date)}}`"));
        }
        let along = self.required(keys, "x", "type: sparkline", "date_trunc('month', date)")?;
        let expression = self.expression(&along, table)?;
        match expression.bound {
            Bound::Key(key) => Some(key),
            Bound::Measure(_) => self.refuse(error!(along.span, "`x` is a group, `{}` is an aggregate", along.text; hint: "as in `x: date_trunc('month', date)`")),
        }
    }

    /// `group_by: region`: what rows are put together by.
    fn group_by(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) -> Option<(String, Format)> {
        let sql = keys.sql("group_by", self.diagnostics)?;
        let expression = self.expression(&sql, table)?;
        if matches!(expression.bound, Bound::Measure(_)) {
            return self.refuse(error!(sql.span, "rows are put together by a column, `{}` is an aggregate", sql.text; hint: "as in `group_by: region`"));
        }
        let term = rows::term(question, &expression);
        Some((expression.label, Format { term, kind: expression.kind, format: None }))
    }

    /// `select: click`: the columns that a selected row filters by.
    fn selected(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) -> Option<Select> {
        let given = if keys.has("key") { keys.sqls("key", self.diagnostics) } else { Vec::new() };
        let gesture = self.choice(keys, "select", &registry::SELECTS).map(|word| registry::SELECTS[word]);
        if gesture != Some("click") {
            if let Some(sql) = given.first().filter(|_| gesture.is_none()) {
                self.push(error!(sql.span, "`key` does nothing without `select: click`"; hint: "add `select: click`"));
            }
            return None;
        }
        if given.is_empty() && question.rows == Rows::Each {
            let columns: Vec<&str> = self.tables[table].names().collect();
            return self.refuse(error!(keys.at, "which columns does a selected row filter by?"; hint: "add `key:`, one or several of {}", names(&columns)));
        }
        let mut selected = Vec::new();
        for sql in &given {
            match self.expression(sql, table)?.bound {
                Bound::Key(key) if question.rows == Rows::Each || question.keys.contains(&key) => selected.push(key),
                _ => {
                    return self.refuse(error!(sql.span, "rows are not grouped by `{}`", sql.text; hint: "`key` names columns that are shown and are no aggregates"));
                }
            }
        }
        for key in selected.iter().filter(|key| !question.keys.contains(key)).cloned().collect::<Vec<_>>() {
            question.keys.push(key);
        }
        Some(Select::Values(if selected.is_empty() { question.keys.clone() } else { selected }))
    }

    /// What stands in lines of totals, over all rows or by group.
    fn summary(&mut self, id: &str, table: usize, question: &Question, columns: &[Drawn], by: Option<Key>) -> Summary {
        let mut asked = Question { keys: by.into_iter().collect(), ..Question::default() };
        let cells = columns.iter().map(|bound| {
            let measure = total(bound, question)?;
            Some(rows::measure(&mut asked, &measure))
        });
        let cells = cells.collect();
        Summary { view: self.detail(id, table, asked, None), cells }
    }

    /// A column with the view behind its sparkline.
    fn drawn(&mut self, bound: Drawn, id: &str, table: usize, question: &Question) -> TableColumn {
        let Drawn { mut column, measure, along, .. } = bound;
        if let (Some(measure), Some((along, look))) = (measure, along) {
            let keys = question.keys.iter().cloned().chain([along]).collect();
            let view = self.detail(id, table, Question { keys, measures: vec![measure], ..Question::default() }, None);
            column.look = look(view);
        }
        column
    }
}

/// What a type of column needs, if the values are of another kind.
fn misfit(name: &str, kind: Kind) -> Option<&'static str> {
    let (fits, needs) = match name {
        "link" | "image" => (kind == Kind::Text, "addresses, as text"),
        "date" => (kind.is_time(), "days or moments"),
        "time" => (kind == Kind::Timestamp, "moments"),
        "checkbox" => (kind == Kind::Boolean, "values that are true or false"),
        "list" => (kind == Kind::Text, "lists, as JSON or with commas"),
        "json" => (kind == Kind::Text, "JSON, as text"),
        _ => (kind.is_number(), "numbers"),
    };
    (!fits).then_some(needs)
}

/// What is computed over many rows of a column.
fn total(bound: &Drawn, question: &Question) -> Option<Measure> {
    let function = match bound.total {
        _ if bound.along.is_some() => return None,
        Some("none") => return None,
        Some("avg") => Aggregate::Mean,
        Some("min") => Aggregate::Min,
        Some("max") => Aggregate::Max,
        Some("count") => Aggregate::Count,
        _ => Aggregate::Sum,
    };
    match (&bound.measure, bound.column.format.term) {
        (Some(measure), _) => bound.column.format.kind.is_number().then(|| measure.clone()),
        (None, Term::Key(key)) if question.rows == Rows::Each && bound.column.format.kind.is_number() => {
            Some(Measure::Aggregate { function, column: Some(question.keys[key].column) })
        }
        _ => None,
    }
}

fn column(question: &mut Question, expression: &Expression) -> Drawn {
    let format = Format { term: rows::term(question, expression), kind: expression.kind, format: None };
    let column = TableColumn { label: expression.label.clone(), format, look: Look::Text, width: None };
    let measure = match &expression.bound {
        Bound::Measure(measure) => Some(measure.clone()),
        Bound::Key(_) => None,
    };
    Drawn { column, measure, along: None, total: None }
}
