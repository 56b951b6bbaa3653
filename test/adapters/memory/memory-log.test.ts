import { createMemoryLog, createMemoryLogContents } from '../../../src/adapters/memory/memory-log.js';
import { describeEventLog } from '../../contract/event-log.contract.js';

describeEventLog('the log in memory', ({ shards }) => {
  const contents = createMemoryLogContents(shards);
  return Promise.resolve({
    open: (clock) => Promise.resolve(createMemoryLog({ clock, contents })),
    remove: () => Promise.resolve(),
  });
});
