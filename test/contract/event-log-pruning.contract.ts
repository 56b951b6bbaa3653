import { expect } from 'chai';
import type { Appended } from '../../src/app/ports.js';
import type { LogTest, LogTraits } from './event-log.contract.js';
import { bigEntry, entry, numbersIn, readToEnd } from './log-samples.js';

const EVERYTHING = { before: Number.MAX_SAFE_INTEGER, maxBytes: 0, position: Number.MAX_SAFE_INTEGER };
const NOTHING = { before: 0, maxBytes: Number.MAX_SAFE_INTEGER, position: Number.MAX_SAFE_INTEGER };

/** The part of EventLog's contract about retention. */
export function describePruning(current: () => LogTest, traits: LogTraits): void {
  /** Six records of different times, the entries 1 to 6. */
  const fill = async ({ log, passTime }: LogTest): Promise<readonly Appended[]> => {
    const places = [];
    for (const number of [1, 2, 3, 4, 5, 6]) {
      places.push(await log.append(0, [entry(number)]));
      await passTime();
    }
    return places;
  };

  it('drops what is older than an instant', async () => {
    const test = current();
    const places = await fill(test);
    const dropped = await test.log.prune(0, { ...NOTHING, before: places[3]!.at });
    expect(dropped).to.equal(3);
    expect(numbersIn(await readToEnd(test.log))).to.deep.equal([4, 5, 6]);
    expect(await test.log.prune(0, { ...NOTHING, before: places[3]!.at })).to.equal(0);
  });

  if (traits.noSizes !== true) {
    it('drops the oldest until the rest fits the size', async () => {
      const { log } = current();
      for (const letter of ['a', 'b', 'c', 'd', 'e']) await log.append(0, [bigEntry(100_000, letter)]);
      expect(await log.prune(0, { ...NOTHING, maxBytes: 10_000_000 })).to.equal(0);
      expect(await log.prune(0, { ...NOTHING, maxBytes: 350_000 })).to.equal(2);
      const left = (await readToEnd(log)).flatMap((record) => record.entries);
      expect(left).to.deep.equal(['c', 'd', 'e'].map((letter) => bigEntry(100_000, letter)));
    });
  }

  it('drops nothing above the given position', async () => {
    const test = current();
    const places = await fill(test);
    expect(await test.log.prune(0, { ...EVERYTHING, position: places[1]!.position })).to.equal(2);
    expect(numbersIn(await readToEnd(test.log))).to.deep.equal([3, 4, 5, 6]);
    expect(await test.log.prune(0, { ...EVERYTHING, position: 0 })).to.equal(0);
  });

  it('drops nothing when no limit asks for it, and nothing of an empty shard', async () => {
    const test = current();
    await fill(test);
    expect(await test.log.prune(0, NOTHING)).to.equal(0);
    expect(await test.log.prune(1, EVERYTHING)).to.equal(0);
    expect(numbersIn(await readToEnd(test.log))).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('keeps the newest record, so that positions go on from it', async () => {
    const test = current();
    const last = (await fill(test)).at(-1)!;
    expect(await test.log.prune(0, EVERYTHING)).to.equal(5);
    const again = await test.reopen();
    expect(await again.end(0)).to.equal(last.position);
    const next = await again.append(0, [entry(7)]);
    expect(next.position).to.be.greaterThan(last.position);
    expect(numbersIn(await readToEnd(again))).to.deep.equal([6, 7]);
  });

  it('leaves the other shards alone', async () => {
    const test = current();
    await test.log.append(1, [entry(10)]);
    await fill(test);
    await test.log.append(1, [entry(11)]);
    await test.log.prune(0, EVERYTHING);
    expect(numbersIn(await readToEnd(test.log, 1))).to.deep.equal([10, 11]);
    expect(await test.log.prune(1, EVERYTHING)).to.equal(1);
    expect(numbersIn(await readToEnd(test.log, 0))).to.deep.equal([6]);
  });

  it('drops thousands of records while others append', async () => {
    const test = current();
    const numbers = Array.from({ length: 3000 }, (_, at) => at);
    for (let at = 0; at < 3000; at += 50) {
      await Promise.all(numbers.slice(at, at + 50).map((number) => test.log.append(0, [entry(number)])));
    }
    const end = await test.log.end(0);
    const pruning = test.log.prune(0, { ...EVERYTHING, position: end - 1 });
    await Promise.all([3000, 3001, 3002].map((number) => test.log.append(0, [entry(number)])));
    await pruning;
    expect(numbersIn(await readToEnd(test.log)).slice(-3)).to.deep.equal([3000, 3001, 3002]);
    expect((await readToEnd(test.log)).every(({ position }) => position >= end)).to.equal(true);
  });
}
