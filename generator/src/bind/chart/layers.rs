//! Binds `layers:`, further values that are drawn over a chart.

use super::Draft;
use super::options::scalar;
use crate::bind::{Binder, keys, rows};
use crate::error;
use crate::expression::described;
use crate::yaml::{Map, Node, Yaml};
use dashgen_runtime::charts::{LAYER_KEYS, LAYER_ROLE};
use dashgen_runtime::plan::Channel;
use serde_json::{Value as Json, json};

/// The charts that can lie over another.
const KINDS: [&str; 4] = ["line", "bar", "area", "scatter"];

impl Binder<'_> {
    pub(super) fn layers(&mut self, draft: &mut Draft<'_>) {
        let Some(node) = draft.keys.node(LAYER_ROLE, self.diagnostics).cloned() else { return };
        let Yaml::List(items) = &node.yaml else {
            return self.push(
                error!(node.span, "`layers` is a list of maps"; hint: "as in `[{{chart: line, y: avg(price), secondary_y: true}}]`"),
            );
        };
        let made: Option<Vec<Json>> = items.iter().map(|item| self.layer(draft, item)).collect();
        if let Some(made) = made {
            draft.chart.options.insert(LAYER_ROLE.to_owned(), json!(made));
        }
    }

    fn layer(&mut self, draft: &mut Draft<'_>, item: &Node) -> Option<Json> {
        let Yaml::Map(map) = &item.yaml else {
            return self.refuse(error!(item.span, "a layer is a map"; hint: "as in `{{chart: line, y: avg(price)}}`"));
        };
        if let Some((key, _)) = map.iter().find(|(key, _)| !LAYER_KEYS.contains(&key.name.as_str())) {
            return self.refuse(keys::unknown_key(&key.name, key.span, &LAYER_KEYS));
        }
        let (Some(kind), Some(y)) = (entry(map, "chart"), entry(map, "y")) else {
            return self.refuse(
                error!(item.span, "a layer needs `chart` and `y`"; hint: "as in `{{chart: line, y: avg(price)}}`"),
            );
        };
        let name = kind.text().filter(|name| KINDS.contains(&name.as_str()));
        let Some(name) = name else {
            return self.refuse(error!(kind.span, "a layer is one of {}", keys::names(&KINDS)));
        };
        let sql = draft.keys.expression("y", y, self.diagnostics)?;
        let bound = self.expression(&sql, draft.table)?;
        if !bound.kind.is_number() {
            return self.refuse(error!(sql.span, "`y` needs a number; `{}` is {}", sql.text, described(bound.kind)));
        }
        let term = rows::term(&mut draft.question, &bound);
        let label = entry(map, "label").and_then(Node::text).unwrap_or(bound.label);
        let role = LAYER_ROLE.to_owned();
        draft.chart.channels.push(Channel { role, term, label, kind: bound.kind, format: None });
        draft.texts.push(sql.text.trim().to_owned());
        let options: serde_json::Map<String, Json> = ["markers", "line_shape", "opacity"]
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), scalar(entry(map, key)?))))
            .collect();
        let is_right = entry(map, "secondary_y").is_some_and(|node| node.yaml == Yaml::Boolean(true));
        Some(json!({ "chart": name, "secondary_y": is_right, "options": options }))
    }
}

fn entry<'a>(map: &'a Map, name: &str) -> Option<&'a Node> {
    map.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
}
