// Takes out of d3 (one function with some 600 statements) what plotly.js does not reach.
import * as acorn from 'acorn';
import { full } from 'acorn-walk';

/** `source` of d3 with the statements that the `used` members (`scale.linear`) need, and no others. */
export function pruned(source, used) {
    const body = acorn.parse(source, { ecmaVersion: 5 }).body[0];
    const statements = body.expression.argument.callee.object.body.body.map(described);
    const wanted = new Set(['d3', ...used.flatMap(prefixes)]);
    while (statements.some((statement) => wake(statement, wanted)));
    const dead = statements.filter((statement) => !statement.live).reverse();
    return dead.reduce((text, { node }) => text.slice(0, node.start) + text.slice(node.end), source);
}

/** Marks a statement as live if anything wanted is defined by it; what it names is then wanted too. */
function wake(statement, wanted) {
    if (statement.live || !(statement.always || statement.defines.some((name) => wanted.has(name)))) return false;
    statement.names.forEach((name) => wanted.add(name));
    return (statement.live = true);
}

function described(node) {
    const defines = defined(node);
    return { node, defines, always: defines.length === 0, names: named(node) };
}

/** The names that a statement defines or adds to: `d3_scale`, `d3.scale.linear`. */
function defined(node) {
    if (node.type === 'FunctionDeclaration') return [node.id.name];
    if (node.type === 'VariableDeclaration') return node.declarations.map((declared) => declared.id.name);
    if (node.type !== 'ExpressionStatement') return [];
    return expressionDefines(node.expression);
}

function expressionDefines(node) {
    if (node.type === 'AssignmentExpression') {
        const rest = node.right.type === 'AssignmentExpression' ? expressionDefines(node.right) : [];
        return [target(node.left), ...rest];
    }
    if (node.type !== 'CallExpression') return [];
    if (node.callee.name === 'd3_class') return [target(node.arguments[0])];
    return node.callee.type === 'MemberExpression' ? [target(node.callee.object)] : [];
}

/** `d3.a.b` in full; of any other chain the first name. */
function target(node) {
    const chain = chained(node);
    return chain[0] === 'd3' ? chain.join('.') : chain[0];
}

function chained(node) {
    if (node.type === 'Identifier') return [node.name];
    if (node.type !== 'MemberExpression') return ['?'];
    const object = chained(node.object);
    return node.computed ? object : [...object, node.property.name];
}

/** Every name and every chain of d3 that a statement mentions. */
function named(node) {
    const names = new Set();
    full(node, (inner) => {
        if (inner.type === 'Identifier' && inner.name !== 'd3') names.add(inner.name);
        if (inner.type === 'MemberExpression') {
            const chain = chained(inner);
            if (chain[0] === 'd3' && chain.length > 1) names.add(chain.join('.'));
        }
    });
    return names;
}

const prefixes = (chain) => chain.split('.').map((_, i, all) => ['d3', ...all.slice(0, i + 1)].join('.'));
