import { join } from 'node:path';
import { startTocsin, type TocsinProcess } from '../../support/tocsin-process.js';
import { sumOfMetric } from '../../support/sum-of-metric.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import { writeBenchRules, type BenchRules } from './bench-rules.js';
import { checkStored } from './check-stored.js';
import type { Subject } from './subject.js';

export interface TocsinSubject extends Subject {
  readonly url: string;
  /** Stops it and starts it again with the same data. Resolves with the time from its start until it is ready, in ms. */
  restart(): Promise<number>;
}

/** The whole service as `npm start` runs it: SQLite in a data directory of its own, the default bundle with other groups. */
export async function startTocsinSubject(rules: BenchRules): Promise<TocsinSubject> {
  const home = await makeTempDir('bench');
  const rulesDir = join(home.path, 'rules');
  await writeBenchRules(rulesDir, rules);
  const start = (): Promise<TocsinProcess> => startTocsin({ dataDir: join(home.path, 'data'), rulesDir });
  let tocsin = await start();
  const port = (): number => Number(new URL(tocsin.url).port);
  return {
    get port() {
      return port();
    },
    get pid() {
      return tocsin.pid;
    },
    get url() {
      return tocsin.url;
    },
    settle: () => settle(tocsin.url),
    check: ({ alerts, series }) => checkStored(tocsin.url, { alerts, series }),
    async restart() {
      await tocsin.stop();
      const startedAt = performance.now();
      tocsin = await start();
      return performance.now() - startedAt;
    },
    async stop() {
      await tocsin.stop();
      await home.remove();
    },
  };
}

/** Until nothing waits to be triaged or to be sent. */
async function settle(url: string): Promise<{ backlog: number }> {
  const waiting = async (): Promise<{ entries: number; notifications: number }> => {
    const page = await (await fetch(`${url}/metrics`)).text();
    const entries = sumOfMetric(page, 'tocsin_log_lag_entries');
    const notifications = sumOfMetric(page, 'tocsin_outbox_pending');
    if (entries === null || notifications === null) throw new Error('GET /metrics lacks what waits.');
    return { entries, notifications };
  };
  const { entries: backlog } = await waiting();
  await waitUntil(
    { what: 'the engine to catch up with the log, and all to be told', timeoutMs: 60_000, everyMs: 20 },
    async (seen) => {
      const { entries, notifications } = await waiting();
      seen(`${entries} entries and ${notifications} notifications behind`);
      return entries + notifications === 0;
    },
  );
  return { backlog };
}
