//! What is wrong with a bound chart beyond its single encodings: combinations that cannot be drawn, or would be drawn wrong.

use super::roles::{channel, channels, is_category, value};
use crate::json::Json;
use crate::plan::{Aggregate, Channel, Chart, Kind, Measure, Operator, Question, Term};

/// An author's mistake in a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key that it is about.
    pub encoding: &'static str,
    /// What is wrong, with the offending word in backticks.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

/// Finds what is wrong with a bound chart, before any data is read.
pub fn check(chart: &Chart, question: &Question) -> Result<(), Problem> {
    super::layers::check(chart)?;
    super::frames::check(chart)?;
    super::chart(&chart.kind).map_or(Ok(()), |kind| (kind.build.check)(chart, question))
}

/// Checks of every chart with two axes and a color.
pub fn cartesian(chart: &Chart, question: &Question) -> Result<(), Problem> {
    color(chart)?;
    cartesian_axes(chart, question)
}

/// Checks of every chart with two axes.
pub fn cartesian_axes(chart: &Chart, _: &Question) -> Result<(), Problem> {
    logarithm(chart, "x", "log_x")?;
    logarithm(chart, "y", "log_y")
}

/// Checks of charts that draw values along one of their axes.
pub fn values(chart: &Chart, question: &Question) -> Result<(), Problem> {
    cartesian(chart, question)?;
    let axis = value(chart);
    match channels(chart, axis).find(|channel| !channel.kind.is_number()) {
        Some(channel) => Err(Problem {
            encoding: if axis == "x" { "x" } else { "y" },
            message: format!("`{}` is not a number, and neither axis holds one", channel.label),
            hint: "give an aggregate such as `count(*)`",
        }),
        None => Ok(()),
    }
}

/// Checks that error bars have lengths.
pub fn errors(chart: &Chart) -> Result<(), Problem> {
    for (role, plus) in ERRORS {
        let message = match channel(chart, role) {
            Some(channel) if !channel.kind.is_number() => format!("`{}` is not a number", channel.label),
            Some(_) if self::channel(chart, plus).is_none() => format!("`{role}` goes with `{plus}`"),
            _ => continue,
        };
        return Err(Problem {
            encoding: role,
            message,
            hint: "an error bar has a length, as in `error_y: stddev(revenue)`",
        });
    }
    Ok(())
}

/// The roles of error bars, each with the one that it goes with.
const ERRORS: [(&str, &str); 6] = [
    ("error_x", "error_x"),
    ("error_x_minus", "error_x"),
    ("error_y", "error_y"),
    ("error_y_minus", "error_y"),
    ("error_z", "error_z"),
    ("error_z_minus", "error_z"),
];

/// Checks of values with error bars.
pub fn values_and_errors(chart: &Chart, question: &Question) -> Result<(), Problem> {
    values(chart, question)?;
    errors(chart)
}

/// Checks that bins hold aggregates.
pub fn binned(chart: &Chart, question: &Question) -> Result<(), Problem> {
    values(chart, question)?;
    match channel(chart, "y") {
        Some(Channel { term: Term::Key(_), label, .. }) => Err(Problem {
            encoding: "y",
            message: format!("`{label}` is a column, and a bin holds many rows of it"),
            hint: "aggregate it, as in `sum(…)` or `avg(…)`",
        }),
        _ => Ok(()),
    }
}

fn color(chart: &Chart) -> Result<(), Problem> {
    match channel(chart, "color") {
        Some(channel) if matches!(channel.kind, Kind::Float | Kind::Decimal { .. }) => Err(Problem {
            encoding: "color",
            message: format!("`{}` has no categories", channel.label),
            hint: "color takes text, whole numbers, booleans or days; put numbers into `size`, or into bands with `CASE`",
        }),
        _ => Ok(()),
    }
}

/// Checks that a logarithmic axis has numbers.
pub fn logarithm(chart: &Chart, role: &str, encoding: &'static str) -> Result<(), Problem> {
    let wanted = chart.options.get(encoding).and_then(Json::as_bool).unwrap_or(false);
    match channel(chart, role).filter(|channel| wanted && !channel.kind.is_number()) {
        Some(channel) => Err(Problem {
            encoding,
            message: format!("`{}` is not a number", channel.label),
            hint: "a logarithmic axis needs numbers above zero",
        }),
        None => Ok(()),
    }
}

