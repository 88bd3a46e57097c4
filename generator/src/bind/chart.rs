//! Binds a `chart` block: its encodings become the columns of one question, its other keys options of the figure.

mod layers;
mod options;

pub(super) use options::object;

use super::keys::{self, Keys};
use super::{Binder, COMMON, Card, registry, rows};
use crate::diagnostics::{Severity, Span, suggest};
use crate::expression::{Bound, Expression};
use crate::page::Block;
use crate::sources::boundaries::{self, Boundaries, Wanted};
use crate::sql::Sql;
use crate::yaml::{Node, Yaml};
use crate::{error, expression::described};
use dashgen_runtime::charts::{self, CHARTS, ChartType, Encoding, Gesture, Need, Takes};
use dashgen_runtime::plan::{Channel, Chart, Kind, Order, Question, Rows, Select, Shows, Term, Top, View};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A chart while its keys are read.
struct Draft<'a> {
    keys: Keys<'a>,
    table: usize,
    question: Question,
    chart: Chart,
    /// The expression behind each channel, to match `labels`, `format` and `category_orders`.
    texts: Vec<String>,
}

impl<'a> Binder<'a> {
    pub(super) fn chart(&mut self, block: &Block) {
        let Some((name, name_span)) = block.name.clone() else { return };
        let Some(kind) = charts::chart(&name) else { return self.unknown_chart(&name, name_span) };
        let own: Vec<&'static str> = kind.encodings().map(|encoding| encoding.name).collect();
        let extra =
            registry::names(&registry::CHART).into_iter().chain(COMMON.into_iter().filter(|key| !own.contains(key)));
        let own: Vec<&'static str> = own.iter().copied().chain(extra).collect();
        let Some(keys) = Keys::parse(self.files, block.body, block.kind_span, &own, self.diagnostics) else { return };
        let Some(table) = self.asked(&keys) else { return };
        let chart = Chart {
            kind: name,
            channels: Vec::new(),
            options: BTreeMap::new(),
            categories: BTreeMap::new(),
            colors: Vec::new(),
            trace: Json::Null,
            layout: Json::Null,
        };
        let mut draft = Draft { keys, table, question: Question::default(), chart, texts: Vec::new() };
        let before = self.diagnostics.count(Severity::Error);
        for encoding in kind.encodings() {
            self.encoding(&mut draft, encoding);
        }
        if self.diagnostics.count(Severity::Error) == before {
            self.finish_chart(block, kind, draft);
        }
    }

    fn unknown_chart(&mut self, name: &str, span: Span) {
        let names: Vec<&str> = CHARTS.iter().map(|chart| chart.name).collect();
        self.push(match suggest(name, names.iter().copied()) {
            Some(near) => error!(span, "unknown chart type `{name}`"; hint: "did you mean `{near}`?"),
            None => error!(span, "unknown chart type `{name}`"; hint: "there are {}", keys::names(&names)),
        });
    }

    fn encoding(&mut self, draft: &mut Draft<'a>, encoding: &Encoding) {
        let name = encoding.name;
        if !draft.keys.has(name) {
            match encoding.need {
                Need::Optional => {}
                Need::Required => self.push(
                    error!(draft.keys.at, "`chart {}` needs `{name}`", draft.chart.kind; hint: "{}", encoding.summary),
                ),
                Need::Default(text) => {
                    let sql = Sql { text: text.to_owned(), span: draft.keys.at };
                    self.channel(draft, name, &sql, encoding.takes);
                }
            }
            return;
        }
        match encoding.takes {
            Takes::Column | Takes::Dimension | Takes::Measure | Takes::Either => {
                if let Some(sql) = draft.keys.sql(name, self.diagnostics) {
                    let sql = self.computed(draft, encoding, sql);
                    self.channel(draft, name, &sql, encoding.takes);
                }
            }
            Takes::Dimensions | Takes::Eithers => {
                for sql in draft.keys.sqls(name, self.diagnostics) {
                    self.channel(draft, name, &sql, encoding.takes);
                }
            }
            Takes::Layers => self.layers(draft),
            Takes::Labels | Takes::Formats | Takes::Categories => {}
            _ if name == "title" => {}
            _ => self.option(draft, encoding),
        }
    }

    /// The aggregate of a column that `histfunc` makes of it.
    fn computed(&mut self, draft: &Draft<'_>, encoding: &Encoding, sql: Sql) -> Sql {
        if encoding.takes != Takes::Measure || !draft.keys.has("histfunc") {
            return sql;
        }
        let Some((function, span)) = draft.keys.text("histfunc", self.diagnostics) else { return sql };
        match self.expression(&sql, draft.table).map(|expression| expression.bound) {
            Some(Bound::Key(_)) => Sql { text: format!("{function}({})", sql.text), span: sql.span },
            Some(Bound::Measure(_)) => {
                self.push(error!(span, "`histfunc` computes a column, and `{}` is computed already", sql.text; hint: "leave `histfunc` out, or name the column alone"));
                sql
            }
            None => sql,
        }
    }

