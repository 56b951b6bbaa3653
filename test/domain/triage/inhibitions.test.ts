import { expect } from 'chai';
import type { Matcher } from '../../../src/domain/alert/matcher.js';
import type { InhibitionRule } from '../../../src/domain/rules/rule-set.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import {
  createWorld,
  hour,
  imageOf,
  minute,
  morning,
  type AlertSketch,
  type World,
} from '../../support/engine-world.js';
import {
  groupByService,
  inhibition,
  labelIs,
  ref,
  sampleRules,
  severityIn,
} from '../../support/sample-rules.js';

function worldWith(...inhibitions: readonly InhibitionRule[]): World {
  return createWorld(sampleRules({ inhibitions, groups: [] }));
}

const of = (pod: string, more: AlertSketch = {}): AlertSketch => ({
  labels: { alertname: 'Errors', service: 'checkout', pod },
  ...more,
});
const source = of('a', { severity: 'critical' });
const target = of('b', { severity: 'warning' });
const muteTold = { kind: 'inhibition', id: 'critical-covers-warning', rule: ref('critical-covers-warning') };

/** The ids of what holds the alert back. */
const mutedBy = (world: World, sketch: AlertSketch): string[] =>
  world.alert(sketch).suppressedBy.map(({ id }) => id);

describe('an alert that another explains', () => {
  it('opens no incident and says what the two have in common', () => {
    const world = worldWith(inhibition());
    world.receive(source, target);
    expect(world.incidents().map(({ root }) => root)).to.deep.equal([world.alert(source).fingerprint]);
    expect(world.alert(target).suppressedBy).to.deep.equal([
      { ...muteTold, reason: 'The critical alert already says it; labels.service = checkout' },
    ]);
    expect(world.total('alerts_suppressed', 'inhibition')).to.equal(1);
    expect(world.total('rule_hits', 'critical-covers-warning')).to.equal(1);
  });

  it('is muted when the other comes later, and its incident with it', () => {
    const world = worldWith(inhibition());
    world.receive(target);
    world.wait(minute);
    world.receive(source);
    expect(world.incident('INC-1')).to.include({ suppressed: true, state: 'new' });
    const told = world.timeline('INC-1').find(({ type }) => type === 'alert-suppressed');
    expect(told).to.deep.include({ reason: 'inhibition', rule: ref('critical-covers-warning') });
    expect(told?.detail['by']).to.deep.equal([
      {
        kind: 'inhibition',
        id: 'critical-covers-warning',
        reason: 'The critical alert already says it; labels.service = checkout',
        file: 'rules.yaml',
        line: 1,
      },
    ]);
  });

  it('is judged again when the other resolves: still firing, it opens its incident', () => {
    const world = worldWith(inhibition());
    world.receive(source, target);
    world.wait(5 * minute);
    world.receive({ ...source, endsAt: world.now() });
    expect(world.alert(target)).to.deep.include({ suppressedBy: [], incident: 'INC-2' });
    expect(world.incident('INC-2').openedAt).to.equal(morning + 5 * minute);
  });

  it('is judged again when the other only falls silent', () => {
    const world = worldWith(inhibition());
    world.receive({ ...source, timeoutMs: 5 * minute }, target);
    world.wait(5 * minute);
    expect(world.incident('INC-2').openedAt).to.equal(morning + 5 * minute);
  });

  it('is judged again when the other changes into one that explains nothing', () => {
    const world = worldWith(inhibition());
    world.receive(source, target);
    world.wait(minute);
    world.receive({ ...source, severity: 'error' });
    expect(mutedBy(world, target)).to.deep.equal([]);
    expect(world.incidents()).to.have.length(2);
  });

  it('is judged again when it changes itself', () => {
    const world = worldWith(inhibition());
    world.receive(source, target);
    world.receive({ ...target, severity: 'error' });
    expect(mutedBy(world, target)).to.deep.equal([]);
    world.receive(target);
    expect(mutedBy(world, target)).to.deep.equal(['critical-covers-warning']);
    expect(world.incident('INC-2').suppressed).to.equal(true);
  });

  it('stays muted while any other that explains it fires', () => {
    const world = worldWith(inhibition());
    world.receive(source, of('c', { severity: 'critical' }), target);
    world.receive({ ...source, endsAt: world.now() });
    expect(mutedBy(world, target)).to.deep.equal(['critical-covers-warning']);
    world.receive(of('c', { severity: 'critical', endsAt: world.now() }));
    expect(mutedBy(world, target)).to.deep.equal([]);
  });

  it('is not muted by one with another value of an equal field', () => {
    const world = worldWith(inhibition());
    world.receive(source, { severity: 'warning', labels: { alertname: 'Errors', service: 'stock' } });
    expect(world.incidents()).to.have.length(2);
  });

  it('is not muted by one whose value only leads to the same number', () => {
    const world = worldWith(inhibition({ equal: [{ kind: 'label', name: 'pod' }] }));
    const [aa, bb] = [of('Aa', { severity: 'critical' }), of('BB', { severity: 'warning' })];
    world.receive(bb, aa);
    expect(mutedBy(world, bb)).to.deep.equal([]);
    world.receive({ ...aa, endsAt: world.now() });
    expect(world.incidents()).to.have.length(2);
  });

  it('is not muted where both lack an equal field', () => {
    const world = worldWith(inhibition({ equal: [{ kind: 'label', name: 'rack' }] }));
    world.receive(source, target);
    expect(world.incidents()).to.have.length(2);
  });

  it('is muted by every source where the rule has no equal field', () => {
    const world = worldWith(inhibition({ equal: [] }));
    world.receive(source, { severity: 'warning', labels: { alertname: 'Errors', service: 'stock' } });
    expect(world.incidents()).to.have.length(1);
  });

  it('keeps the reasons of all rules, in order of the bundle', () => {
    const second = inhibition({ ref: ref('pods-follow'), when: labelIs('pod', 'a') });
    const world = worldWith(inhibition(), second);
    world.receive(source, target);
    expect(mutedBy(world, target)).to.deep.equal(['critical-covers-warning', 'pods-follow']);
    world.receive({ ...source, severity: 'error' });
    expect(mutedBy(world, target)).to.deep.equal(['pods-follow']);
    expect(world.incidents()).to.have.length(1);
  });

  it('that is silenced as well waits for both', () => {
    const world = worldWith(inhibition());
    const matchers = [{ name: 'pod', value: 'b', isRegex: false, isEqual: true }];
    world.ask({
      name: 'create-silence',
      silence: { id: 's1', matchers, createdBy: 'ines', comment: '', endsAt: morning + hour },
    });
    world.receive(source, target);
    expect(world.alert(target).suppressedBy.map(({ kind }) => kind)).to.deep.equal(['silence', 'inhibition']);
    world.receive({ ...source, endsAt: world.now() });
    expect(world.alert(target).suppressedBy.map(({ kind }) => kind)).to.deep.equal(['silence']);
    expect(world.incidents()).to.have.length(1);
    world.wait(hour);
    expect(world.incident('INC-2').openedAt).to.equal(morning + hour);
  });

  it('does not resolve the incident that it is a muted member of', () => {
    const world = createWorld(sampleRules({ inhibitions: [inhibition()], groups: [groupByService()] }));
    world.receive(source, target);
    expect(world.incident()).to.include({ alertCount: 2, priority: 'P1' });
    world.receive({ ...source, endsAt: world.now() });
    expect(world.incident()).to.include({ state: 'new', suppressed: false });
  });
});

