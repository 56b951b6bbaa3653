import type { IncomingAlert } from './alert.js';
import type { DeadLetter, UnreadMessage } from './dead-letter.js';
import type { LabelMatcher } from './label-matcher.js';
import type { MessagesOrigin } from './topic-origin.js';

/** Why, for the timeline. */
interface Noted {
  readonly note?: string;
}

/** How it ended: a kind of the closed list in incident/conclusion.ts, and texts. */
interface Ending {
  readonly resolutionKind?: string;
  readonly resolution?: string;
  readonly rootCause?: string;
  readonly review?: string;
}

/** What each command on an incident says beside its name and the incident. Text is plain Unicode. */
export interface IncidentCommandFields {
  readonly acknowledge: Noted;
  readonly assign: Noted & { readonly assignee: string | null };
  readonly start: Noted;
  readonly hold: { readonly reason: string };
  readonly resume: Noted;
  readonly mitigate: Noted;
  readonly resolve: Ending;
  readonly reopen: Noted;
  readonly close: Ending;
  readonly escalate: { readonly tier?: string; readonly team?: string; readonly reason?: string };
  /** Values to pin against rules; null lets rules decide again. */
  readonly set: Noted & {
    readonly impact?: string | null;
    readonly urgency?: string | null;
    readonly category?: string | null;
    readonly service?: string | null;
    readonly title?: string | null;
  };
  /** This incident goes on in another one. */
  readonly merge: Noted & { readonly into: string };
  /** These alerts, by fingerprint, go on in an incident of their own. */
  readonly split: Noted & { readonly alerts: readonly string[] };
  readonly 'set-parent': Noted & { readonly parent: string | null };
  readonly 'add-responder': Noted & { readonly person: string };
  readonly 'remove-responder': Noted & { readonly person: string };
  /** `raise` is true unless told otherwise: impact and urgency are pinned to the top. */
  readonly 'declare-major': {
    readonly commander: string;
    readonly communications: string;
    readonly raise?: boolean;
    readonly reason?: string;
  };
  readonly 'stand-down-major': { readonly reason?: string };
  /** For those who work on it. */
  readonly note: { readonly text: string };
  /** For those who were told of it. */
  readonly update: { readonly text: string };
}
export type IncidentCommandName = keyof IncidentCommandFields;

/** What a person asks of an incident. */
export type IncidentCommand<Name extends IncidentCommandName = IncidentCommandName> = {
  readonly [N in Name]: { readonly name: N; readonly incident: string } & IncidentCommandFields[N];
}[Name];

export type SilenceCommand =
  | {
      readonly name: 'create-silence';
      readonly silence: {
        readonly id: string;
        readonly matchers: readonly LabelMatcher[];
        /** Absent: from now. */
        readonly startsAt?: number;
        readonly endsAt: number;
        readonly createdBy: string;
        readonly comment: string;
      };
    }
  | { readonly name: 'expire-silence'; readonly silence: string };

/** A person reports a problem; `alert` is the report as sources/person.ts maps it. */
export interface ReportCommand {
  readonly name: 'report';
  readonly alert: IncomingAlert;
}

/**
 * A person has a dead letter read again; `alerts` are what the rules of now make of it. The letter comes whole, because the
 * engine remembers none.
 */
export interface ReplayCommand {
  readonly name: 'replay-dead-letter';
  readonly letter: DeadLetter;
  readonly alerts: readonly IncomingAlert[];
}

/** What holds on every shard and is decided on shard 0. */
export type SharedChange = SilenceCommand | { readonly name: 'change-rules'; readonly hash: string };

export type Command = IncidentCommand | SilenceCommand | ReportCommand | ReplayCommand;

/**
 * All that can change state. Everything here is plain JSON, and an entry is never changed once appended.
 * New kinds are added; the meaning of a kind never changes, because old logs are read again.
 */
export type Entry =
  /** A batch of one request, in the request's order; or of consecutive messages of a topic, which may come again. */
  | {
      readonly kind: 'alerts';
      readonly alerts: readonly IncomingAlert[];
      readonly origin?: MessagesOrigin;
    }
  /** A message of a topic that could not be read, or not all of it. */
  | { readonly kind: 'dead-letter'; readonly message: UnreadMessage }
  /** `id` names the outcome; `idempotency` is the caller's key and a hash of what was asked under it. */
  | {
      readonly kind: 'command';
      readonly id: string;
      readonly by: string;
      readonly idempotency?: { readonly key: string; readonly bodyHash: string };
      readonly command: Command;
    }
  /** From the next entry on the shard is judged by the rule set stored under this hash. */
  | { readonly kind: 'rules-changed'; readonly hash: string; readonly by: string }
  /** Decided on shard 0 and sent on by it, in order; one whose order was seen before changes nothing. */
  | { readonly kind: 'relayed'; readonly order: number; readonly change: SharedChange }
  /** On shard 0: what it sent on, up to this order, is in the logs of all other shards. */
  | { readonly kind: 'relays-sent'; readonly upTo: number }
  /** Time has come; does nothing else. */
  | { readonly kind: 'tick' }
  /** First entry of a new owner after downtime; `since` is the time of the entry before it. */
  | { readonly kind: 'resumed'; readonly since: number }
  /** What became of a notification. `retries` are attempts after the first. */
  | {
      readonly kind: 'delivered';
      readonly notification: string;
      readonly outcome: 'sent' | 'failed';
      readonly attempts: number;
      readonly detail?: string;
      /** The receiver's own name for what it made of it (a ticket), kept as a link on the incident. */
      readonly reference?: { readonly title: string; readonly url: string };
    };

/** One record of the log: a batch of entries of one shard under one append time. */
export interface LogRecord {
  /** Greater than that of every earlier record of the shard; not always by one. The first possible is 1. */
  readonly position: number;
  /** Unix milliseconds of the append, by the clock of the log. It may go back: the engine does not. */
  readonly at: number;
  readonly entries: readonly Entry[];
}
