import { expect } from 'chai';
import { createBundleReader } from '../../src/adapters/files/bundle-reader.js';
import { openDataDirectory } from '../../src/adapters/sqlite/data-directory.js';
import { openSqliteLog } from '../../src/adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { createRuleLoader } from '../../src/app/load-rules.js';
import type { EventLog, Store } from '../../src/app/ports.js';
import { refold } from '../../src/app/refold.js';
import { createRuleSetLibrary, type RuleSetLibrary } from '../../src/app/rule-set-library.js';
import type { ShardImage } from '../../src/domain/triage/changes.js';
import { readEveryPage } from './read-every-page.js';

/** Documents: `kind/id` → JSON text with sorted keys. */
export type Documents = ReadonlyMap<string, string>;

/** Holds what a stopped service left in its data directory against a fold of its log from the first record on. */
export async function expectRefoldEquals(directory: string): Promise<void> {
  const held = await openDataDirectory({ directory });
  const log = await openSqliteLog({ directory, clock: systemClock });
  const store = await openSqliteStore({ directory });
  try {
    await expectStoreEqualsRefold({ store, log, rulesDir: directory });
  } finally {
    await store.close();
    await log.close();
    await held.release();
  }
}

/** The same of every shard of a log. Nobody may own a shard any more. */
export async function expectStoreEqualsRefold(of: {
  readonly store: Store;
  readonly log: EventLog;
  /** Schemas are looked for from here; the rules come from the store. */
  readonly rulesDir: string;
}): Promise<void> {
  const reader = createBundleReader({ directory: of.rulesDir });
  const load = createRuleLoader({ reader });
  const library = createRuleSetLibrary({
    store: of.store,
    loadRules: (files) => Promise.resolve(load(files)),
  });
  const stored = new Map(await documentsOfAll(of.store));
  const folded = new Map<string, string>();
  for (let shard = 0; shard < of.log.shards; shard += 1) {
    for (const [id, text] of await readStored(of.store, of.log, shard)) stored.set(id, text);
    for (const [id, text] of await readFolded(of.log, library, shard)) add(folded, id, text);
  }
  expectSameDocuments(stored, folded);
}

/** The committed documents. The commit must have reached the end of the log: a graceful stop leaves nothing behind. */
async function readStored(store: Store, log: EventLog, shard: number): Promise<Documents> {
  const image = await store.open(shard);
  const end = await log.end(shard);
  expect(image.position, `position of the last commit of shard ${shard}`).to.equal(end);
  return documentsOfShard(store, image, shard);
}

/** All of shard 0, the only one, that the store shows, where the image is what was opened. */
export async function documentsOf(store: Store, image: ShardImage): Promise<Documents> {
  return new Map([...(await documentsOfShard(store, image, 0)), ...(await documentsOfAll(store))]);
}

async function documentsOfShard(store: Store, image: ShardImage, shard: number): Promise<Documents> {
  const documents = new Map<string, string>([[`shard/${shard}`, sortedJson(image.shard)]]);
  for (const alert of image.alerts) documents.set(`alert/${alert.fingerprint}`, sortedJson(alert));
  for (const incident of image.incidents) {
    documents.set(`incident/${incident.id}`, sortedJson(incident));
    const events = await readEveryPage((after) => store.timeline(incident.id, { limit: 500, ...after }));
    for (const event of events) documents.set(eventId(event), sortedJson(event));
  }
  for (const silence of image.silences) documents.set(`silence/${shard}/${silence.id}`, sortedJson(silence));
  for (const outcome of image.outcomes) documents.set(`outcome/${outcome.command}`, sortedJson(outcome));
  // Attempts are the deliverer's and in no log.
  for (const { notification } of await store.outbox(shard).pending()) {
    documents.set(`outbox/${notification.id}`, sortedJson(notification));
  }
  return documents;
}

/** What the store shows of all shards together. */
async function documentsOfAll(store: Store): Promise<Documents> {
  const documents = new Map<string, string>();
  const ever = { since: 0, until: Number.MAX_SAFE_INTEGER, limit: 500 };
  for (const tally of await readEveryPage((after) => store.tallies({ ...ever, ...after }))) {
    add(documents, `tally/${tally.hour}`, sortedJson(tally));
  }
  for (const { id } of await readEveryPage((after) => store.deadLetters({ limit: 500, ...after }))) {
    documents.set(`dead-letter/${id}`, sortedJson(await store.deadLetter(id)));
  }
  return documents;
}

/** Shards have tallies of the same hours, and they don't say whose they are. */
function add(documents: Map<string, string>, id: string, text: string): void {
  const there = documents.get(id);
  documents.set(id, there === undefined ? text : [...there.split('\n'), text].sort().join('\n'));
}

/** One cut at the end of the whole log holds every document, because every one of them changed since the empty shard. */
async function readFolded(log: EventLog, library: RuleSetLibrary, shard: number): Promise<Documents> {
  const engine = await refold({ shard, log, library });
  expect(engine.takeFaults(), 'entries that could not be applied').to.deep.equal([]);
  const changes = engine.cut();
  const forgotten = Object.values(changes.forgotten).flat();
  expect(forgotten, 'nothing is forgotten in so short a time').to.deep.equal([]);
  return new Map([
    [`shard/${shard}`, sortedJson(changes.shard)],
    ...changes.alerts.map((alert) => [`alert/${alert.fingerprint}`, sortedJson(alert)] as const),
    ...changes.incidents.map((incident) => [`incident/${incident.id}`, sortedJson(incident)] as const),
    ...changes.timeline.map((event) => [eventId(event), sortedJson(event)] as const),
    ...changes.tallies.map((tally) => [`tally/${tally.hour}`, sortedJson(tally)] as const),
    ...changes.silences.map((silence) => [`silence/${shard}/${silence.id}`, sortedJson(silence)] as const),
    ...changes.outcomes.map((outcome) => [`outcome/${outcome.command}`, sortedJson(outcome)] as const),
    ...changes.deadLetters.map((letter) => [`dead-letter/${letter.id}`, sortedJson(letter)] as const),
    ...changes.notifications.map(
      (notification) => [`outbox/${notification.id}`, sortedJson(notification)] as const,
    ),
  ]);
}

function eventId(event: { readonly incident: string; readonly seq: number }): string {
  return `timeline/${event.incident}/${event.seq}`;
}

/** Says which documents differ, and shows the first few of them. */
export function expectSameDocuments(stored: Documents, folded: Documents): void {
  const ids = [...new Set([...stored.keys(), ...folded.keys()])];
  const different = ids.filter((id) => stored.get(id) !== folded.get(id)).sort();
  const shown = different
    .slice(0, 3)
    .map((id) => `${id}\n  stored: ${stored.get(id) ?? 'nothing'}\n  folded: ${folded.get(id) ?? 'nothing'}`);
  expect(different.length, `documents that differ, of ${ids.length}:\n${shown.join('\n')}`).to.equal(0);
  expect(ids.length, 'documents').to.be.above(1);
}

/** JSON with the keys of every object in order, so that equal documents are equal text. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
