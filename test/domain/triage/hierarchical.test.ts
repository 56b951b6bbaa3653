import { expect } from 'chai';
import type { PolicyStep } from '../../../src/domain/incident/escalation.js';
import { createWorld, minute, type World } from '../../support/engine-world.js';
import { sampleRules } from '../../support/sample-rules.js';

/** A world with an open P2 incident of checkout (owner desk, then purchase) under a policy of these steps. */
function begin(steps: readonly PolicyStep[]): World {
  const rules = sampleRules();
  const policy = { id: 'standard', file: 'escalation.yaml', line: 7, steps, repeat: null, warnAt: [] };
  const world = createWorld({ ...rules, policies: new Map([...rules.policies, ['standard', policy]]) });
  world.receive({ severity: 'error' });
  return world;
}

const first: PolicyStep = { afterMs: 0, tier: 'L1', notify: ['chat'] };
const tell = (team: string): PolicyStep => ({
  afterMs: 15 * minute,
  ifNot: 'acknowledged',
  team,
  notify: ['page'],
});

describe('a step for a team without a tier', () => {
  it('tells that team and leaves the incident with its owner', () => {
    const world = begin([first, tell('platform')]);
    world.wait(15 * minute);
    expect(world.incident()).to.include({ tier: 'L1', team: 'desk' });
    expect(world.outbox().map(({ step, team, incident }) => [step, team, incident.team])).to.deep.equal([
      [1, 'desk', 'desk'],
      [2, 'platform', 'desk'],
    ]);
  });

  it('is a hierarchical escalation in timeline and metric', () => {
    const world = begin([first, tell('platform')]);
    world.wait(15 * minute);
    const [escalated] = world.timeline().filter(({ type }) => type === 'escalated');
    expect(escalated).to.deep.include({
      reason: 'policy-step',
      rule: { id: 'standard', file: 'escalation.yaml', line: 7 },
      detail: {
        kind: 'hierarchical',
        fromTier: 'L1',
        tier: 'L1',
        fromTeam: 'desk',
        team: 'desk',
        policy: 'standard',
        step: 2,
        told: 'platform',
      },
    });
    expect(world.total('incidents_escalated', 'P2\u0000L1\u0000hierarchical')).to.equal(1);
    expect(world.total('incidents_escalated', 'P2\u0000L1\u0000functional')).to.equal(0);
  });

  it('is none where that team owns the incident already', () => {
    const world = begin([first, tell('desk')]);
    world.wait(15 * minute);
    expect(world.outbox().map(({ team }) => team)).to.deep.equal(['desk', 'desk']);
    expect(world.timeline().filter(({ type }) => type === 'escalated')).to.deep.equal([]);
  });

  it('tells the owner where the template names no team', () => {
    const world = begin([first, tell('{{service.team}}')]);
    world.wait(15 * minute);
    expect(
      world.outbox().map(({ team }) => team),
      'the service has a team',
    ).to.deep.equal(['desk', 'purchase']);
    const other = begin([first]);
    other.receive({ labels: { alertname: 'Errors' }, severity: 'error' });
    other.wait(15 * minute);
    expect(other.incident('INC-2').team).to.equal('desk');
  });

  it('does not come once somebody acknowledged', () => {
    const world = begin([first, tell('platform')]);
    world.act('acknowledge');
    world.wait(20 * minute);
    expect(world.outbox()).to.deep.equal([]);
  });
});

describe('a step with a tier and a team', () => {
  it('moves the incident there: a functional escalation', () => {
    const world = begin([first, { afterMs: 5 * minute, tier: 'L2', team: 'platform', notify: ['page'] }]);
    world.wait(5 * minute);
    expect(world.incident()).to.include({ tier: 'L2', team: 'platform' });
    expect(world.total('incidents_escalated', 'P2\u0000L2\u0000functional')).to.equal(1);
  });
});
