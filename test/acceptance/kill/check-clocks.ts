import { expect } from 'chai';
import type { ReceivedWebhook } from '../../support/webhook-receiver.js';
import { groupBy } from './check-alerts.js';
import type { Ledger } from './ledger.js';
import type { EventSeen, WholeState } from '../../support/whole-state.js';

/** Kills neither stop a clock nor start it again: due times stand, breaches and steps come once, the last step has come. */
export function checkClocks(ledger: Ledger, state: WholeState): void {
  for (const [id, dueAt] of ledger.resolveDueAt) {
    const incident = state.incidents.get(id);
    expect(incident?.sla.resolve.dueAt, `when ${id} is due, as first seen`).to.equal(dueAt);
  }
  for (const [id, events] of state.timelines) {
    expect(count(events, 'opened'), `openings of ${id}`).to.equal(1);
    const incident = state.incidents.get(id)!;
    const untouched = incident.state === 'new';
    const breaches = events.filter(
      ({ type, detail }) => type === 'sla-breached' && detail['clock'] === 'acknowledge',
    );
    const warnings = events.filter(
      ({ type, detail }) => type === 'sla-warned' && detail['clock'] === 'acknowledge',
    );
    if (untouched) {
      expect(warnings.length, `warnings about the acknowledge clock of ${id}`).to.equal(1);
      expect(breaches.length, `breaches of the acknowledge clock of ${id}`).to.equal(1);
      expect(incident.tier, `tier of ${id}, which nobody took`).to.equal('L3');
    } else {
      expect(warnings.length, `warnings about the acknowledge clock of ${id}`).to.be.at.most(1);
      expect(breaches.length, `breaches of the acknowledge clock of ${id}`).to.be.at.most(1);
    }
    const steps = events.filter(({ type }) => type === 'notification-queued');
    const ids = steps.map(({ detail }) => String(detail['notification']));
    expect(new Set(ids).size, `notifications queued for ${id}: ${ids.join(', ')}`).to.equal(ids.length);
    const escalations = steps
      .filter(({ reason }) => reason === 'escalation')
      .map(({ detail }) => detail['step']);
    expect(new Set(escalations).size, `steps of ${id}: ${escalations.join(', ')}`).to.equal(
      escalations.length,
    );
    const told = (kind: string): number => steps.filter(({ reason }) => reason === kind).length;
    expect(told('repeat'), `repeats of the last step of ${id}`).to.be.at.most(1);
    expect(told('information'), `news of ${id} for subscribers`).to.equal(1);
    // What a downtime left undone is told once, with the latest.
    if (untouched)
      expect(escalations.includes(3) || told('repeat') === 1, `the end of the steps of ${id}`).to.equal(true);
    if (untouched) expect(told('repeat'), `the repeat of ${id}`).to.equal(1);
  }
}

/** Everything queued and not withdrawn arrived; what arrived twice carries the same key and the same words. */
export function checkNotifications(state: WholeState, received: readonly ReceivedWebhook[]): void {
  const arrived = groupBy(received, ({ idempotencyKey }) => idempotencyKey);
  expect(arrived.has(null), 'a notification without an Idempotency-Key').to.equal(false);
  for (const [key, calls] of arrived) {
    expect(
      new Set(calls.map(({ text }) => text)).size,
      `different messages under the key ${key ?? ''}`,
    ).to.equal(1);
  }
  const queued = new Set<string>();
  for (const [incident, events] of state.timelines) {
    const idsOf = (type: string): string[] =>
      events.filter((event) => event.type === type).map(({ detail }) => String(detail['notification']));
    expect(idsOf('notification-failed'), `notifications of ${incident} that failed for good`).to.deep.equal(
      [],
    );
    const withdrawn = new Set(idsOf('notification-withdrawn'));
    const sent = idsOf('notification-sent');
    expect(new Set(sent).size, `notifications of ${incident} noted as sent`).to.equal(sent.length);
    for (const id of idsOf('notification-queued')) {
      queued.add(id);
      if (!withdrawn.has(id)) expect(arrived.has(id), `arrival of ${id}`).to.equal(true);
    }
  }
  const unknown = [...arrived.keys()].filter((key) => !queued.has(key ?? ''));
  expect(unknown, 'notifications that arrived but stand in no timeline').to.deep.equal([]);
}

function count(events: readonly EventSeen[], type: string): number {
  return events.filter((event) => event.type === type).length;
}
