import { expect } from 'chai';
import type { PersonReport } from '../../../src/domain/alert/person-report.js';
import { mapReport } from '../../../src/domain/sources/person.js';
import { defaultRules } from '../../support/default-bundle/default-rules.js';
import { createWorld, hour, minute, type World } from '../../support/engine-world.js';
import { groupByService, sampleRules } from '../../support/sample-rules.js';

const written: PersonReport = {
  summary: 'I can not pay',
  service: 'checkout',
  impact: 'blocked',
  contact: { name: 'Zoë', email: 'zoe@example.org' },
};

const { channels } = sampleRules();
const withChannel = sampleRules({
  channels: new Map([...channels, ['reporter', { byDefault: 'log', byTeam: new Map() }]]),
});

function report(world: World, nonce: string, changes: Partial<PersonReport> = {}): string {
  const alert = mapReport({ ...written, ...changes }, nonce);
  const outcome = world.ask({ name: 'report', alert }, { by: 'Zoë' });
  expect(outcome).to.include({ result: 'applied', subject: `R-${alert.fingerprint}` });
  return alert.fingerprint;
}

const alertOf = (world: World, id: string) => world.alerts().find(({ fingerprint }) => fingerprint === id);
const toReporters = (world: World) => world.outbox().filter(({ channel }) => channel === 'reporter');

describe('a report of a person', () => {
  it('opens an incident like any alert, or joins the one of its service', () => {
    const world = createWorld(
      sampleRules({ groups: [groupByService({ by: [{ kind: 'alert', name: 'service' }] })] }),
    );
    world.receive({ severity: 'warning' });
    const first = report(world, 'n1');
    const second = report(world, 'n2', { service: 'stock' });
    expect(alertOf(world, first)).to.include({ incident: 'INC-1', source: 'person', severity: 'error' });
    expect(alertOf(world, second)).to.include({ incident: 'INC-2' });
    expect(world.incident('INC-1')).to.include({ priority: 'P2', service: 'checkout' });
    expect(world.total('alerts_received', 'person\u0000firing')).to.equal(2);
  });

  it('is another one each time, but the same under its receipt', () => {
    const world = createWorld();
    const first = report(world, 'n1');
    const second = report(world, 'n2');
    expect(first).to.not.equal(second);
    expect(report(world, 'n1')).to.equal(first);
    expect(world.incident().alertCount).to.equal(2);
    expect(world.total('alerts_received', 'person\u0000firing')).to.equal(2);
  });

  it('of a service that nobody knows is taken all the same', () => {
    const world = createWorld();
    report(world, 'n1', { service: 'Die Kasse' });
    expect(world.incident()).to.include({ service: null, title: 'I can not pay' });
  });

  it('fires until a person resolves its incident, however long that takes and whatever clears beside it', () => {
    const world = createWorld(
      sampleRules({ groups: [groupByService({ by: [{ kind: 'alert', name: 'service' }] })] }),
    );
    world.receive({});
    const id = report(world, 'n1');
    world.receive({ endsAt: world.now() });
    world.wait(100 * hour, hour);
    expect(alertOf(world, id)?.status).to.equal('firing');
    expect(world.incident()).to.include({ stale: false, resolvedAt: null });
    world.act('resolve');
    expect(alertOf(world, id)).to.include({ status: 'resolved', endsAt: world.now() });
    const event = world
      .timeline()
      .find(({ type, detail }) => type === 'alert-resolved' && detail['alert'] === id);
    expect(event?.reason).to.equal('incident-resolved');
    world.wait(hour);
    expect(world.incident().state).to.equal('resolved');
  });

  it('fires on when a person reopens the incident, and holds it open', () => {
    const world = createWorld();
    const id = report(world, 'n1');
    world.act('resolve');
    world.act('reopen');
    expect(alertOf(world, id)).to.include({ status: 'firing', endsAt: null, forgetAt: null });
    world.ask({ name: 'acknowledge', incident: 'INC-1' });
    world.ask({ name: 'hold', incident: 'INC-1', reason: 'waits for the bank' });
    world.act('resume');
    expect(world.incident().state).to.equal('in-progress');
  });

  it('is not only counted by a full group', () => {
    const world = createWorld(sampleRules({ groups: [groupByService({ maxAlerts: 1 })] }));
    report(world, 'n1');
    const id = report(world, 'n2');
    expect(alertOf(world, id)).to.include({ incident: 'INC-1', countedIn: null });
  });

  it('that a silence holds back opens its incident when the silence ends', () => {
    const world = createWorld();
    const matchers = [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }];
    const endsAt = world.now() + hour;
    const silence = { id: 's1', matchers, endsAt, createdBy: 'ines', comment: 'load test' };
    world.ask({ name: 'create-silence', silence });
    const id = report(world, 'n1');
    expect(alertOf(world, id)).to.include({ status: 'firing', incident: null });
    world.wait(hour);
    expect(alertOf(world, id)?.incident).to.equal('INC-1');
  });

  it('goes with the incident that absorbs its own', () => {
    const world = createWorld();
    world.receive({ labels: { alertname: 'Errors', service: 'stock' } });
    const id = report(world, 'n1');
    world.ask({ name: 'merge', incident: 'INC-2', into: 'INC-1' });
    expect(alertOf(world, id)).to.include({ incident: 'INC-1', status: 'firing' });
  });
});

