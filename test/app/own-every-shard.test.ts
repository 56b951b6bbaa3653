import { ownEveryShard } from '../../src/app/own-every-shard.js';
import { describeShardAssignment } from '../contract/shard-assignment.contract.js';

describeShardAssignment(
  'the process that has the log to itself',
  () =>
    Promise.resolve({
      shards: 3,
      join: () => Promise.resolve(ownEveryShard(3)),
      remove: () => Promise.resolve(),
    }),
  { alone: true },
);
