import { parseArgs } from 'node:util';

export const partNames = ['topic', 'http', 'replicas', 'drain', 'trips'] as const;
export type PartName = (typeof partNames)[number];

export interface KafkaBenchOptions {
  readonly parts: readonly PartName[];
  /** In a topic, per run. */
  readonly messages: number;
  /** Of the burst. */
  readonly burst: number;
  readonly pairs: number;
  readonly partitions: number;
  readonly shards: number;
  readonly newShare: number;
  readonly measureMs: number;
  readonly connections: number;
  readonly seed: number;
  readonly json: boolean;
}

export const help = `Measures the distributed set on a Kafka and a MongoDB-protocol server that it starts itself.

Usage: npm run bench:kafka -- [options]

  --parts LIST      of topic, http, replicas, drain, trips (default all of them, about seven minutes)
  --messages N      alerts in the topic of each run (default 300000: in fewer, compiling the code counts)
  --burst N         alerts of the burst (default 100000)
  --pairs N         how often topic runs in turn with the bare client (default 2)
  --partitions N    of the topic (default 4)
  --shards N        of the log (default 4)
  --new PERCENT     alerts that are new, the others repeat one (default 5)
  --seconds N       measured time of http (default 6)
  --connections N   of http, one request of 100 alerts at a time on each (default 4)
  --seed N          another seed makes other alerts (default 1)
  --json            goals as JSON on stdout
  --help

  topic      from a topic to the last commit in the store, beside a process that only consumes, parses, produces and consumes
             the same messages with the same client, and one that only writes the rows that are in the store in the end
  http       from POST to the last commit
  replicas   topic with one, two and three replicas
  drain      a burst into a topic that is being read: how long until all of it is committed
  trips      commands to the store for 1,000 alerts, by a proxy that counts them

A topic is full before it is read; time counts from the moment that the group has assigned it. After each run the alerts in the
store must add up to what was sent, or the run is void and the exit code is 1. The store is a small Java server that speaks
MongoDB's protocol, and everything shares the cores of this machine: compare the ratios, not the rates.

Examples:
  npm run bench:kafka
  npm run bench:kafka -- --parts topic,trips --messages 20000 --pairs 1
  npm run bench:kafka -- --parts drain --burst 20000
`;

/** Reads the command line. Throws with a message for people when it can't be understood; null = help was asked for. */
export function readOptions(args: readonly string[]): KafkaBenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      parts: { type: 'string', default: partNames.join(',') },
      messages: { type: 'string', default: '300000' },
      burst: { type: 'string', default: '100000' },
      pairs: { type: 'string', default: '2' },
      partitions: { type: 'string', default: '4' },
      shards: { type: 'string', default: '4' },
      new: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '6' },
      connections: { type: 'string', default: '4' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    parts: values.parts.split(',').map(findPart),
    messages: readWhole('--messages', values.messages, 100),
    burst: readWhole('--burst', values.burst, 100),
    pairs: readWhole('--pairs', values.pairs, 1),
    partitions: readWhole('--partitions', values.partitions, 1),
    shards: readWhole('--shards', values.shards, 1),
    newShare: readWhole('--new', values.new, 1) / 100,
    measureMs: readWhole('--seconds', values.seconds, 1) * 1_000,
    connections: readWhole('--connections', values.connections, 1),
    seed: readWhole('--seed', values.seed, 0),
    json: values.json,
  };
}

function findPart(name: string): PartName {
  const found = partNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new Error(`There is no part "${name}". Known: ${partNames.join(', ')}.`);
}

function readWhole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${option} takes a whole number from ${least} on, not "${text}".`);
}