    /// Binds one expression to a role of the chart.
    fn channel(&mut self, draft: &mut Draft<'_>, role: &str, sql: &Sql, takes: Takes) {
        let Some(bound) = self.expression(sql, draft.table) else { return };
        let is_measure = matches!(bound.bound, Bound::Measure(_));
        match takes {
            Takes::Column | Takes::Dimension | Takes::Dimensions if is_measure => {
                return self.push(
                    error!(sql.span, "`{role}` needs a column, not an aggregate"; hint: "as in `{role}: region`"),
                );
            }
            Takes::Measure if !bound.kind.is_number() => {
                let what = error!(sql.span, "`{role}` needs a number; `{}` is {}", sql.text, described(bound.kind));
                let hint = (!is_measure).then(|| format!("aggregate it, as in `{role}: count(*)`"));
                return self.push(what.hint(hint));
            }
            _ => {}
        }
        let term = rows::term(&mut draft.question, &bound);
        let Expression { kind, label, .. } = bound;
        draft.chart.channels.push(Channel { role: role.to_owned(), term, label, kind, format: None });
        draft.texts.push(sql.text.trim().to_owned());
    }

    fn finish_chart(&mut self, block: &Block, kind: &'static ChartType, mut draft: Draft<'_>) {
        self.name_channels(&mut draft);
        let categories = self.category_orders(&draft);
        let bins = binned(kind, &draft);
        charts::link_up(&mut draft.chart);
        charts::ask_margin(&mut draft.chart, &mut draft.question, !bins.is_empty());
        draft.question.rows = if draft.question.measures.is_empty() { Rows::Each } else { Rows::Groups };
        draft.question.top = self.top(&draft);
        if draft.question.top.is_some() && draft.question.keys.len() == 1 {
            draft.question.order = vec![Order { by: Term::Measure(0), descending: true }];
        }
        if let Err(problem) = charts::check(&draft.chart, &draft.question) {
            let span = draft.keys.node(problem.encoding, self.diagnostics).map_or(draft.keys.at, |node| node.span);
            return self.push(error!(span, "{}", problem.message; hint: "{}", problem.hint));
        }
        let boundaries = self.boundaries(&draft);
        let select = self.gesture(&draft).and_then(|gesture| self.select(&draft, gesture));
        let title = draft.keys.text("title", self.diagnostics).map_or_else(|| title(&draft.chart), |(title, _)| title);
        let subtitle = self.words(&draft.keys, "subtitle");
        let height = draft.keys.count("height", self.diagnostics).map(|height| height.clamp(120, 2000) as u32);
        let aspect = self.aspect(&draft.keys);
        let help = self.words(&draft.keys, "help");
        let width = self.width(&draft.keys, 12);
        let ignore = self.ignored(&draft.keys, draft.table);
        let first = draft.chart.channels.iter().find(|channel| matches!(channel.term, Term::Key(_)));
        let made = first.map_or(kind.name.to_owned(), |channel| format!("{} {}", kind.name, channel.label));
        let id = self.id(&draft.keys, &made);
        let card = Card {
            subtitle,
            boundaries,
            height,
            aspect,
            help,
            bins,
            categories,
            ..Card::new(block.span, title, width)
        };
        let legend = self.legend(&mut draft, select.as_ref(), &id);
        let view = View { ignore, select, ..rows::view(id, draft.table, draft.question, Shows::Chart(draft.chart)) };
        self.add(block.span.start, card, view);
        self.plan.views.extend(legend);
    }

    /// `legend: filter`: the view that owns the legend's clauses, where those are not the chart's own.
    fn legend(&mut self, draft: &mut Draft<'_>, select: Option<&Select>, chart: &str) -> Option<View> {
        let word = self.choice(&draft.keys, "legend", &registry::LEGENDS).map(|word| registry::LEGENDS[word]);
        if word != Some("filter") {
            return None;
        }
        let Some(key) = charts::legend(&draft.chart, &draft.question) else {
            let span = draft.keys.text("legend", self.diagnostics).map_or(draft.keys.at, |(_, span)| span);
            return self.refuse(error!(span, "the legend has no categories to filter by"; hint: "add `color:` with a column of categories"));
        };
        draft.chart.options.insert("legend".to_owned(), json!("filter"));
        if matches!(select, Some(Select::Values(keys)) if keys.first() == Some(&key)) {
            return None;
        }
        let shows = Shows::Legend { chart: self.plan.views.len() };
        let view = rows::view(format!("{chart}.legend"), draft.table, Question::default(), shows);
        Some(View { select: Some(Select::Values(vec![key])), ..view })
    }

