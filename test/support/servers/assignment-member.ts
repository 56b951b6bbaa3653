/**
 * A process that takes part in the assignment of shards and does nothing else, for tests that stop, freeze and kill it.
 * Arguments: brokers, prefix. Each set of shards it is told is a line of JSON; SIGTERM is a clean stop.
 */
import { once } from 'node:events';
import { createKafkaAssignment } from '../../../src/adapters/kafka/kafka-assignment.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';

const [brokers = '', prefix = ''] = process.argv.slice(2);
const assignment = createKafkaAssignment({
  connection: { brokers: brokers.split(','), tls: null, sasl: null },
  prefix,
  clock: systemClock,
});
const stopped = once(process, 'SIGTERM');
await assignment.start((shards) => {
  process.stdout.write(`${JSON.stringify([...shards])}\n`);
});
await stopped;
await assignment.close();
