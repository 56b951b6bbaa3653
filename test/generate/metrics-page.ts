import { labelMeanings, type MetricDefinition } from '../../src/adapters/telemetry/metric-definition.js';
import { metricCatalogue } from './metric-catalogue.js';

/** What Node and the process say about themselves, of which these matter most. */
export const nodeMetrics: Readonly<Record<string, string>> = {
  process_start_time_seconds: 'when the process started, Unix time; `changes()` of it counts restarts',
  process_cpu_seconds_total: 'CPU time used',
  process_resident_memory_bytes: 'memory the process holds',
  process_open_fds: 'open files and sockets (Linux)',
  nodejs_heap_size_used_bytes: 'JavaScript heap in use',
  nodejs_eventloop_lag_p99_seconds: 'how late the event loop runs what is due, 99th percentile',
  nodejs_gc_duration_seconds: 'garbage collection, a histogram by kind',
  nodejs_version_info: 'version of Node.js',
};

/** docs/metrics.md. */
export function metricsPage(): string {
  const { committed, state, process } = metricCatalogue;
  return `# Metrics

<!-- Generated from the definitions in src/adapters/telemetry by \`npm run generate\`. -->

\`GET /metrics\` answers in the Prometheus text format. Names begin with \`tocsin_\`, units are base units, labels have few
values. The dashboards in \`grafana/\` and the alert rules in \`grafana/prometheus/\` use nothing else.

Series whose label values are all known beforehand begin at zero, so that \`increase()\` sees their first event.

## What is counted with the state

These totals are committed together with alerts and incidents: they survive a restart and count each event exactly once.
The owner of a shard shows them. Where the log has several shards, these and those of the next chapter have a label \`shard\` too;
add them up over shards and replicas.

${committed.map(section).join('\n')}
## What is there now

${state.map(section).join('\n')}
## What this process does

Counters begin again when the process starts; gauges are as of the scrape.

${process.map(section).join('\n')}
## Labels

| label | meaning |
| --- | --- |
${Object.entries(labelMeanings).map(row).join('\n')}

## Node.js and the process

The default metrics of Node.js are there too, among them:

| metric | meaning |
| --- | --- |
${Object.entries(nodeMetrics).map(row).join('\n')}
`;
}

function section({ name, type, unit, labels, help, note, example }: MetricDefinition): string {
  const by = labels.length === 0 ? '' : `, by ${labels.map((label) => `\`${label}\``).join(', ')}`;
  return `### ${name}

${note === undefined ? help : `${help} ${note}`}

A ${type}${by}. Unit: ${unit}.

\`\`\`promql
${example}
\`\`\`
`;
}

function row([name, meaning]: readonly [string, string]): string {
  return `| \`${name}\` | ${meaning} |`;
}
