//! Binds what shows values as text: metrics, tables and values inside sentences.

use super::keys::Keys;
use super::{Asked, Binder, Card, registry};
use crate::error;
use crate::expression::{self, Bound, Expression, Scope};
use crate::page::{Block, InlineValue};
use crate::sql::{self, Sql};
use crate::yaml::{Map, Node, Yaml};
use dashgen_runtime::plan::{
    Format, Metric, Order, Purpose, Question, Rows, Shows, TableColumn, TableView, Term, View,
};

impl Binder<'_> {
    pub(super) fn metric(&mut self, block: &Block) {
        let Some(keys) = self.keys(block, &registry::names(&registry::METRIC)) else { return };
        let (Some(table), Some(sql)) = (self.asked(&keys), self.required(&keys, "value", "metric", "sum(revenue)"))
        else {
            return;
        };
        let Some(value) = self.expression(&sql, table) else { return };
        let mut question = Question::default();
        let term = term(&mut question, &value);
        self.order(&keys, table, &mut question);
        if matches!(term, Term::Key(_)) {
            if question.order.is_empty() {
                return self.push(error!(sql.span, "a metric shows one value, `{}` has one for each row", sql.text; hint: "aggregate it, or say which to show: `order_by: sum(revenue) DESC`"));
            }
            question.limit = Some(1);
        }
        let label = keys.text("label", self.diagnostics).map_or(value.label, |(label, _)| label);
        let format = Format { term, kind: value.kind, format: self.format(&keys) };
        let title = keys.text("title", self.diagnostics).map_or_else(|| label.clone(), |(title, _)| title);
        let card = Card::new(block.span, title, self.width(&keys, 3));
        let id = self.id(&keys, &format!("metric {label}"));
        self.add(block.span.start, card, view(id, table, question, Shows::Metric(Metric { label, format })));
    }

    /// An expression that a block cannot do without.
    pub(super) fn required(&mut self, keys: &Keys<'_>, name: &str, kind: &str, example: &str) -> Option<Sql> {
        if keys.has(name) {
            return keys.sql(name, self.diagnostics);
        }
        self.refuse(error!(keys.at, "`{kind}` needs `{name}`"; hint: "as in `{name}: {example}`"))
    }

    /// `order_by`: over the question's columns, or over further measures.
    fn order(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) {
        let Some(sql) = keys.sql("order_by", self.diagnostics) else { return };
        let parts = match sql::ordering(&sql) {
            Ok(parts) => parts,
            Err(problem) => return self.push(problem),
        };
        for part in parts {
            let mut scope = Scope { table: &self.tables[table], wanted: &mut self.plan.tables[table] };
            let bound = expression::bind_tree(&sql, &part.expr, &mut scope);
            let descending = part.options.asc == Some(false);
            match bound.map(|expression| expression.bound) {
                Err(problem) => self.push(problem),
                Ok(Bound::Key(key)) if !question.keys.contains(&key) => {
                    let hint = "order by a column that is shown, or by an aggregate";
                    self.push(
                        error!(sql::span(&sql, &part.expr), "`{}` is not among the columns", part.expr; hint: "{hint}"),
                    );
                }
                Ok(bound) => {
                    let by = place(question, &bound);
                    question.order.push(Order { by, descending });
                }
            }
        }
    }

    pub(super) fn table(&mut self, block: &Block) {
        let Some(keys) = self.keys(block, &registry::names(&registry::TABLE)) else { return };
        let Some(table) = self.asked(&keys) else { return };
        let mut question = Question::default();
        let columns = self.columns(&keys, table, &mut question);
        if columns.is_empty() {
            return;
        }
        question.rows = if question.measures.is_empty() { Rows::Each } else { Rows::Groups };
        self.order(&keys, table, &mut question);
        question.limit = keys.count("limit", self.diagnostics);
        let page_size = keys.count("page_size", self.diagnostics).unwrap_or(10);
        let title = keys.text("title", self.diagnostics).map_or_else(String::new, |(title, _)| title);
        let card = Card::new(block.span, title, self.width(&keys, 12));
        let id = self.id(&keys, block.name.as_ref().map_or("table", |(name, _)| name));
        self.add(block.span.start, card, view(id, table, question, Shows::Table(TableView { columns, page_size })));
    }

    /// `columns`: expressions, or mappings with `value`, `label` and `format`; without the key, every column of the table.
    fn columns(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) -> Vec<TableColumn> {
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

    fn all_columns(&mut self, keys: &Keys<'_>, table: usize, question: &mut Question) -> Vec<TableColumn> {
        let shown: Vec<String> = self.tables[table]
            .columns
            .iter()
            .filter(|(_, kind)| kind.is_some())
            .map(|(name, _)| name.clone())
            .collect();
        let sqls = shown.iter().map(|name| Sql { text: sql::quoted(name), span: keys.at }).collect::<Vec<_>>();
        let bound: Vec<Expression> = sqls.iter().filter_map(|sql| self.expression(sql, table)).collect();
        bound.into_iter().map(|expression| column(question, &expression, None, None)).collect()
    }

    fn table_column(
        &mut self,
        keys: &Keys<'_>,
        item: &Node,
        table: usize,
        question: &mut Question,
    ) -> Option<TableColumn> {
        let Yaml::Map(map) = &item.yaml else {
            let sql = keys.expression("columns", item, self.diagnostics)?;
            let expression = self.expression(&sql, table)?;
            return Some(column(question, &expression, None, None));
        };
        let known = ["value", "label", "format"];
        for (key, _) in map.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            self.push(
                error!(key.span, "unknown key `{}`", key.name; hint: "a column has {}", super::keys::names(&known)),
            );
        }
        let Some(value) = entry(map, "value") else {
            return self.refuse(
                error!(item.span, "a column needs `value`"; hint: "as in `{{value: sum(revenue), label: Revenue}}`"),
            );
        };
        let sql = keys.expression("value", value, self.diagnostics)?;
        let expression = self.expression(&sql, table)?;
        let label = entry(map, "label").and_then(Node::text);
        let format = entry(map, "format").and_then(|node| Some((node.text()?, node.span)));
        let format = format.and_then(|(text, span)| self.checked_format(text, span));
        Some(column(question, &expression, label, format))
    }

    pub(super) fn value(&mut self, value: &InlineValue) {
        let (text, span) = value.expression.clone();
        if text.is_empty() {
            // The parser has said so.
            return;
        }
        let sql = Sql { text, span };
        let Some(table) = self.table_of_value(&sql) else { return };
        let Some((question, format)) = self.single(&sql, table) else { return };
        let number = value.format.clone().and_then(|(text, span)| self.checked_format(text, span));
        let id = self.unique("value");
        let shows = Shows::Value(Format { format: number, ..format });
        self.add(value.span.start, Card::new(value.span, String::new(), 0), view(id, table, question, shows));
    }

    /// A question with one aggregate, and how its value is written.
    fn single(&mut self, sql: &Sql, table: usize) -> Option<(Question, Format)> {
        let expression = self.expression(sql, table)?;
        if matches!(expression.bound, Bound::Key(_)) {
            return self.refuse(
                error!(sql.span, "a value in a sentence needs an aggregate"; hint: "as in `{{{{ max({}) }}}}`", sql.text),
            );
        }
        let mut question = Question::default();
        let term = term(&mut question, &expression);
        Some((question, Format { term, kind: expression.kind, format: None }))
    }

    /// Adds a view of a value that stands nowhere on the page; its position in the plan.
    pub(super) fn question(&mut self, asked: &Asked) -> Option<usize> {
        let table = match &asked.data {
            Some((name, span)) => self.named(name, *span)?,
            None => self.table_of_value(&asked.sql)?,
        };
        let (question, format) = self.single(&asked.sql, table)?;
        let id = self.unique("asked");
        self.plan.views.push(view(id, table, question, Shows::Value(format)));
        Some(self.plan.views.len() - 1)
    }

    /// The table that a sentence's value is about: the page's only one, or the only one that has all of its columns.
    fn table_of_value(&mut self, sql: &Sql) -> Option<usize> {
        let local = self.local.clone();
        match local.as_slice() {
            [one] => return self.named(one, sql.span),
            [] => return self.refuse(super::no_table(sql.span)),
            _ => {}
        }
        let tree = sql::expression(sql).map_err(|problem| self.push(problem)).ok()?;
        let columns = sql::identifiers(sql, &tree);
        let has_all = |name: &&String| {
            self.scope.get(*name).is_some_and(|table| columns.iter().all(|(column, _)| table.column(column).is_some()))
        };
        match local.iter().filter(has_all).collect::<Vec<_>>()[..] {
            [one] => Some(self.index(one, sql.span)),
            [] => self.refuse(error!(sql.span, "no table of the page has all of these columns"; hint: "its tables are {}", super::keys::names(&local.iter().map(String::as_str).collect::<Vec<_>>()))),
            _ => self.refuse(error!(sql.span, "several tables of the page have these columns"; hint: "show it with a `metric` block and `data:`")),
        }
    }
}

