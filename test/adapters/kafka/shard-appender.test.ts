import { expect } from 'chai';
import { ShardAppender } from '../../../src/adapters/kafka/shard-appender.js';
import type { PackedAppend } from '../../../src/adapters/kafka/packed-record.js';
import { ReferredAlerts } from '../../../src/adapters/kafka/referred-alerts.js';
import type { ShardProducer } from '../../../src/adapters/kafka/shard-producer.js';
import { createByteBudget } from '../../../src/app/byte-budget.js';
import type { Appended } from '../../../src/app/ports.js';
import type { Entry } from '../../../src/domain/alert/entry.js';
import { sampleAlert } from '../../contract/log-samples.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { createSettableClock, type SettableClock } from '../../support/settable-clock.js';

interface Sent {
  readonly appends: readonly PackedAppend[];
  readonly writer: string;
  readonly since: number | null;
}

const minutes = 60_000;

describe('appends to a shard of Kafka', () => {
  let sent: Sent[];
  /** What the broker says to the next record; absent: it takes it. */
  let failure: Error | null;
  let clock: SettableClock;
  let appender: ShardAppender;
  const budget = createByteBudget(3_000);

  beforeEach(() => {
    sent = [];
    failure = null;
    clock = createSettableClock();
    const producer: Pick<ShardProducer, 'send' | 'probe' | 'close'> = {
      send(value, by) {
        sent.push({ appends: JSON.parse(value.toString()) as PackedAppend[], ...by });
        const answer = failure;
        failure = null;
        return answer === null
          ? Promise.resolve<Appended>({ position: sent.length, at: clock.now() })
          : Promise.reject(answer);
      },
      probe: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    appender = new ShardAppender({
      ...{ shard: 0, clock, timeoutMs: 1_000, budget },
      producer: producer as ShardProducer,
      checkLeader: () => Promise.resolve(),
      onFailure: () => undefined,
      onRecovery: () => undefined,
    });
  });

  const known = [1, 2, 3].map((number) => sampleAlert(number, 1_000));
  const repeats = (numbers: readonly number[], by = 0): Entry => ({
    kind: 'alerts',
    alerts: numbers.map((number) => ({ ...known[number - 1]!, endsAt: 1_000 + by })),
  });
  const freshIn = ({ appends }: Sent): number =>
    appends.flatMap(({ fresh }) => fresh.flatMap((row) => row.alerts)).length;
  /** What who reads the records from this one on makes of them. */
  const readFrom = (index: number): readonly Entry[] => {
    const referred = new ReferredAlerts(index + 1);
    return sent.slice(index).flatMap((record, at) => {
      const { entries, missing } = referred.take({ ...record, position: index + at + 1, at: clock.now() });
      expect(missing).to.equal(0);
      return entries;
    });
  };

  it('name the record from which on the writer’s are needed, where they refer to one', async () => {
    await appender.append([{ kind: 'tick' }]);
    await appender.append([repeats([1])]);
    await appender.append([repeats([2])]);
    await appender.append([repeats([1, 2], 5)]);
    expect(sent.map(({ since }) => since)).to.deep.equal([null, null, null, 2]);
    expect(sent.map(freshIn)).to.deep.equal([0, 1, 1, 0]);
    expect(readFrom(0)).to.deep.equal([{ kind: 'tick' }, repeats([1]), repeats([2]), repeats([1, 2], 5)]);
  });

  it('share a record, and refer to each other there', async () => {
    const all = [repeats([1]), repeats([2]), repeats([2, 1], 3)];
    await Promise.all(all.map((each) => appender.append([each])));
    expect(sent.map(({ appends }) => appends.length)).to.deep.equal([1, 2]);
    expect(sent.map(({ since }) => since)).to.deep.equal([null, 1]);
    expect(readFrom(0)).to.deep.equal(all);
  });

  it('write an alert out again after a while, so that nobody has to look further back', async () => {
    await appender.append([repeats([1, 2])]);
    clock.set(clock.now() + 10 * minutes);
    await appender.append([repeats([1])]);
    clock.set(clock.now() + 1);
    await appender.append([repeats([1])]);
    await appender.append([repeats([1])]);
    expect(sent.map(freshIn)).to.deep.equal([2, 0, 1, 0]);
    expect(sent.map(({ since }) => since)).to.deep.equal([null, 1, null, 3]);
    expect(readFrom(2)).to.have.lengthOf(2);
  });

  it('may share a record with one that was made before everything was forgotten', async () => {
    await appender.append([repeats([1, 2])]);
    const first = appender.append([repeats([3])]);
    const before = appender.append([repeats([1, 2], 5)]);
    clock.set(clock.now() + 10 * minutes + 1);
    await Promise.all([first, before, appender.append([repeats([2], 6)])]);
    expect(sent.map(({ appends }) => appends.length)).to.deep.equal([1, 1, 2]);
    expect(sent.map(({ since }) => since)).to.deep.equal([null, null, 1]);
    expect(readFrom(0)).to.deep.equal([repeats([1, 2]), repeats([3]), repeats([1, 2], 5), repeats([2], 6)]);
  });

  it('never refer to a record that failed: it may not be in the log', async () => {
    failure = new Error('gone');
    const [failed, alsoFailed] = [appender.append([repeats([1])]), appender.append([repeats([1, 2])])];
    expect(await rejectionOf(failed)).to.include({ code: 'log-unavailable' });
    expect(await rejectionOf(alsoFailed)).to.include({ code: 'log-unavailable' });
    while (appender.failure() !== null) await new Promise((resolve) => setTimeout(resolve, 5));
    await appender.append([repeats([1, 2])]);
    await appender.append([repeats([2])]);
    expect(sent.map(freshIn)).to.deep.equal([1, 2, 0]);
    expect(sent.map(({ since }) => since)).to.deep.equal([null, null, 2]);
    expect(readFrom(1)).to.deep.equal([repeats([1, 2]), repeats([2])]);
  });

  it('that wait behind one that is too large are written out anew', async () => {
    failure = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
    const tooLarge = rejectionOf(appender.append([repeats([1])]));
    await Promise.all([appender.append([repeats([1, 3])]), appender.append([repeats([3])])]);
    expect(await tooLarge).to.include({ code: 'entry-too-large' });
    expect(sent.map(freshIn)).to.deep.equal([1, 2]);
    expect(readFrom(1)).to.deep.equal([repeats([1, 3]), repeats([3])]);
  });

  it('that are refused because too much waits are never referred to, and give their room back', async () => {
    const large: Entry = {
      kind: 'alerts',
      alerts: [{ ...known[0]!, annotations: { text: 'x'.repeat(4_000) } }],
    };
    expect(await rejectionOf(appender.append([large]))).to.include({ code: 'log-unavailable' });
    await appender.append([repeats([1])]);
    expect(sent.map(freshIn)).to.deep.equal([1]);
    expect(budget.used).to.equal(0);
  });
});
