import type { LogRecord } from '../domain/alert/entry.js';
import { rulesNamedBy } from '../domain/alert/rules-named-by.js';
import type { ShardImage } from '../domain/triage/changes.js';
import { createEngine, type Engine } from '../domain/triage/engine.js';
import type { EventLog } from './ports.js';
import { readUpTo } from './read-up-to.js';
import type { RuleSetLibrary } from './rule-set-library.js';

/** A shard on which nothing has happened yet. */
export const emptyImage: ShardImage = {
  shard: null,
  position: 0,
  commit: 0,
  alerts: [],
  incidents: [],
  silences: [],
  outcomes: [],
};

/**
 * Folds a shard's log from its first record to its present end into a new engine, as if nothing had ever stopped. `each`
 * sees the engine after every record. Reads only.
 */
export async function refold(input: {
  readonly shard: number;
  readonly log: EventLog;
  readonly library: RuleSetLibrary;
  readonly each?: (engine: Engine, record: LogRecord) => void | Promise<void>;
}): Promise<Engine> {
  const { shard, log, library } = input;
  const engine = createEngine({
    shard,
    shards: log.shards,
    image: emptyImage,
    ruleSet: (hash) => library.get(hash),
  });
  const end = await log.end(shard);
  for await (const batch of readUpTo(log, { shard, after: 0, end })) {
    for (const record of batch) {
      for (const entry of record.entries) {
        const hash = rulesNamedBy(entry);
        if (hash !== null) await library.load(hash);
      }
      engine.apply(record);
      await input.each?.(engine, record);
    }
  }
  return engine;
}
