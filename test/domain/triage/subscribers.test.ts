import { expect } from 'chai';
import type { RouteNode } from '../../../src/domain/rules/rule-set.js';
import { createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';
import { sampleRules } from '../../support/sample-rules.js';

/** The sample rules, in which these teams are told of everything, and of the most important also those. */
function worldWith(
  alsoNotify: readonly string[],
  ofMajor: readonly string[] = alsoNotify,
  major: Partial<RouteNode> = {},
): World {
  const rules = sampleRules();
  const routes = rules.routing.routes.map((route) => ({ ...route, alsoNotify: ofMajor, ...major }));
  return createWorld({ ...rules, routing: { ...rules.routing, alsoNotify, routes } });
}

const informed = (world: World) =>
  world
    .timeline()
    .filter(({ type, reason }) => type === 'notification-queued' && reason === 'information')
    .map(
      ({ at, detail }) =>
        `${(at - morning) / minute} ${detail['team'] as string} ${detail['channel'] as string}`,
    );

function deliverAll(world: World): void {
  for (const { id } of world.outbox())
    world.append({ kind: 'delivered', notification: id, outcome: 'sent', attempts: 1 });
}

describe('teams that are also notified', () => {
  it('hear that it began, on the channels of the first step, and own nothing', () => {
    const world = worldWith(['platform', 'warehouse']);
    world.receive({ severity: 'error' });
    expect(world.incident()).to.deep.include({ team: 'desk', alsoNotify: ['platform', 'warehouse'] });
    expect(world.outbox().map(({ kind, team, channel, step }) => [kind, team, channel, step])).to.deep.equal([
      ['escalation', 'desk', 'chat', 1],
      ['information', 'platform', 'chat', 0],
      ['information', 'warehouse', 'chat', 0],
    ]);
    expect(world.outbox()[1]?.id).to.equal(`INC-1/${morning.toString(36)}/run1-information/chat/platform`);
  });

  it('hear of it when its first step comes, not before', () => {
    const rules = sampleRules();
    const standard = rules.policies.get('standard')!;
    const late = { ...standard, steps: standard.steps.slice(1) };
    const world = createWorld({
      ...rules,
      routing: { ...rules.routing, alsoNotify: ['warehouse'] },
      policies: new Map([...rules.policies, ['standard', late]]),
    });
    world.receive({ severity: 'error' });
    world.wait(15 * minute);
    expect(informed(world)).to.deep.equal(['10 warehouse page']);
  });

  it('hear it once a run, whatever steps come', () => {
    const world = worldWith(['platform']);
    world.receive({ severity: 'error' });
    world.wait(2 * hour);
    expect(informed(world)).to.deep.equal(['0 platform chat']);
  });

  it('hear of the end and of a reopen', () => {
    const world = worldWith(['platform']);
    world.receive({ severity: 'error' });
    deliverAll(world);
    world.act('resolve');
    world.act('reopen');
    expect(world.outbox().map(({ kind, team }) => [kind, team])).to.deep.equal([
      ['resolved', 'desk'],
      ['resolved', 'platform'],
      ['reopened', 'desk'],
      ['reopened', 'platform'],
    ]);
  });

  it('are not told as subscribers where they own it', () => {
    const world = worldWith(['desk', 'purchase']);
    world.receive({ severity: 'error' });
    expect(informed(world)).to.deep.equal(['0 purchase chat']);
    world.wait(15 * minute);
    expect(world.incident().team).to.equal('purchase');
    expect(informed(world), 'the former owner knows it').to.have.length(1);
  });

  it('are told nothing where they hear of neither', () => {
    const world = worldWith(['platform']);
    world.receive({ severity: 'error' });
    world.act('acknowledge');
    expect(
      world.outbox().map(({ kind }) => kind),
      'an acknowledge withdraws calls only',
    ).to.deep.equal(['information']);
    world.act('resolve');
    expect(world.outbox(), 'a resolve withdraws what was not sent').to.deep.equal([]);
  });

  it('hear of a new run, which a raised priority begins', () => {
    const world = worldWith(['platform']);
    world.receive({ severity: 'error' });
    world.wait(minute);
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'b' } });
    expect(informed(world)).to.deep.equal(['0 platform chat', '1 platform page', '1 platform chat']);
  });

  it('of a new route under the policy that goes on hear of it at once', () => {
    const world = worldWith([], ['platform'], { policy: 'standard' });
    world.receive({ severity: 'error' });
    world.wait(minute);
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'b' } });
    expect(world.incident().escalation.run).to.equal(1);
    expect(informed(world)).to.deep.equal(['1 platform chat']);
  });

  it('hear nothing while it is suppressed, and of the beginning once it is not', () => {
    const world = worldWith(['platform']);
    const matchers = [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }];
    const silence = { id: 's1', matchers, createdBy: 'ines', comment: '', endsAt: morning + 10 * minute };
    world.ask({ name: 'create-silence', silence });
    world.receive({ severity: 'error' });
    world.wait(20 * minute);
    expect(informed(world)).to.deep.equal(['10 platform chat']);
  });
});
