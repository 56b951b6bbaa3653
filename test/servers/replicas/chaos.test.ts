import { expect } from 'chai';
import { checkCounts, checkGroups, checkTold } from '../../support/chaos/check-chaos.js';
import { type ChaosWorld, startChaosWorld } from '../../support/chaos/chaos-world.js';
import { expectChaosRefoldEquals } from '../../support/chaos/end-chaos.js';
import { type ChaosOutcome, runChaos } from '../../support/chaos/run-chaos.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

/** Another seed: TOCSIN_TEST_SEED. The one in use is printed. */
const seed = Number(process.env['TOCSIN_TEST_SEED'] ?? Date.now() % 1_000_000);

describe('three replicas while replicas, broker and store die under load', function () {
  this.timeout(300_000);
  let world: ChaosWorld | undefined;
  let outcome: ChaosOutcome;

  before(async function () {
    process.stdout.write(`    seed ${seed}\n`);
    world = await skipUnlessAvailable(this, startChaosWorld);
    const startedAt = Date.now();
    outcome = await runChaos(world, {
      ...{
        seed,
        alerts: 0,
        clients: 3,
        batch: 10,
        pauseMs: 100,
        faultPauseMs: [1_500, 3_500],
        mostBehind: 5_000,
        drainMs: 120_000,
      },
      show: (line) => {
        process.stdout.write(
          `      ${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(5)} s  ${line}\n`,
        );
      },
    });
  });
  after(() => world?.stop());

  it('have had load enough to mean something', () => {
    const { acknowledged, series, refusals } = outcome.ledger;
    expect(acknowledged).to.be.above(1_000);
    expect(series.size).to.be.above(100);
    expect(refusals.size, 'ways in which requests failed').to.be.above(0);
  });

  it('lose no alert, and count none more often than it was sent', () => {
    checkCounts(outcome.ledger, outcome.state);
  });

  it('have one incident for each group, with all of its alerts', () => {
    checkGroups(outcome.state);
  });

  it('lose no notification, and repeat one only under its key', () => {
    const twice = checkTold(outcome.state, world!.receiver.received);
    console.log(`      ${world!.receiver.received.length} notifications, ${twice} of them again`);
  });

  it('have the state that their log gives when it is folded undisturbed', async () => {
    await expectChaosRefoldEquals(world!);
  });
});
