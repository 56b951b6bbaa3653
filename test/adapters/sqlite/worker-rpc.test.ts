import { expect } from 'chai';
import { startWorker, type WorkerClient } from '../../../src/adapters/sqlite/worker-rpc.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import type { CrashingCalls } from './crashing-worker.js';

describe('a worker', () => {
  let worker: WorkerClient<CrashingCalls>;

  beforeEach(() => {
    worker = startWorker<CrashingCalls>({
      script: new URL('./crashing-worker.js', import.meta.url),
      data: { name: 'test' },
      died: (cause) => new TocsinError('died', { code: 'died', retriable: true, cause }),
    });
  });
  afterEach(() => worker.close());

  it('answers calls in their order', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => worker.call('count', null)));
    expect(answers).to.deep.equal([1, 2, 3]);
  });

  it('carries an error with its code and cause, and goes on', async () => {
    const error = await rejectionOf(worker.call('refuse', 'no'));
    expect(error).to.be.instanceOf(TocsinError).and.include({ code: 'refused', retriable: false });
    expect(error.message).to.equal('test: no');
    expect(String(error.cause)).to.contain('crashing-worker');
    expect(await worker.call('count', null)).to.equal(1);
  });

  it('opens again after an error that left it unfit', async () => {
    await worker.call('count', null);
    await rejectionOf(worker.call('spoil', null));
    expect(await worker.call('count', null)).to.equal(1);
  });

  it('that dies rejects every call that waits, and the next call starts it again', async () => {
    await worker.call('count', null);
    const lost = ['crash', 'count', 'count'].map((name) => rejectionOf(worker.call(name, null as never)));
    for (const error of await Promise.all(lost)) expect(error).to.include({ code: 'died', retriable: true });
    expect(await worker.call('count', null)).to.equal(1);
  });

  it('refuses calls after it was closed, and may be closed twice', async () => {
    const last = worker.call('count', null);
    await Promise.all([worker.close(), worker.close()]);
    expect(await last).to.equal(1);
    expect(await rejectionOf(worker.call('count', null))).to.include({ code: 'died' });
  });

  it('need not have been used to be closed', async () => {
    await worker.close();
  });
});
