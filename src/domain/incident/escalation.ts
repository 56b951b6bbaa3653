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

export interface EscalationPolicy {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** In order of `afterMs`. */
  readonly steps: readonly PolicyStep[];
}

/** Where an incident stands in its policy. The steps are those of the rules that started the run: a reload changes none under way. */
export interface EscalationRun {
  /** Counts the runs of this incident from 1; part of every notification's id. */
  readonly run: number;
  readonly policy: string;
  readonly steps: readonly PolicyStep[];
  readonly startedAt: number;
  /** Index of the next step; equal to the number of steps when the run is over. */
  readonly next: number;
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
export function isStepVoid(step: PolicyStep, incident: Progress): boolean {
  const over = incident.state === 'resolved' || incident.state === 'closed';
  if (over) return true;
  if (step.ifNot === 'acknowledged') return incident.acknowledgedAt !== null;
  if (step.ifNot === 'mitigated') return incident.mitigatedAt !== null;
  return false;
}

/** Moves on to the next step that still matters, due not before `at`. */
export function aimRun(run: EscalationRun, incident: Progress, at: number): EscalationRun {
  let next = run.next;
  while (next < run.steps.length && isStepVoid(run.steps[next] as PolicyStep, incident)) next += 1;
  const step = run.steps[next];
  return { ...run, next, nextAt: step === undefined ? null : Math.max(run.startedAt + step.afterMs, at) };
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

/** A new run of a policy, its first step not before `at`. */
export function startRun(
  policy: EscalationPolicy,
  run: number,
  incident: Progress & { readonly at: number },
): EscalationRun {
  const begun = {
    run,
    policy: policy.id,
    steps: policy.steps,
    startedAt: incident.at,
    next: 0,
    nextAt: null,
    waitingSince: null,
  };
  return aimRun(begun, incident, incident.at);
}

/** The later of two tiers. */
export function higherTier(a: SupportTier, b: SupportTier): SupportTier {
  return a > b ? a : b;
}
