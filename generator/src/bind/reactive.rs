//! Binds a reactive query: as a query of the browser over a table made at build, or as one file for each combination of its
//! parameters' values.

use super::Binder;
use super::comparison::{Other, mismatch};
use crate::diagnostics::Span;
use crate::error;
use crate::expression::{self, Bound, Scope};
use crate::reactive::split::{Obstacle, Split, Test, split};
use crate::reactive::{Offers, Parameter, Reactive};
use crate::tables::Table;
use dashgen_runtime::inputs::Choice;
use dashgen_runtime::plan::{
    self, Column, Comparison, Condition, Domain, Kind, Operand, Order, Origin, Query, Question, Rows, Term,
};
use sqlparser::ast::Expr;

impl Binder<'_> {
    /// Adds a reactive table to the plan; gives its position.
    pub(super) fn reactive(&mut self, table: Table, reactive: &Reactive, at: Span) -> usize {
        let before = self.plan.tables.len();
        let answered = split(reactive).and_then(|split| self.browser(&table, reactive, split, at));
        if let Err(obstacle) = answered {
            self.plan.tables.truncate(before);
            self.tables.truncate(before);
            self.used_at.truncate(before);
            self.variants(table, reactive, &obstacle, at);
        }
        self.plan.tables.len() - 1
    }

    fn browser(&mut self, table: &Table, reactive: &Reactive, split: Split, at: Span) -> Result<(), Obstacle> {
        let from = match reactive.is_chained() {
            true => self.index(&reactive.relations[0].name, at),
            false => self.base(table, reactive, &split, at)?,
        };
        let mut binding = Binding { binder: self, reactive, from, query: Query { from, ..Query::default() } };
        let names = binding.columns(&split)?;
        binding.query.filter = split.filter.as_ref().map(|filter| binding.condition(filter)).transpose()?;
        binding.query.having = split.having.as_ref().map(|having| binding.condition(having)).transpose()?;
        binding.order(&split.order)?;
        binding.query.limit = split.limit;
        let (query, kinds) = binding.finish();
        let columns: Vec<Column> = names.into_iter().zip(kinds).map(|(name, kind)| Column { name, kind }).collect();
        let described = columns.iter().map(|column| (column.name.clone(), Some(column.kind))).collect();
        self.tables.push(Table { columns: described, ..table.clone() });
        self.used_at.push(at);
        let origin = Origin::Query(Box::new(query));
        self.plan.tables.push(plan::Table { name: table.name.clone(), columns, origin, ..plan::Table::default() });
        Ok(())
    }

    /// The table that is made at build, below the parameters.
    fn base(&mut self, table: &Table, reactive: &Reactive, split: &Split, at: Span) -> Result<usize, Obstacle> {
        let name = format!("{} (below its parameters)", table.name);
        let base = crate::tables::run(&name, table, reactive, &split.base);
        let base = base.map_err(|what| Obstacle { what, span: reactive.sql.span })?;
        self.plan.tables.push(plan::Table { name, ..plan::Table::default() });
        self.tables.push(base);
        self.used_at.push(at);
        Ok(self.tables.len() - 1)
    }

    /// A table with one file for each combination of its parameters' values.
    fn variants(&mut self, table: Table, reactive: &Reactive, obstacle: &Obstacle, at: Span) {
        let mut domains: Vec<Domain> = Vec::new();
        for parameter in &reactive.parameters {
            let declared = self.declared.iter().find(|input| input.id() == parameter.input);
            let Some(declared) = declared.filter(|_| !domains.iter().any(|known| known.input == parameter.input))
            else {
                continue;
            };
            let is_finite = match (&declared.offers, declared.kind.choice) {
                (_, Choice::Range | Choice::Text | Choice::Contains | Choice::Number) => false,
                (Offers::Free(_), _) => false,
                (Offers::Track { step, .. }, _) => step.is_some(),
                _ => true,
            };
            if !is_finite {
                let (name, what) = (&parameter.name, &obstacle.what);
                self.diagnostics.push(
                    error!(obstacle.span, "`{}` cannot be answered in the browser because of {what}, nor run for every value of `${name}`", table.name; hint: "compare a column with `${name}` in WHERE of the outermost query, or take its value from a list"),
                );
            }
            domains.push(Domain { input: parameter.input.clone(), choices: Vec::new() });
        }
        let origin = Origin::Variants(domains);
        self.plan.tables.push(plan::Table { name: table.name.clone(), origin, ..plan::Table::default() });
        self.tables.push(table);
        self.used_at.push(at);
    }
}

/// A query of the browser while its expressions are bound.
struct Binding<'a, 'b> {
    binder: &'a mut Binder<'b>,
    reactive: &'a Reactive,
    from: usize,
    query: Query,
}

impl Binding<'_, '_> {
    fn bind(&mut self, expression: &Expr) -> Result<expression::Expression, Obstacle> {
        let (table, wanted) = (&self.binder.tables[self.from], &mut self.binder.plan.tables[self.from]);
        let bound = expression::bind_tree(&self.reactive.sql, expression, &mut Scope { table, wanted });
        bound.map_err(|problem| Obstacle {
            what: problem.message.clone(),
            span: problem.span.unwrap_or(self.reactive.sql.span),
        })
    }

