import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type AlertsServer, readProblem, startAlertsServer } from '../../support/alerts-server.js';
import { sendRaw, statusesIn } from '../../support/raw-http.js';

const json = { 'Content-Type': 'application/json' };
const alert = { labels: { alertname: 'test1' } };

describe('reading the body of alerts', () => {
  let server: AlertsServer;

  before(async () => {
    server = await startAlertsServer({ limits: { maxBodyBytes: 100_000, bodyTimeoutMs: 300 } });
  });
  after(() => server.close());
  beforeEach(() => {
    server.log.clear();
  });

  const path = '/api/v1/alerts';
  const text = JSON.stringify(alert);

  it('refuses what is not JSON in UTF-8', async () => {
    for (const body of ['', '{', '{"labels":{"a":"b"}} x', "{'a':1}", Buffer.from([0x22, 0xff, 0x22])]) {
      const response = await server.post(path, body);
      expect(response.status).to.equal(400);
      expect((await readProblem(response)).errors[0]!.pointer).to.equal('');
    }
    expect((await server.post('/api/v2/alerts', Buffer.from([0x5b, 0xc0, 0x5d]))).status).to.equal(400);
  });

  it('refuses half a surrogate pair, which only an escape can bring in', async () => {
    const response = await server.post(path, '{"labels":{"a":"\\ud83d"}}');
    expect(response.status).to.equal(400);
    expect((await readProblem(response)).errors[0]!.pointer).to.equal('/labels/a');
    expect((await server.post(path, '{"labels":{"a":"\\ud83d\\ude42"}}')).status).to.equal(202);
    expect(server.log.alerts()[0]!.labels).to.deep.equal({ a: '🙂' });
  });

  it('lets a byte order mark pass', async () => {
    expect((await server.post(path, `\ufeff${text}`)).status).to.equal(202);
  });

  it('inflates gzip', async () => {
    const headers = { ...json, 'Content-Encoding': 'gzip' };
    expect((await server.post(path, gzipSync(text), headers)).status).to.equal(202);
    const broken = await server.post(path, Buffer.from('not gzip'), headers);
    expect(broken.status).to.equal(400);
    expect((await readProblem(broken)).title).to.equal('The body is not gzip');
    const cut = await server.post(path, gzipSync(text).subarray(0, 20), headers);
    expect(cut.status).to.equal(400);
    const brotli = await server.post(path, text, { ...json, 'Content-Encoding': 'br' });
    expect(brotli.status).to.equal(415);
    expect(brotli.headers.get('accept-encoding')).to.equal('gzip, identity');
    expect((await server.post(path, text, { ...json, 'Content-Encoding': 'identity' })).status).to.equal(202);
  });

  it('refuses a body over the limit: declared, chunked or inflated', async () => {
    const large = JSON.stringify({ labels: { a: 'x'.repeat(100_000) } });
    expect((await server.post(path, large)).status).to.equal(413);
    expect((await server.post('/api/v2/alerts', large)).status).to.equal(413);
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20), { level: 9 });
    expect(bomb.length).to.be.below(100_000);
    expect((await server.post(path, bomb, { ...json, 'Content-Encoding': 'gzip' })).status).to.equal(413);
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunked = await sendRaw(server.port, { parts: [head, ...Array.from({ length: 10 }, () => chunk)] });
    expect(chunked.status).to.equal(413);
  });

  it('keeps the connection usable after refusing a body that then ends', async () => {
    const big = 'x'.repeat(150_000);
    const refused = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${big.length}\r\n\r\n${big}`;
    const good = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`;
    const answer = await sendRaw(server.port, { parts: [refused + good], answers: 2 });
    expect(statusesIn(answer.text)).to.deep.equal([413, 202]);
  });

  it('cuts a client off that goes on sending after its body was refused', async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n`;
    const answer = await sendRaw(server.port, { parts: [head], answers: 2 }, 4000);
    expect(answer.status).to.equal(413);
    expect(answer.closed).to.equal(true);
  });

  it('takes a chunked body and Expect: 100-continue', async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const half = text.slice(0, 10);
    const rest = text.slice(10);
    const chunks = [half, rest].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    const chunked = await sendRaw(server.port, {
      parts: [`${head}Transfer-Encoding: chunked\r\n\r\n`, ...chunks, '0\r\n\r\n'],
      pauseMs: 20,
    });
    expect(chunked.status).to.equal(202);
    const expecting = await sendRaw(server.port, {
      parts: [`${head}Expect: 100-continue\r\nContent-Length: ${text.length}\r\n\r\n`, text],
      pauseMs: 20,
    });
    expect(expecting.text).to.match(/^HTTP\/1\.1 100 Continue\r\n/);
    expect(expecting.status).to.equal(202);
  });

  it('answers 408 to a body that does not come, and closes', async () => {
    const head = 'Host: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"labels"';
    for (const slow of [path, '/api/v2/alerts']) {
      const answer = await sendRaw(server.port, {
        parts: [`POST ${slow} HTTP/1.1\r\n${head}`],
        answers: 2,
      });
      expect(answer.status).to.equal(408);
      expect(answer.closed).to.equal(true);
    }
  });

  it('forgets an upload that broke off', async () => {
    const seen = server.events.length;
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
    await sendRaw(server.port, { parts: [head], destroy: true });
    for (let i = 0; i < 100 && server.events.length === seen; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(server.events.at(-1)).to.include({ kind: 'request-finished', status: 499 });
    expect(server.log.entries).to.deep.equal([]);
  });
});
