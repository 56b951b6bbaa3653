import { performance } from 'node:perf_hooks';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { BenchCase } from './bench-case.js';
import { makeAlerts } from './make-alerts.js';
import { makeRules } from './make-rules.js';
import type { MakeSubject, Subject, SubjectName } from './subject.js';

export interface CaseResult {
  readonly case: string;
  readonly rules: number;
  /** Microseconds of CPU time per alert: the best of the rounds. */
  readonly micros: Readonly<Partial<Record<SubjectName, number>>>;
  /** The same of JSON.parse of the alerts. */
  readonly parseMicros: number;
  /** Rules that an alert matches, on average, and the share of alerts that match any. */
  readonly matchesPerAlert: number;
  readonly matchingShare: number;
  /** What does not add up; empty: the case counts. */
  readonly problems: readonly string[];
}

interface Settings {
  readonly seed: number;
  readonly rounds: number;
  /** Milliseconds that a round of a subject may take about. */
  readonly roundMs: number;
}

const mostPerRound = 2_000;

/** All subjects on the same alerts, by turns, none seen before by the subject; first what they find must be the same. */
export async function runCase(
  bench: BenchCase,
  make: Readonly<Partial<Record<SubjectName, MakeSubject>>>,
  settings: Settings,
): Promise<CaseResult> {
  const { seed, rounds } = settings;
  const rules = makeRules(bench, seed);
  const count = mostPerRound * (rounds + 1);
  const texts = makeAlerts(bench, rules, { count, seed }).map((alert) => JSON.stringify(alert));
  const subjects = Object.values(make).map((makeOne) => makeOne(rules, bench));
  const checked = await compareFindings(subjects, texts.slice(0, mostPerRound), settings);
  const micros: Partial<Record<SubjectName, number>> = {};
  let parseMicros = Infinity;
  for (let round = 1; round <= rounds; round += 1) {
    const fresh = texts.slice(round * mostPerRound, (round + 1) * mostPerRound);
    parseMicros = Math.min(parseMicros, timeParse(fresh));
    for (const subject of subjects) {
      const { name } = subject;
      const alerts = fresh.slice(0, checked.perRound.get(name)).map(parseAlert);
      micros[name] = Math.min(micros[name] ?? Infinity, await timeMatch(subject, alerts));
    }
  }
  return {
    ...{ case: bench.name, rules: bench.rules, micros, parseMicros },
    ...{ matchesPerAlert: checked.matchesPerAlert, matchingShare: checked.matchingShare },
    problems: checked.problems,
  };
}

/** What each finds is held against what the first one finds; slow ones are asked fewer alerts. */
async function compareFindings(
  subjects: readonly Subject[],
  texts: readonly string[],
  { roundMs }: Settings,
): Promise<
  Pick<CaseResult, 'matchesPerAlert' | 'matchingShare' | 'problems'> & {
    readonly perRound: ReadonlyMap<SubjectName, number>;
  }
> {
  const alerts = texts.map(parseAlert);
  const perRound = new Map<SubjectName, number>();
  const problems: string[] = [];
  const expected: string[] = [];
  let matches = 0;
  let matching = 0;
  for (const subject of subjects) {
    const isFirst = subject === subjects[0];
    const begun = performance.now();
    let asked = 0;
    for (const alert of alerts) {
      // The first one says what is right, so it is asked them all.
      if (!isFirst && asked >= 20 && performance.now() - begun > roundMs * 5) break;
      const found = [...(await subject.match(alert))].sort();
      if (isFirst) {
        expected.push(found.join(' '));
        matches += found.length;
        if (found.length > 0) matching += 1;
      } else if (found.join(' ') !== expected[asked] && problems.length < 3) {
        problems.push(
          `${subject.name} matches [${found.join(' ')}] where ${subjects[0]?.name ?? ''} matches [${expected[asked] ?? ''}]: ${texts[asked] ?? ''}`,
        );
      }
      asked += 1;
    }
    const each = (performance.now() - begun) / asked;
    perRound.set(subject.name, Math.max(1, Math.min(mostPerRound, Math.ceil(roundMs / each))));
  }
  return {
    ...{ perRound, problems },
    ...{ matchesPerAlert: matches / alerts.length, matchingShare: matching / alerts.length },
  };
}

async function timeMatch(subject: Subject, alerts: readonly IncomingAlert[]): Promise<number> {
  const begun = process.cpuUsage();
  for (const alert of alerts) {
    const found = subject.match(alert);
    if (found instanceof Promise) await found;
  }
  return cpuMicrosSince(begun) / alerts.length;
}

function timeParse(texts: readonly string[]): number {
  const begun = process.cpuUsage();
  for (const text of texts) JSON.parse(text);
  return cpuMicrosSince(begun) / texts.length;
}

function cpuMicrosSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return user + system;
}

function parseAlert(text: string): IncomingAlert {
  return JSON.parse(text) as IncomingAlert;
}