    /// Binds what is selected; gives the names of the columns.
    fn columns(&mut self, split: &Split) -> Result<Vec<String>, Obstacle> {
        let Question { rows, .. } = &mut self.query.question;
        *rows = if split.groups.is_some() { Rows::Groups } else { Rows::Each };
        for group in split.groups.iter().flatten() {
            if let Bound::Key(key) = self.bind(group)?.bound
                && !self.query.question.keys.contains(&key)
            {
                self.query.question.keys.push(key);
            }
        }
        let mut names = Vec::new();
        if split.takes_all {
            let mut own = self.binder.tables[self.from].columns.clone();
            own.retain(|(name, _)| !split.lifted.contains(name));
            for (name, kind) in own.into_iter().filter_map(|(name, kind)| Some((name, kind?))) {
                let column = expression::want(&mut self.binder.plan.tables[self.from], &name, kind);
                self.take(plan::Key { column, grain: plan::Grain::Value });
                names.push(name);
            }
        }
        for (name, expression) in &split.columns {
            let bound = self.bind(expression)?;
            match bound.bound {
                Bound::Key(key) if split.groups.is_none() => self.take(key),
                Bound::Key(key) => match self.query.question.keys.iter().position(|known| *known == key) {
                    Some(place) => self.query.columns.push(Term::Key(place)),
                    None => return Err(self.obstacle(expression, "is neither grouped nor aggregated")),
                },
                Bound::Measure(_) => {
                    let term = self.term(bound);
                    self.query.columns.push(term);
                }
            }
            names.push(name.clone());
        }
        Ok(names)
    }

    fn take(&mut self, key: plan::Key) {
        self.query.question.keys.push(key);
        self.query.columns.push(Term::Key(self.query.question.keys.len() - 1));
    }

    fn obstacle(&self, expression: &Expr, what: &str) -> Obstacle {
        let span = crate::sql::span(&self.reactive.sql, expression);
        Obstacle { what: format!("`{expression}`, which {what}"), span }
    }

    /// The place of a measure or key among the question's; adds it if it is not there yet.
    fn term(&mut self, bound: expression::Expression) -> Term {
        let measures = self.query.question.measures.len();
        let term = super::rows::term(&mut self.query.question, &bound);
        if self.query.question.measures.len() > measures {
            self.query.kinds.push(bound.kind);
        }
        term
    }

    fn condition(&mut self, test: &Test) -> Result<Condition, Obstacle> {
        let mut all = |parts: &[Test]| parts.iter().map(|part| self.condition(part)).collect::<Result<Vec<_>, _>>();
        Ok(match test {
            Test::And(parts) => Condition::And(all(parts)?),
            Test::Or(parts) => Condition::Or(all(parts)?),
            Test::Not(part) => Condition::Not(Box::new(self.condition(part)?)),
            Test::HasNoValue(operand) => Condition::HasNoValue(operand.clone()),
            Test::IsNull(subject) => Condition::IsNull { subject: self.subject(subject)?.0 },
            Test::Compare(subject, operator, operand) => {
                let place = self.compared(subject, *operator, std::slice::from_ref(operand))?;
                Condition::Compare { subject: place, operator: *operator, operand: operand.clone() }
            }
            Test::In(subject, list) => {
                Condition::In { subject: self.compared(subject, Comparison::Equal, list)?, list: list.clone() }
            }
        })
    }

    /// A subject that is compared as SQL would.
    fn compared(&mut self, subject: &Expr, operator: Comparison, operands: &[Operand]) -> Result<usize, Obstacle> {
        let (place, kind) = self.subject(subject)?;
        for operand in operands {
            let other = match operand {
                Operand::Value(value) => Some(Other::Literal(value)),
                Operand::Parameter { input, part } => {
                    let is_it = |known: &&Parameter| known.input == *input && known.part == *part;
                    self.reactive.parameters.iter().find(is_it).map(|parameter| Other::Parameter(parameter.kind))
                }
            };
            if let Some(what) = other.and_then(|other| mismatch(kind, operator, other)) {
                let span = crate::sql::span(&self.reactive.sql, subject);
                return Err(Obstacle { what: format!("a condition on `{subject}` that {what}"), span });
            }
        }
        Ok(place)
    }

    /// A column of the base, or for an aggregate its place in the answer, where measures follow the keys; and its kind.
    fn subject(&mut self, subject: &Expr) -> Result<(usize, Kind), Obstacle> {
        let bound = self.bind(subject)?;
        match bound.bound.clone() {
            Bound::Key(key) if key.grain == plan::Grain::Value => {
                Ok((key.column, self.binder.plan.tables[self.from].columns[key.column].kind))
            }
            Bound::Key(_) => Err(self.obstacle(subject, "is compared")),
            Bound::Measure(_) => {
                let kind = bound.kind;
                match self.term(bound) {
                    Term::Measure(place) => Ok((self.query.question.keys.len() + place, kind)),
                    Term::Key(place) => Ok((place, kind)),
                }
            }
        }
    }

    fn order(&mut self, order: &[(Expr, bool)]) -> Result<(), Obstacle> {
        for (expression, descending) in order {
            let bound = self.bind(expression)?;
            let known = |key: &plan::Key| self.query.question.keys.contains(key);
            if matches!(&bound.bound, Bound::Key(key) if self.query.question.rows == Rows::Groups && !known(key)) {
                return Err(self.obstacle(expression, "is neither grouped nor aggregated"));
            }
            let by = self.term(bound);
            self.query.question.order.push(Order { by, descending: *descending });
        }
        Ok(())
    }

    /// The query, and the kinds of its columns.
    fn finish(self) -> (Query, Vec<Kind>) {
        let Binding { binder, from, mut query, .. } = self;
        let kind = |key: &plan::Key| binder.plan.tables[from].columns[key.column].kind;
        let keys: Vec<Kind> = query.question.keys.iter().map(kind).collect();
        let (keyed, measured) = (keys.len(), std::mem::take(&mut query.kinds));
        query.kinds = keys.into_iter().chain(measured).collect();
        let place = |term: &Term| match term {
            Term::Key(key) => *key,
            Term::Measure(measure) => keyed + measure,
        };
        let kinds = query.columns.iter().map(|term| query.kinds[place(term)]).collect();
        (query, kinds)
    }
}
