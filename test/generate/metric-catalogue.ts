import { committedMetrics } from '../../src/adapters/telemetry/committed-metrics.js';
import type { MetricDefinition } from '../../src/adapters/telemetry/metric-definition.js';
import { processDefinitions } from '../../src/adapters/telemetry/process-definitions.js';
import { serviceDefinitions } from '../../src/adapters/telemetry/service-metrics.js';
import { stateDefinitions } from '../../src/adapters/telemetry/state-metrics.js';
import { topicDefinitions } from '../../src/adapters/telemetry/topic-metrics.js';

/** Every metric of ours, by what it is a part of. */
export const metricCatalogue: Readonly<
  Record<'committed' | 'state' | 'process', readonly MetricDefinition[]>
> = {
  committed: [...committedMetrics.counters.values(), ...committedMetrics.histograms.values()],
  state: Object.values(stateDefinitions),
  process: [processDefinitions, serviceDefinitions, topicDefinitions].flatMap((definitions) =>
    Object.values<MetricDefinition>(definitions),
  ),
};

/** Names of series: a histogram has three. */
export const metricNames: readonly string[] = Object.values(metricCatalogue)
  .flat()
  .flatMap(({ name, type }) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name],
  );
