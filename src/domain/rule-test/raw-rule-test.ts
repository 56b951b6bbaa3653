import type { JsonObject, JsonValue, Severity } from '../alert/alert.js';
import type { IncidentCommandName } from '../alert/entry.js';

/** What an alert of a test says; the native format with a source of its own. */
export interface RawTemplate {
  readonly source?: string;
  readonly status?: 'firing' | 'resolved';
  readonly severity?: Severity;
  readonly title?: string;
  readonly env?: string;
  readonly service?: string;
  readonly category?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, number>>;
}

export interface RawAlert extends RawTemplate {
  readonly at: string;
  /** Id of a template that this one begins with. */
  readonly use?: string;
  /** Fields by path (`labels.region`, `severity`), written over it. */
  readonly set?: Readonly<Record<string, JsonValue>>;
  readonly repeat?: { readonly every: string; readonly times: number };
  /** Values that go evenly from one number to another over the repeats, by name. */
  readonly ramp?: Readonly<Record<string, { readonly from: number; readonly to: number }>>;
}

/** Which of several: all that is said must hold. */
export type Filter = JsonObject;

export type RawCommand = JsonObject & {
  readonly at: string;
  readonly do: IncidentCommandName;
  readonly by?: string;
  /** An id or a filter; absent: the only one that is open. */
  readonly incident?: string | Filter;
  /** The command has to be refused, for this reason. */
  readonly refused?: string;
};

export interface RawSilence {
  readonly at: string;
  readonly for: string;
  readonly matchers: readonly string[];
  readonly by?: string;
  readonly comment?: string;
}

export interface RawPart {
  readonly count?: number;
  readonly has?: readonly Filter[];
  readonly none?: readonly Filter[];
}

export interface RawExpectation {
  readonly at: string;
  readonly alerts?: RawPart;
  readonly incidents?: RawPart;
  /** A list says what has to be among them. */
  readonly notified?: readonly Filter[] | RawPart;
}

export interface RawScenario {
  readonly name: string;
  readonly start?: string;
  readonly strict?: boolean;
  readonly alerts?: readonly RawAlert[];
  readonly commands?: readonly RawCommand[];
  readonly silences?: readonly RawSilence[];
  readonly expect: readonly RawExpectation[];
}

/** `kind: RuleTest`, as its schema has let it through. */
export interface RawRuleTest {
  readonly title?: string;
  readonly start: string;
  readonly timezone?: string;
  readonly strict?: boolean;
  readonly with?: Readonly<Record<string, readonly string[]>>;
  readonly templates?: Readonly<Record<string, RawTemplate>>;
  readonly tests: readonly RawScenario[];
}
