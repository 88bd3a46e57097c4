//! Binds a `metric` block: one value in a card, what it is compared with, and its line along time.

use super::keys::{self, Keys};
use super::{Binder, Card, registry, rows};
use crate::error;
use crate::expression::{self, Bound, Expression};
use crate::locale;
use crate::page::Block;
use dashgen_runtime::plan;
use dashgen_runtime::plan::{
    Aggregate, Base, Compare, DeltaColor, Format, Grain, Key, Kind, Measure, Metric, Question, Shows, Term, Value,
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
        let term = rows::term(&mut question, &value);
        self.order(&keys, table, &mut question);
        if matches!(term, Term::Key(_)) {
            if question.order.is_empty() {
                return self.push(error!(sql.span, "a metric shows one value, `{}` has one for each row", sql.text; hint: "aggregate it, or say which to show: `order_by: sum(revenue) DESC`"));
            }
            question.limit = Some(1);
        }
        let label = keys.text("label", self.diagnostics).map_or_else(|| value.label.clone(), |(label, _)| label);
        let format = Format { term, kind: value.kind, format: self.format(&keys) };
        let title = keys.text("title", self.diagnostics).map_or_else(|| label.clone(), |(title, _)| title);
        let help = self.words(&keys, "help");
        let card = Card { help, ..Card::new(block.span, title, self.width(&keys, 3)) };
        let id = self.id(&keys, &format!("metric {label}"));
        let sparkline = self.sparkline(&keys, table, &value, &id);
        let compare = self.compare(&keys, table, &value, &mut question, (&id, sparkline));
        let shows = Shows::Metric(Metric { label, format, compare, sparkline });
        self.add(block.span.start, card, rows::view(id, table, question, shows));
    }

    /// `sparkline: date_trunc('month', date)`: the view that has the value along time.
    fn sparkline(&mut self, keys: &Keys<'_>, table: usize, value: &Expression, id: &str) -> Option<usize> {
        let sql = keys.sql("sparkline", self.diagnostics)?;
        let measure = self.number(value, "sparkline", sql.span)?;
        let along = self.expression(&sql, table)?;
        let Bound::Key(key) = along.bound else {
            return self.refuse(error!(sql.span, "a sparkline runs along groups of time, `{}` is an aggregate", sql.text; hint: "as in `sparkline: date_trunc('month', date)`"));
        };
        let question = Question { keys: vec![key], measures: vec![measure], ..Question::default() };
        Some(self.detail(id, table, question, None))
    }

    /// The measure of a metric that is compared or drawn: an aggregate that is a number.
    fn number(&mut self, value: &Expression, key: &str, span: crate::diagnostics::Span) -> Option<Measure> {
        match &value.bound {
            Bound::Measure(measure) if value.kind.is_number() => Some(measure.clone()),
            Bound::Measure(_) => {
                self.refuse(error!(span, "`{key}` needs a number; the value is {}", expression::described(value.kind)))
            }
            Bound::Key(_) => self
                .refuse(error!(span, "`{key}` needs an aggregate as the value"; hint: "as in `value: sum(revenue)`")),
        }
    }

    fn compare(
        &mut self,
        keys: &Keys<'_>,
        table: usize,
        value: &Expression,
        question: &mut Question,
        (id, sparkline): (&str, Option<usize>),
    ) -> Option<Compare> {
        let delta_color = self
            .choice(keys, "delta_color", &registry::DELTA_COLORS)
            .map_or(DeltaColor::Normal, |word| [DeltaColor::Normal, DeltaColor::Inverse, DeltaColor::Off][word]);
        let (text, span) = keys.text("compare", self.diagnostics)?;
        let measure = self.number(value, "compare", span)?;
        let t = |text: &str| locale::word(&self.plan.locale.name, text);
        let (previous, target) = (t("vs previous period"), t("vs target"));
        let (with, label) = if text == "previous period" {
            let column = self.period(keys, table, sparkline)?;
            let bound = |function| Measure::Aggregate { function, column: Some(column.0) };
            let measures = vec![measure, bound(Aggregate::Min), bound(Aggregate::Max)];
            let view = self.detail(id, table, Question { measures, ..Question::default() }, Some(column.1));
            (Base::Previous { view, first: Value::Null, last: Value::Null }, previous)
        } else if let Ok(number) = text.parse::<f64>() {
            (Base::Number(number), target)
        } else {
            let sql = keys.sql("compare", self.diagnostics)?;
            let other = self.expression(&sql, table)?;
            if matches!(other.bound, Bound::Key(_)) {
                return self.refuse(error!(span, "`{text}` has a value for each row"; hint: "`previous period`, a number, or an aggregate, as in `compare: sum({text})`"));
            }
            self.number(&other, "compare", span)?;
            (Base::Term(rows::term(question, &other)), format!("vs {}", other.label.to_lowercase()))
        };
        let label = keys.text("compare_label", self.diagnostics).map_or(label, |(label, _)| label);
        Some(Compare { with, label, delta_color })
    }

    /// The column of time that `previous period` goes back along: `period:`, else the sparkline's, else the table's only one.
    fn period(&mut self, keys: &Keys<'_>, table: usize, sparkline: Option<usize>) -> Option<(usize, String)> {
        if let Some((name, span)) = keys.text("period", self.diagnostics) {
            return match self.tables[table].column(&name) {
                Some(Some(kind)) if kind.is_time() => Some(self.along(table, &name, kind)),
                Some(Some(kind)) => self.refuse(error!(
                    span,
                    "`period` is a column of days or moments; `{name}` is {}",
                    expression::described(kind)
                )),
                _ => {
                    let columns: Vec<&str> = self.tables[table].names().collect();
                    let unknown = crate::tables::unknown_column(&name, span, &columns);
                    self.refuse(unknown)
                }
            };
        }
        if let Some(Key { column, grain: Grain::Time(_) | Grain::Value }) =
            sparkline.map(|view| self.plan.views[view].question.keys[0].clone())
        {
            let plan::Column { name, kind } = self.plan.tables[table].columns[column].clone();
            if kind.is_time() {
                return Some((column, name));
            }
        }
        let times: Vec<(String, Kind)> = self.tables[table]
            .columns
            .iter()
            .filter_map(|(name, kind)| Some((name.clone(), (*kind)?)))
            .filter(|(_, kind)| kind.is_time())
            .collect();
        match times.as_slice() {
            [(name, kind)] => Some(self.along(table, name, *kind)),
            [] => {
                self.refuse(error!(keys.at, "`previous period` needs a column of days or moments; the table has none"))
            }
            several => {
                let names: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
                self.refuse(error!(keys.at, "the period of which column? the table has {}", keys::names(&names); hint: "add `period: {}`", names[0]))
            }
        }
    }

    fn along(&mut self, table: usize, name: &str, kind: Kind) -> (usize, String) {
        (expression::want(&mut self.plan.tables[table], name, kind), name.to_owned())
    }
}
