import type { Summary } from '../../app/summarize-incidents.js';
import type { Distribution } from '../../domain/report/distribution.js';
import type { ClockFigures, Figures, Happened } from '../../domain/report/figures.js';
import type { Dimension } from '../../domain/report/incident-report.js';
import type { Recurrence } from '../../domain/report/recurrence.js';
import { presentInstant } from './present-instant.js';

/** The figures of a report in JSON (docs/openapi.yaml, ReportFigures). */
export interface PresentedFigures {
  readonly opened: number;
  readonly stillOpen: number;
  readonly expired: number;
  readonly timeToAcknowledge: Distribution | null;
  readonly timeToResolve: Distribution | null;
  readonly timeToLastResolve: Distribution | null;
  readonly heldMeanMs: number | null;
  readonly sla: Readonly<Record<string, ClockFigures>>;
  readonly reopened: Happened;
  readonly escalated: Happened;
  readonly alerts: number;
  readonly alertsPerIncident: number | null;
  readonly refirings: number;
}

export interface PresentedGroup extends PresentedFigures {
  readonly key: string | null;
}

interface PresentedPeriod {
  readonly since: string;
  readonly until: string;
}

export interface PresentedRecurrence {
  readonly incidents: number;
  readonly firstOpenedAt: string;
  readonly lastOpenedAt: string;
  readonly everyMs: number;
  readonly timeToResolveSumMs: number;
}

/** A report in JSON (docs/openapi.yaml, ReportSummary). Shares are from 0 to 1. */
export interface PresentedSummary extends PresentedPeriod {
  readonly timezone: string;
  readonly total: PresentedFigures & { readonly merged: number };
  readonly by: Readonly<Partial<Record<Dimension, readonly PresentedGroup[]>>>;
  readonly resolutionKinds: Readonly<Record<string, number>>;
  readonly noise: PresentedPeriod & {
    readonly received: number;
    readonly receivedPerIncident: number | null;
    readonly deduplicated: number;
    readonly deduplicatedShare: number | null;
    readonly occurrences: number;
    readonly suppressed: Readonly<Record<string, number>>;
    readonly flapping: readonly {
      readonly fingerprint: string;
      readonly title: string;
      readonly service: string | null;
      readonly source: string;
      readonly incident: string | null;
      readonly occurrenceCount: number;
      readonly receivedCount: number;
      readonly lastSeenAt: string;
    }[];
  };
  readonly recurring: {
    readonly rootCauses: readonly (PresentedRecurrence & {
      readonly rootCause: string;
      readonly services: readonly string[];
    })[];
    readonly troubles: readonly (PresentedRecurrence & {
      readonly category: string;
      readonly service: string | null;
    })[];
  };
}

export function presentSummary(summary: Summary): PresentedSummary {
  const { total, merged, noise, causes, troubles } = summary;
  const tables = summary.by.map(({ dimension, groups }) => [
    dimension,
    groups.map(({ key, ...figures }) => ({ key, ...presentFigures(figures) })),
  ]);
  return {
    since: presentInstant(summary.period.since),
    until: presentInstant(summary.period.until),
    timezone: summary.timezone,
    total: { ...presentFigures(total), merged },
    by: Object.fromEntries(tables) as PresentedSummary['by'],
    resolutionKinds: summary.resolutionKinds,
    noise: presentNoise(noise),
    recurring: {
      rootCauses: causes.map((each) => ({
        rootCause: each.cause,
        services: each.services,
        ...presentRecurrence(each),
      })),
      troubles: troubles.map((each) => ({
        category: each.category,
        service: each.service,
        ...presentRecurrence(each),
      })),
    },
  };
}

function presentFigures(figures: Figures): PresentedFigures {
  return {
    opened: figures.opened,
    stillOpen: figures.stillOpen,
    expired: figures.expired,
    timeToAcknowledge: figures.timeToAcknowledge,
    timeToResolve: figures.timeToResolve,
    timeToLastResolve: figures.timeToLastResolve,
    heldMeanMs: figures.heldMeanMs,
    sla: figures.sla,
    reopened: figures.reopened,
    escalated: figures.escalated,
    alerts: figures.alerts,
    alertsPerIncident: figures.alertsPerIncident,
    refirings: figures.refirings,
  };
}

function presentNoise(noise: Summary['noise']): PresentedSummary['noise'] {
  return {
    since: presentInstant(noise.period.since),
    until: presentInstant(noise.period.until),
    received: noise.received,
    receivedPerIncident: noise.receivedPerIncident,
    deduplicated: noise.deduplicated,
    deduplicatedShare: noise.deduplicatedShare,
    occurrences: noise.occurrences,
    suppressed: noise.suppressed,
    flapping: noise.flapping.map((alert) => ({ ...alert, lastSeenAt: presentInstant(alert.lastSeenAt) })),
  };
}

function presentRecurrence(recurrence: Recurrence): PresentedRecurrence {
  return {
    incidents: recurrence.incidents,
    firstOpenedAt: presentInstant(recurrence.firstOpenedAt),
    lastOpenedAt: presentInstant(recurrence.lastOpenedAt),
    everyMs: recurrence.everyMs,
    timeToResolveSumMs: recurrence.resolveMs,
  };
}
