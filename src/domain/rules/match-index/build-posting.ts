import type { AccessPoint } from './access-point.js';
import type { AccessPlan } from './access-plan.js';
import type { Member } from './build-node.js';
import type { Posting } from './index-node.js';
import type { Likelihoods } from './likelihoods.js';
import type { ValueIds } from './value-ids.js';

/** What an index is made of while it grows. */
export interface IndexDraft {
  readonly rows: number[];
  readonly values: ValueIds;
}

/** A rule with more alternatives than this is asked for none of them. */
const mostAlternatives = 4;
/** What comparing two numbers costs, in comparisons of plain values. */
const costOfNumbers = 0.2;

/** What it costs to read and number another value of a subject. */
const costOfValue = 1.5;

/**
 * Lays rules out side by side, each with values that it asks for beside the field that led here: most of those that do not match are
 * told by that alone. Rare values are best, but such as other rules here ask for too have been read already.
 */
export function buildPosting(
  members: readonly Member[],
  context: { readonly likelihoods: Likelihoods; readonly draft: IndexDraft },
): { readonly posting: Posting; readonly cost: number } {
  const { rows, values } = context.draft;
  const begin = rows.length;
  const [lowest] = members as readonly [Member, ...Member[]];
  const asked = members.map(({ plan }) => [...askedValues(plan, context.likelihoods)]);
  const askers = new Map<string, number>();
  for (const { name } of asked.flat()) askers.set(name, (askers.get(name) ?? 0) + 1);
  let cost = 0;
  for (const [at, { number, cost: ofTrying }] of members.entries()) {
    let best: AskedValues | null = null;
    let lowestCost = ofTrying + 1;
    for (const each of asked[at] as readonly AskedValues[]) {
      const ofReading = costOfValue / (askers.get(each.name) as number);
      const ofAsking = costOfNumbers + ofReading + Math.min(1, each.likely) * (ofTrying + 1);
      if (ofAsking >= lowestCost) continue;
      best = each;
      lowestCost = ofAsking;
    }
    if (best === null) rows.push(number, -1, -1);
    for (const { field, text } of best?.points ?? []) {
      const { slot, id } = values.number(field, text);
      rows.push(number, slot, id);
    }
    cost += lowestCost;
  }
  return { posting: { begin, end: rows.length, node: null, first: lowest.number }, cost };
}

/** Values of one field, of which a subject has one wherever the rule matches. */
interface AskedValues {
  readonly name: string;
  readonly points: readonly AccessPoint[];
  readonly likely: number;
}

/** All that the plan asks for in any case and that could be numbered. */
function* askedValues(plan: AccessPlan, likelihoods: Likelihoods): Iterable<AskedValues> {
  if (plan.kind === 'all') for (const part of plan.of) yield* askedValues(part, likelihoods);
  if (plan.kind !== 'points' || plan.points.length > mostAlternatives) return;
  const [first] = plan.points;
  if (first === undefined) return;
  let likely = 0;
  for (const point of plan.points) {
    if (point.kind !== 'equal' || likelihoods.priceOf(point) === null) return;
    likely += likelihoods.of(point);
  }
  yield { name: first.name, points: plan.points, likely };
}
