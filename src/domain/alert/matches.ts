import { parseIpAddress } from './ip-address.js';
import type { FieldValue, MatchSubject, Matcher, Network, Predicate, Test } from './matcher.js';
import { hasWord } from './word-list.js';

/**
 * Whether a matcher holds for a subject at an instant (Unix ms; only schedules look at it). The plain linear evaluator:
 * what any faster one must agree with.
 */
export function matches(matcher: Matcher, subject: MatchSubject, at: number): boolean {
  switch (matcher.kind) {
    case 'predicate':
      return predicateHolds(matcher, subject);
    case 'all':
      for (const part of matcher.of) if (!matches(part, subject, at)) return false;
      return true;
    case 'any':
      for (const part of matcher.of) if (matches(part, subject, at)) return true;
      return false;
    case 'not':
      return !matches(matcher.of, subject, at);
    case 'during':
      subject.asks?.(matcher.schedule);
      return matcher.schedule.includes(at) !== matcher.negate;
  }
}

/** One predicate, held against the field that it reads. */
export function predicateHolds(predicate: Predicate, subject: MatchSubject): boolean {
  let value = subject.read(predicate.field);
  if (value === undefined) {
    if (predicate.missingAsEmpty !== true) return predicate.whenMissing;
    value = '';
  }
  return testHolds(predicate.test, value) !== predicate.negate;
}

/** Whether a test holds for a value that is there. Values are compared as texts, so the number 5 equals the text "5". */
export function testHolds(test: Test, value: FieldValue): boolean {
  switch (test.op) {
    case 'equals':
      return value === test.value || String(value) === String(test.value);
    case 'in':
      return test.values.has(value) || (typeof value !== 'string' && test.values.has(String(value)));
    case 'prefix':
      return foldCase(value, test.ignoreCase).startsWith(foldCase(test.value, test.ignoreCase));
    case 'suffix':
      return foldCase(value, test.ignoreCase).endsWith(foldCase(test.value, test.ignoreCase));
    case 'contains':
      return foldCase(value, test.ignoreCase).includes(foldCase(test.value, test.ignoreCase));
    case 'regex':
    case 'glob':
      return test.pattern.testExact(String(value));
    case 'search':
      return test.pattern.test(String(value));
    case 'words':
      return hasWord(test.list, String(value));
    case 'range':
      return rangeHolds(test, value);
    case 'cidr':
      return networksHold(test.networks, value);
    case 'exists':
      return true;
  }
}

function foldCase(value: FieldValue, ignoreCase: boolean): string {
  const text = String(value);
  return ignoreCase ? text.toLowerCase() : text;
}

/** A text that is no number, or no member of the ordered enum, lies in no range. */
function rangeHolds(test: Extract<Test, { op: 'range' }>, value: FieldValue): boolean {
  const measure = measureOf(test, value);
  if (measure === undefined) return false;
  return (
    (test.gt === undefined || measure > test.gt) &&
    (test.gte === undefined || measure >= test.gte) &&
    (test.lt === undefined || measure < test.lt) &&
    (test.lte === undefined || measure <= test.lte)
  );
}

/** What a range compares: the number that a value is, or its rank; undefined: it is neither. */
export function measureOf(test: Extract<Test, { op: 'range' }>, value: FieldValue): number | undefined {
  return test.ranks === undefined ? decimal(value) : test.ranks.get(String(value));
}

function decimal(value: FieldValue): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (typeof value !== 'string' || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value))
    return undefined;
  return Number(value);
}

function networksHold(networks: readonly Network[], value: FieldValue): boolean {
  if (typeof value !== 'string') return false;
  const address = parseIpAddress(value);
  if (address === null) return false;
  for (const network of networks) if (contains(network, address)) return true;
  return false;
}

/** Networks and addresses of different families never meet. */
function contains(network: Network, address: readonly number[]): boolean {
  if (network.bytes.length !== address.length) return false;
  const whole = network.bits >>> 3;
  for (let index = 0; index < whole; index += 1) if (network.bytes[index] !== address[index]) return false;
  const rest = network.bits & 7;
  if (rest === 0) return true;
  return ((network.bytes[whole] ?? 0) ^ (address[whole] ?? 0)) >>> (8 - rest) === 0;
}
