import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseByteSize, parseDuration } from './domain/rules/duration.js';
import { nearestName } from './domain/rules/nearest-name.js';
import { TocsinError } from './app/tocsin-error.js';
import {
  mongoSettingNames,
  type MongoSettings,
  type MongoSettingSource,
  readMongoSettings,
} from './settings-mongo.js';
import {
  type KafkaSettingName,
  kafkaSettingNames,
  type KafkaSettings,
  readKafkaSettings,
  type SettingSource,
} from './settings-kafka.js';

/** What the environment decides, checked once. Durations are milliseconds, sizes bytes, paths absolute. */
export interface Settings {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly rulesDir: string;
  /** Changes of the bundle on disk are taken over by themselves. */
  readonly rulesWatch: boolean;
  readonly role: Role;
  readonly logLevel: (typeof logLevels)[number];
  readonly logFormat: 'json' | 'pretty';
  readonly logRetentionMs: number;
  readonly logMaxBytes: number;
  readonly incidentRetentionMs: number;
  /** null: no brokers are named. */
  readonly kafka: KafkaSettings | null;
  /** null: log and store are embedded. */
  readonly distributed: DistributedSettings | null;
}

/** Log on Kafka and store on MongoDB, for any number of processes. */
export interface DistributedSettings {
  readonly kafka: KafkaSettings;
  readonly mongo: MongoSettings;
}

/** What a process does: takes alerts and commands in, runs shards, or both. */
export type Role = (typeof roles)[number];
const roles = ['all', 'intake', 'engine'] as const;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

type Parsed<V> = { readonly ok: true; readonly value: V } | { readonly ok: false; readonly error: string };

type Parse<V> = (text: string) => Parsed<V>;

const text: Parse<string> = (value) => ({ ok: true, value });
const path: Parse<string> = (value) => ({ ok: true, value: resolve(value) });
const port: Parse<number> = (value) =>
  /^\d{1,5}$/.test(value) && Number(value) <= 65_535
    ? { ok: true, value: Number(value) }
    : { ok: false, error: 'expected a port from 0 to 65535 (0 picks a free one)' };

const flag: Parse<boolean> = (value) =>
  value === 'true' || value === 'false'
    ? { ok: true, value: value === 'true' }
    : { ok: false, error: 'expected true or false' };

function oneOf<V extends string>(...allowed: readonly V[]): Parse<V> {
  return (value) => {
    const found = allowed.find((each) => each === value);
    return found === undefined
      ? { ok: false, error: `expected ${allowed.join(' or ')}` }
      : { ok: true, value: found };
  };
}

const names = [
  'TOCSIN_HOST',
  'TOCSIN_PORT',
  'TOCSIN_DATA_DIR',
  'TOCSIN_RULES_DIR',
  'TOCSIN_RULES_WATCH',
  'TOCSIN_STORE',
  'TOCSIN_LOG',
  'TOCSIN_ROLE',
  'TOCSIN_LOG_LEVEL',
  'TOCSIN_LOG_FORMAT',
  'TOCSIN_LOG_RETENTION',
  'TOCSIN_LOG_MAX_BYTES',
  'TOCSIN_INCIDENT_RETENTION',
  ...kafkaSettingNames,
  ...mongoSettingNames,
] as const;
type Name = (typeof names)[number];
type ServerSettingName = KafkaSettingName | (typeof mongoSettingNames)[number];

/** Reads the settings. Refuses with TocsinError `bad-settings`, naming every unknown name and bad value at once. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return explainSettings(env).settings;
}

/** A setting as people see it: the value in force, written as it would be set, and who decided. */
export interface ShownSetting {
  readonly name: string;
  readonly value: string;
  readonly origin: 'default' | 'environment';
}

/** The settings with where each of them comes from, in the order of the documentation. Refuses as `readSettings` does. */
export function explainSettings(env: NodeJS.ProcessEnv = process.env): {
  readonly settings: Settings;
  readonly shown: readonly ShownSetting[];
} {
  const problems = Object.keys(env)
    .filter((name) => name.startsWith('TOCSIN_') && !(names as readonly string[]).includes(name))
    .map(unknownName);
  const shown: ShownSetting[] = [];

  function read<V>(name: Name, byDefault: string, parse: Parse<V>): V {
    const given = env[name]?.trim() ?? '';
    const parsed = parse(given === '' ? byDefault : given);
    const origin = given === '' ? 'default' : 'environment';
    if (parsed.ok) {
      shown.push({ name, value: given === '' ? byDefault : given, origin });
      return parsed.value;
    }
    problems.push(`${name}=${given}: ${parsed.error}`);
    const fallback = parse(byDefault);
    if (!fallback.ok) throw new Error(`invariant: the default of ${name} is refused: ${fallback.error}`);
    return fallback.value;
  }

  const isGiven = (name: Name): boolean => (env[name]?.trim() ?? '') !== '';
  const store = read('TOCSIN_STORE', 'sqlite', oneOf('sqlite', 'mongodb'));
  const log = read('TOCSIN_LOG', 'sqlite', oneOf('sqlite', 'kafka'));
  const source = kafkaSource(env, { shown, problems });
  const kafka = readKafkaSettings(source);
  const mongo =
    isGiven('TOCSIN_MONGODB_URL') || isGiven('TOCSIN_MONGODB_URL_FILE') ? readMongoSettings(source) : null;
  const settings: Settings = {
    host: read('TOCSIN_HOST', '127.0.0.1', text),
    port: read('TOCSIN_PORT', '8080', port),
    dataDir: read('TOCSIN_DATA_DIR', resolve('data'), path),
    rulesDir: read('TOCSIN_RULES_DIR', resolve('rules'), path),
    rulesWatch: read('TOCSIN_RULES_WATCH', 'true', flag),
    role: read('TOCSIN_ROLE', 'all', oneOf(...roles)),
    logLevel: read('TOCSIN_LOG_LEVEL', 'info', oneOf(...logLevels)),
    logFormat: read('TOCSIN_LOG_FORMAT', process.stderr.isTTY ? 'pretty' : 'json', oneOf('json', 'pretty')),
    logRetentionMs: read('TOCSIN_LOG_RETENTION', '30d', parseDuration),
    logMaxBytes: read('TOCSIN_LOG_MAX_BYTES', '20GiB', parseByteSize),
    incidentRetentionMs: read('TOCSIN_INCIDENT_RETENTION', '400d', parseDuration),
    kafka,
    distributed: chooseSet({ store, log, kafka, mongo, problems }),
  };
  refuseStrayOf(settings, { isGiven, problems });
  refuse(problems);
  return { settings, shown };
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new TocsinError(`The settings in the environment can't be used:\n  ${problems.join('\n  ')}`, {
    code: 'bad-settings',
    retriable: false,
  });
}

