import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { type EventStream, openEventStream } from '../../support/event-stream.js';
import { expectProblem } from '../../support/expect-problem.js';
import { alertChange, sampleNotice } from '../../support/sample-notice.js';
import { waitUntil } from '../../support/servers/wait-until.js';

const path = '/api/v1/stream';

describe('the stream of changes', () => {
  let api: ApiServer;
  const streams: EventStream[] = [];

  beforeEach(async () => {
    api = await startApiServer();
  });
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await api.close();
  });

  async function open(query = '', headers: Record<string, string> = {}): Promise<EventStream> {
    const stream = await openEventStream(api.url + path + query, headers);
    streams.push(stream);
    return stream;
  }
  const closings = (): unknown[] =>
    api.events.filter((event) => event.kind === 'stream-closed').map((event) => event.reason);

  it('says where it stands, and then what each commit changed', async () => {
    const stream = await open();
    expect(stream.status).to.equal(200);
    expect(stream.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8');
    expect(stream.headers.get('cache-control')).to.equal('no-store');
    expect(await stream.next()).to.deep.equal({
      id: '7-70',
      event: 'start',
      data: { rulesRevision: 'sample' },
    });
    expect(stream.text()).to.match(/^retry: \d+\n/);
    const timelines = [{ incident: 'INC-42', events: ['noted' as const] }];
    const silences = [{ id: 's1', state: 'active' as const }];
    api.feed.publish(sampleNotice({ timelines, alerts: [alertChange], silences }));
    const changes = await stream.next();
    expect(changes).to.deep.equal({
      id: '8-80',
      event: 'changes',
      data: {
        at: '2026-01-05T09:00:01.000Z',
        rulesRevision: 'sample',
        incidents: sampleNotice().incidents,
        timelines: [{ incident: 'INC-42', events: ['noted'] }],
        alerts: [alertChange],
        silences: [{ id: 's1', state: 'active' }],
        omitted: { incidents: 0, timelines: 0, alerts: 0, silences: 0 },
      },
    });
  });

  it('tells only of the kinds asked for, and always of new rules', async () => {
    const stream = await open('?kinds=alerts,silences');
    await stream.next();
    api.feed.publish(sampleNotice({ number: 8 }));
    api.feed.publish(sampleNotice({ number: 9, rules: '0123456789abcdef' }));
    api.feed.publish(sampleNotice({ number: 10, rules: '0123456789abcdef', alerts: [alertChange] }));
    expect(await stream.next()).to.deep.include({
      id: '9-90',
      data: {
        at: '2026-01-05T09:00:01.000Z',
        rulesRevision: '0123456789ab',
        alerts: [],
        silences: [],
        omitted: { alerts: 0, silences: 0 },
      },
    });
    const next = await stream.next();
    expect(next?.id).to.equal('10-100');
    expect(next?.data).to.not.have.property('incidents');
  });

  it('goes on where a client lost it, by header before query, or says reset', async () => {
    api.feed.publish(sampleNotice({ number: 8 }));
    api.feed.publish(sampleNotice({ number: 9 }));
    const seen = async (stream: EventStream, count: number): Promise<unknown> => {
      const events = [];
      for (let i = 0; i < count; i += 1) events.push(await stream.next());
      return events.map((event) => [event?.event, event?.id]);
    };
    expect(await seen(await open('', { 'Last-Event-ID': '7-70' }), 3)).to.deep.equal([
      ['changes', '8-80'],
      ['changes', '9-90'],
      ['resumed', '9-90'],
    ]);
    expect(await seen(await open('?after=8-80'), 2)).to.deep.equal([
      ['changes', '9-90'],
      ['resumed', '9-90'],
    ]);
    expect(await seen(await open('?after=8-80', { 'Last-Event-ID': '9-90' }), 1)).to.deep.equal([
      ['resumed', '9-90'],
    ]);
    for (const id of ['1-10', 'nonsense'])
      expect(await seen(await open('', { 'Last-Event-ID': id }), 1)).to.deep.equal([['reset', '9-90']]);
  });

  it('refuses what it does not know of', async () => {
    const { errors } = expectProblem(await api.call('GET', `${path}?kinds=incident&x=1`), 400);
    expect(errors.map(({ pointer }) => pointer)).to.deep.equal(['?x', '?kinds']);
    expectProblem(await api.call('POST', path), 405);
  });

  it('answers HEAD at once, and tells telemetry of a request when it begins', async () => {
    const head = await api.call('HEAD', path);
    expect(head.status).to.equal(200);
    expect(head.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8');
    await (await open()).next();
    const told = api.events.filter((event) => event.kind === 'request-finished' && event.method === 'GET');
    expect(told).to.have.length(1);
    expect(told[0]).to.include({ route: path, status: 200 });
  });

  it('lets go of a client that leaves', async () => {
    const stream = await open();
    await stream.next();
    stream.close();
    await waitUntil({ what: 'the end', timeoutMs: 5_000, everyMs: 10 }, () =>
      closings().length > 0 ? true : undefined,
    );
    expect(closings()).to.deep.equal(['left']);
  });

  it('ends when the service stops, and opens no more', async () => {
    const stream = await open();
    await stream.next();
    const began = performance.now();
    await api.close();
    expect(performance.now() - began).to.be.below(1_000);
    expect(await stream.next()).to.equal(null);
    expect(closings()).to.deep.equal(['stopping']);
  });
});

