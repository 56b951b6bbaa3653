import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Figures } from '../domain/report/figures.js';
import {
  createIncidentReport,
  type Dimension,
  type FiguresGroup,
  type IncidentReport,
} from '../domain/report/incident-report.js';
import { createNoiseGatherer, type Noise, type NoiseGatherer } from '../domain/report/noise.js';
import type { RecurringCause, RecurringTrouble } from '../domain/report/recurrence.js';
import type { ReportPeriod } from '../domain/report/report-period.js';
import type { ZoneOffset } from '../domain/rules/zone-offset.js';
import type { Page, ReportViews } from './ports.js';

export interface SummaryQuestion {
  readonly period: ReportPeriod;
  readonly timezone: string;
  /** That of the time zone, for weeks. */
  readonly offset: ZoneOffset;
  readonly by: readonly Dimension[];
  /** Length of the lists of what is flapping and what comes back. */
  readonly top: number;
}

/** What docs/reports.md explains, figure by figure. */
export interface Summary {
  readonly period: ReportPeriod;
  readonly timezone: string;
  readonly total: Figures;
  readonly merged: number;
  readonly by: readonly { readonly dimension: Dimension; readonly groups: readonly FiguresGroup[] }[];
  readonly resolutionKinds: Readonly<Record<string, number>>;
  readonly noise: Noise;
  readonly causes: readonly RecurringCause[];
  readonly troubles: readonly RecurringTrouble[];
}

/** `onProgress` hears how many incidents have been read. */
export type SummarizeIncidents = (
  asked: SummaryQuestion,
  onProgress?: (incidents: number) => void,
) => Promise<Summary>;

/** How much is read in one go: what comes of it is worked through in a few milliseconds. */
const pageSize = 1000;

/**
 * Reads the committed views page by page and keeps sums and durations only. Others get their turn after every page and
 * every sorted breakdown; what is committed meanwhile may or may not be in the figures.
 */
export function createSummarizeIncidents({ views }: { readonly views: ReportViews }): SummarizeIncidents {
  return async (asked, onProgress = () => undefined) => {
    const { period, timezone, by, top } = asked;
    const report = createIncidentReport(asked);
    let read = 0;
    await eachPage(
      (after) => views.incidentFacts({ ...period, limit: pageSize, ...after }),
      (incidents) => {
        for (const incident of incidents) report.add(incident);
        onProgress((read += incidents.length));
      },
    );
    const noise = createNoiseGatherer(period, top);
    await readNoise(views, noise, period);
    const total = report.total();
    return {
      period,
      timezone,
      total,
      merged: report.merged(),
      by: await breakDown(report, by),
      resolutionKinds: report.resolutionKinds(),
      noise: noise.noise(total.opened),
      causes: report.causes(top),
      troubles: report.troubles(top),
    };
  };
}

async function readNoise(views: ReportViews, noise: NoiseGatherer, { since }: ReportPeriod): Promise<void> {
  await eachPage(
    (after) => views.tallies({ ...noise.period, limit: pageSize, ...after }),
    (hours) => {
      for (const hour of hours) noise.tally(hour);
    },
  );
  await eachPage(
    (after) => views.refiredAlerts({ since, limit: pageSize, ...after }),
    (alerts) => {
      for (const alert of alerts) noise.refired(alert);
    },
  );
}

async function breakDown(report: IncidentReport, by: readonly Dimension[]): Promise<Summary['by']> {
  const tables: { dimension: Dimension; groups: readonly FiguresGroup[] }[] = [];
  for (const dimension of by) {
    await letOthersRun();
    tables.push({ dimension, groups: report.groups(dimension) });
  }
  return tables;
}

async function eachPage<T>(
  read: (after: { after?: string }) => Promise<Page<T>>,
  use: (items: readonly T[]) => void,
): Promise<void> {
  let after: { after?: string } | null = {};
  while (after !== null) {
    const page: Page<T> = await read(after);
    use(page.items);
    after = page.next === null ? null : { after: page.next };
  }
}
