import type { Field, FieldValue, Matcher, Predicate } from '../alert/matcher.js';
import { matches } from '../alert/matches.js';
import { conjunctionsOf } from './conjunctions.js';
import { quoted } from './describe-test.js';
import { formatField } from './field.js';
import { narrow, type Narrowed, type NarrowedField } from './narrowed.js';

/** So many pairs of conjunctions are tried. */
const mostTried = 16;
const mostTurns = 8;

/**
 * An alert for which both matchers hold, in words: `env = prod and labels.alertname = DiskFull`; what it does not name it does not
 * have. Made up from what the tests ask and then judged as any alert is, so it is one. null: none was found.
 */
export function findWitness(one: Matcher, other: Matcher): string | null {
  let tried = 0;
  for (const first of conjunctionsOf(one) ?? []) {
    for (const second of conjunctionsOf(other) ?? []) {
      if ((tried += 1) > mostTried) return null;
      const narrowed = narrow([...first, ...second]);
      const fields = propose(narrowed);
      if (fields === null || fields.size === 0) continue;
      const subject = { read: (field: Field) => fields.get(formatField(field)) };
      const found = instantsFor(narrowed).some(
        (at) => matches(one, subject, at) && matches(other, subject, at),
      );
      if (found) return inWords(fields);
    }
  }
  return null;
}

/** Instants at which schedules may be as asked: where they turn, a few times each. */
function instantsFor({ times }: Narrowed): readonly number[] {
  return [
    0,
    ...times.flatMap(({ schedule }) => {
      const turns: number[] = [];
      let turn = schedule.nextTurn(0);
      for (; turn !== null && turns.length < mostTurns; turn = schedule.nextTurn(turn)) turns.push(turn);
      return turns;
    }),
  ];
}

function propose({ fields, contradiction }: Narrowed): ReadonlyMap<string, FieldValue> | null {
  if (contradiction !== null) return null;
  return new Map(
    [...fields.values()]
      .filter(({ mayMiss }) => !mayMiss)
      .map((field) => [field.name, field.values?.[0] ?? valueFor(field)]),
  );
}

/** A value that may pass the tests of a field. */
function valueFor({ tests }: NarrowedField): FieldValue {
  const asked = tests.filter(({ negate }) => !negate).map(({ test }) => test);
  const literal = (op: 'prefix' | 'suffix' | 'contains'): string =>
    asked.reduce(
      (longest, test) => (test.op === op && test.value.length > longest.length ? test.value : longest),
      '',
    );
  for (const test of asked) {
    if (test.op === 'range') return numberFor(tests);
    if (test.op === 'glob') return test.source.replaceAll('*', '').replaceAll('?', 'x');
    if (test.op === 'words') return test.list.source[0] ?? '';
  }
  const text = [literal('prefix'), literal('contains'), literal('suffix')].filter((part) => part !== '');
  // One that stands in another need not be written again.
  const parts = text.filter((part, i) => !text.some((whole, j) => j !== i && whole.includes(part)));
  return parts.length === 0 ? 'x' : parts.join('');
}

function numberFor(tests: readonly Predicate[]): number {
  const bounds = tests.flatMap(({ test, negate }) => (test.op === 'range' && !negate ? [test] : []));
  const low = Math.max(...bounds.map(({ gt, gte }) => gte ?? gt ?? -Infinity));
  const high = Math.min(...bounds.map(({ lt, lte }) => lte ?? lt ?? Infinity));
  if (low === -Infinity) return high === Infinity ? 0 : high - 1;
  return high === Infinity ? low + 1 : (low + high) / 2;
}

function inWords(fields: ReadonlyMap<string, FieldValue>): string {
  return [...fields].map(([name, value]) => `${name} = ${quoted(value)}`).join(' and ');
}