describe('the streams of changes', () => {
  it('are a bounded number', async () => {
    const api = await startApiServer({ streams: { clients: 2 } });
    const first = await openEventStream(api.url + path);
    const second = await openEventStream(api.url + path);
    await Promise.all([first.next(), second.next()]);
    const refused = await api.call('GET', path);
    expectProblem(refused, 503);
    expect(refused.headers.get('retry-after')).to.match(/^\d+$/);
    first.close();
    const third = await waitUntil({ what: 'a free place', timeoutMs: 5_000, everyMs: 20 }, async () => {
      const stream = await openEventStream(api.url + path);
      if (stream.status === 200) return stream;
      stream.close();
      return undefined;
    });
    second.close();
    third.close();
    await api.close();
  });

  it('show that they are alive while nothing happens, and how far they have come', async () => {
    const api = await startApiServer({ streams: { heartbeatMs: 30 } });
    const stream = await openEventStream(`${api.url}${path}?kinds=silences`);
    await stream.next();
    api.feed.publish(sampleNotice({ number: 8 }));
    const late = await stream.next(300).catch((error: unknown) => error);
    expect(late).to.be.instanceOf(Error);
    expect(stream.text().match(/^: alive$/gm)?.length).to.be.within(2, 12);
    expect(stream.lastId()).to.equal('8-80');
    stream.close();
    await api.close();
  });

  it('cut off a client that does not read, keep little for it, and keep no other waiting', async () => {
    const api = await startApiServer({ streams: { waitingBytes: 256 * 1024 } });
    const slow = connect(api.port, '127.0.0.1');
    slow.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(slow, 'readable');
    const quick = await openEventStream(api.url + path);
    await quick.next();
    const alerts = Array.from({ length: 500 }, () => alertChange);
    let number = 8;
    for (; number < 500 && !api.events.some(({ kind }) => kind === 'stream-closed'); number += 1) {
      api.feed.publish(sampleNotice({ number, alerts }));
      expect((await quick.next())?.id).to.equal(`${number}-${number * 10}`);
      await delay(1);
    }
    expect(number).to.be.below(500);
    expect(api.events.find(({ kind }) => kind === 'stream-closed')).to.include({ reason: 'slow' });
    slow.destroy();
    quick.close();
    await api.close();
  });

  it('say reset rather than send a past that would fill the client’s buffer', async () => {
    const api = await startApiServer({ streams: { waitingBytes: 64 * 1024 } });
    const alerts = Array.from({ length: 500 }, () => alertChange);
    api.feed.publish(sampleNotice({ number: 8, alerts }));
    const stream = await openEventStream(api.url + path, { 'Last-Event-ID': '7-70' });
    expect(await stream.next()).to.include({ event: 'reset', id: '8-80' });
    stream.close();
    await api.close();
  });
});
