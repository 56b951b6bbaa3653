import type { Alert } from '../../alert/alert.js';
import { isStepVoid } from '../../incident/escalation.js';
import type { Incident } from '../../incident/incident.js';
import { slaClockNames } from '../../incident/sla.js';
import { rulesNow, type ShardState } from '../shard-state.js';
import { stepTarget } from '../step-target.js';
import type { TracedTimer } from './decision-trace.js';

/** What will happen by itself if nothing else does, the earliest first. */
export function traceTimers(
  state: ShardState,
  alert: Alert,
  incident: Incident | null,
): readonly TracedTimer[] {
  const timers: TracedTimer[] = [];
  if (alert.hold !== null) timers.push({ kind: 'hold-ends', at: alert.hold.until });
  if (alert.expiresAt !== null) timers.push({ kind: 'expires', at: alert.expiresAt });
  if (incident !== null) timers.push(...stepsOf(state, incident), ...clocksOf(incident));
  return timers.sort((a, b) => a.at - b.at);
}

function stepsOf(state: ShardState, incident: Incident): readonly TracedTimer[] {
  const { steps, next, startedAt, nextAt } = incident.escalation;
  if (nextAt === null) return [];
  return steps.flatMap((step, index) => {
    if (index < next || isStepVoid(step, incident)) return [];
    const { tier, team } = stepTarget(rulesNow(state), incident, step);
    const at = Math.max(startedAt + step.afterMs, state.at);
    const { notify: channels, ifNot = null } = step;
    return [{ kind: 'step', at, step: index + 1, tier, team, channels, ifNot }];
  });
}

function clocksOf({ sla }: Incident): readonly TracedTimer[] {
  return slaClockNames.flatMap((clock) => {
    const running = sla[clock];
    if (running?.state !== 'running' || running.dueAt === null) return [];
    return [{ kind: 'sla', at: running.dueAt, clock, targetMs: running.targetMs }];
  });
}
