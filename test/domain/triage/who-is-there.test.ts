import { expect } from 'chai';
import type { RuleSet, Team } from '../../../src/domain/rules/rule-set.js';
import { alert, createWorld, hour, minute, morning } from '../../support/engine-world.js';
import { sampleRules, turning } from '../../support/sample-rules.js';

/** Open for the first half hour of the morning, closed for the next, and so on. */
const calendars = new Map([['half-hours', turning('half-hours', 30 * minute, morning)]]);
const rotations: RuleSet['rotations'] = new Map([
  [
    'weekly',
    {
      ...{ id: 'weekly', offset: () => 0, start: morning, shiftMs: hour, people: ['ines', 'marco'] },
      overrides: [],
    },
  ],
]);

function rulesWith(changes: Readonly<Record<string, Partial<Team>>>): RuleSet {
  const rules = sampleRules({ calendars, rotations });
  const teams = [...rules.teams.values()].map((team) => ({ ...team, ...changes[team.id] }));
  return { ...rules, teams: new Map(teams.map((team) => [team.id, team])) };
}

const closed = { calendar: 'half-hours', fallback: 'platform' } as const;

describe('a team with a calendar', () => {
  it('gets what comes while it is there, and its fallback what comes while it is not', () => {
    const world = createWorld(rulesWith({ desk: closed }));
    world.receive({ severity: 'error' });
    expect(world.incident()).to.deep.include({ team: 'desk', tier: 'L1' });
    world.wait(30 * minute);
    world.receive({ severity: 'error', labels: { alertname: 'Errors', service: 'stock' } });
    expect(world.incidents()[1]).to.deep.include({ team: 'platform', tier: 'L1' });
  });

  it('is passed over by a step that comes while it is not there', () => {
    const world = createWorld(rulesWith({ purchase: { calendar: 'half-hours', fallback: 'warehouse' } }));
    world.receive({ severity: 'error' });
    world.wait(10 * minute);
    expect(world.incident()).to.deep.include({ tier: 'L2', team: 'purchase' });
    world.wait(35 * minute);
    expect(world.incident()).to.deep.include({ tier: 'L3', team: 'warehouse' });
    expect(world.outbox().at(-1)).to.include({ team: 'warehouse', step: 3 });
  });

  it('gets it all the same where it has no fallback, or only closed ones that have none', () => {
    const world = createWorld(
      rulesWith({
        desk: { calendar: 'half-hours', fallback: 'warehouse' },
        warehouse: { calendar: 'half-hours', fallback: null },
      }),
    );
    world.wait(30 * minute);
    world.receive({ severity: 'error' });
    expect(world.incident().team).to.equal('warehouse');
  });

  it('is named in the explanation, with the reason', () => {
    const world = createWorld(rulesWith({ desk: closed }));
    const incoming = alert({ severity: 'error' });
    expect(world.engine.explain({ incoming, at: morning }).route).to.deep.include({
      team: 'desk',
      closed: [],
    });
    const later = world.engine.explain({ incoming, at: morning + 30 * minute });
    expect(later.route).to.deep.include({
      team: 'platform',
      closed: [{ team: 'desk', calendar: 'half-hours', reason: 'out_of_schedule' }],
    });
  });
});

describe('a team with a rotation', () => {
  it('has who is on call in what it is told, and on the timeline', () => {
    const world = createWorld(rulesWith({ desk: { oncall: 'weekly' } }));
    world.receive({ severity: 'error' });
    expect(world.outbox()[0]).to.include({ team: 'desk', onCall: 'ines' });
    const queued = world.timeline().find(({ type }) => type === 'notification-queued');
    expect(queued?.detail).to.include({ team: 'desk', onCall: 'ines' });
    world.wait(hour);
    world.receive({ severity: 'error', labels: { alertname: 'Errors', service: 'stock' } });
    expect(world.outbox().findLast(({ team }) => team === 'desk')).to.include({ onCall: 'marco' });
    expect(world.outbox().find(({ team }) => team !== 'desk')).to.not.have.property('onCall');
  });
});
