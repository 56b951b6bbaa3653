import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { replaceFile } from '../../support/acceptance-bundle.js';
import { committed } from '../../support/committed.js';
import { listAll } from '../../support/list-all.js';
import { sendJson } from '../../support/send-json.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';
import { startTocsin, type TocsinProcess } from '../../support/tocsin-process.js';
import type { Goal } from '../ingest/goal.js';
import type { BenchCase } from './bench-case.js';
import { makeAlerts } from './make-alerts.js';
import { makeRules } from './make-rules.js';
import { manyRulesBundle } from './many-rules-bundle.js';
import { mainThreadMs, startPacedLoad, type Answered } from './paced-load.js';

export interface LiveResult {
  readonly goals: readonly Goal[];
  readonly problems: readonly string[];
}

const requestsPerSecond = 100;
const alertsPerRequest = 5;
const reloads = 4;
/** Before the first reload, and between two. */
const calmMs = 3_000;
const warmMs = 3_000;

/** Reloads of a service that takes alerts in meanwhile. Every edition of the rules leaves two marks on each alert. */
export async function runLive(
  bench: BenchCase,
  seed: number,
  show: (line: string) => void,
): Promise<LiveResult> {
  const home = await makeTempDir('bench-rules');
  const rulesDir = join(home.path, 'rules');
  await mkdir(rulesDir);
  for (const [path, text] of manyRulesBundle(bench, seed, marks(0)))
    await writeFile(join(rulesDir, path), text);
  const startedAt = performance.now();
  const env = { TOCSIN_RULES_WATCH: 'false' };
  const tocsin = await startTocsin({ dataDir: join(home.path, 'data'), rulesDir, env });
  try {
    show(`start with ${bench.rules} rules: ready after ${(performance.now() - startedAt).toFixed(0)} ms`);
    return await reloadUnderLoad({ bench, seed, tocsin, rulesDir, show });
  } finally {
    await tocsin.stop();
    await home.remove();
  }
}

interface Site {
  readonly bench: BenchCase;
  readonly seed: number;
  readonly tocsin: TocsinProcess;
  readonly rulesDir: string;
  readonly show: (line: string) => void;
}

async function reloadUnderLoad(site: Site): Promise<LiveResult> {
  const { tocsin, rulesDir, show } = site;
  const writer = createAlertWriter(site);
  const load = startPacedLoad({
    ...{ server: tocsin, path: '/api/v1/alerts', requestsPerSecond },
    nextBody: () => writer.next(),
  });
  await delay(warmMs);
  const calm: Span[] = [await span(() => delay(calmMs), load.answers)];
  const busy: Span[] = [];
  for (let edition = 1; edition <= reloads; edition += 1) {
    for (const [path, text] of marks(edition)) await replaceFile(join(rulesDir, path), text);
    const worked = mainThreadMs(tocsin.pid);
    const reload = await span(() => reloadOnce(tocsin), load.answers);
    busy.push(reload);
    show(
      `reload ${edition}: in force after ${reload.ms.toFixed(0)} ms, of which the main thread worked ` +
        `${(mainThreadMs(tocsin.pid) - worked).toFixed(0)} ms; ${tell(reload)}`,
    );
    calm.push(await span(() => delay(calmMs), load.answers));
  }
  await load.stop();
  const before = together(calm);
  show(`between reloads: ${tell(before)}`);
  const problems = await check(tocsin, writer.sent());
  for (const problem of problems) show(`VOID: ${problem}`);
  if (problems.length === 0)
    show(`${writer.sent()} alerts acknowledged, all stored, each judged by one bundle`);
  return { goals: goalsOf(busy, before), problems };
}

function goalsOf(busy: readonly Span[], before: Span): readonly Goal[] {
  const during = together(busy);
  const inForce = busy.map(({ ms }) => ms).sort((a, b) => a - b);
  return [
    {
      ...{ name: '10,000 rules in force while alerts come in, parsing included', unit: 'ms' },
      ...{ bound: 'at most', limit: 2_000, value: inForce[Math.floor(inForce.length / 2)] as number },
      detail: inForce.map((ms) => ms.toFixed(0)).join(', '),
    },
    {
      ...{
        name: 'longest work of the main thread between two answers during a reload',
        unit: 'ms of CPU time',
      },
      ...{ bound: 'at most', limit: 100, value: worst(during.answers.map(({ workedMs }) => workedMs)) },
      detail: `${worst(before.answers.map(({ workedMs }) => workedMs)).toFixed(0)} between reloads`,
    },
    {
      ...{ name: 'longest wait for an answer during a reload', unit: 'ms', bound: 'at most', limit: 100 },
      value: worst(during.answers.map(({ waitedMs }) => waitedMs)),
      detail: `${worst(before.answers.map(({ waitedMs }) => waitedMs)).toFixed(0)} between reloads`,
    },
  ];
}

