import { setTimeout as delay } from 'node:timers/promises';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.js';
import { workloadOf, type RunPart } from './part.js';
import { runSubject } from './run-subject.js';
import { startLoad } from './start-load.js';
import { startTocsinSubject } from './subject-tocsin.js';

const probes = 200;
const everyMs = 50;
const label = 'probe';

/** How long it takes from an alert to the first notification of its incident, beside a tenth of the highest load. */
export const runNotify: RunPart = async (context) => {
  const { options, runs, show } = context;
  const bench = { name: 'batch-100', batch: 100, newShare: 0.1, goal: null };
  const known = runs.find((run) => run.subject === 'tocsin' && run.case === bench.name);
  const most =
    known ??
    (await runSubject(context, 'tocsin', { name: bench.name, workload: workloadOf(options, bench) }));
  const receiver = await startWebhookReceiver();
  const subject = await startTocsinSubject({
    groupBy: ['alertname', 'cluster', 'namespace'],
    receiver: { url: receiver.url, label },
  });
  try {
    const workload = workloadOf(options, bench);
    const pace = { requestsPerSecond: most.requestsPerSecond / 10, measureMs: probes * everyMs + 1_000 };
    let sending: Promise<ReadonlyMap<string, number>> | null = null;
    const { sentAlerts, sentSeries } = await startLoad(
      { ...workload, ...pace, port: subject.port, path: '/api/v2/alerts', answerWithinMs: 10_000 },
      {
        onWarm: async () => {
          await subject.settle();
        },
        onMeasuring: () => {
          sending = sendProbes(subject.url);
        },
      },
    );
    const sent = await (sending as Promise<ReadonlyMap<string, number>> | null);
    await subject.settle();
    const delays = delaysOf(sent ?? new Map(), receiver);
    const p99 = delays[Math.ceil(delays.length * 0.99) - 1] ?? Number.NaN;
    show(
      `alert to notification: median ${(delays[delays.length >> 1] ?? Number.NaN).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms of ${delays.length}`,
    );
    return {
      problems: [
        ...(delays.length === probes ? [] : [`Of ${probes} incidents ${delays.length} were told.`]),
        ...(await subject.check({ alerts: sentAlerts + probes, series: sentSeries + probes })),
      ],
      goals: [
        {
          name: `alert to first notification, p99 at ${Math.round(pace.requestsPerSecond * 100).toLocaleString('en-US')} alerts/s`,
          ...{ value: p99, unit: 'ms', bound: 'at most', limit: 250 },
          detail: `${probes} incidents, one every ${everyMs} ms`,
        },
      ],
    };
  } finally {
    await subject.stop();
    await receiver.stop();
  }
};

/** Sends alerts that each open an incident. Resolves to when each was sent. */
async function sendProbes(url: string): Promise<ReadonlyMap<string, number>> {
  const sent = new Map<string, number>();
  const answers: Promise<Response>[] = [];
  for (let number = 0; number < probes; number += 1) {
    const probe = `probe-${number}`;
    const labels = { alertname: 'Probe', severity: 'critical', [label]: probe };
    const body = JSON.stringify([{ labels, annotations: {}, endsAt: new Date(Date.now() + 600_000) }]);
    sent.set(probe, performance.now());
    answers.push(
      fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      }),
    );
    await delay(everyMs);
  }
  for (const { ok, status } of await Promise.all(answers))
    if (!ok) throw new Error(`A probe was answered ${status}.`);
  return sent;
}

/** In ascending order. Of an incident that several channels tell, the first counts. */
function delaysOf(sent: ReadonlyMap<string, number>, receiver: WebhookReceiver): readonly number[] {
  const first = new Map<string, number>();
  for (const { text, at } of receiver.received) {
    const title = (JSON.parse(text) as { incident: { title: string } }).incident.title;
    if (sent.has(title) && !first.has(title)) first.set(title, at);
  }
  return [...first].map(([title, at]) => at - (sent.get(title) ?? Number.NaN)).sort((a, b) => a - b);
}
