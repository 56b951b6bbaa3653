import { expect } from 'chai';
import { createMemoryLog, createMemoryLogContents } from '../../src/adapters/memory/memory-log.js';
import { createMemoryStore } from '../../src/adapters/memory/memory-store.js';
import { createRetention } from '../../src/app/apply-retention.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import { bigEntry, entry, numbersIn, readToEnd } from '../contract/log-samples.js';
import { nothingForgotten, sampleChanges, sampleShardRecord } from '../contract/sample-commit.js';
import { sampleIncident } from '../support/sample-documents.js';
import { createSettableClock } from '../support/settable-clock.js';

const DAY = 86_400_000;

describe('retention', () => {
  const prepare = () => {
    const clock = createSettableClock();
    const log = createMemoryLog({ clock, contents: createMemoryLogContents(2) });
    const store = createMemoryStore();
    const events: TelemetryEvent[] = [];
    const limits = { logMs: 2 * DAY, logMaxBytes: 2_000_000, incidentMs: 10 * DAY };
    const run = createRetention({
      log,
      store,
      owned: () => [0],
      clock,
      limits,
      emit: (event) => events.push(event),
    });
    return { clock, log, store, events, run };
  };

  it('drops old records of every shard, but none that is not committed', async () => {
    const { clock, log, store, events, run } = prepare();
    const places = [];
    for (const number of [1, 2, 3, 4]) {
      places.push(await log.append(0, [entry(number)]));
      await log.append(1, [entry(number)]);
      clock.set(clock.now() + DAY);
    }
    clock.set(clock.now() + 10 * DAY);
    await run();
    expect(numbersIn(await readToEnd(log, 0))).to.deep.equal([1, 2, 3, 4]);
    await store.open(0);
    await store.stage({ shard: 0, number: 1, position: places[1]!.position, changes: sampleChanges() })();
    await run();
    expect(numbersIn(await readToEnd(log, 0))).to.deep.equal([3, 4]);
    expect(numbersIn(await readToEnd(log, 1))).to.deep.equal([1, 2, 3, 4]);
    expect(events).to.deep.equal([
      { kind: 'retention-ran', records: 0, incidents: 0, deadLetters: 0 },
      { kind: 'retention-ran', records: 2, incidents: 0, deadLetters: 0 },
    ]);
  });

  it('shares the size of the log between the shards', async () => {
    const { log, store, run } = prepare();
    for (let count = 0; count < 5; count += 1) await log.append(0, [bigEntry(400_000)]);
    const position = await log.end(0);
    await store.open(0);
    await store.stage({ shard: 0, number: 1, position, changes: sampleChanges() })();
    await run();
    expect(await readToEnd(log, 0)).to.have.length(2);
  });

  it('removes incidents that nothing has touched for long enough', async () => {
    const { clock, store, events, run } = prepare();
    await store.open(0);
    const shard = sampleShardRecord({ at: clock.now() });
    const incidents = [sampleIncident({ state: 'closed' })];
    const forgotten = { ...nothingForgotten, incidents: ['INC-42'] };
    const changes = sampleChanges({ shard, incidents, forgotten });
    await store.stage({ shard: 0, number: 1, position: 1, changes })();
    clock.set(clock.now() + 10 * DAY);
    await run();
    expect(await store.incident('INC-42')).to.not.equal(null);
    clock.set(clock.now() + 1);
    await run();
    expect(await store.incident('INC-42')).to.equal(null);
    expect(events.at(-1)).to.deep.equal({ kind: 'retention-ran', records: 0, incidents: 1, deadLetters: 0 });
  });
});
