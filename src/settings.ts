import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseByteSize, parseDuration } from './domain/rules/duration.js';
import { nearestName } from './domain/rules/nearest-name.js';
import { TocsinError } from './app/tocsin-error.js';

/** What the environment decides, checked once. Durations are milliseconds, sizes bytes, paths absolute. */
export interface Settings {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly rulesDir: string;
  readonly store: 'sqlite';
  readonly log: 'sqlite';
  readonly role: 'all';
  readonly logLevel: (typeof logLevels)[number];
  readonly logFormat: 'json' | 'pretty';
  readonly logRetentionMs: number;
  readonly logMaxBytes: number;
  readonly incidentRetentionMs: number;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

type Parsed<V> = { readonly ok: true; readonly value: V } | { readonly ok: false; readonly error: string };

type Parse<V> = (text: string) => Parsed<V>;

const text: Parse<string> = (value) => ({ ok: true, value });
const path: Parse<string> = (value) => ({ ok: true, value: resolve(value) });
const port: Parse<number> = (value) =>
  /^\d{1,5}$/.test(value) && Number(value) <= 65_535
    ? { ok: true, value: Number(value) }
    : { ok: false, error: 'expected a port from 0 to 65535 (0 picks a free one)' };

function oneOf<V extends string>(...allowed: readonly V[]): Parse<V> {
  return (value) => {
    const found = allowed.find((each) => each === value);
    return found === undefined
      ? { ok: false, error: `expected ${allowed.join(' or ')}` }
      : { ok: true, value: found };
  };
}

const day = 86_400_000;
const gibibyte = 1024 ** 3;

const names = [
  'TOCSIN_HOST',
  'TOCSIN_PORT',
  'TOCSIN_DATA_DIR',
  'TOCSIN_RULES_DIR',
  'TOCSIN_STORE',
  'TOCSIN_LOG',
  'TOCSIN_ROLE',
  'TOCSIN_LOG_LEVEL',
  'TOCSIN_LOG_FORMAT',
  'TOCSIN_LOG_RETENTION',
  'TOCSIN_LOG_MAX_BYTES',
  'TOCSIN_INCIDENT_RETENTION',
] as const;
type Name = (typeof names)[number];

/** Reads the settings. Refuses with TocsinError `bad-settings`, naming every unknown name and bad value at once. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const problems = Object.keys(env)
    .filter((name) => name.startsWith('TOCSIN_') && !(names as readonly string[]).includes(name))
    .map(unknownName);

  function read<V>(name: Name, byDefault: V, parse: Parse<V>): V {
    const given = env[name]?.trim() ?? '';
    if (given === '') return byDefault;
    const parsed = parse(given);
    if (parsed.ok) return parsed.value;
    problems.push(`${name}=${given}: ${parsed.error}`);
    return byDefault;
  }

  const settings: Settings = {
    host: read('TOCSIN_HOST', '127.0.0.1', text),
    port: read('TOCSIN_PORT', 8080, port),
    dataDir: read('TOCSIN_DATA_DIR', resolve('data'), path),
    rulesDir: read('TOCSIN_RULES_DIR', resolve('rules'), path),
    store: read('TOCSIN_STORE', 'sqlite', oneOf('sqlite')),
    log: read('TOCSIN_LOG', 'sqlite', oneOf('sqlite')),
    role: read('TOCSIN_ROLE', 'all', oneOf('all')),
    logLevel: read('TOCSIN_LOG_LEVEL', 'info', oneOf(...logLevels)),
    logFormat: read('TOCSIN_LOG_FORMAT', process.stderr.isTTY ? 'pretty' : 'json', oneOf('json', 'pretty')),
    logRetentionMs: read('TOCSIN_LOG_RETENTION', 30 * day, parseDuration),
    logMaxBytes: read('TOCSIN_LOG_MAX_BYTES', 20 * gibibyte, parseByteSize),
    incidentRetentionMs: read('TOCSIN_INCIDENT_RETENTION', 400 * day, parseDuration),
  };
  if (problems.length > 0) {
    throw new TocsinError(`The settings in the environment can't be used:\n  ${problems.join('\n  ')}`, {
      code: 'bad-settings',
      retriable: false,
    });
  }
  return settings;
}

function unknownName(name: string): string {
  const near = nearestName(name, names);
  return `${name} is not a setting${near === null ? `; the settings are ${names.join(', ')}` : `; did you mean ${near}?`}`;
}

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

/** Color is for terminals whose owner did not say NO_COLOR. */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '';
}
