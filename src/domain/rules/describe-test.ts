import type { FieldValue, Network, Predicate, Test } from '../alert/matcher.js';

/** So many values of a list are shown. */
const mostListed = 5;

/** Every incident that opens tells what the rules asked that matched, mostly the same few. */
const described = new WeakMap<Predicate, string>();

/** What a predicate asks, in words: `= checkout`, `not in [dev, stage]`, `prefix HttpError`, `>= 0.02`, `is missing`. */
export function describeTest(predicate: Predicate): string {
  let words = described.get(predicate);
  if (words === undefined) described.set(predicate, (words = putInWords(predicate)));
  return words;
}

function putInWords(predicate: Predicate): string {
  const { test, negate, whenMissing } = predicate;
  if (test.op === 'exists') return negate ? 'is missing' : 'exists';
  const orMissing = whenMissing && predicate.missingAsEmpty !== true ? ' or missing' : '';
  if (test.op === 'equals') return `${negate ? '!=' : '='} ${quoted(test.value)}${orMissing}`;
  return `${negate ? 'not ' : ''}${inWords(test)}${orMissing}`;
}

function inWords(test: Exclude<Test, { op: 'exists' | 'equals' }>): string {
  switch (test.op) {
    case 'in':
      return `in ${listed([...test.values].map(quoted))}`;
    case 'prefix':
    case 'suffix':
    case 'contains':
      return `${test.op} ${quoted(test.value)}${test.ignoreCase ? ' (any case)' : ''}`;
    case 'regex':
    case 'search':
    case 'glob':
      return `${test.op} ${quoted(test.source)}`;
    case 'words':
      return `words ${listed(test.list.source.map(quoted))}`;
    case 'range':
      return describeRange(test);
    case 'cidr':
      return `in network ${listed(test.networks.map(formatNetwork))}`;
  }
}

function describeRange(test: Extract<Test, { op: 'range' }>): string {
  const bounds = [
    ['>', test.gt],
    ['>=', test.gte],
    ['<', test.lt],
    ['<=', test.lte],
  ] as const;
  return bounds
    .filter(([, bound]) => bound !== undefined)
    .map(([sign, bound]) => `${sign} ${nameOfBound(test, bound ?? 0)}`)
    .join(' and ');
}

/** The member of an ordered enum that has the rank. */
function nameOfBound({ ranks }: Extract<Test, { op: 'range' }>, bound: number): string {
  const member = ranks === undefined ? undefined : [...ranks].find(([, rank]) => rank === bound);
  return member?.[0] ?? String(bound);
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, mostListed).join(', ');
  return items.length <= mostListed ? `[${shown}]` : `[${shown}, and ${items.length - mostListed} more]`;
}

/** A text with nothing in it that could be taken for something else stands as it is. */
export function quoted(value: FieldValue): string {
  const text = String(value);
  return /^[\p{L}\p{N}_.:/@*|#+-]+$/u.test(text) ? text : JSON.stringify(text);
}

function formatNetwork({ bytes, bits }: Network): string {
  if (bytes.length === 4) return `${bytes.join('.')}/${bits}`;
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return `${groups.join(':')}/${bits}`;
}
