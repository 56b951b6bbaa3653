import { expect } from 'chai';
import type { Matcher } from '../../../src/domain/alert/matcher.js';
import type { Priority } from '../../../src/domain/incident/scales.js';
import type { MaintenanceWindow, RuleSet } from '../../../src/domain/rules/rule-set.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import { createWorld, hour, imageOf, minute, morning, type World } from '../../support/engine-world.js';
import {
  holdRule,
  inhibition,
  labelIs,
  maintenance,
  recurring,
  ref,
  sampleRules,
} from '../../support/sample-rules.js';

const plan = (...windows: readonly MaintenanceWindow[]): RuleSet =>
  sampleRules({ hash: 'plan', revision: 'plan', maintenance: windows });
const worldWith = (...windows: readonly MaintenanceWindow[]): World => createWorld(plan(...windows));
const withoutWindows = sampleRules({ hash: 'without', revision: 'without' });

const fromNow = maintenance([morning, morning + hour]);
const later = maintenance([morning + 10 * minute, morning + hour]);

const suppressedBy = (world: World): string[] => world.alert().suppressedBy.map(({ id }) => id);

describe('a window of maintenance', () => {
  it('keeps what it is about from opening an incident, and says why', () => {
    const world = worldWith(fromNow);
    world.receive({});
    expect(world.incidents()).to.deep.equal([]);
    expect(world.alert().suppressedBy).to.deep.equal([
      {
        kind: 'maintenance',
        id: 'upgrade',
        reason: 'Upgrade (CHG-1); until 2026-11-23T11:00:00.000Z',
        rule: ref('upgrade'),
      },
    ]);
    expect(world.total('alerts_suppressed', 'maintenance')).to.equal(1);
    expect(world.total('rule_hits', 'upgrade')).to.equal(1);
  });

  it('leaves other alerts alone, and those that it keeps', () => {
    const world = worldWith(
      maintenance([morning, morning + hour], { keep: labelIs('alertname', 'DataLoss') }),
    );
    world.receive({ labels: { alertname: 'Errors', service: 'stock' } });
    world.receive({ labels: { alertname: 'DataLoss', service: 'checkout' } });
    expect(world.incidents()).to.have.length(2);
  });

  it('begins at its own time and mutes what fires then', () => {
    const world = worldWith(later);
    world.receive({ severity: 'error' });
    world.wait(10 * minute - 1);
    expect(world.incident().suppressed).to.equal(false);
    world.wait(1);
    expect(world.incident()).to.include({ suppressed: true, state: 'new' });
    const told = world.timeline().at(-1);
    expect(told).to.deep.include({
      type: 'alert-suppressed',
      at: morning + 10 * minute,
      rule: ref('upgrade'),
    });
  });

  it('ends at its own time: what still fires is judged again', () => {
    const world = worldWith(fromNow);
    world.receive({});
    world.wait(hour);
    expect(world.incident().openedAt).to.equal(morning + hour);
    expect(suppressedBy(world)).to.deep.equal([]);
  });

  it('says nothing of what cleared meanwhile', () => {
    const world = worldWith(fromNow);
    world.receive({});
    world.wait(minute);
    world.receive({ endsAt: world.now() });
    world.wait(2 * hour);
    expect(world.incidents()).to.deep.equal([]);
  });

  it('begins and ends at its own times although nobody was there to see it', () => {
    const world = worldWith(later);
    world.receive({ severity: 'error' });
    world.sleep(5 * hour);
    world.append({ kind: 'resumed', since: morning });
    expect(
      world
        .timeline()
        .filter(({ reason }) => reason === 'maintenance')
        .map(({ type, at }) => [type, at]),
    ).to.deep.equal([
      ['alert-suppressed', morning + 10 * minute],
      ['alert-unsuppressed', morning + hour],
    ]);
  });

  it('that ended while nobody was there has people told once, of where the escalation has got to', () => {
    const world = worldWith(fromNow);
    world.receive({});
    world.sleep(3 * hour);
    world.append({ kind: 'resumed', since: morning });
    expect(world.incident()).to.include({ openedAt: morning + hour, tier: 'L3' });
    expect(world.outbox().map(({ incident, step }) => [incident.id, step])).to.deep.equal([['INC-1', 2]]);
  });

  it('of which the end passed while nobody was there lets go what it held back at that very time', () => {
    const world = worldWith(fromNow);
    world.receive({});
    const image = imageOf(structuredClone(world.ledger), world.log.length);
    const engine = createEngine({ shard: 0, image, ruleSet: world.ruleSet });
    engine.apply({
      position: 9,
      at: morning + 3 * hour,
      entries: [{ kind: 'resumed', since: morning }],
    });
    expect(engine.cut().incidents.map(({ openedAt }) => openedAt)).to.deep.equal([morning + hour]);
  });

  it('is one of several reasons, in order of the stages', () => {
    const matchers = [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }];
    const world = createWorld(
      sampleRules({
        maintenance: [fromNow, maintenance([morning, morning + 2 * hour], { ref: ref('second') })],
        inhibitions: [inhibition()],
        adjust: [holdRule('blips', minute)],
      }),
    );
    world.ask({
      name: 'create-silence',
      silence: { id: 's1', matchers, createdBy: 'ines', comment: '', endsAt: morning + 3 * hour },
    });
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'a' } });
    world.receive({ severity: 'warning' });
    expect(world.alert().suppressedBy.map(({ kind, id }) => `${kind} ${id}`)).to.deep.equal([
      'maintenance upgrade',
      'maintenance second',
      'silence s1',
      'inhibition critical-covers-warning',
      'hold blips',
    ]);
    expect(world.total('alerts_suppressed', 'maintenance')).to.equal(2);
    world.wait(minute);
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'a' }, endsAt: world.now() });
    world.wait(2 * hour);
    expect(suppressedBy(world)).to.deep.equal(['s1']);
    expect(world.incidents()).to.deep.equal([]);
    world.wait(hour);
    expect(world.incident().openedAt).to.equal(morning + 3 * hour);
  });
});

