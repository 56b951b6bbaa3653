import { expect } from 'chai';
import fc from 'fast-check';
import type { Store } from '../../src/app/ports.js';
import type { TimelineEvent } from '../../src/domain/incident/timeline-event.js';
import type { Changes } from '../../src/domain/triage/changes.js';
import { readEveryPage } from '../support/read-every-page.js';
import { sampleAlert, sampleEvent, sampleIncident, sampleSilence } from '../support/sample-documents.js';
import * as oracle from './list-oracle.js';
import { rejectionOf } from './rejection-of.js';
import { sampleCommit } from './sample-commit.js';
import type { StoreBench } from './store.contract.js';

const DATA_SETS = 8;
const QUERIES = 30;

/** The part of Store's contract about lists: filters, order, pages. */
export function describeLists(makeBench: () => Promise<StoreBench>): void {
  const withStore = async (given: Partial<Changes>, use: (store: Store) => Promise<void>): Promise<void> => {
    const bench = await makeBench();
    const store = await bench.open();
    try {
      await store.open(0);
      await store.stage(sampleCommit(1, given))();
      await use(store);
    } finally {
      await store.close();
      await bench.remove();
    }
  };

  it('lists incidents by any filter in any order on pages of any size', async () => {
    const queries = fc.array(fc.tuple(oracle.incidentQueries, fc.integer({ min: 1, max: 7 })), {
      minLength: QUERIES,
      maxLength: QUERIES,
    });
    let severalPages = 0;
    await fc.assert(
      fc.asyncProperty(oracle.someIncidents, queries, async (incidents, asked) => {
        await withStore({ incidents }, async (store) => {
          for (const [query, limit] of asked) {
            const found = await readEveryPage((after) => store.incidents({ ...query, limit, ...after }));
            const expected = oracle.expectedIncidents(incidents, query);
            expect(found, JSON.stringify(query)).to.deep.equal(expected);
            if (expected.length > limit) severalPages += 1;
          }
        });
      }),
      { numRuns: DATA_SETS },
    );
    expect(severalPages, 'queries with several pages').to.be.greaterThan(DATA_SETS);
  }).timeout(60_000);

  it('lists alerts by any filter, those that left an incident among its own', async () => {
    const queries = fc.array(fc.tuple(oracle.alertQueries, fc.integer({ min: 1, max: 7 })), {
      minLength: QUERIES,
      maxLength: QUERIES,
    });
    let severalPages = 0;
    await fc.assert(
      fc.asyncProperty(oracle.someAlerts, oracle.someAlerts, queries, async (now, others, asked) => {
        const former = others.filter((alert) => alert.incident !== null);
        await withStore({ alerts: now, formerAlerts: former }, async (store) => {
          for (const [query, limit] of asked) {
            const found = await readEveryPage((after) => store.alerts({ ...query, limit, ...after }));
            const expected = oracle.expectedAlerts({ now, former }, query);
            expect(found, JSON.stringify(query)).to.deep.equal(expected);
            if (expected.length > limit) severalPages += 1;
          }
        });
      }),
      { numRuns: DATA_SETS },
    );
    expect(severalPages, 'queries with several pages').to.be.greaterThan(DATA_SETS);
  }).timeout(60_000);

  it('lists a timeline in the order of events, page by page', async () => {
    const timeline = Array.from({ length: 25 }, (_, at) => sampleEvent({ seq: at * 3, at: 1000 - at }));
    const others = timeline.map((event) => ({ ...event, incident: 'INC-7' }));
    await withStore({ timeline: [...timeline, ...others].reverse() }, async (store) => {
      const found = await readEveryPage((after) => store.timeline('INC-42', { limit: 4, ...after }));
      expect(found).to.deep.equal(timeline);
    });
  });

  it('lists a timeline whole whose events came many at once or one by one, on pages of any size', async () => {
    const events = Array.from({ length: 200 }, (_, seq) =>
      sampleEvent({ seq, incident: `INC-${seq % 3}`, by: seq === 99 ? 'x'.repeat(50_000) : 'ada' }),
    );
    const incidents = ['INC-0', 'INC-1', 'INC-2'].map((id, number) => sampleIncident({ id, number }));
    await withStore({ incidents, timeline: events.slice(0, 2) }, async (store) => {
      const cuts = [2, 150, 151, 154, 200];
      for (const [at, to] of cuts.slice(1).entries())
        await store.stage(sampleCommit(at + 2, { timeline: events.slice(cuts[at], to) }))();
      for (const limit of [1, 4, 19, 20, 21, 100]) {
        for (const { id: incident } of incidents) {
          const found = await readEveryPage((after) => store.timeline(incident, { limit, ...after }));
          expect(found, `${incident} by ${limit}`).to.deep.equal(
            events.filter((event) => event.incident === incident),
          );
        }
      }
      const kept: TimelineEvent[] = [];
      for await (const batch of store.contents(0))
        kept.push(...batch.flatMap((each) => (each.kind === 'event' ? [each.value] : [])));
      for (const { id: incident } of incidents)
        expect(kept.filter((event) => event.incident === incident)).to.deep.equal(
          events.filter((event) => event.incident === incident),
        );
    });
  });

  it('lists silences by id, of any of the states', async () => {
    const states = ['pending', 'active', 'expired'] as const;
    const silences = Array.from({ length: 20 }, (_, at) =>
      sampleSilence({ id: `s${at + 10}`, state: states[at % 3]! }),
    );
    await withStore({ silences: [...silences].reverse() }, async (store) => {
      expect(await readEveryPage((after) => store.silences({ limit: 3, ...after }))).to.deep.equal(silences);
      const asked = ['active', 'expired', 'unknown'];
      const found = await readEveryPage((after) => store.silences({ state: asked, limit: 3, ...after }));
      expect(found).to.deep.equal(silences.filter(({ state }) => asked.includes(state)));
    });
  });

  it('finds the few alerts that fit among many, however small the pages', async () => {
    const alerts = Array.from({ length: 4000 }, (_, at) =>
      sampleAlert({ fingerprint: `f${at + 10_000}`, labels: { rare: at % 997 === 0 ? 'yes' : 'no' } }),
    );
    const matchers = [{ name: 'rare', value: 'yes', isRegex: false, isEqual: true }];
    await withStore({ alerts }, async (store) => {
      const found = await readEveryPage((after) => store.alerts({ matchers, limit: 2, ...after }));
      expect(found).to.deep.equal(alerts.filter(({ labels }) => labels['rare'] === 'yes'));
    });
  });

  it('says there is no next page when the last one is just full', async () => {
    const alerts = ['a', 'b', 'c', 'd'].map((fingerprint) => sampleAlert({ fingerprint }));
    await withStore({ alerts, timeline: [sampleEvent()], incidents: [sampleIncident()] }, async (store) => {
      expect((await store.alerts({ limit: 4 })).next).to.equal(null);
      expect((await store.alerts({ limit: 3 })).next).to.be.a('string');
      expect((await store.incidents({ sort: [], limit: 1 })).next).to.equal(null);
      expect((await store.timeline('INC-42', { limit: 1 })).next).to.equal(null);
    });
  });

  it('refuses a cursor that it did not give for this list', async () => {
    const numbers = [1, 2, 3];
    const given = {
      incidents: numbers.map((number) => sampleIncident({ id: `INC-${number}`, number })),
      alerts: numbers.map((number) => sampleAlert({ fingerprint: `f${number}` })),
      silences: numbers.map((number) => sampleSilence({ id: `s${number}` })),
      timeline: numbers.map((seq) => sampleEvent({ seq })),
    };
    await withStore(given, async (store) => {
      const byPriority = [{ key: 'priority' as const, descending: false }];
      const byState = [{ key: 'state' as const, descending: false }];
      const lists: ((after: string) => Promise<unknown>)[] = [
        (after) => store.incidents({ sort: byState, limit: 1, after }),
        (after) => store.alerts({ limit: 1, after }),
        (after) => store.silences({ limit: 1, after }),
        (after) => store.timeline('INC-42', { limit: 1, after }),
      ];
      const foreign = (await store.incidents({ sort: byPriority, limit: 1 })).next!;
      for (const cursor of [
        '',
        'x',
        '%%%',
        foreign,
        `${foreign}A`,
        Buffer.from('[1]').toString('base64url'),
      ]) {
        for (const list of lists) {
          const refused = await rejectionOf(list(cursor));
          expect(refused, cursor).to.include({ code: 'bad-cursor', retriable: false });
        }
      }
    });
  });

  it('refuses matchers that do not compile', async () => {
    await withStore({ alerts: [sampleAlert()] }, async (store) => {
      const matchers = [{ name: 'a', value: '(', isRegex: true, isEqual: true }];
      const refused = await rejectionOf(store.alerts({ matchers, limit: 1 }));
      expect(refused).to.include({ code: 'bad-matcher', retriable: false });
    });
  });
}
