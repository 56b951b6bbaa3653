import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Appended, EventLog } from '../../src/app/ports.js';
import type { Entry, LogRecord } from '../../src/domain/alert/entry.js';
import { createSettableClock, type SettableClock } from '../support/settable-clock.js';
import { bigEntry, entry, numbersIn, readRecords, readToEnd, sampleAlert } from './log-samples.js';
import { describeCopying } from './event-log-copying.contract.js';
import { describeReading } from './event-log-reading.contract.js';
import { describePruning } from './event-log-pruning.contract.js';
import { rejectionOf } from './rejection-of.js';

/** A place for one log: what was appended is there again when it is opened again. */
export interface LogBench {
  open(clock: SettableClock): Promise<EventLog>;
  remove(): Promise<void>;
}

export interface LogTraits {
  /** Records get the time of another machine: it passes by itself and can't be set. */
  readonly ownTime?: true;
  /** It does not know what a record takes, so it keeps no limit of bytes; the settings refuse one. */
  readonly noSizes?: true;
  /** How many random series are tried; each takes a log of its own. */
  readonly series?: number;
}

export type MakeLogBench = (options: { shards: number }) => Promise<LogBench>;

/** What a test of the contract works with; anew for each test. */
export interface LogTest {
  readonly log: EventLog;
  readonly clock: SettableClock;
  readonly traits: LogTraits;
  /** What is appended afterwards is younger than what was before. */
  readonly passTime: () => Promise<void>;
  /** Closes the log and opens it again. */
  readonly reopen: () => Promise<EventLog>;
}

/** Everything that the port promises, for any adapter. */
export function describeEventLog(name: string, makeBench: MakeLogBench, traits: LogTraits = {}): void {
  describe(`the contract of EventLog, kept by ${name}`, () => {
    let bench: LogBench;
    let log: EventLog;
    let clock: SettableClock;
    const current = (): LogTest => ({
      log,
      clock,
      traits,
      async passTime() {
        if (traits.ownTime === true) await delay(5);
        else clock.set(clock.now() + 60_000);
      },
      async reopen() {
        await log.close();
        log = await bench.open(clock);
        return log;
      },
    });

    beforeEach(async () => {
      clock = createSettableClock();
      bench = await makeBench({ shards: 2 });
      log = await bench.open(clock);
    });
    afterEach(async () => {
      await log.close();
      await bench.remove();
    });

    describeAppending(current);
    describePositions(current);
    describeReading(current);
    describePruning(current, traits);
    describeCopying(current);
    describeClosing(current);
    it('gives back any series of appends, whole and in order, wherever it was closed and opened', async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), keepsSeries(makeBench)), {
        numRuns: traits.series ?? 10,
      });
    });
  });
}

function describeAppending(current: () => LogTest): void {
  it('has no record at first', async () => {
    const { log } = current();
    expect(log.shards).to.equal(2);
    expect(log.unavailable()).to.equal(null);
    expect(await log.end(0)).to.equal(0);
    expect(await log.end(1)).to.equal(0);
  });

  it('answers an append with the place and time of the record that holds it', async () => {
    const { log, clock, traits } = current();
    const appended = await log.append(0, [entry(1), entry(2)]);
    expect(appended.position).to.be.at.least(1);
    if (traits.ownTime === true) expect(appended.at).to.be.closeTo(Date.now(), 60_000);
    else expect(appended.at).to.equal(clock.now());
    expect(await log.end(0)).to.equal(appended.position);
    expect(await readToEnd(log)).to.deep.equal([{ ...appended, entries: [entry(1), entry(2)] }]);
  });

  it('keeps the order of calls, and every append whole inside the record that its answer names', async () => {
    const { log } = current();
    const calls = Array.from({ length: 200 }, (_, call) => [entry(call * 3), entry(call * 3 + 1)]);
    const answers = await Promise.all(calls.map((entries) => log.append(0, entries)));
    const records = await readToEnd(log);
    expect(numbersIn(records)).to.deep.equal(
      calls.flat().map((each) => (each.kind === 'resumed' ? each.since : 0)),
    );
    for (const [call, answer] of answers.entries()) {
      const record = records.find(({ position }) => position === answer.position);
      expect(record?.at).to.equal(answer.at);
      expect(numbersIn(record ? [record] : [])).to.include.members([call * 3, call * 3 + 1]);
    }
  });

  it('keeps the shards apart', async () => {
    const { log } = current();
    await Promise.all([log.append(0, [entry(1)]), log.append(1, [entry(2)]), log.append(0, [entry(3)])]);
    expect(numbersIn(await readToEnd(log, 0))).to.deep.equal([1, 3]);
    expect(numbersIn(await readToEnd(log, 1))).to.deep.equal([2]);
    expect(await log.end(0)).to.not.equal(0);
  });

  it('gives back any text and any name as it was', async () => {
    const { log, reopen } = current();
    const labels = JSON.parse(
      '{"__proto__":"p","":"empty","\\u0000":"nul","zürich":"𝄞","lone":"\\ud800"}',
    ) as Record<string, string>;
    const alert = {
      source: 's',
      fingerprint: 'f',
      severity: 'error',
      title: '"\\\n',
      labels,
      annotations: {},
    } as const;
    const entries: readonly Entry[] = [{ kind: 'alerts', alerts: [alert] }];
    await log.append(0, entries);
    const again = await reopen();
    const [record] = await readToEnd(again);
    expect(JSON.stringify(record?.entries)).to.equal(JSON.stringify(entries));
  });

  it('gives back alerts that come again as the same objects, over a close, a prune and on both shards', async () => {
    const { log, clock, reopen } = current();
    const endsAt = clock.now();
    const alerts = Array.from({ length: 300 }, (_, number) => sampleAlert(number, endsAt));
    const again = (by: number): Entry => ({
      kind: 'alerts',
      alerts: alerts.map((alert) => ({ ...alert, endsAt: endsAt + by })),
    });
    const first = await log.append(0, [{ kind: 'alerts', alerts }]);
    await Promise.all([1, 2, 3, 4].map((by) => log.append(by % 2, [again(by), { kind: 'tick' }])));
    await log.prune(0, {
      before: Number.MAX_SAFE_INTEGER,
      maxBytes: 0,
      position: first.position,
    });
    const later = await reopen();
    await later.append(1, [again(5)]);
    // A log may keep the first record for what the later ones need of it.
    const isLater = ({ position }: LogRecord): boolean => position > first.position;
    const entries = [0, 1].map(async (shard) =>
      (await readToEnd(later, shard))
        .filter((each) => shard === 1 || isLater(each))
        .flatMap((each) => each.entries),
    );
    const tick: Entry = { kind: 'tick' };
    expect(await Promise.all(entries)).to.deep.equal([
      [again(2), tick, again(4), tick],
      [again(1), tick, again(3), tick, again(5)],
    ]);
  });

  it('takes bodies of 4 MiB and a burst of 50 MB', async () => {
    const { log, reopen } = current();
    const letters = Array.from({ length: 12 }, (_, at) => String.fromCharCode(97 + at));
    await Promise.all(letters.map((letter) => log.append(0, [bigEntry(4 * 1024 * 1024, letter)])));
    const again = await reopen();
    const texts = (await readToEnd(again)).flatMap((record) => record.entries);
    expect(texts).to.deep.equal(letters.map((letter) => bigEntry(4 * 1024 * 1024, letter)));
  }).timeout(60_000);

  it('refuses an append of nothing and a shard that is not there', async () => {
    const { log } = current();
    expect(await rejectionOf(log.append(0, []))).to.be.instanceOf(RangeError);
    expect(await rejectionOf(log.append(2, [entry(1)]))).to.be.instanceOf(RangeError);
    expect(await rejectionOf(log.end(2))).to.be.instanceOf(RangeError);
    expect(await readToEnd(log)).to.deep.equal([]);
  });
}

