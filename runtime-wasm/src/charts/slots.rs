//! Where the values of an answer stand in a chart's traces, so that others of the same groups can be put there.

use super::figure::{Point, categories, column, parts};
use super::roles::{channel, channels, is_category, position, value};
use crate::answer::Answer;
use crate::plan::{Channel, Chart, Question, Term};

/// Where the values of an answer's rows stand in the traces made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slots {
    /// The array of each trace that holds them: `x` or `y`.
    pub axis: &'static str,
    /// For each trace its measure, and the row behind each of its points if there is one.
    pub traces: Vec<(usize, Vec<Option<u32>>)>,
    /// Whether points keep their places without a row, as on an axis of categories.
    pub keeps_places: bool,
}

/// Where the values stand in a chart's traces; none if an answer with some of the rows could look different in anything but
/// which points there are and their values.
pub fn slots(chart: &Chart, question: &Question, answer: &Answer) -> Option<Slots> {
    let is_value = |channel: &Channel| channel.role == value(chart);
    let measure = |channel: &Channel| match channel.term {
        Term::Measure(index) => Some(index),
        Term::Key(_) => None,
    };
    let axis = channel(chart, position(chart))?;
    let color = channel(chart, "color");
    let is_placed = |key: usize| [Some(axis), color].into_iter().flatten().any(|of| of.term == Term::Key(key));
    let is_fixed = |role: &str, of: &Channel| {
        chart
            .categories
            .get(role)
            .is_some_and(|fixed| fixed.len() == categories(chart, role, column(answer, of.term)).len())
    };
    let keeps_places = is_category(axis.kind) && chart.categories.contains_key(position(chart));
    let fits = chart.channels.iter().all(|channel| is_value(channel) == measure(channel).is_some())
        && (0..question.keys.len()).all(is_placed)
        && color.is_none_or(|color| is_fixed("color", color))
        && (!keeps_places || is_fixed(position(chart), axis));
    let row = |point: &Point| match point {
        Point::Row(row) => Some(*row as u32),
        Point::Empty(_) => None,
    };
    let parts = fits.then(|| parts(chart, answer))?;
    let of = |measure: usize| parts.iter().map(move |part| (measure, part.points.iter().map(row).collect()));
    let measures = channels(chart, value(chart)).filter_map(measure);
    Some(Slots { axis: value(chart), traces: measures.flat_map(of).collect(), keeps_places })
}
