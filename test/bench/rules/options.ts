import { parseArgs } from 'node:util';
import { benchCases, type BenchCase } from './bench-case.js';
import { subjectNames, type SubjectName } from './subject.js';

export const partNames = ['cases', 'lists', 'reload', 'live', 'bundle'] as const;
export type PartName = (typeof partNames)[number];

export interface BenchOptions {
  readonly parts: readonly PartName[];
  readonly cases: readonly BenchCase[];
  readonly subjects: readonly SubjectName[];
  readonly rounds: number;
  readonly roundMs: number;
  readonly seed: number;
  readonly json: boolean;
}

export const help = `Matches the same alerts against the same rules with Tocsin and with other engines, each in a process of its own, and
compares.

Usage: npm run bench:rules -- [options]

  --parts LIST      of cases, lists, reload, live, bundle (default all, about six minutes)
  --cases LIST      of those below (default all)
  --subjects LIST   of ${subjectNames.join(', ')} (default all)
  --rounds N        turns of each subject after three to warm up: of times the best is shown, of ratios the median and
                    the spread (default 12)
  --round-ms N      about how long a turn lasts (default 200)
  --seed N          another seed makes other rules and alerts (default 1)
  --json            results as JSON on stdout
  --help

${benchCases.map(({ name, what }) => `  ${name.padEnd(16)}${what}`).join('\n')}

Cases are as the first one but for what they name. A rule asks for a service, a name and one or two of the other labels;
services are a fifth as many as rules, so that the estate grows with the rules and an alert matches as many of 10,000 as of 100.
"1 % match" is the share of alerts that were made to match a rule. Each alert is new to the subject that it is timed on.
On rules-100 and rules-10000 a subject takes its turns alternately, in one process, and each turn on one is held against its neighbour.
Where two subjects find different rules for an alert the case is void and the exit code is 1.

  linear      tries rule after rule
  indexed     looks them up, as a stage of triage does, without a cache
  described   all stages that describe an alert, looked up, without a cache
  remembered  the same with the engine's cache, which rests where alerts are too different

  reload      a bundle of 10,000 rules from its text to the rules in force, and its memory
  live        reloads of it by a service that takes alerts in, what requests wait meanwhile, and whether an alert is missed or
              judged by parts of two bundles, which voids it
  lists       silences, windows of maintenance, inhibitions and routes
  bundle      what the default bundle costs beside three rules

Times are CPU time, to be compared within one run.

Examples:
  npm run bench:rules
  npm run bench:rules -- --parts cases --cases base,rules-10000 --subjects linear,json-logic-engine --rounds 4
`;

/** Reads the command line. Throws with a message for people when it can't be understood; null = help was asked for. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      parts: { type: 'string', default: partNames.join(',') },
      cases: { type: 'string', default: benchCases.map(({ name }) => name).join(',') },
      subjects: { type: 'string', default: subjectNames.join(',') },
      rounds: { type: 'string', default: '12' },
      'round-ms': { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    parts: values.parts.split(',').map((name) => findKnown('part', name, partNames)),
    cases: values.cases.split(',').map((name) => findNamed('case', name, benchCases)),
    subjects: values.subjects.split(',').map((name) => findKnown('subject', name, subjectNames)),
    rounds: readWhole('--rounds', values.rounds, 1),
    roundMs: readWhole('--round-ms', values['round-ms'], 1),
    seed: readWhole('--seed', values.seed, 0),
    json: values.json,
  };
}

function findKnown<T extends string>(what: string, name: string, all: readonly T[]): T {
  const known = all.map((one) => ({ name: one }));
  return findNamed(what, name, known).name;
}

function findNamed<T extends { readonly name: string }>(what: string, name: string, all: readonly T[]): T {
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`There is no ${what} "${name}". Known: ${all.map(({ name: known }) => known).join(', ')}.`);
}

function readWhole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${option} takes a whole number from ${least} on, not "${text}".`);
}
