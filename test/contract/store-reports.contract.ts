import { expect } from 'chai';
import fc from 'fast-check';
import type { Page, Store } from '../../src/app/ports.js';
import { hourMs, noAlerts, type AlertTally } from '../../src/domain/alert/alert-tally.js';
import { refiredAlertOf } from '../../src/domain/alert/refired-alert.js';
import { factsOf } from '../../src/domain/incident/incident-facts.js';
import { readEveryPage } from '../support/read-every-page.js';
import { sampleAlert, sampleIncident } from '../support/sample-documents.js';
import { rejectionOf } from './rejection-of.js';
import { sampleCommit, sampleShardRecord } from './sample-commit.js';
import type { StoreBench } from './store.contract.js';

const runs = { numRuns: 15 };
const anInstant = fc.integer({ min: 0, max: 9 });
const aPeriod = fc.record({ since: anInstant, until: anInstant });
const aLimit = fc.integer({ min: 1, max: 4 });

/** The part of Store's contract about what reports read. */
export function describeReports(makeBench: () => Promise<StoreBench>): void {
  const withStore = async (use: (store: Store) => Promise<void>): Promise<void> => {
    const bench = await makeBench();
    const store = await bench.open();
    try {
      await store.open(0);
      await use(store);
    } finally {
      await store.close();
      await bench.remove();
    }
  };

  it('gives the facts of incidents in order of opening: opened before the one instant, written since the other', async () => {
    const someIncidents = fc.array(fc.record({ openedAt: anInstant, touched: anInstant }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(someIncidents, aPeriod, aLimit, async (drawn, period, limit) => {
        const rows = drawn.map(({ openedAt, touched }, index) => ({
          incident: sampleIncident({ id: `INC-${index + 1}`, number: index + 1, openedAt }),
          touched,
        }));
        await withStore(async (store) => {
          // Log time never goes back from commit to commit.
          const commits = [...rows].sort((a, b) => a.touched - b.touched);
          for (const [index, { incident, touched }] of commits.entries()) {
            const shard = sampleShardRecord({ at: touched });
            await store.stage(sampleCommit(index + 1, { shard, incidents: [incident] }))();
          }
          const found = await readEveryPage((after) => store.incidentFacts({ ...period, limit, ...after }));
          const expected = rows
            .filter(({ incident, touched }) => incident.openedAt < period.until && touched >= period.since)
            .sort((a, b) => a.incident.openedAt - b.incident.openedAt)
            .map(({ incident }) => factsOf(incident));
          expect(found).to.deep.equal(expected);
        });
      }),
      runs,
    );
  });

  it('gives every alert that fired more than once and was seen since, however few of many they are', async () => {
    const someAlerts = fc.array(
      fc.record({ occurrenceCount: fc.integer({ min: 1, max: 3 }), lastSeenAt: anInstant }),
    );
    await fc.assert(
      fc.asyncProperty(someAlerts, anInstant, aLimit, async (drawn, since, limit) => {
        const alerts = drawn.map((row, index) => sampleAlert({ ...row, fingerprint: `f${index + 100}` }));
        await withStore(async (store) => {
          await store.stage(sampleCommit(1, { alerts }))();
          // What mere repeats change is seen too.
          const touched = alerts
            .slice(0, 2)
            .map((alert) => ({ ...alert, lastSeenAt: 20, receivedCount: 99 }));
          await store.stage(sampleCommit(2, { touched }))();
          const found = await readEveryPage((after) => store.refiredAlerts({ since, limit, ...after }));
          const expected = [...touched, ...alerts.slice(2)]
            .filter(({ occurrenceCount, lastSeenAt }) => occurrenceCount > 1 && lastSeenAt >= since)
            .map(refiredAlertOf);
          expect(found).to.have.deep.members(expected);
        });
      }),
      runs,
    );
  });

  it('gives the hours of a period in order, each as it was written last', async () => {
    const tally = (hour: number, received: number): AlertTally => ({
      ...noAlerts,
      hour: hour * hourMs,
      received,
      suppressed: { silence: received },
    });
    await withStore(async (store) => {
      await store.stage(sampleCommit(1, { tallies: [tally(3, 1), tally(4, 1)] }))();
      await store.stage(sampleCommit(2, { tallies: [tally(4, 5), tally(1, 1), tally(6, 2)] }))();
      const read = (since: number, until: number, limit: number) =>
        readEveryPage((after) =>
          store.tallies({ since: since * hourMs, until: until * hourMs, limit, ...after }),
        );
      expect(await read(0, 9, 2)).to.deep.equal([tally(1, 1), tally(3, 1), tally(4, 5), tally(6, 2)]);
      expect(await read(3, 6, 1)).to.deep.equal([tally(3, 1), tally(4, 5)]);
      expect(await read(5, 6, 9)).to.deep.equal([]);
      await store.purge(0, 4 * hourMs);
      expect(await read(0, 9, 9), 'after retention').to.deep.equal([tally(4, 5), tally(6, 2)]);
    });
  });

  it('refuses a cursor of another report', async () => {
    await withStore(async (store) => {
      const incidents = [1, 2].map((number) => sampleIncident({ id: `INC-${number}`, number }));
      const tallies = [1, 2].map((hour) => ({ ...noAlerts, received: 1, hour }));
      const alerts = ['a', 'b'].map((fingerprint) => sampleAlert({ fingerprint, occurrenceCount: 2 }));
      await store.stage(sampleCommit(1, { incidents, tallies, alerts }))();
      const asked = { since: 0, until: Number.MAX_SAFE_INTEGER, limit: 1 };
      const lists: ((after: { after?: string }) => Promise<Page<unknown>>)[] = [
        (after) => store.incidentFacts({ ...asked, ...after }),
        (after) => store.refiredAlerts({ since: 0, limit: 1, ...after }),
        (after) => store.tallies({ ...asked, ...after }),
      ];
      for (const list of lists) {
        const { next } = await list({});
        expect(next).to.be.a('string');
        for (const other of lists.filter((each) => each !== list)) {
          const refused = await rejectionOf(other({ after: next! }));
          expect(refused).to.include({ code: 'bad-cursor', retriable: false });
        }
      }
    });
  });
}
