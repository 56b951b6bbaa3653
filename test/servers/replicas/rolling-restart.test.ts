import { expect } from 'chai';
import { checkCounts, checkGroups, checkTold } from '../../support/chaos/check-chaos.js';
import { type ChaosLoad, startChaosLoad } from '../../support/chaos/chaos-load.js';
import { type ChaosWorld, startChaosWorld } from '../../support/chaos/chaos-world.js';
import { endChaos } from '../../support/chaos/end-chaos.js';
import { startTriageProbe } from '../../support/chaos/triage-probe.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

const longestTriageMs = 15_000;

describe('replicas that are stopped and started one after the other under load', function () {
  this.timeout(240_000);
  let world: ChaosWorld | undefined;
  let load: ChaosLoad;
  let delays: readonly number[];

  before(async function () {
    world = await skipUnlessAvailable(this, startChaosWorld);
    const { slots } = world;
    load = startChaosLoad(world, { seed: 1, clients: 3, batch: 10, pauseMs: 200 });
    const probe = startTriageProbe(slots);
    try {
      for (const slot of slots.all) {
        const code = await slots.terminate(slot);
        expect(code, `exit code of replica ${slot.number}, which printed\n${lastLines(slot.logs)}`).to.equal(
          0,
        );
        await slots.start(slot);
      }
    } finally {
      delays = await probe.stop();
      await load.stop();
    }
  });
  after(() => world?.stop());

  it('let no request fail twice', () => {
    const { tries, refusals, acknowledged } = load.ledger;
    console.log(
      `      ${acknowledged} alerts; requests by tries: ${JSON.stringify([...tries])}, refused: ${JSON.stringify([...refusals])}`,
    );
    expect(acknowledged).to.be.above(1_000);
    expect(Math.max(...tries.keys()), 'tries that a request took at most').to.be.at.most(2);
  });

  it('triage what comes meanwhile within 15 s', () => {
    const longest = Math.max(...delays);
    console.log(`      ${delays.length} probes, the longest took ${longest} ms`);
    expect(delays.length).to.be.above(10);
    expect(longest).to.be.below(longestTriageMs);
  });

  it('lose nothing and count nothing twice', async () => {
    const state = await endChaos(world!, { ledger: load.ledger, timeoutMs: 60_000 });
    const alerts = state.alerts.filter(({ labels }) => labels['alertname'] === 'Chaos');
    checkCounts(load.ledger, { ...state, alerts });
    checkGroups(state);
    checkTold(state, world!.receiver.received);
  });
});

function lastLines(logs: readonly string[]): string {
  return logs.join('').split('\n').slice(-30).join('\n');
}
