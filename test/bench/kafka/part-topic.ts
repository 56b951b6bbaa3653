import { medianOf } from '../ingest/compare.js';
import { createTopic, fillTopic } from './fill-topic.js';
import { type PartContext, perSecond, type RunPart, whole } from './part.js';
import { runBare, runBareRows } from './run-bare.js';
import { newTopic, runTopic, type TopicRun } from './run-topic.js';
import { makeTopicMessages } from './topic-messages.js';

const warmUp = 10_000;

interface BareRun {
  readonly alertsPerSecond: number;
  readonly ms: number;
  readonly cpuMsPerThousand: number;
}

/** From a topic to committed incidents, beside the least that any service on the same client would have to do. */
export const runTopicPart: RunPart = async (context) => {
  // The servers compile their code while they are first used.
  await runPair({ ...context, options: { ...context.options, messages: warmUp }, show: () => undefined });
  const rates: number[] = [];
  const bounds: number[] = [];
  const costs: number[] = [];
  const runs: TopicRun[] = [];
  for (let pair = 0; pair < context.options.pairs; pair += 1) {
    const { bare, run, rowsMs } = await runPair(context);
    runs.push(run);
    bounds.push((bare.ms + rowsMs) / run.ms);
    rates.push(run.alertsPerSecond / bare.alertsPerSecond);
    costs.push(run.cpuMsPerThousand / bare.cpuMsPerThousand);
  }
  const [rate, cost, bound] = [rates, costs, bounds].map((ratios) => medianOf(ratios.sort((a, b) => a - b)));
  return {
    problems: runs.flatMap(({ problems }) => problems),
    goals: [
      {
        name: 'topic to committed incidents',
        ...{ value: rate ?? Number.NaN, unit: '× a bare client', bound: 'at least', limit: 0.8 },
        detail: `median of ${rates.length}; ${(bound ?? Number.NaN).toFixed(2)} × a bare client that then also writes the rows; CPU time ${(cost ?? Number.NaN).toFixed(1)} × that of the bare client`,
      },
    ],
  };
};

interface Pair {
  readonly bare: BareRun;
  readonly run: TopicRun;
  /** To write what is in the store in the end, each row once, with the driver alone. */
  readonly rowsMs: number;
}

async function runPair(context: PartContext): Promise<Pair> {
  const bare = await runBareClient(context);
  const run = await runTopic(context, { name: 'Tocsin, one replica', replicas: 1 });
  const { rows, ms: rowsMs } = await runBareRows(run.stored);
  context.show(
    `${'its rows, bare driver'.padEnd(24)} ${whole(perSecond(rows, rowsMs)).padStart(8)} rows/s of ${whole(rows)}`,
  );
  return { bare, run, rowsMs };
}

async function runBareClient({ options, servers, show }: PartContext): Promise<BareRun> {
  const { messages: count, partitions, newShare, seed } = options;
  const messages = makeTopicMessages({ count, partitions, newShare, seed });
  const [from, to] = [newTopic('from'), newTopic('to')];
  for (const topic of [from, to]) await createTopic(servers.kafka, topic, partitions);
  await fillTopic(servers.kafka, from, messages);
  const { ms, cpuMs } = await runBare({ brokers: servers.kafka.brokers, from, to, count });
  const run = { ms, alertsPerSecond: perSecond(count, ms), cpuMsPerThousand: (cpuMs / count) * 1_000 };
  show(
    `${'bare client'.padEnd(24)} ${whole(run.alertsPerSecond).padStart(8)} alerts/s  ${run.cpuMsPerThousand.toFixed(0).padStart(5)} ms CPU for 1,000`,
  );
  return run;
}
