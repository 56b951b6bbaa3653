import { expect } from 'chai';
import { OwnRecords } from '../../../src/adapters/kafka/own-records.js';
import type { Entry } from '../../../src/domain/alert/entry.js';

const [one, other]: readonly Entry[] = [{ kind: 'tick' }, { kind: 'resumed', since: 1 }];
const record = (bytes: number) => ({ parts: [[one!], [other!]], bytes });

describe('records that a process reads and has appended itself', () => {
  it('are handed to the reader as they are, once', () => {
    const own = new OwnRecords(100);
    own.follow();
    const name = own.keep(record(60));
    expect(own.take(name)).to.deep.equal([one, other]);
    expect(own.take(name)).to.equal(null);
  });

  it('are told from those that others have appended, and from each other', () => {
    const own = new OwnRecords(100);
    own.follow();
    const names = [own.keep(record(10)), own.keep({ parts: [[other!]], bytes: 10 })];
    const elsewhere = new OwnRecords(100);
    for (const name of [elsewhere.keep(record(10)), 'somebody', undefined])
      expect(own.take(name)).to.equal(null);
    expect(names.map((name) => own.take(name))).to.deep.equal([[one, other], [other]]);
  });

  it('are forgotten when a later one is read, and then read like all others', () => {
    const own = new OwnRecords(100);
    own.follow();
    const lost = own.keep(record(100));
    expect(own.take(own.keep(record(100)))).to.equal(null);
    expect(own.take(own.keep(record(100)))).to.deep.equal([one, other]);
    expect(own.take(lost)).to.equal(null);
  });

  it('are kept while somebody reads, and up to a limit', () => {
    const own = new OwnRecords(100);
    const early = own.keep(record(60));
    const end = own.follow();
    expect(own.take(early)).to.equal(null);
    const [second, third] = [own.keep(record(60)), own.keep(record(60))];
    expect(own.take(second)).to.deep.equal([one, other]);
    expect(own.take(third)).to.equal(null);
    const left = own.keep(record(100));
    end();
    expect(own.take(left)).to.equal(null);
  });
});
