/*
 * Days of steady load in minutes: `npm run soak -- [hours] [series]` (64, 500). The real intake, log, engine, store,
 * deliverer and retention run on a simulated clock. Prints memory and database size for every simulated hour. Alerts that are
 * over are remembered for a day, so it takes a good day until as much goes as comes: exits 1 when memory or databases grow from
 * the third quarter to the last, or when what was counted is not what was sent.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bodiesOfMinute } from './soak-load.js';
import { openSoakWorld, type SoakWorld } from './soak-world.js';

const minute = 60_000;
const mebibyte = 2 ** 20;
/** The last quarter may exceed the one before by this much. */
const tolerance = 1.15;

interface Sample {
  readonly heap: number;
  readonly database: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const [hours = 64, series = 500] = argv.map(Number);
  if (argv.includes('--help') || !(hours >= 48) || !(series >= 1)) {
    process.stdout.write(
      'Usage: npm run soak -- [hours] [series]\n\n  $ npm run soak\n  $ npm run soak -- 96 2000\n\nAt least 48 hours.\n',
    );
    return argv.includes('--help') ? 0 : 2;
  }
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-soak-'));
  const start = Date.UTC(2026, 0, 5);
  const world = await openSoakWorld({ directory, rulesDir: resolve('rules'), start });
  try {
    return await soak(world, { hours, series, start });
  } finally {
    await world.close();
    await rm(directory, { recursive: true });
  }
}

async function soak(
  world: SoakWorld,
  load: { readonly hours: number; readonly series: number; readonly start: number },
): Promise<number> {
  const samples: Sample[] = [];
  let sent = 0;
  process.stdout.write('hour  alerts sent  active  open incidents  heap MiB  RSS MiB  databases MiB\n');
  for (let hour = 1; hour <= load.hours; hour += 1) {
    sent += await oneHour(world, { ...load, from: (hour - 1) * 60 });
    await world.retention();
    collectGarbage();
    const { heapUsed, rss } = process.memoryUsage();
    const database = await world.databaseBytes();
    samples.push({ heap: heapUsed, database });
    const { alerts, incidents } = world.census();
    const open = incidents.filter(({ state }) => state !== 'resolved' && state !== 'closed');
    const cells = [
      ...[hour, sent, alerts.firing, open.reduce((sum, { count }) => sum + count, 0)],
      ...[heapUsed, rss, database].map((bytes) => (bytes / mebibyte).toFixed(1)),
    ];
    const widths = [4, 11, 6, 14, 8, 7, 13];
    process.stdout.write(`${cells.map((cell, i) => String(cell).padStart(widths[i] ?? 0)).join('  ')}\n`);
  }
  return judge(world, samples, sent);
}

async function oneHour(
  world: SoakWorld,
  of: { readonly series: number; readonly start: number; readonly from: number },
): Promise<number> {
  let sent = 0;
  for (let at = of.from; at < of.from + 60; at += 1) {
    const bodies = bodiesOfMinute({ ...of, minute: at, now: world.clock.now() });
    const accepted = await Promise.all(bodies.map((body) => world.send(body)));
    sent += accepted.reduce((sum, count) => sum + count, 0);
    await world.settle();
    await world.clock.advance(Math.max(0, of.start + (at + 1) * minute - world.clock.now()));
  }
  await world.settle();
  return sent;
}

function judge(world: SoakWorld, samples: readonly Sample[], sent: number): number {
  const quarter = Math.floor(samples.length / 4);
  const growth = (of: (sample: Sample) => number): number =>
    Math.max(...samples.slice(-quarter).map(of)) / Math.max(...samples.slice(-2 * quarter, -quarter).map(of));
  const [heap, database] = [growth(({ heap }) => heap), growth(({ database }) => database)];
  const received = world.received();
  const faults = [
    ...(heap > tolerance ? ['the heap still grew in the last quarter'] : []),
    ...(database > tolerance ? ['the databases still grew in the last quarter'] : []),
    ...(received !== sent ? [`${received} alerts were counted, ${sent} were sent`] : []),
    ...world.failures.map((event) => JSON.stringify(event)).slice(0, 5),
  ];
  process.stdout.write(
    `\nlast quarter to the one before: heap ${heap.toFixed(2)}, databases ${database.toFixed(2)}; ${received} of ${sent} alerts counted\n` +
      faults.map((fault) => `FAILED: ${fault}\n`).join(''),
  );
  return faults.length === 0 ? 0 : 1;
}
