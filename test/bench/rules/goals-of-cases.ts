import type { Goal } from '../ingest/goal.js';
import type { CaseResult } from './run-case.js';
import type { SubjectName } from './subject.js';

/** What is asked of the cases that ran; a goal whose cases or subjects did not is left out. */
export function goalsOfCases(cases: readonly CaseResult[]): readonly Goal[] {
  const micros = (name: string, subject: SubjectName): number | undefined =>
    cases.find((each) => each.case === name)?.micros[subject];
  const parse = cases.find((each) => each.case === 'base')?.parseMicros;
  return [
    ...ratio(micros('rules-10000', 'described'), micros('rules-100', 'described'), {
      ...{ name: 'an alert described by 10,000 rules beside 100', bound: 'at most', limit: 1.5 },
    }),
    ...ratio(micros('rules-10000', 'indexed'), micros('rules-100', 'indexed'), {
      ...{ name: 'a set of 10,000 rules matched beside 100', bound: 'at most', limit: 1.5 },
    }),
    ...ratio(micros('base', 'indexed'), parse, {
      ...{ name: '1,000 rules matched beside JSON.parse of the alert', bound: 'at most', limit: 1 },
    }),
    ...ratio(micros('alike', 'remembered'), micros('alike', 'described'), {
      ...{
        name: 'alerts that are alike described with the cache beside without',
        bound: 'at most',
        limit: 1,
      },
    }),
    ...ratio(micros('rules-10000', 'json-rules-engine'), micros('rules-10000', 'indexed'), {
      ...{ name: 'json-rules-engine beside 10,000 rules matched', bound: 'at least', limit: 1_000 },
    }),
  ];
}

function ratio(
  of: number | undefined,
  to: number | undefined,
  goal: Pick<Goal, 'name' | 'bound' | 'limit'>,
): readonly Goal[] {
  if (of === undefined || to === undefined) return [];
  return [{ ...goal, value: of / to, unit: 'x', detail: `${of.toFixed(2)} to ${to.toFixed(2)} µs` }];
}
