import { expect } from 'chai';
import { type ApiServer, apiNow, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleOutcome, sampleSilence } from '../../support/sample-documents.js';

const path = '/api/v1/silences';
const hour = 3_600_000;

const shown = {
  id: 'silence-1',
  state: 'active',
  matchers: [{ name: 'service', value: 'payment-.*', isRegex: true, isEqual: true }],
  startsAt: '2026-01-05T09:00:00.000Z',
  endsAt: '2026-01-05T11:00:00.000Z',
  createdBy: 'ada',
  comment: 'load test',
  createdAt: '2026-01-05T09:00:00.000Z',
  updatedAt: '2026-01-05T09:00:00.000Z',
  problem: null,
};

describe('the routes of silences', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
    api.views.documents.silences.push(sampleSilence());
    api.script.submit = () =>
      Promise.resolve({ kind: 'done', outcome: sampleOutcome({ subject: 'silence-1' }) });
  });
  afterEach(() => api.close());

  it('lists silences by state', async () => {
    const { status, body } = await api.call('GET', `${path}?state=active,pending&limit=7`);
    expect(status).to.equal(200);
    expect(body).to.deep.equal({ items: [shown], next: null });
    expect(api.views.asked).to.deep.equal([['silences', { state: ['active', 'pending'], limit: 7 }]]);
    const { errors } = expectProblem(await api.call('GET', `${path}?state=activ`), 400);
    expect(errors[0]?.message).to.contain("Did you mean 'active'?");
  });

  it('shows one silence, and 404 where there is none', async () => {
    expect((await api.call('GET', `${path}/silence-1`)).body).to.deep.equal(shown);
    expect(expectProblem(await api.call('GET', `${path}/x`), 404).reason).to.equal('unknown-silence');
  });

  it('says of one that was made when its pattern was still taken why it mutes nothing', async () => {
    const matchers = [{ name: 'service', value: '((a?){31}){31}', isRegex: true, isEqual: true }];
    api.views.documents.silences.splice(0, 1, sampleSilence({ matchers }));
    const { body } = await api.call('GET', `${path}/silence-1`);
    expect((body as { problem: string }).problem).to.match(/^service=~.*at most 512 are allowed$/);
    const asked = { matchers, duration: '1h', comment: 'c' };
    const { errors } = expectProblem(await api.call('POST', path, { body: asked }), 400);
    expect(errors[0]).to.deep.include({ pointer: '/matchers/0' });
    expect(errors[0]?.message).to.equal((body as { problem: string }).problem);
  });

  describe('creating one', () => {
    const body = { matchers: ['a="b"'], endsAt: '2026-01-05T12:00:00+01:00', comment: 'c', createdBy: 'ada' };

    const without = (key: keyof typeof body): object =>
      Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));

    it('answers 201 with the silence and its address', async () => {
      const answer = await api.call('POST', path, { body });
      expect(answer.status, answer.text).to.equal(201);
      expect(answer.headers.get('location')).to.equal('/api/v1/silences/silence-1');
      expect(answer.body).to.deep.equal(shown);
      expect(api.submitted).to.have.length(1);
      expect(api.submitted[0]).to.deep.include({
        by: 'ada',
        command: {
          name: 'create-silence',
          silence: {
            id: (api.submitted[0]?.command as { silence: { id: string } }).silence.id,
            matchers: [{ name: 'a', value: 'b', isRegex: false, isEqual: true }],
            endsAt: apiNow + 2 * hour,
            comment: 'c',
            createdBy: 'ada',
          },
        },
      });
    });

    const silenceOf = (): Record<string, unknown> => {
      const command = api.submitted.at(-1)?.command;
      if (command?.name !== 'create-silence') throw new Error('No silence was submitted.');
      return { ...command.silence };
    };

    it('takes matchers as text and as objects, in any script', async () => {
      const matchers = [
        '名前=~"ö.*"',
        'x!="y"',
        'z!~"1|2"',
        { name: 'n', value: '' },
        { name: 'm', value: 'v.', isRegex: true, isEqual: false },
      ];
      const answer = await api.call('POST', path, { body: { ...body, matchers } });
      expect(answer.status, answer.text).to.equal(201);
      expect(silenceOf()['matchers']).to.deep.equal([
        { name: '名前', value: 'ö.*', isRegex: true, isEqual: true },
        { name: 'x', value: 'y', isRegex: false, isEqual: false },
        { name: 'z', value: '1|2', isRegex: true, isEqual: false },
        { name: 'n', value: '', isRegex: false, isEqual: true },
        { name: 'm', value: 'v.', isRegex: true, isEqual: false },
      ]);
    });

    it('counts a duration from the start, or from now', async () => {
      const open = without('endsAt');
      await api.call('POST', path, { body: { ...open, duration: '2h' } });
      expect(silenceOf()['endsAt']).to.equal(apiNow + 2 * hour);
      expect(silenceOf()).not.to.have.property('startsAt');
      await api.call('POST', path, {
        body: { ...open, startsAt: '2026-01-06T09:00:00Z', duration: '1d30m' },
      });
      expect(silenceOf()).to.include({ startsAt: apiNow + 24 * hour, endsAt: apiNow + 48.5 * hour });
    });

    it('names the author: createdBy, else who asks', async () => {
      const nobody = without('createdBy');
      await api.call('POST', path, { body: nobody });
      expect(silenceOf()['createdBy']).to.equal('anonymous');
      await api.call('POST', path, { body: nobody, headers: { 'X-Forwarded-User': 'grace' } });
      expect(silenceOf()['createdBy']).to.equal('grace');
      await api.call('POST', path, { body, headers: { 'X-Forwarded-User': 'grace' } });
      expect(silenceOf()['createdBy']).to.equal('ada');
      expect(api.submitted.at(-1)?.by).to.equal('grace');
    });

    it('carries the Idempotency-Key, and answers with the silence of the first time', async () => {
      const headers = { 'Idempotency-Key': 'k' };
      const first = await api.call('POST', path, { body, headers });
      const second = await api.call('POST', path, { body, headers });
      expect(second.body).to.deep.equal(first.body);
      expect(api.submitted[0]?.idempotency).to.deep.equal(api.submitted[1]?.idempotency);
      expect(api.submitted[0]?.idempotency?.key).to.equal('k');
    });

    const bad: readonly (readonly [what: string, body: unknown, pointer: string, message: RegExp])[] = [
      ['no body', undefined, '', /body is needed/],
      ['blank text', '  ', '', /body is needed/],
      ['no matchers', without('matchers'), '', /matchers/],
      ['an empty list of matchers', { ...body, matchers: [] }, '/matchers', /empty/],
      ['no comment', without('comment'), '', /comment/],
      ['an unknown key', { ...body, matcher: 1 }, '/matcher', /Unknown key/],
      ['neither end nor duration', without('endsAt'), '', /either endsAt or duration/],
      ['both end and duration', { ...body, duration: '2h' }, '', /either endsAt or duration/],
      ['an end that is no instant', { ...body, endsAt: 'soon' }, '/endsAt', /date-time/],
      ['an end that no calendar has', { ...body, endsAt: '2026-02-30T00:00:00Z' }, '/endsAt', /./],
      ['a duration that is none', { ...without('endsAt'), duration: 'long' }, '/duration', /length of time/],
      ['a duration beyond the calendar', { ...without('endsAt'), duration: '9999999d' }, '/duration', /9999/],
      ['a matcher that is none', { ...body, matchers: ['a="b"', 'ab'] }, '/matchers/1', /./],
      ['a regex that does not compile', { ...body, matchers: ['a=~"("'] }, '/matchers/0', /./],
      [
        'a regex in an object that does not compile',
        { ...body, matchers: [{ name: 'a', value: '(?=x)', isRegex: true }] },
        '/matchers/0',
        /./,
      ],
      ['a matcher without a value', { ...body, matchers: [{ name: 'a' }] }, '/matchers/0', /value/],
      [
        'matchers that match everything',
        { ...body, matchers: ['a=~".*"', 'b!="c"'] },
        '/matchers',
        /every alert/,
      ],
    ];
    for (const [what, sent, pointer, message] of bad) {
      it(`refuses ${what}`, async () => {
        const options = sent === undefined ? {} : { body: sent };
        const { errors } = expectProblem(await api.call('POST', path, options), 400);
        expect(errors.map((error) => error.pointer)).to.deep.equal([pointer]);
        expect(errors[0]?.message).to.match(message);
        expect(api.submitted).to.deep.equal([]);
      });
    }
  });

  describe('ending one', () => {
    it('answers with the silence as it ended', async () => {
      const answer = await api.call('DELETE', `${path}/silence-1`, { headers: { 'Idempotency-Key': 'k' } });
      expect(answer.status).to.equal(200);
      expect(answer.body).to.deep.equal(shown);
      expect(api.submitted[0]).to.deep.include({
        by: 'anonymous',
        command: { name: 'expire-silence', silence: 'silence-1' },
      });
      expect(api.submitted[0]?.idempotency?.key).to.equal('k');
    });

    it('is 404 where there is none, and nothing enters the log', async () => {
      expectProblem(await api.call('DELETE', `${path}/x`), 404);
      expect(api.submitted).to.deep.equal([]);
    });

    it('is 409 where it has ended before', async () => {
      const outcome = sampleOutcome({ result: 'refused', reason: 'silence-already-expired' });
      api.script.submit = () => Promise.resolve({ kind: 'done', outcome });
      const { reason } = expectProblem(await api.call('DELETE', `${path}/silence-1`), 409);
      expect(reason).to.equal('silence-already-expired');
    });
  });
});
