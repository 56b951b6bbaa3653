import { readFile } from 'node:fs/promises';
import { createBundleReader } from '../adapters/files/bundle-reader.js';
import { readRules } from '../adapters/files/read-rules.js';
import { createCheckBody } from '../adapters/files/schema-checker.js';
import { presentExplanation, type PresentedExplanation } from '../adapters/http/present-trace.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { createExplainAlerts } from '../app/explain-alert.js';
import { createRuleLoader } from '../app/load-rules.js';
import { parseJson } from '../app/parse-json.js';
import { TocsinError } from '../app/tocsin-error.js';
import { nearestName } from '../domain/rules/nearest-name.js';
import { native } from '../domain/sources/native.js';
import { alertSources } from '../domain/sources/registry.js';
import { readSettings } from '../settings.js';
import { callTocsin, unreachable } from './call-tocsin.js';
import { ownAddress } from './own-address.js';

/** What a command line says about which alert to explain, and by which rules. */
export interface AskedExplanation {
  /** A file, `-` for stdin, a fingerprint, or the id of an incident. */
  readonly alert: string;
  readonly source?: string;
  readonly rules?: string;
  readonly at?: string;
  readonly url?: string;
}

export type ReadExplanation =
  | { readonly ok: true; readonly explanation: PresentedExplanation }
  /** Wrong usage: what to say on stderr. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Explains a payload by the bundle on disk, or asks a running Tocsin: about what it knows already, or with `url` about a
 * payload among all that it knows. Rejects with TocsinError where file, bundle or server can't be read.
 */
export async function readExplanation(asked: AskedExplanation): Promise<ReadExplanation> {
  const problems = usageProblems(asked);
  if (problems.length > 0) return { ok: false, problems };
  const { alert, source = native.id, url } = asked;
  if (isFingerprint(alert)) return askRunning(url ?? ownAddress(), { query: { fingerprint: alert } });
  if (isIncident(alert)) return askRunning(url ?? ownAddress(), { query: { incident: alert } });
  const text = await readPayload(alert);
  if (url !== undefined) return askRunning(url, { query: { source }, body: text.toString('utf8') });
  return explainLocally(asked, text);
}

function isFingerprint(alert: string): boolean {
  return /^[0-9a-f]{16}$/.test(alert);
}

function isIncident(alert: string): boolean {
  return /^INC-\d+(?:-\d+)?$/.test(alert);
}

function usageProblems({ alert, source, rules, at, url }: AskedExplanation): readonly string[] {
  const isKnown = isFingerprint(alert) || isIncident(alert);
  const problems: string[] = [];
  const ids = alertSources.map(({ id }) => id);
  if (source !== undefined && !ids.includes(source)) {
    const nearest = nearestName(source, ids);
    problems.push(
      `--source: there is no source ${source}. ${nearest === null ? `Sources: ${ids.join(', ')}` : `Did you mean ${nearest}?`}`,
    );
  }
  if (at !== undefined && Number.isNaN(Date.parse(at)))
    problems.push('--at: write it as 2026-11-23T10:00:00Z');
  if (isKnown && source !== undefined) problems.push('--source: what is known already needs no source');
  for (const [name, value] of Object.entries({ rules, at })) {
    if (value === undefined) continue;
    if (isKnown) problems.push(`--${name}: the running Tocsin judges by its own rules, and now`);
    else if (url !== undefined) problems.push(`--${name}: give either --url or --${name}`);
  }
  return problems;
}

async function readPayload(path: string): Promise<Buffer> {
  if (path !== '-') {
    return readFile(path).catch((error: unknown) => {
      throw unreadable(
        `Can not read ${path}: ${(error as Error).message}. Name a file with an alert, - for stdin, a fingerprint or the id of an incident.`,
      );
    });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function explainLocally(
  { alert, source: id = native.id, rules, at }: AskedExplanation,
  text: Buffer,
): Promise<ReadExplanation> {
  const parsed = parseJson(text);
  const from = alert === '-' ? 'stdin' : alert;
  if (parsed.kind !== 'json') {
    const why = parsed.kind === 'not-json' ? `is no JSON: ${parsed.detail}` : `is ${parsed.kind}`;
    return { ok: false, problems: [`${from} ${why}`] };
  }
  const directory = rules ?? readSettings().rulesDir;
  const reader = createBundleReader({ directory });
  const { ruleSet } = await readRules({ reader, loadRules: createRuleLoader({ reader }), directory });
  const instant = at === undefined ? systemClock.now() : Date.parse(at);
  const explain = createExplainAlerts({
    engines: () => new Map(),
    shardOf: () => 0,
    rules: () => ruleSet,
    check: createCheckBody(),
    clock: { now: () => instant },
    views: { alert: () => Promise.resolve(null), incident: () => Promise.resolve(null) },
  });
  const source = alertSources.find((one) => one.id === id) ?? native;
  const explained = explain.payload(source, parsed.value);
  if (explained.kind === 'explained') return { ok: true, explanation: presentExplanation(explained) };
  const problems = explained.problems.map(({ pointer, message }) => `${from}${pointer}: ${message}`);
  return { ok: false, problems: [...problems, `(--source ${id} says of which format it is)`] };
}

async function askRunning(
  base: string,
  asked: { readonly query: Readonly<Record<string, string>>; readonly body?: string },
): Promise<ReadExplanation> {
  const { query, ...sent } = asked;
  const path = `api/v1/explain?${new URLSearchParams(query).toString()}`;
  const { status, body } = await callTocsin(base, { method: 'POST', path, ...sent });
  if (status === 200 && body !== null && 'items' in body)
    return { ok: true, explanation: body as unknown as PresentedExplanation };
  const { detail, errors = [] } = (body ?? {}) as Problem;
  if (status === 400)
    return { ok: false, problems: errors.map(({ pointer, message }) => `${pointer}: ${message}`) };
  if (status === 404 && detail !== undefined)
    throw unreadable(`${detail} ${base} was asked; --url names another Tocsin.`);
  throw unreachable(base, `it answers ${status}${detail === undefined ? '' : `: ${detail}`}`);
}

interface Problem {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

function unreadable(message: string): TocsinError {
  return new TocsinError(message, { code: 'input-unreadable', retriable: false });
}
