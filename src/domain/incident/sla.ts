/** Targets of one priority, in milliseconds of wall-clock time. Absent: no clock. */
export interface SlaTargets {
  readonly acknowledgeMs?: number;
  readonly resolveMs?: number;
}

export const slaClockNames = ['acknowledge', 'resolve'] as const;
export type SlaClockName = (typeof slaClockNames)[number];

/** One SLA clock. Instants are Unix ms. It is due `targetMs` of unpaused time after `startedAt`. */
export interface SlaClock {
  readonly targetMs: number;
  readonly startedAt: number;
  /** Pauses that are over, in sum. */
  readonly pausedMs: number;
  readonly pausedAt: number | null;
  /** null while paused. Of a clock that is met, breached or stopped: when it was due. */
  readonly dueAt: number | null;
  readonly state: 'running' | 'paused' | 'met' | 'breached' | 'stopped';
}

export type SlaClocks = Readonly<Partial<Record<SlaClockName, SlaClock>>>;

function running(clock: Omit<SlaClock, 'dueAt' | 'state' | 'pausedAt'>): SlaClock {
  return {
    ...clock,
    pausedAt: null,
    dueAt: clock.startedAt + clock.targetMs + clock.pausedMs,
    state: 'running',
  };
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
  return {
    ...(targets.acknowledgeMs !== undefined && {
      acknowledge: running({ targetMs: targets.acknowledgeMs, startedAt: at, pausedMs: 0 }),
    }),
    ...(targets.resolveMs !== undefined && {
      resolve: running({ targetMs: targets.resolveMs, startedAt: at, pausedMs: 0 }),
    }),
  };
}

/** On hold the clocks stand still; those that are over stay as they are. */
export function pauseClocks(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock) =>
    clock.state === 'running' ? { ...clock, state: 'paused', pausedAt: at, dueAt: null } : clock,
  );
}

/** Paused clocks go on, and so do those that a resolve had ended in time: what lies between does not count. */
export function resumeClocks(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock) =>
    clock.pausedAt !== null ? running({ ...clock, pausedMs: clock.pausedMs + at - clock.pausedAt }) : clock,
  );
}

/** The acknowledge clock ends well, unless it is over already. */
export function meetAcknowledge(clocks: SlaClocks): SlaClocks {
  return each(clocks, (clock, name) =>
    name === 'acknowledge' && (clock.state === 'running' || clock.state === 'paused')
      ? { ...clock, state: 'met', pausedAt: null }
      : clock,
  );
}

/** The resolve clock ends well; an acknowledge that nobody gave is no longer waited for. `pausedAt` lets a reopen go on. */
export function endClocks(clocks: SlaClocks, at: number): SlaClocks {
  return each(clocks, (clock, name) => {
    if (clock.state !== 'running' && clock.state !== 'paused') return clock;
    return { ...clock, state: name === 'resolve' ? 'met' : 'stopped', pausedAt: clock.pausedAt ?? at };
  });
}

/** Marks one clock as breached. */
export function breachClock(clocks: SlaClocks, name: SlaClockName): SlaClocks {
  return each(clocks, (clock, each) => (each === name ? { ...clock, state: 'breached' } : clock));
}

/**
 * A new priority has new targets: the resolve clock goes on counting from the open, the acknowledge clock starts again.
 * What is met or breached stays so; a clock that the new priority lacks goes.
 */
export function retargetClocks(
  clocks: SlaClocks,
  targets: SlaTargets,
  incident: {
    readonly at: number;
    readonly openedAt: number;
    readonly acknowledged: boolean;
    readonly heldMs: number;
    /** On hold since; null: it is not. */
    readonly heldSince: number | null;
  },
): SlaClocks {
  const fresh: Partial<Record<SlaClockName, SlaClock>> = {};
  for (const name of slaClockNames) {
    const old = clocks[name];
    const targetMs = name === 'acknowledge' ? targets.acknowledgeMs : targets.resolveMs;
    if (old !== undefined && old.state !== 'running' && old.state !== 'paused') {
      fresh[name] = old;
      continue;
    }
    if (targetMs === undefined || (name === 'acknowledge' && incident.acknowledged)) continue;
    const counted =
      name === 'acknowledge'
        ? { targetMs, startedAt: incident.at, pausedMs: 0 }
        : { targetMs, startedAt: incident.openedAt, pausedMs: old?.pausedMs ?? incident.heldMs };
    const pausedSince = old?.pausedAt ?? incident.heldSince;
    fresh[name] =
      pausedSince === null
        ? running(counted)
        : {
            ...counted,
            state: 'paused',
            pausedAt: name === 'acknowledge' ? incident.at : pausedSince,
            dueAt: null,
          };
  }
  return fresh;
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
