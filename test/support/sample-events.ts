import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import { TocsinError } from '../../src/app/tocsin-error.js';
import { sampleNotification } from './sample-notification.js';

const attempt = { notification: 'n-1', notifier: 'desk-chat', attempt: 2, durationMs: 12.3456 } as const;
const error = new TocsinError('The disk is full.', {
  code: 'log-unavailable',
  retriable: true,
  cause: new Error('ENOSPC'),
});

type Samples = {
  readonly [K in TelemetryEvent['kind']]: readonly Extract<TelemetryEvent, { kind: K }>[];
};

/** Events of every kind, one for each way they can be told. */
export const sampleEvents: Samples = {
  'alerts-rejected': [{ kind: 'alerts-rejected', source: 'prometheus', reason: 'invalid-body', count: 3 }],
  'request-finished': [
    {
      kind: 'request-finished',
      method: 'GET',
      route: '/api/v1/incidents/{id}',
      status: 200,
      durationMs: 3.21,
      requestId: 'r-1',
    },
  ],
  'request-failed': [
    { kind: 'request-failed', method: 'GET', route: '/metrics', requestId: 'r-2', error: new TypeError('x') },
  ],
  'log-failed': [{ kind: 'log-failed', error }],
  'log-recovered': [{ kind: 'log-recovered' }],
  'commit-written': [
    { kind: 'commit-written', shard: 0, number: 7, documents: 3, durationMs: 4, triageDelaysMs: [20, 400] },
  ],
  'commit-failed': [{ kind: 'commit-failed', shard: 0, error, retryInMs: 500 }],
  'shard-opened': [{ kind: 'shard-opened', shard: 0, position: 9, alerts: 2, incidents: 1, durationMs: 15 }],
  'shard-stopped': [
    { kind: 'shard-stopped', shard: 0 },
    { kind: 'shard-stopped', shard: 0, error },
  ],
  'shard-lost': [{ kind: 'shard-lost', shard: 0, error, retryInMs: 1_000 }],
  'rules-loaded': [
    { kind: 'rules-loaded', revision: '0123456789ab', rules: 12, by: 'start', origin: 'start', warming: [] },
  ],
  'rules-reload-failed': [{ kind: 'rules-reload-failed', by: 'disk', origin: 'disk', error, issues: 2 }],
  'notification-attempted': [
    { kind: 'notification-attempted', outcome: 'sent', ...attempt },
    { kind: 'notification-attempted', outcome: 'retry', error: 'The receiver answered 503.', ...attempt },
    { kind: 'notification-attempted', outcome: 'failed', error: 'The receiver answered 410.', ...attempt },
  ],
  'notification-logged': [{ kind: 'notification-logged', notification: sampleNotification() }],
  'retention-ran': [{ kind: 'retention-ran', records: 10, incidents: 1, deadLetters: 0 }],
  'topic-assigned': [
    { kind: 'topic-assigned', topic: 'builds', group: 'tocsin.intake.builds', partitions: [0, 2] },
    { kind: 'topic-assigned', topic: 'builds', group: 'tocsin.intake.builds', partitions: [] },
  ],
  'topic-failed': [{ kind: 'topic-failed', topic: 'builds', reason: 'the topic is not there', error }],
  'topic-recovered': [{ kind: 'topic-recovered', topic: 'builds' }],
  'topic-made-anew': [{ kind: 'topic-made-anew', topic: 'builds', partition: 0, incarnation: 2 }],
  'topics-unread': [{ kind: 'topics-unread', topics: ['builds'] }],
  'stream-closed': [{ kind: 'stream-closed', reason: 'slow', durationMs: 12_345 }],
  'background-failed': [{ kind: 'background-failed', task: 'retention', error }],
  started: [{ kind: 'started', address: 'http://127.0.0.1:8080', revision: '0123456789ab' }],
  stopping: [{ kind: 'stopping', signal: 'SIGTERM' }],
  stopped: [{ kind: 'stopped', durationMs: 120 }],
};
