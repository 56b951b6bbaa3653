import type { Notification } from '../domain/incident/notification.js';

/** Why alerts were not taken. */
export const rejectionReasons = ['invalid-body', 'invalid-alert', 'overloaded'] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** Typed events at the site; what becomes a log line or a metric is decided in adapters/telemetry. Durations are milliseconds. */
export type TelemetryEvent =
  | {
      readonly kind: 'alerts-rejected';
      readonly source: string;
      readonly reason: RejectionReason;
      readonly count: number;
    }
  | {
      readonly kind: 'request-finished';
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly durationMs: number;
      readonly requestId: string;
    }
  | {
      readonly kind: 'request-failed';
      readonly method: string;
      readonly route: string;
      readonly requestId: string;
      readonly error: unknown;
    }
  | { readonly kind: 'log-failed'; readonly error: unknown }
  | { readonly kind: 'log-recovered' }
  | {
      readonly kind: 'commit-written';
      readonly shard: number;
      readonly number: number;
      readonly documents: number;
      readonly durationMs: number;
      readonly triageDelaysMs: readonly number[];
    }
  | {
      readonly kind: 'commit-failed';
      readonly shard: number;
      readonly error: unknown;
      readonly retryInMs: number;
    }
  | {
      readonly kind: 'shard-opened';
      readonly shard: number;
      readonly position: number;
      readonly alerts: number;
      readonly incidents: number;
      readonly durationMs: number;
    }
  | { readonly kind: 'shard-stopped'; readonly shard: number; readonly error?: unknown }
  /** It is this process's to run, but was lost or could not be opened. */
  | {
      readonly kind: 'shard-lost';
      readonly shard: number;
      readonly error: unknown;
      readonly retryInMs: number;
    }
  | {
      readonly kind: 'rules-loaded';
      readonly revision: string;
      readonly rules: number;
      /** Who asked for them. */
      readonly by: string;
      readonly origin: 'start' | 'api' | 'disk';
      /** Ids of rules that begin anew because their shape changed. */
      readonly warming: readonly string[];
    }
  | {
      readonly kind: 'rules-reload-failed';
      readonly by: string;
      readonly origin: 'api' | 'disk';
      readonly error: unknown;
      readonly issues: number;
    }
  | {
      readonly kind: 'notification-attempted';
      readonly notification: string;
      readonly notifier: string;
      readonly attempt: number;
      readonly outcome: 'sent' | 'retry' | 'failed';
      readonly error?: string;
      readonly durationMs: number;
    }
  /** What a notifier of type `log` sends: a log line, whatever the log level. */
  | { readonly kind: 'notification-logged'; readonly notification: Notification }
  | {
      readonly kind: 'retention-ran';
      readonly records: number;
      readonly incidents: number;
      readonly deadLetters: number;
    }
  | {
      readonly kind: 'topic-assigned';
      readonly topic: string;
      readonly group: string;
      /** Those that this process reads now. */
      readonly partitions: readonly number[];
    }
  /** A topic of the bundle can't be read; it is tried again. */
  | {
      readonly kind: 'topic-failed';
      readonly topic: string;
      readonly reason: string;
      readonly error: unknown;
    }
  | { readonly kind: 'topic-recovered'; readonly topic: string }
  /** Its offsets began again: it is read from its beginning. */
  | {
      readonly kind: 'topic-made-anew';
      readonly topic: string;
      readonly partition: number;
      readonly incarnation: number;
    }
  /** The bundle names topics, and no brokers are set. */
  | { readonly kind: 'topics-unread'; readonly topics: readonly string[] }
  | {
      readonly kind: 'stream-closed';
      /** The client left, it read too slowly, or the service stops. */
      readonly reason: 'left' | 'slow' | 'stopping';
      readonly durationMs: number;
    }
  | { readonly kind: 'background-failed'; readonly task: string; readonly error: unknown }
  | { readonly kind: 'started'; readonly address: string; readonly revision: string }
  | { readonly kind: 'stopping'; readonly signal: string }
  | { readonly kind: 'stopped'; readonly durationMs: number };

export type Emit = (event: TelemetryEvent) => void;