describe('a window that repeats', () => {
  const nightly = maintenance([0, 0], {
    ...{ ref: ref('nightly'), reason: 'Import' },
    times: recurring('FREQ=DAILY;BYHOUR=2;BYMINUTE=0', hour),
  });

  it('holds alerts back each time, and what still fires at an end is told then', () => {
    const world = worldWith(nightly);
    const night = morning + 16 * hour;
    world.sleep(16 * hour);
    world.receive({ timeoutMs: 100 * hour });
    expect(world.alert().suppressedBy).to.deep.equal([
      {
        ...{ kind: 'maintenance', id: 'nightly', rule: ref('nightly') },
        reason: 'Import; until 2026-11-24T03:00:00.000Z',
      },
    ]);
    world.wait(hour - 1);
    expect(world.incidents()).to.deep.equal([]);
    world.wait(1);
    expect(world.incident()).to.deep.include({ openedAt: night + hour, suppressed: false });
    world.wait(23 * hour, hour);
    expect(world.incident()).to.include({ suppressed: true });
    expect(world.alert({ timeoutMs: 100 * hour }).suppressedBy.map(({ id }) => id)).to.deep.equal([
      'nightly',
    ]);
  });

  it('begins and ends to the minute for an owner that has just taken the shard over', () => {
    const world = worldWith(nightly);
    world.receive({ severity: 'error', timeoutMs: 100 * hour });
    const engine = createEngine({
      shard: 0,
      image: imageOf(world.ledger, 1_000),
      ruleSet: () => plan(nightly),
    });
    expect(engine.nextTimerAt()).to.be.at.most(morning + 16 * hour);
    const turns: number[] = [];
    for (let at = engine.nextTimerAt()!; at <= morning + 17 * hour; at = engine.nextTimerAt()!) {
      engine.apply({ position: 2_000 + turns.length, at, entries: [{ kind: 'tick' }] });
      turns.push(at);
    }
    expect(turns).to.include.members([morning + 16 * hour, morning + 17 * hour]);
  });
});

