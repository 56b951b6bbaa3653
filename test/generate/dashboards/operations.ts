import { intakePanels } from './operations-intake.js';
import { instanceFilter as filter, quantilesOf } from './operations-queries.js';
import type { Panel } from './panel.js';
import type { Dashboard } from './render-dashboard.js';
import { datasourceVariable, labelVariable, windowVariable } from './variable.js';

const yes = { text: 'Yes', color: 'green' };
const no = { text: 'No', color: 'red' };

const atAGlance: readonly Panel[] = [
  {
    type: 'stat',
    title: 'Ready',
    description: 'Whether every instance would take an alert now. If not, senders get 503 and try again.',
    unit: 'short',
    width: 4,
    words: { 0: no, 1: yes },
    queries: [{ expr: `min(tocsin_ready{${filter}})` }],
  },
  {
    type: 'stat',
    title: 'Rules loaded',
    description: 'Whether the last load of the rules succeeded. If not, the rules before it are in force.',
    unit: 'short',
    width: 4,
    words: { 0: no, 1: yes },
    queries: [{ expr: `min(tocsin_rules_last_reload_successful{${filter}})` }],
  },
  {
    type: 'stat',
    title: 'Rules in force',
    description: 'Revision of the rules that judge; two of them mean that instances differ.',
    unit: 'short',
    width: 4,
    showName: true,
    queries: [{ expr: `count by (revision) (tocsin_rules_info{${filter}})`, legend: '{{revision}}' }],
  },
  {
    type: 'stat',
    title: 'Version',
    description: 'Version of Tocsin that runs.',
    unit: 'short',
    width: 4,
    showName: true,
    queries: [{ expr: `count by (version) (tocsin_build_info{${filter}})`, legend: '{{version}}' }],
  },
  {
    type: 'stat',
    title: 'Up for',
    description: 'Time since the instance that was started last was started.',
    unit: 's',
    width: 4,
    queries: [{ expr: `time() - max(process_start_time_seconds{${filter}})` }],
  },
  {
    type: 'stat',
    title: 'Notifications waiting',
    description: 'Notifications that are neither delivered nor given up, now.',
    unit: 'short',
    width: 4,
    queries: [{ expr: `sum(tocsin_outbox_pending{${filter}})` }],
  },
];

const paging: readonly Panel[] = [
  {
    type: 'heatmap',
    title: 'Alert to page',
    description:
      'Time from the alert that opened an incident to the first notification that was delivered, of incidents opened around each point. What a policy waits before its first step is in it.',
    unit: 's',
    width: 12,
    queries: [
      {
        expr: `sum by (le) (increase(tocsin_alert_to_notification_seconds_bucket{${filter}}[$__rate_interval]))`,
        legend: '{{le}}',
      },
    ],
  },
  {
    type: 'timeseries',
    title: 'Alert to page, 95th percentile by priority',
    description: 'At each point of the incidents in the window before it.',
    unit: 's',
    width: 12,
    queries: [
      {
        expr: `histogram_quantile(0.95, sum by (le, priority) (rate(tocsin_alert_to_notification_seconds_bucket{${filter}}[$window]))) >= 0`,
        legend: '{{priority}}',
      },
    ],
  },
];

const notifying: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'Attempts to notify',
    description: 'Attempts a second by outcome. Retries that last mean that a receiver is down.',
    unit: 'cps',
    width: 8,
    queries: [
      {
        expr: `sum by (notifier, outcome) (rate(tocsin_notification_attempts_total{${filter}}[$__rate_interval]))`,
        legend: '{{notifier}} {{outcome}}',
      },
    ],
  },
  {
    type: 'timeseries',
    title: 'Notifications by end',
    description: 'Notifications that were delivered or given up in the window before each point.',
    unit: 'short',
    width: 8,
    queries: [
      {
        expr: `sum by (notifier, outcome) (increase(tocsin_notifications_total{${filter}}[$window]))`,
        legend: '{{notifier}} {{outcome}}',
      },
    ],
  },
  {
    type: 'timeseries',
    title: 'Outbox',
    description: 'Notifications that wait. It should fall back to zero.',
    unit: 'short',
    width: 8,
    queries: [{ expr: `sum(tocsin_outbox_pending{${filter}})`, legend: 'waiting' }],
  },
];

