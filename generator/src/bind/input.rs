//! Binds an `input` block: a control over one column, which filters every table that has that column.

use super::keys::{self, Keys};
use super::{Binder, COMMON, Card, registry, rows, slug};
use crate::diagnostics::{Span, suggest};
use crate::error;
use crate::expression::{described, want, words};
use crate::lineage::Lineage;
use crate::page::Block;
use crate::reactive::Offers;
use crate::tables::Table;
use dashgen_runtime::inputs::{self, Choice, INPUTS, InputType};
use dashgen_runtime::plan::{
    self, Aggregate, Column, Grain, Input, Key, Kind, Measure, Origin, Purpose, Question, Shows, TimeGrain, Value, View,
};
use polars::prelude::{DataFrame, IntoLazy};
use std::sync::Arc;

impl<'a> Binder<'a> {
    pub(super) fn input(&mut self, block: &Block) {
        let Some((name, name_span)) = block.name.clone() else { return };
        let Some(kind) = inputs::input(&name) else { return self.unknown_input(&name, name_span) };
        let own =
            kind.keys.iter().map(|encoding| encoding.name).chain(COMMON.into_iter().filter(|key| *key != "title"));
        let own: Vec<&'static str> = own.chain(registry::names(&registry::INPUT)).collect();
        let Some(keys) = Keys::parse(self.files, block.body, block.kind_span, &own, self.diagnostics) else { return };
        if !keys.has("column")
            && let Some(offers) = Offers::of(kind, &keys, self.diagnostics)
        {
            return self.parameter(block, kind, &keys, &offers);
        }
        let Some((column, span)) = self.column_name(&keys, &name) else { return };
        let Some((table, column_kind)) = self.owner(&keys, &column, span) else { return };
        if !(kind.takes)(column_kind) {
            return self.push(error!(
                span,
                "`input {name}` needs {}; `{column}` is {}",
                kind.takes_words,
                described(column_kind)
            ));
        }
        if kind.choice == Choice::Day && column_kind == Kind::Timestamp && !self.purpose(&keys).is_filter() {
            return self.push(error!(span, "a parameter of `input date` is a day; `{column}` is {}", described(column_kind); hint: "leave `column` out, or name one of days"));
        }
        self.finish_input(block, kind, &keys, table, &column, column_kind);
    }

    fn unknown_input(&mut self, name: &str, span: Span) {
        let names: Vec<&str> = INPUTS.iter().map(|input| input.name).collect();
        self.push(match suggest(name, names.iter().copied()) {
            Some(near) => error!(span, "unknown input type `{name}`"; hint: "did you mean `{near}`?"),
            None => error!(span, "unknown input type `{name}`"; hint: "there are {}", keys::names(&names)),
        });
    }

    /// An input over values of the author's, which is a parameter and filters nothing.
    fn parameter(&mut self, block: &Block, kind: &'static InputType, keys: &Keys<'a>, offers: &Offers) {
        let Some((name, span)) = keys.text("name", self.diagnostics) else {
            return self.push(error!(keys.at, "an input without `column` needs `name`"; hint: "queries then use its value as `$name`"));
        };
        let (values, of) = match (offers, offers.kind()) {
            (Offers::Listed(_, values), Some(of)) => (values.clone(), of),
            (Offers::Track { ends, step: Some(step) }, Some(of)) => (Offers::track(*ends, *step), of),
            (Offers::Track { ends, step: None }, Some(of)) => (ends.map(Value::Number).to_vec(), of),
            (Offers::Free(_), Some(of)) => (Vec::new(), of),
            _ => return,
        };
        if !(kind.takes)(of) {
            return self.push(error!(
                span,
                "`input {}` needs {}; these are {}",
                kind.name,
                kind.takes_words.replace("a column of ", ""),
                described(of)
            ));
        }
        let columns = vec![Column { name: name.clone(), kind: of }];
        let table = plan::Table {
            name: format!("the options of `{name}`"),
            columns,
            origin: Origin::Values(values),
            ..plan::Table::default()
        };
        let own = Table {
            name: table.name.clone(),
            span: None,
            frame: DataFrame::empty().lazy(),
            columns: vec![(name.clone(), Some(of))],
            ordered: true,
            reactive: None,
            remote: None,
            files: Arc::default(),
            lineage: Arc::new(Lineage::Elsewhere),
        };
        self.plan.tables.push(table);
        self.tables.push(own);
        self.used_at.push(span);
        self.finish_input(block, kind, keys, self.tables.len() - 1, &name, of);
    }

    fn column_name(&mut self, keys: &Keys<'_>, name: &str) -> Option<(String, Span)> {
        if keys.has("column") {
            return keys.text("column", self.diagnostics);
        }
        self.refuse(error!(keys.at, "`input {name}` needs `column`"; hint: "as in `column: region`"))
    }

    /// The table whose values an input offers: `data:`, else the first of the page's that has the column.
    fn owner(&mut self, keys: &Keys<'_>, column: &str, span: Span) -> Option<(usize, Kind)> {
        let is_parameter = !self.purpose(keys).is_filter();
        let table = if keys.has("data") || (self.local.len() < 2 && !is_parameter) {
            self.asked(keys)?
        } else {
            let table = |name: &&String| self.scope.get(*name).filter(|table| table.column(column).is_some());
            // Of a reactive table the values change.
            let is_plain = |name: &&String| table(name).is_some_and(|table| table.reactive.is_none());
            let others = self.scope.keys().filter(|_| is_parameter);
            let plain = self.local.iter().chain(others).find(is_plain);
            let found = plain.or_else(|| self.local.iter().find(|name| table(name).is_some())).or(self.local.first());
            let found = found.cloned();
            self.named(&found?, span)?
        };
        match self.tables[table].column(column) {
            Some(Some(kind)) => Some((table, kind)),
            Some(None) => self.refuse(error!(span, "`{column}` has a type that a page cannot filter"; hint: "cast it in the table's query, for example to text")),
            None => {
                let columns: Vec<&str> = self.tables[table].names().collect();
                let unknown = crate::tables::unknown_column(column, span, &columns);
                self.refuse(unknown)
            }
        }
    }

