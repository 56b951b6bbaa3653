import type { FindingCode } from './finding-code.js';
import { nearestName } from './nearest-name.js';

/** What is wrong with a raw matcher or schedule, and where in it. */
export interface MatcherProblem {
  /** JSON pointer relative to what was compiled; '' is all of it. */
  readonly pointer: string;
  /** Whether the key or the value there is at fault. */
  readonly part: 'key' | 'value';
  /** An id of the lint catalogue. */
  readonly code: FindingCode;
  readonly level: 'error' | 'warning';
  readonly message: string;
  /** What to do; null when the message says it. */
  readonly hint: string | null;
}

/** Adds a problem: an error about the value at the pointer, unless told otherwise. */
export function report(
  into: { readonly problems: MatcherProblem[] },
  problem: Pick<MatcherProblem, 'pointer' | 'code' | 'message'> & Partial<MatcherProblem>,
): void {
  into.problems.push({ part: 'value', level: 'error', hint: null, ...problem });
}

/** Reports an id that nothing goes by, with the nearest one that something does. */
export function unknownReference(
  what: string,
  spot: { readonly raw: unknown; readonly pointer: string },
  among: { readonly known: Iterable<string>; readonly problems: MatcherProblem[] },
): void {
  const known = [...among.known];
  const nearest = nearestName(typeof spot.raw === 'string' ? spot.raw : '', known);
  const some = known.slice(0, 10).join(', ') + (known.length > 10 ? ', …' : '');
  const list = known.length === 0 ? `no ${what} is declared in the bundle` : `there is ${some}`;
  report(among, {
    pointer: spot.pointer,
    code: 'unknown-reference',
    message: `there is no ${what} called ${describe(spot.raw)}`,
    hint: nearest === null ? list : `did you mean "${nearest}"?`,
  });
}

/** A raw value in the words of a message. */
export function describe(raw: unknown): string {
  if (raw === null || raw === undefined) return 'nothing';
  if (Array.isArray(raw)) return 'a list';
  return typeof raw === 'object' ? 'a map' : JSON.stringify(raw);
}
