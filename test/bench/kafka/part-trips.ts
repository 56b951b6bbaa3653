import type { RunPart } from './part.js';
import { runTopic } from './run-topic.js';

/** How often the store is asked something. */
export const runTrips: RunPart = async (context) => {
  const { trips, problems } = await runTopic(context, {
    name: 'counted, one replica',
    ...{ replicas: 1, counted: true },
  });
  const value = [...trips.values()].reduce((sum, each) => sum + each, 0);
  const byName = [...trips].sort(([, a], [, b]) => b - a);
  return {
    problems,
    goals: [
      {
        name: `commands to the store, ${100 - context.options.newShare * 100} % repeats`,
        ...{ value, unit: 'for 1,000 alerts', bound: 'at most', limit: 20 },
        detail: byName.map(([name, each]) => `${name} ${each.toFixed(1)}`).join(', '),
      },
    ],
  };
};
