import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from './child.js';
import { ProgramUnavailable } from './debian-package.js';
import { freePort } from './free-port.js';
import { kafkaProperties, type KafkaPorts, SASL_USER } from './kafka-properties.js';
import { kafkaReady } from './kafka-ready.js';
import { findMavenLibraries, type JavaLibraries } from './maven-libraries.js';
import { runProgram } from './run-program.js';
import { type Certificates, makeCertificates } from './self-signed-certificates.js';
import { makeTempDir, type TempDir } from './temp-dir.js';

export const KAFKA_VERSIONS = ['4.1.1', '3.9.1'] as const;
export type KafkaVersion = (typeof KAFKA_VERSIONS)[number];

export interface KafkaOptions {
  /** Default: the newest we know. */
  readonly version?: KafkaVersion;
  /**
   * Also listens with SASL and with TLS, and heeds access lists: whoever comes without SASL may do everything, others what
   * an ACL says.
   */
  readonly secured?: boolean;
}

export interface Kafka {
  /** Addresses without security. */
  readonly brokers: readonly string[];
  readonly logs: () => string;
  /** Ends it and removes its data; does nothing to a server that is not ours. */
  readonly stop: () => Promise<void>;
}

/** A broker that we started and can therefore harm. */
export interface KafkaServer extends Kafka {
  readonly version: KafkaVersion;
  /** SASL_PLAINTEXT with PLAIN, SCRAM and OAUTHBEARER. Only of a secured server. */
  readonly saslBrokers: readonly string[];
  /** TLS; asks for a certificate of the client, and goes on without. Only of a secured server. */
  readonly tlsBrokers: readonly string[];
  readonly certificates: Certificates | null;
  /** Ends the process, by SIGTERM or at once; ports and data stay. */
  shutDown(): Promise<void>;
  kill(): Promise<void>;
  /** Starts it again on its ports and data, and waits until it is ready. */
  startAgain(): Promise<void>;
  /** It takes connections and answers nothing until `resume`. */
  freeze(): void;
  resume(): void;
}

/** The same on every start, so that a heap that grows can't make a test slow. */
const JVM = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const CLUSTER = 'dG9jc2luLXRlc3QtY2x1cw';

/** The brokers that a user wants the suites to run on (`TOCSIN_TEST_KAFKA_BROKERS`); null: we start our own. */
export function ownedBrokers(): readonly string[] | null {
  const given = process.env['TOCSIN_TEST_KAFKA_BROKERS'] ?? '';
  return given === '' ? null : given.split(',').map((each) => each.trim());
}

/** A Kafka to talk to: the user's, else one of ours. */
export async function useKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const brokers = ownedBrokers();
  if (brokers === null) return startKafka(options);
  await kafkaReady(brokers, { what: 'the brokers of TOCSIN_TEST_KAFKA_BROKERS', timeoutMs: 30_000 });
  return { brokers, logs: () => '', stop: () => Promise.resolve() };
}

/**
 * Starts one node (KRaft, broker and controller) on free loopback ports with a data folder of its own, and waits until it
 * serves topics and groups. Throws ProgramUnavailable where it can't be had, or where the user wants other brokers.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  if (ownedBrokers() !== null) {
    throw new ProgramUnavailable(
      'this needs a Kafka of its own, to restart and configure it: run it without TOCSIN_TEST_KAFKA_BROKERS',
    );
  }
  const version = options.version ?? KAFKA_VERSIONS[0];
  const libraries = await findMavenLibraries({
    name: `kafka-${version}`,
    artifacts: [`org.apache.kafka:kafka_2.13:${version}`],
  });
  const dir = await makeTempDir('kafka');
  try {
    const certificates = options.secured === true ? await makeCertificates(dir.path) : null;
    const ports = await choosePorts();
    await writeFile(join(dir.path, 'server.properties'), kafkaProperties(dir.path, ports, certificates));
    await format(libraries, dir, certificates !== null);
    return await runServer({ version, libraries, dir, ports, certificates });
  } catch (error) {
    await dir.remove();
    throw error;
  }
}

async function choosePorts(): Promise<KafkaPorts> {
  const [plain, controller, sasl, tls] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  return { plain, controller, sasl, tls };
}

async function format(libraries: JavaLibraries, dir: TempDir, secured: boolean): Promise<void> {
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${SASL_USER.name},password=${SASL_USER.password}]`,
  ]);
  const { code, output } = await runProgram({ path: 'java', env: libraries.env }, [
    ...JVM,
    ...['-cp', libraries.classPath, 'kafka.tools.StorageTool', 'format'],
    ...['-t', CLUSTER, '-c', join(dir.path, 'server.properties'), ...(secured ? scram : [])],
  ]);
  if (code !== 0) throw new Error(`Kafka's storage could not be formatted:\n${output}`);
}

interface Site {
  readonly version: KafkaVersion;
  readonly libraries: JavaLibraries;
  readonly dir: TempDir;
  readonly ports: KafkaPorts;
  readonly certificates: Certificates | null;
}

async function runServer(site: Site): Promise<KafkaServer> {
  const { dir, ports, certificates } = site;
  const brokers = [`127.0.0.1:${ports.plain}`];
  let child = await startProcess(site, brokers);
  return {
    version: site.version,
    brokers,
    saslBrokers: [`127.0.0.1:${ports.sasl}`],
    tlsBrokers: [`127.0.0.1:${ports.tls}`],
    certificates,
    logs: () => child.output(),
    async shutDown() {
      await child.stop(30_000);
    },
    async kill() {
      await child.kill();
    },
    async startAgain() {
      child = await startProcess(site, brokers);
    },
    freeze: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
    async stop() {
      await child.kill();
      await dir.remove();
    },
  };
}

async function startProcess({ version, libraries, dir }: Site, brokers: readonly string[]): Promise<Child> {
  const child = await startChild({
    command: 'java',
    args: [...JVM, '-cp', libraries.classPath, 'kafka.Kafka', join(dir.path, 'server.properties')],
    cwd: dir.path,
    env: libraries.env,
  });
  try {
    await kafkaReady(brokers, {
      what: `Kafka ${version}`,
      timeoutMs: 60_000,
      ended: () => child.exit() !== null,
    });
  } catch (cause) {
    await child.kill();
    throw new Error(`${(cause as Error).message}. Its output:\n${child.output()}`, { cause });
  }
  return child;
}
