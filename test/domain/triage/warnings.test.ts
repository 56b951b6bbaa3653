import { expect } from 'chai';
import type { PolicyStep } from '../../../src/domain/incident/escalation.js';
import type { SlaTargets } from '../../../src/domain/incident/sla.js';
import { createWorld, hour, minute, morning, type World } from '../../support/engine-world.js';
import { sampleRules } from '../../support/sample-rules.js';

const targets: SlaTargets = {
  acknowledgeMs: 20 * minute,
  updateMs: hour,
  mitigateMs: 4 * hour,
  resolveMs: 10 * hour,
};

/** A world with an open P2 incident whose policy warns at these shares; its steps go from desk to purchase after 10 min. */
function begin(warnAt: readonly number[], sla: SlaTargets = targets): World {
  const rules = sampleRules();
  const standard = rules.policies.get('standard')!;
  const world = createWorld({
    ...rules,
    sla: new Map([...rules.sla, ['P2', sla]]),
    policies: new Map([...rules.policies, ['standard', { ...standard, warnAt }]]),
  });
  world.receive({ severity: 'error' });
  return world;
}

/** `clock share` by minute after the opening. */
function warned(world: World): string[] {
  return world
    .timeline()
    .filter(({ type }) => type === 'sla-warned' || type === 'sla-breached')
    .map(({ at, type, detail }) =>
      [(at - morning) / minute, detail['clock'], type === 'sla-warned' ? detail['share'] : 'breached']
        .map((part) => part as string)
        .join(' '),
    );
}

const warningsIn = (world: World) => world.outbox().filter(({ kind }) => kind === 'warning');

