import type { IncidentState, SupportTier } from './scales.js';

/** Until when a step still matters. */
export type StepCondition = 'acknowledged' | 'mitigated' | 'resolved';

export interface PolicyStep {
  /** After the run began, in ms. */
  readonly afterMs: number;
  /** Skipped when this has happened; absent: always taken. */
  readonly ifNot?: StepCondition;
  readonly tier?: SupportTier;
  /** A team id, or `{{service.team}}`. */
  readonly team?: string;
  /** Channel names. */
  readonly notify: readonly string[];
}

/** How the last step's notification is repeated. */
export interface RepeatPlan {
  /** From the last step to the first repeat, in ms. */
  readonly everyMs: number;
  readonly max: number;
  /** `double`: each wait is twice the one before. */
  readonly growth: 'none' | 'double';
}

/** What a run takes over from its policy. */
export interface EscalationPlan {
  /** In order of `afterMs`. */
  readonly steps: readonly PolicyStep[];
  /** null: the last step's notification is sent once. */
  readonly repeat: RepeatPlan | null;
  /** Shares of an SLA clock, ascending, at which the owners are warned; 1 is its breach. */
  readonly warnAt: readonly number[];
}

export interface EscalationPolicy extends EscalationPlan {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** Where an incident stands in its policy. The plan is that of the rules that started the run: a reload changes none under way. */
export interface EscalationRun extends EscalationPlan {
  /** Counts the runs of this incident from 1; part of every notification's id. */
  readonly run: number;
  readonly policy: string;
  readonly startedAt: number;
  /** Index of the next step; equal to the number of steps when all are over. */
  readonly next: number;
  /** Number of the newest step that was taken, from 1; 0: none. Skipped ones do not count. */
  readonly taken: number;
  /** Repeats of the last step so far. */
  readonly repeats: number;
  /** On which the owners hear: those of the newest step for them, before it those of the first step. */
  readonly channels: readonly string[];
  /** Subscribed teams that this run has told, or found to be the owner. */
  readonly informed: readonly string[];
  /** null: over, or waiting. */
  readonly nextAt: number | null;
  /** Since when the run waits (suppressed, on hold, resolved): that time does not count. */
  readonly waitingSince: number | null;
}

/** How far people have come with an incident. */
interface Progress {
  readonly state: IncidentState;
  readonly acknowledgedAt: number | null;
  readonly mitigatedAt: number | null;
}

/** True where the step's condition has been met, so that it tells nobody anything new. */
export function isStepVoid(step: Pick<PolicyStep, 'ifNot'>, incident: Progress): boolean {
  const over = incident.state === 'resolved' || incident.state === 'closed';
  if (over) return true;
  if (step.ifNot === 'acknowledged') return incident.acknowledgedAt !== null;
  if (step.ifNot === 'mitigated') return incident.mitigatedAt !== null;
  return false;
}

/** Moves on to the next step that still matters, or after the last to its next repeat, due not before `at`. */
export function aimRun(run: EscalationRun, incident: Progress, at: number): EscalationRun {
  let next = run.next;
  while (next < run.steps.length && isStepVoid(run.steps[next] as PolicyStep, incident)) next += 1;
  const step = run.steps[next];
  const dueAt = step === undefined ? repeatDueAt(run, incident) : run.startedAt + step.afterMs;
  return { ...run, next, nextAt: dueAt === null ? null : Math.max(dueAt, at) };
}

/** A last step without a condition is repeated until somebody acknowledges; one that was skipped is never repeated. */
function repeatDueAt(run: EscalationRun, incident: Progress): number | null {
  const { repeat, repeats } = run;
  const last = run.steps.at(-1);
  if (repeat === null || last === undefined || run.taken !== run.steps.length || repeats >= repeat.max)
    return null;
  if (isStepVoid({ ifNot: last.ifNot ?? 'acknowledged' }, incident)) return null;
  return run.startedAt + last.afterMs + repeatDelayMs(repeat, repeats + 1);
}

/** From the last step to its nth repeat. */
export function repeatDelayMs({ everyMs, growth }: RepeatPlan, nth: number): number {
  return everyMs * (growth === 'double' ? 2 ** nth - 1 : nth);
}

/** The run stands still: nobody may be told. */
export function haltRun(run: EscalationRun, at: number): EscalationRun {
  return { ...run, nextAt: null, waitingSince: run.waitingSince ?? at };
}

/** A run that stood still goes on with the time it had left. */
export function releaseRun(run: EscalationRun, at: number): EscalationRun {
  if (run.waitingSince === null) return run;
  return { ...run, startedAt: run.startedAt + at - run.waitingSince, waitingSince: null };
}

/** A run that nobody has started. */
export function noRun(at: number): EscalationRun {
  const plan = { steps: [], repeat: null, warnAt: [] };
  return { ...begin(plan, at), run: 0, policy: '' };
}

/** A new run of a policy, its first step not before `at`. */
export function startRun(
  policy: EscalationPolicy,
  run: number,
  incident: Progress & { readonly at: number },
): EscalationRun {
  const { steps, repeat, warnAt } = policy;
  const begun = { ...begin({ steps, repeat, warnAt }, incident.at), run, policy: policy.id };
  return aimRun(begun, incident, incident.at);
}

function begin(plan: EscalationPlan, startedAt: number): Omit<EscalationRun, 'run' | 'policy'> {
  const channels = plan.steps[0]?.notify ?? [];
  const nothingYet = { next: 0, taken: 0, repeats: 0, informed: [], nextAt: null, waitingSince: null };
  return { ...plan, startedAt, channels, ...nothingYet };
}

/** The later of two tiers. */
export function higherTier(a: SupportTier, b: SupportTier): SupportTier {
  return a > b ? a : b;
}
