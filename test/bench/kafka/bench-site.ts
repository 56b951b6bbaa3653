import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import { countCommitted } from '../../support/servers/count-committed.js';
import { startCountingProxy, type CountingProxy } from '../../support/servers/counting-proxy.js';
import { everyShardOwned } from '../../support/chaos/replica-slots.js';
import { openReplicaSet } from '../../support/servers/replicas.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import type { TocsinProcess } from '../../support/tocsin-process.js';
import { spreadByNamespace, writeBenchRules } from '../ingest/bench-rules.js';
import { checkStored } from '../ingest/check-stored.js';
import { readProcessUsage } from '../ingest/process-usage.js';
import type { BenchServers } from './part.js';

/** Replicas with a log and a database of their own. */
export interface BenchSite {
  readonly replicas: readonly TocsinProcess[];
  /** What they have written stays there when they are stopped. */
  readonly stored: { readonly url: string; readonly database: string };
  /** Commands to the store so far, by name. Only where they are counted. */
  trips(): ReadonlyMap<string, number>;
  /** Has them read the topic from its beginning. Resolves to when (Unix ms) the first of them got some of it. */
  readTopic(topic: string): Promise<number>;
  /** Alerts in the commits so far, of all shards. */
  readonly committed: () => Promise<number>;
  /** Resolves when so many are committed. */
  allCommitted(count: number): Promise<void>;
  /** CPU time of all replicas. */
  cpuMs(): number;
  /** What the store holds against what was sent; empty: it adds up. */
  check(sent: { readonly alerts: number; readonly series: number }): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const lookEveryMs = 50;

export async function openBenchSite(
  { kafka, mongo }: BenchServers,
  of: { readonly shards: number; readonly replicas: number; readonly counted?: boolean },
): Promise<BenchSite> {
  const home = await makeTempDir('bench-kafka');
  await writeBenchRules(home.path, spreadByNamespace);
  const set = openReplicaSet({ kafka, mongo }, { shards: of.shards, rulesDir: home.path });
  const proxy = of.counted === true ? await startCountingProxy(set.mongoUrl) : null;
  const env = proxy === null ? {} : { TOCSIN_MONGODB_URL: proxy.url };
  const starts = Array.from({ length: of.replicas }, () => set.start(env));
  const replicas: readonly TocsinProcess[] = await Promise.all(starts);
  const store = await openMongoStore({ url: set.mongoUrl, database: set.database });
  const committed = (): Promise<number> => countCommitted(store, of.shards);
  await everyShardOwned(replicas, of.shards);
  return {
    ...{ replicas, committed, stored: { url: set.mongoUrl, database: set.database } },
    trips: () => tripsOf(proxy),
    async readTopic(topic) {
      await writeFile(join(home.path, 'intake.yaml'), intakeOf(topic));
      return waitUntil({ what: `${topic} to be assigned`, timeoutMs: 60_000, everyMs: 20 }, () =>
        firstAssigned(replicas),
      );
    },
    async allCommitted(count) {
      const wait = { what: `${count} alerts to be committed`, timeoutMs: 600_000, everyMs: lookEveryMs };
      await waitUntil(wait, async (seen) => {
        const now = await committed();
        seen(`${now} committed`);
        return now >= count;
      });
    },
    cpuMs: () => replicas.reduce((sum, { pid }) => sum + readProcessUsage(pid).cpuMs, 0),
    check: (sent) => checkStored(replicas[0]!.url, sent),
    async stop() {
      await store.close();
      await Promise.all(replicas.map((replica) => replica.stop()));
      await proxy?.stop();
      await home.remove();
    },
  };
}

/** The drivers look after their connections by these; they are no part of any work. */
const upkeep = new Set(['hello', 'ismaster', 'isMaster', 'ping', 'endSessions']);

function tripsOf(proxy: CountingProxy | null): ReadonlyMap<string, number> {
  return new Map([...(proxy?.counts() ?? [])].filter(([name]) => !upkeep.has(name)));
}

function intakeOf(topic: string): string {
  return `apiVersion: tocsin/v1
kind: Intake
owner: platform
topics:
  - { id: bench, topics: [${topic}], format: json, source: prometheus, start: earliest }
`;
}

/** By what they print, in ms: `topic-assigned` with at least one partition. */
function firstAssigned(replicas: readonly TocsinProcess[]): number | null {
  const times = replicas.flatMap((replica) =>
    replica
      .logs()
      .split('\n')
      .filter((line) => line.includes('topic-assigned') && !line.includes('"partitions":[]'))
      .map((line) => Date.parse((JSON.parse(line) as { time: string }).time)),
  );
  return times.length === 0 ? null : Math.min(...times);
}