    fn finish_input(
        &mut self,
        block: &Block,
        kind: &'static InputType,
        keys: &Keys<'a>,
        table: usize,
        column: &str,
        column_kind: Kind,
    ) {
        let grain = match (kind.choice, column_kind) {
            (Choice::Day, Kind::Timestamp) => Grain::Time(TimeGrain::Day),
            (Choice::Moment, _) => Grain::Time(TimeGrain::Minute),
            _ => Grain::Value,
        };
        let key = Key { column: want(&mut self.plan.tables[table], column, column_kind), grain };
        let question = asked(kind.choice, &key);
        let label = self.words(keys, "label").unwrap_or_else(|| words(column));
        let input = self.control(kind, keys, &label, column_kind);
        let ends = ["min", "max"].map(|name| keys.text(name, self.diagnostics));
        let id = self.id(keys, column);
        let card = Card {
            help: self.words(keys, "help"),
            groups: self.headings(keys, &id, table, &key),
            default: keys.texts("default", self.diagnostics),
            options: keys.texts("options", self.diagnostics),
            presets: keys.texts("presets", self.diagnostics),
            ends,
            ..Card::new(block.span, label, self.width(keys, 3))
        };
        let select = Some(kind.choice.select(key));
        let purpose = self.purpose(keys);
        self.add(
            block.span.start,
            card,
            View { select, purpose, ..rows::view(id, table, question, Shows::Input(input)) },
        );
    }

    /// What an input's keys say of its control; what it offers is read from the data.
    fn control(&mut self, kind: &InputType, keys: &Keys<'a>, label: &str, column: Kind) -> Input {
        Input {
            kind: kind.name.to_owned(),
            label: label.to_owned(),
            placeholder: self.words(keys, "placeholder"),
            column,
            min: Value::Null,
            max: Value::Null,
            step: keys.number("step", self.diagnostics).map(|(step, _)| step),
            values: Vec::new(),
            presets: Vec::new(),
            format: if keys.has("format") { self.format(keys) } else { None },
            states: (kind.choice == Choice::Toggle).then(|| self.states(keys, column)),
            groups: Vec::new(),
            prefix: self.words(keys, "prefix"),
            suffix: self.words(keys, "suffix"),
            rows: keys.count("rows", self.diagnostics),
            disabled: keys.flag("disabled", self.diagnostics).unwrap_or_default(),
            apply: self.choice(keys, "apply", &["button"]).is_some(),
        }
    }

    /// `group_by: continent`: the view that has the headings of the values, each with its values.
    fn headings(&mut self, keys: &Keys<'_>, id: &str, table: usize, key: &Key) -> Option<(usize, Span)> {
        let (name, span) = keys.text("group_by", self.diagnostics)?;
        let Some(Some(kind)) = self.tables[table].column(&name) else {
            let columns: Vec<&str> = self.tables[table].names().collect();
            let unknown = crate::tables::unknown_column(&name, span, &columns);
            return self.refuse(unknown);
        };
        let heading = Key { column: want(&mut self.plan.tables[table], &name, kind), grain: Grain::Value };
        let count = Measure::Aggregate { function: Aggregate::Count, column: None };
        let question = Question { keys: vec![heading, key.clone()], measures: vec![count], ..Question::default() };
        Some((self.detail(id, table, question, None), span))
    }

    /// What a toggle chooses: a value of its column or nothing, without a column true or false.
    fn states(&mut self, keys: &Keys<'_>, kind: Kind) -> [Value; 2] {
        if !keys.has("column") {
            return [Value::Boolean(true), Value::Boolean(false)];
        }
        match keys.text("value", self.diagnostics) {
            Some((text, _)) => [crate::prerender::value(&text, kind), Value::Null],
            None => {
                if kind != Kind::Boolean {
                    self.push(error!(keys.at, "`input toggle` needs `value`: the column is {}", described(kind); hint: "as in `value: Web`, which it chooses when it is on"));
                }
                [Value::Boolean(true), Value::Null]
            }
        }
    }

    /// An input that a query names, or that has no column, filters nothing by itself.
    fn purpose(&mut self, keys: &Keys<'_>) -> Purpose {
        let name =
            if keys.has("name") { keys.text("name", self.diagnostics).map(|(name, _)| slug(&name)) } else { None };
        let names = |table: &Table| {
            let reactive = table.reactive.as_ref();
            reactive.is_some_and(|reactive| {
                reactive.parameters.iter().any(|parameter| Some(&parameter.input) == name.as_ref())
            })
        };
        let is_parameter = !keys.has("column") || self.scope.values().any(names);
        if is_parameter { Purpose::Parameter } else { Purpose::Filter }
    }
}

/// What an input asks: the column's values and how many rows have each, else between what its values lie.
fn asked(choice: Choice, key: &Key) -> Question {
    let aggregate = |function, column| Measure::Aggregate { function, column };
    let (keys, measures) = match choice {
        Choice::Text | Choice::Contains => (Vec::new(), vec![aggregate(Aggregate::Count, None)]),
        Choice::Number | Choice::Day | Choice::Moment => {
            let ends = [Aggregate::Min, Aggregate::Max].map(|function| aggregate(function, Some(key.column)));
            (Vec::new(), ends.to_vec())
        }
        _ => (vec![key.clone()], vec![aggregate(Aggregate::Count, None)]),
    };
    Question { keys, measures, ..Question::default() }
}
