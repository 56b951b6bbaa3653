/*
 * What a report over many incidents costs: `node --expose-gc dist/test/bench/report-micro.js [incidents] [alerts]`. Prints how
 * long it took, how long the event loop stood still, how long another read had to wait, and how much memory it took.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { presentSummary } from '../../src/adapters/http/present-summary.js';
import { openDataDirectory } from '../../src/adapters/sqlite/data-directory.js';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.js';
import type { Store } from '../../src/app/ports.js';
import { createSummarizeIncidents } from '../../src/app/summarize-incidents.js';
import { dimensions } from '../../src/domain/report/incident-report.js';
import { createZoneOffset } from '../../src/domain/rules/zone-offset.js';
import { sampleChanges, sampleShardRecord } from '../contract/sample-commit.js';

import { sampleAlert, sampleIncident } from '../support/sample-documents.js';
import { seededRandom } from '../support/seeded-random.js';

const [incidents = 100_000, alerts = 200_000] = process.argv.slice(2).map(Number);
const day = 86_400_000;
const begin = Date.UTC(2025, 10, 1);
const span = 365 * day;
const batch = 5_000;
const chance = seededRandom(42);
const random = (): number => chance.next();
const mebibyte = 2 ** 20;

async function fill(store: Store): Promise<void> {
  await store.open(0);
  let number = 0;
  const commit = async (given: Parameters<typeof sampleChanges>[0]): Promise<void> => {
    number += 1;
    const shard = sampleShardRecord({ at: begin + span });
    const changes = sampleChanges({ shard, ...given });
    await store.stage({ shard: 0, number, position: number, changes })();
  };
  for (let from = 0; from < incidents; from += batch) {
    await commit({ incidents: Array.from({ length: batch }, (_, index) => incidentOf(from + index + 1)) });
  }
  for (let from = 0; from < alerts; from += batch) {
    await commit({ alerts: Array.from({ length: batch }, (_, index) => alertOf(from + index)) });
  }
}

function incidentOf(number: number): ReturnType<typeof sampleIncident> {
  const openedAt = begin + Math.floor((number / incidents) * span);
  const took = Math.floor(random() ** 4 * 3 * day);
  return sampleIncident({
    ...{ id: `INC-${number}`, number, openedAt, state: 'closed' },
    ...{ acknowledgedAt: openedAt + took / 4, timeToAcknowledgeMs: took / 4 },
    ...{ timeToResolveMs: took, resolvedAt: openedAt + took, resolvedReason: 'person' },
    service: `service-${Math.floor(random() ** 2 * 200)}`,
    team: `team-${Math.floor(random() * 30)}`,
    category: `category-${Math.floor(random() * 40)}`,
    rootCause: `cause ${Math.floor(random() * 5_000)}`,
  });
}

function alertOf(index: number): ReturnType<typeof sampleAlert> {
  const occurrenceCount = 1 + Math.floor(random() ** 8 * 100);
  return sampleAlert({ fingerprint: index.toString(16).padStart(16, '0'), occurrenceCount });
}

/** How long reads of one incident wait while a report is made. */
async function readBeside(store: Store, done: { is: boolean }): Promise<number> {
  let worst = 0;
  while (!done.is) {
    const started = performance.now();
    await store.incident('INC-1');
    worst = Math.max(worst, performance.now() - started);
    await wait(5);
  }
  return worst;
}

async function measure(store: Store): Promise<void> {
  const period = { since: begin, until: begin + span };
  const offset = createZoneOffset('Europe/Lisbon') ?? (() => 0);
  const summarize = createSummarizeIncidents({ views: store });
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const done = { is: false };
  const beside = readBeside(store, done);
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const started = performance.now();
  const summary = await summarize({ period, timezone: 'Europe/Lisbon', offset, by: dimensions, top: 10 });
  const body = JSON.stringify(presentSummary(summary));
  const took = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const { active } = performance.eventLoopUtilization(loop);
  done.is = true;
  delay.disable();
  clearInterval(watch);
  console.table({
    [`${summary.total.opened} incidents, ${alerts} alerts`]: {
      'took ms': Math.round(took),
      'CPU ms, both threads': Math.round((user + system) / 1000),
      'loop busy ms': Math.round(active),
      'loop still, longest ms': Math.round(delay.max / 1e6),
      'loop still, p99 ms': Math.round(delay.percentile(99) / 1e6),
      'a read waited, longest ms': Math.round(await beside),
      'memory MiB': Math.round((most - before) / mebibyte),
      'answer KiB': Math.round(body.length / 1024),
    },
  });
}

const directory = await mkdtemp(join(tmpdir(), 'tocsin-report-'));
const held = await openDataDirectory({ directory });
const store = await openSqliteStore({ directory });
await fill(store);
for (let turn = 0; turn < 3; turn++) await measure(store);
await store.close();
await held.release();
await rm(directory, { recursive: true });
