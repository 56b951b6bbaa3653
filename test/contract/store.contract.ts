import type { Store } from '../../src/app/ports.js';
import { describeCommits } from './store-commits.contract.js';
import { describeContents } from './store-contents.contract.js';
import { describeDeadLetters } from './store-dead-letters.contract.js';
import { describeFencing } from './store-fencing.contract.js';
import { describeLists } from './store-lists.contract.js';
import { describeOutbox } from './store-outbox.contract.js';
import { describePaging } from './store-paging.contract.js';
import { describePurge } from './store-purge.contract.js';
import { describeReports } from './store-reports.contract.js';

/** A place for one store: what was committed is there for every store that is opened on it. */
export interface StoreBench {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/** What a test of the contract works with; anew for each test. */
export interface StoreTest {
  readonly store: Store;
  /** Another store on the same place, as another process would have it. Closed after the test. */
  readonly another: () => Promise<Store>;
}

/** Everything that the port promises, for any adapter. */
export function describeStore(name: string, makeBench: () => Promise<StoreBench>): void {
  describe(`the contract of Store, kept by ${name}`, () => {
    let bench: StoreBench;
    let opened: Store[];
    const open = async (): Promise<Store> => {
      const store = await bench.open();
      opened.push(store);
      return store;
    };
    const current = (): StoreTest => ({ store: opened[0]!, another: open });

    beforeEach(async () => {
      opened = [];
      bench = await makeBench();
      await open();
    });
    afterEach(async () => {
      for (const store of opened) await store.close();
      await bench.remove();
    });

    describeCommits(current);
    describeFencing(current);
    describeOutbox(current);
    describePurge(current);
    describeDeadLetters(current);
    describeContents(current);
    describeLists(makeBench);
    describePaging(makeBench);
    describeReports(makeBench);
  });
}
