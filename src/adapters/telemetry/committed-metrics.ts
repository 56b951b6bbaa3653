import {
  counterLabels,
  histogramLabels,
  type CounterName,
  type HistogramName,
} from '../../domain/triage/totals.js';
import type { MetricDefinition } from './metric-definition.js';

type Told = Pick<MetricDefinition, 'help' | 'note' | 'unit' | 'example'>;

const counters: Readonly<Record<CounterName, Told>> = {
  alerts_received: {
    help: 'Alerts applied, repeats included.',
    unit: 'alerts',
    example: 'sum by (source) (rate(tocsin_alerts_received_total[5m]))',
  },
  alerts_deduplicated: {
    help: 'Repeats of an alert that was already known.',
    unit: 'alerts',
    example: 'sum(rate(tocsin_alerts_deduplicated_total[1h])) / sum(rate(tocsin_alerts_received_total[1h]))',
  },
  alerts_suppressed: {
    help: 'Times an alert began to be held back from people, by each kind of reason.',
    unit: 'alerts',
    example: 'sum by (reason) (increase(tocsin_alerts_suppressed_total[1d]))',
  },
  alerts_held_dropped: {
    help: 'Alerts that resolved while a rule held them, so that nobody was told.',
    unit: 'alerts',
    example: 'topk(10, sum by (rule) (increase(tocsin_alerts_held_dropped_total[1d])))',
  },
  occurrences: {
    help: 'Uninterrupted firings of an alert.',
    unit: 'occurrences',
    example: 'sum(increase(tocsin_occurrences_total[1d])) / sum(increase(tocsin_incidents_opened_total[1d]))',
  },
  dead_letters: {
    help: 'Messages of external topics that could not be read, by why.',
    unit: 'messages',
    example: 'sum by (source, reason) (increase(tocsin_dead_letters_total[1h]))',
  },
  incidents_opened: {
    help: 'Incidents opened.',
    unit: 'incidents',
    example: 'sum by (priority) (increase(tocsin_incidents_opened_total[1d]))',
  },
  incidents_resolved: {
    help: 'Incidents resolved, each time.',
    unit: 'incidents',
    example: 'sum by (reason) (increase(tocsin_incidents_resolved_total[1d]))',
  },
  incidents_reopened: {
    help: 'Incidents reopened.',
    unit: 'incidents',
    example:
      'sum(increase(tocsin_incidents_reopened_total[7d])) / sum(increase(tocsin_incidents_resolved_total[7d]))',
  },
  incidents_escalated: {
    help: 'Escalations of incidents; tier is the tier reached.',
    unit: 'escalations',
    example: 'sum by (tier, kind) (increase(tocsin_incidents_escalated_total[1d]))',
  },
  incidents_closed: {
    help: 'Incidents closed.',
    unit: 'incidents',
    example: 'sum(increase(tocsin_incidents_closed_total[1d]))',
  },
  incidents_merged: {
    help: 'Incidents that a person merged into another one.',
    note: 'They count as neither resolved nor closed, and into no time to resolve.',
    unit: 'incidents',
    example:
      'sum(increase(tocsin_incidents_merged_total[7d])) / sum(increase(tocsin_incidents_opened_total[7d]))',
  },
  incidents_declared_major: {
    help: 'Incidents declared major ones; priority and tier are those before.',
    note: 'A change of roles counts not again.',
    unit: 'incidents',
    example: 'sum(increase(tocsin_incidents_declared_major_total[30d]))',
  },
  incidents_split: {
    help: 'Times a person split alerts off an incident.',
    unit: 'splits',
    example: 'sum(increase(tocsin_incidents_split_total[7d]))',
  },
  sla_breaches: {
    help: 'SLA clocks that ran out.',
    unit: 'clocks',
    example: 'sum by (priority, clock) (increase(tocsin_sla_breaches_total[1d]))',
  },
  sla_met: {
    help: 'SLA clocks that ended in time, at the first end of an incident.',
    note: 'A resolve clock that was met and runs out after a reopen is counted here and among the breaches.',
    unit: 'clocks',
    example:
      'sum by (clock) (increase(tocsin_sla_met_total[30d])) / (sum by (clock) (increase(tocsin_sla_met_total[30d])) + sum by (clock) (increase(tocsin_sla_breaches_total[30d])))',
  },
  notifications: {
    help: 'Notifications that were delivered or given up.',
    unit: 'notifications',
    example: 'sum by (notifier) (increase(tocsin_notifications_total{outcome="failed"}[1h]))',
  },
  rule_hits: {
    help: 'Times a rule took an alert.',
    unit: 'hits',
    example: 'topk(10, sum by (rule) (increase(tocsin_rule_hits_total[1d])))',
  },
  rule_shadow_hits: {
    help: 'Times a rule in shadow would have taken an alert.',
    note: 'Of a rule of a first-match set: times the alert was still to be had when its turn came.',
    unit: 'hits',
    example: 'sum by (rule) (increase(tocsin_rule_shadow_hits_total[7d]))',
  },
  rule_errors: {
    help: 'Times a rule broke and was skipped; the alert went on without it.',
    note: 'Never, unless Tocsin has a defect. The log names the rule and the error, once for each rule set.',
    unit: 'errors',
    example: 'sum by (rule) (increase(tocsin_rule_errors_total[1d])) > 0',
  },
};

const histograms: Readonly<Record<HistogramName, Told>> = {
  alert_to_notification: {
    help: 'Time from the alert that opened an incident to the first notification of it that was delivered.',
    note: 'It counts from the opening of the incident: how long a hold, a silence or a window kept the alert back before is not in it, what a step of the policy waits is. It ends when the outcome of the delivery is in the event log.',
    unit: 'seconds',
    example: 'histogram_quantile(0.95, sum by (le) (rate(tocsin_alert_to_notification_seconds_bucket[1h])))',
  },
  incident_time_to_acknowledge: {
    help: 'Time from opening an incident to its first acknowledge.',
    unit: 'seconds',
    example:
      'sum by (priority) (rate(tocsin_incident_time_to_acknowledge_seconds_sum[7d])) / sum by (priority) (rate(tocsin_incident_time_to_acknowledge_seconds_count[7d]))',
  },
  incident_time_to_resolve: {
    help: 'Time from opening an incident to its first resolve.',
    unit: 'seconds',
    example:
      'sum by (priority) (rate(tocsin_incident_time_to_resolve_seconds_sum[30d])) / sum by (priority) (rate(tocsin_incident_time_to_resolve_seconds_count[30d]))',
  },
};

/** Metrics of what is committed with the shard's state: they survive a restart and count exactly once. */
export const committedMetrics = {
  counters: each(counters, (metric, told) => ({
    ...told,
    name: `tocsin_${metric}_total`,
    type: 'counter',
    labels: counterLabels[metric],
  })),
  histograms: each(histograms, (metric, told) => ({
    ...told,
    name: `tocsin_${metric}_seconds`,
    type: 'histogram',
    labels: histogramLabels[metric],
  })),
} as const;

function each<Name extends string>(
  table: Readonly<Record<Name, Told>>,
  define: (metric: Name, told: Told) => MetricDefinition,
): ReadonlyMap<Name, MetricDefinition> {
  const entries = Object.entries(table) as [Name, Told][];
  return new Map(entries.map(([metric, told]) => [metric, define(metric, told)]));
}
