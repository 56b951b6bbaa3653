import {
  aimRun,
  haltRun,
  higherTier,
  releaseRun,
  startRun,
  type EscalationPolicy,
  type PolicyStep,
} from '../incident/escalation.js';
import type { Incident } from '../incident/incident.js';
import type { SupportTier } from '../incident/scales.js';
import { isOpen } from '../incident/lifecycle.js';
import type { RuleSet, Team } from '../rules/rule-set.js';
import { serviceOf } from './bind.js';
import { composeNotification, policyOf, queueNotifications, receivers } from './notify.js';
import { rulesOf, type ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

const serviceTeam = '{{service.team}}';

/** Who a step is for. A step that names a tier moves the ownership; one that names only a team tells that team. */
interface StepTarget {
  readonly tier: SupportTier;
  readonly team: string;
  readonly moves: boolean;
}

/** Stage escalate: starts the policy's run on an incident and takes the steps that are due at once. */
export function startEscalation(state: ShardState, incident: Incident, policy: EscalationPolicy): Incident {
  const run = startRun(policy, incident.escalation.run + 1, { ...incident, at: state.at });
  return escalate(state, { ...incident, policy: policy.id, escalation: run });
}

/** Takes every step that is due. While nobody may be told (suppressed, on hold, resolved) the run stands still. */
export function escalate(state: ShardState, incident: Incident): Incident {
  const run = incident.escalation;
  if (mustWait(incident)) return { ...incident, escalation: haltRun(run, state.at) };
  let current = { ...incident, escalation: aimRun(releaseRun(run, state.at), incident, state.at) };
  while (current.escalation.nextAt !== null && current.escalation.nextAt <= state.at)
    current = takeStep(state, current);
  return current;
}

function mustWait(incident: Incident): boolean {
  return !isOpen(incident) || incident.suppressed || incident.state === 'on-hold';
}

function takeStep(state: ShardState, incident: Incident): Incident {
  const run = incident.escalation;
  const step = run.steps[run.next] as PolicyStep;
  const index = run.next + 1;
  const moved = announce(state, handOver(state, incident, { step, index }), { step, index });
  return { ...moved, escalation: aimRun({ ...moved.escalation, next: index }, moved, state.at) };
}

interface NumberedStep {
  readonly step: PolicyStep;
  /** From 1. */
  readonly index: number;
}

function handOver(state: ShardState, incident: Incident, { step, index }: NumberedStep): Incident {
  const target = stepTarget(rulesOf(state), incident, step);
  if (!target.moves || (target.tier === incident.tier && target.team === incident.team)) return incident;
  return addEscalation(state, {
    from: incident,
    to: { ...incident, tier: target.tier, team: target.team },
    reason: 'policy-step',
    detail: { policy: incident.policy, step: index },
  });
}

/** Notes that an incident went to a more skilled tier or another team, and counts it in the incident. */
export function addEscalation(
  state: ShardState,
  move: {
    readonly from: Incident;
    readonly to: Incident;
    readonly reason: 'policy-step' | 'person';
    readonly by?: string;
    readonly detail?: Readonly<Record<string, string | number>>;
  },
): Incident {
  const { from, to } = move;
  state.totals.inc('incidents_escalated', [to.priority, to.tier, 'functional']);
  addEvent(state, {
    incident: to.id,
    type: 'escalated',
    reason: move.reason,
    rule: policyOf(state, to),
    ...(move.by !== undefined && { by: move.by }),
    detail: { fromTier: from.tier, tier: to.tier, fromTeam: from.team, team: to.team, ...move.detail },
  });
  return { ...to, escalationCount: to.escalationCount + 1 };
}

function announce(state: ShardState, incident: Incident, { step, index }: NumberedStep): Incident {
  const { team } = stepTarget(rulesOf(state), incident, step);
  const notifications = receivers(state, step.notify, team).map((to) =>
    composeNotification(state, incident, {
      kind: 'escalation',
      occasion: `run${incident.escalation.run}-step${index}`,
      step: index,
      to,
    }),
  );
  if (state.catchUp !== null && state.at > state.catchUp.since) {
    state.catchUp.latest.set(incident.id, notifications);
    return incident;
  }
  return queueNotifications(state, incident, notifications);
}

/**
 * A step that names a tier but no team goes to the incident's team if it covers the tier, else the service's team, else
 * that team's fallback, else the tier's own team. No step lowers the tier.
 */
export function stepTarget(
  rules: RuleSet,
  incident: Incident,
  step: Pick<PolicyStep, 'tier' | 'team'>,
): StepTarget {
  const tier = step.tier === undefined ? incident.tier : higherTier(incident.tier, step.tier);
  const moves = step.tier !== undefined;
  const ofService = serviceOf(incident, rules)?.team ?? null;
  const named = step.team === serviceTeam ? ofService : (step.team ?? null);
  if (named !== null && rules.teams.has(named)) return { tier, team: named, moves };
  if (step.tier === undefined) return { tier, team: incident.team, moves };
  const service = ofService === null ? undefined : rules.teams.get(ofService);
  const fallback = service?.fallback == null ? undefined : rules.teams.get(service.fallback);
  const near = [rules.teams.get(incident.team), service, fallback].find((team) => covers(team, tier));
  return { tier, team: near?.id ?? rules.tiers.get(tier)?.team ?? incident.team, moves };
}

function covers(team: Team | undefined, tier: SupportTier): boolean {
  return team?.tiers.includes(tier) ?? false;
}
