//! The items of a `SELECT`: stars are spelt out, names looked up, an alias stands for its expression.

use super::context::Context;
use super::rewrite::{Planned, internal, internal_id, rewrite};
use super::rows::{Column, Rows};
use crate::error;
use sqlparser::ast::{
    AccessExpr, ExcludeSelectItem, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, RenameSelectItem,
    Select, SelectItem, SelectItemQualifiedWildcardKind, Subscript, Value, WildcardAdditionalOptions,
};
use std::collections::{BTreeMap, BTreeSet};

/// One column of the output.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is; its names are looked up.
    pub expression: Expr,
    /// Its name.
    pub name: String,
}

/// What the output's names stand for, in lower case.
pub type Aliases = BTreeMap<String, Expr>;

/// The items of a `SELECT` in order, and the names that other clauses may use for them.
pub fn expand(context: &Context, select: &Select, rows: &mut Rows) -> Planned<(Vec<Item>, Aliases)> {
    let mut items = Vec::new();
    let mut aliases = Aliases::new();
    for item in &select.projection {
        if let Some(more) = context.keep(expanded(context, item, rows, &aliases)) {
            if let (SelectItem::ExprWithAlias { alias, .. }, [item]) = (item, more.as_slice()) {
                aliases.insert(alias.value.to_lowercase(), item.expression.clone());
            }
            items.extend(more);
        }
    }
    if items.is_empty() && select.projection.is_empty() {
        items = columns(rows.starred(None));
    }
    Ok((items, aliases))
}

fn expanded(context: &Context, item: &SelectItem, rows: &mut Rows, aliases: &Aliases) -> Planned<Vec<Item>> {
    match item {
        SelectItem::UnnamedExpr(expression) if is_columns(expression) => matching(context, expression, rows),
        SelectItem::UnnamedExpr(expression) => single(context, expression, default_name(expression), rows, aliases),
        SelectItem::ExprWithAlias { expr, alias } => single(context, expr, alias.value.clone(), rows, aliases),
        SelectItem::Wildcard(options) => starred(context, rows, rows.starred(None), options),
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
            let table = name.0.last().and_then(|part| part.as_ident()).map_or("", |ident| ident.value.as_str());
            let columns = rows.starred(Some(table));
            if columns.is_empty() {
                return Err(
                    error!(context.span(name), "`{table}` is no table of this query"; hint: "write the alias that the table has in FROM"),
                );
            }
            starred(context, rows, columns, options)
        }
        other => Err(context.unsupported(other, "this kind of `*` or alias", "name the columns one by one")),
    }
}

fn single(context: &Context, expression: &Expr, name: String, rows: &Rows, aliases: &Aliases) -> Planned<Vec<Item>> {
    let mut expression = expression.clone();
    resolve(context, rows, aliases, &mut expression)?;
    Ok(vec![Item { expression, name }])
}

/// The name of an item that the author gave none.
pub fn default_name(expression: &Expr) -> String {
    match expression {
        Expr::Identifier(ident) => ident.value.clone(),
        Expr::CompoundIdentifier(parts) => parts.last().map(|part| part.value.clone()).unwrap_or_default(),
        other => other.to_string(),
    }
}

fn columns(columns: Vec<Column>) -> Vec<Item> {
    let item = |column: Column| Item {
        expression: internal(&column.id, sqlparser::tokenizer::Span::empty()),
        name: column.name,
    };
    columns.into_iter().map(item).collect()
}

fn starred(
    context: &Context,
    rows: &Rows,
    found: Vec<Column>,
    options: &WildcardAdditionalOptions,
) -> Planned<Vec<Item>> {
    let mut items = columns(found);
    for ident in excluded(options) {
        let before = items.len();
        items.retain(|item| !item.name.eq_ignore_ascii_case(&ident.value));
        if items.len() == before {
            return Err(rows.unknown(context, &[ident]));
        }
    }
    for replacement in options.opt_replace.iter().flat_map(|replace| &replace.items) {
        let item = named(context, rows, &mut items, &replacement.column_name)?;
        let mut expression = replacement.expr.clone();
        resolve(context, rows, &Aliases::new(), &mut expression)?;
        item.expression = expression;
    }
    for (from, to) in renames(options) {
        to.value.clone_into(&mut named(context, rows, &mut items, from)?.name);
    }
    Ok(items)
}

fn named<'a>(context: &Context, rows: &Rows, items: &'a mut [Item], name: &Ident) -> Planned<&'a mut Item> {
    let found = items.iter_mut().find(|item| item.name.eq_ignore_ascii_case(&name.value));
    found.ok_or_else(|| rows.unknown(context, std::slice::from_ref(name)))
}

fn excluded(options: &WildcardAdditionalOptions) -> Vec<Ident> {
    let last = |name: &sqlparser::ast::ObjectName| name.0.last().and_then(|part| part.as_ident()).cloned();
    let mut names: Vec<Ident> = match &options.opt_exclude {
        Some(ExcludeSelectItem::Single(name)) => last(name).into_iter().collect(),
        Some(ExcludeSelectItem::Multiple(names)) => names.iter().filter_map(last).collect(),
        None => Vec::new(),
    };
    if let Some(except) = &options.opt_except {
        names.push(except.first_element.clone());
        names.extend(except.additional_elements.iter().cloned());
    }
    names
}

