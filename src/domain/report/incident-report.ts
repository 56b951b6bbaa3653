import type { IncidentFacts } from '../incident/incident-facts.js';
import type { ZoneOffset } from '../rules/zone-offset.js';
import { createFiguresGatherer, type Figures, type FiguresGatherer } from './figures.js';
import { createWeekNamer } from './iso-week.js';
import { createRecurrenceGatherer, type RecurringCause, type RecurringTrouble } from './recurrence.js';
import type { ReportPeriod } from './report-period.js';

/** What a report may be broken down by. */
export const dimensions = ['priority', 'tier', 'team', 'service', 'category', 'week'] as const;
export type Dimension = (typeof dimensions)[number];

/** One row of a breakdown. `key` null: no service. */
export interface FiguresGroup extends Figures {
  readonly key: string | null;
}

/** Pure arithmetic over the incidents of a period, one added after the other. */
export interface IncidentReport {
  add(incident: IncidentFacts): void;
  total(): Figures;
  /** Priorities, tiers and weeks in their order; the others by how many were opened, most first. */
  groups(dimension: Dimension): readonly FiguresGroup[];
  causes(limit: number): readonly RecurringCause[];
  troubles(limit: number): readonly RecurringTrouble[];
  /** How often each kind of resolution was given to incidents opened in the period. */
  resolutionKinds(): Readonly<Record<string, number>>;
  /** Opened in the period, and now a part of another incident. */
  merged(): number;
}

/** Something that happened to an incident at an instant, and how a group notes it. */
interface Moment {
  readonly at: number | null;
  readonly note: (group: FiguresGatherer) => void;
}

export function createIncidentReport(asked: {
  readonly period: ReportPeriod;
  readonly by: readonly Dimension[];
  readonly offset: ZoneOffset;
}): IncidentReport {
  const { period, by, offset } = asked;
  const weekOf = createWeekNamer(offset);
  const total = createFiguresGatherer();
  const groups = new Map(by.map((dimension) => [dimension, new Map<string | null, FiguresGatherer>()]));
  const recurrence = createRecurrenceGatherer();
  const kinds = new Map<string, number>();
  let merged = 0;

  const noteIn = (incident: IncidentFacts, at: number, note: Moment['note']): void => {
    note(total);
    for (const [dimension, ofDimension] of groups) {
      const key = dimension === 'week' ? weekOf(at) : incident[dimension];
      let group = ofDimension.get(key);
      if (group === undefined) ofDimension.set(key, (group = createFiguresGatherer()));
      note(group);
    }
  };
  const isWithin = (at: number): boolean => at >= period.since && at < period.until;

  return {
    add(incident) {
      const opened = isWithin(incident.openedAt);
      if (incident.merged) {
        if (opened) merged += 1;
        return;
      }
      for (const { at, note } of momentsOf(incident)) {
        if (at !== null && isWithin(at)) noteIn(incident, at, note);
      }
      if (!opened) return;
      recurrence.add(incident);
      const { resolutionKind } = incident;
      if (resolutionKind !== null) kinds.set(resolutionKind, (kinds.get(resolutionKind) ?? 0) + 1);
    },
    total: () => total.figures(),
    groups: (dimension) => inOrder(dimension, groups.get(dimension) ?? new Map()),
    causes: (limit) => recurrence.causes(limit),
    troubles: (limit) => recurrence.troubles(limit),
    resolutionKinds: () => Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
    merged: () => merged,
  };
}

/** An incident that expired has no time to resolve: nobody knows when it was over. */
function momentsOf(incident: IncidentFacts): readonly Moment[] {
  const { openedAt, acknowledgedAt, timeToAcknowledgeMs, timeToResolveMs, resolvedAt, resolvedReason } =
    incident;
  const expired = resolvedReason === 'expired';
  return [
    {
      at: openedAt,
      note: (group) => {
        group.opened(incident);
      },
    },
    {
      at: timeToAcknowledgeMs === null ? null : acknowledgedAt,
      note: (group) => {
        group.acknowledged(timeToAcknowledgeMs ?? 0);
      },
    },
    {
      at: timeToResolveMs === null ? null : openedAt + timeToResolveMs,
      note: (group) => {
        group.resolved(timeToResolveMs ?? 0, incident.heldMs);
      },
    },
    {
      at: resolvedAt,
      note: (group) => {
        if (expired) group.expired();
        else group.lastResolved((resolvedAt ?? 0) - openedAt);
      },
    },
  ];
}

function inOrder(
  dimension: Dimension,
  groups: ReadonlyMap<string | null, FiguresGatherer>,
): readonly FiguresGroup[] {
  const rows = [...groups].map(([key, group]) => ({ key, ...group.figures() }));
  const byName = (a: FiguresGroup, b: FiguresGroup): number => ((a.key ?? '') < (b.key ?? '') ? -1 : 1);
  const named = dimension === 'priority' || dimension === 'tier' || dimension === 'week';
  return rows.sort(named ? byName : (a, b) => b.opened - a.opened || byName(a, b));
}
