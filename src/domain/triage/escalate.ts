import {
  aimRun,
  haltRun,
  releaseRun,
  startRun,
  type EscalationPolicy,
  type PolicyStep,
} from '../incident/escalation.js';
import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import { queueLatest } from './catch-up.js';
import { informSubscribers } from './inform-subscribers.js';
import { composeNotification, policyOf, receivers } from './notify.js';
import { rulesNow, type ShardState } from './shard-state.js';
import { stepTarget, type StepTarget } from './step-target.js';
import { addEvent } from './timeline.js';

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
    current =
      current.escalation.next < run.steps.length ? takeStep(state, current) : repeatLast(state, current);
  return informSubscribers(state, current);
}

function mustWait(incident: Incident): boolean {
  return !isOpen(incident) || incident.suppressed || incident.state === 'on-hold';
}

function takeStep(state: ShardState, incident: Incident): Incident {
  const step = incident.escalation.steps[incident.escalation.next] as PolicyStep;
  const taken = { step, index: incident.escalation.next + 1 };
  const target = stepTarget(rulesNow(state), incident, step);
  const moved = announce(state, handOver(state, incident, { ...taken, target }), taken);
  const run = {
    ...moved.escalation,
    next: taken.index,
    taken: taken.index,
    channels: target.team === moved.team ? step.notify : moved.escalation.channels,
  };
  return { ...moved, escalation: aimRun(run, moved, state.at) };
}

/** The last step's notification once more: its condition is still unmet. */
function repeatLast(state: ShardState, incident: Incident): Incident {
  const index = incident.escalation.steps.length;
  const step = incident.escalation.steps[index - 1] as PolicyStep;
  const repeat = incident.escalation.repeats + 1;
  const told = announce(state, incident, { step, index, repeat });
  return { ...told, escalation: aimRun({ ...told.escalation, repeats: repeat }, told, state.at) };
}

interface NumberedStep {
  readonly step: PolicyStep;
  /** From 1. */
  readonly index: number;
}

/** Moves the incident to the step's tier and team; a step for a team that does not get it calls that team in beside the owner. */
function handOver(
  state: ShardState,
  incident: Incident,
  { step, index, target }: NumberedStep & { readonly target: StepTarget },
): Incident {
  const { tier, team, moves } = target;
  const moved = moves ? { ...incident, tier, team } : incident;
  const calls = !moves && step.team !== undefined && team !== incident.team;
  if (!calls && moved.tier === incident.tier && moved.team === incident.team) return incident;
  return addEscalation(state, {
    from: incident,
    to: moved,
    kind: calls ? 'hierarchical' : 'functional',
    reason: 'policy-step',
    detail: { policy: incident.policy, step: index, ...(calls && { told: team }) },
  });
}

/** Notes, and counts, that an incident went to a more skilled tier or another team (functional), or that another was told (hierarchical). */
export function addEscalation(
  state: ShardState,
  move: {
    readonly from: Incident;
    readonly to: Incident;
    readonly kind: 'functional' | 'hierarchical';
    readonly reason: 'policy-step' | 'person';
    readonly by?: string;
    readonly detail?: Readonly<Record<string, string | number>>;
  },
): Incident {
  const { from, to, kind } = move;
  state.totals.inc('incidents_escalated', [to.priority, to.tier, kind]);
  addEvent(state, {
    incident: to.id,
    type: 'escalated',
    reason: move.reason,
    rule: policyOf(state, to),
    ...(move.by !== undefined && { by: move.by }),
    detail: { kind, fromTier: from.tier, tier: to.tier, fromTeam: from.team, team: to.team, ...move.detail },
  });
  return { ...to, escalationCount: to.escalationCount + 1 };
}

/** Tells the team that the step is for, with the step's own id for each repeat. */
function announce(
  state: ShardState,
  incident: Incident,
  { step, index, repeat }: NumberedStep & { readonly repeat?: number },
): Incident {
  const { team } = stepTarget(rulesNow(state), incident, step);
  const occasion = `run${incident.escalation.run}-step${index}`;
  const news =
    repeat === undefined
      ? { kind: 'escalation' as const, occasion }
      : { kind: 'repeat' as const, occasion: `${occasion}-repeat${repeat}`, repeat };
  const notifications = receivers(state, step.notify, team).map((to) =>
    composeNotification(state, incident, { ...news, step: index, to }),
  );
  return queueLatest(state, incident, { thread: 'steps', notifications });
}