describe('a source', () => {
  it('mutes others although it is silenced itself', () => {
    const world = worldWith(inhibition());
    const matchers = [{ name: 'pod', value: 'a', isRegex: false, isEqual: true }];
    world.ask({
      name: 'create-silence',
      silence: { id: 's1', matchers, createdBy: 'ines', comment: '', endsAt: morning + hour },
    });
    world.receive(source, target);
    expect(world.incidents()).to.deep.equal([]);
  });

  it('that is muted by a third mutes others', () => {
    const chain = inhibition({
      ref: ref('warning-covers-info'),
      when: severityIn('warning'),
      mute: severityIn('info'),
    });
    const world = worldWith(inhibition({ mute: severityIn('warning') }), chain);
    world.receive(source, target, of('c', { severity: 'info' }));
    expect(mutedBy(world, of('c'))).to.deep.equal(['warning-covers-info']);
  });

  it('never mutes itself, nor another that is on both sides too', () => {
    const both = inhibition({ when: severityIn('critical', 'error'), mute: severityIn('error', 'warning') });
    const world = worldWith(both);
    world.receive(
      of('a', { severity: 'error' }),
      of('b', { severity: 'error' }),
      of('c', { severity: 'warning' }),
    );
    expect(['a', 'b', 'c'].map((pod) => mutedBy(world, of(pod)).length)).to.deep.equal([0, 0, 1]);
    world.receive(of('d', { severity: 'critical' }));
    expect(['a', 'b', 'c', 'd'].map((pod) => mutedBy(world, of(pod)).length)).to.deep.equal([1, 1, 1, 0]);
  });

  it('mutes for a while after it cleared where the rule says so', () => {
    const world = worldWith(inhibition({ holdAfterClearMs: 10 * minute }));
    world.receive(source, target);
    world.wait(5 * minute);
    world.receive({ ...source, endsAt: world.now() });
    world.wait(10 * minute - 1);
    expect(mutedBy(world, target)).to.deep.equal(['critical-covers-warning']);
    world.wait(1);
    expect(world.incident('INC-2').openedAt).to.equal(morning + 15 * minute);
  });

  it('mutes what comes within that time too', () => {
    const world = worldWith(inhibition({ holdAfterClearMs: 10 * minute }));
    world.receive(source);
    world.receive({ ...source, endsAt: world.now() });
    world.wait(minute);
    world.receive(target);
    expect(mutedBy(world, target)).to.deep.equal(['critical-covers-warning']);
  });

  it('that fires again within that time begins it anew', () => {
    const world = worldWith(inhibition({ holdAfterClearMs: 10 * minute }));
    world.receive(source, target);
    world.receive({ ...source, endsAt: world.now() });
    world.wait(5 * minute);
    world.receive(source);
    world.wait(20 * minute);
    expect(mutedBy(world, target)).to.deep.equal(['critical-covers-warning']);
    world.receive({ ...source, endsAt: world.now() });
    world.wait(10 * minute);
    expect(world.incident('INC-2').openedAt).to.equal(morning + 35 * minute);
  });

  it('does not mute itself where it becomes a target within that time', () => {
    const world = worldWith(inhibition({ holdAfterClearMs: 10 * minute }));
    world.receive(source);
    world.receive({ ...source, severity: 'warning' });
    expect(mutedBy(world, source)).to.deep.equal([]);
  });

  it('that became a target is muted like any other once that time is over', () => {
    const both = inhibition({
      when: severityIn('critical', 'error'),
      mute: severityIn('error', 'warning'),
      holdAfterClearMs: 10 * minute,
    });
    const world = worldWith(both);
    world.receive(of('a', { severity: 'critical' }), of('b', { severity: 'error' }));
    world.receive(of('a', { severity: 'warning' }));
    world.wait(10 * minute - 1);
    expect(mutedBy(world, of('a')), 'both are on both sides').to.deep.equal([]);
    world.wait(1);
    expect(mutedBy(world, of('a'))).to.deep.equal(['critical-covers-warning']);
    expect(mutedBy(world, of('b'))).to.deep.equal([]);
  });

  it('that cleared mutes until its own time although nobody was there to see it', () => {
    const world = worldWith(inhibition({ holdAfterClearMs: 10 * minute }));
    world.receive(source, target);
    world.receive({ ...source, endsAt: world.now() });
    world.sleep(2 * hour);
    world.append({ kind: 'resumed', since: morning });
    expect(world.incident('INC-2').openedAt).to.equal(morning + 10 * minute);
  });

  it('goes on muting through a handover, and for the rest of its time after it cleared', () => {
    const world = worldWith(inhibition({ holdAfterClearMs: 10 * minute }));
    world.receive(source, target);
    world.receive({ ...source, endsAt: world.now() });
    const image = imageOf(structuredClone(world.ledger), world.log.length);
    const engine = createEngine({ shard: 0, image, ruleSet: world.ruleSet });
    engine.apply({ position: 9, at: morning + hour, entries: [{ kind: 'tick' }] });
    const opened = engine.cut().incidents.find(({ id }) => id === 'INC-2');
    expect(opened?.openedAt).to.equal(morning + 10 * minute);
  });
});