    /// `geojson:` and `featureidkey:`, a map's own boundaries.
    fn boundaries(&mut self, draft: &Draft<'_>) -> Option<Boundaries> {
        charts::bounded(&draft.chart)?;
        let (file, span) = draft.keys.text("geojson", self.diagnostics)?;
        let key = draft.keys.has("featureidkey").then(|| draft.keys.text("featureidkey", self.diagnostics)).flatten();
        let wanted = Wanted { file: (&file, span), key: key.as_ref().map(|(key, span)| (key.as_str(), *span)) };
        boundaries::read(&wanted, &self.source, self.media).map_err(|problem| self.diagnostics.push(problem)).ok()
    }

    /// `aspect_ratio: 16/9`, in place of a height.
    fn aspect(&mut self, keys: &Keys<'_>) -> Option<(u32, u32)> {
        let (text, span) = keys.text("aspect_ratio", self.diagnostics)?;
        if keys.has("height") {
            return self.refuse(error!(span, "`aspect_ratio` and `height` both say how high the chart is"; hint: "take one of them away"));
        }
        let (wide, high) = text.split_once('/').unwrap_or((&text, ""));
        let side = |text: &str| text.trim().parse::<u32>().ok().filter(|side| (1..=100).contains(side));
        match (side(wide), side(high)) {
            (Some(wide), Some(high)) => Some((wide, high)),
            _ => self.refuse(error!(span, "`{text}` is no proportion"; hint: "width to height in whole numbers, as in `aspect_ratio: 16/9`")),
        }
    }

    /// `limit:` and `other:`, which categories are told apart.
    fn top(&mut self, draft: &Draft<'_>) -> Option<Top> {
        let other = draft.keys.text("other", self.diagnostics);
        let Some(count) = draft.keys.count("limit", self.diagnostics) else {
            if let Some((_, span)) = other.filter(|_| !draft.keys.has("limit")) {
                self.push(error!(span, "`other` names what `limit` leaves over"; hint: "add `limit: 10`"));
            }
            return None;
        };
        let is_category = |channel: &&Channel| matches!(channel.term, Term::Key(_)) && channel.kind == Kind::Text;
        let category = draft.chart.channels.iter().find(is_category).map(|channel| channel.term);
        match (category, draft.question.measures.is_empty()) {
            (Some(Term::Key(key)), false) => Some(Top { key, count, other: other.map(|(name, _)| name) }),
            _ => {
                let span = draft.keys.node("limit", self.diagnostics).map_or(draft.keys.at, |node| node.span);
                self.refuse(error!(span, "`limit` keeps the largest categories: there are none to measure"; hint: "it needs a column of text and an aggregate, as in `x: product` and `y: sum(revenue)`"))
            }
        }
    }

    /// Applies `labels` and `format`, whose keys are columns or the channels' expressions.
    fn name_channels(&mut self, draft: &mut Draft<'_>) {
        let Draft { keys, chart, texts, .. } = draft;
        if let Some(labels) = keys.map("labels", self.diagnostics).filter(|_| keys.has("labels")) {
            for (key, node) in labels {
                let Some(label) = node.text() else { continue };
                for (channel, _) in
                    chart.channels.iter_mut().zip(texts.iter()).filter(|(_, text)| same(text, &key.name))
                {
                    channel.label.clone_from(&label);
                }
            }
        }
        let Some(node) = keys.node("format", self.diagnostics).filter(|_| keys.has("format")) else { return };
        let everywhere = node.text().map(|text| (text, node.span));
        if let Some((text, span)) = everywhere {
            let format = self.checked_format(text, span);
            for channel in chart.channels.iter_mut().filter(|channel| channel.kind.is_number()) {
                channel.format.clone_from(&format);
            }
        } else if let Yaml::Map(map) = &node.yaml {
            for (key, node) in map {
                let format = node.text().and_then(|text| self.checked_format(text, node.span));
                for (channel, _) in
                    chart.channels.iter_mut().zip(texts.iter()).filter(|(_, text)| same(text, &key.name))
                {
                    channel.format.clone_from(&format);
                }
            }
        }
    }

