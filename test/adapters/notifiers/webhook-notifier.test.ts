import { expect } from 'chai';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createNotifierFactory } from '../../../src/adapters/notifiers/notifier-factory.js';
import type { DeliveryResult, Notify } from '../../../src/app/ports.js';
import type { TelemetryEvent } from '../../../src/app/telemetry-events.js';
import { sampleNotification } from '../../support/sample-notification.js';
import {
  startScriptedReceiver,
  type Received,
  type ScriptedReceiver,
} from '../../support/scripted-receiver.js';

const now = Date.UTC(2026, 0, 5, 9, 0, 0, 999);
const secret = 'correct horse battery staple';

describe('webhook notifier', () => {
  let receiver: ScriptedReceiver;
  const events: TelemetryEvent[] = [];
  const factory = createNotifierFactory({
    emit: (event) => events.push(event),
    version: '1.2.3',
    now: () => now,
    secretOf: (name) => (name === 'DESK_CHAT_SECRET' ? secret : null),
  });
  const notifierTo = (url: string | null, secretEnv: string | null = null): Notify =>
    factory({ id: 'desk-chat', type: 'webhook', url, secretEnv });
  const send = (notify: Notify, signal = new AbortController().signal): Promise<DeliveryResult> =>
    notify(sampleNotification(), { number: 1, signal });

  beforeEach(async () => {
    events.length = 0;
    receiver = await startScriptedReceiver();
  });
  afterEach(async () => {
    await receiver.stop();
  });

  it('posts the notification as JSON with the key by which receivers know a repeat', async () => {
    expect(await send(notifierTo(receiver.url))).to.deep.equal({ kind: 'sent' });
    const [message] = receiver.received;
    expect(message).to.include({ method: 'POST', path: '/hooks/desk' });
    expect(message!.headers).to.include({
      'content-type': 'application/json',
      'user-agent': 'Tocsin/1.2.3',
      'idempotency-key': 'INC-42:1:1:chat',
      'x-tocsin-timestamp': '1767603600',
    });
    expect(message!.headers).not.to.have.property('x-tocsin-signature');
    expect(JSON.parse(message!.body)).to.deep.include({ version: 1, id: 'INC-42:1:1:chat', step: 1 });
  });

  it('signs so that a receiver can tell that nobody changed time or body', async () => {
    await send(notifierTo(receiver.url, 'DESK_CHAT_SECRET'));
    const [message] = receiver.received;
    expect(isGenuine(message!)).to.equal(true);
    expect(isGenuine({ ...message!, body: message!.body.replace('P1', 'P5') })).to.equal(false);
    const headers = { ...message!.headers, 'x-tocsin-timestamp': '1767603601' };
    expect(isGenuine({ ...message!, headers })).to.equal(false);
  });

  it('keeps the connection for the next message', async () => {
    const notify = notifierTo(receiver.url);
    await send(notify);
    await send(notify);
    expect(new Set(receiver.received.map(({ port }) => port)).size).to.equal(1);
  });

  it('takes the reference that a receiver answers with', async () => {
    const reference = { title: 'TICKET-7', url: 'https://tickets.example/7' };
    receiver.answer((response) => response.writeHead(201).end(JSON.stringify({ reference, more: 1 })));
    expect(await send(notifierTo(receiver.url))).to.deep.equal({ kind: 'sent', reference });
  });

  for (const answer of [
    'ok',
    '{"reference": null}',
    '{"reference"',
    '{"reference": {"title": "", "url": "https://tickets.example/7"}}',
    '{"reference": {"title": "T", "url": "javascript:alert(1)"}}',
    '{"reference": {"title": "T", "url": "no url"}}',
    '{"reference": {"title": 7, "url": "https://tickets.example/7"}}',
    `{"reference": {"title": "T", "url": "https://tickets.example/7"}, "padding": "${'x'.repeat(70_000)}"}`,
  ]) {
    it(`has sent, and takes no reference from the answer ${answer.slice(0, 70)}`, async () => {
      receiver.answer((response) => response.end(answer));
      expect(await send(notifierTo(receiver.url))).to.deep.equal({ kind: 'sent' });
    });
  }

  it('has sent when the answer after a 200 never ends or breaks off', async () => {
    receiver.answer((response) => response.writeHead(200, { 'content-length': '100' }).write('{'));
    const began = Date.now();
    expect(await send(notifierTo(receiver.url))).to.deep.equal({ kind: 'sent' });
    expect(Date.now() - began).to.be.within(1_500, 5_000);
    receiver.answer((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await send(notifierTo(receiver.url))).to.deep.equal({ kind: 'sent' });
  });

  it('reads no more than it needs of an endless answer', async () => {
    let written = 0;
    receiver.answer((response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const more = (): void => {
        while (!response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) break;
        }
      };
      response.on('drain', more);
      more();
    });
    expect(await send(notifierTo(receiver.url))).to.deep.equal({ kind: 'sent' });
    expect(written).to.be.lessThan(64 * 1024 * 1024);
  });

  for (const status of [408, 425, 429, 500, 502, 503, 599]) {
    it(`would try again after ${status}`, async () => {
      receiver.answer((response) => response.writeHead(status).end('please\n\u0007wait'));
      expect(await send(notifierTo(receiver.url))).to.deep.equal({
        kind: 'retry',
        error: `The receiver answered ${status}: please wait`,
      });
    });
  }

  for (const status of [400, 401, 404, 410, 413, 422]) {
    it(`takes ${status} for a refusal`, async () => {
      receiver.answer((response) => response.writeHead(status).end());
      expect(await send(notifierTo(receiver.url))).to.deep.equal({
        kind: 'rejected',
        error: `The receiver answered ${status}.`,
      });
    });
  }

  it('follows no redirect', async () => {
    receiver.answer((response) => response.writeHead(307, { location: receiver.url }).end());
    const result = await send(notifierTo(receiver.url));
    expect(result.kind).to.equal('rejected');
    expect(result).to.have.property('error').that.contains('put the final address into url');
    expect(receiver.received).to.have.length(1);
  });

  for (const [header, retryAfterMs] of [
    ['120', 120_000],
    ['Mon, 05 Jan 2026 09:01:00 GMT', 59_001],
    ['Mon, 05 Jan 2026 08:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
  ] as const) {
    it(`reads Retry-After: ${header}`, async () => {
      receiver.answer((response) => response.writeHead(429, { 'retry-after': header }).end());
      const result = await send(notifierTo(receiver.url));
      expect(result).to.deep.equal({
        kind: 'retry',
        error: 'The receiver answered 429.',
        ...(retryAfterMs === null ? {} : { retryAfterMs }),
      });
    });
  }

  it('ends an attempt that is called off while the receiver hangs', async () => {
    receiver.answer(() => undefined);
    const abort = new AbortController();
    setTimeout(() => {
      abort.abort();
    }, 50);
    const result = await send(notifierTo(receiver.url), abort.signal);
    expect(result).to.have.property('kind', 'retry');
  });

  it('would try again when nobody listens, and keeps path and query to itself', async () => {
    const { port } = new URL(receiver.url);
    await receiver.stop();
    const result = await send(notifierTo(`http://127.0.0.1:${port}/hooks/s3cret?token=s3cret`));
    expect(result).to.deep.equal({
      kind: 'retry',
      error: `No answer from 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}.`,
    });
    receiver = await startScriptedReceiver();
  });

  it('would try again when the connection breaks, TLS fails or the answer is no HTTP', async () => {
    receiver.answer((response) => response.destroy());
    expect(await send(notifierTo(receiver.url))).to.have.property('kind', 'retry');
    expect(await send(notifierTo(receiver.url.replace('http:', 'https:')))).to.have.property('kind', 'retry');
    const chatter = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 mail.example ESMTP\r\n');
    }).listen(0, '127.0.0.1');
    await once(chatter, 'listening');
    const { port } = chatter.address() as AddressInfo;
    expect(await send(notifierTo(`http://127.0.0.1:${port}/`))).to.have.property('kind', 'retry');
    chatter.close();
  });

  it('sends nothing without its secret, and says so once', async () => {
    const unsigned = notifierTo(receiver.url, 'OTHER_SECRET');
    notifierTo(receiver.url, 'OTHER_SECRET');
    const result = await send(unsigned);
    expect(result.kind).to.equal('rejected');
    expect(result).to.have.property('error').that.contains('set OTHER_SECRET or OTHER_SECRET_FILE');
    expect(receiver.received).to.be.empty;
    expect(events.map(({ kind }) => kind)).to.deep.equal(['background-failed']);
  });

  for (const url of [null, 'ftp://files.example/', 'not a url']) {
    it(`refuses the address ${String(url)}`, async () => {
      expect(await send(notifierTo(url))).to.deep.equal({
        kind: 'rejected',
        error: 'The notifier "desk-chat" has no http or https address: correct its url.',
      });
    });
  }

  it('leaves the notifier of type log to write a line', async () => {
    const notify = factory({ id: 'log', type: 'log', url: null, secretEnv: null });
    expect(await send(notify)).to.deep.equal({ kind: 'sent' });
    expect(events).to.deep.equal([{ kind: 'notification-logged', notification: sampleNotification() }]);
  });
});

/** What docs/notifications.md asks of a receiver. */
function isGenuine({ headers, body }: Received): boolean {
  const given = Buffer.from(String(headers['x-tocsin-signature']));
  const wanted = `v1=${createHmac('sha256', secret)
    .update(`${String(headers['x-tocsin-timestamp'])}.${body}`)
    .digest('hex')}`;
  return given.length === wanted.length && timingSafeEqual(given, Buffer.from(wanted));
}
