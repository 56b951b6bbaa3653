import { join } from 'node:path';
import { expect } from 'chai';
import { writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { getJson, sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { waitUntil } from '../support/servers/wait-until.js';
import { settled } from '../support/settled.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import { readAll } from '../support/tocsin-client.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

type Incident = Readonly<Record<string, unknown>>;

interface Message {
  readonly kind: string;
  readonly text?: string;
  readonly mergedInto?: string;
  readonly report?: { readonly receipt: string; readonly contact: object };
  readonly incident: { readonly id: string };
}

interface Event {
  readonly type: string;
  readonly by: string;
}

const contact = { name: 'Zoë', email: 'zoe@example.org' };

describe('the full life of an incident', function () {
  this.timeout(60_000);
  let work: TempDir;
  let receiver: WebhookReceiver;
  let tocsin: TocsinProcess;
  const directories = () => ({ dataDir: join(work.path, 'data'), rulesDir: join(work.path, 'rules') });

  before(async () => {
    work = await makeTempDir('full-life');
    receiver = await startWebhookReceiver();
    await writeAcceptanceBundle(directories().rulesDir, {
      ...{ labels: [], groupBy: ['group'], webhookUrl: receiver.url },
    });
    tocsin = await startTocsin(directories());
  });
  after(async () => {
    await tocsin.kill();
    await receiver.stop();
    await work.remove();
  });

  const command = async (name: string, fields: object = {}, incident = 'INC-1'): Promise<Incident> => {
    const url = `${tocsin.url}/api/v1/incidents/${incident}/${name}`;
    const { status, body } = await sendJson<Incident>(url, { body: { by: 'ines', ...fields } });
    expect(status, JSON.stringify(body)).to.equal(200);
    return body;
  };
  const messages = (): Message[] => receiver.received.map(({ text }) => JSON.parse(text) as Message);
  /** Once the first message about an incident has arrived, and Tocsin knows that. */
  const told = async (id: string): Promise<void> => {
    await waitUntil({ what: `a message about ${id}`, timeoutMs: 20_000, everyMs: 20 }, () =>
      messages().some(({ incident }) => incident.id === id),
    );
    await settled(tocsin.url);
  };
  const timeline = (id: string) => readAll<Event>(`${tocsin.url}/api/v1/incidents/${id}/timeline`);

  it('opens with an alert, and another one with a report of a person', async () => {
    const alert = { severity: 'critical', labels: { alertname: 'ErrorRate', group: 'shop' } };
    expect((await sendJson(`${tocsin.url}/api/v1/alerts`, { body: alert })).status).to.equal(202);
    await told('INC-1');
    await command('acknowledge', { note: 'looking' });
    const report = { summary: 'I can not pay', service: 'shop', impact: 'blocked', contact };
    const headers = { 'Idempotency-Key': 'till-3' };
    const url = `${tocsin.url}/api/v1/reports`;
    const first = await sendJson<{ receipt: string; status: string }>(url, { body: report, headers });
    expect(first.status).to.equal(201);
    expect((await sendJson(url, { body: report, headers })).body, 'a retry').to.deep.equal(first.body);
    expect(await getJson(tocsin.url + first.body.status)).to.include({
      state: 'open',
      summary: 'I can not pay',
      service: 'shop',
      incident: 'INC-2',
    });
    await told('INC-2');
  });

  it('becomes a major incident with roles and helpers, and everybody hears how it goes', async () => {
    expect(await command('declare-major', { commander: 'ada', communications: 'grace' })).to.deep.include({
      priority: 'P1',
      pinned: ['impact', 'urgency'],
    });
    await command('add-responder', { person: 'lin' });
    await command('update', { text: 'We go to the other region' });
    const mitigated = await command('mitigate', { note: 'other region' });
    expect(mitigated['mitigatedAt']).to.be.a('string');
    expect(mitigated['state']).to.equal('acknowledged');
  });

  it('absorbs the report that turned out to be the same trouble', async () => {
    const absorbed = await command('merge', { into: 'INC-1', note: 'the same' }, 'INC-2');
    expect(absorbed).to.include({ state: 'closed', mergedInto: 'INC-1', timeToResolveMs: null });
    const detail = await getJson<Incident>(`${tocsin.url}/api/v1/incidents/INC-1`);
    expect(detail).to.include({ alertCount: 2, state: 'acknowledged' });
    expect(detail['alerts']).to.have.length(2);
    expect(detail['major']).to.include({ commander: 'ada', communications: 'grace', declaredBy: 'ines' });
    expect((await timeline('INC-2')).map(({ type }) => type)).to.include('merged');
  });

  it('is resolved and, with a kind, a cause and a review, closed', async () => {
    await command('resolve', { resolutionKind: 'rolled-back', resolution: 'Back to 1.4.2' });
    const url = `${tocsin.url}/api/v1/incidents/INC-1/close`;
    const refused = await sendJson<{ reason: string }>(url, { body: { by: 'ines' } });
    expect([refused.status, refused.body.reason]).to.deep.equal([409, 'resolution-required']);
    const closed = await command('close', { rootCause: 'Connection leak in 1.4.3', review: 'wiki/42' });
    expect(closed).to.include({
      state: 'closed',
      resolutionKind: 'rolled-back',
      resolution: 'Back to 1.4.2',
      rootCause: 'Connection leak in 1.4.3',
      review: 'wiki/42',
    });
  });

  it('has told everybody, the reporter too', async () => {
    await settled(tocsin.url);
    const all = messages();
    const kinds = new Set(all.map(({ kind, incident }) => `${incident.id} ${kind}`));
    expect([...kinds]).to.include.members([
      'INC-1 escalation',
      'INC-1 major-declared',
      'INC-1 update',
      'INC-2 merged',
      'INC-1 resolved',
      'INC-1 report-resolved',
    ]);
    expect(all.find(({ kind }) => kind === 'update')?.text).to.equal('We go to the other region');
    expect(all.find(({ kind }) => kind === 'merged')?.mergedInto).to.equal('INC-1');
    expect(all.find(({ kind }) => kind === 'report-resolved')?.report?.contact).to.deep.equal(contact);
  });

  it('stands in the timeline from beginning to end, and survives a kill', async () => {
    const before = await timeline('INC-1');
    const deeds = before.filter(({ by }) => by === 'ines').map(({ type }) => type);
    expect(deeds).to.deep.equal([
      'acknowledged',
      'major-declared',
      'priority-changed',
      'routed',
      'responder-added',
      'updated',
      'mitigated',
      'absorbed',
      'resolved',
      'closed',
    ]);
    const incident = await getJson(`${tocsin.url}/api/v1/incidents/INC-1`);
    const receipt = messages().find(({ report }) => report !== undefined)?.report?.receipt ?? '';
    await tocsin.kill();
    tocsin = await startTocsin(directories());
    expect(await getJson(`${tocsin.url}/api/v1/incidents/INC-1`)).to.deep.equal(incident);
    expect(await timeline('INC-1')).to.deep.equal(before);
    expect(await getJson(`${tocsin.url}/api/v1/reports/${receipt}`)).to.include({
      state: 'closed',
      incident: 'INC-1',
    });
  });
});
