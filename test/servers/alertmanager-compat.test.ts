import { request, type IncomingHttpHeaders } from 'node:http';
import { expect } from 'chai';
import { type Alertmanager, startAlertmanager } from '../support/servers/alertmanager.js';
import { skipUnlessAvailable } from '../support/servers/skip-unless-available.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import type { AlertmanagerCase, ExpectedAnswer } from './alertmanager/alertmanager-case.js';
import { bodyCases } from './alertmanager/body-cases.js';
import { fieldCases } from './alertmanager/field-cases.js';
import { labelCases } from './alertmanager/label-cases.js';
import { requestCases } from './alertmanager/request-cases.js';
import { timeCases } from './alertmanager/time-cases.js';

const cases = [...bodyCases, ...labelCases, ...fieldCases, ...timeCases, ...requestCases];

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe("The answers of Debian's Alertmanager to POST /api/v2/alerts", function () {
  let alertmanager: Alertmanager | undefined;

  before(async function () {
    this.timeout(300_000); // it may have to be downloaded
    alertmanager = await skipUnlessAvailable(this, () => startAlertmanager());
  });

  after(() => alertmanager?.stop());

  for (const sent of cases) {
    it(`are what Tocsin is held against: ${sent.name}`, async () => {
      expectAnswer(await send(alertmanager!.url, sent), sent.alertmanager);
    });
  }
});

describe('The answers of Tocsin to POST /api/v2/alerts', () => {
  let tocsin: TocsinProcess | undefined;

  before(async () => {
    tocsin = await startTocsin({ rulesDir: 'test/fixtures/bundles-live/shop' });
  });

  after(() => tocsin?.stop());

  for (const sent of cases) {
    const manner = sent.tocsin === undefined ? "are Alertmanager's" : `differ, since ${sent.tocsin.why}`;
    it(`${manner}: ${sent.name}`, async () => {
      const expected = sent.tocsin?.answer ?? sent.alertmanager;
      expectAnswer(await send(tocsin!.url, sent), expected, 'kind');
    });
  }
});

/** Holds an answer against what is expected: its words exactly, or only their kind where the rest is Go's own wording. */
function expectAnswer(answer: Answer | null, expected: ExpectedAnswer | null, wording?: 'kind'): void {
  if (answer === null || expected === null) {
    expect(answer).to.equal(expected);
    return;
  }
  expect(answer.status, answer.body).to.equal(expected.status);
  if (!('code' in expected) && !('text' in expected)) {
    expect({ body: answer.body, type: answer.headers['content-type'] }).to.deep.equal({
      body: '',
      type: undefined,
    });
    return;
  }
  expect(answer.headers['content-type']).to.equal('application/json');
  if (answer.status === 405) expect(answer.headers.allow).to.match(/\bPOST\b/);
  if ('text' in expected) {
    expect(answer.body).to.equal(`${JSON.stringify(expected.text)}\n`);
    return;
  }
  const { code, message, ...more } = JSON.parse(answer.body) as { code: number; message: string };
  expect({ code, more }).to.deep.equal({ code: expected.code, more: {} });
  if (wording === 'kind' && expected.kind !== undefined) expect(message).to.match(expected.kind);
  // The order of the allowed methods changes from one answer to the next.
  else expect(message.replace('[GET,POST]', '[POST,GET]')).to.equal(expected.message);
}

/** Null when the server drops the connection without an answer. */
function send(base: string, sent: AlertmanagerCase): Promise<Answer | null> {
  const { method = 'POST', path = '/api/v2/alerts', body } = sent;
  const headers = {
    ...(sent.headers ?? { 'Content-Type': 'application/json' }),
    ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${base}${path}`, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: text });
      });
      response.on('error', reject);
    });
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('no answer within 10 s')));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve(null);
      else reject(error);
    });
    outgoing.end(body);
  });
}
