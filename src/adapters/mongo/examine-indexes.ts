import type { Db } from 'mongodb';
import { finding, type Finding } from '../../app/finding.js';
import { wantedIndexes, type WantedIndex } from './mongo-indexes.js';
import { collectionsOf } from './mongo-rows.js';

/** An index as the server describes it. */
interface IndexDetails {
  readonly name?: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly expireAfterSeconds?: number;
  readonly unique?: boolean;
  readonly sparse?: boolean;
  readonly partialFilterExpression?: unknown;
}

/** Holds the indexes that are there against those that queries need. */
export async function examineIndexes(db: Db): Promise<Finding> {
  const there = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
  const wanted = wantedIndexes();
  if (!Object.keys(wanted).some((name) => there.has(name)))
    return finding(
      'ok',
      'indexes',
      `${db.databaseName} is empty; the first start makes collections and indexes`,
    );
  const names = Object.keys(collectionsOf(db)).filter(
    (name) => there.has(name) || wanted[name] !== undefined,
  );
  const compared = await Promise.all(
    names.map(async (name) =>
      compareIndexes(name, {
        there: there.has(name) ? await indexesOf(db, name) : [],
        wanted: wanted[name] ?? [],
      }),
    ),
  );
  return judged(compared.flat());
}

async function indexesOf(db: Db, name: string): Promise<readonly IndexDetails[]> {
  return await db.collection(name).indexes();
}

interface Deviation {
  readonly verdict: 'warning' | 'error';
  readonly text: string;
}

/** What is wrong with the indexes of a collection, each with what to do. */
function compareIndexes(
  collection: string,
  { there, wanted }: { readonly there: readonly IndexDetails[]; readonly wanted: readonly WantedIndex[] },
): readonly Deviation[] {
  const found = new Map(there.map((index) => [keysOf(index), index]));
  const known = new Set(['_id:1', ...wanted.map(keysOf)]);
  return [
    ...wanted.flatMap((want) => deviationOf(collection, want, found.get(keysOf(want)))),
    ...there.filter((index) => !known.has(keysOf(index))).map((index) => foreign(collection, index)),
  ];
}

function deviationOf(
  collection: string,
  want: WantedIndex,
  found: IndexDetails | undefined,
): readonly Deviation[] {
  const name = `${collection} { ${keysOf(want)} }`;
  if (found === undefined)
    return [{ verdict: 'error', text: `${name} is missing: restart a replica, which makes it` }];
  const other = [
    ...(found.unique === true ? ['unique'] : []),
    ...(found.sparse === true ? ['sparse'] : []),
    ...(found.partialFilterExpression === undefined ? [] : ['partial']),
    ...(found.expireAfterSeconds === want.expireAfterSeconds
      ? []
      : [`expireAfterSeconds ${found.expireAfterSeconds ?? 'not set'}`]),
  ];
  if (other.length === 0) return [];
  return [
    {
      verdict: 'error',
      text: `${name} is not as Tocsin makes it (${other.join(', ')}): drop it and restart a replica, which makes it`,
    },
  ];
}

/** One that only costs is told of; one that deletes or refuses documents must go. */
function foreign(collection: string, index: IndexDetails): Deviation {
  const name = `${collection} { ${keysOf(index)} }`;
  if (index.expireAfterSeconds !== undefined)
    return { verdict: 'error', text: `${name} is not Tocsin’s and deletes its documents: drop it` };
  if (index.unique === true)
    return { verdict: 'error', text: `${name} is not Tocsin’s and would refuse its documents: drop it` };
  return {
    verdict: 'warning',
    text: `${name} is not Tocsin’s: each commit writes it too. Drop it unless you need it`,
  };
}

function judged(deviations: readonly Deviation[]): Finding {
  if (deviations.length === 0)
    return finding('ok', 'indexes', 'every query has its index, and there are no others');
  const verdict = deviations.some((each) => each.verdict === 'error') ? 'error' : 'warning';
  return finding(verdict, 'indexes', deviations.map(({ text }) => text).join('\n'));
}

function keysOf({ key }: Pick<IndexDetails, 'key'>): string {
  return Object.entries(key)
    .map(([field, order]) => `${field}:${String(order)}`)
    .join(', ');
}
