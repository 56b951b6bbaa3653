import type { Schedule } from '../alert/matcher.js';
import { countAround, countInCalendar, type Gap } from './counted-time.js';

export const slaClockNames = ['acknowledge', 'update', 'mitigate', 'resolve'] as const;
export type SlaClockName = (typeof slaClockNames)[number];

/** Id of the calendar in which all time counts. */
export const alwaysOpen = 'always';

/** An instant at which clocks change, and the calendars there are then: all time counts in one that is gone. */
export interface SlaNow {
  readonly at: number;
  readonly calendars: ReadonlyMap<string, Schedule>;
}

/** Targets of one priority, in milliseconds of time that counts. Absent: no clock. */
export interface SlaTargets {
  /** Id of the schedule in which time counts; absent: all of it does. */
  readonly calendar?: string;
  readonly acknowledgeMs?: number;
  /** Longest time between two updates to stakeholders. */
  readonly updateMs?: number;
  readonly mitigateMs?: number;
  readonly resolveMs?: number;
}

/** One SLA clock. Instants are Unix ms. It is due `targetMs` of time that counts after `startedAt`. */
export interface SlaClock {
  readonly targetMs: number;
  readonly startedAt: number;
  /** Id of the schedule in which time counts. */
  readonly calendar: string;
  /** Until it is due: what lies outside the calendar, as it was when the due time was worked out. */
  readonly closed: readonly Gap[];
  /** Pauses that are over. */
  readonly pauses: readonly Gap[];
  /** Since when its time does not count: of a paused clock, and of an ended one that a reopen lets go on. */
  readonly pausedAt: number | null;
  /** The greatest share of the target that a warning was about; 0: none. */
  readonly warned: number;
  /** null while paused. Of a clock that is met, breached or stopped: when it was due. */
  readonly dueAt: number | null;
  readonly state: 'running' | 'paused' | 'met' | 'breached' | 'stopped';
}

export type SlaClocks = Readonly<Partial<Record<SlaClockName, SlaClock>>>;

/** The target of one clock in ms; undefined: the priority has none. */
export function targetOf(targets: SlaTargets, name: SlaClockName): number | undefined {
  return targets[`${name}Ms`];
}

const none: readonly Gap[] = [];

function fresh(target: Target, startedAt: number): Counted {
  const { targetMs, calendar } = target;
  return { targetMs, startedAt, calendar, closed: none, pauses: none, warned: 0 };
}

interface Target {
  readonly targetMs: number;
  readonly calendar: string;
}

type Counted = Pick<SlaClock, 'targetMs' | 'startedAt' | 'calendar' | 'closed' | 'pauses' | 'warned'>;

function running(clock: Counted, calendars: SlaNow['calendars']): SlaClock {
  const { startedAt: from, targetMs: ms, pauses } = clock;
  const calendar = clock.calendar === alwaysOpen ? undefined : calendars.get(clock.calendar);
  const due =
    calendar === undefined
      ? { at: countAround({ from, ms, pauses }), closed: none }
      : countInCalendar({ from, ms, pauses }, calendar);
  return { ...clock, closed: due.closed, pausedAt: null, dueAt: due.at, state: 'running' };
}

function isOver(clock: SlaClock): boolean {
  return clock.state !== 'running' && clock.state !== 'paused';
}

function each(clocks: SlaClocks, change: (clock: SlaClock, name: SlaClockName) => SlaClock): SlaClocks {
  const changed: Partial<Record<SlaClockName, SlaClock>> = {};
  for (const name of slaClockNames) {
    const clock = clocks[name];
    if (clock !== undefined) changed[name] = change(clock, name);
  }
  return changed;
}

/** The clocks of an incident opened now. */
export function startClocks(targets: SlaTargets, { at, calendars }: SlaNow): SlaClocks {
  const clocks: Partial<Record<SlaClockName, SlaClock>> = {};
  for (const name of slaClockNames) {
    const target = targetIn(targets, name);
    if (target !== undefined) clocks[name] = running(fresh(target, at), calendars);
  }
  return clocks;
}

