import type { FieldValue, Matcher, Schedule } from '../alert/matcher.js';
import type { MatcherProblem } from './matcher-problem.js';

/** The type of a field in the vocabulary of the bundle. */
export interface FieldType {
  readonly type: 'string' | 'number' | 'bytes' | 'duration' | 'boolean' | 'ip' | 'enum';
  /** What the source counts in, of a number, duration or amount of data (field-unit.ts); absent: plain numbers, ms, bytes. */
  readonly unit?: string;
  /** Of an enum; of an ordered one most important first. */
  readonly values?: readonly string[];
  readonly ordered?: boolean;
}

/** What a matcher may refer to. Maps are by id; `fields` by key as users write it (`env`, `labels.region`). */
export interface MatcherContext {
  readonly fields: ReadonlyMap<string, FieldType>;
  readonly lists: ReadonlyMap<string, readonly FieldValue[]>;
  readonly named: ReadonlyMap<string, Matcher>;
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** Whether there is an incident to look at (routing). */
  readonly incidentFields: boolean;
  /** Longest regex, search or glob, in UTF-16 units. */
  readonly regexLength: number;
  /** Most conjunctions a matcher may have when written as one big "any of". */
  readonly conjunctions: number;
}

/** Where compilation stands: what may be referred to, and the problems found so far. */
export interface Compilation {
  readonly context: MatcherContext;
  readonly problems: MatcherProblem[];
}

/** A part of the raw matcher and where it stands. */
export interface Spot {
  readonly raw: unknown;
  readonly pointer: string;
}

/** A raw YAML map, told from lists and null. */
export function isMap(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

export function isScalar(raw: unknown): raw is FieldValue {
  return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean';
}
