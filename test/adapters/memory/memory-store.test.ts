import { createMemoryStoreContents } from '../../../src/adapters/memory/memory-contents.js';
import { createMemoryStore } from '../../../src/adapters/memory/memory-store.js';
import { describeStore } from '../../contract/store.contract.js';

describeStore('the store in memory', () => {
  const contents = createMemoryStoreContents();
  return Promise.resolve({
    open: () => Promise.resolve(createMemoryStore({ contents })),
    remove: () => Promise.resolve(),
  });
});
