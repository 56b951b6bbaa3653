import { expect } from 'chai';
import fc from 'fast-check';
import type { IncidentQuery, Page, Store } from '../../src/app/ports.js';
import { incidentRanks } from '../../src/app/incident-order.js';
import type { Alert } from '../../src/domain/alert/alert.js';
import type { Incident } from '../../src/domain/incident/incident.js';
import type { Changes } from '../../src/domain/triage/changes.js';
import { sampleAlert, sampleEvent, sampleIncident, sampleSilence } from '../support/sample-documents.js';
import * as oracle from './list-oracle.js';
import { sampleCommit } from './sample-commit.js';
import type { StoreBench } from './store.contract.js';

const HISTORIES = 6;
const READERS = 12;

/** What is committed between two pages: documents by number, known ones changed and others new. */
function someSteps<T>(fields: fc.Arbitrary<T>): fc.Arbitrary<readonly (readonly (readonly [number, T])[])[]> {
  const change = fc.tuple(fc.integer({ min: 1, max: 60 }), fields);
  return fc.array(fc.array(change, { maxLength: 20 }), { minLength: 3, maxLength: 12 });
}

/** Queries with the size of their pages. */
function someReaders<Q>(queries: fc.Arbitrary<Q>): fc.Arbitrary<readonly (readonly [Q, number])[]> {
  const reader = fc.tuple(queries, fc.integer({ min: 1, max: 5 }));
  return fc.array(reader, { minLength: READERS, maxLength: READERS });
}

interface History {
  readonly first: Partial<Changes>;
  readonly steps: readonly Partial<Changes>[];
}

type Read<T> = (store: Store, after: { after?: string }) => Promise<Page<T>>;

interface Paged<T> {
  readonly rows: T[];
  /** How many of the steps were committed before the last page was read. */
  steps: number;
}

const states = ['pending', 'active', 'expired'] as const;

