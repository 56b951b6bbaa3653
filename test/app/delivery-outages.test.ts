import { expect } from 'chai';
import type { DeliveryResult } from '../../src/app/ports.js';
import { sampleNotification } from '../support/sample-notification.js';
import {
  busy,
  createDeliveryWorld,
  hour,
  many,
  minute,
  named,
  sent,
  start,
} from '../support/delivery-world.js';

describe('deliver notifications, when something is down', () => {
  it('lets a busy receiver rest before it gets the next notification, too', async () => {
    let answer: DeliveryResult = { ...busy, retryAfterMs: 20_000 };
    const world = createDeliveryWorld({
      notifiers: { 'desk-chat': () => Promise.resolve(answer) },
      policy: { concurrency: 1 },
    });
    world.outbox.put(named('a'), named('b'));
    await world.deliverer.start();
    await world.clock.advance(19_999);
    expect(world.attempts.map(({ id }) => id)).to.deep.equal(['a']);
    answer = sent;
    await world.clock.advance(1);
    expect(world.attempts.map(({ id }) => id)).to.have.members(['a', 'b', 'a']);
  });

  it('lets no dead receiver delay another', async () => {
    const world = createDeliveryWorld({
      notifiers: { dead: () => new Promise(() => undefined), chat: () => Promise.resolve(sent) },
    });
    world.outbox.put(...many(50, 'dead'));
    world.outbox.put(named('news', 'chat'));
    await world.deliverer.start();
    await world.clock.advance(0);
    expect(world.entries).to.deep.equal([
      { kind: 'delivered', notification: 'news', outcome: 'sent', attempts: 1 },
    ]);
    world.outbox.put(named('more news', 'chat'));
    world.deliverer.wake();
    await world.clock.advance(0);
    expect(world.entries).to.have.length(2);
  });

  it('gives up after six hours and says why', async () => {
    const world = createDeliveryWorld({ notifiers: { 'desk-chat': () => Promise.resolve(busy) } });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(6 * hour - 10 * minute);
    expect(world.entries).to.be.empty;
    await world.clock.advance(10 * minute);
    const attempts = world.attempts.length;
    expect(attempts).to.be.within(100, 200);
    expect(world.entries).to.deep.equal([
      {
        kind: 'delivered',
        notification: 'a',
        outcome: 'failed',
        attempts,
        detail: `Given up after ${attempts} attempts within 6 h. Last error: HTTP 503`,
      },
    ]);
    await world.clock.advance(hour);
    expect(world.attempts).to.have.length(attempts);
  });

  it('counts the six hours from the start when the notification waited through a downtime', async () => {
    const world = createDeliveryWorld({ notifiers: { 'desk-chat': () => Promise.resolve(busy) } });
    world.outbox.put(sampleNotification({ id: 'a', createdAt: start - 7 * hour }));
    await world.deliverer.start();
    await world.clock.advance(hour);
    expect(world.entries).to.be.empty;
    world.notifiers.set('desk-chat', () => Promise.resolve(sent));
    await world.clock.advance(5 * minute);
    expect(world.entries[0]).to.include({ outcome: 'sent' });
  });

  it('repeats the entry, not the sending, while the log is unavailable', async () => {
    const world = createDeliveryWorld();
    world.logFailure = new Error('disk full');
    world.outbox.put(named('a'));
    await world.deliverer.start();
    world.deliverer.wake();
    await world.clock.advance(10 * minute);
    expect(world.entries).to.be.empty;
    expect(world.events.filter(({ kind }) => kind === 'background-failed')).to.have.length(1);
    world.logFailure = null;
    await world.clock.advance(30_000);
    expect(world.attempts).to.have.length(1);
    expect(world.entries).to.have.length(1);
  });

  it('does not send again before the failed attempt is recorded', async () => {
    const world = createDeliveryWorld({ notifiers: { 'desk-chat': () => Promise.resolve(busy) } });
    world.outbox.failWith('recordAttempt', new Error('database is locked'));
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(10 * minute);
    expect(world.attempts).to.have.length(1);
    world.outbox.failWith('recordAttempt', null);
    await world.clock.advance(minute);
    expect(world.outbox.row('a')!.attempts).to.be.greaterThan(1);
  });

  for (const method of ['backlog', 'next', 'stillWaiting'] as const) {
    it(`goes on by itself when the outbox could not be read (${method})`, async () => {
      const world = createDeliveryWorld();
      world.outbox.put(named('a'));
      await world.deliverer.start();
      await world.clock.advance(0);
      world.outbox.failWith(method, new Error('away'));
      world.outbox.put(named('b'));
      world.deliverer.wake();
      await world.clock.advance(10_000);
      expect(world.attempts).to.have.length(1);
      expect(world.events.some(({ kind }) => kind === 'background-failed')).to.equal(true);
      world.outbox.failWith(method, null);
      await world.clock.advance(1_000);
      expect(world.attempts.map(({ id }) => id)).to.deep.equal(['a', 'b']);
    });
  }

  it('tries a receiver that is down one at a time, and sends everything once it is back', async () => {
    const world = createDeliveryWorld({ notifiers: { 'desk-chat': () => Promise.resolve(busy) } });
    world.outbox.put(...many(1_000));
    await world.deliverer.start();
    await world.clock.advance(hour);
    expect(world.attempts.length).to.be.within(100, 300);
    world.notifiers.set('desk-chat', () => Promise.resolve(sent));
    world.outbox.take(...Array.from({ length: 600 }, (_, index) => `n-${index + 400}`));
    await world.clock.advance(5 * minute);
    expect(world.entries.filter((entry) => entry.kind === 'delivered')).to.have.length(400);
  });

  it('gives up untried notifications of a receiver that is down all the time', async () => {
    const world = createDeliveryWorld({ notifiers: { 'desk-chat': () => Promise.resolve(busy) } });
    world.outbox.put(...many(400));
    await world.deliverer.start();
    await world.clock.advance(6 * hour + 5 * minute);
    expect(world.entries).to.have.length(400);
    expect(world.entries.every((entry) => entry.kind === 'delivered' && entry.outcome === 'failed')).to.equal(
      true,
    );
  });

  it('works off a long backlog in small portions', async function () {
    this.timeout(60_000);
    const world = createDeliveryWorld({ policy: { maxUnsettled: 100 } });
    const count = 2_000;
    world.outbox.put(...many(count));
    await world.deliverer.start();
    while (world.entries.length < count) {
      await world.clock.advance(1_000);
      for (const entry of world.entries)
        if (entry.kind === 'delivered') world.outbox.take(entry.notification);
    }
    expect(world.attempts).to.have.length(count);
    expect(world.outbox.reads().largestLimit).to.be.lessThan(120);
  });

  it('does not hang on stop when neither log nor store answers', async () => {
    const world = createDeliveryWorld();
    world.logFailure = new Error('disk full');
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(minute);
    let stopped = false;
    void world.deliverer.stop().then(() => (stopped = true));
    await world.clock.advance(5_000);
    expect(stopped).to.equal(true);
  });
});
