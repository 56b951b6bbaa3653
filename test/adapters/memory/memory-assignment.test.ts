import { createMemoryAssignment, createMemoryGroup } from '../../../src/adapters/memory/memory-assignment.js';
import { describeShardAssignment } from '../../contract/shard-assignment.contract.js';

describeShardAssignment('the group in memory', () => {
  const group = createMemoryGroup(5);
  return Promise.resolve({
    shards: group.shards,
    join: () => Promise.resolve(createMemoryAssignment(group)),
    remove: () => Promise.resolve(),
  });
});
