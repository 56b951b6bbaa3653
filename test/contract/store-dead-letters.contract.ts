import { expect } from 'chai';
import fc from 'fast-check';
import type { DeadLetterQuery } from '../../src/app/ports.js';
import { summaryOf, type DeadLetter } from '../../src/domain/alert/dead-letter.js';
import { readEveryPage } from '../support/read-every-page.js';
import { sampleDeadLetter } from '../support/sample-documents.js';
import { rejectionOf } from './rejection-of.js';
import { sampleCommit } from './sample-commit.js';
import type { StoreTest } from './store.contract.js';

const someLetters = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 9 }),
      source: fc.constantFrom('ci', 'mesh'),
      topic: fc.constantFrom('alerts', 'builds'),
      replayedAt: fc.constantFrom(null, 5),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) =>
    rows.map(({ topic, ...row }, offset) =>
      sampleDeadLetter({ ...row, origin: { topic, partition: 0, incarnation: 1, offset, at: 7 } }),
    ),
  );

const someQueries = fc.array(
  fc.record({
    source: fc.option(fc.subarray(['ci', 'mesh', 'unknown']), { nil: undefined, freq: 1 }),
    topic: fc.option(fc.subarray(['alerts', 'builds', 'unknown']), { nil: undefined }),
    replayed: fc.option(fc.boolean(), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 7 }),
  }),
  { minLength: 10, maxLength: 20 },
);

/** The part of Store's contract about messages that could not be read. */
export function describeDeadLetters(current: () => StoreTest): void {
  it('keeps dead letters whole, and lists them without their texts', async () => {
    const { store, another } = current();
    await store.open(0);
    const letter = sampleDeadLetter({ text: '{"é\u0000"\n' });
    await store.stage(sampleCommit(1, { deadLetters: [letter] }))();
    expect(await store.deadLetter(letter.id)).to.deep.equal(letter);
    expect(await (await another()).deadLetter(letter.id)).to.deep.equal(letter);
    expect(await store.deadLetter('no such')).to.equal(null);
    expect((await store.deadLetters({ limit: 9 })).items).to.deep.equal([summaryOf(letter)]);
  });

  it('replaces a dead letter that was replayed', async () => {
    const { store } = current();
    await store.open(0);
    const letter = sampleDeadLetter();
    const replayed = { ...letter, replayedAt: letter.at + 5, replayedBy: 'ines' };
    await store.stage(sampleCommit(1, { deadLetters: [letter] }))();
    await store.stage(sampleCommit(2, { deadLetters: [replayed] }))();
    expect(await store.deadLetter(letter.id)).to.deep.equal(replayed);
    expect((await store.deadLetters({ replayed: false, limit: 9 })).items).to.deep.equal([]);
    expect((await store.deadLetters({ replayed: true, limit: 9 })).items).to.deep.equal([
      summaryOf(replayed),
    ]);
  });

  it('lists dead letters by any filter on pages of any size, newest first', async () => {
    const { store } = current();
    await store.open(0);
    let number = 0;
    let severalPages = 0;
    await fc.assert(
      fc.asyncProperty(someLetters, someQueries, async (letters, queries) => {
        await store.purgeDeadLetters(100);
        await store.stage(sampleCommit((number += 1), { deadLetters: letters }))();
        for (const { limit, ...filters } of queries) {
          const query = definedOf(filters);
          const found = await readEveryPage((after) => store.deadLetters({ ...query, limit, ...after }));
          const expected = expectedLetters(letters, query);
          expect(found, JSON.stringify(query)).to.deep.equal(expected.map(summaryOf));
          if (expected.length > limit) severalPages += 1;
        }
      }),
      { numRuns: 10, endOnFailure: true },
    );
    expect(severalPages, 'queries with several pages').to.be.above(2);
  }).timeout(60_000);

  it('removes the dead letters that came before an instant, and tells how many', async () => {
    const { store } = current();
    await store.open(0);
    const deadLetters = [10, 20, 30].map((at) =>
      sampleDeadLetter({ at, origin: { ...sampleDeadLetter().origin, offset: at } }),
    );
    await store.stage(sampleCommit(1, { deadLetters }))();
    expect(await store.purgeDeadLetters(30)).to.equal(2);
    expect(await store.purgeDeadLetters(30)).to.equal(0);
    expect((await store.deadLetters({ limit: 9 })).items.map(({ at }) => at)).to.deep.equal([30]);
    expect(await store.deadLetter(deadLetters[0]!.id)).to.equal(null);
  });

  it('refuses a cursor of another list for dead letters', async () => {
    const { store } = current();
    await store.open(0);
    const refused = await rejectionOf(store.deadLetters({ limit: 9, after: 'x' }));
    expect(refused).to.have.property('code', 'bad-cursor');
  });
}

type Filters = Omit<DeadLetterQuery, 'limit' | 'after'>;

function definedOf(filters: object): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

function expectedLetters(letters: readonly DeadLetter[], query: Filters): readonly DeadLetter[] {
  return letters
    .filter(
      ({ source, origin, replayedAt }) =>
        (query.source?.includes(source) ?? true) &&
        (query.topic?.includes(origin.topic) ?? true) &&
        (query.replayed === undefined || query.replayed === (replayedAt !== null)),
    )
    .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
}
