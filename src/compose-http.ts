import { randomUUID } from 'node:crypto';
import { createAlertsEndpoint } from './adapters/http/alerts-endpoint.js';
import { createChangeStreams } from './adapters/http/change-streams.js';
import { createApp } from './adapters/http/create-app.js';
import { startHttpServer } from './adapters/http/server.js';
import { systemClock } from './adapters/system/system-clock.js';
import type { Telemetry } from './adapters/telemetry/telemetry.js';
import type { AlertShards } from './app/alert-shards.js';
import { createExplainAlerts, type Explainer } from './app/explain-alert.js';
import { createFindMovedIncident } from './app/find-moved-incident.js';
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
import type { ShardsWatch } from './app/watch-shards.js';
import type { Settings } from './settings.js';

const mebibyte = 1024 * 1024;

const bodyLimits = {
  maxBodyBytes: 4 * mebibyte,
  bodyTimeoutMs: 30_000,
  maxReceivingBytes: 256 * mebibyte,
} as const;

interface HttpParts {
  readonly log: EventLog;
  readonly store: Store;
  readonly shards: Pick<Shards, 'runner' | 'owned'>;
  readonly alertShards: AlertShards;
  readonly watch: Pick<ShardsWatch, 'record'>;
  /** null: a 2xx could be honoured now; else why not, in words for people. */
  readonly ready: () => string | null;
  readonly changes: ShardRunner['changes'];
  readonly rules: RulesDesk;
  readonly check: CheckBody;
  readonly read: ReadTopicMessage;
}

/** Where people and tools come in. Resolves to the base URL. */
export async function startHttp(
  site: {
    readonly settings: Pick<Settings, 'host' | 'port'>;
    readonly telemetry: Pick<Telemetry, 'metrics'>;
    readonly emit: Emit;
    /** Runs last in, first out. */
    readonly cleanup: (run: () => Promise<void>) => void;
  },
  parts: HttpParts,
): Promise<string> {
  const { settings, telemetry, emit, cleanup } = site;
  const { store, shards, alertShards, changes, rules, check, read, ready } = parts;
  const clock = systemClock;
  const newId = randomUUID;
  const intake = createIntake({ shards: alertShards, check, clock, emit, maxPendingBytes: 128 * mebibyte });
  const submit = createSubmit(parts, newId);
  const streams = createChangeStreams({ changes, clock, emit });
  const explain = createExplainAlerts({
    ...{ engines: () => explainersOf(shards), shardOf: (alert) => alertShards.of(alert) },
    ...{ rules: () => rules.current(), check, clock, views: store },
  });
  const replay = createReplayDeadLetter({ views: store, rules, read, submit, shards: alertShards });
  const summarize = oneReportAtATime(createSummarizeIncidents({ views: store }));
  const { host, port } = settings;
  const server = await startHttpServer({
    ...{ host, port, emit, newId },
    alertsEndpoint: createAlertsEndpoint({ intake, emit, clock, limits: bodyLimits }),
    app: createApp({
      ...{ views: store, submit, replay, rules, streams, explain, summarize, check, emit, clock, newId },
      ...{ ready, metrics: telemetry.metrics },
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

function createSubmit(
  { log, store, shards, alertShards, watch }: HttpParts,
  newId: () => string,
): ReturnType<typeof createSubmitCommand> {
  return createSubmitCommand({
    ...{ log, store, shards: alertShards, clock: systemClock, newId },
    runner: (shard) => shards.runner(shard),
    findMoved: createFindMovedIncident({ store, movedUpTo: () => watch.record(0)?.movedUpTo ?? 0 }),
  });
}

function explainersOf(shards: Pick<Shards, 'owned'>): ReadonlyMap<number, Explainer> {
  return new Map(shards.owned().map(({ shard, runner }) => [shard, runner.explainer]));
}
