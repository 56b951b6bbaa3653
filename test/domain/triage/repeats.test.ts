import { expect } from 'chai';
import type { PolicyStep, RepeatPlan } from '../../../src/domain/incident/escalation.js';
import { createWorld, hour, minute, morning, second, type World } from '../../support/engine-world.js';
import { sampleRules } from '../../support/sample-rules.js';

const first: PolicyStep = { afterMs: 0, tier: 'L1', notify: ['chat'] };
const last: PolicyStep = { afterMs: 10 * minute, ifNot: 'mitigated', tier: 'L2', notify: ['page'] };
const evenly: RepeatPlan = { everyMs: 30 * minute, max: 3, growth: 'none' };
const doubling: RepeatPlan = { ...evenly, growth: 'double' };

/** A world with an open P2 incident under the policy. */
function begin(repeat: RepeatPlan, steps: readonly PolicyStep[] = [first, last]): World {
  const rules = sampleRules();
  const policy = { id: 'standard', file: 'escalation.yaml', line: 1, steps, repeat, warnAt: [] };
  const world = createWorld({ ...rules, policies: new Map([...rules.policies, ['standard', policy]]) });
  world.receive({ severity: 'error' });
  return world;
}

/** Minutes after the opening at which repeats were queued. */
function repeats(world: World): number[] {
  return world
    .timeline()
    .filter(({ type, reason }) => type === 'notification-queued' && reason === 'repeat')
    .map(({ at }) => (at - morning) / minute);
}

describe('the repeats of a policy', () => {
  it('come after the last step, evenly, and no more often than it says', () => {
    const world = begin(evenly);
    world.wait(5 * hour);
    expect(repeats(world)).to.deep.equal([40, 70, 100]);
  });

  it('come after twice the wait each time where it doubles', () => {
    const world = begin(doubling);
    world.wait(5 * hour);
    expect(repeats(world)).to.deep.equal([40, 100, 220]);
  });

  it('have ids of their own, and say which they are', () => {
    const world = begin(evenly);
    world.wait(75 * minute);
    const sent = world.outbox().map(({ id, kind, step, repeat }) => [id.split('/')[2], kind, step, repeat]);
    expect(sent).to.deep.equal([
      ['run1-step1', 'escalation', 1, undefined],
      ['run1-step2', 'escalation', 2, undefined],
      ['run1-step2-repeat1', 'repeat', 2, 1],
      ['run1-step2-repeat2', 'repeat', 2, 2],
    ]);
  });

  it('escalate nothing: the step was taken once', () => {
    const world = begin(evenly);
    world.wait(5 * hour);
    expect(world.timeline().filter(({ type }) => type === 'escalated')).to.have.length(1);
  });

  it('end when the condition of the last step is met', () => {
    const world = begin(evenly);
    world.wait(45 * minute);
    world.act('acknowledge');
    world.wait(30 * minute);
    world.ask({ name: 'mitigate', incident: 'INC-1' });
    world.wait(5 * hour);
    expect(repeats(world), 'an acknowledge is no mitigation').to.deep.equal([40, 70]);
  });

  it('of a last step without a condition end with the acknowledge', () => {
    const world = begin(evenly, [first]);
    world.wait(45 * minute);
    world.act('acknowledge');
    world.wait(5 * hour);
    expect(repeats(world)).to.deep.equal([30]);
  });

  it('never come where the last step was skipped', () => {
    const world = begin(evenly);
    world.ask({ name: 'mitigate', incident: 'INC-1' });
    world.wait(20 * minute);
    world.act('resolve');
    world.act('reopen');
    expect(world.incident().mitigatedAt, 'the condition is unmet again').to.equal(null);
    world.wait(5 * hour);
    expect(repeats(world)).to.deep.equal([]);
  });

  it('that were not sent are withdrawn by the first acknowledge', () => {
    const world = begin(evenly);
    world.wait(45 * minute);
    world.act('acknowledge');
    expect(world.outbox().filter(({ kind }) => kind === 'repeat')).to.deep.equal([]);
    const withdrawn = world.timeline().filter(({ type }) => type === 'notification-withdrawn');
    expect(withdrawn.map(({ detail }) => detail['notification'])).to.include(
      `INC-1/${morning.toString(36)}/run1-step2-repeat1/page/purchase`,
    );
  });

  it('wait on hold and during a silence, and go on with the time they had left', () => {
    const world = begin(evenly);
    world.wait(20 * minute);
    world.act('acknowledge');
    world.act('start');
    world.ask({ name: 'hold', incident: 'INC-1', reason: 'vendor' });
    world.wait(3 * hour);
    world.act('resume');
    world.wait(20 * minute);
    expect(repeats(world)).to.deep.equal([20 + 180 + 20]);
  });

  it('of a reload are those under which the run began', () => {
    const world = begin(evenly);
    world.use(sampleRules({ hash: 'next', revision: 'next' }));
    world.wait(45 * minute);
    expect(repeats(world)).to.deep.equal([40]);
  });

  it('after downtime notify once, with the latest', () => {
    const world = begin(evenly);
    const since = world.now();
    world.sleep(75 * minute);
    world.append({ kind: 'resumed', since });
    expect(world.outbox().map(({ id }) => id.split('/')[2])).to.deep.equal([
      'run1-step1',
      'run1-step2-repeat2',
    ]);
    world.wait(25 * minute);
    expect(repeats(world).slice(1), 'the next in its time').to.deep.equal([100]);
  });

  it('are told of the end like those of steps', () => {
    const world = begin(evenly, [{ ...first, notify: ['page'] }]);
    world.wait(30 * minute);
    const [stepOne, repeat] = world.outbox();
    world.append({ kind: 'delivered', notification: stepOne?.id ?? '', outcome: 'failed', attempts: 9 });
    world.append({ kind: 'delivered', notification: repeat?.id ?? '', outcome: 'sent', attempts: 1 });
    world.wait(second, second);
    world.act('resolve');
    expect(world.outbox().map(({ kind, channel }) => [kind, channel])).to.deep.equal([['resolved', 'page']]);
  });
});
