import { setTimeout as delay } from 'node:timers/promises';
import { sendJson } from '../send-json.js';
import type { ReplicaSlots } from './replica-slots.js';

export interface TriageProbe {
  /** No more are sent; those under way are awaited. Resolves to how long each took until it could be read; ms. */
  stop(): Promise<readonly number[]>;
}

const everyMs = 500;
const lookMs = 100;

/** Sends an alert of its own now and then, and looks for it until some replica shows it. */
export function startTriageProbe(slots: Pick<ReplicaSlots, 'awake'>): TriageProbe {
  let stopped = false;
  const isStopped = (): boolean => stopped;
  const probes: Promise<number>[] = [];
  const running = (async () => {
    for (let number = 0; !isStopped(); number += 1) {
      const probe = measure(slots, `probe-${number}`);
      probe.catch(() => undefined);
      probes.push(probe);
      await delay(everyMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await running;
      return Promise.all(probes);
    },
  };
}

/** Time counts from when it was acknowledged. */
async function measure(slots: Pick<ReplicaSlots, 'awake'>, series: string): Promise<number> {
  const labels = { alertname: 'Probe', series, group: `probe-${series.slice(-1)}` };
  const body = { labels, severity: 'error', title: series };
  await atAnyOf(slots, async (url) => {
    return (await sendJson(`${url}/api/v1/alerts`, { body })).status === 202;
  });
  const startedAt = Date.now();
  await atAnyOf(slots, async (url) => {
    const matcher = encodeURIComponent(`series="${series}"`);
    const answer = await fetch(`${url}/api/v1/alerts?matcher=${matcher}`);
    return ((await answer.json()) as { items: readonly unknown[] }).items.length > 0;
  });
  return Date.now() - startedAt;
}

async function atAnyOf(
  { awake }: Pick<ReplicaSlots, 'awake'>,
  ask: (url: string) => Promise<boolean>,
): Promise<void> {
  for (let at = 0; ; at += 1) {
    const replicas = awake();
    const replica = replicas[at % Math.max(1, replicas.length)];
    if (replica !== undefined && (await ask(replica.url).catch(() => false))) return;
    await delay(lookMs);
  }
}
