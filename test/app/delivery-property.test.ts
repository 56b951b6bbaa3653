import { expect } from 'chai';
import fc from 'fast-check';
import type { DeliveryResult } from '../../src/app/ports.js';
import { createDeliveryWorld, hour, named } from '../support/delivery-world.js';

/** What receivers, the log and the engine may do, in turns. */
const answer = fc.record({
  result: fc.constantFrom<DeliveryResult['kind'] | 'silence'>('sent', 'retry', 'rejected', 'silence'),
  afterMs: fc.nat(3_000),
});
const step = fc.record({
  ms: fc.nat(20_000),
  logIsDown: fc.boolean(),
  commits: fc.boolean(),
  wakes: fc.boolean(),
  puts: fc.nat(2),
});

describe('delivery of notifications, whatever happens', () => {
  it('sends nothing twice at a time nor after success, and ends each notification once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { minLength: 1, maxLength: 12 }),
        fc.array(step, { minLength: 1, maxLength: 12 }),
        async (answers, steps) => {
          const world = createDeliveryWorld({ policy: { concurrency: 2, maxUnsettled: 3 } });
          const underWay = new Set<string>();
          const taken = new Set<string>();
          const violations: string[] = [];
          let asked = 0;
          world.notifiers.set('desk-chat', ({ id }, { signal }) => {
            if (underWay.has(id)) violations.push(`${id} is sent twice at a time`);
            if (taken.has(id)) violations.push(`${id} is sent again after success`);
            underWay.add(id);
            const { result, afterMs } = answers[asked++ % answers.length]!;
            return new Promise((resolve) => {
              const end = (answered: DeliveryResult) => {
                underWay.delete(id);
                if (answered.kind === 'sent') taken.add(id);
                resolve(answered);
              };
              // A receiver that does not answer leaves the attempt to the timeout; in the end all are well again.
              if (result === 'silence' && asked < 100) {
                signal.addEventListener('abort', () => {
                  end({ kind: 'retry', error: 'too late' });
                });
              } else if (result === 'rejected') {
                world.clock.after(afterMs, () => {
                  end({ kind: 'rejected', error: 'no' });
                });
              } else {
                const kind = asked < 100 && result === 'retry' ? 'retry' : 'sent';
                world.clock.after(afterMs, () => {
                  end(kind === 'sent' ? { kind } : { kind, error: 'busy' });
                });
              }
            });
          });
          const commit = () => {
            for (const entry of world.entries) {
              if (entry.kind === 'delivered') world.outbox.take(entry.notification);
            }
          };
          let put = 0;
          await world.deliverer.start();
          for (const { ms, logIsDown, commits, wakes, puts } of steps) {
            world.logFailure = logIsDown ? new Error('disk full') : null;
            for (let count = 0; count < puts; count += 1) world.outbox.put(named(`n-${put++}`));
            if (wakes) world.deliverer.wake();
            await world.clock.advance(ms);
            if (commits) commit();
          }
          world.logFailure = null;
          world.deliverer.wake();
          for (let round = 0; round < 200 && world.outbox.size() > 0; round += 1) {
            await world.clock.advance(hour / 4);
            commit();
          }
          expect(violations).to.be.empty;
          expect(world.outbox.size()).to.equal(0);
          const ended = world.entries.map((entry) => (entry.kind === 'delivered' ? entry.notification : ''));
          expect(ended).to.have.members(Array.from({ length: put }, (_, index) => `n-${index}`));
        },
      ),
      { numRuns: 60 },
    );
  });
});
