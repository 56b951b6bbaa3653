import { expect } from 'chai';
import type { Ledger } from './ledger.js';
import type { AlertSeen, WholeState } from '../../support/whole-state.js';

/** Every acknowledged request is there whole, every unknown one whole or not at all, and nothing else is. */
export function checkBatches(ledger: Ledger, state: WholeState): void {
  const stored = groupBy(state.alerts, (alert) => alert.labels['request']);
  for (const batch of ledger.batches) {
    const alerts = stored.get(batch.request) ?? [];
    stored.delete(batch.request);
    const allowed = batch.fate === 'acknowledged' ? [batch.alerts] : [0, batch.alerts];
    expect(allowed, `alerts of the ${batch.fate} request ${batch.request}`).to.include(alerts.length);
    for (const alert of alerts) {
      expect([alert.receivedCount, alert.occurrenceCount], `counts of one of ${batch.request}`).to.deep.equal(
        [1, 1],
      );
    }
  }
  stored.delete(undefined);
  expect([...stored.keys()], 'requests that nobody sent').to.deep.equal([]);
}

/** acknowledged ≤ received ≤ acknowledged + unknown, all in one uninterrupted occurrence. */
export function checkRepeats(ledger: Ledger, state: WholeState): void {
  const stored = new Map(state.alerts.map((alert) => [alert.labels['series'], alert]));
  for (const { series, acknowledged, unknown } of ledger.repeats.values()) {
    const alert = stored.get(series);
    const received = alert?.receivedCount ?? 0;
    expect(received, `messages of ${series}`).to.be.within(acknowledged, acknowledged + unknown);
    if (alert !== undefined) expect(alert.occurrenceCount, `occurrences of ${series}`).to.equal(1);
  }
}

/** One incident for each group, one for each alert without a group, none for muted ones; their counts are their alerts'. */
export function checkIncidents(ledger: Ledger, state: WholeState): void {
  const silenceIds = new Map(state.silences.map(({ comment, id }) => [comment, id]));
  const members = groupBy(state.alerts, (alert) => alert.incident);
  for (const alert of members.get(null) ?? []) {
    const silence = silenceIds.get(alert.labels['quiet'] ?? '');
    expect(silence, `why ${JSON.stringify(alert.labels)} has no incident`).to.be.a('string');
    expect(alert.suppressedBy.map(({ id }) => id)).to.deep.equal([silence]);
  }
  members.delete(null);
  expect([...members.keys()].sort(), 'incidents that have alerts').to.deep.equal(
    [...state.incidents.keys()].sort(),
  );
  for (const [id, alerts] of members) {
    const incident = state.incidents.get(id ?? '')!;
    expect([incident.alertCount, incident.occurrenceCount], `counts of ${incident.id}`).to.deep.equal([
      alerts.length,
      alerts.length,
    ]);
    const groups = new Set(alerts.map((alert) => alert.labels['group']));
    expect(groups.size, `groups in ${incident.id}`).to.equal(1);
    if (groups.has(undefined))
      expect(alerts.length, `alerts of ${incident.id}, which is nobody's group`).to.equal(1);
  }
  checkOneIncidentPerGroup(state.alerts);
  for (const { silence, request } of ledger.batches.filter((batch) => batch.silence !== null)) {
    const loud = state.alerts.filter(
      (alert) => alert.labels['request'] === request && alert.incident !== null,
    );
    expect(loud, `alerts that the acknowledged silence ${silence ?? ''} let through`).to.deep.equal([]);
  }
}

function checkOneIncidentPerGroup(alerts: readonly AlertSeen[]): void {
  const groups = groupBy(
    alerts.filter((alert) => alert.labels['group'] !== undefined),
    (alert) => alert.labels['group'],
  );
  for (const [group, members] of groups) {
    const incidents = new Set(members.map((alert) => alert.incident));
    expect(incidents.size, `incidents of group ${group ?? ''}`).to.equal(1);
  }
}

export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
