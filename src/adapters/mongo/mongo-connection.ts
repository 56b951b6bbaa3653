import { MongoClient } from 'mongodb';

export interface MongoConnection {
  /** As people write it, `mongodb://user:password@host:port/?options`. */
  readonly url: string;
  /** The database that holds everything. */
  readonly database: string;
  /** After so long without an answer, in ms, a call fails; default 20 s. */
  readonly timeoutMs?: number;
}

/** Of a command that the driver passes on as it is. */
export const durably = { w: 'majority', j: true } as const;

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
    writeConcern: { w: durably.w, journal: durably.j },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    ignoreUndefined: true,
  });
}