describe('a warning about an SLA clock', () => {
  it('comes once for each clock and share, each at its own time', () => {
    const world = begin([0.5, 0.8]);
    world.wait(10 * hour + minute);
    expect(warned(world)).to.deep.equal([
      '10 acknowledge 0.5',
      '16 acknowledge 0.8',
      '20 acknowledge breached',
      '30 update 0.5',
      '48 update 0.8',
      '60 update breached',
      '120 mitigate 0.5',
      '192 mitigate 0.8',
      '240 mitigate breached',
      '300 resolve 0.5',
      '480 resolve 0.8',
      '600 resolve breached',
    ]);
  });

  it('is not there where the policy asks for none', () => {
    const world = begin([]);
    world.wait(10 * hour + minute);
    expect(warned(world)).to.have.length(4);
    expect(warningsIn(world)).to.deep.equal([]);
  });

  it('goes to the owner of the moment, on the channels of the step in force', () => {
    const world = begin([0.4, 0.8]);
    world.wait(16 * minute);
    expect(warningsIn(world).map(({ team, channel, sla, step }) => [team, channel, step, sla])).to.deep.equal(
      [
        [
          'desk',
          'chat',
          0,
          { clock: 'acknowledge', share: 0.4, targetMs: 20 * minute, dueAt: morning + 20 * minute },
        ],
        [
          'purchase',
          'page',
          0,
          { clock: 'acknowledge', share: 0.8, targetMs: 20 * minute, dueAt: morning + 20 * minute },
        ],
      ],
    );
  });

  it('stays on the channels of the owner when another team is called in', () => {
    const rules = sampleRules();
    const steps: readonly PolicyStep[] = [
      { afterMs: 0, tier: 'L1', notify: ['chat'] },
      { afterMs: 5 * minute, team: 'platform', notify: ['page'] },
    ];
    const policy = { ...rules.policies.get('standard')!, steps, warnAt: [0.5] };
    const world = createWorld({
      ...rules,
      sla: new Map([...rules.sla, ['P2', targets]]),
      policies: new Map([...rules.policies, ['standard', policy]]),
    });
    world.receive({ severity: 'error' });
    world.wait(10 * minute);
    expect(warningsIn(world).map(({ team, channel }) => [team, channel])).to.deep.equal([['desk', 'chat']]);
  });

  it('tells of the breach too where 1 is among the shares', () => {
    const world = begin([1]);
    world.wait(20 * minute);
    expect(warned(world)).to.deep.equal(['20 acknowledge breached']);
    expect(warningsIn(world).map(({ sla }) => [sla?.clock, sla?.share])).to.deep.equal([['acknowledge', 1]]);
  });

  it('does not come for what is done', () => {
    const world = begin([0.5]);
    world.act('acknowledge');
    world.ask({ name: 'mitigate', incident: 'INC-1' });
    world.ask({ name: 'update', incident: 'INC-1', text: 'we are on it' });
    world.wait(20 * minute);
    world.ask({ name: 'update', incident: 'INC-1', text: 'still on it' });
    world.wait(40 * minute);
    expect(warned(world)).to.deep.equal(['50 update 0.5']);
  });

  it('moves with a hold, but not that of the update clock', () => {
    const world = begin([0.5], { updateMs: hour, resolveMs: 2 * hour });
    world.act('acknowledge');
    world.wait(10 * minute);
    world.ask({ name: 'hold', incident: 'INC-1', reason: 'vendor' });
    world.wait(45 * minute);
    world.act('resume');
    world.wait(50 * minute);
    expect(warned(world)).to.deep.equal(['30 update 0.5', '60 update breached', '105 resolve 0.5']);
    expect(
      warningsIn(world).map(({ sla }) => sla?.clock),
      'also on hold',
    ).to.deep.equal(['update', 'resolve']);
  });

  it('about a breached update clock comes again after the next update', () => {
    const world = begin([0.5], { updateMs: hour, resolveMs: 20 * hour });
    world.wait(3 * hour);
    world.ask({ name: 'update', incident: 'INC-1', text: 'sorry' });
    expect(world.incident().sla.update?.state).to.equal('running');
    world.wait(hour);
    expect(warned(world)).to.deep.equal([
      '30 update 0.5',
      '60 update breached',
      '210 update 0.5',
      '240 update breached',
    ]);
    const ids = warningsIn(world).map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('is only noted while the incident is suppressed', () => {
    const world = begin([0.5]);
    const matchers = [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }];
    const silence = { id: 's1', matchers, createdBy: 'ines', comment: '', endsAt: morning + 2 * hour };
    world.ask({ name: 'create-silence', silence });
    world.wait(15 * minute);
    expect(warned(world)).to.deep.equal(['10 acknowledge 0.5']);
    expect(warningsIn(world)).to.deep.equal([]);
  });

  it('that was not sent is withdrawn when it is done', () => {
    const world = begin([0.5]);
    world.wait(3 * hour);
    expect(warningsIn(world).map(({ sla }) => sla?.clock)).to.deep.equal([
      'acknowledge',
      'update',
      'mitigate',
    ]);
    world.act('acknowledge');
    expect(warningsIn(world).map(({ sla }) => sla?.clock)).to.deep.equal(['update', 'mitigate']);
    world.ask({ name: 'update', incident: 'INC-1', text: 'news' });
    expect(warningsIn(world).map(({ sla }) => sla?.clock)).to.deep.equal(['mitigate']);
    world.ask({ name: 'mitigate', incident: 'INC-1' });
    expect(warningsIn(world)).to.deep.equal([]);
  });

  it('after downtime is sent for each clock once, with the latest share, and stands beside the latest step', () => {
    const world = begin([0.5, 0.8, 1]);
    const since = world.now();
    world.sleep(50 * minute);
    world.append({ kind: 'resumed', since });
    const sent = world.outbox().map(({ kind, step, sla }) => [kind, step, sla?.clock, sla?.share]);
    expect(sent).to.deep.equal([
      ['escalation', 1, undefined, undefined],
      ['warning', 0, 'acknowledge', 1],
      ['escalation', 3, undefined, undefined],
      ['warning', 0, 'update', 0.8],
    ]);
    expect(warned(world), 'the timeline has them all').to.have.length(5);
  });

  it('says only how far a new target is used up where several shares pass at once', () => {
    const rules = sampleRules();
    const warnAt = [0.1, 0.2, 0.9];
    const policies = [...rules.policies].map(([id, policy]) => [id, { ...policy, warnAt }] as const);
    const sla = new Map([
      ...rules.sla,
      ['P2', { resolveMs: 100 * hour }],
      ['P1', { resolveMs: hour }],
    ] as const);
    const world = createWorld({ ...rules, sla, policies: new Map(policies) });
    world.receive({ severity: 'error' });
    world.wait(15 * minute);
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'b' }, severity: 'critical' });
    expect(world.incident().priority).to.equal('P1');
    world.wait(40 * minute);
    expect(warned(world)).to.deep.equal(['15 resolve 0.2', '54 resolve 0.9']);
  });
});
