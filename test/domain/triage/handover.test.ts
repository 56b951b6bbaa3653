import { expect } from 'chai';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { Entry } from '../../../src/domain/alert/entry.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import {
  alert,
  createWorld,
  imageOf,
  minute,
  morning,
  writeCut,
  type Ledger,
  type World,
} from '../../support/engine-world.js';
import { sampleRules } from '../../support/sample-rules.js';

const labels = (pod: string) => ({ alertname: 'Errors', service: 'checkout', pod });
const firing = (pod: string): Entry => ({ kind: 'alerts', alerts: [alert({ labels: labels(pod) })] });

/** Incidents and members after the entry, as a new owner that loads the stored state would have them. */
function afterHandover(world: World, entry: Entry): unknown {
  const ledger = structuredClone(world.ledger);
  const engine = createEngine({
    shard: 0,
    image: imageOf(ledger, world.log.length),
    ruleSet: world.ruleSet,
  });
  engine.apply({ position: world.log.length + 1, at: world.now(), entries: [entry] });
  writeCut(ledger, engine.cut());
  return sketch(ledger);
}

function sketch({ incidents }: Ledger): unknown {
  return [...incidents.values()].map((json) => {
    const { id, state, alertCount, group } = JSON.parse(json) as Incident;
    return { id, state, alertCount, group };
  });
}

describe('a new owner of the shard', () => {
  it('gathers as the old one would where the newest incident of a group is closed and an older one is open', () => {
    const world = createWorld();
    world.receive({ labels: labels('a') });
    world.wait(21 * minute);
    world.receive({ labels: labels('b') });
    world.wait(minute);
    world.receive({ labels: labels('a') });
    world.act('resolve', 'INC-2');
    world.ask({ name: 'close', incident: 'INC-2', resolution: 'restarted', rootCause: 'a leak' });
    const handedOver = afterHandover(world, firing('c'));
    world.append(firing('c'));
    expect(handedOver).to.deep.equal(sketch(world.ledger));
    expect(world.incidents().map(({ alertCount }) => alertCount)).to.deep.equal([1, 1, 1]);
  });
});

/** An alert that no stage can be done with. */
function tripping(incoming: IncomingAlert): IncomingAlert {
  return Object.defineProperty({ ...incoming }, 'startsAt', {
    get() {
      throw new Error('tripped');
    },
  });
}

describe('a defect', () => {
  it('that one alert of a batch trips over takes no other with it, and no later entry', () => {
    const rules = sampleRules();
    const engine = createEngine({
      shard: 0,
      image: imageOf(createWorld(rules).ledger, 1),
      ruleSet: () => rules,
    });
    const [first, second, third] = ['a', 'b', 'c'].map((pod) => alert({ labels: labels(pod) }));
    const batch: Entry = { kind: 'alerts', alerts: [first!, tripping(second!), third!] };
    engine.apply({ position: 2, at: morning, entries: [batch, firing('d')] });
    expect(engine.takeFaults().map(({ position, kind }) => [position, kind])).to.deep.equal([[2, 'alerts']]);
    expect(engine.census().alerts.firing).to.equal(3);
  });
});