/** Well above how far back a record of the log on Kafka refers. */
const leastKafkaRetentionMs = 3_600_000;

function refuseStrayOf(
  { distributed, role, logRetentionMs }: Settings,
  { isGiven, problems }: { readonly isGiven: (name: Name) => boolean; readonly problems: string[] },
): void {
  if (distributed === null && role !== 'all')
    problems.push(`TOCSIN_ROLE=${role}: needs TOCSIN_LOG=kafka; an embedded log has one process`);
  if (distributed !== null && logRetentionMs < leastKafkaRetentionMs)
    problems.push('TOCSIN_LOG_RETENTION: with TOCSIN_LOG=kafka at least 1h, because repeats refer back');
  if (distributed !== null && isGiven('TOCSIN_LOG_MAX_BYTES'))
    problems.push(
      'TOCSIN_LOG_MAX_BYTES: does nothing with TOCSIN_LOG=kafka; TOCSIN_LOG_RETENTION limits the log',
    );
}

/** Kafka and MongoDB go together: with one of them alone, several processes would share half of what they need. */
function chooseSet(given: {
  readonly store: 'sqlite' | 'mongodb';
  readonly log: 'sqlite' | 'kafka';
  readonly kafka: KafkaSettings | null;
  readonly mongo: MongoSettings | null;
  readonly problems: string[];
}): DistributedSettings | null {
  const { store, log, kafka, mongo, problems } = given;
  if (log === 'sqlite' && store === 'sqlite') {
    if (mongo !== null) problems.push('TOCSIN_MONGODB_URL: does nothing without TOCSIN_STORE=mongodb');
    return null;
  }
  if (log === 'sqlite' || store === 'sqlite') {
    problems.push(
      `TOCSIN_LOG=${log} and TOCSIN_STORE=${store}: kafka and mongodb go together, set both or none`,
    );
    return null;
  }
  if (kafka === null) problems.push('TOCSIN_LOG=kafka: needs TOCSIN_KAFKA_BROKERS (host:port, …)');
  if (mongo === null)
    problems.push('TOCSIN_STORE=mongodb: needs TOCSIN_MONGODB_URL or TOCSIN_MONGODB_URL_FILE');
  return kafka === null || mongo === null ? null : { kafka, mongo };
}

function kafkaSource(
  env: NodeJS.ProcessEnv,
  { shown, problems }: { shown: ShownSetting[]; problems: string[] },
): SettingSource & MongoSettingSource {
  const given = (name: ServerSettingName): string => env[name]?.trim() ?? '';
  const show = (name: ServerSettingName, byDefault: string, hidden = false): string => {
    const value = given(name) || byDefault;
    if (value !== '') {
      const origin = given(name) === '' ? 'default' : 'environment';
      shown.push({ name, value: hidden ? '(hidden)' : value, origin });
    }
    return value;
  };
  return {
    text: (name, byDefault = '') => show(name, byDefault),
    file(name) {
      const file = show(name, '');
      if (file === '') return '';
      try {
        return readFileSync(file, 'utf8');
      } catch (error) {
        problems.push(`${name}=${file}: ${(error as Error).message}`);
        return '';
      }
    },
    secret(name: ServerSettingName) {
      show(name, '', true);
      return readSecret(name, env) ?? '';
    },
    isSet: (name) => given(name) !== '',
    problem: (text) => void problems.push(text),
  };
}

function unknownName(name: string): string {
  const near = nearestName(name, names);
  return `${name} is not a setting${near === null ? `; the settings are ${names.join(', ')}` : `; did you mean ${near}?`}`;
}

/** Where a secret that the bundle names comes from; never what it says. */
export type SecretOrigin = 'environment' | 'file' | 'not set';

/** A secret that the bundle names: the variable itself, or the file that `<name>_FILE` points to. Null where neither is set. */
export function readSecret(name: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return null;
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch {
    return null;
  }
}

export function secretOrigin(name: string, env: NodeJS.ProcessEnv = process.env): SecretOrigin {
  if ((env[name] ?? '') !== '') return 'environment';
  return readSecret(name, env) === null ? 'not set' : 'file';
}

/** Color is for terminals whose owner did not say NO_COLOR. */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '';
}
