import type { RunPart } from './part.js';
import { runTopic, type TopicRun } from './run-topic.js';

/** Shown only: on one machine replicas share its cores. */
export const runReplicas: RunPart = async (context) => {
  const runs: TopicRun[] = [];
  for (const replicas of [1, 2, 3])
    runs.push(await runTopic(context, { name: `replicas: ${replicas}`, replicas }));
  return { goals: [], problems: runs.flatMap(({ problems }) => problems) };
};
