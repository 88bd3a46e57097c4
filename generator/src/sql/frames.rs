//! The value of one window function: rankings, neighbours, and aggregates over a frame of rows.
//!
//! Rows are sorted already; their position in the partition, the partition's size and the rows' peers (those that the
//! ordering cannot tell apart) are columns.

use super::aggregates;
use super::literals;
use super::rewrite::Planned;
use super::running::{self, Edge, Part};
use super::scalar::Scalars;
use super::windows::over;
use crate::error;
use polars::prelude::{
    ClosedWindow, DataType, Duration, Expr, FillNullStrategy, NULL, RollingOptionsDynamicWindow, col, lit, when,
};
use sqlparser::ast::{
    self, FunctionArgumentClause, FunctionArguments, NullTreatment, WindowFrameBound, WindowFrameUnits, WindowSpec,
};

/// Rows in the order of a window.
pub struct Ordered<'c, 'a> {
    /// Lowers what the window's arguments say.
    pub scalars: Scalars<'c, 'a>,
    /// What rows of one partition share.
    pub partition: Vec<Expr>,
    /// What peers share.
    pub peers: Vec<Expr>,
    /// A row's number in its partition, from 0.
    pub position: Expr,
    /// The partition's size.
    pub count: Expr,
    /// The first of the ordering's values.
    pub key: Option<Expr>,
    /// Its type, if it is the only one.
    pub key_kind: Option<DataType>,
    /// Whether it runs down.
    pub descending: bool,
    /// Whether there is an ordering at all.
    pub is_ordered: bool,
}

/// The rows that an aggregate takes in.
enum Frame {
    /// The whole partition.
    All,
    /// From one row to another, counted in rows.
    Rows(Edge, Edge),
    /// As `Rows`, but peers are taken in together.
    Peers(Edge, Edge),
    /// From a value so much before the row's to the row's own.
    Before(Duration),
}

