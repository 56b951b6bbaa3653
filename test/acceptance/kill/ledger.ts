/**
 * What the load has sent, kept outside of the service. `acknowledged`: a 2xx came back. `unknown`: the service was killed
 * before an answer came, so it may be there or not, but never in part.
 */
export type Fate = 'acknowledged' | 'unknown';

/** A request of alerts whose series nobody else sends, found again by the label `request`. */
export interface SentBatch {
  readonly request: string;
  readonly alerts: number;
  /** Label `group`: one incident each. null: every alert is an incident of its own. */
  readonly group: string | null;
  /** Comment of the silence that was acknowledged before and mutes it. */
  readonly silence: string | null;
  fate: Fate;
}

/** One series that is sent again and again. */
export interface SentRepeats {
  readonly series: string;
  acknowledged: number;
  unknown: number;
}

/** A request with an Idempotency-Key: it is sent again under the same key until it was answered, and then once more. */
export interface SentCommand {
  readonly key: string;
  readonly path: string;
  readonly body: object;
  /** `note` and so on, or `silence`. */
  readonly name: string;
  /** What finds its one effect again: the note's text, the silence's comment, the incident's id. */
  readonly subject: string;
  fate: Fate;
  /** Statuses of all answers, in order. */
  readonly answers: number[];
  /** Id of the silence that was made, the incident's otherwise; the same in every answer. */
  readonly ids: Set<string>;
}

export interface Ledger {
  readonly batches: SentBatch[];
  readonly repeats: Map<string, SentRepeats>;
  readonly commands: SentCommand[];
  /** Revision that a reload answered, by edition of the bundle. */
  readonly revisions: Map<number, Set<string>>;
  /** When the resolve clock of an incident was due when it was first seen. */
  readonly resolveDueAt: Map<string, string>;
  /** Incidents that a command changes: left alone by others. */
  readonly taken: Set<string>;
  edition: number;
}

export function createLedger(): Ledger {
  return {
    batches: [],
    repeats: new Map(),
    commands: [],
    revisions: new Map(),
    resolveDueAt: new Map(),
    taken: new Set(),
    edition: 0,
  };
}
