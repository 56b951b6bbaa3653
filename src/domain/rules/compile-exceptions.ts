import type { Matcher } from '../alert/matcher.js';
import type { BundleSpot } from './bundle-spot.js';
import { compileMatcher } from './compile-matcher.js';
import type { MatcherContext } from './matcher-context.js';
import { nearestName } from './nearest-name.js';

/** Fields and operators that the rule's author fixed, and tuples of values that others may add to: they can only narrow the rule. */
export interface RawException {
  readonly id: string;
  readonly fields: readonly string[];
  /** One a field; absent: `equals` for each. */
  readonly ops?: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** What may be asked of a field of an exception: whatever is true of a value that is there. */
export const exceptionOps: readonly string[] = [
  ...['equals', 'in', 'inList', 'prefix', 'suffix', 'contains', 'glob', 'regex', 'search'],
  ...['words', 'wordsInList', 'cidr', 'gt', 'gte', 'lt', 'lte'],
];

/** A part for each exception that holds unless all fields of one of its tuples fit. */
export function compileExceptions(
  spot: BundleSpot,
  exceptions: readonly RawException[],
  context: MatcherContext,
): readonly Matcher[] {
  return exceptions.map((raw, index) => {
    const here = spot.at(index);
    const ops = raw.ops ?? raw.fields.map(() => 'equals');
    if (ops.length !== raw.fields.length) {
      here.at('ops').report({
        code: 'bad-value',
        message: `the length of ops is ${ops.length}, that of fields ${raw.fields.length}`,
        hint: 'Write one op for each field, or leave ops out where all of them are equals',
      });
    }
    for (const [at, op] of ops.entries()) checkOp(here.at('ops', at), op);
    const columns = raw.fields.map((field, at) => ({ field, op: ops[at] ?? 'equals' }));
    const of = raw.values.map((tuple, row) => compileTuple({ spot: here, row, tuple, columns }, context));
    return { kind: 'not', of: { kind: 'any', of }, exception: raw.id };
  });
}

function checkOp(spot: BundleSpot, op: string): void {
  if (exceptionOps.includes(op)) return;
  const nearest = nearestName(op, exceptionOps);
  spot.report({
    code: 'bad-value',
    message: `"${op}" cannot be asked of a field of an exception`,
    hint: nearest === null ? `The ops are ${exceptionOps.join(', ')}` : `Did you mean "${nearest}"?`,
  });
}

interface Column {
  readonly field: string;
  readonly op: string;
}

function compileTuple(
  at: {
    readonly spot: BundleSpot;
    readonly row: number;
    readonly tuple: readonly unknown[];
    readonly columns: readonly Column[];
  },
  context: MatcherContext,
): Matcher {
  const { spot, row, tuple, columns } = at;
  if (tuple.length !== columns.length) {
    spot.at('values', row).report({
      code: 'bad-value',
      message: `the length of this row is ${tuple.length}, that of fields ${columns.length}`,
      hint: `Write one value for each of ${columns.map(({ field }) => field).join(', ')}`,
    });
    return { kind: 'any', of: [] };
  }
  const of = columns.flatMap(({ field, op }, column) => {
    if (!exceptionOps.includes(op)) return [];
    const { matcher, problems } = compileMatcher({ [field]: { [op]: tuple[column] } }, context);
    for (const { part, code, level, message, hint } of problems) {
      // A field that is wrong is wrong in each row.
      const isField = part === 'key' && code === 'unknown-field';
      if (isField && row > 0) continue;
      const place = isField ? spot.at('fields', column) : spot.at('values', row, column);
      place.report({ code, level, message, hint });
    }
    return [matcher];
  });
  return { kind: 'all', of };
}
