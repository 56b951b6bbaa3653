import { expect } from 'chai';
import { ShardFetcher } from '../../../src/adapters/kafka/shard-fetcher.js';
import type { FetchedPart, TopicReader } from '../../../src/adapters/kafka/topic-reader.js';
import { createSettableClock } from '../../support/settable-clock.js';

interface Asked {
  readonly node: string;
  readonly offsets: Readonly<Record<number, number>>;
  readonly waitMs: number;
}

describe('the fetcher of shards', () => {
  let asked: Asked[];
  /** Offset of the record to come, by shard. */
  let ends: Map<number, number>;
  let stop: AbortController;
  let fetcher: ShardFetcher;

  beforeEach(() => {
    asked = [];
    ends = new Map([
      [0, 5],
      [1, 5],
    ]);
    stop = new AbortController();
    const reader: Pick<TopicReader, 'leaders' | 'fetch' | 'renew'> = {
      leaders: () =>
        Promise.resolve(
          new Map([
            [0, 'a'],
            [1, 'b'],
          ]),
        ),
      async fetch(node, offsets, waitMs) {
        asked.push({ node, offsets: Object.fromEntries(offsets), waitMs });
        await new Promise((resolve) => setTimeout(resolve, waitMs / 40));
        return [...offsets].map(([partition, from]): FetchedPart => {
          const end = ends.get(partition) ?? 0;
          const left = Array.from({ length: Math.max(0, end - from) }, (_, index) => String(from + index));
          return { partition, messages: left.map((offset) => ({ offset, timestamp: '0', value: null })) };
        });
      },
      renew: () => undefined,
    };
    fetcher = new ShardFetcher({
      ...{ reader: reader as TopicReader, clock: createSettableClock(), timeoutMs: 1_000 },
    });
  });
  afterEach(() => {
    stop.abort();
  });

  const read = async (shard: number, offset: number): Promise<readonly string[]> =>
    ((await fetcher.next(shard, offset, stop.signal)) ?? []).map((message) => message.offset);
  const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  it('waits at the broker while all are at the end, however many they are and whichever node leads their shard', async () => {
    const reading = [read(0, 5), read(0, 5), read(1, 5)];
    await pass(60);
    expect(asked.length).to.be.within(4, 40);
    expect(new Set(asked.map(({ waitMs }) => waitMs))).to.deep.equal(new Set([200]));
    for (const shard of [0, 1]) ends.set(shard, 6);
    expect(await Promise.all(reading)).to.deep.equal([['5'], ['5'], ['5']]);
  });

  it('lets nobody who waits at the end of a shard hold up one who is further back', async () => {
    const waiting = read(0, 5);
    await pass(10);
    asked = [];
    expect(await read(0, 3)).to.deep.equal(['3', '4']);
    // At most the request that was under way, and one more that asks without waiting.
    expect(asked.length).to.be.at.most(3);
    ends.set(0, 6);
    expect(await waiting).to.deep.equal(['5']);
  });
});
