import { expect } from 'chai';
import { createWorld, minute, type World } from '../../support/engine-world.js';
import { sampleRules, standingOn } from '../../support/sample-rules.js';

const hard = sampleRules(standingOn({ checkout: [{ service: 'stock', edge: 'hard' }] }));

function fail(world: World, service: string, alertname = 'Errors'): void {
  world.receive({ labels: { alertname, service }, severity: 'critical' });
}

function recover(world: World, service: string, alertname = 'Errors'): void {
  world.receive({ labels: { alertname, service }, severity: 'critical', resolved: true });
}

describe('evidence', () => {
  it('is there from the opening where a service that it stands on has an open incident', () => {
    const world = createWorld(hard);
    fail(world, 'stock');
    world.wait(minute);
    fail(world, 'checkout');
    expect(world.incident('INC-2').evidence).to.deep.equal([
      {
        kind: 'dependency',
        of: 'checkout',
        through: [],
        service: 'stock',
        edge: 'hard',
        incident: 'INC-1',
        at: world.now(),
      },
    ]);
    expect(world.incident('INC-1').evidence).to.deep.equal([]);
    const [added] = world.timeline('INC-2').filter(({ type }) => type === 'evidence-added');
    expect(added).to.deep.include({
      by: 'tocsin',
      reason: 'dependency',
      rule: { id: 'checkout', file: 'rules.yaml', line: 1 },
    });
    expect(added?.detail).to.include({
      incident: 'INC-1',
      service: 'stock',
      title: 'STOCK: availability/errors',
      priority: 'P3',
    });
  });

  it('comes later where the other breaks later, and stays when that is over', () => {
    const world = createWorld(hard);
    fail(world, 'checkout');
    world.wait(10 * minute);
    fail(world, 'stock');
    const found = world.now();
    recover(world, 'stock');
    world.wait(minute);
    expect(world.incident('INC-1').evidence).to.deep.include.members([
      {
        kind: 'dependency',
        of: 'checkout',
        through: [],
        service: 'stock',
        edge: 'hard',
        incident: 'INC-2',
        at: found,
      },
    ]);
  });

  it('is not of an incident that was over before, but of one that goes on again', () => {
    const world = createWorld(hard);
    fail(world, 'stock');
    recover(world, 'stock');
    world.wait(minute);
    fail(world, 'checkout');
    expect(world.incident('INC-2').evidence).to.deep.equal([]);
    world.wait(minute);
    fail(world, 'stock');
    expect(world.incident('INC-1').reopenCount).to.equal(1);
    expect(world.incident('INC-2').evidence).to.have.length(1);
  });

  it('is found for every open incident of the service, and told once for each cause', () => {
    const world = createWorld(hard);
    fail(world, 'checkout');
    fail(world, 'checkout', 'Other');
    fail(world, 'stock');
    world.wait(30 * minute);
    recover(world, 'stock');
    world.wait(minute);
    fail(world, 'stock');
    for (const id of ['INC-1', 'INC-2'])
      expect(
        world.incident(id).evidence.map(({ incident }) => incident),
        id,
      ).to.deep.equal(['INC-3']);
  });

  it('follows the service that a person sets', () => {
    const world = createWorld(hard);
    fail(world, 'stock');
    fail(world, 'elsewhere');
    expect(world.incident('INC-2').evidence).to.deep.equal([]);
    expect(world.ask({ name: 'set', incident: 'INC-2', service: 'checkout' }).reason).to.equal(null);
    expect(world.incident('INC-2').evidence.map(({ incident }) => incident)).to.deep.equal(['INC-1']);
  });

  it('shows in both where two services stand on each other', () => {
    const world = createWorld(
      sampleRules(
        standingOn({
          checkout: [{ service: 'stock', edge: 'hard' }],
          stock: [{ service: 'checkout', edge: 'soft' }],
        }),
      ),
    );
    fail(world, 'stock');
    fail(world, 'checkout');
    expect(world.incident('INC-1').evidence).to.deep.include({
      ...world.incident('INC-1').evidence[0],
      incident: 'INC-2',
      edge: 'soft',
    });
    expect(world.incident('INC-2').evidence[0]).to.include({ incident: 'INC-1', edge: 'hard' });
  });

  it('is never more than twenty', () => {
    const world = createWorld(hard);
    fail(world, 'checkout');
    for (let i = 0; i < 25; i += 1) {
      fail(world, 'stock');
      recover(world, 'stock');
      world.wait(2 * 60 * minute, 30 * minute);
      fail(world, 'checkout');
    }
    expect(world.incident('INC-26').service).to.equal('stock');
    expect(world.incident('INC-1').evidence).to.have.length(20);
  });
});
