import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { CommandRequest } from '../../../src/app/submit-command.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { refusals } from '../../../src/domain/triage/outcome.js';
import { type ApiServer, type CallOptions, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleIncident, sampleOutcome } from '../../support/sample-documents.js';

const incident = '/api/v1/incidents/INC-42';

describe('the routes of commands', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
    api.views.documents.incidents.push(sampleIncident());
  });
  afterEach(() => api.close());

  const submit = async (name: string, options: CallOptions): Promise<CommandRequest> => {
    const answer = await api.call('POST', `${incident}/${name}`, options);
    expect(answer.status, answer.text).to.equal(200);
    const request = api.submitted.at(-1);
    if (request === undefined) throw new Error('Nothing was submitted.');
    return request;
  };

  describe('what is submitted', () => {
    const commands: readonly (readonly [name: string, body: object | undefined, command: object])[] = [
      ['acknowledge', undefined, {}],
      ['acknowledge', { note: 'ich schau 👀' }, { note: 'ich schau 👀' }],
      ['assign', { assignee: 'grace' }, { assignee: 'grace' }],
      ['assign', { assignee: null, note: 'n' }, { assignee: null, note: 'n' }],
      ['start', {}, {}],
      ['hold', { reason: 'vendor' }, { reason: 'vendor' }],
      ['resume', { note: 'n' }, { note: 'n' }],
      ['resolve', { resolution: 'r', rootCause: 'c' }, { resolution: 'r', rootCause: 'c' }],
      ['reopen', undefined, {}],
      ['close', { resolution: 'r' }, { resolution: 'r' }],
      ['escalate', { tier: 'L3' }, { tier: 'L3' }],
      ['escalate', { team: 'dba', reason: 'r' }, { team: 'dba', reason: 'r' }],
      ['mitigate', { note: 'n' }, { note: 'n' }],
      ['set', { impact: 'high', service: null }, { impact: 'high', service: null }],
      ['merge', { into: 'INC-7' }, { into: 'INC-7' }],
      ['split', { alerts: ['a', 'b'], note: 'n' }, { alerts: ['a', 'b'], note: 'n' }],
      ['set-parent', { parent: null }, { parent: null }],
      ['add-responder', { person: 'Zoë' }, { person: 'Zoë' }],
      ['remove-responder', { person: 'Zoë' }, { person: 'Zoë' }],
      [
        'declare-major',
        { commander: 'a', communications: 'b', raise: false },
        { commander: 'a', communications: 'b', raise: false },
      ],
      ['stand-down-major', undefined, {}],
      ['update', { text: 't' }, { text: 't' }],
      ['close', { resolutionKind: 'fixed', review: 'r' }, { resolutionKind: 'fixed', review: 'r' }],
      ['note', { text: 't' }, { text: 't' }],
      ['note', { text: 't', command: 'note' }, { text: 't' }],
    ];
    for (const [name, body, command] of commands) {
      it(`is ${name} with ${body === undefined ? 'no body' : JSON.stringify(body)}`, async () => {
        const request = await submit(name, body === undefined ? {} : { body });
        expect(request).to.deep.equal({ by: 'anonymous', command: { name, incident: 'INC-42', ...command } });
      });
    }

    it('names who asks: the proxy before the body, anonymous without both', async () => {
      expect((await submit('start', { body: { by: 'ada' } })).by).to.equal('ada');
      const headers = { 'X-Remote-User': 'grace' };
      expect((await submit('start', { body: { by: 'ada' }, headers })).by).to.equal('grace');
      const both = { ...headers, 'X-Forwarded-User': ' linus ' };
      expect((await submit('start', { headers: both })).by).to.equal('linus');
    });

    it('reads the name that a proxy writes in UTF-8', async () => {
      const header = Buffer.from('Zoë', 'utf8').toString('latin1');
      expect((await submit('start', { headers: { 'X-Forwarded-User': header } })).by).to.equal('Zoë');
    });

    it('carries the Idempotency-Key with a hash of method, path and body', async () => {
      const body = '{"note": "n"}';
      const request = await submit('acknowledge', { body, headers: { 'Idempotency-Key': 'k~!1' } });
      const bodyHash = createHash('sha256').update(`POST ${incident}/acknowledge\n${body}`).digest('hex');
      expect(request.idempotency).to.deep.equal({ key: 'k~!1', bodyHash });
    });
  });

  describe('the answer', () => {
    it('is the incident as the command left it', async () => {
      api.script.submit = () => {
        api.views.documents.incidents[0] = sampleIncident({ state: 'in-progress', assignee: 'grace' });
        return Promise.resolve({ kind: 'done', outcome: sampleOutcome() });
      };
      const { status, body } = await api.call('POST', `${incident}/start`);
      expect(status).to.equal(200);
      expect(body).to.include({ id: 'INC-42', state: 'in-progress', assignee: 'grace' });
      expect(body).not.to.have.property('alerts');
    });

    const statuses: Readonly<Record<string, number>> = {
      'unknown-incident': 404,
      'unknown-silence': 404,
      'silence-ends-in-the-past': 400,
      'silence-ends-before-it-starts': 400,
      'idempotency-key-reused': 422,
      'internal-error': 500,
    };
    for (const reason of refusals) {
      it(`is ${statuses[reason] ?? 409} for the refusal ${reason}`, async () => {
        const outcome = sampleOutcome({ result: 'refused', reason, detail: 'Because of this.' });
        api.script.submit = () => Promise.resolve({ kind: 'done', outcome });
        const answer = await api.call('POST', `${incident}/start`);
        const problem = expectProblem(answer, statuses[reason] ?? 409);
        expect(problem).to.include({
          reason,
          detail: 'Because of this.',
          type: `urn:tocsin:problem:${reason}`,
        });
      });
    }

    it('is 202 with the place of the outcome while the engine has not answered', async () => {
      api.script.submit = () => Promise.resolve({ kind: 'pending', command: 'a/b ü' });
      const answer = await api.call('POST', `${incident}/start`);
      expect(answer.status).to.equal(202);
      expect(answer.headers.get('location')).to.equal('/api/v1/commands/a%2Fb%20%C3%BC');
      expect(answer.body).to.deep.equal({ command: 'a/b ü', result: 'pending' });
      api.views.documents.outcomes.push(sampleOutcome({ command: 'a/b ü' }));
      expect((await api.call('GET', answer.headers.get('location')!)).status).to.equal(200);
    });

    it('is 503 with Retry-After while the log takes nothing', async () => {
      const full = new TocsinError('The disk is full', { code: 'log-unavailable', retriable: true });
      api.script.submit = () => Promise.reject(full);
      const answer = await api.call('POST', `${incident}/start`);
      expect(expectProblem(answer, 503).detail).to.equal('The disk is full');
      expect(answer.headers.get('retry-after')).to.equal('5');
    });

    it('is 404 for an incident that is not, and nothing enters the log', async () => {
      expectProblem(await api.call('POST', '/api/v1/incidents/INC-1/start'), 404);
      expect(api.submitted).to.deep.equal([]);
    });

    it('is 404 with the nearest command for one that is not', async () => {
      const problem = expectProblem(await api.call('POST', `${incident}/acknowlege`), 404);
      expect(problem.detail).to.contain('/api/v1/incidents/{id}/acknowledge?');
    });
  });

  describe('a body at fault', () => {
    const bad: readonly (readonly [name: string, body: unknown, pointer: string, message: RegExp])[] = [
      ['acknowledge', { nte: 'x' }, '/nte', /Unknown key "nte"\. .*"note"/],
      ['acknowledge', { by: '' }, '/by', /empty/],
      ['acknowledge', { by: 7 }, '/by', /must be a text/],
      ['acknowledge', { note: 'x'.repeat(10_001) }, '/note', /10000/],
      ['acknowledge', [], '', /object/],
      ['acknowledge', '"text"', '', /object/],
      ['acknowledge', '7', '', /object/],
      ['acknowledge', { command: 'close' }, '/command', /address says 'acknowledge'/],
      ['acknowledge', { incident: 'INC-1' }, '/incident', /Unknown key/],
      ['acknowledge', { name: 'close' }, '/name', /Unknown key/],
      ['acknowledge', '{"__proto__": {"by": "root"}}', '/__proto__', /Unknown key/],
      ['acknowledge', '{"constructor": 1}', '/constructor', /Unknown key/],
      ['assign', {}, '', /assignee/],
      ['assign', { assignee: '' }, '/assignee', /empty/],
      ['hold', undefined, '', /reason/],
      ['note', { text: '' }, '/text', /empty/],
      ['escalate', {}, '', /tier, a team or both/],
      ['escalate', { tier: 3 }, '/tier', /must be a text/],
      ['set', {}, '', /impact, urgency, category, service, title/],
      ['set', { note: 'n' }, '', /at least one/],
      ['set', { title: '' }, '/title', /empty/],
      ['set', { title: 'a\u0000b' }, '/title', /./],
      ['merge', {}, '', /into/],
      ['split', { alerts: [] }, '/alerts', /./],
      ['split', { alerts: ['a', 'a'] }, '/alerts', /./],
      ['split', { alerts: 'a' }, '/alerts', /list/],
      ['set-parent', {}, '', /parent/],
      ['add-responder', { person: '\u0007' }, '/person', /./],
      ['declare-major', { commander: 'a' }, '', /communications/],
      ['update', {}, '', /text/],
      ['close', { resolutionKind: 'fixd' }, '/resolutionKind', /fixed/],
      ['note', '{"text": "\\ud83d"}', '', /surrogate/],
      ['note', '{"text": "\\ude00\\ud83d"}', '', /surrogate/],
    ];
    for (const [name, body, pointer, message] of bad) {
      it(`is refused: ${name} ${body === undefined ? 'without one' : JSON.stringify(body).slice(0, 50)}`, async () => {
        const answer = await api.call('POST', `${incident}/${name}`, body === undefined ? {} : { body });
        const { errors } = expectProblem(answer, 400);
        expect(errors.map((error) => error.pointer)).to.deep.equal([pointer]);
        expect(errors[0]?.message).to.match(message);
        expect(api.submitted).to.deep.equal([]);
      });
    }

    it('is not a whole pair of surrogates that is escaped', async () => {
      const request = await submit('note', { body: '{"text": "\\ud83d\\ude00 \\\\ud83d"}' });
      expect(request.command).to.deep.include({ text: '😀 \\ud83d' });
    });

    it('is refused with the nearest known key', async () => {
      const { detail } = expectProblem(
        await api.call('POST', `${incident}/resolve`, { body: { resolutoin: 'x' } }),
        400,
      );
      expect(detail).to.contain('resolution');
    });
  });

  for (const key of ['', 'two words', 'x'.repeat(256), 'ümlaut']) {
    it(`refuses the Idempotency-Key '${key.slice(0, 20)}'`, async () => {
      const headers = { 'Idempotency-Key': key };
      const problem = expectProblem(await api.call('POST', `${incident}/start`, { headers }), 400);
      expect(problem.title).to.contain('Idempotency-Key');
      expect(api.submitted).to.deep.equal([]);
    });
  }

  it('shows the outcome of a command, but not the key of its caller', async () => {
    const idempotency = { key: 'secret', bodyHash: '00' };
    api.views.documents.outcomes.push(
      sampleOutcome({ result: 'refused', reason: 'unknown-team', detail: 'd', idempotency }),
    );
    const { status, body } = await api.call('GET', '/api/v1/commands/command-1');
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      command: 'command-1',
      at: '2026-01-05T09:02:00.000Z',
      result: 'refused',
      reason: 'unknown-team',
      detail: 'd',
      subject: 'INC-42',
    });
  });

  it('answers 404 for a command whose outcome nobody knows', async () => {
    expect(expectProblem(await api.call('GET', '/api/v1/commands/x'), 404).detail).to.contain('ask again');
  });
});
