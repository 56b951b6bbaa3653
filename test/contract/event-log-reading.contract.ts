import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import type { Entry, LogRecord } from '../../src/domain/alert/entry.js';
import type { LogTest } from './event-log.contract.js';
import { bigEntry, entry, numbersIn, readRecords, readToEnd, sampleAlert } from './log-samples.js';

/** The part of EventLog's contract about readers. */
export function describeReading(current: () => LogTest): void {
  it('reads on from any position', async () => {
    const { log } = current();
    const places = [];
    for (const number of [1, 2, 3, 4]) places.push(await log.append(0, [entry(number)]));
    for (const [index, { position }] of places.entries()) {
      expect(numbersIn(await readToEnd(log, 0, position))).to.deep.equal([1, 2, 3, 4].slice(index + 1));
    }
  });

  it('reads repeats from any position, whoever wrote the alert first and whoever else waits at the end', async () => {
    const { log, clock, reopen } = current();
    const repeat = (of: number, by: number): Entry => ({
      kind: 'alerts',
      alerts: known.slice(of, of + 2).map((alert) => ({ ...alert, endsAt: clock.now() + by })),
    });
    const known = Array.from({ length: 4 }, (_, number) => sampleAlert(number, clock.now()));
    const wanted = [repeat(0, 1), repeat(2, 2), repeat(1, 3), repeat(0, 4), repeat(2, 5)];
    const places = [];
    for (const each of wanted) places.push(await log.append(0, [each]));
    // Another writer has numbers of its own.
    const later = await reopen();
    wanted.push(repeat(0, 6), repeat(1, 7));
    for (const each of wanted.slice(5)) places.push(await later.append(0, [each]));
    const waiting = readRecords(later, { records: wanted.length + 1 });
    for (const [index, { position }] of places.entries()) {
      const read = await readToEnd(later, 0, position);
      expect(read.flatMap(({ entries }) => entries)).to.deep.equal(wanted.slice(index + 1));
    }
    await later.append(0, [entry(1)]);
    expect((await waiting).flatMap(({ entries }) => entries)).to.deep.equal([...wanted, entry(1)]);
  });

  it('waits at the end and goes on with what is appended', async () => {
    const { log } = current();
    await log.append(0, [entry(1)]);
    const reading = readRecords(log, { records: 3 });
    await nextTurn();
    await log.append(0, [entry(2)]);
    await log.append(1, [entry(9)]);
    await log.append(0, [entry(3)]);
    expect(numbersIn(await reading)).to.deep.equal([1, 2, 3]);
  });

  it('ends a reader that waits when its signal aborts, and one that never began', async () => {
    const { log } = current();
    await log.append(0, [entry(1)]);
    const stop = new AbortController();
    const seen: LogRecord[] = [];
    const reading = (async () => {
      for await (const batch of log.read(0, 0, stop.signal)) seen.push(...batch);
    })();
    await readRecords(log, { records: 1 });
    await nextTurn();
    stop.abort();
    await reading;
    await log.append(0, [entry(2)]);
    expect(numbersIn(seen)).to.deep.equal([1]);
    for await (const batch of log.read(0, 0, stop.signal)) expect.fail(`read ${batch.length} records`);
  });

  it('lets several readers each count for themselves', async () => {
    const { log } = current();
    const first = await log.append(0, [entry(1)]);
    const all = readRecords(log, { records: 3 });
    const some = readRecords(log, { after: first.position, records: 2 });
    await log.append(0, [entry(2)]);
    await log.append(0, [entry(3)]);
    expect(numbersIn(await all)).to.deep.equal([1, 2, 3]);
    expect(numbersIn(await some)).to.deep.equal([2, 3]);
  });

  it('shows no record that is not the newest durable one or older', async () => {
    const { log } = current();
    const stop = new AbortController();
    let read = 0;
    const reading = (async () => {
      for await (const batch of log.read(0, 0, stop.signal)) {
        const end = await log.end(0);
        expect(batch.at(-1)?.position).to.be.at.most(end);
        read += batch.length;
      }
    })();
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([1, 2, 3].map((number) => log.append(0, [entry(number)])));
    }
    stop.abort();
    await reading;
    expect(read).to.be.at.least(1);
  });

  it('lets a reader lag as far as it likes, and misses nothing', async () => {
    const { log } = current();
    const places = [await log.append(0, [entry(0)])];
    const seen: number[] = [];
    let goOn: () => void = () => undefined;
    const allAppended = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const reading = (async () => {
      for await (const batch of log.read(0, 0, new AbortController().signal)) {
        seen.push(...batch.map(({ position }) => position));
        // Two batches at the end of the log, then nothing until much more has come than anybody would hold in memory.
        if (seen.length === 2) await allAppended;
        if (seen.length === 122) return;
      }
    })();
    while (seen.length < 1) await nextTurn();
    await nextTurn();
    places.push(await log.append(0, [entry(1)]));
    for (let at = 0; at < 120; at += 1) places.push(await log.append(0, [bigEntry(500_000)]));
    goOn();
    await reading;
    expect(seen).to.deep.equal(places.map(({ position }) => position));
  }).timeout(60_000);
}
