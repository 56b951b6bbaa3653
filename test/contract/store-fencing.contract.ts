import { expect } from 'chai';
import { sampleAlert, sampleEvent } from '../support/sample-documents.js';
import { sampleNotification } from '../support/sample-notification.js';
import { rejectionOf } from './rejection-of.js';
import { sampleCommit } from './sample-commit.js';
import type { StoreTest } from './store.contract.js';

/** The part of Store's contract about who may commit, and what a repeat does. */
export function describeFencing(current: () => StoreTest): void {
  const numbered = (number: number) =>
    sampleCommit(number, { alerts: [sampleAlert({ receivedCount: number })] });
  const fenced = { code: 'fenced', retriable: false };

  it('refuses what an earlier owner staged, before and after the next one commits', async () => {
    const { store, another } = current();
    await store.open(0);
    const [early, late] = [store.stage(numbered(1)), store.stage(numbered(1))];
    const owner = await another();
    await owner.open(0);
    expect(await rejectionOf(early())).to.include(fenced);
    await owner.stage(numbered(1))();
    expect(await rejectionOf(late())).to.include(fenced);
    expect(await rejectionOf(store.stage(numbered(2))())).to.include(fenced);
    expect((await owner.open(0)).commit).to.equal(1);
  });

  it('refuses what was staged before the same store opened the shard again', async () => {
    const { store } = current();
    await store.open(0);
    const stale = store.stage(numbered(1));
    await store.open(0);
    expect(await rejectionOf(stale())).to.include(fenced);
    await store.stage(numbered(1))();
  });

  it('lets owners of other shards be', async () => {
    const { store, another } = current();
    await store.open(0);
    const write = store.stage(numbered(1));
    await (await another()).open(1);
    await write();
    expect(await store.committed(0)).to.equal(10);
  });

  it('refuses a commit of a shard that was not opened', async () => {
    const { store } = current();
    expect(await rejectionOf(store.stage(numbered(1))())).to.include(fenced);
  });

  it('refuses a number that is not the next one, and leaves nothing of it', async () => {
    const { store } = current();
    await store.open(0);
    await store.stage(numbered(1))();
    for (const number of [0, 1, 3]) {
      expect(await rejectionOf(store.stage(numbered(number))()), `commit ${number}`).to.include(fenced);
    }
    const image = await store.open(0);
    expect([image.commit, image.position]).to.deep.equal([1, 10]);
    expect(image.alerts.map((alert) => alert.receivedCount)).to.deep.equal([1]);
  });

  it('takes the same write again, after a lost answer, without doing it twice', async () => {
    const { store } = current();
    await store.open(0);
    const write = store.stage(
      sampleCommit(1, {
        alerts: [sampleAlert()],
        timeline: [sampleEvent()],
        notifications: [sampleNotification({ id: 'sent-meanwhile' })],
      }),
    );
    await write();
    await store.outbox(0).recordAttempt('sent-meanwhile', { attempts: 1, nextAttemptAt: 5, error: 'no' });
    await write();
    expect((await store.timeline('INC-42', { limit: 9 })).items).to.have.length(1);
    expect((await store.outbox(0).pending()).map((item) => item.attempts)).to.deep.equal([1]);
    await store.stage(sampleCommit(2, { settled: ['sent-meanwhile'] }))();
    expect(await rejectionOf(write()), 'an old write after a newer one').to.include(fenced);
    expect(await store.outbox(0).pending()).to.deep.equal([]);
  });

  it('goes on with the number after the last one when a new owner has opened', async () => {
    const { store, another } = current();
    await store.open(0);
    for (const number of [1, 2, 3]) await store.stage(numbered(number))();
    const owner = await another();
    const { commit } = await owner.open(0);
    expect(commit).to.equal(3);
    await owner.stage(numbered(commit + 1))();
    expect(await owner.committed(0)).to.equal(40);
  });

  it('keeps refusing a fenced owner however often it asks', async () => {
    const { store, another } = current();
    await store.open(0);
    const write = store.stage(numbered(1));
    await (await another()).open(0);
    for (let round = 0; round < 3; round += 1) expect(await rejectionOf(write())).to.include(fenced);
  });
}
