/** Series in promtool's notation, a value a minute: `0+10x60` begins at 0 and rises by 10, 60 times. */
export type Series = Readonly<Record<string, string>>;

export interface FiringCase {
  readonly series: Series;
  /** Minutes after the beginning. */
  readonly at: number;
  /** Of the alert, without its severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

export interface AlertCase {
  readonly fires: readonly FiringCase[];
  /** When it must not fire. */
  readonly quiet: readonly Pick<FiringCase, 'series' | 'at'>[];
}

const here = 'job="tocsin",instance="t:8080"';
const ofInstance = { job: 'tocsin', instance: 't:8080' };
const ofJob = { job: 'tocsin' };

const availability: Readonly<Record<string, AlertCase>> = {
  TocsinDown: {
    fires: [
      {
        series: { [`up{${here}}`]: '1 1 1 0 0 0 0' },
        at: 6,
        labels: ofInstance,
        summary: 'Tocsin is down',
        description: 'Prometheus could not scrape Tocsin at t:8080 for 2 minutes.',
      },
      {
        series: { 'up{job="other"}': '1x9' },
        at: 3,
        labels: ofJob,
        summary: 'Tocsin is down',
        description: 'Prometheus could not scrape Tocsin for 2 minutes.',
      },
    ],
    quiet: [{ series: { [`up{${here}}`]: '1 0 1 1 0 1' }, at: 5 }],
  },
  TocsinNotReady: {
    fires: [
      {
        series: { [`tocsin_ready{${here}}`]: '1 0 0 0' },
        at: 3,
        labels: ofInstance,
        summary: 'Tocsin takes no alerts',
        description: 't:8080 runs, but refuses alerts: its event log takes no entries. Senders get 503.',
      },
    ],
    quiet: [{ series: { [`tocsin_ready{${here}}`]: '1x9' }, at: 9 }],
  },
  TocsinRequestsFail: {
    fires: [
      {
        series: requests({ ok: 90, failed: 10 }),
        at: 15,
        labels: ofInstance,
        summary: 'Tocsin answers with errors',
        description: 't:8080 answers 10% of all requests with a 5xx.',
      },
    ],
    quiet: [{ series: requests({ ok: 98, failed: 2 }), at: 15 }],
  },
  TocsinRestarts: {
    fires: [
      {
        series: { [`process_start_time_seconds{${here}}`]: '1 1 2 2 3 3 4 4 4' },
        at: 8,
        labels: ofInstance,
        summary: 'Tocsin restarts again and again',
        description: 't:8080 was started 3 times in 15 minutes.',
      },
    ],
    quiet: [{ series: { [`process_start_time_seconds{${here}}`]: '1 1 2 2 2 2 2 2 2' }, at: 8 }],
  },
  TocsinEventLoopBlocked: {
    fires: [
      {
        series: { [`nodejs_eventloop_lag_p99_seconds{${here}}`]: '0.8x20' },
        at: 15,
        labels: ofInstance,
        summary: 'Tocsin is overloaded',
        description: 'The event loop of t:8080 runs 800ms late.',
      },
    ],
    quiet: [{ series: { [`nodejs_eventloop_lag_p99_seconds{${here}}`]: '0.1x20' }, at: 15 }],
  },
};

function requests(perMinute: { readonly ok: number; readonly failed: number }): Series {
  const count = (status: string): string =>
    `tocsin_http_request_duration_seconds_count{${here},status="${status}"}`;
  return { [count('200')]: `0+${perMinute.ok}x20`, [count('503')]: `0+${perMinute.failed}x20` };
}

