import type { SeededRandom } from '../../support/seeded-random.js';

/** Digits that every serial number takes, so that another one can be written over it in place. */
export const serialWidth = 8;

/** One alert as Prometheus would send it. The serial, in the pod's name, is what makes a series its own. */
export interface SeriesAlert {
  readonly annotations: { readonly summary: string; readonly description: string };
  /** Stays the same for as long as the series fires. RFC 3339. */
  readonly startsAt: string;
  readonly generatorURL: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface AlertKind {
  readonly name: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly job: string;
  readonly says: string;
}

const kinds: readonly AlertKind[] = [
  {
    name: 'KubePodCrashLooping',
    severity: 'warning',
    job: 'kube-state-metrics',
    says: 'is restarting again and again',
  },
  {
    name: 'KubePodNotReady',
    severity: 'warning',
    job: 'kube-state-metrics',
    says: 'has not been ready for 15 minutes',
  },
  {
    name: 'KubeContainerWaiting',
    severity: 'warning',
    job: 'kube-state-metrics',
    says: 'has a container that waits',
  },
  {
    name: 'CPUThrottlingHigh',
    severity: 'info',
    job: 'kubelet',
    says: 'is throttled for more than a quarter of its time',
  },
  {
    name: 'KubePersistentVolumeFillingUp',
    severity: 'critical',
    job: 'kubelet',
    says: 'has a volume with 2% left',
  },
  {
    name: 'NodeFilesystemAlmostOutOfSpace',
    severity: 'critical',
    job: 'node-exporter',
    says: 'sits on a full disk',
  },
  {
    name: 'NodeNetworkReceiveErrs',
    severity: 'warning',
    job: 'node-exporter',
    says: 'receives broken packets',
  },
  {
    name: 'NodeMemoryHighUtilization',
    severity: 'warning',
    job: 'node-exporter',
    says: 'runs where memory is short',
  },
  { name: 'TargetDown', severity: 'warning', job: 'prometheus', says: 'does not answer scrapes' },
  {
    name: 'PostgresqlReplicationLag',
    severity: 'critical',
    job: 'postgres-exporter',
    says: 'is 90 s behind its primary',
  },
  {
    name: 'PostgresqlTooManyConnections',
    severity: 'warning',
    job: 'postgres-exporter',
    says: 'has 96% of its connections in use',
  },
  {
    name: 'RedisOutOfConfiguredMaxmemory',
    severity: 'critical',
    job: 'redis-exporter',
    says: 'has reached its memory limit',
  },
  {
    name: 'KafkaConsumerGroupLag',
    severity: 'warning',
    job: 'kafka-exporter',
    says: 'falls behind by 120,000 messages',
  },
  {
    name: 'HttpRequestErrorsHigh',
    severity: 'critical',
    job: 'ingress',
    says: 'answers 7% of its requests with an error',
  },
  {
    name: 'HttpRequestLatencyHigh',
    severity: 'warning',
    job: 'ingress',
    says: 'answers one request in a hundred after 3 s',
  },
  {
    name: 'CertificateExpiresSoon',
    severity: 'info',
    job: 'blackbox-exporter',
    says: 'has a certificate for nine more days',
  },
];
/** Pods come and go; the nodes that they run on stay. */
const nodes = 500;
const clusters = ['eu-north-1', 'eu-west-3', 'us-east-2'];
const namespaces = [
  'checkout',
  'payments',
  'search',
  'catalogue',
  'identity',
  'shipping',
  'reports',
  'platform',
];
const parts = ['api', 'worker', 'web', 'cache', 'db', 'gateway', 'scheduler'];
const hexDigits = '0123456789abcdef';

/** Makes the alert of a serial number. Everything but the serial is drawn from `random`. */
export function makeSeriesAlert(serial: number, random: SeededRandom): SeriesAlert {
  const kind = random.pick(kinds);
  const namespace = random.pick(namespaces);
  const service = `${namespace}-${random.pick(parts)}`;
  const replicaSet = Array.from({ length: 10 }, () => hexDigits[random.integer(16)]).join('');
  const pod = `${service}-${replicaSet}-${formatSerial(serial)}`;
  const labels: Record<string, string> = {
    alertname: kind.name,
    cluster: random.pick(clusters),
    container: service,
    instance: `10.0.${random.integer(nodes / 100)}.${random.between(100, 199)}:9100`,
    job: kind.job,
    namespace,
    pod,
    prometheus: 'monitoring/k8s',
    service,
    severity: kind.severity,
  };
  if (random.next() < 0.3) delete labels['container'];
  if (random.next() < 0.3) delete labels['instance'];
  return {
    annotations: {
      summary: `${kind.name} in ${namespace}`,
      description: `Pod ${namespace}/${pod} ${kind.says}.`,
    },
    startsAt: new Date(firstStart + random.integer(3_600_000)).toISOString(),
    generatorURL: `http://prometheus.example:9090/graph?g0.expr=ALERTS%7Balertname%3D%22${kind.name}%22%7D&g0.tab=1`,
    labels,
  };
}

/** All series began to fire within one hour from here. */
const firstStart = Date.UTC(2026, 0, 5, 8);

export function formatSerial(serial: number): string {
  return String(serial).padStart(serialWidth, '0');
}
