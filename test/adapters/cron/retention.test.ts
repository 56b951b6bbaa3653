import { expect } from 'chai';
import { scheduleRetention, type RetentionJob } from '../../../src/adapters/cron/retention.js';
import type { TelemetryEvent } from '../../../src/app/telemetry-events.js';
import { waitUntil } from '../../support/servers/wait-until.js';

const EVERY_SECOND = '* * * * * *';

describe('the retention job', () => {
  let job: RetentionJob | null = null;
  afterEach(async () => {
    await job?.stop();
    job = null;
  });

  it('runs at its times, reports a run that fails and runs again', async () => {
    const events: TelemetryEvent[] = [];
    const failure = new Error('no store');
    let runs = 0;
    job = scheduleRetention({
      schedule: EVERY_SECOND,
      run: () => {
        runs += 1;
        return runs === 1 ? Promise.reject(failure) : Promise.resolve();
      },
      emit: (event) => events.push(event),
    });
    await waitUntil({ what: 'two runs', timeoutMs: 5000, everyMs: 20 }, () => runs >= 2);
    expect(events).to.deep.equal([{ kind: 'background-failed', task: 'retention', error: failure }]);
  });

  it('never runs twice at once, and stops when the run under way has ended', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    let finish: () => void = () => undefined;
    job = scheduleRetention({
      schedule: EVERY_SECOND,
      run: async () => {
        running += 1;
        runs += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        running -= 1;
      },
      emit: (event) => {
        expect.fail(`unexpected ${event.kind}`);
      },
    });
    await waitUntil({ what: 'a run', timeoutMs: 5000, everyMs: 20 }, () => runs === 1);
    const started = Date.now();
    await waitUntil({ what: 'the next time to pass', timeoutMs: 5000, everyMs: 50 }, () => {
      return Date.now() - started > 1500;
    });
    expect([runs, most]).to.deep.equal([1, 1]);
    let stopped = false;
    const stopping = job.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped, 'stopped while a run is under way').to.equal(false);
    finish();
    await stopping;
    expect(running).to.equal(0);
  });

  it('refuses what is no cron expression', () => {
    const options = { run: () => Promise.resolve(), emit: () => undefined };
    expect(() => scheduleRetention({ schedule: 'at noon', ...options })).to.throw(RangeError, '"at noon"');
  });
});
