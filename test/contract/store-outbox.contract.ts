import { expect } from 'chai';
import type { OutboxItem } from '../../src/app/ports.js';
import { sampleNotification } from '../support/sample-notification.js';
import { sampleCommit } from './sample-commit.js';
import type { StoreTest } from './store.contract.js';

/** The part of Store's contract about the outbox. */
export function describeOutbox(current: () => StoreTest): void {
  const ids = (items: readonly OutboxItem[]) => items.map((item) => item.notification.id);
  const notification = (
    id: string,
    createdAt: number,
    more: { notifier?: string; incident?: string } = {},
  ) => {
    const plain = sampleNotification({ id, createdAt, notifier: more.notifier ?? 'chat' });
    return { ...plain, incident: { ...plain.incident, id: more.incident ?? 'INC-42' } };
  };
  /** `first` and `second` are of one instant; `first` came first. */
  const fill = async (): Promise<StoreTest> => {
    const test = current();
    await test.store.open(0);
    const notifications = [
      notification('newest', 30, { notifier: 'mail' }),
      notification('first', 20),
      notification('second', 20, { incident: 'INC-7' }),
    ];
    await test.store.stage(sampleCommit(1, { notifications }))();
    await test.store.stage(sampleCommit(2, { notifications: [notification('oldest', 10)] }))();
    return test;
  };

  it('lists all that waits, oldest first, of one instant in the order of coming', async () => {
    const { store } = await fill();
    const items = await store.outbox(0).pending();
    expect(ids(items)).to.deep.equal(['oldest', 'first', 'second', 'newest']);
    expect(items[1]).to.deep.equal({
      notification: notification('first', 20),
      attempts: 0,
      nextAttemptAt: 0,
    });
  });

  it('counts what waits by notifier', async () => {
    const { store } = await fill();
    expect([...(await store.outbox(0).backlog())].sort()).to.deep.equal([
      ['chat', 3],
      ['mail', 1],
    ]);
    await store.stage(sampleCommit(3, { settled: ['newest'] }))();
    expect([...(await store.outbox(0).backlog())]).to.deep.equal([['chat', 3]]);
  });

  it('gives the rows of one notifier, soonest due first and of equal ones oldest first', async () => {
    const { store } = await fill();
    expect(ids(await store.outbox(0).next('chat', 10))).to.deep.equal(['oldest', 'first', 'second']);
    await store.outbox(0).recordAttempt('oldest', { attempts: 1, nextAttemptAt: 500, error: 'timeout' });
    await store.outbox(0).recordAttempt('first', { attempts: 2, nextAttemptAt: 400, error: '503' });
    expect(ids(await store.outbox(0).next('chat', 10))).to.deep.equal(['second', 'first', 'oldest']);
    expect(ids(await store.outbox(0).next('chat', 2))).to.deep.equal(['second', 'first']);
    expect(await store.outbox(0).next('nobody', 10)).to.deep.equal([]);
  });

  it('notes an attempt, and leaves a row that is gone gone', async () => {
    const { store, another } = await fill();
    const attempt = { attempts: 3, nextAttemptAt: 777, error: 'connection refused' };
    await store.outbox(0).recordAttempt('first', attempt);
    await store.outbox(0).recordAttempt('gone', attempt);
    const items = await (await another()).outbox(0).pending();
    expect(ids(items)).to.deep.equal(['oldest', 'first', 'second', 'newest']);
    expect(items.find((item) => item.attempts === 3)).to.deep.equal({
      notification: notification('first', 20),
      attempts: 3,
      nextAttemptAt: 777,
      lastError: 'connection refused',
    });
  });

  it('keeps place and attempts of a row that is put in again while it waits', async () => {
    const { store } = await fill();
    await store.outbox(0).recordAttempt('first', { attempts: 1, nextAttemptAt: 5, error: 'no' });
    await store.stage(sampleCommit(3, { notifications: [notification('first', 20)] }))();
    const items = await store.outbox(0).pending();
    expect(ids(items)).to.deep.equal(['oldest', 'first', 'second', 'newest']);
    expect(items[1]?.attempts).to.equal(1);
  });

  it('says which of some ids still wait', async () => {
    const { store } = await fill();
    const waiting = await store.outbox(0).stillWaiting(['newest', 'gone', 'first']);
    expect([...waiting].sort()).to.deep.equal(['first', 'newest']);
    expect((await store.outbox(0).stillWaiting([])).size).to.equal(0);
  });

  it('keeps what waits of two shards apart', async () => {
    const { store } = await fill();
    await store.open(1);
    const other = notification('other', 5, { incident: 'INC-1-42' });
    await store.stage({ ...sampleCommit(1, { notifications: [other] }), shard: 1 })();
    await store.outbox(0).recordAttempt('other', { attempts: 7, nextAttemptAt: 7, error: 'not mine' });
    expect(ids(await store.outbox(0).pending())).to.deep.equal(['oldest', 'first', 'second', 'newest']);
    expect(await store.outbox(1).pending()).to.deep.equal([
      { notification: other, attempts: 0, nextAttemptAt: 0 },
    ]);
    expect([...(await store.outbox(1).backlog())]).to.deep.equal([['chat', 1]]);
    expect(ids(await store.outbox(1).next('chat', 10))).to.deep.equal(['other']);
    expect([...(await store.outbox(0).stillWaiting(['other', 'first']))]).to.deep.equal(['first']);
    expect(ids(await store.waiting('INC-1-42')), 'for readers they are one').to.deep.equal(['other']);
  });

  it('shows what waits for one incident', async () => {
    const { store } = await fill();
    expect(ids(await store.waiting('INC-42'))).to.deep.equal(['oldest', 'first', 'newest']);
    expect(ids(await store.waiting('INC-7'))).to.deep.equal(['second']);
    expect(await store.waiting('INC-8')).to.deep.equal([]);
  });
}
