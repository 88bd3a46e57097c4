//! Where a table's rows come from, besides the files of the bundle: reactive queries and what inputs offer.

use super::{Kind, Question, Term, Value};
use crate::distinct::distinct_texts;
use serde::{Deserialize, Serialize};

/// Where a table's rows come from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Files of the bundle.
    #[default]
    Files,
    /// The plan itself: the one column of a table of what an input offers.
    Values(Vec<Value>),
    /// A query over another table of the plan, run whenever one of its parameters changes.
    Query(Box<Query>),
    /// The bundle has a file for each combination of these parameters' values; the last parameter changes first.
    Variants(Vec<Domain>),
}

impl Origin {
    /// True for a table of the bundle's files.
    pub fn is_files(&self) -> bool {
        *self == Origin::Files
    }

    /// The inputs whose choices the table's rows depend on.
    pub fn inputs(&self) -> Vec<&str> {
        let mut inputs = Vec::new();
        match self {
            Origin::Files | Origin::Values(_) => {}
            Origin::Query(query) => query.inputs(&mut inputs),
            Origin::Variants(domains) => inputs.extend(domains.iter().map(|domain| domain.input.as_str())),
        }
        distinct_texts(inputs)
    }
}

/// A query over one table: filter, group, aggregate, filter the groups, order, limit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The table that it reads, by position: one before its own.
    pub from: usize,
    /// `WHERE`, over columns of that table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Condition>,
    /// Groups, measures and order; its limit stands in `limit`.
    pub question: Question,
    /// `HAVING`, over the question's keys and measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub having: Option<Condition>,
    /// `LIMIT`; none, and a parameter without a value, keep all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Operand>,
    /// The kinds of the question's keys, then of its measures.
    pub kinds: Vec<Kind>,
    /// Its own columns, each a key or measure of the question.
    pub columns: Vec<Term>,
}

impl Query {
    fn inputs<'a>(&'a self, inputs: &mut Vec<&'a str>) {
        self.filter.iter().chain(&self.having).for_each(|condition| condition.inputs(inputs));
        self.limit.iter().for_each(|limit| limit.inputs(inputs));
    }

    /// The columns of the table that it reads which its filter compares.
    pub fn filtered(&self) -> Vec<usize> {
        let mut columns = Vec::new();
        self.filter.iter().for_each(|filter| filter.subjects(&mut columns));
        columns
    }
}

/// A condition, true, false or unknown as in SQL. A comparison with a parameter that has no value is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// `subject operator operand`
    Compare {
        /// A column of the table, or a column of the answer in `HAVING`: keys first, then measures.
        subject: usize,
        /// How.
        operator: Comparison,
        /// With what.
        operand: Operand,
    },
    /// `subject IN (operands)`; a parameter stands for all of its values.
    In {
        /// As in `Compare`.
        subject: usize,
        /// The list.
        list: Vec<Operand>,
    },
    /// `subject IS NULL`
    IsNull {
        /// As in `Compare`.
        subject: usize,
    },
    /// `$parameter IS NULL`
    HasNoValue(Operand),
    /// True where no part is false.
    And(Vec<Condition>),
    /// True where a part is true.
    Or(Vec<Condition>),
    /// True where it is false.
    Not(Box<Condition>),
}

impl Condition {
    fn inputs<'a>(&'a self, inputs: &mut Vec<&'a str>) {
        match self {
            Condition::Compare { operand, .. } | Condition::HasNoValue(operand) => operand.inputs(inputs),
            Condition::In { list, .. } => list.iter().for_each(|operand| operand.inputs(inputs)),
            Condition::IsNull { .. } => {}
            Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| part.inputs(inputs)),
            Condition::Not(part) => part.inputs(inputs),
        }
    }

    fn subjects(&self, subjects: &mut Vec<usize>) {
        match self {
            Condition::Compare { subject, .. } | Condition::In { subject, .. } | Condition::IsNull { subject } => {
                if let Err(place) = subjects.binary_search(subject) {
                    subjects.insert(place, *subject);
                }
            }
            Condition::HasNoValue(_) => {}
            Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| part.subjects(subjects)),
            Condition::Not(part) => part.subjects(subjects),
        }
    }
}

/// The comparisons of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// A literal.
    Value(Value),
    /// What a reader chose in an input.
    Parameter {
        /// The input's view, by id.
        input: String,
        /// What of its choice.
        #[serde(default)]
        part: ChoicePart,
    },
}

impl Operand {
    fn inputs<'a>(&'a self, inputs: &mut Vec<&'a str>) {
        if let Operand::Parameter { input, .. } = self {
            inputs.push(input);
        }
    }
}

/// What of a choice a parameter stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChoicePart {
    /// The chosen value or values: `$name`.
    #[default]
    Values,
    /// Where a chosen range begins: `$name_start`.
    Start,
    /// Where a chosen range ends: `$name_end`.
    End,
    /// The first moment of the day on which a chosen range begins.
    StartOfDay,
    /// The last moment of the day on which a chosen range ends.
    EndOfDay,
}

/// The choices in an input for which there are files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// The input's view, by id.
    pub input: String,
    /// Each choice's values; none at all is a choice, too.
    pub choices: Vec<Vec<Value>>,
}
