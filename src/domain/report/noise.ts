import { addCounts, hourMs, noAlerts, type AlertCounts, type AlertTally } from '../alert/alert-tally.js';
import type { RefiredAlert } from '../alert/refired-alert.js';
import { ratio } from './figures.js';
import type { ReportPeriod } from './report-period.js';

/** How much came in, and how little of it reached people. */
export interface Noise extends AlertCounts {
  /** The whole hours of UTC that the counts are of: at least the period. */
  readonly period: ReportPeriod;
  /** Messages for each incident opened in the period. */
  readonly receivedPerIncident: number | null;
  /** Share of the messages that said nothing new. */
  readonly deduplicatedShare: number | null;
  /** The alerts that fired most often. */
  readonly flapping: readonly RefiredAlert[];
}

export interface NoiseGatherer {
  readonly period: ReportPeriod;
  tally(hour: AlertTally): void;
  refired(alert: RefiredAlert): void;
  noise(opened: number): Noise;
}

/** `top` bounds the list of flapping alerts. */
export function createNoiseGatherer(asked: ReportPeriod, top: number): NoiseGatherer {
  const period = {
    since: Math.floor(asked.since / hourMs) * hourMs,
    until: Math.ceil(asked.until / hourMs) * hourMs,
  };
  let counts: AlertCounts = noAlerts;
  let flapping: RefiredAlert[] = [];
  return {
    period,
    tally: (hour) => {
      counts = addCounts(counts, hour);
    },
    refired: (alert) => {
      flapping.push(alert);
      // Many may come, few are kept.
      if (flapping.length >= 2 * top + 100) flapping = mostOften(flapping, top);
    },
    noise: (opened) => ({
      period,
      ...counts,
      receivedPerIncident: ratio(counts.received, opened),
      deduplicatedShare: ratio(counts.deduplicated, counts.received),
      flapping: mostOften(flapping, top),
    }),
  };
}

function mostOften(alerts: readonly RefiredAlert[], top: number): RefiredAlert[] {
  const order = (a: RefiredAlert, b: RefiredAlert): number =>
    b.occurrenceCount - a.occurrenceCount ||
    b.lastSeenAt - a.lastSeenAt ||
    (a.fingerprint < b.fingerprint ? -1 : 1);
  return [...alerts].sort(order).slice(0, top);
}