function targetIn(targets: SlaTargets, name: SlaClockName): Target | undefined {
  const targetMs = targetOf(targets, name);
  return targetMs === undefined ? undefined : { targetMs, calendar: targets.calendar ?? alwaysOpen };
}

/** On hold all clocks but update stand still: stakeholders want to hear of a wait too. Those that are over stay as they are. */
export function pauseClocks(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock, name) =>
    clock.state === 'running' && name !== 'update'
      ? { ...clock, state: 'paused', pausedAt: at, dueAt: null }
      : clock,
  );
}

/** After a hold the paused clocks go on: what lies between does not count. */
export function resumeClocks(clocks: SlaClocks, now: SlaNow): SlaClocks {
  return each(clocks, (clock) => (clock.state === 'paused' ? goOn(clock, now) : clock));
}

function goOn(clock: SlaClock, { at, calendars }: SlaNow): SlaClock {
  const { pausedAt, pauses } = clock;
  return pausedAt === null ? clock : running({ ...clock, pauses: [...pauses, [pausedAt, at]] }, calendars);
}

/** After a reopen the clocks that had ended in time go on, without the time between, and a new wait for an update begins. */
export function reopenClocks(clocks: SlaClocks, targets: SlaTargets, now: SlaNow): SlaClocks {
  return restartUpdate(
    each(clocks, (clock) => goOn(clock, now)),
    targets,
    now,
  );
}

/** The acknowledge clock ends well, unless it is over already. */
export function meetAcknowledge(clocks: SlaClocks): SlaClocks {
  return each(clocks, (clock, name) =>
    name === 'acknowledge' && !isOver(clock) ? { ...clock, state: 'met', pausedAt: null } : clock,
  );
}

/** The mitigate clock ends well, unless it is over already; it goes on when the incident is reopened. */
export function meetMitigate(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock, name) =>
    name === 'mitigate' && !isOver(clock)
      ? { ...clock, state: 'met', pausedAt: clock.pausedAt ?? at }
      : clock,
  );
}

/**
 * Stakeholders of an open incident have been told: the time to the next update counts from now, after a breach too.
 * `targets` are those of its present priority; without one for updates there is no clock any more.
 */
export function restartUpdate(clocks: SlaClocks, targets: SlaTargets, now: SlaNow): SlaClocks {
  const { update } = startClocks(targets, now);
  const told: Partial<Record<SlaClockName, SlaClock>> = {};
  for (const name of slaClockNames) {
    const clock = name === 'update' ? update : clocks[name];
    if (clock !== undefined) told[name] = clock;
  }
  return told;
}

/**
 * The resolve clock ends well, and mitigate with it; an acknowledge or update that nobody gave is no longer waited for.
 * `pausedAt` lets a reopen go on.
 */
export function endClocks(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock, name) => {
    if (isOver(clock)) return clock;
    const state = name === 'resolve' || name === 'mitigate' ? 'met' : 'stopped';
    return { ...clock, state, pausedAt: clock.pausedAt ?? at };
  });
}

/** The resolve clock counts from another, earlier instant: the trouble is older than was known. */
export function countResolveFrom(
  clocks: SlaClocks,
  startedAt: number,
  calendars: SlaNow['calendars'],
): SlaClocks {
  return each(clocks, (clock, name) => {
    if (name !== 'resolve' || isOver(clock)) return clock;
    return clock.state === 'running' ? running({ ...clock, startedAt }, calendars) : { ...clock, startedAt };
  });
}

/** All clocks end neither well nor badly: the incident goes on in another one. */
export function stopClocks(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock) =>
    isOver(clock) ? clock : { ...clock, state: 'stopped', pausedAt: clock.pausedAt ?? at },
  );
}

/** Stopped clocks go on, without the time between; a new wait for an update begins. */
export function restoreClocks(clocks: SlaClocks, targets: SlaTargets, now: SlaNow): SlaClocks {
  return restartUpdate(
    each(clocks, (clock) => (clock.state === 'stopped' ? goOn(clock, now) : clock)),
    targets,
    now,
  );
}

/** Marks one clock as breached. It stays so; only update starts again, at the next update. */
export function breachClock(clocks: SlaClocks, name: SlaClockName): SlaClocks {
  return each(clocks, (clock, each) => (each === name ? { ...clock, state: 'breached' } : clock));
}

