import { expect } from 'chai';
import { PartitionReader } from '../../../src/adapters/kafka/partition-reader.js';
import type { StartPosition } from '../../../src/adapters/kafka/start-position.js';
import type { TopicMessage } from '../../../src/app/take-messages.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { createVirtualClock } from '../../support/virtual-clock.js';

const fromZero: StartPosition = {
  position: { incarnation: 1, next: 0, at: null },
  ...{ seek: 0, verify: null, madeAnew: false },
};
/** Five messages were read; the last of them was of the instant 4000. */
const fromFive: StartPosition = {
  position: { incarnation: 1, next: 5, at: 4_000 },
  ...{ seek: 4, verify: { offset: 4, at: 4_000 }, madeAnew: false },
};
const away = new TocsinError('The log is away.', { code: 'log-unavailable', retriable: true });

const message = (offset: number, more: Partial<TopicMessage> = {}): TopicMessage => ({
  ...{ offset, at: offset * 1_000, value: Buffer.from(String(offset)) },
  ...more,
});
const messages = (...offsets: readonly number[]) => offsets.map((offset) => message(offset));

describe('the reader of a partition', () => {
  function world(start: StartPosition = fromZero) {
    const clock = createVirtualClock();
    const taken: string[] = [];
    const did: string[] = [];
    let take: () => Promise<void> = () => Promise.resolve();
    const reader = new PartitionReader({
      start,
      clock,
      control: {
        pause: () => void did.push('pause'),
        resume: (offset) => void did.push(`resume at ${offset}`),
      },
      take: async (incarnation, run) => {
        await take();
        taken.push(`${incarnation}: ${run.map(({ offset }) => offset).join(' ')}`);
      },
      onTaken: ({ next }) => void did.push(`commit ${next}`),
      onMadeAnew: (incarnation) => void did.push(`made anew ${incarnation}`),
      onDefect: (error) => void did.push(String(error)),
    });
    return {
      ...{ clock, reader, taken, did },
      takes: (next: () => Promise<void>) => {
        take = next;
      },
      settle: () => clock.advance(0),
    };
  }

  it('hands on what waits in one run, in order, and lets it be committed only then', async () => {
    const { reader, taken, did, takes, settle } = world();
    let durable = (): void => undefined;
    takes(() => new Promise((resolve) => (durable = resolve)));
    reader.offer(messages(0, 1));
    reader.offer(messages(2));
    reader.offer(messages(5, 6));
    await settle();
    expect({ taken, did }).to.deep.equal({ taken: [], did: [] });
    takes(() => Promise.resolve());
    durable();
    await settle();
    expect(taken).to.deep.equal(['1: 0 1', '1: 2 5 6']);
    expect(did).to.deep.equal(['commit 2', 'commit 7']);
    expect(reader.position()).to.deep.equal({ incarnation: 1, next: 7, at: 6_000 });
  });

  it('waits while the log takes nothing, drops nothing and passes nothing over', async () => {
    const { reader, taken, did, takes, clock } = world();
    takes(() => Promise.reject(away));
    reader.offer(messages(0, 1));
    await clock.advance(3_500);
    expect({ taken, did }).to.deep.equal({ taken: [], did: ['pause'] });
    takes(() => Promise.resolve());
    await clock.advance(1_000);
    expect(taken).to.deep.equal(['1: 0 1']);
    // It looks again at the message that it has fetched last.
    expect(did).to.deep.equal(['pause', 'commit 2', 'resume at 1']);
    reader.offer(messages(1, 2));
    await clock.advance(0);
    expect(taken).to.deep.equal(['1: 0 1', '1: 2']);
  });

  it('pauses the partition while much of it waits, and goes on when it is worked off', async () => {
    const { reader, taken, did, takes, settle } = world();
    let durable = (): void => undefined;
    takes(() => new Promise((resolve) => (durable = resolve)));
    const value = Buffer.alloc(1_200 * 1024);
    for (const offset of [0, 1, 2, 3]) reader.offer([message(offset, { value })]);
    expect(did).to.deep.equal(['pause']);
    // What a paused partition brings was fetched before and comes again.
    reader.offer([message(4, { value })]);
    takes(() => Promise.resolve());
    durable();
    await settle();
    // Each is larger than a run may be.
    expect(taken).to.deep.equal(['1: 0', '1: 1', '1: 2', '1: 3']);
    expect(did.filter((each) => !each.startsWith('commit'))).to.deep.equal(['pause', 'resume at 3']);
  });

  it('passes over the last message that was read, if it is the same', async () => {
    const { reader, taken, did, settle } = world(fromFive);
    reader.offer(messages(4));
    reader.offer(messages(5, 6));
    await settle();
    expect(taken).to.deep.equal(['1: 5 6']);
    expect(did).to.deep.equal(['commit 7']);
  });

  it('takes what comes where the last message is gone', async () => {
    const { reader, taken, settle } = world(fromFive);
    reader.offer(messages(9));
    await settle();
    expect(taken).to.deep.equal(['1: 9']);
  });

  it('begins anew where another message stands in the place of the last one', async () => {
    const { reader, taken, did, settle } = world(fromFive);
    reader.offer([message(4, { at: 7_777 }), message(5)]);
    expect(did).to.deep.equal(['made anew 2', 'resume at 0']);
    reader.offer(messages(0, 1));
    await settle();
    expect(taken).to.deep.equal(['2: 0 1']);
  });

  it('goes on with another topic when offsets go back, after what it has of the one before', async () => {
    const { reader, taken, did, takes, settle } = world();
    let durable = (): void => undefined;
    takes(() => new Promise((resolve) => (durable = resolve)));
    reader.offer(messages(0, 1));
    reader.offer(messages(2));
    reader.offer(messages(0));
    takes(() => Promise.resolve());
    durable();
    await settle();
    expect(taken).to.deep.equal(['1: 0 1', '1: 2', '2: 0']);
    expect(did).to.deep.equal(['made anew 2', 'commit 2', 'commit 3', 'commit 1']);
  });

  it('lets the append under way end when it is stopped, and takes nothing more', async () => {
    const { reader, taken, takes, settle } = world();
    let durable = (): void => undefined;
    takes(() => new Promise((resolve) => (durable = resolve)));
    reader.offer(messages(0));
    reader.offer(messages(1));
    const stopped = reader.stop();
    reader.offer(messages(2));
    durable();
    await stopped;
    await settle();
    expect(taken).to.deep.equal(['1: 0']);
    expect(reader.position().next).to.equal(1);
  });

  it('tells of a failure that is not the log’s', async () => {
    const { reader, did, takes, settle } = world();
    takes(() => Promise.reject(new RangeError('a defect')));
    reader.offer(messages(0));
    await settle();
    expect(did).to.deep.equal(['pause', 'RangeError: a defect']);
  });
});
