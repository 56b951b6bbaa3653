import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { TelemetryEvent } from '../../app/telemetry-events.js';

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
  const rejected = new Counter({
    name: 'tocsin_alerts_rejected_total',
    help: 'Alerts that were not taken.',
    labelNames: ['source', 'reason'],
    registers: [registry],
  });
  const requests = new Histogram({
    name: 'tocsin_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBuckets,
    registers: [registry],
  });
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
  const commits = new Histogram({
    name: 'tocsin_commit_seconds',
    help: 'Time to write a commit.',
    buckets: triageBuckets,
    registers: [registry],
  });
  const delays = new Histogram({
    name: 'tocsin_triage_delay_seconds',
    help: 'Time from the durable receipt of a record to the commit of its triage.',
    buckets: triageBuckets,
    registers: [registry],
  });
  const attempts = new Counter({
    name: 'tocsin_notification_attempts_total',
    help: 'Attempts to deliver a notification.',
    labelNames: ['notifier', 'outcome'],
    registers: [registry],
  });
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
  const info = new Gauge({
    name: 'tocsin_rules_info',
    help: 'Always 1; the label names the rules in force.',
    labelNames: ['revision'],
    registers: [registry],
  });
  const successful = new Gauge({
    name: 'tocsin_rules_last_reload_successful',
    help: '1 when the last load of the rules succeeded, else 0.',
    registers: [registry],
  });
  return {
    'rules-loaded': ({ revision }) => {
      info.reset();
      info.set({ revision }, 1);
      successful.set(1);
    },
    'rules-reload-failed': () => {
      successful.set(0);
    },
  };
}

function recordFailures(registry: Registry): Recorders {
  const failures = new Counter({
    name: 'tocsin_failures_total',
    help: 'Failures of the service itself, by event as in the log.',
    labelNames: ['event'],
    registers: [registry],
  });
  const count = ({ kind }: TelemetryEvent): void => {
    failures.inc({ event: kind });
  };
  const counted = ['commit-failed', 'log-failed', 'request-failed', 'background-failed'] as const;
  // A series that begins at its first failure would hide that failure from increase().
  for (const event of counted) failures.inc({ event }, 0);
  return Object.fromEntries(counted.map((kind) => [kind, count]));
}