describe('a window that lowers', () => {
  const lowered = (cap: Priority, id = 'upgrade'): MaintenanceWindow =>
    maintenance([morning + 10 * minute, morning + hour], { ref: ref(id), effect: 'lower', capPriority: cap });

  it('opens incidents not above its cap, and has them raised when it ends', () => {
    const world = worldWith(lowered('P4'));
    world.sleep(10 * minute);
    world.receive({});
    expect(world.incident()).to.include({ priority: 'P4', impact: 'medium', urgency: 'low', tier: 'L1' });
    expect(world.alert().suppressedBy).to.deep.equal([]);
    expect(world.alert().maintenance).to.deep.equal({
      ...{ impact: 'medium', urgency: 'low' },
      windows: [
        {
          id: 'upgrade',
          reason: 'Upgrade (CHG-1); until 2026-11-23T11:00:00.000Z',
          rule: ref('upgrade'),
          capPriority: 'P4',
        },
      ],
    });
    expect(world.total('rule_hits', 'upgrade')).to.equal(1);
    world.wait(50 * minute);
    expect(world.incident()).to.include({ priority: 'P1', impact: 'high', urgency: 'high', policy: 'major' });
    expect(world.alert().maintenance).to.equal(null);
  });

  it('lowers incidents that are open when it begins as slowly as any other, and tells them why', () => {
    const world = worldWith(lowered('P4'));
    world.receive({});
    world.wait(25 * minute - 1);
    expect(world.incident().priority).to.equal('P1');
    world.wait(1);
    expect(world.incident().priority).to.equal('P4');
    const told = world.timeline().find(({ reason }) => reason === 'maintenance');
    expect(told).to.deep.include({
      ...{ type: 'alert-changed', at: morning + 10 * minute, rule: ref('upgrade') },
      detail: { alert: world.alert().fingerprint, maintenance: ['upgrade'] },
    });
  });

  it('leaves what is less important anyway as it is', () => {
    const world = worldWith(lowered('P2'));
    world.sleep(10 * minute);
    world.receive({ severity: 'warning' });
    expect(world.incident()).to.include({ priority: 'P3', impact: 'high', urgency: 'low' });
  });

  it('does not hold down an incident that has other reasons', () => {
    const window = maintenance([morning, morning + hour], {
      ...{ match: labelIs('pod', 'a'), effect: 'lower', capPriority: 'P4' },
    });
    const world = worldWith(window);
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: 'a' } });
    world.receive({ severity: 'error', labels: { alertname: 'Errors', service: 'checkout', pod: 'b' } });
    expect(world.incident().priority).to.equal('P2');
  });

  it('gives way to one that lowers further, and to one that suppresses', () => {
    const world = worldWith(lowered('P2'), lowered('P5', 'lowest'));
    world.sleep(10 * minute);
    world.receive({});
    expect(world.incident()).to.include({ priority: 'P5', impact: 'low', urgency: 'low' });
    const suppressing = maintenance([morning, morning + 2 * hour], { ref: ref('all') });
    world.use(sampleRules({ hash: 'more', revision: 'more', maintenance: [lowered('P2'), suppressing] }));
    expect(world.alert().suppressedBy.map(({ id }) => id)).to.deep.equal(['all']);
    expect(world.incident().suppressed).to.equal(true);
  });

  it('leaves a level alone that a person has pinned', () => {
    const world = worldWith(lowered('P4'));
    world.receive({});
    world.ask({ name: 'set', incident: 'INC-1', impact: 'high', urgency: 'high' });
    world.wait(30 * minute);
    expect(world.incident().priority).to.equal('P1');
  });
});

