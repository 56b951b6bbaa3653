import type { Store } from '../../src/app/ports.js';
import { documentId } from '../../src/app/stored-document.js';
import { sortedJson, type Documents } from './stored-documents.js';

/** Everything that the store holds of shard 0, which it takes over; but for when documents were written, which a copy rounds. */
export async function allStored(store: Store): Promise<Documents> {
  const { shard } = await store.open(0);
  const documents = new Map([['shard', sortedJson(shard)]]);
  for await (const batch of store.contents(0)) {
    for (const document of batch) {
      const known = 'forgotten' in document ? ` forgotten=${document.forgotten}` : '';
      documents.set(`${document.kind}/${documentId(document)}${known}`, sortedJson(document.value));
    }
  }
  return documents;
}