function describePositions(current: () => LogTest): void {
  it('gives every record a greater position than the one before, over a close too', async () => {
    const { log, reopen } = current();
    const first = await log.append(0, [entry(1)]);
    const again = await reopen();
    expect(await again.end(0)).to.equal(first.position);
    expect((await again.append(0, [entry(2)])).position).to.be.greaterThan(first.position);
  });
}

function describeClosing(current: () => LogTest): void {
  it('writes what was appended before it closes, and refuses what comes later', async () => {
    const { log, reopen } = current();
    const waiting = Promise.all([log.append(0, [entry(1)]), log.append(1, [entry(2)])]);
    await log.close();
    await waiting;
    const error = await rejectionOf(log.append(0, [entry(3)]));
    expect(error).to.include({ code: 'log-closed', retriable: false });
    expect(log.unavailable()).to.be.a('string');
    const again = await reopen();
    expect(numbersIn(await readToEnd(again, 0))).to.deep.equal([1]);
    expect(numbersIn(await readToEnd(again, 1))).to.deep.equal([2]);
  });

  it('ends those who read when it closes, and those who come later at once', async () => {
    const { log } = current();
    await log.append(0, [entry(1)]);
    const never = new AbortController().signal;
    const reading = (async () => {
      for await (const batch of log.read(0, 0, never)) expect(batch).to.have.length(1);
    })();
    await readRecords(log, { records: 1 });
    await log.close();
    await reading;
    for await (const batch of log.read(0, 0, never))
      expect.fail(`read ${batch.length} records of a closed log`);
  });

  it('may be closed twice', async () => {
    const { log } = current();
    await Promise.all([log.close(), log.close()]);
    await log.close();
  });
}

type Step =
  | { readonly kind: 'append'; readonly shard: number; readonly sizes: readonly number[] }
  | { readonly kind: 'clock'; readonly by: number }
  | { readonly kind: 'reopen' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      shard: fc.integer({ min: 0, max: 1 }),
      sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), by: fc.integer({ min: -5000, max: 5000 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

/** Every `append` step is a burst of calls, `sizes` entries each. */
function keepsSeries(makeBench: MakeLogBench): (steps: readonly Step[]) => Promise<void> {
  return async (steps) => {
    const bench = await makeBench({ shards: 2 });
    const clock = createSettableClock();
    let log = await bench.open(clock);
    const expected: [number[], number[]] = [[], []];
    let next = 0;
    const answers: [Appended[], Appended[]] = [[], []];
    for (const each of steps) {
      if (each.kind === 'clock') clock.set(clock.now() + each.by);
      if (each.kind === 'reopen') {
        await log.close();
        log = await bench.open(clock);
      }
      if (each.kind !== 'append') continue;
      const shard = each.shard as 0 | 1;
      const calls = each.sizes.map((size) => Array.from({ length: size }, () => next++));
      expected[shard].push(...calls.flat());
      answers[shard].push(...(await Promise.all(calls.map((call) => log.append(shard, call.map(entry))))));
    }
    for (const shard of [0, 1] as const) {
      const records = await readToEnd(log, shard);
      expect(numbersIn(records)).to.deep.equal(expected[shard]);
      const places = new Map(answers[shard].map(({ position, at }) => [position, at]));
      expect(records.map(({ position, at }) => [position, at])).to.deep.equal([...places]);
    }
    await log.close();
    await bench.remove();
  };
}
