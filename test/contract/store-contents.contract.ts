import { expect } from 'chai';
import type { Store } from '../../src/app/ports.js';
import { noAlerts } from '../../src/domain/alert/alert-tally.js';
import type { StoredDocument } from '../../src/app/stored-document.js';
import {
  sampleAlert,
  sampleDeadLetter,
  sampleEvent,
  sampleIncident,
  sampleOutcome,
  sampleSilence,
} from '../support/sample-documents.js';
import { sampleNotification } from '../support/sample-notification.js';
import { rejectionOf } from './rejection-of.js';
import { nothingForgotten, sampleCommit, sampleShardRecord } from './sample-commit.js';
import type { StoreTest } from './store.contract.js';

/** The part of Store's contract about giving everything away. */
export function describeContents(current: () => StoreTest): void {
  const [early, late] = [sampleShardRecord({ at: 1_000 }), sampleShardRecord({ at: 2_000 })];
  const old = {
    alert: sampleAlert({ fingerprint: 'old' }),
    incident: sampleIncident({ id: 'INC-1', number: 1, state: 'closed' }),
    silence: sampleSilence({ id: 'old' }),
  };
  const kept = {
    ...{ alert: sampleAlert(), former: sampleAlert({ title: 'as it was', incident: 'INC-1' }) },
    ...{ incident: sampleIncident(), silence: sampleSilence({ id: 'new' }), event: sampleEvent() },
    ...{ outcome: sampleOutcome({ command: 'kept' }), letter: sampleDeadLetter({ text: '{"é\u0000"\n' }) },
  };
  const repeated = { ...kept.alert, receivedCount: 99, lastSeenAt: kept.alert.lastSeenAt + 5 };
  const tally = { hour: 3_600_000, ...noAlerts };
  const first = sampleNotification({ id: 'z-first' });
  const second = sampleNotification({ id: 'a-second', createdAt: first.createdAt + 1 });

  const fill = async (store: Store): Promise<void> => {
    await store.open(0);
    await store.stage(
      sampleCommit(1, {
        shard: early,
        ...{ alerts: [old.alert, kept.alert], formerAlerts: [kept.former] },
        ...{ incidents: [old.incident, kept.incident], silences: [old.silence] },
        ...{ timeline: [kept.event], tallies: [tally], notifications: [first] },
        outcomes: [kept.outcome, sampleOutcome({ command: 'old' })],
      }),
    )();
    await store.stage(
      sampleCommit(2, {
        shard: late,
        ...{ touched: [repeated], silences: [kept.silence], deadLetters: [kept.letter] },
        ...{ incidents: [kept.incident], notifications: [second, sampleNotification({ id: 'sent' })] },
        settled: ['sent'],
        forgotten: { alerts: ['old'], incidents: ['INC-1'], silences: ['old'], outcomes: ['old'] },
      }),
    )();
    await store.outbox(0).recordAttempt('z-first', { attempts: 2, nextAttemptAt: 7, error: 'busy' });
  };

  it('gives all of a shard away, also what was forgotten, with when it was written', async () => {
    const { store, another } = current();
    await fill(store);
    const other = await another();
    await other.open(1);
    const alerts = [sampleAlert({ fingerprint: 'of another shard' })];
    await other.stage({ ...sampleCommit(1, { alerts, forgotten: nothingForgotten }), shard: 1 })();
    const found = await contentsOf(store);
    const of = (kind: StoredDocument['kind']) => found.filter((each) => each.kind === kind);
    const oldTouched = of('alert').find((each) => each.kind === 'alert' && each.forgotten);
    // A mere repeat may be no reason to write the document, and being forgotten may be one.
    const times = [1_000, 2_000];
    expect(oldTouched?.kind === 'alert' && times.includes(oldTouched.touched)).to.equal(true);
    expect(of('alert').map(withoutTime)).to.have.deep.members([
      { kind: 'alert', value: old.alert, forgotten: true },
      { kind: 'alert', value: repeated, forgotten: false },
    ]);
    expect(of('incident')).to.have.deep.members([
      { kind: 'incident', value: old.incident, forgotten: true, touched: 1_000 },
      { kind: 'incident', value: kept.incident, forgotten: false, touched: 2_000 },
    ]);
    expect(of('silence').map(withoutTime)).to.have.deep.members([
      { kind: 'silence', value: old.silence, forgotten: true },
      { kind: 'silence', value: kept.silence, forgotten: false },
    ]);
    expect(found.filter((each) => !('touched' in each))).to.have.deep.members([
      { kind: 'formerAlert', value: kept.former },
      { kind: 'event', value: kept.event },
      { kind: 'tally', value: tally },
      { kind: 'outcome', value: kept.outcome },
      { kind: 'deadLetter', value: kept.letter },
      {
        kind: 'waiting',
        value: { notification: first, attempts: 2, nextAttemptAt: 7, lastError: 'busy' },
      },
      { kind: 'waiting', value: { notification: second, attempts: 0, nextAttemptAt: 0 } },
    ]);
    expect(of('waiting').map((each) => each.kind === 'waiting' && each.value.notification.id)).to.deep.equal([
      'z-first',
      'a-second',
    ]);
  });

  it('gives nothing of a shard away that somebody else has taken over, before or meanwhile', async () => {
    const { store, another } = current();
    const fenced = { code: 'fenced', retriable: false };
    expect(await rejectionOf(contentsOf(store)), 'never opened').to.include(fenced);
    await fill(store);
    const owner = await another();
    const reading = store.contents(0)[Symbol.asyncIterator]();
    expect((await reading.next()).done).to.equal(false);
    await owner.open(0);
    const rest = async (): Promise<void> => {
      while ((await reading.next()).done !== true);
    };
    expect(await rejectionOf(rest()), 'meanwhile').to.include(fenced);
    expect(await rejectionOf(contentsOf(store)), 'before').to.include(fenced);
    expect(await contentsOf(owner)).to.not.deep.equal([]);
  });
}

async function contentsOf(store: Store): Promise<readonly StoredDocument[]> {
  const found: StoredDocument[] = [];
  for await (const batch of store.contents(0)) found.push(...batch);
  return found;
}

function withoutTime(document: StoredDocument): object {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== 'touched'));
}
