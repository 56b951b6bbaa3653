import { expect } from 'chai';
import type { RouteNode, RuleSet } from '../../../src/domain/rules/rule-set.js';
import { createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';
import { literal, ref, sampleRules, severityIn, turning } from '../../support/sample-rules.js';

/** On from nine to noon and from three to six, and so on: the morning begins an hour into it. */
const schedule = turning('by-turns', 3 * hour, morning - hour);

/** While it is on, errors go to the warehouse by the policy of major ones; else as the rest, or as `otherwise` says. */
function rulesWith(otherwise: Partial<RouteNode> | null): RuleSet {
  const rules = sampleRules();
  const node: RouteNode = {
    ...{ ref: ref('by-day'), match: severityIn('error'), activeDuring: schedule },
    ...{ tier: 'L2', team: literal('warehouse'), policy: 'major', alsoNotify: [], routes: [] },
  };
  const standIn = { ...node, ref: ref('by-day/otherwise'), activeDuring: null, ...otherwise };
  const routes = [node, ...(otherwise === null ? [] : [standIn]), ...rules.routing.routes];
  return { ...rules, routing: { ...rules.routing, routes } };
}

const routings = (world: World, incident = 'INC-1'): readonly string[] =>
  world
    .timeline(incident)
    .filter(({ type }) => type === 'routed')
    .map(({ at, reason, rule }) => `${(at - morning) / minute} ${reason} ${rule?.id}`);

describe('a route that is active during a schedule', () => {
  it('takes what opens while it is, and leaves the rest to the routes behind it', () => {
    const world = createWorld(rulesWith(null));
    world.receive({ severity: 'error' });
    world.wait(3 * hour);
    world.receive({ severity: 'error', labels: { alertname: 'Errors', service: 'stock' } });
    expect(world.incidents().map(({ route, team, policy }) => [route.id, team, policy])[1]).to.deep.equal([
      'default',
      'desk',
      'standard',
    ]);
    expect(routings(world)[0]).to.equal('0 opened by-day');
  });

  it('gives up an incident that nobody has taken when the schedule turns, to the minute', () => {
    const world = createWorld(rulesWith({ policy: 'standard' }));
    world.receive({ severity: 'error' });
    expect(world.incident()).to.deep.include({ policy: 'major', routeTurnsAt: morning + 2 * hour });
    world.wait(5 * hour);
    expect(routings(world)).to.deep.equal([
      '0 opened by-day',
      '120 schedule-turned by-day/otherwise',
      '300 schedule-turned by-day',
    ]);
    expect(world.incident().escalation).to.include({ run: 3, startedAt: morning + 5 * hour });
  });

  it('leaves one alone that somebody has acknowledged, and one that is resolved', () => {
    const world = createWorld(rulesWith({ policy: 'standard' }));
    world.receive({ severity: 'error' });
    world.act('acknowledge');
    world.wait(3 * hour);
    expect(routings(world)).to.deep.equal(['0 opened by-day']);
    expect(world.incident().routeTurnsAt).to.equal(null);
    world.receive({ severity: 'error', labels: { alertname: 'Errors', service: 'stock' } });
    const second = world.incidents()[1]!.id;
    world.act('resolve', second);
    world.wait(3 * hour);
    expect(routings(world, second)).to.deep.equal(['180 opened by-day/otherwise']);
    expect(world.incidents()[1]!.routeTurnsAt).to.equal(morning + 8 * hour);
  });

  it('lowers no tier', () => {
    const world = createWorld(rulesWith({ policy: 'standard', tier: 'L1', team: literal('desk') }));
    world.receive({ severity: 'error' });
    world.wait(2 * hour);
    expect(world.incident()).to.deep.include({ policy: 'standard', tier: 'L3', team: 'purchase' });
  });
});
