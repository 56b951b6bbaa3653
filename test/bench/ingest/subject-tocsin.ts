import { startTocsin } from '../../support/tocsin-process.js';
import { committed } from '../../support/committed.js';
import { listAll } from '../../support/list-all.js';
import { sumOfMetric } from '../../support/sum-of-metric.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import type { Subject } from './subject.js';

interface AlertCounts {
  readonly receivedCount: number;
}

/** The whole service as `npm start` runs it: SQLite in a data directory of its own, the default bundle. */
export async function startTocsinSubject(): Promise<Subject> {
  const tocsin = await startTocsin();
  const lag = async (): Promise<number> => {
    const page = await (await fetch(`${tocsin.url}/metrics`)).text();
    const entries = sumOfMetric(page, 'tocsin_log_lag_entries');
    if (entries === null) throw new Error('GET /metrics has no tocsin_log_lag_entries.');
    return entries;
  };
  return {
    port: Number(new URL(tocsin.url).port),
    pid: tocsin.pid,
    settle: async () => {
      const backlog = await lag();
      await waitUntil(
        { what: 'the engine to catch up with the log', timeoutMs: 60_000, everyMs: 20 },
        async (seen) => {
          const entries = await lag();
          seen(`${entries} entries behind`);
          return entries === 0;
        },
      );
      return { backlog };
    },
    check: ({ alerts, series }) => checkStored(tocsin.url, { alerts, series }),
    stop: async () => {
      await tocsin.stop();
    },
  };
}

/** Reads every alert back: one for each series, and every message counted on exactly one of them. */
async function checkStored(url: string, sent: { alerts: number; series: number }): Promise<string[]> {
  await committed(url);
  let alerts = 0;
  let received = 0;
  for await (const alert of listAll<AlertCounts>(`${url}/api/v1/alerts?limit=500`)) {
    alerts += 1;
    received += alert.receivedCount;
  }
  const problems: string[] = [];
  if (alerts !== sent.series) problems.push(`It was sent ${sent.series} series and holds ${alerts} alerts.`);
  if (received !== sent.alerts) {
    problems.push(`It acknowledged ${sent.alerts} alerts and its alerts count ${received} messages.`);
  }
  return problems;
}
