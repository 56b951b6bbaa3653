import type { Matcher } from '../alert/matcher.js';
import type { EscalationPolicy } from '../incident/escalation.js';
import { priorities, type Priority } from '../incident/scales.js';
import type { SlaTargets } from '../incident/sla.js';
import type { BundleSpot } from './bundle-spot.js';
import { formatDuration } from './duration.js';
import type { RouteNode } from './rule-set.js';

/**
 * Warns of a route whose policy comes too late for a priority that the route names: by the time the policy tells somebody, or
 * somebody else because nobody has acknowledged, the acknowledge clock has been breached.
 */
export function checkPace(
  spot: BundleSpot,
  { node, policy }: { readonly node: RouteNode; readonly policy: EscalationPolicy | undefined },
  sla: ReadonlyMap<Priority, SlaTargets>,
): void {
  if (policy === undefined) return;
  const below = node.routes.flatMap(allOf);
  const late = prioritiesIn(node.match)
    .filter((priority) => !below.includes(priority))
    .filter((priority) => isTooLate(policy, sla.get(priority)?.acknowledgeMs));
  const [first] = late;
  if (first === undefined) return;
  spot.report({
    level: 'warning',
    code: 'escalation-slower-than-sla',
    message: `by the policy "${policy.id}" the target to acknowledge ${late.join(' and ')} (${formatDuration(sla.get(first)?.acknowledgeMs ?? 0)}) has passed before anybody else is told`,
    hint: `Make the steps of ${policy.id} in ${policy.file}:${policy.line} faster, or name another policy`,
  });
}

/** The priorities of which a route takes every incident. */
function allOf({ match, activeDuring }: RouteNode): readonly Priority[] {
  return activeDuring === null && match.kind === 'predicate' ? prioritiesIn(match) : [];
}

/** A policy that calls nobody else in has nothing that could be late but its first step. */
function isTooLate({ steps }: EscalationPolicy, targetMs: number | undefined): boolean {
  if (targetMs === undefined) return false;
  const [first] = steps;
  const next = steps.find(({ ifNot, afterMs }) => ifNot === 'acknowledged' && afterMs > 0);
  return (first?.afterMs ?? 0) > targetMs || (next?.afterMs ?? 0) > targetMs;
}

/** Those that the route names; none where it leaves them open. */
function prioritiesIn(match: Matcher): readonly Priority[] {
  if (match.kind === 'all') return match.of.map(prioritiesIn).find(({ length }) => length > 0) ?? [];
  if (match.kind !== 'predicate' || match.negate) return [];
  const { field, test } = match;
  if (field.kind !== 'incident' || field.name !== 'priority') return [];
  if (test.op === 'equals') return priorities.filter((priority) => priority === test.value);
  return test.op === 'in' ? priorities.filter((priority) => test.values.has(priority)) : [];
}
