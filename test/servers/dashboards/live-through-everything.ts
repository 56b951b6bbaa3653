import { expect } from 'chai';
import type { ScriptedReceiver } from '../../support/scripted-receiver.js';
import { sendJson } from '../../support/send-json.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import { settled } from '../../support/settled.js';
import { sumOfMetric } from '../../support/sum-of-metric.js';
import { awaitIncidents } from '../../support/tocsin-client.js';

export interface Stage {
  /** Of a Tocsin that judges by an acceptance bundle that holds alerts named `Passing`. */
  readonly url: string;
  /** Gets its notifications. */
  readonly receiver: Pick<ScriptedReceiver, 'answer'>;
  /** Resolves when Prometheus has seen what there is now. */
  readonly scraped: () => Promise<void>;
  /** Writes another edition of the bundle. */
  readonly reload: (edition: number) => Promise<void>;
}

interface Command {
  readonly command: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const patienceMs = 30_000;

/**
 * A short history in which everything that is counted happens: alerts by every way in, repeats, a silence, a hold, a rule in shadow, clocks that are
 * met and that run out, escalations, a reopen, a close, a major incident,
 * a merge and a split, a receiver that fails at first, a bad body, a reload.
 */
export async function liveThroughEverything({ url, receiver, scraped, reload }: Stage): Promise<void> {
  failOnce(receiver);
  await silence(url, 'Muted');
  await sendAlerts(url);
  // A series that begins with an event is an increase from the next one on.
  await scraped();
  await sendAlerts(url);
  const passing = { labels: { alertname: 'Passing', severity: 'warning' } };
  await send(`${url}/api/v1/alerts`, passing);
  await send(`${url}/api/v1/alerts`, { ...passing, status: 'resolved' });
  const labels = { alertname: 'Late', severity: 'info' };
  await send(`${url}/api/v1/alerts`, { labels, source: 'own-script' });
  const incidents = await awaitIncidents(url, {
    what: 'five incidents',
    count: 5,
    timeoutMs: patienceMs,
    all: ({ state }) => state === 'new',
  });
  const of = (title: string): string => incidents.find((each) => each.title === title)!.id;
  await act(url, of('Quick'), 'acknowledge');
  await act(url, of('Quick'), 'resolve');
  await act(url, of('Quick'), 'close');
  await act(url, of('Back'), 'acknowledge');
  await act(url, of('Back'), 'resolve');
  await act(url, of('Back'), 'reopen');
  await waitUntil({ what: 'clocks to run out', timeoutMs: patienceMs }, async () => {
    const page = await (await fetch(`${url}/metrics`)).text();
    return (sumOfMetric(page, 'tocsin_sla_breaches_total') ?? 0) > 0;
  });
  await act(url, of('Slow'), 'acknowledge');
  const roles = { commander: 'ines', communications: 'marco' };
  await act(url, of('Slow'), { command: 'declare-major', fields: roles });
  await mergeAndSplit(url, { from: of('Slower'), into: of('Slow') });
  expect((await sendJson(`${url}/api/v1/alerts`, { body: { no: 'labels' } })).status).to.equal(400);
  await reload(2);
  expect((await sendJson(`${url}/api/v1/rules/reload`)).status).to.equal(200);
  await settled(url);
  await scraped();
}

function failOnce(receiver: Stage['receiver']): void {
  let failed = false;
  receiver.answer((response) => {
    response.writeHead(failed ? 204 : 503).end();
    failed = true;
  });
}

async function silence(url: string, alertname: string): Promise<void> {
  const body = {
    matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    createdBy: 'ines',
    comment: 'a deployment',
  };
  const { status } = await sendJson(`${url}/api/v1/silences`, { body });
  expect(status, 'POST /api/v1/silences').to.be.within(200, 299);
}

async function sendAlerts(url: string): Promise<void> {
  const alert = (alertname: string, severity: string) => ({ labels: { alertname, severity } });
  const own = [alert('Quick', 'warning'), alert('Muted', 'warning')];
  const prometheus = [alert('Back', 'critical')];
  const alertmanager = {
    version: '4',
    groupKey: '{}',
    status: 'firing',
    receiver: 'tocsin',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts: ['Slow', 'Slower'].map((alertname) => ({
      ...alert(alertname, 'warning'),
      status: 'firing',
      annotations: {},
      startsAt: new Date().toISOString(),
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: '',
      fingerprint: '',
    })),
  };
  for (let time = 0; time < 3; time += 1) {
    await send(`${url}/api/v1/alerts`, own);
    await send(`${url}/api/v2/alerts`, prometheus);
    await send(`${url}/webhooks/alertmanager`, alertmanager);
  }
}

async function send(address: string, body: unknown): Promise<void> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status, `${address}: ${await answer.text()}`).to.be.within(200, 299);
}

/** One trouble after all, and then again two. */
async function mergeAndSplit(
  url: string,
  { from, into }: { readonly from: string; readonly into: string },
): Promise<void> {
  const { body } = await sendJson<{ items: readonly { fingerprint: string }[] }>(
    `${url}/api/v1/alerts?incident=${from}`,
    { method: 'GET' },
  );
  await act(url, from, { command: 'merge', fields: { into } });
  const alerts = body.items.map(({ fingerprint }) => fingerprint);
  await act(url, into, { command: 'split', fields: { alerts } });
}

/** The command by its path, with what it needs beside who asks. */
async function act(url: string, incident: string, asked: string | Command): Promise<void> {
  const { command, fields } = typeof asked === 'string' ? { command: asked, fields: {} } : asked;
  const answer = await sendJson(`${url}/api/v1/incidents/${incident}/${command}`, {
    body: { by: 'ines', ...fields },
  });
  expect(answer.status, `${command} ${incident}: ${JSON.stringify(answer.body)}`).to.equal(200);
}
