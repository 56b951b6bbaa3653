import type { RE2JS } from 're2js';
import type { RuleRef } from './rule-ref.js';
import type { WordList } from './word-list.js';

/** What a matcher reads. `incident` fields exist only where an incident is judged (routing). */
export type Field =
  | {
      readonly kind: 'alert';
      readonly name: 'source' | 'status' | 'title' | 'severity' | 'service' | 'env' | 'category' | 'runbook';
    }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'annotation'; readonly name: string }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'raw'; readonly path: readonly string[] }
  /** An attribute of the bound service: `tier`, `team`, `name`, `runbook`. */
  | { readonly kind: 'service'; readonly name: string }
  | {
      readonly kind: 'incident';
      readonly name: 'priority' | 'impact' | 'urgency' | 'state' | 'rootService' | 'tier' | 'team';
    };

export type FieldValue = string | number | boolean;

/** Anything a matcher can be held against. `undefined` = the field is missing. */
export interface MatchSubject {
  read(field: Field): FieldValue | undefined;
  /** Told of each schedule that is asked: who remembers verdicts must know what they hang on. */
  asks?(schedule: Schedule): void;
  /** Told of a rule that broke when it was held against this, and counts as not matching. */
  broke?(rule: RuleRef, error: unknown): void;
}

/** A comparison of one field. Missing fields are false unless said otherwise here. */
export type Test =
  | { readonly op: 'equals'; readonly value: FieldValue }
  /** The values as texts: a number as its decimal text. */
  | { readonly op: 'in'; readonly values: ReadonlySet<FieldValue> }
  | { readonly op: 'prefix' | 'suffix' | 'contains'; readonly value: string; readonly ignoreCase: boolean }
  /** `regex` and `glob` must match the whole value (`testExact`), `search` any part of it (`test`). `source` is what the user wrote. */
  | { readonly op: 'regex' | 'search' | 'glob'; readonly source: string; readonly pattern: RE2JS }
  /** One of the words stands in it, whichever way it is spelled (word-list.ts). */
  | { readonly op: 'words'; readonly list: WordList }
  /** Bounds in base units (number, milliseconds, bytes). For ordered enums: rank bounds, see `ranks`. */
  | {
      readonly op: 'range';
      readonly gt?: number;
      readonly gte?: number;
      readonly lt?: number;
      readonly lte?: number;
      readonly ranks?: ReadonlyMap<string, number>;
    }
  | { readonly op: 'cidr'; readonly networks: readonly Network[] }
  | { readonly op: 'exists' };

/** An IPv4 or IPv6 network as big-endian bytes and a prefix length. */
export interface Network {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** One predicate: `negate` flips a test on a present field; `whenMissing` is the verdict on a missing one. */
export interface Predicate {
  readonly kind: 'predicate';
  readonly field: Field;
  readonly test: Test;
  readonly negate: boolean;
  readonly whenMissing: boolean;
  /** Prometheus meaning: a missing label is the empty string and is tested as such. */
  readonly missingAsEmpty?: true;
}

/** Spans of time that come again and again, on the clocks of a zone. */
export interface Schedule {
  readonly id: string;
  /** Whether the instant (Unix ms) lies inside. */
  includes(at: number): boolean;
  /** The first instant after `at` at which `includes` may answer otherwise: early at worst, never late. null: it never turns. */
  nextTurn(at: number): number | null;
}

/** A compiled matcher: data, so that it can be indexed, explained and linted. `all` of nothing matches everything. */
export type Matcher =
  | Predicate
  | { readonly kind: 'all' | 'any'; readonly of: readonly Matcher[] }
  /** `exception`: id of the exception that it stands for; an alert that it keeps out was let off by the rule itself. */
  | { readonly kind: 'not'; readonly of: Matcher; readonly exception?: string }
  /** `expiry`: the last day of the rule whose bound in time this is. */
  | {
      readonly kind: 'during';
      readonly schedule: Schedule;
      readonly negate: boolean;
      readonly expiry?: string;
    };