/// A view that the reader cannot select in.
pub(super) fn view(id: String, table: usize, question: Question, shows: Shows) -> View {
    View { id, table, ignore: Vec::new(), select: None, purpose: Purpose::Filter, question, shows }
}

/// The place of an expression in the question; adds it if it is not there yet.
pub(super) fn term(question: &mut Question, expression: &Expression) -> Term {
    place(question, &expression.bound)
}

fn place(question: &mut Question, bound: &Bound) -> Term {
    match bound {
        Bound::Key(key) => Term::Key(position(&mut question.keys, key)),
        Bound::Measure(measure) => Term::Measure(position(&mut question.measures, measure)),
    }
}

fn position<T: PartialEq + Clone>(all: &mut Vec<T>, one: &T) -> usize {
    let found = all.iter().position(|known| known == one);
    found.unwrap_or_else(|| {
        all.push(one.clone());
        all.len() - 1
    })
}

fn column(
    question: &mut Question,
    expression: &Expression,
    label: Option<String>,
    format: Option<String>,
) -> TableColumn {
    let format = Format { term: term(question, expression), kind: expression.kind, format };
    TableColumn { label: label.unwrap_or_else(|| expression.label.clone()), format }
}

fn entry<'a>(map: &'a Map, name: &str) -> Option<&'a Node> {
    map.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
}