fn renames(options: &WildcardAdditionalOptions) -> Vec<(&Ident, &Ident)> {
    match &options.opt_rename {
        Some(RenameSelectItem::Single(rename)) => vec![(&rename.ident, &rename.alias)],
        Some(RenameSelectItem::Multiple(renames)) => {
            renames.iter().map(|rename| (&rename.ident, &rename.alias)).collect()
        }
        None => Vec::new(),
    }
}

fn is_columns(expression: &Expr) -> bool {
    matches!(expression, Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("columns"))
}

/// `columns('regex')`: every column whose name matches.
fn matching(context: &Context, expression: &Expr, rows: &Rows) -> Planned<Vec<Item>> {
    let Expr::Function(function) = expression else { return Ok(Vec::new()) };
    let pattern = match &function.args {
        FunctionArguments::List(list) => match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] => super::literals::text(argument),
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] => Some(String::new()),
            _ => None,
        },
        _ => None,
    };
    let wrong =
        || context.unsupported(expression, "`columns(…)` of this kind", "write `columns('regular expression')`");
    let pattern = regex::Regex::new(&pattern.ok_or_else(wrong)?).map_err(|_| wrong())?;
    let found = rows.starred(None).into_iter().filter(|column| pattern.is_match(&column.name)).collect();
    Ok(columns(found))
}

/// Looks up every name of an expression: a column first, then an alias of the output.
pub fn resolve(context: &Context, rows: &Rows, aliases: &Aliases, expression: &mut Expr) -> Planned<()> {
    rewrite(expression, |node| {
        if let Expr::CompoundFieldAccess { access_chain, .. } = node {
            access_chain.iter_mut().for_each(field_by_text);
        }
        let Some(parts) = parts(node) else { return Ok(()) };
        *node = match rows.name(context, &parts)? {
            Some(column) => column,
            None => match alias(aliases, &parts) {
                Some(alias) => alias,
                None => field(context, rows, &parts)?.ok_or_else(|| rows.unknown(context, &parts))?,
            },
        };
        Ok(())
    })
}

/// `column.field`: what a name is whose last part is a field of a struct.
fn field(context: &Context, rows: &Rows, parts: &[Ident]) -> Planned<Option<Expr>> {
    let [column @ .., name] = parts else { return Ok(None) };
    let Some(root) = rows.name(context, column)? else { return Ok(None) };
    let mut step = AccessExpr::Dot(Expr::Identifier(name.clone()));
    field_by_text(&mut step);
    Ok(Some(Expr::CompoundFieldAccess { root: Box::new(root), access_chain: vec![step] }))
}

/// A field's name is no column: it becomes a text, as in `s['field']`.
fn field_by_text(step: &mut AccessExpr) {
    if let AccessExpr::Dot(Expr::Identifier(name)) = step {
        let text = Value::SingleQuotedString(name.value.clone()).with_span(name.span);
        *step = AccessExpr::Subscript(Subscript::Index { index: Expr::Value(text) });
    }
}

/// As [`resolve`], but an alias of the output comes first, as in `ORDER BY`.
pub fn resolve_output(context: &Context, rows: &Rows, aliases: &Aliases, expression: &mut Expr) -> Planned<()> {
    rewrite(expression, |node| {
        if let Some(found) = parts(node).and_then(|parts| alias(aliases, &parts)) {
            *node = found;
        }
        Ok(())
    })?;
    resolve(context, rows, &Aliases::new(), expression)
}

fn parts(node: &Expr) -> Option<Vec<Ident>> {
    match node {
        _ if internal_id(node).is_some() => None,
        Expr::Identifier(ident) => Some(vec![ident.clone()]),
        Expr::CompoundIdentifier(parts) => Some(parts.clone()),
        _ => None,
    }
}

fn alias(aliases: &Aliases, parts: &[Ident]) -> Option<Expr> {
    let [name] = parts else { return None };
    aliases.get(&name.value.to_lowercase()).cloned()
}

/// Replaces a position in the output, as in `ORDER BY 2`, by what stands there.
pub fn ordinal(context: &Context, expression: &mut Expr, items: &[Item]) -> Planned<()> {
    let Some(position) = position(expression) else { return Ok(()) };
    let item = position.checked_sub(1).and_then(|index| items.get(index)).ok_or_else(|| {
        error!(context.span(expression), "there is no column {position} in this query"; hint: "it gives {} columns", items.len())
    })?;
    *expression = item.expression.clone();
    Ok(())
}

fn position(expression: &Expr) -> Option<usize> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// Names of which none occurs twice: a repeated one gets a number.
pub fn distinct_names(names: &[String]) -> Vec<String> {
    let mut taken: BTreeSet<String> = names.iter().cloned().collect();
    let mut given = BTreeSet::new();
    let fresh = |name: &String| {
        if given.insert(name.clone()) {
            return name.clone();
        }
        let free = (1..).map(|number| format!("{name}_{number}")).find(|name| !taken.contains(name));
        let free = free.expect("there are more numbers than names");
        taken.insert(free.clone());
        given.insert(free.clone());
        free
    };
    names.iter().map(fresh).collect()
}
