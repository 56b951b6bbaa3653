import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { rejectionReasons, type TelemetryEvent } from '../../app/telemetry-events.js';
import { alertSources } from '../../domain/sources/registry.js';
import type { MetricDefinition } from './metric-definition.js';
import { processDefinitions as defined } from './process-definitions.js';

const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const triageBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

type Kind = TelemetryEvent['kind'];
type Recorders = { readonly [K in Kind]?: (event: Extract<TelemetryEvent, { kind: K }>) => void };

/** Counters of this process, which begin again at its start. Returns what makes them of events. */
export function registerProcessMetrics(registry: Registry): (event: TelemetryEvent) => void {
  const recorders: Recorders = {
    ...recordIntake(registry),
    ...recordEngine(registry),
    ...recordRules(registry),
    ...recordFailures(registry),
  };
  return (event) => {
    // Each kind is paired with its own event; TypeScript can't follow that through an index.
    const record = recorders[event.kind] as ((event: TelemetryEvent) => void) | undefined;
    record?.(event);
  };
}

function recordIntake(registry: Registry): Recorders {
  const rejected = new Counter(optionsOf(registry, defined.alertsRejected));
  const requests = new Histogram({ ...optionsOf(registry, defined.httpRequests), buckets: requestBuckets });
  // A series that begins at its first event would hide that event from increase().
  for (const { id } of alertSources)
    for (const reason of rejectionReasons) rejected.inc({ source: id, reason }, 0);
  return {
    'alerts-rejected': ({ source, reason, count }) => {
      rejected.inc({ source, reason }, count);
    },
    'request-finished': ({ method, route, status, durationMs }) => {
      requests.observe({ method, route, status }, durationMs / 1000);
    },
  };
}

function recordEngine(registry: Registry): Recorders {
  const commits = new Histogram({ ...optionsOf(registry, defined.commits), buckets: triageBuckets });
  const delays = new Histogram({ ...optionsOf(registry, defined.triageDelays), buckets: triageBuckets });
  const attempts = new Counter(optionsOf(registry, defined.notificationAttempts));
  return {
    'commit-written': ({ durationMs, triageDelaysMs }) => {
      commits.observe(durationMs / 1000);
      for (const delayMs of triageDelaysMs) delays.observe(delayMs / 1000);
    },
    'notification-attempted': ({ notifier, outcome }) => {
      attempts.inc({ notifier, outcome });
    },
  };
}

function recordRules(registry: Registry): Recorders {
  const info = new Gauge(optionsOf(registry, defined.rulesInfo));
  const successful = new Gauge(optionsOf(registry, defined.rulesReloaded));
  const loadedAt = new Gauge(optionsOf(registry, defined.rulesReloadedAt));
  return {
    'rules-loaded': ({ revision }) => {
      info.reset();
      info.set({ revision }, 1);
      successful.set(1);
      loadedAt.setToCurrentTime();
    },
    'rules-reload-failed': () => {
      successful.set(0);
    },
  };
}

function recordFailures(registry: Registry): Recorders {
  const failures = new Counter(optionsOf(registry, defined.failures));
  const count = ({ kind }: TelemetryEvent): void => {
    failures.inc({ event: kind });
  };
  const counted = [
    ...(['commit-failed', 'log-failed', 'request-failed', 'background-failed'] as const),
    'topic-failed',
  ] as const;
  for (const event of counted) failures.inc({ event }, 0);
  return Object.fromEntries(counted.map((kind) => [kind, count]));
}

function optionsOf<Label extends string>(
  registry: Registry,
  { name, help, labels }: MetricDefinition & { readonly labels: readonly Label[] },
) {
  return { name, help, labelNames: labels, registers: [registry] };
}