impl Ordered<'_, '_> {
    /// The columns to compute, one after the other; the last is the function's value.
    pub fn steps(&self, call: &ast::Function, name: &str, spec: &WindowSpec, id: &str) -> Planned<Vec<Expr>> {
        let one = float(self.position.clone()) + lit(1.0);
        let rank = over(self.position.clone().min(), &self.peers) + lit(1i64);
        let arguments = aggregates::arguments(call).unwrap_or_default();
        Ok(vec![
            match (name, arguments.as_slice()) {
                ("row_number", []) => self.position.clone() + lit(1i64),
                ("rank", []) => rank,
                ("dense_rank", []) => self.dense_rank(),
                ("percent_rank", []) => {
                    let rest = float(self.count.clone() - lit(1i64));
                    when(rest.clone().eq(lit(0.0))).then(lit(0.0)).otherwise(float(rank - lit(1i64)) / rest)
                }
                ("cume_dist", []) => over(one.max(), &self.peers) / float(self.count.clone()),
                ("ntile", [buckets]) => self.ntile(buckets)?,
                ("lag" | "lead", [_, ..]) => self.neighbour(call, name, &arguments)?,
                ("first_value" | "last_value" | "nth_value" | "first" | "last", [_, ..]) => {
                    return self.picked(call, name, &arguments, spec, id);
                }
                _ if aggregates::is_aggregate(name) => return self.aggregated(call, name, spec, id),
                _ => {
                    let names = [
                        "row_number",
                        "rank",
                        "dense_rank",
                        "percent_rank",
                        "cume_dist",
                        "ntile",
                        "lag",
                        "lead",
                        "first_value",
                        "last_value",
                        "nth_value",
                    ];
                    let near = crate::diagnostics::suggest(name, names.into_iter().chain(aggregates::names()));
                    let hint = near.map_or_else(
                        || format!("there are {} and the aggregates", names.join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    );
                    return Err(
                        error!(self.scalars.span(&call.name), "unknown window function `{name}`"; hint: "{hint}"),
                    );
                }
            }
            .alias(id),
        ])
    }

    fn dense_rank(&self) -> Expr {
        match self.peers.get(self.partition.len()) {
            Some(peer) => peer.clone() - over(peer.clone().min(), &self.partition) + lit(1i64),
            None => self.position.clone() * lit(0i64) + lit(1i64),
        }
    }

    fn number(&self, tree: &ast::Expr) -> Planned<i64> {
        literals::integer(tree)
            .ok_or_else(|| self.scalars.context.unsupported(tree, "a computed number", "write a whole number"))
    }

    fn ntile(&self, buckets: &ast::Expr) -> Planned<Expr> {
        let buckets = lit(self.number(buckets)?.max(1));
        let size = self.count.clone().floor_div(buckets.clone());
        let rest = self.count.clone() - size.clone() * buckets;
        let large = rest.clone() * (size.clone() + lit(1i64));
        let in_large = self.position.clone().floor_div(size.clone() + lit(1i64));
        let in_small = rest + (self.position.clone() - large.clone()).floor_div(size.clip_min(lit(1i64)));
        Ok(when(self.position.clone().lt(large)).then(in_large).otherwise(in_small) + lit(1i64))
    }

    fn neighbour(&self, call: &ast::Function, name: &str, arguments: &[&ast::Expr]) -> Planned<Expr> {
        if ignores_nulls(call) {
            return Err(self.scalars.context.unsupported(
                call,
                "`IGNORE NULLS` here",
                "use `last_value(x IGNORE NULLS)`",
            ));
        }
        let value = self.scalars.checked(arguments[0])?;
        let distance = arguments.get(1).map_or(Ok(1), |tree| self.number(tree))?;
        let distance = if name == "lag" { distance } else { -distance };
        let shifted = over(value.shift(lit(distance)), &self.partition);
        let Some(default) = arguments.get(2) else { return Ok(shifted) };
        let source = self.position.clone() - lit(distance);
        let inside = source.clone().gt_eq(lit(0i64)).and(source.lt(self.count.clone()));
        Ok(when(inside).then(shifted).otherwise(self.scalars.lower(default)?))
    }

    fn frame(&self, spec: &WindowSpec) -> Planned<Frame> {
        let Some(frame) = &spec.window_frame else {
            return Ok(if self.is_ordered { Frame::Peers(Edge::Unbounded, Edge::Row(0)) } else { Frame::All });
        };
        let end = frame.end_bound.clone().unwrap_or(WindowFrameBound::CurrentRow);
        if let (WindowFrameUnits::Range, Some(length)) = (frame.units, length(&frame.start_bound).or(length(&end))) {
            let before = matches!(frame.start_bound, WindowFrameBound::Preceding(Some(_)));
            if !before || !matches!(end, WindowFrameBound::CurrentRow) {
                let what = "a RANGE frame that does not end at CURRENT ROW";
                return Err(self.scalars.context.unsupported(
                    length,
                    what,
                    "use ROWS, or a query for each row: `(SELECT sum(b.x) FROM t b WHERE b.d BETWEEN a.d AND …)`",
                ));
            }
            return self.before(length);
        }
        let (start, end) = (self.edge(&frame.start_bound)?, self.edge(&end)?);
        match (frame.units, start, end) {
            (_, Edge::Unbounded, Edge::Unbounded) => Ok(Frame::All),
            (WindowFrameUnits::Rows, start, end) => Ok(Frame::Rows(start, end)),
            (_, start @ (Edge::Unbounded | Edge::Row(0)), end @ (Edge::Unbounded | Edge::Row(0))) => {
                Ok(Frame::Peers(start, end))
            }
            _ => Err(
                error!(self.frame_span(spec), "this RANGE or GROUPS frame cannot be used here"; hint: "use ROWS, or RANGE BETWEEN … PRECEDING AND CURRENT ROW"),
            ),
        }
    }

    fn frame_span(&self, spec: &WindowSpec) -> crate::diagnostics::Span {
        spec.order_by.first().map_or(self.scalars.context.sql.span, |order| self.scalars.span(&order.expr))
    }

    fn edge(&self, bound: &WindowFrameBound) -> Planned<Edge> {
        Ok(match bound {
            WindowFrameBound::CurrentRow => Edge::Row(0),
            WindowFrameBound::Preceding(None) | WindowFrameBound::Following(None) => Edge::Unbounded,
            WindowFrameBound::Preceding(Some(count)) => Edge::Row(-self.number(count)?),
            WindowFrameBound::Following(Some(count)) => Edge::Row(self.number(count)?),
        })
    }

    /// A frame of values: an interval before a date, or a whole number before one.
    fn before(&self, length: &ast::Expr) -> Planned<Frame> {
        let wrong = || {
            self.scalars.context.unsupported(
                length,
                "this RANGE frame",
                "order by one date with an interval, or by one whole number with a number, ascending",
            )
        };
        let length = match &self.key_kind {
            Some(DataType::Date | DataType::Datetime(..)) => literals::step(length),
            Some(kind) if kind.is_integer() => literals::integer(length).map(|n| Duration::parse(&format!("{n}i"))),
            _ => None,
        };
        length.filter(|_| !self.descending).map(Frame::Before).ok_or_else(wrong)
    }

    fn aggregated(&self, call: &ast::Function, name: &str, spec: &WindowSpec, id: &str) -> Planned<Vec<Expr>> {
        let whole = self.scalars.aggregate(call)?;
        let frame = match self.frame(spec)? {
            Frame::All => return Ok(vec![over(whole, &self.partition).alias(id)]),
            Frame::Peers(Edge::Row(_), Edge::Row(_)) => return Ok(vec![over(whole, &self.peers).alias(id)]),
            other => other,
        };
        let Some((part, value)) = self.part(call, name)? else {
            let hint = "use count, sum, avg, min, max, stddev, variance or median, or compute it for the whole partition, without ORDER BY";
            return Err(
                error!(self.scalars.span(&call.name), "`{name}` cannot move along with the rows"; hint: "{hint}"),
            );
        };
        let inner = match &frame {
            Frame::Before(length) => self.ranged(part, value, *length),
            Frame::Rows(start, end) | Frame::Peers(start, end) => {
                running::by_rows(part, &value, *start, *end).ok_or_else(|| {
                    error!(self.frame_span(spec), "`{name}` cannot be computed over this frame"; hint: "let the frame end at CURRENT ROW")
                })?
            }
            Frame::All => return Ok(Vec::new()),
        };
        let kind = self.scalars.kind(&ast::Expr::Function(call.clone()), &whole)?;
        let value = over(inner.cast(kind), &self.partition);
        Ok(match frame {
            Frame::Rows(..) => vec![value.alias(id)],
            Frame::Peers(_, Edge::Unbounded) => self.shared(value, id, Expr::first),
            _ => self.shared(value, id, Expr::last),
        })
    }

    /// An aggregate over a range of the ordering's values; rows without one come last and keep to themselves.
    fn ranged(&self, part: Part, value: Expr, length: Duration) -> Expr {
        let key = self.key.clone().unwrap_or(lit(NULL));
        let kind = self.key_kind.clone().unwrap_or(DataType::Null);
        let far = match &kind {
            DataType::Datetime(..) => lit(2_900_000).cast(DataType::Date).cast(kind),
            DataType::Date => lit(2_900_000).cast(kind),
            _ => lit(i64::MAX / 4).cast(kind),
        };
        let options = RollingOptionsDynamicWindow {
            window_size: length,
            min_periods: 1,
            closed_window: ClosedWindow::Both,
            fn_params: None,
        };
        running::by_value(part, value, key.fill_null(far), options)
    }

    /// What one of the peers has, for all of them.
    fn shared(&self, value: Expr, id: &str, pick: fn(Expr) -> Expr) -> Vec<Expr> {
        let own = self.scalars.context.id();
        vec![value.alias(&own), over(pick(col(&own)), &self.peers).alias(id)]
    }

    /// The aggregate as one that can move along, and its argument as a number; none if there is no such.
    fn part(&self, call: &ast::Function, name: &str) -> Planned<Option<(Part, Expr)>> {
        let parsed = self.scalars.aggregate_call(call)?;
        if parsed.distinct {
            return Ok(None);
        }
        let Some(part) = Part::of(name) else { return Ok(None) };
        let Some(tree) = parsed.trees.first() else {
            let all = parsed.filter.unwrap_or_else(|| self.position.clone().is_not_null());
            return Ok(Some((part, when(all).then(lit(1i64)).otherwise(lit(NULL)))));
        };
        let mut value = self.scalars.lower(tree)?;
        let kind = self.scalars.kind(tree, &value)?;
        if let Some(filter) = parsed.filter {
            value = when(filter).then(value).otherwise(lit(NULL));
        }
        Ok(Some(match (part, &kind) {
            (Part::Count, _) => (part, value),
            (_, kind) if kind.is_temporal() => (part, value.to_physical().cast(DataType::Int64)),
            (Part::Sum | Part::Min | Part::Max, kind) if kind.is_integer() => (part, value.cast(DataType::Int64)),
            (_, kind) if kind.is_numeric() => (part, value.cast(DataType::Float64)),
            (_, kind) if kind.is_bool() || kind.is_null() => (part, value.cast(DataType::Int64)),
            _ => return Ok(None),
        }))
    }

    /// `first_value`, `last_value`, `nth_value`.
    fn picked(
        &self,
        call: &ast::Function,
        name: &str,
        arguments: &[&ast::Expr],
        spec: &WindowSpec,
        id: &str,
    ) -> Planned<Vec<Expr>> {
        let value = self.scalars.checked(arguments[0])?;
        let frame = self.frame(spec)?;
        let wrong = || error!(self.frame_span(spec), "`{name}` cannot be computed over this frame"; hint: "begin or end the frame at UNBOUNDED or CURRENT ROW");
        if ignores_nulls(call) {
            return self.without_nulls(name, value, &frame, id).ok_or_else(wrong);
        }
        let at = |distance: i64| over(value.clone().shift(lit(-distance)), &self.partition);
        let first = over(value.clone().first(), &self.partition);
        let last = over(value.clone().last(), &self.partition);
        let target = |distance: i64| self.position.clone() + lit(distance);
        let picked = match (name, frame) {
            ("nth_value", frame) => {
                let n = arguments.get(1).map_or(Ok(1), |tree| self.number(tree))?;
                let reached = self.reached(&frame).ok_or_else(wrong)?;
                let nth = over(value.get(lit(n - 1), true), &self.partition);
                when(reached.gt_eq(lit(n))).then(nth).otherwise(lit(NULL))
            }
            (
                "first_value" | "first",
                Frame::All | Frame::Rows(Edge::Unbounded, _) | Frame::Peers(Edge::Unbounded, _),
            ) => first,
            ("first_value" | "first", Frame::Peers(..)) => over(value.first(), &self.peers),
            ("first_value" | "first", Frame::Rows(Edge::Row(start), _)) => {
                when(target(start).lt(lit(0i64))).then(first).otherwise(at(start))
            }
            (_, Frame::All | Frame::Rows(_, Edge::Unbounded) | Frame::Peers(_, Edge::Unbounded)) => last,
            (_, Frame::Peers(..) | Frame::Before(_)) => over(value.last(), &self.peers),
            (_, Frame::Rows(_, Edge::Row(end))) => {
                when(target(end).gt_eq(self.count.clone())).then(last).otherwise(at(end))
            }
        };
        Ok(vec![picked.alias(id)])
    }

    /// How many of the partition's rows a frame has come to, if it starts with the first.
    fn reached(&self, frame: &Frame) -> Option<Expr> {
        let after = |rows: i64| self.position.clone() + lit(rows);
        match frame {
            Frame::All => Some(self.count.clone()),
            Frame::Rows(Edge::Unbounded, Edge::Row(end)) => Some(after(end + 1)),
            Frame::Peers(Edge::Unbounded, Edge::Row(_)) => Some(over(after(1).max(), &self.peers)),
            _ => None,
        }
    }

    fn without_nulls(&self, name: &str, value: Expr, frame: &Frame, id: &str) -> Option<Vec<Expr>> {
        let first = name.starts_with("first");
        let filled = value.clone().fill_null_with_strategy(FillNullStrategy::Forward(None));
        Some(match frame {
            Frame::All if first => vec![over(value.drop_nulls().first(), &self.partition).alias(id)],
            Frame::All => vec![over(value.drop_nulls().last(), &self.partition).alias(id)],
            Frame::Rows(Edge::Unbounded, Edge::Row(0)) if !first => vec![over(filled, &self.partition).alias(id)],
            Frame::Peers(Edge::Unbounded, Edge::Row(0)) if !first => {
                self.shared(over(filled, &self.partition), id, Expr::last)
            }
            _ => return None,
        })
    }
}

/// The distance that an end of a frame names.
fn length(bound: &WindowFrameBound) -> Option<&ast::Expr> {
    match bound {
        WindowFrameBound::Preceding(length) | WindowFrameBound::Following(length) => length.as_deref(),
        WindowFrameBound::CurrentRow => None,
    }
}

fn float(value: Expr) -> Expr {
    value.cast(DataType::Float64)
}

fn ignores_nulls(call: &ast::Function) -> bool {
    let inside = match &call.args {
        FunctionArguments::List(list) => list
            .clauses
            .iter()
            .any(|clause| matches!(clause, FunctionArgumentClause::IgnoreOrRespectNulls(NullTreatment::IgnoreNulls))),
        _ => false,
    };
    inside || call.null_treatment == Some(NullTreatment::IgnoreNulls)
}