/** What `retargetClocks` has to know of the incident. */
interface Retargeted extends SlaNow {
  readonly openedAt: number;
  readonly acknowledged: boolean;
  readonly mitigated: boolean;
  readonly heldMs: number;
  /** On hold since; null: it is not. */
  readonly heldSince: number | null;
}

/**
 * A new priority has new targets: the resolve clock goes on counting from the open, the others start again.
 * What is met or breached stays so; a clock that the new priority lacks goes.
 */
export function retargetClocks(clocks: SlaClocks, targets: SlaTargets, incident: Retargeted): SlaClocks {
  const changed: Partial<Record<SlaClockName, SlaClock>> = {};
  for (const name of slaClockNames) {
    const old = clocks[name];
    const target = targetIn(targets, name);
    if (old !== undefined && isOver(old)) changed[name] = old;
    else if (target !== undefined && isAwaited(name, incident))
      changed[name] = retarget(name, { old, target }, incident);
  }
  return changed;
}

function isAwaited(name: SlaClockName, incident: Retargeted): boolean {
  if (name === 'acknowledge') return !incident.acknowledged;
  return name !== 'mitigate' || !incident.mitigated;
}

function retarget(
  name: SlaClockName,
  { old, target }: { readonly old: SlaClock | undefined; readonly target: Target },
  { at, calendars, openedAt, heldMs, heldSince }: Retargeted,
): SlaClock {
  const held: readonly Gap[] = heldMs === 0 ? none : [[openedAt, openedAt + heldMs]];
  const counted =
    name === 'resolve' ? { ...fresh(target, openedAt), pauses: old?.pauses ?? held } : fresh(target, at);
  const pausedSince = old?.pausedAt ?? heldSince;
  if (pausedSince === null || name === 'update') return running(counted, calendars);
  return { ...counted, state: 'paused', pausedAt: name === 'resolve' ? pausedSince : at, dueAt: null };
}

/** The next instant at which a running clock is due, and which; null: none runs. */
export function nextBreach(clocks: SlaClocks): { readonly name: SlaClockName; readonly at: number } | null {
  let next: { name: SlaClockName; at: number } | null = null;
  for (const name of slaClockNames) {
    const clock = clocks[name];
    if (clock?.state !== 'running' || clock.dueAt === null) continue;
    if (next === null || clock.dueAt < next.at) next = { name, at: clock.dueAt };
  }
  return next;
}

/** Marks one clock as warned about at a share of its target. */
export function warnClock(clocks: SlaClocks, name: SlaClockName, share: number): SlaClocks {
  return each(clocks, (clock, each) => (each === name ? { ...clock, warned: share } : clock));
}

/** A share of a clock that is used up at an instant, or was. */
export interface Warning {
  readonly name: SlaClockName;
  readonly share: number;
  readonly at: number;
}

/**
 * The next warning about a running clock, at the first of the shares (ascending) that none was about; null: none is to come.
 * The share 1 is no warning: that is the breach.
 */
export function nextWarning(clocks: SlaClocks, shares: readonly number[]): Warning | null {
  if (shares.length === 0) return null;
  let next: Warning | null = null;
  for (const name of slaClockNames) {
    const clock = clocks[name];
    if (clock?.state !== 'running') continue;
    const share = shares.find((each) => each > clock.warned);
    if (share === undefined || share >= 1) continue;
    const at = usedAt(clock, share);
    if (next === null || at < next.at) next = { name, share, at };
  }
  return next;
}

function usedAt({ startedAt: from, targetMs, closed, pauses }: SlaClock, share: number): number {
  const off = closed.length === 0 ? pauses : [...closed, ...pauses];
  return countAround({ from, ms: Math.round(targetMs * share), pauses: off });
}

/** The greatest of the shares that a clock has used by `at`: where a new target let several pass at once, the others say no more. */
export function shareUsed(clock: SlaClock, shares: readonly number[], at: number): number {
  return shares.findLast((share) => share < 1 && usedAt(clock, share) <= at) ?? 0;
}
