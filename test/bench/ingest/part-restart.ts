import { listAll } from '../../support/list-all.js';
import { startLoad } from './start-load.js';
import { startTocsinSubject, type TocsinSubject } from './subject-tocsin.js';
import type { RunPart } from './part.js';

const active = 200_000;
const incidents = 20_000;

/** How long a start takes that has to load a large state. */
export const runRestart: RunPart = async ({ options, show }) => {
  const subject = await startTocsinSubject({ groupBy: ['group'] });
  try {
    const { sentAlerts, sentSeries } = await startLoad(
      {
        ...{ port: subject.port, path: '/api/v2/alerts', answerWithinMs: 30_000, batch: 100, newShare: 0 },
        ...{ series: active, groups: incidents, connections: options.connections, seed: options.seed },
        ...{ warmupMs: 0, measureMs: 0, requestsPerSecond: null },
      },
      {
        onWarm: async () => {
          await subject.settle();
        },
        onMeasuring: () => undefined,
      },
    );
    await subject.settle();
    const startMs = await subject.restart();
    const open = await countIncidents(subject);
    show(
      `restart with ${sentSeries} active alerts and ${open} incidents: ${startMs.toFixed(0)} ms until ready`,
    );
    const problems = [...(await subject.check({ alerts: sentAlerts, series: sentSeries }))];
    if (open !== incidents) problems.push(`It has ${open} incidents where there should be ${incidents}.`);
    return {
      problems,
      goals: [
        {
          name: `restart with ${active.toLocaleString('en-US')} active alerts and ${incidents.toLocaleString('en-US')} open incidents`,
          ...{ value: startMs / 1_000, unit: 's', bound: 'at most', limit: 5 },
          detail: 'from the start of the process until it is ready',
        },
      ],
    };
  } finally {
    await subject.stop();
  }
};

async function countIncidents({ url }: TocsinSubject): Promise<number> {
  const ids = new Set<string>();
  const list = listAll<{ readonly id: string }>(`${url}/api/v1/incidents?limit=200&state=new`);
  for await (const { id } of list) ids.add(id);
  return ids.size;
}