/** The part of Store's contract about lists that are read page by page while their rows come, change and go. */
export function describePaging(makeBench: () => Promise<StoreBench>): void {
  /** Every reader reads page after page; before each page but the first the next step is committed. */
  async function pageThrough<T>(history: History, readers: readonly Read<T>[]): Promise<readonly Paged<T>[]> {
    const bench = await makeBench();
    const store = await bench.open();
    try {
      await store.open(0);
      await store.stage(sampleCommit(1, history.first))();
      const all = readers.map((read) => ({ read, after: {}, done: false, rows: [] as T[], steps: 0 }));
      for (let round = 0; all.some(({ done }) => !done); round += 1) {
        const step = history.steps[round - 1];
        if (step !== undefined) await store.stage(sampleCommit(round + 1, step))();
        for (const one of all.filter(({ done }) => !done)) {
          const { items, next } = await one.read(store, one.after);
          one.rows.push(...items);
          one.steps = Math.min(round, history.steps.length);
          one.done = next === null;
          one.after = next === null ? {} : { after: next };
        }
      }
      return all;
    } finally {
      await store.close();
      await bench.remove();
    }
  }

  it('shows every incident that fits all the time once, unless it moves in the order, and none twice that does not', async () => {
    let certain = 0;
    await fc.assert(
      fc.asyncProperty(
        oracle.someIncidents,
        someReaders(oracle.incidentQueries),
        someSteps(oracle.incidentFields),
        async (first, readers, changes) => {
          const steps = changes.map((rows) => ({ incidents: incidentsOf(rows) }));
          const reads = readers.map(([query, limit]): Read<Incident> => {
            return (store, after) => store.incidents({ ...query, limit, ...after });
          });
          const pages = await pageThrough({ first: { incidents: first }, steps }, reads);
          for (const [at, { rows, steps: seen }] of pages.entries()) {
            const [query] = readers[at]!;
            for (const [id, versions] of versionsOf(first, steps.slice(0, seen))) {
              const there = versions.filter((one) => one !== undefined);
              if (new Set(there.map((one) => keyOf(one, query.sort))).size > 1) continue;
              const always = oracle.expectedIncidents(there, query).length === versions.length;
              const count = rows.filter((row) => row.id === id).length;
              expect(count, `${id} of ${JSON.stringify(query)}`).to.be.within(always ? 1 : 0, 1);
              if (always && seen > 0) certain += 1;
            }
          }
        },
      ),
      { numRuns: HISTORIES },
    );
    expect(certain, 'incidents that had to be there').to.be.above(5);
  }).timeout(60_000);

  it('shows every incident that fits all the time exactly once in the order of id, however it changes', async () => {
    const team = ['payments'];
    const payments = (rows: readonly Incident[]): Incident[] =>
      rows.map((row) => ({ ...row, team: 'payments' }));
    await fc.assert(
      fc.asyncProperty(oracle.someIncidents, someSteps(oracle.incidentFields), async (rows, changes) => {
        const first = payments(rows);
        const steps = changes.map((step) => ({ incidents: payments(incidentsOf(step)) }));
        const reads = [1, 2, 3, 5].map((limit): Read<Incident> => {
          const sort = [{ key: 'id' as const, descending: limit % 2 === 0 }];
          return (store, after) => store.incidents({ team, sort, limit, ...after });
        });
        for (const [at, paged] of (
          await pageThrough({ first: { incidents: first }, steps }, reads)
        ).entries()) {
          const seen = paged.rows.map(({ number }) => number);
          const sign = at === 1 ? -1 : 1;
          expect(seen).to.deep.equal([...new Set(seen)].sort((a, b) => sign * (a - b)));
          expect(seen).to.include.members(first.map(({ number }) => number));
        }
      }),
      { numRuns: HISTORIES },
    );
  }).timeout(60_000);

  it('shows every alert that fits all the time exactly once, those that leave for another incident too', async () => {
    let certain = 0;
    await fc.assert(
      fc.asyncProperty(
        oracle.someAlerts,
        someReaders(oracle.alertQueries),
        someSteps(oracle.alertFields),
        async (first, readers, changes) => {
          const { moments, steps } = alertHistory(first, changes);
          const reads = readers.map(([query, limit]): Read<Alert> => {
            return (store, after) => store.alerts({ ...query, limit, ...after });
          });
          const pages = await pageThrough({ first: { alerts: first }, steps }, reads);
          for (const [at, paged] of pages.entries()) {
            const [query] = readers[at]!;
            const fitting = moments.slice(0, paged.steps + 1).map(({ now, former }) => {
              const all = { now: [...now.values()], former: [...former.values()] };
              return new Set(oracle.expectedAlerts(all, query).map(({ fingerprint }) => fingerprint));
            });
            const seen = paged.rows.map(({ fingerprint }) => fingerprint);
            expect(seen, 'in order and none twice').to.deep.equal([...new Set(seen)].sort());
            const always = [...fitting[0]!].filter((id) => fitting.every((set) => set.has(id)));
            expect(seen, JSON.stringify(query)).to.include.members(always);
            if (paged.steps > 0) certain += always.length;
          }
        },
      ),
      { numRuns: HISTORIES },
    );
    expect(certain, 'alerts that had to be there').to.be.above(50);
  }).timeout(60_000);

  it('shows silences and a timeline that grow exactly once', async () => {
    const silence = (at: number, state: number) =>
      sampleSilence({ id: `s${at + 100}`, state: states[state % 3]! });
    const [silences] = await pageThrough(
      {
        first: { silences: [1, 3, 5, 7, 9].map((at) => silence(at, 1)) },
        steps: [1, 2, 3].map((step) => ({
          silences: [silence(2 * step, 1), silence(9, step), silence(10 + step, 1)],
        })),
      },
      [(store, after) => store.silences({ limit: 2, ...after })],
    );
    const ids = silences!.rows.map(({ id }) => id);
    expect(ids).to.deep.equal([...new Set(ids)].sort());
    expect(ids).to.include.members(['s101', 's103', 's105', 's107', 's109']);

    const [timeline] = await pageThrough(
      {
        first: { timeline: [1, 2, 3, 4].map((seq) => sampleEvent({ seq })) },
        steps: [5, 6, 7].map((seq) => ({ timeline: [sampleEvent({ seq })] })),
      },
      [(store, after) => store.timeline('INC-42', { limit: 2, ...after })],
    );
    expect(timeline!.rows.map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });
}

function incidentsOf(rows: readonly (readonly [number, Partial<Incident>])[]): readonly Incident[] {
  const newest = new Map(rows);
  return [...newest].map(([number, fields]) => sampleIncident({ ...fields, id: `INC-${number}`, number }));
}

interface AlertMoment {
  readonly now: ReadonlyMap<string, Alert>;
  readonly former: ReadonlyMap<string, Alert>;
}

/** What is committed when alerts change so, and what there is before the first step and after each. */
function alertHistory(
  first: readonly Alert[],
  changes: readonly (readonly (readonly [number, Partial<Alert>])[])[],
): { readonly moments: readonly AlertMoment[]; readonly steps: readonly Partial<Changes>[] } {
  const moments: AlertMoment[] = [
    { now: new Map(first.map((one) => [one.fingerprint, one])), former: new Map() },
  ];
  const steps = changes.map((rows) => {
    const before = moments.at(-1)!;
    const alerts = [...new Map(rows)].map(([at, fields]) =>
      sampleAlert({ ...fields, fingerprint: `f${at + 99}` }),
    );
    const formerAlerts = alerts.flatMap(({ fingerprint, incident }) => {
      const old = before.now.get(fingerprint);
      return old === undefined || old.incident === null || old.incident === incident ? [] : [old];
    });
    const left = formerAlerts.map((one) => [`${one.fingerprint} ${one.incident!}`, one] as const);
    moments.push({
      now: new Map([...before.now, ...alerts.map((one) => [one.fingerprint, one] as const)]),
      former: new Map([...before.former, ...left]),
    });
    return { alerts, formerAlerts };
  });
  return { moments, steps };
}

/** Each incident as it was before the first page and after each commit; undefined while it was not there. */
function versionsOf(
  first: readonly Incident[],
  commits: readonly { readonly incidents: readonly Incident[] }[],
): ReadonlyMap<string, readonly (Incident | undefined)[]> {
  const moments: ReadonlyMap<string, Incident>[] = [new Map(first.map((one) => [one.id, one]))];
  for (const { incidents } of commits)
    moments.push(new Map([...moments.at(-1)!, ...incidents.map((one) => [one.id, one] as const)]));
  const ids = [...moments.at(-1)!.keys()];
  return new Map(ids.map((id) => [id, moments.map((moment) => moment.get(id))]));
}

function keyOf(incident: Incident, sort: IncidentQuery['sort']): string {
  const ranks = incidentRanks(incident);
  return sort.map(({ key }) => ranks[key]).join();
}
