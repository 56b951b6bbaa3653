import { runApart } from '../run-apart.js';
import type { BenchCase } from './bench-case.js';
import { makeAlerts } from './make-alerts.js';
import { makeRules } from './make-rules.js';
import type { SubjectPlan, SubjectResult } from './subject-process.js';
import type { SubjectName } from './subject.js';

export interface CaseResult {
  readonly case: string;
  readonly rules: number;
  /** What each subject took, turn by turn, in a process of its own. */
  readonly turns: Readonly<Partial<Record<SubjectName, Pick<SubjectResult, 'micros' | 'parseMicros'>>>>;
  /** Rules that an alert matches, on average, and the share of alerts that match any. */
  readonly matchesPerAlert: number;
  readonly matchingShare: number;
  /** What does not add up; empty: the case counts. */
  readonly problems: readonly string[];
}

interface Settings extends Pick<SubjectPlan, 'seed' | 'rounds' | 'roundMs'> {
  readonly subjects: readonly SubjectName[];
}

type Findings = ReadonlyMap<SubjectName, SubjectResult>;

/** Cases that are compared with each other: a subject takes its turns on them in one process. Others have one of their own. */
const besides: readonly (readonly string[])[] = [['rules-100', 'rules-10000']];

/**
 * Each subject in a process of its own: what another one leaves behind, a large heap or code that the compiler has seen used in more
 * ways, would be taken for its cost. All match the same alerts, and what they find must be the same.
 */
export async function* runCases(cases: readonly BenchCase[], settings: Settings): AsyncGenerator<CaseResult> {
  const { subjects, seed, rounds, roundMs } = settings;
  for (const together of groupsOf(cases)) {
    const all = together.map(() => new Map<SubjectName, SubjectResult>());
    for (const subject of subjects) {
      // The first one says what is right.
      const plan: SubjectPlan = {
        subject,
        cases: together,
        seed,
        rounds,
        roundMs,
        isAskedAll: subject === subjects[0],
      };
      const entry = new URL('./subject-process.js', import.meta.url);
      const results = await runApart<readonly SubjectResult[]>(entry, plan);
      results.forEach((result, index) => all[index]?.set(subject, result));
    }
    for (const [index, bench] of together.entries()) yield describe(bench, all[index] as Findings, seed);
  }
}

function groupsOf(cases: readonly BenchCase[]): readonly (readonly BenchCase[])[] {
  const groups = new Map<unknown, BenchCase[]>();
  for (const bench of cases) {
    const key = besides.find((names) => names.includes(bench.name)) ?? bench;
    groups.set(key, [...(groups.get(key) ?? []), bench]);
  }
  return [...groups.values()];
}

function describe(bench: BenchCase, findings: Findings, seed: number): CaseResult {
  const [[, { found: expected }]] = [...findings] as unknown as [[SubjectName, SubjectResult]];
  const matching = expected.filter((ids) => ids !== '');
  const matches = matching.reduce((sum, ids) => sum + ids.split(' ').length, 0);
  const turns = [...findings].map(
    ([name, { micros, parseMicros }]) => [name, { micros, parseMicros }] as const,
  );
  return {
    ...{ case: bench.name, rules: bench.rules, turns: Object.fromEntries(turns) },
    ...{ matchesPerAlert: matches / expected.length, matchingShare: matching.length / expected.length },
    problems: differences(bench, findings, seed),
  };
}

/** The first alert of each subject for which it finds other rules than the first subject. */
function differences(bench: BenchCase, findings: Findings, seed: number): readonly string[] {
  const [[right, { found: expected }], ...others] = [...findings] as [
    [SubjectName, SubjectResult],
    ...[SubjectName, SubjectResult][],
  ];
  return others.flatMap(([name, { found }]) => {
    const asked = found.findIndex((ids, index) => ids !== expected[index]);
    if (asked < 0) return [];
    const alert = makeAlerts(bench, makeRules(bench, seed), { count: asked + 1, seed }).at(-1);
    return `${name} matches [${found[asked]}] where ${right} matches [${expected[asked]}]: ${JSON.stringify(alert)}`;
  });
}
