import { expect } from 'chai';
import fc from 'fast-check';
import type { Matcher } from '../../../src/domain/alert/matcher.js';
import type { RouteNode, RuleSet } from '../../../src/domain/rules/rule-set.js';
import { alertSubject } from '../../../src/domain/triage/alert-subject.js';
import { rolesOncePlaced } from '../../../src/domain/triage/inhibit.js';
import { applyMaintenance, maintenanceOf } from '../../../src/domain/triage/maintain.js';
import { route } from '../../../src/domain/triage/route.js';
import { createShardState, type ShardState } from '../../../src/domain/triage/shard-state.js';
import { emptyLedger, imageOf } from '../../support/engine-world.js';
import { indexAll } from '../../support/index-all.js';
import { sampleAlert } from '../../support/sample-documents.js';
import {
  inhibition,
  labelIs,
  literal,
  maintenance,
  ref,
  sampleRules,
  turning,
} from '../../support/sample-rules.js';

const names = ['env', 'pod', 'zone'];
const values = ['a', 'b', 'c'];
const minute = 60_000;

const plain = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)).map((pair) => labelIs(...pair));
const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  plain,
  plain.map((of) => ({ kind: 'not', of }) as const),
  fc
    .tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(plain, { maxLength: 3 }))
    .map(([kind, of]) => ({ kind, of })),
);
const labels = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...values));

const windows = fc
  .array(
    fc.record({
      ...{ match: matcher, keep: fc.option(matcher), from: fc.integer({ min: 0, max: 3 }) },
      effect: fc.constantFrom('suppress' as const, 'tag' as const),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ from, ...own }, at) => maintenance([from, from + 2], { ...own, ref: ref(`w${at}`) })),
  );
const inhibitions = fc
  .array(fc.record({ when: matcher, mute: matcher }), { maxLength: 12 })
  .map((all) => all.map((own, at) => inhibition({ ...own, ref: ref(`i${at}`), equal: [] })));
const { routes } = fc.letrec<{ routes: RouteNode[] }>((tie) => ({
  routes: fc
    .array(
      fc.record({
        ...{ match: matcher, routes: fc.oneof({ depthSize: 'small' }, fc.constant([]), tie('routes')) },
        activeDuring: fc.constantFrom(null, null, turning('by-turns', minute)),
      }),
      { maxLength: 6 },
    )
    .map((all) => all.map((own, at) => ({ ...common, ...own, ref: ref(`r${at}`) }))),
}));
const common = { tier: 'L1', team: literal('desk'), policy: 'standard', alsoNotify: [] } as const;

const sample = sampleRules();
const ruleSet: fc.Arbitrary<RuleSet> = fc
  .record({ maintenance: windows, inhibitions, routes })
  .map(({ routes: children, ...lists }) => ({
    ...sample,
    ...lists,
    routing: { ...sample.routing, routes: children },
  }));

function stateWith(rules: RuleSet, at: number): ShardState {
  const state = createShardState({ shard: 0, shards: 1 }, imageOf(emptyLedger(), 0));
  return Object.assign(state, { rules, at });
}

describe('windows, inhibitions and routes that are looked up', () => {
  it('are those that are found one by one', () => {
    fc.assert(
      fc.property(
        ruleSet,
        fc.array(labels, { minLength: 3, maxLength: 6 }),
        fc.integer({ min: 0, max: 4 }),
        (rules, all, at) => {
          const found = [rules, indexAll(rules)].map((each) => {
            const state = stateWith(each, at);
            return all.map((of) => {
              const alert = sampleAlert({ labels: of, status: 'firing', lingers: null });
              return {
                held: applyMaintenance(state, alert),
                marks: maintenanceOf(state, alert),
                roles: rolesOncePlaced(state, alert),
                route: route(each, alertSubject(alert, null), at * minute),
              };
            });
          });
          expect(found[1]).to.deep.equal(found[0]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