const engine: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'Triage delay',
    description: 'From the durable receipt to the commit of the triage. Up to a second is normal.',
    unit: 's',
    width: 8,
    queries: quantilesOf('tocsin_triage_delay_seconds'),
  },
  {
    type: 'timeseries',
    title: 'Commit time',
    description: 'Time to write a commit. It grows with a slow or full disk.',
    unit: 's',
    width: 8,
    queries: quantilesOf('tocsin_commit_seconds'),
  },
  {
    type: 'timeseries',
    title: 'Log lag',
    description:
      'Records of the event log that are not triaged yet, and messages of topics that are not in it yet. Both should stay near zero.',
    unit: 'short',
    width: 8,
    queries: [
      { expr: `max by (shard) (tocsin_log_lag_entries{${filter}})`, legend: 'shard {{shard}}' },
      {
        // No topic is zero messages.
        expr: `sum by (topic) (tocsin_topic_lag_messages{${filter}}) or on() vector(0)`,
        legend: 'topic {{topic}}',
      },
    ],
  },
];

const resources: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'CPU',
    description: 'CPU seconds used a second: 1 is one core.',
    unit: 'short',
    width: 8,
    queries: [
      { expr: `rate(process_cpu_seconds_total{${filter}}[$__rate_interval])`, legend: '{{instance}}' },
    ],
  },
  {
    type: 'timeseries',
    title: 'Memory',
    description: 'What the process holds, and the JavaScript heap in use.',
    unit: 'bytes',
    width: 8,
    queries: [
      { expr: `process_resident_memory_bytes{${filter}}`, legend: '{{instance}} resident' },
      { expr: `nodejs_heap_size_used_bytes{${filter}}`, legend: '{{instance}} heap used' },
    ],
  },
  {
    type: 'timeseries',
    title: 'Event loop lag',
    description: 'How late the event loop runs what is due, 99th percentile. Above 100 ms answers suffer.',
    unit: 's',
    width: 8,
    queries: [{ expr: `nodejs_eventloop_lag_p99_seconds{${filter}}`, legend: '{{instance}}' }],
  },
  {
    type: 'timeseries',
    title: 'Data',
    description: 'Size of the data directory. Retention bounds it.',
    unit: 'bytes',
    width: 8,
    queries: [{ expr: `tocsin_data_bytes{${filter}}`, legend: '{{instance}}' }],
  },
  {
    type: 'timeseries',
    title: 'Free on the data disk',
    description: 'Part of the volume that is free. A full one stops intake.',
    unit: 'percentunit',
    width: 8,
    max: 1,
    queries: [
      {
        expr: `tocsin_data_disk_free_bytes{${filter}} / tocsin_data_disk_size_bytes{${filter}}`,
        legend: '{{instance}}',
      },
    ],
  },
  {
    type: 'timeseries',
    title: 'Failures of Tocsin itself',
    description:
      'Failures in the window before each point, by event as in the log; docs/logging.md tells them apart.',
    unit: 'short',
    width: 8,
    queries: [
      { expr: `sum by (event) (increase(tocsin_failures_total{${filter}}[$window]))`, legend: '{{event}}' },
    ],
  },
];

/** For whoever runs Tocsin: does it take alerts, does it tell people in time, and does it have what it needs. */
export const operationsDashboard: Dashboard = {
  uid: 'tocsin-operations',
  title: 'Tocsin: operations',
  description: 'Whether Tocsin takes alerts, how fast it tells people, and what it needs for that.',
  from: 'now-6h',
  variables: [
    datasourceVariable,
    labelVariable('job', { label: 'Job', metric: 'tocsin_build_info' }),
    labelVariable('instance', { label: 'Instance', metric: 'tocsin_build_info{job=~"$job"}' }),
    windowVariable('1h'),
  ],
  rows: [
    { height: 4, panels: atAGlance },
    { height: 9, panels: paging },
    { height: 8, panels: intakePanels },
    { height: 8, panels: notifying },
    { height: 8, panels: engine },
    { height: 8, panels: resources.slice(0, 3) },
    { height: 8, panels: resources.slice(3) },
  ],
};
