import { startLoad } from '../ingest/start-load.js';
import { openBenchSite } from './bench-site.js';
import { perSecond, type RunPart, whole } from './part.js';

/** Shown only. The rate counts the time until the last alert is committed. */
export const runHttp: RunPart = async ({ options, servers, show }) => {
  const { shards, newShare, seed, measureMs, connections } = options;
  const site = await openBenchSite(servers, { shards, replicas: 1 });
  try {
    let before = 0;
    let startedAt = 0;
    const load = await startLoad(
      {
        ...{ port: Number(new URL(site.replicas[0]!.url).port), path: '/api/v2/alerts' },
        ...{ answerWithinMs: 10_000, batch: 100, series: 2_000, warmupMs: 500, requestsPerSecond: null },
        ...{ newShare, seed, connections, measureMs },
      },
      {
        onWarm: async () => {
          before = await calm(site.committed);
        },
        onMeasuring: () => {
          startedAt = Date.now();
        },
      },
    );
    await site.allCommitted(load.sentAlerts);
    const rate = perSecond(load.sentAlerts - before, Date.now() - startedAt);
    show(
      `HTTP, batches of 100: ${whole(rate)} alerts/s to the commit, ${whole(perSecond(load.alerts, load.measuredMs))} acknowledged, p50 ${load.p50Ms.toFixed(1)} ms, p99 ${load.p99Ms.toFixed(1)} ms`,
    );
    return {
      goals: [],
      problems: await site.check({ alerts: load.sentAlerts, series: load.sentSeries }),
    };
  } finally {
    await site.stop();
  }
};

/** Resolves when nothing was committed for a second, with what is. */
async function calm(committed: () => Promise<number>): Promise<number> {
  for (let before = await committed(); ;) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const now = await committed();
    if (now === before) return now;
    before = now;
  }
}
