import type { IncidentFacts } from '../incident/incident-facts.js';
import { isOpen } from '../incident/lifecycle.js';
import { slaClockNames, type SlaClockName } from '../incident/sla.js';
import { describeDurations, type Distribution } from './distribution.js';

/** What became of one SLA clock. */
export interface ClockFigures {
  readonly kept: number;
  readonly breached: number;
  /** Still running or paused, or stopped before it was decided. */
  readonly undecided: number;
  /** kept / (kept + breached); null where none is decided. */
  readonly keptShare: number | null;
}

/** How many incidents something happened to, and how often. */
export interface Happened {
  readonly incidents: number;
  readonly times: number;
  /** null where there is nothing it could have happened to. */
  readonly share: number | null;
}

/**
 * The figures of a report, over everything or one group. Three populations: `opened` and all that is not named here are
 * about incidents opened in the period; times to acknowledge about those first acknowledged in it; times to resolve about
 * those resolved in it. Incidents merged into another are in none.
 */
export interface Figures {
  readonly opened: number;
  /** Of these, still open. */
  readonly stillOpen: number;
  readonly timeToAcknowledge: Distribution | null;
  /** From the opening to the first resolve, wall clock, time on hold included. Ends by expiry are not in it. */
  readonly timeToResolve: Distribution | null;
  /** Of the same incidents: mean time on hold. */
  readonly heldMeanMs: number | null;
  /** From the opening to the resolve that stands: reopened time is in it. */
  readonly timeToLastResolve: Distribution | null;
  /** Ended in the period because their alerts fell silent. */
  readonly expired: number;
  /** Only clocks that occur. */
  readonly sla: Readonly<Partial<Record<SlaClockName, ClockFigures>>>;
  /** Share of those that ended at least once. */
  readonly reopened: Happened;
  readonly escalated: Happened;
  /** Alerts that became members. */
  readonly alerts: number;
  readonly alertsPerIncident: number | null;
  /** Firings of member alerts beyond the first of each. */
  readonly refirings: number;
}

/** Gathers the figures of one group. */
export interface FiguresGatherer {
  opened(incident: IncidentFacts): void;
  acknowledged(afterMs: number): void;
  resolved(afterMs: number, heldMs: number): void;
  lastResolved(afterMs: number): void;
  expired(): void;
  figures(): Figures;
}

export function createFiguresGatherer(): FiguresGatherer {
  const cohort = createCohort();
  const toAcknowledge: number[] = [];
  const toResolve: number[] = [];
  const toLastResolve: number[] = [];
  let heldMs = 0;
  let expired = 0;
  return {
    opened: (incident) => {
      cohort.add(incident);
    },
    acknowledged: (afterMs) => {
      toAcknowledge.push(afterMs);
    },
    resolved: (afterMs, held) => {
      toResolve.push(afterMs);
      heldMs += held;
    },
    lastResolved: (afterMs) => {
      toLastResolve.push(afterMs);
    },
    expired: () => {
      expired += 1;
    },
    figures: () => ({
      ...cohort.figures(),
      timeToAcknowledge: describeDurations(toAcknowledge),
      timeToResolve: describeDurations(toResolve),
      heldMeanMs: toResolve.length === 0 ? null : Math.round(heldMs / toResolve.length),
      timeToLastResolve: describeDurations(toLastResolve),
      expired,
    }),
  };
}

type CohortFigures = Omit<
  Figures,
  'timeToAcknowledge' | 'timeToResolve' | 'heldMeanMs' | 'timeToLastResolve' | 'expired'
>;

/** What is told of the incidents that were opened in the period. */
function createCohort(): { add(incident: IncidentFacts): void; figures(): CohortFigures } {
  const sum = { opened: 0, stillOpen: 0, ended: 0, alerts: 0, occurrences: 0 };
  const reopened = { incidents: 0, times: 0 };
  const escalated = { incidents: 0, times: 0 };
  const clocks = createClockCounts();
  return {
    add(incident) {
      const open = isOpen(incident);
      sum.opened += 1;
      if (open) sum.stillOpen += 1;
      if (!open || incident.reopenCount > 0) sum.ended += 1;
      sum.alerts += incident.alertCount;
      sum.occurrences += incident.occurrenceCount;
      count(reopened, incident.reopenCount);
      count(escalated, incident.escalationCount);
      clocks.add(incident);
    },
    figures: () => ({
      opened: sum.opened,
      stillOpen: sum.stillOpen,
      sla: clocks.figures(),
      reopened: { ...reopened, share: ratio(reopened.incidents, sum.ended) },
      escalated: { ...escalated, share: ratio(escalated.incidents, sum.opened) },
      alerts: sum.alerts,
      alertsPerIncident: ratio(sum.alerts, sum.opened),
      refirings: sum.occurrences - sum.alerts,
    }),
  };
}

function createClockCounts(): {
  add(incident: Pick<IncidentFacts, 'sla'>): void;
  figures(): Figures['sla'];
} {
  const counts = new Map(slaClockNames.map((name) => [name, { kept: 0, breached: 0, undecided: 0 }]));
  return {
    add({ sla }) {
      for (const [name, cell] of counts) {
        const state = sla[name];
        if (state === undefined) continue;
        cell[state === 'met' ? 'kept' : state === 'breached' ? 'breached' : 'undecided'] += 1;
      }
    },
    figures: () =>
      Object.fromEntries(
        [...counts]
          .filter(([, { kept, breached, undecided }]) => kept + breached + undecided > 0)
          .map(([name, cell]) => [name, { ...cell, keptShare: ratio(cell.kept, cell.kept + cell.breached) }]),
      ),
  };
}

function count(happened: { incidents: number; times: number }, times: number): void {
  if (times > 0) happened.incidents += 1;
  happened.times += times;
}

/** null for a share of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
