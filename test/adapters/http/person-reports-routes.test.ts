import { expect } from 'chai';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { fingerprint } from '../../../src/domain/alert/fingerprint.js';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleAlert, sampleIncident, sampleOutcome, sampleReport } from '../../support/sample-documents.js';

const body = {
  summary: 'Ich kann nicht zahlen 💳',
  description: 'Seit heute früh.\nImmer Fehler 7.',
  service: 'payment-api',
  affected: ['Kasse 3', 'Kasse 4'],
  impact: 'blocked',
  contact: { name: 'Zoë', email: 'zoe@example.org' },
};

describe('the routes of reports by people', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
    api.script.submit = ({ command }) => {
      const { alert } = command as unknown as { alert: IncomingAlert };
      return Promise.resolve({
        kind: 'done',
        outcome: sampleOutcome({ subject: `R-${alert.fingerprint}` }),
      });
    };
  });
  afterEach(() => api.close());

  const submitted = (): IncomingAlert =>
    (api.submitted.at(-1)?.command as never as { alert: IncomingAlert }).alert;

  describe('a report', () => {
    it('is an alert of source person, identified by its labels', async () => {
      const answer = await api.call('POST', '/api/v1/reports', { body });
      expect(answer.status, answer.text).to.equal(201);
      const { report = '' } = submitted().labels;
      expect(report).to.match(/^id-\d+$/);
      const labels = { alertname: 'PersonReport', report, service: 'payment-api', impact: 'blocked' };
      expect(api.submitted).to.deep.equal([
        {
          by: 'Zoë',
          command: {
            name: 'report',
            alert: {
              source: 'person',
              fingerprint: fingerprint(labels),
              severity: 'error',
              title: body.summary,
              labels,
              annotations: {
                summary: body.summary,
                description: body.description,
                affected: 'Kasse 3, Kasse 4',
              },
              service: 'payment-api',
              raw: body,
            },
          },
        },
      ]);
    });

    it('gets a receipt with the place where it can be followed', async () => {
      const answer = await api.call('POST', '/api/v1/reports', { body });
      const receipt = `R-${submitted().fingerprint}`;
      expect(answer.body).to.deep.equal({
        receipt,
        fingerprint: submitted().fingerprint,
        status: `/api/v1/reports/${receipt}`,
      });
      expect(answer.headers.get('location')).to.equal(`/api/v1/reports/${receipt}`);
    });

    it('is another one each time, but the same under one Idempotency-Key', async () => {
      const send = async (key?: string) => {
        const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
        const { body: given } = await api.call('POST', '/api/v1/reports', { body, headers });
        return given['receipt'] as string;
      };
      const receipts = [await send(), await send(), await send('k1'), await send('k2'), await send('k1')];
      expect(new Set(receipts).size).to.equal(4);
      expect(receipts[4]).to.equal(receipts[2]);
    });

    it('gets the receipt that the outcome names', async () => {
      api.script.submit = () =>
        Promise.resolve({ kind: 'done', outcome: sampleOutcome({ subject: 'R-00000000000000ff' }) });
      const answer = await api.call('POST', '/api/v1/reports', { body });
      expect(answer.body).to.include({ receipt: 'R-00000000000000ff', fingerprint: '00000000000000ff' });
    });

    it('has its receipt even while the engine has not answered', async () => {
      api.script.submit = () => Promise.resolve({ kind: 'pending', command: 'c1' });
      const answer = await api.call('POST', '/api/v1/reports', { body });
      expect(answer.status).to.equal(202);
      expect(answer.headers.get('location')).to.equal('/api/v1/commands/c1');
      expect(answer.body).to.include({ result: 'pending', receipt: `R-${submitted().fingerprint}` });
    });

    it('needs only a summary and a name', async () => {
      const least = { summary: 'broken', contact: { name: 'ada' } };
      expect((await api.call('POST', '/api/v1/reports', { body: least })).status).to.equal(201);
      expect(submitted()).to.deep.include({ severity: 'warning', annotations: { summary: 'broken' } });
    });

    const bad: readonly (readonly [change: object, pointer: string, message: RegExp])[] = [
      [{ summary: undefined }, '', /summary/],
      [{ summary: '' }, '/summary', /empty/],
      [{ summary: '  ' }, '/summary', /no line of text/],
      [{ summary: 'a\nb' }, '/summary', /no line of text/],
      [{ summary: 'a\u0000b' }, '/summary', /no line of text/],
      [{ summary: 'x'.repeat(201) }, '/summary', /200/],
      [{ summary: 7 }, '/summary', /must be a text/],
      [{ description: 'a\u001bb' }, '/description', /no text/],
      [{ description: 'x'.repeat(10_001) }, '/description', /10000/],
      [{ affected: [] }, '/affected', /empty/],
      [{ affected: ['a', 7] }, '/affected/1', /text/],
      [{ affected: { a: 1 } }, '/affected', /text/],
      [{ impact: 'huge' }, '/impact', /blocked/],
      [{ contact: undefined }, '', /contact/],
      [{ contact: {} }, '/contact', /name/],
      [{ contact: { name: 'ada', email: 'nowhere' } }, '/contact/email', /no email address/],
      [{ contact: { name: 'ada', phone: '1' } }, '/contact/phone', /Unknown key/],
      [{ severity: 'critical' }, '/severity', /Unknown key/],
    ];
    for (const [change, pointer, message] of bad) {
      it(`is refused with ${JSON.stringify(change).slice(0, 40)}`, async () => {
        const answer = await api.call('POST', '/api/v1/reports', { body: { ...body, ...change } });
        const { errors } = expectProblem(answer, 400);
        expect(errors.map((error) => error.pointer)).to.deep.equal([pointer]);
        expect(errors[0]?.message).to.match(message);
        expect(api.submitted).to.deep.equal([]);
      });
    }

    it('is refused with half a surrogate pair', async () => {
      const text = JSON.stringify(body).replace('zahlen', 'zahlen \\ud83d');
      expectProblem(await api.call('POST', '/api/v1/reports', { body: text }), 400);
    });
  });

  describe('a receipt', () => {
    const receipt = '/api/v1/reports/R-17bb0c5c4f7ad1b1';

    it('shows how the report goes, and nothing of how it is handled', async () => {
      api.views.documents.alerts.push(sampleReport());
      api.views.documents.incidents.push(sampleIncident());
      const answer = await api.call('GET', receipt);
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.body).to.deep.equal({
        receipt: 'R-17bb0c5c4f7ad1b1',
        state: 'open',
        summary: 'I can not pay',
        receivedAt: '2026-01-05T09:00:00.005Z',
        service: 'payment-api',
        incident: 'INC-42',
        title: 'Zahlung: Fehlerquote 5 % 🔥',
        acknowledgedAt: '2026-01-05T09:02:00.000Z',
        mitigatedAt: null,
        resolvedAt: null,
        closedAt: null,
      });
    });

    for (const [state, shown] of [
      ['new', 'open'],
      ['on-hold', 'open'],
      ['resolved', 'resolved'],
      ['closed', 'closed'],
    ] as const) {
      it(`is ${shown} while the incident is ${state}`, async () => {
        api.views.documents.alerts.push(sampleReport());
        api.views.documents.incidents.push(sampleIncident({ state }));
        expect((await api.call('GET', receipt)).body).to.include({ state: shown });
      });
    }

    it('is received while something holds the report back, and closed when its incident is forgotten', async () => {
      api.views.documents.alerts.push(sampleReport({ incident: null }));
      expect((await api.call('GET', receipt)).body).to.include({ state: 'received', incident: null });
      api.views.documents.alerts[0] = sampleReport();
      expect((await api.call('GET', receipt)).body).to.include({ state: 'closed' });
    });

    for (const other of ['R-0000000000000000', 'R-1', '17bb0c5c4f7ad1b1', 'r-17bb0c5c4f7ad1b1', 'x']) {
      it(`is 404 as ${other}`, async () => {
        api.views.documents.alerts.push(sampleReport());
        expectProblem(await api.call('GET', `/api/v1/reports/${other}`), 404);
      });
    }

    it('is 404 for an alert that no person reported', async () => {
      api.views.documents.alerts.push(
        sampleAlert(),
        sampleReport({ fingerprint: '00000000000000ff', raw: null }),
      );
      expectProblem(await api.call('GET', '/api/v1/reports/R-5ae90ff6f82ebe6b'), 404);
      expectProblem(await api.call('GET', '/api/v1/reports/R-00000000000000ff'), 404);
    });
  });
});
