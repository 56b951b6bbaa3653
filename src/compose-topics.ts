import { systemClock } from './adapters/system/system-clock.js';
import type { Telemetry } from './adapters/telemetry/telemetry.js';
import type { AlertShards } from './app/alert-shards.js';
import { followIntake } from './app/follow-intake.js';
import type { EventLog, Store } from './app/ports.js';
import type { ReadTopicMessage } from './app/read-message.js';
import type { RulesDesk } from './app/reload-rules.js';
import { createFindSeenPosition } from './app/seen-position.js';
import { createTakeMessages } from './app/take-messages.js';
import type { Emit } from './app/telemetry-events.js';
import type { Settings } from './settings.js';

/**
 * Reads the topics that the rules in force name, whatever log and store are. Without brokers there are none; what the
 * rules say about topics is told then.
 */
export async function followTopics(
  site: {
    readonly settings: Pick<Settings, 'kafka'>;
    readonly emit: Emit;
    readonly telemetry: Pick<Telemetry, 'showTopics'>;
    /** Runs last in, first out. */
    readonly cleanup: (run: () => Promise<void>) => void;
  },
  parts: {
    readonly log: EventLog;
    readonly store: Store;
    readonly shards: AlertShards;
    readonly rules: RulesDesk;
    readonly read: ReadTopicMessage;
  },
): Promise<void> {
  const { emit } = site;
  const { kafka } = site.settings;
  const { log, store, shards, rules, read } = parts;
  const clock = systemClock;
  const take = createTakeMessages({ shards, read });
  const findSeen = createFindSeenPosition({ log, store });
  // Where there are no brokers, Kafka's client is not loaded.
  const topics =
    kafka === null
      ? null
      : (await import('./adapters/kafka/external-topics.js')).createExternalTopics({
          ...{ connection: kafka, prefix: kafka.prefix, clock, emit },
          ...{ take, findSeen },
        });
  if (topics !== null) site.telemetry.showTopics(() => topics.lags());
  const following = followIntake({ rules, topics, clock, emit });
  site.cleanup(() => following.stop());
}
