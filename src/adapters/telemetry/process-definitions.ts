import type { MetricDefinition } from './metric-definition.js';

/** Metrics of this process: counters begin again at its start. */
export const processDefinitions = {
  alertsRejected: {
    name: 'tocsin_alerts_rejected_total',
    type: 'counter',
    help: 'Alerts that were not taken.',
    labels: ['source', 'reason'],
    unit: 'alerts',
    example: 'sum by (source, reason) (increase(tocsin_alerts_rejected_total[1h]))',
  },
  httpRequests: {
    name: 'tocsin_http_request_duration_seconds',
    type: 'histogram',
    help: 'Time from the head of a request to the end of its answer.',
    labels: ['method', 'route', 'status'],
    unit: 'seconds',
    example:
      'sum(rate(tocsin_http_request_duration_seconds_count{status=~"5.."}[5m])) / sum(rate(tocsin_http_request_duration_seconds_count[5m]))',
  },
  commits: {
    name: 'tocsin_commit_seconds',
    type: 'histogram',
    help: 'Time to write a commit.',
    labels: [],
    unit: 'seconds',
    example: 'histogram_quantile(0.99, sum by (le) (rate(tocsin_commit_seconds_bucket[5m])))',
  },
  triageDelays: {
    name: 'tocsin_triage_delay_seconds',
    type: 'histogram',
    help: 'Time from the durable receipt of a record to the commit of its triage.',
    labels: [],
    unit: 'seconds',
    example: 'histogram_quantile(0.99, sum by (le) (rate(tocsin_triage_delay_seconds_bucket[5m])))',
  },
  notificationAttempts: {
    name: 'tocsin_notification_attempts_total',
    type: 'counter',
    help: 'Attempts to deliver a notification.',
    labels: ['notifier', 'outcome'],
    unit: 'attempts',
    example: 'sum by (notifier) (rate(tocsin_notification_attempts_total{outcome="retry"}[15m]))',
  },
  rulesInfo: {
    name: 'tocsin_rules_info',
    type: 'gauge',
    help: 'Always 1; the label names the rules in force.',
    labels: ['revision'],
    unit: '1',
    example: 'count by (revision) (tocsin_rules_info)',
  },
  rulesReloaded: {
    name: 'tocsin_rules_last_reload_successful',
    type: 'gauge',
    help: '1 when the last load of the rules succeeded, else 0.',
    labels: [],
    unit: '1 or 0',
    example: 'tocsin_rules_last_reload_successful == 0',
  },
  rulesReloadedAt: {
    name: 'tocsin_rules_last_reload_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the rules were last loaded with success, Unix time.',
    labels: [],
    unit: 'seconds',
    example: 'time() - tocsin_rules_last_reload_success_timestamp_seconds',
  },
  failures: {
    name: 'tocsin_failures_total',
    type: 'counter',
    help: 'Failures of the service itself, by event as in the log.',
    labels: ['event'],
    unit: 'failures',
    example: 'sum by (event) (increase(tocsin_failures_total[1h])) > 0',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
