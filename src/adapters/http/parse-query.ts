import type { SortKey } from '../../app/ports.js';
import { nearestName } from '../../domain/rules/nearest-name.js';
import { parseRfc3339 } from '../../domain/sources/rfc3339.js';

import type { ProblemDetails, ProblemError } from './problem.js';

/** Query parameters as Node's `querystring` reads them: a repeated one is an array. */
export type RawQuery = Readonly<Record<string, unknown>>;

export interface SortTerm {
  readonly key: SortKey;
  readonly descending: boolean;
}

/**
 * Reads query parameters and gathers all that is wrong with them; absent ones are undefined. Ask `problem()` once
 * everything is read: while it is not null, what was read is not to be used.
 */
export interface QueryReader {
  /** Any words, by comma or repeated. */
  list(name: string): readonly string[] | undefined;
  /** Words of a closed list, by comma or repeated. */
  choice(name: string, allowed: readonly string[]): readonly string[] | undefined;
  one(name: string): string | undefined;
  /** Every value as it stands, commas included. */
  repeated(name: string): readonly string[];
  flag(name: string): boolean | undefined;
  /** RFC 3339 → Unix ms. */
  instant(name: string): number | undefined;
  /** 1–500; 100 where absent. */
  limit(): number;
  /** `priority,-openedAt`: keys by comma, most significant first, `-` for descending. */
  sort(allowed: readonly SortKey[], byDefault: readonly SortTerm[]): readonly SortTerm[];
  refuse(name: string, message: string): void;
  problem(): ProblemDetails | null;
}

const defaultLimit = 100;
const maxLimit = 500;
/** More than this helps nobody and would let a long query make a far longer answer. */
const maxErrors = 20;

/** A reader of the query of a route that knows these parameter names. */
export function createQueryReader(query: RawQuery, known: readonly string[]): QueryReader {
  const errors: ProblemError[] = [];
  const refuse = (name: string, message: string): void => {
    if (errors.length < maxErrors) errors.push({ pointer: `?${name}`, message });
  };
  const refuseAs = (name: string) => (message: string) => {
    refuse(name, message);
  };
  refuseUnknownNames(query, known, refuse);
  const values = (name: string): readonly string[] => valuesOf(query, name);
  const list = (name: string): readonly string[] | undefined => {
    const words = values(name).flatMap((value) => value.split(','));
    if (words.includes('')) refuse(name, 'An empty value; leave the parameter out to not filter by it.');
    return words.length === 0 ? undefined : [...new Set(words)];
  };
  const one = (name: string): string | undefined => {
    const [first, ...more] = values(name);
    if (more.length > 0) refuse(name, 'Given more than once; only one value is possible.');
    else if (first === '') refuse(name, 'An empty value; leave the parameter out instead.');
    return first;
  };
  const choice = (name: string, allowed: readonly string[]): readonly string[] | undefined => {
    const words = list(name);
    for (const word of words ?? []) {
      if (word !== '' && !allowed.includes(word)) refuse(name, notOneOf(word, allowed));
    }
    return words;
  };
  return {
    list,
    choice,
    one,
    refuse,
    repeated: values,
    flag: (name) => readFlag(one(name), refuseAs(name)),
    instant: (name) => readInstant(one(name), refuseAs(name)),
    limit: () => readLimit(one('limit'), refuseAs('limit')),
    sort: (allowed, byDefault) => {
      const terms = list('sort')?.filter((term) => term !== '');
      return terms === undefined ? byDefault : readSort(terms, { allowed, refuse: refuseAs('sort') });
    },
    problem: () => (errors.length === 0 ? null : queryProblem(errors)),
  };
}

/** The same object without its undefined fields: what was not asked for restricts nothing. */
export function asked<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function queryProblem(errors: readonly ProblemError[]): ProblemDetails {
  const detail = errors[0]?.message ?? '';
  return { status: 400, kind: 'invalid', title: 'The query is not valid', detail, errors };
}

function valuesOf(query: RawQuery, name: string): readonly string[] {
  const value = query[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

function refuseUnknownNames(
  query: RawQuery,
  known: readonly string[],
  refuse: (name: string, message: string) => void,
): void {
  for (const name of Object.keys(query)) {
    if (known.includes(name)) continue;
    const all = known.length === 0 ? 'This address takes none.' : `Known here: ${known.join(', ')}.`;
    refuse(shorten(name), `Unknown parameter '${shorten(name)}'. ${didYouMean(name, known)}${all}`);
  }
}

function readFlag(text: string | undefined, refuse: (message: string) => void): boolean | undefined {
  if (text === undefined || text === '') return undefined;
  if (text !== 'true' && text !== 'false') refuse(`'${shorten(text)}' is neither true nor false.`);
  return text === 'true';
}

function readInstant(text: string | undefined, refuse: (message: string) => void): number | undefined {
  if (text === undefined || text === '') return undefined;
  // A `+` that was not escaped arrives as a space; inside an instant it can't be anything else.
  const at = parseRfc3339(text.replace(' ', '+'));
  if (at === null) {
    refuse(`'${shorten(text)}' is not an RFC 3339 instant with an offset, such as 2026-11-22T10:00:00Z.`);
  }
  return at ?? undefined;
}

function readLimit(text: string | undefined, refuse: (message: string) => void): number {
  if (text === undefined || text === '') return defaultLimit;
  const limit = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > maxLimit)
    refuse(`'${shorten(text)}' is not a whole number from 1 to ${maxLimit}.`);
  return limit;
}

function readSort(
  terms: readonly string[],
  options: { readonly allowed: readonly SortKey[]; readonly refuse: (message: string) => void },
): readonly SortTerm[] {
  const { allowed, refuse } = options;
  const sort: SortTerm[] = [];
  for (const term of terms) {
    const descending = term.startsWith('-');
    const word = descending ? term.slice(1) : term;
    const key = allowed.find((name) => name === word);
    if (key === undefined) refuse(notOneOf(word, allowed));
    else if (sort.some((earlier) => earlier.key === key)) refuse(`'${key}' is there twice.`);
    else sort.push({ key, descending });
  }
  return sort;
}

function notOneOf(word: string, allowed: readonly string[]): string {
  return `'${shorten(word)}' is none of ${allowed.join(', ')}. ${didYouMean(word, allowed)}`.trimEnd();
}

function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestName(word, known);
  return nearest === null ? '' : `Did you mean '${nearest}'? `;
}

/** What a caller wrote, short enough to be repeated in an answer. */
function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