interface Span {
  readonly ms: number;
  readonly answers: readonly Answered[];
}

/** What takes place, and the answers that came meanwhile or were the first thereafter: a request may have waited for all of it. */
async function span(run: () => Promise<unknown>, answers: readonly Answered[]): Promise<Span> {
  const began = performance.now();
  const first = answers.length;
  await run();
  const ms = performance.now() - began;
  await delay(50);
  return { ms, answers: answers.slice(first) };
}

function together(spans: readonly Span[]): Span {
  const ms = spans.reduce((sum, each) => sum + each.ms, 0);
  return { ms, answers: spans.flatMap(({ answers }) => answers) };
}

function tell({ answers }: Span): string {
  const waited = answers.map(({ waitedMs }) => waitedMs).sort((a, b) => a - b);
  const at = (share: number): string => (waited[Math.floor(waited.length * share)] ?? 0).toFixed(0);
  const worked = worst(answers.map(({ workedMs }) => workedMs)).toFixed(0);
  return (
    `${answers.length} answers, p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${worst(waited).toFixed(0)} ms; ` +
    `at most ${worked} ms of CPU time between two`
  );
}

function worst(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

async function reloadOnce({ url }: TocsinProcess): Promise<void> {
  const { status, body } = await sendJson<{ result?: string }>(`${url}/api/v1/rules/reload`);
  if (status !== 200 || body.result !== 'reloaded')
    throw new Error(`The reload was answered ${status}: ${JSON.stringify(body).slice(0, 500)}`);
}

/** Two rules in the first and the last file, each of which writes the edition into a label of its own. */
function marks(edition: number): readonly (readonly [path: string, text: string])[] {
  return (['a', 'z'] as const).map((name) => {
    const rule = {
      ...{ id: `mark-${name}`, set: 'adjust', match: { 'labels.alertname': { exists: true } } },
      then: { labels: { [`mark_${name}`]: String(edition) } },
    };
    return [`${name}-mark.yaml`, stringify({ apiVersion: 'tocsin/v1', kind: 'Triage', rules: [rule] })];
  });
}

/** Alerts of the estate, no two alike. */
function createAlertWriter({ bench, seed }: Site): { next(): object; sent(): number } {
  const pool = makeAlerts(bench, makeRules(bench, seed), { count: 2_000, seed });
  let sent = 0;
  return {
    next: () =>
      Array.from({ length: alertsPerRequest }, () => {
        const { labels, annotations, severity } = pool[sent % pool.length] as (typeof pool)[number];
        sent += 1;
        return { labels: { ...labels, serial: `n${sent}` }, annotations, severity };
      }),
    sent: () => sent,
  };
}

/** Every alert is there once, with two marks of one edition; each edition left some. */
async function check({ url }: TocsinProcess, sent: number): Promise<readonly string[]> {
  await committed(url);
  const serials = new Set<string>();
  const editions = new Set<string>();
  let torn = 0;
  for await (const { labels } of listAll<{ readonly labels: Readonly<Record<string, string>> }>(
    `${url}/api/v1/alerts?limit=500`,
  )) {
    serials.add(labels['serial'] ?? '');
    const [first, last] = [labels['mark_a'], labels['mark_z']];
    if (first === undefined || first !== last) torn += 1;
    else editions.add(first);
  }
  return [
    ...(serials.size === sent ? [] : [`${sent} alerts were acknowledged, and ${serials.size} are stored.`]),
    ...(torn === 0 ? [] : [`${torn} alerts were judged by parts of two bundles.`]),
    ...(editions.size === reloads + 1 ? [] : [`Only ${editions.size} of ${reloads + 1} editions judged.`]),
  ];
}
