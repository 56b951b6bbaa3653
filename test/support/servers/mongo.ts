import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { cachedFolder } from './cached-folder.js';
import { type Child, startChild } from './child.js';
import { ProgramUnavailable } from './debian-package.js';
import { freePort } from './free-port.js';
import { findMavenLibraries, type JavaLibraries } from './maven-libraries.js';
import { runProgram } from './run-program.js';
import { makeTempDir, type TempDir } from './temp-dir.js';
import { waitUntil } from './wait-until.js';

export interface Mongo {
  readonly url: string;
  /** Ends it and removes its data; does nothing to a server that is not ours. */
  readonly stop: () => Promise<void>;
}

/** A server that we started and can therefore harm. */
export interface MongoServer extends Mongo {
  /** Ends the process by SIGTERM; port and data stay. */
  shutDown(): Promise<void>;
  /** SIGKILL: what was answered is there again only of a durable server. */
  kill(): Promise<void>;
  /** Starts it again on its port and data, and waits until it is ready. */
  startAgain(): Promise<void>;
  /** It takes connections and answers nothing until `resume`. */
  freeze(): void;
  resume(): void;
}

export interface MongoOptions {
  /** Of the protocol; below 9 today's driver refuses it. Default: that of MongoDB 5.0. */
  readonly wireVersion?: number;
  /** Who may log in, with SCRAM-SHA-256; default: nobody has to. */
  readonly users?: readonly MongoUser[];
  /** For benchmarks: it keeps everything in maps and takes the memory and the compiler that make it quick; nobody logs in. */
  readonly quick?: boolean;
  /** What is answered outlives a kill; slower. Default: false. */
  readonly durable?: boolean;
}

export interface MongoUser {
  readonly name: string;
  readonly password: string;
  /** On every database. */
  readonly role: 'readWrite' | 'read' | 'none';
}

/** The URL of a server for somebody who logs in. */
export function urlFor({ url }: Mongo, { name, password }: Pick<MongoUser, 'name' | 'password'>): string {
  const user = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`;
  return `${url.replace('://', `://${user}@`)}/?authMechanism=SCRAM-SHA-256`;
}

const VERSION = '1.47.0';
const BACKENDS = ['h2', 'memory'];
const WIRE_VERSION = 13;
const MAIN = 'MongoProtocolServer';
const SOURCES = [MAIN, 'ById', 'QuickBackend', 'TestBackend', 'TestCollection'].map((name) =>
  resolve('test/support/servers', `${name}.java`),
);
const JVM = ['-Xmx768m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const QUICK_JVM = ['-Xmx2g', '-XX:+UseSerialGC'];

/** The server that a user wants the suites to run on (`TOCSIN_TEST_MONGODB_URL`); null: we start our own. */
export function ownedMongoUrl(): string | null {
  const given = (process.env['TOCSIN_TEST_MONGODB_URL'] ?? '').trim();
  return given === '' ? null : given;
}

/** A MongoDB to talk to: the user's, else one of ours. */
export async function useMongo(): Promise<Mongo> {
  const url = ownedMongoUrl();
  if (url === null) return startMongo();
  await answers(url, { what: 'the server of TOCSIN_TEST_MONGODB_URL', ended: () => false });
  return { url, stop: () => Promise.resolve() };
}

/**
 * Starts a server that speaks MongoDB's protocol on a free loopback port with a file of its own. Throws
 * ProgramUnavailable where it can't be had, or where the user wants another server.
 */
export async function startMongo(options: MongoOptions = {}): Promise<MongoServer> {
  if (ownedMongoUrl() !== null) {
    throw new ProgramUnavailable(
      'this needs a server of its own, to stop and freeze it: run it without TOCSIN_TEST_MONGODB_URL',
    );
  }
  const libraries = await findMavenLibraries({
    name: `mongo-java-server-${VERSION}-${BACKENDS.join('-')}`,
    artifacts: BACKENDS.map((name) => `de.bwaldvogel:mongo-java-server-${name}-backend:${VERSION}`),
  });
  const classes = await compile(libraries);
  const dir = await makeTempDir('mongo');
  try {
    const site: Site = {
      libraries,
      classes,
      dir,
      port: await freePort(),
      wireVersion: options.wireVersion ?? WIRE_VERSION,
      users: options.users ?? [],
      quick: options.quick ?? false,
      durable: options.durable ?? false,
    };
    return await runServer(site);
  } catch (error) {
    await dir.remove();
    throw error;
  }
}

interface Site {
  readonly libraries: JavaLibraries;
  readonly classes: string;
  readonly dir: TempDir;
  readonly port: number;
  readonly wireVersion: number;
  readonly users: readonly MongoUser[];
  readonly quick: boolean;
  readonly durable: boolean;
}

/** Where its classes are: compiled once, for that takes longer than a start. */
async function compile({ classPath, env }: JavaLibraries): Promise<string> {
  const texts = await Promise.all(SOURCES.map((path) => readFile(path)));
  const hash = createHash('sha256').update(VERSION).update(Buffer.concat(texts)).digest('hex').slice(0, 12);
  return cachedFolder(`mongo-protocol-server-${hash}`, async (folder) => {
    const args = ['-cp', classPath, '-d', folder, ...SOURCES];
    const { code, output } = await runProgram({ path: 'javac', env }, args).catch((cause: unknown) => {
      throw new ProgramUnavailable(
        'javac is not on PATH: install a JDK (Debian: apt-get install default-jdk-headless)',
        { cause },
      );
    });
    if (code !== 0) throw new Error(`${SOURCES.join(', ')} could not be compiled:\n${output}`);
  });
}

async function runServer(site: Site): Promise<MongoServer> {
  let child = await startProcess(site);
  return {
    url: urlOf(site),
    async shutDown() {
      await child.stop(30_000);
    },
    async kill() {
      await child.kill();
    },
    async startAgain() {
      child = await startProcess(site);
    },
    freeze: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
    async stop() {
      await child.kill();
      await site.dir.remove();
    },
  };
}

function urlOf({ port }: Site): string {
  return `mongodb://127.0.0.1:${port}`;
}

async function startProcess(site: Site): Promise<Child> {
  const { libraries, classes, dir, port, wireVersion, users, quick, durable } = site;
  const child = await startChild({
    command: 'java',
    args: [
      ...(quick ? QUICK_JVM : JVM),
      `-Ddurable=${durable}`,
      ...['-cp', `${classes}:${libraries.classPath}`, MAIN],
      ...[quick ? 'memory' : join(dir.path, 'data'), String(port), String(wireVersion)],
      ...users.map(({ name, password, role }) => `${name}:${password}:${role}`),
    ],
    env: libraries.env,
  });
  try {
    await answers(urlOf(site), { what: 'the MongoDB server', ended: () => child.exit() !== null });
  } catch (cause) {
    await child.kill();
    throw new Error(`${(cause as Error).message}. Its output:\n${child.output()}`, { cause });
  }
  return child;
}

/** Waits until it answers, be it that it is too old. */
async function answers(url: string, wait: { what: string; ended: () => boolean }): Promise<void> {
  await waitUntil({ what: `${wait.what} to answer`, timeoutMs: 60_000 }, async () => {
    if (wait.ended()) throw new Error('It ended.');
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 1_000 });
    try {
      await client.db('admin').command({ ping: 1 });
    } catch (error) {
      if (!/wire version/i.test((error as Error).message)) throw error;
    } finally {
      await client.close();
    }
    return true;
  });
}
