import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import { createCheckBody } from '../../../src/adapters/files/schema-checker.js';
import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import { createRetention } from '../../../src/app/apply-retention.js';
import { createDeliverer } from '../../../src/app/deliver-notifications.js';
import { createIntake } from '../../../src/app/intake.js';
import { createRuleLoader } from '../../../src/app/load-rules.js';
import { diskWins } from '../../../src/app/propose-rules.js';
import { createRuleSetLibrary } from '../../../src/app/rule-set-library.js';
import { runShard } from '../../../src/app/run-shard.js';
import type { TelemetryEvent } from '../../../src/app/telemetry-events.js';
import type { BundleFiles } from '../../../src/domain/rules/bundle.js';
import { alertmanagerV2 } from '../../../src/domain/sources/alertmanager-v2.js';
import { unspread } from '../../support/unspread.js';
import { createVirtualClock } from '../../support/virtual-clock.js';

const shard = 0;
const hour = 3_600_000;

/** So far back log and incidents reach in a soak: short, so that their bounds show within days. */
const limits = { logMs: 2 * hour, logMaxBytes: 2 ** 40, incidentMs: 4 * hour } as const;

export type SoakWorld = Awaited<ReturnType<typeof openSoakWorld>>;

/** The service without its sockets: intake, SQLite log and store, engine, deliverer and retention on a clock that is moved by hand. */
export async function openSoakWorld(of: {
  readonly directory: string;
  readonly rulesDir: string;
  readonly start: number;
}) {
  const clock = createVirtualClock(of.start);
  const failures: TelemetryEvent[] = [];
  const emit = (event: TelemetryEvent): void => {
    if (/fail|lost|fault/.test(event.kind)) failures.push(event);
  };
  const reader = createBundleReader({ directory: of.rulesDir });
  const loadRules = createRuleLoader({ reader, clock });
  const files = closingSoon(await reader.read());
  const { ruleSet } = loadRules(files);
  if (ruleSet === null) throw new Error(`The rules in ${of.rulesDir} have errors.`);
  const log = await openSqliteLog({ directory: of.directory, clock });
  const store = await openSqliteStore({ directory: of.directory });
  await store.saveBundle(ruleSet.hash, files);
  const library = createRuleSetLibrary({
    store,
    loadRules: (stored) => Promise.resolve(loadRules(stored)),
  });
  const deliverer = createDeliverer({
    outbox: store.outbox(shard),
    append: async (entry) => {
      await log.append(shard, [entry]);
    },
    notifierFor: () => () => Promise.resolve({ kind: 'sent' }),
    ...{ clock, emit, random: () => 0.5 },
  });
  const runner = await runShard({
    ...{ shard, log, store, library, clock, emit },
    proposeRules: diskWins(ruleSet.hash),
    onOutboxChanged: () => {
      deliverer.wake();
    },
    onLost: (error) => {
      throw error;
    },
  });
  await deliverer.start();
  const check = createCheckBody();
  const intake = createIntake({ shards: unspread(log), check, clock, emit, maxPendingBytes: 2 ** 30 });
  const retention = createRetention({ log, store, owned: () => [0], clock, limits, emit });

  /** Lets the shard apply and commit what is in the log, a little simulated time after the other. */
  async function settle(): Promise<void> {
    const position = await log.end(shard);
    while ((await store.committed(shard)) < position) {
      await clock.advance(20);
      await pause(1);
    }
  }

  return {
    ...{ clock, failures, retention, settle, census: () => runner.census() },
    /** Resolves to the number of alerts once they are durable. */
    async send(body: Buffer): Promise<number> {
      const taken = await (intake.acceptText(alertmanagerV2, body) ??
        intake.accept(alertmanagerV2, JSON.parse(body.toString('utf8')), {
          bytes: body.length,
          wellFormed: true,
        }));
      if (taken.kind !== 'accepted') throw new Error(JSON.stringify(taken.problems));
      return taken.accepted;
    },
    received(): number {
      const counted = runner.committed()?.totals.counters['alerts_received'] ?? {};
      return Object.values(counted).reduce((sum, count) => sum + count, 0);
    },
    async databaseBytes(): Promise<number> {
      const sizes = await Promise.all(
        ['journal.db', 'store.db'].map(async (name) => (await stat(join(of.directory, name))).size),
      );
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    async close(): Promise<void> {
      await deliverer.stop();
      await runner.stop();
      await store.close();
      await log.close();
    },
  };
}

/** The bundle with incidents that close by themselves an hour after they are over. */
function closingSoon(files: BundleFiles): BundleFiles {
  return new Map([...files].map(([path, text]) => [path, text.replace(/autoClose: \w+/, 'autoClose: 1h')]));
}
