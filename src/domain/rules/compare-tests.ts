import type { FieldValue, Test } from '../alert/matcher.js';
import { testHolds } from '../alert/matches.js';

type Range = Extract<Test, { op: 'range' }>;
type Literal = Extract<Test, { op: 'prefix' | 'suffix' | 'contains' }>;

/** The only values that pass, where a test names them; null: it does not. Of an ordered list its members are all there are. */
export function valuesOf(test: Test): readonly FieldValue[] | null {
  if (test.op === 'equals') return [test.value];
  if (test.op === 'in') return [...test.values];
  if (test.op !== 'range' || test.ranks === undefined) return null;
  return [...test.ranks.keys()].filter((value) => testHolds(test, value));
}

/** Whether every value that passes the first test passes the second. `false` where it is not known. */
export function implies(first: Test, second: Test): boolean {
  if (second.op === 'exists' || first === second) return true;
  const values = valuesOf(first);
  if (values !== null) return values.every((value) => testHolds(second, value));
  switch (first.op) {
    case 'prefix':
    case 'suffix':
    case 'contains':
      return isLiteral(second) && literalImplies(first, second);
    case 'range':
      return second.op === 'range' && second.ranks === undefined && isWithin(first, second);
    case 'words':
      return second.op === 'words' && first.list.source.every((word) => second.list.source.includes(word));
    case 'regex':
    case 'search':
    case 'glob':
      return second.op === first.op && second.pattern.pattern() === first.pattern.pattern();
    case 'cidr':
    case 'equals':
    case 'exists':
    case 'in':
      return false;
  }
}

/** Whether no value passes both. `false` where it is not known. */
export function excludes(first: Test, second: Test): boolean {
  const [ofFirst, ofSecond] = [valuesOf(first), valuesOf(second)];
  if (ofFirst !== null) return ofFirst.every((value) => !testHolds(second, value));
  if (ofSecond !== null) return ofSecond.every((value) => !testHolds(first, value));
  if (first.op === 'range' && second.op === 'range') return areApart(first, second);
  if (first.op !== second.op || (first.op !== 'prefix' && first.op !== 'suffix') || !isLiteral(second))
    return false;
  if (first.ignoreCase || second.ignoreCase) return false;
  const longer = first.value.length >= second.value.length ? first : second;
  const shorter = longer === first ? second : first;
  return first.op === 'prefix'
    ? !longer.value.startsWith(shorter.value)
    : !longer.value.endsWith(shorter.value);
}

function isLiteral(test: Test): test is Literal {
  return test.op === 'prefix' || test.op === 'suffix' || test.op === 'contains';
}

function literalImplies(first: Literal, second: Literal): boolean {
  if (first.ignoreCase && !second.ignoreCase) return false;
  const [text, part] = second.ignoreCase
    ? [first.value.toLowerCase(), second.value.toLowerCase()]
    : [first.value, second.value];
  if (second.op === 'contains') return text.includes(part);
  if (first.op !== second.op) return false;
  return second.op === 'prefix' ? text.startsWith(part) : text.endsWith(part);
}

/** The bounds of both: what passes the two of them. */
export function intersect(first: Range, second: Range): Range {
  const lower = [first.gt, second.gt].filter((bound) => bound !== undefined);
  const lowerOrEqual = [first.gte, second.gte].filter((bound) => bound !== undefined);
  const upper = [first.lt, second.lt].filter((bound) => bound !== undefined);
  const upperOrEqual = [first.lte, second.lte].filter((bound) => bound !== undefined);
  return {
    op: 'range',
    ...(lower.length > 0 && { gt: Math.max(...lower) }),
    ...(lowerOrEqual.length > 0 && { gte: Math.max(...lowerOrEqual) }),
    ...(upper.length > 0 && { lt: Math.min(...upper) }),
    ...(upperOrEqual.length > 0 && { lte: Math.min(...upperOrEqual) }),
  };
}

function areApart(first: Range, second: Range): boolean {
  return first.ranks === undefined && second.ranks === undefined && isEmptyRange(intersect(first, second));
}

/** Whether no number lies inside. */
export function isEmptyRange(range: Pick<Range, 'gt' | 'gte' | 'lt' | 'lte'>): boolean {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return gt >= lt || gt >= lte || gte >= lt || gte > lte;
}

/** Whether each bound of the second is set by the first, or by a narrower one of it. */
function isWithin(first: Range, second: Range): boolean {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = first;
  return (
    (second.gt === undefined || gt >= second.gt || gte > second.gt) &&
    (second.gte === undefined || gt >= second.gte || gte >= second.gte) &&
    (second.lt === undefined || lt <= second.lt || lte < second.lt) &&
    (second.lte === undefined || lt <= second.lte || lte <= second.lte)
  );
}
