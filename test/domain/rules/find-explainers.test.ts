import { expect } from 'chai';
import fc from 'fast-check';
import { findExplainers } from '../../../src/domain/rules/find-explainers.js';
import type { Reach } from '../../../src/domain/rules/walk-services.js';
import type { Service } from '../../../src/domain/rules/rule-set.js';
import { ref } from '../../support/sample-rules.js';

type Edges = Readonly<Record<string, Service['dependsOn']>>;

function services(edges: Edges): ReadonlyMap<string, Service> {
  const all = Object.entries(edges).map(([id, dependsOn]): [string, Service] => [
    id,
    { id, name: id, tier: 1, team: 'platform', runbook: null, dependsOn, ref: ref(id) },
  ]);
  return new Map(all);
}

const on = (service: string, edge: 'hard' | 'soft' = 'hard'): Service['dependsOn'][number] => ({
  service,
  edge,
});

const shop: Edges = {
  checkout: [on('payments'), on('stock', 'soft')],
  payments: [on('ledger'), on('proxy')],
  ledger: [on('disks')],
  stock: [on('ledger')],
  proxy: [],
  disks: [],
};
const found = (edges: Edges, reach: Partial<Reach> = {}): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(findExplainers(services(edges), { edge: 'hard', maxDepth: 3, ...reach }));

describe('findExplainers', () => {
  it('names what a service stands on, the deepest first, so far and no further', () => {
    expect(found(shop)['checkout']).to.deep.equal(['disks', 'proxy', 'ledger', 'payments']);
    expect(found(shop, { maxDepth: 1 })['checkout']).to.deep.equal(['payments']);
    expect(found(shop)).to.not.have.property('disks');
  });

  it('goes along soft edges only where it is told to', () => {
    expect(found(shop)['checkout']).to.not.include('stock');
    expect(found(shop, { edge: 'any', maxDepth: 1 })['checkout']).to.deep.equal(['stock', 'payments']);
  });

  it('leaves out those that stand on each other, but not what a circle stands on', () => {
    const circle: Edges = { a: [on('b')], b: [on('c')], c: [on('a'), on('disks')], disks: [] };
    expect(found(circle, { maxDepth: 5 })).to.deep.equal({ a: ['disks'], b: ['disks'], c: ['disks'] });
    expect(found({ a: [on('a')] })).to.deep.equal({});
  });

  it('never explains all of any services that fail, whoever stands on whom', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const edge = fc.record({
      service: fc.constantFrom(...ids),
      edge: fc.constantFrom('hard' as const, 'soft' as const),
    });
    const graph = fc.tuple(...ids.map(() => fc.array(edge, { maxLength: 3 })));
    const reach = fc.record({
      edge: fc.constantFrom('hard' as const, 'any' as const),
      maxDepth: fc.integer({ min: 1, max: 5 }),
    });
    const failing = fc.subarray(ids, { minLength: 1 });
    fc.assert(
      fc.property(graph, reach, failing, (drawn, limits, broken) => {
        const edges = Object.fromEntries(ids.map((id, i) => [id, drawn[i] ?? []]));
        const explainers = findExplainers(services(edges), limits);
        const unexplained = broken.filter(
          (id) => !(explainers.get(id) ?? []).some((other) => broken.includes(other)),
        );
        expect(unexplained).to.not.deep.equal([]);
      }),
      { numRuns: 300 },
    );
  });
});