    fn category_orders(&mut self, draft: &Draft<'_>) -> BTreeMap<String, Vec<String>> {
        let mut orders = BTreeMap::new();
        if !draft.keys.has("category_orders") {
            return orders;
        }
        for (key, node) in draft.keys.map("category_orders", self.diagnostics).into_iter().flatten() {
            let Yaml::List(items) = &node.yaml else {
                self.push(error!(node.span, "`category_orders` maps columns to lists"; hint: "as in `{{region: [Europe, Asia]}}`"));
                continue;
            };
            let list: Vec<String> = items.iter().filter_map(Node::text).collect();
            for (channel, _) in draft.chart.channels.iter().zip(&draft.texts).filter(|(_, text)| same(text, &key.name))
            {
                orders.insert(channel.role.clone(), list.clone());
            }
        }
        orders
    }

    /// `select:` as a gesture; none for `select: none`.
    fn gesture(&mut self, draft: &Draft<'_>) -> Option<Gesture> {
        let Some((word, span)) = draft.keys.text("select", self.diagnostics) else { return Some(Gesture::Natural) };
        match word.as_str() {
            "click" => Some(Gesture::Click),
            "brush" => Some(Gesture::Brush),
            "brush-xy" => Some(Gesture::Box),
            "none" => None,
            _ => self.refuse(error!(span, "`select` is one of `click`, `brush`, `brush-xy`, `none`")),
        }
    }

    fn select(&mut self, draft: &Draft<'_>, gesture: Gesture) -> Option<Select> {
        let select = charts::select(&draft.chart, &draft.question, gesture);
        if select.is_none() && gesture != Gesture::Natural {
            let span = draft.keys.text("select", self.diagnostics).map_or(draft.keys.at, |(_, span)| span);
            let what = match gesture {
                Gesture::Brush => "a column of time or numbers on an axis",
                Gesture::Box => "points or cells between two axes, both with a column of time or numbers",
                _ => "a column of categories",
            };
            return self.refuse(error!(span, "there is nothing to select this way"; hint: "it needs {what}"));
        }
        select
    }
}

/// Which keys are cut into bins, and into how many: those of the axes whose number of bins the chart type knows.
fn binned(kind: &ChartType, draft: &Draft<'_>) -> Vec<(usize, usize)> {
    let mut bins = Vec::new();
    for (option, role, many) in [("nbins", "x", 30.0), ("nbinsx", "x", 25.0), ("nbinsy", "y", 25.0)] {
        let is_binned = kind.build.encodings.iter().any(|encoding| encoding.name == option);
        let axis = draft.chart.channels.iter().find(|channel| is_binned && channel.role == role);
        if let Some(Term::Key(key)) = axis.map(|channel| channel.term) {
            bins.push((key, draft.chart.options.get(option).and_then(Json::as_f64).unwrap_or(many) as usize));
        }
    }
    bins
}

/// The same expression or column, but for spaces and letter case of SQL words.
fn same(text: &str, key: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase();
    plain(text) == plain(key)
}

/// `Revenue by region`, from the chart's channels.
fn title(chart: &Chart) -> String {
    let has = |role: &str| chart.channels.iter().any(|channel| channel.role == role);
    // Rows that name their parents are called by their names, where they have any besides what they go by, and places on a
    // map by theirs, or by what colors them.
    let has_names = has("names");
    let is_map = has("lat") && (has("hover_name") || chart.channels.iter().any(|channel| is_heading(channel, true)));
    let labels = |is_measure: bool| {
        let of_kind = chart.channels.iter().filter(|channel| matches!(channel.term, Term::Measure(_)) == is_measure);
        let mut names: Vec<String> = of_kind
            .filter(|channel| is_heading(channel, is_map))
            .filter(|channel| channel.role != "path" || !has_names)
            .map(|channel| channel.label.clone())
            .collect();
        let mut known = std::collections::BTreeSet::new();
        names.retain(|name| known.insert(name.clone()));
        names
    };
    let (measures, keys) = (labels(true), labels(false));
    match (measures.is_empty(), keys.is_empty()) {
        (false, false) => format!("{} by {}", measures.join(", "), keys.join(" and ").to_lowercase()),
        (true, false) if keys.len() > 1 && chart.channels[0].role != "dimensions" => {
            format!("{} {} {}", keys[1], if is_map { "by" } else { "against" }, keys[0].to_lowercase())
        }
        _ => measures.into_iter().chain(keys).collect::<Vec<_>>().join(", "),
    }
}

/// True for a channel that a chart's title names; on a map its places by their names instead of where they are.
fn is_heading(channel: &Channel, is_map: bool) -> bool {
    match channel.role.as_str() {
        "lat" | "lon" => !is_map,
        "hover_name" => is_map,
        "hover_data" | "text" | "base" | "parents" => false,
        role => !role.starts_with("error_") && !charts::is_aside(channel),
    }
}
