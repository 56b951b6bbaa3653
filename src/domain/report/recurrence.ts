import type { IncidentFacts } from '../incident/incident-facts.js';

/** Incidents that share something, and so may have one cause that nobody has removed. */
export interface Recurrence {
  readonly incidents: number;
  readonly firstOpenedAt: number;
  readonly lastOpenedAt: number;
  /** Mean time from one opening to the next. */
  readonly everyMs: number;
  /** Times to the first resolve, in sum: what it costs. */
  readonly resolveMs: number;
}

/** A root cause that was written into several incidents. */
export interface RecurringCause extends Recurrence {
  /** As it was written first. */
  readonly cause: string;
  readonly services: readonly string[];
}

/** A kind of trouble that comes back to a service. */
export interface RecurringTrouble extends Recurrence {
  readonly category: string;
  readonly service: string | null;
}

interface Series {
  readonly first: IncidentFacts;
  readonly services: Set<string>;
  incidents: number;
  firstOpenedAt: number;
  lastOpenedAt: number;
  resolveMs: number;
}

export interface RecurrenceGatherer {
  add(incident: IncidentFacts): void;
  /** The most frequent, then the most recent. */
  causes(limit: number): readonly RecurringCause[];
  troubles(limit: number): readonly RecurringTrouble[];
}

export function createRecurrenceGatherer(): RecurrenceGatherer {
  const byCause = new Map<string, Series>();
  const byTrouble = new Map<string, Series>();
  return {
    add(incident) {
      const cause = normalizeCause(incident.rootCause ?? '');
      if (cause !== '') note(byCause, cause, incident);
      note(byTrouble, `${incident.category}\u0000${incident.service ?? ''}`, incident);
    },
    causes: (limit) =>
      mostFrequent(byCause, limit).map((series) => ({
        cause: (series.first.rootCause ?? '').trim(),
        services: [...series.services].sort(),
        ...recurrenceOf(series),
      })),
    troubles: (limit) =>
      mostFrequent(byTrouble, limit).map((series) => ({
        category: series.first.category,
        service: series.first.service,
        ...recurrenceOf(series),
      })),
  };
}

/** The same words however they are written: in small letters, single blanks between, no punctuation around. */
export function normalizeCause(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '');
}

function note(series: Map<string, Series>, key: string, incident: IncidentFacts): void {
  const { openedAt, service } = incident;
  const known = series.get(key) ?? {
    first: incident,
    services: new Set<string>(),
    incidents: 0,
    firstOpenedAt: openedAt,
    lastOpenedAt: openedAt,
    resolveMs: 0,
  };
  known.incidents += 1;
  known.firstOpenedAt = Math.min(known.firstOpenedAt, openedAt);
  known.lastOpenedAt = Math.max(known.lastOpenedAt, openedAt);
  known.resolveMs += incident.timeToResolveMs ?? 0;
  if (service !== null) known.services.add(service);
  series.set(key, known);
}

function mostFrequent(series: ReadonlyMap<string, Series>, limit: number): readonly Series[] {
  return [...series.values()]
    .filter(({ incidents }) => incidents > 1)
    .sort((a, b) => b.incidents - a.incidents || b.lastOpenedAt - a.lastOpenedAt)
    .slice(0, limit);
}

function recurrenceOf({ incidents, firstOpenedAt, lastOpenedAt, resolveMs }: Series): Recurrence {
  const everyMs = Math.round((lastOpenedAt - firstOpenedAt) / (incidents - 1));
  return { incidents, firstOpenedAt, lastOpenedAt, everyMs, resolveMs };
}
