import { expect } from 'chai';
import { refold } from '../../src/app/refold.js';
import { minute } from '../support/engine-world.js';
import { createShardWorld } from '../support/shard-world.js';

describe('a refold of the log', () => {
  it('gives the state that the shard has after all commits and ticks', async () => {
    const world = createShardWorld();
    const runner = await world.start();
    await world.receive({ severity: 'error' });
    await world.clock.advance(50 * minute);
    await world.receive({ labels: { alertname: 'Slow', service: 'stock' }, severity: 'warning' });
    await world.clock.advance(20 * minute);
    const positions: number[] = [];
    const engine = await refold({
      ...{ shard: 0, log: world.log, library: world.library },
      each: (_engine, record) => {
        positions.push(record.position);
      },
    });
    await runner.stop();
    const end = await world.log.end(0);
    expect(positions).to.deep.equal(Array.from({ length: end }, (_, index) => index + 1));
    const changes = engine.cut();
    expect(changes.shard).to.deep.equal(runner.committed());
    for (const incident of changes.incidents) {
      expect(await world.store.incident(incident.id)).to.deep.equal(incident);
    }
    expect(changes.incidents).to.have.length(2);
  });

  it('of an empty log knows nothing', async () => {
    const { log, library } = createShardWorld();
    const engine = await refold({ shard: 0, log, library });
    expect(engine.position()).to.equal(0);
    expect(engine.rules()).to.equal(null);
  });
});
