//! SQL's types as polars', casts between them, and the words by which messages call them.

use super::context::Context;
use super::literals::timestamp;
use super::rewrite::Planned;
use super::scalar::Scalars;
use polars::prelude::{DataType, Expr, RoundMode, TimeUnit, TimeZone, lit};
use sqlparser::ast::{self, ArrayElemTypeDef, CastKind, ExactNumberInfo, TimezoneInfo};

/// Polars' type for one that a cast names.
pub fn data_type(context: &Context, tree: &ast::Expr, named: &ast::DataType) -> Planned<DataType> {
    use ast::DataType as Named;
    Ok(match named {
        Named::TinyInt(_) => DataType::Int8,
        Named::SmallInt(_) | Named::Int2(_) => DataType::Int16,
        Named::Int(_) | Named::Integer(_) | Named::Int4(_) => DataType::Int32,
        Named::BigInt(_) | Named::Int8(_) | Named::HugeInt | Named::Int64 => DataType::Int64,
        Named::UTinyInt => DataType::UInt8,
        Named::USmallInt => DataType::UInt16,
        Named::UBigInt | Named::UHugeInt => DataType::UInt64,
        Named::Real | Named::Float4 => DataType::Float32,
        Named::Double(_) | Named::DoublePrecision | Named::Float8 | Named::Float64 => DataType::Float64,
        Named::Float(_) => DataType::Float32,
        Named::Decimal(info) | Named::Numeric(info) | Named::Dec(info) => decimal(info),
        Named::Varchar(_) | Named::Text | Named::String(_) | Named::Char(_) | Named::CharacterVarying(_) => {
            DataType::String
        }
        Named::Boolean | Named::Bool => DataType::Boolean,
        Named::Date => DataType::Date,
        Named::Timestamp(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) | Named::Datetime(_) => timestamp(),
        Named::Timestamp(..) => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
        Named::Time(..) => DataType::Time,
        Named::Array(ArrayElemTypeDef::SquareBracket(inner, None) | ArrayElemTypeDef::AngleBracket(inner)) => {
            DataType::List(Box::new(data_type(context, tree, inner)?))
        }
        other => {
            let what = format!("type `{other}`");
            let instead =
                "there are integer, bigint, double, decimal(p, s), varchar, boolean, date, timestamp and time";
            return Err(context.unsupported(tree, &what, instead));
        }
    })
}

fn decimal(info: &ExactNumberInfo) -> DataType {
    let (precision, scale) = match info {
        ExactNumberInfo::None => (18, 3),
        ExactNumberInfo::Precision(precision) => (*precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (*precision, *scale),
    };
    DataType::Decimal(precision.clamp(1, 38) as usize, scale.clamp(0, 38) as usize)
}

/// The word for a type in a message.
pub fn word(kind: &DataType) -> &'static str {
    match kind {
        DataType::Date => "date",
        DataType::Datetime(..) => "timestamp",
        DataType::Time => "time",
        DataType::Boolean => "truth value",
        DataType::String | DataType::Null => "text",
        DataType::List(_) => "list",
        DataType::Struct(_) => "struct",
        DataType::Duration(_) => "duration",
        _ => "number",
    }
}

/// How a constant of a type is written.
pub fn example(kind: &DataType) -> &'static str {
    match kind {
        DataType::Date => "dates are written `2024-06-01`",
        DataType::Datetime(..) => "timestamps are written `2024-06-01 12:30:00`",
        DataType::Time => "times are written `12:30:00`",
        DataType::Boolean => "truth values are `true` and `false`",
        _ => "numbers are written `1.5`",
    }
}

/// Two values of different types, made the same where SQL does so on its own.
pub fn aligned(left: (Expr, &DataType), right: (Expr, &DataType)) -> (Expr, Expr) {
    let target = match (left.1, right.1) {
        (a, b) if a == b => return (left.0, right.0),
        (DataType::Date, DataType::Datetime(..)) => right.1.clone(),
        (DataType::Datetime(..), DataType::Date) => left.1.clone(),
        (DataType::Datetime(_, zone), DataType::Datetime(_, other)) if zone == other => {
            DataType::Datetime(TimeUnit::Microseconds, zone.clone())
        }
        (a, b) if a.is_integer() && b.is_integer() => DataType::Int64,
        (a, b) if a.is_numeric() && b.is_numeric() => DataType::Float64,
        _ => return (left.0, right.0),
    };
    let cast = |side: (Expr, &DataType)| if *side.1 == target { side.0 } else { side.0.cast(target.clone()) };
    (cast(left), cast(right))
}

impl Scalars<'_, '_> {
    /// `CAST(x AS type)`, `x::type`, `TRY_CAST`.
    pub fn cast(&self, kind: &CastKind, value: &ast::Expr, named: &ast::DataType) -> Planned<Expr> {
        let target = data_type(self.context, value, named)?;
        let strict = matches!(kind, CastKind::Cast | CastKind::DoubleColon);
        if let (Some(text), true) = (super::literals::text(value), strict)
            && target != DataType::String
        {
            return self.constant(value, text.trim(), target);
        }
        let lowered = self.lower(value)?;
        let from = self.kind(value, &lowered)?;
        Ok(cast(lowered, &from, target, strict))
    }
}

/// A value cast as SQL does: numbers are rounded, timestamps are written with a space and no needless zeros.
pub fn cast(value: Expr, from: &DataType, target: DataType, strict: bool) -> Expr {
    let value = match (from, &target) {
        (DataType::Datetime(..), DataType::String) => return written(value),
        (float, integer) if float.is_float() && integer.is_integer() => value.round(0, RoundMode::HalfToEven),
        (DataType::Decimal(..), integer) if integer.is_integer() => {
            value.cast(DataType::Float64).round(0, RoundMode::HalfAwayFromZero)
        }
        (float, DataType::Decimal(_, scale)) if float.is_float() => {
            value.round(*scale as u32, RoundMode::HalfAwayFromZero)
        }
        (DataType::String, number) if number.is_numeric() || number.is_temporal() => value.str().strip_chars(lit(" ")),
        _ => value,
    };
    if strict { value.strict_cast(target) } else { value.cast(target) }
}

/// A timestamp as text.
pub fn written(value: Expr) -> Expr {
    let text = value.dt().to_string("%Y-%m-%d %H:%M:%S%.6f");
    text.str().replace(lit(r"\.?0*$"), lit(""), false).str().replace(lit(r"^(.{10} \d\d:\d\d)$"), lit("${1}:00"), false)
}
