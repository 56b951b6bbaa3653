import { expect } from 'chai';
import { createCheckBody } from '../../src/adapters/files/schema-checker.js';
import { createMessageReader } from '../../src/app/read-message.js';
import { createTakeMessages, type TopicMessage } from '../../src/app/take-messages.js';
import { TocsinError } from '../../src/app/tocsin-error.js';
import type { Entry } from '../../src/domain/alert/entry.js';
import { sampleIntake } from '../support/sample-rules.js';
import { unspread } from '../support/unspread.js';
import { rejectionOf } from '../contract/rejection-of.js';

const message = (offset: number, value: unknown): TopicMessage => ({
  ...{ offset, at: 1_000 * offset },
  value: value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});
const named = (name: string) => ({ labels: { alertname: name } });

describe('taking messages of a topic', () => {
  const world = (append: (entries: readonly Entry[]) => void = () => undefined) => {
    const appends: (readonly Entry[])[] = [];
    const take = createTakeMessages({
      read: createMessageReader({ check: createCheckBody(), clock: { now: () => 0 } }),
      shards: unspread({
        append: (shard, entries) => {
          expect(shard).to.equal(0);
          append(entries);
          appends.push(entries);
          return Promise.resolve({ position: 1, at: 1 });
        },
      }),
    });
    const run = { topic: sampleIntake.get('alerts')!, partition: 2, incarnation: 1 };
    return { appends, take: (...messages: readonly TopicMessage[]) => take({ ...run, messages }) };
  };
  const summary = (entries: readonly Entry[]) =>
    entries.map((entry) => {
      if (entry.kind === 'alerts') return [entry.origin?.offsets, entry.alerts.map(({ title }) => title)];
      return entry.kind === 'dead-letter' ? [entry.message.id, entry.message.reason] : [entry.kind];
    });

  it('makes one append of a run: all alerts with their offsets, and what can not be read', async () => {
    const { appends, take } = world();
    await take(
      message(4, named('A')),
      message(5, '{'),
      message(7, [named('B'), named('C')]),
      message(8, null),
    );
    expect(appends.map(summary)).to.deep.equal([
      [
        [
          [4, 7, 7],
          ['A', 'B', 'C'],
        ],
        ['alerts:2:1:5', 'not-json'],
      ],
    ]);
    const [alerts] = appends[0]!;
    const origin = { topic: 'alerts', partition: 2, incarnation: 1, offsets: [4, 7, 7], at: 7_000 };
    expect(alerts).to.deep.include({ kind: 'alerts', origin });
  });

  it('appends nothing where there is nothing in the messages', async () => {
    const { appends, take } = world();
    await take(message(1, null), message(2, ''));
    expect(appends).to.deep.equal([]);
  });

  it('makes halves of a run that does not fit into a record, and a dead letter of a message that does not', async () => {
    const { appends, take } = world((entries) => {
      const size = entries.reduce(
        (sum, entry) => sum + (entry.kind === 'alerts' ? entry.alerts.length : 0),
        0,
      );
      if (size > 2) throw new TocsinError('too large', { code: 'entry-too-large', retriable: false });
    });
    const three = [named('A'), named('B'), named('C')];
    await take(message(1, named('D')), message(2, three), message(3, named('E')), message(4, named('F')));
    expect(appends.flatMap(summary)).to.deep.equal([
      [[1], ['D']],
      ['alerts:2:1:2', 'too-large'],
      [
        [3, 4],
        ['E', 'F'],
      ],
    ]);
  });

  it('rejects as the log does', async () => {
    const away = new TocsinError('away', { code: 'log-unavailable', retriable: true });
    const { take } = world(() => {
      throw away;
    });
    expect(await rejectionOf(take(message(1, named('A'))))).to.equal(away);
  });
});
