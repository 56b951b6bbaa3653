import { describeGoal, type Goal } from '../ingest/goal.js';
import { pinToTwoCores } from '../ingest/pin-cores.js';
import { startKafka } from '../../support/servers/kafka.js';
import { startMongo } from '../../support/servers/mongo.js';
import { help, type KafkaBenchOptions, partNames, type PartName, readOptions } from './options.js';
import { runDrain } from './part-drain.js';
import { runHttp } from './part-http.js';
import { runReplicas } from './part-replicas.js';
import { runTopicPart } from './part-topic.js';
import { runTrips } from './part-trips.js';
import type { RunPart } from './part.js';
import { runTool } from '../run-tool.js';

const parts: Readonly<Record<PartName, RunPart>> = {
  topic: runTopicPart,
  http: runHttp,
  replicas: runReplicas,
  drain: runDrain,
  trips: runTrips,
};

// A run that broke off may have left connections open.
process.exit(await runTool({ help, readOptions, run: bench }, process.argv.slice(2)));

/** Exit code: 0 every run adds up, 1 a run is void. Goals are shown, not enforced: machines differ. */
async function bench(options: KafkaBenchOptions): Promise<number> {
  const show = (line: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const machine = pinToTwoCores();
  show(`${machine}, ${options.partitions} partitions, ${options.shards} shards, seed ${options.seed}`);
  const [kafka, mongo] = await Promise.all([startKafka(), startMongo({ quick: true })]);
  const goals: Goal[] = [];
  let isVoid = false;
  try {
    for (const part of partNames.filter((name) => options.parts.includes(name))) {
      const result = await parts[part]({ options, servers: { kafka, mongo }, show });
      goals.push(...result.goals);
      for (const problem of result.problems ?? []) {
        isVoid = true;
        show(`${part}: VOID: ${problem}`);
      }
    }
  } finally {
    await Promise.all([kafka.stop(), mongo.stop()]);
  }
  for (const goal of goals) show(describeGoal(goal));
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, goals }, null, 2)}\n`);
  return isVoid ? 1 : 0;
}
