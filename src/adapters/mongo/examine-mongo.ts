import type { Db, MongoClient, ServerDescription } from 'mongodb';
import { apartInWords, apartMs, clocksApartMs, examined, finding, type Finding } from '../../app/finding.js';
import type { Clock } from '../../app/ports.js';
import { examineIndexes } from './examine-indexes.js';
import { missingActions, type Privilege } from './missing-actions.js';
import { createMongoClient, type MongoConnection } from './mongo-connection.js';
import { collectionsOf } from './mongo-rows.js';
import { isTooOld, tooOld } from './mongo-version.js';
import { troubleOf, wordsOf } from './mongo-trouble.js';

export interface MongoExamination {
  readonly connection: MongoConnection;
  readonly clock: Pick<Clock, 'now'>;
}

const ANSWER_MS = 3_000;
/** No document has it. */
const NOBODY = -1;
const COMMAND_NOT_FOUND = 59;

/** A client, as far as it came, and the server that it would write to. */
interface Reached {
  client: MongoClient | null;
  server: ServerDescription | null;
}

/** Looks at all that Tocsin needs of MongoDB. Changes nothing: what it writes with finds no document. */
export async function examineMongo({ connection, clock }: MongoExamination): Promise<readonly Finding[]> {
  const reached: Reached = { client: null, server: null };
  try {
    const server = await look('server', async () => {
      const client = await reach(reached, connection);
      return examineServer(client.db(connection.database), reached.server);
    });
    const db = reached.client?.db(connection.database);
    if (db === undefined || server.verdict === 'error') return [server];
    const rights = await look('rights', () => examineRights(db));
    const others = [
      ...(rights.verdict === 'ok' ? [look('writes', () => examineWrites(db))] : []),
      look('indexes', () => examineIndexes(db)),
      look('clock', () => examineClock(db, clock)),
    ];
    return [server, rights, ...(await Promise.all(others))];
  } finally {
    await reached.client?.close();
  }
}

async function reach(reached: Reached, connection: MongoConnection): Promise<MongoClient> {
  const client = createMongoClient({ ...connection, timeoutMs: ANSWER_MS }, 'tocsin-doctor');
  reached.client = client;
  client.on('serverDescriptionChanged', ({ newDescription }) => {
    if (newDescription.isWritable || reached.server === null) reached.server = newDescription;
  });
  return client.connect();
}

function look(check: string, at: () => Promise<Finding>): Promise<Finding> {
  return examined(check, wordsOf, at);
}

async function examineServer(db: Db, server: ServerDescription | null): Promise<Finding> {
  const { version } = (await db.command({ buildInfo: 1 })) as { version: string };
  if (isTooOld(version)) return finding('error', 'server', tooOld(version));
  const what = `version ${version}, wire version ${server?.maxWireVersion ?? 'unknown'}`;
  if (server?.type === 'Standalone')
    return finding(
      'warning',
      'server',
      `${what}, a standalone server: what its disk loses is lost. Fine for trying things out`,
    );
  return finding('ok', 'server', `${what}${membersInWords(server)}`);
}

function membersInWords(server: ServerDescription | null): string {
  if (server?.type === 'Mongos') return ', a sharded cluster';
  if (server?.type !== 'RSPrimary') return '';
  return `, replica set ${server.setName ?? ''} of ${server.hosts.length + server.passives.length}`;
}

/** What can be tried without changing anything is tried; the rest is asked, of servers that tell. */
async function examineRights(db: Db): Promise<Finding> {
  const { shards } = collectionsOf(db);
  const denied: string[] = [];
  const attempts: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['find', () => shards.findOne({ _id: NOBODY })],
    ['update', () => shards.updateOne({ _id: NOBODY }, { $set: { applied: 0 } })],
    ['remove', () => shards.deleteOne({ _id: NOBODY })],
    ['listCollections', () => db.listCollections({}, { nameOnly: true }).toArray()],
  ];
  for (const [action, attempt] of attempts) if (await isDenied(attempt)) denied.push(action);
  const privileges = await privilegesOf(db);
  if (privileges !== null)
    denied.push(...missingActions(privileges, db.databaseName).filter((action) => !denied.includes(action)));
  if (denied.length > 0)
    return finding(
      'error',
      'rights',
      `the user lacks ${denied.join(', ')} on the database ${db.databaseName}: give it the role readWrite there (docs/mongodb.md)`,
    );
  const asked =
    privileges === null ? '; of inserting and making indexes the server tells nothing before it is done' : '';
  return finding('ok', 'rights', `the user may read, write and delete in ${db.databaseName}${asked}`);
}

async function isDenied(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    if (troubleOf(error) === 'rights') return true;
    throw error;
  }
}

/** null: nobody has to log in, or the server does not tell. */
async function privilegesOf(db: Db): Promise<readonly Privilege[] | null> {
  const answer = await orNull(() => db.command({ connectionStatus: 1, showPrivileges: true }));
  const { authInfo } = (answer ?? {}) as {
    readonly authInfo?: {
      readonly authenticatedUsers?: readonly unknown[];
      readonly authenticatedUserPrivileges?: readonly Privilege[];
    };
  };
  if ((authInfo?.authenticatedUsers ?? []).length === 0) return null;
  return authInfo?.authenticatedUserPrivileges ?? null;
}

/** Also of a write that finds nothing the server waits until a majority has all that came before it. */
async function examineWrites(db: Db): Promise<Finding> {
  const { shards } = collectionsOf(db);
  const writeConcern = { w: 'majority', journal: true, wtimeoutMS: ANSWER_MS } as const;
  await shards.updateOne({ _id: NOBODY }, { $set: { applied: 0 } }, { writeConcern });
  return finding('ok', 'writes', 'a majority confirms them');
}

async function examineClock(db: Db, clock: Pick<Clock, 'now'>): Promise<Finding> {
  const before = clock.now();
  const told = ((await orNull(() => db.command({ hello: 1 }))) ?? (await db.command({ isMaster: 1 }))) as {
    readonly localTime?: Date;
  };
  if (told.localTime === undefined) return finding('warning', 'clock', 'MongoDB does not tell its clock');
  const apart = apartMs(told.localTime.getTime(), { before, after: clock.now() });
  const text = `MongoDB’s clock ${apartInWords(apart)}`;
  return Math.abs(apart) <= clocksApartMs
    ? finding('ok', 'clock', text)
    : finding(
        'warning',
        'clock',
        `${text}: set both by NTP. Deleted rows are dropped a day later by its clock`,
      );
}

/** null: there is no such command. */
async function orNull<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    const { code, message = '' } = error as { code?: number; message?: string };
    if (code === COMMAND_NOT_FOUND || /no such cmd|no such command/i.test(message)) return null;
    throw error;
  }
}