/// Checks that the channels of these roles are numbers.
pub fn numbers(chart: &Chart, roles: &[&'static str]) -> Result<(), Problem> {
    all(chart, roles, Kind::is_number, "is not a number", "give a column of numbers, or an aggregate such as `sum(…)`")
}

/// Checks that the channels of these roles are days or moments.
pub fn times(chart: &Chart, roles: &[&'static str]) -> Result<(), Problem> {
    all(chart, roles, Kind::is_time, "is not a time", "give a column of days or moments, or cast it: `CAST(… AS DATE)`")
}

fn all(
    chart: &Chart,
    roles: &[&'static str],
    fits: fn(Kind) -> bool,
    what: &str,
    hint: &'static str,
) -> Result<(), Problem> {
    for role in roles {
        if let Some(channel) = channels(chart, role).find(|channel| !fits(channel.kind)) {
            return Err(Problem { encoding: role, message: format!("`{}` {what}", channel.label), hint });
        }
    }
    Ok(())
}

/// Checks that flows are amounts.
pub fn flows(chart: &Chart, question: &Question) -> Result<(), Problem> {
    numbers(chart, &["value"])?;
    amounts(chart, question, "value")
}

/// Checks that parts of a whole are amounts.
pub fn parts(chart: &Chart, question: &Question) -> Result<(), Problem> {
    amounts(chart, question, "values")
}

fn amounts(chart: &Chart, question: &Question, role: &'static str) -> Result<(), Problem> {
    match channel(chart, role).map(|channel| channel.term) {
        Some(Term::Measure(i)) if question.measures.get(i).is_some_and(is_average) => Err(Problem {
            encoding: role,
            message: "averages are not parts of a whole".to_string(),
            hint: "use `sum` or `count`, or show it in a bar chart",
        }),
        _ => Ok(()),
    }
}

fn is_average(measure: &Measure) -> bool {
    let adds_up = [Aggregate::Count, Aggregate::CountDistinct, Aggregate::ApproxCountDistinct, Aggregate::Sum];
    matches!(measure, Measure::Aggregate { function, .. } if !adds_up.contains(function))
}

/// Checks that a whole is the sum of its parts, where a chart adds parts up.
pub fn additive(chart: &Chart, question: &Question) -> Result<(), Problem> {
    match channel(chart, "values") {
        Some(channel) if !is_additive(channel, question) => Err(Problem {
            encoding: "values",
            message: format!("`{}` does not add up: a group's value is not the sum of its parts", channel.label),
            hint: "use `sum` or `count`, or show it in a bar chart",
        }),
        _ => Ok(()),
    }
}

/// Checks that what lines of equal height are drawn of is an amount, which is nothing where there are no rows.
pub fn additive_z(chart: &Chart, question: &Question) -> Result<(), Problem> {
    match channel(chart, "z") {
        Some(channel) if !is_additive(channel, question) => Err(Problem {
            encoding: "z",
            message: format!("`{}` does not add up: it is not nothing where there are no rows", channel.label),
            hint: "use `sum` or `count`, or show it in a `density_heatmap`",
        }),
        _ => Ok(()),
    }
}

/// Checks that values add up over the groups in which they are asked for.
pub fn additive_y(chart: &Chart, question: &Question) -> Result<(), Problem> {
    match channel(chart, "y") {
        Some(channel) if !is_additive(channel, question) => Err(Problem {
            encoding: "marginal",
            message: format!(
                "`{}` does not add up, and a bin with a margin is put together from its values",
                channel.label
            ),
            hint: "use `sum` or `count`, or leave `marginal` out",
        }),
        _ => Ok(()),
    }
}

fn is_additive(channel: &Channel, question: &Question) -> bool {
    match channel.term {
        Term::Key(_) => !is_category(channel.kind),
        Term::Measure(i) => question.measures.get(i).is_none_or(adds_up),
    }
}

fn adds_up(measure: &Measure) -> bool {
    match measure {
        Measure::Aggregate { function, .. } => {
            matches!(function, Aggregate::Count | Aggregate::Sum)
        }
        Measure::Binary { operator: Operator::Add | Operator::Subtract, left, right } => {
            adds_up(left) && adds_up(right)
        }
        Measure::Binary { operator: Operator::Multiply, left, right } => {
            is_scaled(left, right) || is_scaled(right, left)
        }
        Measure::Binary { operator: Operator::Divide, left, right } => is_scaled(left, right),
        Measure::Coalesce(options) => {
            options.first().is_some_and(adds_up) && options[1..].iter().all(|option| *option == Measure::Number(0.0))
        }
        Measure::Number(_) | Measure::NullIf(..) | Measure::Total(_) => false,
    }
}

fn is_scaled(measure: &Measure, by: &Measure) -> bool {
    adds_up(measure) && matches!(by, Measure::Number(_) | Measure::Total(_))
}