const triage: Readonly<Record<string, AlertCase>> = {
  TocsinTriageSlow: {
    fires: [
      {
        series: histogram('tocsin_triage_delay_seconds', here, { 1: '0x20', 5: '0x20', 10: '0+60x20' }),
        at: 16,
        labels: ofInstance,
        summary: 'Tocsin triages late',
        description:
          't:8080 takes 9.95s from the receipt of an alert to its committed triage (99th percentile); about a second is normal.',
      },
    ],
    quiet: [
      { series: histogram('tocsin_triage_delay_seconds', here, { 1: '0+60x20', 5: '0+60x20' }), at: 16 },
    ],
  },
  TocsinLogLagGrows: {
    fires: [
      {
        series: { [`tocsin_log_lag_entries{${here},shard="0"}`]: '500+200x30' },
        at: 20,
        labels: { ...ofInstance, shard: '0' },
        summary: 'Tocsin falls behind',
        description: '4.5k records of shard 0 wait for triage, and they become more.',
      },
    ],
    quiet: [
      { series: { [`tocsin_log_lag_entries{${here},shard="0"}`]: '9000-200x30' }, at: 20 },
      { series: { [`tocsin_log_lag_entries{${here},shard="0"}`]: '0+20x30' }, at: 20 },
    ],
  },
  TocsinCommitsFail: {
    fires: [
      {
        series: { [`tocsin_failures_total{${here},event="commit-failed"}`]: '0 0 2 4 6 8 10' },
        at: 6,
        labels: { ...ofInstance, event: 'commit-failed' },
        summary: 'Tocsin cannot commit',
        description:
          't:8080 could not write its state 10 times in 5 minutes. Alerts are still taken; nobody is told of them.',
      },
    ],
    quiet: [{ series: { [`tocsin_failures_total{${here},event="commit-failed"}`]: '0 0 1 1 1 1 1' }, at: 6 }],
  },
  TocsinFails: {
    fires: [
      {
        series: { [`tocsin_failures_total{${here},event="request-failed"}`]: '0 0 1 1 1 1' },
        at: 5,
        labels: { ...ofInstance, event: 'request-failed' },
        summary: 'Something in Tocsin failed',
        description: 't:8080 met 1 failures "request-failed" in 15 minutes; its log tells more.',
      },
    ],
    quiet: [
      { series: { [`tocsin_failures_total{${here},event="request-failed"}`]: '4x30' }, at: 20 },
      { series: { [`tocsin_failures_total{${here},event="commit-failed"}`]: '0+1x30' }, at: 20 },
    ],
  },
  TocsinRulesReloadFailed: {
    fires: [
      {
        series: { [`tocsin_rules_last_reload_successful{${here}}`]: '1 0x9' },
        at: 8,
        labels: ofInstance,
        summary: 'Tocsin refuses the rules on disk',
        description: 't:8080 could not load the rules; the ones before them stay in force.',
      },
    ],
    quiet: [{ series: { [`tocsin_rules_last_reload_successful{${here}}`]: '1 0 0 1x9' }, at: 8 }],
  },
};

const intake: Readonly<Record<string, AlertCase>> = {
  TocsinRejectsAlerts: {
    fires: [
      {
        series: {
          [`tocsin_alerts_rejected_total{${here},source="grafana",reason="invalid-body"}`]: '0+2x30',
          [`tocsin_alerts_rejected_total{${here},source="api",reason="invalid-body"}`]: '0x30',
        },
        at: 25,
        labels: { ...ofJob, source: 'grafana', reason: 'invalid-body' },
        summary: 'Tocsin rejects alerts of grafana',
        description: '30 alerts of grafana were not taken in 15 minutes: invalid-body.',
      },
    ],
    quiet: [
      {
        series: { [`tocsin_alerts_rejected_total{${here},source="api",reason="invalid-body"}`]: '0 3x30' },
        at: 10,
      },
    ],
  },
  TocsinHearsNothing: {
    fires: [
      {
        series: {
          [`tocsin_alerts_received_total{${here},source="prometheus",status="firing"}`]: '0+10x30 300x100',
        },
        at: 120,
        labels: ofJob,
        summary: 'No alert reaches Tocsin',
        description:
          'No sender has sent anything for an hour, not even a repeat or a watchdog; a day ago some did.',
      },
    ],
    quiet: [
      {
        series: {
          [`tocsin_alerts_received_total{${here},source="prometheus",status="firing"}`]: '0+10x30 300x100',
          [`tocsin_alerts_received_total{${here},source="api",status="firing"}`]: '0+1x140',
        },
        at: 120,
      },
      {
        series: { [`tocsin_alerts_received_total{${here},source="prometheus",status="firing"}`]: '0x140' },
        at: 120,
      },
    ],
  },
};

/** Cumulative buckets by upper bound; the last is also the count. */
export function histogram(name: string, labels: string, buckets: Readonly<Record<string, string>>): Series {
  const bounds = Object.entries(buckets);
  const all = bounds.at(-1)?.[1] ?? '';
  return Object.fromEntries(
    [...bounds, ['+Inf', all] as const].map(([le, values]) => [
      `${name}_bucket{${labels},le="${le}"}`,
      values,
    ]),
  );
}

/** What must make each alert fire, and what must not. */
export const alertCases: Readonly<Record<string, AlertCase>> = { ...availability, ...triage, ...intake };
