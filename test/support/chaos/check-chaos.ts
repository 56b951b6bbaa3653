import { expect } from 'chai';
import { checkNotifications } from '../../acceptance/kill/check-clocks.js';
import type { ReceivedWebhook } from '../webhook-receiver.js';
import type { WholeState } from '../whole-state.js';
import type { ChaosLedger } from './chaos-load.js';

/** Everything acknowledged is there, as often as it was sent; no more often than it was tried, and in one occurrence. */
export function checkCounts({ series }: ChaosLedger, { alerts }: WholeState): void {
  const stored = new Map(alerts.map((alert) => [alert.labels['series'] ?? '', alert]));
  const wrong: string[] = [];
  for (const [name, { acknowledged, attempts }] of series) {
    const alert = stored.get(name);
    const received = alert?.receivedCount ?? 0;
    if (received < acknowledged || received > attempts)
      wrong.push(`${name}: ${received} counted, ${acknowledged} acknowledged of ${attempts} tries`);
    else if (alert !== undefined && alert.occurrenceCount !== 1)
      wrong.push(`${name}: ${alert.occurrenceCount} occurrences`);
  }
  expect(wrong.length, wrong.slice(0, 5).join('\n')).to.equal(0);
  expect(alerts.length, 'alerts').to.equal(series.size);
}

/** One incident for each group, that holds all of it. */
export function checkGroups({ alerts, incidents }: WholeState): void {
  const incidentOf = new Map<string, string | null>();
  const sizes = new Map<string | null, number>();
  for (const { labels, incident } of alerts) {
    const group = labels['group'] ?? '';
    expect(incidentOf.get(group) ?? incident, `the incident of ${group}`).to.equal(incident);
    incidentOf.set(group, incident);
    sizes.set(incident, (sizes.get(incident) ?? 0) + 1);
  }
  expect([...sizes.keys()].sort()).to.deep.equal([...incidents.keys()].sort());
  for (const [id, { alertCount }] of incidents) expect(alertCount, `alerts of ${id}`).to.equal(sizes.get(id));
}

/** None is lost; one that came twice came under the same key with the same words. Returns how many came twice. */
export function checkTold(state: WholeState, received: readonly ReceivedWebhook[]): number {
  checkNotifications(state, received);
  for (const [id, events] of state.timelines) {
    expect(
      events.some(({ type }) => type === 'notification-sent'),
      `whether anybody was told of ${id}`,
    ).to.equal(true);
  }
  return received.length - new Set(received.map(({ idempotencyKey }) => idempotencyKey)).size;
}
