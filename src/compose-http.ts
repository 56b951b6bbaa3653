import { randomUUID } from 'node:crypto';
import { createAlertsEndpoint } from './adapters/http/alerts-endpoint.js';
import { createChangeStreams } from './adapters/http/change-streams.js';
import { createApp } from './adapters/http/create-app.js';
import { startHttpServer } from './adapters/http/server.js';
import { systemClock } from './adapters/system/system-clock.js';
import type { Telemetry } from './adapters/telemetry/telemetry.js';
import { createExplainAlerts } from './app/explain-alert.js';
import { createIntake } from './app/intake.js';
import { oneReportAtATime } from './app/one-report-at-a-time.js';
import type { CheckBody, EventLog, Store } from './app/ports.js';
import type { ReadTopicMessage } from './app/read-message.js';
import type { RulesDesk } from './app/reload-rules.js';
import { createReplayDeadLetter } from './app/replay-dead-letter.js';
import type { ShardRunner } from './app/run-shard.js';
import type { Shards } from './app/run-shards.js';
import { createSubmitCommand } from './app/submit-command.js';
import { createSummarizeIncidents } from './app/summarize-incidents.js';
import type { Emit } from './app/telemetry-events.js';
import type { Settings } from './settings.js';

const mebibyte = 1024 * 1024;

const bodyLimits = {
  maxBodyBytes: 4 * mebibyte,
  bodyTimeoutMs: 30_000,
  maxReceivingBytes: 256 * mebibyte,
} as const;

/** Where people and tools come in. Resolves to the base URL. */
export async function startHttp(
  site: {
    readonly settings: Pick<Settings, 'host' | 'port'>;
    readonly telemetry: Pick<Telemetry, 'metrics'>;
    readonly emit: Emit;
    /** Runs last in, first out. */
    readonly cleanup: (run: () => Promise<void>) => void;
  },
  parts: {
    readonly log: EventLog;
    readonly store: Store;
    readonly shards: Pick<Shards, 'runner'>;
    readonly changes: ShardRunner['changes'];
    readonly rules: RulesDesk;
    readonly check: CheckBody;
    readonly read: ReadTopicMessage;
  },
): Promise<string> {
  const { settings, telemetry, emit, cleanup } = site;
  const { log, store, shards, changes, rules, check, read } = parts;
  const clock = systemClock;
  const newId = randomUUID;
  const runner: Shards['runner'] = (shard) => shards.runner(shard);
  const intake = createIntake({ log, check, clock, emit, maxPendingBytes: 128 * mebibyte });
  const submit = createSubmitCommand({ log, store, runner, clock, newId });
  const streams = createChangeStreams({ changes, clock, emit });
  const explain = createExplainAlerts({
    engine: () => runner(0)?.explainer ?? null,
    rules: () => rules.current(),
    ...{ check, clock, views: store },
  });
  const replay = createReplayDeadLetter({ views: store, rules, read, submit });
  const summarize = oneReportAtATime(createSummarizeIncidents({ views: store }));
  const { host, port } = settings;
  const server = await startHttpServer({
    ...{ host, port, emit, newId },
    alertsEndpoint: createAlertsEndpoint({ intake, emit, clock, limits: bodyLimits }),
    app: createApp({
      ...{ views: store, submit, replay, rules, streams, explain, summarize, check, emit, clock, newId },
      ready: () => log.unavailable(),
      metrics: telemetry.metrics,
    }),
  });
  cleanup(() => server.close());
  // A server that closes waits for every answer; these would never end.
  cleanup(() => {
    streams.close();
    return Promise.resolve();
  });
  return server.address;
}
