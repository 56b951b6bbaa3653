import type { IncomingAlert, JsonObject } from '../alert/alert.js';
import type { IncidentCommandName } from '../alert/entry.js';
import type { LabelMatcher } from '../alert/label-matcher.js';
import type { Place } from '../rules/bundle.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { Filter } from './raw-rule-test.js';

/** One test, ready to run. Instants are Unix ms. */
export interface Scenario {
  readonly name: string;
  /** Title of its document. */
  readonly title: string | null;
  readonly place: Place;
  readonly start: number;
  readonly strict: boolean;
  /** Those of the bundle, without what `with` leaves out. */
  readonly rules: RuleSet;
  /** In order of time; at one instant alerts, then silences, then commands, then expectations, each in the order written. */
  readonly actions: readonly Action[];
}

export type Action =
  | { readonly kind: 'alert'; readonly at: number; readonly alert: IncomingAlert }
  | {
      readonly kind: 'silence';
      readonly at: number;
      readonly place: Place;
      readonly by: string;
      readonly comment: string;
      readonly matchers: readonly LabelMatcher[];
      readonly endsAt: number;
    }
  | CommandAction
  | ExpectAction;

export interface CommandAction {
  readonly kind: 'command';
  readonly at: number;
  readonly place: Place;
  readonly name: IncidentCommandName;
  readonly by: string;
  readonly incident: string | Filter | null;
  /** The reason for which it has to be refused; null: it has to be applied. */
  readonly refused: string | null;
  /** What the command says beside its name and the incident. */
  readonly fields: JsonObject;
}

export const subjects = ['alerts', 'incidents', 'notified'] as const;
/** What an expectation is about. */
export type Subject = (typeof subjects)[number];

export interface ExpectAction {
  readonly kind: 'expect';
  readonly at: number;
  /** As written: `7m`. */
  readonly when: string;
  readonly of: readonly SubjectExpectation[];
}

export interface SubjectExpectation {
  readonly subject: Subject;
  readonly count: Placed<number> | null;
  readonly has: readonly Placed<Filter>[];
  readonly none: readonly Placed<Filter>[];
}

export interface Placed<T> {
  readonly wanted: T;
  readonly place: Place;
}

/** Something that is not as it should be. */
export interface Failure {
  readonly place: Place;
  /** As written in the test: `7m`; null: of the test as a whole. */
  readonly when: string | null;
  /** Unix ms of virtual time. */
  readonly at: number;
  readonly message: string;
  /** What differs, field by field, or what there is instead. */
  readonly lines: readonly string[];
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly failures: readonly Failure[];
  /** Keys (`ruleKey`) of the rules that had a part in it. */
  readonly touched: ReadonlySet<string>;
}
