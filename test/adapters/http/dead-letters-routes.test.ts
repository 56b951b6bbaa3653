import { expect } from 'chai';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { alert } from '../../support/engine-world.js';
import { expectProblem } from '../../support/expect-problem.js';
import { sampleDeadLetter, sampleOutcome } from '../../support/sample-documents.js';
import { sampleIntake, sampleRules } from '../../support/sample-rules.js';

const path = '/api/v1/dead-letters';
const letter = sampleDeadLetter();
const one = `${path}/${letter.id}`;

const shown = {
  id: 'alerts:3:1:17',
  source: 'ci',
  reason: 'not-json',
  detail: 'Unexpected end of JSON input',
  topic: 'alerts',
  partition: 3,
  incarnation: 1,
  offset: 17,
  messageAt: '2026-01-05T09:00:00.000Z',
  receivedAt: '2026-01-05T09:01:00.000Z',
  bytes: 12,
  cut: false,
  encoding: 'utf8',
  replayedAt: null,
  replayedBy: null,
};

describe('the routes of dead letters', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
    api.views.documents.deadLetters.push(letter);
    api.script.rules = { ...api.script.rules, current: () => sampleRules({ intake: sampleIntake }) };
    api.script.submit = () =>
      Promise.resolve({ kind: 'done', outcome: sampleOutcome({ subject: letter.id }) });
  });
  afterEach(() => api.close());

  it('lists them without their texts, by source, topic and whether they were replayed', async () => {
    const { body } = await api.call('GET', `${path}?source=ci,mesh&topic=alerts&replayed=false&limit=7`);
    expect(body).to.deep.equal({ items: [shown], next: null });
    const asked = { source: ['ci', 'mesh'], topic: ['alerts'], replayed: false, limit: 7 };
    expect(api.views.asked).to.deep.equal([['dead-letters', asked]]);
    expectProblem(await api.call('GET', `${path}?replayed=maybe`), 400);
  });

  it('shows one with its text, however its id is escaped, and 404 where there is none', async () => {
    expect((await api.call('GET', one)).body).to.deep.equal({ ...shown, text: '{"labels": {' });
    expect((await api.call('GET', `${path}/${encodeURIComponent(letter.id)}`)).status).to.equal(200);
    expect(expectProblem(await api.call('GET', `${path}/x`), 404).reason).to.equal('unknown-dead-letter');
  });

  describe('replaying one', () => {
    it('reads its text by the topic of the rules in force, and submits what came of it once for all', async () => {
      const read: unknown[] = [];
      api.script.read = (topic, message) => {
        read.push([topic.topic, message.toString()]);
        return { alerts: [alert()], ignored: 0, unread: null };
      };
      const { status, body } = await api.call('POST', `${one}/replay`, {
        headers: { 'X-Forwarded-User': 'ines' },
      });
      expect(status).to.equal(200);
      expect(body).to.deep.equal({
        ...{ result: 'replayed', deadLetter: shown, fingerprints: [alert().fingerprint] },
      });
      expect(read).to.deep.equal([['alerts', letter.text]]);
      expect(api.submitted).to.deep.equal([
        {
          by: 'ines',
          shard: 0,
          command: { name: 'replay-dead-letter', letter, alerts: [alert()] },
          idempotency: { key: `replay ${letter.id}`, bodyHash: letter.id },
        },
      ]);
    });

    it('does nothing for one that was replayed before, and only tells in a dry run', async () => {
      const dry = await api.call('POST', `${one}/replay?dryRun=true`);
      expect(dry.body).to.include({ result: 'would-be-replayed' });
      api.views.documents.deadLetters.splice(0, 1, { ...letter, replayedAt: letter.at, replayedBy: 'marco' });
      const { body } = await api.call('POST', `${one}/replay`);
      expect(body).to.include({ result: 'already-replayed' });
      expect(body['deadLetter']).to.include({ replayedBy: 'marco' });
      expect(api.submitted).to.deep.equal([]);
    });

    it('hands the bytes of one that is no text back as they were', async () => {
      const text = Buffer.from([1, 255]).toString('base64');
      api.views.documents.deadLetters.splice(0, 1, { ...letter, encoding: 'base64', text });
      let bytes: readonly number[] = [];
      api.script.read = (_topic, message) => {
        bytes = [...message];
        return { alerts: [], ignored: 1, unread: null };
      };
      await api.call('POST', `${one}/replay`);
      expect(bytes).to.deep.equal([1, 255]);
    });

    it('says why it can not be, and keeps it', async () => {
      const reasonOf = async (status: number): Promise<unknown> =>
        expectProblem(await api.call('POST', `${one}/replay`), status).reason;
      api.script.read = () => ({
        ...{ alerts: [], ignored: 0 },
        unread: { reason: 'not-json', detail: 'no', encoding: 'utf8', text: '', bytes: 0, cut: false },
      });
      expect(await reasonOf(422)).to.equal('still-unreadable');
      api.script.rules = { ...api.script.rules, current: () => sampleRules() };
      expect(await reasonOf(409)).to.equal('unknown-topic');
      api.views.documents.deadLetters.splice(0, 1, { ...letter, cut: true });
      expect(await reasonOf(409)).to.equal('text-was-cut');
      expect(api.submitted).to.deep.equal([]);
    });

    it('answers 202 with the address of the outcome where the engine takes its time', async () => {
      api.script.submit = () => Promise.resolve({ kind: 'pending', command: 'command-9' });
      const { status, headers } = await api.call('POST', `${one}/replay`);
      expect(status).to.equal(202);
      expect(headers.get('location')).to.equal('/api/v1/commands/command-9');
    });
  });
});
