import { expect } from 'chai';
import { createTelemetry } from '../../../src/adapters/telemetry/telemetry.js';
import type { TelemetryEvent } from '../../../src/app/telemetry-events.js';
import { counterLabels, createTotals } from '../../../src/domain/triage/totals.js';
import { metricCatalogue } from '../../generate/metric-catalogue.js';
import { parseExposition } from '../../support/parse-exposition.js';
import { sampleEvents } from '../../support/sample-events.js';

/** What a service that has seen one of everything shows. */
async function fullExposition() {
  const telemetry = createTelemetry({ level: 'fatal', format: 'json', write: () => undefined });
  const totals = createTotals();
  for (const [metric, labels] of Object.entries(counterLabels))
    totals.inc(metric as 'alerts_received', labels.map(String) as never);
  const shown = {
    shard: 0,
    runner: {
      committed: () => ({ totals: totals.snapshot() }),
      census: () => ({ alerts: { firing: 1, resolved: 0, expired: 0 }, incidents: [] }),
      lag: () => Promise.resolve(0),
    },
    outbox: { backlog: () => Promise.resolve(new Map()) },
  };
  telemetry.showShards({ owned: () => [shown], labelled: false });
  telemetry.showTopics(() => Promise.resolve([{ topic: 'ci.builds', partition: 3, messages: 7 }]));
  telemetry.showService({
    version: '1.2.3',
    ready: () => null,
    disk: () => Promise.resolve({ dataBytes: 10, freeBytes: 20, sizeBytes: 40 }),
  });
  for (const event of Object.values(sampleEvents).flat() as TelemetryEvent[]) telemetry.emit(event);
  return parseExposition((await telemetry.metrics()).text);
}

const definitions = Object.values(metricCatalogue).flat();

describe('the definitions of metrics', () => {
  it('are all metrics that are exposed, with their types', async () => {
    const { types } = await fullExposition();
    const exposed = [...types].filter(([name]) => name.startsWith('tocsin_'));
    expect(exposed.sort()).to.deep.equal(definitions.map(({ name, type }) => [name, type]).sort());
  });

  it('name the labels of every series', async () => {
    const { samples } = await fullExposition();
    for (const { name, type, labels } of definitions) {
      const series = samples.filter((sample) =>
        type === 'histogram' ? sample.name === `${name}_count` : sample.name === name,
      );
      expect(series, name).not.to.deep.equal([]);
      for (const sample of series) expect(Object.keys(sample.labels), name).to.deep.equal([...labels]);
    }
  });

  it('have an example that asks for them', () => {
    for (const { name, example } of definitions) expect(example).to.contain(name);
  });
});

describe('metrics of the service', () => {
  it('say which version runs, whether alerts are taken and what the disk has left', async () => {
    const { value } = await fullExposition();
    expect(value('tocsin_build_info', { version: '1.2.3' })).to.equal(1);
    expect(value('tocsin_ready')).to.equal(1);
    expect(value('tocsin_data_bytes')).to.equal(10);
    expect(value('tocsin_data_disk_free_bytes')).to.equal(20);
    expect(value('tocsin_data_disk_size_bytes')).to.equal(40);
  });

  it('say so when alerts are not taken, and nothing of a disk where there is none', async () => {
    const telemetry = createTelemetry({ level: 'fatal', format: 'json', write: () => undefined });
    telemetry.showService({ version: '1', ready: () => 'the disk is full', disk: null });
    const { value, types } = parseExposition((await telemetry.metrics()).text);
    expect(value('tocsin_ready')).to.equal(0);
    expect(types.has('tocsin_data_bytes')).to.equal(false);
  });

  it('read the disk once for each scrape', async () => {
    let read = 0;
    const telemetry = createTelemetry({ level: 'fatal', format: 'json', write: () => undefined });
    const disk = () => Promise.resolve({ dataBytes: ++read, freeBytes: read, sizeBytes: read });
    telemetry.showService({ version: '1', ready: () => null, disk });
    await telemetry.metrics();
    const { value } = parseExposition((await telemetry.metrics()).text);
    expect([read, value('tocsin_data_bytes'), value('tocsin_data_disk_size_bytes')]).to.deep.equal([2, 2, 2]);
  });
});
