import type { Series } from './alert-cases.js';

export interface RecordingCase {
  readonly record: string;
  /** A value every five minutes. */
  readonly series: Series;
  readonly at: string;
  /** Labels → value. */
  readonly samples: Readonly<Record<string, number>>;
}

const here = 'job="tocsin",instance="t:8080"';

/** Two priorities at two tiers, so that means over either differ: 100 s and 200 s for P1, 600 s for P2. */
function times(histogram: string): Series {
  const part = (name: string, priority: string, tier: string): string =>
    `${histogram}_${name}{${here},priority="${priority}",tier="${tier}"}`;
  return {
    [part('sum', 'P1', 'L1')]: '0 100x20',
    [part('count', 'P1', 'L1')]: '0 1x20',
    [part('sum', 'P1', 'L2')]: '0 200x20',
    [part('count', 'P1', 'L2')]: '0 1x20',
    [part('sum', 'P2', 'L2')]: '0 600x20',
    [part('count', 'P2', 'L2')]: '0 1x20',
    [part('sum', 'P5', 'L1')]: '0x21',
    [part('count', 'P5', 'L1')]: '0x21',
  };
}

function meansOf(what: 'acknowledge' | 'resolve'): readonly RecordingCase[] {
  const histogram = `tocsin_incident_time_to_${what}_seconds`;
  return [
    {
      record: `job_priority:${histogram}:mean30d`,
      series: times(histogram),
      at: '60m',
      samples: { '{job="tocsin",priority="P1"}': 150, '{job="tocsin",priority="P2"}': 600 },
    },
    {
      record: `job_tier:${histogram}:mean30d`,
      series: times(histogram),
      at: '60m',
      samples: { '{job="tocsin",tier="L1"}': 100, '{job="tocsin",tier="L2"}': 400 },
    },
  ];
}

/** What must be recorded of what. */
export const recordingCases: readonly RecordingCase[] = [
  ...meansOf('acknowledge'),
  ...meansOf('resolve'),
  {
    record: 'job_priority_clock:tocsin_sla_kept:ratio30d',
    series: {
      [`tocsin_sla_met_total{${here},priority="P1",tier="L1",clock="resolve"}`]: '0 3x20',
      [`tocsin_sla_breaches_total{${here},priority="P1",tier="L1",clock="resolve"}`]: '0 1x20',
      [`tocsin_sla_met_total{${here},priority="P2",tier="L1",clock="resolve"}`]: '0x21',
      [`tocsin_sla_breaches_total{${here},priority="P2",tier="L1",clock="resolve"}`]: '0 2x20',
      [`tocsin_sla_met_total{${here},priority="P3",tier="L1",clock="resolve"}`]: '0x21',
      [`tocsin_sla_breaches_total{${here},priority="P3",tier="L1",clock="resolve"}`]: '0x21',
    },
    at: '60m',
    samples: {
      '{job="tocsin",priority="P1",clock="resolve"}': 0.75,
      '{job="tocsin",priority="P2",clock="resolve"}': 0,
    },
  },
  {
    record: 'job:tocsin_alerts_per_incident:ratio1d',
    series: {
      [`tocsin_alerts_received_total{${here},source="prometheus",status="firing"}`]: '0 90x20',
      [`tocsin_alerts_received_total{${here},source="prometheus",status="resolved"}`]: '0 30x20',
      [`tocsin_incidents_opened_total{${here},priority="P1",tier="L1"}`]: '0 1x20',
      [`tocsin_incidents_opened_total{${here},priority="P3",tier="L1"}`]: '0 2x20',
    },
    at: '60m',
    samples: { '{job="tocsin"}': 30 },
  },
];
