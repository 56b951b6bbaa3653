import type { FieldValue, Network, Test } from '../alert/matcher.js';
import { isEmptyRange } from './compare-tests.js';
import { ranksOf, readBound, readConstant } from './compile-constant.js';
import { compileGlob, compilePattern } from './compile-pattern.js';
import { compileWords, compileWordsInList } from './compile-words.js';
import { joinPointer } from './json-pointer.js';
import type { Compilation, Spot } from './matcher-context.js';
import { mismatch, readText, speaksText, type Operation, type Target } from './operation.js';
import { parseNetwork } from './network.js';
import { describe, report, unknownReference } from './matcher-problem.js';

type TestCompiler = (operation: Operation, compilation: Compilation) => Test | null;

/** The operators that ask one question of a value that is there. Null: a problem was reported. */
export const testCompilers: ReadonlyMap<string, TestCompiler> = new Map<string, TestCompiler>([
  ['equals', compileEquals],
  ['in', compileIn],
  ['inList', compileInList],
  ['prefix', (operation, compilation) => compileLiteral('prefix', operation, compilation)],
  ['suffix', (operation, compilation) => compileLiteral('suffix', operation, compilation)],
  ['contains', (operation, compilation) => compileLiteral('contains', operation, compilation)],
  ['glob', compileGlob],
  ['regex', (operation, compilation) => compilePattern('regex', operation, compilation)],
  ['search', (operation, compilation) => compilePattern('search', operation, compilation)],
  ['words', compileWords],
  ['wordsInList', compileWordsInList],
  ['cidr', compileCidr],
]);

/** The operators that `ignoreCase` may stand beside. */
export const caseFolding: ReadonlySet<string> = new Set(['prefix', 'suffix', 'contains', 'glob']);

export const boundNames = ['gt', 'gte', 'lt', 'lte'] as const;

export function compileEquals(operation: Operation, compilation: Compilation): Test | null {
  const constant = readConstant(operation.type, operation.raw);
  if (constant.ok) {
    if (operation.type?.type === 'ip') return oneAddress([constant.value]);
    return { op: 'equals', value: constant.value };
  }
  report(compilation, { pointer: operation.pointer, code: 'type-mismatch', ...textOf(constant) });
  return null;
}

/** Any of a list. The set holds texts, as the evaluator wants it. */
export function compileIn(operation: Operation, compilation: Compilation): Test | null {
  const { raw, pointer } = operation;
  if (!Array.isArray(raw)) {
    mismatch(operation, compilation, { message: `${describe(raw)} is no list`, hint: 'write [one, two]' });
    return null;
  }
  if (raw.length === 0) {
    report(compilation, {
      pointer,
      code: 'never-true',
      message: 'the list is empty, so no value is in it',
      hint: 'list the values, or leave the test out',
    });
    return null;
  }
  const values = new Set<string>();
  for (const [index, item] of (raw as readonly unknown[]).entries()) {
    const constant = readConstant(operation.type, item);
    if (constant.ok) values.add(String(constant.value));
    else
      report(compilation, {
        pointer: joinPointer(pointer, index),
        code: 'type-mismatch',
        ...textOf(constant),
      });
  }
  return asMembers(operation, values);
}

/** An address may be written in several ways: addresses are compared as what they are. */
function oneAddress(addresses: Iterable<FieldValue>): Test {
  const parsed = [...addresses].map((address) => parseNetwork(String(address)));
  return { op: 'cidr', networks: parsed.flatMap((one) => (one.ok ? [one.network] : [])) };
}

function asMembers({ type }: Operation, values: ReadonlySet<string>): Test {
  return type?.type === 'ip' ? oneAddress(values) : { op: 'in', values };
}

function compileInList(operation: Operation, compilation: Compilation): Test | null {
  const { raw, pointer } = operation;
  const { lists } = compilation.context;
  const items = typeof raw === 'string' ? lists.get(raw) : undefined;
  if (items === undefined) {
    unknownReference('list', operation, { known: lists.keys(), problems: compilation.problems });
    return null;
  }
  const values = new Set<string>();
  for (const item of items) {
    const constant = readConstant(operation.type, item);
    if (constant.ok) {
      values.add(String(constant.value));
      continue;
    }
    const message = `an item of list "${String(raw)}" does not fit: ${constant.message}`;
    report(compilation, { pointer, code: 'type-mismatch', message, hint: constant.hint });
  }
  return asMembers(operation, values);
}

function compileLiteral(
  op: 'prefix' | 'suffix' | 'contains',
  operation: Operation,
  compilation: Compilation,
): Test | null {
  const value = readText(operation, compilation);
  return value === null ? null : { op, value, ignoreCase: operation.ignoreCase };
}

function compileCidr(operation: Operation, compilation: Compilation): Test | null {
  const { raw, pointer } = operation;
  if (operation.type?.type !== 'ip' && !speaksText(operation, compilation)) return null;
  const items: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const networks: Network[] = [];
  for (const [index, item] of items.entries()) {
    const parsed = parseNetwork(typeof item === 'string' ? item : describe(item));
    if (parsed.ok) networks.push(parsed.network);
    else {
      const at = Array.isArray(raw) ? joinPointer(pointer, index) : pointer;
      report(compilation, { pointer: at, code: 'type-mismatch', message: parsed.error });
    }
  }
  if (items.length === 0) {
    report(compilation, {
      pointer,
      code: 'never-true',
      message: 'the list of networks is empty',
      hint: 'write [10.0.0.0/8]',
    });
  }
  return { op: 'cidr', networks };
}

/** The bounds of one map together. Null: a problem was reported. */
export function compileRange(
  target: Target,
  bounds: ReadonlyMap<(typeof boundNames)[number], Spot>,
  compilation: Compilation,
): Test | null {
  const read: Partial<Record<(typeof boundNames)[number], number>> = {};
  for (const [name, spot] of bounds) {
    const bound = readBound(target.type, spot.raw);
    if (bound.ok) read[name] = bound.value;
    else report(compilation, { pointer: spot.pointer, code: 'type-mismatch', ...textOf(bound) });
  }
  const [first] = bounds.values();
  if (Object.keys(read).length < bounds.size || first === undefined) return null;
  if (isEmptyRange(read)) {
    report(compilation, {
      pointer: first.pointer,
      code: 'never-true',
      message: 'the range is empty: its lower bound is not below its upper bound',
      hint: 'swap the bounds, or put two matchers under any',
    });
  }
  const ranks = ranksOf(target.type);
  return { op: 'range', ...read, ...(ranks === undefined ? {} : { ranks }) };
}

function textOf(refusal: { readonly message: string; readonly hint: string }): {
  message: string;
  hint: string;
} {
  return { message: refusal.message, hint: refusal.hint };
}
