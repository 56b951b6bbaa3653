export const slaClockNames = ['acknowledge', 'update', 'mitigate', 'resolve'] as const;
export type SlaClockName = (typeof slaClockNames)[number];

/** Targets of one priority, in milliseconds of wall-clock time. Absent: no clock. */
export interface SlaTargets {
  readonly acknowledgeMs?: number;
  /** Longest time between two updates to stakeholders. */
  readonly updateMs?: number;
  readonly mitigateMs?: number;
  readonly resolveMs?: number;
}

/** One SLA clock. Instants are Unix ms. It is due `targetMs` of unpaused time after `startedAt`. */
export interface SlaClock {
  readonly targetMs: number;
  readonly startedAt: number;
  /** Pauses that are over, in sum. */
  readonly pausedMs: number;
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

function fresh(targetMs: number, startedAt: number): Counted {
  return { targetMs, startedAt, pausedMs: 0, warned: 0 };
}

type Counted = Pick<SlaClock, 'targetMs' | 'startedAt' | 'pausedMs' | 'warned'>;

function running(clock: Counted): SlaClock {
  return {
    ...clock,
    pausedAt: null,
    dueAt: clock.startedAt + clock.targetMs + clock.pausedMs,
    state: 'running',
  };
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
export function startClocks(targets: SlaTargets, at: number): SlaClocks {
  const clocks: Partial<Record<SlaClockName, SlaClock>> = {};
  for (const name of slaClockNames) {
    const targetMs = targetOf(targets, name);
    if (targetMs !== undefined) clocks[name] = running(fresh(targetMs, at));
  }
  return clocks;
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
export function resumeClocks(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock) => (clock.state === 'paused' ? goOn(clock, at) : clock));
}

function goOn(clock: SlaClock, at: number): SlaClock {
  return clock.pausedAt === null
    ? clock
    : running({ ...clock, pausedMs: clock.pausedMs + at - clock.pausedAt });
}

/** After a reopen the clocks that had ended in time go on, without the time between, and a new wait for an update begins. */
export function reopenClocks(clocks: SlaClocks, targets: SlaTargets, at: number): SlaClocks {
  return restartUpdate(
    each(clocks, (clock) => goOn(clock, at)),
    targets,
    at,
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
export function restartUpdate(clocks: SlaClocks, targets: SlaTargets, at: number): SlaClocks {
  const { update } = startClocks(targets, at);
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
export function countResolveFrom(clocks: SlaClocks, startedAt: number): SlaClocks {
  return each(clocks, (clock, name) => {
    if (name !== 'resolve' || isOver(clock)) return clock;
    return clock.state === 'running' ? running({ ...clock, startedAt }) : { ...clock, startedAt };
  });
}

/** All clocks end neither well nor badly: the incident goes on in another one. */
export function stopClocks(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock) =>
    isOver(clock) ? clock : { ...clock, state: 'stopped', pausedAt: clock.pausedAt ?? at },
  );
}

/** Stopped clocks go on, without the time between; a new wait for an update begins. */
export function restoreClocks(clocks: SlaClocks, targets: SlaTargets, at: number): SlaClocks {
  return restartUpdate(
    each(clocks, (clock) => (clock.state === 'stopped' ? goOn(clock, at) : clock)),
    targets,
    at,
  );
}

/** Marks one clock as breached. It stays so; only update starts again, at the next update. */
export function breachClock(clocks: SlaClocks, name: SlaClockName): SlaClocks {
  return each(clocks, (clock, each) => (each === name ? { ...clock, state: 'breached' } : clock));
}

/** What `retargetClocks` has to know of the incident. */
interface Retargeted {
  readonly at: number;
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
    const targetMs = targetOf(targets, name);
    if (old !== undefined && isOver(old)) changed[name] = old;
    else if (targetMs !== undefined && isAwaited(name, incident))
      changed[name] = retarget(name, { old, targetMs }, incident);
  }
  return changed;
}

function isAwaited(name: SlaClockName, incident: Retargeted): boolean {
  if (name === 'acknowledge') return !incident.acknowledged;
  return name !== 'mitigate' || !incident.mitigated;
}

function retarget(
  name: SlaClockName,
  { old, targetMs }: { readonly old: SlaClock | undefined; readonly targetMs: number },
  { at, openedAt, heldMs, heldSince }: Retargeted,
): SlaClock {
  const counted =
    name === 'resolve'
      ? { ...fresh(targetMs, openedAt), pausedMs: old?.pausedMs ?? heldMs }
      : fresh(targetMs, at);
  const pausedSince = old?.pausedAt ?? heldSince;
  if (pausedSince === null || name === 'update') return running(counted);
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

function usedAt(clock: SlaClock, share: number): number {
  return clock.startedAt + clock.pausedMs + Math.round(clock.targetMs * share);
}

/** The greatest of the shares that a clock has used by `at`: where a new target let several pass at once, the others say no more. */
export function shareUsed(clock: SlaClock, shares: readonly number[], at: number): number {
  return shares.findLast((share) => share < 1 && usedAt(clock, share) <= at) ?? 0;
}
