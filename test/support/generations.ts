import { expect } from 'chai';
import type { Store } from '../../src/app/ports.js';
import type { Changes } from '../../src/domain/triage/changes.js';
import { sampleChanges, sampleShardRecord } from '../contract/sample-commit.js';
import { readEveryPage } from './read-every-page.js';
import { sampleAlert, sampleEvent, sampleIncident, sampleOutcome } from './sample-documents.js';
import { sampleNotification } from './sample-notification.js';

const ALERTS = 300;
const fingerprints = Array.from({ length: ALERTS }, (_, at) => at.toString(16).padStart(16, '0'));

export function positionOf(commit: number): number {
  return commit * 7;
}

/** A commit that names its number in every kind of document, and takes back what the commit before put into the outbox. */
export function generation(number: number): Changes {
  return sampleChanges({
    shard: sampleShardRecord({ at: number, lastEvent: number }),
    alerts: fingerprints.map((fingerprint) => sampleAlert({ fingerprint, receivedCount: number })),
    incidents: [sampleIncident({ alertCount: number })],
    timeline: [sampleEvent({ seq: number })],
    outcomes: [sampleOutcome({ command: `command-${number}` })],
    notifications: [sampleNotification({ id: `notification-${number}` })],
    settled: [`notification-${number - 1}`],
    forgotten: { alerts: [], incidents: [], silences: [], outcomes: [`command-${number - 1}`] },
  });
}

/** Holds that the store is that after one whole commit, at least this one. Returns which. */
export async function expectWholeCommit(store: Store, atLeast: number): Promise<number> {
  const image = await store.open(0);
  const number = image.commit;
  expect(number).to.be.at.least(atLeast);
  if (number === 0) {
    expect([image.position, image.alerts, image.incidents]).to.deep.equal([0, [], []]);
    return 0;
  }
  expect(image.position).to.equal(positionOf(number));
  expect(image.shard).to.deep.equal(generation(number).shard);
  expect(image.alerts.map((alert) => alert.fingerprint)).to.deep.equal(fingerprints);
  expect(new Set(image.alerts.map((alert) => alert.receivedCount))).to.deep.equal(new Set([number]));
  expect(image.incidents.map((incident) => incident.alertCount)).to.deep.equal([number]);
  expect(image.outcomes.map(({ command }) => command)).to.deep.equal([`command-${number}`]);
  const outbox = await store.outbox(0).pending();
  expect(outbox.map(({ notification }) => notification.id)).to.deep.equal([`notification-${number}`]);
  const events = await readEveryPage((after) => store.timeline('INC-42', { limit: 500, ...after }));
  expect(events.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: number }, (_, at) => at + 1));
  return number;
}
