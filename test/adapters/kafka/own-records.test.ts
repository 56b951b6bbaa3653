import { expect } from 'chai';
import { OwnRecords } from '../../../src/adapters/kafka/own-records.js';
import type { Entry } from '../../../src/domain/alert/entry.js';

const entries: readonly Entry[] = [{ kind: 'tick' }];

describe('records that a process reads and has appended itself', () => {
  it('are handed to the reader as they are, once', async () => {
    const own = new OwnRecords('me', 100);
    own.follow();
    own.keep(1, { entries, bytes: 60 });
    expect(await own.take(1, 'me')).to.equal(entries);
    expect(await own.take(1, 'me')).to.equal(null);
  });

  it('are waited for where they can be read before the append is answered', async () => {
    const own = new OwnRecords('me', 100);
    own.follow();
    let answer = (): void => undefined;
    const append = new Promise<void>((resolve) => (answer = resolve));
    own.expect(append);
    const kept = append.then(() => {
      own.keep(1, { entries, bytes: 60 });
    });
    const taken = own.take(1, 'me');
    answer();
    await kept;
    expect(await taken).to.equal(entries);
  });

  it('are read like all others where the append was given up, and where another appended them', async () => {
    const own = new OwnRecords('me', 100);
    own.follow();
    own.expect(Promise.reject(new Error('no answer')));
    expect(await own.take(1, 'me')).to.equal(null);
    own.expect(new Promise(() => undefined));
    for (const by of ['somebody', undefined]) expect(await own.take(2, by)).to.equal(null);
  });

  it('are kept while somebody reads, and up to a limit', async () => {
    const own = new OwnRecords('me', 100);
    own.keep(1, { entries, bytes: 60 });
    const end = own.follow();
    expect(await own.take(1, 'me')).to.equal(null);
    own.keep(2, { entries, bytes: 60 });
    own.keep(3, { entries, bytes: 60 });
    expect(await own.take(2, 'me')).to.equal(entries);
    expect(await own.take(3, 'me')).to.equal(null);
    own.keep(4, { entries, bytes: 60 });
    own.keep(5, { entries, bytes: 40 });
    expect(await own.take(5, 'me')).to.equal(entries);
    own.keep(6, { entries, bytes: 100 });
    end();
    expect(await own.take(6, 'me')).to.equal(null);
  });
});