it('a window that tags only shows on the alert', () => {
  const world = worldWith(maintenance([morning, morning + hour], { effect: 'tag' }));
  world.receive({});
  expect(world.incident()).to.include({ priority: 'P1', suppressed: false });
  expect(world.alert().maintenance?.windows.map(({ id, capPriority }) => [id, capPriority])).to.deep.equal([
    ['upgrade', null],
  ]);
  world.receive({ endsAt: world.now() });
  expect(world.alert().maintenance).to.equal(null);
});

describe('a reload while alerts fire', () => {
  it('that adds a window under way mutes at once', () => {
    const world = createWorld(withoutWindows);
    world.receive({});
    world.use(plan(fromNow));
    expect(world.incident().suppressed).to.equal(true);
  });

  it('that adds a window to come mutes at its time', () => {
    const world = createWorld(withoutWindows);
    world.receive({});
    world.use(plan(later));
    expect(world.incident().suppressed).to.equal(false);
    world.wait(10 * minute);
    expect(world.incident().suppressed).to.equal(true);
  });

  it('that removes a window judges again at once', () => {
    const world = worldWith(fromNow);
    world.receive({});
    world.sleep(minute);
    world.use(withoutWindows);
    expect(world.incident().openedAt).to.equal(morning + minute);
    world.wait(2 * hour);
    expect(world.timeline().filter(({ reason }) => reason === 'maintenance')).to.deep.equal([]);
  });

  it('that moves the end of a window judges again at the new one', () => {
    const world = worldWith(fromNow);
    world.receive({});
    world.use(
      sampleRules({
        hash: 'longer',
        revision: 'longer',
        maintenance: [maintenance([morning, morning + 2 * hour])],
      }),
    );
    world.wait(hour);
    expect(suppressedBy(world)).to.deep.equal(['upgrade']);
    world.wait(hour);
    expect(world.incident().openedAt).to.equal(morning + 2 * hour);
  });

  it('that brings the end of a window forward judges again at the new one', () => {
    const world = worldWith(fromNow);
    world.receive({});
    const sooner = maintenance([morning, morning + 5 * minute]);
    world.use(sampleRules({ hash: 'sooner', revision: 'sooner', maintenance: [sooner] }));
    world.wait(hour);
    expect(world.incident().openedAt).to.equal(morning + 5 * minute);
  });

  it('that leaves windows as they are keeps what they hold back, and what they let go at their end', () => {
    const world = worldWith(fromNow);
    world.receive({});
    world.use(sampleRules({ hash: 'same', revision: 'same', maintenance: [fromNow], groups: [] }));
    expect(suppressedBy(world)).to.deep.equal(['upgrade']);
    world.wait(hour);
    expect(world.incident().openedAt).to.equal(morning + hour);
  });

  it('that moves a service to another tier has windows judged again that ask for it', () => {
    const tierOne: Matcher = {
      ...{ kind: 'predicate', field: { kind: 'service', name: 'tier' }, negate: false, whenMissing: false },
      test: { op: 'equals', value: 1 },
    };
    const rules = plan(maintenance([morning, morning + hour], { match: tierOne }));
    const world = createWorld(rules);
    world.receive({});
    expect(suppressedBy(world)).to.deep.equal(['upgrade']);
    const services = new Map([...rules.services].map(([id, service]) => [id, { ...service, tier: 3 }]));
    world.use(sampleRules({ hash: 'moved', revision: 'moved', maintenance: rules.maintenance, services }));
    expect(suppressedBy(world)).to.deep.equal([]);
  });

  it('at the very instant of an end finds the window over', () => {
    const world = createWorld(withoutWindows);
    world.receive({});
    world.sleep(hour);
    world.use(plan(fromNow));
    expect(suppressedBy(world)).to.deep.equal([]);
  });
});
