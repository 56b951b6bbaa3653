import { collectDefaultMetrics, Registry } from 'prom-client';
import type { OutboxStore, TopicLag } from '../../app/ports.js';
import type { Emit } from '../../app/telemetry-events.js';
import type { Census } from '../../domain/triage/census.js';
import type { Totals } from '../../domain/triage/totals.js';
import { createLogger, type LoggerOptions } from './logger.js';
import { registerProcessMetrics } from './process-metrics.js';
import { registerServiceMetrics, type ServiceSources } from './service-metrics.js';
import { registerStateMetrics, type ShardSources } from './state-metrics.js';
import { registerTopicMetrics } from './topic-metrics.js';

/** What is shown of a shard's runner. */
export interface ShownRunner {
  /** As of the newest commit; null before the first. */
  committed(): { readonly totals: Totals } | null;
  census(): Census;
  /** Records in the log that are not applied yet. */
  lag(): Promise<number>;
}

export interface Telemetry {
  /** Writes the event's line and counts it. */
  readonly emit: Emit;
  /** The exposition for a scrape. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** No log line shall hold this text. */
  readonly conceal: (secret: string) => void;
  /** Shows what the service says about itself from now on; once. */
  showService(sources: ServiceSources): void;
  /** Shows state of the shards that this process owns at a scrape; once. */
  showShards(shown: ShownShards): void;
  /** Shows how far the topics that this process reads are behind; once. */
  showTopics(lags: () => Promise<readonly TopicLag[]>): void;
}

export interface ShownShard {
  readonly shard: number;
  readonly runner: ShownRunner;
  readonly outbox: Pick<OutboxStore, 'backlog'>;
}

export interface ShownShards {
  readonly owned: () => readonly ShownShard[];
  /**
   * Shards move between processes: all that is shown of one has a label `shard`, so that its series goes with it and no total
   * seems to fall.
   */
  readonly labelled: boolean;
}

export interface TelemetryOptions extends Omit<LoggerOptions, 'color'> {
  readonly color?: boolean;
}

const nothingYet: Totals = { counters: {}, histograms: {} };

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const logger = createLogger({ color: false, ...options });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const count = registerProcessMetrics(registry);
  const emit: Emit = (event) => {
    logger.log(event);
    count(event);
  };
  const onFailure = (error: unknown): void => {
    emit({ kind: 'background-failed', task: 'metrics', error });
  };
  return {
    emit,
    conceal: logger.conceal,
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    showService(sources) {
      registerServiceMetrics({ registry, onFailure }, sources);
    },
    showTopics(lags) {
      registerTopicMetrics({ registry, onFailure }, lags);
    },
    showShards({ owned, labelled }) {
      registerStateMetrics(
        { registry, onFailure },
        {
          all: () => owned().map(sourcesOf),
          labels: ({ shard }) => (labelled ? { shard: String(shard) } : {}),
        },
      );
    },
  };
}

function sourcesOf({ shard, runner, outbox }: ShownShard): ShardSources {
  return {
    shard,
    totals: () => runner.committed()?.totals ?? nothingYet,
    census: () => runner.census(),
    outboxPending: async () =>
      [...(await outbox.backlog()).values()].reduce((sum, waiting) => sum + waiting, 0),
    logLag: () => runner.lag(),
  };
}
