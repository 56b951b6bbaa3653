import type { PresentedTrace } from '../adapters/http/present-trace.js';
import type { RuleRef } from '../domain/alert/rule-ref.js';
import type { RuleTry } from '../domain/triage/trace/rule-try.js';

/** What became of one rule with one alert. */
export interface Miss {
  readonly alert: PresentedTrace['alert'];
  readonly stage: string;
  /** The try that came nearest: a service may have several. */
  readonly try: RuleTry;
  /** The rule that took the alert before this one's turn; null: none did. */
  readonly takenBy: RuleRef | null;
}

/** What was tried of the rule; of several tries that which matches, else that with the fewest failed parts. null: nothing. */
export function nearestMiss(trace: PresentedTrace, rule: string): Miss | null {
  for (const [stage, tries] of triesOf(trace)) {
    const own = tries.filter((one) => one.rule.id === rule);
    const [nearest] = own.toSorted((a, b) => distance(a) - distance(b));
    if (nearest === undefined) continue;
    const winner = tries.find(({ verdict }) => verdict === 'matched');
    const takenBy = nearest.reason === 'earlier_rule_won' ? (winner?.rule ?? null) : null;
    return { alert: trace.alert, stage, try: nearest, takenBy };
  }
  return null;
}

/** Ids of all rules that the trace speaks of. */
export function rulesOf(trace: PresentedTrace): readonly string[] {
  return triesOf(trace).flatMap(([, tries]) => tries.map(({ rule }) => rule.id));
}

/** All that was tried, by stage. A rule in shadow has the tries of its stage to itself, and so nobody who could have come before it. */
export function triesOf(trace: PresentedTrace): readonly (readonly [string, readonly RuleTry[]])[] {
  return [
    ['normalize', trace.normalize.tries],
    ['bind', trace.bind.tries],
    ['classify', trace.classify.tries],
    ['adjust', trace.adjust.tries],
    ...trace.shadowed.map((one) => [`${one.stage}, in shadow`, [one]] as const),
    ['maintenance', trace.suppress?.maintenance ?? []],
    ['inhibit', trace.suppress?.inhibitions ?? []],
    ['correlate', trace.correlate?.tries ?? []],
    ['route', trace.route?.tries ?? []],
  ];
}

/** Failed parts; a rule that matches is nearer than any that does not. */
function distance({ verdict, check }: RuleTry): number {
  return verdict === 'matched' ? -1 : check === null ? Infinity : failedParts(check);
}

function failedParts(check: NonNullable<RuleTry['check']>): number {
  if (check.holds) return 0;
  if (!('of' in check)) return 1;
  const parts = check.of.map(failedParts).filter((count) => count > 0);
  if (check.kind === 'all') return parts.reduce((sum, count) => sum + count, 0);
  return parts.length === 0 ? 1 : Math.min(...parts);
}
