import { expect } from 'chai';
import fc from 'fast-check';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { Entry, SharedChange } from '../../../src/domain/alert/entry.js';
import { shardOfAlert } from '../../../src/domain/alert/shard-of-alert.js';
import type { Alert } from '../../../src/domain/alert/alert.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import type { ShardRecord } from '../../../src/domain/triage/changes.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import { alert, emptyLedger, imageOf, minute, morning, writeCut } from '../../support/engine-world.js';
import { groupByService, inhibition, sampleRules } from '../../support/sample-rules.js';

const label = (name: string) => ({ kind: 'label', name }) as const;
/** Groups and inhibitions stay within a cluster. */
const rules = sampleRules({
  groups: [groupByService({ by: [label('cluster'), label('service')] })],
  inhibitions: [inhibition({ equal: [label('cluster'), label('service')] })],
  partition: { by: ['cluster'], place: { file: 'bundle.yaml', line: 1, column: 1 } },
});

/** What happens at one instant, some minutes after what came before. */
type Happening = { readonly waitMs: number } & (
  { readonly alerts: readonly IncomingAlert[] } | { readonly change: SharedChange }
);

const anyAlert = fc
  .record({
    alertname: fc.constantFrom('Errors', 'Slow', 'Full'),
    service: fc.constantFrom('checkout', 'ledger'),
    cluster: fc.constantFrom('', 'lis', 'fra', 'ams', 'opo', 'mad'),
    severity: fc.constantFrom('critical', 'warning'),
    resolved: fc.boolean(),
  })
  .map(({ severity, resolved, cluster, ...labels }) =>
    alert({
      labels: { ...labels, severity, ...(cluster !== '' && { cluster }) },
      severity: severity,
      ...(resolved && { resolved: true as const }),
    }),
  );
const anyChange = fc.constantFrom<SharedChange>(
  {
    name: 'create-silence',
    silence: {
      ...{ id: 's1', endsAt: morning + 300 * minute, createdBy: 'ines', comment: 'works' },
      matchers: [{ name: 'service', value: 'ledger', isRegex: false, isEqual: true }],
    },
  },
  { name: 'expire-silence', silence: 's1' },
);
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ waitMs: anyWait(), alerts: fc.array(anyAlert, { minLength: 1, maxLength: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ waitMs: anyWait(), change: anyChange }) },
);

function anyWait(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 40 }).map((minutes) => minutes * minute);
}

/** What all shards together know in the end, without the names that they gave. */
function fold(happenings: readonly Happening[], shards: number) {
  const worlds = Array.from({ length: shards }, (_, shard) => {
    const ledger = emptyLedger();
    const engine = createEngine({ shard, shards, image: imageOf(ledger, 0), ruleSet: () => rules });
    return { ledger, engine };
  });
  let [position, at, order] = [0, morning, 0];
  const append = (entriesOf: (shard: number) => readonly Entry[]): void => {
    position += 1;
    for (const [shard, { engine, ledger }] of worlds.entries()) {
      // A shard that has nothing to do gets its ticks.
      const entries = entriesOf(shard);
      engine.apply({ position, at, entries: entries.length > 0 ? entries : [{ kind: 'tick' }] });
      expect(engine.takeFaults()).to.deep.equal([]);
      writeCut(ledger, engine.cut());
    }
  };
  append(() => [{ kind: 'rules-changed', hash: rules.hash, by: 'test' }]);
  for (const happening of happenings) {
    at += happening.waitMs;
    if ('alerts' in happening) {
      append((shard) => {
        const alerts = happening.alerts.filter(
          (each) => shardOfAlert(each, { shards, by: rules.partition.by }) === shard,
        );
        return alerts.length === 0 ? [] : [{ kind: 'alerts', alerts }];
      });
    } else {
      order += 1;
      const { change } = happening;
      append((shard) => [shard === 0 ? decided(change, order) : { kind: 'relayed', order, change }]);
    }
  }
  at += 600 * minute;
  append(() => [{ kind: 'tick' }]);
  return sumOf(worlds.map(({ ledger }) => ledger));
}

function decided(change: SharedChange, order: number): Entry {
  if (change.name === 'change-rules') throw new Error('the rules stay');
  return { kind: 'command', id: `c${order}`, by: 'ines', command: change };
}

function sumOf(ledgers: readonly ReturnType<typeof emptyLedger>[]) {
  const read = <T>(from: (ledger: (typeof ledgers)[number]) => Iterable<string>): T[] =>
    ledgers.flatMap((ledger) => [...from(ledger)].map((json) => JSON.parse(json) as T));
  const incidents = read<Incident>(({ incidents }) => incidents.values());
  /** What an incident is called wherever it was opened: by whom and when. */
  const names = new Map(incidents.map(({ id, root, openedAt }) => [id, `${root} ${openedAt}`]));
  const nameOf = (id: string | null) => (id === null ? null : names.get(id));
  const counters = new Map<string, number>();
  for (const json of ledgers.map(({ shard }) => shard)) {
    for (const [metric, values] of Object.entries((JSON.parse(json) as ShardRecord).totals.counters))
      for (const [key, value] of Object.entries(values))
        counters.set(`${metric} ${key}`, (counters.get(`${metric} ${key}`) ?? 0) + value);
  }
  const sorted = <T extends { readonly name: unknown }>(list: T[]) =>
    list.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  return {
    alerts: sorted(
      read<Alert>(({ alerts }) => alerts.values()).map(({ incident, ...one }) => {
        return { name: one.fingerprint, ...one, incident: nameOf(incident) };
      }),
    ),
    incidents: sorted(
      incidents.map(({ state, priority, openedAt, resolvedAt, alertCount, occurrenceCount, id }) => {
        return { name: nameOf(id), state, priority, openedAt, resolvedAt, alertCount, occurrenceCount };
      }),
    ),
    counters: [...counters].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

describe('alerts that are spread over shards', () => {
  it('come to the same as on one, by rules that stay within the partition', () => {
    fc.assert(
      fc.property(
        fc.array(anyHappening, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 2, max: 5 }),
        (happenings, shards) => {
          expect(fold(happenings, shards)).to.deep.equal(fold(happenings, 1));
        },
      ),
      { numRuns: 30 },
    );
  });
});
