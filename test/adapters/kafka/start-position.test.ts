import { expect } from 'chai';
import { readMark, writeMark } from '../../../src/adapters/kafka/offset-mark.js';
import { startPosition, type PartitionFacts } from '../../../src/adapters/kafka/start-position.js';

const facts = (given: Partial<PartitionFacts>): PartitionFacts => ({
  ...{ committed: null, remembered: null, seen: null, low: 0, high: 100, start: 'latest', added: false },
  ...given,
});
const mark = { incarnation: 2, at: 5_000 };

describe('where a partition of a topic is begun', () => {
  it('of which nothing is known: at its end or its beginning, as the bundle says', () => {
    expect(startPosition(facts({ low: 7 }))).to.deep.include({ seek: 100, verify: null, madeAnew: false });
    expect(startPosition(facts({ low: 7, start: 'earliest' }))).to.deep.include({ seek: 7 });
    expect(startPosition(facts({})).position).to.deep.equal({ incarnation: 1, next: 100, at: null });
  });

  it('which was added to a topic that is read: at its beginning', () => {
    expect(startPosition(facts({ added: true })).seek).to.equal(0);
  });

  it('that was read before: with its last message, to see that it is the same topic', () => {
    const start = startPosition(facts({ committed: { offset: 40, mark } }));
    expect(start).to.deep.equal({
      position: { incarnation: 2, next: 40, at: 5_000 },
      seek: 39,
      verify: { offset: 39, at: 5_000 },
      madeAnew: false,
    });
  });

  it('whose last message is gone by the retention of the topic: with the first that is left', () => {
    expect(startPosition(facts({ committed: { offset: 40, mark }, low: 40 }))).to.include({
      seek: 40,
      verify: null,
    });
    expect(startPosition(facts({ committed: { offset: 40, mark }, low: 60 }))).to.include({
      seek: 60,
      verify: null,
    });
  });

  it('that ends before what was read: at the beginning of another topic of the name', () => {
    const start = startPosition(facts({ committed: { offset: 101, mark }, low: 3 }));
    expect(start).to.deep.include({ seek: 3, verify: null, madeAnew: true });
    expect(start.position).to.deep.equal({ incarnation: 3, next: 3, at: null });
  });

  it('that this process has read further than was committed: where it was', () => {
    const remembered = { incarnation: 2, next: 44, at: 6_000 };
    expect(startPosition(facts({ committed: { offset: 40, mark }, remembered })).position).to.deep.equal(
      remembered,
    );
    const older = { ...remembered, incarnation: 1, next: 90 };
    expect(
      startPosition(facts({ committed: { offset: 40, mark }, remembered: older })).position.next,
    ).to.equal(40);
  });

  it('whose group is gone: where the committed state was', () => {
    const seen = { incarnation: 3, next: 30, at: 7_000 };
    expect(startPosition(facts({ seen, start: 'earliest' }))).to.deep.include({ position: seen, seek: 29 });
  });

  it('that a person has set: there, in the newest incarnation that is known, without another look', () => {
    const seen = { incarnation: 3, next: 80, at: 7_000 };
    const start = startPosition(facts({ committed: { offset: 10, mark: null }, seen }));
    expect(start).to.deep.include({
      position: { incarnation: 3, next: 10, at: null },
      seek: 10,
      verify: null,
    });
  });
});

describe('the mark beside a committed offset', () => {
  it('is read as it was written, and anything else is none of ours', () => {
    expect(readMark(writeMark(mark))).to.deep.equal(mark);
    expect(readMark(writeMark({ incarnation: 1, at: null }))).to.deep.equal({ incarnation: 1, at: null });
    for (const other of [null, '', 'x', 'null', '{}', '7', '{"incarnation":"1","at":2}'])
      expect(readMark(other), String(other)).to.equal(null);
  });
});
