import { MongoClient } from 'mongodb';

export interface MongoConnection {
  /** As people write it, `mongodb://user:password@host:port/?options`. */
  readonly url: string;
  /** The database that holds everything. */
  readonly database: string;
  /** After so long without an answer, in ms, a call fails; default 20 s. */
  readonly timeoutMs?: number;
}

/** What is acknowledged is on the disks of a majority; what is read is what a majority has. */
export function createMongoClient(
  { url, timeoutMs = 20_000 }: MongoConnection,
  appName: string,
): MongoClient {
  return new MongoClient(url, {
    appName,
    serverSelectionTimeoutMS: Math.min(timeoutMs, 5_000),
    connectTimeoutMS: Math.min(timeoutMs, 10_000),
    socketTimeoutMS: timeoutMs,
    heartbeatFrequencyMS: 2_000,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    ignoreUndefined: true,
  });
}
