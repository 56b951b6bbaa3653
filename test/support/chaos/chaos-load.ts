import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom, type SeededRandom } from '../seeded-random.js';
import { chaosTopics, type ChaosWorld } from './chaos-world.js';

/** How often an alert was sent: at least so often it must be counted, and at most. */
export interface SentSeries {
  acknowledged: number;
  attempts: number;
}

export interface ChaosLedger {
  /** By the label `series`. */
  readonly series: Map<string, SentSeries>;
  /** Alerts that were acknowledged, by HTTP and on topics. */
  acknowledged: number;
  /** Requests by the tries that they took. */
  readonly tries: Map<number, number>;
  /** What went wrong with tries, and how often. */
  readonly refusals: Map<string, number>;
}

export interface ChaosLoad {
  readonly ledger: ChaosLedger;
  /** What was begun is sent until it is acknowledged, and nothing more. */
  stop(): Promise<void>;
}

export interface ChaosPace {
  /** Of HTTP; topics have one sender each. */
  readonly clients: number;
  /** Alerts of a request, messages of a send. */
  readonly batch: number;
  /** Between two of one sender. */
  readonly pauseMs: number;
  /** Senders rest while it says so. */
  readonly rests?: (ledger: ChaosLedger) => boolean;
}

const newShare = 0.05;
/** Alerts of so many series go on in one incident. */
const groupSize = 25;
/** A replica that is silent for so long is given up. */
const answerMs = 8_000;
const retryMs = 100;
const restMs = 200;

interface Sender {
  readonly name: string;
  readonly random: SeededRandom;
  series: number;
}

/** Alerts of series that fire: most repeat one that was sent before. */
export function startChaosLoad(world: ChaosWorld, options: ChaosPace & { readonly seed: number }): ChaosLoad {
  const ledger: ChaosLedger = { series: new Map(), acknowledged: 0, tries: new Map(), refusals: new Map() };
  const { batch, pauseMs, seed } = options;
  let stopped = false;
  const run = async (name: string, number: number, send: (batch: Batch) => Promise<void>): Promise<void> => {
    const sender: Sender = { name, random: seededRandom(seed * 1_000 + number), series: 0 };
    while (!stopped) {
      if (options.rests?.(ledger) === true) {
        await delay(restMs);
        continue;
      }
      await send(nextBatch(sender, batch, ledger));
      await delay(pauseMs);
    }
  };
  const clients = Array.from({ length: options.clients }, (_, at) =>
    run(`http-${at}`, at, (of) => postUntilTaken(world, ledger, of)),
  );
  const topics = [...chaosTopics.keys()].map((topic, at) =>
    run(topic, 100 + at, (of) => produceUntilTaken(world, ledger, { topic, ...of })),
  );
  const all = Promise.all([...clients, ...topics]);
  all.catch(() => undefined);
  return {
    ledger,
    async stop() {
      stopped = true;
      await all;
    },
  };
}

interface Batch {
  readonly alerts: readonly object[];
  readonly sent: readonly SentSeries[];
}

function nextBatch(sender: Sender, size: number, { series: known }: ChaosLedger): Batch {
  const { name, random } = sender;
  const numbers = Array.from({ length: size }, () => {
    if (sender.series === 0 || random.next() < newShare) return sender.series++;
    return random.integer(sender.series);
  });
  const sent = numbers.map((number) => {
    const series = `${name}-${number}`;
    const entry = known.get(series) ?? { acknowledged: 0, attempts: 0 };
    known.set(series, entry);
    return entry;
  });
  return { alerts: numbers.map((number) => alertOf(name, number)), sent };
}

function alertOf(name: string, number: number): object {
  return {
    labels: {
      alertname: 'Chaos',
      series: `${name}-${number}`,
      group: `${name}-${Math.floor(number / groupSize)}`,
    },
    severity: 'error',
    title: 'It goes on',
    startsAt: '2026-01-05T08:00:00.000Z',
  };
}

/** At one replica after the other, as a load balancer would have it. */
async function postUntilTaken(
  { slots }: ChaosWorld,
  ledger: ChaosLedger,
  { alerts, sent }: Batch,
): Promise<void> {
  const body = JSON.stringify(alerts);
  for (let tries = 1, at = ledger.acknowledged; ; tries += 1, at += 1) {
    const awake = slots.awake();
    const replica = awake[at % Math.max(1, awake.length)];
    if (replica !== undefined) {
      for (const series of sent) series.attempts += 1;
      const refusal = await post(replica.url, body);
      if (refusal === null) {
        note(ledger, sent);
        ledger.tries.set(tries, (ledger.tries.get(tries) ?? 0) + 1);
        return;
      }
      ledger.refusals.set(refusal, (ledger.refusals.get(refusal) ?? 0) + 1);
    }
    if (tries > 1 || replica === undefined) await delay(retryMs);
  }
}

/** null: it was taken. Throws for what no other try would mend. */
async function post(url: string, body: string): Promise<string | null> {
  let response: Response;
  try {
    response = await fetch(`${url}/api/v1/alerts`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
      signal: AbortSignal.timeout(answerMs),
    });
    if (response.ok) {
      await response.arrayBuffer();
      return null;
    }
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code;
    return cause ?? (error as Error).name;
  }
  if (response.status < 500) {
    throw new Error(`Alerts were answered ${response.status}: ${await response.text()}`);
  }
  await response.arrayBuffer();
  return String(response.status);
}

async function produceUntilTaken(
  { producer }: ChaosWorld,
  ledger: ChaosLedger,
  { topic, alerts, sent }: Batch & { readonly topic: string },
): Promise<void> {
  const partition = ledger.acknowledged % (chaosTopics.get(topic) ?? 1);
  const messages = alerts.map((alert) => ({ value: JSON.stringify(alert), partition }));
  for (;;) {
    for (const series of sent) series.attempts += 1;
    try {
      await producer.send({ topic, acks: -1, messages });
      note(ledger, sent);
      return;
    } catch {
      ledger.refusals.set('produce', (ledger.refusals.get('produce') ?? 0) + 1);
      await delay(retryMs);
    }
  }
}

function note(ledger: ChaosLedger, sent: readonly SentSeries[]): void {
  for (const series of sent) series.acknowledged += 1;
  ledger.acknowledged += sent.length;
}