describe('a report of a person, by the default bundle,', () => {
  it('joins those of its service, and stands alone where it names none', async () => {
    const { rules } = await defaultRules();
    const world = createWorld(rules);
    const [service = ''] = rules.services.keys();
    const named = { summary: 'Error at the till', contact: { name: 'ada' } };
    const incidents = [
      report(world, 'n1', { service }),
      report(world, 'n2', { service, ...named }),
      report(world, 'n3', { service: 'a thing', ...named }),
      report(world, 'n4', { service: 'a thing', ...named }),
    ].map((id) => alertOf(world, id)?.incident);
    expect(incidents).to.deep.equal(['INC-1', 'INC-1', 'INC-2', 'INC-3']);
    expect(world.incidents().map(({ category }) => category)).to.deep.equal(Array(3).fill('user/report'));
    expect(world.incidents().map(({ priority }) => priority)).to.not.include('P1');
  });
});

describe('a reporter', () => {
  it('is told that it is over, with the contact that they gave', () => {
    const world = createWorld(withChannel);
    const [first, second] = [report(world, 'n1'), report(world, 'n2', { summary: 'Nor can I' })];
    expect(toReporters(world)).to.deep.equal([]);
    world.wait(minute);
    world.act('resolve');
    const told = toReporters(world);
    expect(told.map(({ kind }) => kind)).to.deep.equal(['report-resolved', 'report-resolved']);
    expect(told.map(({ report: news }) => news)).to.have.deep.members([
      { receipt: `R-${first}`, summary: 'I can not pay', contact: written.contact },
      { receipt: `R-${second}`, summary: 'Nor can I', contact: written.contact },
    ]);
    expect(new Set(told.map(({ id }) => id)).size).to.equal(2);
  });

  it('hears that it came back, and of the next end', () => {
    const world = createWorld(withChannel);
    report(world, 'n1');
    world.act('resolve');
    world.act('reopen');
    world.act('resolve');
    const told = toReporters(world);
    expect(told.map(({ kind }) => kind)).to.deep.equal([
      'report-resolved',
      'report-reopened',
      'report-resolved',
    ]);
    expect(new Set(told.map(({ id }) => id)).size).to.equal(3);
  });

  it('hears nothing of a merge, but of the end of what it went on in', () => {
    const world = createWorld(withChannel);
    world.receive({ labels: { alertname: 'Errors', service: 'stock' } });
    report(world, 'n1');
    world.ask({ name: 'merge', incident: 'INC-2', into: 'INC-1' });
    expect(toReporters(world)).to.deep.equal([]);
    world.act('resolve');
    expect(toReporters(world).map(({ incident }) => incident.id)).to.deep.equal(['INC-1']);
  });

  it('has only the receipt where the bundle names no channel', () => {
    const world = createWorld();
    report(world, 'n1');
    world.act('resolve');
    expect(toReporters(world)).to.deep.equal([]);
  });
});
