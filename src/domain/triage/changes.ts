import type { AlertTally } from '../alert/alert-tally.js';
import type { Alert } from '../alert/alert.js';
import type { Spread } from '../alert/shard-of-alert.js';
import type { DeadLetter } from '../alert/dead-letter.js';
import type { Incident } from '../incident/incident.js';
import type { Notification } from '../incident/notification.js';
import type { TimelineEvent } from '../incident/timeline-event.js';
import type { Outcome } from './outcome.js';
import type { RelayState } from './relay.js';
import type { BrokenNote, Warming } from './rule-troubles.js';
import type { SeenMessages } from './seen-messages.js';
import type { Silence } from './silence.js';
import type { RunningTally } from './tally-alerts.js';
import type { Totals } from './totals.js';

/** The rest of a shard's state: one small document. */
export interface ShardRecord {
  /** Time of the newest entry applied. */
  readonly at: number;
  /** Number of the newest incident. */
  readonly lastIncident: number;
  /** `seq` of the newest timeline event. */
  readonly lastEvent: number;
  /** Hash of the rule set in force; null before the first `rules-changed`. */
  readonly rules: string | null;
  /** Hashes that this shard has ever been judged by, oldest first. */
  readonly rulesHistory: readonly string[];
  readonly totals: Totals;
  /** Absent in what an earlier version stored. */
  readonly tally?: RunningTally;
  /**
   * `topic/partition` → incarnation → how far its messages were seen: those that come again count once. Absent in what an
   * earlier version stored.
   */
  readonly origins?: Readonly<Record<string, Readonly<Record<string, SeenMessages>>>>;
  /** On shard 0 of several: how alerts are spread over them, as its first rules said. Absent in what an earlier version stored. */
  readonly spread?: Spread;
  /** Of a log with several shards; absent: nothing was decided for all yet. */
  readonly relay?: RelayState;
  /** Incidents up to this number are older than the last reshard: their ids don't tell their shard. Absent: there was none. */
  readonly movedUpTo?: number;
  /** Rule id → time of its newest hit. */
  readonly ruleLastHits: Readonly<Record<string, number>>;
  /** Absent: none has broken. */
  readonly brokenRules?: readonly BrokenNote[];
  /** Absent: none begins anew. Those whose time is over stay until the next change of the rules. */
  readonly warming?: readonly Warming[];
}

/**
 * Everything that changed between two cuts. Whole documents replace what the store has under their id.
 * The values are live engine state: an adapter copies (serializes) them before it gives control back.
 */
export interface Changes {
  readonly shard: ShardRecord;
  readonly alerts: readonly Alert[];
  /**
   * Alerts whose document is the stored one but for `lastSeenAt`, `receivedCount`, `startsAt`, `expiresAt` and
   * `expiryAssumed`: an adapter may write just these.
   */
  readonly touched: readonly Alert[];
  /** Alerts as they were in an incident that is over, before another occurrence: kept for its history, never loaded again. */
  readonly formerAlerts: readonly Alert[];
  readonly incidents: readonly Incident[];
  readonly silences: readonly Silence[];
  /** New events; those of an incident come after all of its that were cut before. */
  readonly timeline: readonly TimelineEvent[];
  /** Hours in which alerts came, the one under way as it stands. */
  readonly tallies: readonly AlertTally[];
  readonly outcomes: readonly Outcome[];
  /** New ones, and those that were replayed. Never loaded again. */
  readonly deadLetters: readonly DeadLetter[];
  /** Notifications to put into the outbox. */
  readonly notifications: readonly Notification[];
  /** Ids to take out of the outbox: delivered, given up or withdrawn. */
  readonly settled: readonly string[];
  /** Ids that the engine let go of: still readable where retention keeps them, not part of the open state any more. */
  readonly forgotten: {
    readonly alerts: readonly string[];
    readonly incidents: readonly string[];
    readonly silences: readonly string[];
    readonly outcomes: readonly string[];
  };
}

/** The open state of a shard as the store gives it to a new owner. */
export interface ShardImage {
  /** null: a shard that was never committed. */
  readonly shard: ShardRecord | null;
  /** P: the state is that after the record at this position; 0 = nothing applied. */
  readonly position: number;
  /** Number of the last commit. */
  readonly commit: number;
  readonly alerts: readonly Alert[];
  readonly incidents: readonly Incident[];
  readonly silences: readonly Silence[];
  readonly outcomes: readonly Outcome[];
}
