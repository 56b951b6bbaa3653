import type { Goal } from '../ingest/goal.js';
import { ratioOf } from '../ingest/ratio-of.js';
import type { CaseResult } from './run-cases.js';
import type { SubjectName } from './subject.js';

type Limit = Pick<Goal, 'name' | 'bound' | 'limit'>;

/** What is asked of the cases that ran; a goal whose cases or subjects did not is left out. */
export function goalsOfCases(cases: readonly CaseResult[]): readonly Goal[] {
  const turns = (name: string, subject: SubjectName): readonly number[] | undefined =>
    turnsOf(cases, name, subject)?.micros;
  return [
    ...ratio(turns('rules-10000', 'described'), turns('rules-100', 'described'), {
      ...{ name: 'an alert described by 10,000 rules beside 100', bound: 'at most', limit: 1.5 },
    }),
    ...ratio(turns('rules-10000', 'indexed'), turns('rules-100', 'indexed'), {
      ...{ name: 'a set of 10,000 rules matched beside 100', bound: 'at most', limit: 1.5 },
    }),
    ...ratio(turns('base', 'indexed'), turnsOf(cases, 'base', 'indexed')?.parseMicros, {
      ...{ name: '1,000 rules matched beside JSON.parse of the alert', bound: 'at most', limit: 1 },
    }),
    ...ratio(turns('alike', 'remembered'), turns('alike', 'described'), {
      ...{
        name: 'alerts that are alike described with the cache beside without',
        bound: 'at most',
        limit: 1,
      },
    }),
    ...ratio(turns('rules-10000', 'json-rules-engine'), turns('rules-10000', 'indexed'), {
      ...{ name: 'json-rules-engine beside 10,000 rules matched', bound: 'at least', limit: 1_000 },
    }),
  ];
}

function turnsOf(
  cases: readonly CaseResult[],
  name: string,
  subject: SubjectName,
): CaseResult['turns'][SubjectName] {
  return cases.find((each) => each.case === name)?.turns[subject];
}

/** Turn by turn: the n-th of one is held against the n-th of the other. */
function ratio(
  of: readonly number[] | undefined,
  to: readonly number[] | undefined,
  goal: Limit,
): readonly Goal[] {
  if (of === undefined || to === undefined) return [];
  const ratios = of.map((micros, turn) => micros / (to[turn] as number));
  const { value, detail } = ratioOf(ratios, 'turns');
  const best = `best ${Math.min(...of).toFixed(2)} and ${Math.min(...to).toFixed(2)} µs`;
  return [{ ...goal, value, unit: 'x', detail: `${detail}; ${best}` }];
}
