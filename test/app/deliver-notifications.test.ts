import { expect } from 'chai';
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

describe('deliver notifications', () => {
  it('sends at the start what waits, and says so in the log', async () => {
    const reference = { title: 'TICKET-7', url: 'https://tickets.example/7' };
    const world = createDeliveryWorld({
      notifiers: { 'desk-chat': () => Promise.resolve({ ...sent, reference }) },
    });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(0);
    expect(world.entries).to.deep.equal([
      { kind: 'delivered', notification: 'a', outcome: 'sent', attempts: 1, reference },
    ]);
    expect(world.events).to.deep.equal([
      {
        kind: 'notification-attempted',
        notification: 'a',
        notifier: 'desk-chat',
        attempt: 1,
        outcome: 'sent',
        durationMs: 0,
      },
    ]);
  });

  it('sends at once what a commit put in', async () => {
    const world = createDeliveryWorld();
    await world.deliverer.start();
    await world.clock.advance(5_000);
    world.outbox.put(named('a'));
    world.deliverer.wake();
    await world.clock.advance(0);
    expect(world.attempts).to.deep.equal([{ id: 'a', at: start + 5_000, number: 1 }]);
  });

  it('does nothing before the start and after the stop', async () => {
    const world = createDeliveryWorld();
    world.outbox.put(named('a'));
    world.deliverer.wake();
    await world.clock.advance(minute);
    expect(world.attempts).to.be.empty;
    await world.deliverer.stop();
    await world.deliverer.start();
    world.deliverer.wake();
    await world.clock.advance(minute);
    expect(world.attempts).to.be.empty;
  });

  it('does not send again what is delivered while its row waits for the commit', async () => {
    const world = createDeliveryWorld();
    world.outbox.put(named('a'), named('b'));
    await world.deliverer.start();
    for (let round = 0; round < 20; round += 1) {
      world.deliverer.wake();
      await world.clock.advance(minute);
    }
    expect(world.attempts.map(({ id }) => id)).to.deep.equal(['a', 'b']);
    world.outbox.take('a', 'b');
    world.outbox.put(named('c'));
    world.deliverer.wake();
    await world.clock.advance(0);
    expect(world.attempts.map(({ id }) => id)).to.deep.equal(['a', 'b', 'c']);
    expect(world.entries).to.have.length(3);
  });

  it('waits about twice as long after each failure, up to five minutes', async () => {
    const world = createDeliveryWorld({ notifiers: { 'desk-chat': () => Promise.resolve(busy) } });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(hour);
    const waits = world.attempts.slice(1).map(({ at }, index) => at - world.attempts[index]!.at);
    // random() is a half; from the fifth failure on the receiver counts as down, which adds pauses of at most 15 s.
    expect(waits.slice(0, 4)).to.deep.equal([500, 1_000, 2_000, 4_000]);
    expect(waits.slice(-3)).to.deep.equal([150_000, 150_000, 150_000]);
    expect(world.attempts.map(({ number }) => number)).to.deep.equal(
      world.attempts.map((_, index) => index + 1),
    );
    expect(world.entries).to.be.empty;
  });

  it('waits as long as the receiver asks for, at most an hour', async () => {
    const asks = [90_000, 24 * hour];
    const world = createDeliveryWorld({
      notifiers: {
        'desk-chat': () => {
          const retryAfterMs = asks.shift();
          return Promise.resolve(retryAfterMs === undefined ? sent : { ...busy, retryAfterMs });
        },
      },
    });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(3 * hour);
    expect(world.attempts.map(({ at }) => at - start)).to.deep.equal([0, 90_000, 90_000 + hour]);
    expect(world.entries).to.deep.equal([
      { kind: 'delivered', notification: 'a', outcome: 'sent', attempts: 3 },
    ]);
  });

  it('does not send what was withdrawn between two attempts', async () => {
    const world = createDeliveryWorld({ notifiers: { 'desk-chat': () => Promise.resolve(busy) } });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(100);
    world.outbox.take('a');
    await world.clock.advance(hour);
    expect(world.attempts).to.have.length(1);
    expect(world.entries).to.be.empty;
  });

  it('cuts an attempt off after ten seconds, also of a notifier that does not listen', async () => {
    let signal: AbortSignal | null = null;
    const world = createDeliveryWorld({
      notifiers: {
        'desk-chat': (_, attempt) => {
          signal ??= attempt.signal;
          return new Promise(() => undefined);
        },
      },
    });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(9_999);
    expect(signal!.aborted).to.equal(false);
    await world.clock.advance(1);
    expect(signal!.aborted).to.equal(true);
    expect(world.events[0]).to.include({
      outcome: 'retry',
      error: 'No answer within 10 s.',
      durationMs: 10_000,
    });
    await world.clock.advance(500);
    expect(world.attempts).to.have.length(2);
  });

  it('keeps to the limit of attempts under way', async () => {
    let underWay = 0;
    let most = 0;
    const world = createDeliveryWorld();
    world.notifiers.set('desk-chat', () => {
      underWay += 1;
      most = Math.max(most, underWay);
      return new Promise((resolve) => {
        world.clock.after(100, () => {
          underWay -= 1;
          resolve(sent);
        });
      });
    });
    world.outbox.put(...many(10));
    await world.deliverer.start();
    await world.clock.advance(300);
    expect(most).to.equal(4);
    expect(world.entries).to.have.length(10);
  });

  it('reports a refusal of the receiver as final', async () => {
    const world = createDeliveryWorld({
      notifiers: { 'desk-chat': () => Promise.resolve({ kind: 'rejected', error: 'HTTP 410 Gone' }) },
    });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(hour);
    expect(world.attempts).to.have.length(1);
    expect(world.entries).to.deep.equal([
      { kind: 'delivered', notification: 'a', outcome: 'failed', attempts: 1, detail: 'HTTP 410 Gone' },
    ]);
  });

  it('reports a notifier that the rules no longer have as final', async () => {
    const world = createDeliveryWorld();
    world.outbox.put(named('a', 'gone'));
    await world.deliverer.start();
    await world.clock.advance(0);
    expect(world.entries).to.deep.equal([
      {
        kind: 'delivered',
        notification: 'a',
        outcome: 'failed',
        attempts: 1,
        detail: 'The rules in force have no notifier "gone".',
      },
    ]);
  });

  it('takes a notifier that throws for a failure that may pass', async () => {
    const world = createDeliveryWorld({
      notifiers: { 'desk-chat': () => Promise.reject(new Error('oops')) },
    });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(0);
    expect(world.events[0]).to.include({ outcome: 'retry', error: 'The notifier failed: oops' });
    world.notifiers.set('desk-chat', () => Promise.resolve(sent));
    await world.clock.advance(minute);
    expect(world.entries).to.have.length(1);
  });

  it('is not busy when there is nothing to do', async () => {
    const world = createDeliveryWorld();
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(0);
    world.outbox.take('a');
    const { calls } = world.outbox.reads();
    await world.clock.advance(hour);
    expect(world.outbox.reads().calls - calls).to.equal(0);
    expect(world.clock.waiting()).to.equal(0);
  });

  it('waits on stop for an attempt under way and its entry, and starts nothing new', async () => {
    const world = createDeliveryWorld({ policy: { concurrency: 1 } });
    world.notifiers.set(
      'desk-chat',
      () =>
        new Promise((resolve) => {
          world.clock.after(2_000, () => {
            resolve(sent);
          });
        }),
    );
    world.outbox.put(named('a'), named('b'));
    await world.deliverer.start();
    await world.clock.advance(0);
    let stopped = false;
    void world.deliverer.stop().then(() => (stopped = true));
    await world.clock.advance(1_999);
    expect(stopped).to.equal(false);
    await world.clock.advance(1);
    expect(stopped).to.equal(true);
    expect(world.attempts.map(({ id }) => id)).to.deep.equal(['a']);
    expect(world.entries).to.have.length(1);
  });

  it('breaks off on stop what takes too long, and notes the attempt', async () => {
    const world = createDeliveryWorld({ notifiers: { 'desk-chat': () => new Promise(() => undefined) } });
    world.outbox.put(named('a'));
    await world.deliverer.start();
    await world.clock.advance(0);
    let stopped = false;
    void world.deliverer.stop().then(() => (stopped = true));
    await world.clock.advance(4_000);
    expect(stopped).to.equal(true);
    expect(world.outbox.row('a')!.attempts).to.equal(1);
    expect(world.events.at(-1)).to.include({ outcome: 'retry' });
  });
});
