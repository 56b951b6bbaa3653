import { expect } from 'chai';
import type { TriageRule } from '../../../src/domain/rules/rule-set.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import { createWorld, hour, imageOf, minute, morning, type World } from '../../support/engine-world.js';
import { groupByService, holdRule, ref, sampleRules } from '../../support/sample-rules.js';

function worldWith(...adjust: readonly TriageRule[]): World {
  return createWorld(sampleRules({ adjust }));
}

const warning = { severity: 'warning' } as const;

describe('a held alert', () => {
  it('opens no incident and says until when', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    expect(world.incidents()).to.deep.equal([]);
    expect(world.alert().suppressedBy).to.deep.equal([
      { kind: 'hold', id: 'blips', reason: 'Blips; until 2026-11-23T10:03:00.000Z', rule: ref('blips') },
    ]);
    expect(world.total('alerts_suppressed', 'hold')).to.equal(1);
    expect(world.total('rule_hits', 'blips')).to.equal(1);
  });

  it('is taken in as new once the time is over', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    world.wait(2 * minute);
    world.receive(warning);
    world.wait(minute);
    expect(world.alert()).to.deep.include({ suppressedBy: [], hold: null, incident: 'INC-1' });
    expect(world.incident()).to.include({ openedAt: morning + 3 * minute, occurrenceCount: 1 });
    world.wait(hour);
    world.receive(warning);
    expect(world.incident().occurrenceCount).to.equal(1);
  });

  it('that resolves before is dropped and counted', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    world.wait(2 * minute);
    world.receive({ ...warning, endsAt: world.now() });
    world.wait(hour);
    expect(world.incidents()).to.deep.equal([]);
    expect(world.alert()).to.deep.include({ status: 'resolved', suppressedBy: [], hold: null });
    expect(world.total('alerts_held_dropped', 'blips')).to.equal(1);
  });

  it('that resolves before is told all the same where the rule wants it', () => {
    const world = worldWith(holdRule('blips', 3 * minute, false));
    world.receive(warning);
    world.wait(2 * minute);
    world.receive({ ...warning, endsAt: world.now() });
    expect(world.incident()).to.include({ state: 'resolved', openedAt: morning + 2 * minute });
    expect(world.total('alerts_held_dropped', 'blips')).to.equal(0);
  });

  it('that falls silent before is not dropped: its source may be what has failed', () => {
    const world = worldWith(holdRule('blips', 10 * minute));
    world.receive({ ...warning, timeoutMs: 5 * minute });
    world.wait(10 * minute);
    expect(world.alert().status).to.equal('expired');
    expect(world.incident()).to.include({ stale: true, openedAt: morning + 5 * minute });
  });

  it('is let go at once when its severity rises above what the rule holds', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    world.wait(minute);
    world.receive({ severity: 'critical' });
    expect(world.incident()).to.include({ openedAt: morning + minute, priority: 'P1' });
    expect(world.alert()).to.deep.include({ suppressedBy: [], hold: null });
  });

  it('that changes otherwise is held no longer than it would have been', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    world.wait(2 * minute);
    world.receive({ severity: 'info' });
    expect(world.incidents()).to.deep.equal([]);
    world.wait(minute);
    expect(world.incident().openedAt).to.equal(morning + 3 * minute);
  });

  it('that was let go is not held again when its severity falls', () => {
    const world = worldWith(holdRule('blips', 30 * minute));
    world.receive({ severity: 'critical' });
    world.wait(minute);
    world.receive(warning);
    expect(world.alert().suppressedBy).to.deep.equal([]);
    expect(world.incident().suppressed).to.equal(false);
  });

  it('that fires again within the occurrence is held for what is left of the time', () => {
    const world = worldWith(holdRule('blips', 10 * minute));
    world.receive(warning);
    world.wait(2 * minute);
    world.receive({ ...warning, endsAt: world.now() });
    world.wait(2 * minute);
    world.receive({ ...warning, startsAt: morning });
    expect(world.incidents()).to.deep.equal([]);
    world.wait(6 * minute);
    expect(world.incident().openedAt).to.equal(morning + 10 * minute);
  });

  it('joins the open incident of its group as a muted member, and counts when the time is over', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive({ severity: 'error', labels: { alertname: 'Errors', service: 'checkout', pod: 'a' } });
    const held = { ...warning, labels: { alertname: 'Errors', service: 'checkout', pod: 'b' } };
    world.receive(held);
    expect(world.incident()).to.include({ alertCount: 2, suppressed: false });
    world.receive({
      labels: { alertname: 'Errors', service: 'checkout', pod: 'a' },
      severity: 'error',
      endsAt: world.now(),
    });
    expect(world.incident()).to.include({ state: 'new', suppressed: true });
    world.wait(3 * minute);
    expect(world.incident()).to.include({ state: 'new', suppressed: false });
    const told = world.timeline().find(({ type }) => type === 'alert-unsuppressed');
    expect(told).to.deep.include({ at: morning + 3 * minute, reason: 'hold', rule: ref('blips') });
  });

  it('is let go at its own time although nobody was there to see it', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    world.sleep(2 * hour);
    world.append({ kind: 'resumed', since: morning });
    expect(world.incident().openedAt).to.equal(morning + 3 * minute);
    expect(world.timeline()[0]).to.include({ type: 'opened', at: morning + 3 * minute });
  });

  it('stays held through a handover', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    const image = imageOf(structuredClone(world.ledger), world.log.length);
    const engine = createEngine({ shard: 0, image, ruleSet: world.ruleSet });
    engine.apply({ position: 9, at: morning + hour, entries: [{ kind: 'tick' }] });
    const { incidents } = engine.cut();
    expect(incidents.map(({ openedAt }) => openedAt)).to.deep.equal([morning + 3 * minute]);
  });

  it('stays held for its time when a reload takes the rule away', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    world.use(sampleRules({ hash: 'without', revision: 'without' }));
    world.wait(2 * minute);
    expect(world.incidents()).to.deep.equal([]);
    world.wait(minute);
    expect(world.incident().openedAt).to.equal(morning + 3 * minute);
  });

  it('is let go by its next word when a reload has taken the rule away', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    world.receive(warning);
    world.use(sampleRules({ hash: 'without', revision: 'without' }));
    world.wait(minute);
    world.receive(warning);
    expect(world.incident().openedAt).to.equal(morning + minute);
  });

  it('that is silenced as well waits for both', () => {
    const world = worldWith(holdRule('blips', 3 * minute));
    const matchers = [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }];
    world.ask({
      name: 'create-silence',
      silence: { id: 's1', matchers, createdBy: 'ines', comment: '', endsAt: morning + minute },
    });
    world.receive(warning);
    expect(world.alert().suppressedBy.map(({ kind }) => kind)).to.deep.equal(['silence', 'hold']);
    world.wait(minute);
    expect(world.alert().suppressedBy.map(({ kind }) => kind)).to.deep.equal(['hold']);
    expect(world.incidents()).to.deep.equal([]);
    world.wait(2 * minute);
    expect(world.incident().openedAt).to.equal(morning + 3 * minute);
  });

  it('is held by the first of several rules', () => {
    const world = worldWith(holdRule('first', 3 * minute), holdRule('second', hour));
    world.receive(warning);
    expect(world.alert().suppressedBy.map(({ id }) => id)).to.deep.equal(['first']);
  });

  it('is counted into a full group once', () => {
    const adjust = [holdRule('blips', 3 * minute)];
    const world = createWorld(sampleRules({ adjust, groups: [groupByService({ maxAlerts: 1 })] }));
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'a' } });
    const held = { ...warning, labels: { alertname: 'Errors', service: 'checkout', pod: 'b' } };
    world.receive(held);
    world.wait(5 * minute);
    world.receive(held);
    expect(world.incident().group?.overflow).to.equal(1);
  });
});
