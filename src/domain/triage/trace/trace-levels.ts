import type { Alert } from '../../alert/alert.js';
import { priorityOf } from '../../incident/priority.js';
import type { Priority } from '../../incident/scales.js';
import { impactOfTier, type AdjustedAlert } from '../adjust.js';
import { serviceOf } from '../bind.js';
import { levelsOf } from '../prioritize.js';
import { rulesOf, type ShardState } from '../shard-state.js';
import type { LevelOrigin, TracedPriority } from './decision-trace.js';
import type { RuleTry } from './rule-try.js';

/** Impact and urgency of the alert with who set each, and the priority that they make. */
export function traceLevels(
  state: ShardState,
  alert: Alert,
  {
    described,
    tries,
    incident,
  }: {
    readonly described: AdjustedAlert;
    readonly tries: readonly RuleTry[];
    readonly incident: Priority;
  },
): TracedPriority {
  const { priority: policy } = rulesOf(state);
  const { impact, urgency } = levelsOf(alert);
  const tier = serviceOf(alert, rulesOf(state))?.tier ?? 'none';
  const own = {
    impact: writtenOr(tries, 'impact', { level: impactOfTier(policy, tier), from: 'service-tier' }),
    urgency: writtenOr(tries, 'urgency', {
      level: policy.urgencyFromSeverity[alert.severity],
      from: 'severity',
    }),
  };
  const capped: LevelOrigin =
    own.impact.level === described.impact
      ? own.impact
      : { level: described.impact, from: 'non-production', rule: null };
  return {
    impact: underMaintenance(alert, impact, capped),
    urgency: underMaintenance(alert, urgency, own.urgency),
    priority: priorityOf(policy, impact, urgency),
    incident,
  };
}

function writtenOr(
  tries: readonly RuleTry[],
  field: 'impact' | 'urgency',
  otherwise: Pick<LevelOrigin, 'level' | 'from'>,
): LevelOrigin {
  for (const { rule, writes } of tries.toReversed()) {
    const level = writes.find((write) => write.field === field)?.to;
    if (level != null) return { level, from: 'rule', rule };
  }
  return { ...otherwise, rule: null };
}

function underMaintenance({ maintenance }: Alert, level: string, origin: LevelOrigin): LevelOrigin {
  if (level === origin.level) return origin;
  const lowest = maintenance?.windows.find(({ capPriority }) => capPriority !== null);
  return { level, from: 'maintenance', rule: lowest?.rule ?? null };
}
