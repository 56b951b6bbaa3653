import { expect } from 'chai';
import type { LogRecord } from '../../src/domain/alert/entry.js';
import type { LogTest } from './event-log.contract.js';
import { bigEntry, entry, numbersIn, readToEnd, sampleAlert } from './log-samples.js';

/** The part of EventLog's contract about records of another log. */
export function describeCopying(current: () => LogTest): void {
  const record = (position: number, at: number): LogRecord => ({ position, at, entries: [entry(position)] });

  it('copies records with the times that they had, and gives new ones its own', async () => {
    const { log, reopen } = current();
    const first = await log.copy(0, [record(70, 1_000), record(90, 1_000)]);
    const alerts = [sampleAlert(1, 5), sampleAlert(2, 5)];
    const [third] = await log.copy(0, [{ position: 91, at: 5_000, entries: [{ kind: 'alerts', alerts }] }]);
    const again = await reopen();
    expect(await again.end(0)).to.equal(third);
    const appended = await again.append(0, [entry(4)]);
    expect(appended.at).to.be.above(5_000);
    expect(await readToEnd(again)).to.deep.equal([
      { position: first[0], at: 1_000, entries: [entry(70)] },
      { position: first[1], at: 1_000, entries: [entry(90)] },
      { position: third, at: 5_000, entries: [{ kind: 'alerts', alerts }] },
      { ...appended, entries: [entry(4)] },
    ]);
    expect(await readToEnd(again, 1)).to.deep.equal([]);
  });

  it('copies many records and large ones, each at a place of its own', async () => {
    const { log } = current();
    const many = Array.from({ length: 1_500 }, (_, index) => record(index + 1, 1_000 + index));
    const large = ['a', 'b', 'c'].map((letter, index) => {
      return { position: 2_000 + index, at: 9_000, entries: [bigEntry(1_500_000, letter)] };
    });
    const places = [...(await log.copy(1, many)), ...(await log.copy(1, large))];
    const found = await readToEnd(log, 1);
    expect(found.map(({ position }) => position)).to.deep.equal(places);
    expect(found.map(({ at }) => at)).to.deep.equal([...many, ...large].map(({ at }) => at));
    expect(numbersIn(found.slice(0, many.length))).to.deep.equal(many.map(({ position }) => position));
    expect(found.slice(many.length).map(({ entries }) => entries)).to.deep.equal(
      large.map(({ entries }) => entries),
    );
  }).timeout(60_000);

  it('copies nothing where there is nothing', async () => {
    const { log } = current();
    expect(await log.copy(0, [])).to.deep.equal([]);
    expect(await log.end(0)).to.equal(0);
  });
}
