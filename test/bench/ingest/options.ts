import { parseArgs } from 'node:util';
import { partNames, type PartName } from './part.js';
import { subjectNames, type SubjectName } from './subject.js';

export interface BenchCase {
  readonly name: string;
  readonly batch: number;
  /** Share of alerts that belong to a series never sent before. */
  readonly newShare: number;
  /** Least ratio of Tocsin's rate to Alertmanager's; null: shown only. */
  readonly goal: number | null;
}

const cases: readonly BenchCase[] = [
  { name: 'batch-100', batch: 100, newShare: 0.1, goal: 3 },
  { name: 'batch-1', batch: 1, newShare: 0.1, goal: 2 },
  { name: 'all-new', batch: 100, newShare: 1, goal: null },
];

export interface BenchOptions {
  readonly parts: readonly PartName[];
  readonly cases: readonly BenchCase[];
  readonly pairs: number;
  readonly measureMs: number;
  readonly warmupMs: number;
  readonly connections: number;
  readonly series: number;
  readonly seed: number;
  /** One server alone; null: all, to compare. */
  readonly only: SubjectName | null;
  readonly json: boolean;
}

export const help = `Sends the same alerts to Tocsin and to Debian's Alertmanager, each alone at its turn, and compares.

Usage: npm run bench:ingest -- [options]

  --parts LIST      of rates, latency, memory, scale, restart, notify, bundle (default all, about twelve minutes)
  --seconds N       measured time of each run (default 6)
  --warmup N        seconds of the same load before it, not measured (default 2)
  --pairs N         how often each case runs on both servers in turn (default 3)
  --cases LIST      of batch-100, batch-1, all-new (default batch-100,batch-1); for rates and latency
  --connections N   keep-alive connections, one request at a time on each (default 32)
  --series N        series that fire from the start and are repeated (default 20000)
  --seed N          another seed makes other series (default 1)
  --only NAME       rates of one server alone: tocsin, alertmanager or bare-node; nothing is compared
  --json            results as JSON on stdout
  --help

  rates      alerts and requests a second, as fast as the answers come
  latency    p99 of the answer at half of the rate that Alertmanager takes
  memory     resident memory with 200,000 active alerts
  scale      CPU time per alert with 200,000 active ones and with 2,000
  restart    a start with 200,000 active alerts and 20,000 open incidents
  notify     from an alert to the first notification, at a tenth of the rate that Tocsin takes
  bundle     Tocsin with the default bundle beside itself with three of its rules, services and inhibitions left out

Nine of ten alerts repeat a known series with a new end, one of ten is a series never sent before (all-new: all are).
Tocsin runs with the default bundle, but groups as Alertmanager does here, and both tell nobody (notify: a receiver of the
benchmark). After each run what the server holds must add up to what it acknowledged, or the run is void and the exit code
is 1. Tocsin's rate counts the time until its engine has caught up with its log: an alert that waits is not triaged yet.
CPU is a share of one core. "others" is what the rest of the machine took: run it where that is little.

Examples:
  npm run bench:ingest
  npm run bench:ingest -- --seconds 2 --pairs 1 --cases batch-100 --json
  npm run bench:ingest -- --parts rates --only alertmanager --connections 8
  npm run bench:ingest -- --parts restart,memory
`;

/** Reads the command line. Throws with a message for people when it can't be understood; null = help was asked for. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      parts: { type: 'string', default: partNames.join(',') },
      seconds: { type: 'string', default: '6' },
      warmup: { type: 'string', default: '2' },
      pairs: { type: 'string', default: '3' },
      cases: { type: 'string', default: 'batch-100,batch-1' },
      connections: { type: 'string', default: '32' },
      series: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    parts: values.only === undefined ? values.parts.split(',').map(findPart) : ['rates'],
    cases: values.cases.split(',').map(findCase),
    pairs: readWhole('--pairs', values.pairs, 1),
    measureMs: readWhole('--seconds', values.seconds, 1) * 1_000,
    warmupMs: readWhole('--warmup', values.warmup, 0) * 1_000,
    connections: readWhole('--connections', values.connections, 1),
    series: readWhole('--series', values.series, 1),
    seed: readWhole('--seed', values.seed, 0),
    only: values.only === undefined ? null : findSubject(values.only),
    json: values.json,
  };
}

function findPart(name: string): PartName {
  const found = partNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new Error(`There is no part "${name}". Known: ${partNames.join(', ')}.`);
}

function findCase(name: string): BenchCase {
  const found = cases.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new Error(`There is no case "${name}". Known: ${cases.map((known) => known.name).join(', ')}.`);
}

function findSubject(name: string): SubjectName {
  const found = subjectNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new Error(`There is no server "${name}". Known: ${subjectNames.join(', ')}.`);
}

function readWhole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${option} takes a whole number from ${least} on, not "${text}".`);
}
