import { expect } from 'chai';
import { waitUntil } from './wait-until.js';

describe('waitUntil', () => {
  it('returns the first value that is something', async () => {
    const answers = [undefined, null, false, 0];
    expect(
      await waitUntil({ what: 'a number', timeoutMs: 1_000, everyMs: 1 }, () => answers.shift()),
    ).to.equal(0);
  });

  it('says after the deadline what was awaited and what was last seen', async () => {
    const failed = await rejection(
      waitUntil({ what: 'the door to open', timeoutMs: 20, everyMs: 5 }, (seen) => {
        seen({ door: 'shut' });
        return false;
      }),
    );
    expect(failed.message).to.equal('Waited 20 ms for the door to open; last seen: {"door":"shut"}');
  });

  it('goes on after an error and reports the last one as the cause', async () => {
    const refused = new Error('connection refused');
    const failed = await rejection(
      waitUntil({ what: 'an answer', timeoutMs: 20, everyMs: 5 }, () => Promise.reject(refused)),
    );
    expect(failed.message).to.include('last seen: Error: connection refused');
    expect(failed.cause).to.equal(refused);
  });
});

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as Error,
  );
}
