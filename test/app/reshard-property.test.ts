import { expect } from 'chai';
import fc from 'fast-check';
import { hour, minute } from '../support/engine-world.js';
import { reshardTo, rulesBy, startSite, unnumbered, type SpreadSite } from '../support/resharding.js';

const cluster = fc.constantFrom('a', 'b', 'c', 'lisbon');
const service = fc.constantFrom('checkout', 'stock');

type Step =
  | {
      readonly kind: 'fire';
      readonly cluster: string;
      readonly service: string;
      readonly severity: 'critical' | 'warning';
      readonly over: boolean;
    }
  | { readonly kind: 'ask'; readonly cluster: string; readonly name: (typeof commands)[number] }
  | { readonly kind: 'silence'; readonly cluster: string }
  | { readonly kind: 'wait'; readonly minutes: number };

const commands = ['acknowledge', 'resume', 'mitigate', 'resolve', 'reopen', 'close'] as const;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      ...{ kind: fc.constant('fire' as const), cluster, service, over: fc.boolean() },
      severity: fc.constantFrom('critical' as const, 'warning' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ kind: fc.constant('ask' as const), cluster, name: fc.constantFrom(...commands) },
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('silence' as const), cluster }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }),
  },
);

async function take(site: SpreadSite, steps: readonly Step[]): Promise<void> {
  for (const each of steps) {
    switch (each.kind) {
      case 'fire': {
        const labels = { cluster: each.cluster, service: each.service };
        await site.fire({ labels, severity: each.severity, ...(each.over && { resolved: true }) });
        break;
      }
      case 'ask': {
        const incident = await site.of('cluster', each.cluster).catch(() => null);
        if (incident !== null) await site.ask({ name: each.name, incident: incident.id });
        break;
      }
      case 'silence':
        await site.ask({
          name: 'create-silence',
          silence: {
            ...{
              id: `until ${site.now()}`,
              endsAt: site.now() + hour / 2,
              createdBy: 'ines',
              comment: 'works',
            },
            matchers: [{ name: 'cluster', value: each.cluster, isRegex: false, isEqual: true }],
          },
        });
        break;
      case 'wait':
        await site.advance(each.minutes * minute);
    }
  }
}

describe('a log that is spread otherwise, whatever happens before and after', () => {
  it('goes on as one that always was', async () => {
    const rules = rulesBy(['cluster']);
    const some = fc.array(step, { minLength: 5, maxLength: 14 });
    const sizes = fc.constantFrom([1, 3], [2, 5], [8, 3], [4, 1]);
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(some, some, sizes, async (first, rest, [old, anew]) => {
        const always = await startSite({ rules, shards: anew });
        await take(always, first);
        await take(always, rest);
        const before = await startSite({ rules, shards: old });
        await take(before, first);
        await before.stop();
        const { disk } = await reshardTo(before.disk, { rules, shards: anew });
        const after = await startSite({ rules, shards: anew, disk, at: before.now() - 1_000 });
        await take(after, rest);
        // What rang at the last instant is on its way.
        for (const site of [always, after]) await site.advance(35_000);
        const documents = unnumbered(after.disk);
        expect(documents).to.deep.equal(unnumbered(always.disk));
        for (const text of documents) kinds.add(text.slice(0, text.indexOf(' on ')));
      }),
      { numRuns: 10 },
    );
    expect([...kinds]).to.include.members(['incident', 'event', 'alert', 'silence']);
  });
});