describe('a reload', () => {
  const without = sampleRules({ hash: 'without', revision: 'without', groups: [] });

  it('that takes a rule away has those judged again that it muted', () => {
    const world = worldWith(inhibition({ holdAfterClearMs: 10 * minute }));
    world.receive(source, target);
    world.sleep(minute);
    world.use(without);
    expect(world.incident('INC-2').openedAt).to.equal(morning + minute);
  });

  it('that brings a rule mutes what fires at once', () => {
    const world = createWorld(without);
    world.receive(source, target);
    world.use(sampleRules({ inhibitions: [inhibition()], groups: [] }));
    expect(world.incident('INC-2').suppressed).to.equal(true);
  });

  it('that moves a rule tells the new place, and nothing else', () => {
    const world = worldWith(inhibition());
    world.receive(source, target);
    const moved = inhibition({ ref: { ...ref('critical-covers-warning'), line: 7 } });
    world.use(sampleRules({ hash: 'moved', revision: 'moved', inhibitions: [moved], groups: [] }));
    expect(world.alert(target).suppressedBy.map(({ rule }) => rule?.line)).to.deep.equal([7]);
    expect(world.total('alerts_suppressed', 'inhibition')).to.equal(1);
  });

  it('that changes what alerts a rule is for ends what it held after a clear', () => {
    const world = worldWith(inhibition({ holdAfterClearMs: 10 * minute }));
    world.receive(source, target);
    world.receive({ ...source, endsAt: world.now() });
    const changed = inhibition({ holdAfterClearMs: 10 * minute, stateHash: 'another' });
    world.use(sampleRules({ hash: 'changed', revision: 'changed', inhibitions: [changed], groups: [] }));
    expect(mutedBy(world, target)).to.deep.equal([]);
  });
});

it('an inhibition follows words that change without the alert being a change', () => {
  const says = (text: string): Matcher => ({
    ...{ kind: 'predicate', field: { kind: 'annotation', name: 'state' }, negate: false, whenMissing: false },
    test: { op: 'equals', value: text },
  });
  const world = worldWith(inhibition({ when: says('dark') }));
  world.receive({ ...source, annotations: { state: 'lit' } }, target);
  expect(mutedBy(world, target)).to.deep.equal([]);
  world.receive({ ...source, annotations: { state: 'dark' } });
  expect(mutedBy(world, target)).to.deep.equal(['critical-covers-warning']);
  world.receive({ ...source, annotations: { state: 'lit' } });
  expect(mutedBy(world, target)).to.deep.equal([]);
});
