import type { TelemetryEvent } from '../../app/telemetry-events.js';
import { describeError } from './describe-error.js';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
export type LogFields = Readonly<Record<string, unknown>>;

/** How an event is written. Message and fields are made only when the level is. */
export interface LogLine<Event> {
  readonly level: LogLevel | ((event: Event) => LogLevel);
  readonly message: (event: Event) => string;
  /** Unless given, everything that the event holds. */
  readonly fields?: (event: Event) => LogFields;
  /** Written whatever the log level is. */
  readonly always?: true;
}

type Kind = TelemetryEvent['kind'];
type EventOf<K extends Kind> = Extract<TelemetryEvent, { kind: K }>;

const levelOfOutcome = { sent: 'info', retry: 'warn', failed: 'error' } as const;

/**
 * What people read of each event; docs/logging.md says the same. Nothing above debug comes at the rate of requests or
 * alerts. `error`: somebody should look; `warn`: it is expected to heal by itself.
 */
const lines: { readonly [K in Kind]: LogLine<EventOf<K>> } = {
  'alerts-rejected': {
    level: 'debug',
    message: ({ source, reason }) => `Alerts of ${source} were rejected: ${reason}.`,
  },
  'request-finished': {
    level: 'debug',
    message: ({ method, route, status }) => `${method} ${route} ${status}`,
  },
  'request-failed': {
    level: 'error',
    message: ({ method, route }) => `${method} ${route} failed unexpectedly.`,
  },
  'log-failed': {
    level: 'error',
    message: () => 'The event log takes no entries: senders get 503 until it does.',
  },
  'log-recovered': { level: 'info', message: () => 'The event log takes entries again.' },
  'commit-written': {
    level: 'debug',
    message: ({ number, shard }) => `Commit ${number} of shard ${shard} written.`,
    fields: ({ shard, number, documents, durationMs, triageDelaysMs }) => ({
      shard,
      number,
      documents,
      durationMs,
      slowestTriageMs: triageDelaysMs.reduce((most, delay) => Math.max(most, delay), 0),
    }),
  },
  'commit-failed': {
    level: 'error',
    message: ({ shard, retryInMs }) => `Shard ${shard} could not commit and tries again in ${retryInMs} ms.`,
  },
  'shard-opened': {
    level: 'info',
    message: ({ shard, position, alerts, incidents }) =>
      `Shard ${shard} opened at position ${position}: ${alerts} alerts, ${incidents} incidents.`,
  },
  'shard-stopped': {
    level: ({ error }) => (error === undefined ? 'info' : 'error'),
    message: ({ shard, error }) =>
      error === undefined ? `Shard ${shard} stopped.` : `Shard ${shard} stopped and triages no more.`,
  },
  'shard-lost': {
    level: 'error',
    message: ({ shard, retryInMs }) => `Shard ${shard} does not run here; it is opened in ${retryInMs} ms.`,
  },
  'rules-loaded': {
    level: 'info',
    message: ({ revision, rules, warming }) =>
      `Rules ${revision} are in force: ${rules} rules.${warming.length === 0 ? '' : ` Warming, because their shape changed: ${warming.join(', ')}.`}`,
  },
  'rules-reload-failed': {
    level: 'error',
    message: () => 'The rules on disk were not taken over; the old ones stay in force.',
  },
  'notification-attempted': {
    level: ({ outcome }) => levelOfOutcome[outcome],
    message: ({ notification, notifier, outcome }) =>
      `Notification ${notification} by ${notifier}: ${outcome}.`,
  },
  'notification-logged': {
    level: 'info',
    message: ({ notification: { incident, team } }) =>
      `${incident.priority} ${incident.id} for ${team}: ${incident.title}`,
    always: true,
  },
  'retention-ran': {
    level: 'info',
    message: ({ records, incidents, deadLetters }) =>
      `Retention removed ${records} log records, ${incidents} incidents and ${deadLetters} dead letters.`,
  },
  'topic-assigned': {
    level: 'info',
    message: ({ topic, partitions }) =>
      `Topic ${topic} is read here: ${partitions.length === 0 ? 'no partitions' : `partitions ${partitions.join(', ')}`}.`,
  },
  'topic-failed': {
    level: 'error',
    message: ({ topic, reason }) => `Topic ${topic} can't be read, and is tried again: ${reason}.`,
  },
  'topic-recovered': { level: 'info', message: ({ topic }) => `Topic ${topic} is read again.` },
  'topic-made-anew': {
    level: 'warn',
    message: ({ topic, partition }) =>
      `Topic ${topic} was made anew: partition ${partition} is read from its beginning.`,
  },
  'topics-unread': {
    level: 'warn',
    message: ({ topics }) =>
      `The rules name topics (${topics.join(', ')}), but none is read: set TOCSIN_KAFKA_BROKERS.`,
  },
  'stream-closed': { level: 'debug', message: ({ reason }) => `A stream of changes was closed: ${reason}.` },
  'background-failed': { level: 'error', message: ({ task }) => `${task} failed in the background.` },
  started: { level: 'info', message: ({ address }) => `Tocsin serves ${address}.` },
  stopping: { level: 'info', message: ({ signal }) => `Stopping on ${signal}.` },
  stopped: { level: 'info', message: () => 'Stopped.' },
};

export function logLineOf(event: TelemetryEvent): LogLine<TelemetryEvent> {
  // The table's type pairs each kind with its own event; TypeScript can't follow that through an index.
  return lines[event.kind] as LogLine<TelemetryEvent>;
}

/** The fields that stand beside the message. */
export function logFieldsOf(event: TelemetryEvent): LogFields {
  const own = logLineOf(event).fields?.(event) ?? event;
  const facts = Object.entries(own).filter(([name, value]) => name !== 'kind' && value !== undefined);
  return {
    event: event.kind,
    ...Object.fromEntries(facts.map(([name, value]) => [name, shown(name, value)])),
  };
}

function shown(name: string, value: unknown): unknown {
  // A string under `error` is a receiver's answer, already in words.
  if (name === 'error' && typeof value !== 'string') return describeError(value);
  return name.endsWith('Ms') && typeof value === 'number' ? Math.round(value * 10) / 10 : value;
}
