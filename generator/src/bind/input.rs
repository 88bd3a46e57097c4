//! Binds an `input` block: a control over one column, which filters every table that has that column.

use super::keys::{self, Keys};
use super::{Binder, COMMON, Card, rows};
use crate::diagnostics::{Span, suggest};
use crate::error;
use crate::expression::{described, want, words};
use crate::page::Block;
use dashgen_runtime::inputs::{self, INPUTS, InputType};
use dashgen_runtime::plan::{Aggregate, Grain, Input, Key, Kind, Measure, Question, Shows, Value, View};

impl<'a> Binder<'a> {
    pub(super) fn input(&mut self, block: &Block) {
        let Some((name, name_span)) = block.name.clone() else { return };
        let Some(kind) = inputs::input(&name) else { return self.unknown_input(&name, name_span) };
        let own =
            kind.keys.iter().map(|encoding| encoding.name).chain(COMMON.into_iter().filter(|key| *key != "title"));
        let own: Vec<&'static str> = own.collect();
        let Some(keys) = Keys::parse(self.files, block.body, block.kind_span, &own, self.diagnostics) else { return };
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
        self.finish_input(block, kind, &keys, table, &column, column_kind);
    }

    fn unknown_input(&mut self, name: &str, span: Span) {
        let names: Vec<&str> = INPUTS.iter().map(|input| input.name).collect();
        self.push(match suggest(name, names.iter().copied()) {
            Some(near) => error!(span, "unknown input type `{name}`"; hint: "did you mean `{near}`?"),
            None => error!(span, "unknown input type `{name}`"; hint: "there are {}", keys::names(&names)),
        });
    }

    fn column_name(&mut self, keys: &Keys<'_>, name: &str) -> Option<(String, Span)> {
        if keys.has("column") {
            return keys.text("column", self.diagnostics);
        }
        self.refuse(error!(keys.at, "`input {name}` needs `column`"; hint: "as in `column: region`"))
    }

    /// The table whose values an input offers: `data:`, else the first of the page's that has the column.
    fn owner(&mut self, keys: &Keys<'_>, column: &str, span: Span) -> Option<(usize, Kind)> {
        let table = if keys.has("data") || self.local.len() < 2 {
            self.asked(keys)?
        } else {
            let has = |name: &&String| self.scope.get(*name).is_some_and(|table| table.column(column).is_some());
            let found = self.local.iter().find(has).unwrap_or(&self.local[0]).clone();
            self.named(&found, span)?
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
        let key = Key { column: want(&mut self.plan.tables[table], column, column_kind), grain: Grain::Value };
        let count = Measure::Aggregate { function: Aggregate::Count, column: None };
        let question = Question { keys: vec![key.clone()], measures: vec![count], ..Question::default() };
        let text = |binder: &mut Self, name: &str| keys.text(name, binder.diagnostics).map(|(text, _)| text);
        let label = text(self, "label").unwrap_or_else(|| words(column));
        let input = Input {
            kind: kind.name.to_owned(),
            label: label.clone(),
            placeholder: text(self, "placeholder"),
            column: column_kind,
            min: Value::Null,
            max: Value::Null,
            step: keys.number("step", self.diagnostics).map(|(step, _)| step),
            values: Vec::new(),
            presets: Vec::new(),
            format: if keys.has("format") { self.format(keys) } else { None },
        };
        let ends = ["min", "max"].map(|name| keys.text(name, self.diagnostics));
        let card = Card {
            default: keys.texts("default", self.diagnostics),
            options: keys.texts("options", self.diagnostics),
            presets: keys.texts("presets", self.diagnostics),
            ends,
            ..Card::new(block.span, label, self.width(keys, 3))
        };
        let id = self.id(keys, column);
        let select = Some(kind.choice.select(key));
        self.add(block.span.start, card, View { select, ..rows::view(id, table, question, Shows::Input(input)) });
    }
}
